/* SPDX-License-Identifier: MIT */
/* left_coroutines.c — nobody outlives main. At rest a parked coroutine can never run again; at the horizon some alarm
 * would still wake somebody, and blocked is only whom nobody that can still run will ever reach. */
#include "check/live.h"

static void check(const struct check_view *view, struct check_findings *findings) {
    if (!check_judges(view, CHECK_LEFT)) return;
    struct check_live live;
    bool known = view->end == EBB_END_HORIZON && check_live_init(&live, mem_system(), view->ebb) == OK;
    for (struct ebb_object *object = check_first(view->ebb); object != NULL; object = check_next(object)) {
        if (object->kind->left != EBB_LEFT_COROUTINE) continue;
        const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
        ASSERT((object->flags & EBB_FLAG_INNER) == 0);
        bool blocked =
            view->end != EBB_END_HORIZON ? co->state == EBB_CO_PARKED : known && check_live_doomed(&live, co);
        struct check_finding finding = {.kind = blocked ? CHECK_BLOCKED : CHECK_ALIVE, .count = 1};
        check_name_set(finding.object, object->node.birth.label);
        check_verb_set(&finding, co);
        check_add_object(findings, &finding, object);
    }
    if (known) check_live_deinit(&live);
}

const struct check_invariant check_coroutines_invariant = {
    .name = "coroutines",
    .promise = "Every coroutine ends: none is blocked for ever, none is alive at the horizon.",
    .check = check,
};
