/* SPDX-License-Identifier: MIT */
/* lasso_test.c — what goes round in circles is told with its prefix and its round; what only looks like it is not. */
#include "check/lasso.h"

#include <stdio.h>

#include "run/explain.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

#define LIMITS HEAD "limits: {steps: 3000}\n"

static struct check_loop loop_of(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    struct explore_schedule schedule = {.timers = EBB_TIMERS_IDLE};
    struct run_story story;
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    CU_ASSERT_EQUAL_FATAL(run_explain(&story, &probe.mem, scenario, 0, &schedule, 1 << 16, NULL), OK);
    struct check_loop loop = story.story->loop;
    run_explain_deinit(&story);
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    return loop;
}

static void loops(const char *text, uint64_t after, uint64_t steps, int64_t time_ns) {
    struct check_loop loop = loop_of(text);
    CU_ASSERT_TRUE(loop.known);
    CU_ASSERT_EQUAL(loop.after_step, after);
    CU_ASSERT_EQUAL(loop.steps, steps);
    CU_ASSERT_EQUAL(loop.time_ns, time_ns);
}

static void circles(void) {
    /* Alone; main goes after one step, and then each yield is a round. */
    loops(LIMITS "main:\n  - loop: [yield]\n", 1, 1, 0);
    /* Two, who give way to each other. */
    loops(LIMITS "main:\n  - go: [{loop: [yield]}]\n  - go: [{loop: [yield]}]\n", 4, 2, 0);
    /* Time passes, and a message goes from hand to hand. */
    loops(LIMITS "main:\n  - let: {t: ticker(10ms)}\n  - loop: [{recv: t.channel}]\n", 1, 2, 10000000);
    loops(LIMITS "main:\n  - let: {a: chan()}\n  - let: {b: chan()}\n  - go: [{loop: [{recv: a}, {send: b}]}]\n"
                 "  - send: a\n  - loop: [{recv: b}, {sleep: 1s}, {send: a}]\n",
          10, 6, 1000000000);
    /* A loop that counts, and comes to its end each time. */
    loops(LIMITS "main:\n  - loop:\n      - repeat: 5\n        do: [yield]\n", 1, 5, 0);
    /* What is made anew each time and let go again. */
    loops(LIMITS "main:\n  - loop:\n      - let: {c: chan(1)}\n      - send: c\n      - select:\n          - recv: c\n"
                 "          - after: 1h\n      - yield\n",
          1, 3, 0);
}

/* One zero after the other goes round a queue, until the one comes: only the messages tell that it will. */
static void what_is_on_its_way(void) {
    loops(LIMITS "main:\n  - let: {c: chan(100)}\n  - let: {n: 0}\n  - repeat: 99\n    do: [{send: c, value: 0}]\n"
                 "  - send: c\n    value: 1\n  - while: n == 0\n    do:\n      - recv: c\n        into: n\n"
                 "      - send: c\n        value: n\n  - loop: [yield]\n",
          301, 1, 0);
}

static void what_only_looks_like_it(void) {
    static const char *const texts[] = {
        /* A variable, a field, a message, an argument of a closure counts. */
        "main:\n  - let: {n: 0}\n  - while: n < 1000000\n    do: [{set: {n: n + 1}}, yield]\n",
        "main:\n  - let: {r: record(n = 0)}\n  - while: r.n < 1000000\n    do: [{set: {r.n: r.n + 1}}, yield]\n",
        "main:\n  - let: {c: chan(1)}\n  - send: c\n    value: 0\n  - loop:\n      - recv: c\n        into: n\n"
        "      - if: n > 1000000\n        then: [break]\n      - send: c\n        value: n + 1\n",
        /* The same from hand to hand, and in nobody's variable while it is on its way. */
        "main:\n  - let: {a: chan()}\n  - let: {b: chan()}\n  - go:\n      - loop:\n          - recv: a\n            "
        "into: n\n"
        "          - send: b\n            value: n + 1\n  - send: a\n    value: 0\n  - loop:\n      - recv: b\n"
        "        into: m\n      - if: m > 1000000\n        then: [break]\n      - send: a\n        value: m\n",
        "main:\n  - repeat: 1000000\n    do: [yield]\n",
        "main:\n  - for: i\n    in: 1000000\n    do: [yield]\n",
        "main:\n  - let: {g: waitgroup()}\n  - loop: [{add: g}]\n",
        /* It grows. */
        "main:\n  - let: {c: chan(1000000)}\n  - loop: [{send: c}]\n",
        "main:\n  - let: {n: chan()}\n  - loop: [{go: [{recv: n}]}]\n",
        /* It ends after an hour, and asks what time it is, or somebody does. */
        "main:\n  - let: {end: timer(1h)}\n  - loop:\n      - select:\n          - recv: end.channel\n            do: "
        "[break]\n"
        "          - after: 1s\n",
        "main:\n  - while: now() < 100h\n    do: [{sleep: 1s}]\n",
        /* Its state cannot be told. */
        "main:\n  - let: {m: map()}\n  - loop: [{put: m, key: 1}]\n",
    };
    for (size_t i = 0; i < BASE_COUNT(texts); i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "%s%s", LIMITS, texts[i]);
        struct check_loop loop = loop_of(text);
        CU_ASSERT_FALSE(loop.known);
        if (loop.known) (void)printf("told of a loop: %s\n", text);
    }
}

/* What comes to its end is not looked at. */
static void an_end(void) {
    CU_ASSERT_FALSE(loop_of(LIMITS "main:\n  - repeat: 100\n    do: [yield]\n").known);
    CU_ASSERT_FALSE(loop_of(LIMITS "main:\n  - go: [{sleep: 2h}]\n").known); /* it sleeps, once */
}

CU_TestInfo lasso_tests[] = {
    {"circles", circles},
    {"what_is_on_its_way", what_is_on_its_way},
    {"what_only_looks_like_it", what_only_looks_like_it},
    {"an_end", an_end},
    CU_TEST_INFO_NULL,
};
