/* SPDX-License-Identifier: MIT */
/* search_keep_test.c — a search that is written down after any of its runs and read by another process goes on as if
 * nothing had been; and no text makes the reader read where nothing is. */
#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "explore/search.h"
#include "run/judge.h"

#define RUNS_MAX 1500u

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

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    CU_ASSERT_EQUAL_FATAL(scenario_load(mem_system(), &scenario, STR("text"), str_of(text), &problems), OK);
    return scenario;
}

static struct explore_search *fresh(enum ebb_timers timers, uint64_t delays) {
    struct explore_search *search = NULL;
    CU_ASSERT_EQUAL_FATAL(explore_search_new(mem_system(), &search, timers, delays), OK);
    explore_search_hashing(search, true);
    return search;
}

/* Written and read after every `every` runs; 0: never. How many digests there are of its runs, in order. */
static uint32_t search_all(const struct scenario *scenario, enum ebb_timers timers, uint64_t delays, uint32_t every,
                           uint64_t *digests, struct explore_search_state *state) {
    struct check_finding findings[16];
    struct asking self = {.chooser = {pick}, .search = fresh(timers, delays), .follower = {NULL, phase, judged}};
    uint32_t runs = 0;
    for (bool more = true; more && runs < RUNS_MAX; runs++) {
        struct run_result result = {.findings = {.at = findings, .capacity = BASE_COUNT(findings)}};
        struct run_config config = {
            .scenario = scenario, .chooser = &self.chooser, .timers = timers, .follower = &self.follower};
        self.follower.observer = explore_search_observer(self.search);
        explore_search_begin(self.search);
        CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), &result), OK);
        more = explore_search_next(self.search);
        digests[runs] = result.digest;
        if (every == 0 || runs % every > 0) continue;
        struct buf text, again;
        buf_init(&text, mem_system());
        buf_init(&again, mem_system());
        explore_search_write(&text, self.search);
        explore_search_free(self.search);
        self.search = fresh(timers, delays);
        CU_ASSERT_EQUAL_FATAL(explore_search_read(self.search, buf_str(&text)), OK);
        explore_search_write(&again, self.search);
        CU_ASSERT_TRUE(str_equal(buf_str(&text), buf_str(&again)));
        buf_deinit(&text);
        buf_deinit(&again);
    }
    *state = explore_search_state(self.search);
    explore_search_free(self.search);
    return runs;
}

#define THREE "main: [{go: p0()}, {go: p1()}, {go: p2()}]\n"
static const char *const texts[] = {
    "ebb: 1\nshared: {a: mutex(), b: mutex(), v: 0}\n" THREE
    "procs:\n  p0: [{lock: a}, {lock: b}, {unlock: b}, {unlock: a}]\n"
    "  p1: [{lock: b}, {lock: a}, {unlock: a}, {unlock: b}]\n  p2: [{atomic: {v: 1}}, {lock: a}, {unlock: a}]\n",
    "ebb: 1\nshared: {c: chan(), d: chan(1)}\n" THREE
    "procs:\n  p0:\n    - select:\n        - recv: c\n        - send: d\n    - {choose: 3, into: n}\n"
    "    - if: n == 1\n      then: [{try_send: d}]\n"
    "  p1: [{try_send: c}, {recv: d}]\n  p2: [{try_send: d}, {send: c}]\n",
    /* runs end by panics, while others sleep */
    "ebb: 1\nshared: {c: chan(), v: 0}\n" THREE
    "procs:\n  p0: [{atomic: {v: 1}}, {close: c}]\n  p1: [{atomic: {v: 2}}, {close: c}]\n"
    "  p2: [{try_send: c}, {atomic: {v: 3}}]\n",
    /* falls back to the coarse relation */
    "ebb: 1\nshared: {g: waitgroup(), v: 0}\nmain:\n  - add: g\n  - go: p0()\n  - go: p1()\n"
    "procs:\n  p0: [{atomic: {v: 1}}, {done: g}]\n  p1: [{done: g}, {atomic: {v: 2}}]\n",
    "ebb: 1\nshared: {i: ticker(3ms), c: chan()}\nlimits: {horizon: 10ms}\n" THREE
    "procs:\n  p0: [{sleep: 1ms}, {stop: i}]\n  p1: [{try_send: c}]\n  p2: [{sleep: 2ms}, {try_recv: c}]\n",
};

static void another_process_goes_on(void) {
    static const struct {
        enum ebb_timers timers;
        uint64_t delays;
    } kinds[] = {{EBB_TIMERS_IDLE, SEARCH_REDUCED},
                 {EBB_TIMERS_ANY, SEARCH_REDUCED},
                 {EBB_TIMERS_IDLE, 2},
                 {EBB_TIMERS_ANY, SEARCH_PLAIN}};
    static uint64_t straight[RUNS_MAX], broken[RUNS_MAX];
    uint64_t most = 0, coarse = 0;
    for (size_t i = 0; i < BASE_COUNT(texts); i++)
        for (size_t kind = 0; kind < BASE_COUNT(kinds); kind++)
            for (uint32_t every = 1; every < 12; every += 6) {
                struct scenario *scenario = load(texts[i]);
                struct explore_search_state one, other;
                uint32_t runs = search_all(scenario, kinds[kind].timers, kinds[kind].delays, 0, straight, &one);
                CU_ASSERT_EQUAL(search_all(scenario, kinds[kind].timers, kinds[kind].delays, every, broken, &other),
                                runs);
                CU_ASSERT_EQUAL(memcmp(straight, broken, runs * sizeof *straight), 0);
                CU_ASSERT_TRUE(one.runs == other.runs && one.redundant == other.redundant &&
                               one.astray == other.astray && one.complete == other.complete &&
                               one.coarse == other.coarse && !one.failed && !other.failed);
                if (runs > most) most = runs;
                coarse += one.coarse;
                scenario_free(scenario);
            }
    CU_ASSERT_TRUE(most > 100 && coarse > 0);
}

