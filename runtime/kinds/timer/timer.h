/* SPDX-License-Identifier: MIT */
/* timer.h — something that happens once, later (Go ≤ 1.22, time.Timer).
 *
 * A channel timer sends the time of its firing on a channel of capacity 1; a callback timer starts a coroutine. An
 * armed timer holds itself. */
#ifndef KINDS_TIMER_TIMER_H
#define KINDS_TIMER_TIMER_H

#include "kinds/chan/chan.h"

struct ebb_timer;

/* Armed from the start; the caller has one hold. The channel carries int64_t, the virtual time in nanoseconds.
 * `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_timer_make(struct ebb *ebb, struct ebb_timer **out, const char *label, int64_t delay_ns);
/* When it fires, a new coroutine of the timer's label runs `run`. */
CHECKED enum status ebb_timer_make_callback(struct ebb *ebb, struct ebb_timer **out, const char *label,
                                            int64_t delay_ns, void (*run)(struct ebb *, void *), void *arg);
/* What `arg` of a callback timer needs: held by the timer as long as there is one (it may be reset), and by each
 * coroutine it starts. Replaces what was retained before; NULL for nothing. */
void ebb_timer_retain(struct ebb_timer *timer, struct ebb_object *object);
struct ebb_timer *ebb_timer_hold(struct ebb_timer *timer); /* returns its argument */
void ebb_timer_drop(struct ebb_timer *timer);              /* gives one hold back; NULL is fine */

struct ebb_chan *ebb_timer_chan(struct ebb_timer *timer); /* borrowed; NULL for a callback timer */
/* Both say whether it was armed: false when it has fired or was stopped. A time that was sent stays in the channel. */
bool ebb_timer_stop(struct ebb *ebb, struct ebb_timer *timer);
bool ebb_timer_reset(struct ebb *ebb, struct ebb_timer *timer, int64_t delay_ns);
bool ebb_timer_armed(const struct ebb_timer *timer);

struct ebb_object *ebb_timer_object(struct ebb_timer *timer);
struct ebb_object *ebb_timer_chan_object(struct ebb_object *timer);

#endif
