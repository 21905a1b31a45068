/* SPDX-License-Identifier: MIT */
/* hash.c — the one file that knows xxHash. */
#include "base/hash.h"

#include <xxhash.h>

uint64_t hash_bytes(struct str bytes, uint64_t seed) { return XXH64(bytes.at, bytes.len, seed); }
