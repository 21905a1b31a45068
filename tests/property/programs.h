/* SPDX-License-Identifier: MIT */
/* programs.h — a fixed set of small programs over most kinds, for properties that must hold whatever runs.
 *
 * One world at a time: what a program's coroutines share is static. A program that is refused memory says
 * ebb_exhausted; no other run may end with EBB_END_NOMEM. */
#ifndef PROPERTY_PROGRAMS_H
#define PROPERTY_PROGRAMS_H

#include <stdio.h>

#include "core/world.h"
#include "kinds/chan/chan.h"
#include "kinds/cond/cond.h"
#include "kinds/context/context.h"
#include "kinds/finalizer/finalizer.h"
#include "kinds/map/map.h"
#include "kinds/mutex/mutex.h"
#include "kinds/once/once.h"
#include "kinds/pool/pool.h"
#include "kinds/rwmutex/rwmutex.h"
#include "kinds/select/select.h"
#include "kinds/slice/slice.h"
#include "kinds/ticker/ticker.h"
#include "kinds/timer/timer.h"
#include "kinds/waitgroup/waitgroup.h"

#define NEED(expr)                            \
    do {                                      \
        if ((expr) != OK) ebb_exhausted(ebb); \
    } while (0)

static struct {
    struct ebb_chan *chans[4];
    struct ebb_waitgroup *group;
    struct ebb_mutex *mutex;
    struct ebb_cond *cond;
    struct ebb_rwmutex *rwmutex;
    struct ebb_once *once;
    struct ebb_context *context;
    uint64_t sum;
} shared;

static void shared_chans(struct ebb *ebb, uint32_t count, uint32_t capacity) {
    for (uint32_t i = 0; i < count; i++) NEED(ebb_chan_make(ebb, &shared.chans[i], "chan", capacity, 8));
}

static void shared_chans_drop(uint32_t count) {
    for (uint32_t i = 0; i < count; i++) ebb_chan_drop(shared.chans[i]);
}

/* --- channels ---------------------------------------------------------------------------------------------------- */

static void echo(struct ebb *ebb, void *arg) {
    (void)arg;
    uint64_t item;
    while (ebb_chan_recv(ebb, shared.chans[0], &item) == EBB_DONE) ebb_chan_send(ebb, shared.chans[1], &item);
    ebb_chan_close(ebb, shared.chans[1]);
}

static void ping_pong(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 2, 0);
    NEED(ebb_go(ebb, NULL, "echo", echo, NULL));
    for (uint64_t i = 0, got; i < 20; i++) {
        ebb_chan_send(ebb, shared.chans[0], &i);
        (void)ebb_chan_recv(ebb, shared.chans[1], &got);
        shared.sum += got;
    }
    ebb_chan_close(ebb, shared.chans[0]);
    (void)ebb_chan_recv(ebb, shared.chans[1], NULL);
    shared_chans_drop(2);
}

static void produce(struct ebb *ebb, void *arg) {
    (void)arg;
    for (uint64_t i = 0; i < 10; i++) ebb_chan_send(ebb, shared.chans[0], &i);
    ebb_waitgroup_done(ebb, shared.group);
}

static void close_after(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_waitgroup_wait(ebb, shared.group);
    ebb_chan_close(ebb, shared.chans[0]);
    ebb_waitgroup_drop(shared.group);
}

static void producers(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 1, 3);
    NEED(ebb_waitgroup_make(ebb, &shared.group, "producers"));
    ebb_waitgroup_add(ebb, shared.group, 3);
    for (int i = 0; i < 3; i++) NEED(ebb_go(ebb, NULL, "produce", produce, NULL));
    NEED(ebb_go(ebb, NULL, "close", close_after, NULL));
    uint64_t item;
    while (ebb_chan_recv(ebb, shared.chans[0], &item) == EBB_DONE) shared.sum = shared.sum * 3 + item;
    shared_chans_drop(1);
}

static void send_some(struct ebb *ebb, void *arg) {
    for (uint64_t i = 0; i < 8; i++) {
        ebb_chan_send(ebb, arg, &i);
        if (i % 3 == 0) (void)ebb_sleep(ebb, 40);
    }
    ebb_waitgroup_done(ebb, shared.group);
}

static void select_loop(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 4, 1);
    NEED(ebb_waitgroup_make(ebb, &shared.group, "senders"));
    ebb_waitgroup_add(ebb, shared.group, 4);
    struct ebb_case cases[4];
    uint64_t item = 0;
    for (uint32_t i = 0; i < 4; i++) {
        cases[i] = (struct ebb_case){.chan = shared.chans[i], .what = EBB_CASE_RECV, .recv = &item};
        NEED(ebb_go(ebb, NULL, "send", send_some, shared.chans[i]));
    }
    for (uint32_t got = 0; got < 32;) {
        uint32_t picked = ebb_select(ebb, cases, 4, 15, NULL);
        if (picked != EBB_SELECT_TIMEOUT) got++;
        shared.sum = shared.sum * 5 + picked + item;
        if (ebb_select_default(ebb, cases, 2, NULL) != EBB_SELECT_DEFAULT) got++;
    }
    ebb_waitgroup_wait(ebb, shared.group);
    ebb_waitgroup_drop(shared.group);
    shared_chans_drop(4);
}

