/* SPDX-License-Identifier: MIT */
/* step_lines.h — a run as one line for each step: what the world has come to, and who did what. Two runs that should have been the
 * same are laid side by side, and the first line that differs is where they part. */
#ifndef RUN_STEP_LINES_H
#define RUN_STEP_LINES_H

#include "base/buf.h"
#include "core/world.h"
#include "run/judge.h"

#define RUN_STEPS_MAX 65536u /* kept of a run: 4 MiB; what comes later is not compared */

struct run_step {
    uint64_t digest, serial; /* serial: the birth of who, which tells those of one name apart */
    int64_t time_ns;
    const char *who, *verb, *on; /* borrowed from the scenario */
    uint32_t line;
    bool waits;
};
struct run_steps {
    struct mem *mem;
    struct run_follower follower; /* for run_config */
    struct ebb_observer observer;
    struct run_step *at;
    uint64_t count;
};
CHECKED enum status run_steps_init(struct run_steps *steps, struct mem *mem); /* ERR_NOMEM; it stays where it is */
void run_steps_deinit(struct run_steps *steps);
/* All lines, each ended by a newline, while the scenario is still there. */
void run_steps_put(struct buf *out, const struct run_steps *steps);
/* Where the lines of two runs part, from 1, with the step before and what each did next, put to `out` as lines that begin
 * with two spaces; 0: nowhere, and nothing is put. `one` and `other` name the two. */
uint64_t run_steps_parted(struct buf *out, struct str lines, struct str others, const char *one, const char *other);

#endif
