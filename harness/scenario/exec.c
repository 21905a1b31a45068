/* SPDX-License-Identifier: MIT */
/* exec.c — the interpreter: walks the steps of a routine on its coroutine's stack. One verb of a step is one step of
 * the world; everything else is code between two verbs. */
#include "scenario/exec.h"

#include "base/limits.h"
#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/finalizer/finalizer.h"
#include "kinds/list/list.h"
#include "kinds/map/map.h"
#include "kinds/once/once.h"
#include "kinds/record/record.h"
#include "kinds/select/select.h"
#include "kinds/timer/timer.h"

enum flow { FLOW_NEXT, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN };

static enum flow block_run(struct activation *self, const struct block *block);

/* --- activations -------------------------------------------------------------------------------------------------------- */

static void trace_value(struct ebb_value value, struct ebb_tracer *tracer) {
    if (value.type == EBB_OBJECT) tracer->visit(tracer, value.object);
}

static void roots_trace(struct ebb_roots *roots, void *to) {
    const struct activation *self = BASE_OWNER(roots, struct activation, roots);
    struct ebb_tracer *tracer = to;
    if (self->scope != NULL) tracer->visit(tracer, ebb_scope_object(self->scope));
    if (self->deferred != NULL) tracer->visit(tracer, ebb_scope_object(self->deferred));
    trace_value(self->result, tracer);
    for (uint32_t i = 0; i < self->temporary_count; i++) trace_value(self->temporaries[i], tracer);
}

static void roots_release(struct ebb_roots *roots) {
    struct activation *self = BASE_OWNER(roots, struct activation, roots);
    scenario_exec_clear(self, 0);
    ebb_value_release(self->result);
    ebb_scope_drop(self->deferred);
    ebb_scope_drop(self->scope);
}

static void must(struct activation *self, enum status status) {
    if (status != OK) ebb_exhausted(self->ebb);
}

/* Takes the hold on `scope`. */
static void activation_begin(struct activation *self, struct scenario_run *run, const struct routine *routine, struct ebb_scope *scope, uint32_t depth) {
    self->roots = (struct ebb_roots){.trace = roots_trace, .release = roots_release};
    self->run = run;
    self->ebb = run->ebb;
    self->scope = scope;
    self->deferred = NULL;
    self->routine = routine;
    self->result = EBB_VALUE_NIL;
    self->temporary_count = 0;
    self->depth = depth;
    self->defer_waits = false;
    ebb_roots_push(run->ebb, &self->roots);
}

static void activation_end(struct activation *self) {
    ebb_roots_pop(self->ebb, &self->roots);
    roots_release(&self->roots);
}

/* Replaces the innermost scope by one inside it, and back. */
static void scope_enter(struct activation *self, uint32_t count) {
    struct ebb_scope *inner;
    must(self, ebb_scope_make(self->ebb, &inner, self->scope, count, NULL, self->run));
    ebb_scope_drop(self->scope); /* the inner one holds it */
    self->scope = inner;
}

static void scope_leave(struct activation *self) {
    struct ebb_scope *inner = self->scope;
    self->scope = ebb_scope_hold(ebb_scope_outer(inner));
    ebb_scope_drop(inner);
}

static void store(struct activation *self, struct variable to, struct ebb_value value) { /* takes the hold */
    ebb_scope_set(ebb_scope_up(self->scope, to.hops), to.place, value);
}

static void eval(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    bool good = scenario_exec_eval(self, expr, out);
    ASSERT(good); /* inside a coroutine a failure does not return */
}

/* The same for what the step waits on: held until the step is over, whoever changes the variable meanwhile. */
static void eval_held(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    eval(self, expr, out);
    if (out->type != EBB_OBJECT) return;
    if (self->temporary_count == LIMIT_TEMPORARIES) (void)scenario_exec_fail(self, expr->where, "one step holds more than %u objects", LIMIT_TEMPORARIES);
    ebb_value_hold(*out);
    self->temporaries[self->temporary_count++] = *out;
}

