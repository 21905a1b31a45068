/* SPDX-License-Identifier: MIT */
/* report_story_words.c — what a cell, a sentence and a reason say. */
#include "core/object.h"
#include "reports/report.h"
#include "reports/report_bytes.h"
#include "reports/report_story_impl.h"

static void put_name(struct buf *out, const char *name) { report_put_plain(out, str_of(name)); }

/* --- marks --------------------------------------------------------------------------------------------------------- */

const struct check_target *report_story_target(const struct report_story *of, const struct check_finding *finding) {
    for (uint32_t i = 0; i < of->story->target_count; i++) {
        const struct check_target *target = &of->story->targets[i];
        const struct check_finding *its = &target->finding;
        if (its->kind == finding->kind && its->signature == finding->signature && its->line == finding->line)
            return target;
    }
    return NULL;
}

bool report_story_loops(const struct report_story *of, const struct check_target *target) {
    const struct check_story *story = of->story;
    if (!story->loop.known) return false;
    if (target->finding.kind == CHECK_LIMIT) return true;
    for (uint32_t i = 0; i < story->actor_count && target->finding.kind == CHECK_ALIVE; i++)
        if (story->actors[i].serial == target->serial) return story->actors[i].last_event >= story->loop.event_first;
    return false;
}

const struct check_event *report_story_decisive(const struct check_target *target) {
    if (target->is_doomed && (!target->is_lost || target->lost.number > target->doomed.number)) return &target->doomed;
    return target->is_lost ? &target->lost : NULL;
}

bool report_story_about(const struct check_target *target) {
    return report_story_decisive(target) == &target->lost ? target->lost_about : target->doomed_about;
}

char report_story_mark(const struct report_story *of, const struct check_event *event) {
    char mark = event->what == CHECK_EVENT_CHOICE ? '*' : ' ';
    for (uint32_t i = 0; i < of->story->target_count; i++) {
        const struct check_target *target = &of->story->targets[i];
        const struct check_event *decisive = report_story_decisive(target);
        if (decisive != NULL && decisive->number == event->number) return '>';
        if (target->is_doomed && target->doomed.number == event->number) mark = 'x';
    }
    return mark;
}

/* --- parts ---------------------------------------------------------------------------------------------------------- */

void report_story_actor(struct buf *out, const struct report_story *of, uint32_t who) {
    if (who == CHECK_NOBODY) {
        buf_put(out, STR("a coroutine"));
        return;
    }
    const struct check_actor *actor = &of->story->actors[who];
    put_name(out, actor->label);
    if (actor->number > 1) buf_print(out, " %u", actor->number);
}

static void put_line(struct buf *out, const struct check_event *event) {
    if (event->line > 0) buf_print(out, " (line %u)", event->line);
}

/* "send on reply", "select on a, b and 3 more" */
static void put_verb(struct buf *out, const struct check_event *event) {
    put_name(out, event->verb == NULL || event->verb[0] == '\0' ? "code" : event->verb);
    uint32_t named = event->on_count < CHECK_WAITS ? event->on_count : CHECK_WAITS;
    for (uint32_t i = 0; i < named; i++) {
        buf_put(out, i == 0 ? STR(" on ") : STR(", "));
        put_name(out, event->on[i]);
    }
    if (event->on_count > named) buf_print(out, " and %u more", event->on_count - named);
}

/* Whom a `go` has spawned: told right after it. */
static void put_spawned(struct buf *out, const struct report_story *of, const struct check_event *event) {
    for (uint64_t i = event->number + 1; i < of->story->event_count; i++) {
        const struct check_event *next = check_story_at(of->story, i);
        if (next == NULL || next->what != CHECK_EVENT_BEGIN || next->by != event->who) return;
        buf_put_char(out, ' ');
        report_story_actor(out, of, next->who);
    }
}

static bool waits_for_ever(const struct report_story *of, const struct check_event *event) {
    for (uint32_t i = 0; i < of->story->target_count; i++) {
        const struct check_target *target = &of->story->targets[i];
        if (target->is_doomed && target->doomed.number == event->number) return true;
    }
    return false;
}

/* --- cells ------------------------------------------------------------------------------------------------------------ */

