/* SPDX-License-Identifier: MIT */
/* timer.c — an alarm with a face: it sends the time, or starts a coroutine, once. */
#include "kinds/timer/timer_impl.h"

#include "kinds/chan/chan_impl.h"
#include "kinds/kinds.h"

enum { OP_STOP, OP_RESET, OP_COUNT };
static const struct ebb_op ops[OP_COUNT];

struct ebb_timer {
    struct ebb_object head;
    struct ebb_alarm alarm;
    struct ebb_chan *chan; /* held; NULL for a callback timer */
    void (*run)(struct ebb *, void *);
    void *arg;
    struct ebb_object *retained; /* held; or NULL */
};

/* --- the channel ------------------------------------------------------------------------------------------------- */

enum status ebb_timer_tick_make(struct ebb *ebb, struct ebb_chan **out, const char *label, bool values) {
    struct ebb_chan *made = NULL;
    TRY(ebb_chan_make_shaped(ebb, &made, label, 1, values ? ebb_shape_value() : ebb_shape_bytes(sizeof(int64_t))));
    made->head.flags |= EBB_FLAG_INNER;
    *out = made;
    return OK;
}

enum ebb_effect ebb_timer_tick_effect(const struct ebb_chan *chan) {
    if (chan->closed) return EBB_EFFECT_NONE; /* by the subject: nothing can be sent any more */
    if (!ebb_waitq_empty(&chan->receivers)) return EBB_EFFECT_WAKES;
    return chan->count < chan->capacity ? EBB_EFFECT_QUIET : EBB_EFFECT_NONE;
}

bool ebb_timer_tick(struct ebb_chan *chan) {
    ASSERT(chan->capacity == 1);
    if (ebb_timer_tick_effect(chan) == EBB_EFFECT_NONE) return false;
    int64_t now_ns = ebb_now_ns(chan->head.ebb);
    struct ebb_value value = {.type = EBB_DURATION, .integer = now_ns};
    bool values = chan->shape.trace != NULL;
    ASSERT(chan->shape.size == (values ? sizeof value : sizeof now_ns));
    ebb_chan_put_now(chan, values ? (const void *)&value : (const void *)&now_ns);
    return true;
}

/* --- firing ------------------------------------------------------------------------------------------------------ */

struct retained {
    struct ebb_roots roots;
    struct ebb_object *object;
};

static void retained_trace(struct ebb_roots *roots, void *tracer) {
    struct ebb_tracer *visitor = tracer;
    visitor->visit(visitor, BASE_OWNER(roots, struct retained, roots)->object);
}

static void retained_release(struct ebb_roots *roots) {
    ebb_object_release(BASE_OWNER(roots, struct retained, roots)->object);
}

/* The first and last of a callback's coroutine: what is retained passes from the timer, which may go, to it. */
static void callback(struct ebb *ebb, void *arg) {
    struct ebb_timer *timer = arg;
    void (*run)(struct ebb *, void *) = timer->run;
    void *run_arg = timer->arg;
    struct retained retained = {{.trace = retained_trace, .release = retained_release}, timer->retained};
    if (retained.object == NULL) {
        ebb_timer_drop(timer);
        run(ebb, run_arg);
        return;
    }
    ebb_object_hold(retained.object);
    ebb_timer_drop(timer);
    ebb_roots_push(ebb, &retained.roots);
    run(ebb, run_arg);
    ebb_roots_pop(ebb, &retained.roots);
    ebb_object_release(retained.object);
}

static void timer_fire(struct ebb_alarm *alarm) {
    struct ebb_timer *self = BASE_OWNER(alarm, struct ebb_timer, alarm);
    struct ebb *ebb = self->head.ebb;
    ASSERT(self->head.flags & EBB_FLAG_SELF_HOLD);
    if (self->chan != NULL) {
        (void)ebb_timer_tick(self->chan);
    } else {
        ebb_object_hold(&self->head); /* until the coroutine has begun */
        if (ebb_go(ebb, NULL, self->head.node.birth.label, callback, self) != OK) {
            ebb_object_release(&self->head);
            ebb->end = EBB_END_NOMEM; /* no verdict: what should have happened did not */
        }
    }
    ebb_object_self_release(&self->head);
}

