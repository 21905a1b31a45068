/* SPDX-License-Identifier: MIT */
/* required.h — what can come of each operation of a variant: a send completes at once, after a wait, wakes a receiver or
 * finds the channel closed; of a select each case can be taken. A run that shows one has exercised it; what no run has is
 * a list a reader can go through.
 *
 * The kinds say what their verbs can come to; what others may do to the same objects, as far as the text shows, says
 * which of that applies: a channel nobody closes is never found closed. Rather too much is asked for than too little.
 * Branches that the variant's parameters rule out, and procedures nobody calls, are left out. */
#ifndef SCENARIO_REQUIRED_H
#define SCENARIO_REQUIRED_H

#include "base/buf.h"
#include "core/world.h"
#include "scenario/scenario.h"

struct scenario_required;
#define SCENARIO_REQUIRED_NONE UINT32_MAX
#define SCENARIO_REQUIRED_UNASKED (UINT32_MAX - 1)
/* One requirement: `index`th of its operation, of so many that stand behind each other. */
struct scenario_requirement {
    uint32_t operation, index, count;
    uint32_t line, column;         /* of the operation */
    uint32_t own_line, own_column; /* the same, but of a select's case its own */
};

CHECKED enum status scenario_required_new(struct mem *mem, struct scenario_required **out,
                                          const struct scenario *scenario, uint32_t variant); /* ERR_NOMEM */
void scenario_required_free(struct scenario_required *required);                              /* NULL is fine */
uint32_t scenario_required_count(const struct scenario_required *required);
/* In the order of the file. */
struct scenario_requirement scenario_required_at(const struct scenario_required *required, uint32_t number);
void scenario_required_operation(const struct scenario_required *required, uint32_t operation, struct buf *out);
/* "after a wait", "case 2: recv reply" */
void scenario_required_words(const struct scenario_required *required, uint32_t number, struct buf *out);
/* Which one it is that the verb of `co` comes to this, of a select's cases of sends and receives the `index`th, from 0;
 * VAIN of a select is its "default", or its "after". NONE: the verb is not its step's own, or comes to no such thing by
 * its kind's table. UNASKED: it does, and the text was read as if it never could. */
uint32_t scenario_required_find(const struct scenario_required *required, const struct ebb_co *co,
                                enum ebb_outcome outcome, uint32_t index);

#endif
