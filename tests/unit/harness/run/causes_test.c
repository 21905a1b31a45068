/* SPDX-License-Identifier: MIT */
/* causes_test.c — a finding says since when nobody could help and who keeps it, told by one more run of the schedule. */
#include "run/causes.h"

#include "run/isolate.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

/* The caller gives up at step 4, in line 6; the worker comes to send at step 6. */
#define LATE                                                                                          \
    HEAD "main:\n  - let: {reply: chan()}\n  - go: worker(reply)\n  - select:\n      - recv: reply\n" \
         "      - after: 1s\nprocs:\n  worker(reply):\n    - sleep: 2s\n    - send: reply\n"
/* A cache that nobody empties, for 32 cycles. */
#define KEPT HEAD "shared: {cache: map()}\ncycle:\n  - put: cache\n    key: turn\n    value: bytes(1KiB)\n"
#define CLEAN HEAD "main:\n  - sleep: 1s\n"
#define SPINS HEAD "limits: {steps: 1000}\nmain:\n  - let: {c: chan(1)}\n  - loop: [{send: c}, {recv: c}]\n"

static struct run_row row; /* tens of kilobytes each */
static struct run_causes causes, direct;

static void judge(const char *text, bool isolated) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    struct run_campaign campaign = {
        .scenario = scenario, .scenario_key = 77, .runs = 4, .seed = 1, .causes = isolated ? &causes : &direct};
    memset(campaign.causes, 0xEE, sizeof causes);
    if (isolated)
        CU_ASSERT_EQUAL(run_isolated(&campaign, mem_system(), 60000, NULL, &row), OK)
    else
        run_campaign(&campaign, mem_system(), &row);
    scenario_free(scenario);
}

static void the_step_that_decided(void) {
    judge(LATE, true);
    CU_ASSERT_EQUAL_FATAL(row.count, 1);
    CU_ASSERT_EQUAL_FATAL(causes.count, 1);
    const struct report_cause *cause = &causes.at[0];
    CU_ASSERT_TRUE(cause->decided && !cause->about && cause->doomed && cause->kept);
    CU_ASSERT_EQUAL(cause->step, 4);
    CU_ASSERT_EQUAL(cause->line, 5);
    CU_ASSERT_EQUAL(cause->time_ns, 1000000000);
    CU_ASSERT_EQUAL(cause->doomed_step, 6);
    CU_ASSERT_STRING_EQUAL(cause->event, "main: select: its time is up");
    CU_ASSERT_STRING_EQUAL(cause->lost_right, "receive from reply or close it");
    CU_ASSERT_STRING_EQUAL(cause->because, "after that nobody else could receive from reply or close it");
    CU_ASSERT_STRING_EQUAL(cause->kept_by, "coroutine worker > variable reply: channel reply");
    CU_ASSERT_STRING_EQUAL(cause->suspect, "");
    CU_ASSERT_EQUAL(cause->retained_objects, 2);
}

static void the_same_from_another_process(void) {
    judge(LATE, true);
    judge(LATE, false);
    CU_ASSERT_EQUAL_FATAL(direct.count, causes.count);
    CU_ASSERT_EQUAL(memcmp(direct.at, causes.at, causes.count * sizeof *causes.at), 0);
}

static void who_keeps_it_and_how_much(void) {
    judge(KEPT, true);
    CU_ASSERT_EQUAL_FATAL(causes.count, 2);
    const struct report_cause *bytes = &causes.at[0], *entries = &causes.at[1]; /* in the order of findings */
    CU_ASSERT_TRUE(bytes->kept && bytes->decided && entries->kept);
    CU_ASSERT_STRING_EQUAL(bytes->kept_by, "shared variable cache: map cache > key 0: slice > block: array slice");
    CU_ASSERT_STRING_EQUAL(bytes->suspect, "key 0");
    CU_ASSERT_EQUAL(bytes->retained_bytes, 1024);
    CU_ASSERT_STRING_EQUAL(entries->kept_by, "shared variable cache: map cache");
    CU_ASSERT_EQUAL(entries->retained_bytes, 1024 * 32);
    CU_ASSERT_STRING_EQUAL(entries->lost_right, ""); /* nobody ever had one */
}

