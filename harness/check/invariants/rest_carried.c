/* SPDX-License-Identifier: MIT */
/* rest_carried.c — messages nobody received and locks nobody released. Judged while the shared objects are still held:
 * a shared queue would take its messages with it, and a shared lock would be forgotten with whoever holds it. */
#include "check/look.h"

static const struct check_told told[] = {
    {EBB_LEFT_MESSAGE, CHECK_MESSAGE, true},
    {EBB_LEFT_LOCK, CHECK_LOCK, false},
};

static void check(const struct check_view *view, struct check_findings *findings) {
    if (check_judges(view, CHECK_REST)) check_tell(view, findings, told, BASE_COUNT(told));
}

const struct check_invariant check_carried_invariant = {
    .name = "carried",
    .promise = "No message is undelivered and no lock held.",
    .check = check,
};
