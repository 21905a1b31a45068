/* SPDX-License-Identifier: MIT */
/* strategy_random.c — a uniform random walk: every option of every decision is as likely as the others. */
#include "explore/explorer.h"

#include "base/hash.h"

/* Each fold is one to one in the number folded in, so two runs of one seed never share a stream. */
static void walk_begin(struct explorer *self) {
    prng_seed(&self->state.random, hash_mix(hash_mix(UINT64_C(0x72616E646F6D), self->config.seed), self->run));
}

static uint32_t walk_pick(struct explorer *self, const struct ebb_choice *choice) {
    ASSERT(choice->count > 1);
    return prng_below(&self->state.random, choice->count);
}

const struct explore_strategy explore_strategy_random = {
    .name = "random",
    .about = "a uniform random walk over the options, another one for each run",
    .begin = walk_begin,
    .pick = walk_pick,
};
