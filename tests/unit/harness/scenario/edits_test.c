/* SPDX-License-Identifier: MIT */
/* edits_test.c — which edits a small file has, each known by the file it leaves; and that settling keeps what is done. */
#include "scenario/edits.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/mem.h"

/* The canonical file that edit `index` leaves, or what does not load as it is. */
static void after(const struct scenario_edits *edits, uint32_t index, struct buf *out) {
    struct buf raw;
    buf_init(&raw, mem_system());
    buf_clear(out);
    scenario_edits_apply(edits, index, &raw);
    CU_ASSERT_EQUAL_FATAL(buf_status(&raw), OK);
    if (scenario_canonical(mem_system(), buf_str(&raw), out) != OK) buf_clear(out);
    buf_put_char(out, 0);
    buf_deinit(&raw);
}

/* How many edits of `text` leave `wanted`. */
static uint32_t leave(const char *text, const char *wanted) {
    struct scenario_edits *edits = NULL;
    struct buf out;
    uint32_t count = 0;
    CU_ASSERT_EQUAL_FATAL(scenario_edits_new(mem_system(), &edits, str_of(text)), OK);
    buf_init(&out, mem_system());
    for (uint32_t i = 0; i < scenario_edits_count(edits); i++) {
        after(edits, i, &out);
        count += strcmp(out.at, wanted) == 0;
    }
    buf_deinit(&out);
    scenario_edits_free(edits);
    return count;
}

static void has(const char *text, const char *wanted) {
    if (leave(text, wanted) == 0) (void)fprintf(stderr, "--- of\n%s--- no edit leaves\n%s", text, wanted);
    CU_ASSERT_TRUE(leave(text, wanted) > 0);
}

#define TWO "ebb: 1\nmain:\n  - let: {c: chan(3)}\n  - go: work(c, 7)\n  - recv: c\n"
#define PROC "procs:\n  work(c, n):\n    - sleep: 10ms\n    - send: c\n      value: n\n"

static void coroutines_and_steps(void) {
    has(TWO PROC, "ebb: 1\nmain:\n  - let: {c: chan(3)}\n  - recv: c\n" PROC);
    has(TWO PROC, TWO "procs:\n  work(c, n):\n    - sleep: 10ms\n");
    has("ebb: 1\nmain: [yield, step, yield, yield]\n", "ebb: 1\nmain:\n  - yield\n  - yield\n");
    has("ebb: 1\nmain: [yield]\ncycle: [step]\n", "ebb: 1\nmain:\n  - yield\n");
}

static void names(void) {
    has("ebb: 1\nmain:\n  - let: {a: mutex()}\n  - let: {b: mutex()}\n  - lock: b\n  - lock: a\n  - if: 1 == 1\n    "
        "then: "
        "[{unlock: b}, yield]\n",
        "ebb: 1\nmain:\n  - let: {a: mutex()}\n  - lock: a\n  - if: 1 == 1\n    then:\n      - yield\n");
    has(TWO PROC,
        "ebb: 1\nmain:\n  - let: {c: chan(3)}\n  - go: work(c)\n  - recv: c\nprocs:\n  work(c):\n    - sleep: 10ms\n");
    has("ebb: 1\nshared:\n  m: mutex()\n  n: mutex()\nmain: [{lock: m}, {lock: n}]\n",
        "ebb: 1\nshared:\n  n: mutex()\nmain:\n  - lock: n\n");
}

static void fields_are_no_names(void) {
    has("ebb: 1\nmain:\n  - let: {s: 1}\n  - let: {r: record(s = 1)}\n  - set: {r.s: 2}\n",
        "ebb: 1\nmain:\n  - let: {r: record(s = 1)}\n  - set: {r.s: 2}\n");
}

static void insides_and_cases(void) {
    has("ebb: 1\nmain: [{repeat: 5, do: [yield]}]\n", "ebb: 1\nmain:\n  - yield\n");
    has("ebb: 1\nmain:\n  - if: now() > 0s\n    then: [yield]\n    else: [step]\n", "ebb: 1\nmain:\n  - step\n");
    const char *select =
        "ebb: 1\nmain:\n  - let: {c: chan()}\n  - select:\n      - recv: c\n        into: x\n        do: [yield]\n"
        "      - after: 5ms\n        do: [step]\n";
    has(select, "ebb: 1\nmain:\n  - let: {c: chan()}\n  - recv: c\n    into: x\n  - yield\n");
    has(select, "ebb: 1\nmain:\n  - let: {c: chan()}\n  - sleep: 5ms\n  - step\n");
    has("ebb: 1\nmain:\n  - let: {c: chan()}\n  - select:\n      - recv: c\n      - default: [yield]\n",
        "ebb: 1\nmain:\n  - let: {c: chan()}\n  - yield\n");
}

