/* SPDX-License-Identifier: MIT */
/* rwmutex.c — a writer first claims the lock against other writers, and thereby against new readers, and then waits
 * for the old readers to leave. Readers are handed the lock; writers compete for the claim. */
#include "kinds/rwmutex/rwmutex_impl.h"

#include "kinds/kinds.h"
#include "kinds/mutex/mutex_impl.h"

enum { OP_RLOCK, OP_RUNLOCK, OP_LOCK, OP_UNLOCK, OP_TRY_RLOCK, OP_TRY_LOCK, OP_COUNT };
static const struct ebb_op ops[OP_COUNT];

enum status ebb_rwmutex_make(struct ebb *ebb, struct ebb_rwmutex **out, const char *label) {
    struct ebb_rwmutex *self = ebb_object_make(ebb, &ebb_rwmutex_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    ebb_waitq_init(&self->readers);
    ebb_waitq_init(&self->writers);
    ebb_waitq_init(&self->claimant);
    *out = self;
    return OK;
}

struct ebb_rwmutex *ebb_rwmutex_hold(struct ebb_rwmutex *rwmutex) {
    ebb_object_hold(&rwmutex->head);
    return rwmutex;
}

void ebb_rwmutex_drop(struct ebb_rwmutex *rwmutex) {
    if (rwmutex != NULL) ebb_object_release(&rwmutex->head);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

void ebb_rwmutex_rlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_op_begin(ebb, &ops[OP_RLOCK], &rwmutex->head);
    if (!rwmutex->claimed) {
        rwmutex->reading++;
        ebb_op_done(ebb);
        return;
    }
    struct ebb_waiter waiter = {.co = ebb->current, .waits = EBB_RIGHT_UNLOCK};
    ebb_waitq_push(&rwmutex->readers, &waiter);
    (void)ebb_park(ebb, &waiter, 1, EBB_NEVER); /* the writer that wakes it has counted it in */
}

bool ebb_rwmutex_try_rlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_op_begin(ebb, &ops[OP_TRY_RLOCK], &rwmutex->head);
    if (rwmutex->claimed) {
        ebb_op_polled(ebb);
        return false;
    }
    rwmutex->reading++;
    ebb_op_done(ebb);
    return true;
}

void ebb_rwmutex_runlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_op_begin(ebb, &ops[OP_RUNLOCK], &rwmutex->head);
    if (rwmutex->reading == 0) ebb_cause(ebb, EBB_CAUSE_DOUBT, &rwmutex->head, 0, NULL);
    if (rwmutex->reading == 0) ebb_panic(ebb, "runlock of unlocked rwmutex %s", rwmutex->head.node.birth.label);
    ASSERT(!rwmutex->writing);
    rwmutex->reading--;
    ebb_cause(ebb, EBB_CAUSE_JOIN, &rwmutex->head, 0, NULL);
    if (rwmutex->claimed && rwmutex->reading == 0) {
        struct ebb_waiter *claimant = ebb_waitq_first(&rwmutex->claimant);
        ASSERT(claimant != NULL);
        rwmutex->writing = true;
        const struct ebb_co *writer = claimant->co;
        ebb_wake(claimant, EBB_DONE);
        ebb_cause(ebb, EBB_CAUSE_WAKES, &rwmutex->head, 0, writer); /* of all readers, not only of the last */
    }
    ebb_op_done(ebb);
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

void ebb_rwmutex_lock(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_op_begin(ebb, &ops[OP_LOCK], &rwmutex->head);
    struct ebb_waiter waiter = {.co = ebb->current, .waits = EBB_RIGHT_UNLOCK};
    bool waited = rwmutex->claimed;
    while (rwmutex->claimed) {
        ebb_waitq_push(&rwmutex->writers, &waiter);
        (void)ebb_park(ebb, &waiter, 1, EBB_NEVER);
    }
    rwmutex->claimed = true;
    rwmutex->owner = ebb_mutex_owner_now(ebb);
    if (rwmutex->reading == 0) {
        rwmutex->writing = true;
        if (waited) ebb_came(ebb, EBB_OUTCOME_WAITED, 0);
        ebb_op_done(ebb);
        return;
    }
    waiter.waits = EBB_RIGHT_RUNLOCK;
    ebb_waitq_push(&rwmutex->claimant, &waiter);
    (void)ebb_park(ebb, &waiter, 1, EBB_NEVER); /* it writes since it was woken; somebody may have unlocked it since */
}

bool ebb_rwmutex_try_lock(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_op_begin(ebb, &ops[OP_TRY_LOCK], &rwmutex->head);
    if (rwmutex->claimed || rwmutex->reading > 0) {
        ebb_op_polled(ebb);
        return false;
    }
    rwmutex->claimed = rwmutex->writing = true;
    rwmutex->owner = ebb_mutex_owner_now(ebb);
    ebb_op_done(ebb);
    return true;
}

