/* SPDX-License-Identifier: MIT */
/* ready.c — see ready.h. */
#include "core/ready.h"

#include "base/mem.h"

static size_t level_words(uint32_t slots, uint32_t level) { return ((size_t)slots >> (6 * level)) / 64 + 1; }

void ebb_ready_deinit(struct ready *ready, struct mem *mem) {
    for (uint32_t level = 0; level < READY_LEVELS; level++) {
        mem_free(mem, ready->words[level], level_words(ready->capacity, level) * sizeof(uint64_t));
        ready->words[level] = NULL;
    }
    ready->capacity = ready->count = ready->levels = 0;
}

enum status ebb_ready_reserve(struct ready *ready, struct mem *mem, uint32_t slots) {
    if (slots <= ready->capacity) return OK;
    ASSERT(slots % 64 == 0);
    if (slots > READY_SLOTS_MAX) return ERR_LIMIT;
    uint64_t *words[READY_LEVELS] = {0};
    for (uint32_t level = 0; level < READY_LEVELS; level++) {
        words[level] = mem_new(mem, level_words(slots, level), sizeof(uint64_t));
        if (words[level] == NULL) goto fail;
    }
    if (ready->capacity > 0) memcpy(words[0], ready->words[0], ready->capacity / 8);
    uint32_t count = ready->count, levels = 1;
    for (uint32_t used = slots / 64; used > 1; used = (used + 63) / 64, levels++) /* not kept by the levels before */
        for (uint32_t word = 0; word < used; word++)
            if (words[levels - 1][word] != 0) words[levels][word >> 6] |= UINT64_C(1) << (word & 63);
    ebb_ready_deinit(ready, mem);
    memcpy(ready->words, words, sizeof words);
    ready->capacity = slots;
    ready->count = count;
    ready->levels = levels;
    ASSERT(levels <= READY_LEVELS);
    return OK;
fail:
    for (uint32_t level = 0; level < READY_LEVELS; level++)
        mem_free(mem, words[level], level_words(slots, level) * sizeof(uint64_t));
    return ERR_NOMEM;
}

static uint32_t lowest(uint64_t word) { return (uint32_t)__builtin_ctzll(word); }

/* Climbs until a word has a member above `slot`, then descends to its lowest. */
uint32_t ebb_ready_after(const struct ready *ready, uint32_t slot) {
    for (uint32_t level = 0; level < ready->levels; level++, slot >>= 6) {
        if ((slot & 63) == 63) continue;
        uint64_t above = ready->words[level][slot >> 6] & (~UINT64_C(0) << ((slot & 63) + 1));
        if (above == 0) continue;
        uint32_t found = (slot & ~UINT32_C(63)) | lowest(above);
        while (level-- > 0) found = found << 6 | lowest(ready->words[level][found]);
        return found;
    }
    return READY_NONE;
}

uint32_t ebb_ready_first(const struct ready *ready) {
    if (ready->count == 0) return READY_NONE;
    uint32_t found = 0;
    for (uint32_t level = ready->levels; level-- > 0;) found = found << 6 | lowest(ready->words[level][found]);
    return found;
}

uint32_t ebb_ready_before(const struct ready *ready, uint32_t slot) {
    uint32_t count = 0;
    for (uint32_t word = 0; word < slot >> 6; word++) count += (uint32_t)__builtin_popcountll(ready->words[0][word]);
    uint64_t below = ready->words[0][slot >> 6] & ((UINT64_C(1) << (slot & 63)) - 1);
    return count + (uint32_t)__builtin_popcountll(below);
}

uint32_t ebb_ready_nth(const struct ready *ready, uint32_t nth) {
    ASSERT(nth < ready->count);
    for (uint32_t word = 0;; word++) {
        uint64_t bits = ready->words[0][word];
        uint32_t here = (uint32_t)__builtin_popcountll(bits);
        if (nth >= here) {
            nth -= here;
            continue;
        }
        while (nth-- > 0) bits &= bits - 1;
        return word << 6 | lowest(bits);
    }
}
