/* SPDX-License-Identifier: MIT */
/* equal.c — do two scenarios mean the same? Everything is compared but where it stands in its file. */
#include "scenario/emit.h"
#include "scenario/model.h"

static bool text_equal(const char *a, const char *b) {
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}
static bool block_equal(const struct block *a, const struct block *b);

static bool value_equal(struct ebb_value a, struct ebb_value b) {
    if (a.type != b.type) return false;
    return a.type == EBB_TEXT ? text_equal(a.text, b.text) : a.type == EBB_NIL || a.integer == b.integer;
}

static bool variable_equal(struct variable a, struct variable b) {
    bool named = a.declared != NULL, same = named == (b.declared != NULL);
    return same && a.hops == b.hops && a.place == b.place && (!named || str_equal(a.declared->name, b.declared->name));
}

/* --- expressions -------------------------------------------------------------------------------------------------- */

static bool expr_equal(const struct expr *a, const struct expr *b);

static bool exprs_equal(struct expr *const *a, struct expr *const *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!expr_equal(a[i], b[i])) return false;
    return true;
}

static bool items_equal(const struct expr *a, const struct expr *b) {
    if (a->items.count != b->items.count || !text_equal(a->items.label, b->items.label)) return false;
    for (uint32_t i = 0; a->what == EXPR_RECORD && i < a->items.count; i++)
        if (!text_equal(a->items.names[i], b->items.names[i])) return false;
    return exprs_equal(a->items.values, b->items.values, a->items.count);
}

static bool expr_equal(const struct expr *a, const struct expr *b) {
    if (a == NULL || b == NULL) return a == b;
    if (a->what != b->what || a->height != b->height) return false;
    switch (a->what) {
    case EXPR_LITERAL: return value_equal(a->literal, b->literal);
    case EXPR_VARIABLE: return variable_equal(a->variable, b->variable);
    case EXPR_PARAM: return a->param == b->param;
    case EXPR_TURN: return true;
    case EXPR_UNARY:
    case EXPR_BINARY:
        return a->operation.operator== b->operation.operator&& expr_equal(a->operation.left, b->operation.left) &&
            expr_equal(a->operation.right, b->operation.right);
    case EXPR_MAKE:
        return a->make.kind == b->make.kind && text_equal(a->make.label, b->make.label) &&
            exprs_equal(a->make.args, b->make.args, BASE_COUNT(a->make.args));
    case EXPR_MEMBER:
        return text_equal(a->member.name, b->member.name) && a->member.member == b->member.member &&
            expr_equal(a->member.of, b->member.of);
    case EXPR_INDEX: return expr_equal(a->index.of, b->index.of) && expr_equal(a->index.at, b->index.at);
    case EXPR_LIST:
    case EXPR_RECORD: return items_equal(a, b);
    case EXPR_CALL: return a->call.function == b->call.function && expr_equal(a->call.arg, b->call.arg);
    }
    return false;
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static bool routine_equal(const struct routine *a, const struct routine *b) {
    if (a == NULL || b == NULL) return a == b;
    if (!str_equal(a->name, b->name) || a->place_count != b->place_count || a->param_count != b->param_count)
        return false;
    if (a->guarded != b->guarded || a->used != b->used || a->within != b->within) return false;
    for (uint32_t i = 0; i < a->param_count; i++)
        if (!str_equal(a->params[i]->name, b->params[i]->name)) return false;
    return block_equal(&a->body, &b->body);
}

static bool verb_equal(const struct verb *a, const struct verb *b) {
    if (a->op != b->op || a->arg_count != b->arg_count || a->result_count != b->result_count) return false;
    for (uint32_t i = 0; i < a->result_count; i++)
        if (a->has_into[i] != b->has_into[i] || (a->has_into[i] && !variable_equal(a->into[i], b->into[i])))
            return false;
    return exprs_equal(a->args, b->args, a->arg_count);
}

static bool case_equal(const struct select_case *a, const struct select_case *b) {
    if (a->what != b->what || !expr_equal(a->chan, b->chan) || !expr_equal(a->value, b->value)) return false;
    if (a->has_into != b->has_into || (a->has_into && !variable_equal(a->into, b->into))) return false;
    if (a->has_ok != b->has_ok || (a->has_ok && !variable_equal(a->ok, b->ok))) return false;
    return block_equal(&a->body, &b->body);
}

static bool parts_equal(const struct step *a, const struct step *b) {
    if (a->case_count != b->case_count || a->verb_count != b->verb_count || a->arg_count != b->arg_count) return false;
    for (uint32_t i = 0; i < a->case_count; i++)
        if (!case_equal(&a->cases[i], &b->cases[i])) return false;
    for (uint32_t i = 0; i < a->verb_count; i++)
        if (!verb_equal(&a->verbs[i], &b->verbs[i])) return false;
    return exprs_equal(a->args, b->args, a->arg_count);
}

/* A procedure is compared by its name: its steps are compared once, and it may call itself. */
static bool called_equal(const struct routine *a, const struct routine *b) {
    if (a == NULL || b == NULL) return a == b;
    if ((a->outer == NULL) != (b->outer == NULL)) return false;
    return a->outer == NULL ? str_equal(a->name, b->name) : routine_equal(a, b);
}

static bool step_equal(const struct step *a, const struct step *b) {
    if (a->what != b->what || !text_equal(a->word, b->word) || !expr_equal(a->expr, b->expr) ||
        !expr_equal(a->expr2, b->expr2))
        return false;
    if (a->has_into != b->has_into || !variable_equal(a->into, b->into) || !variable_equal(a->over, b->over))
        return false;
    return parts_equal(a, b) && called_equal(a->routine, b->routine) && block_equal(&a->body, &b->body) &&
        block_equal(&a->otherwise, &b->otherwise);
}

static bool block_equal(const struct block *a, const struct block *b) {
    if (a->count != b->count || a->end_count != b->end_count || a->place_count != b->place_count ||
        a->own_scope != b->own_scope)
        return false;
    for (uint32_t i = 0; i < a->end_count; i++)
        if (a->ends[i] != b->ends[i]) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!step_equal(&a->steps[i], &b->steps[i])) return false;
    return true;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static bool params_equal(const struct scenario *a, const struct scenario *b) {
    if (a->param_count != b->param_count) return false;
    for (uint32_t i = 0; i < a->param_count; i++) {
        const struct param *x = &a->params[i], *y = &b->params[i];
        if (!str_equal(x->name, y->name) || !str_equal(x->about, y->about) || !value_equal(x->initial, y->initial))
            return false;
        if (x->has_range != y->has_range || x->used != y->used || x->choice_count != y->choice_count ||
            (x->choices == NULL) != (y->choices == NULL))
            return false;
        if (x->has_range && (x->least != y->least || x->most != y->most)) return false;
        for (uint32_t choice = 0; choice < x->choice_count; choice++)
            if (!text_equal(x->choices[choice], y->choices[choice])) return false;
    }
    return true;
}

static bool rows_equal(const struct check_expect_row *a, const struct check_expect_row *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (a[i].kind != b[i].kind || a[i].count != b[i].count || a[i].count_max != b[i].count_max) return false;
        if (!str_equal(a[i].object, b[i].object) || !str_equal(a[i].operation, b[i].operation) ||
            !str_equal(a[i].on, b[i].on))
            return false;
    }
    return true;
}

