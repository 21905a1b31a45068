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
    uint64_t begun;                /* the serial of the last coroutine that was told to begin */
    const struct ebb_co **pending; /* became runnable since the last look, in that order */
    uint32_t pending_count, pending_capacity;
    uint32_t *names, name_capacity;  /* the last actor of each label plus 1, by hash; a power of two, half empty */
    uint64_t *gone, gone_words;      /* a bit for each serial whose object has ended */
    uint64_t events_seen, looked_at; /* how often, and at how many objects since it was last made rarer */
    uint64_t *cycles;                /* the newest serial when each began */
    uint32_t cycle_count, cycle_capacity;
    struct check_lasso *lasso; /* while a loop is looked for; or NULL */
    bool firing;               /* an alarm */
    struct check_event last;   /* the event told last */
};

/* Who a coroutine is in the story, or CHECK_NOBODY. */
uint32_t check_actor_of(const struct check_story *story, const struct ebb_co *co);
/* A new one, born after all others; CHECK_NOBODY when there are too many to name, or no memory. */
uint32_t check_actor_add(struct story_recorder *recorder, const struct ebb_co *co);
void check_actor_ready(struct ebb_observer *observer, const struct ebb_co *co);         /* ebb_observer.ready */
void check_actor_ended(struct ebb_observer *observer, const struct ebb_object *object); /* ebb_observer.gone */
bool check_actor_gone(const struct story_recorder *recorder, uint64_t serial);
void check_actors_begin(struct story_recorder *recorder); /* forgets all */
void check_actors_deinit(struct story_recorder *recorder);

/* After `event`, which has just happened: has anything become unavoidable? */
void check_fates_look(struct story_recorder *recorder, struct ebb *ebb, const struct check_event *event);
/* Nothing more will happen: what was not looked at for a while is, so that no fate stays unknown. */
void check_fates_end(struct story_recorder *recorder, struct ebb *ebb);

#endif
