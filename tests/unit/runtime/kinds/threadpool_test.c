/* SPDX-License-Identifier: MIT */
/* threadpool_test.c — helper threads: as many as calls at once, kept until shutdown, and never too early. */
#include "kinds/threadpool/threadpool.h"

#include <stdatomic.h>

#include "kinds_test.h"

struct job {
    struct ebb_threadpool *pool;
    int64_t duration_ns;
    atomic_uint ran;
    int64_t returned_ns;
};

static void increment(void *arg) { atomic_fetch_add(&((struct job *)arg)->ran, 1); }

static void caller_body(struct ebb *ebb, void *arg) {
    struct job *job = arg;
    NEED(ebb_threadpool_call(ebb, job->pool, increment, job, job->duration_ns));
    job->returned_ns = ebb_now_ns(ebb);
}

static void calls_body(struct ebb *ebb, void *arg) {
    (void)arg;
    static struct job jobs[3];
    for (uint32_t i = 0; i < 3; i++) jobs[i] = (struct job){.duration_ns = 30 - 10 * i};
    struct ebb_threadpool *pool = NULL;
    uint32_t before = tasks_at_rest();
    NEED(ebb_threadpool_make(ebb, &pool, "pool"));
    struct ebb_object *object = ebb_threadpool_object(pool);
    CU_ASSERT_EQUAL(tasks(), before);
    for (uint32_t i = 0; i < 3; i++) {
        jobs[i].pool = pool;
        NEED(ebb_go(ebb, NULL, "caller", caller_body, &jobs[i]));
    }
    (void)ebb_sleep(ebb, 15);
    CU_ASSERT_EQUAL(ebb_threadpool_threads(pool), 3); /* one for each call at once */
    CU_ASSERT_EQUAL(ebb_threadpool_busy(pool), 2);
    CU_ASSERT_EQUAL(tasks(), before + 3);
    CU_ASSERT_EQUAL(ebb_threadpool_kind.remains(object), 3);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_THREADPOOL), 3);
    CU_ASSERT_EQUAL(jobs[2].returned_ns, 10);
    CU_ASSERT_EQUAL(atomic_load(&jobs[2].ran), 1);
    NEED(ebb_threadpool_call(ebb, pool, NULL, NULL, 0)); /* takes the one that is free */
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 15);
    CU_ASSERT_EQUAL(ebb_threadpool_threads(pool), 3);
    (void)ebb_sleep(ebb, 20);
    CU_ASSERT_EQUAL(jobs[0].returned_ns, 30);
    CU_ASSERT_EQUAL(jobs[1].returned_ns, 20);
    CU_ASSERT_EQUAL(object->holds, 2);
    ebb_threadpool_shutdown(ebb, pool);
    CU_ASSERT(tasks_become(before));
    CU_ASSERT_EQUAL(object->holds, 1);
    CU_ASSERT_EQUAL(ebb_threadpool_kind.remains(object), 0);
    CU_ASSERT_PTR_EQUAL(ebb_threadpool_hold(pool), pool);
    ebb_threadpool_drop(pool);
    ebb_threadpool_drop(pool);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_THREADPOOL), 0);
    CU_ASSERT_PTR_NULL(ebb_threadpool_hold(NULL));
    ebb_threadpool_drop(NULL);
}

static void helpers_are_reused(void) {
    uint32_t before = tasks_at_rest();
    CU_ASSERT_EQUAL(subject_once(calls_body, NULL), EBB_END_QUIET);
    subject_sweep(calls_body, NULL);
    CU_ASSERT(tasks_become(before));
}

static void idle_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_threadpool *pool = NULL;
    NEED(ebb_threadpool_make(ebb, &pool, "pool"));
    ebb_threadpool_drop(pool); /* without a helper it does not hold itself */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_THREADPOOL), 0);
    NEED(ebb_threadpool_make(ebb, &pool, "pool"));
    ebb_threadpool_shutdown(ebb, pool);
    ebb_threadpool_drop(pool);
}

static void unused_needs_nothing(void) { CU_ASSERT_EQUAL(subject_once(idle_body, NULL), EBB_END_QUIET); }

static void waiting_body(struct ebb *ebb, void *arg) {
    struct job *job = arg;
    NEED(ebb_threadpool_make(ebb, &job->pool, "pool"));
    NEED(ebb_go(ebb, NULL, "caller", caller_body, job));
    (void)ebb_sleep(ebb, 1);
    ebb_threadpool_shutdown(ebb, job->pool);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), job->duration_ns);
    CU_ASSERT_EQUAL(atomic_load(&job->ran), 1);
    ebb_threadpool_drop(job->pool);
}

