/* SPDX-License-Identifier: MIT */
/* search_test.c — the searches by known numbers: how many traces and schedules a small scenario has, the two traps of the
 * reduction, bounds, and what is told of it. tests/property/search.c compares with every schedule at large. */
#include "explore/search.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/hash.h"
#include "run/judge.h"

struct found {                         /* of all runs of a search */
    uint64_t runs, redundant, blocked; /* blocked: runs that left a coroutine */
    uint64_t passed;                   /* runs that were another piece's */
    uint32_t panics;                   /* runs that ended with one */
    uint32_t outcome_count;            /* sets of findings that differ */
    uint64_t outcomes[32];
    bool complete, failed, coarse, whole;
    char words[80];
};

struct asking {
    struct ebb_chooser chooser;
    struct explore_search *search;
    struct run_follower follower;
};

static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    return explore_search_pick(BASE_OWNER(chooser, struct asking, chooser)->search, choice);
}
static void phase(struct run_follower *self, struct ebb *ebb, enum scenario_phase which, uint32_t turn) {
    (void)self, (void)ebb, (void)which, (void)turn;
}
static void judged(struct run_follower *self, struct ebb *ebb, enum check_phase which,
                   const struct check_findings *findings, uint32_t from) {
    (void)self, (void)ebb, (void)which, (void)findings, (void)from;
}

static void note(struct found *found, uint64_t outcome) {
    uint32_t at = 0;
    while (at < found->outcome_count && found->outcomes[at] != outcome) at++;
    CU_ASSERT_TRUE_FATAL(at < BASE_COUNT(found->outcomes));
    if (at == found->outcome_count) found->outcomes[found->outcome_count++] = outcome;
}

/* Piece `number` of `count`. */
static struct found search_piece(const char *text, enum ebb_timers timers, uint64_t delays, uint64_t runs_max,
                                 uint32_t number, uint32_t count) {
    static struct scenario_problems problems;
    struct check_finding findings[16];
    struct found found = {0};
    struct scenario *scenario = NULL;
    struct asking self = {.chooser = {pick}, .follower = {NULL, phase, judged}};
    CU_ASSERT_EQUAL_FATAL(scenario_load(mem_system(), &scenario, STR("text"), str_of(text), &problems), OK);
    CU_ASSERT_EQUAL_FATAL(explore_search_new(mem_system(), &self.search, timers, delays), OK);
    if (count > 1) explore_search_piece(self.search, number, count);
    self.follower.observer = explore_search_observer(self.search);
    for (bool more = true; more && found.runs < runs_max;) {
        struct run_result result = {.findings = {.at = findings, .capacity = BASE_COUNT(findings)}};
        struct run_config config = {
            .scenario = scenario, .chooser = &self.chooser, .timers = timers, .follower = &self.follower};
        explore_search_begin(self.search);
        CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), &result), OK);
        bool passing = explore_search_passing(self.search);
        more = explore_search_next(self.search);
        found.passed += passing;
        if (passing) continue;
        found.runs++;
        uint64_t outcome = 0;
        for (uint32_t i = 0; i < result.findings.count; i++) outcome = hash_mix(outcome, findings[i].signature);
        note(&found, outcome);
        for (uint32_t i = 0; i < result.findings.count; i++) {
            found.panics += findings[i].kind == CHECK_PANIC;
            found.blocked += findings[i].kind == CHECK_BLOCKED;
        }
    }
    struct explore_search_state state = explore_search_state(self.search);
    CU_ASSERT_EQUAL(state.runs, found.runs);
    CU_ASSERT_EQUAL(state.passed, found.passed);
    found.redundant = state.redundant;
    found.complete = state.complete, found.failed = state.failed, found.coarse = state.coarse;
    found.whole = explore_search_whole(self.search);
    struct buf words;
    buf_init(&words, mem_system());
    explore_search_words(&words, self.search);
    (void)snprintf(found.words, sizeof found.words, "%.*s", (int)words.len, words.at);
    buf_deinit(&words);
    explore_search_free(self.search);
    scenario_free(scenario);
    return found;
}

static struct found search_text(const char *text, enum ebb_timers timers, uint64_t delays, uint64_t runs_max) {
    return search_piece(text, timers, delays, runs_max, 0, 1);
}

static struct found reduced(const char *text) { return search_text(text, EBB_TIMERS_IDLE, SEARCH_REDUCED, 100000); }

#define THREE "main: [{go: p0()}, {go: p1()}, {go: p2()}]\n"

