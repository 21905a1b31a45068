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

/* One variant of one scenario. */
struct report_case {
    struct str file; /* as given on the command line */
    struct str name; /* the file's, without folders and ".yaml" */
    struct str variant;
    struct str about;
    bool as_expected;
    enum report_verdict verdict;
    uint64_t runs, leaking_runs; /* schedules tried, and how many of them left something */
    const uint64_t *runs_with;   /* a finding of each kind, CHECK_KIND_COUNT of them; NULL: not counted */
    uint64_t steps;              /* of the run that the token shows */
    struct str token;            /* of the run whose findings these are; "" when there is none */
    uint64_t digest;             /* of that run */
    const struct check_finding *findings;
    uint32_t count, lost;
    struct str expected;   /* what was expected, as one line of words */
    struct str pending;    /* why this is not judged yet; "" when it is */
    struct str known;      /* which of the findings somebody has taken on, and until when; "" for none */
    struct str why;        /* why it is not as expected, or the diagnostic (lines); "" when as expected */
    uint32_t line, column; /* of `why`, in `file`; 0 unknown */
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
void report_told_words(struct buf *out, const struct check_finding *finding); /* both, as one sentence */
void report_duration_words(struct buf *out, int64_t duration_ns); /* "1s", "10ms", "1h30m": exact, integers only */
/* The command that shows the case again, ready for a shell: "ebb replay TOKEN FILE". */
void report_again_words(struct buf *out, const struct report_case *at);
/* Why a case is not as expected, in lines that each end in a newline: what was expected, what was found instead, where,
 * and last the command that shows it again. */
void report_failure_words(struct buf *out, const struct report_case *at);

#endif
