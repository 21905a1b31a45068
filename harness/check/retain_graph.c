/* SPDX-License-Identifier: MIT */
/* retain_graph.c — see retain_graph.h. */
#include "check/retain_graph.h"

struct edges {
    struct ebb_tracer tracer;
    struct check_graph *graph;
};

/* Objects are in order of birth, so their serials ascend. */
uint32_t check_graph_find(const struct check_graph *graph, uint64_t serial) {
    uint32_t low = 0, high = graph->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (graph->objects[middle]->node.birth.serial < serial)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graph->count && graph->objects[low]->node.birth.serial == serial ? low : CHECK_NOWHERE;
}

static bool edges_grow(struct check_graph *graph) {
    size_t old = graph->edge_capacity, capacity = old == 0 ? 64 : old * 2;
    if (capacity >= CHECK_NOWHERE) return false;
    uint32_t *targets =
        mem_grow(graph->mem, graph->targets, old * sizeof *graph->targets, capacity * sizeof *graph->targets);
    if (targets == NULL) return false;
    graph->targets = targets;
    graph->edge_capacity = (uint32_t)capacity;
    return true;
}

static void edge(struct ebb_tracer *tracer, struct ebb_object *held) {
    struct check_graph *graph = BASE_OWNER(tracer, struct edges, tracer)->graph;
    uint32_t at = check_place_of(graph->objects, graph->count, held);
    if (at == CHECK_NOWHERE || graph->failed) return;
    if (graph->edge_count == graph->edge_capacity && !edges_grow(graph)) {
        graph->failed = true;
        return;
    }
    graph->targets[graph->edge_count++] = at;
}

enum status check_graph_init(struct check_graph *graph, struct mem *mem, struct ebb *ebb) {
    *graph = (struct check_graph){.mem = mem};
    struct edges edges = {.tracer = {.visit = edge}, .graph = graph};
    for (const struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
        graph->count++;
    graph->objects = mem_new(mem, graph->count, sizeof(struct ebb_object *));
    graph->starts = mem_new(mem, (size_t)graph->count + 1, sizeof *graph->starts);
    graph->failed = graph->objects == NULL || graph->starts == NULL;
    uint32_t at = 0;
    for (struct ebb_object *object = check_first(ebb); object != NULL && !graph->failed; object = check_next(object)) {
        object->node.place = at;
        graph->objects[at++] = object;
    }
    for (uint32_t i = 0; i < graph->count && !graph->failed; i++) {
        const struct ebb_object *object = graph->objects[i];
        graph->starts[i] = graph->edge_count;
        if (object->kind->trace != NULL) object->kind->trace(object, &edges.tracer);
    }
    if (!graph->failed) {
        graph->starts[graph->count] = graph->edge_count;
        return OK;
    }
    check_graph_deinit(graph);
    return ERR_NOMEM;
}

void check_graph_deinit(struct check_graph *graph) {
    struct mem *mem = graph->mem;
    mem_free(mem, graph->objects, graph->count * sizeof(struct ebb_object *));
    mem_free(mem, graph->starts, ((size_t)graph->count + 1) * sizeof *graph->starts);
    mem_free(mem, graph->targets, graph->edge_capacity * sizeof *graph->targets);
    *graph = (struct check_graph){0};
}

void check_graph_spread(const struct check_graph *graph, bool *marked, uint32_t *work, uint32_t past) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph->count; i++)
        if (marked[i] && i != past) work[count++] = i;
    while (count > 0) {
        uint32_t at = work[--count];
        for (uint32_t e = graph->starts[at]; e < graph->starts[at + 1]; e++) {
            uint32_t held = graph->targets[e];
            if (marked[held] || held == past) continue;
            marked[held] = true;
            work[count++] = held;
        }
    }
}
