/* SPDX-License-Identifier: MIT */
/* emit_test.c — the one form of each construct, and that scenarios which differ in anything are told apart. That what is
 * emitted means the same is in tests/property/emit_roundtrip.c. */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/mem.h"
#include "scenario/emit.h"

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    if (scenario_load(mem_system(), &scenario, STR("x"), str_of(text), &problems) != OK)
        fprintf(stderr, "%s%u:%u: %s\n", text, problems.at[0].line, problems.at[0].column, problems.at[0].text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    return scenario;
}

/* `text` is emitted as `wanted`, and that as itself. */
static void emits(const char *text, const char *wanted) {
    const char *from[] = {text, wanted};
    for (uint32_t i = 0; i < 2; i++) {
        struct buf out;
        struct scenario *scenario = load(from[i]);
        buf_init(&out, mem_system());
        CU_ASSERT_EQUAL(scenario_emit(scenario, mem_system(), &out.sink), OK);
        buf_put_char(&out, 0);
        if (strcmp(out.at, wanted) != 0) fprintf(stderr, "--- wanted\n%s--- found\n%s", wanted, out.at);
        CU_ASSERT_STRING_EQUAL(out.at, wanted);
        buf_deinit(&out);
        scenario_free(scenario);
    }
}

#define STEP(text) "ebb: 1\nmain:\n  - " text
#define IN "ebb: 1\nparams:\n  a: 1\n  b: true\nshared:\n  s: nil\nmain:\n  - set:\n      s: "
#define IN_OUT "ebb: 1\nparams:\n  a: 1\n  b: true\nshared:\n  s: nil\nmain:\n  - set: {s: "

static void parentheses(void) {
    emits(IN "((a + (a * a)) - (a - a))\n", IN_OUT "a + a * a - (a - a)}\n");
    emits(IN "(a + a) * -(a)\n", IN_OUT "(a + a) * -a}\n");
    emits(IN "-(-a)\n", IN_OUT "--a}\n");
    emits(IN "-(a + a)\n", IN_OUT "-(a + a)}\n");
    emits(IN "not (b and not b) or (not b == b)\n", IN_OUT "not (b and not b) or not b == b}\n");
    emits(IN "(not b) == b\n", IN_OUT "(not b) == b}\n");
    emits(IN "a == a == b\n", IN_OUT "a == a == b}\n");
    emits(IN "a == (a == a)\n", IN_OUT "a == (a == a)}\n");
    emits(IN "(-a).x\n", IN_OUT "(-a).x}\n");
    emits(IN "-a.x\n", IN_OUT "-a.x}\n");
}

static void texts(void) {
    emits(IN "'plain'\n", IN "\"plain\"\n");
    emits(IN "('a') == s\n", IN "(\"a\") == s\n");
    emits(IN "s == 'a \"b\"'\n", IN "s == 'a \"b\"'\n");
    emits(IN "\"a: b #c\\n\\u2028\\x1b\\\\\"\n", IN "\"a: b #c\\u000A\\u2028\\u001B\\\\\"\n");
    emits("ebb: 1\nabout: \"a: b\"\nmain: [yield]\n", "ebb: 1\nabout: \"a: b\"\nmain:\n  - yield\n");
    emits("ebb: 1\nabout: 'it says \"yes\"'\nmain: [yield]\n",
          "ebb: 1\nabout: \"it says \\\"yes\\\"\"\nmain:\n  - yield\n");
    emits(STEP("go: \"p('a: b', 1)\"\nprocs:\n  p(x, y): [yield]\n"),
          STEP("go: \"p(\\\"a: b\\\", 1)\"\nprocs:\n  p(x, y):\n    - yield\n"));
}

static void steps(void) {
    emits(STEP("let:\n      x: chan(1)\n"), STEP("let: {x: chan(1)}\n"));
    emits(STEP("let:\n      x: list(1, 2)\n"), STEP("let:\n      x: list(1, 2)\n"));
    emits(STEP("{if: 1 == 2, then: [], else: []}\n"), STEP("if: 1 == 2\n    then: []\n"));
    emits(STEP("{if: 1 == 2, else: [yield]}\n"), STEP("if: 1 == 2\n    else:\n      - yield\n"));
    emits(STEP("select: [{recv: nil, do: []}, {default: []}]\n"),
          STEP("select:\n      - recv: nil\n      - default:\n"));
    emits(STEP("select: []\n"), STEP("select:\n"));
    emits(STEP("{call_after: 1s, do: [yield], into: x, as: x}\n"),
          STEP("call_after: 1s\n    do:\n      - yield\n    into: x\n"));
    emits(STEP("{call_after: 1s, as: later, do: [yield]}\n"),
          STEP("call_after: 1s\n    do:\n      - yield\n    as: later\n"));
    emits(STEP("{go: [yield], count: 3, as: x}\n"), STEP("go:\n      - yield\n    as: x\n    count: 3\n"));
    emits(STEP("{try_recv: nil, ok: o, into: i}\n"), STEP("try_recv: nil\n    into: i\n    ok: o\n"));
    emits(STEP("{for: x, do: [continue], in: 3}\n"), STEP("for: x\n    in: 3\n    do:\n      - continue\n"));
    emits("ebb: 1\ncycle: [return]\nprocs:\n  p: [{call: p()}]\n",
          "ebb: 1\ncycle:\n  - return\nprocs:\n  p():\n    - call: p()\n");
}