static enum ebb_effect timer_effect(const struct ebb_alarm *alarm) {
    const struct ebb_timer *self = BASE_OWNER(alarm, struct ebb_timer, alarm);
    return self->chan == NULL ? EBB_EFFECT_WAKES : ebb_timer_tick_effect(self->chan);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

enum form { TIMER_BYTES, TIMER_VALUES, TIMER_CALLBACK };

static enum status timer_make(struct ebb *ebb, struct ebb_timer **out, const char *label, int64_t delay_ns,
                              enum form form) {
    struct ebb_timer *self = ebb_object_make(ebb, &ebb_timer_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->alarm = (struct ebb_alarm){.fire = timer_fire, .effect = timer_effect, .of = &self->head};
    if (ebb->depends) ebb_touch_thing(ebb, ebb_thing_instant(ebb_time_after(ebb, delay_ns)), EBB_ACCESS_ALL);
    enum status status = OK;
    if (form != TIMER_CALLBACK) status = ebb_timer_tick_make(ebb, &self->chan, label, form == TIMER_VALUES);
    if (status == OK) status = ebb_alarms_set(&ebb->alarms, &self->alarm, ebb_time_after(ebb, delay_ns));
    if (status != OK) {
        ebb_chan_drop(self->chan);
        ebb_object_free(&self->head, sizeof *self);
        return status;
    }
    ebb_object_self_hold(&self->head);
    *out = self;
    return OK;
}

enum status ebb_timer_make(struct ebb *ebb, struct ebb_timer **out, const char *label, int64_t delay_ns) {
    return timer_make(ebb, out, label, delay_ns, TIMER_BYTES);
}

enum status ebb_timer_make_callback(struct ebb *ebb, struct ebb_timer **out, const char *label, int64_t delay_ns,
                                    void (*run)(struct ebb *, void *), void *arg) {
    ASSERT(run != NULL);
    struct ebb_timer *made = NULL;
    TRY(timer_make(ebb, &made, label, delay_ns, TIMER_CALLBACK));
    made->run = run;
    made->arg = arg;
    *out = made;
    return OK;
}

void ebb_timer_retain(struct ebb_timer *timer, struct ebb_object *object) {
    ASSERT(timer->chan == NULL);
    struct ebb_object *before = timer->retained;
    if (object != NULL) ebb_object_hold(object);
    timer->retained = object;
    if (before != NULL) ebb_object_release(before);
}

struct ebb_timer *ebb_timer_hold(struct ebb_timer *timer) {
    ebb_object_hold(&timer->head);
    return timer;
}

void ebb_timer_drop(struct ebb_timer *timer) {
    if (timer != NULL) ebb_object_release(&timer->head);
}

struct ebb_chan *ebb_timer_chan(struct ebb_timer *timer) {
    return timer->chan;
}
bool ebb_timer_armed(const struct ebb_timer *timer) { return ebb_alarm_armed(&timer->alarm); }

bool ebb_timer_stop(struct ebb *ebb, struct ebb_timer *timer) {
    ebb_op_begin(ebb, &ops[OP_STOP], &timer->head);
    bool armed = ebb_alarm_armed(&timer->alarm);
    ASSERT(armed == ((timer->head.flags & EBB_FLAG_SELF_HOLD) != 0));
    ebb_alarm_clear(ebb, &timer->alarm);
    ebb_object_self_release(&timer->head); /* the caller has a hold of its own */
    ebb_op_done(ebb);
    return armed;
}

bool ebb_timer_reset(struct ebb *ebb, struct ebb_timer *timer, int64_t delay_ns) {
    ebb_op_begin(ebb, &ops[OP_RESET], &timer->head);
    bool armed = ebb_alarm_armed(&timer->alarm);
    ASSERT(armed == ((timer->head.flags & EBB_FLAG_SELF_HOLD) != 0));
    ebb_alarm_clear(ebb, &timer->alarm);
    ebb_alarm_set(ebb, &timer->alarm, ebb_time_after(ebb, delay_ns));
    if (!armed) ebb_object_self_hold(&timer->head);
    ebb_op_done(ebb);
    return armed;
}

struct ebb_object *ebb_timer_object(struct ebb_timer *timer) {
    return &timer->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_timer *timer_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_timer_kind);
    return BASE_OWNER(object, struct ebb_timer, head);
}

struct ebb_object *ebb_timer_chan_object(struct ebb_object *timer) {
    return ebb_chan_object(timer_of(timer)->chan);
}

static void timer_destroy(struct ebb_object *object) {
    struct ebb_timer *self = timer_of(object);
    ASSERT(!ebb_alarm_armed(&self->alarm)); /* until then it holds itself */
    ebb_chan_drop(self->chan);
    struct ebb_object *retained = self->retained;
    ebb_object_free(object, sizeof *self);
    if (retained != NULL) ebb_object_release(retained);
}

static void timer_reap(struct ebb_object *object) {
    struct ebb_timer *self = timer_of(object);
    ebb_alarm_clear(object->ebb, &self->alarm);
    ebb_object_free(object, sizeof *self);
}

static void timer_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_timer *self = timer_of(object);
    ebb_tracer_edge(tracer, "channel", 0);
    if (self->chan != NULL) tracer->visit(tracer, &self->chan->head);
    ebb_tracer_edge(tracer, "closure", 0);
    if (self->retained != NULL) tracer->visit(tracer, self->retained);
}

