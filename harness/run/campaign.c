/* SPDX-License-Identifier: MIT */
/* campaign.c — see campaign.h. */
#include "run/campaign.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "explore/token.h"
#include "run/again.h"
#include "run/causes.h"
#include "run/enough.h"
#include "run/judge.h"
#include "run/portfolio.h"
#include "run/samples.h"
#include "run/tee.h"

static size_t row_size(const struct run_row *row) {
    ASSERT(row->count <= RUN_FINDINGS_MAX);
    return offsetof(struct run_row, findings) + row->count * sizeof *row->findings;
}

struct run_row *run_row_keep(struct mem *mem, const struct run_row *row) {
    struct run_row *kept = mem_new(mem, 1, row_size(row));
    if (kept != NULL) memcpy(kept, row, row_size(row));
    return kept;
}

void run_row_drop(struct mem *mem, struct run_row *kept) {
    if (kept != NULL) mem_free(mem, kept, row_size(kept));
}

static void rows_words(struct buf *out, const struct check_expect_row *rows, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const struct check_expect_row *row = &rows[i];
        buf_print(out, "%s%s %.*s", i == 0 ? "" : ", ", check_kind_name(row->kind), (int)row->object.len,
                  row->object.at);
        if (row->operation.len > 0) buf_print(out, " on %.*s", (int)row->operation.len, row->operation.at);
        if (row->on.len > 0) buf_print(out, " %.*s", (int)row->on.len, row->on.at);
        if (row->count > 0) buf_print(out, " ×%llu", (unsigned long long)row->count);
        if (row->count_max > 0) buf_print(out, "–%llu", (unsigned long long)row->count_max);
    }
}

void run_expected_words(struct buf *out, const struct check_expect *expect) {
    if (expect->how == CHECK_EXPECT_CLEAN) {
        buf_put(out, STR("nothing left, on every schedule"));
        return;
    }
    rows_words(out, expect->rows, expect->row_count);
    for (uint32_t i = 0; i < expect->other_count; i++) {
        buf_put(out, STR("; or "));
        rows_words(out, expect->others[i].at, expect->others[i].count);
    }
    buf_put(out, expect->how == CHECK_EXPECT_SOME ? STR(", on some schedule") : STR(", on every schedule"));
}

static enum report_verdict verdict_of(const struct check_findings *findings) {
    enum report_verdict verdict = REPORT_CLEAN;
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->at[i].kind == CHECK_PANIC) return REPORT_PANICS;
        if (findings->at[i].kind == CHECK_LIMIT) return REPORT_LIMIT;
        verdict = REPORT_LEAKS;
    }
    return verdict;
}

/* Is one run as the expectation wants it? `hit` says whether it shows what is expected of some. "Every schedule" means
 * those on which time moves only when nothing can run: a timer that fires early, as if everybody else were slow, may
 * well rescue who would otherwise be too late, so there a leak may also stay away. */
static bool run_fits(const struct check_expect *expect, enum ebb_timers timers, const struct check_findings *findings,
                     bool *hit) {
    bool matches = findings->lost == 0 && check_expected(findings, expect);
    *hit = matches && expect->how == CHECK_EXPECT_SOME;
    if (expect->how == CHECK_EXPECT_CLEAN) return findings->count == 0 && findings->lost == 0;
    bool may_be_clean = expect->how == CHECK_EXPECT_SOME || timers == EBB_TIMERS_ANY;
    return matches || (may_be_clean && findings->count == 0 && findings->lost == 0);
}

static void token_set(const struct run_campaign *campaign, const struct explore_schedule *schedule, struct mem *mem,
                      struct run_row *row) {
    struct buf text;
    buf_init(&text, mem);
    explore_token_write(&text, &(struct token){campaign->scenario_key, campaign->variant, *schedule});
    if (!text.failed && text.len < sizeof row->token) {
        memcpy(row->token, text.at, text.len);
        row->token[text.len] = 0;
    }
    buf_deinit(&text);
}

/* The run that the row shows. */
static void row_show(const struct run_result *result, struct run_row *row) {
    ASSERT(result->findings.count <= RUN_FINDINGS_MAX);
    row->verdict = verdict_of(&result->findings);
    row->steps = result->steps;
    row->digest = result->digest;
    row->count = result->findings.count;
    row->lost = result->findings.lost;
    memcpy(row->findings, result->findings.at, row->count * sizeof *row->findings);
}

