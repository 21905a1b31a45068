/* SPDX-License-Identifier: MIT */
/* mutex.c — a lock that is fought over: whoever is woken tries again, and queues up at the end when it was late. */
#include "kinds/mutex/mutex_impl.h"

#include "kinds/kinds.h"

enum { OP_LOCK, OP_UNLOCK, OP_TRY_LOCK, OP_COUNT };
static const struct ebb_op ops[OP_COUNT];

/* --- the gate ---------------------------------------------------------------------------------------------------- */

struct ebb_mutex_owner ebb_mutex_owner_now(const struct ebb *ebb) {
    const struct ebb_co *co = ebb->current;
    ASSERT(co != NULL);
    const struct census_birth *birth = &co->head.node.birth;
    return (struct ebb_mutex_owner){.serial = birth->serial, .label = birth->label, .line = co->line};
}

void ebb_mutex_gate_init(struct ebb_mutex_gate *gate) {
    ebb_waitq_init(&gate->waiters);
    gate->shut = false;
}

bool ebb_mutex_gate_take_now(struct ebb *ebb, struct ebb_mutex_gate *gate) {
    if (gate->shut) return false;
    gate->shut = true;
    gate->owner = ebb_mutex_owner_now(ebb);
    return true;
}

void ebb_mutex_gate_take(struct ebb *ebb, struct ebb_mutex_gate *gate, uint16_t waits) {
    bool waited = false;
    for (; !ebb_mutex_gate_take_now(ebb, gate); waited = true) {
        struct ebb_waiter waiter = {.co = ebb->current, .waits = waits};
        ebb_waitq_push(&gate->waiters, &waiter);
        (void)ebb_park(ebb, &waiter, 1, EBB_NEVER);
    }
    if (waited) ebb_came(ebb, EBB_OUTCOME_WAITED, 0);
}

void ebb_mutex_gate_give_now(struct ebb_mutex_gate *gate) {
    ASSERT(gate->shut);
    gate->shut = false;
    struct ebb_waiter *first = ebb_waitq_first(&gate->waiters);
    if (first != NULL) ebb_wake(first, EBB_DONE);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

enum status ebb_mutex_make(struct ebb *ebb, struct ebb_mutex **out, const char *label) {
    struct ebb_mutex *self = ebb_object_make(ebb, &ebb_mutex_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    ebb_mutex_gate_init(&self->gate);
    *out = self;
    return OK;
}

struct ebb_mutex *ebb_mutex_hold(struct ebb_mutex *mutex) {
    ebb_object_hold(&mutex->head);
    return mutex;
}

void ebb_mutex_drop(struct ebb_mutex *mutex) {
    if (mutex != NULL) ebb_object_release(&mutex->head);
}

void ebb_mutex_lock(struct ebb *ebb, struct ebb_mutex *mutex) {
    ebb_op_begin(ebb, &ops[OP_LOCK], &mutex->head);
    ebb_mutex_gate_take(ebb, &mutex->gate, EBB_RIGHT_UNLOCK);
    ASSERT(mutex->gate.shut);
    ebb_op_done(ebb);
}

bool ebb_mutex_try_lock(struct ebb *ebb, struct ebb_mutex *mutex) {
    ebb_op_begin(ebb, &ops[OP_TRY_LOCK], &mutex->head);
    if (!ebb_mutex_gate_take_now(ebb, &mutex->gate)) {
        ebb_op_polled(ebb);
        return false;
    }
    ebb_op_done(ebb);
    return true;
}

void ebb_mutex_unlock_now(struct ebb *ebb, struct ebb_mutex *mutex) {
    ebb_touch(ebb, &mutex->head, EBB_ACCESS_ALL); /* the verb may be a condition's */
    if (!mutex->gate.shut) ebb_panic(ebb, "unlock of unlocked mutex %s", mutex->head.node.birth.label);
    ebb_mutex_gate_give_now(&mutex->gate);
}

void ebb_mutex_unlock(struct ebb *ebb, struct ebb_mutex *mutex) {
    ebb_op_begin(ebb, &ops[OP_UNLOCK], &mutex->head);
    ebb_mutex_unlock_now(ebb, mutex);
    ebb_op_done(ebb);
}

const struct ebb_mutex_owner *ebb_mutex_owner(const struct ebb_mutex *mutex) {
    return mutex->gate.shut ? &mutex->gate.owner : NULL;
}

struct ebb_object *ebb_mutex_object(struct ebb_mutex *mutex) {
    return &mutex->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_mutex *mutex_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_mutex_kind);
    return BASE_OWNER(object, struct ebb_mutex, head);
}

static void mutex_destroy(struct ebb_object *object) {
    ASSERT(ebb_waitq_empty(&mutex_of(object)->gate.waiters)); /* who waits on it holds it */
    ebb_object_free(object, sizeof(struct ebb_mutex));
}

static void mutex_reap(struct ebb_object *object) {
    ebb_waitq_abandon(&mutex_of(object)->gate.waiters);
    ebb_object_free(object, sizeof(struct ebb_mutex));
}

static uint64_t mutex_remains(const struct ebb_object *object) { return mutex_of(object)->gate.shut; }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_mutex *made = NULL;
    TRY(ebb_mutex_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static void op_lock(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_mutex_lock(ebb, mutex_of(self));
}

static void op_unlock(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    (void)args, (void)results;
    ebb_mutex_unlock(ebb, mutex_of(self));
}

static void op_try_lock(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    (void)args;
    results[0] = ebb_value_bool(ebb_mutex_try_lock(ebb, mutex_of(self)));
}

#define OP(index) .code = EBB_OP_CODE(KIND_MUTEX, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_LOCK] = {OP(OP_LOCK), "lock", "", "", op_lock, "Locks the mutex; waits until it is free.",
                 .waits = EBB_RIGHT_UNLOCK, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WAITED},
    [OP_UNLOCK] = {OP(OP_UNLOCK), "unlock", "", "", op_unlock, "Unlocks the mutex, whoever locked it.",
                   .rights = EBB_RIGHT_UNLOCK, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
    [OP_TRY_LOCK] = {OP(OP_TRY_LOCK), "try_lock", "", "ok:bool", op_try_lock,
                     "Locks the mutex if it is free; `ok` says whether it was.",
                     .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_VAIN},
};

static void mutex_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_mutex *self = BASE_OWNER(object, struct ebb_mutex, head);
    teller->word(teller, self->gate.shut);
    ebb_waitq_tell(&self->gate.waiters, teller);
}

const struct ebb_kind ebb_mutex_kind = {
    .id = KIND_MUTEX,
    .left = EBB_LEFT_LOCK,
    .name = "mutex",
    .about = "A lock that one coroutine has at a time.",
    .make_name = "mutex",
    .make_shape = "",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = mutex_destroy,
    .state = mutex_state,
    .reap = mutex_reap,
    .remains = mutex_remains,
};