static void steps_apart_are_one_trace(void) {
    const char *text = "ebb: 1\n" THREE "procs:\n  p0: [step, step]\n  p1: [step, step]\n  p2: [step, step]\n";
    struct found one = reduced(text), all = search_text(text, EBB_TIMERS_IDLE, SEARCH_PLAIN, 100000);
    CU_ASSERT_EQUAL(one.runs, 1);
    CU_ASSERT_TRUE(one.complete && all.complete);
    CU_ASSERT_TRUE(all.runs > 500);
    CU_ASSERT_STRING_EQUAL(one.words, "all 1 trace");
    CU_ASSERT_TRUE(one.whole);
}

/* Three that write one variable each: as many traces as orders. */
static void orders_of_conflicts_are_traces(void) {
    struct found found =
        reduced("ebb: 1\nshared: {v: 0}\n" THREE
                "procs:\n  p0: [{atomic: {v: 1}}]\n  p1: [{atomic: {v: 2}}]\n  p2: [{atomic: {v: 3}}]\n");
    CU_ASSERT_EQUAL(found.runs - found.redundant, 6);
    CU_ASSERT_TRUE(found.complete);
}

/* n workers that are done, and one that waits: one trace, not n! times the places of the wait. */
static void those_that_are_done_share_a_trace(void) {
    struct found found = reduced(
        "ebb: 1\nshared: {g: waitgroup()}\nmain:\n  - {add: g, count: 6}\n  - {go: p(), count: 6}\n  - wait: g\n"
        "procs:\n  p: [{done: g}]\n");
    CU_ASSERT_EQUAL(found.runs, 1);
    CU_ASSERT_FALSE(found.coarse);
}

/* A counter that can fall below 0: who panics is a matter of order after all, and the search says that it noticed. */
static void a_counter_below_zero_is_searched_coarsely(void) {
    struct found found = reduced("ebb: 1\nshared: {g: waitgroup()}\nmain:\n  - add: g\n  - go: p0()\n  - go: p1()\n"
                                 "procs:\n  p0: [{done: g}]\n  p1: [{done: g}]\n");
    CU_ASSERT_TRUE(found.coarse && found.complete);
    CU_ASSERT_TRUE(found.panics >= 2);
}

/* The first trap: p0's select is parked when p1 sends to it, and then goes on because of p1; but p1 may have come first,
 * found nobody, and p0 waits for ever. On the clock of completion the two look ordered, and that is missed. */
static void a_select_may_have_come_after_what_it_waited_for(void) {
    const char *text = "ebb: 1\nshared: {c: chan()}\nmain: [{go: p0()}, {go: p1()}]\nprocs:\n"
                       "  p0:\n    - select:\n        - send: c\n        - recv: c\n    - close: c\n"
                       "  p1:\n    - step\n    - try_send: c\n";
    struct found split = reduced(text), all = search_text(text, EBB_TIMERS_IDLE, SEARCH_PLAIN, 100000);
    CU_ASSERT_TRUE(split.complete && all.complete);
    CU_ASSERT_EQUAL(all.outcome_count, 2);
    CU_ASSERT_EQUAL(split.outcome_count, all.outcome_count);
    CU_ASSERT_TRUE(split.runs < all.runs);
}

/* The second: a parked send panics by the close or is received, whichever comes first. The sender has parked before
 * either can, so that no order of the close and the send shows the same. */
static void a_close_conflicts_with_receives(void) {
    struct found found = reduced("ebb: 1\nshared: {a: chan()}\nmain:\n  - go: sender()\n  - sleep: 1ms\n"
                                 "  - go: [{close: a}]\n  - recv: a\nprocs:\n  sender: [{send: a}]\n");
    CU_ASSERT_TRUE(found.complete);
    CU_ASSERT_EQUAL(found.outcome_count, 2);
    CU_ASSERT_TRUE(found.panics > 0 && found.panics < found.runs);
}

/* Two that send on channels of their own to one select, which is parked before either comes: only one is received. */
static void waking_a_select_touches_all_it_waits_on(void) {
    struct found found = reduced("ebb: 1\nshared: {a: chan(), b: chan()}\nmain:\n  - go: chooser()\n  - sleep: 1ms\n"
                                 "  - go: [{send: a}]\n  - send: b\nprocs:\n  chooser:\n    - select:\n"
                                 "        - recv: a\n        - recv: b\n");
    CU_ASSERT_TRUE(found.complete);
    CU_ASSERT_EQUAL(found.outcome_count, 2);
}

