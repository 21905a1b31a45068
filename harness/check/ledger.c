/* SPDX-License-Identifier: MIT */
/* ledger.c — how much there is of each kind, at one instant. */
#include "check/look.h"

void check_ledger_take(struct check_ledger *ledger, struct ebb *ebb) {
    *ledger = (struct check_ledger){0};
    for (const struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        uint16_t id = object->node.kind;
        ASSERT(id < CENSUS_KINDS_MAX);
        if (object->flags & EBB_FLAG_INNER) continue; /* told by what it is part of */
        ledger->live[id]++;
        ledger->weight[id] += object->kind->weight != NULL ? object->kind->weight(object) : object->node.weight;
    }
}
