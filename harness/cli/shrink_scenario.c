/* SPDX-License-Identifier: MIT */
/* shrink_scenario.c — the scenario made smaller, and made a scenario again: one that expects what it leaves. */
#include "cli/shrunk.h"
#include "explore/token.h"
#include "run/portfolio.h"

#define USUAL_RUNS 32u /* of `ebb run` */

/* Only what tells findings apart: a count or a line may well change when the file is edited. */
static struct check_expect_row row_of(const struct check_finding *finding) {
    struct check_expect_row row = {.kind = finding->kind, .object = str_of(finding->object)};
    bool counts = finding->kind != CHECK_PANIC && finding->kind != CHECK_LIMIT && finding->kind != CHECK_WATCH;
    if (counts) row.count = finding->count;
    if (finding->kind == CHECK_BLOCKED || finding->kind == CHECK_ALIVE) {
        row.operation = str_of(finding->operation);
        row.on = row.operation.len > 0 ? str_of(finding->on) : STR("");
    }
    return row;
}

/* What `ebb run` would say of it. */
static enum status judged(struct str text, bool *out) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    problems = (struct scenario_problems){0};
    *out = false;
    enum status status = scenario_load(mem_system(), &scenario, STR("scenario"), text, &problems);
    if (status != OK) return status == ERR_NOMEM ? status : OK;
    struct run_row *row = mem_new(mem_system(), 1, sizeof *row);
    if (row != NULL) {
        struct run_campaign campaign = {.scenario = scenario,
                                        .scenario_key = explore_token_key(text),
                                        .runs = USUAL_RUNS,
                                        .prove = USUAL_RUNS,
                                        .seed = 1};
        run_campaign(&campaign, mem_system(), row);
        *out = row->as_expected;
    }
    status = row == NULL ? ERR_NOMEM : OK;
    mem_free(mem_system(), row, sizeof *row);
    scenario_free(scenario);
    return status;
}

/* --- what it is expected to leave ------------------------------------------------------------------------------------- */
#define SETS_MAX 8u

/* What the usual runs leave, each set of findings once; the first is the one that was shrunk. */
struct sets {
    struct set {
        struct check_finding at[CHECK_EXPECT_ROWS_MAX];
        struct check_expect_row rows[CHECK_EXPECT_ROWS_MAX];
        uint32_t count;
    } at[SETS_MAX];
    struct check_expect_rows others[SETS_MAX];
    uint32_t count;
};

static bool set_is(const struct set *set, const struct check_findings *findings) {
    if (set->count != findings->count) return false;
    for (uint32_t i = 0; i < set->count; i++) /* both are sorted */
        if (set->at[i].signature != findings->at[i].signature) return false;
    return true;
}

static void set_add(struct sets *sets, const struct check_findings *findings) {
    if (findings->count == 0 || findings->count > CHECK_EXPECT_ROWS_MAX || sets->count == SETS_MAX) return;
    for (uint32_t i = 0; i < sets->count; i++)
        if (set_is(&sets->at[i], findings)) return;
    struct set *set = &sets->at[sets->count++];
    for (uint32_t i = 0; i < findings->count; i++) {
        set->at[i] = findings->at[i];
        set->rows[i] = row_of(&set->at[i]);
    }
    set->count = findings->count;
}

/* Where schedules differ in what they leave they differ in counts, too, which are left open then. */
static enum status sets_look(struct cli_question *self, struct sets *sets) {
    struct run_portfolio portfolio;
    TRY(run_portfolio_init(&portfolio, mem_system(), NULL, 1, RUN_TIMERS_BOTH));
    enum status status = OK;
    for (uint64_t run = 0; run < USUAL_RUNS && status == OK; run++) {
        struct shrink_shown unused = {0};
        enum ebb_timers timers = EBB_TIMERS_IDLE;
        struct explorer *explorer = run_portfolio_turn(&portfolio, run, &timers);
        struct shrink_world *world = &self->world.runs;
        status = world->run(world, explore_begin(explorer, run), timers, &unused);
        set_add(sets, &self->result.findings);
        run_portfolio_ran(&portfolio, run, true);
    }
    run_portfolio_deinit(&portfolio);
    for (uint32_t set = 0; set < sets->count; set++)
        for (uint32_t i = 0; i < sets->at[set].count; i++) sets->at[set].rows[i].count = 0;
    return status;
}

