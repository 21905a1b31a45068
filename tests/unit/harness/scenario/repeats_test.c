/* SPDX-License-Identifier: MIT */
/* repeats_test.c — which cycles do what the next one does: whatever is only stored may vary, whatever decides may not. */
#include "scenario_yard.h"

static bool repeats_with(const char *text, uint32_t variant) {
    static struct scenario_problems problems;
    struct mem_probe probe;
    struct scenario *scenario;
    mem_probe_init(&probe, mem_system());
    enum status status = yard_load(&probe.mem, text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    bool answer = scenario_repeats(scenario, variant, &probe.mem);
    probe.fail_at = probe.requests + 1;
    CU_ASSERT_FALSE(scenario_repeats(scenario, variant, &probe.mem)); /* without memory: the safe answer */
    probe.fail_at = 0;
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    return answer;
}

#define SHARED "shared: {m: map(), l: list(), c: chan(4), p: pool(), n: 0, r: record(f = 0)}\n"

static void check(const char *const *cycles, uint32_t count, bool wanted) {
    for (uint32_t i = 0; i < count; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, HEAD SHARED "%s", cycles[i]);
        bool answer = repeats_with(text, 0);
        if (answer != wanted) fprintf(stderr, "%s: %s\n", wanted ? "does repeat" : "may differ", cycles[i]);
        CU_ASSERT_EQUAL(answer, wanted);
    }
}

static void what_is_only_stored_may_vary(void) {
    static const char *const cycles[] = {
        "cycle: [{put: m, key: turn, value: bytes(1KiB)}]\n",
        "cycle: [{put: m, key: turn + 7, value: turn % 5}]\n",
        "cycle: [{let: {node: record(name = turn)}}, {put: m, key: node, value: 1}]\n",
        "cycle: [{append: l, value: turn * turn}, {put: p, value: bytes(8B)}]\n",
        "cycle: [{send: c, value: turn}, {recv: c, into: x, ok: more}, {append: l, value: x}, {if: not more, then: "
        "[{panic: 'no'}]}]\n",
        "cycle: [{set: {r.f: r.f + 1}}]\n",
        "cycle: [{set: {n: n + 1}}, {append: l, value: n}]\n",
        "cycle: [{repeat: 3, as: i, do: [{if: i == 2, then: [{append: l, value: i}]}]}]\n",
        "cycle: [{let: {a: 4}}, {if: a > 3, then: [{append: l, value: a}]}, {sleep: 1s}]\n",
        "setup: [{go: serve()}]\ncycle: [{send: c}]\nprocs:\n  serve():\n    - for: job\n      in: c\n      do: "
        "[{append: l, value: job}]\n",
        "cycle: [{call: answer(), into: good}, {if: not good, then: [{append: l, value: 1}]}]\nprocs:\n  answer(): "
        "[{return: false}]\n",
        "cycle: [{call: keep(turn)}]\nprocs:\n  keep(id): [{append: l, value: id}]\n",
        "cycle:\n  - go:\n      - recv: c\n  - select:\n      - recv: c\n        into: x\n      - after: 1s\n",
        "cycle: [{let: {t: context()}}, {defer: [{cancel: t}]}]\n",
        "cycle: [{append: l, value: 1}]\nteardown: [{clear: l}]\n", /* no cycle comes after it */
    };
    check(cycles, BASE_COUNT(cycles), true);
}

static void what_decides_may_not(void) {
    static const char *const cycles[] = {
        "cycle: [{if: turn > 100000, then: [{append: l, value: 1}]}]\n",
        "cycle: [{put: m, key: turn % 100000, value: 1}]\n",
        "cycle: [{put: m, key: turn * 0, value: 1}]\n",
        "cycle: [{delete: m, key: turn - 100000}]\n",
        "cycle: [{get: m, key: 1, into: x}]\n",
        "cycle: [{get: p, into: x}]\n",
        "cycle: [{remove: l, at: 0}]\n",
        "cycle: [{clear: l}]\n",
        "cycle: [{if: len(m) > 5, then: [{append: l, value: 1}]}]\n",
        "cycle: [{let: {much: len(l)}}, {repeat: much, do: [{append: l, value: 1}]}]\n",
        "cycle: [{if: now() > 5s, then: [{append: l, value: 1}]}]\n",
        "cycle: [{sleep: turn * 1s}]\n",
        "cycle: [{let: {b: bytes(turn)}}, {append: l, value: b}]\n",
        "cycle: [{append: l, value: bytes(turn)}]\n",
        "cycle: [{set: {n: n + 1}}, {if: n > 5, then: [{append: l, value: 1}]}]\n",
        "cycle: [{if: r.f > 5, then: [{append: l, value: 1}]}]\n",
        "cycle:\n  - if: l[0] == 2\n    then: [{append: l, value: 1}]\n",
        "cycle: [{send: c, value: turn}, {recv: c, into: x}, {if: x > 5, then: [{append: l, value: 1}]}]\n",
        "cycle: [{try_send: c, ok: sent}, {if: sent, then: [{append: l, value: 1}]}]\n",
        "cycle: [{for: x, in: l, do: [{append: l, value: 1}]}]\n",
        "cycle: [{choose: 2, into: x}, {if: x == 1, then: [{append: l, value: 1}]}]\n",
        "cycle: [{call: keep(turn)}]\nprocs:\n  keep(id): [{if: id > 5, then: [{append: l, value: id}]}]\n",
        "cycle: [{call: half(turn), into: x}, {repeat: x, do: [{append: l, value: 1}]}]\nprocs:\n  half(id): [{return: "
        "id / 2}]\n",
        "cycle: [{go: [{if: turn == 9, then: [{append: l, value: 1}]}]}]\n",
        "cycle: [{defer: [{if: turn == 9, then: [{append: l, value: 1}]}]}]\n",
        "cycle: [{go: keep(), count: turn}]\nprocs:\n  keep(): [{append: l, value: 1}]\n",
        "cycle: [{let: {f: keep}}, {set: {n: f}}, {call: n()}]\nprocs:\n  keep(): [{append: l, value: 1}]\n",
        "setup: [{go: serve()}]\ncycle: [{send: c, value: turn}]\nprocs:\n  serve():\n    - loop: [{recv: c, into: x}, "
        "{if: x > 5, then: [break]}]\n",
        /* Found only when the second look knows what the first one did not. */
        "cycle: [{let: {a: 1}}, {loop: [{if: a > 5, then: [break]}, {set: {a: a + 1}}]}]\n",
    };
    check(cycles, BASE_COUNT(cycles), false);
}

static void parameters_decide_beforehand(void) {
    static const char text[] =
        HEAD "params: {evict: {default: false}}\n" SHARED
             "cycle: [{put: m, key: turn, value: 1}, {if: evict, then: [{delete: m, key: turn - 8}]}]\n"
             "variants: {leaking: {}, repaired: {evict: true}}\n";
    CU_ASSERT_TRUE(repeats_with(text, 0));
    CU_ASSERT_FALSE(repeats_with(text, 1));
    static const char otherwise[] =
        HEAD "params: {most: {default: 3}}\n" SHARED
             "cycle: [{if: most * 2 > 5, then: [{append: l, value: 1}], else: [{clear: l}]}]\n";
    CU_ASSERT_TRUE(repeats_with(otherwise, 0));
}

CU_TestInfo repeats_tests[] = {
    {"what_is_only_stored_may_vary", what_is_only_stored_may_vary},
    {"what_decides_may_not", what_decides_may_not},
    {"parameters_decide_beforehand", parameters_decide_beforehand},
    CU_TEST_INFO_NULL,
};
