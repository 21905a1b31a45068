/* SPDX-License-Identifier: MIT */
/* known.c — see known.h. */
#include "run/known.h"

static bool fits(struct str wanted, const char *name) { return wanted.len == 0 || str_equal(wanted, str_of(name)); }

bool run_known_is(const struct run_known *known, const struct check_finding *finding) {
    if (known->has_signature && known->signature != finding->signature) return false;
    if (known->has_kind && known->kind != finding->kind) return false;
    return fits(known->object, finding->object) && fits(known->operation, finding->operation) &&
        fits(known->on, finding->on);
}

uint32_t run_known_remove(struct check_findings *findings, const struct run_known *known, uint32_t count,
                          uint64_t *seen) {
    uint32_t kept = 0;
    ASSERT(count <= RUN_KNOWN_MAX);
    for (uint32_t i = 0; i < findings->count; i++) {
        uint32_t entry = 0;
        while (entry < count && !run_known_is(&known[entry], &findings->at[i])) entry++;
        if (entry < count)
            *seen |= UINT64_C(1) << entry;
        else if (kept++ != i)
            findings->at[kept - 1] = findings->at[i];
    }
    uint32_t removed = findings->count - kept;
    findings->count = kept;
    return removed;
}
