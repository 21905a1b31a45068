/* SPDX-License-Identifier: MIT */
/* report_text_test.c — the table, byte for byte. */
#include <CUnit/CUnit.h>

#include "report_yard.h"

#define ROW_LEAKING "ok   blocked-channel  leaking   leaks       32 runs: every trace\n"
#define FINDING_LEAKING                                                                       \
    "       worker is blocked for ever in send on reply, line 14 (started by main, line 9)\n" \
    "       ebb replay ebb1-28t5cy4t-0-abc scenarios/chan/blocked-channel.yaml\n"
#define THE_REST                                                                                  \
    "ok   blocked-channel  repaired  clean      132 runs, sampled\n"                              \
    "NOT  r\xC3\xA9try                      panics       7 runs\n"                                \
    "       scenarios/timer/r\xC3\xA9try.yaml:12:3: 3 findings where none is expected\n"          \
    "       expected: clean\n"                                                                    \
    "       found:    closer panicked in close on jobs: close of closed channel, line 3\n"        \
    "                 3 timers r\xC3\xA9try are still armed, line 5 (made by main, at 1s500ms)\n" \
    "                 header keeps 1048576 bytes and uses 16 of them, line 6\n"                   \
    "                 the list ends here, at 3: 2 more were left and had no room\n"               \
    "       ebb replay ebb1-28t5cy4t-000-def 'scenarios/timer/r\xC3\xA9try.yaml'\n"               \
    "NOT  it's here        leaking   clean        1 run\n"                                        \
    "       scenarios/chan/it's here.yaml:8: the leak did not show\n"                             \
    "       expected: some run: a blocked\n"                                                      \
    "       found:    nothing on 1 run\n"                                                         \
    "       ebb run 'scenarios/chan/it'\\''s here.yaml' --variant leaking\n"                      \
    "NOT  odd                        error\n"                                                     \
    "       odd.yaml:4:10: expected a duration\n"                                                 \
    "         sleep: soon\n"                                                                      \
    "                ^\n"                                                                         \
    "       ebb run odd.yaml\n"                                                                   \
    "--   late                       cut-short\n"                                                 \
    "5 scenarios judged: 2 as expected (1 proved, 1 sampled), 3 not; interrupted before 1 more\n"

static void check_text(const struct report *report, const char *wanted) {
    struct buf buf;
    buf_init(&buf, mem_system());
    yard_check(yard_write(&buf, "text", report), wanted);
    buf_deinit(&buf);
}

static void the_table(void) { check_text(&yard_report, ROW_LEAKING FINDING_LEAKING THE_REST); }

static void terse_leaves_out_what_is_as_expected(void) {
    struct report report = yard_report;
    report.terse = true;
    check_text(&report, ROW_LEAKING THE_REST);
}

static void an_empty_campaign_says_so(void) {
    const struct report report = {.title = YARD_STR("nothing")};
    check_text(&report, "0 scenarios judged: 0 as expected, 0 not\n");
}

static void one_case_has_no_column_for_variants(void) {
    struct report_case one = {.file = YARD_STR("a.yaml"), .name = YARD_STR("a"), .as_expected = true, .runs = 1};
    const struct report report = {.cases = &one, .count = 1};
    check_text(&report, "ok   a  clean  1 run\n1 scenario judged: 1 as expected, 0 not\n");
    one.sampled = true;
    check_text(&report, "ok   a  clean  1 run, sampled\n1 scenario judged: 1 as expected (sampled), 0 not\n");
    one.sampled = false;
    one.proved = true;
    check_text(&report, "ok   a  clean  1 run: every trace\n1 scenario judged: 1 as expected (proved), 0 not\n");
    one.as_expected = false; /* one schedule refutes: how many there are is of no matter */
    one.why = STR("no");
    check_text(&report,
               "NOT  a  clean  1 run: every trace\n       a.yaml: no\n       found:    nothing on 1 run\n"
               "       ebb run a.yaml\n1 scenario judged: 0 as expected, 1 not\n");
}

/* The commands of short and long findings stand in one column, until a finding is very long. */
static void what_has_no_room_is_told(void) {
    static const struct check_finding findings[] = {
        {.kind = CHECK_LOCK, .count = 1, .object = "m\xC3\xBC"},
        {.kind = CHECK_CONTEXT, .count = 1, .object = "request"},
        {.kind = CHECK_CONTEXT, .count = 1, .object = "a_context_that_has_a_name_of_sixty_characters_or_a_few_less"},
    };
    struct report_case one = {.file = YARD_STR("a.yaml"),
                              .name = YARD_STR("a"),
                              .as_expected = true,
                              .runs = 1,
                              .verdict = REPORT_LEAKS,
                              .token = YARD_STR("T"),
                              .findings = findings,
                              .count = 2,
                              .lost = 1};
    const struct report report = {.cases = &one, .count = 1};
    check_text(&report,
               "ok   a  leaks  1 run\n"
               "       the lock m\xC3\xBC is still held\n"
               "       the context request was never cancelled\n"
               "       the list ends here, at 2: 1 more was left and had no room\n"
               "       ebb replay T a.yaml\n"
               "1 scenario judged: 1 as expected, 0 not\n");
    one.count = 3;
    one.lost = 0;
    check_text(&report,
               "ok   a  leaks  1 run\n"
               "       the lock m\xC3\xBC is still held\n"
               "       the context request was never cancelled\n"
               "       the context a_context_that_has_a_name_of_sixty_characters_or_a_few_less was never cancelled\n"
               "       ebb replay T a.yaml\n"
               "1 scenario judged: 1 as expected, 0 not\n");
}

static void colours_change_nothing_else(void) {
    struct report report = yard_report;
    report.colour = true;
    struct buf buf, plain;
    buf_init(&buf, mem_system());
    buf_init(&plain, mem_system());
    struct str text = yard_write(&buf, "text", &report);
    bool inside = false;
    uint32_t codes = 0;
    for (size_t i = 0; i < text.len; i++) {
        codes += text.at[i] == '\033';
        inside = inside || text.at[i] == '\033';
        if (!inside) buf_put_char(&plain, text.at[i]);
        if (text.at[i] == 'm') inside = false;
    }
    CU_ASSERT_TRUE(codes > 10 && codes % 2 == 0);
    yard_check(buf_str(&plain), ROW_LEAKING FINDING_LEAKING THE_REST);
    buf_deinit(&plain);
    buf_deinit(&buf);
}

static void no_byte_of_a_name_reaches_the_terminal_raw(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    struct str text = yard_write(&buf, "text", &yard_hostile_report);
    CU_ASSERT_TRUE(yard_utf8(text));
    for (size_t i = 0; i < text.len; i++) CU_ASSERT_TRUE((unsigned char)text.at[i] >= 0x20 || text.at[i] == '\n');
    for (size_t i = 0; i < text.len; i++) CU_ASSERT_NOT_EQUAL(text.at[i], 0x7F);
    buf_deinit(&buf);
}

CU_TestInfo report_text_tests[] = {
    {"the_table", the_table},
    {"terse_leaves_out_what_is_as_expected", terse_leaves_out_what_is_as_expected},
    {"an_empty_campaign_says_so", an_empty_campaign_says_so},
    {"one_case_has_no_column_for_variants", one_case_has_no_column_for_variants},
    {"what_has_no_room_is_told", what_has_no_room_is_told},
    {"colours_change_nothing_else", colours_change_nothing_else},
    {"no_byte_of_a_name_reaches_the_terminal_raw", no_byte_of_a_name_reaches_the_terminal_raw},
    CU_TEST_INFO_NULL,
};
