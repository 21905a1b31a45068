/* SPDX-License-Identifier: MIT */
/* explore_test.c — what an explorer writes down is what it decided, and following it gives the same run. */
#include "explore/explore.h"

#include <CUnit/CUnit.h>

#include "base/hash.h"

static const struct explore_config by_default = {.strategy = "default"};

static struct explorer *new_explorer(const struct explore_config *config) {
    struct explorer *explorer = NULL;
    CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, config), OK);
    return explorer;
}

static uint32_t pick(struct ebb_chooser *chooser, uint32_t count) {
    struct ebb_choice choice = {.what = EBB_CHOOSE_VALUE, .count = count};
    return chooser->pick(chooser, &choice);
}

static void schedules_grow_copy_and_compare(void) {
    struct explore_schedule one, two;
    explore_schedule_init(&one);
    explore_schedule_init(&two);
    CU_ASSERT_TRUE(explore_schedule_equal(&one, &two));
    for (uint32_t i = 0; i < 1000; i++) {
        CU_ASSERT_EQUAL(explore_schedule_add(mem_system(), &one, (uint64_t)i * 3, i % 5 + 1), OK);
    }
    CU_ASSERT_EQUAL(one.count, 1000);
    CU_ASSERT_EQUAL(one.at[999].decision, 2997);
    CU_ASSERT_EQUAL(explore_schedule_copy(mem_system(), &two, &one), OK);
    CU_ASSERT_TRUE(explore_schedule_equal(&one, &two));
    two.at[500].option++;
    CU_ASSERT_FALSE(explore_schedule_equal(&one, &two));
    two.at[500].option--;
    two.timers = EBB_TIMERS_ANY;
    CU_ASSERT_FALSE(explore_schedule_equal(&one, &two));
    one.count = 0;
    CU_ASSERT_EQUAL(explore_schedule_copy(mem_system(), &two, &one), OK); /* a smaller one into a larger */
    CU_ASSERT_EQUAL(two.count, 0);
    CU_ASSERT_EQUAL(two.timers, EBB_TIMERS_IDLE);
    CU_ASSERT_EQUAL(explore_schedule_copy(mem_system(), &two, &two), OK);
    explore_schedule_deinit(mem_system(), &one);
    explore_schedule_deinit(mem_system(), &two);
}

