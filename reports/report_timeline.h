/* SPDX-License-Identifier: MIT */
/* report_timeline.h — snapshots of runs as JSON: ebb-timeline-1. */
#ifndef REPORTS_REPORT_TIMELINE_H
#define REPORTS_REPORT_TIMELINE_H

#include "census/census.h"
#include "reports/json_writer.h"

#define REPORT_GROUPS_MAX 12u /* verbs that coroutines wait in at one time */

struct report_snapshot {
    uint64_t step;
    int64_t time_ns;            /* virtual */
    uint64_t live, births;      /* objects: births is ever; those that died are the difference */
    uint64_t bytes, bytes_ever; /* of the blocks that count bytes */
    struct {
        const char *name; /* NULL: not counted */
        uint64_t live, births;
    } kinds[CENSUS_KINDS_MAX];
    uint32_t kind_count;
    uint32_t ready, other; /* coroutines that can run; that wait in a verb beyond those below */
    uint32_t group_count;
    struct report_group {
        const char *verb;
        uint32_t count;
    } groups[REPORT_GROUPS_MAX];
};
struct report_timeline_run {
    struct str file, variant, token;
    uint64_t every_steps; /* 0: by time */
    int64_t every_ns;
    const struct report_snapshot *at;
    uint32_t count;
    bool cut; /* there were more */
};
struct report_timeline { /* written run by run */
    struct report_json json;
};
void report_timeline_open(struct report_timeline *timeline, struct buf *out);
void report_timeline_put(struct report_timeline *timeline, const struct report_timeline_run *run);
void report_timeline_close(struct report_timeline *timeline);

#endif
