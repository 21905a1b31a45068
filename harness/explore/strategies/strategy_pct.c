/* SPDX-License-Identifier: MIT */
/* strategy_pct.c — probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): whoever ranks highest runs, and
 * at depth - 1 random decisions the one that runs is put below all others. A bug that needs `depth` orderings shows in
 * a run with chance at least 1 / (n · k^(depth-1)), for n coroutines and k decisions.
 *
 * Three things the paper leaves open: k is what the runs before have shown; a coroutine that only polled is inserted
 * again at a random rank, since otherwise whoever it polls for would never run; and after many more decisions than k
 * the walk is uniform, so that loops that do more than poll come to an end as well. */
#include "core/world.h"
#include "explore/explorer.h"

static void pct_begin(struct explorer *self) {
    struct explore_pct *state = &self->state.pct;
    explore_seed(self, &state->random, UINT64_C(0x706374));
    for (uint32_t i = 0; i + 1 < self->depth; i++) state->change[i] = prng_below(&state->random, explore_span(self));
}

static uint32_t pct_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_pct *state = &self->state.pct;
    if (ebb_choice_fault(choice)) return explore_fault(self, &state->random, choice);
    if (choice->what != EBB_CHOOSE_NEXT || explore_fair(self)) return prng_below(&state->random, choice->count);
    const struct ebb_co *current = ebb_current(choice->ebb);
    uint64_t runs = current == NULL ? state->last : current->head.node.birth.serial;
    for (uint32_t i = 0; i + 1 < self->depth; i++)
        if (state->change[i] == self->nexts && runs != 0) explore_ranks_bottom(&state->ranks, runs);
    /* Half of these ranks are below the fresh ones, and all above the lowered ones. */
    if (current != NULL && current->spun) explore_ranks_set(&state->ranks, runs, prng_next(&state->random) | RANK_LOW);
    uint32_t option = explore_ranks_highest(&state->ranks, &state->random, choice);
    state->last = explore_ranks_who(choice, option);
    if (state->last != RANK_ALARM) return option;
    /* The next alarm is another pseudo-coroutine; as often as not it waits until nobody else can run. */
    if (prng_below(&state->random, 2) == 0)
        explore_ranks_bottom(&state->ranks, RANK_ALARM);
    else
        explore_ranks_set(&state->ranks, RANK_ALARM, prng_next(&state->random) | RANK_FRESH);
    return option;
}

const struct explore_strategy explore_strategy_pct = {
    .name = "pct",
    .about = "the highest of random ranks runs; pct1, pct2, pct3: with 0, 1, 2 random changes of rank (pct: 3)",
    .depth_max = 3,
    .begin = pct_begin,
    .pick = pct_pick,
};
