/* SPDX-License-Identifier: MIT */
/* thread_test.c — OS threads, counted by the kernel; what they do outside decides nothing inside. */
#include "kinds/thread/thread.h"

#include <stdatomic.h>

#include "kinds_test.h"

static void increment(void *arg) { atomic_fetch_add((atomic_uint *)arg, 1); }

static void run_body(struct ebb *ebb, void *arg) {
    (void)arg;
    atomic_uint ran = 0;
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start(ebb, &thread, "t", increment, &ran));
    struct ebb_object *object = ebb_thread_object(thread);
    CU_ASSERT_EQUAL(object->holds, 2);
    CU_ASSERT_EQUAL(ebb_thread_kind.remains(object), 1);
    ebb_thread_join(ebb, thread);
    CU_ASSERT_EQUAL(atomic_load(&ran), 1); /* the world has really waited */
    CU_ASSERT_EQUAL(ebb_thread_kind.remains(object), 0);
    CU_ASSERT_EQUAL(object->holds, 1);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 0);
    ebb_thread_drop(thread);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_THREAD), 0);
}

static void runs_and_is_joined(void) {
    uint32_t before = tasks_at_rest();
    CU_ASSERT_EQUAL(subject_once(run_body, NULL), EBB_END_QUIET);
    CU_ASSERT(tasks_become(before));
}

/* A failed arming of the alarm ends the run while the thread still reads what it was given: a waiting one has nothing. */
static void sweep_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
    ebb_thread_release(ebb, thread);
    ebb_thread_join(ebb, thread);
    ebb_thread_drop(thread);
}

static void survives_refusals(void) {
    uint32_t before = tasks_at_rest();
    CU_ASSERT_EQUAL(subject_once(sweep_body, NULL), EBB_END_QUIET);
    subject_sweep(sweep_body, NULL);
    CU_ASSERT(tasks_become(before));
}

static void joiner_body(struct ebb *ebb, void *arg) { ebb_thread_join(ebb, arg); }

static void releaser_body(struct ebb *ebb, void *arg) {
    uint32_t before = tasks_at_rest();
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
    CU_ASSERT_EQUAL(tasks(), before + 1);
    NEED(ebb_go(ebb, NULL, "joiner", joiner_body, thread));
    (void)ebb_sleep(ebb, 10);
    CU_ASSERT_EQUAL(ebb_thread_kind.remains(ebb_thread_object(thread)), 1);
    if (arg != NULL) return; /* nobody releases it */
    ebb_thread_release(ebb, thread);
    (void)ebb_sleep(ebb, 10);
    CU_ASSERT_EQUAL(ebb_thread_kind.remains(ebb_thread_object(thread)), 0);
    CU_ASSERT(tasks_become(before));
    ebb_thread_drop(thread);
}

static void release_wakes_the_joiner(void) { CU_ASSERT_EQUAL(subject_once(releaser_body, NULL), EBB_END_QUIET); }

static void never_released_blocks(void) {
    struct subject subject;
    uint32_t before = tasks_at_rest(), yes = 1;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, releaser_body, &yes);
    CU_ASSERT_EQUAL(subject.end, EBB_END_STUCK);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_THREAD), 1);
    CU_ASSERT_EQUAL(tasks(), before + 1);
    subject_close(&subject); /* reaping releases and joins */
    CU_ASSERT(tasks_become(before));
}

static void forget_body(struct ebb *ebb, void *arg) {
    struct ebb_thread *thread = NULL;
    for (uint32_t i = 0; i < 10; i++) {
        if (arg != NULL)
            NEED(ebb_thread_start(ebb, &thread, "t", increment, arg));
        else
            NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
        ebb_thread_drop(ebb_thread_hold(thread));
        ebb_thread_drop(thread);
    }
    CU_ASSERT_PTR_NULL(ebb_thread_hold(NULL));
    ebb_thread_drop(NULL);
}

static void not_joined_is_left(void) {
    struct subject subject;
    uint32_t before = tasks_at_rest();
    atomic_uint ran = 0;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, forget_body, NULL);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_THREAD), 10);
    CU_ASSERT_EQUAL(tasks(), before + 10);
    subject_close(&subject);
    CU_ASSERT_EQUAL(subject_once(forget_body, &ran), EBB_END_QUIET);
    CU_ASSERT_EQUAL(atomic_load(&ran), 10); /* reaping has waited */
    CU_ASSERT(tasks_become(before));
}

/* --- panics ------------------------------------------------------------------------------------------------------ */

static void join_twice_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
    ebb_thread_release(ebb, thread);
    ebb_thread_join(ebb, thread);
    ebb_thread_join(ebb, thread);
}

static void release_joined_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
    ebb_thread_release(ebb, thread);
    ebb_thread_join(ebb, thread);
    ebb_thread_release(ebb, thread);
}

static void release_twice_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
    ebb_thread_release(ebb, thread);
    ebb_thread_release(ebb, thread);
}

static void join_both_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_thread *thread = NULL;
    NEED(ebb_thread_start_waiting(ebb, &thread, "t"));
    NEED(ebb_go(ebb, NULL, "one", joiner_body, thread));
    NEED(ebb_go(ebb, NULL, "other", joiner_body, thread));
}

static void wrong_order_panics(void) {
    uint32_t before = tasks_at_rest();
    subject_panics(join_twice_body, NULL, "join of thread t, which has ended");
    subject_panics(release_joined_body, NULL, "release of thread t, which has ended");
    subject_panics(release_twice_body, NULL, "release of thread t, which does not wait");
    subject_panics(join_both_body, NULL, "join of thread t, which another coroutine is joining");
    CU_ASSERT(tasks_become(before));
}

/* --- scenarios --------------------------------------------------------------------------------------------------- */

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *thread = NULL;
    NEED(ebb_thread_kind.make(ebb, &thread, "t", NULL));
    call_op(ebb, thread, "release", NULL, NULL);
    call_op(ebb, thread, "join", NULL, NULL);
    ebb_object_release(thread);
}

static void scenarios_call_it(void) { CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET); }

static void speed_decides_nothing(void) {
    uint64_t digest = 0;
    for (uint32_t i = 0; i < 20; i++) {
        struct subject subject;
        subject_open(&subject, NULL, 0);
        subject_run(&subject, run_body, NULL);
        subject_run(&subject, releaser_body, NULL);
        if (i == 0) digest = ebb_digest(subject.ebb);
        CU_ASSERT_EQUAL(ebb_digest(subject.ebb), digest);
        subject_close(&subject);
    }
}

CU_TestInfo thread_tests[] = {
    {"runs_and_is_joined", runs_and_is_joined},
    {"survives_refusals", survives_refusals},
    {"release_wakes_the_joiner", release_wakes_the_joiner},
    {"never_released_blocks", never_released_blocks},
    {"not_joined_is_left", not_joined_is_left},
    {"wrong_order_panics", wrong_order_panics},
    {"scenarios_call_it", scenarios_call_it},
    {"speed_decides_nothing", speed_decides_nothing},
    CU_TEST_INFO_NULL,
};
