/* SPDX-License-Identifier: MIT */
/* required_reach.c — the two halves of required.h that know how steps run: which of them a variant can come to, and at
 * which of them a coroutine is. */
#include "kinds/kinds.h"
#include "scenario/exec.h"
#include "scenario/required_impl.h"

/* --- which steps a variant can come to ----------------------------------------------------------------------------- */
struct reaching {
    const struct scenario *scenario;
    struct scenario_run constants;
    bool *reached;      /* by number of the step */
    bool *seen;         /* procedures, by number */
    uint32_t due_count; /* of seen ones not read yet */
    uint32_t *due;
};

static void block_reach(struct reaching *self, const struct block *block);

static void proc_reach(struct reaching *self, uint32_t number) {
    if (self->seen[number]) return;
    self->seen[number] = true;
    self->due[self->due_count++] = number;
}

/* A callee that a variable names may be any. */
static void routine_reach(struct reaching *self, const struct routine *routine) {
    for (uint32_t i = 0; routine == NULL && i < self->scenario->proc_count; i++) proc_reach(self, i);
    if (routine == NULL) return;
    if (routine->outer == NULL)
        proc_reach(self, routine->number);
    else
        block_reach(self, &routine->body);
}

static void step_reach(struct reaching *self, const struct step *step) {
    bool answer = false;
    self->reached[step->number] = true;
    bool decided = step->what == STEP_IF && scenario_exec_decided(&self->constants, step->expr, &answer);
    for (uint32_t i = 0; i < step->case_count; i++) block_reach(self, &step->cases[i].body);
    switch (step->what) {
    case STEP_GO:
    case STEP_CALL:
    case STEP_DEFER:
    case STEP_ONCE:
    case STEP_CALL_AFTER:
    case STEP_FINALIZE: routine_reach(self, step->routine); return;
    default: break;
    }
    if (!decided || answer) block_reach(self, &step->body);
    if (!decided || !answer) block_reach(self, &step->otherwise);
}

/* Nothing behind a step that leaves the block is reached. */
static void block_reach(struct reaching *self, const struct block *block) {
    for (uint32_t i = 0; i < block->count; i++) {
        const struct step *step = &block->steps[i];
        step_reach(self, step);
        if (step->what == STEP_RETURN || step->what == STEP_BREAK || step->what == STEP_CONTINUE ||
            step->what == STEP_PANIC)
            return;
    }
}

enum status scenario_required_reach(struct mem *mem, const struct scenario *scenario, uint32_t variant, bool *reached) {
    size_t procs = scenario->proc_count + 1;
    struct reaching self = {.scenario = scenario,
                            .constants = {.scenario = scenario, .params = scenario_values(scenario, variant)},
                            .reached = reached,
                            .seen = mem_new(mem, procs, sizeof(bool)),
                            .due = mem_new(mem, procs, sizeof(uint32_t))};
    bool good = self.seen != NULL && self.due != NULL;
    for (uint32_t i = 0; good && i < SCENARIO_PHASE_COUNT; i++)
        if (scenario->phases[i] != NULL) block_reach(&self, &scenario->phases[i]->body);
    while (good && self.due_count > 0) block_reach(&self, &scenario->procs[self.due[--self.due_count]]->body);
    mem_free(mem, self.seen, procs * sizeof(bool));
    mem_free(mem, self.due, procs * sizeof(uint32_t));
    return good ? OK : ERR_NOMEM;
}

/* --- what a run shows ----------------------------------------------------------------------------------------------- */
static const struct step *step_of(const struct ebb_co *co) { /* the one it is at, or NULL */
    const struct activation *innermost = scenario_exec_activation(co->roots);
    const struct position *at = innermost == NULL ? NULL : innermost->position;
    return at == NULL || at->at >= at->block->count ? NULL : &at->block->steps[at->at];
}

/* A step may come to other verbs than its own: a condition locks again, whoever computes for long yields. */
static bool is_own(const struct step *step, const struct ebb_op *op) {
    uint32_t kind = op->code >> 8;
    if (step->what == STEP_SELECT) return kind == KIND_SELECT;
    if (step->what == STEP_ONCE) return kind == KIND_ONCE;
    if (step->what == STEP_FOR) return op == ebb_op_find(ebb_kinds[KIND_CHAN], STR("recv"));
    for (uint32_t i = 0; i < step->verb_count; i++)
        if (step->verbs[i].op->code == op->code) return true;
    return false;
}

uint32_t scenario_required_find(const struct scenario_required *required, const struct ebb_co *co,
                                enum ebb_outcome outcome, uint32_t index) {
    const struct step *step = co->op == NULL ? NULL : step_of(co);
    uint32_t operation = step == NULL ? SCENARIO_REQUIRED_NONE : required->by_step[step->number];
    if (operation == SCENARIO_REQUIRED_NONE || !is_own(step, co->op)) return SCENARIO_REQUIRED_NONE;
    bool otherwise = step->what == STEP_SELECT && outcome == EBB_OUTCOME_VAIN;
    if (otherwise) outcome = EBB_OUTCOME_CASE, index = REQUIRED_OTHERWISE;
    for (uint32_t i = required->first[operation]; i < required->first[operation + 1]; i++)
        if (required->entries[i].outcome == outcome &&
            (outcome != EBB_OUTCOME_CASE || required->entries[i].number == index))
            return i;
    uint32_t outcomes = co->op->outcomes == 0 ? EBB_OUTCOME_DONE : co->op->outcomes;
    return (outcomes & outcome) != 0 ? SCENARIO_REQUIRED_UNASKED : SCENARIO_REQUIRED_NONE;
}
