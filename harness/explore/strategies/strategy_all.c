/* SPDX-License-Identifier: MIT */
/* strategy_all.c — one run of each trace: source-DPOR with sleep sets, see search.h. */
#include "explore/explorer.h"

const struct explore_strategy explore_strategy_all = {
    .name = "all",
    .about = "every trace once: of all orders of steps that do not depend on each other, one",
    .delays = SEARCH_REDUCED,
    .pick = explore_pick_searched,
};
