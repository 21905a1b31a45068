/* SPDX-License-Identifier: MIT */
/* finalizer.h — what is to be done with an object once nobody names it (Go: runtime.SetFinalizer).
 *
 * When its last hold goes, the object is not destroyed but queued. One coroutine labelled "finalizer", spawned when the
 * queue is no longer empty, runs the functions one after another in order of death, and destroys each object after its
 * function; it ends with the queue. A function that blocks keeps all that come behind it. Objects that hold each other
 * in a cycle never lose their last hold, and so are never finalized. Reaping runs nothing. */
#ifndef KINDS_FINALIZER_FINALIZER_H
#define KINDS_FINALIZER_FINALIZER_H

#include "core/runtime.h"

/* A step. Inside `run` the object is held once, by the queue. It may be held longer: then it lives on, without a
 * finalizer unless one is set anew. `label` is borrowed for the life of the world. Panics when the object has one, or
 * is a coroutine, whose end no hold decides. ERR_NOMEM. */
CHECKED enum status ebb_finalizer_set(struct ebb *ebb, const char *label, struct ebb_object *object,
                                      void (*run)(struct ebb *, struct ebb_object *, void *), void *arg);
bool ebb_finalizer_clear(struct ebb *ebb, struct ebb_object *object); /* a step; false: there was none */
uint32_t ebb_finalizer_due(const struct ebb *ebb); /* objects queued, with the one whose function runs */

#endif
