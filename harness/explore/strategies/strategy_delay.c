/* SPDX-License-Identifier: MIT */
/* strategy_delay.c — delay bounding (Emmi, Qadeer, Rakamarić, POPL 2011), sampled: the default schedule, but at up to
 * `depth` random decisions the coroutine whose turn it is waits. Most leaks of small programs need no more than three.
 *
 * An option that passes over several coroutines costs as many delays; an alarm that fires early costs one. Which case
 * a select takes and what is drawn is no delay: those are uniform, but for run 0, which is the default throughout. */
#include "explore/explorer.h"

static void delay_begin(struct explorer *self) {
    struct explore_delay *state = &self->state.delay;
    explore_seed(self, &state->random, UINT64_C(0x64656C6179));
    state->count = self->run == 0 ? 0 : 1 + prng_below(&state->random, self->depth);
    for (uint32_t i = 0; i < state->count; i++) state->at[i] = prng_below(&state->random, explore_span(self));
}

static uint32_t delay_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_delay *state = &self->state.delay;
    if (self->run == 0) return 0;
    if (ebb_choice_fault(choice)) return explore_fault(self, &state->random, choice);
    if (choice->what != EBB_CHOOSE_NEXT) return prng_below(&state->random, choice->count);
    uint32_t delays = 0;
    for (uint32_t i = 0; i < state->count; i++) delays += state->at[i] == self->nexts;
    if (delays == 0) return 0;
    if (choice->alarm && prng_below(&state->random, choice->count - 1) == 0) return choice->count - 1;
    uint32_t coroutines = choice->count - (choice->alarm ? 1 : 0);
    return delays % coroutines;
}

const struct explore_strategy explore_strategy_delay = {
    .name = "delay",
    .about = "the default but for one delay at a random decision (delay1), or up to two, three (delay2, delay3, delay)",
    .depth_max = 3,
    .begin = delay_begin,
    .pick = delay_pick,
};
