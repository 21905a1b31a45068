/* SPDX-License-Identifier: MIT */
/* hash.h — hashes of contents (xxHash, stable across machines) and the mixing step of running digests. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/base.h"

uint64_t hash_bytes(struct str bytes, uint64_t seed); /* XXH64: the same number on every machine */

/* Folds one word into a running digest; order matters. Two multiplications' worth of avalanche over two folds,
 * which is what a digest of thousands of small words needs. */
static inline uint64_t hash_mix(uint64_t digest, uint64_t word) {
    digest = (digest ^ word) * UINT64_C(0x9FB21C651E98DF25);
    return digest ^ (digest >> 29);
}

#endif
