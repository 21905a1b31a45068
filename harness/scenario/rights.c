/* SPDX-License-Identifier: MIT */
/* rights.c — what a coroutine of a scenario may still do: read off the steps that are left of it, through procedures,
 * closures and whomever it spawns. Exact where a verb names a variable that keeps its value; where a verb may be on
 * several objects, it may be on any. Too much is harmless here, too little would invent a leak.
 *
 * Each block is read once, so that it takes as long as what is left is large. Of a procedure that is called nothing but
 * the shared variables is known, whoever calls it: it is read once for all who ask with the same grants. */
#include "core/world.h"
#include "scenario/exec.h"

_Static_assert(LIMIT_NAMES <= sizeof((struct ebb_grants *)NULL)->read * 8, "each procedure has its bit");

struct look {
    struct ebb_grants *grants;
    struct ebb_scope *scope;  /* the innermost whose variables are known; NULL: only the shared ones are */
    uint32_t shift;           /* scopes between there and the code looked at, not made yet */
    struct ebb_scope *shared; /* the outermost */
    const struct scenario *scenario;
    const struct routine *routine; /* whose arguments are in `scope` right now; NULL: somebody else's code */
    uint16_t due[LIMIT_NAMES];     /* procedures to be read, by number */
    uint32_t due_count;
};

static void block_read(struct look *look, const struct block *block, uint32_t from);

/* A variable that is given its value once, by what makes a new object or from outside: what it names now it names until
 * its end, or it names nothing yet, and then what it will name is not there yet. */
static bool keeps_value(const struct look *look, const struct declared *declared) {
    if (declared == NULL || declared->changed) return false;
    if (declared->how == DECLARED_SHARED) return true;
    if (declared->how == DECLARED_ARGUMENT) {
        for (uint32_t i = 0; look->routine != NULL && i < look->routine->param_count; i++)
            if (look->routine->params[i] == declared) return true;
        return false;
    }
    const struct expr *value = declared->value;
    return declared->how == DECLARED_LET && value != NULL &&
        (value->what == EXPR_MAKE || value->what == EXPR_LIST || value->what == EXPR_RECORD);
}

enum named { NAMED_NONE, NAMED_ONE, NAMED_ANY };

/* What an expression that is still to be computed names: one object, none that is there now, or perhaps any. */
static enum named named_by(const struct look *look, const struct expr *expr, struct ebb_object **out) {
    if (expr->what != EXPR_VARIABLE || !keeps_value(look, expr->variable.declared)) return NAMED_ANY;
    struct ebb_scope *scope = look->scope;
    uint32_t hops = expr->variable.hops;
    if (expr->variable.declared->how == DECLARED_SHARED)
        scope = look->shared, hops = 0;
    else if (scope == NULL || hops < look->shift)
        return NAMED_NONE; /* made anew by code that has not run */
    else
        hops -= look->shift;
    for (; hops > 0; hops--)
        if ((scope = ebb_scope_outer(scope)) == NULL) return NAMED_ANY;
    if (expr->variable.place >= ebb_scope_count(scope)) return NAMED_ANY;
    struct ebb_value value = ebb_scope_get(scope, expr->variable.place);
    if (value.type != EBB_OBJECT) return NAMED_NONE;
    *out = value.object;
    return NAMED_ONE;
}

/* `kind` is NULL where the step does not say. */
static void grant(const struct look *look, const struct ebb_kind *kind, const struct expr *on, uint32_t rights) {
    struct ebb_object *object = NULL;
    enum named named = rights == 0 ? NAMED_NONE : on == NULL ? NAMED_ANY : named_by(look, on, &object);
    if (named == NAMED_NONE || (object != NULL && kind != NULL && object->kind != kind)) return;
    look->grants->grant(look->grants, kind, object, rights);
}

static void verb_read(const struct look *look, const struct step *step) {
    for (uint32_t i = 0; i < step->verb_count; i++) {
        uint32_t rights = step->verbs[i].op->rights;
        /* A cancelled context closes a channel of its own, a reset timer sends on one: told by the channel's rights. */
        if ((rights & (EBB_RIGHT_INDIRECT | EBB_RIGHT_CANCEL | EBB_RIGHT_ARM)) != 0)
            grant(look, NULL, NULL, rights);
        else
            grant(look, step->verbs[i].kind, step->expr, rights);
    }
}

/* Code of its own, of which only the shared variables are known: its turn comes when all else is read. */
static void proc_read(struct look *look, uint32_t number) {
    uint64_t *word = &look->grants->read[number / 64], bit = UINT64_C(1) << number % 64;
    if ((*word & bit) != 0) return;
    *word |= bit;
    look->due[look->due_count++] = (uint16_t)number;
}

static void routine_read(struct look *look, const struct routine *routine) {
    if (routine == NULL) { /* a procedure held by a variable: any */
        for (uint32_t i = 0; i < look->scenario->proc_count; i++) proc_read(look, i);
    } else if (routine->outer == NULL) {
        proc_read(look, routine->number);
    } else { /* it stands in the code that is read, and closes over the same variables */
        look->shift++;
        block_read(look, &routine->body, 0);
        look->shift--;
    }
}

static void loop_read(struct look *look, const struct step *step) {
    look->shift += step->body.own_scope;
    block_read(look, &step->body, 0);
    look->shift -= step->body.own_scope;
}

static void select_read(struct look *look, const struct step *step, bool heads) {
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        if (heads && one->what == SELECT_SEND) grant(look, NULL, one->chan, EBB_RIGHT_SEND);
        if (heads && one->what == SELECT_RECV) grant(look, NULL, one->chan, EBB_RIGHT_RECV);
        block_read(look, &one->body, 0);
    }
}

