/* SPDX-License-Identifier: MIT */
/* pieces.h — what the pieces of a search have come to, as it can be added up. */
#ifndef RUN_PIECES_H
#define RUN_PIECES_H

#include "reports/json_reader.h"
#include "reports/json_writer.h"
#include "run/portfolio.h"

struct run_pieces {  /* in one timer mode; all zero: it was not asked for, or no strategy searches */
    uint64_t pieces; /* that were searched, or are being */
    uint64_t over;   /* of them, those with nothing left to do */
    uint64_t whole;  /* of these, those that made every schedule, or one for each trace */
    uint64_t made;   /* schedules or traces */
    uint64_t failed; /* pieces that were too large to be searched */
};
/* Of a lone search (run_portfolio_lone), by timer mode; of others all zero. */
void run_pieces_of(const struct run_portfolio *portfolio, struct run_pieces out[2]);
void run_pieces_add(struct run_pieces to[2], const struct run_pieces more[2]);
/* Has each of `count` pieces come to its end, in every mode that was asked for? And is that every schedule? */
bool run_pieces_over(const struct run_pieces at[2], uint64_t count);
bool run_pieces_whole(const struct run_pieces at[2], uint64_t count);
/* "all 12 traces; the first 40 traces with early timers, not all": nothing where no such strategy searches. */
void run_pieces_words(struct buf *out, const struct run_pieces at[2], uint64_t count, struct str strategy);
/* As a member of an object that is open. */
void run_pieces_write(const struct run_pieces at[2], struct report_json *json);
void run_pieces_read(struct run_pieces at[2], struct report_json_reader *reader);

#endif
