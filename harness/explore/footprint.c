/* SPDX-License-Identifier: MIT */
/* footprint.c — see footprint.h. Small sets, so lists. */
#include "explore/footprint.h"

void explore_footprint_deinit(struct mem *mem, struct footprint *footprint) {
    mem_free(mem, footprint->at, footprint->capacity * sizeof *footprint->at);
    *footprint = (struct footprint){0};
}

enum status explore_footprint_add(struct mem *mem, struct footprint *footprint, uint64_t thing,
                                  struct ebb_access access) {
    for (uint32_t i = 0; i < footprint->count; i++) {
        struct footprint_entry *entry = &footprint->at[i];
        if (entry->thing != thing) continue;
        entry->access.does |= access.does;
        entry->access.against |= access.against;
        return OK;
    }
    if (footprint->count == footprint->capacity) {
        uint32_t capacity = footprint->capacity == 0 ? 4 : footprint->capacity * 2;
        size_t size = sizeof *footprint->at;
        struct footprint_entry *at = mem_grow(mem, footprint->at, footprint->capacity * size, capacity * size);
        if (at == NULL) return ERR_NOMEM;
        footprint->at = at;
        footprint->capacity = capacity;
    }
    footprint->at[footprint->count++] = (struct footprint_entry){thing, access};
    return OK;
}

enum status explore_footprint_join(struct mem *mem, struct footprint *to, const struct footprint *from) {
    for (uint32_t i = 0; i < from->count; i++)
        TRY(explore_footprint_add(mem, to, from->at[i].thing, from->at[i].access));
    to->all = to->all || from->all;
    return OK;
}

static bool against(struct ebb_access a, struct ebb_access b) {
    return (a.does & b.against) != 0 || (b.does & a.against) != 0;
}

bool explore_footprint_conflict(const struct footprint *a, const struct footprint *b) {
    if (a->all || b->all) return true;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            if (a->at[i].thing == b->at[j].thing && against(a->at[i].access, b->at[j].access)) return true;
    return false;
}
