/* SPDX-License-Identifier: MIT */
/* search.h — every schedule, or as few as stand for all: decides run after run until nothing is left to decide.
 *
 * Two searches share one stack of decisions. The reduced one is Optimal-DPOR (Abdulla, Aronis, Jonsson, Sagonas, J. ACM
 * 64(4), 2017: source sets, sleep sets and wakeup trees; see wakeup.h): of all orders of independent events it makes one,
 * so its runs are Mazurkiewicz traces, and what every order of a trace shares (who is parked, what lives, values, panics)
 * is found exactly. Peaks are not shared. Where an event's touches are known only roughly (alarms that fire early, and
 * panics, which end everything) a few runs turn out to be of a trace that was seen, and are counted as redundant.
 * The plain one makes every schedule whose options add up to at most `delays`, option 0 being the default.
 *
 * A search can be cut into pieces, to be made by others and elsewhere, that know nothing of each other. Each takes the
 * first decisions of a run, the stem, in every way that no sleep set rules out, and of where that leads, the frontier, it
 * searches every Nth entry. On the stem every two verbs on one object conflict: what a piece learns of the split relation
 * is its own. So a few traces may be made by two pieces; none is left out.
 *
 * Two traps, both with a test: a receive that completed after a send may have arrived before it, so races are looked for
 * on the clock of arrival and order is kept on the clock of completion; and a close conflicts with receives as well as
 * with sends, since whoever is parked in a send panics by it. A panic that nobody recovers ends the run: what others
 * would have done instead is run as well. */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include "base/buf.h"
#include "explore/trace.h"

#define SEARCH_PIECES_MAX 1024u
#define SEARCH_REDUCED UINT64_MAX     /* as `delays`: source-DPOR */
#define SEARCH_PLAIN (UINT64_MAX - 1) /* every schedule */

struct explore_search;
CHECKED enum status explore_search_new(struct mem *mem, struct explore_search **out, enum ebb_timers timers,
                                       uint64_t delays); /* ERR_NOMEM */
void explore_search_free(struct explore_search *search); /* NULL is fine */
/* One run is about to begin; what the world needs to know is there to be given to it. */
void explore_search_begin(struct explore_search *search);
uint32_t explore_search_pick(struct explore_search *search, const struct ebb_choice *choice);
struct ebb_observer *explore_search_observer(struct explore_search *search); /* NULL: none is needed */
/* It has ended. False: it was the last one. */
bool explore_search_next(struct explore_search *search);

struct explore_search_state {
    uint64_t runs;      /* ended */
    uint64_t redundant; /* of them, those that a sleep set showed to be of a trace seen before */
    uint64_t passed;    /* on the way to this piece's entries of the frontier; in none of the other numbers */
    uint64_t astray;    /* plans that could not be followed: the relation said less than it should; for tests */
    bool complete;      /* nothing is left */
    bool failed;        /* out of memory, or runs too long to be searched: it will never be complete */
    bool coarse;        /* had to start again with every two verbs on one object conflicting */
};
struct explore_search_state explore_search_state(const struct explore_search *search);
bool explore_search_whole(const struct explore_search *search); /* complete, and no bound on delays */
/* "all 1 633 traces", "all 532 schedules within 2 delays", "the first 10 000 traces, not all". */
void explore_search_words(struct buf *out, const struct explore_search *search);
void explore_search_state_words(struct buf *out, const struct explore_search_state *state, enum ebb_timers timers,
                                uint64_t delays);
/* As text, between two runs; and what another process goes on with, a new search of the same kind. ERR_INPUT: this is no
 * such text. ERR_NOMEM. After either it is good for nothing but free. */
void explore_search_write(struct buf *out, const struct explore_search *search);
CHECKED enum status explore_search_read(struct explore_search *search, struct str text);
uint64_t explore_search_hash(const struct explore_search *search); /* of the last run's trace; for tests: */
void explore_search_hashing(struct explore_search *search, bool yes);
void explore_search_open(struct explore_search *search); /* plan nothing but who runs: more runs, the same traces */
/* Before the first run: no more than piece `number` of `count`, at most SEARCH_PIECES_MAX. */
void explore_search_piece(struct explore_search *search, uint32_t number, uint32_t count);
/* Before explore_search_next: is the run that has just ended another piece's, and was made in passing? */
bool explore_search_passing(const struct explore_search *search);
void explore_search_coarse(struct explore_search *search); /* before the first run: no relation but the coarse one */

#endif
