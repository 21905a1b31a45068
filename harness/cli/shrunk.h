/* SPDX-License-Identifier: MIT */
/* shrunk.h — between `ebb shrink` and how it tells what came out. */
#ifndef CLI_SHRUNK_H
#define CLI_SHRUNK_H

#include "cli/command.h"
#include "run/judge.h"
#include "scenario/edits.h"
#include "shrink/smaller.h"

/* What a run is asked: does it leave what is wanted? */
struct cli_question {
    struct shrink_smaller_world world; /* first member */
    struct run_config config;
    struct run_pumped pumped;
    struct run_result result;
    struct check_finding found[RUN_FINDINGS_MAX], wanted[RUN_FINDINGS_MAX];
    uint32_t wanted_count;
    bool only; /* the one that is wanted may have company */
    bool terminal;
    uint64_t runs;
    struct scenario *loaded; /* of a smaller scenario; NULL: there is none yet */
};
/* The decisions of `schedule` once more; what it left is in self->result. */
CHECKED enum status cli_question_follow(struct cli_question *self, const struct explore_schedule *schedule, bool *out);

/* The scenario that was shrunk together with the schedule. */
struct cli_smaller {
    struct shrink_smaller shrunk;
    struct buf text, token; /* with what it is expected to leave, which is part of the file */
    struct scenario_parts before, after;
    size_t bytes_before; /* in the same form as `text` */
    bool usual;          /* `ebb run` finds it to be as it expects */
};
/* `schedule` shows it in variant `variant` of `text`. On OK `out` is the caller's to deinit, and the question is about
 * the smaller scenario. ERR_NOMEM; ERR_INPUT: it does not show it again. */
CHECKED enum status cli_smaller_make(struct cli_question *self, struct str text, uint32_t variant,
                                     const struct explore_schedule *schedule, const struct shrink_budget *budget,
                                     struct cli_smaller *out);
void cli_smaller_deinit(struct cli_smaller *smaller);

struct cli_shrunk {
    const struct source *source;
    uint32_t variant;
    const struct check_finding *findings; /* of the result's run */
    uint32_t finding_count;
    struct str token;
    const struct shrink_result *result;
    /* The same decisions under each combination of the parameters' ranges; no combinations: there are no ranges. */
    uint32_t combinations, showing;
    const struct cli_smaller *smaller; /* NULL: not asked for */
    const char *smaller_path;          /* where it was written; NULL: nowhere but here */
    struct str not_with;               /* some of those it does not show with: "capacity = 1; capacity = 2" */
};
void cli_shrunk_text(struct buf *out, const struct cli_shrunk *shrunk);
void cli_shrunk_json(struct buf *out, const struct cli_shrunk *shrunk);

#endif