static uint64_t timer_remains(const struct ebb_object *object) { return ebb_alarm_armed(&timer_of(object)->alarm); }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_timer *made = NULL;
    TRY(timer_make(ebb, &made, label, args[0].integer, TIMER_VALUES));
    *out = &made->head;
    return OK;
}

static void op_stop(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args;
    results[0] = ebb_value_bool(ebb_timer_stop(ebb, timer_of(self)));
}

static void op_reset(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                     struct ebb_value *results) {
    results[0] = ebb_value_bool(ebb_timer_reset(ebb, timer_of(self), args[0].integer));
}

#define OP(index) .code = EBB_OP_CODE(KIND_TIMER, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_STOP] = {OP(OP_STOP), "stop", "", "ok:bool", op_stop, "Stops the timer; `ok` says whether it was armed."},
    [OP_RESET] = {OP(OP_RESET), "reset", "delay:duration", "ok:bool", op_reset,
                  "Arms the timer anew; `ok` says whether it was armed.", .rights = EBB_RIGHT_ARM},
};

/* Its alarm may be set as long as anything of it remains. */
static bool timer_armed(const struct ebb_object *object) { return timer_remains(object) > 0; }

static void timer_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_timer *self = BASE_OWNER(object, struct ebb_timer, head);
    teller->object(teller, self->chan == NULL ? NULL : &self->chan->head);
    teller->object(teller, self->retained);
    teller->word(teller, (uintptr_t)self->run);
    ebb_alarm_tell(object->ebb, &self->alarm, teller);
}

const struct ebb_kind ebb_timer_kind = {
    .id = KIND_TIMER,
    .left = EBB_LEFT_TIMER,
    .name = "timer",
    .about = "Sends the time, or starts a coroutine, once, after a delay.",
    .make_name = "timer",
    .make_shape = "delay:duration",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = timer_destroy,
    .state = timer_state,
    .reap = timer_reap,
    .trace = timer_trace,
    .remains = timer_remains,
    .armed = timer_armed,
};
