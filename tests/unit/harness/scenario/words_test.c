/* SPDX-License-Identifier: MIT */
/* words_test.c — each word of the language says what it misses, at the place where it misses it. */
#include "tests/unit/harness/scenario/scenario_yard.h"

struct mistake {
    const char *step; /* in a list, behind {let: {c: chan()}} */
    uint32_t column;  /* within the step, from 1 */
    const char *word;
};

static void check(const struct mistake *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct buf text;
        buf_init(&text, mem_system());
        buf_print(&text, HEAD "main:\n  - let: {c: chan()}\n  - %s\nprocs: {\"f(a)\": [yield], g: [yield]}\n",
                  rows[i].step);
        buf_put_char(&text, 0);
        refused(text.at, 4, 4 + rows[i].column, rows[i].word);
        buf_deinit(&text);
    }
}

static void words_that_miss_something(void) {
    static const struct mistake rows[] = {
        {"let: x", 1, "one name and its value"},
        {"let: {x: 1, y: 2}", 1, "one name and its value"},
        {"let: {}", 1, "one name and its value"},
        {"set: {nobody: 2}", 7, "no variable \"nobody\""},
        {"set: {f: 2}", 7, "changes a variable"},
        {"set: {c + 1: 2}", 7, "changes a variable"},
        {"drop: nobody", 7, "takes the name of a variable"},
        {"drop: [c]", 7, "takes the name of a variable"},
        {"go: nobody(c)", 5, "no procedure \"nobody\" below \"procs\""},
        {"go: f", 1, "f takes 1 arguments, not 0"},
        {"go: f(c, c)", 1, "f takes 1 arguments, not 2"},
        {"go: f(c", 5, "a call ends with"},
        {"go: f(c,)", 9, "ends here"},
        {"go: {f: c}", 5, "expected a call"},
        {"call: f(nobody)", 9, "no variable \"nobody\""},
        {"if: true", 1, "needs a \"then\" or an \"else\""},
        {"repeat: 3", 1, "needs a \"do\""},
        {"while: true", 1, "needs a \"do\""},
        {"for: v", 1, "needs an \"in\""},
        {"once: c", 1, "needs a \"do\""},
        {"call_after: 1s", 1, "needs a \"do\""},
        {"loop: yield", 7, "expected a list of steps"},
        {"defer: yield", 8, "expected a list of steps"},
        {"select: c", 9, "takes a list of cases"},
        {"select: [c]", 10, "expected a case"},
        {"select: [{wait: c}]", 11, "recv, send, after or default"},
        {"select: [{after: 1s}, {default: }]", 1, "one \"after\" or one \"default\""},
        {"select: [{recv: c, value: 1}]", 20, "no key \"value\""},
        {"select: [{default: [yield], into: x}]", 29, "no key \"into\""},
        {"sleep: [1s]", 8, "expected an expression"},
        {"break", 1, "outside of a loop"},
        {"continue", 1, "outside of a loop"},
        {"loop: [{go: [break]}]", 14, "outside of a loop"},
        {"yeild", 1, "did you mean \"yield\""},
        {"send", 1, "\"send\" does not stand alone"},
        {"[yield]", 1, "expected a step"},
        {"{}", 1, "expected a step"},
    };
    check(rows, BASE_COUNT(rows));
    refused(HEAD "main:\n  - go: f(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)\nprocs: {f: [yield]}\n", 3, 50,
            "more than 16 arguments");
    refused(HEAD "main:\n  - let: {c: chan()}\n  - recv: c\n    into: [x]\n", 5, 11, "name of a variable");
    refused(HEAD "main:\n  - sleep:\n", 3, 11, "ends here");
}

static void keys_that_do_not_belong(void) {
    refused(HEAD "main:\n  - let: {c: chan()}\n    recv: c\n", 4, 5,
            "\"let\" has no key \"recv\"; a step of its own begins with \"- \"");
    refused(HEAD "main:\n  - recv c\n", 3, 5, "no step \"recv c\"; did you mean \"recv: c\"?");
    refused(HEAD "main:\n  - receive c\n", 3, 5, "no step \"receive c\"");
    refused(HEAD "main:\n  - go: wrker()\nprocs: {worker: [yield]}\n", 3, 9,
            "no procedure \"wrker\"; did you mean \"worker\"?");
    refused(HEAD "main:\n  - go: nil\n", 3, 9, "expected a procedure, or a variable that holds one");
    refused(HEAD "main:\n  - go: [yield]\n    cuont: 3\n", 4, 5, "\"go\" has no key \"cuont\"; did you mean \"count\"");
    refused(HEAD "main:\n  - yield: 3\n", 3, 5, "\"yield\" takes nothing");
    refused(HEAD "main:\n  - sleep: 1s\n    do: [yield]\n", 4, 5, "no key \"do\"");
    refused(HEAD "main:\n  - let: {c: chan()}\n  - send: c\n    valu: 1\n", 5, 5, "did you mean \"value\"");
    refused(HEAD "main:\n  - let: {c: chan()}\n  - recv: c\n    value: 1\n", 5, 5, "\"recv\" has no key \"value\"");
    refused(HEAD "main:\n  - if: true\n    than: [yield]\n", 4, 5, "did you mean \"then\"");
}

static void quotes_that_braces_ask_for(void) {
    clean(HEAD "main: [{go: \"f(1, 2)\"}]\nprocs: {\"f(a, b)\": [{if: a + b != 3, then: [{panic: 'f'}]}]}\n");
    clean(HEAD "main: [{call: \"f('a,b', 'c)')\"}]\nprocs:\n  f(a, b):\n    - let: {same: nil}\n    - set:\n        "
               "same: ('a,b' == a) and ('c)' == b)\n"
               "    - if: not same\n      then: [{panic: 'f'}]\n");
    clean(HEAD "main: [{let: {xs: \"list(1, 2)\"}}, {let: {ys: nil}}, {set: {\"ys\": 3}}]\n");
}

