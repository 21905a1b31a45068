/* SPDX-License-Identifier: MIT */
/* judge_test.c — one run: its phases in order, its verdict, and the same again. */
#include "run/judge.h"

#include "explore/explore.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    return scenario;
}

static void phases_come_in_order(void) {
    clean(HEAD "shared: {log: record(n = 0)}\n"
               "setup: [{set: {log.n: 1}}]\n"
               "main: [{set: {log.n: log.n * 10 + 2}}, {go: [{sleep: 1s}, {set: {log.n: log.n * 10 + 3}}]}]\n"
               "teardown:\n  - if: log.n != 123\n    then: [{panic: 'order'}]\n");
    clean(HEAD "shared: {log: record(n = 0)}\n"
               "cycle: [{if: log.n != turn, then: [{panic: 'turn'}]}, {set: {log.n: turn + 1}}]\n"
               "teardown:\n  - if: log.n != 15\n    then: [{panic: 'cycles'}]\nlimits: {cycles: 15}\n");
    leaves(HEAD "setup: [{panic: 'early'}]\nmain: [{panic: 'late'}]\n", "panic setup \"early\"");
}

static void what_teardown_ends_is_not_left(void) {
    leaves(HEAD "shared: {c: chan()}\nmain:\n  - go: [{recv: c}]\n    as: waiter\n", "blocked waiter recv c x1");
    clean(HEAD "shared: {c: chan()}\nmain:\n  - go: [{recv: c}]\n    as: waiter\nteardown: [{close: c}]\n");
}

static void every_meaning_of_left(void) {
    leaves(HEAD "main:\n  - let: {t: timer(1h)}\n", "timer t x1");
    leaves(HEAD "main:\n  - let: {t: ticker(1h)}\n", "timer t x1");
    leaves(HEAD "main:\n  - let: {x: context()}\n", "context x x1");
    leaves(HEAD "main:\n  - let: {m: mutex()}\n  - lock: m\n  - go: [{lock: m}]\n    as: second\n",
           "blocked second lock m x1; lock m x1");
    leaves(HEAD "main:\n  - let: {b: malloc(3KiB)}\n", "bytes b x3072");
    leaves(HEAD "main:\n  - go: [{loop: [{sleep: 1s}]}]\n    as: poller\n", "alive poller sleep x1");
    leaves(HEAD "main: [{loop: [yield]}]\nlimits: {steps: 1000}\n", "limit steps yield x1000");
}

static void growth_is_an_increment_per_cycle(void) {
    struct buf found;
    buf_init(&found, mem_system());
    CU_ASSERT_EQUAL(
        yard_run(HEAD "shared: {m: map()}\ncycle:\n  - put: m\n    key: turn\n    value: 1\n", &found, NULL), OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(found.at, "grows map entry x1"));
    buf_deinit(&found);
    clean(HEAD "shared: {m: map()}\ncycle:\n  - put: m\n    key: turn % 5\n    value: 1\n");
}

static void the_same_again_is_the_same(void) {
    static const char text[] = HEAD "main:\n  - let: {c: chan(1)}\n  - go: [{repeat: 5, as: i, do: [{send: c, value: "
                                    "i}]}]\n    count: 3\n  - repeat: 7\n    do: [{recv: c}]\n";
    struct scenario *scenario = load(text);
    struct explorer *explorer;
    struct explore_config how = {.strategy = "random", .seed = 9};
    CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, &how), OK);
    for (uint64_t run = 0; run < 20; run++) {
        struct check_finding found[2][8];
        struct run_result results[2];
        for (uint32_t i = 0; i < 2; i++) {
            results[i] = (struct run_result){.findings = {.at = found[i], .capacity = 8}};
            struct run_config config = {.scenario = scenario, .chooser = explore_begin(explorer, run)};
            CU_ASSERT_EQUAL(run_once(&config, mem_system(), &results[i]), OK);
        }
        CU_ASSERT_EQUAL(results[0].digest, results[1].digest);
        CU_ASSERT_EQUAL(results[0].steps, results[1].steps);
        CU_ASSERT_EQUAL(results[0].choices, results[1].choices);
        CU_ASSERT_EQUAL(results[0].choices, explore_decisions(explorer));
        CU_ASSERT_EQUAL_FATAL(results[0].findings.count, results[1].findings.count);
        CU_ASSERT_TRUE(results[0].findings.count > 0); /* fifteen are sent, and room is for eight */
        for (uint32_t i = 0; i < results[0].findings.count; i++)
            CU_ASSERT_EQUAL(found[0][i].signature, found[1][i].signature);
    }
    explore_free(explorer);
    scenario_free(scenario);
}

static void stacks_may_be_lent(void) {
    struct scenario *scenario = load(HEAD "main:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    count: 4\n");
    struct ebb_stacks *stacks;
    uint64_t digest = 0;
    CU_ASSERT_EQUAL_FATAL(ebb_stacks_new(&stacks, 64 << 10), OK);
    for (uint32_t i = 0; i < 10; i++) {
        struct check_finding found[4];
        struct run_result result = {.findings = {.at = found, .capacity = 4}};
        struct run_config config = {.scenario = scenario, .stacks = i == 0 ? NULL : stacks};
        CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
        CU_ASSERT_TRUE(i == 0 || digest == result.digest);
        digest = result.digest;
    }
    ebb_stacks_free(stacks);
    scenario_free(scenario);
}

static void findings_without_room_are_counted(void) {
    struct scenario *scenario =
        load(HEAD "main:\n  - let: {a: timer(1h)}\n  - let: {b: timer(1h)}\n  - let: {c: timer(1h)}\n");
    struct check_finding found[1];
    struct run_result result = {.findings = {.at = found, .capacity = 1}};
    struct run_config config = {.scenario = scenario};
    CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
    CU_ASSERT_EQUAL(result.findings.count, 1);
    CU_ASSERT_EQUAL(result.findings.lost, 2);
    scenario_free(scenario);
}

static void variants_set_what_runs(void) {
    struct scenario *scenario = load(HEAD "params: {n: 0}\nmain:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    "
                                          "count: n\nvariants: {none: {}, two: {n: 2}, five: {n: 5}}\n");
    static const uint32_t counts[] = {0, 2, 5};
    for (uint32_t variant = 0; variant < 3; variant++) {
        struct check_finding found[4];
        struct run_result result = {.findings = {.at = found, .capacity = 4}};
        struct run_config config = {.scenario = scenario, .variant = variant};
        CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
        CU_ASSERT_EQUAL(result.findings.count, counts[variant] > 0);
        if (result.findings.count > 0) CU_ASSERT_EQUAL(found[0].count, counts[variant]);
    }
    scenario_free(scenario);
}

CU_TestInfo judge_tests[] = {
    {"phases_come_in_order", phases_come_in_order},
    {"what_teardown_ends_is_not_left", what_teardown_ends_is_not_left},
    {"every_meaning_of_left", every_meaning_of_left},
    {"growth_is_an_increment_per_cycle", growth_is_an_increment_per_cycle},
    {"the_same_again_is_the_same", the_same_again_is_the_same},
    {"stacks_may_be_lent", stacks_may_be_lent},
    {"findings_without_room_are_counted", findings_without_room_are_counted},
    {"variants_set_what_runs", variants_set_what_runs},
    CU_TEST_INFO_NULL,
};
