/* SPDX-License-Identifier: MIT */
/* ticker.c — an alarm that sets itself again. While nobody reads it may leap: ticks that would be lost anyway need not
 * be walked through one by one. */
#include "kinds/ticker/ticker.h"

#include "kinds/chan/chan_impl.h"
#include "kinds/kinds.h"
#include "kinds/timer/timer_impl.h"

enum { OP_STOP, OP_RESET, OP_COUNT };
static const struct ebb_op ops[OP_COUNT];

struct ebb_ticker {
    struct ebb_object head;
    struct ebb_alarm alarm; /* armed until stop */
    struct ebb_chan *chan;  /* held */
    int64_t period_ns;      /* > 0 */
    int64_t due_ns;         /* of the alarm */
};

/* The first tick after now; or, when those until `skip_to_ns` would be lost too, the last of those. Counted from the
 * tick that has just been due, which may lie in the past: a full channel is not worth an early alarm. */
static int64_t next_due(const struct ebb_ticker *self, bool lost) {
    const struct ebb *ebb = self->head.ebb;
    int64_t reach_ns = ebb->now_ns;
    ASSERT(reach_ns >= self->due_ns && self->period_ns > 0);
    if (lost && ebb->skip_to_ns > reach_ns && ebb->skip_to_ns != EBB_NEVER) reach_ns = ebb->skip_to_ns;
    int64_t due_ns = reach_ns - (reach_ns - self->due_ns) % self->period_ns;
    if (due_ns > ebb->now_ns) return due_ns;
    return self->period_ns > EBB_NEVER - due_ns ? EBB_NEVER : due_ns + self->period_ns;
}

static void ticker_fire(struct ebb_alarm *alarm) {
    struct ebb_ticker *self = BASE_OWNER(alarm, struct ebb_ticker, alarm);
    bool sent = ebb_timer_tick(self->chan);
    self->due_ns = next_due(self, !sent);
    ebb_alarms_again(&self->head.ebb->alarms, alarm, self->due_ns);
}