void ebb_rwmutex_unlock_now(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_touch(ebb, &rwmutex->head, EBB_ACCESS_ALL); /* the verb may be a condition's */
    if (!rwmutex->writing) ebb_panic(ebb, "unlock of unlocked rwmutex %s", rwmutex->head.node.birth.label);
    ASSERT(rwmutex->claimed && rwmutex->reading == 0);
    rwmutex->claimed = rwmutex->writing = false;
    struct ebb_waiter *waiter;
    while ((waiter = ebb_waitq_first(&rwmutex->readers)) != NULL) {
        rwmutex->reading++;
        ebb_wake(waiter, EBB_DONE);
    }
    waiter = ebb_waitq_first(&rwmutex->writers);
    if (waiter != NULL) ebb_wake(waiter, EBB_DONE);
}

void ebb_rwmutex_unlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex) {
    ebb_op_begin(ebb, &ops[OP_UNLOCK], &rwmutex->head);
    ebb_rwmutex_unlock_now(ebb, rwmutex);
    ebb_op_done(ebb);
}

uint32_t ebb_rwmutex_readers(const struct ebb_rwmutex *rwmutex) { return rwmutex->reading; }

const struct ebb_mutex_owner *ebb_rwmutex_writer(const struct ebb_rwmutex *rwmutex) {
    return rwmutex->writing ? &rwmutex->owner : NULL;
}

struct ebb_object *ebb_rwmutex_object(struct ebb_rwmutex *rwmutex) {
    return &rwmutex->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_rwmutex *rwmutex_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_rwmutex_kind);
    return BASE_OWNER(object, struct ebb_rwmutex, head);
}

static void rwmutex_destroy(struct ebb_object *object) {
    struct ebb_rwmutex *self = rwmutex_of(object);
    ASSERT(ebb_waitq_empty(&self->readers) && ebb_waitq_empty(&self->writers)); /* who waits on it holds it */
    ASSERT(ebb_waitq_empty(&self->claimant));
    ebb_object_free(object, sizeof *self);
}

static void rwmutex_reap(struct ebb_object *object) {
    struct ebb_rwmutex *self = rwmutex_of(object);
    ebb_waitq_abandon(&self->readers);
    ebb_waitq_abandon(&self->writers);
    ebb_waitq_abandon(&self->claimant);
    ebb_object_free(object, sizeof *self);
}

static uint64_t rwmutex_remains(const struct ebb_object *object) {
    const struct ebb_rwmutex *self = rwmutex_of(object);
    return (uint64_t)self->reading + self->writing;
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_rwmutex *made = NULL;
    TRY(ebb_rwmutex_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

/* The four verbs without arguments and results. */
#define PLAIN_VERB(verb)                                                                          \
    static void op_##verb(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, \
                          struct ebb_value *results) {                                            \
        (void)args, (void)results;                                                                \
        ebb_rwmutex_##verb(ebb, rwmutex_of(self));                                                \
    }
PLAIN_VERB(rlock)
PLAIN_VERB(runlock)
PLAIN_VERB(lock)
PLAIN_VERB(unlock)

static void op_try_rlock(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                         struct ebb_value *results) {
    (void)args;
    results[0] = ebb_value_bool(ebb_rwmutex_try_rlock(ebb, rwmutex_of(self)));
}

static void op_try_lock(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    (void)args;
    results[0] = ebb_value_bool(ebb_rwmutex_try_lock(ebb, rwmutex_of(self)));
}

/* Bit 0 comes to read, bit 1 leaves: readers do not care about each other's order, nor do those that leave. */
#define COMES ((struct ebb_access){1, (uint16_t)~1u})
#define LEAVES ((struct ebb_access){2, (uint16_t)~2u})
#define OP(index) .code = EBB_OP_CODE(KIND_RWMUTEX, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_RLOCK] = {OP(OP_RLOCK), "rlock", "", "", op_rlock, "Locks for reading; waits while a writer writes or waits.",
                  .access = COMES, .waits = EBB_RIGHT_UNLOCK, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WAITED},
    [OP_RUNLOCK] = {OP(OP_RUNLOCK), "runlock", "", "", op_runlock, "Ends one reading, whoever began it.",
                    .rights = EBB_RIGHT_RUNLOCK, .access = LEAVES, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
    [OP_LOCK] = {OP(OP_LOCK), "lock", "", "", op_lock, "Locks for writing; keeps new readers out while it waits.",
                 .waits = EBB_RIGHT_UNLOCK | EBB_RIGHT_RUNLOCK, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WAITED},
    [OP_UNLOCK] = {OP(OP_UNLOCK), "unlock", "", "", op_unlock, "Ends the writing, whoever began it.",
                   .rights = EBB_RIGHT_UNLOCK, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
    [OP_TRY_RLOCK] = {OP(OP_TRY_RLOCK), "try_rlock", "", "ok:bool", op_try_rlock,
                      "Locks for reading if that needs no waiting; `ok` says whether it did.",
                      .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_VAIN},
    [OP_TRY_LOCK] = {OP(OP_TRY_LOCK), "try_lock", "", "ok:bool", op_try_lock,
                     "Locks for writing if that needs no waiting; `ok` says whether it did.",
                     .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_VAIN},
};

const struct ebb_kind ebb_rwmutex_kind = {
    .id = KIND_RWMUTEX,
    .left = EBB_LEFT_LOCK,
    .name = "rwmutex",
    .about = "A lock that many readers, or one writer, have at a time; writers are preferred.",
    .make_name = "rwmutex",
    .make_shape = "",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = rwmutex_destroy,
    .reap = rwmutex_reap,
    .remains = rwmutex_remains,
};
