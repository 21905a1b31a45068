/* SPDX-License-Identifier: MIT */
/* shrink.h — makes a schedule that shows something as small as it can, and says how small that is.
 *
 * It runs nothing itself: whoever owns the world is asked, schedule after schedule, whether a run that decides so still
 * shows it. Smaller is, in this order: timers that fire only when nothing else can run; fewer deviations from the
 * default; lower options; fewer steps; later decisions, so that the run is the default for as long as it can be. No
 * clock and no chance decides anything, and budgets are counted, so that the same question has the same answer on every machine. */
#ifndef SHRINK_SHRINK_H
#define SHRINK_SHRINK_H

#include "explore/explore.h"

struct shrink_shown {
    bool shows;     /* what it is to show */
    uint64_t steps; /* of the run */
    uint64_t more;  /* what else it cost, as steps */
};
struct shrink_world { /* the caller's */
    /* One run from the start, decided by `chooser`. What does not come back as OK ends the shrinking with it. */
    enum status (*run)(struct shrink_world *, struct ebb_chooser *chooser, enum ebb_timers timers,
                       struct shrink_shown *out);
};

/* What may be spent; steps, too, because a run costs what its steps cost. One run more may be made, the last. */
struct shrink_budget {
    uint64_t runs, steps;
};
/* Measured: two seconds at most, of runs of a thousand steps and of runs of twenty. */
#define SHRINK_RUNS_MAX UINT64_C(20000)
#define SHRINK_STEPS_MAX UINT64_C(8000000)

#define SHRINK_NAME_BYTES 64u

struct shrink_deviation { /* what one deviation of the result does */
    uint64_t decision;
    enum ebb_choice_what what;
    bool alarm; /* NEXT: the earliest alarm is fired early */
    uint32_t option, count;
    uint32_t line; /* of a fault: where whom it hits has come to */
    char chosen[SHRINK_NAME_BYTES],
        instead_of[SHRINK_NAME_BYTES]; /* NEXT: coroutines; else ""; a fault: chosen is whom it hits */
};
struct shrink_result {
    struct explore_schedule schedule;
    struct shrink_deviation *deviations; /* as many as the schedule has; for words */
    uint64_t steps;                      /* of its run */
    uint64_t steps_before;
    uint32_t count_before;
    uint64_t runs; /* made in all */
    bool minimal;  /* without any one deviation it does not show: each was tried */
    bool pairs;    /* nor without any two */
    /* No schedule with fewer deviations than this shows it, in the result's timer mode: each was tried. When it is the
     * result's own count, nothing has fewer. */
    uint32_t fewest;
    uint64_t searched; /* runs that took */
};
/* On OK `out` is the caller's to deinit. ERR_INPUT: a run that follows `from` does not show it. ERR_NOMEM. */
CHECKED enum status shrink_schedule(struct mem *mem, struct shrink_world *world, const struct explore_schedule *from,
                                    const struct shrink_budget *budget, struct shrink_result *out);
void shrink_result_deinit(struct mem *mem, struct shrink_result *result);

#endif
