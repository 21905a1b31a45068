/* SPDX-License-Identifier: MIT */
/* report_test.c — the table of reporters, and the words: every kind of finding reads as a sentence. */
#include "reports/report.h"

#include <CUnit/CUnit.h>

#include "report_yard.h"

static void every_row_is_found_by_its_name(void) {
    uint32_t count = 0;
    for (const struct reporter *at; (at = report_at(count)) != NULL; count++) {
        CU_ASSERT_PTR_EQUAL(report_find(str_of(at->name)), at);
        CU_ASSERT_TRUE(at->extension[0] != '\0' && at->about[0] != '\0');
        for (uint32_t i = 0; i < count; i++) CU_ASSERT_NOT_EQUAL(strcmp(report_at(i)->name, at->name), 0);
    }
    CU_ASSERT_TRUE(count >= 3);
    CU_ASSERT_PTR_NULL(report_at(UINT32_MAX));
    CU_ASSERT_PTR_NULL(report_find(STR("")));
    CU_ASSERT_PTR_NULL(report_find(STR("xml")));
}

static void every_reporter_takes_nothing_and_anything(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    for (uint32_t i = 0; report_at(i) != NULL; i++) {
        const char *name = report_at(i)->name;
        const struct report empty = {.title = YARD_STR("")};
        CU_ASSERT_TRUE(yard_write(&buf, name, &empty).len > 0);
        CU_ASSERT_TRUE(yard_write(&buf, name, &yard_hostile_report).len > 0);
        CU_ASSERT_EQUAL(buf.at[buf.len - 1], '\n');
        yard_check_full(name);
    }
    buf_deinit(&buf);
}

static void every_verdict_has_a_name_of_its_own(void) {
    for (uint32_t i = 0; i < REPORT_VERDICT_COUNT; i++)
        for (uint32_t k = 0; k < i; k++)
            CU_ASSERT_NOT_EQUAL(
                strcmp(report_verdict_name((enum report_verdict)i), report_verdict_name((enum report_verdict)k)), 0);
    CU_ASSERT_EQUAL(strcmp(report_verdict_name(REPORT_CUT_SHORT), "cut-short"), 0);
}

/* --- words -------------------------------------------------------------------------------------------------------- */
static void check_words(struct check_finding finding, const char *wanted) {
    struct buf buf;
    buf_init(&buf, mem_system());
    if (finding.count == 0) finding.count = 1;
    report_finding_words(&buf, &finding);
    yard_check(buf_str(&buf), wanted);
    buf_deinit(&buf);
}
#define WORDS(wanted, ...) check_words((struct check_finding){__VA_ARGS__}, wanted)

static void coroutines_read_well(void) {
    WORDS("worker is blocked for ever in send on reply, line 14", .kind = CHECK_BLOCKED, .object = "worker",
          .operation = "send", .on = "reply", .line = 14);
    WORDS("3 coroutines worker are blocked for ever in recv on nil, line 14", .kind = CHECK_BLOCKED, .count = 3,
          .object = "worker", .operation = "recv", .on = "nil", .line = 14);
    WORDS("a coroutine is blocked for ever", .kind = CHECK_BLOCKED);
    WORDS("poller is still running in sleep, line 2", .kind = CHECK_ALIVE, .object = "poller", .operation = "sleep",
          .line = 2);
    WORDS("closer panicked in close on jobs: close of closed channel, line 3", .kind = CHECK_PANIC, .object = "closer",
          .operation = "close", .on = "jobs", .text = "close of closed channel", .line = 3);
}

static void what_is_left_reads_well(void) {
    WORDS("the timer retry is still armed, line 5", .kind = CHECK_TIMER, .object = "retry", .line = 5);
    WORDS("2 timers retry are still armed, line 5", .kind = CHECK_TIMER, .object = "retry", .line = 5, .count = 2);
    WORDS("the context request was never cancelled", .kind = CHECK_CONTEXT, .object = "request");
    WORDS("1 message in jobs was never received", .kind = CHECK_MESSAGE, .object = "jobs");
    WORDS("7 messages in jobs were never received", .kind = CHECK_MESSAGE, .object = "jobs", .count = 7);
    WORDS("the lock mu is still held", .kind = CHECK_LOCK, .object = "mu");
    WORDS("the chan reply was left behind, line 4", .kind = CHECK_OBJECT, .object = "reply", .on = "chan", .line = 4);
    WORDS("2 times chan reply were left behind", .kind = CHECK_OBJECT, .object = "reply", .on = "chan", .count = 2);
    WORDS("1024 bytes of payload were never freed, line 9", .kind = CHECK_BYTES, .object = "payload", .count = 1024,
          .line = 9);
    WORDS("header keeps 1048576 bytes and uses 16 of them", .kind = CHECK_PINNED, .object = "header", .used_bytes = 16,
          .held_bytes = 1048576);
    WORDS("grows without bound: 1024 bytes per cycle", .kind = CHECK_GROWS, .object = "bytes", .count = 1024);
    WORDS("the rule \"bytes > 1KiB\" was broken: at most 1040 bytes", .kind = CHECK_WATCH, .object = "bytes > 1KiB",
          .count = 1, .text = "at most 1040 bytes");
    WORDS("the rule was broken 3 times", .kind = CHECK_WATCH, .count = 3);
}

