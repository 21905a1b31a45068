/* SPDX-License-Identifier: MIT */
/* compare.h — the same decisions, one variant beside the other: what each leaves behind, and what it costs. Each column
 * has explorers of its own with one seed, so that run n of every column is decided by the same draws; or every column follows
 * one schedule. A decision has as many options as the world at hand gives it, so columns part where their code does. */
#ifndef RUN_COMPARE_H
#define RUN_COMPARE_H

#include "run/campaign.h"
#include "run/judge.h"
#include "run/portfolio.h"

#define RUN_COMPARE_COLUMNS 12u /* more than fit a terminal */

/* Of all runs of one column: how often each value was seen, in ascending order of values. */
struct run_tally {
    struct run_tally_entry {
        uint64_t value, count;
    } * at;
    uint32_t count, capacity;
    uint64_t total;
};
uint64_t run_tally_median(const struct run_tally *tally); /* the lower one of two; 0 of nothing */
uint64_t run_tally_most(const struct run_tally *tally);

struct run_compare_column {
    const struct scenario *scenario;
    uint32_t variant;
    uint64_t scenario_key; /* explore_token_key of the file */
};
/* The most there was at once in one run; what there was at rest, after teardown; and what was left when the shared objects had
 * been let go. A run that ends early has no rest of its own. Objects as everywhere without coroutines and scopes. */
struct run_compare_cost {
    uint64_t coroutines, objects, bytes, objects_rest, bytes_rest, coroutines_left, objects_left, bytes_left;
};
struct run_compare_state {
    struct run_portfolio portfolio;
    struct explorer *replay; /* NULL: the portfolio decides */
    enum ebb_timers timers;  /* of the replay */
    struct run_before before;
    struct run_pumped pumped;
    struct run_result result; /* of the last run; fault: why it could not be made */
    uint64_t leaking_runs;
    struct run_tally steps;
    struct run_compare_cost most;  /* of all runs, each by itself */
    struct explore_deviation lost; /* where the schedule did not fit; option 0: it did */
    /* Of the first run in which the columns do not leave the same: */
    struct check_findings shown;
    struct buf token;
};
struct run_compare_found {
    struct check_finding finding;                                  /* as the first run showed it */
    uint64_t runs[RUN_COMPARE_COLUMNS], most[RUN_COMPARE_COLUMNS]; /* with it; its largest count */
};
struct run_compare {
    struct mem *mem;
    struct ebb_stacks *stacks;
    const struct run_compare_column *columns;
    struct run_compare_state at[RUN_COMPARE_COLUMNS];
    uint32_t column_count;
    uint64_t runs;
    bool differ, limited;            /* limited: a run met the budget of steps, and each further one may take as long */
    uint64_t differ_run;             /* from 0 */
    struct run_compare_found *found; /* in order of first sight, by signature */
    uint32_t found_count, found_lost, cut; /* cut: the most that the list of a single run had no room for */
};
struct run_compare_config {
    const struct run_compare_column *columns; /* borrowed */
    uint32_t column_count;                    /* 1 to RUN_COMPARE_COLUMNS */
    uint64_t seed;
    enum run_timers timers;
    const char *strategy; /* as in run_campaign; one that searches makes runs of its own, and is refused */
    const struct explore_schedule *schedule; /* NULL: by the strategy; else every run follows this; borrowed */
};
/* ERR_INPUT: a strategy that searches. ERR_NOMEM. Nothing is to be freed. */
CHECKED enum status run_compare_new(struct mem *mem, struct run_compare **out, const struct run_compare_config *config);
void run_compare_free(struct run_compare *compare); /* NULL is fine */
/* One more run of every column. ERR_INPUT: of the column `failed` names the scenario makes no sense when it runs. ERR_NOMEM. */
CHECKED enum status run_compare_go(struct run_compare *compare, uint32_t *failed);

#endif