static void put_wait(struct buf *out, const struct report_story *of, const struct check_event *event) {
    put_verb(out, event);
    if (event->until_ns == EBB_NEVER) {
        buf_put(out, waits_for_ever(of, event) ? STR(": waits for ever") : STR(": waits"));
    } else {
        buf_put(out, event->on_count == 0 ? STR(" until ") : STR(": waits, until "));
        report_duration_words(out, event->until_ns);
        if (event->on_count > 0) buf_put(out, STR(" at most"));
    }
    put_line(out, event);
}

static void put_wake(struct buf *out, const struct check_event *event) {
    put_name(out, event->verb);
    if (event->woke == EBB_TIMEOUT) {
        buf_put(out, STR(": its time is up"));
        return;
    }
    if (event->on[0] != NULL) {
        buf_put(out, STR(" on "));
        put_name(out, event->on[0]);
    }
    buf_put(out, event->woke == EBB_CLOSED ? STR(": it is closed") : STR(": done"));
}

static void put_choice(struct buf *out, const struct report_story *of, const struct check_event *event) {
    if (event->choice == EBB_CHOOSE_CASE) {
        buf_print(out, "takes ready case %u of %u", event->option + 1, event->options);
    } else if (event->choice == EBB_CHOOSE_VALUE) {
        buf_print(out, "takes %u of 0 to %u", event->option, event->options - 1);
    } else if (event->choice == EBB_CHOOSE_STALL) {
        buf_put(out, STR("a fault: stalled "));
        report_duration_words(out, ebb_stalls_ns[event->option - 1]);
    } else if (event->choice == EBB_CHOOSE_CANCEL) {
        buf_put(out, STR("a fault"));
    } else if (event->choice == EBB_CHOOSE_REFUSE) {
        buf_put(out, STR("a fault: it is refused what it asks for"));
        put_line(out, event);
    } else if (event->who == CHECK_NOBODY) {
        buf_put(out, STR("early"));
    } else {
        buf_put(out, STR("goes on instead of "));
        report_story_actor(out, of, event->by);
    }
}

void report_story_cell(struct buf *out, const struct report_story *of, const struct check_event *event) {
    switch (event->what) {
    case CHECK_EVENT_PHASE: buf_print(out, "%s", event->verb); break;
    case CHECK_EVENT_BEGIN: buf_put(out, STR("starts")); break;
    case CHECK_EVENT_DONE:
        put_verb(out, event);
        put_spawned(out, of, event);
        put_line(out, event);
        break;
    case CHECK_EVENT_WAIT: put_wait(out, of, event); break;
    case CHECK_EVENT_WAKE: put_wake(out, event); break;
    case CHECK_EVENT_ALARM:
        put_name(out, event->on_kind);
        buf_put_char(out, ' ');
        put_name(out, event->on[0]);
        buf_put(out, STR(" goes off"));
        break;
    case CHECK_EVENT_END: buf_put(out, STR("comes to its end")); break;
    case CHECK_EVENT_PANIC:
        buf_put(out, STR("panics"));
        put_line(out, event);
        break;
    case CHECK_EVENT_CHOICE: put_choice(out, of, event); break;
    }
}

/* --- sentences ---------------------------------------------------------------------------------------------------------- */

void report_story_sentence(struct buf *out, const struct report_story *of, const struct check_event *event) {
    if (event->what == CHECK_EVENT_ALARM || event->what == CHECK_EVENT_PHASE) {
        if (event->what == CHECK_EVENT_ALARM) buf_put(out, STR("the "));
        report_story_cell(out, of, event);
        return;
    }
    bool fault = event->what == CHECK_EVENT_DONE && event->fault;
    if (fault) buf_put(out, STR("a fault before "));
    report_story_actor(out, of, event->who);
    buf_put(out,
            fault                                                                    ? STR(" went on: ")
                : event->what == CHECK_EVENT_DONE                                    ? STR(" did ")
                : event->what == CHECK_EVENT_WAKE || event->what == CHECK_EVENT_WAIT ? STR(": ")
                                                                                     : STR(" "));
    report_story_cell(out, of, event);
}

