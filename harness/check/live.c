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

#define KINDS_MAX 64u

/* One wait of one coroutine, in the list of the object that it waits on. */
struct wait {
    uint32_t who, next; /* places; `next`: in `waits`, from 1, 0 at the end */
    uint32_t ends;      /* what would end it; 0: unknown */
};

/* The walk. `near` marks what is reached from something armed without a coroutine between: time alone acts on that. What
 * live coroutines may do is gathered once for each, by object, so that a wait is looked at again only when something
 * has changed for its object: the whole takes time in proportion to objects, waits and code, but for finding places. */
struct fixpoint {
    struct ebb_tracer tracer;
    struct ebb_rights_sink sink;
    struct check_live *live;
    uint32_t *work, work_count;
    uint32_t *rights;           /* by place: what something live may do to it */
    uint32_t *first;            /* by place: of the waits on it, from 1 in `waits`; 0: none */
    uint32_t *changed, changes; /* places with waits to look at again */
    bool *near, *queued;
    bool nearing;
    bool opaque;  /* something live may act on what nobody can see */
    bool anycode; /* something live may do anything to what is reached */
    bool again;   /* look at all waits: something may be done to any object */
    struct {
        const struct ebb_kind *kind;
        uint32_t rights;
    } any[KINDS_MAX]; /* what may be done to any object of a kind */
    uint32_t any_count;
    uint32_t anything; /* and to any object at all */
    const void **codes;
    uint32_t code_count, code_capacity;
    struct wait *waits;
};

static void look_again(struct fixpoint *fixpoint, uint32_t at) {
    if (fixpoint->first[at] == 0 || fixpoint->queued[at]) return;
    fixpoint->queued[at] = true;
    fixpoint->changed[fixpoint->changes++] = at;
}

static void mark(struct fixpoint *fixpoint, uint32_t at) {
    if (at == CHECK_NOWHERE) return;
    struct check_live *live = fixpoint->live;
    bool news = !live->live[at] || (fixpoint->nearing && !fixpoint->near[at]);
    if (!news) return;
    const struct ebb_co *co = co_of(live->objects[at]);
    if (co != NULL && fixpoint->nearing) return; /* who an alarm's object names is not thereby run */
    live->live[at] = true;
    fixpoint->near[at] |= fixpoint->nearing;
    ASSERT(fixpoint->work_count < 2 * live->count);
    fixpoint->work[fixpoint->work_count++] = at;
    look_again(fixpoint, at);
}

static void mark_visited(struct ebb_tracer *tracer, struct ebb_object *object) {
    struct fixpoint *fixpoint = BASE_OWNER(tracer, struct fixpoint, tracer);
    /* A coroutine is live by itself or because somebody may wake it, not because its name is known. */
    if (object->kind->left == EBB_LEFT_COROUTINE) return;
    if (fixpoint->nearing && object->kind->code) fixpoint->anycode = fixpoint->again = true;
    mark(fixpoint, place_of(fixpoint->live, object));
}

/* --- what live coroutines may do ------------------------------------------------------------------------------------ */
static void may_on(struct ebb_rights_sink *sink, const struct ebb_object *object, uint32_t rights) {
    struct fixpoint *fixpoint = BASE_OWNER(sink, struct fixpoint, sink);
    uint32_t at = place_of(fixpoint->live, object);
    if (at == CHECK_NOWHERE || (fixpoint->rights[at] | rights) == fixpoint->rights[at]) return;
    fixpoint->rights[at] |= rights;
    look_again(fixpoint, at);
}

static void may_on_any(struct ebb_rights_sink *sink, const struct ebb_kind *kind, uint32_t rights) {
    struct fixpoint *fixpoint = BASE_OWNER(sink, struct fixpoint, sink);
    uint32_t i = 0, *of = &fixpoint->anything;
    while (i < fixpoint->any_count && fixpoint->any[i].kind != kind) i++;
    if (kind != NULL && i < KINDS_MAX) {
        if (i == fixpoint->any_count) {
            fixpoint->any[i].kind = kind;
            fixpoint->any[i].rights = 0;
            fixpoint->any_count++;
        }
        of = &fixpoint->any[i].rights;
    }
    if ((*of | rights) == *of) return;
    *of |= rights;
    fixpoint->again = true;
}

/* Without memory for it the code is read again: slower, and the same. */
static bool code_is_news(struct ebb_rights_sink *sink, const void *code) {
    struct fixpoint *fixpoint = BASE_OWNER(sink, struct fixpoint, sink);
    for (uint32_t i = 0; i < fixpoint->code_count; i++)
        if (fixpoint->codes[i] == code) return false;
    if (fixpoint->code_count == fixpoint->code_capacity) {
        uint32_t wanted = fixpoint->code_capacity == 0 ? 16 : fixpoint->code_capacity * 2;
        const void **grown = mem_grow(fixpoint->live->mem, fixpoint->codes, fixpoint->code_capacity * sizeof *grown,
                                      wanted * sizeof *grown);
        if (grown == NULL) return true;
        fixpoint->codes = grown;
        fixpoint->code_capacity = wanted;
    }
    fixpoint->codes[fixpoint->code_count++] = code;
    return true;
}

