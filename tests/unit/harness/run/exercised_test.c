/* SPDX-License-Identifier: MIT */
/* exercised_test.c — what a run shows of its operations is noted, and nothing it does not show. */
#include "run/exercised.h"

#include "run/survey.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

/* --- sets ----------------------------------------------------------------------------------------------------------- */
static void sets(void) {
    struct run_exercised a = {0}, b, none = {0};
    struct buf digits;
    buf_init(&digits, mem_system());
    CU_ASSERT_EQUAL_FATAL(run_exercised_init(&b, mem_system(), 70), OK);
    b.bits[0] = UINT64_C(1) << 63 | 5, b.bits[1] = 32;
    CU_ASSERT_EQUAL(run_exercised_add(&a, &none), OK);
    CU_ASSERT_EQUAL(a.count, 0);
    CU_ASSERT_EQUAL(run_exercised_add(&a, &b), OK);
    b.bits[0] = 2, b.bits[1] = 0;
    CU_ASSERT_EQUAL(run_exercised_add(&a, &b), OK);
    CU_ASSERT_EQUAL(run_exercised_members(&a), 5);
    CU_ASSERT_TRUE(run_exercised_has(&a, 1) && run_exercised_has(&a, 63) && run_exercised_has(&a, 69));
    CU_ASSERT_FALSE(run_exercised_has(&a, 3) || run_exercised_has(&a, 70) || run_exercised_has(&none, 0));
    run_exercised_write(&a, &digits);
    CU_ASSERT_TRUE(str_equal(buf_str(&digits), STR("700000000000000802")));
    run_exercised_deinit(&b);
    CU_ASSERT_EQUAL(run_exercised_read(&b, mem_system(), buf_str(&digits), 70), OK);
    CU_ASSERT_TRUE(memcmp(a.bits, b.bits, 16) == 0);
    run_exercised_clear(&b);
    CU_ASSERT_EQUAL(run_exercised_members(&b), 0);
    run_exercised_deinit(&b);
    static const char *const wrong[] = {"70000000000000080", "7000000000000008020", "70000000000000080g",
                                        "700000000000000804"};
    for (size_t i = 0; i < BASE_COUNT(wrong); i++) {
        CU_ASSERT_EQUAL(run_exercised_read(&b, mem_system(), str_of(wrong[i]), 70), ERR_INPUT);
        run_exercised_deinit(&b);
    }
    run_exercised_deinit(&a);
    buf_deinit(&digits);
}

/* --- runs ----------------------------------------------------------------------------------------------------------- */
static enum run_timers timers = RUN_TIMERS_BOTH;

static void search(const char *text, const char *strategy, uint64_t runs, struct run_exercised *set,
                   struct buf *never) {
    static struct scenario_problems problems;
    struct run_survey *survey = NULL;
    struct scenario *scenario;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    struct run_campaign campaign = {
        .scenario = scenario, .seed = 1, .strategy = strategy, .timers = timers, .coverage = true};
    CU_ASSERT_EQUAL_FATAL(run_survey_new(mem_system(), &survey, &campaign), OK);
    for (bool over = false; !over && survey->got.runs < runs; over = run_portfolio_over(&survey->portfolio))
        CU_ASSERT_EQUAL_FATAL(run_survey_go(survey), OK);
    if (strcmp(strategy, "all") == 0 || strcmp(strategy, "every") == 0)
        CU_ASSERT_TRUE(run_portfolio_proved(&survey->portfolio));
    const struct run_exercised *got = &survey->got.exercised;
    CU_ASSERT_EQUAL(run_exercised_add(set, got), OK);
    for (uint32_t i = 0; i < got->count; i++) {
        struct scenario_requirement at = scenario_required_at(survey->required, i);
        if (run_exercised_has(got, i)) continue;
        buf_print(never, "%s%u:%u ", never->len == 0 ? "" : "; ", at.own_line, at.own_column);
        scenario_required_words(survey->required, i, never);
    }
    buf_put_char(never, 0);
    run_survey_free(survey);
    scenario_free(scenario);
}