static bool expect_equal(const struct check_expect *a, const struct check_expect *b) {
    if (a->how != b->how || a->row_count != b->row_count || a->other_count != b->other_count ||
        !rows_equal(a->rows, b->rows, a->row_count))
        return false;
    for (uint32_t i = 0; i < a->other_count; i++)
        if (a->others[i].count != b->others[i].count ||
            !rows_equal(a->others[i].at, b->others[i].at, a->others[i].count))
            return false;
    return true;
}

static bool values_equal(const struct ebb_value *a, const struct ebb_value *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!value_equal(a[i], b[i])) return false;
    return true;
}

static bool variants_equal(const struct scenario *a, const struct scenario *b) {
    if (a->variant_count != b->variant_count || a->range_count != b->range_count || a->expects != b->expects ||
        !expr_equal(a->leaks_when, b->leaks_when))
        return false;
    for (uint32_t i = 0; i < a->variant_count; i++) {
        const struct variant *x = &a->variants[i], *y = &b->variants[i];
        if (!str_equal(x->name, y->name) || !str_equal(x->pending, y->pending) || x->expected != y->expected)
            return false;
        if ((x->where.line == 0) != (y->where.line == 0) || !values_equal(x->values, y->values, a->param_count) ||
            !expect_equal(&x->expect, &y->expect))
            return false;
    }
    return values_equal(a->range, b->range, (size_t)a->range_count * a->param_count);
}

static bool rules_equal(const struct scenario *a, const struct scenario *b) {
    const struct scenario_limits *x = &a->limits, *y = &b->limits;
    if (!str_equal(a->about, b->about) || a->tag_count != b->tag_count || a->watch_count != b->watch_count ||
        a->faults != b->faults)
        return false;
    if (!scenario_stop_equal(&a->stop, &b->stop)) return false;
    if (x->steps != y->steps || x->horizon_ns != y->horizon_ns || x->cycles != y->cycles) return false;
    for (uint32_t i = 0; i < a->tag_count; i++)
        if (!str_equal(a->tags[i], b->tags[i])) return false;
    for (uint32_t i = 0; i < a->watch_count; i++) {
        const struct watch *one = &a->watches[i], *other = &b->watches[i];
        if (one->what != other->what || one->bytes != other->bytes || one->per_ns != other->per_ns ||
            !str_equal(one->text, other->text))
            return false;
    }
    return true;
}

bool scenario_equal(const struct scenario *a, const struct scenario *b) {
    if (!rules_equal(a, b) || !params_equal(a, b) || !variants_equal(a, b)) return false;
    if (a->shared_count != b->shared_count || a->proc_count != b->proc_count || a->declared_count != b->declared_count)
        return false;
    for (uint32_t i = 0; i < a->shared_count; i++)
        if (!str_equal(a->shared[i].name, b->shared[i].name) || !expr_equal(a->shared[i].value, b->shared[i].value))
            return false;
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++)
        if (!routine_equal(a->phases[i], b->phases[i])) return false;
    for (uint32_t i = 0; i < a->proc_count; i++)
        if (!routine_equal(a->procs[i], b->procs[i])) return false;
    return true;
}
