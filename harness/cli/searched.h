/* SPDX-License-Identifier: MIT */
/* searched.h — what a search of one variant has shown, told and written down, whoever made its runs. */
#ifndef CLI_SEARCHED_H
#define CLI_SEARCHED_H

#include "cli/coverage_words.h"
#include "cli/part.h"
#include "run/enough.h"
#include "run/split.h"

struct searched {
    struct str path, variant, strategy; /* its own copies */
    const struct source *source;        /* borrowed; NULL: its runs were made elsewhere, or not yet */
    bool stopped;                       /* before its end */
    bool clean;                         /* nothing is expected to be left */
    bool pending;                       /* what is expected is not judged yet */
    bool first;                         /* the first finding is enough */
    bool share;                         /* others have the rest of it */
    bool ruled;                         /* `stop` is in force */
    struct scenario_stop stop;
    uint64_t chunk_count; /* of the whole */
    uint64_t chunks;      /* from the first on, that came whole: what `total` or, if there is one, `before` is of */
    struct run_harvest total;
    struct run_harvest left;   /* of a search that was left on its way, for another process; mem NULL: none was */
    struct buf states[2];      /* where that is: see run_portfolio_keep */
    struct run_harvest before; /* what it was when the first chunk came that is not whole; mem NULL: none did */
    struct buf complete;       /* what a strategy that searches has come to; empty: it samples */
    bool proved;
    struct coverage_list requirements; /* of none, where coverage is not asked for */
    struct buf differs;                /* how a run in another process was not the same; empty: none was */
    bool whole;                        /* such a strategy came to its end, be it one with a bound */
};
/* ERR_NOMEM: deinit is fine. */
CHECKED enum status cli_searched_init(struct searched *searched, struct str path, struct str variant,
                                      struct str strategy);
void cli_searched_deinit(struct searched *searched); /* all zero is fine */
/* What its pieces have come to, as far as they are there. ERR_NOMEM */
CHECKED enum status cli_searched_settle(struct searched *searched);
bool cli_searched_over(const struct searched *searched, const struct run_harvest *got);
/* Which rule of the scenario says that those runs are enough: never in a share, which knows only its own. */
enum run_enough cli_searched_enough(const struct searched *searched);
/* To `out` as text or, if json is not NULL, to that. ERR_NOMEM */
CHECKED enum status cli_searched_tell(const struct searched *searched, bool interrupted, struct buf *out,
                                      struct report_json *json);
void cli_searched_json_begin(struct report_json *json); /* around all of them */
void cli_searched_json_end(struct report_json *json);
/* Something where nothing is expected or, where the whole is known, nothing where something is. */
bool cli_searched_unexpected(const struct searched *searched, bool whole);

/* In a part each search is an object, with a list of what its chunks have shown. `states`: of a search on its way, which
 * is chunk 0, and of which `chunks` are 0; else NULL. */
void cli_searched_open(const struct searched *searched, struct report_json *json);
CHECKED enum status cli_searched_put(const struct searched *searched, uint64_t chunk, uint64_t chunks,
                                     const struct run_harvest *got, const struct buf states[2],
                                     struct report_json *json);
void cli_searched_close(struct report_json *json);

/* The counterparts. An empty `searched` is filled in; what is said must else be what it says. ERR_NOMEM */
CHECKED enum status cli_searched_read_open(struct searched *searched, struct part_file *file);
/* `*more`: here is another one, and `got`, which has to be empty, holds it; `searched` has its states. ERR_NOMEM */
CHECKED enum status cli_searched_take(struct searched *searched, struct part_file *file, bool *more, uint64_t *chunk,
                                      uint64_t *chunks, struct run_harvest *got);
void cli_searched_read_close(struct part_file *file);

#endif