static enum status attempt(struct cli_smaller *out, const struct check_expect *expect) {
    if (out->usual) return OK;
    buf_clear(&out->text);
    TRY(scenario_expecting(mem_system(), buf_str(&out->shrunk.text), expect, &out->text));
    return judged(buf_str(&out->text), &out->usual);
}

/* On every schedule or, where that is not so, on some, or on some with others beside it. A file that nothing fits in the
 * usual runs has the plain one of these. */
static enum status attempts(struct cli_question *self, struct sets *sets, struct cli_smaller *out) {
    set_add(sets, &self->result.findings);
    struct check_expect expect = {.how = CHECK_EXPECT_EVERY, .rows = sets->at[0].rows, .row_count = sets->at[0].count};
    TRY(attempt(out, &expect));
    expect.how = CHECK_EXPECT_SOME;
    TRY(attempt(out, &expect));
    if (out->usual) return OK;
    TRY(sets_look(self, sets));
    struct check_expect more = expect;
    for (uint32_t i = 1; i < sets->count; i++)
        sets->others[i - 1] = (struct check_expect_rows){sets->at[i].rows, sets->at[i].count};
    more.others = sets->others;
    more.other_count = sets->count - 1;
    more.how = CHECK_EXPECT_EVERY;
    TRY(attempt(out, &more));
    more.how = CHECK_EXPECT_SOME;
    TRY(attempt(out, &more));
    return attempt(out, &expect);
}

static enum status expect(struct cli_question *self, struct cli_smaller *out) {
    if (self->result.findings.count > CHECK_EXPECT_ROWS_MAX) { /* more than an expectation may list */
        buf_put(&out->text, buf_str(&out->shrunk.text));
        return buf_status(&out->text);
    }
    struct sets *sets = mem_new(mem_system(), 1, sizeof *sets);
    if (sets == NULL) return ERR_NOMEM;
    enum status status = attempts(self, sets, out);
    mem_free(mem_system(), sets, sizeof *sets);
    return status;
}

static enum status parts_of(struct str text, struct scenario_parts *out) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    problems = (struct scenario_problems){0};
    TRY(scenario_load(mem_system(), &scenario, STR("scenario"), text, &problems));
    *out = scenario_parts(scenario);
    scenario_free(scenario);
    return OK;
}

static enum status finish(struct cli_question *self, struct cli_smaller *out) {
    const struct explore_schedule *schedule = &out->shrunk.result.schedule;
    bool shows_it = false;
    TRY(cli_question_follow(self, schedule, &shows_it));
    if (!shows_it) return ERR_INPUT;
    TRY(expect(self, out));
    TRY(parts_of(buf_str(&out->text), &out->after));
    explore_token_write(&out->token, &(struct token){explore_token_key(buf_str(&out->text)), 0, *schedule});
    return buf_status(&out->token);
}

enum status cli_smaller_make(struct cli_question *self, struct str text, uint32_t variant,
                             const struct explore_schedule *schedule, const struct shrink_budget *budget,
                             struct cli_smaller *out) {
    struct buf settled;
    *out = (struct cli_smaller){0};
    buf_init(&settled, mem_system());
    buf_init(&out->text, mem_system());
    buf_init(&out->token, mem_system());
    enum status status = scenario_settle(mem_system(), text, variant, &settled);
    out->bytes_before = settled.len;
    if (status == OK) status = parts_of(buf_str(&settled), &out->before);
    if (status == OK)
        status = shrink_smaller(mem_system(), &self->world, buf_str(&settled), schedule, budget, &out->shrunk);
    if (status == OK) {
        status = finish(self, out);
        if (status != OK) shrink_smaller_deinit(mem_system(), &out->shrunk);
    }
    if (status != OK) {
        buf_deinit(&out->text);
        buf_deinit(&out->token);
    }
    buf_deinit(&settled);
    return status;
}

void cli_smaller_deinit(struct cli_smaller *smaller) {
    shrink_smaller_deinit(mem_system(), &smaller->shrunk);
    buf_deinit(&smaller->text);
    buf_deinit(&smaller->token);
}
