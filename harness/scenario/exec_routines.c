/* SPDX-License-Identifier: MIT */
/* exec_routines.c — what runs in an activation of its own: coroutines, procedures, and closures that run at the end, once,
 * after a delay, or when an object has died. */
#include "core/world.h"
#include "kinds/finalizer/finalizer.h"
#include "kinds/kinds.h"
#include "kinds/once/once.h"
#include "kinds/timer/timer.h"
#include "scenario/exec.h"

/* --- routines --------------------------------------------------------------------------------------------------------------- */

static void defers_next(struct ebb *ebb, void *arg);

static void body_run(struct ebb *ebb, void *arg) {
    struct activation *self = arg;
    (void)ebb;
    (void)scenario_exec_block(self, &self->routine->body);
}

/* Runs the activation's routine to its end, with its deferred blocks. */
static void routine_run(struct activation *self) {
    if (!self->routine->guarded) {
        body_run(self->ebb, self);
        return;
    }
    uint32_t level = self->level;
    if (ebb_call(self->ebb, body_run, self)) return;
    self->level = level;
    self->position = NULL;
    scenario_exec_clear(self, 0); /* recovered: what the panic left behind in the middle of a step */
    struct ebb_value old = self->result;
    self->result = EBB_VALUE_NIL;
    ebb_value_release(old);
}

void scenario_exec_coroutine(struct ebb *ebb, void *arg) {
    struct ebb_scope *scope = arg; /* its hold is ours now */
    const struct routine *routine = ebb_scope_code(scope);
    struct activation self;
    (void)ebb;
    scenario_exec_begin(&self, ebb_scope_owner(scope), routine, scope, NULL);
    routine_run(&self);
    scenario_exec_end(&self);
}

static const struct routine *callee(struct activation *self, const struct step *step) {
    if (step->routine != NULL) return step->routine;
    struct ebb_value value;
    scenario_exec_value(self, step->expr, &value);
    if (value.type != EBB_PROC)
        (void)scenario_exec_fail(self, step->where, "expected a procedure, not a %s", ebb_type_name(value.type));
    const struct routine *routine = self->run->scenario->procs[value.integer];
    if (routine->param_count != step->arg_count)
        (void)scenario_exec_fail(self, step->where, "%s takes %u arguments, not %u", routine->name.at,
                                 routine->param_count, step->arg_count);
    return routine;
}

/* A scope for a call of `routine`, with the arguments in it; the hold is the caller's. */
static struct ebb_scope *scope_for(struct activation *self, const struct step *step, const struct routine *routine) {
    bool closure = step->body.own_scope;
    struct ebb_scope *scope;
    scenario_exec_must(self,
                       ebb_scope_make(self->ebb, &scope, closure ? self->scope : self->run->shared,
                                      routine->place_count, routine, self->run));
    for (uint32_t i = 0; i < step->arg_count; i++) {
        struct ebb_value value;
        scenario_exec_value(self, step->args[i], &value);
        ebb_value_hold(value);
        ebb_scope_set(scope, i, value);
    }
    return scope;
}

void scenario_exec_go(struct activation *self, const struct step *step) {
    const struct routine *routine = callee(self, step);
    int64_t count = step->expr2 == NULL ? 1 : scenario_exec_number(self, step->expr2, EBB_INT, LIMIT_SPAWN_COUNT);
    const char *label = step->word != NULL ? step->word : routine->name.at;
    for (int64_t i = 0; i < count; i++) {
        struct ebb_scope *scope = scope_for(self, step, routine);
        ebb_at(self->ebb, step->where.line);
        scenario_exec_must(self, ebb_go(self->ebb, NULL, label, scenario_exec_coroutine, scope));
    }
}

void scenario_exec_call(struct activation *self, const struct step *step) {
    const struct routine *routine = callee(self, step);
    struct activation inner;
    scenario_exec_begin(&inner, self->run, routine, scope_for(self, step, routine), self);
    routine_run(&inner);
    struct ebb_value result = inner.result;
    inner.result = EBB_VALUE_NIL;
    scenario_exec_end(&inner);
    if (step->has_into)
        scenario_exec_store(self, step->into, result);
    else
        ebb_value_release(result);
}

/* --- defer, once --------------------------------------------------------------------------------------------------------------- */

/* A closure that runs in its own activation, on top of whatever runs now. Takes the hold on `scope`. */
static void closure_run(struct activation *self, const struct routine *routine, struct ebb_scope *scope) {
    struct activation inner;
    scenario_exec_begin(&inner, self->run, routine, scope, self);
    routine_run(&inner);
    scenario_exec_end(&inner);
}

