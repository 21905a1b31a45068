/* SPDX-License-Identifier: MIT */
/* report_story_impl.h — rows, lanes and words, which the two forms of a story share. Private to report_story*.c. */
#ifndef REPORTS_REPORT_STORY_IMPL_H
#define REPORTS_REPORT_STORY_IMPL_H

#include "reports/report_story.h"

#define STORY_LANES_MAX 6u
#define STORY_NO_LANE UINT32_MAX

struct story_lane {
    const char *label; /* NULL: the clock's, or that of the others */
    uint32_t number;   /* among lanes of this label, from 1 */
};
/* Which events stand in one line: each in a lane of its own, or the same verb of one coroutine several times. */
struct story_row {
    uint64_t first, last;
    uint32_t steps; /* of that verb; 0: the line is of the first kind */
    char mark;      /* the weightiest of its events */
    bool shown;
};
struct story_table {
    struct mem *mem;
    const struct report_story *of;
    uint32_t *lane_of; /* by actor; STORY_LANES_MAX: with the others */
    struct story_lane lanes[STORY_LANES_MAX];
    uint32_t lane_count; /* then comes the lane of the others, then the clock's: */
    bool others, clock;
    struct story_row *rows;
    uint32_t row_count, row_capacity;
};
CHECKED enum status report_story_table_init(struct story_table *table, struct mem *mem, const struct report_story *of);
void report_story_table_deinit(struct story_table *table);
/* 0 up to lane_count, then the others', then the clock's; STORY_NO_LANE: across all. */
uint32_t report_story_lane(const struct story_table *table, const struct check_event *event);

/* '>' for what made a finding unavoidable, 'x' for where somebody came to wait for ever, '*' for a decision that is not
 * the default, or ' '. */
char report_story_mark(const struct report_story *of, const struct check_event *event);
/* The target of a finding, or NULL. */
const struct check_target *report_story_target(const struct report_story *of, const struct check_finding *finding);
/* What made it unavoidable, or NULL where nothing is known to. */
const struct check_event *report_story_decisive(const struct check_target *target);
bool report_story_about(const struct check_target *target); /* or was it a little earlier? */

/* Is what goes on for ever what this one is about? */
bool report_story_loops(const struct report_story *of, const struct check_target *target);

/* "send on reply: waits for ever (line 16)": as a cell says it. */
void report_story_cell(struct buf *out, const struct report_story *of, const struct check_event *event);
/* "main came to its end": as a sentence says it. */
void report_story_sentence(struct buf *out, const struct report_story *of, const struct check_event *event);
/* Why it could not be put right from then on, for the finding. */
void report_story_because(struct buf *out, const struct report_story *of, const struct check_finding *finding,
                          const struct check_target *target);
/* "; at step 6 worker came to wait for that", where it came to wait only later. */
void report_story_came(struct buf *out, const struct check_finding *finding, const struct check_target *target);
/* What nobody could do any more from then on: "receive from reply or close it"; nothing where it is not an act. */
void report_story_lost_right(struct buf *out, const struct check_finding *finding, const struct check_target *target);
void report_story_actor(struct buf *out, const struct report_story *of, uint32_t who); /* "worker", "worker 2" */

#endif
