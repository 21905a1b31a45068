/* SPDX-License-Identifier: MIT */
/* reach.c — two walks over what holds what, both with explicit worklists, since a list of a million objects would
 * overflow a stack. The first marks all that is reached from what was left behind in its own right. The second takes
 * the rest apart into circles (Tarjan's strongly connected components) and lets each explain what it reaches. */
#include "check/reach.h"

enum fate {
    FATE_OPEN,      /* not reached so far */
    FATE_EXPLAINED, /* by something left behind in its own right, or being that */
    FATE_FOLLOWS,   /* from another that is told */
};

/* --- finding an object's place ----------------------------------------------------------------------------------*/

/* The place is noted where all are put in an array, and searched for where it is another array's. */
uint32_t check_place_of(struct ebb_object *const *objects, uint32_t count, const struct ebb_object *object) {
    uint64_t serial = object->node.birth.serial;
    uint32_t low = 0, high = count, noted = object->node.place;
    if (noted < count && objects[noted] == object) return noted;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (objects[middle]->node.birth.serial < serial)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && objects[low] == object ? low : CHECK_NOWHERE;
}

static uint32_t place_of(const struct check_reach *reach, const struct ebb_object *object) {
    return check_place_of(reach->objects, reach->count, object);
}

/* --- from what was left in its own right -------------------------------------------------------------------------- */

struct marker {
    struct ebb_tracer tracer;
    struct check_reach *reach;
    uint32_t *work; /* each object is put here at most once */
    uint32_t count;
};

static void mark(struct marker *marker, uint32_t at) {
    if (at == CHECK_NOWHERE || marker->reach->fates[at] != FATE_OPEN) return;
    marker->reach->fates[at] = FATE_EXPLAINED;
    ASSERT(marker->count < marker->reach->count);
    marker->work[marker->count++] = at;
}

static void mark_held(struct ebb_tracer *tracer, struct ebb_object *held) {
    struct marker *marker = BASE_OWNER(tracer, struct marker, tracer);
    mark(marker, place_of(marker->reach, held));
}

static void mark_from_own(struct check_reach *reach, uint32_t *work) {
    struct marker marker = {{.visit = mark_held}, reach, work, 0};
    for (uint32_t i = 0; i < reach->count; i++)
        if (check_own_right(reach->objects[i])) mark(&marker, i);
    while (marker.count > 0) {
        const struct ebb_object *object = reach->objects[marker.work[--marker.count]];
        if (object->kind->trace != NULL) object->kind->trace(object, &marker.tracer);
    }
}

/* --- circles in the rest ----------------------------------------------------------------------------------------*/

/* Who holds whom among the open ones: the targets of i are targets[starts[i] .. starts[i + 1]). */
struct graph {
    struct ebb_tracer tracer;
    const struct check_reach *reach;
    uint32_t *starts, *targets; /* targets: NULL while they are only counted */
    uint32_t target_count;
};

static void edge(struct ebb_tracer *tracer, struct ebb_object *held) {
    struct graph *graph = BASE_OWNER(tracer, struct graph, tracer);
    uint32_t at = place_of(graph->reach, held);
    if (at == CHECK_NOWHERE || graph->reach->fates[at] != FATE_OPEN) return;
    if (graph->targets != NULL) graph->targets[graph->target_count] = at;
    graph->target_count++;
}

static void edges(struct graph *graph) {
    const struct check_reach *reach = graph->reach;
    graph->target_count = 0;
    for (uint32_t i = 0; i < reach->count; i++) {
        graph->starts[i] = graph->target_count;
        const struct ebb_object *object = reach->objects[i];
        if (reach->fates[i] == FATE_OPEN && object->kind->trace != NULL) object->kind->trace(object, &graph->tracer);
    }
    graph->starts[reach->count] = graph->target_count;
}

/* One number per object each. A group is a circle, or a single object; groups are numbered from 1 in the order they are
 * complete, so that a group holds only groups with smaller numbers. */
struct circles {
    const struct graph *graph;
    uint32_t *order, *low;     /* Tarjan's: when it was entered, and the oldest of its circle it is known to reach */
    uint32_t *cursor;          /* the next edge to follow */
    uint32_t *path, *open;     /* the walk so far; those entered whose group is not complete */
    uint32_t *group, *grouped; /* grouped: the objects, group by group */
    uint32_t clock, path_count, open_count, group_count, grouped_count;
};
#define CIRCLE_ARRAYS 7u

static void enter(struct circles *circles, uint32_t at) {
    circles->order[at] = circles->low[at] = ++circles->clock;
    circles->cursor[at] = circles->graph->starts[at];
    circles->path[circles->path_count++] = at;
    circles->open[circles->open_count++] = at;
}

static void leave(struct circles *circles, uint32_t at) {
    ASSERT(circles->path[circles->path_count - 1] == at);
    circles->path_count--;
    if (circles->path_count > 0) {
        uint32_t before = circles->path[circles->path_count - 1];
        if (circles->low[at] < circles->low[before]) circles->low[before] = circles->low[at];
    }
    if (circles->low[at] != circles->order[at]) return;
    uint32_t member, number = ++circles->group_count;
    do {
        ASSERT(circles->open_count > 0);
        member = circles->open[--circles->open_count];
        circles->group[member] = number;
        circles->grouped[circles->grouped_count++] = member;
    } while (member != at);
}

