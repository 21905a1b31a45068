/* SPDX-License-Identifier: MIT */
/* step_lines_test.c — two runs as lines: where they part, and what is said of both. */
#include "run/step_lines.h"

#include "tests/unit/harness/scenario/scenario_yard.h"

#define A "0000000000000001 main (#3): go, line 4, at 0s\n"
#define B "0000000000000002 main (#3): send on c, waits, line 5, at 0s\n"
#define C "0000000000000003 left (#5): recv on c, line 9, at 1s\n"
#define B_ELSE "0000000000000009 main (#3): send on c, waits, line 5, at 0s\n"

static void parts(const char *one, const char *other, uint64_t step, const char *words) {
    struct buf out;
    buf_init(&out, mem_system());
    CU_ASSERT_EQUAL(run_steps_parted(&out, str_of(one), str_of(other), "here", "there"), step);
    buf_put_char(&out, '\0');
    CU_ASSERT_STRING_EQUAL(out.at, words);
    buf_deinit(&out);
}

static void the_first_line_that_differs_is_told(void) {
    parts("", "", 0, "");
    parts(A B C, A B C, 0, "");
    parts(A B C, A C, 2,
          "\n  both: step 1, main (#3): go, line 4, at 0s"
          "\n  here: step 2, main (#3): send on c, waits, line 5, at 0s"
          "\n  there: step 2, left (#5): recv on c, line 9, at 1s");
    parts(
        B, A, 1,
        "\n  here: step 1, main (#3): send on c, waits, line 5, at 0s\n  there: step 1, main (#3): go, line 4, at 0s");
}

static void one_that_ends_sooner_has_no_such_step(void) {
    parts(A B, A, 2,
          "\n  both: step 1, main (#3): go, line 4, at 0s"
          "\n  here: step 2, main (#3): send on c, waits, line 5, at 0s"
          "\n  there: step 2, which it does not have");
    parts("", A, 1, "\n  here: step 1, which it does not have\n  there: step 1, main (#3): go, line 4, at 0s");
}

/* The same step, in a world that is another already. */
static void a_difference_of_the_world_alone_is_said(void) {
    parts(B, B_ELSE, 1,
          "\n  here: step 1, main (#3): send on c, waits, line 5, at 0s"
          "\n  there: step 1, main (#3): send on c, waits, line 5, at 0s"
          "\n  the step is the same, and what it made of the world is not");
}

static void a_run_is_a_line_for_each_step(void) {
    static struct scenario_problems problems;
    static struct check_finding findings[4];
    struct scenario *scenario = NULL;
    struct run_steps steps;
    struct buf out;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(),
                                    HEAD "main:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    as: other\n"
                                         "  - recv: c\n",
                                    &scenario, &problems),
                          OK);
    buf_init(&out, mem_system());
    CU_ASSERT_EQUAL_FATAL(run_steps_init(&steps, mem_system()), OK);
    struct run_result result = {.findings = {.at = findings, .capacity = 4}};
    struct run_config config = {.scenario = scenario, .follower = &steps.follower};
    CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), &result), OK);
    CU_ASSERT_EQUAL(steps.count, result.steps);
    run_steps_put(&out, &steps);
    buf_put_char(&out, '\0');
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, " main (#"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, ": recv on c, waits, line "));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, " other (#"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, ": send on c, line "));
    uint64_t lines = 0;
    for (const char *at = out.at; *at != '\0'; at++) lines += *at == '\n';
    CU_ASSERT_EQUAL(lines, result.steps);
    run_steps_deinit(&steps);
    buf_deinit(&out);
    scenario_free(scenario);
}

CU_TestInfo step_lines_tests[] = {
    {"the_first_line_that_differs_is_told", the_first_line_that_differs_is_told},
    {"one_that_ends_sooner_has_no_such_step", one_that_ends_sooner_has_no_such_step},
    {"a_difference_of_the_world_alone_is_said", a_difference_of_the_world_alone_is_said},
    {"a_run_is_a_line_for_each_step", a_run_is_a_line_for_each_step},
    CU_TEST_INFO_NULL,
};
