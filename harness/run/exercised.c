/* SPDX-License-Identifier: MIT */
/* exercised.c — see exercised.h. */
#include "run/exercised.h"

#define WORDS(count) (((size_t)(count) + 63) / 64)

/* --- a set ---------------------------------------------------------------------------------------------------------- */
enum status run_exercised_init(struct run_exercised *set, struct mem *mem, uint32_t count) {
    *set = (struct run_exercised){.mem = mem};
    if (count == 0) return OK;
    set->bits = mem_new(mem, WORDS(count), sizeof *set->bits);
    if (set->bits == NULL) return ERR_NOMEM;
    set->count = count;
    return OK;
}

void run_exercised_deinit(struct run_exercised *set) {
    if (set->bits != NULL) mem_free(set->mem, set->bits, WORDS(set->count) * sizeof *set->bits);
    *set = (struct run_exercised){0};
}

void run_exercised_clear(struct run_exercised *set) {
    for (size_t i = 0; i < WORDS(set->count); i++) set->bits[i] = 0;
}

uint32_t run_exercised_members(const struct run_exercised *set) {
    uint32_t members = 0;
    for (uint32_t i = 0; i < set->count; i++) members += run_exercised_has(set, i);
    return members;
}

enum status run_exercised_add(struct run_exercised *to, const struct run_exercised *more) {
    if (more->count == 0) return OK;
    if (to->count == 0) TRY(run_exercised_init(to, more->mem, more->count));
    ASSERT(to->count == more->count);
    for (size_t i = 0; i < WORDS(to->count); i++) to->bits[i] |= more->bits[i];
    return OK;
}

void run_exercised_write(const struct run_exercised *set, struct buf *out) {
    for (uint32_t i = 0; i < set->count; i += 4)
        buf_put_char(out, "0123456789abcdef"[set->bits[i / 64] >> i % 64 & 15]);
}

enum status run_exercised_read(struct run_exercised *set, struct mem *mem, struct str digits, uint32_t count) {
    if (digits.len != ((size_t)count + 3) / 4) return ERR_INPUT;
    TRY(run_exercised_init(set, mem, count));
    for (uint32_t i = 0; i < digits.len; i++) {
        static const char known[] = "0123456789abcdef";
        const char *digit = memchr(known, digits.at[i], sizeof known - 1);
        uint64_t value = digit == NULL ? 16 : (uint64_t)(digit - known);
        uint32_t left = count - i * 4;
        if (value >= (left >= 4 ? 16u : 1u << left)) return ERR_INPUT;
        set->bits[i / 16] |= value << i % 16 * 4;
    }
    return OK;
}

/* --- an observer ---------------------------------------------------------------------------------------------------- */
static struct run_exercising *of(struct ebb_observer *observer) {
    return BASE_OWNER(observer, struct run_exercising, observer);
}

static void mark(struct run_exercising *self, const struct ebb_co *co, enum ebb_outcome outcome, uint32_t index) {
    uint32_t number = scenario_required_find(self->required, co, outcome, index);
    if (number == SCENARIO_REQUIRED_UNASKED)
        self->unasked = true;
    else if (number != SCENARIO_REQUIRED_NONE)
        self->into->bits[number / 64] |= UINT64_C(1) << number % 64;
}

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct run_exercising *self = of(observer);
    (void)ebb, (void)alarm;
    if (sight == EBB_SIGHT_STEP && !self->waited) mark(self, co, co->spun ? EBB_OUTCOME_VAIN : EBB_OUTCOME_DONE, 0);
    if (sight == EBB_SIGHT_PARK) mark(self, co, EBB_OUTCOME_WAITED, 0);
    self->waited = false;
}

static void touch(struct ebb_observer *observer, uint64_t thing, struct ebb_access access) {
    (void)observer, (void)thing, (void)access;
}

/* Of somebody who was spawned there is no verb yet, and nobody's verb goes on while an alarm fires. */
static void ready(struct ebb_observer *observer, const struct ebb_co *co) {
    struct run_exercising *self = of(observer);
    const struct ebb_co *by = co->head.ebb->current;
    if (co->op == NULL) return;
    if (co->woke == EBB_TIMEOUT)
        mark(self, co, EBB_OUTCOME_VAIN, 0); /* of a select with "after" */
    else if ((co->op->outcomes & EBB_OUTCOME_CASE) != 0)
        mark(self, co, EBB_OUTCOME_CASE, co->woke_index);
    else if (co->woke == EBB_CLOSED)
        mark(self, co, EBB_OUTCOME_CLOSED, 0);
    if (by != NULL) mark(self, by, EBB_OUTCOME_WOKE, 0);
}

static void cause(struct ebb_observer *observer, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                  const struct ebb_co *co) {
    (void)observer, (void)what, (void)object, (void)cell, (void)co;
}

static void came(struct ebb_observer *observer, const struct ebb_co *co, enum ebb_outcome outcome, uint32_t index) {
    struct run_exercising *self = of(observer);
    if (outcome == EBB_OUTCOME_WAITED)
        self->waited = true;
    else if (co != NULL)
        mark(self, co, outcome, index);
}

void run_exercising_init(struct run_exercising *self, const struct scenario_required *required,
                         struct run_exercised *into) {
    ASSERT(into->count == scenario_required_count(required));
    *self =
        (struct run_exercising){.observer = {see, touch, ready, cause, came, NULL}, .required = required, .into = into};
}
