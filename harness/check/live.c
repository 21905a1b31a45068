/* SPDX-License-Identifier: MIT */
/* live.c — the fixpoint of live.h, in time linear in objects, holds, waits, and what is left of the code.
 *
 * Each object is marked once, or twice when an alarm reaches it too. Each coroutine found live is asked once for all it
 * may still do, which is added up by object, by kind and over all. Whoever waits is looked at again when something was
 * added up for what he waits on, never because somebody else was found: rights and marks only ever grow. */
#include "check/live.h"

#define NOTHING UINT32_MAX

static bool known(const struct ebb_co *co) {
    const struct ebb_insight *insight = co->head.ebb->insight;
    return insight != NULL && insight->knows(co);
}

static const struct ebb_co *co_of(const struct ebb_object *object) {
    return object->kind->left == EBB_LEFT_COROUTINE ? BASE_OWNER(object, struct ebb_co, head) : NULL;
}

/* Who waits on an object, as a list of numbers of waits. */
struct wait {
    uint32_t who, next; /* a place; another wait on the same object, or NOTHING */
    uint16_t ends;      /* rights that would end it; 0: anything might */
};
/* What is known of the object at each place. */
struct about {
    uint32_t waits;  /* the first, or NOTHING */
    uint16_t rights; /* that live ones may still use on it */
    bool near;       /* reached from something armed without a coroutine between: time alone acts on that */
    bool due;        /* in the list of those whose waits are to be looked at */
};

struct fixpoint {
    struct ebb_tracer tracer;
    struct ebb_grants grants;
    struct check_live *live;
    struct about *about;
    struct wait *waits;
    uint32_t wait_count;
    uint32_t *work, work_count;                   /* marked, to be traced: each twice at most */
    uint32_t *due, due_count;                     /* marked or acted on, and waited on */
    uint32_t *runners, runner_count, asked_count; /* live coroutines; those before asked_count were asked */
    uint32_t of_kind[CENSUS_KINDS_MAX], of_any;   /* rights on any of the kind, on anything at all */
    bool nearing;
    bool grown;   /* what is waited on in general has grown: all waits are to be looked at */
    bool opaque;  /* something live may act on what nobody can see */
    bool anycode; /* something live may do anything to what is reached */
};

static uint32_t place_of(const struct fixpoint *fixpoint, const struct ebb_object *object) {
    return check_place_of(fixpoint->live->objects, fixpoint->live->count, object);
}

/* --- what is reached ---------------------------------------------------------------------------------------------- */

static void look_again(struct fixpoint *fixpoint, uint32_t at) {
    struct about *about = &fixpoint->about[at];
    if (about->due || about->waits == NOTHING) return;
    about->due = true;
    ASSERT(fixpoint->due_count < fixpoint->live->count);
    fixpoint->due[fixpoint->due_count++] = at;
}

static void mark(struct fixpoint *fixpoint, uint32_t at) {
    if (at == CHECK_NOWHERE) return;
    struct check_live *live = fixpoint->live;
    struct about *about = &fixpoint->about[at];
    if (live->live[at] && (!fixpoint->nearing || about->near)) return;
    bool runs = live->objects[at]->kind->left == EBB_LEFT_COROUTINE;
    if (runs && fixpoint->nearing) return; /* who an alarm's object names is not thereby run */
    if (runs && !live->live[at]) fixpoint->runners[fixpoint->runner_count++] = at;
    live->live[at] = true;
    about->near |= fixpoint->nearing;
    look_again(fixpoint, at);
    ASSERT(fixpoint->work_count < 2 * live->count);
    fixpoint->work[fixpoint->work_count++] = at;
}

