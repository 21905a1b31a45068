/* SPDX-License-Identifier: MIT */
/* portfolio.h — which strategy decides which run of a campaign. Without a choice run 0 is the default schedule, run 1 the
 * default with early timers, and random walks follow, every other one with early timers. Strategies that are asked for
 * take turns from the first run on, each with and without early timers; but "default" in front of others takes no turns,
 * having no second schedule: it leads, as it does without a choice.
 *
 * Who lately showed behaviour that had not been seen before has more turns: once it has made 16 runs, those of its last 16
 * that were new, and one, are its weight, and turns are dealt in proportion, spread out evenly. Nobody's turns cease: that
 * one remains. */
#ifndef RUN_PORTFOLIO_H
#define RUN_PORTFOLIO_H

#include "base/buf.h"
#include "explore/explore.h"
#include "explore/search.h"
#include "run/campaign.h"

struct run_portfolio {
    uint32_t count, lead; /* strategies in rotation; runs before it starts */
    enum run_timers timers;
    struct explorer *at[RUN_STRATEGIES_MAX][2], *leading[2]; /* by timer mode */
    struct run_portfolio_hand { /* one strategy in one timer mode; those without early timers come first */
        uint32_t fresh;         /* a bit for each of its last runs, the newest lowest: was it new? */
        uint64_t runs;
        int32_t ahead; /* in turns, times the weight of all: what it is owed, or has had beforehand */
    } hands[2 * RUN_STRATEGIES_MAX];
    uint64_t turn; /* the run that the hand was picked for, and one; 0: none yet */
    uint32_t hand;
};
/* ERR_INPUT: see run_strategies_known. ERR_NOMEM: nothing is to be freed. */
CHECKED enum status run_portfolio_init(struct run_portfolio *portfolio, struct mem *mem, const char *strategies,
                                       uint64_t seed, enum run_timers timers);
void run_portfolio_deinit(struct run_portfolio *portfolio);
/* Whose turn it is: runs are asked for from 0 on, one after the other. */
struct explorer *run_portfolio_turn(struct run_portfolio *portfolio, uint64_t run, enum ebb_timers *timers);
/* Before the first run: its searches tell all orders of two verbs on one object apart, whatever the kinds declare. */
void run_portfolio_coarse(struct run_portfolio *portfolio);
/* Is there nothing left to run? Only where every strategy searches, and each has come to its end. */
bool run_portfolio_over(const struct run_portfolio *portfolio);
uint32_t run_portfolio_searches(const struct run_portfolio *portfolio); /* how many of its strategies do */
/* "all 12 traces; all 40 traces with early timers": what its searches have come to; nothing where none searches. */
void run_portfolio_words(struct buf *out, const struct run_portfolio *portfolio);
/* Has one of its strategies made every schedule, or one for each trace, in every timer mode that was asked for? */
bool run_portfolio_proved(const struct run_portfolio *portfolio);
/* One strategy that searches, and nothing else: then another process can go on with it. Its searches are texts, one for
 * each timer mode, between two runs. ERR_INPUT: these are none of it; ERR_NOMEM: either way it is good for nothing but
 * deinit. */
bool run_portfolio_lone(const struct run_portfolio *portfolio);
/* Before the first run of such a one: only this piece of it; see explore_search_piece. */
void run_portfolio_piece(struct run_portfolio *portfolio, uint32_t number, uint32_t count);
void run_portfolio_keep(const struct run_portfolio *portfolio, struct buf states[2]);
CHECKED enum status run_portfolio_resume(struct run_portfolio *portfolio, const struct str states[2]);
/* That run is over: what it showed of the scenario reaches the strategies. Was it `fresh`, that is, did it behave as none
 * before it? Where nobody looks all are said to be: then turns are equal, and known beforehand. */
void run_portfolio_ran(struct run_portfolio *portfolio, uint64_t run, bool fresh);

#endif
