/* SPDX-License-Identifier: MIT */
/* report_story.h — the story of one run, for people and for programs. A pure function of what was recorded. */
#ifndef REPORTS_REPORT_STORY_H
#define REPORTS_REPORT_STORY_H

#include "base/buf.h"
#include "check/story.h"
#include "reports/report.h"

struct report_story {
    struct str file, variant, about, token; /* token: of the run that is told */
    struct str source;                      /* the scenario's bytes, of which lines are shown */
    const struct check_story *story;
    const struct check_findings *findings;
    uint64_t steps, deviations;
    int64_t time_ns;
    bool early_timers;
};
/* One column per coroutine, 120 wide at most unless a word is longer; below, each finding. ERR_NOMEM, ERR_IO. */
CHECKED enum status report_story_text(const struct report_story *story, struct mem *mem, struct sink *sink);
CHECKED enum status report_story_json(const struct report_story *story, struct mem *mem,
                                      struct sink *sink); /* ebb-story-1 */
/* What the story says of one of its findings, in short. ERR_NOMEM. */
CHECKED enum status report_story_cause(const struct report_story *story, const struct check_finding *finding,
                                       struct mem *mem, struct report_cause *out);

#endif
