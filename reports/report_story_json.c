/* SPDX-License-Identifier: MIT */
/* report_story_json.c — the same for programs: every event that was kept, in order; ebb-story-1. */
#include "reports/json_writer.h"
#include "reports/report_bytes.h"
#include "reports/report_story_impl.h"

static const char *const names[] = {
    [CHECK_EVENT_PHASE] = "phase", [CHECK_EVENT_BEGIN] = "begin", [CHECK_EVENT_DONE] = "done",
    [CHECK_EVENT_WAIT] = "wait",   [CHECK_EVENT_WAKE] = "wake",   [CHECK_EVENT_ALARM] = "alarm",
    [CHECK_EVENT_END] = "end",     [CHECK_EVENT_PANIC] = "panic", [CHECK_EVENT_CHOICE] = "choice",
};
static const char *const wakes[] = {[EBB_DONE] = "done", [EBB_CLOSED] = "closed", [EBB_TIMEOUT] = "timeout"};
static const char *const choices[] = {
    [EBB_CHOOSE_NEXT] = "next",   [EBB_CHOOSE_CASE] = "case",     [EBB_CHOOSE_VALUE] = "value",
    [EBB_CHOOSE_STALL] = "stall", [EBB_CHOOSE_CANCEL] = "cancel", [EBB_CHOOSE_REFUSE] = "refuse"};

static void put_on(struct report_json *json, const struct check_event *event) {
    if (event->on_count == 0) return;
    report_json_open(json, "on", '[');
    for (uint32_t i = 0; i < event->on_count && i < CHECK_WAITS; i++)
        report_json_text(json, NULL, str_of(event->on[i]));
    report_json_close(json, ']');
}

static void put_event(struct report_json *json, const char *key, const struct report_story *of,
                      const struct check_event *event) {
    report_json_open(json, key, '{');
    report_json_number(json, "event", event->number);
    report_json_text(json, "what", str_of(names[event->what]));
    report_json_number(json, "step", event->step);
    report_json_signed(json, "time_ns", event->time_ns);
    if (event->who != CHECK_NOBODY) report_json_number(json, "who", event->who);
    if (event->by != CHECK_NOBODY) report_json_number(json, "by", event->by);
    if (event->line > 0) report_json_number(json, "line", event->line);
    if (event->verb != NULL && event->verb[0] != '\0') report_json_text(json, "verb", str_of(event->verb));
    put_on(json, event);
    if (event->what == CHECK_EVENT_PHASE) report_json_number(json, "turn", event->option);
    if (event->what == CHECK_EVENT_WAKE) report_json_text(json, "woke", str_of(wakes[event->woke]));
    if (event->what == CHECK_EVENT_WAIT && event->until_ns != EBB_NEVER)
        report_json_signed(json, "until_ns", event->until_ns);
    if (event->what == CHECK_EVENT_CHOICE) {
        report_json_text(json, "choice", str_of(choices[event->choice]));
        report_json_number(json, "option", event->option);
        report_json_number(json, "options", event->options);
    }
    char mark[2] = {report_story_mark(of, event), 0};
    if (mark[0] != ' ') report_json_text(json, "mark", str_of(mark));
    report_json_close(json, '}');
}

static void put_actors(struct report_json *json, const struct check_story *story) {
    report_json_open(json, "coroutines", '[');
    for (uint32_t i = 0; i < story->actor_count; i++) {
        report_json_open(json, NULL, '{');
        report_json_text(json, "name", str_of(story->actors[i].label));
        report_json_number(json, "number", story->actors[i].number);
        report_json_bool(json, "ended", story->actors[i].ended);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
}

static void put_kept(struct report_json *json, const struct check_target *target) {
    const struct check_retention *kept = &target->kept;
    report_json_open(json, "kept_by", '[');
    for (uint32_t i = 0; i < kept->link_count; i++) {
        report_json_open(json, NULL, '{');
        report_json_text(json, kept->links[i].root ? "root" : "edge", str_of(kept->links[i].edge));
        report_json_text(json, "object", str_of(kept->links[i].object));
        if (kept->links[i].suspect) report_json_bool(json, "suspect", true);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
    if (kept->skipped > 0) report_json_number(json, "kept_by_skipped", kept->skipped);
    report_json_number(json, "retained_objects", kept->objects);
    report_json_number(json, "retained_bytes", kept->bytes);
    if (target->aged) report_json_number(json, "age_cycles", target->age_cycles);
}

static void put_finding(struct report_json *json, const struct report_story *of, const struct check_finding *finding) {
    const struct check_target *target = report_story_target(of, finding);
    const struct check_event *decisive = target == NULL ? NULL : report_story_decisive(target);
    report_json_open(json, NULL, '{');
    report_json_text(json, "kind", str_of(check_kind_name(finding->kind)));
    report_json_text(json, "object", str_of(finding->object));
    report_json_text(json, "operation", str_of(finding->operation));
    report_json_text(json, "on", str_of(finding->on));
    report_json_number(json, "count", finding->count);
    report_json_number(json, "line", finding->line);
    report_json_hex(json, "signature", finding->signature);
    if (decisive != NULL) put_event(json, "decisive", of, decisive);
    if (target != NULL && target->is_doomed) put_event(json, "doomed", of, &target->doomed);
    if (decisive != NULL) {
        struct buf words;
        buf_init(&words, json->out->mem);
        report_story_because(&words, of, finding, target);
        report_story_came(&words, finding, target);
        report_json_text(json, "because", buf_str(&words));
        if (words.failed) json->out->failed = true;
        buf_deinit(&words);
    }
    if (target != NULL && report_story_loops(of, target)) {
        report_json_open(json, "loop", '{');
        report_json_number(json, "after_steps", of->story->loop.after_step);
        report_json_number(json, "steps", of->story->loop.steps);
        report_json_signed(json, "time_ns", of->story->loop.time_ns);
        report_json_close(json, '}');
    }
    if (target != NULL && target->kept.known) put_kept(json, target);
    report_json_close(json, '}');
}

enum status report_story_json(const struct report_story *story, struct mem *mem, struct sink *sink) {
    struct report_out out;
    (void)mem;
    report_out_init(&out, sink);
    struct report_json json = {.out = &out.buf};
    report_json_open(&json, NULL, '{');
    report_json_text(&json, "format", STR("ebb-story-1"));
    report_json_text(&json, "file", story->file);
    report_json_text(&json, "variant", story->variant);
    report_json_text(&json, "about", story->about);
    report_json_text(&json, "token", story->token);
    report_json_number(&json, "steps", story->steps);
    report_json_signed(&json, "time_ns", story->time_ns);
    report_json_number(&json, "deviations", story->deviations);
    report_json_number(&json, "looked_every", story->story->evaluated_every);
    put_actors(&json, story->story);
    report_json_number(&json, "event_count", story->story->event_count);
    report_json_open(&json, "events", '[');
    enum status status = OK;
    for (uint64_t i = 0; i < story->story->event_count && status == OK; i++) {
        const struct check_event *event = check_story_at(story->story, i);
        if (event == NULL) continue;
        put_event(&json, NULL, story, event);
        status = report_out_flush(&out);
    }
    report_json_close(&json, ']');
    report_json_open(&json, "findings", '[');
    for (uint32_t i = 0; i < story->findings->count; i++) put_finding(&json, story, &story->findings->at[i]);
    report_json_close(&json, ']');
    report_json_number(&json, "lost", story->findings->lost);
    report_json_close(&json, '}');
    ASSERT(json.depth == 0);
    return report_out_end(&out, status);
}
