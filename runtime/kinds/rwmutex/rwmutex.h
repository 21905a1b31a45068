/* SPDX-License-Identifier: MIT */
/* rwmutex.h — a lock for many readers or one writer (Go, sync.RWMutex).
 *
 * Writers are preferred: one that merely waits already keeps new readers out, also those that read already and come
 * again. A leaving writer lets all waiting readers in before the next writer may compete. */
#ifndef KINDS_RWMUTEX_RWMUTEX_H
#define KINDS_RWMUTEX_RWMUTEX_H

#include "kinds/mutex/mutex.h"

struct ebb_rwmutex;

/* The caller has the one hold. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_rwmutex_make(struct ebb *ebb, struct ebb_rwmutex **out, const char *label);
struct ebb_rwmutex *ebb_rwmutex_hold(struct ebb_rwmutex *rwmutex); /* returns its argument */
void ebb_rwmutex_drop(struct ebb_rwmutex *rwmutex);                /* gives one hold back; NULL is fine */

void ebb_rwmutex_rlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex);   /* waits while a writer writes or waits */
void ebb_rwmutex_runlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex); /* panics when nobody reads */
void ebb_rwmutex_lock(struct ebb *ebb, struct ebb_rwmutex *rwmutex); /* waits for the writers before, and the readers */
void ebb_rwmutex_unlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex); /* panics when nobody writes */
/* Never wait: false when they would. */
bool ebb_rwmutex_try_rlock(struct ebb *ebb, struct ebb_rwmutex *rwmutex);
bool ebb_rwmutex_try_lock(struct ebb *ebb, struct ebb_rwmutex *rwmutex);

uint32_t ebb_rwmutex_readers(const struct ebb_rwmutex *rwmutex);                     /* that have it now */
const struct ebb_mutex_owner *ebb_rwmutex_writer(const struct ebb_rwmutex *rwmutex); /* NULL: nobody writes */
struct ebb_object *ebb_rwmutex_object(struct ebb_rwmutex *rwmutex);

#endif
