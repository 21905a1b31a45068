/* SPDX-License-Identifier: MIT */
/* report_yard.h — a small campaign with one case of each sort, a hostile one, and what the tests of reporters do with
 * them. */
#ifndef UNIT_REPORT_YARD_H
#define UNIT_REPORT_YARD_H

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "reports/report.h"

/* STR is no constant for a static table. */
#define YARD_STR(literal) \
    { literal, sizeof(literal) - 1 }
#define YARD_BYTES \
    { yard_bytes, sizeof yard_bytes - 1 }

static const struct check_finding yard_blocked[] = {{
    .kind = CHECK_BLOCKED,
    .line = 14,
    .count = 1,
    .signature = 0x1234,
    .object = "worker",
    .operation = "send",
    .on = "reply",
    .born = {.by = "main", .line = 9},
}};
static const struct check_finding yard_several[] = {
    {.kind = CHECK_PANIC,
     .line = 3,
     .count = 1,
     .object = "closer",
     .operation = "close",
     .on = "jobs",
     .text = "close of closed channel"},
    {.kind = CHECK_TIMER, .line = 5, .count = 3, .object = "r\xC3\xA9try", .born = {"main", 5, 1500000000}},
    {.kind = CHECK_PINNED, .line = 6, .count = 1, .object = "header", .used_bytes = 16, .held_bytes = 1048576},
};
/* Control characters, punctuation, bytes that make no character, UTF-8 of each length, and what XML must escape. */
static const char yard_bytes[] =
    "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0B\x0C\r\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E"
    "\x1F"
    " !\"#$%&'()*+,-./"
    "<=>?[\\]`{|}~\x7F\x80\xBF\xC0\xC1\xC2\xE0\xED\xA0\x80\xEF\xBF\xBE\xEF\xBF\xBF\xF4\x90\x80\x80\xF5\xFF"
    "\xC2\x9B\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\x8A]]><!--&amp;\xE2\x82";
static const struct check_finding yard_hostile[] = {{
    .kind = CHECK_BLOCKED,
    .count = UINT64_MAX,
    .line = UINT32_MAX,
    .object = "a\nb\x1B[31m</failure>\"",
    .operation = "\xFF\xFE",
    .on = "&]]>",
    .text = "\\u0000",
    .signature = UINT64_MAX,
    .born = {.by = "'\x07", .line = 1, .time_ns = INT64_MAX},
}};

static const uint64_t yard_runs_with[CHECK_KIND_COUNT] = {[CHECK_BLOCKED] = 3, [CHECK_LOCK] = 2};

static const struct report_case yard_cases[] = {
    {.file = YARD_STR("scenarios/chan/blocked-channel.yaml"),
     .name = YARD_STR("blocked-channel"),
     .variant = YARD_STR("leaking"),
     .about = YARD_STR("A late send."),
     .as_expected = true,
     .verdict = REPORT_LEAKS,
     .runs = 32,
     .proved = true,
     .leaking_runs = 4,
     .runs_with = yard_runs_with,
     .steps = 9,
     .token = YARD_STR("ebb1-28t5cy4t-0-abc"),
     .digest = 0xABC,
     .findings = yard_blocked,
     .count = 1,
     .expected = YARD_STR("every run: worker blocked on send, once")},
    {.file = YARD_STR("scenarios/chan/blocked-channel.yaml"),
     .name = YARD_STR("blocked-channel"),
     .variant = YARD_STR("repaired"),
     .as_expected = true,
     .verdict = REPORT_CLEAN,
     .runs = 132,
     .sampled = true,
     .expected = YARD_STR("clean")},
    {.file = YARD_STR("scenarios/timer/r\xC3\xA9try.yaml"),
     .name = YARD_STR("r\xC3\xA9try"),
     .as_expected = false,
     .verdict = REPORT_PANICS,
     .runs = 7,
     .steps = 21,
     .token = YARD_STR("ebb1-28t5cy4t-000-def"),
     .digest = 1,
     .findings = yard_several,
     .count = 3,
     .lost = 2,
     .expected = YARD_STR("clean"),
     .why = YARD_STR("3 findings where none is expected"),
     .line = 12,
     .column = 3},
    {.file = YARD_STR("scenarios/chan/it's here.yaml"),
     .name = YARD_STR("it's here"),
     .variant = YARD_STR("leaking"),
     .as_expected = false,
     .verdict = REPORT_CLEAN,
     .runs = 1,
     .expected = YARD_STR("some run: a blocked"),
     .why = YARD_STR("the leak did not show"),
     .line = 8},
    {.file = YARD_STR("odd.yaml"),
     .name = YARD_STR("odd"),
     .as_expected = false,
     .verdict = REPORT_ERROR,
     .why = YARD_STR("expected a duration\n  sleep: soon\n         ^"),
     .line = 4,
     .column = 10},
    {.file = YARD_STR("late.yaml"), .name = YARD_STR("late"), .as_expected = false, .verdict = REPORT_CUT_SHORT},
};
static const struct report yard_report = {
    .title = YARD_STR("yard"), .cases = yard_cases, .count = sizeof yard_cases / sizeof yard_cases[0]};

