/* SPDX-License-Identifier: MIT */
/* ranks.c — see ranks.h. No memory is asked for, since it is used on coroutines' small stacks. */
#include "explore/ranks.h"

#include "core/world.h"

uint64_t explore_ranks_who(const struct ebb_choice *choice, uint32_t option) {
    const struct ebb_co *co = ebb_choice_co(choice, option);
    return co == NULL ? RANK_ALARM : co->head.node.birth.serial;
}

void explore_ranks_set(struct ranks *ranks, uint64_t who, uint64_t rank) {
    ASSERT(who != 0);
    ranks->at[who % RANKS_MAX].who = who;
    ranks->at[who % RANKS_MAX].rank = rank;
}

uint64_t explore_ranks_get(struct ranks *ranks, struct prng *random, uint64_t who) {
    ASSERT(who != 0);
    if (ranks->at[who % RANKS_MAX].who != who) explore_ranks_set(ranks, who, prng_next(random) | RANK_FRESH);
    return ranks->at[who % RANKS_MAX].rank;
}

void explore_ranks_bottom(struct ranks *ranks, uint64_t who) {
    if (ranks->low == 0) ranks->low = RANK_LOW; /* again, after four thousand million times */
    explore_ranks_set(ranks, who, --ranks->low);
}

uint32_t explore_ranks_highest(struct ranks *ranks, struct prng *random, const struct ebb_choice *choice) {
    ASSERT(choice->what == EBB_CHOOSE_NEXT && choice->count > 1);
    if (choice->count > RANKS_MAX) return prng_below(random, choice->count);
    uint32_t best = 0;
    uint64_t highest = 0;
    for (uint32_t option = 0; option < choice->count; option++) {
        uint64_t rank = explore_ranks_get(ranks, random, explore_ranks_who(choice, option));
        if (option == 0 || rank > highest) best = option, highest = rank;
    }
    return best;
}
