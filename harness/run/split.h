/* SPDX-License-Identifier: MIT */
/* split.h — a search by sampling, cut into chunks of runs. What a chunk shows depends on nothing but its number: at its
 * begin strategies forget what they learnt, and learn anew from the runs that lead. So chunks may be made in any
 * order, by any number of processes and machines, and what they show adds up to the same.
 *
 * A strategy that searches knows what is left to do only from all that was done: its search is a single chunk, unless it
 * is asked for in pieces; then each of them is one. */
#ifndef RUN_SPLIT_H
#define RUN_SPLIT_H

#include "run/survey.h"

#define RUN_CHUNK_RUNS 1024u

struct run_split {
    const struct run_campaign *campaign;
    uint64_t runs;          /* of the whole, or of each piece of a search; UINT64_MAX: until it is stopped */
    uint64_t chunk, stride; /* the first that is made, and how far it is to the next; stride at least 1 */
    uint32_t jobs;          /* processes; 1: this one alone */
    bool first;             /* the first finding is enough */
    /* Asked when a chunk has come: are those behind it not wanted? By nothing but what came, so that the search ends at the
     * same chunk whoever makes them. May be NULL. */
    bool (*enough)(struct run_split *);
    volatile int *interrupted;        /* set by a signal handler, here and in the processes */
    bool (*stop)(struct run_split *); /* asked often: is it time to stop? May be NULL */
    /* Told often: so much was done by now, in all or, if that is all that is known, in this chunk. May be NULL. */
    void (*progress)(struct run_split *, uint64_t runs, const struct run_harvest *newest);
    /* What a chunk has shown, in the order of their numbers. `survey` is NULL where another process made it. A chunk is
     * whole unless it was stopped, or ended itself by `limited` or `first`. ERR_NOMEM */
    enum status (*came)(struct run_split *, uint64_t chunk, const struct run_harvest *got,
                        const struct run_survey *survey);
    /* Where the one chunk of a lone search was when it was left, which run_portfolio_resume takes; all NULL: it begins. */
    struct run_split_kept {
        const struct run_harvest *got;
        struct str states[2];
    } kept;
    const struct run_survey *making; /* the one that is being made here, while `progress` is told; else NULL */
    struct diag fault;               /* ERR_INPUT: why a run could not be made */
};
/* How many chunks the whole has; as many as pieces for a search. `*searches` says whether it is one. ERR_NOMEM, ERR_INPUT */
CHECKED enum status run_split_chunks(const struct run_campaign *campaign, uint64_t runs, uint64_t *count,
                                     bool *searches);
/* Has a chunk that shows this ended the search, whatever comes behind it? */
bool run_split_over(const struct run_split *split, const struct run_harvest *got);
/* ERR_NOMEM; ERR_INPUT: `fault` says why; ERR_IO: a process could not be had, or died, which is told on stderr. What was
 * shown until then has come. */
CHECKED enum status run_split_go(struct run_split *split);

#endif
