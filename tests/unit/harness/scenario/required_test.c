/* SPDX-License-Identifier: MIT */
/* required_test.c — of each operation that is asked for which can come of it, as far as the text shows, and no more. */
#include "scenario/required.h"

#include "scenario_yard.h"

/* "3:9 recv c: at once, after a wait\n", in the order of the file. */
static void words_of(const struct scenario_required *required, struct buf *out) {
    for (uint32_t i = 0; i < scenario_required_count(required); i++) {
        struct scenario_requirement at = scenario_required_at(required, i);
        if (at.index == 0) {
            buf_print(out, "%s%u:%u ", i == 0 ? "" : "\n", at.line, at.column);
            scenario_required_operation(required, at.operation, out);
        }
        buf_put(out, at.index == 0 ? STR(": ") : STR(", "));
        scenario_required_words(required, i, out);
    }
    buf_put_char(out, 0);
}

static void asks_of(const char *text, uint32_t variant, const char *words) {
    static struct scenario_problems problems;
    struct scenario_required *required = NULL;
    struct scenario *scenario;
    struct mem_probe probe;
    struct buf found;
    mem_probe_init(&probe, mem_system());
    buf_init(&found, mem_system());
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    CU_ASSERT_EQUAL_FATAL(scenario_required_new(&probe.mem, &required, scenario, variant), OK);
    words_of(required, &found);
    if (strcmp(found.at, words) != 0) fprintf(stderr, "%swanted: %s\nfound:  %s\n", text, words, found.at);
    CU_ASSERT_STRING_EQUAL(found.at, words);
    scenario_required_free(required);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    scenario_free(scenario);
    buf_deinit(&found);
}
static void asks(const char *text, const char *words) { asks_of(text, 0, words); }

/* What nobody does to a channel, nobody finds done; who has it under another name counts. */
static void channels(void) {
    asks(HEAD "main:\n  - let: {c: chan(1)}\n  - send: c\n", "4:5 send c: at once, after a wait");
    asks(HEAD "procs:\n  take(it): [{recv: it}]\nmain:\n  - let: {c: chan(1)}\n  - send: c\n  - go: take(c)\n",
         "3:15 recv it: at once, after a wait, waking another\n"
         "6:5 send c: at once, after a wait, waking another");
    asks(HEAD "main:\n  - let: {c: chan(1)}\n  - let: {d: chan(1)}\n  - send: c\n  - try_recv: c\n  - close: d\n",
         "5:5 send c: at once, after a wait\n"
         "6:5 try_recv c: at once, waking another, in vain\n"
         "7:5 close d: at once");
    asks(HEAD "main:\n  - let: {c: chan()}\n  - go: shut(c)\n  - for: i\n    in: c\n    do: [yield]\n"
              "procs:\n  shut(it): [{close: it}]\n",
         "5:5 for c: at once, after a wait, on what is closed\n"
         "9:15 close it: at once, waking another");
    asks(HEAD "main: [{for: i, in: 3, do: [yield]}, {let: {m: map()}}, {put: m, key: 1}]\n", "2:58 put m: at once");
}

/* The channel of a context is closed by it, that of a ticker is not. */
static void members(void) {
    asks(HEAD "main:\n  - let: {x: context()}\n  - let: {t: ticker(1s)}\n  - recv: x.done\n  - recv: t.channel\n"
              "  - cancel: x\n",
         "5:5 recv x.done: at once, after a wait, on what is closed\n"
         "6:5 recv t.channel: at once, after a wait\n"
         "7:5 cancel x: at once, waking another");
    asks(HEAD "main:\n  - let: {x: context()}\n  - cancel: x\n", "4:5 cancel x: at once");
    asks(HEAD "main:\n  - let: {x: context()}\n  - let: {y: context(x)}\n  - recv: y.done\n  - cancel: x\n",
         "5:5 recv y.done: at once, after a wait, on what is closed\n"
         "6:5 cancel x: at once, waking another");
}

static void selects(void) {
    asks(HEAD "main:\n  - let: {c: chan(1)}\n  - go: take(c)\n  - select:\n      - send: c\n      - after: 1s\n"
              "procs:\n  take(it):\n    - select:\n        - recv: it\n        - default:\n",
         "5:5 select: at once, after a wait, case 1: send c, case 2: after 1s\n"
         "10:7 select: waking another, case 1: recv it, case 2: default");
    asks(HEAD "main:\n  - select:\n      - after: 1s\n", "3:5 select: after a wait, case 1: after 1s");
}

static void locks(void) {
    asks(HEAD "main:\n  - let: {m: mutex()}\n  - let: {c: cond(m)}\n  - lock: m\n  - wait: c\n  - unlock: m\n"
              "  - signal: c\n  - try_lock: m\n",
         "5:5 lock m: at once, after a wait\n"
         "6:5 wait c: after a wait, waking another\n"
         "7:5 unlock m: at once, waking another\n"
         "8:5 signal c: at once, waking another\n"
         "9:5 try_lock m: at once, in vain");
    asks(HEAD "main:\n  - let: {m: rwmutex()}\n  - rlock: m\n  - runlock: m\n  - let: {g: waitgroup()}\n"
              "  - add: g\n  - done: g\n  - wait: g\n",
         "4:5 rlock m: at once, after a wait\n"
         "5:5 runlock m: at once\n"
         "7:5 add g: at once\n"
         "8:5 done g: at once, waking another\n"
         "9:5 wait g: at once, after a wait");
    asks(HEAD "main:\n  - let: {o: once()}\n  - once: o\n    do: [yield]\n",
         "4:5 once o: at once, after a wait, waking another");
}

/* Of a branch that the parameters rule out nothing is asked, and of procedures that only it calls. */
static void variants(void) {
    static const char text[] = HEAD "params: {on: {default: false}}\n"
                                    "main:\n  - let: {c: chan(1)}\n  - if: on\n    then: [{go: take(c)}]\n"
                                    "    else: [{send: c}, return, {send: c}]\n"
                                    "procs:\n  take(it): [{recv: it}]\n  nobody(it): [{recv: it}]\n"
                                    "variants: {off: {}, other: {on: true}}\n";
    asks_of(text, 0, "7:13 send c: at once, after a wait");
    asks_of(text, 1, "9:15 recv it: at once, after a wait");
}

static void memory_that_runs_out(void) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(
        yard_load(mem_system(), HEAD "main: [{let: {c: chan(1)}}, {send: c}]\n", &scenario, &problems), OK);
    uint64_t left = 0;
    for (bool done = false; !done && left < 100;) {
        struct scenario_required *required = NULL;
        struct mem_probe probe;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = ++left;
        enum status status = scenario_required_new(&probe.mem, &required, scenario, 0);
        done = status == OK;
        CU_ASSERT_TRUE(done || (status == ERR_NOMEM && required == NULL));
        scenario_required_free(required);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    CU_ASSERT_TRUE(left > 5 && left < 100);
    scenario_free(scenario);
}

CU_TestInfo required_tests[] = {
    {"channels", channels}, {"members", members},   {"selects", selects},
    {"locks", locks},       {"variants", variants}, {"memory_that_runs_out", memory_that_runs_out},
    CU_TEST_INFO_NULL,
};
