/* SPDX-License-Identifier: MIT */
/* reach.h — which objects left behind are explained by nothing else that was left behind. */
#ifndef CHECK_REACH_H
#define CHECK_REACH_H

#include "check/look.h"

struct check_reach {
    struct mem *mem;
    struct ebb_object **objects; /* every live one, in order of birth */
    unsigned char *fates;
    uint32_t count;
};

/* ERR_NOMEM: there is nothing to deinit. */
CHECKED enum status check_reach_init(struct check_reach *reach, struct mem *mem, struct ebb *ebb);
/* Is objects[at] a finding of its own? It is when nobody who was left behind in his own right (check_own_right) reaches
 * it, nor any other such object, unless they reach each other: of a circle, each is told, and what hangs on the circle
 * is not. Never for what is part of another object. */
bool check_reach_alone(const struct check_reach *reach, uint32_t at);
void check_reach_deinit(struct check_reach *reach);

#endif