static void forgets_a_sender(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 1, 0);
    NEED(ebb_go(ebb, NULL, "left", send_some, shared.chans[0]));
    NEED(ebb_go(ebb, NULL, "left too", echo, NULL));
    if (ebb_choose(ebb, 2) == 0) (void)ebb_chan_recv(ebb, shared.chans[0], NULL);
}

static void polls_for_ever(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 1, 0);
    while (!ebb_chan_try_recv(ebb, shared.chans[0], NULL, NULL)) shared.sum++;
}

/* --- spawning ------------------------------------------------------------------------------------------------------ */

static const int depths[] = {0, 1, 2, 3};

static void branch(struct ebb *ebb, void *arg) {
    const int *depth = arg;
    for (int i = 0; *depth > 0 && i < 4; i++) NEED(ebb_go(ebb, NULL, "branch", branch, (void *)(uintptr_t)(depth - 1)));
    if (*depth % 2 == 1) ebb_yield(ebb);
    uint64_t item = (uint64_t)*depth;
    ebb_chan_send(ebb, shared.chans[0], &item);
}

/* 85 coroutines, most of them alive at once: the slots grow. */
static void spawn_tree(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 1, 2);
    NEED(ebb_go(ebb, NULL, "root", branch, (void *)(uintptr_t)&depths[3]));
    uint64_t item;
    for (int i = 0; i < 85; i++) {
        (void)ebb_chan_recv(ebb, shared.chans[0], &item);
        shared.sum = shared.sum * 7 + item;
    }
    shared_chans_drop(1);
}

static void decides(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 10; i++) {
        uint32_t way = ebb_choose(ebb, 3);
        shared.sum = shared.sum * 11 + way;
        if (way == 0) (void)ebb_sleep(ebb, 10 * (i + 1));
        if (way == 1) ebb_yield(ebb);
    }
}

static void random_walks(struct ebb *ebb, void *arg) {
    for (int i = 0; i < 5; i++) NEED(ebb_go(ebb, NULL, "walker", decides, arg));
}

/* --- panics -------------------------------------------------------------------------------------------------------- */

static void recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    const char *text = ebb_recover(ebb);
    shared.sum += text == NULL ? 1 : strlen(text);
}

static void steps_when_deferred(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_step(ebb);
    shared.sum *= 13;
}

static void sends_when_closed(struct ebb *ebb, void *arg) {
    struct ebb_defer first, second;
    ebb_defer(ebb, &first, recovers, NULL);
    ebb_defer(ebb, &second, steps_when_deferred, NULL);
    ebb_chan_close(ebb, arg);
    uint64_t item = 1;
    ebb_chan_send(ebb, arg, &item);
}

static void panics_and_recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 3; i++) {
        shared_chans(ebb, 1, 1);
        if (!ebb_call(ebb, sends_when_closed, shared.chans[0])) shared.sum++;
        shared_chans_drop(1);
    }
}

static void closes_twice(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, shared.chans[0]);
}

static void panics_for_good(struct ebb *ebb, void *arg) {
    (void)arg;
    shared_chans(ebb, 1, 1);
    NEED(ebb_go(ebb, NULL, "closes", closes_twice, NULL));
    NEED(ebb_go(ebb, NULL, "closes", closes_twice, NULL));
    ebb_yield(ebb);
}

/* --- time ---------------------------------------------------------------------------------------------------------- */

static void sleeps(struct ebb *ebb, void *arg) {
    int64_t nap_ns = *(const int *)arg * 7 + 1;
    for (int i = 0; i < 5; i++) (void)ebb_sleep(ebb, nap_ns);
    shared.sum = shared.sum * 17 + (uint64_t)nap_ns;
}

static void sleepers(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 12; i++) NEED(ebb_go(ebb, NULL, "sleeper", sleeps, (void *)(uintptr_t)&depths[i % 4]));
}

static void called_back(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_step(ebb);
    shared.sum += 100;
}

static void timers(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_ticker *ticker;
    struct ebb_timer *timer, *callback;
    int64_t when_ns = 0;
    NEED(ebb_ticker_make(ebb, &ticker, "ticker", 10));
    NEED(ebb_timer_make(ebb, &timer, "timer", 35));
    NEED(ebb_timer_make_callback(ebb, &callback, "callback", 20, called_back, NULL));
    NEED(ebb_context_make_deadline(ebb, &shared.context, "deadline", NULL, 50));
    struct ebb_case cases[3] = {
        {.chan = ebb_ticker_chan(ticker), .what = EBB_CASE_RECV, .recv = &when_ns},
        {.chan = ebb_timer_chan(timer), .what = EBB_CASE_RECV, .recv = &when_ns},
        {.chan = ebb_context_done(shared.context), .what = EBB_CASE_RECV},
    };
    for (uint32_t picked = 0; picked != 2;) {
        picked = ebb_select(ebb, cases, 3, EBB_NEVER, NULL);
        shared.sum = shared.sum * 19 + picked + (uint64_t)when_ns;
    }
    (void)ebb_timer_reset(ebb, timer, 1000);
    (void)ebb_timer_stop(ebb, timer);
    ebb_timer_drop(timer);
    ebb_timer_drop(callback);
    ebb_ticker_drop(ticker); /* and nobody stops it */
    ebb_context_drop(shared.context);
}

