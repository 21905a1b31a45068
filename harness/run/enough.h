/* SPDX-License-Identifier: MIT */
/* enough.h — has a search done what the scenario's `stop` asks for? */
#ifndef RUN_ENOUGH_H
#define RUN_ENOUGH_H

#include "explore/coverage.h"
#include "scenario/scenario.h"

enum run_enough { RUN_ENOUGH_NOT, RUN_ENOUGH_FOUND, RUN_ENOUGH_NEW, RUN_ENOUGH_RUNS };
/* After `runs`, of which some have left something if `found`. `coverage` is looked at where the rule has a chance. What is
 * to be proved, the search itself knows. */
enum run_enough run_enough(const struct scenario_stop *rule, const struct explore_coverage *coverage, uint64_t runs,
                           bool found);
/* "stopped by rule: chance of new behaviour < 0.1 %"; nothing for RUN_ENOUGH_NOT. */
void run_enough_words(struct buf *out, const struct scenario_stop *rule, enum run_enough which);
const char *run_enough_strategy(const struct scenario_stop *rule); /* "all", "within2"; NULL: nothing is to be proved */
/* What a run has left as a number, which is part of its behaviour. */
uint64_t run_enough_verdict(const struct check_findings *findings);

#endif
