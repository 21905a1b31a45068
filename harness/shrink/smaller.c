/* SPDX-License-Identifier: MIT */
/* smaller.c — see smaller.h. Edits are gone through in rounds: first those that show it at once, which makes everything
 * after them cheap; then each is given all its tries. */
#include "shrink/smaller.h"

#include "scenario/edits.h"
#include "shrink/shrink_impl.h"

/* Loading a byte takes about as long as half a step. */
#define BYTES_PER_STEP 2u
/* Of what is left of the budget, this part may go into making the schedule of the result smaller. */
#define SCHEDULE_PART 4u

enum { SAMPLERS = 4 };

struct smaller {
    struct shrink base; /* its questions, budget and best schedule */
    struct shrink_smaller_world *world;
    struct shrink_smaller *out;
    struct scenario_edits *edits; /* of out->text */
    struct explorer *samplers[SAMPLERS];
    struct buf candidate, canonical;
    uint32_t tries;        /* left for this edit */
    uint64_t steps_before; /* of the best run before it; its schedule is in base.work */
};

/* --- one edit --------------------------------------------------------------------------------------------------------- */
static bool going_on(const struct smaller *self) { return self->base.status == OK && !self->base.spent; }

static bool load(struct smaller *self, struct str text) {
    struct shrink_budget *left = &self->base.left;
    uint64_t steps = text.len / BYTES_PER_STEP;
    bool loads = false;
    if (self->base.status != OK) return false;
    if (left->runs == 0 || left->steps == 0) {
        self->base.spent = true;
        return false;
    }
    left->runs--;
    left->steps -= steps < left->steps ? steps : left->steps;
    self->out->loads++;
    self->base.status = self->world->load(self->world, text, &loads);
    return self->base.status == OK && loads;
}

static bool keep(struct smaller *self, const struct explore_schedule *taken) {
    enum status status = explore_schedule_copy(self->base.mem, &self->base.best, taken);
    if (status != OK) self->base.status = status;
    self->base.best_steps = self->base.last_steps;
    return status == OK;
}

static bool ask(struct smaller *self, const struct explore_schedule *schedule) {
    if (self->tries == 0) return false;
    self->tries--;
    return shrink_ask(&self->base, schedule) && keep(self, &self->base.follow.taken);
}

/* The best schedule without the deviations from `from` up to `to`, those from `to` on moved by `shift` decisions. */
static bool moved(struct smaller *self, uint32_t from, uint32_t to, int shift) {
    struct shrink *base = &self->base;
    base->candidate.count = 0;
    base->candidate.timers = base->best.timers;
    for (uint32_t i = 0; i < base->best.count; i++) {
        struct explore_deviation at = base->best.at[i];
        if (i >= from && i < to) continue;
        if (i >= to) at.decision += (uint64_t)(int64_t)shift;
        uint32_t count = base->candidate.count;
        if (at.decision > EXPLORE_DECISION_MAX) return false;
        if (count > 0 && base->candidate.at[count - 1].decision >= at.decision) return false;
        if (explore_schedule_add(base->mem, &base->candidate, at.decision, at.option) != OK) {
            base->status = ERR_NOMEM;
            return false;
        }
    }
    return ask(self, &base->candidate);
}

/* What was taken away had decisions, or stood in the way of some: the rest of the schedule comes sooner or later. */
static bool near(struct smaller *self) {
    static const int shifts[] = {-1, -2, 1, -3, -4, 2};
    uint32_t count = self->base.best.count;
    for (uint32_t k = 0; k < BASE_COUNT(shifts) && self->tries > SMALLER_TRIES / 2 && going_on(self); k++)
        for (uint32_t i = 0; i < count && self->tries > SMALLER_TRIES / 2; i++)
            if (moved(self, i, i, shifts[k])) return true;
    for (uint32_t i = 0; i < count && self->tries > SMALLER_TRIES / 2 && going_on(self); i++)
        if (moved(self, i, i + 1, 0)) return true;
    return false;
}

