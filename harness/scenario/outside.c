/* SPDX-License-Identifier: MIT */
/* outside.c — a run as its driver sees it: shared objects made, phases spawned, shared objects let go. */
#include "base/limits.h"
#include "core/world.h"
#include "scenario/exec.h"

enum status scenario_begin(const struct scenario *scenario, struct mem *mem, uint32_t variant, struct ebb *ebb,
                           struct scenario_run **out) {
    struct scenario_run *run = mem_new(mem, 1, sizeof *run);
    if (run == NULL) return ERR_NOMEM;
    run->scenario = scenario;
    run->ebb = ebb;
    run->faults_left = scenario_faults_max(scenario);
    run->params = scenario_values(scenario, variant);
    run->computed_max =
        LIMIT_COMPUTED_FACTOR * (scenario->limits.steps > LIMIT_STEPS ? scenario->limits.steps : LIMIT_STEPS);
    *out = run;
    ebb->insight = &scenario_insight;
    TRY(ebb_scope_make(ebb, &run->shared, NULL, scenario->shared_count, NULL, run));
    struct activation outside = {.run = run, .ebb = ebb, .scope = run->shared};
    for (uint32_t i = 0; i < scenario->shared_count; i++) {
        struct ebb_value value;
        if (!scenario_exec_eval(&outside, scenario->shared[i].value, &value)) {
            scenario_exec_clear(&outside, 0);
            return run->exhausted ? ERR_NOMEM : ERR_INPUT;
        }
        ebb_value_hold(value);
        ebb_scope_set(run->shared, i, value);
        scenario_exec_clear(&outside, 0);
    }
    return OK;
}

bool scenario_has(const struct scenario *scenario, enum scenario_phase phase) {
    return scenario->phases[phase] != NULL;
}

enum status scenario_spawn(struct scenario_run *run, enum scenario_phase phase, int64_t turn, struct ebb_co **out) {
    const struct routine *routine = run->scenario->phases[phase];
    ASSERT(routine != NULL && run->shared != NULL);
    struct ebb_scope *scope;
    run->turn = turn;
    run->phase = phase;
    scenario_faults_begin(run);
    TRY(ebb_scope_make(run->ebb, &scope, run->shared, routine->place_count, routine, run));
    enum status status = ebb_go(run->ebb, out, routine->name.at, scenario_exec_coroutine, scope);
    if (status != OK) ebb_scope_drop(scope);
    return status;
}

void scenario_release(struct scenario_run *run) {
    ebb_scope_drop(run->shared);
    run->shared = NULL;
}

const struct diag *scenario_fault(const struct scenario_run *run) { return run->faulted ? &run->fault : NULL; }

void scenario_end(struct mem *mem, struct scenario_run *run) { mem_free(mem, run, sizeof *run); }
