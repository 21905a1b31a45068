/* SPDX-License-Identifier: MIT */
/* left_process.c — threads and descriptors: those the ledger knows by name, and those only the kernel counts, which C
 * code under test started or opened behind our back. */
#include "check/look.h"

static const struct check_told told[] = {
    {EBB_LEFT_THREAD, CHECK_THREAD, false},
    {EBB_LEFT_FD, CHECK_FD, false},
};

static uint64_t known(struct ebb *ebb, enum ebb_left left) {
    uint64_t sum = 0;
    for (const struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
        if (object->kind->left == left) sum += check_remains(object);
    return sum;
}

/* Counts that were not taken are 0: a process has at least one thread, and its standard descriptors. */
static void compare(const struct check_view *view, struct check_findings *findings, enum check_kind kind,
                    enum ebb_left left, uint32_t before, uint32_t now) {
    ASSERT(kind == CHECK_THREAD || kind == CHECK_FD);
    if (before == 0 || now <= before) return;
    uint64_t explained = known(view->ebb, left);
    if (now - before <= explained) return;
    struct check_finding finding = {.kind = kind, .count = now - before - explained};
    check_name_set(finding.object, "process");
    check_add(findings, &finding);
}

static void check(const struct check_view *view, struct check_findings *findings) {
    if (!check_judges(view, CHECK_LEFT)) return;
    check_tell(view, findings, told, BASE_COUNT(told));
    compare(view, findings, CHECK_THREAD, EBB_LEFT_THREAD, view->threads_before, view->threads_now);
    compare(view, findings, CHECK_FD, EBB_LEFT_FD, view->fds_before, view->fds_now);
}

const struct check_invariant check_process_invariant = {
    .name = "process",
    .promise = "Every thread is joined and every descriptor closed, as the kernel counts them.",
    .check = check,
};
