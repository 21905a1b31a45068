/* SPDX-License-Identifier: MIT */
/* isolate.h — a campaign in a process of its own: a crash, a sanitizer's report or a hang costs one row, never the run. */
#ifndef RUN_ISOLATE_H
#define RUN_ISOLATE_H

#include "run/campaign.h"

/* Judges in a child process. A child that dies or says nothing for `patience_ms` becomes a row with verdict CRASHED;
 * `interrupted` (may be NULL; set by a signal handler) ends the wait with verdict CUT_SHORT. ERR_IO: no process or pipe
 * could be had. */
CHECKED enum status run_isolated(const struct run_campaign *campaign, struct mem *mem, int patience_ms,
                                 const volatile int *interrupted, struct run_row *row);

#endif
