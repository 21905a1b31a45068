/* SPDX-License-Identifier: MIT */
/* shrunk.h — between `ebb shrink` and how it tells what came out. */
#ifndef CLI_SHRUNK_H
#define CLI_SHRUNK_H

#include "cli/command.h"
#include "shrink/shrink.h"

struct cli_shrunk {
    const struct source *source;
    uint32_t variant;
    const struct check_finding *findings; /* of the result's run */
    uint32_t finding_count;
    struct str token;
    const struct shrink_result *result;
    /* The same decisions under each combination of the parameters' ranges; no combinations: there are no ranges. */
    uint32_t combinations, showing;
    struct str not_with; /* some of those it does not show with: "capacity = 1; capacity = 2" */
};
void cli_shrunk_text(struct buf *out, const struct cli_shrunk *shrunk);
void cli_shrunk_json(struct buf *out, const struct cli_shrunk *shrunk);

#endif