static enum ebb_effect ticker_effect(const struct ebb_alarm *alarm) {
    return ebb_timer_tick_effect(BASE_OWNER(alarm, struct ebb_ticker, alarm)->chan);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static void refuse(struct ebb *ebb, const char *label) {
    if (ebb->current != NULL) ebb_panic(ebb, "period of ticker %s is not positive", label);
}

static enum status ticker_make(struct ebb *ebb, struct ebb_ticker **out, const char *label, int64_t period_ns,
                               bool values) {
    if (period_ns <= 0) {
        refuse(ebb, label);
        return ERR_INPUT;
    }
    struct ebb_ticker *self = ebb_object_make(ebb, &ebb_ticker_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->period_ns = period_ns;
    self->due_ns = ebb_time_after(ebb, period_ns);
    self->alarm = (struct ebb_alarm){.fire = ticker_fire, .effect = ticker_effect, .of = &self->head};
    if (ebb->depends) ebb_touch_thing(ebb, ebb_thing_instant(self->due_ns), EBB_ACCESS_ALL);
    enum status status = ebb_timer_tick_make(ebb, &self->chan, label, values);
    if (status == OK) status = ebb_alarms_set(&ebb->alarms, &self->alarm, self->due_ns);
    if (status != OK) {
        ebb_chan_drop(self->chan);
        ebb_object_free(&self->head, sizeof *self);
        return status;
    }
    ebb_object_self_hold(&self->head);
    *out = self;
    return OK;
}

enum status ebb_ticker_make(struct ebb *ebb, struct ebb_ticker **out, const char *label, int64_t period_ns) {
    return ticker_make(ebb, out, label, period_ns, false);
}

struct ebb_ticker *ebb_ticker_hold(struct ebb_ticker *ticker) {
    ebb_object_hold(&ticker->head);
    return ticker;
}

void ebb_ticker_drop(struct ebb_ticker *ticker) {
    if (ticker != NULL) ebb_object_release(&ticker->head);
}

struct ebb_chan *ebb_ticker_chan(struct ebb_ticker *ticker) {
    return ticker->chan;
}
bool ebb_ticker_armed(const struct ebb_ticker *ticker) { return ebb_alarm_armed(&ticker->alarm); }

void ebb_ticker_stop(struct ebb *ebb, struct ebb_ticker *ticker) {
    ebb_op_begin(ebb, &ops[OP_STOP], &ticker->head);
    ebb_alarm_clear(ebb, &ticker->alarm);
    ebb_object_self_release(&ticker->head); /* the caller has a hold of its own */
    ebb_op_done(ebb);
}

void ebb_ticker_reset(struct ebb *ebb, struct ebb_ticker *ticker, int64_t period_ns) {
    ebb_op_begin(ebb, &ops[OP_RESET], &ticker->head);
    if (period_ns <= 0) refuse(ebb, ticker->head.node.birth.label);
    bool armed = ebb_alarm_armed(&ticker->alarm);
    ASSERT(armed == ((ticker->head.flags & EBB_FLAG_SELF_HOLD) != 0));
    ebb_alarm_clear(ebb, &ticker->alarm);
    ticker->period_ns = period_ns;
    ticker->due_ns = ebb_time_after(ebb, period_ns);
    ebb_alarm_set(ebb, &ticker->alarm, ticker->due_ns);
    if (!armed) ebb_object_self_hold(&ticker->head);
    ebb_op_done(ebb);
}

struct ebb_object *ebb_ticker_object(struct ebb_ticker *ticker) {
    return &ticker->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_ticker *ticker_of(const struct ebb_object *object) {
    ASSERT(object->kind == &ebb_ticker_kind);
    return BASE_OWNER(object, struct ebb_ticker, head);
}

struct ebb_object *ebb_ticker_chan_object(struct ebb_object *ticker) {
    return ebb_chan_object(ticker_of(ticker)->chan);
}

static void ticker_destroy(struct ebb_object *object) {
    struct ebb_ticker *self = ticker_of(object);
    ASSERT(!ebb_alarm_armed(&self->alarm)); /* until then it holds itself */
    ebb_chan_drop(self->chan);
    ebb_object_free(object, sizeof *self);
}

static void ticker_reap(struct ebb_object *object) {
    struct ebb_ticker *self = ticker_of(object);
    ebb_alarm_clear(object->ebb, &self->alarm);
    ebb_object_free(object, sizeof *self);
}

static void ticker_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    ebb_tracer_edge(tracer, "channel", 0);
    tracer->visit(tracer, &ticker_of(object)->chan->head);
}

static uint64_t ticker_remains(const struct ebb_object *object) { return ebb_alarm_armed(&ticker_of(object)->alarm); }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_ticker *made = NULL;
    TRY(ticker_make(ebb, &made, label, args[0].integer, true));
    *out = &made->head;
    return OK;
}

static void op_stop(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_ticker_stop(ebb, ticker_of(self));
}

static void op_reset(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                     struct ebb_value *results) {
    (void)results;
    ebb_ticker_reset(ebb, ticker_of(self), args[0].integer);
}

#define OP(index) .code = EBB_OP_CODE(KIND_TICKER, index)
static const struct ebb_op ops[OP_COUNT] = {
    [OP_STOP] = {OP(OP_STOP), "stop", "", "", op_stop, "Stops the ticker; it can be reset."},
    [OP_RESET] = {OP(OP_RESET), "reset", "period:duration", "", op_reset, "Ticks from now on with another period.",
                  .rights = EBB_RIGHT_ARM},
};

/* Its alarm may be set as long as anything of it remains. */
static bool ticker_armed(const struct ebb_object *object) { return ticker_remains(object) > 0; }

static void ticker_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_ticker *self = ticker_of(object);
    teller->word(teller, (uint64_t)self->period_ns);
    teller->object(teller, &self->chan->head);
    ebb_alarm_tell(object->ebb, &self->alarm, teller);
}

const struct ebb_kind ebb_ticker_kind = {
    .id = KIND_TICKER,
    .left = EBB_LEFT_TIMER,
    .name = "ticker",
    .about = "Sends the time every period, until it is stopped.",
    .make_name = "ticker",
    .make_shape = "period:duration",
    .make = op_make,
    .ops = ops,
    .op_count = OP_COUNT,
    .destroy = ticker_destroy,
    .state = ticker_state,
    .reap = ticker_reap,
    .trace = ticker_trace,
    .remains = ticker_remains,
    .armed = ticker_armed,
};
