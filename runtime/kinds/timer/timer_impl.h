/* SPDX-License-Identifier: MIT */
/* timer_impl.h — the channel of whatever tells the time: one place, into which the time goes if there is room. */
#ifndef KINDS_TIMER_TIMER_IMPL_H
#define KINDS_TIMER_TIMER_IMPL_H

#include "core/world.h"
#include "kinds/timer/timer.h"

/* For scenarios it carries durations as values, otherwise int64_t. */
CHECKED enum status ebb_timer_tick_make(struct ebb *ebb, struct ebb_chan **out, const char *label, bool values);
enum ebb_effect ebb_timer_tick_effect(const struct ebb_chan *chan); /* what a tick would do now */
bool ebb_timer_tick(struct ebb_chan *chan);                         /* false: no room, the tick is lost */

#endif
