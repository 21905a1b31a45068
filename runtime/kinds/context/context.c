/* SPDX-License-Identifier: MIT */
/* context.c — a channel that is closed when the context ends, and a list of the children that end with it.
 * Children hold their parent, and the parent only lists those that are not cancelled yet. */
#include "kinds/context/context.h"

#include "core/world.h"
#include "kinds/chan/chan_impl.h"
#include "kinds/kinds.h"

enum { OP_CANCEL, OP_COUNT };
static const struct ebb_op ops[OP_COUNT], outside;

struct ebb_context {
    struct ebb_object head;
    struct ebb_chan *done;      /* held */
    struct ebb_context *parent; /* held; NULL for a root */
    struct list sibling;        /* in the parent's children, until it is cancelled; NULL links for a root */
    struct list children;       /* not cancelled, in order of birth */
    struct list known;          /* in the world's, until it is cancelled */
    struct ebb_alarm deadline;  /* armed until it is cancelled, if it has one */
    bool cancelled, exceeded;
};

static struct ebb_context *sibling_of(struct list *link) { return BASE_OWNER(link, struct ebb_context, sibling); }

/* --- the end of a context ---------------------------------------------------------------------------------------- */

static void end_one(struct ebb_context *self, bool exceeded) {
    ASSERT(!self->cancelled);
    ebb_touch(self->head.ebb, &self->head, EBB_ACCESS_ALL);
    ebb_touch(self->head.ebb, &self->done->head, EBB_ACCESS_ALL);
    self->cancelled = true;
    self->exceeded = exceeded;
    list_remove(&self->known);
    ebb_touch_contexts(self->head.ebb, EBB_ACCESS_WRITE);
    ebb_alarm_clear(self->head.ebb, &self->deadline);
    if (!self->done->closed) ebb_chan_close_now(self->done); /* the subject may have closed it itself */
}

/* Ends it and all below it, without recursion: a chain of contexts may be longer than a stack is deep. Each leaves its
 * parent's list after its own children have; the parent, not yet released, is there to come back to. */
static void cancel_now(struct ebb_context *self, bool exceeded) {
    if (self->cancelled) return;
    struct ebb_context *one = self;
    end_one(one, exceeded);
    for (;;) {
        struct list *child = list_first(&one->children);
        if (child != NULL) {
            one = sibling_of(child);
            end_one(one, exceeded);
            continue;
        }
        struct ebb_context *parent = one->parent;
        bool last = one == self;
        if (list_linked(&one->sibling)) list_remove(&one->sibling);
        ebb_object_self_release(&one->head);
        if (last) return;
        one = parent;
    }
}

