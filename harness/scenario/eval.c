/* SPDX-License-Identifier: MIT */
/* eval.c — expressions: whole numbers with units, checked; no step is ever taken by one. */
#include <stdarg.h>
#include <stdio.h>

#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/list/list.h"
#include "kinds/record/record.h"
#include "scenario/exec.h"

/* In a coroutine, where a failure does not return. */
static bool inside(const struct activation *self) { return self->ebb != NULL && ebb_current(self->ebb) != NULL; }

/* Once something was refused, what makes no sense is the subject's own fault, which did not look at what it was given. */
bool scenario_exec_fail(struct activation *self, struct where where, const char *format, ...) {
    struct diag *diag = &self->run->fault, said = {.line = where.line, .column = where.column};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(said.text, sizeof said.text, format, args);
    va_end(args);
    if (self->run->refused && inside(self)) {
        ebb_op_forget(self->ebb);
        ebb_panic(self->ebb, "%s", said.text);
    }
    if (!self->run->faulted) *diag = said;
    self->run->faulted = true;
    if (inside(self)) ebb_stop(self->ebb);
    return false;
}

void scenario_exec_clear(struct activation *self, uint32_t mark) {
    while (self->temporary_count > mark) {
        struct ebb_value value = self->temporaries[--self->temporary_count];
        ebb_value_release(value);
    }
}

static bool is_number(struct ebb_value value) {
    return value.type == EBB_INT || value.type == EBB_DURATION || value.type == EBB_SIZE;
}

static bool arithmetic(struct activation *self, const struct expr *expr, struct ebb_value a, struct ebb_value b,
                       struct ebb_value *out) {
    enum expr_operator op = expr->operation.operator;
    if (!is_number(a) || !is_number(b) || (a.type != b.type && a.type != EBB_INT && b.type != EBB_INT))
        return scenario_exec_fail(self, expr->where, "cannot compute with a %s and a %s", ebb_type_name(a.type),
                                  ebb_type_name(b.type));
    bool ratio = op == OPERATOR_DIVIDE && a.type == b.type;
    *out = (struct ebb_value){.type = ratio ? EBB_INT : a.type != EBB_INT ? a.type : b.type};
    bool overflow = false;
    switch (op) {
    case OPERATOR_PLUS: overflow = __builtin_add_overflow(a.integer, b.integer, &out->integer); break;
    case OPERATOR_MINUS: overflow = __builtin_sub_overflow(a.integer, b.integer, &out->integer); break;
    case OPERATOR_TIMES: overflow = __builtin_mul_overflow(a.integer, b.integer, &out->integer); break;
    default:
        if (b.integer == 0 && inside(self)) ebb_panic(self->ebb, "division by zero");
        if (b.integer == 0) return scenario_exec_fail(self, expr->where, "division by zero");
        overflow = a.integer == INT64_MIN && b.integer == -1;
        if (!overflow) out->integer = op == OPERATOR_DIVIDE ? a.integer / b.integer : a.integer % b.integer;
    }
    return overflow ? scenario_exec_fail(self, expr->where, "a number too large") : true;
}

static bool compare(struct activation *self, const struct expr *expr, struct ebb_value a, struct ebb_value b,
                    struct ebb_value *out) {
    enum expr_operator op = expr->operation.operator;
    if (op == OPERATOR_EQUAL || op == OPERATOR_UNEQUAL) {
        bool equal = is_number(a) && is_number(b) ? a.integer == b.integer : ebb_value_equal(a, b);
        *out = ebb_value_bool(equal == (op == OPERATOR_EQUAL));
        return true;
    }
    if (!is_number(a) || !is_number(b))
        return scenario_exec_fail(self, expr->where, "cannot compare a %s with a %s", ebb_type_name(a.type),
                                  ebb_type_name(b.type));
    int64_t x = a.integer, y = b.integer;
    *out = ebb_value_bool(op == OPERATOR_LESS          ? x < y
                              : op == OPERATOR_AT_MOST ? x <= y
                              : op == OPERATOR_MORE    ? x > y
                                                       : x >= y);
    return true;
}

