/* SPDX-License-Identifier: MIT */
/* end_limit.c — the budget of steps was used up. Who ran last is not known, but who could have gone on is: in a
 * livelock that is who spins. */
#include <stdio.h>

#include "check/look.h"

static void check(const struct check_view *view, struct check_findings *findings) {
    if (view->end != EBB_END_LIMIT) return;
    struct ebb *ebb = view->ebb;
    ASSERT(view->step_max > 0);
    struct check_finding finding = {.kind = CHECK_LIMIT, .count = view->step_max};
    check_name_set(finding.object, "steps");
    struct ebb_co *first = NULL;
    uint32_t runnable = 0;
    for (uint32_t slot = 0; slot < ebb->slot_next; slot++) {
        struct ebb_co *co = ebb->slots[slot];
        if (co == NULL || co->state != EBB_CO_READY) continue;
        if (first == NULL) first = co;
        runnable++;
    }
    if (first == NULL) { /* only alarms went off */
        check_add(findings, &finding);
        return;
    }
    char name[CHECK_NAME_BYTES], others[32] = "";
    check_name_set(name, first->head.node.birth.label);
    if (runnable > 1) (void)snprintf(others, sizeof others, " and %u more", runnable - 1);
    (void)snprintf(finding.text, sizeof finding.text, "still runnable: %s%s", name, others);
    check_verb_set(&finding, first);
    check_add_object(findings, &finding, &first->head);
}

const struct check_invariant check_limit_invariant = {
    .name = "limit",
    .promise = "The run comes to its end within its budget of steps.",
    .check = check,
};
