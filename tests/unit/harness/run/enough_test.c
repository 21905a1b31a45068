/* SPDX-License-Identifier: MIT */
/* enough_test.c — a rule of the scenario ends a search with the first run that meets it, and no sooner. */
#include "run/enough.h"

#include "run/campaign.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

static struct run_row row;

/* The first is blocked where the second was faster. */
#define RACE                                                                                                       \
    HEAD "shared: {a: mutex(), b: mutex()}\nmain:\n  - go: both(a, b)\n  - go: both(b, a)\nprocs:\n  both(x, y): " \
         "[{lock: x}, {lock: y}, {unlock: y}, {unlock: x}]\n"

static void which(void) {
    struct scenario_stop rule = {.asked = true, .runs = 1000, .new_below = 10000}; /* 1 % */
    struct explore_coverage seen = {.runs = 100, .distinct = 9};
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 100, true), RUN_ENOUGH_NOT); /* less than one in 100 is not shown yet */
    seen.runs = 101;
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 101, true), RUN_ENOUGH_NEW);
    seen.once = 2;
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 101, false), RUN_ENOUGH_NOT);
    seen.runs = 200;
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 200, false), RUN_ENOUGH_NOT); /* it is 1 %, not less */
    seen.runs = 201;
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 201, false), RUN_ENOUGH_NEW);
    seen.once = 11;
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 999, false), RUN_ENOUGH_NOT);
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 1000, false), RUN_ENOUGH_RUNS);
    rule.first_finding = true;
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 1, true), RUN_ENOUGH_FOUND);
    CU_ASSERT_EQUAL(run_enough(&rule, &seen, 1, false), RUN_ENOUGH_NOT);
}

static uint64_t unasked; /* what is proved where nobody asks for it; the rule is what goes on from there */

static void judge(const char *text, const char *strategy) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    struct run_campaign campaign = {.scenario = scenario,
                                    .runs = 32,
                                    .seed = 1,
                                    .stop = scenario_stop(scenario),
                                    .prove = unasked,
                                    .strategy = strategy};
    run_campaign(&campaign, mem_system(), &row);
    scenario_free(scenario);
}

static void campaigns(void) {
    judge(RACE "stop: {runs: 50}\n", NULL);
    CU_ASSERT_EQUAL(row.runs, 50);
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: 50 runs");
    judge(RACE "stop: {first_finding: true}\n", NULL);
    CU_ASSERT_TRUE(row.runs < 50 && row.leaking_runs == 1 && row.count > 0);
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: first finding");
    judge(RACE "stop: {new_behaviour_below: 1%}\n", NULL);
    CU_ASSERT_TRUE(row.runs > 100 && row.runs < 10000);
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: chance of new behaviour < 1 %");
    uint64_t runs = row.runs;
    judge(RACE "stop: {new_behaviour_below: 1%, runs: 101}\n", "default,random");
    CU_ASSERT_TRUE(row.runs == 101 || runs == 101);
    judge(RACE "stop: {new_behaviour_below: 0.5%, runs: 101}\n", "pos");
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: 101 runs, before chance of new behaviour < 0.5 %");
}

static void proofs(void) {
    judge(RACE "stop: {proved: all}\n", NULL);
    CU_ASSERT_TRUE(row.proved);
    CU_ASSERT_STRING_EQUAL(row.ended, ""); /* ": every trace" says it */
    judge(RACE "stop: {proved: all, runs: 3}\n", NULL);
    CU_ASSERT_TRUE(!row.proved && row.runs == 3);
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: 3 runs, before every trace");
    judge(RACE "stop: {proved: all}\n", "random"); /* the command line goes first */
    CU_ASSERT_TRUE(!row.proved && row.runs == 32);
    judge(RACE "stop: {proved: within1}\n", NULL);
    CU_ASSERT_FALSE(row.proved);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.ended, " schedules within 1 delay; all "));
}

/* A small space is proved before a rule about samples is looked at, with as many runs as the rule has. */
static void proofs_unasked(void) {
    unasked = 32;
    judge(RACE "stop: {new_behaviour_below: 1%}\n", NULL);
    CU_ASSERT_TRUE(row.proved && row.runs > 3);
    CU_ASSERT_STRING_EQUAL(row.ended, "");
    judge(RACE "stop: {runs: 3}\n", NULL);
    CU_ASSERT_TRUE(!row.proved && row.runs == 3);
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: 3 runs");
    judge(RACE "stop: {first_finding: true}\n", NULL);
    CU_ASSERT_TRUE(!row.proved && row.leaking_runs == 1 && row.count > 0);
    CU_ASSERT_STRING_EQUAL(row.ended, "stopped by rule: first finding");
    judge(HEAD "main: [{go: x}]\nprocs: {x: [yield]}\nstop: {first_finding: true}\n", NULL);
    CU_ASSERT_TRUE(row.proved && row.leaking_runs == 0);
    CU_ASSERT_STRING_EQUAL(row.ended, "");
    judge(RACE "stop: {proved: within1}\n", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.ended, " schedules within 1 delay; all "));
    unasked = 0;
}

CU_TestInfo enough_tests[] = {
    {"which", which},  {"campaigns", campaigns}, {"proofs", proofs}, {"proofs_unasked", proofs_unasked},
    CU_TEST_INFO_NULL,
};
