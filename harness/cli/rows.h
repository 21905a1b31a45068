/* SPDX-License-Identifier: MIT */
/* rows.h — what was judged of one variant, written down in a part and read from there: all that any reporter tells. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "cli/baseline.h"
#include "cli/part.h"

/* A row that was read; what `at` points at is its own. All zero to begin with. */
struct part_row {
    struct report_case at;
    struct str texts[9];
    char why[RUN_WHY_BYTES]; /* as long as it may get: something may be added */
    uint64_t runs_with[CHECK_KIND_COUNT];
    struct check_finding *findings; /* RUN_FINDINGS_MAX of them, or NULL */
    struct report_cause *causes;    /* likewise */
};
void cli_row_put(struct report_json *json, uint64_t number, const struct report_case *at);
/* Its number is what has to come next. What is wrong is told in the reader. ERR_NOMEM */
CHECKED enum status cli_row_take(struct part_row *row, struct part_file *file, uint64_t number);
void cli_row_drop(struct part_row *row);
void cli_row_why(struct part_row *row); /* `why` was added to: the case says so, too */

/* Which entries were met: those nothing of which was found any more are known only once all rows are. */
void cli_rows_known_put(struct report_json *json, const struct baseline *baseline, bool all_variants);
/* Into a baseline that is for nothing else, and empty for the first part; others are added to it. ERR_NOMEM */
CHECKED enum status cli_rows_known_take(struct baseline *sum, struct part_file *file, bool *all_variants);

#endif
