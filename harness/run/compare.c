/* SPDX-License-Identifier: MIT */
/* compare.c — see compare.h. */
#include "run/compare.h"

#include "base/limits.h"
#include "core/world.h"
#include "explore/token.h"
#include "kinds/kinds.h"
#include "run/tee.h"

/* --- tallies ------------------------------------------------------------------------------------------------------ */
static enum status tally_add(struct mem *mem, struct run_tally *tally, uint64_t value) {
    uint32_t at = tally->count;
    while (at > 0 && tally->at[at - 1].value > value) at--;
    tally->total++;
    if (at > 0 && tally->at[at - 1].value == value) {
        tally->at[at - 1].count++;
        return OK;
    }
    if (tally->count == tally->capacity) {
        uint32_t old = tally->capacity, capacity = old == 0 ? 16 : old * 2;
        struct run_tally_entry *grown = mem_grow(mem, tally->at, old * sizeof *grown, capacity * sizeof *grown);
        if (grown == NULL) return ERR_NOMEM;
        tally->at = grown;
        tally->capacity = capacity;
    }
    memmove(tally->at + at + 1, tally->at + at, (tally->count - at) * sizeof *tally->at);
    tally->at[at] = (struct run_tally_entry){value, 1};
    tally->count++;
    return OK;
}

uint64_t run_tally_median(const struct run_tally *tally) {
    uint64_t before = 0;
    for (uint32_t i = 0; i < tally->count; i++) {
        before += tally->at[i].count;
        if (before >= tally->total - tally->total / 2) return tally->at[i].value;
    }
    return 0;
}

uint64_t run_tally_most(const struct run_tally *tally) {
    return tally->count == 0 ? 0 : tally->at[tally->count - 1].value;
}

/* --- what one run costs ------------------------------------------------------------------------------------------- */
struct meter {
    struct run_follower follower;
    struct ebb_observer observer;
    struct census_observer weights, *watch; /* the latter: whoever looked at weights before, or NULL */
    const struct census *census;
    struct run_compare_cost cost;
    uint16_t bytes[KIND_COUNT]; /* the kinds whose weight is bytes */
    uint32_t bytes_count;
    bool rested;
};

static void meter_init(struct meter *meter) {
    meter->bytes_count = 0;
    for (uint16_t id = 0; id < KIND_COUNT; id++)
        if (ebb_kinds[id]->unit != NULL && strstr(ebb_kinds[id]->unit, "bytes") != NULL)
            meter->bytes[meter->bytes_count++] = id;
}

static uint64_t objects_now(const struct census *census) {
    uint64_t objects = 0;
    for (uint16_t id = 0; id < KIND_COUNT; id++)
        if (id != KIND_SCOPE && id != EBB_COROUTINE_KIND_ID) objects += census->kinds[id].live;
    return objects;
}

static uint64_t bytes_now(const struct meter *meter, const struct census *census) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < meter->bytes_count; i++) bytes += census->kinds[meter->bytes[i]].weight;
    return bytes;
}

static void most(uint64_t *peak, uint64_t now) {
    if (now > *peak) *peak = now;
}

/* Called on a coroutine's small stack, like grew. */
static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct meter *meter = BASE_OWNER(observer, struct meter, observer);
    const struct census *census = ebb_census(ebb);
    (void)co, (void)alarm;
    if (sight != EBB_SIGHT_STEP && sight != EBB_SIGHT_PARK && sight != EBB_SIGHT_END) return;
    most(&meter->cost.coroutines, census->kinds[EBB_COROUTINE_KIND_ID].live);
    most(&meter->cost.objects, objects_now(census));
}

/* An object gets its weight after the step that made it, and may lose it in the next. */
static void grew(struct census_observer *observer, const struct census_node *node, uint64_t by) {
    struct meter *meter = BASE_OWNER(observer, struct meter, weights);
    if (meter->watch != NULL) meter->watch->grew(meter->watch, node, by);
    most(&meter->cost.bytes, bytes_now(meter, meter->census));
}

