/* SPDX-License-Identifier: MIT */
/* coverage.h — how much of what a scenario can do has been seen: distinct behaviours, and the chance of another.
 *
 * Two runs behave alike when they differ only in the order of steps that have nothing to do with each other. A run is a
 * trace in the sense of Mazurkiewicz: it is determined by what each object saw, in order. So its hash is the sum, over
 * all objects, of a hash of the steps that touched it; a step is named by its coroutine's label, spawn and history, not
 * by ids, which depend on the order of births. All steps on one object count as dependent; an alarm shows by whom it
 * wakes. The chance that the next run is new is about the share of runs whose behaviour was seen once (Good 1953); how
 * many there are at least follows from those seen once and twice (Chao 1984). */
#ifndef EXPLORE_COVERAGE_H
#define EXPLORE_COVERAGE_H

#include "base/buf.h"
#include "core/world.h"

struct explore_coverage {
    struct ebb_observer observer; /* what a world is given */
    struct mem *mem;
    uint64_t sum;        /* of this run */
    uint64_t generation; /* its number, from 1: entries of others are free */
    struct coverage_seen {
        uint64_t who, generation, hash; /* who: twice the serial, and 1 for a coroutine as the one that acts */
    } * seen;
    uint32_t seen_count, seen_capacity; /* the capacity is a power of two */
    struct coverage_behaviour {
        uint64_t hash, runs; /* runs 0: free */
    } * behaviours;
    uint64_t behaviour_capacity;
    uint64_t runs, distinct;
    uint64_t once, twice; /* behaviours of a single run, and of two */
    bool lost;            /* something of this run, for lack of memory */
};
CHECKED enum status explore_coverage_init(struct explore_coverage *coverage, struct mem *mem);
void explore_coverage_deinit(struct explore_coverage *coverage);
void explore_coverage_begin(struct explore_coverage *coverage);
/* The run has ended with this verdict, a hash that is part of its behaviour. ERR_NOMEM: it is not counted. */
CHECKED enum status explore_coverage_end(struct explore_coverage *coverage, uint64_t verdict);
/* So many runs made elsewhere have shown this behaviour, as a hash in `behaviours`. ERR_NOMEM: they are not counted. */
CHECKED enum status explore_coverage_count(struct explore_coverage *coverage, uint64_t behaviour, uint64_t runs);
/* "10 000 sampled, chance of new behaviour ≈ 0.02 %", rounded up, so that only certainty would be 0. */
void explore_coverage_words(struct buf *out, const struct explore_coverage *coverage);
/* How many there are at least, by estimate: those seen, and more where many of them were seen but once. */
uint64_t explore_coverage_space(const struct explore_coverage *coverage);
/* "10 000": groups of three digits, as a reader counts them. */
void explore_number_words(struct buf *out, uint64_t number);

#endif
