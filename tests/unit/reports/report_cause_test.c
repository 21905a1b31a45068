/* SPDX-License-Identifier: MIT */
/* report_cause_test.c — what stands below a finding, in each report; findings that differ by their line alone. */
#include <CUnit/CUnit.h>

#include "report_yard.h"

static const struct check_finding findings[] = {
    {.kind = CHECK_BLOCKED, .count = 1, .object = "w", .operation = "send", .on = "c", .line = 3, .signature = 7},
    {.kind = CHECK_BLOCKED, .count = 2, .object = "w", .operation = "send", .on = "c", .line = 5, .signature = 7},
    {.kind = CHECK_BLOCKED, .count = 1, .object = "w", .operation = "send", .on = "c", .line = 9, .signature = 7},
    {.kind = CHECK_BYTES, .count = 64, .object = "buffer", .line = 4, .signature = 8},
    {.kind = CHECK_LOCK, .count = 1, .object = "m", .signature = 9},
    {.kind = CHECK_LOCK, .count = 1, .object = "n", .signature = 10}, /* not the same */
};
static const struct report_cause causes[] = {
    {.decided = true,
     .doomed = true,
     .kept = true,
     .step = 14,
     .line = 9,
     .time_ns = 1000000,
     .doomed_step = 15,
     .event = "reader comes to its end",
     .lost_right = "receive from c",
     .because = "after that nobody else could receive from c",
     .kept_by = "coroutine w > variable c: chan c",
     .retained_objects = 2},
    {.decided = true, .step = 16, .event = "other", .because = "so"},
    {.step = 0},
    {.kept = true,
     .kept_by = "shared variable cache: map cache > key 3: memory buffer",
     .suspect = "key 3",
     .retained_objects = 1,
     .retained_bytes = 64},
    {.decided = true, .about = true, .step = 20, .event = "main panics", .because = "why"},
    {.step = 0},
};
static struct report_case one = {.file = YARD_STR("a.yaml"),
                                 .name = YARD_STR("a"),
                                 .as_expected = true,
                                 .runs = 1,
                                 .verdict = REPORT_LEAKS,
                                 .token = YARD_STR("T"),
                                 .findings = findings,
                                 .causes = causes,
                                 .count = 6};
static const struct report report = {.title = YARD_STR("t"), .cases = &one, .count = 1};

static void below_each_finding(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    yard_check(
        yard_write(&buf, "text", &report),
        "ok   a  leaks  1 run\n"
        "       w is blocked for ever in send on c, line 3\n"
        "         step 14, line 9, at 1ms: reader comes to its end; after that nobody else could receive from c\n"
        "         the same in lines 5 (count 2), 9\n"
        "       64 bytes of buffer were never freed, line 4\n"
        "         kept by shared variable cache: map cache > key 3: memory buffer; suspect: key 3; retains 1 "
        "object, 64 bytes\n"
        "       the lock m is still held\n"
        "         about step 20: main panics; why\n"
        "       the lock n is still held\n"
        "       ebb replay T a.yaml\n"
        "1 scenario judged: 1 as expected, 0 not\n");
    struct str xml = yard_write(&buf, "junit", &report);
    buf_put_char(&buf, '\0');
    CU_ASSERT_PTR_NOT_NULL(
        strstr(xml.at, "send on c, line 3\n  step 14, line 9, at 1ms: reader comes to its end; after"));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml.at, "  the same in lines 5 (count 2), 9\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml.at, "  kept by shared variable cache: map cache &gt; key 3: memory buffer;"));
    buf_deinit(&buf);
}

/* Each finding for itself: programs group by signature. */
static void all_of_it_for_programs(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    struct str json = yard_write(&buf, "json", &report);
    buf_put_char(&buf, '\0');
    const char *at = strstr(json.at, "\"signature\": \"0000000000000007\",\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    static const char wanted[] = "\"signature\": \"0000000000000007\",\n"
                                 "          \"step\": 14,\n"
                                 "          \"step_time_ns\": 1000000,\n"
                                 "          \"step_line\": 9,\n"
                                 "          \"cause\": \"reader comes to its end\",\n"
                                 "          \"because\": \"after that nobody else could receive from c\",\n"
                                 "          \"lost_right\": \"receive from c\",\n"
                                 "          \"doomed_step\": 15,\n"
                                 "          \"kept_by\": \"coroutine w > variable c: chan c\",\n"
                                 "          \"retained_objects\": 2,\n"
                                 "          \"retained_bytes\": 0\n"
                                 "        },\n";
    yard_check((struct str){at, sizeof wanted - 1}, wanted);
    CU_ASSERT_PTR_NOT_NULL(strstr(json.at, "\"step\": 20,\n          \"step_about\": true,\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(json.at, "\"suspect\": \"key 3\",\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(json.at, "\"signature\": \"0000000000000007\"\n        },\n")); /* nothing known */
    buf_deinit(&buf);
}

static void many_lines_are_counted(void) {
    struct check_finding many[20];
    struct report_case long_one = one;
    const struct report of = {.cases = &long_one, .count = 1};
    for (uint32_t i = 0; i < BASE_COUNT(many); i++) {
        many[i] = findings[1];
        many[i].line = 10 + i;
    }
    long_one.findings = many;
    long_one.causes = NULL;
    long_one.count = BASE_COUNT(many);
    long_one.lost = 36;
    struct buf buf;
    buf_init(&buf, mem_system());
    struct str text = yard_write(&buf, "text", &of);
    buf_put_char(&buf, '\0');
    CU_ASSERT_PTR_NOT_NULL(strstr(text.at, "\n         the same in lines 11 (count 2), 12 (count 2), "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text.at,
                                  ", 22 (count 2) and 7 more lines (count 14)\n"
                                  "       the list ends here, at 20: 36 more were left and had no room\n"));
    buf_deinit(&buf);
}

CU_TestInfo report_cause_tests[] = {
    {"below_each_finding", below_each_finding},
    {"all_of_it_for_programs", all_of_it_for_programs},
    {"many_lines_are_counted", many_lines_are_counted},
    CU_TEST_INFO_NULL,
};
