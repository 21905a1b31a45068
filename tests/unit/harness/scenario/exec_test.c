/* SPDX-License-Identifier: MIT */
/* exec_test.c — what the words of the language do when they run, and what they leave when a panic comes between. */
#include "tests/unit/harness/scenario/scenario_yard.h"

/* `log` is a list that the steps append to by writing log[n]; it must read as `wanted`, a number with a digit for each. */
#define LOG "shared: {log: record(n = 0)}\n"
#define NOTE(digit) "{set: {log.n: log.n * 10 + " #digit "}}"
#define READS(wanted) "  - if: log.n != " #wanted "\n    then: [{panic: 'in another order'}]\n"

static void deferred_blocks_run_last_first(void) {
    clean(HEAD LOG "main:\n  - call: f\n" READS(4321) "procs:\n  f:\n    - defer: [" NOTE(1) "]\n    - defer: [" NOTE(
        2) "]\n"
           "    - defer: [" NOTE(3) "]\n    - set: {log.n: 4}\n");
    clean(HEAD LOG "main:\n  - call: f\n" READS(12) "procs:\n  f:\n    - defer: [" NOTE(
        2) "]\n    - if: true\n      then: [" NOTE(1) ", return]\n"
                                                      "    - panic: 'not reached'\n");
    clean(HEAD LOG "main:\n  - call: f\n" READS(1123) "procs:\n  f:\n    - defer: [" NOTE(
        3) "]\n"
           "    - defer: [{defer: [" NOTE(2) "]}, " NOTE(1) "]\n    - set: {log.n: 1}\n");
}

static void panics_pass_deferred_blocks(void) {
    leaves(HEAD "main: [{panic: 'boom'}]\n", "panic main \"boom\"");
    clean(HEAD LOG "main:\n  - call: f\n" READS(321) "procs:\n  f:\n    - defer: [" NOTE(
        1) "]\n    - defer: [{recover: was}, " NOTE(2) "]\n"
                                                       "    - defer: [" NOTE(3) "]\n    - panic: 'boom'\n");
    leaves(HEAD "main:\n  - call: f\nprocs:\n  f:\n    - defer: [{panic: 'second'}]\n    - panic: 'first'\n",
           "panic main \"second\"");
    clean(HEAD "main:\n  - call: f\nprocs:\n  f:\n    - defer: [{recover: was}]\n    - defer: [{panic: 'second'}]\n    "
               "- panic: 'first'\n");
    leaves(HEAD "main:\n  - go: [{panic: 'elsewhere'}]\n    as: other\n  - sleep: 1s\n", "panic other \"elsewhere\"");
    leaves(HEAD "main: [{panic: 3}]\n", "panic main \"integer\"");
}

static void recover_says_whether_there_was_one(void) {
    clean(HEAD LOG "main:\n  - call: f(true)\n  - call: f(false)\n" READS(
        12) "procs:\n  f(bad):\n    - defer:\n        - recover: was\n        - if: was\n          then: "
            "[" NOTE(1) "]\n"
                        "          else: [" NOTE(2) "]\n    - if: bad\n      then: [{panic: 'bad'}]\n");
    leaves(HEAD
           "main:\n  - recover: was\n  - if: was\n    then: [{panic: 'of what?'}]\n  - panic: 'not recovered here'\n",
           "panic main \"not recovered here\"");
    /* Recovered, the procedure returns nil, and its caller goes on. */
    clean(HEAD "main:\n  - call: f\n    into: v\n  - if: v != nil\n    then: [{panic: 'v'}]\n"
               "procs:\n  f:\n    - defer: [{recover: was}]\n    - panic: 'boom'\n    - return: 3\n");
}

static void nothing_stays_behind_a_recovered_panic(void) {
    /* The channel was made, and not yet stored, when the step broke a rule; the mutex was a variable of the frame. */
    clean(HEAD "main:\n  - call: f\n  - sleep: 1s\n"
               "procs:\n  f:\n    - defer: [{recover: was}]\n    - let: {m: mutex()}\n    - let: {x: \"list(chan(1), "
               "chan(2), 1 / 0)\"}\n");
    clean(HEAD "main:\n  - repeat: 20\n    do: [{call: f}]\n"
               "procs:\n  f:\n    - defer: [{recover: was}]\n    - call: g\n"
               "  g:\n    - let: {c: chan()}\n    - let:\n        x: list(chan(1), 1 / 0)\n");
    clean(HEAD
          "main:\n  - call: f\nprocs:\n  f:\n    - defer: [{recover: was}]\n    - let: {c: chan()}\n    - close: c\n"
          "    - send: c\n      value: mutex()\n");
}