/* Before the first phase the shared objects are there already. */
static void phase_begins(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    struct meter *meter = BASE_OWNER(follower, struct meter, follower);
    struct census *census = ebb_census(ebb);
    (void)phase, (void)turn;
    if (meter->census != NULL) return;
    meter->census = census;
    meter->watch = census->observer;
    meter->weights.grew = grew;
    census->observer = &meter->weights;
    most(&meter->cost.objects, objects_now(census));
    most(&meter->cost.bytes, bytes_now(meter, census));
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    struct meter *meter = BASE_OWNER(follower, struct meter, follower);
    (void)findings, (void)from;
    const struct census *census = ebb_census(ebb);
    meter->rested = meter->rested || phase == CHECK_REST;
    if (phase == CHECK_REST || (phase == CHECK_LEFT && !meter->rested)) {
        meter->cost.objects_rest = objects_now(census);
        meter->cost.bytes_rest = bytes_now(meter, census);
    }
    if (phase != CHECK_LEFT) return;
    meter->cost.coroutines_left = census->kinds[EBB_COROUTINE_KIND_ID].live;
    meter->cost.objects_left = objects_now(census);
    meter->cost.bytes_left = bytes_now(meter, census);
}

static void cost_add(struct run_compare_cost *to, const struct run_compare_cost *one) {
    most(&to->coroutines, one->coroutines);
    most(&to->objects, one->objects);
    most(&to->bytes, one->bytes);
    most(&to->objects_rest, one->objects_rest);
    most(&to->bytes_rest, one->bytes_rest);
    most(&to->coroutines_left, one->coroutines_left);
    most(&to->objects_left, one->objects_left);
    most(&to->bytes_left, one->bytes_left);
}

/* --- columns ------------------------------------------------------------------------------------------------------ */
static enum status findings_new(struct mem *mem, struct check_findings *findings) {
    findings->capacity = RUN_FINDINGS_MAX;
    findings->at = mem_new(mem, RUN_FINDINGS_MAX, sizeof *findings->at);
    return findings->at == NULL ? ERR_NOMEM : OK;
}

static enum status column_init(struct run_compare *self, struct run_compare_state *state,
                               const struct run_compare_config *config) {
    buf_init(&state->token, self->mem);
    TRY(findings_new(self->mem, &state->result.findings));
    TRY(findings_new(self->mem, &state->shown));
    if (config->schedule != NULL) {
        state->timers = config->schedule->timers;
        struct explore_config how = {
            .strategy = "replay", .timers = config->schedule->timers, .replay = config->schedule};
        return explore_new(self->mem, &state->replay, &how);
    }
    TRY(run_portfolio_init(&state->portfolio, self->mem, config->strategy, config->seed, config->timers));
    return run_portfolio_searches(&state->portfolio) > 0 ? ERR_INPUT : OK;
}

enum status run_compare_new(struct mem *mem, struct run_compare **out, const struct run_compare_config *config) {
    ASSERT(config->column_count > 0 && config->column_count <= RUN_COMPARE_COLUMNS);
    struct run_compare *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    self->columns = config->columns;
    self->found = mem_new(mem, RUN_FINDINGS_MAX, sizeof *self->found);
    enum status status = self->found == NULL ? ERR_NOMEM : ebb_stacks_new(&self->stacks, LIMIT_STACK_BYTES);
    for (; self->column_count < config->column_count && status == OK; self->column_count++)
        status = column_init(self, &self->at[self->column_count], config);
    if (status == OK)
        *out = self;
    else
        run_compare_free(self);
    return status;
}

void run_compare_free(struct run_compare *compare) {
    if (compare == NULL) return;
    struct mem *mem = compare->mem;
    for (uint32_t i = 0; i < compare->column_count; i++) {
        struct run_compare_state *state = &compare->at[i];
        run_portfolio_deinit(&state->portfolio);
        explore_free(state->replay);
        mem_free(mem, state->result.findings.at, RUN_FINDINGS_MAX * sizeof *state->result.findings.at);
        mem_free(mem, state->shown.at, RUN_FINDINGS_MAX * sizeof *state->shown.at);
        mem_free(mem, state->steps.at, state->steps.capacity * sizeof *state->steps.at);
        buf_deinit(&state->token);
    }
    ebb_stacks_free(compare->stacks);
    mem_free(mem, compare->found, RUN_FINDINGS_MAX * sizeof *compare->found);
    mem_free(mem, compare, sizeof *compare);
}

/* --- runs --------------------------------------------------------------------------------------------------------- */
static const struct check_finding *find(const struct check_findings *in, uint32_t count, uint64_t signature) {
    for (uint32_t i = 0; i < count; i++)
        if (in->at[i].signature == signature) return &in->at[i];
    return NULL;
}

static struct run_compare_found *found_of(struct run_compare *self, const struct check_finding *finding) {
    for (uint32_t i = 0; i < self->found_count; i++)
        if (self->found[i].finding.signature == finding->signature) return &self->found[i];
    if (self->found_count == RUN_FINDINGS_MAX) return NULL;
    struct run_compare_found *added = &self->found[self->found_count++];
    *added = (struct run_compare_found){.finding = *finding};
    return added;
}

