/* SPDX-License-Identifier: MIT */
/* rwmutex_impl.h — a read-write lock from inside, for the condition variables that let go of it. */
#ifndef KINDS_RWMUTEX_RWMUTEX_IMPL_H
#define KINDS_RWMUTEX_RWMUTEX_IMPL_H

#include "core/world.h"
#include "kinds/rwmutex/rwmutex.h"

struct ebb_rwmutex {
    struct ebb_object head;
    struct ebb_waitq readers;  /* let in together when the writer leaves */
    struct ebb_waitq writers;  /* compete for the claim */
    struct ebb_waitq claimant; /* the one writer with the claim, while it waits for readers to leave */
    uint32_t reading;
    bool claimed; /* some writer writes, or waits for readers to leave: no reader gets in */
    bool writing;
    struct ebb_mutex_owner owner; /* of the claim, while claimed */
};
/* Unlocking for writing without its step; panics when nobody writes. */
void ebb_rwmutex_unlock_now(struct ebb *ebb, struct ebb_rwmutex *rwmutex);

#endif
