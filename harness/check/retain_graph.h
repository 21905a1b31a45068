/* SPDX-License-Identifier: MIT */
/* retain_graph.h — who holds whom, at one instant: the census and its holds as numbers, so that walks over them need
 * neither look-ups nor the C stack. */
#ifndef CHECK_RETAIN_GRAPH_H
#define CHECK_RETAIN_GRAPH_H

#include "check/look.h"

struct check_graph {
    struct mem *mem;
    struct ebb_object **objects; /* every one in the census, in order of birth */
    uint32_t *starts, *targets;  /* what i holds: targets[starts[i]] up to targets[starts[i + 1]] */
    uint32_t count, edge_count, edge_capacity;
    bool failed; /* while it is made: there was no memory for an edge */
};

/* ERR_NOMEM: there is nothing to deinit. */
CHECKED enum status check_graph_init(struct check_graph *graph, struct mem *mem, struct ebb *ebb);
void check_graph_deinit(struct check_graph *graph);
/* The place of the object born with this serial, or CHECK_NOWHERE. */
uint32_t check_graph_find(const struct check_graph *graph, uint64_t serial);
/* Marks what is reached from the marked ones, which are the roots, but not through the one at `past` (CHECK_NOWHERE:
 * there is none). `work` has room for `count` places. */
void check_graph_spread(const struct check_graph *graph, bool *marked, uint32_t *work, uint32_t past);

#endif
