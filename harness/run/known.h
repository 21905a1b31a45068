/* SPDX-License-Identifier: MIT */
/* known.h — findings that somebody has taken on: a run is judged with them first and, when it does not fit, without. */
#ifndef RUN_KNOWN_H
#define RUN_KNOWN_H

#include "check/check.h"

/* What is empty, or not said, matches anything. */
struct run_known {
    bool has_signature, has_kind;
    uint64_t signature;
    enum check_kind kind;
    struct str object, operation, on;
};
#define RUN_KNOWN_MAX 64u /* for one variant; bits of a word */

bool run_known_is(const struct run_known *known, const struct check_finding *finding);
/* Takes every finding out that is known and sets the bit of the first entry that knows it; returns how many went. */
uint32_t run_known_remove(struct check_findings *findings, const struct run_known *known, uint32_t count,
                          uint64_t *seen);

#endif
