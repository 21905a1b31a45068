/* SPDX-License-Identifier: MIT */
/* edits.h — every single thing that can be taken from a scenario: the file as a tree, and each edit as another file.
 *
 * An edit takes away or lowers and adds nothing, so that edits come to an end; whether what is left still loads, and
 * what it does, is for others to find out. In this order: coroutines and procedures; stretches of steps, then each step; a
 * variable or a procedure's parameter with the steps that name it; a step replaced by a block inside it; numbers; a
 * select replaced by one of its cases; what a step or the file can do without. */
#ifndef SCENARIO_EDITS_H
#define SCENARIO_EDITS_H

#include "base/buf.h"
#include "scenario/scenario.h"

struct scenario_edits;
/* How large a scenario is: what an edit leaves is smaller, in this order. */
struct scenario_size {
    uint64_t nodes;   /* of the file's tree */
    uint64_t numbers; /* all of them added up, whatever their units */
};
/* `text` is copied. ERR_INPUT: it is no YAML that a scenario may be. ERR_NOMEM, ERR_LIMIT. */
CHECKED enum status scenario_edits_new(struct mem *mem, struct scenario_edits **out, struct str text);
void scenario_edits_free(struct scenario_edits *edits); /* NULL is fine */
uint32_t scenario_edits_count(const struct scenario_edits *edits);
/* The file after edit `index` alone; behind what `out` holds. Lost memory is the buf's to tell. */
void scenario_edits_apply(const struct scenario_edits *edits, uint32_t index, struct buf *out);
struct scenario_size scenario_edits_size(const struct scenario_edits *edits);
bool scenario_size_less(struct scenario_size a, struct scenario_size b);

/* The same scenario in the emitter's form; with nothing but one variant, its parameters replaced by their values, and
 * nothing expected. What it does is the same, step by step. ERR_INPUT: `text` does not load. ERR_NOMEM. */
CHECKED enum status scenario_canonical(struct mem *mem, struct str text, struct buf *out);
CHECKED enum status scenario_settle(struct mem *mem, struct str text, uint32_t variant, struct buf *out);
/* A scenario of one variant, which is to leave what `expect` says. */
CHECKED enum status scenario_expecting(struct mem *mem, struct str text, const struct check_expect *expect,
                                       struct buf *out);
/* Steps of the file, and how many of them start coroutines. */
struct scenario_parts {
    uint32_t steps, goes;
};
struct scenario_parts scenario_parts(const struct scenario *scenario);

#endif
