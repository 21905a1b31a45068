/* SPDX-License-Identifier: MIT */
/* survey_test.c — a search counts findings by signature, and each comes back from its token. */
#include "run/survey.h"

#include "explore/token.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

static const char two_locks[] = HEAD "shared: {a: mutex(), b: mutex()}\n"
                                     "main:\n  - go: both(a, b)\n    as: first\n  - go: both(b, a)\n    as: second\n"
                                     "procs:\n  both(one, other):\n    - lock: one\n    - lock: other\n"
                                     "    - unlock: other\n    - unlock: one\n";

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    return scenario;
}

static struct run_survey *search_for(const struct run_campaign *campaign, uint64_t runs) {
    struct run_survey *search = NULL;
    CU_ASSERT_EQUAL_FATAL(run_survey_new(mem_system(), &search, campaign), OK);
    while (search->got.runs < runs) CU_ASSERT_EQUAL_FATAL(run_survey_go(search), OK);
    return search;
}

static void findings_are_counted_and_come_back(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .scenario_key = 77, .seed = 5};
    struct run_survey *search = search_for(&campaign, 2000);
    CU_ASSERT_EQUAL(search->got.found_count, 4); /* two that wait, two locks */
    CU_ASSERT_EQUAL(search->got.coverage.runs, 2000);
    CU_ASSERT_TRUE(search->got.leaking_runs > 200 && search->got.leaking_runs < 1800);
    struct run_row *row = mem_new(mem_system(), 1, sizeof *row);
    for (uint32_t i = 0; i < search->got.found_count; i++) {
        const struct run_survey_found *found = &search->got.found[i];
        struct token token;
        struct diag why = {0};
        CU_ASSERT_EQUAL(found->runs, search->got.leaking_runs);
        CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), buf_str(&found->token), &token, &why), OK);
        CU_ASSERT_EQUAL(run_replay(&campaign, &token.schedule, mem_system(), row), OK);
        uint32_t at = 0;
        while (at < row->count && row->findings[at].signature != found->finding.signature) at++;
        CU_ASSERT_TRUE(at < row->count);
        explore_schedule_deinit(mem_system(), &token.schedule);
    }
    mem_free(mem_system(), row, sizeof *row);
    run_survey_free(search);
    scenario_free(scenario);
}

static void every_strategy_finds_it_and_the_same_seed_finds_the_same(void) {
    static const char *const lists[] = {"random", "pct2", "pct3", "pos", "urw", "delay1", "pct3,pos,delay2"};
    struct scenario *scenario = load(two_locks);
    for (size_t i = 0; i < BASE_COUNT(lists); i++) {
        struct run_campaign campaign = {.scenario = scenario, .seed = 5, .strategy = lists[i]};
        struct run_survey *one = search_for(&campaign, 300), *two = search_for(&campaign, 300);
        CU_ASSERT_EQUAL_FATAL(one->got.found_count, 4);
        CU_ASSERT_EQUAL(one->got.leaking_runs, two->got.leaking_runs);
        CU_ASSERT_EQUAL(one->got.steps, two->got.steps);
        CU_ASSERT_EQUAL(one->got.coverage.distinct, two->got.coverage.distinct);
        CU_ASSERT_EQUAL(one->got.coverage.once, two->got.coverage.once);
        for (uint32_t f = 0; f < 4; f++) CU_ASSERT_EQUAL(one->got.found[f].first, two->got.found[f].first);
        run_survey_free(one);
        run_survey_free(two);
    }
    scenario_free(scenario);
}

static void a_run_that_meets_the_budget_is_told(void) {
    struct scenario *scenario = load(HEAD "main: [{loop: [yield]}]\nlimits: {steps: 1000}\n");
    struct run_campaign campaign = {.scenario = scenario};
    struct run_survey *search = search_for(&campaign, 1);
    CU_ASSERT_TRUE(search->got.limited);
    run_survey_free(search);
    scenario_free(scenario);
}

