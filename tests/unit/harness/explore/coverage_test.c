/* SPDX-License-Identifier: MIT */
/* coverage_test.c — behaviours counted by hand, and the words for how complete that was. */
#include "explore/coverage.h"

#include <CUnit/CUnit.h>

#include "explore/explore.h"
#include "kinds/mutex/mutex.h"

static struct ebb_mutex *lock;

static void alone(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 3; i++) ebb_step(ebb);
}

static void lock_once(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_lock(ebb, lock);
    ebb_mutex_unlock(ebb, lock);
}

static enum status run_one(struct explore_coverage *coverage, struct ebb_chooser *chooser, uint32_t count,
                           void (*body)(struct ebb *, void *)) {
    static const char *const labels[] = {"a", "b", "c"};
    struct ebb *ebb = NULL;
    struct ebb_config config = {.chooser = chooser, .observer = &coverage->observer};
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
    explore_coverage_begin(coverage);
    CU_ASSERT_EQUAL_FATAL(ebb_mutex_make(ebb, &lock, "lock"), OK);
    for (uint32_t i = 0; i < count; i++) CU_ASSERT_EQUAL_FATAL(ebb_go(ebb, NULL, labels[i % 3], body, NULL), OK);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
    ebb_mutex_drop(lock);
    ebb_reap(ebb);
    ebb_free(ebb);
    return explore_coverage_end(coverage, 0);
}

static uint64_t behaviours_of(uint32_t count, void (*body)(struct ebb *, void *)) {
    struct explore_coverage coverage;
    struct explorer *explorer = NULL;
    struct explore_config config = {.strategy = "random", .seed = 3};
    CU_ASSERT_EQUAL_FATAL(explore_coverage_init(&coverage, mem_system()), OK);
    CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, &config), OK);
    for (uint64_t run = 0; run < 1000; run++)
        CU_ASSERT_EQUAL(run_one(&coverage, explore_begin(explorer, run), count, body), OK);
    CU_ASSERT_EQUAL(coverage.runs, 1000);
    CU_ASSERT_EQUAL(coverage.once, 0);
    uint64_t distinct = coverage.distinct;
    explore_free(explorer);
    explore_coverage_deinit(&coverage);
    return distinct;
}

/* 1 680 orders of steps, none of which matters. */
static void steps_of_one_alone_commute(void) { CU_ASSERT_EQUAL(behaviours_of(3, alone), 1); }

/* Who is first, and does the other wait for it or come later? */
static void two_that_lock_behave_in_four_ways(void) { CU_ASSERT_EQUAL(behaviours_of(2, lock_once), 4); }

static void many_objects_are_told_apart(void) {
    struct explore_coverage coverage;
    CU_ASSERT_EQUAL_FATAL(explore_coverage_init(&coverage, mem_system()), OK);
    for (int i = 0; i < 3; i++) CU_ASSERT_EQUAL(run_one(&coverage, NULL, 500, lock_once), OK); /* the table grows */
    CU_ASSERT_EQUAL(coverage.distinct, 1);
    CU_ASSERT_EQUAL(run_one(&coverage, NULL, 499, lock_once), OK);
    CU_ASSERT_EQUAL(coverage.distinct, 2);
    CU_ASSERT_EQUAL(coverage.once, 1);
    explore_coverage_deinit(&coverage);
}

static void verdicts_are_part_of_it(void) {
    struct explore_coverage coverage;
    CU_ASSERT_EQUAL_FATAL(explore_coverage_init(&coverage, mem_system()), OK);
    for (uint64_t i = 0; i < 5000; i++) { /* the table of behaviours grows as well */
        explore_coverage_begin(&coverage);
        CU_ASSERT_EQUAL(explore_coverage_end(&coverage, i % 4000), OK);
    }
    CU_ASSERT_EQUAL(coverage.distinct, 4000);
    CU_ASSERT_EQUAL(coverage.once, 3000);
    CU_ASSERT_EQUAL(coverage.twice, 1000);
    CU_ASSERT_EQUAL(explore_coverage_space(&coverage), 4000 + 4495); /* 3000 * 2999 / 2002 = 4494.0… */
    for (uint64_t i = 0; i < 4000; i++) CU_ASSERT_EQUAL(explore_coverage_count(&coverage, i ^ UINT64_MAX, 2), OK);
    CU_ASSERT_EQUAL(coverage.twice, 5000);
    for (uint64_t i = 0; i < 7; i++) CU_ASSERT_EQUAL(explore_coverage_count(&coverage, i ^ UINT64_MAX, 1), OK);
    CU_ASSERT_EQUAL(coverage.twice, 4993);
    explore_coverage_deinit(&coverage);
}

