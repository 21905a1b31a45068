/* SPDX-License-Identifier: MIT */
/* exec.c — the interpreter: walks the steps of a routine on its coroutine's stack. One verb of a step is one step of
 * the world; everything else is code between two verbs. */
#include "scenario/exec.h"

#include "base/limits.h"
#include "core/world.h"
#include "kinds/chan/chan.h"
#include "kinds/kinds.h"
#include "kinds/list/list.h"
#include "kinds/map/map.h"
#include "kinds/record/record.h"

/* --- activations -------------------------------------------------------------------------------------------------------- */

static void trace_value(struct ebb_value value, struct ebb_tracer *tracer) {
    if (value.type == EBB_OBJECT) tracer->visit(tracer, value.object);
}

static void roots_trace(struct ebb_roots *roots, void *to) {
    const struct activation *self = BASE_OWNER(roots, struct activation, roots);
    struct ebb_tracer *tracer = to;
    ebb_tracer_edge(tracer, "variables", 0);
    if (self->scope != NULL) tracer->visit(tracer, ebb_scope_object(self->scope));
    ebb_tracer_edge(tracer, "deferred", 0);
    if (self->deferred != NULL) tracer->visit(tracer, ebb_scope_object(self->deferred));
    ebb_tracer_edge(tracer, "result", 0);
    trace_value(self->result, tracer);
    for (uint32_t i = 0; i < self->temporary_count; i++) {
        ebb_tracer_edge(tracer, "this step", 0);
        trace_value(self->temporaries[i], tracer);
    }
}

const struct activation *scenario_exec_activation(const struct ebb_roots *roots) {
    return roots == NULL || roots->trace != roots_trace ? NULL : BASE_OWNER(roots, const struct activation, roots);
}

static void roots_release(struct ebb_roots *roots) {
    struct activation *self = BASE_OWNER(roots, struct activation, roots);
    scenario_exec_clear(self, 0);
    ebb_value_release(self->result);
    ebb_scope_drop(self->deferred);
    ebb_scope_drop(self->scope);
}

void scenario_exec_must(struct activation *self, enum status status) {
    if (status != OK) ebb_exhausted(self->ebb);
}

/* Takes the hold on `scope`. */
void scenario_exec_begin(struct activation *self, struct scenario_run *run, const struct routine *routine,
                         struct ebb_scope *scope, const struct activation *caller) {
    self->roots = (struct ebb_roots){.trace = roots_trace, .release = roots_release};
    self->run = run;
    self->ebb = run->ebb;
    self->scope = scope;
    self->deferred = NULL;
    self->routine = routine;
    self->result = EBB_VALUE_NIL;
    self->temporary_count = 0;
    self->level = caller == NULL ? 0 : caller->level;
    self->deepest_own = 0;
    self->deepest = caller == NULL ? &self->deepest_own : caller->deepest;
    self->position = NULL;
    self->stalled = false;
    self->defer_waits = false;
    ebb_roots_push(run->ebb, &self->roots);
}

void scenario_exec_end(struct activation *self) {
    ebb_roots_pop(self->ebb, &self->roots);
    roots_release(&self->roots);
}

/* Replaces the innermost scope by one inside it, and back. */
static void scope_enter(struct activation *self, uint32_t count) {
    struct ebb_scope *inner;
    scenario_exec_must(self, ebb_scope_make(self->ebb, &inner, self->scope, count, NULL, self->run));
    ebb_scope_drop(self->scope); /* the inner one holds it */
    self->scope = inner;
}

static void scope_leave(struct activation *self) {
    struct ebb_scope *inner = self->scope;
    self->scope = ebb_scope_hold(ebb_scope_outer(inner));
    ebb_scope_drop(inner);
}

void scenario_exec_store(struct activation *self, struct variable to, struct ebb_value value) { /* takes the hold */
    struct ebb_scope *scope = ebb_scope_up(self->scope, to.hops);
    if (UNLIKELY(self->ebb->depends))
        ebb_touch_thing(self->ebb, ebb_thing(ebb_scope_object(scope), to.place), EBB_ACCESS_WRITE);
    ebb_scope_set(scope, to.place, value);
}

void scenario_exec_value(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    bool good = scenario_exec_eval(self, expr, out);
    ASSERT(good); /* inside a coroutine a failure does not return */
}

/* The same for what the step waits on: held until the step is over, whoever changes the variable meanwhile. */
void scenario_exec_held(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    scenario_exec_value(self, expr, out);
    if (out->type != EBB_OBJECT) return;
    if (self->temporary_count == LIMIT_TEMPORARIES)
        (void)scenario_exec_fail(self, expr->where, "one step holds more than %u objects", LIMIT_TEMPORARIES);
    ebb_value_hold(*out);
    self->temporaries[self->temporary_count++] = *out;
}