static bool condition(struct activation *self, const struct expr *expr) {
    struct ebb_value value;
    eval(self, expr, &value);
    if (value.type != EBB_BOOL) (void)scenario_exec_fail(self, expr->where, "expected true or false, not a %s", ebb_type_name(value.type));
    return value.integer != 0;
}

static int64_t number(struct activation *self, const struct expr *expr, enum ebb_type type, int64_t most) {
    struct ebb_value value;
    eval(self, expr, &value);
    if (value.type != type || value.integer < 0 || value.integer > most)
        (void)scenario_exec_fail(self, expr->where, "expected a %s that is not negative, not this %s", ebb_type_name(type), ebb_type_name(value.type));
    return value.integer;
}

static struct ebb_object *object_of_kind(struct activation *self, const struct expr *expr, uint16_t kind, bool nil_too) {
    struct ebb_value value;
    eval_held(self, expr, &value);
    if (value.type == EBB_NIL && nil_too) return NULL;
    if (value.type != EBB_OBJECT || value.object->kind->id != kind)
        (void)scenario_exec_fail(self, expr->where, "expected a %s, not a %s", ebb_kinds[kind]->name, value.type == EBB_OBJECT ? value.object->kind->name : ebb_type_name(value.type));
    return value.object;
}

static struct ebb_chan *chan_of(struct activation *self, const struct expr *expr) {
    struct ebb_object *object = object_of_kind(self, expr, KIND_CHAN, true);
    return object == NULL ? NULL : ebb_chan_from(object);
}

/* --- routines --------------------------------------------------------------------------------------------------------------- */

static void defers_next(struct ebb *ebb, void *arg);

static void body_run(struct ebb *ebb, void *arg) {
    struct activation *self = arg;
    (void)ebb;
    (void)block_run(self, &self->routine->body);
}

/* Runs the activation's routine to its end, with its deferred blocks. */
static void routine_run(struct activation *self) {
    if (!self->routine->guarded) {
        body_run(self->ebb, self);
        return;
    }
    if (ebb_call(self->ebb, body_run, self)) return;
    scenario_exec_clear(self, 0); /* recovered: what the panic left behind in the middle of a step */
    struct ebb_value old = self->result;
    self->result = EBB_VALUE_NIL;
    ebb_value_release(old);
}

static void coroutine_body(struct ebb *ebb, void *arg) {
    struct ebb_scope *scope = arg; /* its hold is ours now */
    const struct routine *routine = ebb_scope_code(scope);
    struct activation self;
    (void)ebb;
    activation_begin(&self, ebb_scope_owner(scope), routine, scope, 0);
    routine_run(&self);
    activation_end(&self);
}

static const struct routine *callee(struct activation *self, const struct step *step) {
    if (step->routine != NULL) return step->routine;
    struct ebb_value value;
    eval(self, step->expr, &value);
    if (value.type != EBB_PROC) (void)scenario_exec_fail(self, step->where, "expected a procedure, not a %s", ebb_type_name(value.type));
    const struct routine *routine = self->run->scenario->procs[value.integer];
    if (routine->param_count != step->arg_count) (void)scenario_exec_fail(self, step->where, "%s takes %u arguments, not %u", routine->name.at, routine->param_count, step->arg_count);
    return routine;
}

/* A scope for a call of `routine`, with the arguments in it; the hold is the caller's. */
static struct ebb_scope *scope_for(struct activation *self, const struct step *step, const struct routine *routine) {
    bool closure = step->body.own_scope;
    struct ebb_scope *scope;
    must(self, ebb_scope_make(self->ebb, &scope, closure ? self->scope : self->run->shared, routine->place_count, routine, self->run));
    for (uint32_t i = 0; i < step->arg_count; i++) {
        struct ebb_value value;
        eval(self, step->args[i], &value);
        ebb_value_hold(value);
        ebb_scope_set(scope, i, value);
    }
    return scope;
}