static void shutdown_waits_for_calls(void) {
    struct job job = {.duration_ns = 100};
    CU_ASSERT_EQUAL(subject_once(waiting_body, &job), EBB_END_QUIET);
    CU_ASSERT_EQUAL(job.returned_ns, 100);
    struct subject subject;
    uint32_t before = tasks_at_rest();
    job = (struct job){.duration_ns = EBB_NEVER};
    subject_open(&subject, NULL, 0);
    subject_run(&subject, waiting_body, &job);
    CU_ASSERT_EQUAL(subject.end, EBB_END_STUCK); /* the caller, and who shuts down */
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_COROUTINE), 2);
    CU_ASSERT_EQUAL(tasks(), before + 1);
    subject_close(&subject);
    CU_ASSERT_EQUAL(atomic_load(&job.ran), 1);
    CU_ASSERT(tasks_become(before));
}

static void forgotten_body(struct ebb *ebb, void *arg) {
    struct job *job = arg;
    NEED(ebb_threadpool_make(ebb, &job->pool, "pool"));
    NEED(ebb_threadpool_call(ebb, job->pool, increment, job, 5));
    ebb_threadpool_drop(job->pool);
}

static void not_shut_down_is_left(void) {
    struct subject subject;
    struct job job = {.duration_ns = 0};
    uint32_t before = tasks_at_rest();
    subject_open(&subject, NULL, 0);
    subject_run(&subject, forgotten_body, &job);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(ebb_threadpool_kind.remains(ebb_threadpool_object(job.pool)), 1);
    CU_ASSERT_EQUAL(tasks(), before + 1);
    subject_close(&subject);
    CU_ASSERT(tasks_become(before));
}

/* --- panics ------------------------------------------------------------------------------------------------------ */

static void late_call_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_threadpool *pool = NULL;
    NEED(ebb_threadpool_make(ebb, &pool, "pool"));
    ebb_threadpool_shutdown(ebb, pool);
    NEED(ebb_threadpool_call(ebb, pool, NULL, NULL, 0));
}

static void twice_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_threadpool *pool = NULL;
    NEED(ebb_threadpool_make(ebb, &pool, "pool"));
    NEED(ebb_threadpool_call(ebb, pool, NULL, NULL, 0));
    ebb_threadpool_shutdown(ebb, pool);
    ebb_threadpool_shutdown(ebb, pool);
}

static void late_caller_body(struct ebb *ebb, void *arg) {
    (void)ebb_sleep(ebb, 5);
    caller_body(ebb, arg);
}

static void closing_body(struct ebb *ebb, void *arg) {
    NEED(ebb_go(ebb, NULL, "late", late_caller_body, arg));
    waiting_body(ebb, arg);
}

static void wrong_order_panics(void) {
    uint32_t before = tasks_at_rest();
    struct job job = {.duration_ns = 100};
    subject_panics(late_call_body, NULL, "offload of thread_pool pool, which has ended");
    subject_panics(twice_body, NULL, "shutdown of thread_pool pool, which has ended");
    subject_panics(closing_body, &job, "offload of thread_pool pool, which is shutting down");
    CU_ASSERT(tasks_become(before));
}

/* --- scenarios --------------------------------------------------------------------------------------------------- */

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *pool = NULL;
    struct ebb_value duration = {.type = EBB_DURATION, .integer = 7}, none = EBB_VALUE_NIL;
    NEED(ebb_threadpool_kind.make(ebb, &pool, "pool", NULL));
    call_op(ebb, pool, "offload", &duration, NULL);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 7);
    call_op(ebb, pool, "offload", &none, NULL);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 7);
    call_op(ebb, pool, "shutdown", NULL, NULL);
    ebb_object_release(pool);
}

static void scenarios_call_it(void) {
    CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET);
    subject_sweep(ops_body, NULL);
}

CU_TestInfo threadpool_tests[] = {
    {"helpers_are_reused", helpers_are_reused},
    {"unused_needs_nothing", unused_needs_nothing},
    {"shutdown_waits_for_calls", shutdown_waits_for_calls},
    {"not_shut_down_is_left", not_shut_down_is_left},
    {"wrong_order_panics", wrong_order_panics},
    {"scenarios_call_it", scenarios_call_it},
    CU_TEST_INFO_NULL,
};
