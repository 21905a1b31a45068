/* SPDX-License-Identifier: MIT */
/* ready.h — the set of runnable coroutines in spawn order: a bitmap over slots with summaries of 64 above it, so that
 * "the next after this one, cyclically" is a few instructions whether one or a million coroutines are alive. */
#ifndef CORE_READY_H
#define CORE_READY_H

#include "base/base.h"

struct mem;
#define READY_LEVELS 4u /* 64^4 slots */
#define READY_SLOTS_MAX (UINT32_C(1) << 24)
#define READY_NONE UINT32_MAX

struct ready {
    uint64_t *words[READY_LEVELS];
    uint32_t capacity; /* in slots: a multiple of 64, or 0 */
    uint32_t count;
    uint32_t levels; /* in use: the highest has a single word */
};

void ebb_ready_deinit(struct ready *ready, struct mem *mem);
CHECKED enum status ebb_ready_reserve(struct ready *ready, struct mem *mem, uint32_t slots);
uint32_t ebb_ready_after(const struct ready *ready, uint32_t slot);  /* first member > slot, or READY_NONE */
uint32_t ebb_ready_first(const struct ready *ready);                 /* first member, or READY_NONE */
uint32_t ebb_ready_before(const struct ready *ready, uint32_t slot); /* how many members < slot */
uint32_t ebb_ready_nth(const struct ready *ready, uint32_t nth);     /* member with `nth` members before it */

static ALWAYS_INLINE bool ebb_ready_has(const struct ready *ready, uint32_t slot) {
    return (ready->words[0][slot >> 6] >> (slot & 63)) & 1;
}

static ALWAYS_INLINE void ebb_ready_add(struct ready *ready, uint32_t slot) {
    ASSERT(slot < ready->capacity && !ebb_ready_has(ready, slot));
    ready->count++;
    for (uint32_t level = 0; level < ready->levels; level++, slot >>= 6) {
        uint64_t *word = &ready->words[level][slot >> 6], old = *word;
        *word = old | UINT64_C(1) << (slot & 63);
        if (old != 0) return;
    }
}

static ALWAYS_INLINE void ebb_ready_remove(struct ready *ready, uint32_t slot) {
    ASSERT(slot < ready->capacity && ebb_ready_has(ready, slot));
    ready->count--;
    for (uint32_t level = 0; level < ready->levels; level++, slot >>= 6) {
        uint64_t *word = &ready->words[level][slot >> 6];
        *word &= ~(UINT64_C(1) << (slot & 63));
        if (*word != 0) return;
    }
}

/* The member that follows `slot` cyclically, `slot` itself last; READY_NONE when there is none. */
static ALWAYS_INLINE uint32_t ebb_ready_cyclic(const struct ready *ready, uint32_t slot) {
    uint64_t word = ready->words[0][slot >> 6];
    uint64_t above = word & (~UINT64_C(1) << (slot & 63)); /* the common case: in this word */
    if (LIKELY(above != 0)) return (slot & ~UINT32_C(63)) | (uint32_t)__builtin_ctzll(above);
    if (ready->levels == 1) return word == 0 ? READY_NONE : (uint32_t)__builtin_ctzll(word);
    uint32_t next = ebb_ready_after(ready, slot);
    return next == READY_NONE ? ebb_ready_first(ready) : next;
}

#endif
