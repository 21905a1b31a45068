/* SPDX-License-Identifier: MIT */
/* campaign.h — one variant under many schedules, and whether what was found is what was expected.
 *
 * Run 0 is the default schedule, run 1 the default with early timers allowed; the others walk at random, every other
 * one with early timers. A campaign may also ask for other strategies, or for one timer mode, throughout: strategies
 * take turns, and each has early timers every other time. The same seed gives the same runs on every machine. */
#ifndef RUN_CAMPAIGN_H
#define RUN_CAMPAIGN_H

#include "explore/explore.h"
#include "reports/report.h"
#include "run/known.h"
#include "scenario/scenario.h"

#define RUN_FINDINGS_MAX 64u
#define RUN_TOKEN_BYTES 4096u
#define RUN_WHY_BYTES 1024u
#define RUN_PROVE_UNASKED 1000u /* runs at most, where nobody asks for a proof */
#define RUN_ENDED_BYTES 160u

/* A verdict that can cross a pipe: no pointers. */
struct run_row {
    bool as_expected;
    enum report_verdict verdict;
    uint64_t runs, leaking_runs, steps, digest;
    uint64_t runs_with[CHECK_KIND_COUNT]; /* how many of them had a finding of this kind */
    uint32_t count, lost;
    uint64_t known_seen;   /* bits of the campaign's known findings without which some run would not have fitted */
    bool proved;           /* `runs` are one of each trace, of all there are in the timer modes asked for */
    bool sampled;          /* as expected, as far as `runs` show: they are not all, and no proof */
    bool threads;          /* some run made OS threads */
    uint32_t line, column; /* of `why` */
    char ended[RUN_ENDED_BYTES]; /* by which rule of `stop`, or with what proof of it; "" for none */
    char token[RUN_TOKEN_BYTES], why[RUN_WHY_BYTES];
    struct check_finding findings[RUN_FINDINGS_MAX]; /* last: see run_row_keep */
};
/* A copy for reading, as small as what the row holds; NULL for lack of memory. */
struct run_row *run_row_keep(struct mem *mem, const struct run_row *row);
void run_row_drop(struct mem *mem, struct run_row *kept);
enum run_timers { RUN_TIMERS_BOTH, RUN_TIMERS_IDLE, RUN_TIMERS_ANY };
#define RUN_STRATEGIES_MAX 8u
struct run_causes;  /* causes.h */
struct run_samples; /* samples.h */
struct run_campaign {
    const struct scenario *scenario;
    uint32_t variant;
    uint64_t scenario_key; /* explore_token_key of the file */
    uint64_t runs, seed;
    const struct scenario_stop
        *stop;              /* says when there were enough runs, and what is to be proved; NULL: `runs` does */
    uint64_t prove;         /* first try to run every trace, with at most so many runs; 0: sample only */
    uint32_t piece, pieces; /* of a survey by one strategy that searches: which of so many; pieces 0 or 1: all */
    bool coverage;          /* of a survey: what comes of each operation is noted */
    enum run_timers timers;
    const char *strategy; /* names of strategies, separated by commas, in rotation; NULL: default, then random */
    const struct run_known *known; /* not meant for the range */
    uint32_t known_count;
    bool leak_check; /* ask LeakSanitizer on some of the runs: it works here */
    struct ebb_chooser *(*tamper)(struct ebb_chooser *replay); /* run_again's, for tests; else NULL */
    struct run_causes *causes;   /* is told why the findings of the row came about; NULL: nobody asks */
    struct run_samples *samples; /* is told which runs another process is to make again; NULL: nobody asks */
    bool one_of_range; /* variant counts on behind the declared ones: a combination of the range, not all of them */
};
/* Is it a list of strategies, not too long, that need no input of their own? */
bool run_strategies_known(const char *names);
/* Fills `row`; whatever goes wrong is told there too. */
void run_campaign(const struct run_campaign *campaign, struct mem *mem, struct run_row *row);
/* The run a token shows, once more: `row` gets its findings and digest. ERR_INPUT: the schedule does not fit this
 * scenario; `why` says at which decision. */
CHECKED enum status run_replay(const struct run_campaign *campaign, const struct explore_schedule *schedule,
                               struct mem *mem, struct run_row *row);
/* What is expected, in one line of words. */
struct buf;
void run_expected_words(struct buf *out, const struct check_expect *expect);

#endif
