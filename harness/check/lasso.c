/* SPDX-License-Identifier: MIT */
/* lasso.c — see lasso.h. Each state becomes 128 bits; where the same bits come again as far apart as the round before, for
 * three rounds in a row, the circle is closed. References are told by an object's place in order of birth, so that what is
 * made anew in each round looks the same in each. */
#include "check/lasso.h"

#include "base/hash.h"
#include "check/look.h"

#define LASSO_STATES 65536u             /* events that are looked at, at most */
#define LASSO_LOOKS (UINT64_C(1) << 23) /* and objects */
#define LASSO_SLOTS (2 * LASSO_STATES)  /* a power of two */
#define LASSO_ROUNDS 2u                 /* that are like the one before */

struct state {
    uint64_t bits[2], step, event, who; /* who: the serial of the coroutine whose event it was, 0 for none */
    int64_t time_ns;
};
struct check_lasso {
    struct ebb_teller teller;
    struct mem *mem;
    struct state *states;
    uint32_t *slots;                   /* the last state with these bits plus 1 */
    uint32_t since;                    /* states before that are not compared with any later one */
    uint32_t count, distance, matched; /* as many states in a row equal the one `distance` before */
    uint64_t looked;
    uint64_t bits[2]; /* of the state that is being told */
    bool over;
    struct check_loop loop;
};

void check_lasso_free(struct check_lasso *lasso) {
    if (lasso == NULL) return;
    mem_free(lasso->mem, lasso->states, LASSO_STATES * sizeof *lasso->states);
    mem_free(lasso->mem, lasso->slots, LASSO_SLOTS * sizeof *lasso->slots);
    mem_free(lasso->mem, lasso, sizeof *lasso);
}

const struct check_loop *check_lasso_loop(const struct check_lasso *lasso) { return &lasso->loop; }

/* --- one state ------------------------------------------------------------------------------------------------------- */

static void tell_word(struct ebb_teller *teller, uint64_t word) {
    struct check_lasso *self = BASE_OWNER(teller, struct check_lasso, teller);
    self->bits[0] = hash_mix(self->bits[0], word);
    self->bits[1] = hash_mix(self->bits[1] ^ UINT64_C(0x9E3779B97F4A7C15), ~word);
}

static void tell_object(struct ebb_teller *teller, const struct ebb_object *object) {
    tell_word(teller, object == NULL ? 0 : 1 + (uint64_t)object->node.place);
}

static bool tell_co(struct ebb_teller *teller, const struct ebb_co *co) {
    const struct ebb_insight *insight = co->head.ebb->insight;
    if (insight == NULL) return false;
    tell_word(teller, (uint64_t)co->state << 2 | co->spun);
    tell_word(teller, (uintptr_t)co->op);
    tell_word(teller, co->state == EBB_CO_READY ? (uint64_t)co->woke << 32 | co->woke_index : 0);
    for (uint32_t i = 0; i < co->waiter_count; i++) {
        const struct ebb_object *on = co->waiters[i].on != NULL ? co->waiters[i].on : co->on;
        tell_object(teller, on);
        tell_word(teller, (uint64_t)co->waiters[i].index << 16 | co->waiters[i].waits);
    }
    tell_word(teller, co->nap != NULL);
    if (co->nap != NULL) ebb_alarm_tell(co->head.ebb, &co->nap->alarm, teller);
    return insight->state(co, teller);
}

/* False: something lives whose state nobody can tell. */
static bool tell_world(struct check_lasso *self, struct ebb *ebb, const struct ebb_co *who) {
    struct ebb_teller *teller = &self->teller;
    uint32_t place = 0;
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
        object->node.place = place++;
    self->looked += place;
    self->bits[0] = self->bits[1] = 0;
    tell_object(teller, who == NULL ? NULL : &who->head);
    tell_word(teller, ebb->ready.count > 1 && ebb->stay_until > ebb->step ? ebb->stay_until - ebb->step : 0);
    for (const struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        tell_word(teller, (uint64_t)object->kind->id << 32 | object->flags);
        tell_word(teller, object->holds);
        if (object->kind->left == EBB_LEFT_COROUTINE) {
            if (!tell_co(teller, BASE_OWNER(object, struct ebb_co, head))) return false;
        } else if (object->kind->state == NULL) {
            return false;
        } else {
            object->kind->state(object, teller);
        }
    }
    return true;
}

