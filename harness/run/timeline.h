/* SPDX-License-Identifier: MIT */
/* timeline.h — how much there was at which step of one run: what is live and what was ever made, by kind, and what the
 * coroutines wait in. Only what the world itself knows, so that the same run gives the same numbers everywhere; resident
 * memory is the process's and differs from machine to machine, so it is not here. */
#ifndef RUN_TIMELINE_H
#define RUN_TIMELINE_H

#include "explore/explore.h"
#include "reports/report_timeline.h"
#include "scenario/scenario.h"

/* More snapshots than anybody draws; of a longer run only every so many steps are taken. */
#define RUN_SNAPSHOTS_MAX 4096u
/* By time there may be more of them, up to where the file would be read by nobody. */
#define RUN_SNAPSHOTS_END 65536u

struct run_timeline {
    struct mem *mem;
    struct report_snapshot *at;
    uint32_t count, capacity;
    uint64_t every_steps; /* what was taken: 1 for every step; 0: by virtual time */
    bool cut;             /* there would have been more than RUN_SNAPSHOTS_END */
};
/* `every_ns` of virtual time, or with 0 each of the `steps` that the run is known to have, as far as they fit.
 * ERR_INPUT: the schedule does not fit the scenario. On any status, deinit. */
CHECKED enum status run_timeline(struct run_timeline *out, struct mem *mem, const struct scenario *scenario,
                                 uint32_t variant, const struct explore_schedule *schedule, uint64_t steps,
                                 int64_t every_ns);
void run_timeline_deinit(struct run_timeline *timeline);

#endif
