/* SPDX-License-Identifier: MIT */
/* check.h — reads a world at rest and says what is left; changes nothing, and never stops at the first finding.
 *
 * Each kind of finding is one invariant: one file, one line of invariants.def. An object that something else left
 * behind keeps is a consequence, not a finding of its own: a channel whose only holder is a blocked coroutine is told
 * by the coroutine. */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "core/object.h"
#include "core/runtime.h"

enum check_kind {
#define FINDING(NAME, name) CHECK_##NAME,
#include "check/findings.def"
#undef FINDING
    CHECK_KIND_COUNT
};
const char *check_kind_name(enum check_kind kind); /* "blocked", as reports and scenarios write it */
/* CHECK_KIND_COUNT when there is none of this name. */
enum check_kind check_kind_find(struct str name);

#define CHECK_NAME_BYTES 64u

struct check_finding {
    enum check_kind kind;
    uint32_t line;  /* of the scenario: where it waits, or where it was made; 0 unknown */
    uint64_t count; /* how many alike; BYTES: bytes, MESSAGE: messages, LIMIT: steps; GROWS: per period; WATCH: times */
    uint64_t used_bytes, held_bytes; /* PINNED */
    uint32_t period;                 /* GROWS: `count` is what so many cycles add, 1 or more; else 0 */
    uint64_t signature;              /* stable: of kind, object, operation and what it waits on; no ids, no sizes */
    char object
        [CHECK_NAME_BYTES]; /* the coroutine, the timer, the lock; the unit for GROWS; the budget for LIMIT; the rule for WATCH */
    char operation[CHECK_NAME_BYTES]; /* BLOCKED, ALIVE, PANIC, LIMIT: the last verb; else "" */
    char on
        [CHECK_NAME_BYTES]; /* what that verb was on, "nil" for the nil channel; OBJECT: its kind; PINNED: "stack" or ""; else "" */
    char text[160];  /* PANIC: the rule; LIMIT: who could still run; WATCH: the most; else "" */
    uint64_t serial; /* of the first alike, in the ledger of its run; 0: of no object. Not told */
    struct {
        char by[CHECK_NAME_BYTES]; /* the coroutine that made it; "" for the outside, and for one that has ended */
        uint32_t line;
        int64_t time_ns;
    } born; /* of the first alike */
};

/* The caller's array; what does not fit, or could not be judged for lack of memory, is counted in `lost`. Alike
 * findings are counted together. */
struct check_findings {
    struct check_finding *at;
    uint32_t count, capacity, lost;
    struct check_index *index; /* check_run's own while it runs; else NULL */
};

/* The ledger at one instant, per kind, without what is part of another object: for growth and statistics. The rest is
 * what two cycle ends must have in common for the next cycle to do the same again. */
struct check_ledger {
    uint64_t live[CENSUS_KINDS_MAX], weight[CENSUS_KINDS_MAX];
    uint64_t step;
    int64_t time_ns;
    uint64_t queues; /* of how full each channel is */
    uint64_t alarms; /* of when, from now, each alarm goes off */
};
void check_ledger_take(struct check_ledger *ledger, struct ebb *ebb);

/* With fewer cycles than this, growth is not judged: a table that fills up to its bound must have had the time. */
#define CHECK_CYCLES_MIN 12u
/* Only so many of the last cycles are looked at, since a ledger takes a walk over all there is. */
#define CHECK_CYCLES_JUDGED 97u

/* What many more cycles have shown, on the default schedule, of each measure of each kind. */
enum check_measure { CHECK_MEASURE_LIVE, CHECK_MEASURE_WEIGHT, CHECK_MEASURES };
enum check_fate {
    CHECK_FATE_NONE,    /* did not grow in the cycles that every run makes */
    CHECK_FATE_PROVED,  /* did, and goes on for ever */
    CHECK_FATE_GROWS,   /* did, and went on as far as it was looked at */
    CHECK_FATE_SETTLES, /* did, and came to a bound */
};
struct check_growth {
    enum check_fate fate;
    uint64_t increment; /* per period, in the cycles that every run makes; 0: did not grow evenly */
    uint32_t period;    /* cycles after which it does the same again; 0 when it did not grow */
};
struct check_pumped {
    struct check_growth of[CENSUS_KINDS_MAX][CHECK_MEASURES];
    uint32_t cycles; /* how many there were */
};

