/* SPDX-License-Identifier: MIT */
/* ready_test.c — the bitmap of the runnable against an array of flags. */
#include "core/ready.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "base/mem.h"
#include "base/prng.h"

#define MANY 300000u /* slots: enough for four levels */
static bool naive[MANY];

static uint32_t naive_after(uint32_t slot, uint32_t slots) {
    for (uint32_t i = slot + 1; i < slots; i++)
        if (naive[i]) return i;
    return READY_NONE;
}

static uint32_t naive_before(uint32_t slot) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < slot; i++) count += naive[i];
    return count;
}

static void compare(const struct ready *ready, uint32_t slot, uint32_t slots) {
    uint32_t after = naive_after(slot, slots), first = naive[0] ? 0 : naive_after(0, slots);
    CU_ASSERT_EQUAL(ebb_ready_has(ready, slot), naive[slot]);
    CU_ASSERT_EQUAL(ebb_ready_after(ready, slot), after);
    CU_ASSERT_EQUAL(ebb_ready_first(ready), first);
    CU_ASSERT_EQUAL(ebb_ready_cyclic(ready, slot), after != READY_NONE ? after : first);
}

static void toggle(struct ready *ready, uint32_t slot) {
    if (naive[slot])
        ebb_ready_remove(ready, slot);
    else
        ebb_ready_add(ready, slot);
    naive[slot] = !naive[slot];
}

static void random_history(uint32_t slots, uint32_t turns, uint32_t spread) {
    struct ready ready = {0};
    struct prng prng;
    prng_seed(&prng, slots);
    memset(naive, 0, sizeof naive);
    CU_ASSERT_EQUAL_FATAL(ebb_ready_reserve(&ready, mem_system(), slots), OK);
    CU_ASSERT_EQUAL(ebb_ready_first(&ready), READY_NONE);
    uint32_t count = 0;
    for (uint32_t turn = 0; turn < turns; turn++) {
        uint32_t slot = prng_below(&prng, slots);
        if (spread != 0) slot = slot / spread * spread; /* few members, far apart */
        toggle(&ready, slot);
        count = naive[slot] ? count + 1 : count - 1;
        CU_ASSERT_EQUAL(ready.count, count);
        compare(&ready, slot, slots);
        compare(&ready, prng_below(&prng, slots), slots);
        if (count == 0) continue;
        uint32_t nth = prng_below(&prng, count), member = ebb_ready_nth(&ready, nth);
        CU_ASSERT(naive[member]);
        CU_ASSERT_EQUAL(ebb_ready_before(&ready, member), nth);
        CU_ASSERT_EQUAL(naive_before(member), nth);
    }
    ebb_ready_deinit(&ready, mem_system());
}

static void one_word(void) { random_history(64, 20000, 0); }
static void two_levels(void) { random_history(4096, 3000, 0); }
static void sparse_two_levels(void) { random_history(4096, 3000, 700); }
static void three_levels(void) { random_history(64 * 1000, 300, 0); }
static void sparse_four_levels(void) { random_history(MANY / 64 * 64, 200, 50000); }

/* Levels that a small set does not keep must be right once it has grown. */
static void grows_with_its_members(void) {
    struct mem_probe probe;
    struct ready ready = {0};
    struct prng prng;
    mem_probe_init(&probe, mem_system());
    memset(naive, 0, sizeof naive);
    prng_seed(&prng, 5);
    for (uint32_t slots = 64; slots <= 64 * 4096; slots *= 4) {
        probe.fail_at = probe.requests + 2;
        if (ready.capacity > 0) CU_ASSERT_EQUAL(ebb_ready_reserve(&ready, &probe.mem, slots), ERR_NOMEM);
        probe.fail_at = 0;
        CU_ASSERT_EQUAL_FATAL(ebb_ready_reserve(&ready, &probe.mem, slots), OK);
        CU_ASSERT_EQUAL(ready.capacity, slots);
        for (uint32_t i = 0; i < 40; i++) {
            uint32_t slot = prng_below(&prng, slots);
            compare(&ready, slot, slots);
            toggle(&ready, slot);
        }
        for (uint32_t i = 0; i < 40; i++) compare(&ready, prng_below(&prng, slots), slots);
    }
    CU_ASSERT_EQUAL(ebb_ready_reserve(&ready, &probe.mem, 64), OK); /* never smaller */
    CU_ASSERT_EQUAL(ready.capacity, 64 * 4096);
    CU_ASSERT_EQUAL(ebb_ready_reserve(&ready, &probe.mem, READY_SLOTS_MAX + 64), ERR_LIMIT);
    ebb_ready_deinit(&ready, &probe.mem);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

CU_TestInfo ready_tests[] = {
    {"one_word", one_word},
    {"two_levels", two_levels},
    {"sparse_two_levels", sparse_two_levels},
    {"three_levels", three_levels},
    {"sparse_four_levels", sparse_four_levels},
    {"grows_with_its_members", grows_with_its_members},
    CU_TEST_INFO_NULL,
};
