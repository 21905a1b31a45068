/* SPDX-License-Identifier: MIT */
/* pool.h — a pool of objects for reuse (Go: sync.Pool, without the collector that empties it): what is put there stays
 * until it is taken, and the last one put is the first one taken. */
#ifndef KINDS_POOL_POOL_H
#define KINDS_POOL_POOL_H

#include "core/runtime.h"

struct ebb_pool;

/* The caller has the one hold. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_pool_make(struct ebb *ebb, struct ebb_pool **out, const char *label);
struct ebb_pool *ebb_pool_hold(struct ebb_pool *pool); /* returns its argument; NULL is fine */
void ebb_pool_drop(struct ebb_pool *pool);             /* gives one hold back; the last one ends it */

/* The caller's hold moves in, unless there is no memory. NULL panics. ERR_NOMEM. */
CHECKED enum status ebb_pool_put(struct ebb *ebb, struct ebb_pool *pool, struct ebb_object *taken);
/* The hold moves out. NULL: the pool is empty, so make one. */
struct ebb_object *ebb_pool_get(struct ebb *ebb, struct ebb_pool *pool);

uint32_t ebb_pool_len(const struct ebb_pool *pool); /* objects kept */
struct ebb_object *ebb_pool_object(struct ebb_pool *pool);

#endif
