/* SPDX-License-Identifier: MIT */
/* grows_test.c — what ten equal cycles prove, what they leave open, and what more cycles make of that. */
#include "check_yard.h"

#include "core/alarm.h"

#define COUNT 20u
static struct check_ledger cycles[COUNT];

/* Cycles of 5 steps and 100 ns, of which each leaves one map entry more. */
static struct check_view even(struct yard *yard) {
    for (uint32_t i = 0; i < COUNT; i++) {
        cycles[i] = (struct check_ledger){.step = 5 * i, .time_ns = 100 * (int64_t)i, .queues = 7, .alarms = 9};
        cycles[i].weight[KIND_MAP] = 3 + i;
        cycles[i].live[KIND_MAP] = 1;
    }
    yard->view.cycles = cycles;
    yard->view.cycle_count = COUNT;
    yard->view.cycles_run = COUNT + 7;
    yard->view.repeats = true;
    return yard->view;
}

static enum check_fate fate_of_entries(const struct check_view *view) {
    struct check_pumped seen;
    check_growth_seen(view, &seen);
    CU_ASSERT_EQUAL(seen.of[KIND_MAP][CHECK_MEASURE_LIVE].fate, CHECK_FATE_NONE);
    CU_ASSERT_EQUAL(seen.cycles, view->cycles_run);
    bool doubtful = seen.of[KIND_MAP][CHECK_MEASURE_WEIGHT].fate == CHECK_FATE_GROWS;
    CU_ASSERT_EQUAL(check_growth_doubtful(view), doubtful);
    return seen.of[KIND_MAP][CHECK_MEASURE_WEIGHT].fate;
}

static void ten_equal_cycles_prove_it(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    yard.view.phase = CHECK_HELD;
    struct check_view view = even(&yard);
    CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_PROVED);
    view.repeats = false; /* it reads what may differ */
    CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_GROWS);
    view.repeats = true;
    view.cycle_count = CHECK_CYCLES_MIN;
    CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_PROVED);
    view.cycle_count = CHECK_CYCLES_MIN - 1;
    CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_NONE);
    yard_close(&yard);
}

/* What is added every second, third, tenth cycle, and what merely looks like it. */
static void what_every_few_cycles_add(void) {
    static struct check_ledger many[32];
    for (uint32_t period = 1; period <= 11; period++) {
        for (int other = 0; other < 2; other++) {
            struct yard yard;
            yard_open(&yard, (struct ebb_config){0});
            yard.view = (struct check_view){.ebb = yard.view.ebb, .phase = CHECK_HELD, .cycles = many};
            yard.view.cycle_count = yard.view.cycles_run = BASE_COUNT(many);
            memset(many, 0, sizeof many);
            for (uint32_t i = 0; i < BASE_COUNT(many); i++)
                many[i].weight[KIND_MAP] = 100 + 3 * (uint64_t)(i / period) + (other == 1 && i > 18);
            struct check_pumped seen;
            check_growth_seen(&yard.view, &seen);
            const struct check_growth *growth = &seen.of[KIND_MAP][CHECK_MEASURE_WEIGHT];
            bool grows = period <= 10 && (other == 0 || (period == 1 && 31 - 19 > 10));
            CU_ASSERT_EQUAL(growth->fate, grows ? CHECK_FATE_GROWS : CHECK_FATE_NONE);
            CU_ASSERT_EQUAL(growth->increment, grows ? 3 : 0);
            CU_ASSERT_EQUAL(growth->period, grows ? period : 0);
            yard_close(&yard);
        }
    }
}

/* Whatever a cycle may have read and that is not as it was before leaves it open what the next ones do. */
static void what_differs_leaves_it_open(void) {
    for (int what = 0; what < 8; what++) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){0});
        yard.view.phase = CHECK_HELD;
        struct check_view view = even(&yard);
        struct check_ledger *last = &cycles[COUNT - 1], *early = &cycles[COUNT - 11];
        if (what == 0) last->step++;
        if (what == 1) last->time_ns++;
        if (what == 2) last->queues++;
        if (what == 3) last->alarms++;
        if (what == 4) early->queues++;
        if (what == 5) last->live[KIND_MUTEX]++; /* something else came up, once */
        if (what == 6) last->weight[KIND_ARRAY] = 1;
        if (what == 7) early->live[KIND_CHAN] = 1;
        CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_GROWS);
        yard_close(&yard);
    }
}

static void alarms_matter_where_time_passes(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    yard.view.phase = CHECK_HELD;
    struct check_view view = even(&yard);
    for (uint32_t i = 0; i < COUNT; i++) cycles[i].alarms = i; /* one more timer each cycle */
    CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_GROWS); /* some day the first of them goes off */
    for (uint32_t i = 0; i < COUNT; i++) cycles[i].time_ns = 0;
    CU_ASSERT_EQUAL(fate_of_entries(&view), CHECK_FATE_PROVED); /* that day never comes */
    yard_close(&yard);
}

/* --- what more cycles make of it ------------------------------------------------------------------------------------ */

