/* SPDX-License-Identifier: MIT */
/* survey.c — see survey.h. */
#include "run/survey.h"

#include "base/limits.h"
#include "explore/token.h"
#include "run/enough.h"

/* Only steps are of interest. */
static void phase_begins(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    (void)follower, (void)ebb, (void)phase, (void)turn;
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    (void)follower, (void)ebb, (void)phase, (void)findings, (void)from;
}

/* Whether a verb waits depends on who was at its object before: searches have to tell all orders there apart. */
static enum status coverage_begin(struct run_survey *self) {
    const struct run_campaign *campaign = self->campaign;
    TRY(scenario_required_new(self->mem, &self->required, campaign->scenario, campaign->variant));
    TRY(run_exercised_init(&self->got.exercised, self->mem, scenario_required_count(self->required)));
    run_exercising_init(&self->exercising, self->required, &self->got.exercised);
    run_portfolio_coarse(&self->portfolio);
    return OK;
}

enum status run_survey_new(struct mem *mem, struct run_survey **out, const struct run_campaign *campaign) {
    struct run_survey *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->campaign = campaign;
    self->mem = mem;
    self->result.findings.capacity = RUN_FINDINGS_MAX;
    enum status status = run_harvest_init(&self->got, mem);
    self->result.findings.at = mem_new(mem, RUN_FINDINGS_MAX, sizeof *self->result.findings.at);
    if (status == OK && self->result.findings.at == NULL) status = ERR_NOMEM;
    if (status == OK) status = ebb_stacks_new(&self->stacks, LIMIT_STACK_BYTES);
    if (status == OK)
        status = run_portfolio_init(&self->portfolio, mem, campaign->strategy, campaign->seed, campaign->timers);
    if (status == OK && campaign->pieces > 1) run_portfolio_piece(&self->portfolio, campaign->piece, campaign->pieces);
    if (status == OK && campaign->coverage) status = coverage_begin(self);
    self->follower = (struct run_follower){NULL, phase_begins, judged};
    if (status == OK)
        *out = self;
    else
        run_survey_free(self);
    return status;
}

void run_survey_free(struct run_survey *search) {
    if (search == NULL) return;
    struct mem *mem = search->mem;
    run_harvest_deinit(&search->got);
    run_portfolio_deinit(&search->portfolio);
    scenario_required_free(search->required);
    ebb_stacks_free(search->stacks);
    mem_free(mem, search->result.findings.at, RUN_FINDINGS_MAX * sizeof *search->result.findings.at);
    mem_free(mem, search, sizeof *search);
}

/* One signature may come from several lines; a run is counted once for it. */
static enum status note(struct run_survey *self, uint32_t index, const struct explore_schedule *taken) {
    const struct check_finding *finding = &self->result.findings.at[index];
    const struct run_campaign *campaign = self->campaign;
    for (uint32_t i = 0; i < index; i++)
        if (self->result.findings.at[i].signature == finding->signature) return OK;
    struct run_survey_found *found = NULL;
    TRY(run_harvest_found(&self->got, finding, self->from + self->got.runs, 1, &found));
    if (found == NULL) return OK;
    found->shown = run_sample_of(&self->result);
    explore_token_write(&found->token, &(struct token){campaign->scenario_key, campaign->variant, *taken});
    return buf_status(&found->token);
}

/* Nothing new was found, so that this one counts among the others. */
static enum status pass(struct run_survey *self, const struct explore_schedule *taken) {
    const struct run_campaign *campaign = self->campaign;
    struct run_sample sample = run_sample_of(&self->result);
    struct buf token;
    buf_init(&token, self->mem);
    explore_token_write(&token, &(struct token){campaign->scenario_key, campaign->variant, *taken});
    enum status status = buf_status(&token);
    sample.token = buf_str(&token);
    if (status == OK && token.len < RUN_TOKEN_BYTES) (void)run_sample_put(&self->got.passes, &sample, RUN_PASSES_BYTES);
    buf_deinit(&token);
    return status == OK ? buf_status(&self->got.passes) : status;
}