/* --- rounds ---------------------------------------------------------------------------------------------------------- */

/* Whoever can run now has taken a step, or was woken, within the last round: nobody was left waiting all the time. */
static bool fair(struct check_lasso *self, const struct ebb *ebb) {
    uint64_t since = self->states[self->count - 1 - self->distance].step;
    for (uint32_t slot = 0; slot < ebb->slot_next; slot++) {
        const struct ebb_co *co = ebb->slots[slot];
        self->looked += self->distance;
        if (co == NULL || co->state != EBB_CO_READY) continue;
        bool ran = false;
        for (uint32_t i = self->count - self->distance; i < self->count && !ran; i++)
            ran = self->states[i].who == co->head.node.birth.serial;
        if (!ran && co->parked_at < since) return false;
    }
    return true;
}

static void closed(struct check_lasso *self, const struct ebb *ebb) {
    uint32_t last = self->count - 1, first = last + 1 - self->matched - self->distance;
    if (!fair(self, ebb)) return;
    const struct state *from = &self->states[first], *to = &self->states[first + self->distance];
    self->over = true;
    self->loop = (struct check_loop){.known = true,
                                     .after_step = from->step,
                                     .steps = to->step - from->step,
                                     .time_ns = to->time_ns - from->time_ns,
                                     .event_first = self->states[last - self->distance].event};
}

enum status check_lasso_new(struct check_lasso **out, struct mem *mem) {
    struct check_lasso *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    self->teller = (struct ebb_teller){tell_word, tell_object};
    self->states = mem_new(mem, LASSO_STATES, sizeof *self->states);
    self->slots = mem_new(mem, LASSO_SLOTS, sizeof *self->slots);
    if (self->states == NULL || self->slots == NULL) {
        check_lasso_free(self);
        return ERR_NOMEM;
    }
    *out = self;
    return OK;
}

/* The last state with the same bits, or NONE; from now on that is the one at `at`. */
#define NONE UINT32_MAX
static uint32_t seen_before(struct check_lasso *self, uint32_t at) {
    const uint64_t *bits = self->states[at].bits;
    uint32_t slot = (uint32_t)bits[0] & (LASSO_SLOTS - 1);
    for (; self->slots[slot] != 0; slot = (slot + 1) & (LASSO_SLOTS - 1)) {
        uint32_t other = self->slots[slot] - 1;
        if (self->states[other].bits[0] != bits[0] || self->states[other].bits[1] != bits[1]) continue;
        self->slots[slot] = at + 1;
        return other;
    }
    self->slots[slot] = at + 1;
    return NONE;
}

void check_lasso_choice(struct check_lasso *lasso) {
    lasso->since = lasso->count;
    lasso->matched = lasso->distance = 0;
}

bool check_lasso_look(struct check_lasso *lasso, struct ebb *ebb, uint64_t event, const struct ebb_co *who) {
    lasso->over = lasso->over || lasso->count == LASSO_STATES || lasso->looked > LASSO_LOOKS;
    if (lasso->over) return false;
    bool told = tell_world(lasso, ebb, who);
    uint32_t at = lasso->count++;
    lasso->states[at] = (struct state){.bits = {lasso->bits[0], lasso->bits[1]},
                                       .step = ebb_steps(ebb),
                                       .time_ns = ebb_now_ns(ebb),
                                       .event = event,
                                       .who = who == NULL ? 0 : who->head.node.birth.serial};
    uint32_t before = told ? seen_before(lasso, at) : NONE;
    if (before == NONE || before < lasso->since) {
        lasso->matched = lasso->distance = 0;
        return true;
    }
    lasso->matched = at - before == lasso->distance ? lasso->matched + 1 : 1;
    lasso->distance = at - before;
    if (lasso->matched >= LASSO_ROUNDS * lasso->distance) closed(lasso, ebb);
    return !lasso->over;
}
