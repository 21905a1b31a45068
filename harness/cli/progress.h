/* SPDX-License-Identifier: MIT */
/* progress.h — one line on standard error that says how far it is, and only if that is a terminal. It decides nothing and
 * is in no report, so it may ask the clock. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "base/buf.h"

struct progress {
    bool terminal, shown;
    uint64_t start_ms, told_ms; /* of the clock that never goes back */
};
uint64_t cli_now_ms(void);
void cli_progress_start(struct progress *progress);
/* Is it worth making up the words? Not too often. */
bool cli_progress_due(struct progress *progress);
void cli_progress_tell(struct progress *progress, struct str words);
uint64_t cli_progress_rate(const struct progress *progress, uint64_t count); /* a second; 0: too early */
void cli_progress_end(struct progress *progress);                            /* the line is wiped */

#endif
