/* SPDX-License-Identifier: MIT */
/* trace.h — the events of one run and what happened before what: an observer that gives every event a vector clock.
 *
 * An event is one attempt of one coroutine, with the code before it: a verb that completes, a verb that parks, or the
 * end; an alarm that fires is an event of an actor of its own. Each has two clocks (the first of two traps: see
 * search.h). On arrival it knows what its coroutine knew, what woke it, and the conflicting events before it, with what
 * those knew on arrival: that is the order of events, and races are looked for there. On completion it also knows what
 * made it complete, and so does all that its coroutine does later. But whoever comes to the same object after it does not:
 * in another order it would have waited there all the same. A later phase, and whatever an alarm does once nothing can
 * run, happens after everything before. */
#ifndef EXPLORE_TRACE_H
#define EXPLORE_TRACE_H

#include "explore/footprint.h"

#define TRACE_ALARM UINT64_MAX /* the actor of all alarms; coroutines have their serial */
#define TRACE_NO_NODE UINT32_MAX

struct trace_event {
    uint64_t actor;    /* by name: see trace_actor */
    uint32_t index;    /* the actor's place in this run */
    uint32_t nth;      /* which of its events, from 1 */
    uint32_t node;     /* the decision that chose it; TRACE_NO_NODE: there was nobody else */
    uint32_t width;    /* of its clocks: the actors there were; of later ones it knows nothing */
    uint32_t *arrival; /* by actor: how many of its events had to happen before it, this one included */
    uint32_t *clock;   /* and before what its coroutine did next: those that made it complete as well */
    uint32_t arrival_capacity, clock_capacity;
    uint64_t armed;                    /* alarms set so far in this run, by their order */
    uint32_t options_from, options_to; /* in `options`: what else was decided within it */
    struct footprint footprint;
};

/* An event conflicted with an earlier one of another actor and did not know of it. Those of one event stand together, the
 * latest earlier one first; `arrival` is what it knew before the first of them, and of each it learns for the next. */
struct trace_race {
    uint32_t earlier, later;
    uint32_t arrival; /* in `arrivals`, as wide as the clock of `later` */
};

struct trace;
struct trace_listener {
    /* Event `trace->count - 1` is complete. `last`: by a panic that nobody recovered, and so is the run. */
    void (*event)(struct trace_listener *, const struct trace *, bool last);
};

struct trace {
    struct ebb_observer observer; /* what a world is given */
    struct mem *mem;
    struct trace_listener *listener;
    bool coarse;       /* set by the owner: every two verbs on one object conflict */
    bool rough;        /* set by the owner: likewise, as long as it is set; for the stem of a search in pieces */
    bool early;        /* set by the owner: alarms may fire while others can run; then they race with everything */
    uint64_t armed;    /* alarms set so far: see trace_event */
    bool lost;         /* out of memory or too long: of this run nothing is to be believed */
    bool doubt;        /* independence was declared where it does not hold */
    bool hashing;      /* set by the owner: keep `hash` */
    uint64_t hash;     /* the same for every order of independent events */
    uint32_t node;     /* of the next event; set by whoever decides */
    uint32_t *options; /* what else was decided within events, all of them in order */
    struct footprint *option_touched; /* what the event had touched before */
    uint32_t option_count, option_capacity, touched_capacity;
    struct trace_event *at; /* those beyond count are kept for the next run */
    uint32_t count, capacity;
    uint64_t words; /* of all clocks */
    struct trace_race *races;
    uint32_t race_count, race_capacity;
    uint32_t *arrivals;
    uint32_t arrival_count, arrival_capacity;
    struct trace_actor {
        uint64_t actor, name; /* name: by whom it was spawned and as which of theirs, in every run the same */
        uint32_t events, spawned;
        uint32_t last;      /* its last event's number in `at`, from 1; 0: none */
        uint32_t *incoming; /* what woke or spawned it, and is not yet part of an event */
        uint32_t incoming_width, incoming_capacity;
    } * actors; /* the alarms first, then by serial */
    uint32_t actor_count, actor_capacity;
    struct trace_cell {
        uint64_t object, cell;
        uint32_t *clock;
        uint32_t width, capacity;
    } * cells;
    uint32_t cell_count, cell_capacity;
    struct trace_cause { /* of the event that goes on now; TRACE_READIED besides the causes */
        uint32_t what;
        uint64_t object, cell, actor;
    } * causes;
    uint32_t cause_count, cause_capacity;
    struct footprint touched; /* by it, so far */
    uint32_t *scratch;
    uint32_t scratch_capacity;
    uint64_t panicking; /* the actor that panicked last and has not ended since; 0: none */
};
void explore_trace_init(struct trace *trace, struct mem *mem, struct trace_listener *listener);
void explore_trace_deinit(struct trace *trace);
void explore_trace_begin(struct trace *trace); /* a new run */
/* What an event of this coroutine has as `actor`; of NULL, an alarm's. Serials depend on the order of what else is made. */
uint64_t explore_trace_actor(struct trace *trace, const struct ebb_co *co);
/* The owner decided something within the event that goes on. */
void explore_trace_decide(struct trace *trace, uint32_t option);
void explore_trace_end(struct trace *trace); /* it has ended */

#endif