static bool truth(struct activation *self, const struct expr *expr, struct ebb_value *value) {
    if (!scenario_exec_eval(self, expr, value)) return false;
    if (value->type == EBB_BOOL) return true;
    return scenario_exec_fail(self, expr->where, "expected true or false, not a %s", ebb_type_name(value->type));
}

static bool operation(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    enum expr_operator op = expr->operation.operator;
    struct ebb_value a, b;
    if (op == OPERATOR_OR || op == OPERATOR_AND) { /* the right side only when it decides */
        if (!truth(self, expr->operation.left, out)) return false;
        return (out->integer != 0) == (op == OPERATOR_OR) ? true : truth(self, expr->operation.right, out);
    }
    if (op == OPERATOR_NOT) {
        if (!truth(self, expr->operation.left, out)) return false;
        out->integer = out->integer == 0;
        return true;
    }
    if (!scenario_exec_eval(self, expr->operation.left, &a)) return false;
    if (op == OPERATOR_NEGATE) return arithmetic(self, &(struct expr){.where = expr->where, .operation = {.operator= OPERATOR_MINUS}}, ebb_value_int(0), a, out);
    if (!scenario_exec_eval(self, expr->operation.right, &b)) return false;
    bool compares = op >= OPERATOR_EQUAL && op <= OPERATOR_AT_LEAST;
    return compares ? compare(self, expr, a, b, out) : arithmetic(self, expr, a, b, out);
}

/* --- shapes ----------------------------------------------------------------------------------------------------------- */

static struct str shape_type(const char *shape, uint32_t index, bool *optional) {
    for (; *shape != 0; index--) {
        size_t len = strcspn(shape, " "), name = strcspn(shape, ":") + 1;
        if (index == 0) {
            *optional = shape[len - 1] == '?';
            return (struct str){shape + name, len - name - *optional};
        }
        shape += len + (shape[len] == ' ');
    }
    *optional = true;
    return STR("any");
}

bool scenario_shape_needs(const char *shape, uint32_t index) {
    bool optional;
    struct str type = shape_type(shape, index, &optional);
    return !optional && !str_equal(type, STR("any"));
}

bool scenario_exec_fits(const char *shape, uint32_t index, struct ebb_value *value) {
    bool optional;
    struct str type = shape_type(shape, index, &optional);
    if (str_equal(type, STR("any"))) return true;
    if (value->type == EBB_NIL) return optional;
    if (str_equal(type, STR("int")))
        return value->type == EBB_INT && value->integer >= -LIMIT_CAPACITY && value->integer <= LIMIT_CAPACITY;
    if (str_equal(type, STR("bool"))) return value->type == EBB_BOOL;
    if (str_equal(type, STR("text"))) return value->type == EBB_TEXT;
    if (str_equal(type, STR("proc"))) return value->type == EBB_PROC;
    if (str_equal(type, STR("duration"))) return value->type == EBB_DURATION && value->integer >= 0;
    if (str_equal(type, STR("size")))
        return (value->type == EBB_SIZE || value->type == EBB_INT) && value->integer >= 0 &&
            value->integer <= LIMIT_OBJECT_BYTES;
    if (value->type != EBB_OBJECT) return false;
    if (str_equal(type, STR("lock"))) return true; /* the constructor says which it takes */
    return str_equal(type, str_of(value->object->kind->name));
}

static bool keep(struct activation *self, struct where where, struct ebb_object *object, struct ebb_value *out) {
    if (self->temporary_count == LIMIT_TEMPORARIES) {
        ebb_object_release(object);
        return scenario_exec_fail(self, where, "one step makes more than %u objects", LIMIT_TEMPORARIES);
    }
    *out = self->temporaries[self->temporary_count++] = ebb_value_object(object);
    return true;
}

