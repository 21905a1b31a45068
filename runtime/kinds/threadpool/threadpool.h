/* SPDX-License-Identifier: MIT */
/* threadpool.h — helper threads for calls that block: each call has one to itself, made when none is free, and kept
 * for the next call until the pool is shut down.
 *
 * How long a call takes is said by the caller, in virtual time: when that is over, the world waits until the call has
 * really returned, so that real speed decides nothing. */
#ifndef KINDS_THREADPOOL_THREADPOOL_H
#define KINDS_THREADPOOL_THREADPOOL_H

#include "core/runtime.h"

struct ebb_threadpool;

/* No threads yet. The caller has the one hold; from its first helper on until it is shut down the pool holds itself
 * too. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_threadpool_make(struct ebb *ebb, struct ebb_threadpool **out, const char *label);
struct ebb_threadpool *ebb_threadpool_hold(struct ebb_threadpool *pool); /* returns its argument; NULL is fine */
void ebb_threadpool_drop(struct ebb_threadpool *pool);                   /* gives one hold back, which ends no thread */

/* Runs `run` on a helper thread and blocks until it has returned, `duration_ns` from now. EBB_NEVER: as far as the
 * world can see it never returns, and its thread stays with it. `run` (NULL: nothing) has a small stack, must not
 * touch the world, and must come to its end by itself. Panics when the pool is shut down, or being so. ERR_LIMIT: out
 * of threads. ERR_NOMEM. */
CHECKED enum status ebb_threadpool_call(struct ebb *ebb, struct ebb_threadpool *pool, void (*run)(void *), void *arg,
                                        int64_t duration_ns);
/* Blocks until the calls that are under way have returned, and ends all helpers. Twice panics. */
void ebb_threadpool_shutdown(struct ebb *ebb, struct ebb_threadpool *pool);

uint32_t ebb_threadpool_threads(const struct ebb_threadpool *pool); /* helpers there are */
uint32_t ebb_threadpool_busy(const struct ebb_threadpool *pool);    /* of which are in a call */
struct ebb_object *ebb_threadpool_object(struct ebb_threadpool *pool);

#endif
