/* SPDX-License-Identifier: MIT */
/* live.c — the fixpoint of live.h with a worklist: each object is marked once, each wait looked at once. */
#include "check/live.h"

#define NOWHERE UINT32_MAX

/* Objects are in order of birth, so their serials ascend. */
static uint32_t place_of(const struct check_live *live, const struct ebb_object *object) {
    uint64_t serial = object->node.birth.serial;
    uint32_t low = 0, high = live->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (live->objects[middle]->node.birth.serial < serial)
            low = middle + 1;
        else
            high = middle;
    }
    return low < live->count && live->objects[low] == object ? low : NOWHERE;
}

static const struct ebb_co *co_of(const struct ebb_object *object) {
    return object->kind->left == EBB_LEFT_COROUTINE ? BASE_OWNER(object, struct ebb_co, head) : NULL;
}

/* Who waits on the object at i: waiting[starts[i] .. starts[i + 1]), as places of coroutines. */
struct fixpoint {
    struct ebb_tracer tracer;
    struct check_live *live;
    uint32_t *work, work_count;
    uint32_t *starts, *waiting;
    bool opaque; /* something live may act on what nobody can see */
};

static void mark(struct fixpoint *fixpoint, uint32_t at) {
    if (at == NOWHERE || fixpoint->live->live[at]) return;
    fixpoint->live->live[at] = true;
    ASSERT(fixpoint->work_count < fixpoint->live->count);
    fixpoint->work[fixpoint->work_count++] = at;
}

static void mark_visited(struct ebb_tracer *tracer, struct ebb_object *object) {
    struct fixpoint *fixpoint = BASE_OWNER(tracer, struct fixpoint, tracer);
    mark(fixpoint, place_of(fixpoint->live, object));
}

/* What a parked coroutine waits on, the index-th; NULL past the last. */
static struct ebb_object *waits_on(const struct ebb_co *co, uint32_t index) {
    if (co->state != EBB_CO_PARKED) return NULL;
    if (index < co->waiter_count) return co->waiters[index].on != NULL ? co->waiters[index].on : co->on;
    return co->waiter_count == 0 && index == 0 ? co->on : NULL;
}

/* Two passes: counting, then filling. */
static void waits_collect(struct fixpoint *fixpoint) {
    const struct check_live *live = fixpoint->live;
    for (int filling = 0; filling < 2; filling++) {
        for (uint32_t i = 0; i < live->count; i++) {
            const struct ebb_co *co = co_of(live->objects[i]);
            struct ebb_object *on;
            for (uint32_t w = 0; co != NULL && (on = waits_on(co, w)) != NULL; w++) {
                uint32_t at = place_of(live, on);
                if (at == NOWHERE) continue;
                if (filling)
                    fixpoint->waiting[--fixpoint->starts[at]] = i;
                else
                    fixpoint->starts[at]++;
            }
        }
        for (uint32_t i = 0; !filling && i < live->count; i++) fixpoint->starts[i + 1] += fixpoint->starts[i];
    }
}

static void roots_mark(struct fixpoint *fixpoint) {
    const struct check_live *live = fixpoint->live;
    for (uint32_t i = 0; i < live->count; i++) {
        const struct ebb_object *object = live->objects[i];
        const struct ebb_co *co = co_of(object);
        bool root = co != NULL ? co->state == EBB_CO_READY || co->nap != NULL : object->kind->armed != NULL && object->kind->armed(object);
        if (root) mark(fixpoint, i);
        fixpoint->opaque |= object->kind->opaque;
    }
}

static void spread(struct fixpoint *fixpoint) {
    while (fixpoint->work_count > 0) {
        uint32_t at = fixpoint->work[--fixpoint->work_count];
        const struct ebb_object *object = fixpoint->live->objects[at];
        const struct ebb_co *co = co_of(object);
        if (co != NULL && co->roots == NULL) fixpoint->opaque = true; /* C code: its variables are its own */
        if (object->kind->trace != NULL) object->kind->trace(object, &fixpoint->tracer);
        if (object->kind->acts != NULL) object->kind->acts(object, &fixpoint->tracer);
        for (uint32_t w = fixpoint->starts[at]; w < fixpoint->starts[at + 1]; w++) mark(fixpoint, fixpoint->waiting[w]);
    }
}

static uint32_t waits_count(const struct check_live *live) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < live->count; i++) {
        const struct ebb_co *co = co_of(live->objects[i]);
        if (co != NULL) count += co->waiter_count + 1;
    }
    return count;
}

enum status check_live_init(struct check_live *live, struct mem *mem, struct ebb *ebb) {
    *live = (struct check_live){.mem = mem};
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) live->count++;
    live->objects = mem_new(mem, live->count, sizeof(struct ebb_object *));
    live->live = mem_new(mem, live->count, sizeof *live->live);
    enum status status = live->objects == NULL || live->live == NULL ? ERR_NOMEM : OK;
    uint32_t at = 0, waits;
    for (struct ebb_object *object = check_first(ebb); status == OK && object != NULL; object = check_next(object)) live->objects[at++] = object;
    size_t words = 2 * (size_t)live->count + 2 + (waits = status == OK ? waits_count(live) : 0);
    uint32_t *memory = mem_new(mem, words, sizeof *memory);
    if (memory == NULL) status = ERR_NOMEM;
    if (status == OK) {
        struct fixpoint fixpoint = {.tracer = {mark_visited}, .live = live, .work = memory, .starts = memory + live->count + 1, .waiting = memory + 2 * (size_t)live->count + 2};
        waits_collect(&fixpoint);
        roots_mark(&fixpoint);
        spread(&fixpoint);
        if (fixpoint.opaque) memset(live->live, true, live->count * sizeof *live->live);
    }
    mem_free(mem, memory, words * sizeof *memory);
    if (status != OK) check_live_deinit(live);
    return status;
}

bool check_live_doomed(const struct check_live *live, const struct ebb_co *co) {
    uint32_t at = place_of(live, &co->head);
    ASSERT(at != NOWHERE);
    return !live->live[at];
}

void check_live_deinit(struct check_live *live) {
    mem_free(live->mem, live->objects, live->count * sizeof(struct ebb_object *));
    mem_free(live->mem, live->live, live->count * sizeof *live->live);
    *live = (struct check_live){0};
}