static void row_fail(struct run_row *row, enum status status, const struct diag *fault) {
    row->verdict = REPORT_ERROR;
    row->as_expected = false;
    bool told = status == ERR_INPUT && fault->text[0] != 0;
    (void)snprintf(row->why, sizeof row->why, "%s", told ? fault->text : "not enough memory to judge it");
    row->line = told ? fault->line : 0;
    row->column = told ? fault->column : 0;
}

static void row_count_run(struct run_row *row, const struct check_findings *findings) {
    row->runs++;
    row->leaking_runs += findings->count > 0 || findings->lost > 0;
    for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++) {
        uint32_t i = 0;
        while (i < findings->count && (uint32_t)findings->at[i].kind != kind) i++;
        row->runs_with[kind] += i < findings->count;
    }
}

struct sweep { /* what a campaign has seen */
    bool shown, shown_unfit, hit, unfit;
    bool disagree; /* the witnesses did */
    bool asked;    /* LeakSanitizer, while stacks were parked: a millisecond, so once */
    uint64_t unfit_run;
};

/* What a run that our own bug ends is called: for the panic note, and only then. */
struct panicking {
    const struct run_campaign *campaign;
    const struct explorer *explorer;
    struct mem *mem;
    struct run_row *row;
};

static const char *panic_token(void *context) {
    const struct panicking *self = context;
    const struct explore_schedule *taken = NULL;
    if (explore_taken(self->explorer, &taken) != OK) return NULL;
    token_set(self->campaign, taken, self->mem, self->row);
    return self->row->token;
}

/* The bug is ours, whatever the run found: nothing else is shown. */
static void row_disagree(struct run_row *row, const char *words) {
    row->verdict = REPORT_CRASHED;
    row->as_expected = false;
    row->count = row->lost = 0;
    (void)snprintf(row->why, sizeof row->why, "a bug of ours: %s", words);
    (void)fprintf(stderr, "ebb: %s\n", row->why);
    base_panic_note_print();
}

static enum status run_watched(const struct run_campaign *campaign, struct mem *mem, const struct explorer *explorer,
                               struct run_config *config, struct run_result *result, struct sweep *sweep,
                               struct run_row *row) {
    char words[RUN_DISAGREEMENT_BYTES];
    struct panicking panicking = {campaign, explorer, mem, row};
    config->leak_check = campaign->leak_check && !sweep->asked;
    base_panic_note_ask(panic_token, &panicking);
    enum status status = run_once(config, mem, result);
    sweep->asked = sweep->asked || result->witnesses.parked != EBB_LSAN_ABSENT;
    row->threads = row->threads || result->witnesses.threads;
    sweep->disagree = run_disagreement(&result->witnesses, words);
    if (sweep->disagree) row_disagree(row, words);
    base_panic_note_set(NULL);
    return status;
}

/* Two runs of one schedule that differ: a finding, whatever either of them showed, and nothing else is believed. */
static void row_differs(const struct run_campaign *campaign, const struct explore_schedule *taken, struct mem *mem,
                        const struct run_result *result, const char *why, struct run_row *row) {
    row_show(result, row);
    token_set(campaign, taken, mem, row);
    row->verdict = REPORT_CRASHED;
    row->as_expected = false;
    row->lost = 0;
    row->count = 1;
    row->findings[0] = (struct check_finding){.kind = CHECK_NONDETERMINISTIC, .count = 1};
    (void)snprintf(row->why, sizeof row->why, "%s", why);
}

static enum status sample_add(const struct run_campaign *campaign, const struct explore_schedule *taken,
                              struct mem *mem, const struct run_result *result) {
    struct buf token;
    buf_init(&token, mem);
    explore_token_write(&token, &(struct token){campaign->scenario_key, campaign->variant, *taken});
    enum status status = buf_status(&token);
    if (status == OK) run_samples_add(campaign->samples, buf_str(&token), result);
    buf_deinit(&token);
    return status;
}

/* Every run that is not as expected, and one in a few of the others, is made twice. */
static enum status sweep_again(const struct run_campaign *campaign, struct mem *mem,
                               const struct explore_schedule *taken, const struct run_config *config,
                               const struct run_result *result, struct sweep *sweep, struct run_row *row) {
    char why[RUN_DIFFERENCE_BYTES];
    TRY(run_again(config, taken, result, mem, campaign->tamper, why));
    if (why[0] == 0) return campaign->samples == NULL ? OK : sample_add(campaign, taken, mem, result);
    sweep->disagree = true;
    row_differs(campaign, taken, mem, result, why, row);
    return OK;
}

