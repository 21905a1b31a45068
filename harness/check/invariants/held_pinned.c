/* SPDX-License-Identifier: MIT */
/* held_pinned.c — a small view keeps a large block alive, a shallow coroutine a deep stack. */
#include "check/look.h"

/* A block of which a quarter or less is used: growth by doubling, which is no leak, leaves at least a quarter used even
 * after a removal that halves the contents. */
#define WASTE_RATIO 4u
/* Below a kibibyte per block a copy would cost as much as it saves. */
#define WASTE_BYTES_MIN 1024u

static void check(const struct check_view *view, struct check_findings *findings) {
    if (!check_judges(view, CHECK_HELD)) return;
    for (struct ebb_object *object = check_first(view->ebb); object != NULL; object = check_next(object)) {
        uint64_t used = 0, held = 0;
        if (object->kind->pinned == NULL || (object->flags & EBB_FLAG_INNER) != 0) continue;
        if (!object->kind->pinned(object, &used, &held)) continue;
        ASSERT(used <= held);
        if (used > held / WASTE_RATIO || held - used < WASTE_BYTES_MIN) continue;
        struct check_finding finding = {
            .kind = CHECK_PINNED,
            .count = 1,
            .line = object->node.birth.line,
            .used_bytes = used,
            .held_bytes = held,
        };
        if (object->kind->left == EBB_LEFT_COROUTINE) check_name_set(finding.on, "stack");
        check_name_set(finding.object, object->node.birth.label);
        check_add_object(findings, &finding, object);
    }
}

const struct check_invariant check_pinned_invariant = {
    .name = "pinned",
    .promise = "No block is kept of which a quarter or less can still be reached.",
    .check = check,
};
