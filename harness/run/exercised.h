/* SPDX-License-Identifier: MIT */
/* exercised.h — which requirements of a variant's operations some run has shown: see scenario/required.h. It is asked for
 * or it costs nothing. */
#ifndef RUN_EXERCISED_H
#define RUN_EXERCISED_H

#include "base/mem.h"
#include "core/world.h"
#include "scenario/required.h"

#define RUN_EXERCISED_MAX 4000000u /* more than the largest file has room for */
/* A set of them, by number. What two chunks of a search have shown is added up. */
struct run_exercised {
    struct mem *mem;
    uint64_t *bits;
    uint32_t count; /* of requirements; 0: nobody asks */
};
CHECKED enum status run_exercised_init(struct run_exercised *set, struct mem *mem, uint32_t count); /* ERR_NOMEM */
void run_exercised_deinit(struct run_exercised *set); /* a zeroed one is fine */
void run_exercised_clear(struct run_exercised *set);
static inline bool run_exercised_has(const struct run_exercised *set, uint32_t number) {
    return number < set->count && (set->bits[number / 64] >> number % 64 & 1) != 0;
}
uint32_t run_exercised_members(const struct run_exercised *set);
/* Both are of one variant, or `to` is of none so far. ERR_NOMEM */
CHECKED enum status run_exercised_add(struct run_exercised *to, const struct run_exercised *more);
/* Hexadecimal, four to a digit, the first ones first; and back: false where that is none of at most `most` digits. */
void run_exercised_write(const struct run_exercised *set, struct buf *out);
CHECKED enum status run_exercised_read(struct run_exercised *set, struct mem *mem, struct str digits, uint32_t count);

/* Looks on and fills a set. */
struct run_exercising {
    struct ebb_observer observer; /* what a world is given */
    const struct scenario_required *required;
    struct run_exercised *into;
    bool waited;  /* the verb that goes on has, before the step that completes it */
    bool unasked; /* something came to pass that the text was read as if it never could; for tests */
};
void run_exercising_init(struct run_exercising *self, const struct scenario_required *required,
                         struct run_exercised *into);

#endif
