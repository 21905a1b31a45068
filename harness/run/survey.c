/* SPDX-License-Identifier: MIT */
/* survey.c — see survey.h. */
#include "run/survey.h"

#include "base/hash.h"
#include "base/limits.h"
#include "explore/token.h"

/* Only steps are of interest. */
static void phase_begins(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    (void)follower, (void)ebb, (void)phase, (void)turn;
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    (void)follower, (void)ebb, (void)phase, (void)findings, (void)from;
}

/* What a search asks of the world besides what coverage does. */
static struct ebb_observer *other_of(struct ebb_observer *observer) {
    return explore_observer(BASE_OWNER(observer, struct run_survey_both, observer)->explorer);
}

static void both_see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                     const struct ebb_alarm *alarm) {
    struct ebb_observer *other = other_of(observer);
    struct ebb_observer *coverage = BASE_OWNER(observer, struct run_survey_both, observer)->coverage;
    coverage->see(coverage, ebb, sight, co, alarm);
    other->see(other, ebb, sight, co, alarm);
}

static void both_touch(struct ebb_observer *observer, uint64_t thing, struct ebb_access access) {
    struct ebb_observer *other = other_of(observer);
    other->touch(other, thing, access);
}

static void both_ready(struct ebb_observer *observer, const struct ebb_co *co) {
    struct ebb_observer *other = other_of(observer);
    other->ready(other, co);
}

static void both_cause(struct ebb_observer *observer, enum ebb_cause what, const struct ebb_object *object,
                       uint32_t cell, const struct ebb_co *co) {
    struct ebb_observer *other = other_of(observer);
    other->cause(other, what, object, cell, co);
}

enum status run_survey_new(struct mem *mem, struct run_survey **out, const struct run_campaign *campaign) {
    struct run_survey *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->campaign = campaign;
    self->mem = mem;
    self->coverage.mem = mem;
    self->result.findings.capacity = RUN_FINDINGS_MAX;
    self->result.findings.at = mem_new(mem, RUN_FINDINGS_MAX, sizeof *self->result.findings.at);
    self->found = mem_new(mem, RUN_FINDINGS_MAX, sizeof *self->found);
    enum status status = self->result.findings.at == NULL || self->found == NULL ? ERR_NOMEM : OK;
    if (status == OK) status = explore_coverage_init(&self->coverage, mem);
    if (status == OK) status = ebb_stacks_new(&self->stacks, LIMIT_STACK_BYTES);
    if (status == OK)
        status = run_portfolio_init(&self->portfolio, mem, campaign->strategy, campaign->seed, campaign->timers);
    self->follower = (struct run_follower){&self->coverage.observer, phase_begins, judged};
    if (status == OK)
        *out = self;
    else
        run_survey_free(self);
    return status;
}

void run_survey_free(struct run_survey *search) {
    if (search == NULL) return;
    struct mem *mem = search->mem;
    for (uint32_t i = 0; i < search->found_count; i++) buf_deinit(&search->found[i].token);
    run_portfolio_deinit(&search->portfolio);
    ebb_stacks_free(search->stacks);
    explore_coverage_deinit(&search->coverage);
    mem_free(mem, search->found, RUN_FINDINGS_MAX * sizeof *search->found);
    mem_free(mem, search->result.findings.at, RUN_FINDINGS_MAX * sizeof *search->result.findings.at);
    mem_free(mem, search, sizeof *search);
}

static enum status found_add(struct run_survey *self, const struct check_finding *finding,
                             const struct explore_schedule *taken) {
    if (self->found_count == RUN_FINDINGS_MAX) {
        self->found_lost++;
        return OK;
    }
    struct run_survey_found *found = &self->found[self->found_count++];
    *found = (struct run_survey_found){.finding = *finding, .first = self->runs, .runs = 1};
    buf_init(&found->token, self->mem);
    const struct run_campaign *campaign = self->campaign;
    explore_token_write(&found->token, &(struct token){campaign->scenario_key, campaign->variant, *taken});
    return buf_status(&found->token);
}

/* One signature may come from several lines; a run is counted once for it. */
static enum status note(struct run_survey *self, uint32_t index, const struct explore_schedule *taken) {
    const struct check_finding *finding = &self->result.findings.at[index];
    for (uint32_t i = 0; i < index; i++)
        if (self->result.findings.at[i].signature == finding->signature) return OK;
    for (uint32_t i = 0; i < self->found_count; i++) {
        if (self->found[i].finding.signature != finding->signature) continue;
        self->found[i].runs++;
        return OK;
    }
    return found_add(self, finding, taken);
}

enum status run_survey_go(struct run_survey *search) {
    enum ebb_timers timers = EBB_TIMERS_IDLE;
    const struct run_campaign *campaign = search->campaign;
    const struct explore_schedule *taken = NULL;
    struct explorer *explorer = run_portfolio_turn(&search->portfolio, search->runs, &timers);
    explore_coverage_begin(&search->coverage);
    search->both =
        (struct run_survey_both){{both_see, both_touch, both_ready, both_cause}, &search->coverage.observer, explorer};
    bool alone = explore_observer(explorer) == NULL;
    search->follower.observer = alone ? &search->coverage.observer : &search->both.observer;
    struct run_config config = {
        .scenario = campaign->scenario,
        .variant = campaign->variant,
        .chooser = explore_begin(explorer, search->runs),
        .timers = timers,
        .stacks = search->stacks,
        .follower = &search->follower,
        .before = &search->before,
        .pumped = &search->pumped,
    };
    TRY(run_once(&config, search->mem, &search->result));
    TRY(explore_taken(explorer, &taken));
    const struct check_findings *findings = &search->result.findings;
    uint64_t verdict = findings->lost;
    for (uint32_t i = 0; i < findings->count; i++) {
        verdict = hash_mix(hash_mix(verdict, findings->at[i].signature), findings->at[i].count);
        search->limited = search->limited || findings->at[i].kind == CHECK_LIMIT;
        TRY(note(search, i, taken));
    }
    TRY(explore_coverage_end(&search->coverage, verdict));
    run_portfolio_ran(&search->portfolio, search->runs);
    (void)explore_more(explorer);
    search->leaking_runs += findings->count > 0 || findings->lost > 0;
    search->steps += search->result.steps;
    search->runs++;
    return OK;
}
