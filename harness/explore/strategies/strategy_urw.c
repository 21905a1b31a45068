/* SPDX-License-Identifier: MIT */
/* strategy_urw.c — uniform random walk over interleavings (Zhao et al., ASPLOS 2025): a coroutine goes next with a
 * chance in proportion to the events it and those it will spawn have left. A plain walk favours the orders in which
 * the short ones end early; without blocking, this one makes every interleaving as likely as any other.
 *
 * How many events are left is estimated: per signature (label and line of the spawn), the most in any run before less
 * what this run has had; on a spawn the child's share moves from the parent to the child; never below 1. The most, not
 * the mean, because only decisions are seen: what a coroutine does when no other can run is not counted. */
#include "base/hash.h"
#include "core/world.h"
#include "explore/explorer.h"

static struct explore_urw_most *most_of(struct explorer *self, uint64_t signature) { /* NULL: the table is full */
    for (uint32_t i = 0; i < URW_SIGNATURES_MAX; i++) {
        struct explore_urw_most *most = &self->learnt.urw[(signature + i) % URW_SIGNATURES_MAX];
        if (most->signature == signature) return most;
        if (most->signature != 0) continue;
        most->signature = signature;
        return most;
    }
    return NULL;
}

/* What the run before has shown. */
static void urw_end(struct explorer *self) {
    struct explore_urw *state = &self->state.urw;
    for (uint32_t i = 0; i < state->count; i++) {
        struct explore_urw_most *most = most_of(self, state->order[i]->signature);
        if (most == NULL) continue;
        if (state->order[i]->events > most->events) most->events = state->order[i]->events;
    }
}

static void urw_begin(struct explorer *self) { explore_seed(self, &self->state.urw.random, UINT64_C(0x757277)); }

static struct explore_urw_co *find(struct explore_urw *state, uint64_t serial) { /* or where it would be; NULL: full */
    for (uint32_t i = 0; i < URW_COROUTINES_MAX; i++) {
        struct explore_urw_co *at = &state->table[(serial + i) % URW_COROUTINES_MAX];
        if (at->serial == serial || at->serial == 0) return at;
    }
    return NULL;
}

static int64_t estimate(struct explorer *self, uint64_t signature) {
    const struct explore_urw_most *most = most_of(self, signature);
    return most == NULL ? 1 : (int64_t)most->events;
}

static struct explore_urw_co *known(struct explorer *self, const struct ebb_co *co) { /* NULL: one too many */
    struct explore_urw *state = &self->state.urw;
    const struct census_birth *birth = &co->head.node.birth;
    struct explore_urw_co *at = find(state, birth->serial);
    if (at == NULL || at->serial != 0) return at;
    uint64_t signature = hash_mix(hash_bytes(str_of(birth->label), 0), birth->line) | 1;
    struct explore_urw_co *parent = birth->owner == 0 ? NULL : find(state, birth->owner);
    if (parent != NULL && parent->serial == 0) parent = NULL;
    *at = (struct explore_urw_co){birth->serial, signature, 0, estimate(self, signature), parent};
    state->order[state->count++] = at;
    if (parent != NULL) parent->left -= at->left;
    return at;
}

/* The alarm weighs as much as one option of a uniform walk would. */
static uint32_t urw_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_urw *state = &self->state.urw;
    uint32_t coroutines = choice->count - (choice->alarm ? 1 : 0);
    bool crowded = coroutines > URW_COROUTINES_MAX;
    if (ebb_choice_fault(choice)) return explore_fault(self, &state->random, choice);
    if (choice->what != EBB_CHOOSE_NEXT || crowded || explore_fair(self))
        return prng_below(&state->random, choice->count);
    if (choice->alarm && prng_below(&state->random, choice->count) == 0) return choice->count - 1;
    uint32_t weights[URW_COROUTINES_MAX] = {0}, total = 0, option = 0;
    for (uint32_t i = 0; i < coroutines; i++) {
        const struct explore_urw_co *at = known(self, ebb_choice_co(choice, i));
        int64_t left = at == NULL ? 1 : at->left;
        weights[i] = left < 1 ? 1 : left < URW_WEIGHT_MAX ? (uint32_t)left : URW_WEIGHT_MAX;
        total += weights[i];
    }
    for (uint32_t at = prng_below(&state->random, total); at >= weights[option]; option++) at -= weights[option];
    ASSERT(option < coroutines);
    struct explore_urw_co *chosen = known(self, ebb_choice_co(choice, option));
    if (chosen != NULL) chosen->left--;
    for (; chosen != NULL; chosen = chosen->parent) chosen->events++;
    return option;
}

const struct explore_strategy explore_strategy_urw = {
    .name = "urw",
    .about = "a random walk weighted by the events each coroutine has left, learnt from the runs before",
    .begin = urw_begin,
    .end = urw_end,
    .pick = urw_pick,
};