static void the_process_and_the_run_read_well(void) {
    WORDS("the OS thread pump is still running, line 3", .kind = CHECK_THREAD, .object = "pump", .line = 3);
    WORDS("the process has 2 OS threads more than before the run", .kind = CHECK_THREAD, .object = "process",
          .count = 2);
    WORDS("the process has 1 file descriptor more than before the run", .kind = CHECK_FD, .object = "process");
    WORDS("the file descriptor process is still open, line 8", .kind = CHECK_FD, .object = "process", .line = 8);
    WORDS("no verdict: the budget of 1000000 steps is used up; still runnable: spin in yield, line 2",
          .kind = CHECK_LIMIT, .object = "steps", .count = 1000000, .text = "still runnable: spin",
          .operation = "yield", .line = 2);
    WORDS("not deterministic: two runs of the same token differ", .kind = CHECK_NONDETERMINISTIC);
}

static void every_kind_has_words_with_and_without_names(void) {
    for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++) {
        for (uint64_t count = 1; count < 3; count++) {
            struct check_finding finding = {.kind = (enum check_kind)kind, .count = count};
            struct buf buf;
            buf_init(&buf, mem_system());
            report_finding_words(&buf, &finding);
            size_t nameless = buf.len;
            CU_ASSERT_TRUE(nameless > 10);
            check_name_set(finding.object, "a\nb");
            finding.line = 77;
            report_finding_words(&buf, &finding);
            struct str named = {buf.at + nameless, buf.len - nameless};
            CU_ASSERT_PTR_NULL(memchr(named.at, '\n', named.len));
            CU_ASSERT_EQUAL(memcmp(named.at + named.len - 9, ", line 77", 9), 0);
            buf_deinit(&buf);
        }
    }
}

static void check_birth(enum check_kind kind, const char *by, uint32_t line, int64_t time_ns, const char *wanted) {
    struct check_finding finding = {.kind = kind, .born = {.line = line, .time_ns = time_ns}};
    check_name_set(finding.born.by, by);
    struct buf buf;
    buf_init(&buf, mem_system());
    report_birth_words(&buf, &finding);
    yard_check(buf_str(&buf), wanted);
    buf_deinit(&buf);
}

static void births_say_who_where_and_when(void) {
    check_birth(CHECK_BLOCKED, "main", 9, 0, "started by main, line 9");
    check_birth(CHECK_TIMER, "main", 9, 2000000000, "made by main, line 9, at 2s");
    check_birth(CHECK_TIMER, "", 9, 0, "made in line 9");
    check_birth(CHECK_TIMER, "main", 0, 0, "made by main");
    check_birth(CHECK_TIMER, "", 0, 10000000, "made at 10ms");
    check_birth(CHECK_TIMER, "", 0, 0, "");
}

static void durations_are_exact(void) {
    static const struct {
        int64_t duration_ns;
        const char *words;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {1000, "1us"},
        {10000000, "10ms"},
        {1000000000, "1s"},
        {1500000000, "1s500ms"},
        {INT64_C(5400000000000), "1h30m"},
        {-2000000000, "-2s"},
        {INT64_MAX, "2562047h47m16s854ms775us807ns"},
        {INT64_MIN, "-2562047h47m16s854ms775us808ns"},
    };
    struct buf buf;
    buf_init(&buf, mem_system());
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        buf_clear(&buf);
        report_duration_words(&buf, rows[i].duration_ns);
        yard_check(buf_str(&buf), rows[i].words);
    }
    buf_deinit(&buf);
}

static void the_last_line_of_a_failure_shows_it_again(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    for (uint32_t i = 0; i < yard_report.count; i++) {
        buf_clear(&buf);
        report_again_words(&buf, &yard_cases[i]);
        char again[256];
        size_t len = buf.len;
        CU_ASSERT_TRUE_FATAL(len < sizeof again - 1);
        memcpy(again, buf.at, len);
        again[len++] = '\n';
        buf_clear(&buf);
        report_failure_words(&buf, &yard_cases[i]);
        CU_ASSERT_TRUE_FATAL(buf.len > len);
        CU_ASSERT_EQUAL(buf.at[buf.len - len - 1], '\n');
        CU_ASSERT_EQUAL(memcmp(buf.at + buf.len - len, again, len), 0);
    }
    buf_deinit(&buf);
}

CU_TestInfo report_tests[] = {
    {"every_row_is_found_by_its_name", every_row_is_found_by_its_name},
    {"every_reporter_takes_nothing_and_anything", every_reporter_takes_nothing_and_anything},
    {"every_verdict_has_a_name_of_its_own", every_verdict_has_a_name_of_its_own},
    {"coroutines_read_well", coroutines_read_well},
    {"what_is_left_reads_well", what_is_left_reads_well},
    {"the_process_and_the_run_read_well", the_process_and_the_run_read_well},
    {"every_kind_has_words_with_and_without_names", every_kind_has_words_with_and_without_names},
    {"births_say_who_where_and_when", births_say_who_where_and_when},
    {"durations_are_exact", durations_are_exact},
    {"the_last_line_of_a_failure_shows_it_again", the_last_line_of_a_failure_shows_it_again},
    CU_TEST_INFO_NULL,
};