static void go_run(struct activation *self, const struct step *step) {
    const struct routine *routine = callee(self, step);
    int64_t count = step->expr2 == NULL ? 1 : number(self, step->expr2, EBB_INT, LIMIT_SPAWN_COUNT);
    const char *label = step->word != NULL ? step->word : routine->name.at;
    for (int64_t i = 0; i < count; i++) {
        struct ebb_scope *scope = scope_for(self, step, routine);
        ebb_at(self->ebb, step->where.line);
        must(self, ebb_go(self->ebb, NULL, label, coroutine_body, scope));
    }
}

static void call_run(struct activation *self, const struct step *step) {
    const struct routine *routine = callee(self, step);
    if (self->depth == LIMIT_CALL_DEPTH) ebb_panic(self->ebb, "stack overflow: more than %u calls within each other", LIMIT_CALL_DEPTH);
    struct activation inner;
    activation_begin(&inner, self->run, routine, scope_for(self, step, routine), self->depth + 1);
    routine_run(&inner);
    struct ebb_value result = inner.result;
    inner.result = EBB_VALUE_NIL;
    activation_end(&inner);
    if (step->has_into)
        store(self, step->into, result);
    else
        ebb_value_release(result);
}

/* --- defer, once --------------------------------------------------------------------------------------------------------------- */

