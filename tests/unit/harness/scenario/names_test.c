/* SPDX-License-Identifier: MIT */
/* names_test.c — what a name means where it stands, how long a variable lives, and what is suggested for a slip. */
#include "scenario/load.h"

#include "tests/unit/harness/scenario/scenario_yard.h"

static void blocks_shadow_and_end(void) {
    clean(HEAD "main:\n"
               "  - let: {a: 1}\n"
               "  - if: true\n"
               "    then:\n"
               "      - let: {a: 2}\n"
               "      - set: {a: a + 1}\n"
               "      - if: a != 3\n"
               "        then: [{panic: 'the inner one'}]\n"
               "  - if: a != 1\n"
               "    then: [{panic: 'the outer one'}]\n");
    refused(HEAD "main:\n  - if: true\n    then: [{let: {a: 1}}]\n  - set: {a: 2}\n", 5, 11, "no variable \"a\"");
    refused(HEAD "main:\n  - drop: a\n", 3, 11, "takes the name of a variable");
    clean(HEAD "main:\n  - let: {a: 1}\n  - let: {a: a + 1}\n  - if: a != 2\n    then: [{panic: 'a'}]\n");
}

static void an_object_ends_with_its_block(void) {
    /* The finalizer runs as soon as nobody names the object: at the end of the block, not of the procedure. */
    clean(HEAD "shared: {seen: list(0)}\nmain:\n"
               "  - if: true\n"
               "    then:\n"
               "      - let: {m: mutex()}\n"
               "      - finalize: m\n"
               "        do: [{set: {'seen[0]': 1}}]\n"
               "  - sleep: 1s\n"
               "  - if: seen[0] != 1\n"
               "    then: [{panic: 'still there'}]\n");
}

static void closures_keep_what_they_name(void) {
    clean(HEAD "main:\n  - let: {m: mutex()}\n  - lock: m\n  - defer: [{unlock: m}]\n");
    clean(HEAD
          "main:\n  - if: true\n    then:\n      - let: {m: mutex()}\n      - lock: m\n      - defer: [{unlock: m}]\n");
    leaves(HEAD "main:\n  - let: {c: chan()}\n  - go: [yield, {send: c}]\n    as: sender\n",
           "blocked sender send c x1");
    leaves(
        HEAD
        "main:\n  - if: true\n    then:\n      - let: {c: chan()}\n      - go: [yield, {send: c}]\n        as: sender\n"
        "  - let: {d: chan(1)}\n  - sleep: 1s\n",
        "blocked sender send c x1");
    clean(HEAD "main:\n  - let: {c: chan(1)}\n  - send: c\n    value: 5\n"
               "  - select:\n      - recv: c\n        into: v\n        do:\n"
               "          - go: [yield, {if: v != 5, then: [{panic: 'lost'}]}]\n"
               "  - let: {w: 7}\n  - sleep: 1s\n");
}

static void loops_have_variables_of_their_own(void) {
    static const char *const spawns[] = {"go: [yield, {send: c, value: i}]", "defer: [{send: c, value: i}]",
                                         "call_after: 1s\n        do: [{send: c, value: i}]"};
    for (size_t k = 0; k < BASE_COUNT(spawns); k++) {
        struct buf text;
        buf_init(&text, mem_system());
        buf_print(&text,
                  HEAD "shared: {c: chan(3)}\nmain:\n  - call: spawn\n  - sleep: 2s\n  - let: {sum: 0}\n"
                       "  - repeat: 3\n    do:\n      - recv: c\n        into: v\n      - set: {sum: sum * 10 + v}\n"
                       "  - if: sum != %s\n    then: [{panic: 'shared'}]\n"
                       "procs:\n  spawn:\n    - repeat: 3\n      as: i\n      do:\n      - %s\n",
                  k == 1 ? "210" : "12", spawns[k]);
        buf_put_char(&text, 0);
        clean(text.at);
        buf_deinit(&text);
    }
    /* What stands outside of the loop is one for all turns. */
    clean(HEAD "main:\n  - let: {n: 0}\n  - repeat: 3\n    do:\n      - go: [{set: {n: n + 1}}]\n  - sleep: 1s\n  - "
               "if: n != 3\n    then: [{panic: 'n'}]\n");
}

static void closures_share(void) {
    clean(HEAD "main:\n  - let: {n: 0}\n"
               "  - go: [{set: {n: n + 1}}, {go: [{set: {n: n * 10}}]}]\n"
               "  - sleep: 1s\n"
               "  - if: n != 10\n    then: [{panic: 'n'}]\n");
}

static void procedures_see_what_is_shared_only(void) {
    refused(HEAD "main:\n  - let: {a: 1}\n  - call: f\nprocs:\n  f: [{sleep: a}]\n", 6, 15, "no variable \"a\"");
    clean(HEAD "shared: {a: chan(1)}\nmain: [{call: f}, {recv: a}]\nprocs:\n  f: [{send: a}]\n");
    clean(HEAD "main: [{call: 'f(1)'}]\nprocs:\n  f(a): [{let: {a: a + 1}}, {if: a != 2, then: [{panic: 'a'}]}]\n");
}