static void once_is_once(void) {
    clean(HEAD LOG
          "main:\n  - let: {o: once()}\n  - repeat: 3\n    do:\n      - once: o\n        do: [" NOTE(7) "]\n" READS(7));
    clean(HEAD LOG "main:\n  - let: {o: once()}\n  - go: f(o)\n    count: 5\n  - sleep: 1s\n" READS(
        7) "procs:\n  f(o):\n    - once: o\n      do: [yield, " NOTE(7) "]\n");
    senseless(HEAD "main:\n  - once: 3\n    do: [yield]\n", "3:11: expected a once, not a int");
}

static void selects(void) {
    clean(
        HEAD LOG
        "main:\n  - let: {c: chan(1)}\n"
        "  - select:\n      - recv: c\n        do: [" NOTE(1) "]\n      - default: [" NOTE(
            2) "]\n"
               "  - select:\n      - send: c\n        value: 9\n        do: [" NOTE(
                   3) "]\n      - after: 1s\n        do: [" NOTE(4) "]\n"
                                                                    "  - select:\n      - recv: c\n        into: v\n   "
                                                                    "     ok: more\n        do:\n          - if: more "
                                                                    "and v == 9\n            then: [" NOTE(
                                                                        5) "]\n"
                                                                           "  - select:\n      - recv: c\n      - "
                                                                           "after: 1s\n        do: [" NOTE(
                                                                               6) "]\n"
                                                                                  "  - close: c\n"
                                                                                  "  - select:\n      - recv: c\n      "
                                                                                  "  into: v\n        ok: more\n       "
                                                                                  " do:\n          - if: not more and "
                                                                                  "v == nil\n            then: [" NOTE(
                                                                                      7) "]\n" READS(23567));
    leaves(HEAD "main:\n  - go: [{select: []}]\n    as: waiter\n", "blocked waiter select nil x1");
    leaves(HEAD "main:\n  - let: {c: chan()}\n  - close: c\n  - select:\n      - send: c\n",
           "panic main \"send on closed channel c\"");
    clean(HEAD "main:\n  - let: {n: 0}\n  - loop:\n      - select:\n          - default: [break]\n  - repeat: 2\n    "
               "do: [{select: [{default: [continue]}]}, {panic: 'not reached'}]\n");
}

static void loops(void) {
    clean(HEAD LOG "main:\n  - repeat: 5\n    as: i\n    do:\n      - if: i == 1\n        then: [continue]\n      - "
                   "if: i == 4\n        then: [break]\n"
                   "      - set: {log.n: log.n * 10 + i}\n" READS(23));
    clean(
        HEAD LOG
        "main:\n  - let: {i: 0}\n  - while: i < 3\n    do: [{set: {i: i + 1}}, {set: {log.n: log.n * 10 + i}}]\n" READS(
            123));
    clean(HEAD LOG
          "main:\n  - let: {c: chan(3)}\n  - repeat: 3\n    as: i\n    do: [{send: c, value: i + 1}]\n  - close: c\n"
          "  - for: v\n    in: c\n    do: [{set: {log.n: log.n * 10 + v}}]\n" READS(123));
    clean(HEAD LOG "main:\n  - for: v\n    in: list(4, 5, 6)\n    do: [{set: {log.n: log.n * 10 + v}}]\n  - for: i\n   "
                   " in: 2\n    do: [{set: {log.n: log.n * 10 + i}}]\n" READS(45601));
    clean(HEAD
          "main:\n  - repeat: 0\n    do: [{panic: 'never'}]\n  - for: v\n    in: list()\n    do: [{panic: 'never'}]\n");
    clean(HEAD "main:\n  - call: f\n    into: n\n  - if: n != 2\n    then: [{panic: 'n'}]\nprocs:\n  f:\n    - loop:\n "
               "       - repeat: 9\n          as: i\n          do: [{if: i == 2, then: [{return: i}]}]\n");
    leaves(HEAD "main:\n  - go: [{for: v, in: nil, do: [yield]}]\n    as: waiter\n", "blocked waiter recv nil x1");
    senseless(HEAD "main:\n  - for: v\n    in: true\n    do: [yield]\n", "\"for\" goes through");
    senseless(HEAD "main:\n  - repeat: -1\n    do: [yield]\n", "not negative");
    senseless(HEAD "main:\n  - while: 1\n    do: [yield]\n", "true or false");
}

static void a_list_that_changes_while_it_is_gone_through(void) {
    clean(HEAD "main:\n  - let:\n      xs: list(1, 2, 3)\n  - for: x\n    in: xs\n    do: [{set: {xs: nil}}]\n");
    clean(HEAD "main:\n  - let: {m: map()}\n  - repeat: 50\n    as: i\n    do: [{put: m, key: i, value: i}]\n"
               "  - for: x\n    in: m\n    do: [{if: x != nil, then: [{delete: m, key: x}, {put: m, key: x + 100, "
               "value: nil}]}]\n");
}

