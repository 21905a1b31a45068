/* SPDX-License-Identifier: MIT */
/* retrace.h — from a schedule to its long form and back. Both need a run: only there is it known who decides when.
 *
 * Followed through another scenario than its own, a long form fits as far as it does: a decision that is reached is made,
 * one that is not is left out, and it is told where. */
#ifndef RUN_RETRACE_H
#define RUN_RETRACE_H

#include "explore/sched.h"
#include "run/judge.h"

#define RUN_PARTED_MAX 8u
#define RUN_PARTED_CHOICES 6u

/* One line that could not be followed. */
struct run_parted {
    uint32_t number; /* of the step in the long form */
    enum run_parted_how {
        RUN_PARTED_NEVER, /* nobody came there: `times` says how often at all, `step` how long the run was */
        RUN_PARTED_GONE,  /* who was to run could not: `could` says who could; or no alarm was set */
        RUN_PARTED_COUNT, /* there were `options` to choose from */
        RUN_PARTED_LINE, /* it is line `line` of the scenario: only told where the scenario is the same; it was followed */
    } how;
    uint64_t step, times;   /* of the run */
    uint32_t options, line; /* of the scenario that is followed: where it was to be decided; NEVER: 0 */
    bool unborn;            /* NEVER: nor was there ever anybody of this name and number */
    struct run_could {
        struct str label;
        uint32_t number;
    } could[RUN_PARTED_CHOICES];
    uint32_t could_count; /* there may have been more */
    bool alarm;           /* an alarm could be fired, too */
};
/* How one run is made other than the long form says. All zero but `left_out`: not at all. */
struct run_bend {
    uint32_t left_out; /* this step is not followed; UINT32_MAX: all are */
    uint32_t moved;    /* this one is made `by` times later, where */
    int64_t by;        /* that is not 0 */
    uint32_t other;    /* this one chooses `other_option` wherever that is one, where that is not 0 */
    uint32_t other_option;
    uint64_t forced[2]; /* the decisions of these numbers are `options`, where that is not 0 and is one */
    uint32_t options[2];
};
struct run_retraced {
    struct run_result result;         /* findings: RUN_RETRACE_FINDINGS at most */
    struct explore_schedule schedule; /* what was decided */
    uint64_t decisions;
    struct run_parted parted[RUN_PARTED_MAX];
    uint32_t parted_count, parted_lost, followed;
    uint64_t parted_at; /* the last decision followed before the first that was not; 0 */
};
#define RUN_RETRACE_FINDINGS 64u
void run_retraced_init(struct run_retraced *retraced);
void run_retraced_deinit(struct mem *mem, struct run_retraced *retraced);

/* Follows `sched` through a variant. `strict`: the scenario is the one it was made from, so that lines count. `stacks`
 * may be NULL. What `out` held is replaced. ERR_INPUT: the scenario makes no sense when it runs, see out->result.fault.
 * ERR_NOMEM. */
CHECKED enum status run_retrace(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                                const struct explore_sched *sched, bool strict, const struct run_bend *bend,
                                struct ebb_stacks *stacks, struct run_retraced *out);
/* Adds a step to `sched` for each deviation of the schedule, which fits the scenario, and what is found. The texts are
 * borrowed from the scenario, and the findings' words from the long form's arena. */
CHECKED enum status run_retrace_note(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                                     const struct explore_schedule *schedule, struct explore_sched *sched,
                                     struct diag *why);

/* --- where it no longer shows what it did ---------------------------------------------------------------------------- */
#define RUN_VICINITY_RUNS 2000u
#define RUN_VICINITY_STEPS 20000000u
struct run_vicinity {
    uint64_t runs;
    bool found; /* then `at` has the run that shows all that `sched` finds */
    struct run_retraced at;
};
/* Tries schedules near the one that `base` has taken: what parted made earlier, later or otherwise; one line left out; the
 * decisions around where it parted; then one or two delays anywhere. The order is a function of the arguments. On any
 * status, deinit `out->at`. */
CHECKED enum status run_vicinity(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                                 const struct explore_sched *sched, const struct run_retraced *base,
                                 struct run_vicinity *out);
/* Does it show all of them? */
bool run_retraced_shows(const struct run_retraced *retraced, const struct explore_sched *sched);

#endif
