/* SPDX-License-Identifier: MIT */
/* mutex_impl.h — a mutex from inside, for the condition variables that let go of it and for what locks alike. */
#ifndef KINDS_MUTEX_MUTEX_IMPL_H
#define KINDS_MUTEX_MUTEX_IMPL_H

#include "core/world.h"
#include "kinds/mutex/mutex.h"

/* The lock itself, without an object around it. */
struct ebb_mutex_gate {
    struct ebb_waitq waiters;
    bool shut;
    struct ebb_mutex_owner owner; /* while shut */
};
void ebb_mutex_gate_init(struct ebb_mutex_gate *gate);
bool ebb_mutex_gate_take_now(struct ebb *ebb, struct ebb_mutex_gate *gate); /* false: it is shut. No step */
/* Attempts until it has it; inside a verb, whose last step, the attempt that succeeds, is the caller's. */
void ebb_mutex_gate_take(struct ebb *ebb, struct ebb_mutex_gate *gate, uint16_t waits); /* waits: as in ebb_waiter */
void ebb_mutex_gate_give_now(struct ebb_mutex_gate *gate);                              /* shut; no step */
/* Who takes a lock now. */
struct ebb_mutex_owner ebb_mutex_owner_now(const struct ebb *ebb);

struct ebb_mutex {
    struct ebb_object head;
    struct ebb_mutex_gate gate;
};
/* Unlocking without its step; panics when it is not locked. */
void ebb_mutex_unlock_now(struct ebb *ebb, struct ebb_mutex *mutex);

#endif
