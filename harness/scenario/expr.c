/* SPDX-License-Identifier: MIT */
/* expr.c — the expression language: a precedence parser over one scalar, which knows the column of every token. */
#include "kinds/kinds.h"
#include "scenario/load.h"

enum token_what { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN, TOKEN_BAD };

struct cursor {
    struct loader *loader;
    struct str text;
    size_t at; /* of the current token */
    size_t next;
    enum token_what what;
    struct where start; /* of the scalar */
    struct ebb_value number;
};

static struct expr *parse(struct cursor *cursor, int level);

static struct where here(const struct cursor *cursor) {
    return (struct where){cursor->start.line, cursor->start.column + (uint32_t)cursor->at};
}

static struct str token_text(const struct cursor *cursor) {
    return (struct str){cursor->text.at + cursor->at, cursor->next - cursor->at};
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static const struct {
    const char *name;
    enum ebb_type type;
    int64_t factor;
} units[] = {
    {"ns", EBB_DURATION, 1},
    {"us", EBB_DURATION, 1000},
    {"ms", EBB_DURATION, 1000000},
    {"s", EBB_DURATION, 1000000000},
    {"m", EBB_DURATION, INT64_C(60000000000)},
    {"h", EBB_DURATION, INT64_C(3600000000000)},
    {"B", EBB_SIZE, 1},
    {"KiB", EBB_SIZE, 1 << 10},
    {"MiB", EBB_SIZE, 1 << 20},
    {"GiB", EBB_SIZE, 1 << 30},
};

/* "12", "10ms", "1h30m", "64KiB": whole decimal numbers, each with a unit when there is more than one. */
static bool number_read(struct cursor *cursor) {
    const char *text = cursor->text.at;
    size_t at = cursor->at, len = cursor->text.len;
    struct ebb_value value = {.type = EBB_INT};
    while (at < len && is_digit(text[at])) {
        int64_t part = 0;
        for (; at < len && is_digit(text[at]); at++)
            if (__builtin_mul_overflow(part, 10, &part) || __builtin_add_overflow(part, text[at] - '0', &part))
                return false;
        size_t unit_at = at;
        while (at < len && is_letter(text[at])) at++;
        struct str unit = {text + unit_at, at - unit_at};
        size_t i = 0;
        while (i < BASE_COUNT(units) && !str_equal(unit, str_of(units[i].name))) i++;
        if (unit.len == 0) {
            if (value.type != EBB_INT || value.integer != 0) return false;
            value.integer = part;
            break;
        }
        if (i == BASE_COUNT(units) || (value.type != EBB_INT && value.type != units[i].type)) return false;
        value.type = units[i].type;
        if (__builtin_mul_overflow(part, units[i].factor, &part) ||
            __builtin_add_overflow(value.integer, part, &value.integer))
            return false;
    }
    cursor->next = at;
    cursor->number = value;
    return true;
}

static void advance(struct cursor *cursor) {
    const char *text = cursor->text.at;
    size_t at = cursor->next, len = cursor->text.len;
    while (at < len && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n')) at++;
    cursor->at = at;
    cursor->next = at + 1;
    if (at >= len) {
        cursor->next = at;
        cursor->what = TOKEN_END;
    } else if (is_digit(text[at])) {
        cursor->what = number_read(cursor) ? TOKEN_NUMBER : TOKEN_BAD;
    } else if (is_letter(text[at])) {
        while (cursor->next < len && (is_letter(text[cursor->next]) || is_digit(text[cursor->next]))) cursor->next++;
        cursor->what = TOKEN_NAME;
    } else if (text[at] == '\'' || text[at] == '"') {
        while (cursor->next < len && text[cursor->next] != text[at]) cursor->next++;
        cursor->what = cursor->next < len ? TOKEN_TEXT : TOKEN_BAD;
        if (cursor->next < len) cursor->next++;
    } else {
        cursor->what = TOKEN_SIGN;
        if (at + 1 < len && text[at + 1] == '=' && strchr("=!<>", text[at]) != NULL) cursor->next++;
    }
}

static bool token_is(const struct cursor *cursor, const char *text) {
    return (cursor->what == TOKEN_SIGN || cursor->what == TOKEN_NAME) && str_equal(token_text(cursor), str_of(text));
}

static bool accept(struct cursor *cursor, const char *text) {
    if (!token_is(cursor, text)) return false;
    advance(cursor);
    return true;
}

static struct expr *expr_make(struct cursor *cursor, enum expr_what what, struct where where) {
    struct expr *expr = scenario_load_take(cursor->loader, sizeof *expr);
    if (expr == NULL) return NULL;
    expr->what = what;
    expr->where = where;
    return expr;
}

/* `part` (may be NULL) is computed before `expr`; false: that makes too many levels. */
static bool part_of(struct cursor *cursor, struct expr *expr, const struct expr *part) {
    if (part == NULL || part->height < expr->height) return true;
    expr->height = part->height + 1;
    if (expr->height <= LIMIT_EXPRESSION_DEPTH) return true;
    scenario_load_problem(cursor->loader, expr->where, "an expression deeper than %u levels", LIMIT_EXPRESSION_DEPTH);
    return false;
}

static struct expr *literal(struct cursor *cursor, struct where where, struct ebb_value value) {
    struct expr *expr = expr_make(cursor, EXPR_LITERAL, where);
    if (expr != NULL) expr->literal = value;
    return expr;
}

static struct expr *unexpected(struct cursor *cursor, const char *wanted) {
    struct str found = token_text(cursor);
    if (cursor->what == TOKEN_END)
        scenario_load_problem(cursor->loader, here(cursor), "the expression ends here; expected %s", wanted);
    else if (cursor->what == TOKEN_BAD && is_digit(cursor->text.at[cursor->at]))
        scenario_load_problem(cursor->loader, here(cursor), "not a number ebb knows; write 12, 10ms, 1h30m or 64KiB");
    else
        scenario_load_problem(cursor->loader, here(cursor), "\"%.*s\" does not belong here; expected %s", SHOWN(found),
                              wanted);
    return NULL;
}

/* How many arguments a shape names, and how many of them must be there. */
static uint32_t shape_count(const char *shape, uint32_t *least) {
    uint32_t count = 0;
    *least = 0;
    for (const char *at = shape; at != NULL && *at != 0;) {
        size_t len = strcspn(at, " ");
        count++;
        if (at[len - 1] != '?') *least = count;
        at += len + (at[len] == ' ');
    }
    return count;
}

/* The values of list(a, b) or record(name = a, …) up to the closing parenthesis. */
static struct expr *items(struct cursor *cursor, bool named, struct where where) {
    struct loader *loader = cursor->loader;
    struct expr *expr = expr_make(cursor, named ? EXPR_RECORD : EXPR_LIST, where), *values[LIMIT_ITEMS];
    const char *names[LIMIT_ITEMS], *label = loader->label;
    uint32_t count = 0;
    if (expr == NULL) return NULL;
    expr->items.label = label == NULL ? (named ? "record" : "list") : label;
    while (!token_is(cursor, ")")) {
        struct str name = {0};
        if (count == LIMIT_ITEMS) {
            scenario_load_problem(loader, here(cursor), "more than %u values", LIMIT_ITEMS);
            return NULL;
        }
        if (named) {
            if (cursor->what != TOKEN_NAME) return unexpected(cursor, "the name of a field");
            if (!mem_arena_copy(loader->arena, token_text(cursor), &name)) return loader->out_of_memory = true, NULL;
            advance(cursor);
            if (!accept(cursor, "=")) return unexpected(cursor, "\"=\" and the field's value");
        }
        loader->label = named ? name.at : NULL; /* what a field is made with is called like the field */
        names[count] = name.at;
        if ((values[count++] = parse(cursor, 0)) == NULL || !part_of(cursor, expr, values[count - 1])) return NULL;
        if (!accept(cursor, ",")) break;
    }
    loader->label = label;
    if (!accept(cursor, ")")) return unexpected(cursor, "\",\" or \")\"");
    expr->items.count = count;
    expr->items.values = scenario_load_take(loader, (count + 1) * sizeof *values);
    expr->items.names = scenario_load_take(loader, (count + 1) * sizeof *names);
    if (expr->items.values == NULL || expr->items.names == NULL) return NULL;
    memcpy(expr->items.values, values, count * sizeof *values);
    memcpy(expr->items.names, names, count * sizeof *names);
    return expr;
}

static struct expr *function_call(struct cursor *cursor, const struct function *function, struct where where) {
    struct expr *expr = expr_make(cursor, EXPR_CALL, where);
    if (expr == NULL) return NULL;
    expr->call.function = function;
    if (function->takes_one && ((expr->call.arg = parse(cursor, 0)) == NULL || !part_of(cursor, expr, expr->call.arg)))
        return NULL;
    return accept(cursor, ")")
        ? expr
        : unexpected(cursor, function->takes_one ? "\")\" after one argument" : "\")\": it takes no arguments");
}

static struct expr *constructor(struct cursor *cursor, const struct ebb_kind *kind, struct where where) {
    struct loader *loader = cursor->loader;
    struct expr *expr = expr_make(cursor, EXPR_MAKE, where);
    if (expr == NULL) return NULL;
    expr->make.kind = kind;
    expr->make.label = loader->label == NULL ? kind->name : loader->label;
    uint32_t count = 0, least, most = shape_count(kind->make_shape, &least);
    ASSERT(most <= BASE_COUNT(expr->make.args));
    const char *label = loader->label;
    loader->label = NULL;
    while (!token_is(cursor, ")")) {
        struct expr *arg = parse(cursor, 0);
        if (arg == NULL || !part_of(cursor, expr, arg)) return NULL;
        if (count < most) expr->make.args[count] = arg;
        count++;
        if (!accept(cursor, ",")) break;
    }
    loader->label = label;
    if (!token_is(cursor, ")")) return unexpected(cursor, "\",\" or \")\"");
    advance(cursor);
    if (count >= least && count <= most) return expr;
    scenario_load_problem(loader, where, "%s takes %s%s%s, not %u arguments", kind->make_name,
                          most == 0 ? "no arguments" : "(", most == 0 ? "" : kind->make_shape, most == 0 ? "" : ")",
                          count);
    return NULL;
}

static void unknown_name(struct cursor *cursor, struct str name, struct where where, bool called) {
    const char *words[KIND_COUNT + 2 * LIMIT_NAMES + 16];
    uint32_t count = 0;
    for (uint32_t i = 0; called && scenario_function_at(i) != NULL; i++) words[count++] = scenario_function_at(i)->name;
    if (called) words[count++] = "list", words[count++] = "record";
    const struct scenario *scenario = cursor->loader->scenario;
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (ebb_kinds[i]->make_name != NULL) words[count++] = ebb_kinds[i]->make_name;
    for (uint32_t i = 0; !called && i < scenario->param_count; i++) words[count++] = scenario->params[i].name.at;
    for (struct name_level *level = cursor->loader->level; !called && level != NULL; level = level->outer)
        for (struct local *local = level->locals; local != NULL && count < BASE_COUNT(words); local = local->older)
            words[count++] = local->name.at;
    const char *near = scenario_load_nearest(cursor->loader, name, words, count);
    if (near != NULL)
        scenario_load_problem(cursor->loader, where, "there is no %s \"%.*s\"; did you mean \"%s\"?",
                              called ? "function" : "variable", SHOWN(name), near);
    else
        scenario_load_problem(cursor->loader, where, "there is no %s \"%.*s\" here", called ? "function" : "variable",
                              SHOWN(name));
}

static struct expr *named(struct cursor *cursor) {
    struct loader *loader = cursor->loader;
    struct str name = token_text(cursor);
    struct where where = here(cursor);
    advance(cursor);
    if (token_is(cursor, "(")) {
        advance(cursor);
        const struct function *function = scenario_function_find(name);
        if (function != NULL) return function_call(cursor, function, where);
        if (str_equal(name, STR("list")) || str_equal(name, STR("record")))
            return items(cursor, name.at[0] == 'r', where);
        for (size_t i = 0; i < KIND_COUNT; i++)
            if (ebb_kinds[i]->make_name != NULL && str_equal(name, str_of(ebb_kinds[i]->make_name)))
                return constructor(cursor, ebb_kinds[i], where);
        unknown_name(cursor, name, where, true);
        return NULL;
    }
    if (str_equal(name, STR("true"))) return literal(cursor, where, ebb_value_bool(true));
    if (str_equal(name, STR("false"))) return literal(cursor, where, ebb_value_bool(false));
    if (str_equal(name, STR("nil"))) return literal(cursor, where, EBB_VALUE_NIL);
    struct variable variable;
    if (scenario_load_variable(loader, name, &variable)) {
        struct expr *expr = expr_make(cursor, EXPR_VARIABLE, where);
        if (expr != NULL) expr->variable = variable;
        variable.declared->read = true;
        return expr;
    }
    int32_t param = scenario_load_param(loader, name);
    if (param >= 0) {
        struct expr *expr = expr_make(cursor, EXPR_PARAM, where);
        if (expr != NULL) expr->param = (uint32_t)param;
        loader->scenario->params[param].used = true;
        return expr;
    }
    uint32_t number;
    struct routine *proc = scenario_load_proc(loader, name, &number);
    if (proc != NULL) {
        proc->used = true;
        return literal(cursor, where, (struct ebb_value){.type = EBB_PROC, .integer = number});
    }
    if (loader->in_cycle && str_equal(name, STR("turn"))) return expr_make(cursor, EXPR_TURN, where);
    unknown_name(cursor, name, where, false);
    return NULL;
}

/* A line break, as YAML counts them: LF, and U+2028 and U+2029. */
static bool breaks(struct str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\n') return true;
        if (text.len - i >= 3 &&
            (memcmp(text.at + i, "\xE2\x80\xA8", 3) == 0 || memcmp(text.at + i, "\xE2\x80\xA9", 3) == 0))
            return true;
    }
    return false;
}

static struct expr *primary(struct cursor *cursor) {
    struct where where = here(cursor);
    if (cursor->what == TOKEN_NUMBER) {
        struct ebb_value value = cursor->number;
        advance(cursor);
        return literal(cursor, where, value);
    }
    if (cursor->what == TOKEN_TEXT) {
        struct str quoted = token_text(cursor), text;
        advance(cursor);
        if (breaks(quoted)) {
            scenario_load_problem(cursor->loader, where, "a text within an expression stays in its line");
            return NULL;
        }
        if (!mem_arena_copy(cursor->loader->arena, (struct str){quoted.at + 1, quoted.len - 2}, &text)) {
            cursor->loader->out_of_memory = true;
            return NULL;
        }
        return literal(cursor, where, (struct ebb_value){.type = EBB_TEXT, .text = text.at});
    }
    if (accept(cursor, "(")) {
        struct expr *expr = parse(cursor, 0);
        if (expr == NULL) return NULL;
        return accept(cursor, ")") ? expr : unexpected(cursor, "\")\"");
    }
    if (cursor->what == TOKEN_NAME) return named(cursor);
    return unexpected(cursor, "a number, a name or \"(\"");
}

/* ".name" and "[index]" behind a value. */
static struct expr *postfix(struct cursor *cursor) {
    struct expr *expr = primary(cursor);
    while (expr != NULL && (token_is(cursor, ".") || token_is(cursor, "["))) {
        bool index = token_is(cursor, "[");
        advance(cursor);
        struct expr *of = expr;
        expr = expr_make(cursor, index ? EXPR_INDEX : EXPR_MEMBER, here(cursor));
        if (expr == NULL || !part_of(cursor, expr, of)) return NULL;
        if (index) {
            expr->index.of = of;
            if ((expr->index.at = parse(cursor, 0)) == NULL || !part_of(cursor, expr, expr->index.at)) return NULL;
            if (!accept(cursor, "]")) return unexpected(cursor, "\"]\"");
            continue;
        }
        struct str name;
        if (cursor->what != TOKEN_NAME) return unexpected(cursor, "the name of a field or a part");
        if (!mem_arena_copy(cursor->loader->arena, token_text(cursor), &name))
            return cursor->loader->out_of_memory = true, NULL;
        expr->member.of = of;
        expr->member.name = name.at;
        expr->member.member = scenario_member_find(name);
        advance(cursor);
    }
    return expr;
}

static const struct {
    const char *text;
    int level;
    enum expr_operator operator;
} operators[] = {
    {"or", 1, OPERATOR_OR},    {"and", 2, OPERATOR_AND},    {"==", 4, OPERATOR_EQUAL}, {"!=", 4, OPERATOR_UNEQUAL},
    {"<", 4, OPERATOR_LESS},   {"<=", 4, OPERATOR_AT_MOST}, {">", 4, OPERATOR_MORE},   {">=", 4, OPERATOR_AT_LEAST},
    {"+", 5, OPERATOR_PLUS},   {"-", 5, OPERATOR_MINUS},    {"*", 6, OPERATOR_TIMES},  {"/", 6, OPERATOR_DIVIDE},
    {"%", 6, OPERATOR_MODULO},
};
#define LEVEL_NOT 3
#define LEVEL_UNARY 7

static struct expr *operation(struct cursor *cursor, struct where where, enum expr_operator operator,
                              struct expr * left, struct expr *right, bool unary) {
    if (left == NULL || (!unary && right == NULL)) return NULL;
    struct expr *expr = expr_make(cursor, unary ? EXPR_UNARY : EXPR_BINARY, where);
    if (expr == NULL || !part_of(cursor, expr, left) || !part_of(cursor, expr, right)) return NULL;
    expr->operation.operator= operator;
    expr->operation.left = left;
    expr->operation.right = right;
    return expr;
}

static struct expr *prefix(struct cursor *cursor, int level) {
    struct where where = here(cursor);
    if (level <= LEVEL_NOT && accept(cursor, "not"))
        return operation(cursor, where, OPERATOR_NOT, parse(cursor, LEVEL_NOT), NULL, true);
    if (accept(cursor, "-")) return operation(cursor, where, OPERATOR_NEGATE, parse(cursor, LEVEL_UNARY), NULL, true);
    return postfix(cursor);
}

static struct expr *parse(struct cursor *cursor, int level) {
    if (cursor->loader->depth == LIMIT_EXPRESSION_DEPTH) {
        scenario_load_problem(cursor->loader, here(cursor), "an expression deeper than %u levels",
                              LIMIT_EXPRESSION_DEPTH);
        return NULL;
    }
    cursor->loader->depth++;
    struct expr *left = prefix(cursor, level);
    while (left != NULL) {
        size_t i = 0;
        while (i < BASE_COUNT(operators) && !token_is(cursor, operators[i].text)) i++;
        if (i == BASE_COUNT(operators) || operators[i].level < level) break;
        struct where where = here(cursor);
        advance(cursor);
        left = operation(cursor, where, operators[i].operator, left, parse(cursor, operators[i].level + 1), false);
    }
    cursor->loader->depth--;
    return left;
}

/* {x: context(nil, 10m)}: to YAML the comma ends the value, which leaves a parenthesis open. */
static bool cut_short(struct str text) {
    size_t open = 0, closed = 0;
    for (size_t i = 0; i < text.len; i++)
        open += text.at[i] == '(' || text.at[i] == '[', closed += text.at[i] == ')' || text.at[i] == ']';
    return open > closed && text.at[text.len - 1] != '"' && text.at[text.len - 1] != '\'';
}

struct expr *scenario_load_expr(struct loader *loader, const struct yaml_node *node) {
    if (node == NULL || node->what != YAML_SCALAR) {
        struct where where = node == NULL ? (struct where){0, 0} : scenario_load_where(node);
        scenario_load_problem(loader, where, "expected an expression, such as 3, 10ms, name or chan(1)");
        return NULL;
    }
    struct cursor cursor = {.loader = loader, .text = node->text, .start = scenario_load_where(node)};
    if (node->braced && !node->quoted && cut_short(node->text)) {
        scenario_load_problem(loader, cursor.start,
                              "a comma or bracket inside { } or [ ] ends the value; give \"%.*s…\" a line of its own",
                              (int)(node->text.len > 40 ? 40 : node->text.len), node->text.at);
        return NULL;
    }
    if (node->quoted)
        return literal(&cursor, cursor.start, (struct ebb_value){.type = EBB_TEXT, .text = node->text.at});
    advance(&cursor);
    loader->depth = 0;
    struct expr *expr = parse(&cursor, 0);
    if (expr != NULL && cursor.what != TOKEN_END)
        return unexpected(&cursor, token_is(&cursor, "=") ? "\"==\" to compare" : "an operator or the end");
    return expr;
}

bool scenario_load_constant(struct loader *loader, const struct yaml_node *node, struct ebb_value *out) {
    struct expr *expr = scenario_load_expr(loader, node);
    if (expr == NULL) return false;
    bool negated = expr->what == EXPR_UNARY &&
        expr->operation.operator== OPERATOR_NEGATE && expr->operation.left->what == EXPR_LITERAL;
    if (negated) {
        *out = expr->operation.left->literal;
        if (out->type == EBB_INT || out->type == EBB_DURATION) {
            out->integer = -out->integer;
            return true;
        }
    } else if (expr->what == EXPR_LITERAL) {
        *out = expr->literal;
        return true;
    }
    scenario_load_problem(loader, expr->where,
                          "expected a plain value: nothing is known yet that could be computed with");
    return false;
}
