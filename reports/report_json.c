/* SPDX-License-Identifier: MIT */
/* report_json.c — the whole campaign for machines, and what other reports are made of later: ebb-report-1. */
#include "reports/json_writer.h"
#include "reports/report.h"
#include "reports/report_bytes.h"

/* Nothing is put of what is not known: a reader need not tell "" from unknown. */
static void put_cause(struct report_json *json, const struct report_cause *cause) {
    if (cause->decided) {
        report_json_number(json, "step", cause->step);
        if (cause->about) report_json_bool(json, "step_about", true);
        report_json_signed(json, "step_time_ns", cause->time_ns);
        if (cause->line > 0) report_json_number(json, "step_line", cause->line);
        report_json_text(json, "cause", str_of(cause->event));
        report_json_text(json, "because", str_of(cause->because));
        if (cause->lost_right[0] != '\0') report_json_text(json, "lost_right", str_of(cause->lost_right));
    }
    if (cause->doomed) report_json_number(json, "doomed_step", cause->doomed_step);
    if (cause->loops) {
        report_json_open(json, "loop", '{');
        report_json_number(json, "after_steps", cause->loop_after);
        report_json_number(json, "steps", cause->loop_steps);
        report_json_signed(json, "time_ns", cause->loop_ns);
        report_json_close(json, '}');
    }
    if (!cause->kept) return;
    report_json_text(json, "kept_by", str_of(cause->kept_by));
    if (cause->suspect[0] != '\0') report_json_text(json, "suspect", str_of(cause->suspect));
    report_json_number(json, "retained_objects", cause->retained_objects);
    report_json_number(json, "retained_bytes", cause->retained_bytes);
}

static void put_finding(struct report_json *json, const struct check_finding *finding,
                        const struct report_cause *cause) {
    report_json_open(json, NULL, '{');
    report_json_text(json, "kind", str_of(check_kind_name(finding->kind)));
    report_json_text(json, "object", str_of(finding->object));
    report_json_text(json, "operation", str_of(finding->operation));
    report_json_text(json, "on", str_of(finding->on));
    report_json_number(json, "count", finding->count);
    if (finding->period > 1) report_json_number(json, "period", finding->period);
    report_json_number(json, "line", finding->line);
    if (finding->text[0] != '\0') report_json_text(json, "text", str_of(finding->text));
    if (finding->kind == CHECK_PINNED) {
        report_json_number(json, "used_bytes", finding->used_bytes);
        report_json_number(json, "held_bytes", finding->held_bytes);
    }
    report_json_open(json, "born", '{');
    report_json_text(json, "by", str_of(finding->born.by));
    report_json_number(json, "line", finding->born.line);
    report_json_signed(json, "time_ns", finding->born.time_ns);
    report_json_close(json, '}');
    report_json_hex(json, "signature", finding->signature);
    if (cause != NULL) put_cause(json, cause);
    report_json_close(json, '}');
}

/* {"blocked": 371, "lock": 371}: how many schedules left something of this kind. */
static void put_runs_with(struct report_json *json, const uint64_t *runs_with) {
    report_json_open(json, "runs_with", '{');
    for (uint32_t kind = 0; runs_with != NULL && kind < CHECK_KIND_COUNT; kind++)
        if (runs_with[kind] > 0) report_json_number(json, check_kind_name((enum check_kind)kind), runs_with[kind]);
    report_json_close(json, '}');
}

static void put_case(struct report_json *json, const struct report_case *at) {
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", at->file);
    report_json_text(json, "name", at->name);
    report_json_text(json, "variant", at->variant);
    report_json_text(json, "about", at->about);
    report_json_bool(json, "as_expected", at->as_expected);
    report_json_text(json, "verdict", str_of(report_verdict_name(at->verdict)));
    report_json_text(json, "pending", at->pending);
    if (at->known.len > 0) report_json_text(json, "known", at->known);
    report_json_number(json, "runs", at->runs);
    report_json_bool(json, "proved", at->proved);
    report_json_bool(json, "sampled", at->sampled);
    if (at->ended.len > 0) report_json_text(json, "ended", at->ended);
    report_json_number(json, "leaking_runs", at->leaking_runs);
    put_runs_with(json, at->runs_with);
    report_json_number(json, "steps", at->steps);
    report_json_text(json, "token", at->token);
    report_json_hex(json, "digest", at->digest);
    report_json_text(json, "expected", at->expected);
    report_json_text(json, "why", at->why);
    report_json_number(json, "line", at->line);
    report_json_number(json, "column", at->column);
    report_json_open(json, "findings", '[');
    for (uint32_t i = 0; i < at->count; i++)
        put_finding(json, &at->findings[i], at->causes == NULL ? NULL : &at->causes[i]);
    report_json_close(json, ']');
    report_json_number(json, "lost", at->lost);
    report_json_close(json, '}');
}

static void put_summary(struct report_json *json, const struct report *report) {
    uint64_t good = 0, proved = 0, sampled = 0, findings = 0, by_verdict[REPORT_VERDICT_COUNT] = {0};
    for (uint32_t i = 0; i < report->count; i++) {
        const struct report_case *at = &report->cases[i];
        ASSERT((uint32_t)at->verdict < REPORT_VERDICT_COUNT);
        good += at->as_expected;
        proved += at->as_expected && at->proved;
        sampled += at->as_expected && at->sampled;
        findings += (uint64_t)at->count + at->lost;
        by_verdict[at->verdict]++;
    }
    report_json_open(json, "summary", '{');
    report_json_number(json, "scenarios", report->count);
    report_json_number(json, "as_expected", good);
    report_json_number(json, "proved", proved);
    report_json_number(json, "sampled", sampled);
    report_json_number(json, "not_as_expected", report->count - good);
    report_json_number(json, "findings", findings);
    for (uint32_t v = 0; v < REPORT_VERDICT_COUNT; v++)
        report_json_number(json, report_verdict_name((enum report_verdict)v), by_verdict[v]);
    report_json_close(json, '}');
}

static enum status json_write(const struct report *report, struct sink *sink) {
    struct report_out out;
    report_out_init(&out, sink);
    struct report_json json = {.out = &out.buf};
    report_json_open(&json, NULL, '{');
    report_json_text(&json, "format", STR("ebb-report-1"));
    report_json_text(&json, "title", report->title);
    report_json_open(&json, "scenarios", '[');
    enum status status = OK;
    for (uint32_t i = 0; i < report->count && status == OK; i++) {
        put_case(&json, &report->cases[i]);
        status = report_out_flush(&out);
    }
    report_json_close(&json, ']');
    put_summary(&json, report);
    report_json_close(&json, '}');
    ASSERT(json.depth == 0);
    return report_out_end(&out, status);
}

const struct reporter report_json_reporter = {
    .name = "json",
    .extension = "json",
    .about = "everything, for programs; format ebb-report-1",
    .write = json_write,
};