static bool sampled(struct smaller *self) {
    struct shrink *base = &self->base;
    for (uint64_t run = 0; self->tries > 0 && going_on(self); run++) {
        struct shrink_shown shown = {0};
        const struct explore_schedule *taken = NULL;
        struct explorer *explorer = self->samplers[run % SAMPLERS];
        if (base->left.runs == 0 || base->left.steps == 0) base->spent = true;
        if (base->spent) return false;
        enum ebb_timers timers = run % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY;
        base->status = base->world->run(base->world, explore_begin(explorer, run / SAMPLERS), timers, &shown);
        self->tries--;
        base->runs++;
        base->left.runs--;
        uint64_t cost = shown.steps + shown.more;
        base->left.steps -= cost < base->left.steps ? cost : base->left.steps;
        base->last_steps = shown.steps;
        if (base->status != OK || !shown.shows) continue;
        base->status = explore_taken(explorer, &taken);
        return base->status == OK && keep(self, taken);
    }
    return false;
}

static bool shows(struct smaller *self, bool thorough) {
    struct explore_schedule none = {.timers = EBB_TIMERS_IDLE};
    self->tries = SMALLER_TRIES;
    self->steps_before = self->base.best_steps;
    self->base.status = explore_schedule_copy(self->base.mem, &self->base.work, &self->base.best);
    if (self->base.status != OK) return false;
    if (ask(self, &self->base.best)) return true;
    if ((self->base.best.count > 0 || self->base.best.timers != none.timers) && ask(self, &none)) return true;
    return thorough && (near(self) || sampled(self));
}

/* What showed it was a run of something that is not kept. */
static bool forget(struct smaller *self) {
    enum status status = explore_schedule_copy(self->base.mem, &self->base.best, &self->base.work);
    if (status != OK) self->base.status = status;
    self->base.best_steps = self->steps_before;
    return false;
}

/* Its text in the emitter's form becomes the scenario, unless that is no smaller, as when the emitter writes back what
 * was taken away. */
static bool edit(struct smaller *self, uint32_t index, bool thorough) {
    struct scenario_edits *edits = NULL;
    buf_clear(&self->candidate);
    buf_clear(&self->canonical);
    scenario_edits_apply(self->edits, index, &self->candidate);
    if (buf_status(&self->candidate) != OK) self->base.status = ERR_NOMEM;
    if (!going_on(self) || !load(self, buf_str(&self->candidate)) || !shows(self, thorough)) return false;
    enum status status = scenario_canonical(self->base.mem, buf_str(&self->candidate), &self->canonical);
    if (status == OK) status = scenario_edits_new(self->base.mem, &edits, buf_str(&self->canonical));
    if (status == ERR_INPUT || status == ERR_LIMIT)
        return forget(self); /* larger than a file may be, once it is written out */
    if (status != OK) self->base.status = status;
    if (status != OK) return false;
    if (!scenario_size_less(scenario_edits_size(edits), scenario_edits_size(self->edits))) {
        scenario_edits_free(edits);
        return forget(self);
    }
    scenario_edits_free(self->edits);
    self->edits = edits;
    struct buf old = self->out->text;
    self->out->text = self->canonical;
    self->canonical = old;
    self->out->kept++;
    self->world->step_max = SMALLER_STEPS(self->base.best_steps);
    return true;
}

/* --- all of them ------------------------------------------------------------------------------------------------------ */
/* Round and round, until as many in a row as there are were tried for nothing. */
static void edit_all(struct smaller *self, bool thorough) {
    uint32_t in_vain = 0, at = 0;
    while (going_on(self) && in_vain < scenario_edits_count(self->edits)) {
        if (at >= scenario_edits_count(self->edits)) at = 0;
        if (edit(self, at, thorough)) {
            in_vain = 0;
        } else {
            at++;
            in_vain++;
        }
    }
}