/* A closure that runs in its own activation, on top of whatever runs now. Takes the hold on `scope`. */
static void closure_run(struct activation *self, const struct routine *routine, struct ebb_scope *scope) {
    struct activation inner;
    if (self->depth == LIMIT_CALL_DEPTH) ebb_panic(self->ebb, "stack overflow: more than %u calls within each other", LIMIT_CALL_DEPTH);
    activation_begin(&inner, self->run, routine, scope, self->depth + 1);
    routine_run(&inner);
    activation_end(&inner);
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

static void defer_run(struct activation *self, const struct step *step) {
    struct ebb_scope *scope;
    must(self, ebb_scope_make(self->ebb, &scope, self->scope, step->routine->place_count + 1, step->routine, self->run));
    if (self->deferred != NULL) ebb_scope_set(scope, step->routine->place_count, ebb_value_object(ebb_scope_object(self->deferred)));
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
    must(call->self, ebb_scope_make(ebb, &scope, call->self->scope, call->step->routine->place_count, call->step->routine, call->self->run));
    closure_run(call->self, call->step->routine, scope);
}

static void once_run(struct activation *self, const struct step *step) {
    struct once_call call = {self, step};
    ebb_once_do(self->ebb, ebb_once_from(object_of_kind(self, step->expr, KIND_ONCE, false)), once_body, &call);
}

/* --- closures that run later: timers and finalizers ---------------------------------------------------------------------- */

/* What is kept until then: a scope without variables inside the one it closes over, from which each run makes its own. */
static struct ebb_scope *closure_keep(struct activation *self, const struct step *step) {
    struct ebb_scope *kept;
    must(self, ebb_scope_make(self->ebb, &kept, self->scope, 0, step->routine, self->run));
    return kept;
}

static void closure_body(struct ebb *ebb, void *arg) {
    struct ebb_scope *kept = arg, *scope; /* held by whoever runs us */
    const struct routine *routine = ebb_scope_code(kept);
    if (ebb_scope_make(ebb, &scope, ebb_scope_outer(kept), routine->place_count, routine, ebb_scope_owner(kept)) != OK) ebb_exhausted(ebb);
    coroutine_body(ebb, scope);
}

static void call_after_run(struct activation *self, const struct step *step) {
    int64_t delay_ns = number(self, step->expr, EBB_DURATION, INT64_MAX);
    struct ebb_scope *kept = closure_keep(self, step);
    struct ebb_timer *timer;
    enum status status = ebb_timer_make_callback(self->ebb, &timer, step->word, delay_ns, closure_body, kept);
    if (status == OK) ebb_timer_retain(timer, ebb_scope_object(kept));
    ebb_scope_drop(kept);
    must(self, status);
    if (step->has_into)
        store(self, step->into, ebb_value_object(ebb_timer_object(timer)));
    else
        ebb_timer_drop(timer);
}

/* Runs on the coroutine of all finalizers; the closure is let go with it. */
static void finalizer_body(struct ebb *ebb, struct ebb_object *object, void *arg) {
    (void)object;
    closure_body(ebb, arg);
    ebb_scope_drop(arg);
}

static void finalize_run(struct activation *self, const struct step *step) {
    struct ebb_value value;
    eval(self, step->expr, &value);
    if (value.type != EBB_OBJECT) (void)scenario_exec_fail(self, step->where, "a %s has no end that could be waited for", ebb_type_name(value.type));
    struct ebb_scope *kept = closure_keep(self, step); /* its hold is the finalizer's */
    enum status status = ebb_finalizer_set(self->ebb, step->word, value.object, finalizer_body, kept);
    if (status != OK) ebb_scope_drop(kept);
    must(self, status);
}

/* --- verbs of kinds --------------------------------------------------------------------------------------------------------------- */

static const struct verb *verb_for(struct activation *self, const struct step *step, struct ebb_value on) {
    uint16_t kind = on.type == EBB_NIL ? KIND_CHAN : on.type == EBB_OBJECT ? on.object->kind->id : UINT16_MAX;
    for (uint32_t i = 0; i < step->verb_count; i++)
        if (step->verbs[i].kind->id == kind) return &step->verbs[i];
    (void)scenario_exec_fail(self, step->where, "a %s has no verb \"%s\"", on.type == EBB_OBJECT ? on.object->kind->name : ebb_type_name(on.type), step->word);
    return NULL;
}

static void verb_run(struct activation *self, const struct step *step) {
    struct ebb_value on, args[VERB_ARGS_MAX], results[VERB_ARGS_MAX];
    eval_held(self, step->expr, &on);
    const struct verb *verb = verb_for(self, step, on);
    for (uint32_t i = 0; i < VERB_ARGS_MAX; i++) args[i] = results[i] = EBB_VALUE_NIL;
    for (uint32_t i = 0; i < verb->arg_count; i++) {
        if (verb->args[i] != NULL) eval_held(self, verb->args[i], &args[i]);
        if (!scenario_exec_fits(verb->op->shape, i, &args[i]))
            (void)scenario_exec_fail(self, verb->args[i] == NULL ? step->where : verb->args[i]->where, "\"%s\" takes %s; this %s does not fit", step->word, verb->op->shape, ebb_type_name(args[i].type));
    }
    verb->op->call(self->ebb, on.type == EBB_NIL ? NULL : on.object, args, results);
    for (uint32_t i = 0; i < verb->result_count; i++) {
        if (verb->has_into[i])
            store(self, verb->into[i], results[i]);
        else
            ebb_value_release(results[i]);
    }
}

/* --- select ------------------------------------------------------------------------------------------------------------------------ */

static enum flow select_run(struct activation *self, const struct step *step) {
    struct ebb_case cases[step->case_count + 1];
    struct ebb_value items[step->case_count + 1];
    const struct select_case *taken = NULL, *otherwise = NULL, *after = NULL;
    uint32_t numbers[step->case_count + 1], count = 0;
    int64_t delay_ns = EBB_NEVER;
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        items[i] = EBB_VALUE_NIL;
        if (one->what == SELECT_DEFAULT) otherwise = one;
        if (one->what == SELECT_AFTER) after = one, delay_ns = number(self, one->value, EBB_DURATION, INT64_MAX);
        if (one->what != SELECT_RECV && one->what != SELECT_SEND) continue;
        if (one->value != NULL) eval_held(self, one->value, &items[i]);
        numbers[count] = i;
        cases[count++] = (struct ebb_case){
            .chan = chan_of(self, one->chan),
            .what = one->what == SELECT_SEND ? EBB_CASE_SEND : EBB_CASE_RECV,
            .send = &items[i],
            .recv = &items[i],
        };
    }
    enum ebb_wake why = EBB_DONE;
    uint32_t picked = otherwise != NULL ? ebb_select_default(self->ebb, cases, count, &why) : ebb_select(self->ebb, cases, count, delay_ns, &why);
    taken = picked == EBB_SELECT_DEFAULT ? otherwise : picked == EBB_SELECT_TIMEOUT ? after : &step->cases[numbers[picked]];
    ASSERT(taken != NULL);
    if (taken->what == SELECT_RECV) {
        struct ebb_value item = items[taken - step->cases];
        if (taken->has_into)
            store(self, taken->into, item);
        else
            ebb_value_release(item);
        if (taken->has_ok) store(self, taken->ok, ebb_value_bool(why == EBB_DONE));
    }
    scenario_exec_clear(self, 0);
    return block_run(self, &taken->body);
}