static void bounds_count_delays(void) {
    const char *text = "ebb: 1\nmain: [{go: p0()}, {go: p0()}]\nprocs:\n  p0: [step, step]\n";
    struct found none = search_text(text, EBB_TIMERS_IDLE, 0, 1000), one = search_text(text, EBB_TIMERS_IDLE, 1, 1000);
    struct found two = search_text(text, EBB_TIMERS_IDLE, 2, 1000),
                 all = search_text(text, EBB_TIMERS_IDLE, SEARCH_PLAIN, 1000);
    CU_ASSERT_EQUAL(none.runs, 1);
    CU_ASSERT_TRUE(none.complete && one.complete && two.complete && all.complete);
    CU_ASSERT_TRUE(1 < one.runs && one.runs < two.runs && two.runs < all.runs);
    CU_ASSERT_PTR_NOT_NULL(strstr(two.words, "schedules within 2 delays"));
}

static void what_is_not_whole_says_so(void) {
    const char *text = "ebb: 1\nshared: {v: 0}\n" THREE "procs:\n  p0: [{atomic: {v: 1}}]\n  p1: [{atomic: {v: 2}}]\n"
                       "  p2: [{atomic: {v: 3}}]\n";
    struct found found = search_text(text, EBB_TIMERS_IDLE, SEARCH_REDUCED, 3);
    CU_ASSERT_FALSE(found.complete || found.failed);
    CU_ASSERT_PTR_NOT_NULL(strstr(found.words, "the first 3 traces, not all"));
}

/* An alarm that is cleared in time is an alarm that might have fired. */
static void an_early_alarm_is_tried_everywhere(void) {
    const char *text = "ebb: 1\nshared: {a: chan(1), late: chan(1)}\nmain:\n  - go: p0()\n  - go: p1()\n"
                       "procs:\n  p0: [{send: a}]\n  p1:\n    - select:\n        - recv: a\n        - after: 1ms\n"
                       "          do: [{send: late}]\n";
    struct found early = search_text(text, EBB_TIMERS_ANY, SEARCH_REDUCED, 1000), idle = reduced(text);
    CU_ASSERT_TRUE(early.complete && idle.complete);
    CU_ASSERT_TRUE(early.runs > idle.runs);
}

/* Where one step sets an alarm that is due before another, the other may still have fired before that step. */
static void an_alarm_that_another_puts_off_is_tried_before_it(void) {
    struct found found = search_text(
        "ebb: 1\nlimits: {horizon: 20ms}\nshared: {a: chan(), i: ticker(3ms)}\nmain: [{go: p0()}, {go: p1()}]\n"
        "procs:\n  p0:\n    - stop: i\n    - select:\n        - recv: a\n        - after: 1ms\n"
        "  p1: [{sleep: 2ms}]\n",
        EBB_TIMERS_ANY, SEARCH_REDUCED, 1000);
    CU_ASSERT_TRUE(found.complete);
    CU_ASSERT_EQUAL(found.runs - found.redundant, 128);
}

/* What is decided within a step is run with whatever it leads to, and not again beside it. */
static void coins_multiply_only_what_they_decide(void) {
    const char *text = "ebb: 1\nshared: {a: 0, b: 0}\n" THREE "procs:\n"
                       "  p0:\n    - {choose: 2, into: x}\n    - if: x == 1\n      then: [{atomic: {a: 1}}]\n"
                       "  p1:\n    - {choose: 2, into: x}\n    - if: x == 1\n      then: [{atomic: {a: 2}}]\n"
                       "  p2: [{atomic: {b: 1}}]\n";
    struct found found = reduced(text);
    CU_ASSERT_TRUE(found.complete);
    CU_ASSERT_EQUAL(found.runs, 5); /* both write in two orders, one of them, or none */
    CU_ASSERT_EQUAL(found.redundant, 0);
}

