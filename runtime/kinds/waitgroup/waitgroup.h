/* SPDX-License-Identifier: MIT */
/* waitgroup.h — waits until a counter is zero (Go, sync.WaitGroup). */
#ifndef KINDS_WAITGROUP_WAITGROUP_H
#define KINDS_WAITGROUP_WAITGROUP_H

#include "core/runtime.h"

struct ebb_waitgroup;

/* The caller has the one hold. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_waitgroup_make(struct ebb *ebb, struct ebb_waitgroup **out, const char *label);
struct ebb_waitgroup *ebb_waitgroup_hold(struct ebb_waitgroup *group); /* returns its argument */
void ebb_waitgroup_drop(struct ebb_waitgroup *group);                  /* gives one hold back; NULL is fine */

/* Changes the counter; at zero all that wait go on. Panics when it becomes negative, or too large to count. */
void ebb_waitgroup_add(struct ebb *ebb, struct ebb_waitgroup *group, int64_t delta);
void ebb_waitgroup_done(struct ebb *ebb, struct ebb_waitgroup *group); /* the same as adding -1 */
void ebb_waitgroup_wait(struct ebb *ebb, struct ebb_waitgroup *group); /* until the counter is zero */

int64_t ebb_waitgroup_count(const struct ebb_waitgroup *group);
struct ebb_object *ebb_waitgroup_object(struct ebb_waitgroup *group);

#endif
