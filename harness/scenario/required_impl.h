/* SPDX-License-Identifier: MIT */
/* required_impl.h — the table of required.c, for who fills it and who looks things up in it. Private to this folder. */
#ifndef SCENARIO_REQUIRED_IMPL_H
#define SCENARIO_REQUIRED_IMPL_H

#include "scenario/model.h"
#include "scenario/required.h"

#define REQUIRED_OTHERWISE UINT32_MAX /* "default" or "after": no channel's case */

struct required_entry {
    enum ebb_outcome outcome;
    uint32_t operation;
    const struct select_case *one; /* CASE, and then: */
    uint32_t number;               /* among the sends and receives, or CASE_OTHERWISE */
    uint32_t place;                /* among all, from 1 */
};
struct scenario_required {
    struct mem *mem;
    const struct scenario *scenario;
    const struct step **operations;
    uint32_t *first; /* of each operation's entries */
    uint32_t operation_count;
    uint32_t *by_step; /* operation of the step of this number, or NONE */
    struct required_entry *entries;
    uint32_t entry_count, entry_capacity;
};

/* Marks the steps a variant can come to, by number; `reached` is false for all. ERR_NOMEM */
CHECKED enum status scenario_required_reach(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                                            bool *reached);

#endif
