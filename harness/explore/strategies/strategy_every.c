/* SPDX-License-Identifier: MIT */
/* strategy_every.c — every schedule there is: what the reduced search is checked against. */
#include "explore/explorer.h"

const struct explore_strategy explore_strategy_every = {
    .name = "every",
    .about = "every schedule once, also those that differ in nothing but the order of independent steps",
    .delays = SEARCH_PLAIN,
    .pick = explore_pick_searched,
};
