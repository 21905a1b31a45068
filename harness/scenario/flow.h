/* SPDX-License-Identifier: MIT */
/* flow.h — which objects a variable may name, and who does what with each: not run, but followed through variables,
 * arguments, results, messages and containers until nothing new is found. It tells rather too much than too little.
 * Private to this folder. */
#ifndef SCENARIO_FLOW_H
#define SCENARIO_FLOW_H

#include "scenario/model.h"

/* Beyond these a scenario is nothing anybody wants to read about. */
#define FLOW_SITES_MAX 256u
#define FLOW_NAMES_MAX 1024u
#define FLOW_USES_MAX 2048u
#define FLOW_FIELDS_MAX 1024u
#define FLOW_WORDS (FLOW_SITES_MAX / 64)

struct flow_set {
    uint64_t bits[FLOW_WORDS];
};
/* A place of the file where an object is made. */
struct flow_site {
    const struct expr *expr;       /* MAKE, LIST, RECORD; NULL for the timer of a call_after */
    const struct step *step;       /* the call_after */
    const struct routine *routine; /* who makes it; NULL: it is shared */
    const char *label;
    const struct ebb_kind *kind;
    struct where where;
    struct flow_set contents; /* what it carries: messages, entries, items, fields that are set */
    uint32_t first_field;     /* RECORD: of what its fields are made with */
};
struct flow_use {
    uint32_t site;
    const struct routine *routine;
    const char *verb;
    struct where where; /* the first */
};
struct flow {
    const struct scenario *scenario;
    struct flow_site sites[FLOW_SITES_MAX];
    uint32_t site_count;
    struct flow_set names[FLOW_NAMES_MAX]; /* by number of what declares it */
    struct flow_set results[LIMIT_NAMES];  /* of procedures */
    struct flow_set fields[FLOW_FIELDS_MAX];
    uint32_t field_count;
    struct flow_use uses[FLOW_USES_MAX];
    uint32_t use_count;
    const struct expr *changing; /* the place that the step being looked at changes */
    bool changed, full;          /* full: the scenario is larger than this can follow */
};
void scenario_flow(struct flow *flow, const struct scenario *scenario);
/* What an expression may name, added to `out`. */
void scenario_flow_values(const struct flow *flow, const struct expr *expr, struct flow_set *out);
bool scenario_flow_in(const struct flow_set *set, uint32_t site);
/* The routine on whose coroutine a block runs: the procedure or phase around a `defer` or `once`. */
const struct routine *scenario_flow_runner(const struct routine *routine);

#endif