/* The same with one run of each trace, and with every schedule. */
static void never(const char *text, const char *words) {
    static const char *const strategies[] = {"all", "every"};
    for (size_t i = 0; i < BASE_COUNT(strategies); i++) {
        struct run_exercised set = {0};
        struct buf found;
        buf_init(&found, mem_system());
        search(text, strategies[i], 100000, &set, &found);
        if (strcmp(found.at, words) != 0)
            fprintf(stderr, "%s%s wanted: %s\nfound:  %s\n", text, strategies[i], words, found.at);
        CU_ASSERT_STRING_EQUAL(found.at, words);
        buf_deinit(&found);
        run_exercised_deinit(&set);
    }
}

/* A send and a receive commute where only the end counts, and here they do not: who comes second does not wait. */
static void channels(void) {
    never(HEAD "main:\n  - let: {c: chan()}\n  - go: take(c)\n  - send: c\nprocs:\n  take(it):\n    - recv: it\n", "");
    never(HEAD "main:\n  - let: {c: chan(1)}\n  - go: take(c)\n  - send: c\nprocs:\n  take(it):\n    - recv: it\n",
          "5:5 after a wait; 8:7 waking another");
    never(HEAD "main:\n  - let: {c: chan()}\n  - go: take(c)\n  - close: c\nprocs:\n  take(it):\n    - recv: it\n", "");
    never(HEAD "main:\n  - let: {c: chan()}\n  - close: c\n  - recv: c\n", "4:5 waking another; 5:5 after a wait");
    never(HEAD "main:\n  - let: {c: chan()}\n  - go: shut(c)\n  - send: c\nprocs:\n  shut(it):\n    - close: it\n",
          "5:5 at once");
    never(HEAD "main:\n  - let: {c: chan()}\n  - go: put(c)\n  - for: i\n    in: c\n    do: [{try_recv: c}]\n"
               "procs:\n  put(it):\n    - send: it\n    - close: it\n",
          "7:11 waking another; 10:7 on what is closed");
}

static void locks(void) {
    never(HEAD
          "shared: {m: mutex()}\nmain:\n  - go: both\n  - go: both\nprocs:\n  both:\n    - lock: m\n    - unlock: m\n",
          "");
    never(HEAD "shared: {m: rwmutex()}\nmain:\n  - go: reads\n  - go: writes\nprocs:\n  reads:\n    - rlock: m\n"
               "    - runlock: m\n  writes:\n    - lock: m\n    - unlock: m\n    - try_lock: m\n",
          "");
    never(HEAD "main:\n  - let: {m: mutex()}\n  - lock: m\n  - try_lock: m\n  - unlock: m\n",
          "4:5 after a wait; 5:5 at once; 6:5 waking another");
    never(HEAD
          "shared: {o: once()}\nmain:\n  - go: both\n  - go: both\nprocs:\n  both:\n    - once: o\n      do: [step]\n",
          "");
    never(HEAD "shared: {m: mutex()}\nmain:\n  - let: {c: cond(m)}\n  - go: tells(c)\n  - lock: m\n  - wait: c\n"
               "  - unlock: m\nprocs:\n  tells(it):\n    - lock: m\n    - signal: it\n    - unlock: m\n",
          "8:5 waking another");
    never(HEAD
          "shared: {g: waitgroup()}\nmain:\n  - add: g\n  - go: works\n  - wait: g\nprocs:\n  works:\n    - done: g\n",
          "");
}

