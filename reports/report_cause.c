/* SPDX-License-Identifier: MIT */
/* report_cause.c — what stands below a finding: since when nobody could help any more, and who keeps it. */
#include "base/buf.h"
#include "reports/report.h"
#include "reports/report_bytes.h"

/* Of growth, a panic and a pinned block the finding itself says what came of it. */
static bool because_says_more(const struct check_finding *finding) {
    return finding->kind != CHECK_GROWS && finding->kind != CHECK_PANIC && finding->kind != CHECK_PINNED;
}

static void put_decided(struct buf *out, const struct check_finding *finding, const struct report_cause *cause) {
    buf_print(out, "%sstep %llu", cause->about ? "about " : "", (unsigned long long)cause->step);
    if (cause->line > 0) buf_print(out, ", line %u", cause->line);
    if (cause->time_ns > 0) {
        buf_put(out, STR(", at "));
        report_duration_words(out, cause->time_ns);
    }
    buf_print(out, ": %s", cause->event);
    if (because_says_more(finding)) buf_print(out, "; %s", cause->because);
    buf_put_char(out, '\n');
}

static void put_kept(struct buf *out, const struct report_cause *cause) {
    buf_print(out, "kept by %s", cause->kept_by);
    if (cause->suspect[0] != '\0') buf_print(out, "; suspect: %s", cause->suspect);
    buf_print(out, "; retains %llu object%s", (unsigned long long)cause->retained_objects,
              cause->retained_objects == 1 ? "" : "s");
    if (cause->retained_bytes > 0) buf_print(out, ", %llu bytes", (unsigned long long)cause->retained_bytes);
    buf_put_char(out, '\n');
}

/* That a coroutine is held by itself, and an object by being there, the finding has said already. */
static bool kept_says_more(const struct check_finding *finding, const struct report_cause *cause) {
    bool coroutine = finding->kind == CHECK_BLOCKED || finding->kind == CHECK_ALIVE || finding->kind == CHECK_PANIC;
    return cause->kept && !coroutine && (strstr(cause->kept_by, " > ") != NULL || cause->retained_bytes > 0);
}

void report_loop_words(struct buf *out, uint64_t after, uint64_t steps, int64_t time_ns) {
    buf_print(out, "a livelock: after %llu step%s the same %llu step%s for ever, ", (unsigned long long)after,
              after == 1 ? "" : "s", (unsigned long long)steps, steps == 1 ? "" : "s");
    if (time_ns == 0)
        buf_put(out, STR("in no time"));
    else
        report_duration_words(out, time_ns);
    if (time_ns != 0) buf_put(out, STR(" each round"));
}

static void put_loop(struct buf *out, const struct report_cause *cause) {
    report_loop_words(out, cause->loop_after, cause->loop_steps, cause->loop_ns);
    buf_put_char(out, '\n');
}

static void put_cause(struct buf *out, const struct report_case *at, uint32_t index, uint32_t indent) {
    if (at->causes == NULL) return;
    const struct report_cause *cause = &at->causes[index];
    if (cause->decided) {
        report_put_spaces(out, indent);
        put_decided(out, &at->findings[index], cause);
    }
    if (cause->loops) {
        report_put_spaces(out, indent);
        put_loop(out, cause);
    }
    if (!kept_says_more(&at->findings[index], cause)) return;
    report_put_spaces(out, indent);
    put_kept(out, cause);
}

/* Findings are sorted, so those of one signature stand together. Returns the end of those like the one at `first`. */
static uint32_t group_end(const struct report_case *at, uint32_t first) {
    uint32_t end = first + 1;
    const struct check_finding *finding = &at->findings[first];
    while (end < at->count && at->findings[end].kind == finding->kind && finding->signature != 0 &&
           at->findings[end].signature == finding->signature)
        end++;
    return end;
}

/* Lines of one group that are told by number. */
#define LINES_TOLD 12u

static void put_alike(struct buf *out, const struct report_case *at, uint32_t from, uint32_t to) {
    uint32_t told = to - from <= LINES_TOLD ? to : from + LINES_TOLD;
    uint64_t rest = 0;
    buf_print(out, "the same in line%s", to - from == 1 ? "" : "s");
    for (uint32_t i = from; i < told; i++) {
        buf_print(out, "%s%u", i == from ? " " : ", ", at->findings[i].line);
        if (at->findings[i].count > 1) buf_print(out, " (count %llu)", (unsigned long long)at->findings[i].count);
    }
    for (uint32_t i = told; i < to; i++) rest += at->findings[i].count;
    if (told < to) buf_print(out, " and %u more lines (count %llu)", to - told, (unsigned long long)rest);
    buf_put_char(out, '\n');
}

void report_lost_words(struct buf *out, uint32_t count, uint32_t lost) {
    buf_print(out, "the list ends here, at %u: %u more %s left and had no room", count, lost,
              lost == 1 ? "was" : "were");
}

void report_findings_lines(struct buf *out, const struct report_case *at, uint32_t indent, uint32_t column,
                           bool births) {
    ASSERT(column <= indent);
    for (uint32_t i = 0, end; i < at->count; i = end) {
        end = group_end(at, i);
        report_put_spaces(out, i == 0 ? indent - column : indent);
        if (births)
            report_told_words(out, &at->findings[i]);
        else
            report_finding_words(out, &at->findings[i]);
        buf_put_char(out, '\n');
        put_cause(out, at, i, indent + 2);
        if (end == i + 1) continue;
        report_put_spaces(out, indent + 2);
        put_alike(out, at, i + 1, end);
    }
    if (at->lost == 0) return;
    report_put_spaces(out, at->count == 0 ? indent - column : indent);
    report_lost_words(out, at->count, at->lost);
    buf_put_char(out, '\n');
}