/* Run `number`, whose explorer is told. */
static enum status make(struct run_survey *search, uint64_t number, struct explorer **out) {
    enum ebb_timers timers = EBB_TIMERS_IDLE;
    const struct run_campaign *campaign = search->campaign;
    struct explore_coverage *coverage = &search->got.coverage;
    struct explorer *explorer = *out = run_portfolio_turn(&search->portfolio, number, &timers);
    explore_coverage_begin(coverage);
    run_tee_init(&search->tee, explore_observer(explorer));
    run_tee_add(&search->tee, &coverage->observer);
    if (search->required != NULL) run_tee_add(&search->tee, &search->exercising.observer);
    search->follower.observer = run_tee_observer(&search->tee);
    struct run_config config = {
        .scenario = campaign->scenario,
        .variant = campaign->variant,
        .chooser = explore_begin(explorer, number),
        .timers = timers,
        .stacks = search->stacks,
        .follower = &search->follower,
        .before = &search->before,
        .pumped = &search->pumped,
    };
    return run_once(&config, search->mem, &search->result);
}

enum status run_survey_from(struct run_survey *search, uint64_t run) {
    struct explorer *explorer;
    ASSERT(search->got.runs == 0 && search->from == 0);
    for (uint32_t lead = 0; lead < search->portfolio.lead && run > 0; lead++) {
        TRY(make(search, lead, &explorer));
        run_portfolio_ran(&search->portfolio, lead, true);
    }
    run_exercised_clear(&search->got.exercised);
    search->from = run;
    return OK;
}

enum status run_survey_resume(struct run_survey *search, const struct run_harvest *got, const struct str states[2]) {
    ASSERT(search->from == 0 && search->got.runs == 0);
    TRY(run_portfolio_resume(&search->portfolio, states));
    return run_harvest_add(&search->got, got);
}

/* On the way to this piece of a search: another one counts it. But it tells how long each further one would take. */
static enum status passed(struct run_survey *self, struct explorer *explorer, uint64_t number) {
    const struct check_findings *findings = &self->result.findings;
    for (uint32_t i = 0; i < findings->count; i++)
        self->got.limited = self->got.limited || findings->at[i].kind == CHECK_LIMIT;
    run_portfolio_ran(&self->portfolio, number, true);
    (void)explore_more(explorer);
    run_pieces_of(&self->portfolio, self->got.pieces);
    return OK;
}

enum status run_survey_go(struct run_survey *search) {
    const struct explore_schedule *taken = NULL;
    struct explorer *explorer;
    struct run_harvest *got = &search->got;
    uint64_t number = search->from + got->runs;
    TRY(make(search, number, &explorer));
    if (explore_passing(explorer)) return passed(search, explorer, number);
    TRY(explore_taken(explorer, &taken));
    const struct check_findings *findings = &search->result.findings;
    uint32_t found = got->found_count;
    for (uint32_t i = 0; i < findings->count; i++) {
        got->limited = got->limited || findings->at[i].kind == CHECK_LIMIT;
        TRY(note(search, i, taken));
    }
    if (number % RUN_AGAIN_EVERY == 0 && got->found_count == found) TRY(pass(search, taken));
    uint64_t distinct = got->coverage.distinct;
    TRY(explore_coverage_end(&got->coverage, run_enough_verdict(findings)));
    run_portfolio_ran(&search->portfolio, number, got->coverage.distinct > distinct);
    (void)explore_more(explorer);
    if (findings->lost > got->cut) got->cut = findings->lost;
    got->leaking_runs += findings->count > 0 || findings->lost > 0;
    got->steps += search->result.steps;
    got->runs++;
    run_pieces_of(&search->portfolio, got->pieces);
    return OK;
}
