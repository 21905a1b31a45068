/* SPDX-License-Identifier: MIT */
/* explore.h — decides; runs nothing. An explorer hands a world its chooser, run after run, and remembers what was
 * decided as deviations from the default, so that a short schedule is a simple one and the empty one is the default. */
#ifndef EXPLORE_EXPLORE_H
#define EXPLORE_EXPLORE_H

#include "core/world.h"

/* The largest number a decision can have: more than any run makes, and it leaves a token room to code in 64 bits. */
#define EXPLORE_DECISION_MAX ((UINT64_C(1) << 60) - 1)

/* The decisions of one run that were not the default. */
struct explore_deviation {
    uint64_t decision; /* number of the decision, from 0, counting those with more than one option */
    uint32_t option;   /* > 0 */
};
struct explore_schedule {
    enum ebb_timers timers;
    struct explore_deviation *at; /* ascending by decision */
    uint32_t count, capacity;
};
void explore_schedule_init(struct explore_schedule *schedule);
void explore_schedule_deinit(struct mem *mem, struct explore_schedule *schedule);
/* At the end: `decision` is above all before it and at most EXPLORE_DECISION_MAX. ERR_NOMEM: nothing was added. */
CHECKED enum status explore_schedule_add(struct mem *mem, struct explore_schedule *schedule, uint64_t decision,
                                         uint32_t option);
/* What `to` held is replaced. ERR_NOMEM: it is as it was. */
CHECKED enum status explore_schedule_copy(struct mem *mem, struct explore_schedule *to,
                                          const struct explore_schedule *from);
bool explore_schedule_equal(const struct explore_schedule *a, const struct explore_schedule *b);

/* A strategy is one file and one line of strategies.def. */
struct explorer;
struct explore_strategy {
    const char *name, *about;
    bool fed;           /* decides by what the config brings along, and is of no use without it */
    uint32_t depth_max; /* > 0: a digit from 1 to this may follow the name, and it is this where none does */
    void (*begin)(struct explorer *); /* a new run starts: self->run is its number; may be NULL */
    void (*end)(struct explorer *); /* the run before has ended, its state is still there to learn from; may be NULL */
    uint64_t
        delays; /* 0: it samples. Else it searches: see explore_search_new; it brings an observer, and has an end */
    uint32_t (*pick)(struct explorer *, const struct ebb_choice *); /* < choice->count */
    /* Looks on at every step, as an ebb_observer does; NULL: sees no more than its decisions. */
    void (*see)(struct ebb_observer *, struct ebb *, enum ebb_sight, struct ebb_co *, const struct ebb_alarm *);
};
/* By its name, or its name and a depth: "pct2". NULL: there is none. */
const struct explore_strategy *explore_strategy_find(struct str name);
const struct explore_strategy *explore_strategy_at(uint32_t index); /* NULL past the last */

struct explore_config {
    const char *strategy; /* a name of strategies.def, where it takes one with a depth behind it */
    uint64_t seed;
    enum ebb_timers timers;                /* of the worlds it will decide; replay: the schedule's count instead */
    struct str bytes;                      /* fuzz: the input; borrowed */
    const struct explore_schedule *replay; /* replay: borrowed; NULL is the empty one */
};
/* ERR_INPUT: there is no such strategy. */
CHECKED enum status explore_new(struct mem *mem, struct explorer **out, const struct explore_config *config);
void explore_free(struct explorer *explorer); /* NULL is fine */
/* Begins run `run`. The decisions are a function of config, number and what was learnt since the last run 0, which
 * forgets: most strategies learn nothing, pct and delay how long runs are, urw and
 * surw what each coroutine does in them. */
struct ebb_chooser *explore_begin(struct explorer *explorer, uint64_t run);
uint64_t explore_decisions(const struct explorer *explorer); /* taken since explore_begin: ebb_choices of the world */
/* What the world has to be given for its observer besides the chooser; NULL: nothing. After explore_begin. */
struct ebb_observer *explore_observer(const struct explorer *explorer);
/* The run has ended. False: the strategy searches, and there is nothing left to run. */
bool explore_more(struct explorer *explorer);
struct explore_search;
const struct explore_search *explore_searching(const struct explorer *explorer); /* NULL: it samples */
/* Of a strategy that searches: how many delays, as in explore_search_new; 0: it samples, or there is none. */
uint64_t explore_strategy_delays(struct str name);
/* Before the first run of a strategy that searches: see explore_search_piece. */
void explore_piece(struct explorer *explorer, uint32_t number, uint32_t count);
/* After a run and before explore_more: was it made in passing? See explore_search_passing. */
bool explore_passing(const struct explorer *explorer);
void explore_coarse(struct explorer *explorer); /* before the first run: see explore_search_coarse */
/* Where a search is, as text, and a new one of the same config that goes on from there: see explore_search_write. */
struct buf;
void explore_keep(const struct explorer *explorer, struct buf *out);
CHECKED enum status explore_resume(struct explorer *explorer, struct str text); /* ERR_INPUT, ERR_NOMEM */
/* For a portfolio: another explorer has run the same scenario, and took so many decisions. */
void explore_learn(struct explorer *explorer, uint64_t decisions);
/* What was decided since explore_begin; borrowed until the next. ERR_NOMEM when a deviation was lost for lack of
 * memory; the strategy has decided on regardless. */
CHECKED enum status explore_taken(const struct explorer *explorer, const struct explore_schedule **out);
/* replay only, after the run: the first deviation that could not be followed (too few options, or never reached), or
 * NULL. */
const struct explore_deviation *explore_diverged(const struct explorer *explorer);

#endif
