/* SPDX-License-Identifier: MIT */
/* again.h — a run once more, by the decisions it took and on other memory: whatever differs was not decided. */
#ifndef RUN_AGAIN_H
#define RUN_AGAIN_H

#include "explore/explore.h"
#include "run/judge.h"

#define RUN_DIFFERENCE_BYTES 900u

/* Is the run that gave `first` by taking `taken` the same when it is made again: fresh stacks, fresh memory filled with
 * something else? `why` says where the two part and what each did there, in lines, or is "". `tamper` is for tests, which plant a difference: it gives a chooser
 * to stand between the world and the replay, in the second run only; NULL: nobody does. ERR_NOMEM. */
CHECKED enum status run_again(const struct run_config *config, const struct explore_schedule *taken,
                              const struct run_result *first, struct mem *mem,
                              struct ebb_chooser *(*tamper)(struct ebb_chooser *replay),
                              char why[RUN_DIFFERENCE_BYTES]);

#endif
