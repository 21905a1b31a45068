/* SPDX-License-Identifier: MIT */
/* wakeup.h — wakeup trees: which events to run first from a decision, so that a race is seen the other way round and no
 * run turns out to be one seen before (Abdulla, Aronis, Jonsson, Sagonas, J. ACM 64(4), 2017, §6: Optimal-DPOR).
 *
 * A tree is an ordered list of edges, each with a list below it. An edge is one event, by its actor; below it there may be
 * edges for what was decided within the event (a case, a value), and below those the events that follow. A leaf says:
 * from here on as you like. That a tail is missing never loses a trace, since the race that leads there shows again; it
 * may cost a run that ends in sleep. But a tail in which something is decided is never left out: the search does not take
 * every option of every decision, and relies on those that make a difference being planned. */
#ifndef EXPLORE_WAKEUP_H
#define EXPLORE_WAKEUP_H

#include "explore/footprint.h"

#define WAKEUP_NONE UINT32_MAX

struct wakeup_edge {
    uint64_t label; /* the actor, or the option */
    bool data;      /* an option */
    bool used;
    uint32_t first, next;       /* below it, and after it in its list */
    struct footprint footprint; /* of the event, as last seen; actors only */
};

struct wakeup {
    struct mem *mem;
    struct wakeup_edge *edges;
    uint32_t count, capacity;
    uint32_t spare; /* list of edges that are not used any more */
    bool failed;    /* out of memory, or too many edges */
    bool unsaid;    /* something could not be put where it belongs */
};
void explore_wakeup_init(struct wakeup *wakeup, struct mem *mem);
void explore_wakeup_deinit(struct wakeup *wakeup);
void explore_wakeup_clear(struct wakeup *wakeup); /* no list is valid any more */

/* Events to be run one after the other, in an order that respects what happened before what. */
struct wakeup_event {
    uint64_t actor;
    uint32_t index, nth;   /* the actor's place and which of its events, as in the clocks */
    uint32_t width;        /* of the clock */
    const uint32_t *clock; /* what happened before it; borrowed */
    const struct footprint *footprint;
    const uint32_t *options; /* decided within it, in order; of the last one perhaps not all */
    uint32_t option_count;
};
/* Could the actor's next event, with that footprint, come before all of `events`? NULL: if it is one of them. */
bool explore_wakeup_weak_initial(const struct wakeup_event *events, uint32_t count, uint64_t actor,
                                 const struct footprint *footprint);
/* Adds the events to the list, unless it says already what comes to the same. `events` is used up. */
void explore_wakeup_insert(struct wakeup *wakeup, uint32_t *list, struct wakeup_event *events, uint32_t count);
/* One actor's event of which nothing is known, at the end, unless it is in the list. */
void explore_wakeup_append(struct wakeup *wakeup, uint32_t *list, uint64_t actor);
/* Takes the first edge out of the list and gives what is below it. */
uint32_t explore_wakeup_pop(struct wakeup *wakeup, uint32_t *list);
void explore_wakeup_drop(struct wakeup *wakeup, uint32_t *list); /* with all below; the list is empty then */

#endif