static void numbers(void) {
    static const char *const wanted[] = {"0", "1", "500", "750", "999"};
    char text[100];
    for (size_t i = 0; i < BASE_COUNT(wanted); i++) {
        (void)snprintf(text, sizeof text, "ebb: 1\nmain:\n  - repeat: %s\n    do:\n      - yield\n", wanted[i]);
        has("ebb: 1\nmain: [{repeat: 1000, do: [yield]}]\n", text);
    }
    has("ebb: 1\nmain:\n  - let: {c: chan(1)}\n", "ebb: 1\nmain:\n  - let: {c: chan(0)}\n");
    has("ebb: 1\nmain:\n  - sleep: 35ms\n", "ebb: 1\nmain:\n  - sleep: 17ms\n");
    CU_ASSERT_EQUAL(leave("ebb: 1\nmain:\n  - sleep: 35ms\n", "ebb: 1\nmain:\n  - sleep: 34ms\n"), 0);
    CU_ASSERT_EQUAL(leave("ebb: 1\nmain:\n  - panic: \"7\"\n", "ebb: 1\nmain:\n  - panic: \"3\"\n"), 0);
}

static void sizes(void) {
    struct scenario_edits *edits = NULL, *less = NULL;
    CU_ASSERT_EQUAL_FATAL(scenario_edits_new(mem_system(), &edits, STR("ebb: 1\nmain: [yield, {sleep: 3s}]\n")), OK);
    CU_ASSERT_EQUAL_FATAL(scenario_edits_new(mem_system(), &less, STR("ebb: 1\nmain: [yield, {sleep: 2s}]\n")), OK);
    struct scenario_size a = scenario_edits_size(edits), b = scenario_edits_size(less);
    CU_ASSERT_TRUE(scenario_size_less(b, a) && !scenario_size_less(a, b) && !scenario_size_less(a, a));
    CU_ASSERT_TRUE(scenario_size_less((struct scenario_size){1, 9}, (struct scenario_size){2, 0}));
    scenario_edits_free(edits);
    scenario_edits_free(less);
    CU_ASSERT_EQUAL(scenario_edits_new(mem_system(), &edits, STR("- no\n- file\n")), ERR_INPUT);
    CU_ASSERT_EQUAL(scenario_edits_new(mem_system(), &edits, STR("")), ERR_INPUT);
    CU_ASSERT_EQUAL(scenario_edits_new(mem_system(), &edits, STR("a: [")), ERR_INPUT);
}

static void settled(void) {
    const char *text =
        "ebb: 1\nparams:\n  n: 2\n  on: {default: false}\nmain:\n  - let: {c: chan(n)}\n  - if: not on\n"
        "    then: [{sleep: 1s}]\nvariants:\n  one: {}\n  two: {n: 5, on: true}\nexpect:\n  one: clean\n  two: clean\n";
    static const char *const wanted[] = {
        "ebb: 1\nmain:\n  - let: {c: chan(2)}\n  - if: not false\n    then:\n      - sleep: 1s\n",
        "ebb: 1\nmain:\n  - let: {c: chan(5)}\n  - if: not true\n    then:\n      - sleep: 1s\n"};
    for (uint32_t variant = 0; variant < 2; variant++) {
        struct buf out;
        buf_init(&out, mem_system());
        CU_ASSERT_EQUAL(scenario_settle(mem_system(), str_of(text), variant, &out), OK);
        buf_put_char(&out, 0);
        CU_ASSERT_STRING_EQUAL(out.at, wanted[variant]);
        buf_deinit(&out);
    }
}

static void expecting(void) {
    struct check_expect_row row = {.kind = CHECK_LOCK, .object = STR("m"), .count = 1};
    struct check_expect expect = {.how = CHECK_EXPECT_SOME, .rows = &row, .row_count = 1};
    struct buf out;
    buf_init(&out, mem_system());
    CU_ASSERT_EQUAL(scenario_expecting(mem_system(), STR("ebb: 1\nmain: [yield]\n"), &expect, &out), OK);
    buf_put_char(&out, 0);
    CU_ASSERT_STRING_EQUAL(out.at, "ebb: 1\nmain:\n  - yield\nexpect:\n  some:\n    - {lock: m, count: 1}\n");
    buf_clear(&out);
    CU_ASSERT_EQUAL(scenario_expecting(mem_system(), STR("ebb: 1\nmain: [no]\n"), &expect, &out), ERR_INPUT);
    buf_deinit(&out);
}

static void refused(void) {
    uint32_t refusals = 0;
    for (uint64_t n = 1; n < 1000; n++) {
        struct mem_probe probe;
        struct scenario_edits *edits = NULL;
        struct buf out;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = n;
        buf_init(&out, &probe.mem);
        enum status status = scenario_edits_new(&probe.mem, &edits, STR(TWO PROC));
        if (status == OK) scenario_edits_free(edits);
        if (status == OK) status = scenario_settle(&probe.mem, STR(TWO PROC), 0, &out);
        buf_deinit(&out);
        CU_ASSERT_TRUE(status == OK || status == ERR_NOMEM);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (probe.requests < n) break;
        refusals += status == ERR_NOMEM;
    }
    CU_ASSERT_TRUE(refusals > 3);
}

CU_TestInfo edits_tests[] = {
    {"coroutines_and_steps", coroutines_and_steps},
    {"names", names},
    {"fields_are_no_names", fields_are_no_names},
    {"insides_and_cases", insides_and_cases},
    {"numbers", numbers},
    {"sizes", sizes},
    {"settled", settled},
    {"expecting", expecting},
    {"refused", refused},
    CU_TEST_INFO_NULL,
};