/* --- loops -------------------------------------------------------------------------------------------------------------------------- */

/* The world counts its own steps only; without this a scenario that computes for ever would not meet its budget. */
static void computes(struct activation *self) {
    if (++self->run->computed > self->run->computed_max) ebb_yield(self->ebb);
}

/* One turn; `value` (held) is the loop's variable when it has one. True: leave the loop, `flow` says how. */
static bool turn_run(struct activation *self, const struct step *step, struct ebb_value value, enum flow *flow) {
    bool own = step->body.own_scope;
    computes(self);
    if (own) scope_enter(self, step->body.place_count);
    if (step->has_into)
        store(self, step->into, value);
    else
        ebb_value_release(value);
    *flow = block_run(self, &step->body);
    if (own)
        scope_leave(self);
    else if (step->has_into)
        store(self, step->into, EBB_VALUE_NIL);
    if (*flow == FLOW_NEXT || *flow == FLOW_CONTINUE) return false;
    if (*flow == FLOW_BREAK) *flow = FLOW_NEXT;
    return true;
}

static enum flow receive_all(struct activation *self, const struct step *step, struct ebb_chan *chan) {
    enum flow flow;
    for (;;) {
        struct ebb_value item = EBB_VALUE_NIL;
        ebb_at(self->ebb, step->where.line);
        if (ebb_chan_recv(self->ebb, chan, &item) != EBB_DONE) return FLOW_NEXT;
        if (turn_run(self, step, item, &flow)) return flow;
    }
}

/* The item a turn goes through, held; false when there is no further. What is gone through may change meanwhile. */
static bool item_next(struct ebb_value over, uint64_t *cursor, struct ebb_value *item) {
    const void *entry = NULL;
    if (over.type == EBB_INT) {
        *item = ebb_value_int((int64_t)*cursor);
        return (int64_t)(*cursor)++ < over.integer;
    }
    if (over.object->kind->id == KIND_MAP) {
        struct str key;
        if (!ebb_map_at(ebb_map_from(over.object), cursor, &key, &entry)) return false;
        *item = *(const struct ebb_value *)entry;
    } else {
        struct ebb_list *list = ebb_list_from(over.object);
        if (*cursor >= ebb_list_count(list)) return false;
        *item = ebb_list_get(list, (uint32_t)(*cursor)++);
    }
    ebb_value_hold(*item);
    return true;
}

static bool can_go_through(struct ebb_value over) {
    if (over.type == EBB_INT || over.type == EBB_NIL) return true;
    if (over.type != EBB_OBJECT) return false;
    uint16_t kind = over.object->kind->id;
    return kind == KIND_CHAN || kind == KIND_LIST || kind == KIND_MAP;
}

static enum flow for_run(struct activation *self, const struct step *step) {
    struct ebb_value over, item = EBB_VALUE_NIL;
    enum flow flow = FLOW_NEXT;
    uint64_t cursor = 0;
    eval(self, step->expr, &over);
    if (!can_go_through(over))
        (void)scenario_exec_fail(self, step->where, "\"for\" goes through a channel, a list, a map or a number, not a %s", over.type == EBB_OBJECT ? over.object->kind->name : ebb_type_name(over.type));
    ebb_value_hold(over);
    store(self, step->over, over);
    if (over.type == EBB_NIL || (over.type == EBB_OBJECT && over.object->kind->id == KIND_CHAN)) {
        flow = receive_all(self, step, over.type == EBB_NIL ? NULL : ebb_chan_from(over.object));
    } else {
        while (item_next(over, &cursor, &item))
            if (turn_run(self, step, item, &flow)) break;
        if (flow == FLOW_CONTINUE) flow = FLOW_NEXT;
    }
    store(self, step->over, EBB_VALUE_NIL);
    return flow;
}

