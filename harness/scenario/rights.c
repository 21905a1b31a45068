/* SPDX-License-Identifier: MIT */
/* rights.c — what a coroutine of a scenario may still do: read off the steps that are left of it, through procedures,
 * closures and whomever it spawns. Exact where a verb names a variable that keeps its value; where a verb may be on
 * several objects, it may be on any. Too much is harmless here, too little would invent a leak. */
#include "core/world.h"
#include "scenario/exec.h"

/* As deep as routines may name each other before everything is taken as possible. */
#define ROUTINES_MAX 32u

struct look {
    struct ebb_rights_sink *sink; /* not NULL: all is told to it, and nothing is found */
    const struct ebb_object *object;
    uint32_t rights;
    struct ebb_scope *scope;  /* the innermost whose variables are known; NULL: only the shared ones are */
    uint32_t shift;           /* scopes between there and the code looked at, not made yet */
    struct ebb_scope *shared; /* the outermost */
    const struct scenario *scenario;
    const struct routine *routine; /* whose arguments are in `scope` right now; NULL: somebody else's code */
    const struct routine *seen[ROUTINES_MAX];
    uint32_t seen_count;
};

static bool block_may(struct look *look, const struct block *block, uint32_t from);

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

enum named { NAMES_NOTHING, NAMES_ONE, NAMES_ANY };

static enum named named(const struct look *look, const struct expr *expr, const struct ebb_object **object) {
    if (expr->what != EXPR_VARIABLE || !keeps_value(look, expr->variable.declared)) return NAMES_ANY;
    struct ebb_scope *scope = look->scope;
    uint32_t hops = expr->variable.hops;
    if (expr->variable.declared->how == DECLARED_SHARED)
        scope = look->shared, hops = 0;
    else if (scope == NULL || hops < look->shift)
        return NAMES_NOTHING; /* made anew by code that has not run */
    else
        hops -= look->shift;
    for (; hops > 0; hops--)
        if ((scope = ebb_scope_outer(scope)) == NULL) return NAMES_ANY;
    if (expr->variable.place >= ebb_scope_count(scope)) return NAMES_ANY;
    struct ebb_value value = ebb_scope_get(scope, expr->variable.place);
    *object = value.type == EBB_OBJECT ? value.object : NULL;
    return value.type == EBB_OBJECT ? NAMES_ONE : NAMES_NOTHING;
}

/* What is named is acted on so; `kind`: if it is of that kind, NULL: whatever it is. Is that what was asked for? */
static bool use(const struct look *look, const struct expr *expr, const struct ebb_kind *kind, uint32_t rights) {
    const struct ebb_object *object = NULL;
    if (look->sink == NULL && ((rights & look->rights) == 0 || (kind != NULL && kind != look->object->kind)))
        return false;
    enum named which = named(look, expr, &object);
    if (which == NAMES_NOTHING) return false;
    if (look->sink == NULL) return which == NAMES_ANY || object == look->object;
    if (which == NAMES_ANY)
        look->sink->on_any(look->sink, kind, rights);
    else if (kind == NULL || kind == object->kind)
        look->sink->on(look->sink, object, rights);
    return false;
}

static bool use_anything(const struct look *look, uint32_t rights) {
    if (look->sink == NULL) return (rights & look->rights) != 0;
    look->sink->on_any(look->sink, NULL, rights);
    return false;
}

static bool verb_may(const struct look *look, const struct step *step) {
    for (uint32_t i = 0; i < step->verb_count; i++) {
        uint32_t rights = step->verbs[i].op->rights;
        if (rights == 0) continue;
        /* A cancelled context closes a channel of its own, a reset timer sends on one: told by the channel's rights. */
        bool indirect = (rights & (EBB_RIGHT_INDIRECT | EBB_RIGHT_CANCEL | EBB_RIGHT_ARM)) != 0;
        if (indirect ? use_anything(look, rights) : use(look, step->expr, step->verbs[i].kind, rights)) return true;
    }
    return false;
}

/* Code of its own, of which only the shared variables are known, or, for a closure, those it closes over. */
static bool routine_may(struct look *look, const struct routine *routine, bool closure) {
    if (routine == NULL) { /* a procedure held by a variable: any */
        for (uint32_t i = 0; i < look->scenario->proc_count; i++)
            if (routine_may(look, look->scenario->procs[i], false)) return true;
        return false;
    }
    for (uint32_t i = 0; i < look->seen_count; i++)
        if (look->seen[i] == routine) return false; /* looked at already, with no more known */
    if (look->seen_count == ROUTINES_MAX) return use_anything(look, UINT32_MAX);
    if (!closure && look->sink != NULL && !look->sink->news(look->sink, routine)) return false;
    struct look inner = *look;
    inner.seen[inner.seen_count++] = routine;
    if (closure)
        inner.shift++;
    else
        inner.scope = NULL, inner.shift = 0, inner.routine = NULL;
    return block_may(&inner, &routine->body, 0);
}

