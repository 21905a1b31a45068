/* SPDX-License-Identifier: MIT */
/* live.h — who can still run, now or ever: the rule by which a garbage collector may call a goroutine leaked (Saioc et
 * al., "Dynamic Partial Deadlock Detection and Recovery via Garbage Collection", ASPLOS 2025; golang/proposal 74609).
 *
 * Live is whoever is runnable or has a deadline, and whatever an alarm is set for. What something live can name it can
 * act on; whoever waits on that is live too. The rest waits for ever: to be woken, somebody would have to reach what it
 * waits on, and nobody live does. No false alarm, and not everything found: a live holder may never use what it names. */
#ifndef CHECK_LIVE_H
#define CHECK_LIVE_H

#include "check/look.h"

struct check_live {
    struct mem *mem;
    struct ebb_object **objects; /* every one in the census, in order of birth */
    bool *live;                  /* by place: reached from something live, or live itself */
    uint32_t count;
};

/* ERR_NOMEM: there is nothing to deinit. Linear in objects and holds, but for looking objects up by their serial. */
CHECKED enum status check_live_init(struct check_live *live, struct mem *mem, struct ebb *ebb);
/* Can this coroutine, which is in the census, never run again? */
bool check_live_doomed(const struct check_live *live, const struct ebb_co *co);
void check_live_deinit(struct check_live *live);

#endif