static void told(struct yard *yard, enum check_fate fate, uint64_t increment, const char *words, const char *text) {
    static struct check_pumped pumped;
    pumped = (struct check_pumped){.cycles = 5000};
    pumped.of[KIND_MAP][CHECK_MEASURE_WEIGHT] = (struct check_growth){fate, increment, 1};
    yard->view.pumped = &pumped;
    yard_run(yard, CHECK_HELD);
    yard_only(yard, words);
    if (words[0] != '\0') CU_ASSERT_STRING_EQUAL(yard->at[0].text, text);
}

static void more_cycles_decide(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    (void)even(&yard);
    yard.view.repeats = false;
    static const char grows[] = "grows map entry|| 1", open[] = "observed for 5000 cycles, not proved";
    told(&yard, CHECK_FATE_SETTLES, 1, "", "");
    told(&yard, CHECK_FATE_GROWS, 1, grows, open);
    told(&yard, CHECK_FATE_PROVED, 1, grows, "");
    told(&yard, CHECK_FATE_SETTLES, 2, "", ""); /* less than there */
    /* More than on the default schedule, or none there: another cause, which nobody has followed. */
    for (uint32_t i = 0; i < COUNT; i++) cycles[i].weight[KIND_MAP] = 4 * i;
    told(&yard, CHECK_FATE_SETTLES, 3, "grows map entry|| 4", open);
    told(&yard, CHECK_FATE_NONE, 0, "grows map entry|| 4", open);
    yard.view.pumped = NULL;
    yard_judge(&yard, CHECK_HELD);
    yard_only(&yard, "grows map entry|| 4");
    CU_ASSERT_STRING_EQUAL(yard.at[0].text, "observed for 27 cycles, not proved");
    yard.view.repeats = true; /* proved here: what the other schedule showed does not count */
    told(&yard, CHECK_FATE_SETTLES, 4, "grows map entry|| 4", "");
    yard_close(&yard);
}

/* --- the ledger ----------------------------------------------------------------------------------------------------- */

static void fires(struct ebb_alarm *alarm) { (void)alarm; }

static void the_ledger_says_how_things_stand(void) {
    struct yard yard;
    struct check_ledger before, after;
    struct ebb_alarm one = {.fire = fires}, two = {.fire = fires};
    yard_open(&yard, (struct ebb_config){0});
    ebb_alarm_set(yard.ebb, &one, 100);
    ebb_alarm_set(yard.ebb, &two, 300);
    check_ledger_take(&before, yard.ebb);
    ebb_alarm_clear(yard.ebb, &one);
    check_ledger_take(&after, yard.ebb);
    CU_ASSERT_NOT_EQUAL(before.alarms, after.alarms);
    ebb_alarm_clear(yard.ebb, &two);
    ebb_alarm_set(yard.ebb, &two, 100); /* in the other order, and with time passed: as far away as before */
    ebb_alarm_set(yard.ebb, &one, 300);
    check_ledger_take(&after, yard.ebb);
    CU_ASSERT_EQUAL(before.alarms, after.alarms);
    yard.ebb->now_ns = 50;
    check_ledger_take(&after, yard.ebb);
    CU_ASSERT_NOT_EQUAL(before.alarms, after.alarms);
    CU_ASSERT_EQUAL(after.time_ns, 50);
    ebb_alarm_clear(yard.ebb, &one);
    ebb_alarm_clear(yard.ebb, &two);
    yard_close(&yard);
}

static void body_send(struct ebb *ebb, void *chan) {
    int item = 1;
    ebb_chan_send(ebb, chan, &item);
}

static void queues_are_told_apart(void) {
    struct yard yard;
    struct check_ledger at[3];
    yard_open(&yard, (struct ebb_config){0});
    struct ebb_chan *left = yard_chan(&yard, "left", 2), *right = yard_chan(&yard, "right", 2);
    check_ledger_take(&at[0], yard.ebb);
    yard_go(&yard, "send", body_send, left);
    (void)ebb_run(yard.ebb);
    check_ledger_take(&at[1], yard.ebb);
    yard_go(&yard, "recv", body_recv, left);
    yard_go(&yard, "send", body_send, right);
    (void)ebb_run(yard.ebb);
    check_ledger_take(&at[2], yard.ebb);
    CU_ASSERT_EQUAL(at[0].queues, 0);
    CU_ASSERT_EQUAL(at[1].weight[KIND_CHAN], at[2].weight[KIND_CHAN]);
    CU_ASSERT_NOT_EQUAL(at[1].queues, at[2].queues); /* as many messages, elsewhere */
    yard_close(&yard);
}

CU_TestInfo grows_tests[] = {
    {"ten_equal_cycles_prove_it", ten_equal_cycles_prove_it},
    {"what_every_few_cycles_add", what_every_few_cycles_add},
    {"what_differs_leaves_it_open", what_differs_leaves_it_open},
    {"alarms_matter_where_time_passes", alarms_matter_where_time_passes},
    {"more_cycles_decide", more_cycles_decide},
    {"the_ledger_says_how_things_stand", the_ledger_says_how_things_stand},
    {"queues_are_told_apart", queues_are_told_apart},
    CU_TEST_INFO_NULL,
};
