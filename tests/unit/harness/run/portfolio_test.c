/* SPDX-License-Identifier: MIT */
/* portfolio_test.c — whose turn it is, and with which timers. */
#include "run/portfolio.h"

#include <CUnit/CUnit.h>

static void lists_are_read(void) {
    CU_ASSERT_TRUE(run_strategies_known("random"));
    CU_ASSERT_TRUE(run_strategies_known("default,pct2,pos,urw,delay3"));
    CU_ASSERT_FALSE(run_strategies_known(""));
    CU_ASSERT_FALSE(run_strategies_known("random,"));
    CU_ASSERT_FALSE(run_strategies_known(",random"));
    CU_ASSERT_FALSE(run_strategies_known("random,luck"));
    CU_ASSERT_FALSE(run_strategies_known("replay")); /* nothing to replay */
    CU_ASSERT_FALSE(run_strategies_known("random,fuzz"));
    CU_ASSERT_FALSE(run_strategies_known("a-name-that-is-longer-than-all-others"));
    CU_ASSERT_TRUE(run_strategies_known("pos,pos,pos,pos,pos,pos,pos,pos"));
    CU_ASSERT_FALSE(run_strategies_known("pos,pos,pos,pos,pos,pos,pos,pos,pos"));
}

static void by_default_two_lead_and_random_follows(void) {
    struct run_portfolio portfolio;
    enum ebb_timers timers;
    CU_ASSERT_EQUAL_FATAL(run_portfolio_init(&portfolio, mem_system(), NULL, 1, RUN_TIMERS_BOTH), OK);
    for (uint64_t run = 0; run < 10; run++) {
        const struct explorer *explorer = run_portfolio_turn(&portfolio, run, &timers);
        CU_ASSERT_EQUAL(timers, run % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY);
        CU_ASSERT_PTR_EQUAL(explorer, run < 2 ? portfolio.leading[run] : portfolio.at[0][run % 2]);
    }
    run_portfolio_deinit(&portfolio);
}

static void default_in_front_leads(void) {
    struct run_portfolio portfolio;
    enum ebb_timers timers;
    CU_ASSERT_EQUAL_FATAL(run_portfolio_init(&portfolio, mem_system(), "default,pos,pct3", 1, RUN_TIMERS_BOTH), OK);
    CU_ASSERT_EQUAL(portfolio.lead, 2);
    CU_ASSERT_EQUAL(portfolio.count, 2);
    CU_ASSERT_PTR_EQUAL(run_portfolio_turn(&portfolio, 1, &timers), portfolio.leading[EBB_TIMERS_ANY]);
    CU_ASSERT_PTR_EQUAL(run_portfolio_turn(&portfolio, 2, &timers), portfolio.at[0][EBB_TIMERS_IDLE]);
    CU_ASSERT_PTR_EQUAL(run_portfolio_turn(&portfolio, 3, &timers), portfolio.at[1][EBB_TIMERS_IDLE]);
    run_portfolio_deinit(&portfolio);
    CU_ASSERT_EQUAL_FATAL(run_portfolio_init(&portfolio, mem_system(), "default", 1, RUN_TIMERS_BOTH), OK);
    CU_ASSERT_EQUAL(portfolio.lead, 0);
    run_portfolio_deinit(&portfolio);
}

