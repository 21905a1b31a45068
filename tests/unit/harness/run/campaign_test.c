/* SPDX-License-Identifier: MIT */
/* campaign_test.c — many runs of one variant: which of them is shown, what is as expected, and its token. */
#include "run/campaign.h"

#include "explore/token.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

static struct run_row row, again;

/* An order in which two take the same two locks, which leaves both behind on some schedules only. */
#define LOCKS                                                                                                       \
    HEAD "main:\n  - let: {a: mutex()}\n  - let: {b: mutex()}\n  - go: both(a, b)\n    as: first\n  - go: both(b, " \
         "a)\n    as: second\n"                                                                                     \
         "procs:\n  both(x, y): [{lock: x}, {lock: y}, {unlock: y}, {unlock: x}]\n"
#define CROSSED "{blocked: first, on: lock b}, {blocked: second, on: lock a}, {lock: a}, {lock: b}"

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    return scenario;
}

static void judge(const char *text, uint64_t runs, bool as_expected, enum report_verdict verdict, const char *why) {
    struct scenario *scenario = load(text);
    struct run_campaign campaign = {.scenario = scenario, .scenario_key = 5, .runs = runs, .seed = 1};
    run_campaign(&campaign, mem_system(), &row);
    if (row.as_expected != as_expected || row.verdict != verdict || strstr(row.why, why) == NULL)
        fprintf(stderr, "%sfound: %d %d %s\n", text, row.as_expected, row.verdict, row.why);
    CU_ASSERT_EQUAL(row.as_expected, as_expected);
    CU_ASSERT_EQUAL(row.verdict, verdict);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, why));
    /* Whatever is shown is shown again by its token. */
    struct token token;
    if (verdict != REPORT_ERROR && explore_token_read(mem_system(), str_of(row.token), &token, NULL) == OK) {
        CU_ASSERT_EQUAL(token.scenario, 5);
        CU_ASSERT_EQUAL(run_replay(&campaign, &token.schedule, mem_system(), &again), OK);
        CU_ASSERT_EQUAL(again.digest, row.digest);
        CU_ASSERT_EQUAL(again.count, row.count);
        CU_ASSERT_EQUAL(memcmp(again.findings, row.findings, row.count * sizeof row.findings[0]), 0);
        CU_ASSERT_STRING_EQUAL(again.token, row.token);
        explore_schedule_deinit(mem_system(), &token.schedule);
    } else {
        CU_ASSERT_EQUAL(verdict, REPORT_ERROR);
    }
    scenario_free(scenario);
}

static void some_and_every(void) {
    judge(LOCKS "expect: {some: [" CROSSED "]}\n", 200, true, REPORT_LEAKS, "");
    judge(LOCKS "expect: {some: [" CROSSED "]}\n", 1, false, REPORT_CLEAN, "no schedule of 1 shows");
    judge(LOCKS "expect: {every: [" CROSSED "]}\n", 200, false, REPORT_CLEAN, "schedule 1 of 200 is not as expected");
    judge(LOCKS "expect: clean\n", 200, false, REPORT_LEAKS, "is not as expected");
    judge(LOCKS "expect: clean\n", 1, true, REPORT_CLEAN, "");
    judge(LOCKS "expect: {some: [{lock: a}]}\n", 200, false, REPORT_LEAKS, "is not as expected");
}

static void verdicts(void) {
    judge(HEAD "main: [yield]\n", 8, true, REPORT_CLEAN, "");
    judge(HEAD "main: [{panic: 'boom'}]\n", 8, false, REPORT_PANICS, "schedule 1 of 8");
    judge(HEAD "main: [{panic: 'boom'}]\nexpect: [{panic: boom}]\n", 8, true, REPORT_PANICS, "");
    judge(HEAD "main: [{panic: 'boom'}]\nexpect: [{panic: main}]\n", 8, true, REPORT_PANICS, "");
    judge(HEAD "main: [{loop: [yield]}]\nlimits: {steps: 99}\n", 8, false, REPORT_LIMIT, "");
    CU_ASSERT_EQUAL(row.runs, 1); /* the others would take the whole budget each */
    judge(HEAD "main:\n  - sleep: 3\n", 8, false, REPORT_ERROR, "expected a duration");
    CU_ASSERT_TRUE(row.line == 3 && row.column == 12);
}

