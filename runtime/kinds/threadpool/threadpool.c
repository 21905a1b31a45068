/* SPDX-License-Identifier: MIT */
/* threadpool.c — helpers, idle or busy. A helper and the world never run over the same fields at once: what passes
 * between them passes through one of two gates. */
#include "kinds/threadpool/threadpool.h"

#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/thread/os_thread.h"

enum { THREADPOOL_OP_CALL, THREADPOOL_OP_SHUTDOWN, THREADPOOL_OP_COUNT };
static const struct ebb_op threadpool_ops[THREADPOOL_OP_COUNT];

struct ebb_threadpool {
    struct ebb_object head;
    struct list idle, busy;  /* helpers; the one that became idle last is taken first */
    uint32_t threads, calls; /* all of them; busy ones */
    bool closing;            /* shutdown has begun */
    struct ebb_waitq closer; /* waits for the calls under way */
};

struct helper {
    struct list link; /* in the pool's idle or busy */
    struct ebb_threadpool *pool;
    struct ebb_alarm alarm;  /* the call's return comes in */
    struct ebb_waitq caller; /* one, while busy */
    pthread_t os;
    sem_t work, done;
    void (*run)(void *);
    void *arg;
    bool quit;
};

static struct helper *helper_of(struct list *link) { return BASE_OWNER(link, struct helper, link); }

/* --- helpers ----------------------------------------------------------------------------------------------------- */

static void *helper_main(void *at) {
    struct helper *self = at;
    for (;;) {
        ebb_os_gate_wait(&self->work);
        if (self->quit) return NULL;
        if (self->run != NULL) self->run(self->arg);
        ebb_os_gate_open(&self->done);
    }
}

static void helper_free(struct helper *helper) {
    ebb_os_gate_deinit(&helper->work);
    ebb_os_gate_deinit(&helper->done);
    mem_free(helper->pool->head.ebb->mem, helper, sizeof *helper);
}

/* Idle, and not in a call any more as far as the OS is concerned. */
static void helper_end(struct helper *helper) {
    ASSERT(!helper->quit);
    helper->quit = true;
    ebb_os_gate_open(&helper->work);
    ebb_os_thread_join(helper->os);
    list_remove(&helper->link);
    helper->pool->threads--;
    helper_free(helper);
}

static void call_return(struct ebb_alarm *alarm);