static bool loop_may(struct look *look, const struct step *step) {
    look->shift += step->body.own_scope;
    bool may = block_may(look, &step->body, 0);
    look->shift -= step->body.own_scope;
    return may;
}

static bool select_may(struct look *look, const struct step *step, bool heads) {
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        uint32_t right = one->what == SELECT_SEND ? EBB_RIGHT_SEND : one->what == SELECT_RECV ? EBB_RIGHT_RECV : 0;
        if (heads && right != 0 && use(look, one->chan, NULL, right)) return true;
        if (block_may(look, &one->body, 0)) return true;
    }
    return false;
}

static bool step_may(struct look *look, const struct step *step) {
    switch (step->what) {
    case STEP_VERB: return verb_may(look, step);
    case STEP_SELECT: return select_may(look, step, true);
    case STEP_FOR:
        if (use(look, step->expr, NULL, EBB_RIGHT_RECV)) return true;
        return loop_may(look, step);
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP: return loop_may(look, step);
    case STEP_IF: return block_may(look, &step->body, 0) || block_may(look, &step->otherwise, 0);
    case STEP_GO:
    case STEP_CALL: return routine_may(look, step->routine, step->body.own_scope);
    case STEP_DEFER:
    case STEP_ONCE:
    case STEP_CALL_AFTER:
    case STEP_FINALIZE: return routine_may(look, step->routine, true);
    default: return false;
    }
}

static bool block_may(struct look *look, const struct block *block, uint32_t from) {
    for (uint32_t i = from; i < block->count; i++)
        if (step_may(look, &block->steps[i])) return true;
    return false;
}

/* What is left of the step that runs: the turns to come of a loop, the coroutines a `go` has not spawned yet, and for the
 * innermost block what follows a wait. */
static bool running_may(struct look *look, const struct step *step, bool innermost) {
    switch (step->what) {
    case STEP_FOR:
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP:
    case STEP_GO: return step_may(look, step);
    case STEP_SELECT: return innermost && select_may(look, step, false);
    case STEP_ONCE: return innermost && step_may(look, step);
    default: return false;
    }
}

static bool activation_may(struct look *look, const struct activation *self) {
    look->scope = self->scope;
    look->routine = self->routine;
    bool innermost = true;
    for (const struct position *at = self->position; at != NULL; at = at->outer, innermost = false) {
        bool whole = innermost && self->stalled; /* the step has not begun */
        if (!whole && at->at < at->block->count && running_may(look, &at->block->steps[at->at], innermost)) return true;
        if (block_may(look, at->block, at->at + (whole ? 0 : 1))) return true;
        /* A block with a scope of its own is the body of a loop: around it the variables of the scope outside. */
        if (at->block->own_scope && look->scope != NULL) look->scope = ebb_scope_outer(look->scope);
    }
    if (self->position == NULL && block_may(look, &self->routine->body, 0)) return true; /* has not begun */
    for (struct ebb_scope *deferred = self->deferred; deferred != NULL;) {
        const struct routine *routine = ebb_scope_code(deferred);
        look->scope = deferred;
        look->routine = routine;
        if (block_may(look, &routine->body, 0)) return true;
        struct ebb_value older = ebb_scope_get(deferred, routine->place_count);
        deferred = older.type == EBB_OBJECT ? ebb_scope_from(older.object) : NULL;
    }
    return false;
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

static bool look_at(const struct ebb_co *co, struct look *look) {
    struct ebb_scope *first = co->arg;
    struct scenario_run *run = co->roots == NULL ? ebb_scope_owner(first) : activation_of(co->roots)->run;
    look->shared = outermost(co->roots == NULL ? first : activation_of(co->roots)->scope);
    look->scenario = run->scenario;
    if (co->roots == NULL) {
        look->scope = first;
        look->routine = ebb_scope_code(first);
        return block_may(look, &look->routine->body, 0);
    }
    for (const struct ebb_roots *roots = co->roots; roots != NULL; roots = roots->outer) {
        look->shift = look->seen_count = 0;
        if (activation_may(look, activation_of(roots))) return true;
    }
    return false;
}

static bool may(const struct ebb_co *co, const struct ebb_object *object, uint32_t rights) {
    struct look look = {.object = object, .rights = rights};
    return look_at(co, &look);
}

static void rights_all(const struct ebb_co *co, struct ebb_rights_sink *sink) {
    struct look look = {.sink = sink};
    (void)look_at(co, &look);
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

const struct ebb_insight scenario_insight = {knows, trace_fresh, may, rights_all, scenario_exec_variable, stack};
