/* SPDX-License-Identifier: MIT */
/* sched.h — the long form of a token, a `.sched` file: the same decisions as text that people read and edit.
 *
 *   ebb-schedule 1                         the version; the first line that says anything
 *   scenario scenarios/patterns/x.yaml     where it was
 *   content 4k7zq0m2                       and which bytes it had: the token's own digits
 *   variant leaking                        or: combination 7, counted from 0, of the parameters' ranges
 *   timers idle                            or any
 *   token ebb1-4k7zq0m2-09b-x3f            not needed: what the file was written from, so that an edit is noticed
 *   finds 00a3f29c4412bb7e "a, b c"        not needed: a signature that the run shows, and words
 *   at main#1 channel.send time 3 line 14: run worker#2
 *
 * Each `at` is a decision that is not the default: who decides, after or in which verb, for which time. What is chosen
 * is one of `run WHO`, `fire alarm` (the next one, early), `take case 2 of 3`, `take value 1 below 2`, and where faults are
 * permitted `take stall 1 of 3` (who then is held up), `take cancel 1 of 2` (a context, in order of birth) and `take
 * refusal 1 of 1`. A # at the start of a word makes the rest of the line a comment. A word with other characters than
 * A-Z a-z 0-9 _ . / $ - stands in quotes, where \" \\ and \xHH are read as in C. */
#ifndef EXPLORE_SCHED_H
#define EXPLORE_SCHED_H

#include "base/buf.h"
#include "explore/explore.h"
#include "explore/sites.h"

#define SCHED_VERSION 1u
#define SCHED_BYTES_MAX ((size_t)1 << 20) /* of a file that is read */
#define SCHED_FINDINGS_MAX 64u

struct explore_sched_step {
    struct explore_site site;
    enum explore_sched_does { EXPLORE_RUN, EXPLORE_FIRE, EXPLORE_TAKE } does;
    struct str whom; /* RUN */
    uint32_t number;
    uint32_t option, options; /* TAKE: > 0; of how many there were */
    struct explore_sched_place {
        uint32_t line, who, time, scenario_line, choice; /* the columns of the four, from 1 */
    } at;                                                /* in the file; 0: it was not read from one */
};
struct explore_sched {
    struct str scenario; /* a path */
    uint64_t content;    /* explore_token_key */
    bool combination;    /* `variant` is a number, and `named` "" */
    uint32_t variant;
    struct str named;
    enum ebb_timers timers;
    struct str token; /* "": none */
    struct explore_sched_found {
        uint64_t signature;
        struct str words;
        uint32_t at_line;
    } found[SCHED_FINDINGS_MAX];
    uint32_t found_count;
    struct explore_sched_step *steps; /* no two at the same site and time; as many as `capacity` are allocated */
    uint32_t count, capacity;
    uint32_t variant_line, token_line, scenario_line; /* of the file */
    struct mem_arena text;                            /* what quoted words mean; the rest is borrowed */
};
void explore_sched_init(struct explore_sched *sched, struct mem *mem);
void explore_sched_deinit(struct mem *mem, struct explore_sched *sched);
CHECKED enum status explore_sched_add(struct mem *mem, struct explore_sched *sched,
                                      const struct explore_sched_step *step); /* ERR_NOMEM: it is as it was */
/* ERR_INPUT with line, column, and what was expected there. `bytes` are borrowed. Takes time and memory in proportion to
 * their length. On any status, deinit. */
CHECKED enum status explore_sched_read(struct mem *mem, struct str bytes, struct explore_sched *out, struct diag *why);
void explore_sched_write(struct buf *out, const struct explore_sched *sched);
/* "at main#1 channel.send time 3 line 14" and "run worker#2". */
void explore_sched_site_write(struct buf *out, const struct explore_site *site);
void explore_sched_does_write(struct buf *out, const struct explore_sched_step *step);
void explore_sched_who_write(struct buf *out, struct str label, uint32_t number); /* 0: only the label */

/* Steps by their site. ERR_INPUT: two are at one; `twice` is the second. */
struct explore_sched_index {
    const struct explore_sched *sched;
    uint32_t *places, size; /* 1 + number of a step, or 0; a power of two */
};
CHECKED enum status explore_sched_index_new(struct mem *mem, struct explore_sched_index *out,
                                            const struct explore_sched *sched, uint32_t *twice);
void explore_sched_index_free(struct mem *mem, struct explore_sched_index *index);
/* The number of the step at this site and time, or UINT32_MAX. */
uint32_t explore_sched_find(const struct explore_sched_index *index, const struct explore_site *site);

#endif
