/* SPDX-License-Identifier: MIT */
/* shrink_scenario.c — every blocking kernel of the catalogue, made as small as it can be: what comes out loads, leaves the
 * same findings when its schedule is replayed, is no larger than before, and none of its edits leaves anything that shows
 * them on the schedules that the shrinker says it tried. The same question again has the same answer. */
#define _GNU_SOURCE /* nftw */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "explore/explore.h"
#include "run/judge.h"
#include "run/portfolio.h"
#include "scenario/edits.h"
#include "shrink/smaller.h"

enum { FOUND = 64, LEAKS_MIN = 45, TWICE_EVERY = 8 };

struct world {
    struct shrink_smaller_world world; /* first member */
    struct scenario *loaded;
    struct run_config config;
    struct run_pumped pumped;
    struct run_result result;
    struct check_finding found[FOUND];
    uint64_t wanted[FOUND];
    uint32_t wanted_count;
};

static uint32_t leaks, edits_tried, steps_before, steps_after;

static void must(bool held, const char *what, const char *path, struct str text) {
    if (held) return;
    (void)fprintf(stderr, "%.*s\nshrink_scenario: %s: %s\n", (int)text.len, text.at, path, what);
    exit(1);
}

static bool in(const uint64_t *at, uint32_t count, uint64_t signature) {
    for (uint32_t i = 0; i < count; i++)
        if (at[i] == signature) return true;
    return false;
}

static bool same(const struct world *self) {
    const struct check_findings *findings = &self->result.findings;
    uint64_t seen[FOUND];
    for (uint32_t i = 0; i < findings->count; i++) {
        seen[i] = findings->at[i].signature;
        if (!in(self->wanted, self->wanted_count, seen[i])) return false;
    }
    for (uint32_t i = 0; i < self->wanted_count; i++)
        if (!in(seen, findings->count, self->wanted[i])) return false;
    return true;
}

static enum status world_run(struct shrink_world *world, struct ebb_chooser *chooser, enum ebb_timers timers,
                             struct shrink_shown *out) {
    struct world *self = BASE_OWNER(world, struct world, world.runs);
    self->config.chooser = chooser;
    self->config.timers = timers;
    self->config.step_max = self->world.step_max;
    enum status status = run_once(&self->config, mem_system(), &self->result);
    out->steps = self->result.steps;
    out->shows = status == OK && self->result.end != EBB_END_LIMIT && same(self);
    return status == ERR_INPUT ? OK : status;
}

static enum status world_load(struct shrink_smaller_world *world, struct str text, bool *loads) {
    static struct scenario_problems problems;
    struct world *self = BASE_OWNER(world, struct world, world);
    problems = (struct scenario_problems){0};
    scenario_free(self->loaded);
    self->loaded = NULL;
    self->pumped = (struct run_pumped){0};
    *loads = scenario_load(mem_system(), &self->loaded, STR("x"), text, &problems) == OK;
    self->config.scenario = self->loaded;
    self->config.variant = 0;
    return OK;
}

/* Does some run by this explorer show it? */
static bool shown_by(struct world *self, const struct explore_config *how, uint64_t runs) {
    struct explorer *explorer = NULL;
    bool shows = false;
    if (explore_new(mem_system(), &explorer, how) != OK) exit(3);
    for (uint64_t run = 0; run < runs && !shows; run++) {
        struct shrink_shown shown = {0};
        enum ebb_timers timers = how->replay == NULL ? how->timers : how->replay->timers;
        if (world_run(&self->world.runs, explore_begin(explorer, run), timers, &shown) != OK) exit(3);
        shows = shown.shows;
    }
    explore_free(explorer);
    return shows;
}

/* Without its own replay each of these is among the schedules that an edit is given up after. */
static bool shown(struct world *self, const struct explore_schedule *schedule) {
    struct explore_config replay = {.strategy = "replay", .replay = schedule, .timers = schedule->timers};
    struct explore_config plain = {.strategy = "default"}, random = {.strategy = "random", .seed = 1};
    return shown_by(self, &replay, 1) || shown_by(self, &plain, 1) ||
        (schedule->count == 0 && shown_by(self, &random, 8));
}

static bool smaller_than(struct str text, const struct scenario_edits *before) {
    struct scenario_edits *edits = NULL;
    struct buf canonical;
    buf_init(&canonical, mem_system());
    if (scenario_canonical(mem_system(), text, &canonical) != OK) exit(3);
    if (scenario_edits_new(mem_system(), &edits, buf_str(&canonical)) != OK) exit(3);
    bool less = scenario_size_less(scenario_edits_size(edits), scenario_edits_size(before));
    scenario_edits_free(edits);
    buf_deinit(&canonical);
    return less;
}

