/* SPDX-License-Identifier: MIT */
/* live.c — the fixpoint of live.h with a worklist: each object is marked once, or twice when an alarm reaches it too. */
#include "check/live.h"

static uint32_t place_of(const struct check_live *live, const struct ebb_object *object) {
    return check_place_of(live->objects, live->count, object);
}

static bool known(const struct ebb_co *co) {
    const struct ebb_insight *insight = co->head.ebb->insight;
    return insight != NULL && insight->knows(co);
}

static const struct ebb_co *co_of(const struct ebb_object *object) {
    return object->kind->left == EBB_LEFT_COROUTINE ? BASE_OWNER(object, struct ebb_co, head) : NULL;
}

/* The walk. `near` marks what is reached from something armed without a coroutine between: time alone acts on that. */
struct fixpoint {
    struct ebb_tracer tracer;
    struct check_live *live;
    uint32_t *work, work_count;
    uint32_t *runners, runner_count; /* live coroutines, as places */
    bool *near, nearing;
    bool opaque;  /* something live may act on what nobody can see */
    bool anycode; /* something live may do anything to what is reached */
};

static void mark(struct fixpoint *fixpoint, uint32_t at) {
    if (at == CHECK_NOWHERE) return;
    struct check_live *live = fixpoint->live;
    bool news = !live->live[at] || (fixpoint->nearing && !fixpoint->near[at]);
    if (!news) return;
    const struct ebb_co *co = co_of(live->objects[at]);
    if (co != NULL && fixpoint->nearing) return; /* who an alarm's object names is not thereby run */
    if (co != NULL && !live->live[at]) fixpoint->runners[fixpoint->runner_count++] = at;
    live->live[at] = true;
    fixpoint->near[at] |= fixpoint->nearing;
    ASSERT(fixpoint->work_count < 2 * live->count);
    fixpoint->work[fixpoint->work_count++] = at;
}

static void mark_visited(struct ebb_tracer *tracer, struct ebb_object *object) {
    struct fixpoint *fixpoint = BASE_OWNER(tracer, struct fixpoint, tracer);
    /* A coroutine is live by itself or because somebody may wake it, not because its name is known. */
    if (object->kind->left == EBB_LEFT_COROUTINE) return;
    if (fixpoint->nearing && object->kind->code) fixpoint->anycode = true;
    mark(fixpoint, place_of(fixpoint->live, object));
}

static void spread(struct fixpoint *fixpoint) {
    while (fixpoint->work_count > 0) {
        const struct ebb_object *object = fixpoint->live->objects[fixpoint->work[--fixpoint->work_count]];
        const struct ebb_co *co = co_of(object);
        if (co != NULL && !known(co)) {
            fixpoint->anycode = true;
            if (co->roots == NULL) fixpoint->opaque = true; /* its variables are its own */
        }
        if (object->kind->trace != NULL) object->kind->trace(object, &fixpoint->tracer);
        if (object->kind->acts != NULL) object->kind->acts(object, &fixpoint->tracer);
    }
}

static void roots_mark(struct fixpoint *fixpoint) {
    const struct check_live *live = fixpoint->live;
    for (uint32_t i = 0; i < live->count; i++) {
        const struct ebb_object *object = live->objects[i];
        const struct ebb_co *co = co_of(object);
        fixpoint->opaque |= object->kind->opaque;
        fixpoint->nearing = co == NULL && object->kind->armed != NULL && object->kind->armed(object);
        if (fixpoint->nearing || (co != NULL && (co->state == EBB_CO_READY || co->nap != NULL))) mark(fixpoint, i);
        spread(fixpoint);
        fixpoint->nearing = false;
    }
}

/* Can anything live end this wait on an object that is reached? */
static bool can_end(const struct fixpoint *fixpoint, uint32_t at, uint32_t waits) {
    const struct ebb_object *object = fixpoint->live->objects[at];
    if (waits == 0 || fixpoint->anycode || fixpoint->near[at]) return true;
    if ((object->flags & EBB_FLAG_INNER) != 0) waits |= EBB_RIGHT_CANCEL | EBB_RIGHT_ARM; /* what owns it acts on it */
    for (uint32_t i = 0; i < fixpoint->runner_count; i++) {
        const struct ebb_co *co = co_of(fixpoint->live->objects[fixpoint->runners[i]]);
        if (object->ebb->insight->may(co, object, waits)) return true;
    }
    return false;
}

static bool can_be_woken(const struct fixpoint *fixpoint, const struct ebb_co *co) {
    uint32_t count = co->waiter_count == 0 ? co->on != NULL : co->waiter_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct ebb_object *on = i < co->waiter_count && co->waiters[i].on != NULL ? co->waiters[i].on : co->on;
        uint32_t at = on == NULL ? CHECK_NOWHERE : place_of(fixpoint->live, on);
        if (at == CHECK_NOWHERE || !fixpoint->live->live[at]) continue;
        if (can_end(fixpoint, at, i < co->waiter_count ? co->waiters[i].waits : 0)) return true;
    }
    return false;
}

/* Each round either wakes somebody, who may wake others, or is the last. */
static void wake_all(struct fixpoint *fixpoint) {
    for (bool changed = true; changed && !fixpoint->opaque;) {
        changed = false;
        for (uint32_t i = 0; i < fixpoint->live->count; i++) {
            const struct ebb_co *co = co_of(fixpoint->live->objects[i]);
            if (co == NULL || fixpoint->live->live[i] || !can_be_woken(fixpoint, co)) continue;
            mark(fixpoint, i);
            spread(fixpoint);
            changed = true;
        }
    }
}

enum status check_live_init(struct check_live *live, struct mem *mem, struct ebb *ebb) {
    *live = (struct check_live){.mem = mem};
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) live->count++;
    live->objects = mem_new(mem, live->count, sizeof(struct ebb_object *));
    live->live = mem_new(mem, live->count, sizeof *live->live);
    bool *near = mem_new(mem, live->count, sizeof *near);
    size_t words = 3 * (size_t)live->count;
    uint32_t *memory = mem_new(mem, words, sizeof *memory), at = 0;
    enum status status = live->objects == NULL || live->live == NULL || near == NULL || memory == NULL ? ERR_NOMEM : OK;
    if (status == OK) {
        for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
            live->objects[at++] = object;
        struct fixpoint fixpoint = {.tracer = {.visit = mark_visited},
                                    .live = live,
                                    .work = memory,
                                    .runners = memory + 2 * (size_t)live->count,
                                    .near = near};
        roots_mark(&fixpoint);
        wake_all(&fixpoint);
        if (fixpoint.opaque) memset(live->live, true, live->count * sizeof *live->live);
    }
    mem_free(mem, memory, words * sizeof *memory);
    mem_free(mem, near, live->count * sizeof *near);
    if (status != OK) check_live_deinit(live);
    return status;
}

bool check_live_doomed(const struct check_live *live, const struct ebb_co *co) {
    uint32_t at = place_of(live, &co->head);
    ASSERT(at != CHECK_NOWHERE);
    return !live->live[at];
}

void check_live_deinit(struct check_live *live) {
    mem_free(live->mem, live->objects, live->count * sizeof(struct ebb_object *));
    mem_free(live->mem, live->live, live->count * sizeof *live->live);
    *live = (struct check_live){0};
}
