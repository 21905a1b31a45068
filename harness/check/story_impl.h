/* SPDX-License-Identifier: MIT */
/* story_impl.h — what the recorder and the judge of fates share. Private to story*.c. */
#ifndef CHECK_STORY_IMPL_H
#define CHECK_STORY_IMPL_H

#include "check/story.h"
#include "core/world.h"

struct story_recorder {
    struct check_story story; /* first member */
    struct ebb_observer observer;
    struct mem *mem;
    uint64_t births;                 /* of coroutines that were seen */
    uint64_t events_seen, looked_at; /* how often, and at how many objects since it was last made rarer */
    uint64_t *cycles;                /* the newest serial when each began */
    uint32_t cycle_count, cycle_capacity;
    bool firing;             /* an alarm */
    struct check_event last; /* the event told last */
};

/* After `event`, which has just happened: has anything become unavoidable? */
void check_fates_look(struct story_recorder *recorder, struct ebb *ebb, const struct check_event *event);

#endif
