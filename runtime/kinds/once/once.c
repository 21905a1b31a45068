/* SPDX-License-Identifier: MIT */
/* once.c — a glance at a flag, and behind it a lock: as Go does it, so that the same schedules exist. */
#include "kinds/once/once.h"

#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/mutex/mutex_impl.h"

/* What reports and digests call the parts of the one verb. Scenarios call ebb_once_do, with a body of theirs. */
enum { OP_LOOK, OP_LOCK, OP_UNLOCK, OP_COUNT };
static const struct ebb_op ops[OP_COUNT] = {
    [OP_LOOK] = {.code = EBB_OP_CODE(KIND_ONCE, OP_LOOK), .name = "do"},
    [OP_LOCK] = {.code = EBB_OP_CODE(KIND_ONCE, OP_LOCK),
                 .name = "do",
                 .waits = EBB_RIGHT_UNLOCK,
                 .outcomes = EBB_OUTCOME_WAITED},
    [OP_UNLOCK] = {.code = EBB_OP_CODE(KIND_ONCE, OP_UNLOCK),
                   .name = "do",
                   .rights = EBB_RIGHT_UNLOCK,
                   .outcomes = EBB_OUTCOME_WOKE},
};

struct ebb_once {
    struct ebb_object head;
    struct ebb_mutex_gate gate;
    bool done;
};

enum status ebb_once_make(struct ebb *ebb, struct ebb_once **out, const char *label) {
    struct ebb_once *self = ebb_object_make(ebb, &ebb_once_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    ebb_mutex_gate_init(&self->gate);
    *out = self;
    return OK;
}

struct ebb_once *ebb_once_hold(struct ebb_once *once) {
    ebb_object_hold(&once->head);
    return once;
}

void ebb_once_drop(struct ebb_once *once) {
    if (once != NULL) ebb_object_release(&once->head);
}

struct first_call {
    struct ebb_once *once;
    void (*run)(struct ebb *, void *);
    void *arg;
    struct ebb_defer defer;
};

static void unlock(struct ebb *ebb, struct ebb_once *once) {
    ebb_op_begin(ebb, &ops[OP_UNLOCK], &once->head);
    ebb_mutex_gate_give_now(&once->gate);
    ebb_op_done(ebb);
}

static void first_call_end(struct ebb *ebb, void *arg) {
    struct first_call *call = arg;
    ASSERT(!call->once->done);
    ebb_touch(ebb, &call->once->head, EBB_ACCESS_ALL);
    call->once->done = true;
    unlock(ebb, call->once);
}

static void first_call_body(struct ebb *ebb, void *arg) {
    struct first_call *call = arg;
    ebb_defer(ebb, &call->defer, first_call_end, call);
    call->run(ebb, call->arg);
}

void ebb_once_do(struct ebb *ebb, struct ebb_once *once, void (*run)(struct ebb *, void *), void *arg) {
    ebb_op_begin(ebb, &ops[OP_LOOK], &once->head);
    ebb_op_done(ebb);
    ebb_touch(ebb, &once->head, EBB_ACCESS_ALL); /* seen only now, as part of what comes next */
    if (once->done) return;
    ebb_op_begin(ebb, &ops[OP_LOCK], &once->head);
    ebb_mutex_gate_take(ebb, &once->gate, 0); /* whoever runs it unlocks without a verb */
    ebb_op_done(ebb);
    ebb_touch(ebb, &once->head, EBB_ACCESS_ALL);
    if (once->done) {
        unlock(ebb, once);
        return;
    }
    struct first_call call = {.once = once, .run = run, .arg = arg};
    (void)ebb_call(ebb, first_call_body, &call); /* false: a deferred call of `run` recovered; the panic is over */
}

bool ebb_once_is_done(const struct ebb_once *once) { return once->done; }
struct ebb_object *ebb_once_object(struct ebb_once *once) {
    return &once->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_once *once_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_once_kind);
    return BASE_OWNER(object, struct ebb_once, head);
}

static void once_destroy(struct ebb_object *object) {
    ASSERT(ebb_waitq_empty(&once_of(object)->gate.waiters)); /* who waits on it holds it */
    ebb_object_free(object, sizeof(struct ebb_once));
}

static void once_reap(struct ebb_object *object) {
    ebb_waitq_abandon(&once_of(object)->gate.waiters);
    ebb_object_free(object, sizeof(struct ebb_once));
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_once *made = NULL;
    TRY(ebb_once_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

const struct ebb_kind ebb_once_kind = {
    .id = KIND_ONCE,
    .left = EBB_LEFT_OBJECT,
    .name = "once",
    .about = "Runs something at most once, whoever comes first.",
    .make_name = "once",
    .make_shape = "",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = once_destroy,
    .reap = once_reap,
};

struct ebb_once *ebb_once_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_once_kind);
    return BASE_OWNER(object, struct ebb_once, head);
}