/* One signature may come from several lines: a run is counted once for it, and its counts are added up. */
static void count_findings(struct run_compare *self, uint32_t column, const struct check_findings *findings) {
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct check_finding *finding = &findings->at[i];
        self->limited = self->limited || finding->kind == CHECK_LIMIT;
        if (find(findings, i, finding->signature) != NULL) continue;
        struct run_compare_found *found = found_of(self, finding);
        if (found == NULL) {
            self->found_lost++;
            continue;
        }
        uint64_t count = 0;
        for (uint32_t k = i; k < findings->count; k++)
            if (findings->at[k].signature == finding->signature) count += findings->at[k].count;
        found->runs[column]++;
        most(&found->most[column], count);
    }
}

static bool same(const struct check_findings *one, const struct check_findings *other) {
    for (uint32_t i = 0; i < one->count; i++)
        if (find(other, other->count, one->at[i].signature) == NULL) return false;
    for (uint32_t i = 0; i < other->count; i++)
        if (find(one, one->count, other->at[i].signature) == NULL) return false;
    return (one->lost > 0) == (other->lost > 0);
}

static struct explorer *turn(struct run_compare_state *state, uint64_t run, enum ebb_timers *timers) {
    if (state->replay == NULL) return run_portfolio_turn(&state->portfolio, run, timers);
    return state->replay;
}

static enum status run_column(struct run_compare *self, uint32_t column, const struct meter *fresh) {
    struct run_compare_state *state = &self->at[column];
    struct meter meter = *fresh;
    enum ebb_timers timers = state->timers;
    struct explorer *explorer = turn(state, self->runs, &timers);
    struct ebb_chooser *chooser = explore_begin(explorer, self->runs);
    struct run_tee tee;
    meter.observer.see = see;
    run_tee_init(&tee, explore_observer(explorer));
    run_tee_add(&tee, &meter.observer);
    meter.follower = (struct run_follower){run_tee_observer(&tee), phase_begins, judged};
    struct run_config config = {
        .scenario = self->columns[column].scenario,
        .variant = self->columns[column].variant,
        .chooser = chooser,
        .timers = timers,
        .stacks = self->stacks,
        .follower = &meter.follower,
        .before = &state->before,
        .pumped = &state->pumped,
    };
    TRY(run_once(&config, self->mem, &state->result));
    const struct explore_deviation *lost = explore_diverged(explorer);
    if (lost != NULL) state->lost = *lost;
    if (state->replay == NULL) run_portfolio_ran(&state->portfolio, self->runs, true);
    (void)explore_more(explorer);
    const struct check_findings *findings = &state->result.findings;
    if (findings->lost > self->cut) self->cut = findings->lost;
    state->leaking_runs += findings->count > 0 || findings->lost > 0;
    count_findings(self, column, findings);
    cost_add(&state->most, &meter.cost);
    return tally_add(self->mem, &state->steps, state->result.steps);
}

/* What each column leaves now, and how to see it again. */
static enum status show(struct run_compare *self) {
    for (uint32_t i = 0; i < self->column_count; i++) {
        struct run_compare_state *state = &self->at[i];
        const struct explore_schedule *taken = NULL;
        enum ebb_timers timers;
        TRY(explore_taken(turn(state, self->runs, &timers), &taken));
        const struct run_compare_column *column = &self->columns[i];
        explore_token_write(&state->token, &(struct token){column->scenario_key, column->variant, *taken});
        TRY(buf_status(&state->token));
        const struct check_findings *findings = &state->result.findings;
        memcpy(state->shown.at, findings->at, findings->count * sizeof *findings->at);
        state->shown.count = findings->count;
        state->shown.lost = findings->lost;
    }
    self->differ = true;
    self->differ_run = self->runs;
    return OK;
}

enum status run_compare_go(struct run_compare *compare, uint32_t *failed) {
    struct meter fresh = {0};
    meter_init(&fresh);
    for (*failed = 0; *failed < compare->column_count; ++*failed) TRY(run_column(compare, *failed, &fresh));
    bool differ = false;
    for (uint32_t i = 1; i < compare->column_count && !differ; i++)
        differ = !same(&compare->at[0].result.findings, &compare->at[i].result.findings);
    if (differ && !compare->differ) TRY(show(compare));
    compare->runs++;
    return OK;
}