static void memory_that_runs_out_is_told(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .seed = 5};
    struct mem_probe probe;
    enum status status = ERR_NOMEM;
    mem_probe_init(&probe, mem_system());
    for (uint64_t fail_at = 1; status != OK; fail_at++) {
        struct run_survey *search = NULL;
        probe.requests = 0;
        probe.fail_at = fail_at;
        status = run_survey_new(&probe.mem, &search, &campaign);
        for (uint32_t run = 0; run < 4 && status == OK; run++) status = run_survey_go(search);
        run_survey_free(search);
        CU_ASSERT_EQUAL_FATAL(probe.blocks, 0);
    }
    scenario_free(scenario);
}

/* Four coroutines, six steps each on one lock: delays run dry after a few hundred runs, random walks do not. */
static void who_shows_new_behaviour_has_more_turns(void) {
    struct scenario *scenario =
        load(HEAD "shared: {a: mutex()}\nmain:\n  - repeat: 4\n    do: [{go: locker(a)}]\n"
                  "procs:\n  locker(m):\n    - repeat: 6\n      do: [{lock: m}, {unlock: m}]\n");
    struct run_campaign campaign = {
        .scenario = scenario, .seed = 5, .strategy = "delay1,random", .timers = RUN_TIMERS_IDLE};
    struct run_survey *search = search_for(&campaign, 2000);
    const struct run_portfolio_hand *hands = search->portfolio.hands;
    CU_ASSERT_EQUAL(hands[0].runs + hands[1].runs, 2000);
    CU_ASSERT_TRUE(hands[0].runs >= 2000 / 18 && hands[0].runs < 500);
    run_survey_free(search);
    scenario_free(scenario);
}

/* What another process makes again comes to the same: the first run of each finding, and one in 64 of the others. */
static void some_runs_are_kept_to_be_made_again(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .scenario_key = 77, .seed = 5};
    struct run_survey *search = search_for(&campaign, 500);
    const struct run_harvest *got = &search->got;
    struct run_sampler sampler;
    struct run_sample sample, now;
    struct buf lines;
    uint64_t count = 0;
    CU_ASSERT_EQUAL_FATAL(run_sampler_init(&sampler, mem_system()), OK);
    sampler.fill = 0x5A;
    run_sampler_forget(&sampler);
    buf_init(&lines, mem_system());
    run_harvest_samples(got, &lines);
    struct str rest = buf_str(&lines);
    for (; run_sample_take(&rest, &sample); count++) {
        if (count == 0) CU_ASSERT_TRUE(str_equal(sample.token, buf_str(&got->found[0].token)));
        CU_ASSERT_EQUAL(run_sample_again(&sampler, scenario, &sample, NULL, &now), OK);
        CU_ASSERT_TRUE(run_sample_same(&sample, &now));
    }
    CU_ASSERT_EQUAL(rest.len, 0);
    CU_ASSERT_EQUAL(got->found_count, 4); /* of one run */
    CU_ASSERT_EQUAL(count, 1 + 8);
    buf_deinit(&lines);
    run_sampler_deinit(&sampler);
    run_survey_free(search);
    scenario_free(scenario);
}

CU_TestInfo survey_tests[] = {
    {"findings_are_counted_and_come_back", findings_are_counted_and_come_back},
    {"every_strategy_finds_it_and_the_same_seed_finds_the_same",
     every_strategy_finds_it_and_the_same_seed_finds_the_same},
    {"a_run_that_meets_the_budget_is_told", a_run_that_meets_the_budget_is_told},
    {"memory_that_runs_out_is_told", memory_that_runs_out_is_told},
    {"some_runs_are_kept_to_be_made_again", some_runs_are_kept_to_be_made_again},
    {"who_shows_new_behaviour_has_more_turns", who_shows_new_behaviour_has_more_turns},
    CU_TEST_INFO_NULL,
};