/* As it is or, when that does not fit, without what is known. `spare` has room for as many findings as a run has. */
static bool fits_known(const struct run_campaign *campaign, enum ebb_timers timers,
                       const struct check_findings *findings, struct check_finding *spare, bool *hit,
                       struct run_row *row) {
    const struct check_expect *expect = scenario_expect(campaign->scenario, campaign->variant);
    uint64_t seen = 0;
    if (run_fits(expect, timers, findings, hit)) return true;
    if (campaign->known_count == 0 || campaign->one_of_range) return false;
    struct check_findings rest = {
        .at = spare, .count = findings->count, .capacity = findings->capacity, .lost = findings->lost};
    memcpy(spare, findings->at, findings->count * sizeof *spare);
    if (run_known_remove(&rest, campaign->known, campaign->known_count, &seen) == 0) return false;
    row->known_seen |= seen; /* whatever else is wrong, these are still there */
    return run_fits(expect, timers, &rest, hit);
}

/* A search looks at steps only. */
static void phase_begins(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    (void)follower, (void)ebb, (void)phase, (void)turn;
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    (void)follower, (void)ebb, (void)phase, (void)findings, (void)from;
}

/* `coverage`: NULL, where nobody asks how new a run was. */
static enum status sweep_one(const struct run_campaign *campaign, struct mem *mem, struct explorer *explorer,
                             struct explore_coverage *coverage, struct run_config *config, struct run_result *result,
                             uint64_t run, struct sweep *sweep, struct run_row *row) {
    bool hit;
    const struct explore_schedule *taken = NULL;
    struct run_follower follower = {NULL, phase_begins, judged};
    config->chooser = explore_begin(explorer, run);
    struct run_tee tee;
    run_tee_init(&tee, explore_observer(explorer));
    run_tee_add(&tee, coverage == NULL ? NULL : &coverage->observer);
    follower.observer = run_tee_observer(&tee);
    if (follower.observer != NULL) config->follower = &follower;
    if (coverage != NULL) explore_coverage_begin(coverage);
    TRY(run_watched(campaign, mem, explorer, config, result, sweep, row));
    if (coverage != NULL) TRY(explore_coverage_end(coverage, run_enough_verdict(&result->findings)));
    TRY(explore_taken(explorer, &taken));
    if (sweep->disagree) return OK;
    bool fits =
        fits_known(campaign, config->timers, &result->findings, result->findings.at + RUN_FINDINGS_MAX, &hit, row);
    sweep->hit = sweep->hit || hit;
    row_count_run(row, &result->findings);
    if (!fits && !sweep->unfit) sweep->unfit = true, sweep->unfit_run = run;
    /* Shown is the first run that is not as expected, else the first with findings, else the first. */
    bool better = !sweep->shown || (!fits && !sweep->shown_unfit) ||
        (result->findings.count > 0 && row->count == 0 && !sweep->shown_unfit);
    if (better) {
        row_show(result, row);
        token_set(campaign, taken, mem, row);
        sweep->shown = true;
        sweep->shown_unfit = !fits;
    }
    return fits && run % RUN_AGAIN_EVERY != 0 ? OK : sweep_again(campaign, mem, taken, config, result, sweep, row);
}

/* Every combination of the range, each under a few schedules without early timers, since a condition that compares
 * times means them: does it leak exactly when the condition says so? */
static void range_campaign(const struct run_campaign *campaign, struct mem *mem, struct run_row *row);

struct sweeping {
    const struct run_campaign *campaign;
    struct mem *mem;
    struct run_result *result;
    struct sweep *sweep;
    struct run_row *row;
    struct ebb_stacks *stacks;
    struct run_before *before;
    struct run_pumped *pumped;
    struct explore_coverage *coverage; /* see sweep_one */
    const struct scenario_stop *rule;  /* that ends this sweep, or NULL */
    bool found;                        /* the first finding, which is all that the rule asks for */
};

