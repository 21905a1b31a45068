/* SPDX-License-Identifier: MIT */
/* strategy_fuzz.c — bytes as decisions, so that a fuzzer's shorter input is a simpler schedule.
 *
 * A record is a gap, the number of decisions left at the default, as a LEB128 varint, and one byte that picks the
 * option of the decision after them, modulo what there is. Where the input ends, even inside a record, all else is
 * default. */
#include "explore/explorer.h"

/* A gap that takes more than this is cut: no run has so many decisions. */
#define GAP_BYTES_MAX 9u

static bool fuzz_byte(struct explorer *self, uint8_t *out) {
    struct explore_fuzz *state = &self->state.fuzz;
    ASSERT(state->at <= self->config.bytes.len);
    state->dry = state->at == self->config.bytes.len;
    if (state->dry) return false;
    *out = (uint8_t)self->config.bytes.at[state->at++];
    return true;
}

static void fuzz_gap(struct explorer *self) {
    uint8_t byte = 0x80;
    self->state.fuzz.gap = 0;
    for (uint32_t i = 0; i < GAP_BYTES_MAX && (byte & 0x80u) != 0; i++) {
        if (!fuzz_byte(self, &byte)) return;
        self->state.fuzz.gap |= (uint64_t)(byte & 0x7Fu) << (7 * i);
    }
}

static uint32_t fuzz_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_fuzz *state = &self->state.fuzz;
    ASSERT(choice->count > 1);
    if (state->dry) return 0;
    if (state->gap > 0) {
        state->gap--;
        return 0;
    }
    uint8_t byte = 0;
    if (!fuzz_byte(self, &byte)) return 0;
    fuzz_gap(self);
    return byte % choice->count;
}

const struct explore_strategy explore_strategy_fuzz = {
    .name = "fuzz",
    .about = "the decisions that the bytes of a fuzzer's input say",
    .fed = true,
    .begin = fuzz_gap,
    .pick = fuzz_pick,
};
