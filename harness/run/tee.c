/* SPDX-License-Identifier: MIT */
/* tee.c — see tee.h. */
#include "run/tee.h"

static struct run_tee *tee_of(struct ebb_observer *observer) { return BASE_OWNER(observer, struct run_tee, observer); }

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct run_tee *self = tee_of(observer);
    for (uint32_t i = 0; i < self->count; i++) self->at[i]->see(self->at[i], ebb, sight, co, alarm);
}

static void touch(struct ebb_observer *observer, uint64_t thing, struct ebb_access access) {
    struct ebb_observer *depends = tee_of(observer)->depends;
    depends->touch(depends, thing, access);
}

static void ready(struct ebb_observer *observer, const struct ebb_co *co) {
    struct run_tee *self = tee_of(observer);
    for (uint32_t i = 0; i < self->count; i++)
        if (self->at[i]->ready != NULL) self->at[i]->ready(self->at[i], co);
}

static void cause(struct ebb_observer *observer, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                  const struct ebb_co *co) {
    struct ebb_observer *depends = tee_of(observer)->depends;
    depends->cause(depends, what, object, cell, co);
}

static void came(struct ebb_observer *observer, const struct ebb_co *co, enum ebb_outcome outcome, uint32_t index) {
    struct run_tee *self = tee_of(observer);
    for (uint32_t i = 0; i < self->count; i++)
        if (self->at[i]->came != NULL) self->at[i]->came(self->at[i], co, outcome, index);
}

void run_tee_init(struct run_tee *tee, struct ebb_observer *depends) {
    *tee = (struct run_tee){.observer = {.see = see}};
    run_tee_add(tee, depends);
}

void run_tee_add(struct run_tee *tee, struct ebb_observer *other) {
    if (other == NULL) return;
    ASSERT(tee->count < RUN_TEE_MAX);
    tee->at[tee->count++] = other;
    if (other->touch == NULL) return;
    if (tee->depends == NULL) tee->depends = other;
    tee->observer = (struct ebb_observer){see, touch, ready, cause, came, NULL};
}

struct ebb_observer *run_tee_observer(struct run_tee *tee) {
    if (tee->count < 2) return tee->count == 0 ? NULL : tee->at[0];
    return &tee->observer;
}
