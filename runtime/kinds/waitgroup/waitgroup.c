/* SPDX-License-Identifier: MIT */
/* waitgroup.c — a counter and those who wait for it. Whoever has been woken goes on, also when the counter has risen
 * again in the meantime. */
#include "kinds/waitgroup/waitgroup.h"

#include "core/world.h"
#include "kinds/kinds.h"

enum { OP_ADD, OP_DONE, OP_WAIT, OP_COUNT };
static const struct ebb_op ops[OP_COUNT];

struct ebb_waitgroup {
    struct ebb_object head;
    struct ebb_waitq waiters;
    int64_t count; /* negative only after a panic that said so */
};

enum status ebb_waitgroup_make(struct ebb *ebb, struct ebb_waitgroup **out, const char *label) {
    struct ebb_waitgroup *self = ebb_object_make(ebb, &ebb_waitgroup_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    ebb_waitq_init(&self->waiters);
    *out = self;
    return OK;
}

struct ebb_waitgroup *ebb_waitgroup_hold(struct ebb_waitgroup *group) {
    ebb_object_hold(&group->head);
    return group;
}

void ebb_waitgroup_drop(struct ebb_waitgroup *group) {
    if (group != NULL) ebb_object_release(&group->head);
}

static void add_now(struct ebb *ebb, struct ebb_waitgroup *group, int64_t delta) {
    const char *label = group->head.node.birth.label;
    if (__builtin_add_overflow(group->count, delta, &group->count)) ebb_panic(ebb, "waitgroup %s overflows", label);
    if (group->count < 0) ebb_cause(ebb, EBB_CAUSE_DOUBT, &group->head, 0, NULL);
    if (group->count < 0) ebb_panic(ebb, "negative waitgroup counter %s", label);
    ebb_cause(ebb, EBB_CAUSE_JOIN, &group->head, 0, NULL);
    if (group->count > 0) return;
    struct ebb_waiter *waiter;
    while ((waiter = ebb_waitq_first(&group->waiters)) != NULL) {
        const struct ebb_co *co = waiter->co;
        ebb_wake(waiter, EBB_DONE);
        ebb_cause(ebb, EBB_CAUSE_WAKES, &group->head, 0, co); /* of all that counted, not only of the last */
    }
}

void ebb_waitgroup_add(struct ebb *ebb, struct ebb_waitgroup *group, int64_t delta) {
    ebb_op_begin(ebb, &ops[OP_ADD], &group->head);
    add_now(ebb, group, delta);
    ebb_op_done(ebb);
}

void ebb_waitgroup_done(struct ebb *ebb, struct ebb_waitgroup *group) {
    ebb_op_begin(ebb, &ops[OP_DONE], &group->head);
    add_now(ebb, group, -1);
    ebb_op_done(ebb);
}

void ebb_waitgroup_wait(struct ebb *ebb, struct ebb_waitgroup *group) {
    ebb_op_begin(ebb, &ops[OP_WAIT], &group->head);
    if (group->count == 0) {
        ebb_cause(ebb, EBB_CAUSE_FOLLOW, &group->head, 0, NULL);
        ebb_op_done(ebb);
        return;
    }
    struct ebb_waiter waiter = {.co = ebb->current, .waits = EBB_RIGHT_DONE};
    ebb_waitq_push(&group->waiters, &waiter);
    (void)ebb_park(ebb, &waiter, 1, EBB_NEVER);
}

int64_t ebb_waitgroup_count(const struct ebb_waitgroup *group) { return group->count; }
struct ebb_object *ebb_waitgroup_object(struct ebb_waitgroup *group) {
    return &group->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_waitgroup *waitgroup_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_waitgroup_kind);
    return BASE_OWNER(object, struct ebb_waitgroup, head);
}

static void waitgroup_destroy(struct ebb_object *object) {
    ASSERT(ebb_waitq_empty(&waitgroup_of(object)->waiters)); /* who waits on it holds it */
    ebb_object_free(object, sizeof(struct ebb_waitgroup));
}

static void waitgroup_reap(struct ebb_object *object) {
    ebb_waitq_abandon(&waitgroup_of(object)->waiters);
    ebb_object_free(object, sizeof(struct ebb_waitgroup));
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_waitgroup *made = NULL;
    TRY(ebb_waitgroup_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static void op_add(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)results;
    ebb_waitgroup_add(ebb, waitgroup_of(self), args[0].type == EBB_NIL ? 1 : args[0].integer);
}

static void op_done(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_waitgroup_done(ebb, waitgroup_of(self));
}

static void op_wait(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_waitgroup_wait(ebb, waitgroup_of(self));
}

/* Bit 0 counts down, bit 1 waits, bit 2 counts up. Neither the order in which others are done matters nor, as long as
 * nobody counts up, whether they are before or after one begins to wait. */
#define COUNTS_DOWN ((struct ebb_access){1, 4})
#define WAITS ((struct ebb_access){2, 4})
#define OP(index) .code = EBB_OP_CODE(KIND_WAITGROUP, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_ADD] = {OP(OP_ADD), "add", "count:int?", "", op_add, "Adds to the counter, 1 unless said otherwise.",
                .rights = EBB_RIGHT_DONE},
    [OP_DONE] = {OP(OP_DONE), "done", "", "", op_done, "Takes 1 off the counter; at zero all that wait go on.",
                 .rights = EBB_RIGHT_DONE, .access = COUNTS_DOWN, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
    [OP_WAIT] = {OP(OP_WAIT), "wait", "", "", op_wait, "Waits until the counter is zero.", .access = WAITS,
                 .waits = EBB_RIGHT_DONE, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WAITED},
};

static void waitgroup_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_waitgroup *self = BASE_OWNER(object, struct ebb_waitgroup, head);
    teller->word(teller, (uint64_t)self->count);
    ebb_waitq_tell(&self->waiters, teller);
}

const struct ebb_kind ebb_waitgroup_kind = {
    .id = KIND_WAITGROUP,
    .left = EBB_LEFT_OBJECT,
    .name = "waitgroup",
    .about = "A counter of what is still to be done, and a place to wait for its end.",
    .make_name = "waitgroup",
    .make_shape = "",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = waitgroup_destroy,
    .state = waitgroup_state,
    .reap = waitgroup_reap,
};
