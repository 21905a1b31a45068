/* SPDX-License-Identifier: MIT */
/* vicinity.c — looks around where a long form no longer fits for a run that shows the same: see retrace.h. */
#include "base/prng.h"
#include "run/retrace.h"

#define MOVED_MAX 3      /* times earlier or later */
#define OTHER_MAX 4u     /* options */
#define LEFT_OUT_MAX 64u /* lines */
#define AROUND 12u       /* decisions before and after */

bool run_retraced_shows(const struct run_retraced *retraced, const struct explore_sched *sched) {
    const struct check_findings *all = &retraced->result.findings;
    for (uint32_t i = 0; i < sched->found_count; i++) {
        uint32_t at = 0;
        while (at < all->count && all->at[at].signature != sched->found[i].signature) at++;
        if (at == all->count) return false;
    }
    return true;
}

struct looking {
    struct mem *mem;
    const struct scenario *scenario;
    uint32_t variant;
    const struct explore_sched *sched;
    const struct run_retraced *base;
    struct ebb_stacks *stacks;
    struct run_vicinity *out;
    uint64_t steps;
};

static bool over(const struct looking *self) {
    return self->out->found || self->out->runs >= RUN_VICINITY_RUNS || self->steps >= RUN_VICINITY_STEPS;
}

static enum status attempt(struct looking *self, const struct run_bend *bend) {
    if (over(self)) return OK;
    struct run_vicinity *out = self->out;
    enum status status =
        run_retrace(self->mem, self->scenario, self->variant, self->sched, false, bend, self->stacks, &out->at);
    out->runs++;
    self->steps += out->at.result.steps + 100;
    if (status == ERR_INPUT) return OK; /* there the scenario makes no sense */
    out->found = status == OK && run_retraced_shows(&out->at, self->sched);
    return status;
}

/* What parted: earlier, later, or another choice. */
static enum status parted(struct looking *self, const struct run_parted *at) {
    struct run_bend bend = {.left_out = UINT32_MAX, .moved = at->number};
    for (int64_t by = 1; by <= MOVED_MAX; by++) {
        bend.by = -by;
        TRY(attempt(self, &bend));
        bend.by = by;
        TRY(attempt(self, &bend));
    }
    bend = (struct run_bend){.left_out = UINT32_MAX, .other = at->number};
    for (bend.other_option = 1; bend.other_option <= OTHER_MAX; bend.other_option++) TRY(attempt(self, &bend));
    return OK;
}

static enum status around(struct looking *self) {
    uint64_t middle = self->base->parted_at;
    for (uint64_t distance = 0; distance <= AROUND; distance++) {
        for (uint32_t option = 1; option <= OTHER_MAX; option++) {
            struct run_bend bend = {.left_out = UINT32_MAX, .forced = {middle + distance}, .options = {option}};
            TRY(attempt(self, &bend));
            if (distance == 0 || distance > middle) continue;
            bend.forced[0] = middle - distance;
            TRY(attempt(self, &bend));
        }
    }
    return OK;
}

/* One more delay, or two, anywhere: the next in line goes first. */
static enum status anywhere(struct looking *self) {
    struct prng random;
    uint64_t span = self->base->decisions < UINT32_MAX ? self->base->decisions : UINT32_MAX;
    for (uint64_t i = 0; i < span && i < RUN_VICINITY_RUNS / 2; i++) {
        struct run_bend bend = {.left_out = UINT32_MAX, .forced = {i}, .options = {1}};
        TRY(attempt(self, &bend));
    }
    prng_seed(&random, self->sched->content);
    while (span > 1 && !over(self)) {
        struct run_bend bend = {.left_out = UINT32_MAX, .options = {1, 1}};
        if (self->sched->count > 0 && prng_below(&random, 4) == 0)
            bend.left_out = prng_below(&random, self->sched->count);
        for (uint32_t i = 0; i < BASE_COUNT(bend.forced); i++) {
            bend.forced[i] = prng_below(&random, (uint32_t)span);
            bend.options[i] = 1 + prng_below(&random, 2);
        }
        TRY(attempt(self, &bend));
    }
    return OK;
}

static enum status look(struct looking *self) {
    const struct run_retraced *base = self->base;
    for (uint32_t i = 0; i < base->parted_count; i++) TRY(parted(self, &base->parted[i]));
    for (uint32_t i = 0; i < self->sched->count && i < LEFT_OUT_MAX; i++)
        TRY(attempt(self, &(struct run_bend){.left_out = i}));
    TRY(around(self));
    return anywhere(self);
}

enum status run_vicinity(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                         const struct explore_sched *sched, const struct run_retraced *base, struct run_vicinity *out) {
    struct looking self = {
        .mem = mem, .scenario = scenario, .variant = variant, .sched = sched, .base = base, .out = out};
    out->runs = 0;
    out->found = false;
    run_retraced_init(&out->at);
    TRY(ebb_stacks_new(&self.stacks, LIMIT_STACK_BYTES));
    enum status status = look(&self);
    ebb_stacks_free(self.stacks);
    return status;
}
