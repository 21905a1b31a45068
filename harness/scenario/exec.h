/* SPDX-License-Identifier: MIT */
/* exec.h — the interpreter from inside: one activation per running routine, on its coroutine's own stack, which owns no
 * heap: everything an activation holds is found through its roots. Private to this folder. */
#ifndef SCENARIO_EXEC_H
#define SCENARIO_EXEC_H

#include "kinds/scope/scope.h"
#include "scenario/model.h"

struct scenario_run {
    const struct scenario *scenario;
    struct ebb *ebb;
    const struct ebb_value *params;
    struct ebb_scope *shared; /* held until scenario_release */
    int64_t turn;
    uint64_t computed, computed_max; /* steps of routines; beyond computed_max each is also a step of the world */
    bool faulted;
    struct diag fault;
};

struct activation {
    struct ebb_roots roots; /* first member */
    struct scenario_run *run;
    struct ebb *ebb;
    struct ebb_scope *scope; /* held: the innermost; through it the outer ones */
    struct ebb_scope *deferred; /* held: the last deferred closure; its variable 0 names the one before */
    const struct routine *routine;
    struct ebb_value result;                   /* held */
    struct ebb_value temporaries[LIMIT_TEMPORARIES]; /* held: made in this step, not stored yet */
    uint32_t temporary_count;
    uint32_t depth; /* of calls */
    bool defer_waits; /* `defer` is registered */
    struct ebb_defer defer;
};

/* The scenario makes no sense here: notes why, and stops the world. From outside a coroutine it returns false instead. */
bool scenario_exec_fail(struct activation *self, struct where where, const char *format, ...) PRINTF_LIKE(3, 4);
/* The value is borrowed; a new object is held by the temporaries. False only from outside, after a failure. */
bool scenario_exec_eval(struct activation *self, const struct expr *expr, struct ebb_value *out);
/* The same without a world: for expressions over parameters and literals. False: see the run's fault. */
bool scenario_exec_constant(struct activation *self, const struct expr *expr, struct ebb_value *out);
void scenario_exec_clear(struct activation *self, uint32_t mark); /* lets the temporaries from `mark` on go */
/* The object and place that an INDEX or a record's MEMBER expression names. */
bool scenario_exec_place(struct activation *self, const struct expr *expr, struct ebb_object **object, uint32_t *place);
/* Converts to what a shape asks for ("int", "duration", …, a kind's name, "any"); false: it does not fit. */
bool scenario_exec_fits(const char *shape, uint32_t index, struct ebb_value *value);

#endif
