/* SPDX-License-Identifier: MIT */
/* step_lines.c — see step_lines.h. Steps are noted on coroutines' small stacks, so nothing is written before the end. */
#include "run/step_lines.h"

#include <inttypes.h>

#include "reports/report.h"

#define DIGEST_DIGITS 16u

/* The last sight of a step is what stays. */
static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct run_steps *self = BASE_OWNER(observer, struct run_steps, observer);
    uint64_t step = ebb_steps(ebb);
    (void)alarm;
    if (step == 0 || step > RUN_STEPS_MAX) return;
    struct run_step *at = &self->at[step - 1];
    at->digest = ebb_digest(ebb);
    self->count = step;
    if (co == NULL || (sight != EBB_SIGHT_STEP && sight != EBB_SIGHT_PARK && sight != EBB_SIGHT_PANIC)) return;
    at->serial = co->head.node.birth.serial;
    at->time_ns = ebb_now_ns(ebb);
    at->who = co->head.node.birth.label;
    at->verb = co->op == NULL ? NULL : co->op->name;
    at->on = co->on == NULL ? NULL : co->on->node.birth.label;
    at->line = co->line;
    at->waits = sight == EBB_SIGHT_PARK;
}

static void phase(struct run_follower *follower, struct ebb *ebb, enum scenario_phase at, uint32_t turn) {
    (void)follower, (void)ebb, (void)at, (void)turn;
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase at,
                   const struct check_findings *findings, uint32_t from) {
    (void)follower, (void)ebb, (void)at, (void)findings, (void)from;
}

enum status run_steps_init(struct run_steps *steps, struct mem *mem) {
    *steps = (struct run_steps){.mem = mem, .follower = {NULL, phase, judged}, .observer = {.see = see}};
    steps->follower.observer = &steps->observer;
    steps->at = mem_new(mem, RUN_STEPS_MAX, sizeof *steps->at);
    return steps->at == NULL ? ERR_NOMEM : OK;
}

void run_steps_deinit(struct run_steps *steps) {
    mem_free(steps->mem, steps->at, RUN_STEPS_MAX * sizeof *steps->at);
    steps->at = NULL;
}

/* A line stays one, whatever a name holds: where it is shown, it is made fit for a terminal. */
static void put_name(struct buf *out, const char *name) {
    for (; *name != '\0'; name++) buf_put_char(out, *name == '\n' ? ' ' : *name);
}

void run_steps_put(struct buf *out, const struct run_steps *steps) {
    for (uint64_t i = 0; i < steps->count; i++) {
        const struct run_step *at = &steps->at[i];
        buf_print(out, "%016" PRIx64 " ", at->digest);
        if (at->who == NULL) {
            buf_put(out, STR("nobody\n"));
            continue;
        }
        put_name(out, at->who);
        buf_print(out, " (#%" PRIu64 "): ", at->serial);
        put_name(out, at->verb == NULL ? "its start" : at->verb);
        if (at->on != NULL && at->on[0] != '\0') {
            buf_put(out, STR(" on "));
            put_name(out, at->on);
        }
        if (at->waits) buf_put(out, STR(", waits"));
        if (at->line > 0) buf_print(out, ", line %" PRIu32, at->line);
        buf_put(out, STR(", at "));
        report_duration_words(out, at->time_ns);
        buf_put_char(out, '\n');
    }
}

/* The next line without its end; an empty one where there are no more. */
static struct str line_take(struct str *rest) {
    const char *end = rest->len == 0 ? NULL : memchr(rest->at, '\n', rest->len);
    struct str line = {rest->at, end == NULL ? rest->len : (size_t)(end - rest->at)};
    size_t taken = line.len + (end != NULL);
    *rest = (struct str){taken == 0 ? rest->at : rest->at + taken, rest->len - taken};
    return line;
}

static void put_side(struct buf *out, const char *name, uint64_t step, struct str line) {
    buf_print(out, "\n  %s: step %" PRIu64 ", ", name, step);
    if (line.len <= DIGEST_DIGITS) {
        buf_put(out, STR("which it does not have"));
        return;
    }
    buf_put(out, (struct str){line.at + DIGEST_DIGITS + 1, line.len - DIGEST_DIGITS - 1});
}

uint64_t run_steps_parted(struct buf *out, struct str lines, struct str others, const char *one, const char *other) {
    struct str before = {NULL, 0};
    for (uint64_t step = 1; lines.len > 0 || others.len > 0; step++) {
        struct str mine = line_take(&lines), its = line_take(&others);
        if (str_equal(mine, its)) {
            before = mine;
            continue;
        }
        if (before.len > 0) put_side(out, "both", step - 1, before);
        put_side(out, one, step, mine);
        put_side(out, other, step, its);
        bool told = mine.len > DIGEST_DIGITS && its.len > DIGEST_DIGITS &&
            str_equal((struct str){mine.at + DIGEST_DIGITS, mine.len - DIGEST_DIGITS},
                      (struct str){its.at + DIGEST_DIGITS, its.len - DIGEST_DIGITS});
        if (told) buf_put(out, STR("\n  the step is the same, and what it made of the world is not"));
        return step;
    }
    return 0;
}