/* --- locks --------------------------------------------------------------------------------------------------------- */

static void once_only(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_yield(ebb);
    shared.sum += 1000;
}

static void locks(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_once_do(ebb, shared.once, once_only, NULL);
    for (int i = 0; i < 3; i++) {
        ebb_rwmutex_rlock(ebb, shared.rwmutex);
        ebb_yield(ebb);
        ebb_rwmutex_runlock(ebb, shared.rwmutex);
        ebb_rwmutex_lock(ebb, shared.rwmutex);
        shared.sum = shared.sum * 23 + 1;
        ebb_rwmutex_unlock(ebb, shared.rwmutex);
    }
    ebb_mutex_lock(ebb, shared.mutex);
    shared.sum++;
    ebb_cond_signal(ebb, shared.cond);
    ebb_mutex_unlock(ebb, shared.mutex);
    ebb_waitgroup_done(ebb, shared.group);
}

static void lockers(struct ebb *ebb, void *arg) {
    (void)arg;
    NEED(ebb_mutex_make(ebb, &shared.mutex, "mutex"));
    NEED(ebb_cond_make(ebb, &shared.cond, "cond", shared.mutex));
    NEED(ebb_rwmutex_make(ebb, &shared.rwmutex, "rwmutex"));
    NEED(ebb_once_make(ebb, &shared.once, "once"));
    NEED(ebb_waitgroup_make(ebb, &shared.group, "group"));
    ebb_waitgroup_add(ebb, shared.group, 4);
    for (int i = 0; i < 4; i++) NEED(ebb_go(ebb, NULL, "locks", locks, NULL));
    ebb_mutex_lock(ebb, shared.mutex);
    ebb_cond_wait(ebb, shared.cond);
    ebb_mutex_unlock(ebb, shared.mutex);
    ebb_waitgroup_wait(ebb, shared.group);
    ebb_waitgroup_drop(shared.group);
    ebb_once_drop(shared.once);
    ebb_rwmutex_drop(shared.rwmutex);
    ebb_cond_drop(shared.cond);
    ebb_mutex_drop(shared.mutex);
}

/* --- containers ---------------------------------------------------------------------------------------------------- */

static void finalized(struct ebb *ebb, struct ebb_object *object, void *arg) {
    (void)object, (void)arg;
    ebb_step(ebb);
    shared.sum += 10000;
}

static void containers(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map;
    struct ebb_slice *slice, *view;
    struct ebb_pool *pool;
    NEED(ebb_map_make(ebb, &map, "map", 8));
    NEED(ebb_slice_make(ebb, &slice, "slice", 0, 4));
    NEED(ebb_pool_make(ebb, &pool, "pool"));
    for (uint64_t i = 0; i < 60; i++) {
        char key[64];
        int length = snprintf(key, sizeof key, "%s%u", i % 3 == 0 ? "a key that is too long to lie in the table " : "k",
                              (unsigned)i);
        NEED(ebb_map_put(ebb, map, (struct str){key, (size_t)length}, &i));
        NEED(ebb_slice_append(ebb, slice, &i, 8));
        if (i % 4 == 0) (void)ebb_map_delete(ebb, map, (struct str){key, (size_t)length});
    }
    NEED(ebb_slice_cut(ebb, slice, 8, 16, &view, "view"));
    ebb_slice_drop(slice);
    shared_chans(ebb, 1, 1);
    NEED(ebb_finalizer_set(ebb, "finalizer", ebb_chan_object(shared.chans[0]), finalized, NULL));
    NEED(ebb_pool_put(ebb, pool, ebb_chan_object(shared.chans[0])));
    struct ebb_object *back = ebb_pool_get(ebb, pool);
    if (back != NULL) ebb_object_release(back);
    (void)ebb_sleep(ebb, 10);
    shared.sum += ebb_map_len(map) + ebb_slice_len(view);
    ebb_slice_drop(view);
    ebb_map_drop(map);
    ebb_pool_drop(pool);
}

static const struct program {
    const char *name;
    void (*body)(struct ebb *, void *);
} programs[] = {
    {"ping_pong", ping_pong},
    {"producers", producers},
    {"select_loop", select_loop},
    {"forgets_a_sender", forgets_a_sender},
    {"polls_for_ever", polls_for_ever},
    {"spawn_tree", spawn_tree},
    {"random_walks", random_walks},
    {"panics_and_recovers", panics_and_recovers},
    {"panics_for_good", panics_for_good},
    {"sleepers", sleepers},
    {"timers", timers},
    {"lockers", lockers},
    {"containers", containers},
};

#endif
