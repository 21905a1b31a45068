/* SPDX-License-Identifier: MIT */
/* baseline.h — what is known to leak, each with who has taken it on, why, and until when. Known findings are shown and
 * not red; what is new is red; and an entry of which nothing is found any more is red, or baselines would only grow. No
 * clock is asked: the day comes with --today. */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include "cli/command.h"

#define LIMIT_BASELINE_ENTRIES 4096u

struct baseline_entry {
    struct str scenario, variant, owner, reason; /* variant: "" for all of them */
    struct str expires;                          /* "" for never */
    struct run_known known;
    uint32_t line, column;
    bool expired;
    bool seen;          /* something of it was found */
    uint32_t judged_at; /* the first row it is about, plus 1; 0: none was judged */
};
struct baseline {
    struct mem_arena arena;
    const char *path; /* NULL: there is none */
    struct str bytes; /* of the file; entries name parts of the arena */
    struct baseline_entry *entries;
    uint32_t count, capacity;
};

void cli_baseline_init(struct baseline *baseline);
void cli_baseline_deinit(struct baseline *baseline);
/* `today` is a cli_date, 0 when it was not said. False: told on stderr, with the place. */
bool cli_baseline_load(struct baseline *baseline, const char *path, uint32_t today);
/* Is every scenario that is named there? After the sources are loaded. False: told on stderr. */
bool cli_baseline_there(const struct baseline *baseline, const struct sources *sources);
bool cli_baseline_write(const struct baseline *baseline, const char *path); /* those that were seen; false: told */

/* What is known of one row, and which entry says so; at most RUN_KNOWN_MAX. */
uint32_t cli_baseline_known(const struct baseline *baseline, const struct source *source, uint32_t variant,
                            struct run_known *known, uint32_t *entries);
/* A row was judged with these: remembers what was seen, and says in `words` what is known of the row. */
void cli_baseline_judged(struct baseline *baseline, const struct source *source, uint32_t variant, uint32_t row_number,
                         const uint32_t *entries, uint32_t count, struct run_row *row, struct buf *words);
/* Takes on what is found and not expected in this row. How many were added; 0 also for lack of memory. */
uint32_t cli_baseline_add(struct baseline *baseline, const struct source *source, uint32_t variant,
                          const struct run_row *row);
/* Adds to `why` which entries this row is the first to be about, of which nothing was found: after all rows were judged.
 * True: there are some, so that the row is red. */
bool cli_baseline_gone_told(const struct baseline *baseline, bool all_variants, uint32_t row_number, char *why,
                            size_t size);

#endif
