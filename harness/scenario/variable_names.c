/* SPDX-License-Identifier: MIT */
/* variable_names.c — what the file calls a variable of a scope, for people: looked up only when somebody asks. */
#include "scenario/exec.h"
#include "scenario/walk.h"

struct search {
    struct scenario_walk walk;
    const struct routine *routine;
    int64_t place;
    const char *found;
};

static void consider(struct search *search, const struct variable *variable) {
    if (search->found != NULL || variable->declared == NULL || variable->hops != 0) return;
    if (variable->place == search->place) search->found = variable->declared->name.at;
}

/* A loop with closures keeps its variables in scopes of their own, of which nothing is told. */
static void look(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct search *search = BASE_OWNER(walk, struct search, walk);
    if (routine != search->routine) return;
    if (step->what == STEP_LET || step->has_into) consider(search, &step->into);
    for (uint32_t v = 0; v < step->verb_count; v++)
        for (uint32_t i = 0; i < step->verbs[v].result_count; i++)
            if (step->verbs[v].has_into[i]) consider(search, &step->verbs[v].into[i]);
    for (uint32_t i = 0; i < step->case_count; i++)
        if (step->cases[i].has_into) consider(search, &step->cases[i].into);
}

const char *scenario_exec_variable(const struct ebb_object *object, int64_t place, bool *shared) {
    const struct ebb_scope *scope = ebb_scope_from((struct ebb_object *)(uintptr_t)object);
    const struct scenario_run *run = ebb_scope_owner(scope);
    const struct routine *routine = ebb_scope_code(scope);
    *shared = scope == run->shared;
    if (*shared) return place < run->scenario->shared_count ? run->scenario->shared[place].name.at : NULL;
    if (routine == NULL) return NULL;
    if (place < routine->param_count) return routine->params[place]->name.at;
    struct search search = {.walk = {.step = look}, .routine = routine, .place = place};
    scenario_walk_routine(routine, &search.walk);
    return search.found;
}
