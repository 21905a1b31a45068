/* SPDX-License-Identifier: MIT */
/* compare_words.h — a comparison as a table for people, or as JSON. */
#ifndef CLI_COMPARE_WORDS_H
#define CLI_COMPARE_WORDS_H

#include "cli/command.h"
#include "run/compare.h"

struct cli_comparison {
    const struct options *options;
    const struct run_compare *compare;
    const struct source *sources[RUN_COMPARE_COLUMNS]; /* of each column */
    bool interrupted;
};
void cli_compare_text(struct buf *out, const struct cli_comparison *comparison);
void cli_compare_json(struct buf *out, const struct cli_comparison *comparison);

#endif