static void deadline_fire(struct ebb_alarm *alarm) {
    cancel_now(BASE_OWNER(alarm, struct ebb_context, deadline), true);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static enum status context_make(struct ebb *ebb, struct ebb_context **out, const char *label,
                                struct ebb_context *parent, const int64_t *delay_ns) {
    struct ebb_context *self = ebb_object_make(ebb, &ebb_context_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    list_init(&self->children);
    self->deadline.of = &self->head;
    self->deadline.fire = deadline_fire; /* always wakes, as far as anybody can tell: see alarm.h */
    enum status status = ebb_chan_make(ebb, &self->done, label, 0, 0);
    if (status != OK) goto fail;
    self->done->head.flags |= EBB_FLAG_INNER;
    if (parent != NULL) ebb_touch(ebb, &parent->head, EBB_ACCESS_ALL);
    bool over = parent != NULL && parent->cancelled, late = delay_ns != NULL && *delay_ns <= 0;
    if (ebb->depends && delay_ns != NULL)
        ebb_touch_thing(ebb, ebb_thing_instant(ebb_time_after(ebb, *delay_ns)), EBB_ACCESS_ALL);
    if (delay_ns != NULL && !over && !late)
        status = ebb_alarms_set(&ebb->alarms, &self->deadline, ebb_time_after(ebb, *delay_ns));
    if (status != OK) goto fail;
    self->parent = ebb_context_hold(parent);
    ebb_object_self_hold(&self->head);
    list_push(&ebb->contexts, &self->known);
    ebb_touch_contexts(ebb, EBB_ACCESS_WRITE);
    if (parent != NULL && !over) list_push(&parent->children, &self->sibling);
    if (over || late) cancel_now(self, over ? parent->exceeded : true);
    *out = self;
    return OK;
fail:
    ebb_chan_drop(self->done);
    ebb_object_free(&self->head, sizeof *self);
    return status;
}

enum status ebb_context_make(struct ebb *ebb, struct ebb_context **out, const char *label, struct ebb_context *parent) {
    return context_make(ebb, out, label, parent, NULL);
}

enum status ebb_context_make_deadline(struct ebb *ebb, struct ebb_context **out, const char *label,
                                      struct ebb_context *parent, int64_t delay_ns) {
    return context_make(ebb, out, label, parent, &delay_ns);
}

struct ebb_context *ebb_context_hold(struct ebb_context *context) {
    if (context != NULL) ebb_object_hold(&context->head);
    return context;
}

void ebb_context_drop(struct ebb_context *context) {
    if (context != NULL) ebb_object_release(&context->head);
}

void ebb_context_cancel(struct ebb *ebb, struct ebb_context *context) {
    ebb_op_begin(ebb, &ops[OP_CANCEL], &context->head);
    cancel_now(context, false);
    ebb_op_done(ebb);
}

uint32_t ebb_context_lose_ask(struct ebb *ebb) {
    uint32_t count = 0;
    if (!ebb_cancels(ebb)) return 0;
    ebb_touch_contexts(ebb, EBB_ACCESS_READ);
    LIST_EACH(link, &ebb->contexts) {
        if (count == EBB_CONTEXTS_LOST_MAX) break;
        count++;
    }
    return count == 0 ? 0 : ebb_choose_cancel(ebb, count + 1);
}

void ebb_context_lose(struct ebb *ebb, uint32_t option) {
    uint32_t at = 0;
    ASSERT(option > 0 && option <= EBB_CONTEXTS_LOST_MAX);
    LIST_EACH(link, &ebb->contexts) {
        if (++at < option) continue;
        struct ebb_context *lost = BASE_OWNER(link, struct ebb_context, known);
        ebb_op_begin(ebb, &outside, &lost->head);
        cancel_now(lost, false);
        ebb_op_done(ebb);
        return;
    }
    base_panic("there is no such context", __FILE__, __LINE__);
}

struct ebb_chan *ebb_context_done(struct ebb_context *context) {
    return context->done;
}
bool ebb_context_cancelled(const struct ebb_context *context) { return context->cancelled; }
bool ebb_context_deadline_exceeded(const struct ebb_context *context) { return context->exceeded; }
struct ebb_object *ebb_context_object(struct ebb_context *context) {
    return &context->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_context *context_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_context_kind);
    return BASE_OWNER(object, struct ebb_context, head);
}

struct ebb_object *ebb_context_done_object(struct ebb_object *context) {
    return ebb_chan_object(context_of(context)->done);
}

static void context_destroy(struct ebb_object *object) {
    struct ebb_context *self = context_of(object);
    for (;;) {
        ASSERT(self->cancelled && !ebb_alarm_armed(&self->deadline)); /* until then it holds itself */
        ASSERT(list_empty(&self->children) && !list_linked(&self->sibling));
        struct ebb_context *parent = self->parent;
        ebb_chan_drop(self->done);
        ebb_object_free(&self->head, sizeof *self);
        if (parent == NULL) return;
        if (parent->head.holds > 1 || (parent->head.flags & EBB_FLAG_FINALIZER) != 0) {
            ebb_object_release(&parent->head);
            return;
        }
        self = parent; /* its last hold was ours: a turn of the loop, since chains of contexts may be long */
    }
}

static void context_reap(struct ebb_object *object) {
    struct ebb_context *self = context_of(object);
    ebb_alarm_clear(object->ebb, &self->deadline);
    ebb_object_free(object, sizeof *self);
}

static void context_acts(const struct ebb_object *object, struct ebb_tracer *tracer) {
    struct ebb_context *self = BASE_OWNER(object, struct ebb_context, head);
    LIST_EACH(link, &self->children) tracer->visit(tracer, &sibling_of(link)->head);
}

static bool context_armed(const struct ebb_object *object) {
    const struct ebb_context *self = BASE_OWNER(object, struct ebb_context, head);
    return ebb_alarm_armed(&self->deadline) || (!self->cancelled && ebb_cancels(object->ebb));
}

static void context_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_context *self = context_of(object);
    ebb_tracer_edge(tracer, "done channel", 0);
    tracer->visit(tracer, &self->done->head);
    ebb_tracer_edge(tracer, "parent", 0);
    if (self->parent != NULL) tracer->visit(tracer, &self->parent->head);
}

static uint64_t context_remains(const struct ebb_object *object) { return !context_of(object)->cancelled; }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_context *made = NULL;
    struct ebb_context *parent = args[0].type == EBB_NIL ? NULL : context_of(args[0].object);
    TRY(context_make(ebb, &made, label, parent, args[1].type == EBB_NIL ? NULL : &args[1].integer));
    *out = &made->head;
    return OK;
}

static void op_cancel(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    (void)args, (void)results;
    ebb_context_cancel(ebb, context_of(self));
}

#define OP(index) .code = EBB_OP_CODE(KIND_CONTEXT, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_CANCEL] = {OP(OP_CANCEL), "cancel", "", "", op_cancel, "Cancels the context and all below it.",
                   .rights = EBB_RIGHT_CANCEL, .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
};

/* Not a verb: nobody of the subject does it. */
static const struct ebb_op outside = {OP(OP_COUNT), .name = "cancel from outside", .fault = true};

static void context_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_context *self = BASE_OWNER(object, struct ebb_context, head);
    teller->word(teller, (uint64_t)self->cancelled << 1 | self->exceeded);
    teller->object(teller, &self->done->head);
    teller->object(teller, self->parent == NULL ? NULL : &self->parent->head);
    ebb_alarm_tell(object->ebb, &self->deadline, teller);
}

const struct ebb_kind ebb_context_kind = {
    .id = KIND_CONTEXT,
    .left = EBB_LEFT_CONTEXT,
    .name = "context",
    .about = "Something that can be called off, with all that depends on it; also by a deadline.",
    .make_name = "context",
    .make_shape = "parent:context? deadline:duration?",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = context_destroy,
    .state = context_state,
    .reap = context_reap,
    .trace = context_trace,
    .acts = context_acts,
    .armed = context_armed,
    .remains = context_remains,
};

struct ebb_context *ebb_context_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_context_kind);
    return BASE_OWNER(object, struct ebb_context, head);
}
