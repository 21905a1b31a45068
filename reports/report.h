/* SPDX-License-Identifier: MIT */
/* report.h — a pure function from a campaign to bytes: no clock, locale, pointer or hash order gets in.
 * A reporter is one file and one line of reporters.def. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "check/check.h"

enum report_verdict {
    REPORT_CLEAN,     /* no findings on any schedule tried */
    REPORT_LEAKS,     /* some finding on some schedule */
    REPORT_PANICS,    /* a panic on some schedule */
    REPORT_LIMIT,     /* a budget was met: no verdict */
    REPORT_ERROR,     /* the scenario could not be loaded or run: see `why` */
    REPORT_CRASHED,   /* the process that judged it died: our bug, or the C code under test */
    REPORT_CUT_SHORT, /* interrupted before it was judged */
};
#define REPORT_VERDICT_COUNT 7u
const char *report_verdict_name(enum report_verdict verdict); /* "clean", "cut-short": as the JSON report writes it */

/* What the story of its run says of one finding: since when nobody could help any more, and who keeps what it is about.
 * Words are plain (see below), and cut where they do not fit; "" where there is nothing to say. */
#define REPORT_CAUSE_BYTES 192u
struct report_cause {
    bool decided;         /* `step` up to `because` are known */
    bool about;           /* the run was too long for a look after each event: it may have been a little earlier */
    bool kept;            /* `kept_by` and what is retained are known */
    bool doomed;          /* BLOCKED: `doomed_step` is known */
    uint64_t step;        /* that decided */
    int64_t time_ns;      /* virtual, when it did */
    uint32_t line;        /* of the scenario; 0: of none */
    uint64_t doomed_step; /* since which it waits and can never run again: `step` or later */
    char event[REPORT_CAUSE_BYTES];      /* "poller comes to its end" */
    char lost_right[REPORT_CAUSE_BYTES]; /* "receive from reply or close it": what nobody could do from then on */
    char because[REPORT_CAUSE_BYTES];    /* the same as a clause: "after that nobody else could receive ..." */
    char kept_by[REPORT_CAUSE_BYTES];    /* from a root: "shared variable cache: map cache > key 0: slice" */
    char suspect[REPORT_CAUSE_BYTES];    /* which hold on that way should be gone: "key 0" */
    uint64_t retained_objects, retained_bytes;
    bool loops;                      /* it goes round in circles: the rest is known */
    uint64_t loop_after, loop_steps; /* steps before the first round, and of each */
    int64_t loop_ns;                 /* virtual time of each */
};

/* One variant of one scenario. */
struct report_case {
    struct str file; /* as given on the command line */
    struct str name; /* the file's, without folders and ".yaml" */
    struct str variant;
    struct str about;
    bool as_expected;
    enum report_verdict verdict;
    bool proved;                 /* they cover every trace there is */
    bool sampled;                /* they do not, and what is expected is more than they show: see report_runs_words */
    struct str ended;            /* by which rule of the scenario's "stop", or with what proof of it; "" for none */
    uint64_t runs, leaking_runs; /* schedules tried, and how many of them left something */
    const uint64_t *runs_with;   /* a finding of each kind, CHECK_KIND_COUNT of them; NULL: not counted */
    uint64_t steps;              /* of the run that the token shows */
    struct str token;            /* of the run whose findings these are; "" when there is none */
    uint64_t digest;             /* of that run */
    const struct check_finding *findings;
    uint32_t count, lost;
    const struct report_cause *causes; /* of each finding, as many; NULL: nobody has looked */
    struct str expected;               /* what was expected, as one line of words */
    struct str pending;                /* why this is not judged yet; "" when it is */
    struct str known;                  /* which of the findings somebody has taken on, and until when; "" for none */
    struct str why;                    /* why it is not as expected, or the diagnostic (lines); "" when as expected */
    uint32_t line, column;             /* of `why`, in `file`; 0 unknown */
};
struct report {
    struct str title;
    const struct report_case *cases;
    uint32_t count;
    bool colour, terse; /* text only: terse leaves out the findings of what is as expected */
};
struct reporter {
    const char *name, *extension, *about;
    enum status (*write)(const struct report *, struct sink *);
};
const struct reporter *report_find(struct str name); /* a row of reporters.def, or NULL */
const struct reporter *report_at(uint32_t index);    /* NULL past the last */

/* What the reporters share. Words are valid UTF-8 without control characters, whatever the names hold: other bytes are
 * written as \xNN. */
struct buf;
/* One finding in one line: "worker is blocked for ever in send on reply, line 15". */
void report_finding_words(struct buf *out, const struct check_finding *finding);
/* Who made it, where and when: "started by main, line 9, at 2s"; nothing when nothing is known. */
void report_birth_words(struct buf *out, const struct check_finding *finding);
/* The findings of a case, each line after `indent` spaces: a finding, below it the step that decided and, where it says
 * more than the finding does, who keeps it, as far as that is known; those that differ from it only by their line follow
 * in one line; and last what the list has no room for. The first line is begun already, up to `column`. `births`: also who made it. */
void report_findings_lines(struct buf *out, const struct report_case *at, uint32_t indent, uint32_t column,
                           bool births);
void report_lost_words(struct buf *out, uint32_t count, uint32_t lost); /* what a list of `count` has no room for */
void report_told_words(struct buf *out, const struct check_finding *finding); /* both, as one sentence */
/* "a livelock: after 3 steps the same 2 steps for ever, 10ms each round" */
void report_loop_words(struct buf *out, uint64_t after, uint64_t steps, int64_t time_ns);
void report_duration_words(struct buf *out, int64_t duration_ns); /* "1s", "10ms", "1h30m": exact, integers only */
/* How many schedules, and what they are worth: "18 runs: every trace", "32 runs, sampled", or, where nothing is claimed of
 * those not tried (it was not as expected, or one schedule was asked for), "1 run". Behind them what ended them,
 * where a rule of the scenario did. */
void report_runs_words(struct buf *out, const struct report_case *at);
/* The command that shows the case again, ready for a shell: "ebb replay TOKEN FILE". */
void report_again_words(struct buf *out, const struct report_case *at);
/* Why a case is not as expected, in lines that each end in a newline: what was expected, what was found instead, where,
 * and last the command that shows it again. */
void report_failure_words(struct buf *out, const struct report_case *at);

#endif
