/* SPDX-License-Identifier: MIT */
/* lint.h — what is allowed and yet hardly meant: a name nobody uses, a step nobody reaches, an expectation that nothing
 * in the file can meet. A scenario with warnings runs like any other. */
#ifndef SCENARIO_LINT_H
#define SCENARIO_LINT_H

#include "scenario/scenario.h"

/* More than anybody mends at once. */
#define LIMIT_WARNINGS 64u

struct scenario_warnings {
    struct diag at[LIMIT_WARNINGS]; /* by line and column */
    uint32_t count, lost;
};
/* Warnings about a scenario that was loaded; `origin` names its file in them. ERR_NOMEM: not all were looked for. */
CHECKED enum status scenario_lint(const struct scenario *scenario, struct mem *mem, struct str origin,
                                  struct scenario_warnings *out);
/* scenario_load, and with it the warnings when that is OK. */
CHECKED enum status scenario_load_linted(struct mem *mem, struct scenario **out, struct str origin, struct str bytes,
                                         struct scenario_problems *problems, struct scenario_warnings *warnings);

#endif
