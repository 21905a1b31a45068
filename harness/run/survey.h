/* SPDX-License-Identifier: MIT */
/* survey.h — many schedules of one variant in this process, with nothing expected: what is found, by signature, and how
 * much of what the variant can do has been seen. */
#ifndef RUN_SURVEY_H
#define RUN_SURVEY_H

#include "explore/coverage.h"
#include "run/campaign.h"
#include "run/judge.h"
#include "run/portfolio.h"

struct run_survey_found {
    struct check_finding finding; /* as the first run showed it */
    uint64_t first, runs;         /* the number of that run, from 0; and how many showed one of this signature */
    struct buf token;             /* of that run */
};
struct run_survey {
    const struct run_campaign *campaign;
    struct mem *mem;
    struct run_portfolio portfolio;
    struct explore_coverage coverage;
    struct run_follower follower;
    struct run_survey_both { /* of a strategy that searches and has eyes of its own */
        struct ebb_observer observer, *coverage;
        const struct explorer *explorer;
    } both;
    struct run_before before;
    struct run_pumped pumped;
    struct run_result result; /* of the last run; fault: why it could not be made */
    struct ebb_stacks *stacks;
    uint64_t runs, leaking_runs, steps;
    bool limited; /* a run met the budget of steps: each further one may take as long */
    struct run_survey_found *found;
    uint32_t found_count, found_lost; /* lost: signatures beyond RUN_FINDINGS_MAX */
};
/* The campaign's `runs` is not looked at. ERR_NOMEM, ERR_INPUT: nothing is to be freed. */
CHECKED enum status run_survey_new(struct mem *mem, struct run_survey **out, const struct run_campaign *campaign);
void run_survey_free(struct run_survey *search);              /* NULL is fine */
CHECKED enum status run_survey_go(struct run_survey *search); /* one more run. ERR_NOMEM, ERR_INPUT */

#endif
