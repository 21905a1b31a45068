/* SPDX-License-Identifier: MIT */
/* strategies_test.c — every row of strategies.def keeps the promises of explore.h, and each its own. */
#include <CUnit/CUnit.h>

#include "explore/explore.h"

static uint32_t pick(struct ebb_chooser *chooser, uint32_t count) {
    struct ebb_choice choice = {.what = EBB_CHOOSE_VALUE, .count = count};
    return chooser->pick(chooser, &choice);
}

static struct explorer *new_explorer(const struct explore_config *config) {
    struct explorer *explorer = NULL;
    CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, config), OK);
    return explorer;
}

static const struct explore_schedule *taken_by(struct explorer *explorer) {
    const struct explore_schedule *taken = NULL;
    CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
    return taken;
}

/* Decisions of `run` with 2 to 5 options, as bytes. */
static void decide(struct explorer *explorer, uint64_t run, uint8_t *out, uint32_t count) {
    struct ebb_chooser *chooser = explore_begin(explorer, run);
    for (uint32_t i = 0; i < count; i++) out[i] = (uint8_t)pick(chooser, 2 + i % 4);
}

static struct explore_deviation some_deviations[] = {{0, 1}, {3, 2}, {4, 1}, {9, 3}};
static const struct explore_schedule some = {EBB_TIMERS_ANY, some_deviations, 4, 4};

static void every_row_is_found_by_its_name(void) {
    uint32_t count = 0;
    for (const struct explore_strategy *at; (at = explore_strategy_at(count)) != NULL; count++) {
        CU_ASSERT_PTR_EQUAL(explore_strategy_find(str_of(at->name)), at);
        CU_ASSERT_PTR_NOT_NULL(at->pick);
        CU_ASSERT_TRUE(at->about != NULL && at->about[0] != '\0');
    }
    CU_ASSERT_TRUE(count >= 4);
    CU_ASSERT_PTR_NULL(explore_strategy_at(UINT32_MAX));
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("")));
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("defaul")));
}

static void every_run_is_a_function_of_config_and_number(void) {
    for (uint32_t i = 0; explore_strategy_at(i) != NULL; i++) {
        if (explore_strategy_at(i)->delays > 0) continue; /* a search goes on from the run before */
        struct explore_config config = {
            .strategy = explore_strategy_at(i)->name, .seed = 42, .bytes = STR("\2\1\0\3\7\1\1\1"), .replay = &some};
        struct explorer *one = new_explorer(&config), *two = new_explorer(&config);
        uint8_t first[64], later[64], other[64];
        decide(one, 5, first, sizeof first);
        for (uint64_t run = 0; run < 9; run++) decide(two, run, other, sizeof other);
        decide(two, 5, later, sizeof later);
        CU_ASSERT_EQUAL(memcmp(first, later, sizeof first), 0);
        explore_free(one);
        explore_free(two);
    }
}

/* Faults taken in 400 runs with `places` for one each; from the first run on that is known. */
static uint32_t faults_of(const char *name, uint32_t places) {
    struct explore_config config = {.strategy = name, .seed = 7};
    struct explorer *explorer = new_explorer(&config);
    uint32_t count = 0;
    for (uint64_t run = 0; run <= 400; run++) {
        struct ebb_chooser *chooser = explore_begin(explorer, run);
        for (uint32_t i = 0; i < places; i++) {
            struct ebb_choice choice = {.what = EBB_CHOOSE_STALL, .count = 4};
            count += chooser->pick(chooser, &choice) > 0 && run > 0;
        }
    }
    explore_free(explorer);
    return count;
}

static void a_fault_comes_to_every_second_run(void) {
    static const char *const names[] = {"random", "pct", "pos", "urw", "surw", "delay"};
    for (uint32_t i = 0; i < BASE_COUNT(names); i++) {
        CU_ASSERT_TRUE(faults_of(names[i], 5) > 120 && faults_of(names[i], 5) < 280);
        CU_ASSERT_TRUE(faults_of(names[i], 100) > 120 && faults_of(names[i], 100) < 280);
    }
    CU_ASSERT_EQUAL(faults_of("default", 100), 0);
}

static void default_never_deviates(void) {
    struct explore_config config = {.strategy = "default", .seed = 99, .replay = &some};
    struct explorer *explorer = new_explorer(&config);
    struct ebb_chooser *chooser = explore_begin(explorer, 17);
    for (uint32_t i = 0; i < 100; i++) CU_ASSERT_EQUAL(pick(chooser, i + 2), 0);
    CU_ASSERT_EQUAL(taken_by(explorer)->count, 0);
    CU_ASSERT_PTR_NULL(explore_diverged(explorer));
    explore_free(explorer);
}

static void random_is_uniform_and_other_each_run(void) {
    struct explore_config config = {.strategy = "random", .seed = 1};
    struct explorer *explorer = new_explorer(&config);
    uint32_t seen[5] = {0};
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    for (uint32_t i = 0; i < 50000; i++) seen[pick(chooser, 5)]++;
    for (uint32_t i = 0; i < 5; i++) CU_ASSERT_TRUE(seen[i] > 9600 && seen[i] < 10400); /* 4.5 standard deviations */
    uint8_t first[64], other[64];
    decide(explorer, 0, first, sizeof first);
    for (uint64_t run = 1; run < 200; run++) {
        decide(explorer, run, other, sizeof other);
        CU_ASSERT_NOT_EQUAL(memcmp(first, other, sizeof first), 0);
    }
    explore_free(explorer);
    config.seed = 2;
    explorer = new_explorer(&config);
    decide(explorer, 0, other, sizeof other);
    CU_ASSERT_NOT_EQUAL(memcmp(first, other, sizeof first), 0);
    explore_free(explorer);
}