static void memory_that_runs_out_fails_cleanly(void) {
    for (uint64_t fail_at = 1; fail_at <= 2; fail_at++) {
        struct mem_probe probe;
        struct explore_search *search = NULL;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = fail_at;
        if (explore_search_new(&probe.mem, &search, EBB_TIMERS_IDLE, SEARCH_REDUCED) == OK) explore_search_free(search);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
}

/* One coroutine alone, with and without each of its faults, of which a run has two at most. */
static void faults_are_choices(void) {
    static const struct {
        const char *faults, *steps;
        uint64_t runs;
    } rows[] = {
        {"stall", "step, step", 4},
        {"stall", "step, step, step", 7},
        {"cancel", "{let: {x: context()}}, step, {cancel: x}", 3},
        {"allocation", "{let: {a: malloc(1)}}, {free: a}, {let: {b: malloc(1)}}, {free: b}", 4},
        {"cancel, allocation", "step, step", 1}, /* none is to be had */
    };
    for (uint32_t i = 0; i < BASE_COUNT(rows); i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "ebb: 1\nlimits: {horizon: 20ms}\nfaults: [%s]\nmain: [%s]\n", rows[i].faults,
                       rows[i].steps);
        CU_ASSERT_EQUAL(reduced(text).runs, rows[i].runs);
        CU_ASSERT_TRUE(reduced(text).whole);
        CU_ASSERT_EQUAL(search_text(text, EBB_TIMERS_IDLE, SEARCH_PLAIN, 100).runs, rows[i].runs);
    }
}

/* What comes of them is what comes of them on every schedule. */
static void faults_are_proved_with_the_rest(void) {
    const char *text = "ebb: 1\nfaults: [stall, cancel, allocation]\nlimits: {horizon: 20ms}\nmain:\n"
                       "  - let: {c: chan()}\n  - let: {x: context()}\n  - go: p(c)\n"
                       "  - select: [{recv: c}, {recv: x.done}]\n  - cancel: x\n"
                       "procs:\n  p(c):\n    - let: {m: malloc(8)}\n    - if: m != nil\n      then: [{send: c}]\n";
    struct found some = reduced(text), all = search_text(text, EBB_TIMERS_IDLE, SEARCH_PLAIN, 100000);
    CU_ASSERT_TRUE(some.whole && all.whole);
    CU_ASSERT_TRUE(some.outcome_count > 2);
    CU_ASSERT_EQUAL(some.outcome_count, all.outcome_count);
    CU_ASSERT_TRUE(some.runs < all.runs);
    CU_ASSERT_TRUE(some.blocked > 0);
}

/* An event that panics ends its run, and whoever else could have gone then is run as well, planned or not, while others
 * sleep. What comes behind may conflict with those: 2 * 2 orders of r with x and y, times 6 of a, b and r, and one that
 * ends. */
static void who_sleeps_behind_a_panic_hides_nothing(void) {
    static const char *const program =
        "ebb: 1\nshared: {l: mutex(), x: 0, y: 0, w: 0, r: 0, c: chan()}\n"
        "main: [{go: e()}, {go: m()}, {go: z()}, {go: a()}, {go: b()}, {go: all()}, {go: q()}]\n"
        "procs:\n  e: [{unlock: l}]\n  m: [{atomic: {x: 1}}]\n  z: [{atomic: {y: 1}}]\n  a: [{atomic: {w: w * 10 + "
        "1}}]\n"
        "  b: [{atomic: {w: w * 10 + 2}}]\n  all:\n    - atomic: {r: w * 100 + y * 10 + x}\n"
        "    - if: r == %u\n      then: [{recv: c}]\n  q: [{lock: l}]\n";
    static const uint32_t orders[] = {0, 1, 2, 12, 21};
    for (size_t i = 0; i < 4 * BASE_COUNT(orders); i++) {
        struct buf text;
        buf_init(&text, mem_system());
        buf_print(&text, program, orders[i / 4] * 100 + (uint32_t)(i / 2 % 2 * 10 + i % 2));
        buf_put_char(&text, '\0');
        struct found found = reduced(text.at);
        CU_ASSERT_TRUE(found.complete && found.blocked > 0);
        CU_ASSERT_EQUAL(found.panics, 1);
        CU_ASSERT_EQUAL(found.runs - found.redundant, 25);
        buf_deinit(&text);
    }
}

/* Who comes after a receive comes after its arrival: what it received is no concern of his. p2 may have waited, and met p1;
 * then p0 is the one who waits for ever. */
static void who_comes_after_a_receive_need_not_come_after_its_send(void) {
    const char *text = "ebb: 1\nshared: {b: chan()}\n" THREE "procs:\n  p0: [{send: b}]\n  p1: [{try_send: b}]\n"
                       "  p2: [{recv: b}]\n";
    struct found split = reduced(text), all = search_text(text, EBB_TIMERS_IDLE, SEARCH_PLAIN, 100000);
    CU_ASSERT_TRUE(split.complete && all.complete && all.runs < 1000);
    CU_ASSERT_EQUAL(all.outcome_count, 2);
    CU_ASSERT_EQUAL(split.outcome_count, all.outcome_count);
}

