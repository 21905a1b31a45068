/* SPDX-License-Identifier: MIT */
/* ledger.c — how much there is of each kind, at one instant, and how things stand. */
#include "check/look.h"

/* When each alarm is due, from now, whatever order they were set in. */
static uint64_t alarms_of(const struct ebb *ebb) {
    uint64_t sum = 0;
    for (uint32_t i = 1; i <= ebb->alarms.count; i++)
        sum += hash_mix(1, (uint64_t)(ebb->alarms.at[i].due_ns - ebb->now_ns));
    return sum;
}

void check_ledger_take(struct check_ledger *ledger, struct ebb *ebb) {
    *ledger = (struct check_ledger){.step = ebb_steps(ebb), .time_ns = ebb_now_ns(ebb), .alarms = alarms_of(ebb)};
    for (const struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        uint16_t id = object->node.kind;
        ASSERT(id < CENSUS_KINDS_MAX);
        uint64_t weight = object->kind->weight != NULL ? object->kind->weight(object) : object->node.weight;
        if (object->kind->weight != NULL && weight > 0) ledger->queues += hash_mix(object->node.birth.serial, weight);
        if (object->flags & EBB_FLAG_INNER) continue; /* told by what it is part of */
        ledger->live[id]++;
        ledger->weight[id] += weight;
    }
}