static void schedules_stay_whole_without_memory(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    struct explore_schedule one, two;
    explore_schedule_init(&one);
    explore_schedule_init(&two);
    for (uint32_t i = 0; i < 8; i++) CU_ASSERT_EQUAL(explore_schedule_add(&probe.mem, &one, i, 1), OK);
    probe.fail_at = probe.requests + 1;
    CU_ASSERT_EQUAL(explore_schedule_add(&probe.mem, &one, 8, 1), ERR_NOMEM);
    CU_ASSERT_EQUAL(one.count, 8);
    CU_ASSERT_EQUAL(explore_schedule_add(&probe.mem, &one, 8, 1), OK);
    probe.fail_at = probe.requests + 1;
    CU_ASSERT_EQUAL(explore_schedule_copy(&probe.mem, &two, &one), ERR_NOMEM);
    CU_ASSERT_EQUAL(two.count, 0);
    explore_schedule_deinit(&probe.mem, &one);
    explore_schedule_deinit(&probe.mem, &two);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void an_unknown_strategy_is_bad_input(void) {
    struct explorer *explorer = NULL;
    struct explore_config config = {.strategy = "luck"};
    CU_ASSERT_EQUAL(explore_new(mem_system(), &explorer, &config), ERR_INPUT);
    CU_ASSERT_PTR_NULL(explorer);
    explore_free(NULL);
}

static void what_was_decided_is_written_down(void) {
    struct explore_config config = {.strategy = "random", .seed = 7, .timers = EBB_TIMERS_ANY};
    struct explorer *explorer = new_explorer(&config);
    for (uint64_t run = 0; run < 20; run++) {
        struct ebb_chooser *chooser = explore_begin(explorer, run);
        uint32_t decided[300];
        for (uint32_t i = 0; i < BASE_COUNT(decided); i++) decided[i] = pick(chooser, 2 + i % 3);
        const struct explore_schedule *taken = NULL;
        CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
        CU_ASSERT_EQUAL(taken->timers, EBB_TIMERS_ANY);
        CU_ASSERT_EQUAL(explore_decisions(explorer), BASE_COUNT(decided));
        uint32_t next = 0;
        for (uint32_t i = 0; i < BASE_COUNT(decided); i++) {
            if (decided[i] == 0) continue;
            CU_ASSERT_FATAL(next < taken->count);
            CU_ASSERT_EQUAL(taken->at[next].decision, i);
            CU_ASSERT_EQUAL(taken->at[next++].option, decided[i]);
        }
        CU_ASSERT_EQUAL(next, taken->count);
    }
    explore_free(explorer);
}

static void a_deviation_lost_is_remembered_and_the_run_goes_on(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    char ones[400]; /* gap 0, option 1, gap 0, … */
    for (size_t i = 0; i < sizeof ones; i++) ones[i] = (char)(i & 1);
    struct explore_config config = {.strategy = "fuzz", .bytes = {ones, sizeof ones}};
    struct explorer *explorer = NULL;
    CU_ASSERT_EQUAL_FATAL(explore_new(&probe.mem, &explorer, &config), OK);
    struct ebb_chooser *chooser = explore_begin(explorer, 0);
    probe.fail_at = probe.requests + 1; /* the first growth of what was taken */
    for (uint32_t i = 0; i < 200; i++) CU_ASSERT_EQUAL(pick(chooser, 2), 1);
    const struct explore_schedule *taken = NULL;
    CU_ASSERT_EQUAL(explore_taken(explorer, &taken), ERR_NOMEM);
    CU_ASSERT_PTR_NULL(taken);
    chooser = explore_begin(explorer, 0); /* the next run starts afresh, and there is memory again */
    for (uint32_t i = 0; i < 200; i++) CU_ASSERT_EQUAL(pick(chooser, 2), 1);
    CU_ASSERT_EQUAL(explore_taken(explorer, &taken), OK);
    CU_ASSERT_EQUAL(taken->count, 200);
    explore_free(explorer);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void making_one_fails_cleanly(void) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    for (uint64_t fail_at = 1;; fail_at++) {
        struct explorer *explorer = NULL;
        probe.requests = 0;
        probe.fail_at = fail_at;
        enum status status = explore_new(&probe.mem, &explorer, &by_default);
        if (status == OK) {
            explore_free(explorer);
            CU_ASSERT_TRUE(fail_at > 1);
            break;
        }
        CU_ASSERT_EQUAL(status, ERR_NOMEM);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

/* --- with a world ------------------------------------------------------------------------------------------------- */
struct outcome {
    uint64_t digest, steps, choices, trace;
};
struct walker {
    uint64_t *trace;
    uint32_t number;
};

static void walk(struct ebb *ebb, void *arg) {
    const struct walker *self = arg;
    for (uint32_t i = 0; i < 5; i++) {
        uint32_t chosen = ebb_choose(ebb, 4);
        *self->trace = hash_mix(*self->trace, (uint64_t)self->number << 32 | i << 8 | chosen);
        ebb_yield(ebb);
    }
}

static struct outcome run_world(struct ebb_chooser *chooser) {
    struct ebb *ebb = NULL;
    struct outcome outcome = {0};
    struct walker walkers[4];
    struct ebb_config config = {.chooser = chooser};
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
    for (uint32_t i = 0; i < BASE_COUNT(walkers); i++) {
        walkers[i] = (struct walker){&outcome.trace, i};
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "walker", walk, &walkers[i]), OK);
    }
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
    outcome.digest = ebb_digest(ebb);
    outcome.steps = ebb_steps(ebb);
    outcome.choices = ebb_choices(ebb);
    ebb_reap(ebb);
    ebb_free(ebb);
    return outcome;
}

static void a_recorded_run_is_the_same_run(void) {
    struct explore_config config = {.strategy = "random", .seed = 11};
    struct explorer *explorer = new_explorer(&config);
    struct outcome first = {0};
    for (uint64_t run = 0; run < 50; run++) {
        struct outcome outcome = run_world(explore_begin(explorer, run));
        const struct explore_schedule *taken = NULL, *followed = NULL;
        CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
        CU_ASSERT_EQUAL(explore_decisions(explorer), outcome.choices);
        struct explore_config again = {.strategy = "replay", .replay = taken};
        struct explorer *replayer = new_explorer(&again);
        struct outcome replayed = run_world(explore_begin(replayer, 0));
        CU_ASSERT_EQUAL(memcmp(&replayed, &outcome, sizeof outcome), 0);
        CU_ASSERT_PTR_NULL(explore_diverged(replayer));
        CU_ASSERT_EQUAL_FATAL(explore_taken(replayer, &followed), OK);
        CU_ASSERT_TRUE(explore_schedule_equal(taken, followed));
        explore_free(replayer);
        if (run == 0)
            first = outcome;
        else
            CU_ASSERT_TRUE(outcome.digest != first.digest && outcome.trace != first.trace);
    }
    explore_free(explorer);
}

/* The digests differ: without a chooser no choices are folded in. */
static void the_default_strategy_does_what_no_chooser_does(void) {
    struct explorer *explorer = new_explorer(&by_default);
    struct outcome with = run_world(explore_begin(explorer, 3)), without = run_world(NULL);
    CU_ASSERT_EQUAL(with.trace, without.trace);
    CU_ASSERT_EQUAL(with.steps, without.steps);
    const struct explore_schedule *taken = NULL;
    CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
    CU_ASSERT_EQUAL(taken->count, 0);
    explore_free(explorer);
}

CU_TestInfo explore_tests[] = {
    {"schedules_grow_copy_and_compare", schedules_grow_copy_and_compare},
    {"schedules_stay_whole_without_memory", schedules_stay_whole_without_memory},
    {"an_unknown_strategy_is_bad_input", an_unknown_strategy_is_bad_input},
    {"what_was_decided_is_written_down", what_was_decided_is_written_down},
    {"a_deviation_lost_is_remembered", a_deviation_lost_is_remembered_and_the_run_goes_on},
    {"making_one_fails_cleanly", making_one_fails_cleanly},
    {"a_recorded_run_is_the_same_run", a_recorded_run_is_the_same_run},
    {"the_default_strategy_does_what_no_chooser_does", the_default_strategy_does_what_no_chooser_does},
    CU_TEST_INFO_NULL,
};