static void mark_visited(struct ebb_tracer *tracer, struct ebb_object *object) {
    struct fixpoint *fixpoint = BASE_OWNER(tracer, struct fixpoint, tracer);
    /* A coroutine is live by itself or because somebody may wake it, not because its name is known. */
    if (object->kind->left == EBB_LEFT_COROUTINE) return;
    if (fixpoint->nearing && object->kind->code) fixpoint->anycode = true;
    mark(fixpoint, place_of(fixpoint, object));
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

/* --- who waits ---------------------------------------------------------------------------------------------------- */

static uint32_t waits_of(const struct ebb_co *co) { return co->waiter_count == 0 ? co->on != NULL : co->waiter_count; }

static void waits_note(struct fixpoint *fixpoint, uint32_t who) {
    const struct ebb_co *co = co_of(fixpoint->live->objects[who]);
    for (uint32_t i = 0; i < waits_of(co); i++) {
        const struct ebb_waiter *waiter = i < co->waiter_count ? &co->waiters[i] : NULL;
        const struct ebb_object *on = waiter != NULL && waiter->on != NULL ? waiter->on : co->on;
        uint32_t at = on == NULL ? CHECK_NOWHERE : place_of(fixpoint, on);
        if (at == CHECK_NOWHERE) continue;
        uint16_t ends = waiter == NULL ? 0 : waiter->waits;
        /* What owns a part of another object acts on it. */
        if (ends != 0 && (on->flags & EBB_FLAG_INNER) != 0) ends |= EBB_RIGHT_CANCEL | EBB_RIGHT_ARM;
        fixpoint->waits[fixpoint->wait_count] = (struct wait){who, fixpoint->about[at].waits, ends};
        fixpoint->about[at].waits = fixpoint->wait_count++;
    }
}

/* --- what may be done --------------------------------------------------------------------------------------------- */

static void granted(struct ebb_grants *grants, const struct ebb_kind *kind, struct ebb_object *object,
                    uint32_t rights) {
    struct fixpoint *fixpoint = BASE_OWNER(grants, struct fixpoint, grants);
    if (object != NULL) {
        uint32_t at = place_of(fixpoint, object);
        if (at == CHECK_NOWHERE || (rights & ~(uint32_t)fixpoint->about[at].rights) == 0) return;
        fixpoint->about[at].rights |= (uint16_t)rights;
        look_again(fixpoint, at);
        return;
    }
    uint32_t *all = kind == NULL ? &fixpoint->of_any : &fixpoint->of_kind[kind->id];
    fixpoint->grown |= (rights & ~*all) != 0;
    *all |= rights;
}

static void runners_ask(struct fixpoint *fixpoint) {
    while (fixpoint->asked_count < fixpoint->runner_count) {
        const struct ebb_co *co = co_of(fixpoint->live->objects[fixpoint->runners[fixpoint->asked_count++]]);
        if (known(co)) co->head.ebb->insight->rights(co, &fixpoint->grants);
    }
}

/* Somebody live can end these waits: who waits is live, too. */
static void wake_waiting(struct fixpoint *fixpoint, uint32_t at) {
    const struct about *about = &fixpoint->about[at];
    if (!fixpoint->live->live[at]) return;
    uint32_t rights = about->rights | fixpoint->of_any | fixpoint->of_kind[fixpoint->live->objects[at]->kind->id];
    bool anything = about->near || fixpoint->anycode;
    for (uint32_t i = about->waits; i != NOTHING; i = fixpoint->waits[i].next) {
        const struct wait *wait = &fixpoint->waits[i];
        if (anything || wait->ends == 0 || (wait->ends & rights) != 0) mark(fixpoint, wait->who);
    }
    spread(fixpoint);
}

static void wake_all(struct fixpoint *fixpoint) {
    fixpoint->grown = true; /* and so each is looked at once, whatever was added up before */
    while (!fixpoint->opaque) {
        bool anycode = fixpoint->anycode;
        runners_ask(fixpoint);
        if (fixpoint->grown) {
            fixpoint->grown = false;
            for (uint32_t i = 0; i < fixpoint->live->count; i++) look_again(fixpoint, i);
        } else if (fixpoint->due_count == 0) {
            return;
        }
        while (fixpoint->due_count > 0) {
            uint32_t at = fixpoint->due[--fixpoint->due_count];
            fixpoint->about[at].due = false;
            wake_waiting(fixpoint, at);
        }
        fixpoint->grown |= fixpoint->anycode && !anycode;
    }
}

/* --- in all ------------------------------------------------------------------------------------------------------- */

static void solve(struct check_live *live, struct fixpoint *fixpoint) {
    for (uint32_t i = 0; i < live->count; i++) {
        const struct ebb_co *co = co_of(live->objects[i]);
        if (co != NULL && co->state == EBB_CO_PARKED && co->nap == NULL) waits_note(fixpoint, i);
    }
    roots_mark(fixpoint);
    wake_all(fixpoint);
    if (fixpoint->opaque) memset(live->live, true, live->count * sizeof *live->live);
}

/* One block, cut into pieces; the widest come first. It is never empty, since nothing may be added to no address. */
static size_t bytes_for(uint32_t count, uint32_t waits) {
    return 1 + count * (sizeof(struct ebb_object *) + sizeof(struct about) + 4 * sizeof(uint32_t) + sizeof(bool)) +
        waits * sizeof(struct wait);
}

static bool room(struct check_live *live, size_t bytes) {
    if (bytes <= live->bytes) return true;
    mem_free(live->mem, live->block, live->bytes);
    live->bytes = bytes + bytes / 2;
    live->block = mem_new(live->mem, live->bytes, 1);
    if (live->block == NULL) live->bytes = 0;
    return live->block != NULL;
}

enum status check_live_look(struct check_live *live, struct ebb *ebb) {
    uint32_t waits = 0, at = 0;
    live->count = 0;
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        const struct ebb_co *co = co_of(object);
        live->count++;
        if (co != NULL) waits += waits_of(co);
    }
    if (!room(live, bytes_for(live->count, waits))) {
        live->count = 0;
        return ERR_NOMEM;
    }
    struct fixpoint fixpoint = {.tracer = {.visit = mark_visited}, .grants = {.grant = granted}, .live = live};
    live->objects = live->block;
    fixpoint.about = (struct about *)(live->objects + live->count);
    fixpoint.waits = (struct wait *)(fixpoint.about + live->count);
    fixpoint.work = (uint32_t *)(fixpoint.waits + waits);
    fixpoint.due = fixpoint.work + 2 * (size_t)live->count;
    fixpoint.runners = fixpoint.due + live->count;
    live->live = (bool *)(fixpoint.runners + live->count);
    memset(live->live, false, live->count * sizeof *live->live);
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        object->node.place = at;
        live->objects[at] = object;
        fixpoint.about[at++] = (struct about){.waits = NOTHING};
    }
    solve(live, &fixpoint);
    return OK;
}