static enum status helper_start(struct ebb_threadpool *pool) {
    struct helper *self = mem_new(pool->head.ebb->mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->pool = pool;
    self->alarm = (struct ebb_alarm){.fire = call_return, .of = &pool->head};
    ebb_waitq_init(&self->caller);
    ebb_os_gate_init(&self->work);
    ebb_os_gate_init(&self->done);
    enum status status = ebb_os_thread_start(&self->os, helper_main, self);
    if (status != OK) {
        helper_free(self);
        return status;
    }
    list_push(&pool->idle, &self->link);
    if (pool->threads++ == 0) ebb_object_self_hold(&pool->head);
    ebb_object_weigh(&pool->head, pool->threads);
    return OK;
}

/* --- the pool ---------------------------------------------------------------------------------------------------- */

enum status ebb_threadpool_make(struct ebb *ebb, struct ebb_threadpool **out, const char *label) {
    struct ebb_threadpool *self = ebb_object_make(ebb, &ebb_threadpool_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    list_init(&self->idle);
    list_init(&self->busy);
    ebb_waitq_init(&self->closer);
    *out = self;
    return OK;
}

struct ebb_threadpool *ebb_threadpool_hold(struct ebb_threadpool *pool) {
    if (pool != NULL) ebb_object_hold(&pool->head);
    return pool;
}

void ebb_threadpool_drop(struct ebb_threadpool *pool) {
    if (pool != NULL) ebb_object_release(&pool->head);
}

/* No call is under way. The pool may be gone afterwards. */
static void pool_end(struct ebb_threadpool *pool) {
    ASSERT(pool->calls == 0 && list_empty(&pool->busy));
    struct list *link;
    while ((link = list_first(&pool->idle)) != NULL) helper_end(helper_of(link));
    ASSERT(pool->threads == 0);
    ebb_object_weigh(&pool->head, 0);
    pool->head.flags |= EBB_FLAG_ENDED;
    ebb_object_self_release(&pool->head);
}

static void call_return(struct ebb_alarm *alarm) {
    struct helper *helper = BASE_OWNER(alarm, struct helper, alarm);
    struct ebb_threadpool *pool = helper->pool;
    struct ebb_waiter *caller = ebb_waitq_first(&helper->caller);
    ASSERT(caller != NULL && pool->calls > 0);
    ebb_os_gate_wait(&helper->done);
    list_remove(&helper->link);
    list_push(&pool->idle, &helper->link);
    pool->calls--;
    ebb_wake(caller, EBB_DONE);
    struct ebb_waiter *closer = ebb_waitq_first(&pool->closer);
    if (closer == NULL || pool->calls > 0) return;
    ebb_wake(closer, EBB_DONE);
    pool_end(pool);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static void use(struct ebb_threadpool *pool, const char *verb) {
    ebb_object_use(&pool->head, verb);
    if (pool->closing)
        ebb_panic(pool->head.ebb, "%s of thread_pool %s, which is shutting down", verb, pool->head.node.birth.label);
}

enum status ebb_threadpool_call(struct ebb *ebb, struct ebb_threadpool *pool, void (*run)(void *), void *arg,
                                int64_t duration_ns) {
    ebb_op_begin(ebb, &threadpool_ops[THREADPOOL_OP_CALL], &pool->head);
    use(pool, "offload");
    if (list_empty(&pool->idle)) TRY(helper_start(pool));
    struct helper *helper = helper_of(list_last(&pool->idle));
    ASSERT(ebb_waitq_empty(&helper->caller) && !helper->quit);
    if (duration_ns != EBB_NEVER) ebb_alarm_set(ebb, &helper->alarm, ebb_time_after(ebb, duration_ns));
    list_remove(&helper->link);
    list_push(&pool->busy, &helper->link);
    pool->calls++;
    helper->run = run;
    helper->arg = arg;
    ebb_os_gate_open(&helper->work);
    struct ebb_waiter caller = {.co = ebb->current};
    ebb_waitq_push(&helper->caller, &caller);
    (void)ebb_park(ebb, &caller, 1, EBB_NEVER);
    return OK;
}

void ebb_threadpool_shutdown(struct ebb *ebb, struct ebb_threadpool *pool) {
    ebb_op_begin(ebb, &threadpool_ops[THREADPOOL_OP_SHUTDOWN], &pool->head);
    use(pool, "shutdown");
    pool->closing = true;
    if (pool->calls == 0) {
        ASSERT(pool->threads == 0 || pool->head.holds > 1); /* the caller's */
        pool_end(pool);
        ebb_op_done(ebb);
        return;
    }
    struct ebb_waiter closer = {.co = ebb->current};
    ebb_waitq_push(&pool->closer, &closer);
    (void)ebb_park(ebb, &closer, 1, EBB_NEVER);
}

uint32_t ebb_threadpool_threads(const struct ebb_threadpool *pool) { return pool->threads; }
uint32_t ebb_threadpool_busy(const struct ebb_threadpool *pool) { return pool->calls; }
struct ebb_object *ebb_threadpool_object(struct ebb_threadpool *pool) {
    return &pool->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_threadpool *threadpool_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_threadpool, head);
}

static void threadpool_destroy(struct ebb_object *object) {
    ASSERT(threadpool_of(object)->threads == 0); /* as long as there are any it holds itself */
    ASSERT(ebb_waitq_empty(&threadpool_of(object)->closer));
    ebb_object_free(object, sizeof(struct ebb_threadpool));
}

static void threadpool_reap(struct ebb_object *object) {
    struct ebb_threadpool *self = threadpool_of(object);
    ebb_waitq_abandon(&self->closer);
    struct list *link;
    while ((link = list_first(&self->busy)) != NULL) {
        struct helper *helper = helper_of(link);
        ebb_alarm_clear(object->ebb, &helper->alarm);
        ebb_waitq_abandon(&helper->caller);
        ebb_os_gate_wait(&helper->done);
        helper_end(helper);
    }
    while ((link = list_first(&self->idle)) != NULL) helper_end(helper_of(link));
    ASSERT(self->threads == 0);
    ebb_object_free(object, sizeof *self);
}

static uint64_t threadpool_remains(const struct ebb_object *object) { return threadpool_of(object)->threads; }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_threadpool *made = NULL;
    TRY(ebb_threadpool_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static void op_call(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)results;
    int64_t duration_ns = args[0].type == EBB_NIL ? 0 : args[0].integer;
    if (ebb_threadpool_call(ebb, threadpool_of(self), NULL, NULL, duration_ns) != OK) ebb_exhausted(ebb);
}

static void op_shutdown(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    (void)args, (void)results;
    ebb_threadpool_shutdown(ebb, threadpool_of(self));
}

#define OP(index) .code = EBB_OP_CODE(KIND_THREADPOOL, index)
static const struct ebb_op threadpool_ops[THREADPOOL_OP_COUNT] = {
    [THREADPOOL_OP_CALL] =
        {OP(THREADPOOL_OP_CALL), "offload", "duration:duration?", "", op_call,
         "Makes a call that blocks its thread for that long; the largest duration is one that never returns.",
         .outcomes = EBB_OUTCOME_WAITED},
    [THREADPOOL_OP_SHUTDOWN] = {OP(THREADPOOL_OP_SHUTDOWN), "shutdown", "", "", op_shutdown,
                                "Waits for the calls under way and ends the threads; a second time is a panic.",
                                .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WAITED},
};

/* Its alarm may be set as long as anything of it remains. */
static bool threadpool_armed(const struct ebb_object *object) { return threadpool_remains(object) > 0; }

const struct ebb_kind ebb_threadpool_kind = {
    .id = KIND_THREADPOOL,
    .left = EBB_LEFT_THREAD,
    .name = "thread_pool",
    .unit = "helper thread",
    .about = "OS threads that make blocking calls for coroutines, and stay until the pool is shut down.",
    .make_name = "thread_pool",
    .make_shape = "",
    .make = op_make,
    .ops = threadpool_ops,
    .op_count = THREADPOOL_OP_COUNT,
    .destroy = threadpool_destroy,
    .reap = threadpool_reap,
    .remains = threadpool_remains,
    .armed = threadpool_armed,
};