/* --- the walk --------------------------------------------------------------------------------------------------------- */
static void spread(struct fixpoint *fixpoint) {
    while (fixpoint->work_count > 0) {
        const struct ebb_object *object = fixpoint->live->objects[fixpoint->work[--fixpoint->work_count]];
        const struct ebb_co *co = co_of(object);
        if (co != NULL && known(co)) object->ebb->insight->rights(co, &fixpoint->sink);
        if (co != NULL && !known(co)) {
            fixpoint->anycode = fixpoint->again = true;
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
static bool can_end(const struct fixpoint *fixpoint, uint32_t at, uint32_t ends) {
    const struct ebb_object *object = fixpoint->live->objects[at];
    if (ends == 0 || fixpoint->anycode || fixpoint->near[at]) return true;
    if ((object->flags & EBB_FLAG_INNER) != 0) ends |= EBB_RIGHT_CANCEL | EBB_RIGHT_ARM; /* what owns it acts on it */
    uint32_t may = fixpoint->rights[at] | fixpoint->anything;
    for (uint32_t i = 0; i < fixpoint->any_count; i++)
        if (fixpoint->any[i].kind == object->kind) may |= fixpoint->any[i].rights;
    return (may & ends) != 0;
}

static uint32_t wait_count(const struct ebb_co *co) {
    return co->waiter_count == 0 ? co->on != NULL : co->waiter_count;
}

/* Every wait of who is not live by itself into the list of its object. */
static void waits_list(struct fixpoint *fixpoint) {
    const struct check_live *live = fixpoint->live;
    uint32_t count = 0;
    for (uint32_t who = 0; who < live->count; who++) {
        const struct ebb_co *co = co_of(live->objects[who]);
        if (co == NULL || live->live[who]) continue;
        for (uint32_t i = 0; i < wait_count(co); i++) {
            bool waiter = i < co->waiter_count;
            const struct ebb_object *on = waiter && co->waiters[i].on != NULL ? co->waiters[i].on : co->on;
            uint32_t at = on == NULL ? CHECK_NOWHERE : place_of(live, on);
            if (at == CHECK_NOWHERE) continue;
            fixpoint->waits[count] = (struct wait){who, fixpoint->first[at], waiter ? co->waiters[i].waits : 0};
            fixpoint->first[at] = ++count;
        }
    }
}

static void wake_all(struct fixpoint *fixpoint) {
    struct check_live *live = fixpoint->live;
    for (fixpoint->again = true; fixpoint->again || fixpoint->changes > 0;) {
        if (fixpoint->again)
            for (uint32_t at = 0; at < live->count; at++) look_again(fixpoint, at);
        fixpoint->again = false;
        while (fixpoint->changes > 0) {
            uint32_t at = fixpoint->changed[--fixpoint->changes];
            fixpoint->queued[at] = false;
            if (!live->live[at]) continue;
            for (uint32_t next = fixpoint->first[at]; next != 0; next = fixpoint->waits[next - 1].next) {
                const struct wait *wait = &fixpoint->waits[next - 1];
                if (live->live[wait->who] || !can_end(fixpoint, at, wait->ends)) continue;
                mark(fixpoint, wait->who);
                spread(fixpoint);
            }
        }
    }
}

static void walk(struct fixpoint *fixpoint) {
    roots_mark(fixpoint);
    if (!fixpoint->opaque) {
        waits_list(fixpoint);
        wake_all(fixpoint);
    }
    /* That may have shown up on the way. */
    if (fixpoint->opaque) memset(fixpoint->live->live, true, fixpoint->live->count * sizeof *fixpoint->live->live);
}

enum status check_live_init(struct check_live *live, struct mem *mem, struct ebb *ebb) {
    size_t waits = 1; /* one more, so that there is something to be had */
    *live = (struct check_live){.mem = mem};
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        const struct ebb_co *co = co_of(object);
        live->count++;
        if (co != NULL) waits += wait_count(co);
    }
    size_t count = live->count, words = 5 * count;
    live->objects = mem_new(mem, count, sizeof(struct ebb_object *));
    live->live = mem_new(mem, count, sizeof *live->live);
    bool *flags = mem_new(mem, 2 * count, sizeof *flags);
    uint32_t *memory = mem_new(mem, words, sizeof *memory), at = 0;
    struct fixpoint fixpoint = {.tracer = {.visit = mark_visited},
                                .sink = {may_on, may_on_any, code_is_news},
                                .live = live,
                                .waits = mem_new(mem, waits, sizeof *fixpoint.waits)};
    bool failed =
        live->objects == NULL || live->live == NULL || flags == NULL || memory == NULL || fixpoint.waits == NULL;
    if (!failed) {
        for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
            live->objects[at++] = object;
        fixpoint.work = memory;
        fixpoint.rights = memory + 2 * count;
        fixpoint.first = memory + 3 * count;
        fixpoint.changed = memory + 4 * count;
        fixpoint.near = flags;
        fixpoint.queued = flags + count;
        walk(&fixpoint);
    }
    mem_free(mem, fixpoint.codes, fixpoint.code_capacity * sizeof *fixpoint.codes);
    mem_free(mem, fixpoint.waits, waits * sizeof *fixpoint.waits);
    mem_free(mem, memory, words * sizeof *memory);
    mem_free(mem, flags, 2 * count * sizeof *flags);
    if (failed) check_live_deinit(live);
    return failed ? ERR_NOMEM : OK;
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