enum status check_live_init(struct check_live *live, struct mem *mem, struct ebb *ebb) {
    *live = (struct check_live){.mem = mem};
    enum status status = check_live_look(live, ebb);
    if (status != OK) check_live_deinit(live);
    return status;
}

bool check_live_doomed(const struct check_live *live, const struct ebb_co *co) {
    uint32_t at = check_place_of(live->objects, live->count, &co->head);
    ASSERT(at != CHECK_NOWHERE);
    return !live->live[at];
}

void check_live_deinit(struct check_live *live) {
    mem_free(live->mem, live->block, live->bytes);
    *live = (struct check_live){0};
}

/* --- one question -------------------------------------------------------------------------------------------------- */

struct question {
    struct ebb_grants grants;
    const struct ebb_object *object;
    uint32_t rights;
    bool yes;
};

static void answer(struct ebb_grants *grants, const struct ebb_kind *kind, struct ebb_object *object, uint32_t rights) {
    struct question *question = BASE_OWNER(grants, struct question, grants);
    if ((rights & question->rights) == 0) return;
    question->yes |= object != NULL ? object == question->object : kind == NULL || kind == question->object->kind;
}

bool check_may(const struct ebb_co *co, const struct ebb_object *object, uint32_t rights) {
    struct question question = {.grants = {.grant = answer}, .object = object, .rights = rights};
    co->head.ebb->insight->rights(co, &question.grants);
    return question.yes;
}
