/* SPDX-License-Identifier: MIT */
/* search_impl.h — the inside of a search, for search.c and for who keeps one in a file. */
#ifndef EXPLORE_SEARCH_IMPL_H
#define EXPLORE_SEARCH_IMPL_H

#include "explore/search.h"
#include "explore/wakeup.h"

#define SEARCH_NODES_MAX 1000000u
#define SEARCH_STEM_MAX 24u

struct search_sleeper { /* one whose next event, with all its data choices, has been run from here */
    uint64_t actor;
    bool ends; /* its event ended a run, by a panic: nothing can follow it, so it stands for nothing but itself */
    struct footprint footprint;
};

struct search_node {
    bool next; /* who; else a data choice within an event */
    uint32_t count, chosen;
    bool strayed;  /* reduced, data: what is chosen was not planned */
    bool closed;   /* reduced, data: nothing is run that is not planned */
    uint64_t cost; /* plain: of the options chosen before */
    uint32_t todo; /* reduced: the wakeup tree of what is to be run from here; what is being run is no longer in it */
    bool *done;    /* reduced, data: options that were taken */
    uint64_t *actors; /* of each option. All below: reduced and `next` only */
    uint32_t option_capacity, done_capacity;
    bool ends;                  /* as above */
    uint32_t event;             /* the number of the event that it chooses */
    struct footprint footprint; /* of the chosen one's event, over its data choices */
    uint32_t *asleep;           /* on arrival: places in `sleepers` */
    uint32_t asleep_count, asleep_capacity;
    uint32_t sleepers_from; /* those it has added itself begin there */
};

struct explore_search {
    struct trace trace;
    struct trace_listener listener;
    struct mem *mem;
    enum ebb_timers timers;
    uint64_t delays;
    struct explore_search_state state;
    struct search_node *nodes; /* those beyond `count` are kept for later */
    uint32_t count, capacity;
    uint32_t at;    /* decisions taken in this run */
    uint32_t fresh; /* events before this one were there in the run before */
    struct search_sleeper *sleepers;
    uint32_t sleeper_count, sleeper_capacity;
    uint32_t *asleep; /* now */
    uint32_t asleep_count, asleep_capacity;
    struct wakeup wakeup;
    uint32_t todo; /* what is to be run after the last known decision */
    bool followed; /* the event that goes on has been found in it */
    /* Somebody has been run who was not planned. A plan wakes all who sleep, since it would not have been made if one of
     * them could come first; so where it ends nobody sleeps, and a race that somebody asleep could come before was seen
     * when he was run. Without a plan he sleeps on, what comes behind the race may conflict with him, and that order is
     * nowhere else: then only who takes part in it, and first, stands for it. */
    bool loose;
    bool open;        /* set by the owner: every case and value is run from everywhere */
    bool closed;      /* some have not been */
    bool strayed;     /* it takes another option than was planned, while some slept */
    uint32_t *before; /* see races */
    uint32_t before_capacity;
    struct wakeup_event *events;
    uint32_t event_capacity;
    uint32_t until; /* of this run's events those before this one count, the one that ended the run not among them */
    bool ended;     /* there was such a one */
    bool redundant, diverged;
    struct search_pieces {
        uint32_t number, count; /* this one, of so many; count 1: there is no stem */
        uint32_t stem;          /* how many decisions about who runs the stem has */
        bool measuring;         /* how large the frontier is with such a stem: every run is made in passing */
        bool deeper;            /* somewhere there is something behind it */
        uint64_t entry;         /* of the frontier, where this run comes to */
    } pieces;
    uint32_t nexts;         /* decisions about who runs, of this run, or any where the search is plain */
    uint32_t stem;          /* nodes of this run that are on the stem; STEM_ON: it has not come to its end yet */
    uint32_t stem_sleepers; /* those before this one fell asleep on the stem */
};
#define STEM_ON UINT32_MAX

/* Room for `needed` of them, the new ones all zero. False: no memory, and the search has failed. */
bool explore_search_grow(struct explore_search *self, void **at, uint32_t *capacity, uint32_t needed, size_t size);
#define GROW(self, array, capacity, needed) \
    explore_search_grow((self), (void **)&(array), &(capacity), (needed), sizeof *(array))

#endif
