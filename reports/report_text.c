/* SPDX-License-Identifier: MIT */
/* report_text.c — the verdicts as a table for people: one row per case, and below it what was left behind. */
#include "base/buf.h"
#include "reports/report.h"
#include "reports/report_bytes.h"

#define INDENT 7u /* of what stands below a row */

struct text {
    struct report_out out;
    struct buf scratch;
    const struct report *report;
    uint32_t name_width, variant_width, verdict_width, runs_width;
};

static bool shows_findings(const struct report *report, const struct report_case *at) {
    return at->as_expected && !report->terse && at->pending.len == 0;
}

/* --- widths ----------------------------------------------------------------------------------------------------- */
static void widen(uint32_t *width, uint32_t to) {
    if (*width < to) *width = to;
}

static uint32_t plain_width(struct text *self, struct str bytes) {
    buf_clear(&self->scratch);
    report_put_plain(&self->scratch, bytes);
    return report_width(buf_str(&self->scratch));
}

static uint32_t number_width(uint64_t number) {
    uint32_t width = 1;
    for (; number > 9; number /= 10) width++;
    return width;
}

static void measure(struct text *self) {
    for (uint32_t i = 0; i < self->report->count; i++) {
        const struct report_case *at = &self->report->cases[i];
        widen(&self->name_width, plain_width(self, at->name));
        widen(&self->variant_width, plain_width(self, at->variant));
        widen(&self->verdict_width, report_width(str_of(report_verdict_name(at->verdict))));
        widen(&self->runs_width, number_width(at->runs));
    }
}

/* --- writing ---------------------------------------------------------------------------------------------------- */
enum paint { PAINT_GOOD, PAINT_BAD, PAINT_UNSURE, PAINT_DIM };

static void paint_on(struct text *self, enum paint paint) {
    static const char *const codes[] = {
        [PAINT_GOOD] = "\033[32m", [PAINT_BAD] = "\033[1;31m", [PAINT_UNSURE] = "\033[33m", [PAINT_DIM] = "\033[2m"};
    if (self->report->colour) buf_put(&self->out.buf, str_of(codes[paint]));
}

static void paint_off(struct text *self) {
    if (self->report->colour) buf_put(&self->out.buf, STR("\033[0m"));
}

static void put_padded(struct text *self, struct str bytes, uint32_t width) {
    uint32_t own = plain_width(self, bytes);
    buf_put(&self->out.buf, buf_str(&self->scratch));
    if (own < width) report_put_spaces(&self->out.buf, width - own);
}

static void put_reason(struct buf *buf, struct str what, struct str reason) {
    report_put_spaces(buf, INDENT);
    buf_put(buf, what);
    report_put_plain(buf, reason);
    buf_put_char(buf, '\n');
}

static void put_row(struct text *self, const struct report_case *at) {
    struct buf *buf = &self->out.buf;
    bool cut = at->verdict == REPORT_CUT_SHORT, pending = at->pending.len > 0 && at->as_expected;
    bool known = at->known.len > 0 && at->as_expected;
    paint_on(self, cut || pending || known ? PAINT_UNSURE : at->as_expected ? PAINT_GOOD : PAINT_BAD);
    buf_put(buf,
            cut                   ? STR("-- ")
                : pending         ? STR(".. ")
                : known           ? STR("~~ ")
                : at->as_expected ? STR("ok ")
                                  : STR("NOT"));
    paint_off(self);
    report_put_spaces(buf, 2);
    put_padded(self, at->name, self->name_width);
    report_put_spaces(buf, 2);
    if (self->variant_width > 0) {
        put_padded(self, at->variant, self->variant_width);
        report_put_spaces(buf, 2);
    }
    struct str verdict = str_of(report_verdict_name(at->verdict));
    if (at->runs == 0) {
        buf_put(buf, verdict);
    } else {
        put_padded(self, verdict, self->verdict_width);
        report_put_spaces(buf, 2 + self->runs_width - number_width(at->runs));
        report_runs_words(buf, at);
    }
    buf_put_char(buf, '\n');
    if (pending) put_reason(buf, STR("pending: "), at->pending);
    if (at->known.len > 0) put_reason(buf, STR("known: "), at->known);
}

