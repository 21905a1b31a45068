/* SPDX-License-Identifier: MIT */
/* strategy_random.c — a uniform random walk: every option of every decision is as likely as the others. */
#include "explore/explorer.h"

static void walk_begin(struct explorer *self) { explore_seed(self, &self->state.random, UINT64_C(0x72616E646F6D)); }

static uint32_t walk_pick(struct explorer *self, const struct ebb_choice *choice) {
    ASSERT(choice->count > 1);
    if (ebb_choice_fault(choice)) return explore_fault(self, &self->state.random, choice);
    return prng_below(&self->state.random, choice->count);
}

const struct explore_strategy explore_strategy_random = {
    .name = "random",
    .about = "a uniform random walk over the options, another one for each run",
    .begin = walk_begin,
    .pick = walk_pick,
};
