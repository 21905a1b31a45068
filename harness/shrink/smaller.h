/* SPDX-License-Identifier: MIT */
/* smaller.h — makes a scenario as small as it can, together with the schedule that shows something in it.
 *
 * One edit after the other (scenario/edits.h) is tried on what is left. An edit may move the decisions, so the schedule
 * is followed as far as it goes, and after that others are tried; with the first that shows it, the edit is kept. When
 * no edit is kept any more the schedule is shrunk, and if that changed it, all edits are tried again. So the end is
 * reached when neither gets smaller: each single edit was tried on it, on the same number of schedules. */
#ifndef SHRINK_SMALLER_H
#define SHRINK_SMALLER_H

#include "base/buf.h"
#include "shrink/shrink.h"

/* Schedules tried before an edit is given up. */
#define SMALLER_TRIES 64u
/* A run longer than this, where the one at hand has so many steps, is no way to something smaller. */
#define SMALLER_STEPS(steps) ((steps)*4u + 2000u)

struct shrink_smaller_world { /* the caller's */
    struct shrink_world runs; /* first member: runs what was loaded last */
    /* What comes next is about this scenario; false: it does not load. `text` lives until the next. A status that is not
     * OK ends the shrinking. */
    enum status (*load)(struct shrink_smaller_world *, struct str text, bool *loads);
    /* Set for the caller, who makes no run longer and takes one that would be for one that does not show it. */
    uint64_t step_max;
};
struct shrink_smaller {
    struct buf text;             /* of the scenario, which is the one loaded last */
    struct shrink_result result; /* of the schedule: its certificate is for that scenario */
    uint64_t runs, loads;        /* made in all */
    uint32_t kept, tried;        /* edits that were; those that were tried on the result, and are all there are */
    bool minimal;                /* none of them leaves anything that shows it */
};
/* `text` is a scenario that shows it when a run follows `from`. On OK `out` is the caller's to deinit. ERR_INPUT: it does
 * not show it. ERR_NOMEM. A load is paid for like a run, and its bytes like steps. */
CHECKED enum status shrink_smaller(struct mem *mem, struct shrink_smaller_world *world, struct str text,
                                   const struct explore_schedule *from, const struct shrink_budget *budget,
                                   struct shrink_smaller *out);
void shrink_smaller_deinit(struct mem *mem, struct shrink_smaller *smaller);

#endif