/* Has it come to its end, or to that of the scenario's rule? Then the row says to which. */
static bool over(const struct sweeping *self, const struct run_portfolio *portfolio) {
    const struct scenario_stop *rule = self->rule;
    struct run_row *row = self->row;
    bool all = run_portfolio_over(portfolio);
    if (rule == NULL) return all;
    enum run_enough which = run_enough(rule, self->coverage, row->runs, row->leaking_runs > 0);
    if (which == RUN_ENOUGH_NOT && !all) return false;
    struct buf words;
    buf_init(&words, self->mem);
    if (all)
        run_portfolio_words(&words, portfolio);
    else
        run_enough_words(&words, rule, which);
    if (buf_status(&words) == OK) (void)snprintf(row->ended, sizeof row->ended, "%.*s", (int)words.len, words.at);
    buf_deinit(&words);
    return true;
}

static enum status sweep_all(struct sweeping *self, struct run_portfolio *portfolio, uint64_t runs) {
    enum status status = OK;
    bool ends = false;
    for (uint64_t run = 0; run < runs && status == OK && !self->sweep->disagree && !ends; run++) {
        enum ebb_timers timers = EBB_TIMERS_IDLE;
        struct explorer *explorer = run_portfolio_turn(portfolio, run, &timers);
        struct run_config config = {.scenario = self->campaign->scenario,
                                    .variant = self->campaign->variant,
                                    .timers = timers,
                                    .stacks = self->stacks,
                                    .before = self->before,
                                    .pumped = self->pumped};
        status = sweep_one(self->campaign, self->mem, explorer, self->coverage, &config, self->result, run, self->sweep,
                           self->row);
        run_portfolio_ran(portfolio, run, true);
        (void)explore_more(explorer);
        ends = status != OK || over(self, portfolio);
        if (status == OK && verdict_of(&self->result->findings) == REPORT_LIMIT)
            break; /* each such run takes the whole budget */
    }
    return status;
}

/* A rule of `watch` is about peaks, in which the orders of one trace differ. */
static bool sweep_proves(const struct sweeping *self, const struct run_portfolio *portfolio) {
    if (self->campaign->one_of_range || scenario_watch_count(self->campaign->scenario) > 0) return false;
    bool limited = verdict_of(&self->result->findings) == REPORT_LIMIT;
    return !limited && !self->sweep->disagree && run_portfolio_proved(portfolio);
}

/* One run of each trace, where that is asked for and comes to an end; if not, what fits the expectations is forgotten, and
 * schedules are sampled as ever. Of the scenario's rule only a first finding ends it, and then there is no more to do. */
static enum status prove(struct sweeping *self, enum run_timers mode) {
    const struct run_campaign *campaign = self->campaign;
    struct run_portfolio portfolio;
    if (campaign->prove == 0 || campaign->one_of_range || scenario_watch_count(campaign->scenario) > 0) return OK;
    TRY(run_portfolio_init(&portfolio, self->mem, "all", campaign->seed, mode));
    const struct scenario_stop first = {.asked = true, .runs = UINT64_MAX, .first_finding = true};
    if (campaign->stop != NULL && campaign->stop->first_finding) self->rule = &first;
    enum status status = sweep_all(self, &portfolio, campaign->prove);
    self->row->proved = status == OK && sweep_proves(self, &portfolio);
    self->found = self->rule != NULL && self->row->leaking_runs > 0;
    self->rule = NULL;
    if (self->row->proved) self->row->ended[0] = '\0'; /* it says "every trace" */
    run_portfolio_deinit(&portfolio);
    if (status != OK || self->row->proved || self->found || self->sweep->unfit || self->sweep->disagree) return status;
    uint64_t known_seen = self->row->known_seen;
    bool hit = self->sweep->hit;
    memset(self->row, 0, sizeof *self->row);
    *self->sweep = (struct sweep){.hit = hit};
    self->row->known_seen = known_seen;
    return OK;
}

/* What the scenario's rule makes of a campaign that leaves it to it. */
static struct run_campaign ruled_campaign(const struct run_campaign *campaign) {
    struct run_campaign own = *campaign;
    const struct scenario_stop *rule = campaign->stop;
    if (rule == NULL) return own;
    bool samples = rule->proved != SCENARIO_STOP_ALL;
    if (samples) own.runs = rule->runs; /* else only if as many do not suffice for the proof */
    if (campaign->strategy != NULL) return own;
    if (samples) own.strategy = run_enough_strategy(rule);
    if (!samples)
        own.prove = rule->runs;
    else if (own.strategy != NULL) /* what it asks to be proved is less */
        own.prove = 0;
    else if (own.prove > 0) /* as it is unasked where the command line sets the runs */
        own.prove = rule->runs < RUN_PROVE_UNASKED ? rule->runs : RUN_PROVE_UNASKED;
    return own;
}

