/* SPDX-License-Identifier: MIT */
/* lint.c — names nobody uses, steps nobody reaches, variants that are one. What an expectation names is in
 * lint_expect.c. */
#include "scenario/lint_impl.h"

#include <stdarg.h>
#include <stdio.h>

#include "kinds/kinds.h"

void scenario_lint_warn(struct linter *linter, struct where where, const char *format, ...) {
    struct scenario_warnings *out = linter->out;
    if (out->count == LIMIT_WARNINGS) {
        out->lost++;
        return;
    }
    struct diag *diag = &out->at[out->count++];
    *diag = (struct diag){.line = where.line, .column = where.column};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(diag->text, sizeof diag->text, format, args);
    va_end(args);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

/* Computing it may break a rule, which a scenario can be about. */
static bool may_panic(const struct expr *expr) {
    if (expr == NULL) return false;
    if (expr->what == EXPR_INDEX) return true;
    if (expr->what == EXPR_MEMBER) return may_panic(expr->member.of);
    if (expr->what == EXPR_CALL) return may_panic(expr->call.arg);
    if (expr->what != EXPR_UNARY && expr->what != EXPR_BINARY) return false;
    enum expr_operator operator= expr->operation.operator;
    return operator== OPERATOR_DIVIDE || operator== OPERATOR_MODULO || may_panic(expr->operation.left) ||
        may_panic(expr->operation.right);
}

static void names_lint(struct linter *linter) {
    const struct scenario *scenario = linter->scenario;
    for (uint32_t i = 0; i < scenario->param_count; i++)
        if (!scenario->params[i].used)
            scenario_lint_warn(linter, scenario->params[i].where, "the parameter \"%s\" is never used",
                               scenario->params[i].name.at);
    for (uint32_t i = 0; i < scenario->proc_count; i++)
        if (!scenario->procs[i]->used)
            scenario_lint_warn(linter, scenario->procs[i]->where, "the procedure \"%s\" is never called",
                               scenario->procs[i]->name.at);
    /* What is received or handed over may be kept for its own sake; what is made must be good for something. */
    for (const struct declared *at = scenario->declared; at != NULL; at = at->next) {
        bool made = at->how == DECLARED_LET || at->how == DECLARED_SHARED || at->how == DECLARED_COUNT;
        if (at->read || !made || may_panic(at->value) || scenario_lint_expected(linter, at->name)) continue;
        scenario_lint_warn(linter, at->where, "\"%s\" is made and never used", at->name.at);
    }
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static bool block_ends(const struct block *block);

/* Is there a break in here that leaves the loop around it? */
static bool breaks(const struct block *block) {
    for (uint32_t i = 0; i < block->count; i++) {
        const struct step *step = &block->steps[i];
        if (step->what == STEP_BREAK) return true;
        bool inner =
            step->what == STEP_REPEAT || step->what == STEP_WHILE || step->what == STEP_LOOP || step->what == STEP_FOR;
        if (!inner && (breaks(&step->body) || breaks(&step->otherwise))) return true;
        for (uint32_t c = 0; c < step->case_count; c++)
            if (breaks(&step->cases[c].body)) return true;
    }
    return false;
}

/* Does what follows this step never run? */
static bool ends(const struct step *step) {
    switch (step->what) {
    case STEP_RETURN:
    case STEP_PANIC:
    case STEP_BREAK:
    case STEP_CONTINUE: return true;
    case STEP_LOOP: return !breaks(&step->body);
    case STEP_WHILE:
        return step->expr->what == EXPR_LITERAL && step->expr->literal.type == EBB_BOOL &&
            step->expr->literal.integer != 0 && !breaks(&step->body);
    case STEP_IF: return block_ends(&step->body) && block_ends(&step->otherwise);
    case STEP_SELECT: /* without any case it waits for ever */
        for (uint32_t i = 0; i < step->case_count; i++)
            if (!block_ends(&step->cases[i].body)) return false;
        return true;
    default: return false;
    }
}

static bool block_ends(const struct block *block) {
    for (uint32_t i = 0; i < block->count; i++)
        if (ends(&block->steps[i])) return true;
    return false;
}

static void block_lint(struct scenario_walk *walk, const struct routine *routine, const struct block *block) {
    struct linter *linter = BASE_OWNER(walk, struct linter, walk);
    (void)routine;
    for (uint32_t i = 0; i + 1 < block->count; i++) {
        if (!ends(&block->steps[i])) continue;
        const char *word = scenario_step_word(&block->steps[i]);
        scenario_lint_warn(linter, block->steps[i + 1].where,
                           "this step is never reached: the \"%s\" in line %u does not go on", word,
                           block->steps[i].where.line);
        return;
    }
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

struct fault_seeker {
    struct scenario_walk walk;
    bool context, refusable; /* is made somewhere */
};

static void fault_seek(struct scenario_walk *walk, const struct routine *routine, const struct expr *expr) {
    struct fault_seeker *self = BASE_OWNER(walk, struct fault_seeker, walk);
    (void)routine;
    if (expr->what != EXPR_MAKE) return;
    self->context = self->context || expr->make.kind->id == KIND_CONTEXT;
    self->refusable = self->refusable || expr->make.kind->refusable;
}

static void faults_lint(struct linter *linter) {
    const struct scenario *scenario = linter->scenario;
    struct fault_seeker there = {.walk = {.expr = fault_seek}};
    if (scenario->faults == 0) return;
    scenario_walk(scenario, &there.walk);
    if ((scenario->faults & FAULT_STALL) != 0 && scenario->limits.horizon_ns <= 2000000)
        scenario_lint_warn(linter, scenario->fault_where[0], "the horizon is too short for any stall");
    if ((scenario->faults & FAULT_CANCEL) != 0 && !there.context)
        scenario_lint_warn(linter, scenario->fault_where[1], "there is no context to cancel");
    if ((scenario->faults & FAULT_ALLOCATION) == 0 || there.refusable) return;
    scenario_lint_warn(linter, scenario->fault_where[2], "nothing is asked for that the system may refuse");
}

static void variants_lint(struct linter *linter) {
    const struct scenario *scenario = linter->scenario;
    for (uint32_t i = 1; i < scenario->variant_count; i++) {
        for (uint32_t other = 0; other < i; other++) {
            uint32_t param = 0;
            while (param < scenario->param_count &&
                   ebb_value_equal(scenario->variants[i].values[param], scenario->variants[other].values[param]))
                param++;
            if (param < scenario->param_count) continue;
            scenario_lint_warn(linter, scenario->variants[i].where,
                               "the variant \"%s\" sets what \"%s\" sets: they are one", scenario->variants[i].name.at,
                               scenario->variants[other].name.at);
            break;
        }
    }
    bool named = scenario->variants[0].where.line > 0;
    if (named && !scenario->expects)
        scenario_lint_warn(linter, scenario->variants[0].where,
                           "there are variants and no \"expect\": each would have to be clean");
    faults_lint(linter);
    if (scenario->about.len == 0)
        scenario_lint_warn(linter, (struct where){1, 1},
                           "\"about\" is missing: one sentence that says what is shown here");
}

static bool later(const struct diag *a, const struct diag *b) {
    return a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* Few, and found nearly in order. */
static void sort(struct scenario_warnings *warnings) {
    for (uint32_t i = 1; i < warnings->count; i++)
        for (uint32_t at = i; at > 0 && later(&warnings->at[at - 1], &warnings->at[at]); at--) {
            struct diag moved = warnings->at[at];
            warnings->at[at] = warnings->at[at - 1];
            warnings->at[at - 1] = moved;
        }
}

enum status scenario_lint(const struct scenario *scenario, struct mem *mem, struct str origin,
                          struct scenario_warnings *out) {
    struct linter linter = {.scenario = scenario, .mem = mem, .out = out, .walk = {.block = block_lint}};
    out->count = out->lost = 0;
    names_lint(&linter);
    scenario_walk(scenario, &linter.walk);
    variants_lint(&linter);
    scenario_lint_stop(&linter);
    enum status status = scenario_lint_expects(&linter);
    sort(out);
    for (uint32_t i = 0; i < out->count; i++) scenario_diag_origin(&out->at[i], origin);
    return status;
}

enum status scenario_load_linted(struct mem *mem, struct scenario **out, struct str origin, struct str bytes,
                                 struct scenario_problems *problems, struct scenario_warnings *warnings) {
    warnings->count = warnings->lost = 0;
    TRY(scenario_load(mem, out, origin, bytes, problems));
    enum status status = scenario_lint(*out, mem, origin, warnings);
    if (status == OK) return OK;
    scenario_free(*out);
    *out = NULL;
    return status;
}
