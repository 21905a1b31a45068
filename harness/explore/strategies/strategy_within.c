/* SPDX-License-Identifier: MIT */
/* strategy_within.c — every schedule within so many delays (Emmi, Qadeer, Rakamaric, POPL 2011): a delay passes over one
 * option, so the third option costs two. */
#include "explore/explorer.h"

const struct explore_strategy explore_strategy_within = {
    .name = "within",
    .about = "every schedule once that passes over at most so many options of its decisions",
    .depth_max = 9,
    .delays = 1,
    .pick = explore_pick_searched,
};
