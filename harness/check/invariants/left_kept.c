/* SPDX-License-Identifier: MIT */
/* left_kept.c — memory nobody freed, and objects that live although nothing else that was left behind keeps them: those
 * hold each other in a circle, or somebody forgot to let go. */
#include "check/look.h"
#include "check/reach.h"

static const struct check_told told[] = {
    {EBB_LEFT_BYTES, CHECK_BYTES, true},
};

static uint32_t unexplained_at_most(struct ebb *ebb) {
    uint32_t count = 0;
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
        count += (object->flags & EBB_FLAG_INNER) == 0 && !check_own_right(object);
    return count;
}

static void objects(const struct check_view *view, struct check_findings *findings) {
    uint32_t count = unexplained_at_most(view->ebb);
    if (count == 0) return;
    struct check_reach reach;
    if (check_reach_init(&reach, mem_system(), view->ebb) != OK) {
        findings->lost =
            count > UINT32_MAX - findings->lost ? UINT32_MAX : findings->lost + count; /* not judged is not clean */
        return;
    }
    for (uint32_t i = 0; i < reach.count; i++) {
        if (!check_reach_alone(&reach, i)) continue;
        struct ebb_object *object = reach.objects[i];
        struct check_finding finding = {.kind = CHECK_OBJECT, .count = 1, .line = object->node.birth.line};
        check_name_set(finding.object, object->node.birth.label);
        check_name_set(finding.on, object->kind->name);
        check_add_object(findings, &finding, object);
    }
    check_reach_deinit(&reach);
}

static void check(const struct check_view *view, struct check_findings *findings) {
    if (!check_judges(view, CHECK_LEFT)) return;
    check_tell(view, findings, told, BASE_COUNT(told));
    objects(view, findings);
}

const struct check_invariant check_kept_invariant = {
    .name = "kept",
    .promise = "No memory is unfreed, and no object lives that nobody can reach.",
    .check = check,
};