/* The schedule, in what the scenario has become; true when it is another now. */
static bool reschedule(struct smaller *self) {
    struct shrink *base = &self->base;
    struct shrink_result *result = &self->out->result;
    uint64_t runs = base->left.runs / SCHEDULE_PART, steps = base->left.steps / SCHEDULE_PART;
    struct shrink_budget part = {runs > 0 ? runs : 1, steps > 0 ? steps : 1};
    bool spent = base->spent;
    shrink_result_deinit(base->mem, result);
    base->spent = false;
    if (base->left.runs == 0) base->left.runs = 1;
    if (base->left.steps == 0) base->left.steps = 1;
    if (!load(self, buf_str(&self->out->text))) {
        if (base->status == OK) base->status = ERR_INPUT;
        return false;
    }
    base->spent = spent;
    self->world->step_max = 0;
    enum status status = shrink_schedule(base->mem, base->world, &base->best, &part, result);
    if (status != OK) {
        base->status = status;
        return false;
    }
    base->runs += result->runs;
    base->left.runs -= result->runs < base->left.runs ? result->runs : base->left.runs;
    bool changed = !explore_schedule_equal(&result->schedule, &base->best);
    status = explore_schedule_copy(base->mem, &base->best, &result->schedule);
    if (status != OK) base->status = status;
    base->best_steps = result->steps;
    self->world->step_max = SMALLER_STEPS(base->best_steps);
    return changed;
}

static void smaller(struct smaller *self) {
    bool more = true;
    while (more && self->base.status == OK) {
        edit_all(self, false);
        edit_all(self, true);
        if (self->base.status != OK) return;
        more = reschedule(self) && going_on(self);
    }
    self->out->tried = scenario_edits_count(self->edits);
    self->out->minimal = !more && going_on(self);
    self->out->runs = self->base.runs;
    self->world->step_max = 0;
}

static enum status samplers(struct smaller *self) {
    static const char *const names[] = {"random", "random", "pct2", "pct2"};
    for (uint32_t i = 0; i < SAMPLERS; i++) {
        struct explore_config how = {
            .strategy = names[i], .seed = 1, .timers = i % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY};
        TRY(explore_new(self->base.mem, &self->samplers[i], &how));
    }
    return OK;
}

static enum status begin(struct smaller *self, struct str text, const struct explore_schedule *from) {
    TRY(samplers(self));
    buf_put(&self->out->text, text);
    TRY(buf_status(&self->out->text));
    TRY(scenario_edits_new(self->base.mem, &self->edits, text));
    TRY(explore_schedule_copy(self->base.mem, &self->base.best, from));
    self->tries = 1;
    if (!load(self, text) || !ask(self, from)) return self->base.status == OK ? ERR_INPUT : self->base.status;
    self->world->step_max = SMALLER_STEPS(self->base.best_steps);
    return OK;
}

enum status shrink_smaller(struct mem *mem, struct shrink_smaller_world *world, struct str text,
                           const struct explore_schedule *from, const struct shrink_budget *budget,
                           struct shrink_smaller *out) {
    struct smaller self = {.base = {.mem = mem, .world = &world->runs, .left = *budget}, .world = world, .out = out};
    ASSERT(budget->runs > 0 && budget->steps > 0);
    *out = (struct shrink_smaller){0};
    buf_init(&out->text, mem);
    buf_init(&self.candidate, mem);
    buf_init(&self.canonical, mem);
    shrink_follow_init(&self.base.follow, mem);
    explore_schedule_init(&self.base.best);
    explore_schedule_init(&self.base.candidate);
    explore_schedule_init(&self.base.work);
    world->step_max = 0;
    enum status status = begin(&self, text, from);
    if (status == OK) {
        smaller(&self);
        status = self.base.status;
    }
    for (uint32_t i = 0; i < SAMPLERS; i++) explore_free(self.samplers[i]);
    scenario_edits_free(self.edits);
    shrink_follow_deinit(&self.base.follow);
    explore_schedule_deinit(mem, &self.base.best);
    explore_schedule_deinit(mem, &self.base.candidate);
    explore_schedule_deinit(mem, &self.base.work);
    buf_deinit(&self.candidate);
    buf_deinit(&self.canonical);
    if (status != OK) shrink_smaller_deinit(mem, out);
    return status;
}

void shrink_smaller_deinit(struct mem *mem, struct shrink_smaller *smaller) {
    shrink_result_deinit(mem, &smaller->result);
    buf_deinit(&smaller->text);
    smaller->runs = 0;
}
