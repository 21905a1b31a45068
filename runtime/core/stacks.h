/* SPDX-License-Identifier: MIT */
/* stacks.h — a pool of coroutine stacks: mapped in slabs, never zeroed, coloured, guarded while there are few.
 *
 * The pool lives in mapped memory only, so that libFuzzer's malloc counters balance; it may serve any number of worlds
 * one after the other. Free stacks are poisoned under ASan: a dead coroutine's local is then caught when touched. */
#ifndef CORE_STACKS_H
#define CORE_STACKS_H

#include "base/base.h"
#include "core/sanitizer.h"

/* A stack's own record. It lies above the stack, is never poisoned, and keeps what it says while the stack is free. */
struct ebb_stack {
    struct ebb_stack *next; /* the pool's, while free */
    char *low;              /* lowest usable byte, above the guard when there is one */
    char *high;             /* one past the highest usable byte: 64-byte aligned */
    char *base;             /* of the whole slot: where the guard begins */
    void *context;          /* the user's; NULL at first */
    bool breached;          /* its guard is open */
};

struct ebb_stacks {
    struct ebb_stack *free;
    uint64_t out;
    size_t usable_bytes; /* of each, whatever its colour: how deep a subject can recurse must not depend on chance */
    size_t slot_bytes, guard_bytes, page_bytes;
    struct slab *slabs;
    char *fresh, *fresh_end;
    struct slab *ledger, *ledger_end;
    uint64_t made;
};

CHECKED enum status ebb_stacks_new(struct ebb_stacks **out, size_t stack_bytes);
void ebb_stacks_free(struct ebb_stacks *stacks);                                    /* NULL is fine */
CHECKED static inline struct ebb_stack *ebb_stacks_take(struct ebb_stacks *stacks); /* NULL: no memory */
static inline void ebb_stacks_give(struct ebb_stacks *stacks, struct ebb_stack *stack);
uint64_t ebb_stacks_out(const struct ebb_stacks *stacks);      /* taken and not given */
size_t ebb_stacks_slot_bytes(const struct ebb_stacks *stacks); /* address space of one */
bool ebb_stacks_guarded(const struct ebb_stacks *stacks, const struct ebb_stack *stack,
                        const char *at); /* in its guard? */
/* Opens the guard of a stack that has overflowed, for its last words, and returns its top; NULL when refused. Fit for a
 * signal handler. Whoever gives the stack back mends it. */
CHECKED char *ebb_stacks_breach(const struct ebb_stacks *stacks, struct ebb_stack *stack);
void ebb_stacks_mend(const struct ebb_stacks *stacks, struct ebb_stack *stack);

/* --- every spawn takes and every end gives: inline --------------------------------------------------------------- */
struct ebb_stack *ebb_stacks_fresh(struct ebb_stacks *stacks); /* one that was never used */

/* Of all above the guard, also what lies below `low`: frames may have come down to there. */
static inline void ebb_stacks_poison(const struct ebb_stacks *stacks, const struct ebb_stack *stack, bool poison) {
    char *bottom = stack->base + stacks->guard_bytes;
    (poison ? sanitizer_poison : sanitizer_unpoison)(bottom, (size_t)(stack->high - bottom));
}

static inline struct ebb_stack *ebb_stacks_take(struct ebb_stacks *stacks) {
    struct ebb_stack *stack = stacks->free;
    if (LIKELY(stack != NULL)) {
        stacks->free = stack->next;
        ebb_stacks_poison(stacks, stack, false);
    } else {
        stack = ebb_stacks_fresh(stacks);
        if (UNLIKELY(stack == NULL)) return NULL;
    }
    stacks->out++;
    return stack;
}

static inline void ebb_stacks_give(struct ebb_stacks *stacks, struct ebb_stack *stack) {
    ASSERT(stacks->out > 0);
    if (UNLIKELY(stack->breached)) ebb_stacks_mend(stacks, stack);
    stacks->out--;
    stack->next = stacks->free;
    stacks->free = stack;
    ebb_stacks_poison(stacks, stack, true);
}

#endif
