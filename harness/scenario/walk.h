/* SPDX-License-Identifier: MIT */
/* walk.h — every block, step and expression of a scenario, in the order of the file: for those who read a model and do
 * not run it. Private to this folder. */
#ifndef SCENARIO_WALK_H
#define SCENARIO_WALK_H

#include "scenario/model.h"

/* NULL where nothing is to be told. `routine` is the one that runs the step: a procedure, a phase, or the nearest block
 * around it that runs by itself; NULL for the values of shared objects. */
struct scenario_walk {
    void (*block)(struct scenario_walk *, const struct routine *routine, const struct block *block);
    void (*step)(struct scenario_walk *, const struct routine *routine, const struct step *step);
    void (*expr)(struct scenario_walk *, const struct routine *routine, const struct expr *expr);
};
void scenario_walk(const struct scenario *scenario, struct scenario_walk *walk);
/* One routine alone, with the blocks inside it that run by themselves. */
void scenario_walk_routine(const struct routine *routine, struct scenario_walk *walk);

#endif