static void rules(void) {
    emits("ebb: 1\nmain: [yield]\nexpect: {every: [{grows: x, count: 1}]}\n",
          "ebb: 1\nmain:\n  - yield\nexpect: {grows: {x: 1}}\n");
    emits("ebb: 1\nmain: [yield]\nexpect: {main: [{bytes: x, count: 4096}]}\n",
          "ebb: 1\nmain:\n  - yield\nexpect:\n  - {bytes: x, count: 4KiB}\n");
    emits("ebb: 1\nmain: [yield]\nexpect: [{lock: \"a, b\", on: lock}]\n",
          "ebb: 1\nmain:\n  - yield\nexpect:\n  - {lock: \"a, b\", on: lock}\n");
    emits("ebb: 1\nparams: {n: {default: 1}}\nmain: [yield]\nvariants: {a: {n: 1}, b: {n: 2}}\nexpect: {b: clean, "
          "leaks when: n > 1, a: clean}\n",
          "ebb: 1\nparams:\n  n: 1\nmain:\n  - yield\nvariants:\n  a: {}\n  b: {n: 2}\nexpect:\n  a: clean\n  b: "
          "clean\n  leaks when: n > 1\n");
    emits("ebb: 1\nmain: [yield]\nlimits: {steps: 1000000, horizon: 60s, cycles: 33}\nfaults: [cancel, stall]\nwatch: "
          "[\"allocation > 1KiB\"]\n",
          "ebb: 1\nmain:\n  - yield\nlimits: {cycles: 33}\nwatch:\n  - allocation > 1KiB\nfaults: [stall, cancel]\n");
    emits("ebb: 1\nmain: [yield]\nstop: {first_finding: true, runs: 9, new_behaviour_below: 00.50%}\n",
          "ebb: 1\nmain:\n  - yield\nstop: {runs: 9, new_behaviour_below: 0.5%, first_finding: true}\n");
    emits("ebb: 1\nmain: [yield]\nstop: {proved: within2}\n", "ebb: 1\nmain:\n  - yield\nstop: {proved: within2}\n");
    emits("ebb: 1\nmain: [yield]\nstop: {proved: all}\n", "ebb: 1\nmain:\n  - yield\nstop: {proved: all}\n");
    emits("ebb: 1\nmain: [yield]\nstop: {first_finding: false}\n", "ebb: 1\nmain:\n  - yield\nstop: {runs: 100000}\n");
}

/* Each differs from the first in one thing. */
static void differences(void) {
    static const char *const all[] = {
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\n",
        "ebb: 1\nparams: {n: 2}\nmain: [{let: {c: chan(n)}}, {recv: c}]\n",
        "ebb: 1\nparams: {n: {default: 1, about: one}}\nmain: [{let: {c: chan(n)}}, {recv: c}]\n",
        "ebb: 1\nparams: {n: {default: 1, range: [0, 1]}}\nmain: [{let: {c: chan(n)}}, {recv: c}]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {d: chan(n)}}, {recv: d}]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(1)}}, {recv: c}]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {try_recv: c}]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c, into: x}]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nexpect: clean\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nexpect: [{blocked: main}]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nvariants: {main: {}}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nlimits: {cycles: 3}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\ntags: [x]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nstop: {runs: 100000}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nstop: {runs: 3}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nstop: {new_behaviour_below: 1%}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nstop: {proved: all}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nstop: {first_finding: true}\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nfaults: [stall]\n",
        "ebb: 1\nparams: {n: 1}\nmain: [{let: {c: chan(n)}}, {recv: c}]\nteardown: [yield]\n",
        "ebb: 1\nparams: {n: 1}\ncycle: [{let: {c: chan(n)}}, {recv: c}]\n",
    };
    struct scenario *scenarios[BASE_COUNT(all)];
    for (size_t i = 0; i < BASE_COUNT(all); i++) scenarios[i] = load(all[i]);
    for (size_t i = 0; i < BASE_COUNT(all); i++)
        for (size_t other = 0; other < BASE_COUNT(all); other++)
            CU_ASSERT_EQUAL(scenario_equal(scenarios[i], scenarios[other]), i == other);
    for (size_t i = 0; i < BASE_COUNT(all); i++) scenario_free(scenarios[i]);
}

static enum status refuse(struct sink *sink, struct str bytes) {
    (void)sink, (void)bytes;
    return ERR_IO;
}

static void sinks(void) {
    struct scenario *scenario = load("ebb: 1\nmain: [yield]\n");
    struct sink sink = {refuse};
    CU_ASSERT_EQUAL(scenario_emit(scenario, mem_system(), &sink), ERR_IO);
    scenario_free(scenario);
}

CU_TestInfo emit_tests[] = {
    {"parentheses", parentheses}, {"texts", texts}, {"steps", steps},  {"rules", rules},
    {"differences", differences}, {"sinks", sinks}, CU_TEST_INFO_NULL,
};