/* Schedules that were not tried may be otherwise: only all of them are a proof, and one is enough against it. */
static void what_runs_are_worth(void) {
    static const struct {
        const char *text, *strategy;
        uint64_t prove;
        bool proved, sampled;
    } cases[] = {
        {LOCKS "expect: {some: [" CROSSED "]}\n", NULL, 0, false, true},
        {LOCKS "expect: {some: [" CROSSED "]}\n", NULL, 1000, true, false},
        {LOCKS "expect: {some: [" CROSSED "]}\n", NULL, 3, false, true}, /* they do not suffice */
        {LOCKS "expect: {some: [" CROSSED "]}\n", "all", 0, true, false},
        {LOCKS "expect: {some: [" CROSSED "]}\n", "within1", 0, false, true},                 /* all of these only */
        {LOCKS, NULL, 0, false, false},                                                       /* refuted */
        {LOCKS "pending: {main: known}\n", NULL, 0, false, false},                            /* nothing is claimed */
        {LOCKS "expect: {some: [" CROSSED "]}\nfaults: [stall]\n", NULL, 1000, false, true},  /* too many with them */
        {LOCKS "expect: {some: [" CROSSED "]}\nfaults: [cancel]\n", NULL, 1000, true, false}, /* never asked for */
        {LOCKS "watch: [allocation > 1MiB]\nexpect: {some: [" CROSSED "]}\n", "all", 1000, false, true},
    };
    for (uint32_t i = 0; i < BASE_COUNT(cases); i++) {
        struct scenario *scenario = load(cases[i].text);
        struct run_campaign campaign = {
            .scenario = scenario, .runs = 200, .seed = 1, .prove = cases[i].prove, .strategy = cases[i].strategy};
        run_campaign(&campaign, mem_system(), &row);
        if (row.proved != cases[i].proved || row.sampled != cases[i].sampled) fprintf(stderr, "case %u\n", i);
        CU_ASSERT_EQUAL(row.proved, cases[i].proved);
        CU_ASSERT_EQUAL(row.sampled, cases[i].sampled);
        scenario_free(scenario);
    }
}

static void a_seed_is_a_campaign(void) {
    struct scenario *scenario = load(LOCKS);
    uint64_t digests[3];
    for (uint64_t i = 0; i < 3; i++) {
        struct run_campaign campaign = {.scenario = scenario, .runs = 100, .seed = i < 2 ? 7 : 8};
        run_campaign(&campaign, mem_system(), &row);
        digests[i] = row.digest;
        CU_ASSERT_EQUAL(row.runs, 100);
    }
    CU_ASSERT_EQUAL(digests[0], digests[1]);
    scenario_free(scenario);
}

static void a_schedule_of_another_scenario(void) {
    struct scenario *scenario = load(HEAD "main: [yield]\n");
    struct explore_deviation far[] = {{1000, 3}};
    struct explore_schedule schedule = {.at = far, .count = 1, .capacity = 1};
    struct run_campaign campaign = {.scenario = scenario};
    CU_ASSERT_EQUAL(run_replay(&campaign, &schedule, mem_system(), &row), ERR_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, "decision 1000 has no option 3"));
    scenario_free(scenario);
}

static void without_memory_a_row_says_so(void) {
    struct scenario *scenario = load(LOCKS);
    for (uint64_t n = 1;; n++) {
        struct mem_probe probe;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = n;
        struct run_campaign campaign = {.scenario = scenario, .runs = 2, .seed = 1};
        run_campaign(&campaign, &probe.mem, &row);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (probe.requests < n) break;
        CU_ASSERT_TRUE(row.verdict == REPORT_ERROR || row.verdict == REPORT_CLEAN || row.verdict == REPORT_LEAKS);
        if (row.verdict == REPORT_ERROR) CU_ASSERT_FALSE(row.as_expected);
    }
    CU_ASSERT_TRUE(row.as_expected);
    scenario_free(scenario);
}

CU_TestInfo campaign_tests[] = {
    {"some_and_every", some_and_every},
    {"verdicts", verdicts},
    {"what_runs_are_worth", what_runs_are_worth},
    {"a_seed_is_a_campaign", a_seed_is_a_campaign},
    {"a_schedule_of_another_scenario", a_schedule_of_another_scenario},
    {"without_memory_a_row_says_so", without_memory_a_row_says_so},
    CU_TEST_INFO_NULL,
};