static enum flow loop_run(struct activation *self, const struct step *step) {
    enum flow flow;
    int64_t count = step->what == STEP_REPEAT ? number(self, step->expr, EBB_INT, INT64_MAX) : INT64_MAX;
    for (int64_t i = 0; i < count; i++) {
        if (step->what == STEP_WHILE && !condition(self, step->expr)) return FLOW_NEXT;
        uint64_t before = ebb_steps(self->ebb);
        if (turn_run(self, step, ebb_value_int(i), &flow)) return flow;
        if (ebb_steps(self->ebb) == before && step->what != STEP_REPEAT) ebb_yield(self->ebb); /* a loop that only computes spins */
    }
    return FLOW_NEXT;
}

/* --- variables ----------------------------------------------------------------------------------------------------------- */

static void set_run(struct activation *self, const struct step *step) {
    const struct expr *to = step->expr2;
    struct ebb_object *object = NULL;
    struct ebb_value value;
    uint32_t place = 0;
    eval(self, step->expr, &value);
    if (to->what != EXPR_VARIABLE && !scenario_exec_place(self, to, &object, &place)) return; /* does not return */
    ebb_value_hold(value);
    if (to->what == EXPR_VARIABLE)
        store(self, to->variable, value);
    else if (to->what == EXPR_INDEX)
        ebb_list_set(ebb_list_from(object), place, value);
    else
        ebb_record_set(ebb_record_from(object), place, value);
}

/* --- steps ----------------------------------------------------------------------------------------------------------------------------- */

static enum flow step_run(struct activation *self, const struct step *step) {
    struct ebb_value value;
    switch (step->what) {
    case STEP_LET:
        eval(self, step->expr, &value);
        ebb_value_hold(value);
        store(self, step->into, value);
        return FLOW_NEXT;
    case STEP_SET: set_run(self, step); return FLOW_NEXT;
    case STEP_ATOMIC:
        set_run(self, step);
        ebb_step(self->ebb);
        return FLOW_NEXT;
    case STEP_STEP: ebb_step(self->ebb); return FLOW_NEXT;
    case STEP_DROP: store(self, step->into, EBB_VALUE_NIL); return FLOW_NEXT;
    case STEP_GO: go_run(self, step); return FLOW_NEXT;
    case STEP_CALL: call_run(self, step); return FLOW_NEXT;
    case STEP_IF: return block_run(self, condition(self, step->expr) ? &step->body : &step->otherwise);
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP: return loop_run(self, step);
    case STEP_FOR: return for_run(self, step);
    case STEP_SELECT: return select_run(self, step);
    case STEP_SLEEP: (void)ebb_sleep(self->ebb, number(self, step->expr, EBB_DURATION, INT64_MAX)); return FLOW_NEXT;
    case STEP_YIELD: ebb_yield(self->ebb); return FLOW_NEXT;
    case STEP_BREAK: return FLOW_BREAK;
    case STEP_CONTINUE: return FLOW_CONTINUE;
    case STEP_RETURN:
        if (step->expr == NULL) return FLOW_RETURN;
        eval(self, step->expr, &value);
        ebb_value_hold(value);
        self->result = value;
        return FLOW_RETURN;
    case STEP_DEFER: defer_run(self, step); return FLOW_NEXT;
    case STEP_PANIC:
        eval(self, step->expr, &value);
        ebb_op_forget(self->ebb);
        ebb_panic(self->ebb, "%s", value.type == EBB_TEXT ? value.text : ebb_type_name(value.type));
    case STEP_RECOVER:
        value = ebb_value_bool(ebb_recover(self->ebb) != NULL);
        if (step->has_into) store(self, step->into, value);
        return FLOW_NEXT;
    case STEP_CHOOSE: {
        int64_t count = number(self, step->expr, EBB_INT, INT32_MAX);
        if (count == 0) (void)scenario_exec_fail(self, step->where, "\"choose\" needs at least one to choose from");
        value = ebb_value_int(ebb_choose(self->ebb, (uint32_t)count));
        if (step->has_into) store(self, step->into, value);
        return FLOW_NEXT;
    }
    case STEP_ONCE: once_run(self, step); return FLOW_NEXT;
    case STEP_CALL_AFTER: call_after_run(self, step); return FLOW_NEXT;
    case STEP_FINALIZE: finalize_run(self, step); return FLOW_NEXT;
    case STEP_VERB: verb_run(self, step); return FLOW_NEXT;
    }
    base_panic("a step the loader made has no meaning", __FILE__, __LINE__);
}

