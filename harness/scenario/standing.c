/* SPDX-License-Identifier: MIT */
/* standing.c — where a coroutine stands: all that decides what it does from now on, for whoever looks for states that come
 * again. What a verb has received and not stored yet lies on the C stack and is not told: it was somebody's variable or
 * message before, and will be, so that whoever compares all states of a round has seen it. */
#include "core/world.h"
#include "scenario/exec.h"

static void activation_tell(const struct activation *self, struct ebb_teller *teller) {
    teller->word(teller, (uintptr_t)self->routine);
    teller->word(teller, self->level);
    teller->word(teller, (uint64_t)self->stalled << 1 | self->defer_waits);
    teller->object(teller, self->scope == NULL ? NULL : ebb_scope_object(self->scope));
    teller->object(teller, self->deferred == NULL ? NULL : ebb_scope_object(self->deferred));
    ebb_value_tell(self->result, teller);
    teller->word(teller, self->temporary_count);
    for (uint32_t i = 0; i < self->temporary_count; i++) ebb_value_tell(self->temporaries[i], teller);
    for (const struct position *at = self->position; at != NULL; at = at->outer) {
        teller->word(teller, (uintptr_t)at->block);
        teller->word(teller, at->at);
        teller->word(teller, at->turn);
        teller->word(teller, at->turns);
    }
    teller->word(teller, self->run->clock_reads); /* who asks for the time never stands where it stood before */
    teller->word(teller, (uint64_t)self->run->faults << 32 | self->run->faults_left);
}

bool scenario_exec_state(const struct ebb_co *co, struct ebb_teller *teller) {
    if (co->body != scenario_exec_coroutine || co->panicking != NULL) return false;
    for (const struct ebb_roots *roots = co->roots; roots != NULL; roots = roots->outer) {
        const struct activation *self = scenario_exec_activation(roots);
        if (self == NULL) return false;
        activation_tell(self, teller);
    }
    if (co->roots == NULL) teller->object(teller, ebb_scope_object(co->arg)); /* the scope it will begin in */
    return true;
}
