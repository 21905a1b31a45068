/* SPDX-License-Identifier: MIT */
/* thread.h — OS threads, real ones, as the subject starts and joins them.
 *
 * What a thread does happens outside the world, which must never learn how fast it was. So a thread's end comes in by
 * an alarm alone: when that is chosen to fire, the world waits until the thread has really ended. */
#ifndef KINDS_THREAD_THREAD_H
#define KINDS_THREAD_THREAD_H

#include "core/runtime.h"

struct ebb_thread;

/* Starts a thread that runs `run`, which has a small stack, must not touch the world, and must come to its end by
 * itself. The caller has one hold and the thread another, until it is joined. ERR_LIMIT: out of threads. ERR_NOMEM. */
CHECKED enum status ebb_thread_start(struct ebb *ebb, struct ebb_thread **out, const char *label, void (*run)(void *),
                                     void *arg);
/* Starts a thread that does nothing until it is released, and then ends. */
CHECKED enum status ebb_thread_start_waiting(struct ebb *ebb, struct ebb_thread **out, const char *label);
struct ebb_thread *ebb_thread_hold(struct ebb_thread *thread); /* returns its argument; NULL is fine */
void ebb_thread_drop(struct ebb_thread *thread);               /* gives one hold back, which ends no thread */

/* A step. Panics when it was not waiting: released already, or started with something to run. */
void ebb_thread_release(struct ebb *ebb, struct ebb_thread *thread);
/* Blocks until the thread has ended: one that waits must be released first. Panics when another coroutine is joining
 * it, or one has joined it. */
void ebb_thread_join(struct ebb *ebb, struct ebb_thread *thread);

struct ebb_object *ebb_thread_object(struct ebb_thread *thread);

#endif
