/* SPDX-License-Identifier: MIT */
/* cond.c — a queue beside a lock: unlocking and queueing up are one step, so that no signal falls in between. */
#include "kinds/cond/cond.h"

#include "kinds/kinds.h"
#include "kinds/mutex/mutex_impl.h"
#include "kinds/rwmutex/rwmutex_impl.h"

enum { OP_WAIT, OP_SIGNAL, OP_BROADCAST, OP_COUNT };
static const struct ebb_op ops[OP_COUNT];

struct ebb_cond {
    struct ebb_object head;
    struct ebb_waitq waiters;
    struct ebb_mutex *mutex;     /* held; exactly one of the two is there */
    struct ebb_rwmutex *rwmutex; /* held */
};

static enum status cond_make(struct ebb *ebb, struct ebb_cond **out, const char *label, struct ebb_mutex *mutex,
                             struct ebb_rwmutex *rwmutex) {
    ASSERT((mutex == NULL) != (rwmutex == NULL));
    struct ebb_cond *self = ebb_object_make(ebb, &ebb_cond_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    ebb_waitq_init(&self->waiters);
    if (mutex != NULL) self->mutex = ebb_mutex_hold(mutex);
    if (rwmutex != NULL) self->rwmutex = ebb_rwmutex_hold(rwmutex);
    *out = self;
    return OK;
}

enum status ebb_cond_make(struct ebb *ebb, struct ebb_cond **out, const char *label, struct ebb_mutex *lock) {
    return cond_make(ebb, out, label, lock, NULL);
}

enum status ebb_cond_make_rwmutex(struct ebb *ebb, struct ebb_cond **out, const char *label, struct ebb_rwmutex *lock) {
    return cond_make(ebb, out, label, NULL, lock);
}

struct ebb_cond *ebb_cond_hold(struct ebb_cond *cond) {
    ebb_object_hold(&cond->head);
    return cond;
}

void ebb_cond_drop(struct ebb_cond *cond) {
    if (cond != NULL) ebb_object_release(&cond->head);
}

void ebb_cond_wait(struct ebb *ebb, struct ebb_cond *cond) {
    ebb_op_begin(ebb, &ops[OP_WAIT], &cond->head);
    if (cond->mutex != NULL)
        ebb_mutex_unlock_now(ebb, cond->mutex);
    else
        ebb_rwmutex_unlock_now(ebb, cond->rwmutex);
    struct ebb_waiter waiter = {.co = ebb->current, .waits = EBB_RIGHT_SIGNAL};
    ebb_waitq_push(&cond->waiters, &waiter);
    (void)ebb_park(ebb, &waiter, 1, EBB_NEVER);
    if (cond->mutex != NULL)
        ebb_mutex_lock(ebb, cond->mutex);
    else
        ebb_rwmutex_lock(ebb, cond->rwmutex);
}

void ebb_cond_signal(struct ebb *ebb, struct ebb_cond *cond) {
    ebb_op_begin(ebb, &ops[OP_SIGNAL], &cond->head);
    struct ebb_waiter *first = ebb_waitq_first(&cond->waiters);
    if (first != NULL) ebb_wake(first, EBB_DONE);
    ebb_op_done(ebb);
}

void ebb_cond_broadcast(struct ebb *ebb, struct ebb_cond *cond) {
    ebb_op_begin(ebb, &ops[OP_BROADCAST], &cond->head);
    struct ebb_waiter *waiter;
    while ((waiter = ebb_waitq_first(&cond->waiters)) != NULL) ebb_wake(waiter, EBB_DONE);
    ebb_op_done(ebb);
}

struct ebb_object *ebb_cond_object(struct ebb_cond *cond) {
    return &cond->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_cond *cond_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_cond_kind);
    return BASE_OWNER(object, struct ebb_cond, head);
}

static void cond_destroy(struct ebb_object *object) {
    struct ebb_cond *self = cond_of(object);
    ASSERT(ebb_waitq_empty(&self->waiters)); /* who waits on it holds it */
    ebb_mutex_drop(self->mutex);
    ebb_rwmutex_drop(self->rwmutex);
    ebb_object_free(object, sizeof *self);
}

static void cond_reap(struct ebb_object *object) {
    ebb_waitq_abandon(&cond_of(object)->waiters);
    ebb_object_free(object, sizeof(struct ebb_cond));
}

static void cond_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_cond *self = cond_of(object);
    ebb_tracer_edge(tracer, "lock", 0);
    tracer->visit(tracer, self->mutex != NULL ? &self->mutex->head : &self->rwmutex->head);
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    const struct ebb_object *lock = args[0].type == EBB_OBJECT ? args[0].object : NULL;
    struct ebb_cond *made = NULL;
    if (lock != NULL && lock->kind == &ebb_mutex_kind) {
        TRY(ebb_cond_make(ebb, &made, label, BASE_OWNER(lock, struct ebb_mutex, head)));
    } else if (lock != NULL && lock->kind == &ebb_rwmutex_kind) {
        TRY(ebb_cond_make_rwmutex(ebb, &made, label, BASE_OWNER(lock, struct ebb_rwmutex, head)));
    } else {
        if (ebb->current != NULL) ebb_panic(ebb, "condition %s needs a mutex or an rwmutex", label);
        return ERR_INPUT;
    }
    *out = &made->head;
    return OK;
}

static void op_wait(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_cond_wait(ebb, cond_of(self));
}

static void op_signal(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    (void)args, (void)results;
    ebb_cond_signal(ebb, cond_of(self));
}

static void op_broadcast(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                         struct ebb_value *results) {
    (void)args, (void)results;
    ebb_cond_broadcast(ebb, cond_of(self));
}

#define OP(index) .code = EBB_OP_CODE(KIND_COND, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_WAIT] = {OP(OP_WAIT), "wait", "", "", op_wait, "Unlocks, waits for a signal, and locks again.",
                 .rights = EBB_RIGHT_UNLOCK | EBB_RIGHT_INDIRECT, .waits = EBB_RIGHT_SIGNAL,
                 .outcomes = EBB_OUTCOME_WAITED | EBB_OUTCOME_WOKE},
    [OP_SIGNAL] = {OP(OP_SIGNAL), "signal", "", "", op_signal, "Wakes the one that has waited longest, if any.",
                   .rights = EBB_RIGHT_SIGNAL, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
    [OP_BROADCAST] = {OP(OP_BROADCAST), "broadcast", "", "", op_broadcast, "Wakes all that wait.",
                      .rights = EBB_RIGHT_SIGNAL, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
};

const struct ebb_kind ebb_cond_kind = {
    .id = KIND_COND,
    .left = EBB_LEFT_OBJECT,
    .name = "condition",
    .about = "A place to wait, beside a lock, until another coroutine signals.",
    .make_name = "cond",
    .make_shape = "lock:lock",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = cond_destroy,
    .reap = cond_reap,
    .trace = cond_trace,
};