/* p0's panic has p2 run from there in any way; that p2 is to draw 1 there comes on top of that, from a race. Plain search
 * finds the same outcomes, in many more runs. */
static void a_draw_is_planned_behind_who_is_to_be_run_anyway(void) {
    struct found found = reduced("ebb: 1\nshared: {m: mutex()}\n" THREE "procs:\n  p0: [{unlock: m}]\n"
                                 "  p1: [{try_lock: m}, {lock: m}, {unlock: m}]\n"
                                 "  p2:\n    - {choose: 2, into: drawn}\n    - if: drawn == 1\n      then:\n"
                                 "        - lock: m\n        - unlock: m\n");
    CU_ASSERT_TRUE(found.complete);
    CU_ASSERT_EQUAL(found.outcome_count, 4); /* clean, or a panic in any of the three */
}

/* In `count` pieces: the traces of all. */
static uint64_t pieces_of(const char *text, uint32_t count, uint64_t *passed) {
    uint64_t made = 0;
    *passed = 0;
    for (uint32_t number = 0; number < count; number++) {
        struct found found = search_piece(text, EBB_TIMERS_IDLE, SEARCH_REDUCED, 100000, number, count);
        CU_ASSERT_TRUE(found.complete && found.whole);
        made += found.runs - found.redundant;
        *passed += found.passed;
    }
    return made;
}

/* Accesses to variables conflict on the stem as they do behind it, so that every trace is some piece's, and one's only. */
static void pieces_make_a_whole(void) {
    const char *text = "ebb: 1\nshared: {x: 0, y: 0}\n" THREE "procs:\n"
                       "  p0: [{atomic: {x: x + 1}}, {atomic: {y: y + x}}, {atomic: {x: y}}]\n"
                       "  p1: [{atomic: {y: 2 * y}}, {choose: 2, into: c}, {atomic: {x: x + c}}, {atomic: {y: x}}]\n"
                       "  p2: [{atomic: {x: 3 * x}}, {atomic: {y: y + 1}}]\n";
    struct found whole = reduced(text);
    uint64_t passed;
    CU_ASSERT_TRUE_FATAL(whole.complete && whole.runs > 100);
    CU_ASSERT_EQUAL(pieces_of(text, 1, &passed), whole.runs - whole.redundant);
    CU_ASSERT_EQUAL(passed, 0);
    static const uint32_t counts[] = {2, 3, 7};
    for (size_t i = 0; i < BASE_COUNT(counts); i++) {
        CU_ASSERT_EQUAL(pieces_of(text, counts[i], &passed), whole.runs - whole.redundant);
        CU_ASSERT_TRUE(passed > 0);
    }
}

CU_TestInfo search_tests[] = {
    {"steps_apart_are_one_trace", steps_apart_are_one_trace},
    {"orders_of_conflicts_are_traces", orders_of_conflicts_are_traces},
    {"those_that_are_done_share_a_trace", those_that_are_done_share_a_trace},
    {"a_counter_below_zero_is_searched_coarsely", a_counter_below_zero_is_searched_coarsely},
    {"a_select_may_have_come_after_what_it_waited_for", a_select_may_have_come_after_what_it_waited_for},
    {"a_close_conflicts_with_receives", a_close_conflicts_with_receives},
    {"waking_a_select_touches_all_it_waits_on", waking_a_select_touches_all_it_waits_on},
    {"bounds_count_delays", bounds_count_delays},
    {"what_is_not_whole_says_so", what_is_not_whole_says_so},
    {"an_early_alarm_is_tried_everywhere", an_early_alarm_is_tried_everywhere},
    {"an_alarm_that_another_puts_off_is_tried_before_it", an_alarm_that_another_puts_off_is_tried_before_it},
    {"coins_multiply_only_what_they_decide", coins_multiply_only_what_they_decide},
    {"memory_that_runs_out_fails_cleanly", memory_that_runs_out_fails_cleanly},
    {"faults_are_choices", faults_are_choices},
    {"faults_are_proved_with_the_rest", faults_are_proved_with_the_rest},
    {"who_sleeps_behind_a_panic_hides_nothing", who_sleeps_behind_a_panic_hides_nothing},
    {"who_comes_after_a_receive_need_not_come_after_its_send", who_comes_after_a_receive_need_not_come_after_its_send},
    {"a_draw_is_planned_behind_who_is_to_be_run_anyway", a_draw_is_planned_behind_who_is_to_be_run_anyway},
    {"pieces_make_a_whole", pieces_make_a_whole},
    CU_TEST_INFO_NULL,
};
