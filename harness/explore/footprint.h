/* SPDX-License-Identifier: MIT */
/* footprint.h — what one event has touched, and whether two events conflict. */
#ifndef EXPLORE_FOOTPRINT_H
#define EXPLORE_FOOTPRINT_H

#include "base/mem.h"
#include "core/world.h"

struct footprint {
    struct footprint_entry {
        uint64_t thing; /* see world.h */
        struct ebb_access access;
    } * at; /* each thing once */
    uint32_t count, capacity;
    bool all; /* it conflicts with every event */
};
void explore_footprint_deinit(struct mem *mem, struct footprint *footprint);
static inline void explore_footprint_clear(struct footprint *footprint) {
    footprint->count = 0, footprint->all = false;
}
/* ERR_NOMEM: it is as it was. */
CHECKED enum status explore_footprint_add(struct mem *mem, struct footprint *footprint, uint64_t thing,
                                          struct ebb_access access);
CHECKED enum status explore_footprint_join(struct mem *mem, struct footprint *to, const struct footprint *from);
bool explore_footprint_conflict(const struct footprint *a, const struct footprint *b);

#endif
