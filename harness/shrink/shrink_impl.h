/* SPDX-License-Identifier: MIT */
/* shrink_impl.h — between the parts of the shrinker: one question to the world, and the best answer so far. */
#ifndef SHRINK_SHRINK_IMPL_H
#define SHRINK_SHRINK_IMPL_H

#include "shrink/shrink.h"

/* What each decision of a run offered. */
struct shrink_options {
    struct shrink_option {
        uint32_t count; /* > 1 */
        bool alarm;     /* the last option is the alarm */
        bool fault;     /* each but the first is a fault */
    } * at;
    uint64_t count, capacity;
};

/* Follows a schedule as replay does, and writes down what was on offer and what was in fact taken. */
struct shrink_follow {
    struct ebb_chooser chooser;
    struct mem *mem;
    const struct explore_schedule *schedule;
    uint32_t next; /* the first deviation not reached yet */
    struct explore_schedule taken;
    struct shrink_options options;
    struct shrink_deviation *told; /* where to describe the deviations; NULL: nobody asks */
    uint32_t told_capacity;
    bool lost;   /* no memory to write it down */
    bool faults; /* some run could have had one */
};
void shrink_follow_init(struct shrink_follow *follow, struct mem *mem);
void shrink_follow_deinit(struct shrink_follow *follow);
void shrink_follow_begin(struct shrink_follow *follow, const struct explore_schedule *schedule);
CHECKED enum status shrink_options_reserve(struct mem *mem, struct shrink_options *options, uint64_t capacity);
void shrink_options_deinit(struct mem *mem, struct shrink_options *options);

struct shrink {
    struct mem *mem;
    struct shrink_world *world;
    struct shrink_budget left;
    uint64_t runs;
    struct shrink_follow follow;
    struct explore_schedule best, candidate, work;
    uint64_t best_steps, last_steps;
    enum status status; /* the first failure; from then on nothing is asked */
    bool spent;         /* a question was not asked for want of budget */
};
/* Asks. False also when the budget is spent or something failed; the run is in self->follow. */
bool shrink_ask(struct shrink *self, const struct explore_schedule *schedule);
/* Asks about self->candidate and, when it shows and what it took is simpler than the best, makes that the best. */
bool shrink_try(struct shrink *self);

/* Takes away and lowers until nothing can be, one step at a time. */
void shrink_reduce(struct shrink *self, struct shrink_result *out);
/* Tries every schedule with fewer deviations than the best, fewest first, as far as the budget goes; true when that
 * found a new best. */
bool shrink_search(struct shrink *self, struct shrink_result *out);

#endif
