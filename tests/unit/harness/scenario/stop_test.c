/* SPDX-License-Identifier: MIT */
/* stop_test.c — shares are read exactly, and what no search could do is refused at its place. */
#include "scenario_yard.h"

#define STOP(rule) HEAD "main: [yield]\nstop: {" rule "}\n"

static struct scenario_stop read(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    struct scenario_stop stop = *scenario_stop(scenario);
    scenario_free(scenario);
    return stop;
}

static void shares(void) {
    CU_ASSERT_EQUAL(read(STOP("new_behaviour_below: 0.1%")).new_below, 1000);
    CU_ASSERT_EQUAL(read(STOP("new_behaviour_below: 0.0001%")).new_below, 1);
    CU_ASSERT_EQUAL(read(STOP("new_behaviour_below: 100%")).new_below, 1000000);
    CU_ASSERT_EQUAL(read(STOP("new_behaviour_below: '12.5%'")).new_below, 125000);
    static const char *const wrong[] = {"0%", "0.00001%", "100.0001%", "101%", "5",     ".5%",        "5.%",
                                        "%",  "0.1.2%",   "-1%",       "1e1%", "0.1 %", "999999999%", "[1%]"};
    for (size_t i = 0; i < BASE_COUNT(wrong); i++) {
        char text[96];
        (void)snprintf(text, sizeof text, HEAD "main: [yield]\nstop:\n  new_behaviour_below: \"%s\"\n", wrong[i]);
        refused(text, 4, 24, "a share such as 0.1%");
    }
    refused(STOP("new_behaviour_below: [1%]"), 3, 29, "a share such as 0.1%");
}

static void others(void) {
    struct scenario_stop none = read(HEAD "main: [yield]\n"),
                         all = read(STOP("runs: 7, proved: all, first_finding: true"));
    CU_ASSERT_TRUE(!none.asked && none.runs == 100000 && none.new_below == 0 && none.proved == 0 &&
                   !none.first_finding);
    CU_ASSERT_TRUE(all.asked && all.runs == 7 && all.proved == SCENARIO_STOP_ALL && all.first_finding);
    CU_ASSERT_EQUAL(read(STOP("proved: within9")).proved, 9);
    CU_ASSERT_EQUAL(read(STOP("runs: 10000000")).runs, 10000000);
    refused(STOP("runs: 0"), 3, 14, "from 1 to 10000000");
    refused(STOP("runs: 10000001"), 3, 14, "from 1 to 10000000");
    refused(STOP("runs: 3s"), 3, 14, "from 1 to 10000000");
    refused(STOP("proved: within0"), 3, 16, "\"within1\" to \"within9\"");
    refused(STOP("proved: within10"), 3, 16, "\"within1\" to \"within9\"");
    refused(STOP("proved: [all]"), 3, 16, "\"within1\" to \"within9\"");
    refused(STOP("first_finding: 1"), 3, 23, "true or false");
    refused(STOP("rusn: 1"), 3, 8, "no key \"rusn\"; did you mean \"runs\"");
    refused(STOP("proved: all, new_behaviour_below: 1%"), 3, 7, "either");
    refused(HEAD "main: [yield]\nstop: 3\n", 3, 7, "takes a mapping");
    refused(HEAD "main: [yield]\nstop: {}\n", 3, 7, "takes a mapping");
}

static void words_of(const char *text, const char *wanted) {
    struct buf words;
    struct scenario_stop stop = read(text);
    buf_init(&words, mem_system());
    scenario_stop_words(&words, &stop);
    buf_put_char(&words, 0);
    CU_ASSERT_STRING_EQUAL(words.at, wanted);
    buf_deinit(&words);
}

static void words(void) {
    words_of(STOP("runs: 1"), "1 run");
    words_of(STOP("new_behaviour_below: 0.020%"), "chance of new behaviour < 0.02 %, or 100000 runs");
    words_of(STOP("new_behaviour_below: 10%, first_finding: true"),
             "first finding, or chance of new behaviour < 10 %, or 100000 runs");
    words_of(STOP("proved: within1, runs: 9"), "every schedule within 1 delay, or 9 runs");
    words_of(STOP("proved: all, runs: 9"), "every trace, or 9 runs");
}

CU_TestInfo stop_tests[] = {
    {"shares", shares},
    {"others", others},
    {"words", words},
    CU_TEST_INFO_NULL,
};