static bool make(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    const struct ebb_kind *kind = expr->make.kind;
    struct ebb_value args[BASE_COUNT(expr->make.args)];
    for (uint32_t i = 0; i < BASE_COUNT(args); i++) {
        args[i] = EBB_VALUE_NIL;
        if (expr->make.args[i] == NULL) continue;
        if (!scenario_exec_eval(self, expr->make.args[i], &args[i])) return false;
        if (!scenario_exec_fits(kind->make_shape, i, &args[i]) ||
            (i == 0 && args[i].type == EBB_INT && args[i].integer < 0))
            return scenario_exec_fail(self, expr->make.args[i]->where, "%s(%s) cannot take this %s", kind->make_name,
                                      kind->make_shape, ebb_type_name(args[i].type));
    }
    struct ebb_object *object = NULL;
    ebb_at(self->ebb, expr->where.line);
    *out = EBB_VALUE_NIL;
    if (self->run->faults != 0 && scenario_faults_refuse(self, kind)) return true;
    enum status status = kind->make(self->ebb, &object, expr->make.label, args);
    if (status == ERR_NOMEM && ebb_current(self->ebb) != NULL) ebb_exhausted(self->ebb);
    self->run->exhausted = status == ERR_NOMEM;
    if (status != OK)
        return scenario_exec_fail(self, expr->where,
                                  status == ERR_LIMIT ? "the system gives no more of these"
                                                      : "not enough memory to make this");
    if (ebb_current(self->ebb) == NULL) object->node.birth.line = expr->where.line;
    return keep(self, expr->where, object, out);
}

static bool no_memory(struct activation *self, struct where where) {
    if (ebb_current(self->ebb) != NULL) ebb_exhausted(self->ebb);
    self->run->exhausted = true;
    return scenario_exec_fail(self, where, "not enough memory to make this");
}

static bool items(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    bool record = expr->what == EXPR_RECORD;
    struct ebb_list *list = NULL;
    struct ebb_record *fields = NULL;
    ebb_at(self->ebb, expr->where.line);
    enum status status = record
        ? ebb_record_make(self->ebb, &fields, expr->items.label, expr->items.names, expr->items.count)
        : ebb_list_make(self->ebb, &list, expr->items.label);
    if (status != OK) return no_memory(self, expr->where);
    struct ebb_object *object = record ? ebb_record_object(fields) : ebb_list_object(list);
    if (ebb_current(self->ebb) == NULL) object->node.birth.line = expr->where.line;
    if (!keep(self, expr->where, object, out)) return false;
    for (uint32_t i = 0; i < expr->items.count; i++) {
        struct ebb_value value;
        if (!scenario_exec_eval(self, expr->items.values[i], &value)) return false;
        if (!record && ebb_list_append(list, value) != OK) return no_memory(self, expr->where);
        if (!record) continue;
        ebb_value_hold(value);
        ebb_record_set(fields, i, value);
    }
    return true;
}

/* The list item or record field an expression names, for reading and for setting. */
bool scenario_exec_place(struct activation *self, const struct expr *expr, struct ebb_object **object,
                         uint32_t *place) {
    struct ebb_value of, at;
    bool index = expr->what == EXPR_INDEX;
    if (!scenario_exec_eval(self, index ? expr->index.of : expr->member.of, &of)) return false;
    if (of.type != EBB_OBJECT || of.object->kind->id != (index ? KIND_LIST : KIND_RECORD))
        return scenario_exec_fail(self, expr->where, "a %s has no %s",
                                  of.type == EBB_OBJECT ? of.object->kind->name : ebb_type_name(of.type),
                                  index ? "items" : "such part or field");
    *object = of.object;
    if (!index) {
        *place = ebb_record_find(ebb_record_from(of.object), expr->member.name);
        return *place != UINT32_MAX ||
            scenario_exec_fail(self, expr->where, "this record has no field \"%s\"", expr->member.name);
    }
    if (!scenario_exec_eval(self, expr->index.at, &at)) return false;
    if (at.type != EBB_INT)
        return scenario_exec_fail(self, expr->where, "an index is an integer, not a %s", ebb_type_name(at.type));
    ebb_touch(self->ebb, of.object, EBB_ACCESS_READ);
    uint32_t count = ebb_list_count(ebb_list_from(of.object));
    if (at.integer < 0 || at.integer >= count) {
        if (ebb_current(self->ebb) != NULL)
            ebb_panic(self->ebb, "index out of range [%lld] with length %u", (long long)at.integer, count);
        return scenario_exec_fail(self, expr->where, "index out of range");
    }
    *place = (uint32_t)at.integer;
    return true;
}

