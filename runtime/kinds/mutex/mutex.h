/* SPDX-License-Identifier: MIT */
/* mutex.h — mutual exclusion (Go, sync.Mutex).
 *
 * A mutex does not hand over: unlocking wakes the first that waits, which competes again with whoever comes by. It
 * belongs to no coroutine: any may unlock it, and locking it twice waits for ever. */
#ifndef KINDS_MUTEX_MUTEX_H
#define KINDS_MUTEX_MUTEX_H

#include "core/runtime.h"

struct ebb_mutex;

/* Who has a lock, for reports; a copy, since a coroutine may end and leave its lock behind. */
struct ebb_mutex_owner {
    uint64_t serial;   /* of the coroutine, in the census */
    const char *label; /* the coroutine's */
    uint32_t line;     /* where the coroutine was when it took the lock */
};

/* The caller has the one hold. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_mutex_make(struct ebb *ebb, struct ebb_mutex **out, const char *label);
struct ebb_mutex *ebb_mutex_hold(struct ebb_mutex *mutex); /* returns its argument */
void ebb_mutex_drop(struct ebb_mutex *mutex);              /* gives one hold back; NULL is fine */

/* Waits until it is free. Each attempt that fails is a step. */
void ebb_mutex_lock(struct ebb *ebb, struct ebb_mutex *mutex);
bool ebb_mutex_try_lock(struct ebb *ebb, struct ebb_mutex *mutex); /* never waits: false when it would */
void ebb_mutex_unlock(struct ebb *ebb, struct ebb_mutex *mutex);   /* panics when it is not locked */

const struct ebb_mutex_owner *ebb_mutex_owner(const struct ebb_mutex *mutex); /* NULL: nobody has it */
struct ebb_object *ebb_mutex_object(struct ebb_mutex *mutex);

#endif
