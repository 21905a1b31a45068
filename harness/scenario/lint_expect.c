/* SPDX-License-Identifier: MIT */
/* lint_expect.c — does everything an expectation names occur in the scenario? Findings are told by labels: of coroutines,
 * of objects, of verbs, of what grows. The lists here are rather too long than too short: a warning must be right. */
#include "kinds/kinds.h"
#include "scenario/lint_impl.h"
#include "scenario/load.h"

#define KNOWN_MAX 2048u /* names of one list; a file has room for no more that matter */

struct known {
    const char **at;
    uint32_t count;
};
struct labels {
    struct scenario_walk walk; /* first member */
    const struct scenario *scenario;
    struct known coroutines, objects, verbs;
};

static void add(struct known *known, const char *name) {
    if (name == NULL || known->count == KNOWN_MAX) return;
    for (uint32_t i = 0; i < known->count; i++)
        if (strcmp(known->at[i], name) == 0) return;
    known->at[known->count++] = name;
}

static bool has(const struct known *known, struct str name) {
    for (uint32_t i = 0; i < known->count; i++)
        if (str_equal(name, str_of(known->at[i]))) return true;
    return known->count == KNOWN_MAX; /* a list that is full knows too little to judge */
}

/* --- what a scenario can make ------------------------------------------------------------------------------------- */

static void label_expr(struct scenario_walk *walk, const struct routine *routine, const struct expr *expr) {
    struct labels *labels = BASE_OWNER(walk, struct labels, walk);
    (void)routine;
    if (expr->what == EXPR_MAKE) add(&labels->objects, expr->make.label);
    if (expr->what == EXPR_LIST || expr->what == EXPR_RECORD) add(&labels->objects, expr->items.label);
}

static void label_step(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct labels *labels = BASE_OWNER(walk, struct labels, walk);
    const struct scenario *scenario = labels->scenario;
    (void)routine;
    switch (step->what) {
    case STEP_VERB: add(&labels->verbs, step->word); return;
    case STEP_GO:
        add(&labels->verbs, "go");
        add(&labels->coroutines,
            step->word != NULL          ? step->word
                : step->routine != NULL ? step->routine->name.at
                                        : NULL);
        for (uint32_t i = 0; step->word == NULL && step->routine == NULL && i < scenario->proc_count; i++)
            add(&labels->coroutines, scenario->procs[i]->name.at);
        return;
    case STEP_CALL_AFTER:
    case STEP_FINALIZE:
        add(&labels->coroutines, step->word);
        add(&labels->objects, step->word);
        add(&labels->coroutines, "finalizer");
        return;
    case STEP_FOR: add(&labels->verbs, "recv"); return;
    case STEP_ONCE: add(&labels->verbs, "do"); return;
    case STEP_ATOMIC: add(&labels->verbs, "step"); return;
    case STEP_LOOP:
    case STEP_WHILE: add(&labels->verbs, "yield"); return;
    case STEP_SELECT:
        add(&labels->verbs, "send");
        add(&labels->verbs, "recv");
        add(&labels->verbs, "select");
        return;
    default: add(&labels->verbs, scenario_step_word(step)); return;
    }
}

static void labels_take(struct labels *labels) {
    const struct scenario *scenario = labels->scenario;
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++)
        if (scenario->phases[i] != NULL) add(&labels->coroutines, scenario->phases[i]->name.at);
    add(&labels->objects, "nil");
    for (size_t kind = 0; kind < KIND_COUNT; kind++) add(&labels->objects, ebb_kinds[kind]->name);
    labels->walk = (struct scenario_walk){.step = label_step, .expr = label_expr};
    scenario_walk(scenario, &labels->walk);
    for (const struct declared *at = scenario->declared; at != NULL; at = at->next) add(&labels->objects, at->name.at);
    for (uint32_t i = 0; i < labels->coroutines.count; i++) add(&labels->objects, labels->coroutines.at[i]);
}

/* --- what is expected --------------------------------------------------------------------------------------------- */

