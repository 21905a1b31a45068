/* SPDX-License-Identifier: MIT */
/* fewer.c — every schedule with no deviation, then every one with one, and so on: what is found is the least there is,
 * and where nothing is found, there is nothing.
 *
 * A schedule with n + 1 deviations begins as one with n does, up to its last deviation, and that run says which
 * decisions and options there are behind. So the runs of one level are counted before they are made, and a level that
 * the budget does not cover is not begun. */
#include "shrink/shrink_impl.h"

#define LEVELS_MAX 6u

struct frame { /* a schedule being continued: what its run offers, and which continuation is next */
    struct shrink_options options;
    uint64_t decision;
    uint32_t option;
};
struct search {
    struct shrink *shrink;
    struct frame frames[LEVELS_MAX];
    uint64_t runs, steps; /* of the level: made, with as many deviations as it has */
    uint64_t next_runs;   /* of the next level */
};

/* Behind the run just made. */
static uint64_t continuations(const struct shrink_options *options, uint64_t from) {
    uint64_t count = 0;
    for (uint64_t i = from; i < options->count; i++) count += options->at[i].count - 1;
    return count;
}

static bool ask(struct search *self) {
    struct shrink *shrink = self->shrink;
    const struct explore_schedule *work = &shrink->work;
    bool shows = shrink_ask(shrink, work);
    if (shrink->spent || shrink->status != OK) return false;
    uint64_t from = work->count == 0 ? 0 : work->at[work->count - 1].decision + 1;
    self->runs++;
    self->steps += shrink->last_steps;
    self->next_runs += continuations(&shrink->follow.options, from);
    return shows;
}

/* What the run just made offers is kept, to be continued. */
static bool push(struct search *self, uint32_t depth) {
    struct shrink *shrink = self->shrink;
    struct frame *frame = &self->frames[depth];
    const struct explore_schedule *work = &shrink->work;
    const struct shrink_options *from = &shrink->follow.options;
    if (shrink->spent || shrink->status != OK) return false;
    shrink->status = shrink_options_reserve(shrink->mem, &frame->options, from->count);
    if (shrink->status != OK) return false;
    if (from->count > 0) memcpy(frame->options.at, from->at, from->count * sizeof *from->at);
    frame->options.count = from->count;
    frame->decision = work->count == 0 ? 0 : work->at[work->count - 1].decision + 1;
    frame->option = 0;
    return true;
}

/* The next schedule that continues this one by one deviation, or false. */
static bool advance(struct search *self, uint32_t depth) {
    struct shrink *shrink = self->shrink;
    struct frame *frame = &self->frames[depth];
    shrink->work.count = depth;
    if (frame->decision >= frame->options.count) return false;
    if (++frame->option == frame->options.at[frame->decision].count) {
        frame->option = 1;
        if (++frame->decision >= frame->options.count) return false;
    }
    shrink->status = explore_schedule_add(shrink->mem, &shrink->work, frame->decision, frame->option);
    return shrink->status == OK;
}

/* All schedules with `level` deviations, depth first; true when one shows it, and that is the run just made. */
static bool level_search(struct search *self, uint32_t level) {
    struct shrink *shrink = self->shrink;
    self->runs = self->steps = self->next_runs = 0;
    shrink->work.count = 0;
    shrink->work.timers = shrink->best.timers;
    if (level == 0) return ask(self);
    (void)shrink_ask(shrink, &shrink->work);
    if (!push(self, 0)) return false;
    for (uint32_t depth = 0;;) {
        if (!advance(self, depth)) {
            if (depth == 0 || shrink->status != OK) return false;
            depth--;
        } else if (depth + 1 == level) {
            if (ask(self)) return true;
        } else {
            (void)shrink_ask(shrink, &shrink->work); /* did not show it in the level it belongs to */
            if (push(self, depth + 1)) depth++;
        }
        if (shrink->spent || shrink->status != OK) return false;
    }
}

static bool affordable(const struct search *self, uint64_t inner_runs) {
    const struct shrink_budget *left = &self->shrink->left;
    uint64_t mean = self->steps / (self->runs == 0 ? 1 : self->runs) + 1, runs;
    if (__builtin_add_overflow(self->next_runs, inner_runs, &runs)) return false;
    return runs <= left->runs && runs <= left->steps / mean;
}

bool shrink_search(struct shrink *shrink, struct shrink_result *out) {
    struct search self = {.shrink = shrink};
    uint64_t before = shrink->runs, inner_runs = 0;
    bool found = false;
    for (uint32_t level = 0; level < shrink->best.count && level <= LEVELS_MAX && !found; level++) {
        if (shrink->spent || shrink->status != OK || (level > 0 && !affordable(&self, inner_runs))) break;
        found = level_search(&self, level);
        inner_runs += self.runs;
        if (shrink->spent || shrink->status != OK) break;
        out->fewest = found ? level : level + 1;
    }
    out->searched = shrink->runs - before;
    if (found) {
        /* Simpler by its count, whatever its options. */
        enum status status = explore_schedule_copy(shrink->mem, &shrink->best, &shrink->follow.taken);
        if (status != OK) shrink->status = status;
        shrink->best_steps = shrink->last_steps;
    }
    for (uint32_t i = 0; i < LEVELS_MAX; i++) shrink_options_deinit(shrink->mem, &self.frames[i].options);
    return found;
}
