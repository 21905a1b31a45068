/* SPDX-License-Identifier: MIT */
/* explain.h — the story of one run: made twice, since only the second time is it known what to look for. */
#ifndef RUN_EXPLAIN_H
#define RUN_EXPLAIN_H

#include "check/story.h"
#include "explore/explore.h"
#include "run/judge.h"

struct run_story {
    struct mem *mem;
    struct check_story *story;            /* its texts are borrowed from the scenario */
    struct run_result result;             /* findings as in reports, at most RUN_FINDINGS_MAX */
    const struct explore_deviation *lost; /* the first decision that could not be followed, or NULL */
    struct explorer *explorer;
    int64_t time_ns; /* virtual, at the end */
};
/* Follows `schedule` through one variant; `looks_max` is as in check_story, and `pumped` as in run_config, or NULL. ERR_INPUT: the scenario makes no sense when it runs (result.fault), or the
 * schedule does not fit it (lost). On any status, deinit. */
CHECKED enum status run_explain(struct run_story *out, struct mem *mem, const struct scenario *scenario,
                                uint32_t variant, const struct explore_schedule *schedule, uint64_t looks_max,
                                struct run_pumped *pumped);
void run_explain_deinit(struct run_story *story);

#endif
