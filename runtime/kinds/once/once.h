/* SPDX-License-Identifier: MIT */
/* once.h — a function that runs at most once (Go, sync.Once). */
#ifndef KINDS_ONCE_ONCE_H
#define KINDS_ONCE_ONCE_H

#include "core/runtime.h"

struct ebb_once;

/* The caller has the one hold. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_once_make(struct ebb *ebb, struct ebb_once **out, const char *label);
struct ebb_once *ebb_once_hold(struct ebb_once *once); /* returns its argument */
void ebb_once_drop(struct ebb_once *once);             /* gives one hold back; NULL is fine */

/* The first caller runs `run`; those who come while it runs wait for its end, the others return at once. It counts as
 * done also when `run` panics. A call from within `run` waits for ever. The caller holds `once` throughout. */
void ebb_once_do(struct ebb *ebb, struct ebb_once *once, void (*run)(struct ebb *, void *), void *arg);

bool ebb_once_is_done(const struct ebb_once *once);
struct ebb_object *ebb_once_object(struct ebb_once *once);
struct ebb_once *ebb_once_from(struct ebb_object *object); /* which is one */

#endif