static void what_has_no_story(void) {
    judge(CLEAN, true);
    CU_ASSERT_EQUAL(row.verdict, REPORT_CLEAN);
    CU_ASSERT_EQUAL(causes.count, 0);
}

/* The prefix and the round come over from another process as they were. */
static void what_goes_on_for_ever(void) {
    judge(SPINS, true);
    CU_ASSERT_EQUAL(row.verdict, REPORT_LIMIT);
    CU_ASSERT_EQUAL_FATAL(causes.count, 1);
    CU_ASSERT_TRUE(causes.at[0].loops && !causes.at[0].decided);
    CU_ASSERT_EQUAL(causes.at[0].loop_after, 1);
    CU_ASSERT_EQUAL(causes.at[0].loop_steps, 2);
    CU_ASSERT_EQUAL(causes.at[0].loop_ns, 0);
}

/* A row that was not made by this scenario's schedule has no story, rather than a wrong one. */
static void another_row_is_not_told(void) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    judge(LATE, false);
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), LATE, &scenario, &problems), OK);
    run_causes(scenario, &row, NULL, mem_system(), &causes);
    CU_ASSERT_EQUAL(causes.count, 1);
    row.findings[0].signature ^= 1;
    run_causes(scenario, &row, NULL, mem_system(), &causes);
    CU_ASSERT_EQUAL(causes.count, 0);
    row.findings[0].signature ^= 1;
    row.token[0] = 0;
    run_causes(scenario, &row, NULL, mem_system(), &causes);
    CU_ASSERT_EQUAL(causes.count, 0);
    scenario_free(scenario);
}

/* Whichever request fails: all is known or nothing, and nothing stays behind. */
static void without_memory(void) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    uint32_t refused = 0;
    judge(LATE, false);
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), LATE, &scenario, &problems), OK);
    for (uint64_t fail_at = 1; fail_at < 10000; fail_at++) {
        struct mem_probe probe;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = fail_at;
        run_causes(scenario, &row, NULL, &probe.mem, &causes);
        CU_ASSERT_EQUAL_FATAL(probe.blocks, 0);
        CU_ASSERT_TRUE_FATAL(causes.count == 0 || memcmp(causes.at, direct.at, sizeof *causes.at) == 0);
        refused += causes.count == 0;
        if (probe.requests < fail_at) break;
    }
    CU_ASSERT_TRUE(refused > 20);
    CU_ASSERT_EQUAL(causes.count, 1); /* the last time none failed */
    scenario_free(scenario);
}

/* Of a long run it is not looked after each event, and what was seen while it was is still exact. */
static void what_is_seen_before_it_is_looked_less(void) {
    judge(HEAD "main:\n  - let: {c: chan(1)}\n  - let: {d: chan()}\n  - go: [{send: d}]\n    as: lost\n"
               "  - repeat: 100000\n    do: [{send: c}, {recv: c}]\n",
          false);
    CU_ASSERT_EQUAL_FATAL(direct.count, 1);
    CU_ASSERT_EQUAL(direct.at[0].doomed_step, direct.at[0].step);
    CU_ASSERT_FALSE(direct.at[0].about);
    judge(HEAD "main:\n  - let: {c: chan(1)}\n  - let: {d: chan()}\n  - repeat: 100000\n"
               "    do: [{send: c}, {recv: c}]\n  - go: [{send: d}]\n    as: lost\n",
          false);
    CU_ASSERT_EQUAL_FATAL(direct.count, 1);
    CU_ASSERT_TRUE(direct.at[0].about);
}

CU_TestInfo causes_tests[] = {
    {"without_memory", without_memory},
    {"what_is_seen_before_it_is_looked_less", what_is_seen_before_it_is_looked_less},
    {"the_step_that_decided", the_step_that_decided},
    {"the_same_from_another_process", the_same_from_another_process},
    {"who_keeps_it_and_how_much", who_keeps_it_and_how_much},
    {"what_has_no_story", what_has_no_story},
    {"what_goes_on_for_ever", what_goes_on_for_ever},
    {"another_row_is_not_told", another_row_is_not_told},
    CU_TEST_INFO_NULL,
};