bool scenario_exec_condition(struct activation *self, const struct expr *expr) {
    struct ebb_value value;
    scenario_exec_value(self, expr, &value);
    if (value.type != EBB_BOOL)
        (void)scenario_exec_fail(self, expr->where, "expected true or false, not a %s", ebb_type_name(value.type));
    return value.integer != 0;
}

int64_t scenario_exec_number(struct activation *self, const struct expr *expr, enum ebb_type type, int64_t most) {
    struct ebb_value value;
    scenario_exec_value(self, expr, &value);
    if (value.type != type || value.integer < 0 || value.integer > most)
        (void)scenario_exec_fail(self, expr->where, "expected a %s that is not negative, not this %s",
                                 ebb_type_name(type), ebb_type_name(value.type));
    return value.integer;
}

struct ebb_object *scenario_exec_object(struct activation *self, const struct expr *expr, uint16_t kind, bool nil_too) {
    struct ebb_value value;
    scenario_exec_held(self, expr, &value);
    if (value.type == EBB_NIL && nil_too) return NULL;
    if (value.type != EBB_OBJECT || value.object->kind->id != kind)
        (void)scenario_exec_fail(self, expr->where, "expected a %s, not a %s", ebb_kinds[kind]->name,
                                 value.type == EBB_OBJECT ? value.object->kind->name : ebb_type_name(value.type));
    return value.object;
}