static void defers_register(struct activation *self) {
    if (self->defer_waits) return;
    self->defer_waits = true;
    ebb_defer(self->ebb, &self->defer, defers_next, self);
}

/* Runs the last deferred closure; the one before is registered first, so that it runs even when this one panics. The
 * closure's scope keeps the one before in its last variable. */
static void defers_next(struct ebb *ebb, void *arg) {
    struct activation *self = arg;
    struct ebb_scope *scope = self->deferred;
    (void)ebb;
    ASSERT(scope != NULL);
    const struct routine *routine = ebb_scope_code(scope);
    struct ebb_value older = ebb_scope_get(scope, routine->place_count);
    self->deferred = older.type == EBB_NIL ? NULL : ebb_scope_hold(ebb_scope_from(older.object));
    ebb_scope_set(scope, routine->place_count, EBB_VALUE_NIL);
    self->defer_waits = false;
    if (self->deferred != NULL) defers_register(self);
    closure_run(self, routine, scope);
}

void scenario_exec_defer(struct activation *self, const struct step *step) {
    struct ebb_scope *scope;
    scenario_exec_must(
        self, ebb_scope_make(self->ebb, &scope, self->scope, step->routine->place_count + 1, step->routine, self->run));
    if (self->deferred != NULL)
        ebb_scope_set(scope, step->routine->place_count, ebb_value_object(ebb_scope_object(self->deferred)));
    self->deferred = scope;
    defers_register(self);
}

struct once_call {
    struct activation *self;
    const struct step *step;
};

static void once_body(struct ebb *ebb, void *arg) {
    struct once_call *call = arg;
    struct ebb_scope *scope;
    scenario_exec_must(call->self,
                       ebb_scope_make(ebb, &scope, call->self->scope, call->step->routine->place_count,
                                      call->step->routine, call->self->run));
    closure_run(call->self, call->step->routine, scope);
}

void scenario_exec_once(struct activation *self, const struct step *step) {
    struct once_call call = {self, step};
    ebb_once_do(self->ebb, ebb_once_from(scenario_exec_object(self, step->expr, KIND_ONCE, false)), once_body, &call);
}

/* --- closures that run later: timers and finalizers ---------------------------------------------------------------------- */

/* What is kept until then: a scope without variables inside the one it closes over, from which each run makes its own. */
static struct ebb_scope *closure_keep(struct activation *self, const struct step *step) {
    struct ebb_scope *kept;
    scenario_exec_must(self, ebb_scope_make(self->ebb, &kept, self->scope, 0, step->routine, self->run));
    return kept;
}

static void closure_body(struct ebb *ebb, void *arg) {
    struct ebb_scope *kept = arg, *scope; /* held by whoever runs us */
    const struct routine *routine = ebb_scope_code(kept);
    if (ebb_scope_make(ebb, &scope, ebb_scope_outer(kept), routine->place_count, routine, ebb_scope_owner(kept)) != OK)
        ebb_exhausted(ebb);
    scenario_exec_coroutine(ebb, scope);
}

void scenario_exec_call_after(struct activation *self, const struct step *step) {
    int64_t delay_ns = scenario_exec_number(self, step->expr, EBB_DURATION, INT64_MAX);
    struct ebb_scope *kept = closure_keep(self, step);
    struct ebb_timer *timer;
    enum status status = ebb_timer_make_callback(self->ebb, &timer, step->word, delay_ns, closure_body, kept);
    if (status == OK) ebb_timer_retain(timer, ebb_scope_object(kept));
    ebb_scope_drop(kept);
    scenario_exec_must(self, status);
    if (step->has_into)
        scenario_exec_store(self, step->into, ebb_value_object(ebb_timer_object(timer)));
    else
        ebb_timer_drop(timer);
}

/* Runs on the coroutine of all finalizers; the closure is let go with it. */
static void finalizer_body(struct ebb *ebb, struct ebb_object *object, void *arg) {
    (void)object;
    closure_body(ebb, arg);
    ebb_scope_drop(arg);
}

void scenario_exec_finalize(struct activation *self, const struct step *step) {
    struct ebb_value value;
    scenario_exec_value(self, step->expr, &value);
    if (value.type != EBB_OBJECT)
        (void)scenario_exec_fail(self, step->where, "a %s has no end that could be waited for",
                                 ebb_type_name(value.type));
    struct ebb_scope *kept = closure_keep(self, step); /* its hold is the finalizer's */
    enum status status = ebb_finalizer_set(self->ebb, step->word, value.object, finalizer_body, kept);
    if (status != OK) ebb_scope_drop(kept);
    scenario_exec_must(self, status);
}
