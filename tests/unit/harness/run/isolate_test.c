/* SPDX-License-Identifier: MIT */
/* isolate_test.c — a row from another process is the row, and whatever happens to that process is a row as well. */
#include "run/isolate.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/harness/scenario/scenario_yard.h"

#define QUICK HEAD "main:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    as: sender\n"
#define LONG                                                                                                        \
    HEAD "main:\n  - let: {c: chan()}\n  - go: [{repeat: 300, do: [{recv: c}]}]\n  - repeat: 300\n    do: [{send: " \
         "c}]\n"

static struct run_row row, direct; /* tens of kilobytes each */

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    return scenario;
}

/* Whoever was started has ended and was waited for. */
static void nobody_left(void) { CU_ASSERT_TRUE(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD); }

static void isolated(const char *text, uint64_t runs, struct mem *mem, int patience_ms,
                     const volatile int *interrupted) {
    struct scenario *scenario = load(text);
    struct run_campaign campaign = {.scenario = scenario, .scenario_key = 77, .runs = runs, .seed = 1};
    memset(&row, 0xEE, sizeof row);
    CU_ASSERT_EQUAL(run_isolated(&campaign, mem, patience_ms, interrupted, &row), OK);
    nobody_left();
    scenario_free(scenario);
}

static void a_row_comes_over_whole(void) {
    struct scenario *scenario = load(QUICK);
    struct run_campaign campaign = {.scenario = scenario, .scenario_key = 77, .runs = 10, .seed = 1};
    run_campaign(&campaign, mem_system(), &direct);
    scenario_free(scenario);
    isolated(QUICK, 10, mem_system(), 60000, NULL);
    CU_ASSERT_EQUAL(memcmp(&row, &direct, sizeof row), 0);
    CU_ASSERT_EQUAL(row.verdict, REPORT_LEAKS);
    CU_ASSERT_FALSE(row.as_expected); /* it says nothing, so that it is to be clean */
    CU_ASSERT_EQUAL(row.runs, 10);
}

static void patience_ends(void) {
    isolated(LONG, UINT64_C(1) << 40, mem_system(), 1, NULL);
    CU_ASSERT_EQUAL(row.verdict, REPORT_CRASHED);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, "real time"));
    CU_ASSERT_FALSE(row.as_expected);
    isolated(LONG, UINT64_C(1) << 40, mem_system(), 250, NULL); /* more than one slice of waiting */
    CU_ASSERT_EQUAL(row.verdict, REPORT_CRASHED);
}

static volatile int interrupted;
static void on_alarm(int number) {
    (void)number;
    interrupted = 1;
}

static void interrupts(void) {
    interrupted = 1;
    isolated(QUICK, 1, mem_system(), 60000, &interrupted); /* before: it is not even started */
    CU_ASSERT_EQUAL(row.verdict, REPORT_CUT_SHORT);
    interrupted = 0;
    struct sigaction act = {.sa_handler = on_alarm}, old;
    CU_ASSERT_EQUAL_FATAL(sigaction(SIGALRM, &act, &old), 0);
    struct itimerval soon = {.it_value = {.tv_usec = 30000}};
    CU_ASSERT_EQUAL(setitimer(ITIMER_REAL, &soon, NULL), 0);
    isolated(LONG, UINT64_C(1) << 40, mem_system(), 60000, &interrupted);
    CU_ASSERT_EQUAL(row.verdict, REPORT_CUT_SHORT);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, "interrupted"));
    CU_ASSERT_EQUAL(sigaction(SIGALRM, &old, NULL), 0);
    interrupted = 0;
    isolated(QUICK, 1, mem_system(), 60000, &interrupted);
    CU_ASSERT_EQUAL(row.verdict, REPORT_LEAKS);
}

/* Memory that kills who asks for it, unless it is the process of the test. */
static pid_t own;
static int deadly_signal;
static void *deadly_alloc(struct mem *mem, size_t size) {
    (void)mem;
    if (getpid() != own && deadly_signal != 0) (void)raise(deadly_signal);
    if (getpid() != own) _exit(9);
    return mem_system()->alloc(mem_system(), size);
}
static void deadly_free(struct mem *mem, void *at, size_t size) {
    (void)mem;
    mem_system()->free(mem_system(), at, size);
}

static void a_process_that_dies_costs_one_row(void) {
    struct mem deadly = {deadly_alloc, deadly_free};
    own = getpid();
    deadly_signal = SIGKILL;
    isolated(QUICK, 1, &deadly, 60000, NULL);
    CU_ASSERT_EQUAL(row.verdict, REPORT_CRASHED);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, "signal 9"));
    CU_ASSERT_TRUE(row.count == 0 && row.token[0] == 0);
    deadly_signal = 0;
    isolated(QUICK, 1, &deadly, 60000, NULL);
    CU_ASSERT_EQUAL(row.verdict, REPORT_CRASHED);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, "code 9"));
    deadly_signal = SIGINT; /* the terminal's interrupt reached it before us */
    isolated(QUICK, 1, &deadly, 60000, NULL);
    CU_ASSERT_EQUAL(row.verdict, REPORT_CUT_SHORT);
}

static void descriptors_do_not_leak(void) {
    int before = dup(0);
    CU_ASSERT_TRUE_FATAL(before >= 0);
    (void)close(before);
    for (uint32_t i = 0; i < 20; i++) isolated(QUICK, 1, mem_system(), 60000, NULL);
    int after = dup(0);
    CU_ASSERT_EQUAL(before, after);
    (void)close(after);
}

CU_TestInfo isolate_tests[] = {
    {"a_row_comes_over_whole", a_row_comes_over_whole},
    {"patience_ends", patience_ends},
    {"interrupts", interrupts},
    {"a_process_that_dies_costs_one_row", a_process_that_dies_costs_one_row},
    {"descriptors_do_not_leak", descriptors_do_not_leak},
    CU_TEST_INFO_NULL,
};