static void strategies_take_turns(void) {
    struct run_portfolio portfolio;
    enum ebb_timers timers;
    CU_ASSERT_EQUAL_FATAL(run_portfolio_init(&portfolio, mem_system(), "pos,pct3", 1, RUN_TIMERS_BOTH), OK);
    for (uint64_t run = 0; run < 12; run++) {
        const struct explorer *explorer = run_portfolio_turn(&portfolio, run, &timers);
        CU_ASSERT_EQUAL(timers, run / 2 % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY);
        CU_ASSERT_PTR_EQUAL(explorer, portfolio.at[run % 2][timers]);
    }
    run_portfolio_deinit(&portfolio);
    CU_ASSERT_EQUAL_FATAL(run_portfolio_init(&portfolio, mem_system(), "pos,pct3", 1, RUN_TIMERS_ANY), OK);
    for (uint64_t run = 0; run < 4; run++) {
        (void)run_portfolio_turn(&portfolio, run, &timers);
        CU_ASSERT_EQUAL(timers, EBB_TIMERS_ANY);
    }
    run_portfolio_deinit(&portfolio);
    CU_ASSERT_EQUAL(run_portfolio_init(&portfolio, mem_system(), "luck", 1, RUN_TIMERS_ANY), ERR_INPUT);
}

/* Two strategies in two modes: who shows something new has 17 turns for each one of the others, and all go on. */
static void who_shows_something_new_has_more_turns(void) {
    struct run_portfolio portfolio;
    enum ebb_timers timers;
    uint32_t turns[2][2] = {{0}};
    CU_ASSERT_EQUAL_FATAL(run_portfolio_init(&portfolio, mem_system(), "pos,pct3", 1, RUN_TIMERS_BOTH), OK);
    for (uint64_t run = 0; run < 1000 + 200; run++) {
        const struct explorer *explorer = run_portfolio_turn(&portfolio, run, &timers);
        CU_ASSERT_PTR_EQUAL(run_portfolio_turn(&portfolio, run, &timers), explorer); /* asked twice */
        bool second = explorer == portfolio.at[1][timers];
        if (run >= 1000) turns[second][timers]++;
        run_portfolio_ran(&portfolio, run, second && timers == EBB_TIMERS_ANY);
    }
    CU_ASSERT_EQUAL(turns[1][EBB_TIMERS_ANY], 200 * 17 / 20);
    CU_ASSERT_EQUAL(turns[1][EBB_TIMERS_IDLE], 10);
    CU_ASSERT_EQUAL(turns[0][EBB_TIMERS_IDLE], 10);
    CU_ASSERT_EQUAL(turns[0][EBB_TIMERS_ANY], 10);
    for (uint64_t run = 1200; run < 1500; run++) {
        (void)run_portfolio_turn(&portfolio, run, &timers);
        run_portfolio_ran(&portfolio, run, false);
    }
    for (uint64_t run = 1500; run < 1504; run++) { /* nobody shows anything: equal turns again */
        (void)run_portfolio_turn(&portfolio, run, &timers);
        turns[portfolio.hand % 2][timers] += 1000;
        run_portfolio_ran(&portfolio, run, false);
    }
    for (uint32_t i = 0; i < 4; i++) CU_ASSERT_TRUE(turns[i / 2][i % 2] >= 1000 && turns[i / 2][i % 2] < 2000);
    run_portfolio_deinit(&portfolio);
}

static void making_one_fails_cleanly(void) {
    struct mem_probe probe;
    struct run_portfolio portfolio;
    enum status status = ERR_NOMEM;
    mem_probe_init(&probe, mem_system());
    for (uint64_t fail_at = 1; status != OK; fail_at++) {
        probe.requests = 0;
        probe.fail_at = fail_at;
        status = run_portfolio_init(&portfolio, &probe.mem, NULL, 1, RUN_TIMERS_BOTH);
        if (status == OK) run_portfolio_deinit(&portfolio);
        CU_ASSERT_EQUAL_FATAL(probe.blocks, 0);
    }
}

CU_TestInfo portfolio_tests[] = {
    {"lists_are_read", lists_are_read},
    {"by_default_two_lead_and_random_follows", by_default_two_lead_and_random_follows},
    {"default_in_front_leads", default_in_front_leads},
    {"strategies_take_turns", strategies_take_turns},
    {"who_shows_something_new_has_more_turns", who_shows_something_new_has_more_turns},
    {"making_one_fails_cleanly", making_one_fails_cleanly},
    CU_TEST_INFO_NULL,
};