static void campaign_go(const struct run_campaign *campaign, struct mem *mem, struct run_row *row);

void run_campaign(const struct run_campaign *campaign, struct mem *mem, struct run_row *row) {
    struct run_campaign own = ruled_campaign(campaign);
    memset(row, 0, sizeof *row);
    if (campaign->causes != NULL) campaign->causes->count = 0;
    if (campaign->variant == scenario_variant_count(campaign->scenario) && !campaign->one_of_range) {
        range_campaign(campaign, mem, row);
        return;
    }
    campaign_go(&own, mem, row);
}

static void campaign_go(const struct run_campaign *campaign, struct mem *mem, struct run_row *row) {
    struct run_result result = {.findings = {.capacity = RUN_FINDINGS_MAX}};
    struct run_portfolio portfolio = {0};
    struct explore_coverage coverage = {.mem = mem};
    struct run_before before = {0};
    enum run_timers mode =
        campaign->one_of_range && campaign->timers == RUN_TIMERS_BOTH ? RUN_TIMERS_IDLE : campaign->timers;
    struct ebb_stacks *stacks = NULL;
    struct sweep sweep = {0};
    struct run_pumped pumped = {0};
    enum status status = ERR_NOMEM;
    result.findings.at = mem_new(mem, 2 * RUN_FINDINGS_MAX, sizeof *result.findings.at); /* see fits_known */
    if (result.findings.at == NULL) goto done;
    if ((status = ebb_stacks_new(&stacks, LIMIT_STACK_BYTES)) != OK) goto done;
    if ((status = run_portfolio_init(&portfolio, mem, campaign->strategy, campaign->seed, mode)) != OK) goto done;
    struct sweeping sweeping = {campaign, mem, &result, &sweep, row, stacks, &before, &pumped, NULL, NULL, false};
    if ((status = prove(&sweeping, mode)) != OK) goto done;
    sweeping.rule = campaign->stop;
    if (campaign->stop != NULL && campaign->stop->new_below > 0) {
        if ((status = explore_coverage_init(&coverage, mem)) != OK) goto done;
        sweeping.coverage = &coverage;
    }
    if (status == OK && !row->proved && !sweeping.found && !sweep.unfit) {
        status = sweep_all(&sweeping, &portfolio, campaign->runs);
        row->proved = status == OK && sweep_proves(&sweeping, &portfolio);
    }
done:
    if (status != OK) {
        row_fail(row, status, &result.fault);
    } else if (!sweep.disagree) {
        const struct check_expect *expect = scenario_expect(campaign->scenario, campaign->variant);
        bool pending = scenario_pending(campaign->scenario, campaign->variant).len > 0;
        row->as_expected = !sweep.unfit && (expect->how != CHECK_EXPECT_SOME || sweep.hit);
        row->sampled = row->as_expected && !row->proved && !pending && !campaign->one_of_range;
        if (pending) row->as_expected = !row->as_expected; /* a reason that holds no longer must go */
        if (pending && !row->as_expected)
            (void)snprintf(row->why, sizeof row->why, "pending, and yet as expected: \"pending\" can go");
        else if (sweep.unfit && !pending)
            (void)snprintf(
                row->why, sizeof row->why, "schedule %llu of %llu is not as expected",
                (unsigned long long)sweep.unfit_run + 1,
                (unsigned long long)(row->proved || row->runs > campaign->runs ? row->runs : campaign->runs));
        else if (!row->as_expected && !pending)
            (void)snprintf(row->why, sizeof row->why, "no schedule of %llu shows what is expected of some",
                           (unsigned long long)row->runs);
        if (campaign->causes != NULL) run_causes(campaign->scenario, row, &pumped, mem, campaign->causes);
    }
    run_portfolio_deinit(&portfolio);
    explore_coverage_deinit(&coverage);
    ebb_stacks_free(stacks);
    mem_free(mem, result.findings.at, 2 * RUN_FINDINGS_MAX * sizeof *result.findings.at);
}

#define RANGE_RUNS 8u

