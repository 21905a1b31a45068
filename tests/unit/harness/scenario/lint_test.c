/* SPDX-License-Identifier: MIT */
/* lint_test.c — each thing that is allowed and hardly meant is told once, at its place; what is meant is not told. */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "scenario/lint.h"

#define HEAD "ebb: 1\nabout: A test.\n"

/* "line:column message" of every warning, one a line. */
static void warnings_of(const char *text, struct buf *out) {
    static struct scenario_problems problems;
    static struct scenario_warnings warnings;
    struct scenario *scenario = NULL;
    enum status status =
        scenario_load_linted(mem_system(), &scenario, STR("test.yaml"), str_of(text), &problems, &warnings);
    if (status != OK)
        fprintf(stderr, "%s%u:%u: %s\n", text, problems.at[0].line, problems.at[0].column, problems.at[0].text);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    for (uint32_t i = 0; i < warnings.count; i++) {
        CU_ASSERT_STRING_EQUAL(warnings.at[i].origin, "test.yaml");
        buf_print(out, "%u:%u %s\n", warnings.at[i].line, warnings.at[i].column, warnings.at[i].text);
    }
    buf_put_char(out, 0);
    scenario_free(scenario);
}

static void warns(const char *text, const char *wanted) {
    struct buf found;
    buf_init(&found, mem_system());
    warnings_of(text, &found);
    if (strcmp(found.at, wanted) != 0) fprintf(stderr, "%s--- wanted\n%s--- found\n%s", text, wanted, found.at);
    CU_ASSERT_STRING_EQUAL(found.at, wanted);
    buf_deinit(&found);
}
static void silent(const char *text) { warns(text, ""); }

static void names(void) {
    warns(HEAD "params: {n: 1}\nmain: [yield]\n", "3:10 the parameter \"n\" is never used\n");
    warns(HEAD "main: [yield]\nprocs:\n  p(a): [{send: a}]\n", "5:3 the procedure \"p\" is never called\n");
    warns(HEAD "main:\n  - let: {x: 1}\n", "4:11 \"x\" is made and never used\n");
    warns(HEAD "shared: {x: map()}\nmain: [yield]\n", "3:10 \"x\" is made and never used\n");
    warns(HEAD "main:\n  - repeat: 2\n    as: i\n    do: [yield]\n", "5:9 \"i\" is made and never used\n");
    silent(HEAD "params: {n: 1}\nmain: [{sleep: 1s * n}]\n");
    silent(HEAD "main: [{let: {p: q}}, {call: p()}]\nprocs: {q: [yield]}\n");
    silent(HEAD "main:\n  - let: {xs: list()}\n  - let:\n      x: xs[0]\n");
    silent(HEAD "main: [{let: {x: chan()}}, {drop: x}]\n");
    silent(HEAD "main:\n  - let: {t: thread()}\nexpect: [{thread: t}]\n");
    silent(HEAD "main:\n  - let: {c: chan()}\n  - close: c\n  - recv: c\n    into: kept\n  - for: one\n    in: 3\n    "
                "do: [yield]\n");
}

static void reached(void) {
    warns(HEAD "main: [return, yield, yield]\n",
          "3:16 this step is never reached: the \"return\" in line 3 does not go on\n");
    warns(HEAD "main:\n  - panic: 'x'\n  - yield\n",
          "5:5 this step is never reached: the \"panic\" in line 4 does not go on\n");
    warns(HEAD "main:\n  - loop: [yield]\n  - yield\n",
          "5:5 this step is never reached: the \"loop\" in line 4 does not go on\n");
    warns(HEAD "main:\n  - while: true\n    do: [yield]\n  - yield\n",
          "6:5 this step is never reached: the \"while\" in line 4 does not go on\n");
    warns(HEAD "main:\n  - loop:\n      - break\n      - yield\n",
          "6:9 this step is never reached: the \"break\" in line 5 does not go on\n");
    warns(HEAD "main:\n  - if: 1 == 2\n    then: [return]\n    else: [{return: 1}]\n  - yield\n",
          "7:5 this step is never reached: the \"if\" in line 4 does not go on\n");
    warns(HEAD "main:\n  - select: []\n  - yield\n",
          "5:5 this step is never reached: the \"select\" in line 4 does not go on\n");
    warns(HEAD "main:\n  - select:\n      - after: 1s\n        do: [return]\n      - recv: nil\n        do: [return]\n "
               " - yield\n",
          "9:5 this step is never reached: the \"select\" in line 4 does not go on\n");
    warns(HEAD "main:\n  - defer: [return, yield]\n",
          "4:21 this step is never reached: the \"return\" in line 4 does not go on\n");
    silent(HEAD "main:\n  - loop:\n      - if: 1 == 1\n        then: [break]\n  - yield\n");
    silent(HEAD "main:\n  - loop:\n      - select:\n          - after: 1s\n            do: [break]\n  - yield\n");
    silent(HEAD "main:\n  - if: 1 == 2\n    then: [return]\n  - yield\n");
    warns(HEAD "main:\n  - loop:\n      - loop: [break]\n  - yield\n",
          "6:5 this step is never reached: the \"loop\" in line 4 does not go on\n");
}

