/* SPDX-License-Identifier: MIT */
/* report_timeline.c — see report_timeline.h. */
#include "reports/report_timeline.h"

static void put_kinds(struct report_json *json, const struct report_snapshot *shot) {
    report_json_open(json, "kinds", '{');
    for (uint32_t i = 0; i < shot->kind_count; i++) {
        if (shot->kinds[i].name == NULL || shot->kinds[i].births == 0) continue;
        report_json_open(json, shot->kinds[i].name, '{');
        report_json_number(json, "live", shot->kinds[i].live);
        report_json_number(json, "allocations", shot->kinds[i].births);
        report_json_close(json, '}');
    }
    report_json_close(json, '}');
}

static void put_snapshot(struct report_json *json, const struct report_snapshot *shot) {
    report_json_open(json, NULL, '{');
    report_json_number(json, "step", shot->step);
    report_json_signed(json, "time_ns", shot->time_ns);
    report_json_number(json, "live_objects", shot->live);
    report_json_number(json, "live_bytes", shot->bytes);
    report_json_number(json, "total_bytes", shot->bytes_ever);
    report_json_number(json, "allocations", shot->births);
    report_json_number(json, "frees", shot->births - shot->live);
    put_kinds(json, shot);
    report_json_open(json, "coroutines", '{');
    report_json_number(json, "ready", shot->ready);
    for (uint32_t i = 0; i < shot->group_count; i++)
        report_json_number(json, shot->groups[i].verb, shot->groups[i].count);
    if (shot->other > 0) report_json_number(json, "other", shot->other);
    report_json_close(json, '}');
    report_json_close(json, '}');
}

void report_timeline_open(struct report_timeline *timeline, struct buf *out) {
    *timeline = (struct report_timeline){.json = {.out = out}};
    struct report_json *json = &timeline->json;
    report_json_open(json, NULL, '{');
    report_json_text(json, "format", STR("ebb-timeline-1"));
    report_json_text(json, "not_here", STR("resident memory: it is the process's, and not the same twice"));
    report_json_open(json, "runs", '[');
}

void report_timeline_put(struct report_timeline *timeline, const struct report_timeline_run *run) {
    struct report_json *json = &timeline->json;
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", run->file);
    report_json_text(json, "variant", run->variant);
    report_json_text(json, "token", run->token);
    if (run->every_ns > 0)
        report_json_signed(json, "every_ns", run->every_ns);
    else
        report_json_number(json, "every_steps", run->every_steps);
    if (run->cut) report_json_bool(json, "cut", true);
    report_json_open(json, "snapshots", '[');
    for (uint32_t i = 0; i < run->count; i++) put_snapshot(json, &run->at[i]);
    report_json_close(json, ']');
    report_json_close(json, '}');
}

void report_timeline_close(struct report_timeline *timeline) {
    report_json_close(&timeline->json, ']');
    report_json_close(&timeline->json, '}');
    ASSERT(timeline->json.depth == 0);
}
