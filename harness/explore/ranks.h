/* SPDX-License-Identifier: MIT */
/* ranks.h — the ranks of coroutines for strategies that run whoever ranks highest. Fresh ranks are random, so whoever
 * is spawned is inserted at a random place; a strategy raises, lowers or forgets them as its algorithm says. */
#ifndef EXPLORE_RANKS_H
#define EXPLORE_RANKS_H

#include "base/prng.h"
#include "core/runtime.h"

/* As many coroutines as are told apart. Where more can run at once nobody looks for the highest: the walk is random. */
#define RANKS_MAX 256u
#define RANK_ALARM UINT64_MAX          /* stands for the earliest alarm, a pseudo-coroutine with a rank of its own */
#define RANK_FRESH (UINT64_C(1) << 63) /* fresh ranks are from here on, lowered ones below RANK_LOW */
#define RANK_LOW (UINT64_C(1) << 32)

struct ranks {
    uint64_t low; /* the last that was given by explore_ranks_bottom */
    struct {
        uint64_t who, rank; /* who: the serial of a birth; 0: none */
    } at[RANKS_MAX];        /* by serial, modulo; who is pushed out gets a fresh rank when asked for again */
};
uint64_t explore_ranks_who(const struct ebb_choice *choice, uint32_t option); /* NEXT only */
uint64_t explore_ranks_get(struct ranks *ranks, struct prng *random, uint64_t who);
void explore_ranks_set(struct ranks *ranks, uint64_t who, uint64_t rank);
void explore_ranks_bottom(struct ranks *ranks, uint64_t who); /* below everybody */
/* The option that ranks highest of a NEXT choice; a random one where there are more than RANKS_MAX. */
uint32_t explore_ranks_highest(struct ranks *ranks, struct prng *random, const struct ebb_choice *choice);

#endif
