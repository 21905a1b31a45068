/* SPDX-License-Identifier: MIT */
/* shrink.c — asks, keeps the best, and puts the parts in order: reduce what was found, then look whether anything with
 * fewer deviations shows it too, which either finds it or proves that there is none. */
#include "shrink/shrink.h"

#include "shrink/shrink_impl.h"

bool shrink_ask(struct shrink *self, const struct explore_schedule *schedule) {
    struct shrink_shown shown = {0};
    if (self->status != OK) return false;
    if (self->left.runs == 0 || self->left.steps == 0) {
        self->spent = true;
        return false;
    }
    shrink_follow_begin(&self->follow, schedule);
    self->status = self->world->run(self->world, &self->follow.chooser, schedule->timers, &shown);
    if (self->status == OK && self->follow.lost) self->status = ERR_NOMEM;
    self->runs++;
    self->left.runs--;
    uint64_t cost = shown.steps + shown.more;
    self->left.steps -= cost < self->left.steps ? cost : self->left.steps;
    self->last_steps = shown.steps;
    return self->status == OK && shown.shows;
}

static bool simpler(const struct explore_schedule *a, uint64_t a_steps, const struct explore_schedule *b,
                    uint64_t b_steps) {
    if (a->timers != b->timers) return a->timers < b->timers;
    if (a->count != b->count) return a->count < b->count;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->at[i].option != b->at[i].option) return a->at[i].option < b->at[i].option;
    if (a_steps != b_steps) return a_steps < b_steps;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->at[i].decision != b->at[i].decision) return a->at[i].decision > b->at[i].decision;
    return false;
}

static bool keep(struct shrink *self) {
    enum status status = explore_schedule_copy(self->mem, &self->best, &self->follow.taken);
    if (status != OK) self->status = status;
    self->best_steps = self->last_steps;
    return status == OK;
}

bool shrink_try(struct shrink *self) {
    return shrink_ask(self, &self->candidate) &&
        simpler(&self->follow.taken, self->last_steps, &self->best, self->best_steps) && keep(self);
}

/* The last run, once more, for what its deviations mean. */
static void tell(struct shrink *self, struct shrink_result *out) {
    if (self->status != OK) return;
    out->deviations = mem_new(self->mem, self->best.count, sizeof *out->deviations);
    if (out->deviations == NULL) self->status = ERR_NOMEM;
    self->follow.told = out->deviations;
    self->follow.told_capacity = self->best.count;
    if (self->left.runs == 0) self->left.runs = 1;
    if (self->left.steps == 0) self->left.steps = 1;
    bool shows = shrink_ask(self, &self->best);
    self->follow.told = NULL;
    /* Somebody who answers differently the second time is not a world. */
    if (self->status == OK && (!shows || !explore_schedule_equal(&self->follow.taken, &self->best)))
        self->status = ERR_INPUT;
}

static void shrink(struct shrink *self, struct shrink_result *out) {
    out->steps_before = self->best_steps;
    out->count_before = self->best.count;
    shrink_reduce(self, out);
    if (shrink_search(self, out)) shrink_reduce(self, out);
    if (self->best.count < out->fewest && self->status == OK)
        self->status = ERR_INPUT; /* it was said to show nothing */
    if (out->fewest == self->best.count) out->minimal = out->pairs = true;
    tell(self, out);
    out->schedule = self->best;
    out->steps = self->best_steps;
    out->runs = self->runs;
}

enum status shrink_schedule(struct mem *mem, struct shrink_world *world, const struct explore_schedule *from,
                            const struct shrink_budget *budget, struct shrink_result *out) {
    struct shrink self = {.mem = mem, .world = world, .left = *budget};
    ASSERT(budget->runs > 0 && budget->steps > 0);
    *out = (struct shrink_result){0};
    shrink_follow_init(&self.follow, mem);
    explore_schedule_init(&self.best);
    explore_schedule_init(&self.candidate);
    explore_schedule_init(&self.work);
    bool shows = shrink_ask(&self, from);
    if (self.status == OK && !shows) self.status = ERR_INPUT;
    if (self.status == OK && keep(&self)) {
        shrink(&self, out);
    } else {
        explore_schedule_deinit(mem, &self.best);
    }
    shrink_follow_deinit(&self.follow);
    explore_schedule_deinit(mem, &self.candidate);
    explore_schedule_deinit(mem, &self.work);
    if (self.status != OK) shrink_result_deinit(mem, out);
    return self.status;
}

void shrink_result_deinit(struct mem *mem, struct shrink_result *result) {
    mem_free(mem, result->deviations, result->schedule.count * sizeof *result->deviations);
    explore_schedule_deinit(mem, &result->schedule);
    *result = (struct shrink_result){0};
}