static void selects(void) {
    never(HEAD "main:\n  - let: {c: chan()}\n  - let: {d: chan()}\n  - go: puts(d)\n  - select:\n      - recv: c\n"
               "      - recv: d\n      - after: 1s\nprocs:\n  puts(it):\n    - select:\n        - send: it\n"
               "        - default:\n",
          "6:5 at once; 7:9 case 1: recv c");
    never(HEAD "main:\n  - let: {c: chan(1)}\n  - select:\n      - after: 1s\n      - send: c\n",
          "4:5 after a wait; 5:9 case 1: after 1s");
    never(HEAD "main:\n  - let: {x: context()}\n  - go: stops(x)\n  - select:\n      - recv: x.done\nprocs:\n"
               "  stops(it):\n    - cancel: it\n",
          "");
}

/* A timer that fires early, while a send goes on, wakes who waits for its channel; the send wakes nobody. */
static void time_is_nobody(void) {
    never(HEAD "main:\n  - let: {t: timer(1s)}\n  - let: {d: chan(1)}\n  - go: looks(t)\n  - send: d\n  - recv: d\n"
               "procs:\n  looks(it):\n    - recv: it.channel\n",
          "6:5 after a wait; 6:5 waking another; 7:5 after a wait; 7:5 waking another");
}

/* Who had to wait for a lock takes it by a step of its own, which is no lock at once. */
static void a_lock_after_a_wait(void) {
    timers = RUN_TIMERS_IDLE;
    static const char *const verbs[] = {"mutex() lock unlock", "rwmutex() lock unlock", "rwmutex() rlock unlock"};
    for (size_t i = 0; i < BASE_COUNT(verbs); i++) {
        char text[256], kind[16], lock[16], unlock[16];
        CU_ASSERT_EQUAL_FATAL(sscanf(verbs[i], "%15s %15s %15s", kind, lock, unlock), 3);
        (void)snprintf(text, sizeof text,
                       HEAD "shared: {m: %s}\nmain:\n  - lock: m\n  - go: late\n  - sleep: 1s\n  - %s: m\n"
                            "procs:\n  late:\n    - %s: m\n",
                       kind, unlock, lock);
        never(text, "4:5 after a wait; 10:7 at once");
    }
    never(HEAD "shared: {o: once()}\nmain:\n  - go: late\n  - once: o\n    do: [{sleep: 1s}]\n"
               "procs:\n  late: [{sleep: 1ms}, {once: o, do: [yield]}]\n",
          "5:5 after a wait; 8:25 waking another");
    timers = RUN_TIMERS_BOTH;
}

/* Runs that only lead, so that strategies learn, are counted where they belong. */
static void chunks(void) {
    static const char text[] = HEAD "main:\n  - let: {c: chan(1)}\n  - send: c\n";
    static struct scenario_problems problems;
    struct run_survey *survey = NULL;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    struct run_campaign campaign = {.scenario = scenario, .seed = 1, .coverage = true};
    CU_ASSERT_EQUAL_FATAL(run_survey_new(mem_system(), &survey, &campaign), OK);
    CU_ASSERT_EQUAL(run_survey_from(survey, 1024), OK);
    CU_ASSERT_EQUAL(run_exercised_members(&survey->got.exercised), 0);
    CU_ASSERT_EQUAL(run_survey_go(survey), OK);
    CU_ASSERT_EQUAL(run_exercised_members(&survey->got.exercised), 1);
    run_survey_free(survey);
    campaign.coverage = false;
    CU_ASSERT_EQUAL_FATAL(run_survey_new(mem_system(), &survey, &campaign), OK);
    CU_ASSERT_EQUAL(run_survey_go(survey), OK);
    CU_ASSERT_EQUAL(survey->got.exercised.count, 0);
    run_survey_free(survey);
    scenario_free(scenario);
}

CU_TestInfo exercised_tests[] = {
    {"sets", sets},
    {"channels", channels},
    {"locks", locks},
    {"selects", selects},
    {"time_is_nobody", time_is_nobody},
    {"a_lock_after_a_wait", a_lock_after_a_wait},
    {"chunks", chunks},
    CU_TEST_INFO_NULL,
};
