/* SPDX-License-Identifier: MIT */
/* faults.c — where a schedule may do something to the subject beside choosing its order: before each step of the phases
 * that work, whatever the order of `faults`, and where it asks the system for something. Setting up and taking down are
 * the harness's own, and are spared. */
#include "core/world.h"
#include "kinds/context/context.h"
#include "scenario/exec.h"

/* Few: what one or two faults do not bring to light, more of them rarely do, and each is one more to understand. */
#define FAULTS_MAX 2u

uint32_t scenario_faults_max(const struct scenario *scenario) { return scenario->faults != 0 ? FAULTS_MAX : 0; }

static void had_one(struct scenario_run *run) {
    if (--run->faults_left == 0) run->ebb->cancels = false;
}

/* Nobody is held up for as long as half the horizon: who comes late must still come before the verdict, or each stall
 * would look like a leak. */
static void stall(struct activation *self) {
    struct scenario_run *run = self->run;
    uint32_t option = ebb_stall_ask(self->ebb, run->scenario->limits.horizon_ns / 2);
    if (option == 0) return;
    had_one(run);
    self->stalled = true;
    ebb_stall(self->ebb, option);
    self->stalled = false;
}

static void cancel(struct activation *self) {
    uint32_t option = ebb_context_lose_ask(self->ebb);
    if (option == 0) return;
    had_one(self->run);
    self->stalled = true;
    ebb_context_lose(self->ebb, option);
    self->stalled = false;
}

static bool works(const struct scenario_run *run) {
    return run->phase == SCENARIO_MAIN || run->phase == SCENARIO_CYCLE;
}

void scenario_faults_begin(struct scenario_run *run) {
    run->ebb->cancels = works(run) && run->faults_left > 0 && (run->scenario->faults & FAULT_CANCEL) != 0;
}

void scenario_faults(struct activation *self) {
    const struct scenario_run *run = self->run;
    ASSERT(run->faults_left > 0);
    if (!works(run)) return;
    if ((run->scenario->faults & FAULT_STALL) != 0) stall(self);
    if (run->faults_left > 0) cancel(self);
}

bool scenario_faults_refuse(struct activation *self, const struct ebb_kind *kind) {
    struct scenario_run *run = self->run;
    ASSERT(run->faults_left > 0);
    if ((run->scenario->faults & FAULT_ALLOCATION) == 0 || !kind->refusable || !works(run)) return false;
    if (ebb_current(self->ebb) == NULL || ebb_faults_over(self->ebb) || !ebb_choose_refuse(self->ebb)) return false;
    had_one(run);
    run->refused = true;
    return true;
}
