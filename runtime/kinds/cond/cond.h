/* SPDX-License-Identifier: MIT */
/* cond.h — condition variables (Go, sync.Cond).
 *
 * A signal that nobody waits for is lost. Waiting lets go of the lock and queues up in one step; whoever is woken has
 * to lock again like anybody else. */
#ifndef KINDS_COND_COND_H
#define KINDS_COND_COND_H

#include "kinds/mutex/mutex.h"
#include "kinds/rwmutex/rwmutex.h"

struct ebb_cond;

/* The condition holds its lock, which is the mutex, or the writing side of the read-write lock. The caller has the
 * one hold on it. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_cond_make(struct ebb *ebb, struct ebb_cond **out, const char *label, struct ebb_mutex *lock);
CHECKED enum status ebb_cond_make_rwmutex(struct ebb *ebb, struct ebb_cond **out, const char *label,
                                          struct ebb_rwmutex *lock);
struct ebb_cond *ebb_cond_hold(struct ebb_cond *cond); /* returns its argument */
void ebb_cond_drop(struct ebb_cond *cond);             /* gives one hold back; NULL is fine */

/* Panics when the lock is not locked. Returns with the lock. */
void ebb_cond_wait(struct ebb *ebb, struct ebb_cond *cond);
void ebb_cond_signal(struct ebb *ebb, struct ebb_cond *cond);    /* wakes the one that has waited longest */
void ebb_cond_broadcast(struct ebb *ebb, struct ebb_cond *cond); /* wakes all */
struct ebb_object *ebb_cond_object(struct ebb_cond *cond);

#endif
