/* SPDX-License-Identifier: MIT */
/* left_armed.c — what is armed holds itself, and so lives on although nobody names it any more. */
#include "check/look.h"

static const struct check_told told[] = {
    {EBB_LEFT_TIMER, CHECK_TIMER, false},
    {EBB_LEFT_CONTEXT, CHECK_CONTEXT, false},
};

static void check(const struct check_view *view, struct check_findings *findings) {
    if (check_judges(view, CHECK_LEFT)) check_tell(view, findings, told, BASE_COUNT(told));
}

const struct check_invariant check_armed_invariant = {
    .name = "armed",
    .promise = "Every timer has fired for the last time or is stopped; every context is cancelled.",
    .check = check,
};
