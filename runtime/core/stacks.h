/* SPDX-License-Identifier: MIT */
/* stacks.h — a pool of coroutine stacks: mapped in slabs, never zeroed, coloured, guarded while there are few.
 *
 * The pool lives in mapped memory only, so that libFuzzer's malloc counters balance; it may serve any number of worlds
 * one after the other. Free stacks are poisoned under ASan: a dead coroutine's local is then caught when touched. */
#ifndef CORE_STACKS_H
#define CORE_STACKS_H

#include "base/base.h"

struct ebb_stacks;

struct ebb_stack {
    char *low;  /* lowest usable byte, above the guard page when there is one */
    char *high; /* one past the highest usable byte, below the colour */
    char *base; /* of the whole slot */
};

CHECKED enum status ebb_stacks_new(struct ebb_stacks **out, size_t stack_bytes);
void ebb_stacks_free(struct ebb_stacks *stacks);                                           /* NULL is fine */
CHECKED bool ebb_stacks_take(struct ebb_stacks *stacks, struct ebb_stack *out);             /* false: no memory */
void ebb_stacks_give(struct ebb_stacks *stacks, const struct ebb_stack *stack);
uint64_t ebb_stacks_out(const struct ebb_stacks *stacks);                                 /* taken and not given */
size_t ebb_stacks_slot_bytes(const struct ebb_stacks *stacks);                            /* address space of one */
/* Is `at` in the guard page of the stack whose slot starts at `base`? */
bool ebb_stacks_guarded(const struct ebb_stacks *stacks, const char *base, const char *at);

#endif
