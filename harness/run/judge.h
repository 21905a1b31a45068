/* SPDX-License-Identifier: MIT */
/* judge.h — one world, one run, one verdict. */
#ifndef RUN_JUDGE_H
#define RUN_JUDGE_H

#include "check/check.h"
#include "core/stacks.h"
#include "run/crosscheck.h"
#include "run/pump.h"
#include "scenario/scenario.h"

/* Whoever follows a run: told of its phases and verdicts from outside, of its steps as an observer. Changes nothing. */
struct run_follower {
    struct ebb_observer *observer;                                                          /* or NULL */
    void (*phase)(struct run_follower *, struct ebb *, enum scenario_phase, uint32_t turn); /* is about to begin */
    void (*judged)(struct run_follower *, struct ebb *, enum check_phase, const struct check_findings *, uint32_t from);
};
/* What the kernel counts of this process: a few file system calls, so they are kept from run to run until a run has made
 * a thread or opened a file. All zero to begin with. */
struct run_before {
    bool known;
    uint32_t threads, fds;
};
struct run_config {
    const struct scenario *scenario;
    uint32_t variant;
    bool leak_check; /* ask LeakSanitizer before the reap, when something was found: then stacks are parked */
    struct ebb_chooser *chooser; /* NULL: the default */
    enum ebb_timers timers;
    struct ebb_stacks *stacks;     /* NULL: the world's own */
    uint64_t step_max;             /* fewer than the scenario's own budget; 0: that one */
    unsigned char fill;            /* of the world's fresh memory; 0: the usual one */
    struct run_follower *follower; /* NULL: nobody */
    struct run_before *before;     /* NULL: counted anew */
    /* What more cycles show, kept from run to run of a variant, unknown to begin with; NULL: growth that the cycles of
     * this run do not prove is told as observed, be it a cache that is not full yet. */
    struct run_pumped *pumped;
};
struct run_result {
    enum ebb_end end;
    uint64_t steps, digest, choices;
    uint64_t pumped;                /* the digest of what more cycles came to; 0: they were not asked for */
    struct check_findings findings; /* the caller's array, sorted on return */
    struct diag fault;              /* ERR_INPUT: the scenario makes no sense when it runs */
    struct run_witnesses witnesses; /* run_disagreement says whether to believe the rest */
};
/* Runs every phase to rest, judges, reaps, and looks whether the world's heap is empty. ERR_NOMEM, ERR_INPUT. */
CHECKED enum status run_once(const struct run_config *config, struct mem *mem, struct run_result *result);

/* For a world that is run in phases: can its first coroutine never run again? Then it need not be waited for. */
bool run_hopeless(struct ebb *ebb, const struct ebb_co *co);

#endif
