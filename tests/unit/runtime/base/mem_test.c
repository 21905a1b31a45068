/* SPDX-License-Identifier: MIT */
/* mem_test.c — the heap, the probe that counts and fails it, and the arena. */
#include "base/mem.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

static bool all(const void *at, unsigned char byte, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (((const unsigned char *)at)[i] != byte) return false;
    return true;
}

static void new_is_zeroed(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    char *at = mem_new(&probe.mem, 10, 7);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT(all(at, 0, 70)); /* although the probe hands out junk */
    CU_ASSERT_EQUAL(probe.blocks, 1);
    CU_ASSERT_EQUAL(probe.bytes, 70);
    mem_free(&probe.mem, at, 70);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    CU_ASSERT_EQUAL(probe.bytes, 0);
}

static void new_refuses_what_overflows(void) {
    CU_ASSERT_PTR_NULL(mem_new(mem_system(), SIZE_MAX, 2));
    CU_ASSERT_PTR_NULL(mem_new(mem_system(), SIZE_MAX / 2 + 1, 2));
}

static void nothing_is_a_block_too(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    void *at = mem_new(&probe.mem, 0, 8);
    CU_ASSERT_PTR_NOT_NULL(at);
    mem_free(&probe.mem, at, 0);
    mem_free(&probe.mem, NULL, 5);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void grow_keeps_the_front(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    char *at = mem_grow(&probe.mem, NULL, 0, 4);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    memcpy(at, "abcd", 4);
    probe.fail_at = probe.requests + 1;
    CU_ASSERT_PTR_NULL(mem_grow(&probe.mem, at, 4, 8));
    CU_ASSERT_EQUAL(memcmp(at, "abcd", 4), 0); /* a refusal leaves it alone */
    at = mem_grow(&probe.mem, at, 4, 8);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT_EQUAL(memcmp(at, "abcd\0\0\0\0", 8), 0);
    mem_free(&probe.mem, at, 8);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void probe_fails_the_nth(void) {
    for (unsigned after = 0; after < 2; after++) {
        struct mem_probe probe;
        void *blocks[5];
        mem_probe_init(&probe, mem_system());
        probe.fail_at = 3;
        probe.fail_after = after != 0;
        for (int i = 0; i < 5; i++) blocks[i] = mem_new(&probe.mem, 1, 16);
        CU_ASSERT_EQUAL(probe.requests, 5);
        for (int i = 0; i < 5; i++) CU_ASSERT_EQUAL(blocks[i] == NULL, after != 0 ? i >= 2 : i == 2);
        CU_ASSERT_EQUAL(probe.blocks, after != 0 ? 2 : 4);
        for (int i = 0; i < 5; i++) mem_free(&probe.mem, blocks[i], 16);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
}

static void probe_fills_with_junk(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    probe.fill = 0x5C;
    void *at = probe.mem.alloc(&probe.mem, 33);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT(all(at, 0x5C, 33));
    probe.mem.free(&probe.mem, at, 33);
    CU_ASSERT_PTR_NULL(probe.mem.alloc(&probe.mem, SIZE_MAX)); /* its own record would not fit */
}

static void arena_gives_aligned_zeroes(void) {
    struct mem_probe probe;
    struct mem_arena arena;
    mem_probe_init(&probe, mem_system());
    mem_arena_init(&arena, &probe.mem, 1 << 20);
    char *last = NULL;
    for (size_t size = 1; size < 2000; size += 7) {
        char *at = mem_arena_take(&arena, size);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        CU_ASSERT_EQUAL((uintptr_t)at % 16, 0);
        CU_ASSERT(all(at, 0, size));
        CU_ASSERT_PTR_NOT_EQUAL(at, last);
        memset(at, 0xEE, size); /* the next one must not see it */
        last = at;
    }
    CU_ASSERT(probe.blocks > 1);
    CU_ASSERT_EQUAL(probe.bytes, arena.bytes);
    mem_arena_deinit(&arena);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    CU_ASSERT_PTR_NOT_NULL(mem_arena_take(&arena, 8)); /* and it can start again */
    mem_arena_deinit(&arena);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void arena_has_a_limit(void) {
    struct mem_probe probe;
    struct mem_arena arena;
    mem_probe_init(&probe, mem_system());
    mem_arena_init(&arena, &probe.mem, 40000);
    CU_ASSERT_PTR_NULL(mem_arena_take(&arena, 40001));
    CU_ASSERT_PTR_NULL(mem_arena_take(&arena, SIZE_MAX));
    size_t taken = 0;
    while (mem_arena_take(&arena, 1000) != NULL) taken += 1000;
    CU_ASSERT(taken >= 20000 && taken <= 40000);
    CU_ASSERT(arena.bytes <= 40000);
    CU_ASSERT_PTR_NOT_NULL(mem_arena_take(&arena, 16)); /* a refusal is of one request, not of all */
    mem_arena_deinit(&arena);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void arena_survives_no_memory(void) {
    struct mem_probe probe;
    struct mem_arena arena;
    mem_probe_init(&probe, mem_system());
    probe.fail_at = 1;
    mem_arena_init(&arena, &probe.mem, 1 << 20);
    CU_ASSERT_PTR_NULL(mem_arena_take(&arena, 10));
    CU_ASSERT_EQUAL(arena.bytes, 0);
    struct str copy = {NULL, 0};
    CU_ASSERT(mem_arena_copy(&arena, STR("text"), &copy));
    CU_ASSERT(str_equal(copy, STR("text")));
    CU_ASSERT_EQUAL(copy.at[4], '\0');
    CU_ASSERT(mem_arena_copy(&arena, (struct str){NULL, 0}, &copy));
    CU_ASSERT_EQUAL(copy.at[0], '\0');
    mem_arena_deinit(&arena);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

CU_TestInfo mem_tests[] = {
    {"new_is_zeroed", new_is_zeroed},
    {"new_refuses_what_overflows", new_refuses_what_overflows},
    {"nothing_is_a_block_too", nothing_is_a_block_too},
    {"grow_keeps_the_front", grow_keeps_the_front},
    {"probe_fails_the_nth", probe_fails_the_nth},
    {"probe_fills_with_junk", probe_fills_with_junk},
    {"arena_gives_aligned_zeroes", arena_gives_aligned_zeroes},
    {"arena_has_a_limit", arena_has_a_limit},
    {"arena_survives_no_memory", arena_survives_no_memory},
    CU_TEST_INFO_NULL,
};
