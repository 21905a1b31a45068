/* SPDX-License-Identifier: MIT */
/* plain_live.h — who can still run, as live.h defines it and with no thought for time: rounds over everybody until a
 * round changes nothing, each question asked anew of each coroutine. What check_live_look is compared with. */
#ifndef PROPERTY_PLAIN_LIVE_H
#define PROPERTY_PLAIN_LIVE_H

#include "check/live.h"

#define PLAIN_MAX 256u

struct plain {
    struct ebb_tracer tracer;
    struct ebb_object *at[PLAIN_MAX];
    bool live[PLAIN_MAX], near[PLAIN_MAX], traced[PLAIN_MAX], traced_near[PLAIN_MAX];
    uint32_t count;
    bool nearing, opaque, anycode, changed;
};

static const struct ebb_co *plain_co(const struct ebb_object *object) {
    return object->kind->left == EBB_LEFT_COROUTINE ? BASE_OWNER(object, struct ebb_co, head) : NULL;
}

static void plain_visit(struct ebb_tracer *tracer, struct ebb_object *object) {
    struct plain *plain = BASE_OWNER(tracer, struct plain, tracer);
    if (plain_co(object) != NULL) return;
    if (plain->nearing && object->kind->code) plain->anycode = true;
    for (uint32_t i = 0; i < plain->count; i++) {
        if (plain->at[i] != object) continue;
        plain->live[i] = true;
        plain->near[i] |= plain->nearing;
    }
}

/* Until nothing more is reached. */
static void plain_spread(struct plain *plain) {
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < plain->count; i++) {
            const struct ebb_object *object = plain->at[i];
            bool done = plain->near[i] ? plain->traced_near[i] : plain->traced[i];
            if (!plain->live[i] || done) continue;
            plain->traced[i] = true;
            plain->traced_near[i] |= plain->near[i];
            more = plain->changed = true;
            plain->nearing = plain->near[i];
            if (object->kind->trace != NULL) object->kind->trace(object, &plain->tracer);
            if (object->kind->acts != NULL) object->kind->acts(object, &plain->tracer);
        }
    }
}

static bool plain_ends(const struct plain *plain, uint32_t at, uint32_t waits) {
    const struct ebb_object *object = plain->at[at];
    if (!plain->live[at]) return false;
    if (waits == 0 || plain->anycode || plain->near[at]) return true;
    if ((object->flags & EBB_FLAG_INNER) != 0) waits |= EBB_RIGHT_CANCEL | EBB_RIGHT_ARM;
    for (uint32_t i = 0; i < plain->count; i++) {
        const struct ebb_co *co = plain_co(plain->at[i]);
        if (co != NULL && plain->live[i] && check_may(co, object, waits)) return true;
    }
    return false;
}

static bool plain_woken(const struct plain *plain, const struct ebb_co *co) {
    uint32_t count = co->waiter_count == 0 ? co->on != NULL : co->waiter_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct ebb_object *on = i < co->waiter_count && co->waiters[i].on != NULL ? co->waiters[i].on : co->on;
        for (uint32_t k = 0; on != NULL && k < plain->count; k++)
            if (plain->at[k] == on && plain_ends(plain, k, i < co->waiter_count ? co->waiters[i].waits : 0))
                return true;
    }
    return false;
}

/* Every coroutine's code is known, as a scenario's is. False: there are too many objects. */
static bool plain_live(struct plain *plain, struct ebb *ebb) {
    *plain = (struct plain){.tracer = {.visit = plain_visit}};
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        if (plain->count == PLAIN_MAX) return false;
        plain->at[plain->count] = object;
        const struct ebb_co *co = plain_co(object);
        bool armed = co == NULL && object->kind->armed != NULL && object->kind->armed(object);
        plain->near[plain->count] = armed;
        plain->live[plain->count++] = armed || (co != NULL && (co->state == EBB_CO_READY || co->nap != NULL));
        plain->opaque |= object->kind->opaque;
    }
    do {
        plain->changed = false;
        plain_spread(plain);
        for (uint32_t i = 0; i < plain->count && !plain->opaque; i++) {
            const struct ebb_co *co = plain_co(plain->at[i]);
            if (co == NULL || plain->live[i] || !plain_woken(plain, co)) continue;
            plain->live[i] = plain->changed = true;
        }
    } while (plain->changed);
    for (uint32_t i = 0; i < plain->count; i++) plain->live[i] |= plain->opaque;
    return true;
}

#endif