static void replay_follows_and_takes_the_timers(void) {
    struct explore_config config = {.strategy = "replay", .replay = &some};
    struct explorer *explorer = new_explorer(&config);
    static const uint32_t wanted[12] = {1, 0, 0, 2, 1, 0, 0, 0, 0, 3, 0, 0};
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    for (uint32_t i = 0; i < 12; i++) CU_ASSERT_EQUAL(pick(chooser, 4), wanted[i]);
    CU_ASSERT_PTR_NULL(explore_diverged(explorer));
    CU_ASSERT_TRUE(explore_schedule_equal(taken_by(explorer), &some));
    explore_free(explorer);
}

static void replay_says_where_it_diverged(void) {
    struct explore_config config = {.strategy = "replay", .replay = &some};
    struct explorer *explorer = new_explorer(&config);
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    CU_ASSERT_EQUAL(pick(chooser, 2), 1);
    CU_ASSERT_PTR_EQUAL(explore_diverged(explorer), &some.at[1]); /* never reached so far */
    for (uint32_t i = 1; i < 3; i++) CU_ASSERT_EQUAL(pick(chooser, 2), 0);
    CU_ASSERT_EQUAL(pick(chooser, 2), 0); /* option 2 of 2: there is none */
    CU_ASSERT_PTR_EQUAL(explore_diverged(explorer), &some.at[1]);
    CU_ASSERT_EQUAL(pick(chooser, 2), 1); /* it goes on */
    for (uint32_t i = 5; i < 20; i++) CU_ASSERT_EQUAL(pick(chooser, 2), 0);
    CU_ASSERT_PTR_EQUAL(explore_diverged(explorer), &some.at[1]); /* the first of the two */
    CU_ASSERT_EQUAL(taken_by(explorer)->count, 2);
    chooser = explore_begin(explorer, 1);
    for (uint32_t i = 0; i < 20; i++) (void)pick(chooser, 4);
    CU_ASSERT_PTR_NULL(explore_diverged(explorer));
    explore_free(explorer);
}

static void replay_of_nothing_is_the_default(void) {
    struct explore_config config = {.strategy = "replay"};
    struct explorer *explorer = new_explorer(&config);
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    for (uint32_t i = 0; i < 10; i++) CU_ASSERT_EQUAL(pick(chooser, 3), 0);
    CU_ASSERT_PTR_NULL(explore_diverged(explorer));
    explore_free(explorer);
}

static void check_fuzz(struct str bytes, const char *wanted) {
    struct explore_config config = {.strategy = "fuzz", .bytes = bytes};
    struct explorer *explorer = new_explorer(&config);
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    for (size_t i = 0; wanted[i] != '\0'; i++) CU_ASSERT_EQUAL(pick(chooser, 3), (uint32_t)(wanted[i] - '0'));
    explore_free(explorer);
}

static void fuzz_reads_gaps_and_options(void) {
    check_fuzz(STR(""), "0000");
    check_fuzz(STR("\0\1"), "10000");
    check_fuzz(STR("\0\1\0\2"), "12000");
    check_fuzz(STR("\2\1"), "001000");
    check_fuzz(STR("\2\1\3\2"), "0010002000");
    check_fuzz(STR("\1\3\1\4"), "000100");  /* 3 modulo 3 is the default */
    check_fuzz(STR("\2"), "00000000");      /* cut behind a gap */
    check_fuzz(STR("\2\1\x80"), "0010000"); /* cut inside one */
    check_fuzz(STR("\x81\0\2"), "0200000");
}

static void fuzz_survives_endless_gaps(void) {
    check_fuzz(STR("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1"), "00000000000000000000");
    struct explore_config config = {.strategy = "fuzz", .bytes = STR("\x80\1\1")}; /* a gap of 128 */
    struct explorer *explorer = new_explorer(&config);
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    for (uint32_t i = 0; i < 128; i++) CU_ASSERT_EQUAL(pick(chooser, 2), 0);
    CU_ASSERT_EQUAL(pick(chooser, 2), 1);
    const struct explore_schedule *taken = taken_by(explorer);
    CU_ASSERT_EQUAL_FATAL(taken->count, 1);
    CU_ASSERT_EQUAL(taken->at[0].decision, 128);
    explore_free(explorer);
}

CU_TestInfo strategies_tests[] = {
    {"every_row_is_found_by_its_name", every_row_is_found_by_its_name},
    {"every_run_is_a_function_of_config_and_number", every_run_is_a_function_of_config_and_number},
    {"a_fault_comes_to_every_second_run", a_fault_comes_to_every_second_run},
    {"default_never_deviates", default_never_deviates},
    {"random_is_uniform_and_other_each_run", random_is_uniform_and_other_each_run},
    {"replay_follows_and_takes_the_timers", replay_follows_and_takes_the_timers},
    {"replay_says_where_it_diverged", replay_says_where_it_diverged},
    {"replay_of_nothing_is_the_default", replay_of_nothing_is_the_default},
    {"fuzz_reads_gaps_and_options", fuzz_reads_gaps_and_options},
    {"fuzz_survives_endless_gaps", fuzz_survives_endless_gaps},
    CU_TEST_INFO_NULL,
};
