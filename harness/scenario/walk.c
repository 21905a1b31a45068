/* SPDX-License-Identifier: MIT */
/* walk.c — see walk.h. A step comes before what is inside it, and an expression after its parts. */
#include "scenario/walk.h"

static void block_walk(struct scenario_walk *walk, const struct routine *routine, const struct block *block);

static void expr_walk(struct scenario_walk *walk, const struct routine *routine, const struct expr *expr) {
    if (expr == NULL) return;
    switch (expr->what) {
    case EXPR_UNARY:
    case EXPR_BINARY:
        expr_walk(walk, routine, expr->operation.left);
        expr_walk(walk, routine, expr->operation.right);
        break;
    case EXPR_MAKE:
        for (size_t i = 0; i < BASE_COUNT(expr->make.args); i++) expr_walk(walk, routine, expr->make.args[i]);
        break;
    case EXPR_MEMBER: expr_walk(walk, routine, expr->member.of); break;
    case EXPR_INDEX:
        expr_walk(walk, routine, expr->index.of);
        expr_walk(walk, routine, expr->index.at);
        break;
    case EXPR_LIST:
    case EXPR_RECORD:
        for (uint32_t i = 0; i < expr->items.count; i++) expr_walk(walk, routine, expr->items.values[i]);
        break;
    case EXPR_CALL: expr_walk(walk, routine, expr->call.arg); break;
    case EXPR_LITERAL:
    case EXPR_VARIABLE:
    case EXPR_PARAM:
    case EXPR_TURN: break;
    }
    if (walk->expr != NULL) walk->expr(walk, routine, expr);
}

/* An argument that several kinds take under one name was loaded once for each; it is one expression of the file. */
static void verbs_walk(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct where seen[VERB_ARGS_MAX * 4];
    uint32_t count = 0;
    for (uint32_t v = 0; v < step->verb_count; v++) {
        for (uint32_t i = 0; i < step->verbs[v].arg_count; i++) {
            const struct expr *arg = step->verbs[v].args[i];
            uint32_t at = 0;
            if (arg == NULL) continue;
            while (at < count && (seen[at].line != arg->where.line || seen[at].column != arg->where.column)) at++;
            if (at < count) continue;
            if (count < BASE_COUNT(seen)) seen[count++] = arg->where;
            expr_walk(walk, routine, arg);
        }
    }
}

static void step_walk(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    bool own = step->what == STEP_DEFER || step->what == STEP_ONCE || step->what == STEP_CALL_AFTER ||
        step->what == STEP_FINALIZE || (step->what == STEP_GO && step->body.own_scope);
    if (walk->step != NULL) walk->step(walk, routine, step);
    expr_walk(walk, routine, step->expr);
    expr_walk(walk, routine, step->expr2);
    for (uint32_t i = 0; i < step->arg_count; i++) expr_walk(walk, routine, step->args[i]);
    verbs_walk(walk, routine, step);
    for (uint32_t i = 0; i < step->case_count; i++) {
        expr_walk(walk, routine, step->cases[i].chan);
        expr_walk(walk, routine, step->cases[i].value);
        block_walk(walk, routine, &step->cases[i].body);
    }
    if (own) {
        scenario_walk_routine(step->routine, walk);
        return;
    }
    block_walk(walk, routine, &step->body);
    block_walk(walk, routine, &step->otherwise);
}

static void block_walk(struct scenario_walk *walk, const struct routine *routine, const struct block *block) {
    if (walk->block != NULL) walk->block(walk, routine, block);
    for (uint32_t i = 0; i < block->count; i++) step_walk(walk, routine, &block->steps[i]);
}

void scenario_walk_routine(const struct routine *routine, struct scenario_walk *walk) {
    ASSERT(routine != NULL);
    block_walk(walk, routine, &routine->body);
}

void scenario_walk(const struct scenario *scenario, struct scenario_walk *walk) {
    for (uint32_t i = 0; i < scenario->shared_count; i++) expr_walk(walk, NULL, scenario->shared[i].value);
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++)
        if (scenario->phases[i] != NULL) scenario_walk_routine(scenario->phases[i], walk);
    for (uint32_t i = 0; i < scenario->proc_count; i++) scenario_walk_routine(scenario->procs[i], walk);
    expr_walk(walk, NULL, scenario->leaks_when);
}
