/* SPDX-License-Identifier: MIT */
/* report_junit.c — JUnit XML as CI systems read it: a suite per folder, a test case per variant. The reason of a
 * failure is in its message, which Jenkins shows, and in its content, which GitLab shows. No times: no clock. */
#include "base/buf.h"
#include "base/mem.h"
#include "reports/report.h"
#include "reports/report_bytes.h"

enum outcome { OUTCOME_PASSED, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOME_COUNT };

static enum outcome outcome_of(const struct report_case *at) {
    if (at->verdict == REPORT_CUT_SHORT) return OUTCOME_SKIPPED;
    if (at->as_expected) return OUTCOME_PASSED;
    bool undecided = at->verdict == REPORT_ERROR || at->verdict == REPORT_CRASHED || at->verdict == REPORT_LIMIT;
    return undecided ? OUTCOME_ERROR : OUTCOME_FAILURE;
}

/* --- XML 1.0 ---------------------------------------------------------------------------------------------------- */
/* Escaped for content and for attributes alike: what XML cannot hold is left out, what is not UTF-8 is U+FFFD. */
static void put_xml(struct buf *out, struct str text, bool attribute) {
    for (struct report_char at; report_next(&text, &at);) {
        if (!at.valid || at.code == 0xFFFE || at.code == 0xFFFF)
            buf_put(out, STR("\xEF\xBF\xBD"));
        else if (at.code == '&')
            buf_put(out, STR("&amp;"));
        else if (at.code == '<')
            buf_put(out, STR("&lt;"));
        else if (at.code == '>')
            buf_put(out, STR("&gt;"));
        else if (at.code == '"')
            buf_put(out, STR("&quot;"));
        else if (at.code == '\r' || (attribute && (at.code == '\n' || at.code == '\t')))
            buf_print(out, "&#%u;", at.code); /* a reader would turn these into other white space */
        else if (at.code >= 0x20 || at.code == '\n' || at.code == '\t')
            buf_put(out, at.bytes);
    }
}

static void put_attribute(struct buf *out, const char *name, struct str text) {
    buf_print(out, " %s=\"", name);
    put_xml(out, text, true);
    buf_put_char(out, '"');
}

static void put_counts(struct buf *out, const uint32_t counts[OUTCOME_COUNT]) {
    uint32_t all = 0;
    for (uint32_t i = 0; i < OUTCOME_COUNT; i++) all += counts[i];
    buf_print(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", all, counts[OUTCOME_FAILURE],
              counts[OUTCOME_ERROR], counts[OUTCOME_SKIPPED]);
}

/* --- folders ---------------------------------------------------------------------------------------------------- */
/* Without the last slash; "." for a file that is in none. */
static struct str folder_of(struct str file) {
    for (size_t i = file.len; i-- > 0;)
        if (file.at[i] == '/') return (struct str){file.at, i};
    return STR(".");
}

/* "scenario.chan" for /any/where/scenarios/chan: what stands behind the folder of all scenarios, dots for slashes. Two
 * files of one name in two folders must differ here, since GitLab drops doubles. */
static void put_class(struct buf *out, struct str folder) {
    static const char root[] = "scenarios";
    size_t start = 0;
    for (size_t i = 0; i + sizeof root - 1 <= folder.len; i++) {
        size_t end = i + sizeof root - 1;
        bool whole = (i == 0 || folder.at[i - 1] == '/') && (end == folder.len || folder.at[end] == '/');
        if (whole && memcmp(folder.at + i, root, sizeof root - 1) == 0) start = end;
    }
    buf_put(out, STR("scenario"));
    for (size_t end = start; start < folder.len; start = end + 1) {
        for (end = start; end < folder.len && folder.at[end] != '/';) end++;
        struct str part = {folder.at + start, end - start};
        if (part.len == 0 || str_equal(part, STR(".")) || str_equal(part, STR(".."))) continue;
        buf_put_char(out, '.');
        buf_put(out, part);
    }
}

/* --- cases ------------------------------------------------------------------------------------------------------ */
struct junit {
    struct report_out out;
    struct buf scratch;
    const struct report *report;
};

static void put_type(struct buf *out, const struct report_case *at, enum outcome outcome) {
    if (outcome == OUTCOME_ERROR) {
        buf_put(out, str_of(report_verdict_name(at->verdict)));
    } else if (at->count == 0) {
        buf_put(out, STR("expectation"));
    } else {
        enum check_kind kind = at->findings[0].kind;
        bool leak = kind != CHECK_PANIC && kind != CHECK_LIMIT && kind != CHECK_NONDETERMINISTIC;
        buf_print(out, "%s%s", leak ? "leak." : "", check_kind_name(kind));
    }
}

/* One line: the reason when there is one, else the first thing found. */
static void put_message(struct buf *out, const struct report_case *at) {
    const char *newline = at->why.len == 0 ? NULL : memchr(at->why.at, '\n', at->why.len);
    struct str why = {at->why.at, newline == NULL ? at->why.len : (size_t)(newline - at->why.at)};
    if (why.len > 0)
        report_put_plain(out, why);
    else if (at->count > 0)
        report_finding_words(out, &at->findings[0]);
    else
        buf_put(out, STR("not as expected"));
}

