/* SPDX-License-Identifier: MIT */
/* explorer.h — the inside of an explorer, for strategies: what they may read, and the state each of them keeps. */
#ifndef EXPLORE_EXPLORER_H
#define EXPLORE_EXPLORER_H

#include "base/prng.h"
#include "explore/explore.h"

struct explorer {
    struct ebb_chooser chooser; /* what a world is given */
    struct mem *mem;
    const struct explore_strategy *strategy;
    struct explore_config config;
    uint64_t run;       /* given to explore_begin */
    uint64_t decisions; /* taken so far in this run: the number of the one being asked for */
    struct explore_schedule taken;
    bool begun, lost; /* lost: a deviation is missing from `taken` for lack of memory */
    union {           /* of the strategy in use; set by its begin */
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
    } state;
};

#define STRATEGY(name) extern const struct explore_strategy explore_strategy_##name;
#include "explore/strategies.def"
#undef STRATEGY

#endif
