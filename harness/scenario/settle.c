/* SPDX-License-Identifier: MIT */
/* settle.c — a scenario brought down to what one of its variants does, for those who want to take it apart. Each loads a
 * scenario of its own and changes that before it is emitted. */
#include "scenario/edits.h"
#include "scenario/emit.h"
#include "scenario/walk.h"

struct settler {
    struct scenario_walk walk; /* first member */
    const struct ebb_value *values;
};

static void param_settle(struct scenario_walk *walk, const struct routine *routine, const struct expr *expr) {
    const struct settler *self = (const struct settler *)walk;
    (void)routine;
    if (expr->what != EXPR_PARAM) return;
    struct expr *own = (struct expr *)(uintptr_t)expr; /* of the scenario loaded below */
    struct ebb_value value = self->values[expr->param];
    own->what = EXPR_LITERAL;
    own->literal = value;
}

static enum status load(struct mem *mem, struct scenario **out, struct str text) {
    struct scenario_problems *problems = mem_new(mem, 1, sizeof *problems);
    if (problems == NULL) return ERR_NOMEM;
    enum status status = scenario_load(mem, out, STR("scenario"), text, problems);
    mem_free(mem, problems, sizeof *problems);
    return status;
}

enum status scenario_canonical(struct mem *mem, struct str text, struct buf *out) {
    struct scenario *scenario = NULL;
    TRY(load(mem, &scenario, text));
    enum status status = scenario_emit(scenario, mem, &out->sink);
    scenario_free(scenario);
    return status == OK ? buf_status(out) : status;
}

static void only(struct scenario *scenario, const struct check_expect *expect) {
    scenario->variants[0].where.line = 0; /* so that it has no name */
    scenario->variants[0].pending = STR("");
    scenario->variants[0].expected = scenario->expects = expect != NULL;
    if (expect != NULL) scenario->variants[0].expect = *expect;
    scenario->variant_count = 1;
    scenario->leaks_when = NULL;
}

enum status scenario_settle(struct mem *mem, struct str text, uint32_t variant, struct buf *out) {
    struct scenario *scenario = NULL;
    TRY(load(mem, &scenario, text));
    struct settler settler = {.walk = {.expr = param_settle}, .values = scenario_values(scenario, variant)};
    uint32_t declared = scenario->variant_count, params = scenario->param_count;
    scenario_walk(scenario, &settler.walk);
    only(scenario, NULL);
    scenario->param_count = scenario->tag_count = 0;
    enum status status = scenario_emit(scenario, mem, &out->sink);
    scenario->variant_count = declared;
    scenario->param_count = params;
    scenario_free(scenario);
    return status == OK ? buf_status(out) : status;
}

enum status scenario_expecting(struct mem *mem, struct str text, const struct check_expect *expect, struct buf *out) {
    struct scenario *scenario = NULL;
    TRY(load(mem, &scenario, text));
    only(scenario, expect);
    enum status status = scenario_emit(scenario, mem, &out->sink);
    scenario_free(scenario);
    return status == OK ? buf_status(out) : status;
}

struct counter {
    struct scenario_walk walk; /* first member */
    struct scenario_parts parts;
};

static void step_count(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct counter *self = (struct counter *)walk;
    (void)routine;
    self->parts.steps++;
    self->parts.goes += step->what == STEP_GO;
}

struct scenario_parts scenario_parts(const struct scenario *scenario) {
    struct counter counter = {.walk = {.step = step_count}};
    scenario_walk(scenario, &counter.walk);
    return counter.parts;
}