static void circles_find(struct circles *circles) {
    const struct graph *graph = circles->graph;
    for (uint32_t start = 0; start < graph->reach->count; start++) {
        if (graph->reach->fates[start] != FATE_OPEN || circles->order[start] != 0) continue;
        enter(circles, start);
        while (circles->path_count > 0) {
            uint32_t at = circles->path[circles->path_count - 1];
            if (circles->cursor[at] == graph->starts[at + 1]) {
                leave(circles, at);
                continue;
            }
            uint32_t held = graph->targets[circles->cursor[at]++];
            if (circles->order[held] == 0)
                enter(circles, held);
            else if (circles->group[held] == 0 && circles->order[held] < circles->low[at])
                circles->low[at] = circles->order[held];
        }
    }
    ASSERT(circles->open_count == 0);
}

/* From the last group to the first, holders before what they hold. `follows` is by group. A group that is told, or
 * follows, explains what it holds; one of nothing but parts of other objects explains nothing by itself. */
static void circles_explain(const struct circles *circles, unsigned char *fates, uint32_t *follows) {
    const struct graph *graph = circles->graph;
    for (uint32_t end = circles->grouped_count, begin; end > 0; end = begin) {
        uint32_t number = circles->group[circles->grouped[end - 1]];
        bool explains = follows[number] != 0;
        for (begin = end; begin > 0 && circles->group[circles->grouped[begin - 1]] == number; begin--)
            explains |= (graph->reach->objects[circles->grouped[begin - 1]]->flags & EBB_FLAG_INNER) == 0;
        for (uint32_t i = begin; i < end; i++) {
            uint32_t at = circles->grouped[i];
            if (follows[number] != 0) fates[at] = FATE_FOLLOWS;
            for (uint32_t e = graph->starts[at]; explains && e < graph->starts[at + 1]; e++) {
                uint32_t other = circles->group[graph->targets[e]];
                ASSERT(other <= number);
                if (other != number) follows[other] = 1;
            }
        }
    }
}

/* Mostly there is no rest: what a blocked coroutine keeps is all there is. */
static bool has_rest(const struct check_reach *reach) {
    return reach->count > 0 && memchr(reach->fates, FATE_OPEN, reach->count) != NULL;
}

static enum status explain_rest(struct check_reach *reach) {
    size_t count = reach->count, words = (CIRCLE_ARRAYS + 2) * (count + 1);
    uint32_t *arrays = mem_new(reach->mem, words, sizeof *arrays);
    if (arrays == NULL) return ERR_NOMEM;
    uint32_t *next = arrays;
    struct graph graph = {.tracer = {.visit = edge}, .reach = reach, .starts = next};
    struct circles circles = {.graph = &graph};
    uint32_t **const each[CIRCLE_ARRAYS] = {&circles.order, &circles.low,   &circles.cursor, &circles.path,
                                            &circles.open,  &circles.group, &circles.grouped};
    for (size_t i = 0; i < CIRCLE_ARRAYS; i++) *each[i] = next += count + 1;
    uint32_t *follows = next + count + 1;
    edges(&graph);
    size_t target_count = graph.target_count;
    graph.targets = mem_new(reach->mem, target_count, sizeof *graph.targets);
    if (graph.targets != NULL) {
        edges(&graph);
        ASSERT(graph.target_count == target_count);
        circles_find(&circles);
        circles_explain(&circles, reach->fates, follows);
    }
    mem_free(reach->mem, arrays, words * sizeof *arrays);
    if (graph.targets == NULL) return ERR_NOMEM;
    mem_free(reach->mem, graph.targets, target_count * sizeof *graph.targets);
    return OK;
}

/* --- in all -----------------------------------------------------------------------------------------------------*/

enum status check_reach_init(struct check_reach *reach, struct mem *mem, struct ebb *ebb) {
    *reach = (struct check_reach){.mem = mem};
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) reach->count++;
    reach->objects = mem_new(mem, reach->count, sizeof(struct ebb_object *));
    reach->fates = mem_new(mem, reach->count, 1);
    uint32_t *work = mem_new(mem, reach->count, sizeof *work);
    enum status status = reach->objects == NULL || reach->fates == NULL || work == NULL ? ERR_NOMEM : OK;
    if (status == OK) {
        uint32_t at = 0;
        for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
            reach->objects[at++] = object;
        mark_from_own(reach, work);
        if (has_rest(reach)) status = explain_rest(reach);
    }
    mem_free(mem, work, reach->count * sizeof *work);
    if (status != OK) check_reach_deinit(reach);
    return status;
}

bool check_reach_alone(const struct check_reach *reach, uint32_t at) {
    ASSERT(at < reach->count);
    return reach->fates[at] == FATE_OPEN && (reach->objects[at]->flags & EBB_FLAG_INNER) == 0;
}

void check_reach_deinit(struct check_reach *reach) {
    mem_free(reach->mem, reach->objects, reach->count * sizeof(struct ebb_object *));
    mem_free(reach->mem, reach->fates, reach->count);
    *reach = (struct check_reach){0};
}
