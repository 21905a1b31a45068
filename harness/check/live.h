/* SPDX-License-Identifier: MIT */
/* live.h — who can still run, now or ever.
 *
 * Live is whoever is runnable or has a deadline, and whatever an alarm is set for. A collector would say: what something
 * live can name it can act on, and whoever waits on that is live too (Saioc et al., "Dynamic Partial Deadlock Detection
 * and Recovery via Garbage Collection", ASPLOS 2025; golang/proposal 74609). We ask for more than the name: somebody live
 * must still have code left that does to the object what would end the wait. Where that code is unknown, the name is
 * enough. The rest waits for ever: no false alarm, and not everything found, since a live one may never get as far. */
#ifndef CHECK_LIVE_H
#define CHECK_LIVE_H

#include "check/look.h"

struct check_live {
    struct mem *mem;
    void *block; /* all the rest is in there */
    size_t bytes;
    struct ebb_object **objects; /* every one in the census, in order of birth */
    bool *live;                  /* by place: reached from something live, or live itself */
    uint32_t count;
};

/* ERR_NOMEM: there is nothing to deinit. */
CHECKED enum status check_live_init(struct check_live *live, struct mem *mem, struct ebb *ebb);
/* The same again for another instant, or another world, in the memory there is. ERR_NOMEM: nothing is known now. */
CHECKED enum status check_live_look(struct check_live *live, struct ebb *ebb);
/* Can this coroutine, which is in the census, never run again? */
bool check_live_doomed(const struct check_live *live, const struct ebb_co *co);
void check_live_deinit(struct check_live *live);
/* May this one, whose code is known, or whomever it spawns, still use one of these rights on the object? Reads all that
 * is left of its code: for single questions. */
bool check_may(const struct ebb_co *co, const struct ebb_object *object, uint32_t rights);

#endif