static void top_level(void) {
    refused("main: [yield]\n", 1, 1, "ebb: 1");
    refused("ebb: 2\nmain: [yield]\n", 1, 6, "version");
    refused(HEAD "about: x\n", 1, 1, "nothing happens here");
    refused(HEAD "main: [yield]\ncycle: [yield]\n", 1, 1, "not both");
    refused(HEAD "mian: [yield]\n", 2, 1, "did you mean \"main\"");
    refused(HEAD "main: yield\n", 2, 7, "expected a list of steps");
    refused(HEAD "main: [yield]\nabout: [x]\n", 3, 8, "takes a sentence");
    refused(HEAD "main: [yield]\nprocs: []\n", 3, 8, "takes a mapping");
    refused(HEAD "main: [yield]\nshared: {}\n", 3, 9, "takes a mapping");
    refused("- 1\n", 1, 1, "expected a mapping");
    refused("", 1, 1, "the file is empty");
    refused("just words\n", 1, 1, "expected a mapping");
}

static void params_and_variants(void) {
    refused(HEAD "params: {n: {range: [0, 1]}}\nmain: [yield]\n", 2, 10, "needs a default");
    refused(HEAD "params: {n: {default: 2, range: [0, 1]}}\nmain: [yield]\n", 2, 23, "out of the range");
    refused(HEAD "params: {n: {default: 0, range: [1, 0]}}\nmain: [yield]\n", 2, 33, "the lower one first");
    refused(HEAD "params: {n: {default: 0, range: [0s, 1s]}}\nmain: [yield]\n", 2, 33, "of the default's kind");
    refused(HEAD "params: {n: {default: 0, range: [0]}}\nmain: [yield]\n", 2, 33, "two ends");
    refused(HEAD "params: {n: {default: 'a', range: ['a', 'b']}}\nmain: [yield]\n", 2, 35, "only a number has a range");
    refused(HEAD "params: {n: {default: 0, rnage: [0, 1]}}\nmain: [yield]\n", 2, 26,
            "no key \"rnage\"; did you mean \"range\"");
    refused(HEAD "params: {n: chan()}\nmain: [yield]\n", 2, 13, "a plain value");
    refused(HEAD "params: {n: 1 + 1}\nmain: [yield]\n", 2, 15, "a plain value");
    refused(HEAD "params: {turn: 1}\nmain: [yield]\n", 2, 10, "meaning of its own");
    refused(HEAD "params: {n: 1}\nmain: [yield]\nvariants: {a: {n: true}}\n", 4, 19, "is a int");
    refused(HEAD "params: {n: 1}\nmain: [yield]\nvariants: {a: {m: 1}}\n", 4, 16, "no parameter \"m\"");
    refused(HEAD "main: [yield]\nvariants: {a: 3}\n", 3, 15, "a variant sets parameters");
    refused(HEAD "main: [yield]\nvariants: {\"a b\": {}}\n", 3, 12, "cannot name a variant");
    refused(HEAD "main: [yield]\nvariants: {\"\\e[2J\": {}}\n", 3, 12, "\"?[2J\" cannot name a variant");
    refused(HEAD "main: [yield]\nvariants: {-x: {}}\n", 3, 12, "cannot name a variant");
    refused(HEAD "main: [yield]\nlimits: {steps: 0}\n", 3, 10, "limits are");
    refused(HEAD "main: [yield]\nlimits: {steps: 10000001}\n", 3, 10, "limits are");
    refused(HEAD "main: [yield]\nlimits: {cycles: 100001}\n", 3, 10, "limits are");
    refused(HEAD "main: [yield]\nlimits: {horizon: 3}\n", 3, 10, "limits are");
    refused(HEAD "main: [yield]\nlimits: {stpes: 3}\n", 3, 10, "limits are");
}

static void what_is_told_can_be_printed(void) {
    refused(HEAD "main: [yield]\n\"\\e[31m\\a\\x9b\": 1\n", 3, 1, "no key \"?[31m??");
    /* Names longer than a message are cut between two characters. */
    for (uint32_t shift = 0; shift < 4; shift++) {
        static struct scenario_problems problems;
        struct scenario *scenario;
        struct buf text;
        buf_init(&text, mem_system());
        buf_print(&text, HEAD "main: [yield]\nexpect: {aa: clean, %.*s", (int)shift, "xxx");
        for (uint32_t i = 0; i < 200; i++) buf_put(&text, STR("\xF0\x9F\x8C\x8A"));
        buf_put(&text, STR(": clean}\nvariants: {aa: {}, bb: {}}\n"));
        buf_put_char(&text, 0);
        CU_ASSERT_EQUAL(yard_load(mem_system(), text.at, &scenario, &problems), ERR_INPUT);
        for (uint32_t i = 0; i < problems.count; i++) {
            size_t len = strlen(problems.at[i].text);
            for (size_t at = 0; at < len; at++)
                if ((unsigned char)problems.at[i].text[at] == 0xF0) CU_ASSERT_TRUE(at + 3 < len);
        }
        buf_deinit(&text);
    }
}

CU_TestInfo words_tests[] = {
    {"words_that_miss_something", words_that_miss_something},
    {"keys_that_do_not_belong", keys_that_do_not_belong},
    {"quotes_that_braces_ask_for", quotes_that_braces_ask_for},
    {"top_level", top_level},
    {"params_and_variants", params_and_variants},
    {"what_is_told_can_be_printed", what_is_told_can_be_printed},
    CU_TEST_INFO_NULL,
};
