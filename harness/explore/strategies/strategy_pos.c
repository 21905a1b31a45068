/* SPDX-License-Identifier: MIT */
/* strategy_pos.c — partial order sampling (Yuan, Yang, Gu, CAV 2018): every pending event has a random rank and the
 * highest runs; then the coroutine that ran draws afresh, and so does each whose pending event conflicts with that.
 *
 * What an event will touch is known only when it has happened, so the object of a coroutine's last verb stands for
 * that of its next: it conflicts where the two are the same, or where either has none. */
#include "core/world.h"
#include "explore/explorer.h"

static void pos_begin(struct explorer *self) { explore_seed(self, &self->state.pos.random, UINT64_C(0x706F73)); }

static void draw(struct explore_pos *state, uint64_t who) {
    explore_ranks_set(&state->ranks, who, prng_next(&state->random) | RANK_FRESH);
}

/* Whoever ran last has parked or ended when `current` is NULL; what that touched is not known. */
static void draw_afresh(struct explore_pos *state, const struct ebb_choice *choice, const struct ebb_co *current) {
    uint64_t on = current == NULL ? 0 : current->on_serial;
    for (uint32_t option = 0; option < choice->count; option++) {
        const struct ebb_co *co = ebb_choice_co(choice, option);
        if (co == NULL) continue; /* the alarm, which conflicts with nobody who can run */
        if (co == current || on == 0 || co->on_serial == 0 || co->on_serial == on)
            draw(state, co->head.node.birth.serial);
    }
}

static uint32_t pos_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_pos *state = &self->state.pos;
    bool crowded = choice->count > RANKS_MAX;
    if (ebb_choice_fault(choice)) return explore_fault(self, &state->random, choice);
    if (choice->what != EBB_CHOOSE_NEXT || crowded || explore_fair(self))
        return prng_below(&state->random, choice->count);
    draw_afresh(state, choice, ebb_current(choice->ebb));
    uint32_t option = explore_ranks_highest(&state->ranks, &state->random, choice);
    uint64_t who = explore_ranks_who(choice, option);
    if (who == RANK_ALARM) draw(state, who);
    return option;
}

const struct explore_strategy explore_strategy_pos = {
    .name = "pos",
    .about = "partial order sampling: a random rank for every pending event, drawn afresh where events conflict",
    .begin = pos_begin,
    .pick = pos_pick,
};