static void step_read(struct look *look, const struct step *step) {
    switch (step->what) {
    case STEP_VERB: verb_read(look, step); break;
    case STEP_SELECT: select_read(look, step, true); break;
    case STEP_FOR:
        grant(look, NULL, step->expr, EBB_RIGHT_RECV);
        loop_read(look, step);
        break;
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP: loop_read(look, step); break;
    case STEP_IF:
        block_read(look, &step->body, 0);
        block_read(look, &step->otherwise, 0);
        break;
    case STEP_GO:
    case STEP_CALL:
    case STEP_DEFER:
    case STEP_ONCE:
    case STEP_CALL_AFTER:
    case STEP_FINALIZE: routine_read(look, step->routine); break;
    default: break;
    }
}

static void block_read(struct look *look, const struct block *block, uint32_t from) {
    for (uint32_t i = from; i < block->count; i++) step_read(look, &block->steps[i]);
}

/* What is left of the step that runs: the turns to come of a loop, the coroutines a `go` has not spawned yet, and for the
 * innermost block what follows a wait. */
static void running_read(struct look *look, const struct step *step, bool innermost) {
    switch (step->what) {
    case STEP_FOR:
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP:
    case STEP_GO: step_read(look, step); break;
    case STEP_SELECT:
        if (innermost) select_read(look, step, false);
        break;
    case STEP_ONCE:
        if (innermost) step_read(look, step);
        break;
    default: break;
    }
}

static void activation_read(struct look *look, const struct activation *self) {
    look->scope = self->scope;
    look->routine = self->routine;
    bool innermost = true;
    for (const struct position *at = self->position; at != NULL; at = at->outer, innermost = false) {
        bool whole = innermost && self->stalled; /* the step has not begun */
        if (!whole && at->at < at->block->count) running_read(look, &at->block->steps[at->at], innermost);
        block_read(look, at->block, at->at + (whole ? 0 : 1));
        /* A block with a scope of its own is the body of a loop: around it the variables of the scope outside. */
        if (at->block->own_scope && look->scope != NULL) look->scope = ebb_scope_outer(look->scope);
    }
    if (self->position == NULL) block_read(look, &self->routine->body, 0); /* has not begun */
    for (struct ebb_scope *deferred = self->deferred; deferred != NULL;) {
        const struct routine *routine = ebb_scope_code(deferred);
        look->scope = deferred;
        look->routine = routine;
        block_read(look, &routine->body, 0);
        struct ebb_value older = ebb_scope_get(deferred, routine->place_count);
        deferred = older.type == EBB_OBJECT ? ebb_scope_from(older.object) : NULL;
    }
}

/* --- what the checker asks ------------------------------------------------------------------------------------------- */

static bool knows(const struct ebb_co *co) { return co->body == scenario_exec_coroutine; }

static void trace_fresh(const struct ebb_co *co, struct ebb_tracer *tracer) {
    if (knows(co) && co->roots == NULL) tracer->visit(tracer, ebb_scope_object(co->arg));
}

/* The shared variables: still there when the run has let go of them, as long as somebody can name them. */
static struct ebb_scope *outermost(struct ebb_scope *scope) {
    for (struct ebb_scope *outer; (outer = ebb_scope_outer(scope)) != NULL;) scope = outer;
    return scope;
}

static const struct activation *activation_of(const struct ebb_roots *roots) {
    return BASE_OWNER(roots, const struct activation, roots);
}

static void rights(const struct ebb_co *co, struct ebb_grants *grants) {
    struct ebb_scope *first = co->arg;
    struct scenario_run *run = co->roots == NULL ? ebb_scope_owner(first) : activation_of(co->roots)->run;
    struct look look = {.grants = grants,
                        .shared = outermost(co->roots == NULL ? first : activation_of(co->roots)->scope),
                        .scenario = run->scenario};
    if (co->roots == NULL) {
        look.scope = first;
        look.routine = ebb_scope_code(first);
        block_read(&look, &look.routine->body, 0);
    }
    for (const struct ebb_roots *roots = co->roots; roots != NULL; roots = roots->outer)
        activation_read(&look, BASE_OWNER(roots, struct activation, roots));
    look.scope = NULL;
    look.routine = NULL;
    while (look.due_count > 0) block_read(&look, &look.scenario->procs[look.due[--look.due_count]]->body, 0);
    ASSERT(look.shift == 0);
}

/* A stack begins as one page, doubles when a call does not fit, and never shrinks: decision 0008. */
#define STACK_BYTES_MIN 4096u

static bool stack(const struct ebb_co *co, uint64_t *used_bytes, uint64_t *held_bytes) {
    uint64_t held = STACK_BYTES_MIN;
    uint32_t level = 0, deepest = 0; /* it has not begun */
    if (co->roots != NULL) {
        const struct activation *innermost = activation_of(co->roots);
        level = innermost->level;
        deepest = *innermost->deepest;
    }
    ASSERT(level <= deepest);
    while (held < (uint64_t)deepest * LIMIT_LEVEL_BYTES) held *= 2;
    *used_bytes = (uint64_t)level * LIMIT_LEVEL_BYTES;
    *held_bytes = held;
    return held > STACK_BYTES_MIN;
}

const struct ebb_insight scenario_insight = {knows, trace_fresh, scenario_exec_state, rights, scenario_exec_variable,
                                             stack};