static void none_is_less(struct world *self, const char *path, const struct shrink_smaller *made) {
    struct scenario_edits *edits = NULL;
    if (scenario_edits_new(mem_system(), &edits, buf_str(&made->text)) != OK) exit(3);
    must(scenario_edits_count(edits) == made->tried, "not all edits were tried", path, buf_str(&made->text));
    self->world.step_max = SMALLER_STEPS(made->result.steps);
    for (uint32_t i = 0; i < made->tried; i++) {
        struct buf text;
        bool loads = false;
        buf_init(&text, mem_system());
        scenario_edits_apply(edits, i, &text);
        (void)world_load(&self->world, buf_str(&text), &loads);
        if (loads && shown(self, &made->result.schedule) && smaller_than(buf_str(&text), edits)) {
            (void)fprintf(stderr, "%.*s\nstill shows it, and is an edit of\n", (int)text.len, text.at);
            must(false, "not minimal", path, buf_str(&made->text));
        }
        edits_tried++;
        buf_deinit(&text);
    }
    self->world.step_max = 0;
    scenario_edits_free(edits);
}

static void shrink(struct world *self, const char *path, struct str settled, const struct explore_schedule *schedule) {
    struct shrink_budget budget = {SHRINK_RUNS_MAX, SHRINK_STEPS_MAX};
    struct shrink_smaller made, again;
    bool loads = false;
    must(shrink_smaller(mem_system(), &self->world, settled, schedule, &budget, &made) == OK, "not shrunk", path,
         settled);
    struct str text = buf_str(&made.text);
    struct explore_config replay = {.strategy = "replay", .replay = &made.result.schedule};
    must(made.minimal, "the budget was not enough", path, text);
    must(world_load(&self->world, settled, &loads) == OK && loads, "what was settled does not load", path, settled);
    steps_before += scenario_parts(self->loaded).steps;
    must(world_load(&self->world, text, &loads) == OK && loads, "the result does not load", path, text);
    steps_after += scenario_parts(self->loaded).steps;
    must(shown_by(self, &replay, 1), "the result does not leave the same", path, text);
    must(text.len <= settled.len, "the result is longer", path, text);
    none_is_less(self, path, &made);
    if (leaks % TWICE_EVERY == 0) {
        enum status status = shrink_smaller(mem_system(), &self->world, settled, schedule, &budget, &again);
        must(status == OK && str_equal(buf_str(&again.text), text), "another answer the second time", path, text);
        must(explore_schedule_equal(&again.result.schedule, &made.result.schedule), "another schedule", path, text);
        shrink_smaller_deinit(mem_system(), &again);
    }
    shrink_smaller_deinit(mem_system(), &made);
    leaks++;
}

/* The first of the usual runs of the first variant that leaves something. */
static void kernel(const char *path, struct str text) {
    static struct world self;
    struct run_portfolio portfolio;
    struct buf settled;
    bool loads = false, found = false;
    self = (struct world){.world = {.runs = {world_run}, .load = world_load}};
    self.result.findings = (struct check_findings){.at = self.found, .capacity = FOUND};
    self.config.pumped = &self.pumped;
    if (ebb_stacks_new(&self.config.stacks, LIMIT_STACK_BYTES) != OK) exit(3);
    buf_init(&settled, mem_system());
    must(scenario_settle(mem_system(), text, 0, &settled) == OK, "cannot be settled", path, text);
    must(world_load(&self.world, buf_str(&settled), &loads) == OK && loads, "does not load", path, buf_str(&settled));
    if (run_portfolio_init(&portfolio, mem_system(), NULL, 1, RUN_TIMERS_BOTH) != OK) exit(3);
    for (uint64_t run = 0; run < 32 && !found; run++) {
        struct shrink_shown unused = {0};
        enum ebb_timers timers = EBB_TIMERS_IDLE;
        const struct explore_schedule *taken = NULL;
        struct explorer *explorer = run_portfolio_turn(&portfolio, run, &timers);
        if (world_run(&self.world.runs, explore_begin(explorer, run), timers, &unused) != OK) exit(3);
        found = self.result.findings.count > 0;
        for (uint32_t i = 0; i < self.result.findings.count; i++) self.wanted[i] = self.found[i].signature;
        self.wanted_count = self.result.findings.count;
        if (found && explore_taken(explorer, &taken) != OK) exit(3);
        if (found) shrink(&self, path, buf_str(&settled), taken);
        run_portfolio_ran(&portfolio, run, true);
    }
    run_portfolio_deinit(&portfolio);
    scenario_free(self.loaded);
    ebb_stacks_free(self.config.stacks);
    buf_deinit(&settled);
}

static int visit(const char *path, const struct stat *how, int type, struct FTW *at) {
    char block[65536];
    size_t len = strlen(path);
    (void)how, (void)at;
    if (type != FTW_F || len < 5 || strcmp(path + len - 5, ".yaml") != 0) return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, block, sizeof block);
    if (got <= 0 || got == (ssize_t)sizeof block) return 1;
    (void)close(fd);
    kernel(path, (struct str){block, (size_t)got});
    return 0;
}

int main(void) {
    const char *folder = getenv("EBB_SOURCE_DIR");
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/scenarios/goker", folder == NULL ? "." : folder);
    (void)ebb_overflow_guard_install();
    must(nftw(path, visit, 16, FTW_PHYS) == 0 && leaks >= LEAKS_MIN, "too few kernels leak", path, STR(""));
    must(steps_after * 2 < steps_before + steps_before / 2, "they hardly get smaller", path, STR(""));
    (void)printf("%u kernels, %u steps in their files, %u when shrunk; %u edits of the results tried again\n", leaks,
                 steps_before, steps_after, edits_tried);
    return 0;
}
