/* SPDX-License-Identifier: MIT */
/* crosscheck_test.c — witnesses that agree are silent; each that does not is told, and the first one first. */
#include <CUnit/CUnit.h>

#include "run/crosscheck.h"

static const struct run_witnesses agreed = {.parked = EBB_LSAN_CLEAN, .after = EBB_LSAN_CLEAN};

static bool tells(struct run_witnesses witnesses, const char *words) {
    char told[RUN_DISAGREEMENT_BYTES];
    bool disagree = run_disagreement(&witnesses, told);
    CU_ASSERT_EQUAL(disagree, told[0] != '\0');
    return disagree && strstr(told, words) != NULL;
}

static void agreement(void) {
    char told[RUN_DISAGREEMENT_BYTES] = "something";
    struct run_witnesses witnesses = agreed;
    CU_ASSERT_FALSE(run_disagreement(&witnesses, told));
    CU_ASSERT_STRING_EQUAL(told, "");
    witnesses.parked = witnesses.after = EBB_LSAN_ABSENT; /* not asked is not asked */
    CU_ASSERT_FALSE(run_disagreement(&witnesses, told));
}

static void each_witness(void) {
    struct run_witnesses heap = agreed, empty_block = agreed, parked = agreed, after = agreed, grown = agreed,
                         shrunk = agreed;
    heap.blocks = 3, heap.bytes = 48;
    empty_block.blocks = 1;
    parked.parked = EBB_LSAN_LEAKS;
    after.after = EBB_LSAN_LEAKS;
    grown.grown_bytes = 16;
    shrunk.grown_bytes = -16;
    CU_ASSERT_TRUE(tells(heap, "3 blocks of the world's heap, 48 bytes"));
    CU_ASSERT_TRUE(tells(empty_block, "1 blocks"));
    CU_ASSERT_TRUE(tells(parked, "before the reap"));
    CU_ASSERT_TRUE(tells(after, "LeakSanitizer sees a leak all the same"));
    CU_ASSERT_TRUE(tells(grown, "16 bytes more than before"));
    CU_ASSERT_TRUE(tells(shrunk, "-16 bytes more"));
}

static void threads_keep_some(void) {
    struct run_witnesses witnesses = agreed;
    witnesses.threads = true;
    witnesses.grown_bytes = 288;
    CU_ASSERT_FALSE(tells(witnesses, ""));
    witnesses.after = EBB_LSAN_LEAKS; /* no excuse for this */
    CU_ASSERT_TRUE(tells(witnesses, "LeakSanitizer"));
}

static void first_one_first(void) {
    struct run_witnesses all = {
        .blocks = 1, .bytes = 1, .grown_bytes = 1, .parked = EBB_LSAN_LEAKS, .after = EBB_LSAN_LEAKS};
    CU_ASSERT_TRUE(tells(all, "world's heap"));
    all.blocks = all.bytes = 0;
    CU_ASSERT_TRUE(tells(all, "before the reap"));
}

CU_TestInfo crosscheck_tests[] = {
    {"agreement", agreement},
    {"each_witness", each_witness},
    {"threads_keep_some", threads_keep_some},
    {"first_one_first", first_one_first},
    CU_TEST_INFO_NULL,
};
