/* SPDX-License-Identifier: MIT */
/* ticker.h — sends the virtual time on a channel every period (Go, time.Ticker).
 *
 * The channel has one place; a slow reader loses ticks, they do not queue up. A ticker holds itself until it is
 * stopped: one that nobody stops is the leak this kind exists to show. */
#ifndef KINDS_TICKER_TICKER_H
#define KINDS_TICKER_TICKER_H

#include "kinds/chan/chan.h"

struct ebb_ticker;

/* Fires at exact multiples of the period from now on. The caller has one hold. The channel carries int64_t, the
 * virtual time in nanoseconds. `label` is borrowed for the life of the world. ERR_NOMEM. A period that is not positive
 * is a panic; from outside, where nobody can panic, ERR_INPUT. */
CHECKED enum status ebb_ticker_make(struct ebb *ebb, struct ebb_ticker **out, const char *label, int64_t period_ns);
struct ebb_ticker *ebb_ticker_hold(struct ebb_ticker *ticker); /* returns its argument */
void ebb_ticker_drop(struct ebb_ticker *ticker);               /* gives one hold back; NULL is fine */

struct ebb_chan *ebb_ticker_chan(struct ebb_ticker *ticker);      /* borrowed */
void ebb_ticker_stop(struct ebb *ebb, struct ebb_ticker *ticker); /* a tick that was sent stays in the channel */
void ebb_ticker_reset(struct ebb *ebb, struct ebb_ticker *ticker, int64_t period_ns); /* also after a stop */
bool ebb_ticker_armed(const struct ebb_ticker *ticker);

struct ebb_object *ebb_ticker_object(struct ebb_ticker *ticker);
struct ebb_object *ebb_ticker_chan_object(struct ebb_object *ticker);

#endif