static const struct report_case yard_hostile_case = {.file = YARD_BYTES,
                                                     .name = YARD_BYTES,
                                                     .variant = YARD_BYTES,
                                                     .about = YARD_BYTES,
                                                     .verdict = REPORT_LEAKS,
                                                     .runs = UINT64_MAX,
                                                     .steps = UINT64_MAX,
                                                     .token = YARD_STR("\n'\xFF"),
                                                     .digest = UINT64_MAX,
                                                     .findings = yard_hostile,
                                                     .count = 1,
                                                     .lost = UINT32_MAX,
                                                     .expected = YARD_BYTES,
                                                     .why = YARD_BYTES,
                                                     .line = UINT32_MAX,
                                                     .column = UINT32_MAX};
static const struct report yard_hostile_report = {.title = YARD_BYTES, .cases = &yard_hostile_case, .count = 1};

/* By the letter of RFC 3629, which is not how reports/ reads it. */
static inline size_t yard_utf8_length(const unsigned char *at, size_t left) {
    if (at[0] < 0x80) return 1;
    size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || left < length) return 0;
    unsigned char low = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if (at[i] < 0x80 || at[i] > 0xBF) return 0;
    return length;
}
static inline bool yard_utf8(struct str text) {
    const unsigned char *at = (const unsigned char *)text.at;
    for (size_t i = 0, length; i < text.len; i += length) {
        length = yard_utf8_length(at + i, text.len - i);
        if (length == 0) return false;
    }
    return true;
}

/* A sink that stops taking bytes. */
struct yard_full {
    struct sink sink;
    uint32_t writes, writes_max;
};
static inline enum status yard_full_write(struct sink *sink, struct str bytes) {
    struct yard_full *self = BASE_OWNER(sink, struct yard_full, sink);
    (void)bytes;
    return self->writes++ < self->writes_max ? OK : ERR_IO;
}

static inline struct str yard_write(struct buf *buf, const char *reporter, const struct report *report) {
    buf_clear(buf);
    const struct reporter *found = report_find(str_of(reporter));
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT_EQUAL_FATAL(found->write(report, &buf->sink), OK);
    return buf_str(buf);
}

/* Prints what came instead, so that a golden can be read before it is replaced. */
static inline void yard_check(struct str found, const char *wanted) {
    bool same = str_equal(found, str_of(wanted));
    if (!same) (void)fprintf(stderr, "\n--- found ---\n%.*s--- wanted ---\n%s---\n", (int)found.len, found.at, wanted);
    CU_ASSERT_TRUE(same);
}

/* A failing sink's status comes out, however many writes went well before. */
static inline void yard_check_full(const char *reporter) {
    const struct reporter *found = report_find(str_of(reporter));
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    struct yard_full full = {.sink = {yard_full_write}};
    enum status status = ERR_IO;
    for (; full.writes_max < 100 && status != OK; full.writes_max++) {
        full.writes = 0;
        status = found->write(&yard_report, &full.sink);
        CU_ASSERT_TRUE(status == (full.writes > full.writes_max ? ERR_IO : OK));
    }
    CU_ASSERT_EQUAL(status, OK);
    CU_ASSERT_TRUE(full.writes_max > 2);
}

#endif
