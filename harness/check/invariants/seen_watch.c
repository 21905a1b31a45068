/* SPDX-License-Identifier: MIT */
/* seen_watch.c — the rules of the scenario, which were looked at with every allocation. What was seen stays true however
 * the run ended, so this is told of a world that broke a rule half-way as well. */
#include "check/look.h"
#include "check/watch.h"

static void check(const struct check_view *view, struct check_findings *findings) {
    if (view->phase == CHECK_LEFT && view->watch != NULL) check_watch_tell(view->watch, findings);
}

const struct check_invariant check_watch_invariant = {
    .name = "watch",
    .promise = "The rules that the scenario watches hold at every step.",
    .check = check,
};