struct ebb_chan *scenario_exec_chan(struct activation *self, const struct expr *expr) {
    struct ebb_object *object = scenario_exec_object(self, expr, KIND_CHAN, true);
    return object == NULL ? NULL : ebb_chan_from(object);
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
        scenario_exec_store(self, step->into, value);
    else
        ebb_value_release(value);
    *flow = scenario_exec_block(self, &step->body);
    if (own)
        scope_leave(self);
    else if (step->has_into)
        scenario_exec_store(self, step->into, EBB_VALUE_NIL);
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
static bool item_next(const struct activation *self, struct ebb_value over, uint64_t *cursor, struct ebb_value *item) {
    const void *entry = NULL;
    if (over.type == EBB_OBJECT) ebb_touch(self->ebb, over.object, EBB_ACCESS_READ);
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
    scenario_exec_value(self, step->expr, &over);
    if (!can_go_through(over))
        (void)scenario_exec_fail(self, step->where,
                                 "\"for\" goes through a channel, a list, a map or a number, not a %s",
                                 over.type == EBB_OBJECT ? over.object->kind->name : ebb_type_name(over.type));
    ebb_value_hold(over);
    scenario_exec_store(self, step->over, over);
    if (over.type == EBB_NIL || (over.type == EBB_OBJECT && over.object->kind->id == KIND_CHAN)) {
        flow = receive_all(self, step, over.type == EBB_NIL ? NULL : ebb_chan_from(over.object));
    } else {
        while (item_next(self, over, &cursor, &item)) {
            self->position->turn = cursor;
            if (turn_run(self, step, item, &flow)) break;
        }
        if (flow == FLOW_CONTINUE) flow = FLOW_NEXT;
    }
    scenario_exec_store(self, step->over, EBB_VALUE_NIL);
    return flow;
}

static enum flow loop_run(struct activation *self, const struct step *step) {
    enum flow flow;
    int64_t count = step->what == STEP_REPEAT ? scenario_exec_number(self, step->expr, EBB_INT, INT64_MAX) : INT64_MAX;
    for (int64_t i = 0; i < count; i++) {
        if (step->what == STEP_WHILE && !scenario_exec_condition(self, step->expr)) return FLOW_NEXT;
        uint64_t before = ebb_steps(self->ebb); /* nobody who waits in between has taken none */
        if (step->what == STEP_REPEAT) self->position->turn = (uint64_t)i, self->position->turns = (uint64_t)count;
        if (turn_run(self, step, ebb_value_int(i), &flow)) return flow;
        if (ebb_steps(self->ebb) == before && step->what != STEP_REPEAT)
            ebb_yield(self->ebb); /* a loop that only computes spins */
    }
    return FLOW_NEXT;
}

/* --- variables ----------------------------------------------------------------------------------------------------------- */

static void set_run(struct activation *self, const struct step *step) {
    const struct expr *to = step->expr2;
    struct ebb_object *object = NULL;
    struct ebb_value value;
    uint32_t place = 0;
    scenario_exec_value(self, step->expr, &value);
    if (to->what != EXPR_VARIABLE && !scenario_exec_place(self, to, &object, &place)) return; /* does not return */
    ebb_value_hold(value);
    if (object != NULL) ebb_touch(self->ebb, object, EBB_ACCESS_WRITE);
    if (to->what == EXPR_VARIABLE)
        scenario_exec_store(self, to->variable, value);
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
        scenario_exec_value(self, step->expr, &value);
        ebb_value_hold(value);
        scenario_exec_store(self, step->into, value);
        return FLOW_NEXT;
    case STEP_SET: set_run(self, step); return FLOW_NEXT;
    case STEP_ATOMIC:
        set_run(self, step);
        ebb_step(self->ebb);
        return FLOW_NEXT;
    case STEP_STEP: ebb_step(self->ebb); return FLOW_NEXT;
    case STEP_DROP: scenario_exec_store(self, step->into, EBB_VALUE_NIL); return FLOW_NEXT;
    case STEP_GO: scenario_exec_go(self, step); return FLOW_NEXT;
    case STEP_CALL: scenario_exec_call(self, step); return FLOW_NEXT;
    case STEP_IF:
        return scenario_exec_block(self, scenario_exec_condition(self, step->expr) ? &step->body : &step->otherwise);
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP: return loop_run(self, step);
    case STEP_FOR: return for_run(self, step);
    case STEP_SELECT: return scenario_exec_select(self, step);
    case STEP_SLEEP:
        (void)ebb_sleep(self->ebb, scenario_exec_number(self, step->expr, EBB_DURATION, INT64_MAX));
        return FLOW_NEXT;
    case STEP_YIELD: ebb_yield(self->ebb); return FLOW_NEXT;
    case STEP_BREAK: return FLOW_BREAK;
    case STEP_CONTINUE: return FLOW_CONTINUE;
    case STEP_RETURN:
        if (step->expr == NULL) return FLOW_RETURN;
        scenario_exec_value(self, step->expr, &value);
        ebb_value_hold(value);
        self->result = value;
        return FLOW_RETURN;
    case STEP_DEFER: scenario_exec_defer(self, step); return FLOW_NEXT;
    case STEP_PANIC:
        scenario_exec_value(self, step->expr, &value);
        ebb_op_forget(self->ebb);
        ebb_panic(self->ebb, "%s", value.type == EBB_TEXT ? value.text : ebb_type_name(value.type));
    case STEP_RECOVER:
        value = ebb_value_bool(ebb_recover(self->ebb) != NULL);
        if (step->has_into) scenario_exec_store(self, step->into, value);
        return FLOW_NEXT;
    case STEP_CHOOSE: {
        int64_t count = scenario_exec_number(self, step->expr, EBB_INT, INT32_MAX);
        if (count == 0) (void)scenario_exec_fail(self, step->where, "\"choose\" needs at least one to choose from");
        value = ebb_value_int(ebb_choose(self->ebb, (uint32_t)count));
        if (step->has_into) scenario_exec_store(self, step->into, value);
        return FLOW_NEXT;
    }
    case STEP_ONCE: scenario_exec_once(self, step); return FLOW_NEXT;
    case STEP_CALL_AFTER: scenario_exec_call_after(self, step); return FLOW_NEXT;
    case STEP_FINALIZE: scenario_exec_finalize(self, step); return FLOW_NEXT;
    case STEP_VERB: scenario_exec_verb(self, step); return FLOW_NEXT;
    }
    base_panic("a step the loader made has no meaning", __FILE__, __LINE__);
}

enum flow scenario_exec_block(struct activation *self, const struct block *block) {
    enum flow flow = FLOW_NEXT;
    struct position position = {.outer = self->position, .block = block};
    if (self->level == LIMIT_NESTING) {
        ebb_op_forget(self->ebb);
        ebb_panic(self->ebb, "stack overflow: more than %u blocks and calls within each other", LIMIT_NESTING);
    }
    self->level++;
    if (self->level > *self->deepest) *self->deepest = self->level;
    self->position = &position;
    for (; position.at < block->count && flow == FLOW_NEXT; position.at++) {
        ebb_at(self->ebb, block->steps[position.at].where.line);
        computes(self);
        if (UNLIKELY(self->run->faults != 0)) scenario_faults(self);
        position.turn = position.turns = 0;
        flow = step_run(self, &block->steps[position.at]);
        scenario_exec_clear(self, 0);
    }
    self->position = position.outer;
    self->level--;
    /* Its variables end with it, also when a closure keeps its scope: who waits for the end of one must not name it. */
    for (uint32_t i = 0; i < block->end_count; i++)
        scenario_exec_store(self, (struct variable){.place = block->ends[i]}, EBB_VALUE_NIL);
    return flow;
}
