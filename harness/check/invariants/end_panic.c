/* SPDX-License-Identifier: MIT */
/* end_panic.c — a rule was broken and nobody recovered. The world stopped there, so this is all that can be said; it is
 * said in whichever phase is asked first. */
#include "check/look.h"

static void check(const struct check_view *view, struct check_findings *findings) {
    const struct ebb_fault *fault = ebb_fault(view->ebb);
    if (view->end != EBB_END_PANIC) return;
    ASSERT(fault != NULL && fault->co != NULL);
    struct check_finding finding = {.kind = CHECK_PANIC, .count = 1};
    struct ebb_object *object = ebb_co_object((struct ebb_co *)(uintptr_t)fault->co);
    check_name_set(finding.object, object->node.birth.label);
    check_verb_set(&finding, fault->co);
    finding.line = fault->line;
    memcpy(finding.text, fault->text, sizeof finding.text);
    finding.text[sizeof finding.text - 1] = '\0';
    check_add_object(findings, &finding, object);
}

_Static_assert(sizeof((struct check_finding *)0)->text == sizeof((struct ebb_fault *)0)->text, "a rule fits whole");

const struct check_invariant check_panic_invariant = {
    .name = "panic",
    .promise = "No rule is broken, or whoever broke it recovers.",
    .check = check,
};
