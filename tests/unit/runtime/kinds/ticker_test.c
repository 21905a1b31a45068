/* SPDX-License-Identifier: MIT */
/* ticker_test.c — exact multiples for whoever reads, lost ticks for whoever does not, and no end by itself. */
#include "kinds/ticker/ticker.h"

#include "tests/unit/world_test.h"

static struct ebb_ticker *ticker;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_ticker_make(ebb, &ticker, "tick", 1000), OK); }

static int64_t next(struct ebb *ebb) {
    int64_t when_ns = -1;
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_ticker_chan(ticker), &when_ns), EBB_DONE);
    return when_ns;
}

static void reads(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int64_t i = 1; i <= 5; i++) CU_ASSERT_EQUAL(next(ebb), i * 1000);
    ebb_ticker_stop(ebb, ticker);
    CU_ASSERT_FALSE(ebb_ticker_armed(ticker));
    ebb_ticker_drop(ticker);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_TICKER), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 0);
}

static void ticks_at_exact_multiples(void) {
    struct played played = PERFORM(set, {"reads", reads, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.now_ns, 5000);
    CU_ASSERT_EQUAL(played.live[KIND_TICKER], 0);
}

/* The first tick waits in the channel, those after it are lost, and the next comes at a multiple again. */
static void reads_slowly(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_sleep(ebb, 3500);
    CU_ASSERT_EQUAL(next(ebb), 1000);
    CU_ASSERT_EQUAL(next(ebb), 4000);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 4000);
    ebb_ticker_stop(ebb, ticker);
}

static void a_slow_reader_loses_ticks(void) {
    CU_ASSERT_EQUAL(PERFORM(set, {"slow", reads_slowly, NULL}).end, EBB_END_QUIET);
}

/* A year of nanoseconds: as many ticks would take years to walk through. */
static void sleeps_a_year(struct ebb *ebb, void *arg) {
    const int64_t year_ns = INT64_C(365) * 86400 * 1000000000;
    (void)arg;
    ebb_ticker_reset(ebb, ticker, 7);
    (void)ebb_sleep(ebb, year_ns);
    CU_ASSERT_EQUAL(next(ebb), 7);
    CU_ASSERT_EQUAL(next(ebb), year_ns + 7 - year_ns % 7);
    CU_ASSERT_EQUAL(next(ebb), year_ns + 14 - year_ns % 7);
    (void)ebb_sleep(ebb, year_ns);
    ebb_ticker_stop(ebb, ticker);
}

static void lost_ticks_are_leapt_over(void) {
    struct played played = PERFORM(set, {"sleeps", sleeps_a_year, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT(played.steps < 20);
}

/* Two tickers, one waited for: the other leaps, and both keep their multiples. */
static void reads_beside_another(struct ebb *ebb, void *arg) {
    struct ebb_ticker *fast = NULL;
    int64_t when_ns = 0;
    (void)arg;
    NEED(ebb_ticker_make(ebb, &fast, "fast", 7));
    for (int64_t i = 1; i <= 3; i++) CU_ASSERT_EQUAL(next(ebb), i * 1000);
    (void)ebb_chan_recv(ebb, ebb_ticker_chan(fast), &when_ns);
    CU_ASSERT_EQUAL(when_ns, 7);
    (void)ebb_chan_recv(ebb, ebb_ticker_chan(fast), &when_ns);
    CU_ASSERT_EQUAL(when_ns, 3003);
    ebb_ticker_stop(ebb, fast);
    ebb_ticker_stop(ebb, ticker);
}

static void tickers_do_not_disturb_each_other(void) {
    CU_ASSERT_EQUAL(PERFORM(set, {"reads", reads_beside_another, NULL}).end, EBB_END_QUIET);
}

static void resets(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_EQUAL(next(ebb), 1000);
    (void)ebb_sleep(ebb, 500);
    ebb_ticker_reset(ebb, ticker, 300);
    CU_ASSERT_EQUAL(next(ebb), 1800);
    ebb_ticker_stop(ebb, ticker);
    (void)ebb_sleep(ebb, 5000);
    CU_ASSERT_FALSE(ebb_chan_try_recv(ebb, ebb_ticker_chan(ticker), NULL, NULL));
    ebb_ticker_reset(ebb, ticker, 200);
    CU_ASSERT_EQUAL(next(ebb), 7000);
    ebb_ticker_stop(ebb, ticker);
    ebb_ticker_stop(ebb, ticker); /* again: a step and nothing else */
}

static void a_reset_counts_from_now(void) {
    struct played played = PERFORM(set, {"resets", resets, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.remains[KIND_TICKER], 0);
}

/* --- never stopped ------------------------------------------------------------------------------------------------ */

static void drops(struct ebb *ebb, void *arg) {
    (void)ebb, (void)arg;
    ebb_ticker_drop(ticker);
}

static void one_that_nobody_stops_is_left(void) {
    struct played played = PERFORM(set, {"drops", drops, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET); /* it wakes nobody */
    CU_ASSERT_EQUAL(played.live[KIND_TICKER], 1);
    CU_ASSERT_EQUAL(played.remains[KIND_TICKER], 1);
    CU_ASSERT_EQUAL(ebb_ticker_kind.left, EBB_LEFT_TIMER);
}

static void reads_for_ever(struct ebb *ebb, void *arg) {
    (void)arg;
    for (;;) (void)next(ebb);
}

static void ends(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_step(ebb);
}

static void a_reader_of_one_never_rests(void) {
    struct play play = {.set = set, .rest_ns = 10500};
    play.parts[0] = (struct part){"main", ends, NULL};
    play.parts[1] = (struct part){"reads", reads_for_ever, NULL};
    struct played played = perform(&play);
    CU_ASSERT_EQUAL(played.end, EBB_END_HORIZON);
    CU_ASSERT_EQUAL(played.now_ns, 10000);
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
}

static void settling_does_not_end_it(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    set(subject.ebb);
    subject_run(&subject, ends, NULL);
    for (int i = 0; i < 3; i++) ebb_settle(subject.ebb);
    CU_ASSERT_EQUAL(ebb_ticker_kind.remains(ebb_ticker_object(ticker)), 1);
    CU_ASSERT_EQUAL(ebb_now_ns(subject.ebb), 0);
    subject_close(&subject);
}

/* --- early and late ----------------------------------------------------------------------------------------------- */

static void lags(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_step(ebb); /* the tick of 1000 comes here, early */
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 1000);
    ebb_step(ebb); /* that of 2000 would be lost: the sleeper's 2500 is next */
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 2500);
    int64_t when_ns = 0;
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, ebb_ticker_chan(ticker), &when_ns, NULL)); /* then it comes late */
    CU_ASSERT_EQUAL(when_ns, 1000);
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, ebb_ticker_chan(ticker), &when_ns, NULL));
    CU_ASSERT_EQUAL(when_ns, 2500);
    CU_ASSERT_EQUAL(next(ebb), 3000); /* and at multiples again */
    ebb_ticker_stop(ebb, ticker);
}