static void missing(struct linter *linter, const struct check_expect_row *row, const char *what, struct str name,
                    const struct known *known) {
    if (name.len == 0 || has(known, name)) return;
    const char *near = scenario_nearest(name, known->at, known->count);
    scenario_lint_warn(linter, (struct where){row->line, row->column},
                       "no %s of this scenario is called \"%.*s\"%s%s%s", what, SHOWN(name),
                       near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"?");
}

static void grows_lint(struct linter *linter, const struct check_expect_row *row) {
    const char *at[2 * KIND_COUNT];
    struct known units = {.at = at};
    for (size_t i = 0; i < KIND_COUNT; i++) {
        add(&units, ebb_kinds[i]->unit);
        if (!ebb_kinds[i]->view) add(&units, ebb_kinds[i]->name);
    }
    if (row->object.len == 0 || has(&units, row->object)) return;
    const char *near = scenario_nearest(row->object, units.at, units.count);
    scenario_lint_warn(linter, (struct where){row->line, row->column}, "nothing is counted in \"%.*s\"%s%s%s",
                       SHOWN(row->object), near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
                       near == NULL ? "" : "\"?");
}

static void watch_lint(struct linter *linter, const struct check_expect_row *row) {
    const struct scenario *scenario = linter->scenario;
    for (uint32_t i = 0; i < scenario->watch_count; i++)
        if (row->object.len == 0 || str_equal(scenario->watches[i].text, row->object)) return;
    scenario_lint_warn(linter, (struct where){row->line, row->column}, "\"watch\" has no rule \"%.*s\"",
                       SHOWN(row->object));
}

static void row_lint(struct linter *linter, const struct labels *labels, const struct check_expect_row *row) {
    bool waits = row->kind == CHECK_BLOCKED || row->kind == CHECK_ALIVE;
    if (row->kind == CHECK_GROWS) {
        grows_lint(linter, row);
        return;
    }
    if (row->kind == CHECK_WATCH) {
        watch_lint(linter, row);
        return;
    }
    if (row->kind == CHECK_PANIC || row->kind == CHECK_LIMIT || row->kind == CHECK_NONDETERMINISTIC)
        return; /* told by their rule */
    if (str_equal(row->object, STR("process")) && (row->kind == CHECK_THREAD || row->kind == CHECK_FD)) return;
    missing(linter, row, waits ? "coroutine" : "object", row->object, waits ? &labels->coroutines : &labels->objects);
    if (!waits) return;
    missing(linter, row, "step", row->operation, &labels->verbs);
    missing(linter, row, "object", row->on, &labels->objects);
}

/* Each row of an expectation, one after the other; NULL past the last. */
static const struct check_expect_row *row_at(const struct check_expect *expect, uint32_t index) {
    if (index < expect->row_count) return &expect->rows[index];
    index -= expect->row_count;
    for (uint32_t i = 0; i < expect->other_count; i++) {
        if (index < expect->others[i].count) return &expect->others[i].at[index];
        index -= expect->others[i].count;
    }
    return NULL;
}

enum status scenario_lint_expects(struct linter *linter) {
    const struct scenario *scenario = linter->scenario;
    const char **at = mem_new(linter->mem, 3 * KNOWN_MAX, sizeof *at);
    if (at == NULL) return ERR_NOMEM;
    struct labels labels = {
        .scenario = scenario, .coroutines = {at, 0}, .objects = {at + KNOWN_MAX, 0}, .verbs = {at + 2 * KNOWN_MAX, 0}};
    labels_take(&labels);
    for (uint32_t i = 0; i < scenario->variant_count; i++)
        for (uint32_t row = 0; row_at(&scenario->variants[i].expect, row) != NULL; row++)
            row_lint(linter, &labels, row_at(&scenario->variants[i].expect, row));
    mem_free(linter->mem, at, 3 * KNOWN_MAX * sizeof *at);
    return OK;
}

bool scenario_lint_expected(const struct linter *linter, struct str name) {
    const struct scenario *scenario = linter->scenario;
    for (uint32_t i = 0; i < scenario->variant_count; i++)
        for (uint32_t row = 0; row_at(&scenario->variants[i].expect, row) != NULL; row++) {
            const struct check_expect_row *one = row_at(&scenario->variants[i].expect, row);
            if (str_equal(one->object, name) || str_equal(one->on, name)) return true;
        }
    return false;
}
