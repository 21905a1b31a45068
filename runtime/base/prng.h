/* SPDX-License-Identifier: MIT */
/* prng.h — the one source of pseudo-random numbers: xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64.
 * Ours rather than a library's, so that a seed means the same numbers for as long as tokens live; integers only. */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include "base/base.h"

struct prng {
    uint64_t state[4];
};
void prng_seed(struct prng *prng, uint64_t seed);
uint64_t prng_next(struct prng *prng);
uint32_t prng_below(struct prng *prng, uint32_t bound); /* uniform in [0, bound); bound > 0 */

#endif
