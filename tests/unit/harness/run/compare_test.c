/* SPDX-License-Identifier: MIT */
/* compare_test.c — columns follow the same draws, what each costs is what it costs alone, and where they first part both come
 * back from their tokens. */
#include "run/compare.h"

#include "explore/token.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

static const char late[] = HEAD "params: {capacity: {default: 0}}\n"
                                "main:\n  - let: {c: chan(capacity)}\n  - go: [{send: c}]\n    as: sender\n"
                                "  - select:\n      - recv: c\n      - default:\n"
                                "variants: {leaking: {}, repaired: {capacity: 1}}\n";
static const char heap[] = HEAD "params: {size: {default: 64}}\n"
                                "main:\n  - let: {one: malloc(32)}\n  - let: {other: malloc(size)}\n  - free: one\n"
                                "variants: {small: {}, large: {size: 4096}}\n";

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    return scenario;
}

static struct run_compare *compare(const struct run_compare_column *columns, const struct explore_schedule *schedule,
                                   uint64_t runs) {
    struct run_compare *out = NULL;
    struct run_compare_config config = {.columns = columns, .column_count = 2, .seed = 3, .schedule = schedule};
    uint32_t failed = 0;
    CU_ASSERT_EQUAL_FATAL(run_compare_new(mem_system(), &out, &config), OK);
    while (out->runs < runs) CU_ASSERT_EQUAL_FATAL(run_compare_go(out, &failed), OK);
    return out;
}

static void what_differs_comes_back_from_its_tokens(void) {
    struct scenario *scenario = load(late);
    struct run_compare_column columns[] = {{scenario, 0, 77}, {scenario, 1, 77}};
    struct run_compare *both = compare(columns, NULL, 64);
    CU_ASSERT_TRUE(both->differ);
    CU_ASSERT_TRUE(both->at[0].leaking_runs > 0 && both->at[0].leaking_runs < 64);
    CU_ASSERT_EQUAL_FATAL(both->found_count, 1);
    CU_ASSERT_EQUAL(both->found[0].runs[0], both->at[0].leaking_runs);
    CU_ASSERT_EQUAL(both->found[0].runs[1], 0);
    struct run_row *row = mem_new(mem_system(), 1, sizeof *row);
    for (uint32_t i = 0; i < 2; i++) {
        struct token token;
        struct diag why = {0};
        struct run_campaign campaign = {.scenario = scenario, .variant = i, .scenario_key = 77};
        CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), buf_str(&both->at[i].token), &token, &why), OK);
        CU_ASSERT_EQUAL(token.variant, i);
        CU_ASSERT_EQUAL(run_replay(&campaign, &token.schedule, mem_system(), row), OK);
        CU_ASSERT_EQUAL(row->count, both->at[i].shown.count);
        explore_schedule_deinit(mem_system(), &token.schedule);
    }
    mem_free(mem_system(), row, sizeof *row);
    run_compare_free(both);
    scenario_free(scenario);
}

static void a_column_beside_itself_is_the_same(void) {
    struct scenario *scenario = load(late);
    struct run_compare_column columns[] = {{scenario, 0, 77}, {scenario, 0, 77}};
    struct run_compare *both = compare(columns, NULL, 64);
    CU_ASSERT_FALSE(both->differ);
    CU_ASSERT_TRUE(both->at[0].leaking_runs > 0);
    CU_ASSERT_EQUAL(both->at[0].leaking_runs, both->at[1].leaking_runs);
    CU_ASSERT_EQUAL(both->at[0].result.digest, both->at[1].result.digest);
    CU_ASSERT_EQUAL(run_tally_median(&both->at[0].steps), run_tally_median(&both->at[1].steps));
    run_compare_free(both);
    scenario_free(scenario);
}

static void peaks_and_ends_are_told_apart(void) {
    struct scenario *scenario = load(heap);
    struct run_compare_column columns[] = {{scenario, 0, 77}, {scenario, 1, 77}};
    struct run_compare *both = compare(columns, NULL, 2);
    CU_ASSERT_EQUAL(both->at[0].most.bytes, 96);
    CU_ASSERT_EQUAL(both->at[0].most.bytes_left, 64);
    CU_ASSERT_EQUAL(both->at[1].most.bytes, 4128);
    CU_ASSERT_EQUAL(both->at[1].most.bytes_left, 4096);
    CU_ASSERT_EQUAL(both->at[1].most.objects, 2);
    CU_ASSERT_EQUAL(both->at[1].most.objects_left, 1);
    CU_ASSERT_EQUAL(both->at[1].most.coroutines, 1);
    CU_ASSERT_EQUAL(both->at[1].most.coroutines_left, 0);
    CU_ASSERT_EQUAL(both->found[0].most[0], 64);
    CU_ASSERT_EQUAL(both->found[0].most[1], 4096);
    CU_ASSERT_FALSE(both->differ); /* the same is left, only more of it */
    run_compare_free(both);
    scenario_free(scenario);
}

