/* SPDX-License-Identifier: MIT */
/* survey.h — many schedules of one variant in this process, with nothing expected: what is found, by signature, and how
 * much of what the variant can do has been seen. */
#ifndef RUN_SURVEY_H
#define RUN_SURVEY_H

#include "run/campaign.h"
#include "run/harvest.h"
#include "run/judge.h"
#include "run/portfolio.h"
#include "run/tee.h"

struct run_survey {
    const struct run_campaign *campaign;
    struct mem *mem;
    struct run_portfolio portfolio;
    struct run_harvest got;
    uint64_t from; /* the number of its first run */
    struct run_follower follower;
    struct run_tee tee;
    struct scenario_required *required; /* NULL, where the campaign does not ask for coverage */
    struct run_exercising exercising;
    struct run_before before;
    struct run_pumped pumped;
    struct run_result result; /* of the last run; fault: why it could not be made */
    struct ebb_stacks *stacks;
};
/* The campaign's `runs` is not looked at. ERR_NOMEM, ERR_INPUT: nothing is to be freed. */
CHECKED enum status run_survey_new(struct mem *mem, struct run_survey **out, const struct run_campaign *campaign);
/* Before the first run: the next one has this number. Strategies learn from the runs that lead, if there are any, which
 * are made and not counted. ERR_NOMEM, ERR_INPUT */
CHECKED enum status run_survey_from(struct run_survey *search, uint64_t run);
/* Before the first run: goes on where run_portfolio_keep was called, having seen `got`. ERR_INPUT, ERR_NOMEM */
CHECKED enum status run_survey_resume(struct run_survey *search, const struct run_harvest *got,
                                      const struct str states[2]);
void run_survey_free(struct run_survey *search);              /* NULL is fine */
CHECKED enum status run_survey_go(struct run_survey *search); /* one more run. ERR_NOMEM, ERR_INPUT */

#endif
