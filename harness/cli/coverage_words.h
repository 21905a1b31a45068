/* SPDX-License-Identifier: MIT */
/* coverage_words.h — what the operations of a variant can come to, as texts that outlive the scenario, and which of it no
 * run has shown. */
#ifndef CLI_COVERAGE_WORDS_H
#define CLI_COVERAGE_WORDS_H

#include "cli/part.h"
#include "run/exercised.h"

struct coverage_item {
    bool first;                                  /* of its operation; the others of that follow */
    uint32_t line, column, own_line, own_column; /* see scenario_requirement */
    struct str operation, outcome;               /* blocks of their length + 1 */
};
struct coverage_list { /* all zero: nobody asks */
    struct coverage_item *at;
    uint32_t count, capacity;
};
CHECKED enum status cli_coverage_make(struct coverage_list *list, const struct scenario *scenario,
                                      uint32_t variant); /* ERR_NOMEM: free it all the same */
void cli_coverage_free(struct coverage_list *list);
/* "exercised 41 of 52 …" and what was not, a line for each operation. `all`: there are no other runs than those that were
 * made, so the rest is impossible. `exercised` is of this list, or of none where there was no run. */
void cli_coverage_text(const struct coverage_list *list, struct str path, const struct run_exercised *exercised,
                       bool all, struct buf *out);
void cli_coverage_json(const struct coverage_list *list, const struct run_exercised *exercised, bool all,
                       struct report_json *json);
/* In a part, as a list; and back, into an empty one: ERR_NOMEM. */
void cli_coverage_put(const struct coverage_list *list, struct report_json *json);
CHECKED enum status cli_coverage_take(struct coverage_list *list, struct part_file *file);

#endif
