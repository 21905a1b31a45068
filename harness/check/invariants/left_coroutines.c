/* SPDX-License-Identifier: MIT */
/* left_coroutines.c — nobody outlives main. At rest a parked coroutine can never run again; at the horizon some alarm
 * would still wake somebody, who may wake any other, so nobody is called blocked. */
#include "check/look.h"

static void check(const struct check_view *view, struct check_findings *findings) {
    if (!check_judges(view, CHECK_LEFT)) return;
    for (struct ebb_object *object = check_first(view->ebb); object != NULL; object = check_next(object)) {
        if (object->kind->left != EBB_LEFT_COROUTINE) continue;
        const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
        ASSERT((object->flags & EBB_FLAG_INNER) == 0);
        bool blocked = view->end != EBB_END_HORIZON && co->state == EBB_CO_PARKED;
        struct check_finding finding = {.kind = blocked ? CHECK_BLOCKED : CHECK_ALIVE, .count = 1};
        check_name_set(finding.object, object->node.birth.label);
        check_verb_set(&finding, co);
        check_add_object(findings, &finding, object);
    }
}

const struct check_invariant check_coroutines_invariant = {
    .name = "coroutines",
    .promise = "Every coroutine ends: none is blocked for ever, none is alive at the horizon.",
    .check = check,
};