static enum flow block_run(struct activation *self, const struct block *block) {
    enum flow flow = FLOW_NEXT;
    for (uint32_t i = 0; i < block->count && flow == FLOW_NEXT; i++) {
        ebb_at(self->ebb, block->steps[i].where.line);
        computes(self);
        flow = step_run(self, &block->steps[i]);
        scenario_exec_clear(self, 0);
    }
    /* Its variables end with it, also when a closure keeps its scope: who waits for the end of one must not name it. */
    for (uint32_t i = 0; i < block->end_count; i++) ebb_scope_set(self->scope, block->ends[i], EBB_VALUE_NIL);
    return flow;
}

/* --- a run, from outside ------------------------------------------------------------------------------------------------------------------ */

enum status scenario_begin(const struct scenario *scenario, struct mem *mem, uint32_t variant, struct ebb *ebb, struct scenario_run **out) {
    struct scenario_run *run = mem_new(mem, 1, sizeof *run);
    if (run == NULL) return ERR_NOMEM;
    run->scenario = scenario;
    run->ebb = ebb;
    run->params = scenario_values(scenario, variant);
    run->computed_max = LIMIT_COMPUTED_FACTOR * (scenario->limits.steps > LIMIT_STEPS ? scenario->limits.steps : LIMIT_STEPS);
    *out = run;
    TRY(ebb_scope_make(ebb, &run->shared, NULL, scenario->shared_count, NULL, run));
    struct activation outside = {.run = run, .ebb = ebb, .scope = run->shared};
    for (uint32_t i = 0; i < scenario->shared_count; i++) {
        struct ebb_value value;
        if (!scenario_exec_eval(&outside, scenario->shared[i].value, &value)) {
            scenario_exec_clear(&outside, 0);
            return ERR_INPUT;
        }
        ebb_value_hold(value);
        ebb_scope_set(run->shared, i, value);
        scenario_exec_clear(&outside, 0);
    }
    return OK;
}

bool scenario_has(const struct scenario *scenario, enum scenario_phase phase) { return scenario->phases[phase] != NULL; }

enum status scenario_spawn(struct scenario_run *run, enum scenario_phase phase, int64_t turn, struct ebb_co **out) {
    const struct routine *routine = run->scenario->phases[phase];
    ASSERT(routine != NULL && run->shared != NULL);
    struct ebb_scope *scope;
    run->turn = turn;
    TRY(ebb_scope_make(run->ebb, &scope, run->shared, routine->place_count, routine, run));
    enum status status = ebb_go(run->ebb, out, routine->name.at, coroutine_body, scope);
    if (status != OK) ebb_scope_drop(scope);
    return status;
}

void scenario_release(struct scenario_run *run) {
    ebb_scope_drop(run->shared);
    run->shared = NULL;
}

const struct diag *scenario_fault(const struct scenario_run *run) { return run->faulted ? &run->fault : NULL; }

void scenario_end(struct mem *mem, struct scenario_run *run) { mem_free(mem, run, sizeof *run); }