static void sleeper(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_sleep(ebb, 2500);
}

static void a_late_tick_says_now(void) {
    /* The sleeper, which parks; the other: a step, the tick, itself; a step, the nap, itself; a try, the tick, itself. */
    const uint32_t picks[] = {0, 0, 1, 0, 1, 0, 2, 0};
    struct play play = {.set = set, .picks = picks, .pick_count = BASE_COUNT(picks), .any = true};
    play.parts[0] = (struct part){"sleeper", sleeper, NULL};
    play.parts[1] = (struct part){"lags", lags, NULL};
    struct played played = perform(&play);
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void makes_bad(struct ebb *ebb, void *arg) {
    struct ebb_ticker *bad = NULL;
    (void)arg;
    CU_ASSERT_EQUAL(ebb_ticker_make(ebb, &bad, "bad", 0), ERR_INPUT);
}

static void resets_bad(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_ticker_reset(ebb, ticker, -1);
}

static void a_period_is_positive(void) {
    subject_panics(makes_bad, NULL, "period of ticker bad is not positive");
    struct played played = PERFORM(set, {"resets", resets_bad, NULL});
    CU_ASSERT_STRING_EQUAL(played.fault, "period of ticker tick is not positive");
    struct subject subject;
    subject_open(&subject, NULL, 0);
    makes_bad(subject.ebb, NULL); /* from outside, where nobody can panic */
    subject_close(&subject);
}

static void near_the_end_of_time(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_ticker *slow = NULL;
    NEED(ebb_ticker_make(ebb, &slow, "slow", INT64_MAX - 10));
    int64_t when_ns = 0;
    (void)ebb_chan_recv(ebb, ebb_ticker_chan(slow), &when_ns);
    CU_ASSERT_EQUAL(when_ns, INT64_MAX - 10);
    (void)ebb_chan_recv(ebb, ebb_ticker_chan(slow), &when_ns);
    CU_ASSERT_EQUAL(when_ns, INT64_MAX); /* clamped, not wrapped around */
    ebb_ticker_stop(ebb, slow);
}

static void time_does_not_wrap_around(void) {
    CU_ASSERT_EQUAL(subject_once(near_the_end_of_time, NULL), EBB_END_QUIET);
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made = NULL;
    struct ebb_value period = {.type = EBB_DURATION, .integer = 700}, got = EBB_VALUE_NIL;
    NEED(ebb_ticker_kind.make(ebb, &made, "made", &period));
    CU_ASSERT_TRUE(ebb_ticker_chan_object(made)->flags & EBB_FLAG_INNER);
    CU_ASSERT_PTR_EQUAL(traced(made).last, ebb_ticker_chan_object(made));
    struct ebb_ticker *alias = ebb_ticker_hold((struct ebb_ticker *)(void *)made);
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_ticker_chan(alias), &got), EBB_DONE);
    CU_ASSERT(got.type == EBB_DURATION && got.integer == 700);
    call_op(ebb, made, "reset", &period, NULL);
    call_op(ebb, made, "stop", NULL, NULL);
    ebb_ticker_drop(alias);
    ebb_object_release(made);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_TICKER), 0);
    ebb_ticker_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

CU_TestInfo ticker_tests[] = {
    {"ticks_at_exact_multiples", ticks_at_exact_multiples},
    {"a_slow_reader_loses_ticks", a_slow_reader_loses_ticks},
    {"lost_ticks_are_leapt_over", lost_ticks_are_leapt_over},
    {"tickers_do_not_disturb_each_other", tickers_do_not_disturb_each_other},
    {"a_reset_counts_from_now", a_reset_counts_from_now},
    {"one_that_nobody_stops_is_left", one_that_nobody_stops_is_left},
    {"a_reader_of_one_never_rests", a_reader_of_one_never_rests},
    {"settling_does_not_end_it", settling_does_not_end_it},
    {"a_late_tick_says_now", a_late_tick_says_now},
    {"a_period_is_positive", a_period_is_positive},
    {"time_does_not_wrap_around", time_does_not_wrap_around},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
