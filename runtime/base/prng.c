/* SPDX-License-Identifier: MIT */
/* prng.c — see prng.h. */
#include "base/prng.h"

static uint64_t splitmix(uint64_t *state) {
    uint64_t mixed = (*state += UINT64_C(0x9E3779B97F4A7C15));
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

static uint64_t rotate_left(uint64_t value, unsigned bits) { return (value << bits) | (value >> (64 - bits)); }

void prng_seed(struct prng *prng, uint64_t seed) {
    for (size_t i = 0; i < BASE_COUNT(prng->state); i++) prng->state[i] = splitmix(&seed);
}

uint64_t prng_next(struct prng *prng) {
    uint64_t *state = prng->state;
    uint64_t result = rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate_left(state[3], 45);
    return result;
}

uint32_t prng_below(struct prng *prng, uint32_t bound) {
    ASSERT(bound > 0);
    /* Lemire's rejection: the low word decides whether the draw is one of the few that would bias the result. */
    uint32_t threshold = (0u - bound) % bound;
    for (;;) {
        uint64_t product = (prng_next(prng) >> 32) * bound;
        if ((uint32_t)product >= threshold) return (uint32_t)(product >> 32);
    }
}
