/* SPDX-License-Identifier: MIT */
/* lasso.h — does a run go round in circles? A lasso is a way to a state and a round from there that comes back to it, and
 * so for ever: no decision in or after it is any but the default.
 *
 * On the default schedule what comes after a state depends on nothing else.
 *
 * A state is all that decides what comes next: where each coroutine stands, its variables, what waits where, what each
 * object holds, and when each alarm goes off, from now. No clock, no count of steps. It is told of only after three rounds
 * that are alike at every event, in which everybody who could always run did run; and never where something lives whose
 * state nobody can tell. */
#ifndef CHECK_LASSO_H
#define CHECK_LASSO_H

#include "base/mem.h"
#include "core/world.h"

struct check_loop {
    bool known;
    uint64_t after_step;  /* the steps before the first round: the prefix */
    uint64_t steps;       /* of one round */
    int64_t time_ns;      /* virtual, that passes in one round */
    uint64_t event_first; /* as given to check_lasso_look: of the last round */
};
struct check_lasso;
CHECKED enum status check_lasso_new(struct check_lasso **out, struct mem *mem);
void check_lasso_free(struct check_lasso *lasso); /* NULL is fine */
/* After an event, numbered from 0 upwards. False: there is nothing more to look for. */
bool check_lasso_look(struct check_lasso *lasso, struct ebb *ebb, uint64_t event, const struct ebb_co *who);
/* What comes next is not the default: no round goes over that. */
void check_lasso_choice(struct check_lasso *lasso);
const struct check_loop *check_lasso_loop(const struct check_lasso *lasso);

#endif
