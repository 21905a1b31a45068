/* SPDX-License-Identifier: MIT */
/* stacks_test.c — the pool: what it gives is apart, equally deep, used again, and all given back to the system. */
#include "core/stacks.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <stdio.h>

enum { MANY = 300 }; /* several slabs */

static struct ebb_stacks *pool(size_t bytes) {
    struct ebb_stacks *stacks = NULL;
    CU_ASSERT_EQUAL_FATAL(ebb_stacks_new(&stacks, bytes), OK);
    return stacks;
}

static void are_apart_and_equally_deep(void) {
    static struct ebb_stack *taken[MANY];
    struct ebb_stacks *stacks = pool(64 << 10);
    size_t depth = 0;
    for (int i = 0; i < MANY; i++) {
        struct ebb_stack *stack = taken[i] = ebb_stacks_take(stacks);
        CU_ASSERT_PTR_NOT_NULL_FATAL(stack);
        CU_ASSERT_EQUAL((uintptr_t)stack->high % 64, 0);
        CU_ASSERT(stack->base < stack->low && stack->low < stack->high);
        CU_ASSERT(stack->high <= stack->base + ebb_stacks_slot_bytes(stacks));
        if (depth == 0) depth = (size_t)(stack->high - stack->low);
        CU_ASSERT_EQUAL((size_t)(stack->high - stack->low), depth);
        CU_ASSERT_PTR_NULL(stack->context);
        stack->low[0] = stack->high[-1] = (char)i; /* usable from end to end */
    }
    CU_ASSERT(depth > 60 << 10);
    CU_ASSERT_EQUAL(ebb_stacks_out(stacks), MANY);
    for (int i = 0; i < MANY; i++) {
        CU_ASSERT_EQUAL(taken[i]->low[0], (char)i);
        CU_ASSERT_EQUAL(taken[i]->high[-1], (char)i);
        ebb_stacks_give(stacks, taken[i]);
    }
    CU_ASSERT_EQUAL(ebb_stacks_out(stacks), 0);
    ebb_stacks_free(stacks);
}

static void tops_are_coloured(void) {
    struct ebb_stacks *stacks = pool(64 << 10);
    struct ebb_stack *one = ebb_stacks_take(stacks), *two = ebb_stacks_take(stacks);
    CU_ASSERT_FATAL(one != NULL && two != NULL);
    CU_ASSERT_NOT_EQUAL((uintptr_t)one->high % 4096, (uintptr_t)two->high % 4096);
    CU_ASSERT_NOT_EQUAL(ebb_stacks_slot_bytes(stacks) / 4096 % 2, 0); /* no power of two divides the distance */
    ebb_stacks_give(stacks, one);
    ebb_stacks_give(stacks, two);
    ebb_stacks_free(stacks);
}

static void last_given_is_first_taken(void) {
    struct ebb_stacks *stacks = pool(64 << 10);
    struct ebb_stack *one = ebb_stacks_take(stacks), *two = ebb_stacks_take(stacks);
    CU_ASSERT_FATAL(one != NULL && two != NULL);
    one->context = &one; /* the user's: kept */
    ebb_stacks_give(stacks, two);
    ebb_stacks_give(stacks, one);
    CU_ASSERT_PTR_EQUAL(ebb_stacks_take(stacks), one);
    CU_ASSERT_PTR_EQUAL(one->context, &one);
    CU_ASSERT_PTR_EQUAL(ebb_stacks_take(stacks), two);
    ebb_stacks_give(stacks, one);
    ebb_stacks_give(stacks, two);
    ebb_stacks_free(stacks);
}

static void guard_is_below(void) {
    struct ebb_stacks *stacks = pool(1);
    struct ebb_stack *stack = ebb_stacks_take(stacks);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stack);
    CU_ASSERT(stack->high - stack->low > 8 << 10); /* a tiny one is made big enough for the reserve */
    CU_ASSERT(ebb_stacks_guarded(stacks, stack, stack->base));
    CU_ASSERT_FALSE(ebb_stacks_guarded(stacks, stack, stack->base - 1));
    CU_ASSERT_FALSE(ebb_stacks_guarded(stacks, stack, stack->low));
    char *top = ebb_stacks_breach(stacks, stack);
    CU_ASSERT_PTR_NOT_NULL_FATAL(top);
    CU_ASSERT(top <= stack->low);
    CU_ASSERT(ebb_stacks_guarded(stacks, stack, top - 1));
    memset(stack->base, 1, (size_t)(top - stack->base)); /* open */
    CU_ASSERT(stack->breached);
    ebb_stacks_give(stacks, stack);
    CU_ASSERT_FALSE(stack->breached);
    ebb_stacks_free(stacks);
}

static void odd_sizes(void) {
    for (size_t bytes = 4096; bytes < 80000; bytes += 5000) {
        struct ebb_stacks *stacks = pool(bytes);
        struct ebb_stack *stack = ebb_stacks_take(stacks);
        CU_ASSERT_PTR_NOT_NULL_FATAL(stack);
        CU_ASSERT(ebb_stacks_slot_bytes(stacks) > bytes);
        CU_ASSERT((size_t)(stack->high - stack->low) + 4096 > bytes);
        ebb_stacks_give(stacks, stack);
        ebb_stacks_free(stacks);
    }
}

/* Address space of this process, in pages; 0 where nobody tells. */
static long pages_mapped(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (file == NULL) return 0;
    if (fscanf(file, "%ld", &pages) != 1) pages = 0;
    (void)fclose(file);
    return pages;
}

/* So many slabs that their ledger takes more than one page. */
static void gives_all_back(void) {
    enum { SLABS = 300, SLAB_STACKS = 64 };
    long before = 0;
    for (int round = 0; round < 5; round++) {
        struct ebb_stacks *stacks = pool(4096);
        struct ebb_stack *list = NULL;
        int count = round == 3 ? 0 : SLABS * SLAB_STACKS - round;
        for (int i = 0; i < count; i++) {
            struct ebb_stack *stack = ebb_stacks_take(stacks);
            CU_ASSERT_PTR_NOT_NULL_FATAL(stack);
            stack->next = list;
            list = stack;
        }
        while (list != NULL) {
            struct ebb_stack *next = list->next;
            ebb_stacks_give(stacks, list);
            list = next;
        }
        ebb_stacks_free(stacks);
        if (round == 0) before = pages_mapped(); /* the C library has what it wants by now */
    }
    ebb_stacks_free(NULL);
    CU_ASSERT_EQUAL(pages_mapped(), before);
}

CU_TestInfo stacks_tests[] = {
    {"are_apart_and_equally_deep", are_apart_and_equally_deep},
    {"tops_are_coloured", tops_are_coloured},
    {"last_given_is_first_taken", last_given_is_first_taken},
    {"guard_is_below", guard_is_below},
    {"odd_sizes", odd_sizes},
    {"gives_all_back", gives_all_back},
    CU_TEST_INFO_NULL,
};
