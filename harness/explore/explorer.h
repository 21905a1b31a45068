/* SPDX-License-Identifier: MIT */
/* explorer.h — the inside of an explorer, for strategies: what they may read, and the state each of them keeps. */
#ifndef EXPLORE_EXPLORER_H
#define EXPLORE_EXPLORER_H

#include "base/prng.h"
#include "core/world.h"
#include "explore/explore.h"
#include "explore/ranks.h"
#include "explore/search.h"

/* What is learnt from runs before: fixed tables, since it is looked up on coroutines' small stacks. What does not fit
 * is left out, and then weighs 1. */
#define URW_COROUTINES_MAX 128u
#define URW_SIGNATURES_MAX 128u
#define URW_WEIGHT_MAX 1000000u /* so that the sum of all fits a number of prng_below */
#define SURW_EVENTS_MAX 512u    /* noted of one run */

/* Of the run before, and of this one. */
struct explore_surw_learnt {
    struct explore_surw_notes {
        uint32_t event_count, co_count;
        struct explore_surw_event {
            uint64_t after, on; /* where its coroutine stood before, as a hash; the object's serial in that run */
            uint32_t co;        /* index below */
        } events[SURW_EVENTS_MAX];
        struct explore_surw_known {
            uint64_t signature;
            uint32_t parent; /* index; its own: none */
            uint32_t left;   /* events on the focus, its descendants' too: counted when a new run looks back on it */
        } cos[URW_COROUTINES_MAX];
    } notes[2];
    uint32_t past;                        /* which of them is of the run before */
    uint64_t waits[SURW_EVENTS_MAX * 2u]; /* the places before the events on the focus; 0: free */
};

struct explore_learnt {
    uint64_t first, span; /* NEXT decisions of the first run, and of the longest; 0: nothing learnt yet */
    uint32_t faults;      /* the most places for a fault that a run had; 0 likewise */
    struct explore_urw_most {
        uint64_t signature; /* 0: free */
        uint64_t events;    /* of one coroutine and its descendants in one run */
    } urw[URW_SIGNATURES_MAX];
};

struct explorer {
    struct ebb_chooser chooser;   /* what a world is given */
    struct ebb_observer observer; /* likewise, where the strategy looks on */
    struct mem *mem;
    const struct explore_strategy *strategy;
    struct explore_config config;
    uint64_t run;                     /* given to explore_begin */
    uint64_t decisions;               /* taken so far in this run: the number of the one being asked for */
    uint64_t nexts;                   /* those of them that were NEXT */
    uint64_t faults;                  /* those of them that asked for a fault */
    uint32_t depth;                   /* the number behind the strategy's name */
    struct explore_learnt learnt;     /* kept from run to run; forgotten by run 0 */
    struct explore_surw_learnt *surw; /* likewise; NULL: another strategy's */
    struct explore_schedule taken;
    struct explore_search *search; /* of a strategy that searches; kept from run to run */
    bool ran;                      /* the search has not been told yet that its run has ended */
    bool begun, lost;              /* lost: a deviation is missing from `taken` for lack of memory */
    union {                        /* of the strategy in use; set by its begin */
        struct prng random;
        struct explore_replay {
            uint32_t next;                            /* the first deviation not reached yet */
            const struct explore_deviation *diverged; /* the first that was asked for and not there */
        } replay;
        struct explore_fuzz {
            size_t at;    /* bytes read */
            uint64_t gap; /* decisions still left at the default before the next option byte */
            bool dry;     /* the input is used up */
        } fuzz;
        struct explore_pct {
            struct prng random;
            uint64_t change[2]; /* decisions at which whoever runs is lowered */
            uint64_t last;      /* who was chosen last: a serial, or RANK_ALARM */
            struct ranks ranks;
        } pct;
        struct explore_pos {
            struct prng random;
            struct ranks ranks;
        } pos;
        struct explore_delay {
            struct prng random;
            uint64_t at[3]; /* decisions with a delay; one may come twice */
            uint32_t count;
        } delay;
        struct explore_urw {
            struct prng random;
            uint32_t count;
            struct explore_urw_co {
                uint64_t serial, signature; /* serial 0: free */
                uint64_t events;            /* decisions for it and its descendants in this run */
                int64_t left;               /* estimated; its spawned descendants have their own */
                struct explore_urw_co *parent;
            } table[URW_COROUTINES_MAX], *order[URW_COROUTINES_MAX];
        } urw;
        struct explore_surw {
            struct prng random;
            uint64_t focus;    /* the serial of an object in the run before; 0: none */
            uint64_t intended; /* who is to make the next event on it, by serial; 0: not decided */
            struct explore_surw_co {
                uint64_t serial, signature; /* serial 0: free */
                int64_t left;               /* events on the focus, as urw has it of all */
                uint32_t number;            /* in the notes */
                uint32_t times;             /* in a row that its last verb, `place`, has come */
                uint64_t place, after;      /* after: where it stands, as a hash; never 0 */
            } table[URW_COROUTINES_MAX];
        } surw;
    } state;
};

/* Another stream of numbers for each seed, run and `salt`. */
void explore_seed(const struct explorer *self, struct prng *random, uint64_t salt);
/* A fault or none: one in every second run or so, anywhere in it, so that most of a run is what it would have been. */
uint32_t explore_fault(const struct explorer *self, struct prng *random, const struct ebb_choice *choice);
/* How many NEXT decisions this run is expected to have, at least 1: the most of any run so far. */
uint32_t explore_span(const struct explorer *self);
/* Has this run so many more that it may be caught in a loop? Then the rest is best a uniform walk, which is fair. */
bool explore_fair(const struct explorer *self);

/* The pick of a strategy that searches. */
uint32_t explore_pick_searched(struct explorer *self, const struct ebb_choice *choice);

#define STRATEGY(name) extern const struct explore_strategy explore_strategy_##name;
#include "explore/strategies.def"
#undef STRATEGY

#endif