static void range_campaign(const struct run_campaign *campaign, struct mem *mem, struct run_row *row) {
    const struct scenario *scenario = campaign->scenario;
    struct run_row *one = mem_new(mem, 1, sizeof *one);
    uint64_t runs = 0, leaking_runs = 0, runs_with[CHECK_KIND_COUNT] = {0};
    bool kept = false, threads = false;
    row->verdict = REPORT_ERROR;
    for (uint32_t index = 0; one != NULL && index < scenario_range_count(scenario); index++) {
        struct run_campaign single = *campaign;
        single.variant = scenario_variant_count(scenario) + index;
        single.one_of_range = true;
        single.stop = NULL;   /* each combination has a few runs only */
        single.causes = NULL; /* only of the one that is shown */
        single.runs = campaign->runs < RANGE_RUNS ? campaign->runs : RANGE_RUNS;
        run_campaign(&single, mem, one);
        runs += one->runs;
        leaking_runs += one->leaking_runs;
        threads = threads || one->threads;
        for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++) runs_with[kind] += one->runs_with[kind];
        bool leaks = one->verdict != REPORT_CLEAN, should = scenario_range_leaks(scenario, index);
        bool judged = one->verdict != REPORT_ERROR && one->verdict != REPORT_CRASHED, fits = leaks == should && judged;
        if (!kept || !fits || (one->count > 0 && row->count == 0)) *row = *one, kept = true;
        row->as_expected = fits;
        if (fits) {
            row->why[0] = 0; /* an expectation of its own it has none */
            continue;
        }
        struct buf words;
        buf_init(&words, mem);
        scenario_range_words(scenario, index, &words);
        if (judged)
            (void)snprintf(row->why, sizeof row->why, "with %.*s it %s, and the condition says it %s", (int)words.len,
                           words.len > 0 ? words.at : "", leaks ? "leaks" : "does not leak",
                           should ? "does" : "does not");
        buf_deinit(&words);
        break;
    }
    if (!kept) (void)snprintf(row->why, sizeof row->why, "not enough memory to judge it");
    row->runs = runs;
    row->sampled = row->as_expected;
    row->leaking_runs = leaking_runs;
    row->threads = threads;
    memcpy(row->runs_with, runs_with, sizeof runs_with);
    mem_free(mem, one, sizeof *one);
    if (campaign->causes != NULL) run_causes(scenario, row, NULL, mem, campaign->causes);
}

enum status run_replay(const struct run_campaign *campaign, const struct explore_schedule *schedule, struct mem *mem,
                       struct run_row *row) {
    memset(row, 0, sizeof *row);
    struct run_result result = {.findings = {.capacity = RUN_FINDINGS_MAX}};
    struct explorer *explorer = NULL;
    const struct explore_schedule *taken = NULL;
    struct explore_config how = {.strategy = "replay", .timers = schedule->timers, .replay = schedule};
    result.findings.at = mem_new(mem, RUN_FINDINGS_MAX, sizeof *result.findings.at);
    enum status status = result.findings.at == NULL ? ERR_NOMEM : explore_new(mem, &explorer, &how);
    if (status == OK) {
        struct run_pumped pumped = {0};
        struct run_config config = {.scenario = campaign->scenario,
                                    .variant = campaign->variant,
                                    .chooser = explore_begin(explorer, 0),
                                    .timers = schedule->timers,
                                    .pumped = &pumped};
        status = run_once(&config, mem, &result);
    }
    if (status == OK) status = explore_taken(explorer, &taken);
    const struct explore_deviation *lost = status == OK ? explore_diverged(explorer) : NULL;
    if (status != OK) {
        row_fail(row, status, &result.fault);
    } else {
        bool hit;
        row_show(&result, row);
        token_set(campaign, taken, mem, row);
        row_count_run(row, &result.findings);
        row->as_expected =
            run_fits(scenario_expect(campaign->scenario, campaign->variant), schedule->timers, &result.findings, &hit);
    }
    if (lost != NULL) {
        (void)snprintf(row->why, sizeof row->why,
                       "the schedule does not fit this scenario: decision %llu has no option %u",
                       (unsigned long long)lost->decision, lost->option);
        status = ERR_INPUT;
    }
    explore_free(explorer);
    mem_free(mem, result.findings.at, RUN_FINDINGS_MAX * sizeof *result.findings.at);
    return status;
}