static void without_memory_a_run_is_not_counted(void) {
    struct mem_probe probe;
    struct explore_coverage coverage;
    mem_probe_init(&probe, mem_system());
    for (uint64_t fail_at = 1; fail_at <= 2; fail_at++) {
        probe.requests = 0;
        probe.fail_at = fail_at;
        CU_ASSERT_EQUAL(explore_coverage_init(&coverage, &probe.mem), ERR_NOMEM);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    probe.fail_at = 0;
    CU_ASSERT_EQUAL_FATAL(explore_coverage_init(&coverage, &probe.mem), OK);
    probe.fail_at = probe.requests + 1;
    CU_ASSERT_EQUAL(run_one(&coverage, NULL, 500, lock_once), ERR_NOMEM);
    CU_ASSERT_EQUAL(coverage.runs, 0);
    CU_ASSERT_EQUAL(run_one(&coverage, NULL, 500, lock_once), OK); /* there is memory again */
    CU_ASSERT_EQUAL(coverage.runs, 1);
    explore_coverage_deinit(&coverage);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void check_words(uint64_t runs, uint64_t once, const char *wanted) {
    struct explore_coverage coverage = {.runs = runs, .distinct = once, .once = once};
    struct buf words;
    buf_init(&words, mem_system());
    explore_coverage_words(&words, &coverage);
    CU_ASSERT_TRUE(str_equal(buf_str(&words), str_of(wanted)));
    buf_deinit(&words);
}

static void words_are_exact(void) {
    check_words(0, 0, "0 sampled");
    check_words(1, 1, "1 sampled, chance of new behaviour ≈ 100.00 %");
    check_words(10000, 2, "10 000 sampled, chance of new behaviour ≈ 0.02 %");
    check_words(1000000, 1, "1 000 000 sampled, chance of new behaviour ≈ 0.01 %"); /* up: never 0 */
    check_words(400, 0, "400 sampled, chance of new behaviour < 0.25 %");
    check_words(7, 3, "7 sampled, chance of new behaviour ≈ 42.86 %");
}

static void how_many_there_are_at_least(void) {
    static const struct {
        uint64_t distinct, once, twice, wanted;
    } rows[] = {{48, 0, 0, 48},
                {48, 1, 0, 48},
                {48, 2, 0, 49},
                {48, 3, 3, 49},
                {48, 3, 2, 49},
                {48, 4, 2, 50},
                {9, 9, 0, 45},
                {UINT64_MAX, UINT64_MAX, 0, UINT64_MAX},
                {UINT64_MAX - 1, 9, 0, UINT64_MAX}};
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        struct explore_coverage coverage = {.distinct = rows[i].distinct, .once = rows[i].once, .twice = rows[i].twice};
        CU_ASSERT_EQUAL(explore_coverage_space(&coverage), rows[i].wanted);
    }
}

CU_TestInfo coverage_tests[] = {
    {"how_many_there_are_at_least", how_many_there_are_at_least},
    {"steps_of_one_alone_commute", steps_of_one_alone_commute},
    {"two_that_lock_behave_in_four_ways", two_that_lock_behave_in_four_ways},
    {"many_objects_are_told_apart", many_objects_are_told_apart},
    {"verdicts_are_part_of_it", verdicts_are_part_of_it},
    {"without_memory_a_run_is_not_counted", without_memory_a_run_is_not_counted},
    {"words_are_exact", words_are_exact},
    CU_TEST_INFO_NULL,
};