static void put_findings(struct text *self, const struct report_case *at) {
    struct buf *buf = &self->out.buf;
    report_findings_lines(buf, at, INDENT, 0, true);
    if (at->count == 0) return;
    report_put_spaces(buf, INDENT);
    paint_on(self, PAINT_DIM);
    report_again_words(buf, at);
    paint_off(self);
    buf_put_char(buf, '\n');
}

static void put_failure(struct text *self, const struct report_case *at) {
    buf_clear(&self->scratch);
    report_failure_words(&self->scratch, at);
    struct str rest = buf_str(&self->scratch);
    while (rest.len > 0) {
        const char *newline = memchr(rest.at, '\n', rest.len);
        ASSERT(newline != NULL);
        size_t length = (size_t)(newline - rest.at) + 1;
        report_put_spaces(&self->out.buf, INDENT);
        buf_put(&self->out.buf, (struct str){rest.at, length});
        rest.at += length;
        rest.len -= length;
    }
}

static enum status put_case(struct text *self, const struct report_case *at) {
    put_row(self, at);
    if (shows_findings(self->report, at)) {
        put_findings(self, at);
    } else if (!at->as_expected && at->verdict != REPORT_CUT_SHORT) {
        put_failure(self, at);
    }
    TRY(buf_status(&self->scratch));
    return report_out_flush(&self->out);
}

/* " (3 proved, 1 sampled)", in one word where all are alike; nothing where no row claims anything of other schedules. */
static void put_worth(struct text *self, uint32_t good, uint32_t proved, uint32_t sampled) {
    struct buf *buf = &self->out.buf;
    ASSERT(proved + sampled <= good);
    if (proved + sampled == 0) return;
    if (proved == good || sampled == good)
        buf_put(buf, proved == good ? STR(" (proved)") : STR(" (sampled)"));
    else
        buf_print(buf, " (%u proved, %u sampled)", proved, sampled);
}

static void put_summary(struct text *self) {
    uint32_t proved = 0, sampled = 0, good = 0, bad = 0, cut = 0, pending = 0, known = 0;
    for (uint32_t i = 0; i < self->report->count; i++) {
        const struct report_case *at = &self->report->cases[i];
        if (at->verdict == REPORT_CUT_SHORT)
            cut++;
        else if (at->as_expected && at->pending.len > 0)
            pending++;
        else if (at->as_expected && at->known.len > 0)
            good++, known++;
        else if (at->as_expected)
            good++;
        else
            bad++;
        if (!at->as_expected || at->pending.len > 0 || at->verdict == REPORT_CUT_SHORT) continue;
        proved += at->proved;
        sampled += at->sampled;
    }
    ASSERT(good + bad + cut + pending == self->report->count);
    paint_on(self, bad > 0 ? PAINT_BAD : cut > 0 ? PAINT_UNSURE : PAINT_GOOD);
    buf_print(&self->out.buf, "%u %s judged: %u as expected", good + bad, good + bad == 1 ? "scenario" : "scenarios",
              good);
    put_worth(self, good, proved, sampled);
    buf_print(&self->out.buf, ", %u not", bad);
    if (known > 0) buf_print(&self->out.buf, ", but for what is known of %u", known);
    if (pending > 0) buf_print(&self->out.buf, "; %u more pending", pending);
    if (cut > 0) buf_print(&self->out.buf, "; interrupted before %u more", cut);
    paint_off(self);
    buf_put_char(&self->out.buf, '\n');
}

static enum status text_write(const struct report *report, struct sink *sink) {
    struct text self = {.report = report};
    report_out_init(&self.out, sink);
    buf_init(&self.scratch, self.out.buf.mem);
    measure(&self);
    enum status status = buf_status(&self.scratch);
    for (uint32_t i = 0; i < report->count && status == OK; i++) status = put_case(&self, &report->cases[i]);
    if (status == OK) put_summary(&self);
    buf_deinit(&self.scratch);
    return report_out_end(&self.out, status);
}

const struct reporter report_text_reporter = {
    .name = "text",
    .extension = "txt",
    .about = "a table of verdicts for people",
    .write = text_write,
};