/* Counted, not measured: neither the compiler nor a sanitizer moves the limit. Deferred calls take the most stack. */
static void calls_nest_up_to_a_limit(void) {
    static const char *const bodies[] = {
        "{call: f}",
        "{defer: [{call: f}]}",
        "{select: [{default: [{if: true, then: [{call: f}]}]}]}",
        "{let: {o: once()}}, {once: o, do: [{call: f}]}",
        "{repeat: 1, do: [{defer: [{loop: [{call: f}]}]}]}, {let: {x: \"list(1+(2+(3+(4+(5+(6+7))))))\"}}",
    };
    for (size_t i = 0; i < BASE_COUNT(bodies); i++) {
        struct buf text, found;
        buf_init(&text, mem_system());
        buf_init(&found, mem_system());
        buf_print(&text, HEAD "main: [{call: f}]\nprocs:\n  f: [%s]\n", bodies[i]);
        buf_put_char(&text, 0);
        CU_ASSERT_EQUAL(yard_run(text.at, &found, NULL), OK);
        if (strstr(found.at, "stack overflow: more than") == NULL) fprintf(stderr, "%sfound:  %s\n", text.at, found.at);
        CU_ASSERT_PTR_NOT_NULL(strstr(found.at, "stack overflow: more than"));
        buf_deinit(&found);
        buf_deinit(&text);
    }
    clean(HEAD "main:\n  - call: down(30)\nprocs:\n  down(n):\n    - if: n > 0\n      then: [{call: down(n - 1)}]\n");
    clean(
        HEAD
        "main:\n  - call: guard\nprocs:\n  down: [{call: down}]\n  guard: [{defer: [{recover: was}]}, {call: down}]\n");
}

static void spawns_count(void) {
    leaves(HEAD "main:\n  - let: {c: chan()}\n  - go: f(c)\n    count: 7\n    as: crew\nprocs:\n  f(c): [{send: c}]\n",
           "blocked crew send c x7");
    clean(HEAD "main:\n  - go: [{panic: 'never'}]\n    count: 0\n");
    senseless(HEAD "main:\n  - go: [yield]\n    count: -1\n", "not negative");
    senseless(HEAD "main:\n  - go: [yield]\n    count: 1000001\n", "not this int");
    clean(HEAD LOG
          "main:\n  - go: f(1, 2)\n  - sleep: 1s\n" READS(12) "procs:\n  f(a, b): [{set: {log.n: a * 10 + b}}]\n");
}

static void choices(void) {
    clean(HEAD "main:\n  - choose: 3\n    into: n\n  - if: n != 0\n    then: [{panic: 'the default is 0'}]\n");
    senseless(HEAD "main:\n  - choose: 0\n", "at least one");
    senseless(HEAD "main:\n  - choose: 2147483648\n", "not negative");
}

static void who_only_computes_meets_the_budget(void) {
    leaves(HEAD "main:\n  - loop: []\n", "limit steps yield x1000000");
    leaves(HEAD "main:\n  - let: {n: 0}\n  - repeat: 9223372036854775807\n    do: [{set: {n: n}}]\n",
           "limit steps yield x1000000");
    leaves(HEAD "main:\n  - for: i\n    in: 9223372036854775807\n    do: []\n", "limit steps yield x1000000");
    leaves(HEAD "main: [{call: f(20)}]\nprocs:\n  f(n): [{if: n > 0, then: [{repeat: 20, do: [{call: f(n - 1)}]}]}]\n",
           "limit steps yield x1000000");
}

static void mistakes_that_show_when_they_run(void) {
    senseless(HEAD "main:\n  - let: {n: 3}\n  - send: n\n", "has no verb \"send\"");
    senseless(HEAD "main:\n  - let: {m: map()}\n  - lock: m\n", "has no verb \"lock\"");
    senseless(HEAD "main:\n  - sleep: 3\n", "3:12: expected a duration");
    senseless(HEAD "main:\n  - if: 3\n    then: [yield]\n", "true or false");
    senseless(HEAD "main:\n  - let: {w: waitgroup()}\n  - add: w\n    count: true\n", "does not fit");
    senseless(HEAD "shared: {c: chan(-1)}\nmain: [yield]\n", "2:18: ");
}

CU_TestInfo exec_tests[] = {
    {"deferred_blocks_run_last_first", deferred_blocks_run_last_first},
    {"panics_pass_deferred_blocks", panics_pass_deferred_blocks},
    {"recover_says_whether_there_was_one", recover_says_whether_there_was_one},
    {"nothing_stays_behind_a_recovered_panic", nothing_stays_behind_a_recovered_panic},
    {"once_is_once", once_is_once},
    {"selects", selects},
    {"loops", loops},
    {"a_list_that_changes_while_it_is_gone_through", a_list_that_changes_while_it_is_gone_through},
    {"calls_nest_up_to_a_limit", calls_nest_up_to_a_limit},
    {"spawns_count", spawns_count},
    {"choices", choices},
    {"who_only_computes_meets_the_budget", who_only_computes_meets_the_budget},
    {"mistakes_that_show_when_they_run", mistakes_that_show_when_they_run},
    CU_TEST_INFO_NULL,
};
