/* SPDX-License-Identifier: MIT */
/* sites.h — where a decision is made, in words that outlive an edit of the scenario: who has just done which verb, and
 * for which time. A coroutine is its label and its number among those of that label, in order of birth.
 *
 * It looks on as a world's observer, and is asked by whoever stands between a world and its chooser, once for each
 * decision. It changes nothing. All text is borrowed from labels and kinds, which outlive the world. */
#ifndef EXPLORE_SITES_H
#define EXPLORE_SITES_H

#include "core/world.h"

#define EXPLORE_OUTSIDE "outside" /* who decides when no coroutine has run yet, and when an alarm has gone off: their */
#define EXPLORE_ALARM "alarm"     /* number is 0, that of a coroutine never */

struct explore_site {
    enum ebb_choice_what what;
    struct str who;
    uint32_t number;
    struct str kind, verb; /* "channel" "send"; kind "" where it was no verb: "start", "fired", "end" */
    uint64_t time;         /* from 1: how often it has decided there so far, whatever the line */
    uint32_t line;         /* of the scenario; tells, and does not count as part of the site */
};
/* One number for all of a site but time and line. */
uint64_t explore_site_key(const struct explore_site *site);

struct explore_sites {
    struct ebb_observer observer; /* first member; for the world */
    struct mem *mem;
    struct explore_site last; /* the last event that may lead to a decision; time 0 */
    struct explore_actor {
        uint64_t serial;
        const char *label;
        uint32_t number;
    } * actors; /* in order of birth */
    struct explore_cell {
        uint64_t key; /* 0: free */
        uint64_t count;
    } * cells; /* of labels and sites; a power of two, at most half full */
    uint32_t actor_count, actor_capacity, cell_count, cell_capacity;
    uint64_t births;
    bool failed; /* there was no memory for all of it: what it says is worth nothing */
};
void explore_sites_init(struct explore_sites *sites, struct mem *mem);
void explore_sites_deinit(struct explore_sites *sites);
void explore_sites_begin(struct explore_sites *sites);   /* a new run: forgets the one before */
void explore_sites_outside(struct explore_sites *sites); /* whoever drives the world is about to let it run */
/* Where this decision is made; counts it. `out->time` 0: see failed. */
void explore_sites_count(struct explore_sites *sites, const struct ebb_choice *choice, struct explore_site *out);
/* How often it was decided at the site so far, at whatever time. */
uint64_t explore_sites_times(const struct explore_sites *sites, const struct explore_site *site);
/* Its label and number; NULL: it is not known, for lack of memory. */
const struct explore_actor *explore_sites_actor(const struct explore_sites *sites, const struct ebb_co *co);

#endif