static void put_outcome(struct junit *self, const struct report_case *at, enum outcome outcome) {
    struct buf *buf = &self->out.buf;
    const char *tag = outcome == OUTCOME_ERROR ? "error" : "failure";
    ASSERT(outcome == OUTCOME_ERROR || outcome == OUTCOME_FAILURE);
    buf_print(buf, "      <%s", tag);
    buf_clear(&self->scratch);
    put_type(&self->scratch, at, outcome);
    put_attribute(buf, "type", buf_str(&self->scratch));
    buf_clear(&self->scratch);
    put_message(&self->scratch, at);
    put_attribute(buf, "message", buf_str(&self->scratch));
    buf_put_char(buf, '>');
    buf_clear(&self->scratch);
    report_failure_words(&self->scratch, at);
    put_xml(buf, buf_str(&self->scratch), false);
    buf_print(buf, "</%s>\n", tag);
}

/* What was found and the command that shows it: of passed cases too, since an expected leak is worth reading. */
static void put_system_out(struct junit *self, const struct report_case *at) {
    if (at->token.len == 0) return;
    struct buf *buf = &self->out.buf;
    buf_put(buf, STR("      <system-out>"));
    buf_clear(&self->scratch);
    report_findings_lines(&self->scratch, at, 0, 0, false);
    if (at->known.len > 0) {
        buf_put(&self->scratch, STR("known: "));
        buf_put(&self->scratch, at->known);
        buf_put_char(&self->scratch, '\n');
    }
    if (at->proved || at->sampled) {
        report_runs_words(&self->scratch, at);
        buf_put_char(&self->scratch, '\n');
    }
    report_again_words(&self->scratch, at);
    put_xml(buf, buf_str(&self->scratch), false);
    buf_put(buf, STR("</system-out>\n"));
}

static void put_case(struct junit *self, const struct report_case *at) {
    struct buf *buf = &self->out.buf;
    enum outcome outcome = outcome_of(at);
    buf_put(buf, STR("    <testcase"));
    buf_clear(&self->scratch);
    put_class(&self->scratch, folder_of(at->file));
    put_attribute(buf, "classname", buf_str(&self->scratch));
    buf_clear(&self->scratch);
    buf_put(&self->scratch, at->name);
    if (at->variant.len > 0) {
        buf_put(&self->scratch, STR(" ("));
        buf_put(&self->scratch, at->variant);
        buf_put_char(&self->scratch, ')');
    }
    put_attribute(buf, "name", buf_str(&self->scratch));
    put_attribute(buf, "file", at->file);
    uint32_t line = at->line > 0 ? at->line : at->count > 0 ? at->findings[0].line : 0;
    if (line > 0) buf_print(buf, " line=\"%u\"", line);
    if (outcome == OUTCOME_PASSED && at->token.len == 0) {
        buf_put(buf, STR("/>\n"));
        return;
    }
    buf_put(buf, STR(">\n"));
    if (outcome == OUTCOME_SKIPPED)
        buf_put(buf, STR("      <skipped message=\"interrupted before it was judged\"/>\n"));
    else if (outcome != OUTCOME_PASSED)
        put_outcome(self, at, outcome);
    put_system_out(self, at);
    buf_put(buf, STR("    </testcase>\n"));
}

/* --- suites ----------------------------------------------------------------------------------------------------- */
static bool first_of_folder(const struct report *report, uint32_t index) {
    struct str folder = folder_of(report->cases[index].file);
    for (uint32_t i = index; i-- > 0;)
        if (str_equal(folder, folder_of(report->cases[i].file))) return false;
    return true;
}

static enum status put_suite(struct junit *self, struct str folder) {
    uint32_t counts[OUTCOME_COUNT] = {0};
    for (uint32_t i = 0; i < self->report->count; i++)
        if (str_equal(folder, folder_of(self->report->cases[i].file))) counts[outcome_of(&self->report->cases[i])]++;
    buf_put(&self->out.buf, STR("  <testsuite"));
    put_attribute(&self->out.buf, "name", folder);
    put_counts(&self->out.buf, counts);
    for (uint32_t i = 0; i < self->report->count; i++) {
        if (!str_equal(folder, folder_of(self->report->cases[i].file))) continue;
        put_case(self, &self->report->cases[i]);
        TRY(buf_status(&self->scratch));
        TRY(report_out_flush(&self->out));
    }
    buf_put(&self->out.buf, STR("  </testsuite>\n"));
    return OK;
}

static enum status junit_write(const struct report *report, struct sink *sink) {
    struct junit self = {.report = report};
    report_out_init(&self.out, sink);
    buf_init(&self.scratch, mem_system());
    uint32_t counts[OUTCOME_COUNT] = {0};
    for (uint32_t i = 0; i < report->count; i++) counts[outcome_of(&report->cases[i])]++;
    buf_put(&self.out.buf, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
    put_attribute(&self.out.buf, "name", report->title);
    put_counts(&self.out.buf, counts);
    enum status status = OK;
    for (uint32_t i = 0; i < report->count && status == OK; i++)
        if (first_of_folder(report, i)) status = put_suite(&self, folder_of(report->cases[i].file));
    buf_put(&self.out.buf, STR("</testsuites>\n"));
    buf_deinit(&self.scratch);
    return report_out_end(&self.out, status);
}

const struct reporter report_junit_reporter = {
    .name = "junit",
    .extension = "xml",
    .about = "JUnit XML, which Jenkins, GitLab and most others read",
    .write = junit_write,
};