struct check_watch;

enum check_phase {
    CHECK_HELD, /* at rest after main, before teardown: the shared objects are still held */
    CHECK_REST, /* at rest after teardown, the shared objects still held: what they carry is judged before it goes */
    CHECK_LEFT, /* after that: whatever is there was left behind */
};
struct check_view {
    struct ebb *ebb;
    enum check_phase phase;
    enum ebb_end end;
    const struct check_ledger *cycles; /* at the end of each of the last cycles, oldest first; NULL without cycles */
    uint32_t cycle_count;              /* of those, CHECK_CYCLES_JUDGED at most */
    uint32_t cycles_run;               /* of all */
    bool repeats;                      /* the code of a cycle reads nothing that may differ from cycle to cycle */
    const struct check_pumped *pumped; /* NULL: no further cycles were looked at */
    const struct check_watch *watch;   /* NULL: no rule is set */
    uint64_t step_max;
    uint32_t threads_before, threads_now, fds_before, fds_now; /* as the kernel counts them; 0 when not counted */
};
struct check_invariant {
    const char *name, *promise;
    void (*check)(const struct check_view *, struct check_findings *);
};
const struct check_invariant *check_invariant_at(uint32_t index); /* NULL past the last */
/* Every invariant, in order; from outside, while no coroutine runs. Findings are added to those that are there. */
void check_run(const struct check_view *view, struct check_findings *findings);
/* Does something seem to grow that cannot be proved to from these cycles alone? */
bool check_growth_doubtful(const struct check_view *view);
/* What the cycles of this view say by themselves: NONE, PROVED or, for what is doubtful, GROWS. */
void check_growth_seen(const struct check_view *view, struct check_pumped *seen);
/* By kind, object, operation, on, line: the order of reports. */
void check_findings_sort(struct check_findings *findings);

/* For invariants: adds, or counts with one alike (same signature and line). The signature is filled in here. */
void check_add(struct check_findings *findings, const struct check_finding *finding);
void check_name_set(char to[CHECK_NAME_BYTES], const char *from); /* cut at the end when too long; NULL gives "" */
void check_birth_set(struct check_finding *finding, const struct census_node *node);

/* --- expectations ------------------------------------------------------------------------------------------------- */
/* One row that is expected. Empty names and a count of 0 match anything; a `count_max` above 0 makes the count a range,
 * both ends included. */
struct check_expect_row {
    enum check_kind kind;
    uint64_t count, count_max;
    uint32_t line, column; /* in the scenario */
    struct str object, operation, on;
};
enum check_expect_how {
    CHECK_EXPECT_CLEAN, /* no findings on any schedule */
    CHECK_EXPECT_EVERY, /* exactly these, one of the lists, on every schedule */
    CHECK_EXPECT_SOME,  /* exactly these on some schedule; none, or one of the lists, on the others */
};
struct check_expect_rows {
    const struct check_expect_row *at;
    uint32_t count;
};
/* Where schedules differ in what they leave, there are alternatives: a run that is to leave something leaves exactly one
 * of the lists. */
struct check_expect {
    enum check_expect_how how;
    const struct check_expect_row *rows; /* the first list */
    uint32_t row_count;
    const struct check_expect_rows *others; /* the further ones */
    uint32_t other_count;
};
/* More rows than anybody reads; the loader refuses them, and they match nothing. */
#define CHECK_EXPECT_ROWS_MAX 64u
/* Do the findings of one run equal the rows, each row matching exactly one finding? Not when a finding was lost. A
 * PANIC row names in `object` either the coroutine or how the rule begins. */
bool check_matches(const struct check_findings *findings, const struct check_expect_row *rows, uint32_t row_count);
/* Do they equal one of the expectation's lists? */
bool check_expected(const struct check_findings *findings, const struct check_expect *expect);

#endif