static void expected(void) {
    warns(HEAD "main:\n  - let: {c: chan()}\n  - recv: c\nexpect: [{blocked: mian, on: recv c}]\n",
          "6:11 no coroutine of this scenario is called \"mian\"; did you mean \"main\"?\n");
    warns(HEAD "main:\n  - let: {cc: chan()}\n  - recv: cc\nexpect: [{blocked: main, on: recv cd}]\n",
          "6:11 no object of this scenario is called \"cd\"; did you mean \"cc\"?\n");
    warns(HEAD "main:\n  - let: {c: chan()}\n  - recv: c\nexpect: [{blocked: main, on: send c}]\n",
          "6:11 no step of this scenario is called \"send\"\n");
    warns(HEAD "cycle:\n  - yield\nexpect: {grows: {mesage: 1}}\n",
          "5:18 nothing is counted in \"mesage\"; did you mean \"message\"?\n");
    warns(HEAD "main:\n  - go: worker()\n    as: first\nprocs: {worker: [yield]}\nexpect: {some: [[{alive: first}], "
               "[{alive: worker}]]}\n",
          "7:37 no coroutine of this scenario is called \"worker\"\n");
    silent(HEAD "main:\n  - go: [{recv: nil}]\n    as: one\nexpect: [{blocked: one, on: recv nil}]\n");
    silent(HEAD "main:\n  - panic: 'whatever'\nexpect: [{panic: what}]\n");
    silent(
        HEAD
        "main:\n  - let: {c: chan()}\n  - for: x\n    in: c\n    do: [yield]\nexpect: [{blocked: main, on: recv c}]\n");
    silent(HEAD "main:\n  - call_after: 1h\n    do: [{recv: nil}]\n    into: t\nexpect: [{blocked: t, on: recv}]\n");
}

static void whole(void) {
    warns("ebb: 1\nmain: [yield]\n", "1:1 \"about\" is missing: one sentence that says what is shown here\n");
    warns(HEAD "params: {n: 1}\nmain: [{sleep: 1s * n}]\nvariants: {a: {}, b: {n: 2}, c: {n: 1}}\nexpect: {a: clean, "
               "b: clean, c: clean}\n",
          "5:30 the variant \"c\" sets what \"a\" sets: they are one\n");
    warns(HEAD "params: {n: 1}\nmain: [{sleep: 1s * n}]\nvariants: {a: {}, b: {n: 2}}\n",
          "5:12 there are variants and no \"expect\": each would have to be clean\n");
}

/* Line by line, however many are lost; and a refused allocation is told, not forgotten. */
static void bounds(void) {
    static struct scenario_problems problems;
    static struct scenario_warnings warnings;
    struct scenario *scenario = NULL;
    struct mem_probe probe;
    struct buf text;
    buf_init(&text, mem_system());
    buf_put(&text, STR(HEAD "main:\n"));
    for (uint32_t i = 0; i < LIMIT_WARNINGS + 5; i++) buf_print(&text, "  - let: {x%u: 1}\n", i);
    CU_ASSERT_EQUAL(scenario_load_linted(mem_system(), &scenario, STR("x"), buf_str(&text), &problems, &warnings), OK);
    CU_ASSERT_EQUAL(warnings.count, LIMIT_WARNINGS);
    CU_ASSERT_EQUAL(warnings.lost, 5);
    mem_probe_init(&probe, mem_system());
    probe.fail_at = 1;
    CU_ASSERT_EQUAL(scenario_lint(scenario, &probe.mem, STR("x"), &warnings), ERR_NOMEM);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    scenario_free(scenario);
    buf_deinit(&text);
}

/* The place that explains an error comes with it. */
static void notes(void) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    CU_ASSERT_EQUAL(
        scenario_load(mem_system(), &scenario, STR("x"), STR(HEAD "main: [yield]\nabout: again\n"), &problems),
        ERR_INPUT);
    CU_ASSERT_EQUAL(problems.notes[0].line, 2);
    CU_ASSERT_STRING_EQUAL(problems.notes[0].text, "the first is here");
    CU_ASSERT_EQUAL(scenario_load(mem_system(), &scenario, STR("x"),
                                  STR(HEAD "main: [{go: p(1)}]\nprocs: {p: [yield]}\n"), &problems),
                    ERR_INPUT);
    CU_ASSERT_EQUAL(problems.notes[0].line, 4);
    CU_ASSERT_EQUAL(scenario_load(mem_system(), &scenario, STR("x"), STR(HEAD "main: [yeld]\n"), &problems), ERR_INPUT);
    CU_ASSERT_EQUAL(problems.notes[0].line, 0);
}

static void searches(void) {
    silent(HEAD "main: [yield]\nstop: {new_behaviour_below: 1%, runs: 101}\n");
    warns(HEAD "main: [yield]\nstop: {new_behaviour_below: 1%, runs: 100}\n",
          "4:7 a chance that small is never shown by 100 runs: it takes 101 at least\n");
    silent(HEAD "main: [yield]\nwatch: [allocation > 1KiB]\nstop: {proved: within1}\n");
    warns(HEAD "main: [yield]\nwatch: [allocation > 1KiB]\nstop: {proved: all}\n",
          "5:7 with rules of \"watch\" no run of each trace is a proof: their peaks differ within one\n");
}

CU_TestInfo lint_tests[] = {
    {"searches", searches}, {"names", names},   {"reached", reached}, {"expected", expected},
    {"whole", whole},       {"bounds", bounds}, {"notes", notes},     CU_TEST_INFO_NULL,
};
