/* SPDX-License-Identifier: MIT */
/* context.h — a tree of cancellations (Go, context).
 *
 * Cancelling a context cancels all below it. One that nobody cancels stays for ever, which is the leak this kind
 * exists to show: until it is cancelled it holds itself. */
#ifndef KINDS_CONTEXT_CONTEXT_H
#define KINDS_CONTEXT_CONTEXT_H

#include "kinds/chan/chan.h"

struct ebb_context;

/* The caller has one hold. `parent` may be NULL, and is held; below a cancelled parent the new context is cancelled
 * from the start. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_context_make(struct ebb *ebb, struct ebb_context **out, const char *label,
                                     struct ebb_context *parent);
/* The same, and after `delay_ns` it is cancelled by itself; at once when that is not positive. */
CHECKED enum status ebb_context_make_deadline(struct ebb *ebb, struct ebb_context **out, const char *label,
                                              struct ebb_context *parent, int64_t delay_ns);
struct ebb_context *ebb_context_hold(struct ebb_context *context); /* returns its argument; NULL is fine */
void ebb_context_drop(struct ebb_context *context);                /* gives one hold back; NULL is fine */

/* Cancels it and what is below it, parents first, children in the order they were made. Again: nothing but a step. */
void ebb_context_cancel(struct ebb *ebb, struct ebb_context *context);
/* A fault. Does somebody outside, a client that goes away, cancel one now: which of those not cancelled yet, counted from
 * 1 in order of birth, and only the oldest of them? 0: nobody does, or may. */
#define EBB_CONTEXTS_LOST_MAX 16u
uint32_t ebb_context_lose_ask(struct ebb *ebb);
void ebb_context_lose(struct ebb *ebb, uint32_t option);        /* as answered; a step of the current coroutine */
struct ebb_chan *ebb_context_done(struct ebb_context *context); /* borrowed; closed when cancelled, carries nothing */
bool ebb_context_cancelled(const struct ebb_context *context);
bool ebb_context_deadline_exceeded(const struct ebb_context *context); /* it, or one above it, came to its deadline */

struct ebb_object *ebb_context_object(struct ebb_context *context);
struct ebb_object *ebb_context_done_object(struct ebb_object *context);
struct ebb_context *ebb_context_from(struct ebb_object *object); /* which is one */

#endif