static bool indexed(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    struct ebb_object *object;
    uint32_t place;
    if (!scenario_exec_place(self, expr, &object, &place)) return false;
    ebb_touch(self->ebb, object, EBB_ACCESS_READ);
    *out = expr->what == EXPR_INDEX ? ebb_list_get(ebb_list_from(object), place)
                                    : ebb_record_get(ebb_record_from(object), place);
    return true;
}

static bool member(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    struct ebb_value of;
    if (!scenario_exec_eval(self, expr->member.of, &of)) return false;
    for (const struct member *member = expr->member.member;
         of.type == EBB_OBJECT && member != NULL && member->name != NULL; member++) {
        if (member->kind_id != of.object->kind->id || strcmp(member->name, expr->member.name) != 0) continue;
        *out = ebb_value_object(member->get(of.object)); /* the same name may belong to several kinds */
        return true;
    }
    return indexed(self, expr, out);
}

static bool call(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    struct ebb_value arg = EBB_VALUE_NIL;
    if (expr->call.arg != NULL && !scenario_exec_eval(self, expr->call.arg, &arg)) return false;
    if (arg.type == EBB_OBJECT) {
        uint16_t kind = arg.object->kind->id; /* of the others each verb says in its own bits what it does */
        bool data = kind == KIND_LIST || kind == KIND_MAP;
        ebb_touch(self->ebb, arg.object, data ? EBB_ACCESS_READ : EBB_ACCESS_ALL);
    }
    if (expr->call.function->call(self, arg, out)) return true;
    return scenario_exec_fail(self, expr->where, "%s() has no answer for a %s", expr->call.function->name,
                              arg.type == EBB_OBJECT ? arg.object->kind->name : ebb_type_name(arg.type));
}

bool scenario_exec_eval(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    switch (expr->what) {
    case EXPR_LITERAL: *out = expr->literal; return true;
    case EXPR_VARIABLE: {
        struct ebb_scope *scope = ebb_scope_up(self->scope, expr->variable.hops);
        *out = ebb_scope_get(scope, expr->variable.place);
        if (self->ebb != NULL && UNLIKELY(self->ebb->depends))
            ebb_touch_thing(self->ebb, ebb_thing(ebb_scope_object(scope), expr->variable.place), EBB_ACCESS_READ);
        return true;
    }
    case EXPR_PARAM: *out = self->run->params[expr->param]; return true;
    case EXPR_TURN: *out = ebb_value_int(self->run->turn); return true;
    case EXPR_MAKE: return make(self, expr, out);
    case EXPR_MEMBER: return member(self, expr, out);
    case EXPR_INDEX: return indexed(self, expr, out);
    case EXPR_LIST:
    case EXPR_RECORD: return items(self, expr, out);
    case EXPR_CALL: return call(self, expr, out);
    case EXPR_UNARY:
    case EXPR_BINARY: break;
    }
    return operation(self, expr, out);
}

bool scenario_exec_constant(struct activation *self, const struct expr *expr, struct ebb_value *out) {
    ASSERT(self->ebb == NULL);
    return scenario_exec_eval(self, expr, out);
}
