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
    enum scenario_phase phase;       /* the one that was spawned last */
    uint32_t faults;                 /* enum fault: those that this phase may be hit by */
    uint32_t faults_left;            /* there may still be so many in this run */
    uint64_t clock_reads;            /* how often an expression asked what time it is */
    uint64_t computed, computed_max; /* steps of routines; beyond computed_max each is also a step of the world */
    bool refused;                    /* something the subject asked for: what it was given is nil */
    bool faulted;
    bool exhausted; /* faulted for lack of memory: the scenario may well make sense */
    struct diag fault;
};

/* Where a block stands; on the stack of whoever runs it. What is left to do is read off the positions. */
struct position {
    struct position *outer;
    const struct block *block;
    uint32_t at;          /* the step that runs */
    uint64_t turn, turns; /* of that step, when it is a loop that counts */
};

struct activation {
    struct ebb_roots roots; /* first member */
    struct scenario_run *run;
    struct ebb *ebb;
    struct ebb_scope *scope;    /* held: the innermost; through it the outer ones */
    struct ebb_scope *deferred; /* held: the last deferred closure; its variable 0 names the one before */
    const struct routine *routine;
    struct ebb_value result;                         /* held */
    struct ebb_value temporaries[LIMIT_TEMPORARIES]; /* held: made in this step, not stored yet */
    uint32_t temporary_count;
    uint32_t level;    /* of blocks within blocks, through all calls */
    uint32_t *deepest; /* the highest level there has been in this coroutine: the first activation's own */
    uint32_t deepest_own;
    struct position *position; /* the innermost block that runs */
    bool stalled;              /* hit by a fault before the step its position names, which is still to come */
    bool defer_waits;          /* `defer` is registered */
    struct ebb_defer defer;
};

/* The scenario makes no sense here: notes why, and stops the world. From outside a coroutine it returns false instead. */
bool scenario_exec_fail(struct activation *self, struct where where, const char *format, ...) PRINTF_LIKE(3, 4);
/* The value is borrowed; a new object is held by the temporaries. False only from outside, after a failure. */
bool scenario_exec_eval(struct activation *self, const struct expr *expr, struct ebb_value *out);
/* The same without a world: for expressions over parameters and literals. False: see the run's fault. */
bool scenario_exec_constant(struct activation *self, const struct expr *expr, struct ebb_value *out);
/* What the parameters make of a condition, where they and literals alone decide it; else false. `constants` has the
 * scenario and its parameters, and nothing else. repeats.c */
bool scenario_exec_decided(struct scenario_run *constants, const struct expr *expr, bool *answer);
void scenario_exec_clear(struct activation *self, uint32_t mark); /* lets the temporaries from `mark` on go */
/* The object and place that an INDEX or a record's MEMBER expression names. */
bool scenario_exec_place(struct activation *self, const struct expr *expr, struct ebb_object **object, uint32_t *place);
/* Converts to what a shape asks for ("int", "duration", …, a kind's name, "any"); false: it does not fit. */
bool scenario_exec_fits(const char *shape, uint32_t index, struct ebb_value *value);

/* --- inside a coroutine, where a failure does not return --------------------------------------------------------------- */
enum flow { FLOW_NEXT, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN };
enum flow scenario_exec_block(struct activation *self, const struct block *block);
void scenario_exec_must(struct activation *self, enum status status); /* ends the run for lack of memory */
/* An activation of `routine`; takes the hold on `scope`. */
void scenario_exec_begin(struct activation *self, struct scenario_run *run, const struct routine *routine,
                         struct ebb_scope *scope, const struct activation *caller);
void scenario_exec_end(struct activation *self);
const struct activation *scenario_exec_activation(const struct ebb_roots *roots); /* NULL: they are somebody else's */
void scenario_exec_store(struct activation *self, struct variable to, struct ebb_value value);     /* takes the hold */
void scenario_exec_value(struct activation *self, const struct expr *expr, struct ebb_value *out); /* borrowed */
/* The same for what the step waits on: held until the step is over, whoever changes the variable meanwhile. */
void scenario_exec_held(struct activation *self, const struct expr *expr, struct ebb_value *out);
bool scenario_exec_condition(struct activation *self, const struct expr *expr);
int64_t scenario_exec_number(struct activation *self, const struct expr *expr, enum ebb_type type, int64_t most);
struct ebb_object *scenario_exec_object(struct activation *self, const struct expr *expr, uint16_t kind, bool nil_too);
struct ebb_chan *scenario_exec_chan(struct activation *self, const struct expr *expr);

/* exec_routines.c */
void scenario_exec_coroutine(struct ebb *ebb, void *scope); /* takes the hold on a scope with code */
void scenario_exec_go(struct activation *self, const struct step *step);
void scenario_exec_call(struct activation *self, const struct step *step);
void scenario_exec_defer(struct activation *self, const struct step *step);
void scenario_exec_once(struct activation *self, const struct step *step);
void scenario_exec_call_after(struct activation *self, const struct step *step);
void scenario_exec_finalize(struct activation *self, const struct step *step);
/* rights.c */
struct ebb_insight;
extern const struct ebb_insight scenario_insight;

/* standing.c: what an insight calls `state` */
bool scenario_exec_state(const struct ebb_co *co, struct ebb_teller *teller);
/* variable_names.c: what an insight calls `variable` */
const char *scenario_exec_variable(const struct ebb_object *scope, int64_t place, bool *shared);

/* exec_verbs.c */
void scenario_exec_verb(struct activation *self, const struct step *step);
enum flow scenario_exec_select(struct activation *self, const struct step *step);

void scenario_faults_begin(struct scenario_run *run); /* its phase is about to */
/* Before a step: asks the schedule for a fault. Nothing where run->faults is 0. */
void scenario_faults(struct activation *self);
/* Is what an expression makes refused? Likewise. */
bool scenario_faults_refuse(struct activation *self, const struct ebb_kind *kind);
uint32_t scenario_faults_max(const struct scenario *scenario); /* of one run */

#endif