static void procedures_are_values(void) {
    clean(HEAD "main:\n  - let: {f: one}\n  - call: f()\n    into: a\n  - set: {f: two}\n  - call: f\n    into: b\n"
               "  - if: a + b != 3\n    then: [{panic: 'ab'}]\n"
               "procs:\n  one: [{return: 1}]\n  two: [{return: 2}]\n");
    clean(HEAD "main: [{call: 'twice(add, 3)', into: n}, {if: n != 5, then: [{panic: 'n'}]}]\n"
               "procs:\n  add(n): [{return: n + 1}]\n  twice(f, n): [{call: f(n), into: n}, {call: f(n), into: n}, "
               "{return: n}]\n");
    senseless(HEAD "main:\n  - let: {f: 3}\n  - call: f\n", "4:5: expected a procedure, not a int");
    senseless(HEAD "main:\n  - let: {f: g}\n  - call: f(1)\nprocs: {g: [yield]}\n", "g takes 0 arguments, not 1");
}

static void what_is_no_name(void) {
    refused(HEAD "main: [{let: {1a: 1}}]\n", 2, 15, "is not a name");
    refused(HEAD "main: [{let: {a-b: 1}}]\n", 2, 15, "is not a name");
    refused(HEAD "main: [{let: {\"\": 1}}]\n", 2, 15, "is not a name");
    refused(HEAD "main: [{let: {turn: 1}}]\n", 2, 15, "meaning of its own");
    refused(HEAD "main: [{let: {nil: 1}}]\n", 2, 15, "meaning of its own");
    refused(HEAD "main: [{let: {a1234567890123456789012345678901234567890123456789012345678901234: 1}}]\n", 2, 15,
            "at most 63");
    refused(HEAD "main: [yield]\nprocs: {true: [yield]}\n", 3, 9, "meaning of its own");
    refused(HEAD "main: [yield]\nprocs: {\"f(a,)\": [yield]}\n", 3, 13, "is not a name");
    refused(HEAD "main: [yield]\nprocs: {\"f( )\": [yield]}\n", 3, 12, "is not a name");
    refused(HEAD "main: [yield]\nprocs: {\"f(,)\": [yield]}\n", 3, 11, "is not a name");
    refused(HEAD "main: [yield]\nprocs: {\"f(a\": [yield]}\n", 3, 9, "written name(a, b)");
    refused(HEAD "main: [yield]\nprocs: {f: [yield], \"f(a)\": [yield]}\n", 3, 21, "second procedure");
}

static void crowded_scopes(void) {
    struct buf text;
    buf_init(&text, mem_system());
    buf_put(&text, STR(HEAD "main:\n"));
    for (uint32_t i = 0; i <= LIMIT_NAMES; i++) buf_print(&text, "  - let: {v%u: 1}\n", i);
    buf_put_char(&text, 0);
    refused(text.at, LIMIT_NAMES + 3, 11, "more than 256 variables");
    buf_clear(&text); /* blocks one after the other take the same places */
    buf_put(&text, STR(HEAD "main:\n"));
    for (uint32_t i = 0; i <= LIMIT_NAMES; i++) buf_print(&text, "  - if: true\n    then: [{let: {v%u: 1}}]\n", i);
    buf_put_char(&text, 0);
    clean(text.at);
    buf_deinit(&text);
}

static void slips(void) {
    static const char *const words[] = {"send", "recv", "sleep", "select", "unlock"};
    static struct scenario_problems problems;
    struct loader loader = {.problems = &problems};
    static const struct {
        const char *slip, *meant;
    } rows[] = {{"sned", "send"},    {"sen", "send"}, {"sendd", "send"}, {"slep", "sleep"}, {"selcet", "select"},
                {"unlok", "unlock"}, {"xyz", NULL},   {"", NULL},        {"s", NULL},       {"receive", NULL}};
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        const char *near = scenario_load_nearest(&loader, str_of(rows[i].slip), words, BASE_COUNT(words));
        CU_ASSERT_EQUAL(near == NULL, rows[i].meant == NULL);
        if (near != NULL && rows[i].meant != NULL) CU_ASSERT_STRING_EQUAL(near, rows[i].meant);
    }
    static const char huge[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    CU_ASSERT_PTR_NULL(scenario_load_nearest(&loader, str_of(huge), words, BASE_COUNT(words)));
    CU_ASSERT_PTR_NULL(scenario_load_nearest(&loader, STR("send"), NULL, 0));
    problems.count = LIMIT_PROBLEMS; /* nobody reads it any more */
    CU_ASSERT_PTR_NULL(scenario_load_nearest(&loader, STR("sned"), words, BASE_COUNT(words)));
    problems.count = 0;
}

CU_TestInfo names_tests[] = {
    {"blocks_shadow_and_end", blocks_shadow_and_end},
    {"an_object_ends_with_its_block", an_object_ends_with_its_block},
    {"closures_keep_what_they_name", closures_keep_what_they_name},
    {"loops_have_variables_of_their_own", loops_have_variables_of_their_own},
    {"closures_share", closures_share},
    {"procedures_see_what_is_shared_only", procedures_see_what_is_shared_only},
    {"procedures_are_values", procedures_are_values},
    {"what_is_no_name", what_is_no_name},
    {"crowded_scopes", crowded_scopes},
    {"slips", slips},
    CU_TEST_INFO_NULL,
};
