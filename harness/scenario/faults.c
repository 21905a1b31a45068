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

/* May there be another? A search has to know who asks: each that is taken, and the end of `main`, may make a difference. */
static bool may_be(const struct scenario_run *run, enum fault fault) {
    if ((run->faults & fault) == 0) return false;
    ebb_touch_faults(run->ebb, EBB_ACCESS_READ);
    return run->faults_left > 0;
}

static void had_one(struct scenario_run *run) {
    ebb_touch_faults(run->ebb, EBB_ACCESS_WRITE);
    if (--run->faults_left == 0) run->ebb->cancels = false;
}

/* Nobody is held up for as long as half the horizon: who comes late must still come before the verdict, or each stall
 * would look like a leak. */
static void stall(struct activation *self) {
    struct scenario_run *run = self->run;
    if (!may_be(run, FAULT_STALL)) return;
    uint32_t option = ebb_stall_ask(self->ebb, run->scenario->limits.horizon_ns / 2);
    if (option == 0) return;
    had_one(run);
    self->stalled = true;
    ebb_stall(self->ebb, option);
    self->stalled = false;
}

static void cancel(struct activation *self) {
    if (!may_be(self->run, FAULT_CANCEL)) return;
    uint32_t option = ebb_context_lose_ask(self->ebb);
    if (option == 0) return;
    had_one(self->run);
    self->stalled = true;
    ebb_context_lose(self->ebb, option);
    self->stalled = false;
}

void scenario_faults_begin(struct scenario_run *run) {
    bool works = run->phase == SCENARIO_MAIN || run->phase == SCENARIO_CYCLE;
    run->faults = works ? run->scenario->faults : 0;
    run->ebb->cancels = (run->faults & FAULT_CANCEL) != 0 && run->faults_left > 0;
    run->ebb->loses = run->ebb->loses || (run->faults & FAULT_CANCEL) != 0;
}

void scenario_faults(struct activation *self) {
    stall(self);
    cancel(self);
}

bool scenario_faults_refuse(struct activation *self, const struct ebb_kind *kind) {
    struct scenario_run *run = self->run;
    if (!kind->refusable || ebb_current(self->ebb) == NULL || !may_be(run, FAULT_ALLOCATION)) return false;
    if (ebb_faults_over(self->ebb) || !ebb_choose_refuse(self->ebb)) return false;
    had_one(run);
    run->refused = true;
    return true;
}