/* After so many runs. */
static void text_of(struct buf *text, const char *scenario_text, uint64_t delays, uint32_t runs) {
    struct check_finding findings[16];
    struct scenario *scenario = load(scenario_text);
    struct asking self = {
        .chooser = {pick}, .search = fresh(EBB_TIMERS_IDLE, delays), .follower = {NULL, phase, judged}};
    for (uint32_t run = 0; run < runs; run++) {
        struct run_result result = {.findings = {.at = findings, .capacity = BASE_COUNT(findings)}};
        struct run_config config = {.scenario = scenario, .chooser = &self.chooser, .follower = &self.follower};
        self.follower.observer = explore_search_observer(self.search);
        explore_search_begin(self.search);
        CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), &result), OK);
        CU_ASSERT_TRUE_FATAL(explore_search_next(self.search));
    }
    buf_init(text, mem_system());
    explore_search_write(text, self.search);
    explore_search_free(self.search);
    scenario_free(scenario);
}

static enum status read(uint64_t delays, enum ebb_timers timers, struct str text) {
    struct explore_search *search = fresh(timers, delays);
    enum status status = explore_search_read(search, text);
    explore_search_free(search);
    return status;
}

static void what_is_no_such_text_is_refused(void) {
    struct buf text;
    text_of(&text, texts[0], SEARCH_REDUCED, 7);
    struct str all = buf_str(&text);
    CU_ASSERT_EQUAL(read(SEARCH_REDUCED, EBB_TIMERS_IDLE, all), OK);
    CU_ASSERT_EQUAL(read(SEARCH_REDUCED, EBB_TIMERS_ANY, all), ERR_INPUT);
    CU_ASSERT_EQUAL(read(SEARCH_PLAIN, EBB_TIMERS_IDLE, all), ERR_INPUT);
    CU_ASSERT_EQUAL(read(2, EBB_TIMERS_IDLE, all), ERR_INPUT);
    for (size_t len = 0; len < all.len; len++)
        CU_ASSERT_EQUAL(read(SEARCH_REDUCED, EBB_TIMERS_IDLE, (struct str){all.at, len}), ERR_INPUT);
    uint32_t refused = 0;
    for (size_t at = 0; at < all.len; at += 3) { /* any byte another one: perhaps another search, but a sound one */
        char was = text.at[at];
        for (const char *byte = "09 \nx"; *byte != '\0'; byte++) {
            text.at[at] = *byte;
            refused += read(SEARCH_REDUCED, EBB_TIMERS_IDLE, all) == ERR_INPUT;
        }
        text.at[at] = was;
    }
    CU_ASSERT_TRUE(refused > all.len / 3);
    buf_put_char(&text, '1');
    CU_ASSERT_EQUAL(read(SEARCH_REDUCED, EBB_TIMERS_IDLE, buf_str(&text)), ERR_INPUT);
    buf_deinit(&text);
}

/* Where the line begins that has so many behind it. */
static const char *line_of(struct str text, uint32_t behind) {
    const char *at = text.at + text.len - 1;
    for (uint32_t met = 0; at > text.at && (at[-1] != '\n' || met++ < behind);) at--;
    return at;
}

/* Edges are the last lines, the fourth number of each says which comes next in its list, and how many there are stands in
 * front of them, with two other numbers. */
static void a_ring_of_plans_is_refused(void) {
    struct buf text, ring;
    uint32_t edges = 0;
    text_of(&text, texts[0], SEARCH_REDUCED, 7);
    struct str all = buf_str(&text);
    for (uint32_t behind = 0; edges == 0; behind++) {
        const char *at = line_of(all, behind);
        CU_ASSERT_TRUE_FATAL(at > all.at);
        char *end;
        unsigned long long count = strtoull(at, &end, 10);
        for (int i = 0; i < 2; i++) (void)strtoull(end, &end, 10);
        if (end[0] == ' ' && end[1] == '\n' && count == behind) edges = behind;
    }
    for (uint32_t edge = 0; edge < edges; edge++) {
        const char *next = line_of(all, edges - 1 - edge);
        for (int i = 0; i < 3; i++) next = strchr(next, ' ') + 1;
        const char *rest = strchr(next, ' ');
        buf_init(&ring, mem_system());
        buf_put(&ring, (struct str){all.at, (size_t)(next - all.at)});
        buf_print(&ring, "%u", edge); /* after itself */
        buf_put(&ring, (struct str){rest, all.len - (size_t)(rest - all.at)});
        CU_ASSERT_EQUAL(read(SEARCH_REDUCED, EBB_TIMERS_IDLE, buf_str(&ring)), ERR_INPUT);
        buf_deinit(&ring);
    }
    buf_deinit(&text);
}

CU_TestInfo search_keep_tests[] = {
    {"another_process_goes_on", another_process_goes_on},
    {"what_is_no_such_text_is_refused", what_is_no_such_text_is_refused},
    {"a_ring_of_plans_is_refused", a_ring_of_plans_is_refused},
    CU_TEST_INFO_NULL,
};