/* What shared objects keep is there at rest, and is not left. */
static void rest_is_before_the_shared_objects_go(void) {
    struct scenario *scenario = load(HEAD "params: {room: {default: 1}}\nshared: {queue: chan(room)}\n"
                                          "main:\n  - let: {b: bytes(100)}\n  - send: queue\n    value: b\n"
                                          "variants: {one: {}, two: {room: 2}}\n");
    struct run_compare_column columns[] = {{scenario, 0, 77}, {scenario, 1, 77}};
    struct run_compare *both = compare(columns, NULL, 1);
    for (uint32_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(both->at[i].most.bytes_rest, 100);
        CU_ASSERT_TRUE(both->at[i].most.objects_rest > 0);
        CU_ASSERT_EQUAL(both->at[i].most.bytes_left, 0);
        CU_ASSERT_EQUAL(both->at[i].most.objects_left, 0);
    }
    run_compare_free(both);
    scenario_free(scenario);
}

static void a_schedule_is_followed_as_far_as_it_goes(void) {
    struct scenario *two = load(HEAD "main: [{go: [yield]}, {go: [yield]}, yield]\n"),
                    *one = load(HEAD "main: [yield]\n");
    struct run_compare_column columns[] = {{two, 0, 77}, {one, 0, 78}};
    struct explore_deviation second = {0, 1};
    struct explore_schedule schedule = {.at = &second, .count = 1, .capacity = 1};
    struct run_compare *both = compare(columns, &schedule, 1);
    CU_ASSERT_EQUAL(both->at[0].lost.option, 0);
    CU_ASSERT_EQUAL(both->at[1].lost.option, 1); /* it never had to decide */
    run_compare_free(both);
    scenario_free(two);
    scenario_free(one);
}

static void a_search_is_refused(void) {
    struct scenario *scenario = load(late);
    struct run_compare_column columns[] = {{scenario, 0, 77}, {scenario, 1, 77}};
    struct run_compare_config config = {.columns = columns, .column_count = 2, .strategy = "all"};
    struct run_compare *out = NULL;
    CU_ASSERT_EQUAL(run_compare_new(mem_system(), &out, &config), ERR_INPUT);
    scenario_free(scenario);
}

static void medians_are_the_lower_one(void) {
    struct run_tally_entry entries[] = {{3, 2}, {5, 1}, {9, 1}};
    struct run_tally tally = {.at = entries, .count = 3, .total = 4};
    CU_ASSERT_EQUAL(run_tally_median(&tally), 3);
    CU_ASSERT_EQUAL(run_tally_most(&tally), 9);
    entries[1].count = 2, tally.total = 5;
    CU_ASSERT_EQUAL(run_tally_median(&tally), 5);
    CU_ASSERT_EQUAL(run_tally_median(&(struct run_tally){0}), 0);
}

static void memory_that_runs_out_is_told(void) {
    struct scenario *scenario = load(late);
    struct run_compare_column columns[] = {{scenario, 0, 77}, {scenario, 1, 77}};
    struct run_compare_config config = {.columns = columns, .column_count = 2, .seed = 3};
    struct mem_probe probe;
    enum status status = ERR_NOMEM;
    mem_probe_init(&probe, mem_system());
    for (uint64_t fail_at = 1; status != OK; fail_at++) {
        struct run_compare *both = NULL;
        uint32_t failed = 0;
        probe.requests = 0;
        probe.fail_at = fail_at;
        status = run_compare_new(&probe.mem, &both, &config);
        for (uint32_t run = 0; run < 3 && status == OK; run++) status = run_compare_go(both, &failed);
        run_compare_free(both);
        CU_ASSERT_EQUAL_FATAL(probe.blocks, 0);
    }
    scenario_free(scenario);
}

CU_TestInfo compare_tests[] = {
    {"what_differs_comes_back_from_its_tokens", what_differs_comes_back_from_its_tokens},
    {"a_column_beside_itself_is_the_same", a_column_beside_itself_is_the_same},
    {"peaks_and_ends_are_told_apart", peaks_and_ends_are_told_apart},
    {"rest_is_before_the_shared_objects_go", rest_is_before_the_shared_objects_go},
    {"a_schedule_is_followed_as_far_as_it_goes", a_schedule_is_followed_as_far_as_it_goes},
    {"a_search_is_refused", a_search_is_refused},
    {"medians_are_the_lower_one", medians_are_the_lower_one},
    {"memory_that_runs_out_is_told", memory_that_runs_out_is_told},
    CU_TEST_INFO_NULL,
};
