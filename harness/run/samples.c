/* SPDX-License-Identifier: MIT */
/* samples.c — see samples.h. */
#include "run/samples.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/limits.h"
#include "run/campaign.h"

/* What grows is told from the cycles, which the digest is of, and from more of them, of which the first ones are compared:
 * all would cost as much again as the campaign did. So what is said to grow may differ; where that leaves too little room
 * for the other findings, the digest has to do. */
static uint64_t outcome_of(const struct run_result *result) {
    uint64_t outcome = hash_mix(hash_mix(result->choices, (uint64_t)result->end), result->pumped);
    uint32_t others = 0;
    for (uint32_t i = 0; i < result->findings.count; i++) others += result->findings.at[i].kind != CHECK_GROWS;
    if (result->findings.lost > 0 || others > RUN_FINDINGS_MAX / 2) return outcome;
    for (uint32_t i = 0; i < result->findings.count; i++) {
        const struct check_finding *finding = &result->findings.at[i];
        if (finding->kind == CHECK_GROWS) continue;
        outcome = hash_mix(hash_mix(hash_mix(outcome, finding->signature), finding->count), finding->line);
    }
    return outcome;
}

struct run_sample run_sample_of(const struct run_result *result) {
    return (struct run_sample){result->digest, result->steps, outcome_of(result), {NULL, 0}};
}

bool run_sample_put(struct buf *out, const struct run_sample *sample, size_t most) {
    struct str token = sample->token;
    if (token.len == 0 || out->len + token.len + RUN_SAMPLE_BYTES + 1 > most) return false;
    buf_print(out, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %.*s\n", sample->digest, sample->steps,
              sample->outcome, (int)token.len, token.at);
    return true;
}

void run_samples_add(struct run_samples *samples, struct str token, const struct run_result *result) {
    size_t room = sizeof samples->at - samples->len;
    int len = token.len == 0 || token.len >= RUN_TOKEN_BYTES
        ? -1
        : snprintf(samples->at + samples->len, room, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %.*s\n",
                   result->digest, result->steps, outcome_of(result), (int)token.len, token.at);
    if (len < 0 || (size_t)len >= room) {
        samples->lost++;
        return;
    }
    samples->len += (uint32_t)len;
    samples->count++;
}

/* 16 digits and the space behind them. */
static bool number_take(struct str *line, uint64_t *out) {
    *out = 0;
    if (line->len < 17 || line->at[16] != ' ') return false;
    for (size_t i = 0; i < 16; i++) {
        char digit = line->at[i];
        bool decimal = digit >= '0' && digit <= '9', letter = digit >= 'a' && digit <= 'f';
        if (!decimal && !letter) return false;
        *out = *out << 4 | (uint64_t)(decimal ? digit - '0' : digit - 'a' + 10);
    }
    *line = (struct str){line->at + 17, line->len - 17};
    return true;
}

bool run_sample_take(struct str *rest, struct run_sample *out) {
    const char *end = rest->len == 0 ? NULL : memchr(rest->at, '\n', rest->len);
    if (end == NULL) return false;
    struct str line = {rest->at, (size_t)(end - rest->at)};
    size_t taken = line.len + 1;
    if (!number_take(&line, &out->digest) || !number_take(&line, &out->steps) || !number_take(&line, &out->outcome))
        return false;
    if (line.len == 0) return false;
    out->token = line;
    *rest = (struct str){rest->at + taken, rest->len - taken};
    return true;
}

bool run_sample_same(const struct run_sample *one, const struct run_sample *other) {
    return one->digest == other->digest && one->steps == other->steps && one->outcome == other->outcome;
}

enum status run_sampler_init(struct run_sampler *sampler, struct mem *mem) {
    *sampler = (struct run_sampler){.mem = mem};
    sampler->findings = mem_new(mem, RUN_FINDINGS_MAX, sizeof *sampler->findings);
    if (sampler->findings == NULL) return ERR_NOMEM;
    return ebb_stacks_new(&sampler->stacks, LIMIT_STACK_BYTES);
}

void run_sampler_deinit(struct run_sampler *sampler) {
    ebb_stacks_free(sampler->stacks);
    mem_free(sampler->mem, sampler->findings, RUN_FINDINGS_MAX * sizeof *sampler->findings);
}

void run_sampler_forget(struct run_sampler *sampler) {
    sampler->pumped = (struct run_pumped){.compared = true, .fill = sampler->fill};
}

static enum status go(struct run_sampler *self, const struct scenario *scenario, const struct token *token,
                      struct run_steps *steps, struct run_sample *now) {
    struct explorer *explorer = NULL;
    const struct explore_schedule *schedule = &token->schedule;
    struct explore_config how = {.strategy = "replay", .timers = schedule->timers, .replay = schedule};
    TRY(explore_new(self->mem, &explorer, &how));
    if (token->variant != self->variant) run_sampler_forget(self);
    self->variant = token->variant;
    struct run_result result = {.findings = {.at = self->findings, .capacity = RUN_FINDINGS_MAX}};
    struct run_config config = {.scenario = scenario,
                                .variant = token->variant,
                                .chooser = explore_begin(explorer, 0),
                                .timers = schedule->timers,
                                .stacks = self->stacks,
                                .fill = self->fill,
                                .follower = steps == NULL ? NULL : &steps->follower,
                                .before = &self->before,
                                .pumped = &self->pumped};
    if (self->tamper != NULL) config.chooser = self->tamper(config.chooser);
    enum status status = run_once(&config, self->mem, &result);
    explore_free(explorer);
    now->digest = result.digest;
    now->steps = result.steps;
    now->outcome = outcome_of(&result);
    return status;
}

enum status run_sample_again(struct run_sampler *sampler, const struct scenario *scenario,
                             const struct run_sample *sample, struct buf *steps, struct run_sample *now) {
    struct token token;
    struct diag why = {0};
    struct run_steps looked;
    *now = (struct run_sample){.token = sample->token};
    TRY(explore_token_read(sampler->mem, sample->token, &token, &why));
    enum status status = OK;
    if (token.variant >= scenario_variant_count(scenario) + scenario_range_count(scenario)) status = ERR_INPUT;
    if (status == OK && steps != NULL) status = run_steps_init(&looked, sampler->mem);
    if (status == OK) {
        status = go(sampler, scenario, &token, steps == NULL ? NULL : &looked, now);
        if (steps != NULL) run_steps_put(steps, &looked);
        if (steps != NULL) run_steps_deinit(&looked);
    }
    explore_schedule_deinit(sampler->mem, &token.schedule);
    return status;
}