/* "receive from reply or close it" */
static void put_help(struct buf *out, uint32_t rights, const char *on) {
    static const struct {
        uint32_t right;
        const char *words;
    } known[] = {
        {EBB_RIGHT_RECV, "receive from"}, {EBB_RIGHT_SEND, "send to"},        {EBB_RIGHT_CLOSE, "close"},
        {EBB_RIGHT_UNLOCK, "unlock"},     {EBB_RIGHT_RUNLOCK, "read-unlock"}, {EBB_RIGHT_DONE, "count down"},
        {EBB_RIGHT_SIGNAL, "signal"},     {EBB_RIGHT_CANCEL, "cancel"},       {EBB_RIGHT_ARM, "set"},
    };
    bool some = false;
    for (size_t i = 0; i < BASE_COUNT(known); i++) {
        if ((rights & known[i].right) == 0) continue;
        buf_print(out, "%s%s ", some ? " or " : "", known[i].words);
        put_name(out, some || on[0] == '\0' ? "it" : on);
        some = true;
    }
    if (some) return;
    buf_put(out, STR("name "));
    put_name(out, on[0] == '\0' ? "it" : on);
}

void report_story_lost_right(struct buf *out, const struct check_finding *finding, const struct check_target *target) {
    uint32_t rights = 0;
    switch (finding->kind) {
    case CHECK_ALIVE:
    case CHECK_PINNED:
    case CHECK_GROWS:
    case CHECK_PANIC: return;
    default: break;
    }
    if (finding->kind == CHECK_BLOCKED && target->wait_count == 0) return;
    for (uint32_t i = 0; i < target->wait_count; i++) rights |= target->waits[i].rights;
    const char *on = finding->kind == CHECK_BLOCKED ? finding->on : finding->object;
    put_help(out, rights, target->wait_count > 1 ? "any of what it waits on" : on);
}

static void because_blocked(struct buf *out, const struct check_finding *finding, const struct check_target *target) {
    const char *whom = finding->object[0] == '\0' ? "it" : finding->object;
    if (target->wait_count == 0) {
        put_name(out, whom);
        buf_put(out, STR(" waits for nothing that could ever come"));
        return;
    }
    buf_put(out, target->helped ? STR("after that nobody else could ") : STR("nobody else could ever "));
    report_story_lost_right(out, finding, target);
}

void report_story_came(struct buf *out, const struct check_finding *finding, const struct check_target *target) {
    if (finding->kind != CHECK_BLOCKED || target->wait_count == 0) return;
    if (report_story_decisive(target) != &target->lost || !target->is_doomed) return;
    if (target->lost.number == target->doomed.number) return;
    buf_print(out, "; at step %llu ", (unsigned long long)target->doomed.step);
    put_name(out, finding->object[0] == '\0' ? "it" : finding->object);
    buf_put(out, STR(" came to wait for that"));
}

void report_story_because(struct buf *out, const struct report_story *of, const struct check_finding *finding,
                          const struct check_target *target) {
    (void)of;
    switch (finding->kind) {
    case CHECK_BLOCKED: because_blocked(out, finding, target); break;
    case CHECK_PINNED:
        if (finding->on[0] != '\0') { /* a coroutine's stack */
            buf_print(out, "after that %llu of %llu bytes were still used, and it goes on with all of them",
                      (unsigned long long)finding->used_bytes, (unsigned long long)finding->held_bytes);
            break;
        }
        buf_print(out, "after that %llu of %llu bytes could still be reached, through a view that is kept",
                  (unsigned long long)finding->used_bytes, (unsigned long long)finding->held_bytes);
        break;
    case CHECK_GROWS:
        buf_put(out, STR("there was then more than there had ever been, as after every "));
        if (finding->period > 1)
            buf_print(out, "%u cycles", finding->period);
        else
            buf_put(out, STR("cycle"));
        buf_put(out, STR("; nothing takes it out again"));
        break;
    case CHECK_PANIC: buf_put(out, STR("nobody recovered")); break;
    case CHECK_LOCK:
        buf_put(out, STR("after that nobody who runs could unlock "));
        put_name(out, finding->object);
        break;
    case CHECK_CONTEXT:
        buf_put(out, STR("after that nobody who runs could cancel "));
        put_name(out, finding->object);
        break;
    case CHECK_MESSAGE:
        buf_put(out, STR("after that nobody who runs could receive from "));
        put_name(out, finding->object);
        break;
    default:
        buf_put(out, STR("after that nobody who runs names "));
        put_name(out, finding->object[0] == '\0' ? "it" : finding->object);
        buf_put(out, STR(" any more"));
    }
}
