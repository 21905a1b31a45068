/* SPDX-License-Identifier: MIT */
/* chan.h — channels (Go spec, "Channel types", "Send statements", "Receive operator", "Close").
 *
 * A NULL channel is the nil channel: sending and receiving block for ever, closing panics, and in a select it is never
 * ready. Items are copied. Waiting senders and receivers are served first come, first served. */
#ifndef KINDS_CHAN_CHAN_H
#define KINDS_CHAN_CHAN_H

#include "core/runtime.h"
#include "core/value.h"

struct ebb_chan;

/* Capacity 0: unbuffered, a send completes only with a receive. The caller has the one hold. `label` is borrowed for
 * the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_chan_make(struct ebb *ebb, struct ebb_chan **out, const char *label, uint32_t capacity,
                                  uint32_t item_size);
CHECKED enum status ebb_chan_make_shaped(struct ebb *ebb, struct ebb_chan **out, const char *label, uint32_t capacity,
                                         struct ebb_shape shape);
struct ebb_chan *ebb_chan_hold(struct ebb_chan *chan); /* returns its argument; NULL is fine */
void ebb_chan_drop(struct ebb_chan *chan);             /* gives one hold back; the last one ends it */

/* Blocks until the item is taken or buffered. Panics when the channel is closed, also while waiting. Items of size 0 may
 * be NULL. */
void ebb_chan_send(struct ebb *ebb, struct ebb_chan *chan, const void *item);
/* Blocks until there is an item. EBB_CLOSED: closed and drained; `item` is zeroed. `item` may be NULL. */
enum ebb_wake ebb_chan_recv(struct ebb *ebb, struct ebb_chan *chan, void *item);
/* Never block: false when it would. They see only partners that are parked already. */
bool ebb_chan_try_send(struct ebb *ebb, struct ebb_chan *chan, const void *item);
bool ebb_chan_try_recv(struct ebb *ebb, struct ebb_chan *chan, void *item, enum ebb_wake *why);
/* Receivers get what is buffered, then EBB_CLOSED; parked senders panic. Closing nil or twice panics. */
void ebb_chan_close(struct ebb *ebb, struct ebb_chan *chan);

uint32_t ebb_chan_len(const struct ebb_chan *chan); /* items buffered; 0 for nil */
uint32_t ebb_chan_capacity(const struct ebb_chan *chan);
struct ebb_object *ebb_chan_object(struct ebb_chan *chan);
struct ebb_chan *ebb_chan_from(struct ebb_object *object); /* which is one */

#endif
