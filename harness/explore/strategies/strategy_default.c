/* SPDX-License-Identifier: MIT */
/* strategy_default.c — the one schedule that has no deviations. */
#include "explore/explorer.h"

static uint32_t default_pick(struct explorer *self, const struct ebb_choice *choice) {
    (void)self, (void)choice;
    return 0;
}

const struct explore_strategy explore_strategy_default = {
    .name = "default",
    .about = "the default decision every time",
    .pick = default_pick,
};
