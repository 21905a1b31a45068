/* SPDX-License-Identifier: MIT */
/* isolate.h — campaigns, each in a process of its own: a crash, a sanitizer's report or a hang costs one row, never the
 * run. */
#ifndef RUN_ISOLATE_H
#define RUN_ISOLATE_H

#include "run/campaign.h"
#include "run/samples.h"
#include "run/workers.h"

/* Judges in a child process. A child that dies or says nothing for `patience_ms` becomes a row with verdict CRASHED;
 * `interrupted` (may be NULL; set by a signal handler) ends the wait with verdict CUT_SHORT. ERR_IO: no process or pipe
 * could be had, ERR_NOMEM: no memory for it; the row is CUT_SHORT. */
CHECKED enum status run_isolated(const struct run_campaign *campaign, struct mem *mem, int patience_ms,
                                 const volatile int *interrupted, struct run_row *row);

/* The same for many campaigns, some of them at a time. */
struct run_isolation {
    /* Fills in what is to be judged; asked once for each number below `count`, in the child. */
    void (*campaign)(struct run_isolation *, uint32_t number, struct run_campaign *out);
    /* Once for each number, as they come in. Both are borrowed for as long as this takes. */
    void (*judged)(struct run_isolation *, uint32_t number, struct run_row *row, const struct run_causes *causes);
    struct mem *mem; /* what the children use */
    uint32_t count, jobs;
    bool causes;                 /* are they asked for? */
    struct run_samples *samples; /* of the row that is told; NULL: they are not asked for */
    int patience_ms;
    const volatile int *interrupted;
};
CHECKED enum status run_isolated_all(struct run_isolation *isolation);

#endif
