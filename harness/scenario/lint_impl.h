/* SPDX-License-Identifier: MIT */
/* lint_impl.h — what the two halves of the lint share. Private to this folder. */
#ifndef SCENARIO_LINT_IMPL_H
#define SCENARIO_LINT_IMPL_H

#include "scenario/lint.h"
#include "scenario/walk.h"

struct linter {
    struct scenario_walk walk; /* first member */
    const struct scenario *scenario;
    struct mem *mem;
    struct scenario_warnings *out;
};
void scenario_lint_warn(struct linter *linter, struct where where, const char *format, ...) PRINTF_LIKE(3, 4);
/* Does an expectation name this? */
bool scenario_lint_expected(const struct linter *linter, struct str name);
enum status scenario_lint_expects(struct linter *linter);
void scenario_lint_stop(struct linter *linter); /* stop.c */

#endif
