/* SPDX-License-Identifier: MIT */
/* emit_expr.c — expressions and other scalars as text. */
#include "base/limits.h"
#include "scenario/emit_impl.h"
#include "scenario/load.h"

/* --- scalars ------------------------------------------------------------------------------------------------------ */

static bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Rather too careful: what is quoted needlessly is right as well. */
static bool plain(struct str text) {
    if (text.len == 0 || !letter_or_digit(text.at[0]) || text.at[text.len - 1] == ' ' || text.at[text.len - 1] == ':')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool colon = c == ':' && text.at[i + 1 < text.len ? i + 1 : i] != ' ';
        bool good = letter_or_digit(c) || strchr(" _-.;()/+*=<>'!%$@", c) != NULL || colon;
        if (c == 0 || !good) return false;
    }
    return true;
}

/* The code point at the start of valid UTF-8, which is what the loader keeps. */
static uint32_t code_point(const char *text, size_t *len) {
    const unsigned char *at = (const unsigned char *)text;
    *len = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    uint32_t code = at[0] & (0xFFu >> (*len == 1 ? 1 : *len + 1));
    for (size_t i = 1; i < *len; i++) code = code << 6 | (at[i] & 0x3Fu);
    return code;
}

/* What YAML lets stand in double quotes as it is. */
static bool printable(uint32_t code) {
    if (code < 0xA0) return code >= 0x20 && code < 0x7F;
    return code != 0x2028 && code != 0x2029 && code != 0xFEFF && (code < 0xFFFE || code > 0xFFFF);
}

void scenario_emit_quoted(struct buf *out, struct str text) {
    buf_put_char(out, '"');
    for (size_t i = 0, len; i < text.len; i += len) {
        uint32_t code = code_point(text.at + i, &len);
        if (code == '"' || code == '\\')
            buf_print(out, "\\%c", (int)code);
        else if (printable(code))
            buf_put(out, (struct str){text.at + i, len});
        else if (code <= 0xFFFF)
            buf_print(out, "\\u%04X", code);
        else
            buf_print(out, "\\U%08X", code);
    }
    buf_put_char(out, '"');
}

void scenario_emit_text(struct buf *out, struct str text) {
    if (plain(text))
        buf_put(out, text);
    else
        scenario_emit_quoted(out, text);
}

/* --- expressions -------------------------------------------------------------------------------------------------- */

#define LEVEL_NOT 3
#define LEVEL_UNARY 7
#define LEVEL_PRIMARY 8

static const struct {
    const char *text;
    int level;
} operators[] = {
    [OPERATOR_OR] = {"or", 1},      [OPERATOR_AND] = {"and", 2},    [OPERATOR_NOT] = {"not ", LEVEL_NOT},
    [OPERATOR_EQUAL] = {"==", 4},   [OPERATOR_UNEQUAL] = {"!=", 4}, [OPERATOR_LESS] = {"<", 4},
    [OPERATOR_AT_MOST] = {"<=", 4}, [OPERATOR_MORE] = {">", 4},     [OPERATOR_AT_LEAST] = {">=", 4},
    [OPERATOR_PLUS] = {"+", 5},     [OPERATOR_MINUS] = {"-", 5},    [OPERATOR_TIMES] = {"*", 6},
    [OPERATOR_DIVIDE] = {"/", 6},   [OPERATOR_MODULO] = {"%", 6},   [OPERATOR_NEGATE] = {"-", LEVEL_UNARY},
};

struct writer {
    struct buf *out;
    const struct scenario *scenario;
    bool fresh; /* nothing of the scalar is written yet, and a quote would be YAML's */
};

static void put(struct writer *writer, const char *text) {
    buf_put(writer->out, str_of(text));
    writer->fresh = false;
}

static void write_at(struct writer *writer, const struct expr *expr, int level);

static void literal_write(struct writer *writer, struct ebb_value value) {
    if (value.type == EBB_TEXT) {
        bool fresh = writer->fresh;
        const char *quote =
            strchr(value.text, '"') == NULL ? "\"" : "'"; /* written with one of them, so not with both */
        if (fresh) put(writer, "(");
        put(writer, quote);
        put(writer, value.text);
        put(writer, quote);
        if (fresh) put(writer, ")");
    } else if (value.type == EBB_PROC) {
        put(writer, writer->scenario->procs[value.integer]->name.at);
    } else {
        scenario_value_words(writer->out, value);
        writer->fresh = false;
    }
}

static void list_write(struct writer *writer, const struct expr *expr) {
    put(writer, expr->what == EXPR_LIST ? "list(" : "record(");
    for (uint32_t i = 0; i < expr->items.count; i++) {
        if (i > 0) put(writer, ", ");
        if (expr->what == EXPR_RECORD) put(writer, expr->items.names[i]), put(writer, " = ");
        write_at(writer, expr->items.values[i], 0);
    }
    put(writer, ")");
}

static void make_write(struct writer *writer, const struct expr *expr) {
    put(writer, expr->make.kind->make_name);
    put(writer, "(");
    for (uint32_t i = 0; i < BASE_COUNT(expr->make.args) && expr->make.args[i] != NULL; i++) {
        if (i > 0) put(writer, ", ");
        write_at(writer, expr->make.args[i], 0);
    }
    put(writer, ")");
}

static void operation_write(struct writer *writer, const struct expr *expr, int level) {
    int own = operators[expr->operation.operator].level;
    if (own < level) put(writer, "(");
    if (expr->what == EXPR_UNARY) {
        put(writer, operators[expr->operation.operator].text);
        write_at(writer, expr->operation.left, own);
    } else {
        write_at(writer, expr->operation.left, own);
        put(writer, " ");
        put(writer, operators[expr->operation.operator].text);
        put(writer, " ");
        write_at(writer, expr->operation.right, own + 1);
    }
    if (own < level) put(writer, ")");
}

/* In parentheses when it binds less than `level`. */
static void write_at(struct writer *writer, const struct expr *expr, int level) {
    switch (expr->what) {
    case EXPR_LITERAL: literal_write(writer, expr->literal); return;
    case EXPR_VARIABLE: put(writer, expr->variable.declared->name.at); return;
    case EXPR_PARAM: put(writer, writer->scenario->params[expr->param].name.at); return;
    case EXPR_TURN: put(writer, "turn"); return;
    case EXPR_MAKE: make_write(writer, expr); return;
    case EXPR_LIST:
    case EXPR_RECORD: list_write(writer, expr); return;
    case EXPR_MEMBER:
        write_at(writer, expr->member.of, LEVEL_PRIMARY);
        put(writer, ".");
        put(writer, expr->member.name);
        return;
    case EXPR_INDEX:
        write_at(writer, expr->index.of, LEVEL_PRIMARY);
        put(writer, "[");
        write_at(writer, expr->index.at, 0);
        put(writer, "]");
        return;
    case EXPR_CALL:
        put(writer, expr->call.function->name);
        put(writer, "(");
        if (expr->call.arg != NULL) write_at(writer, expr->call.arg, 0);
        put(writer, ")");
        return;
    case EXPR_UNARY:
    case EXPR_BINARY: operation_write(writer, expr, level); return;
    }
}

void scenario_expr_words(struct buf *out, const struct scenario *scenario, const struct expr *expr) {
    struct writer writer = {out, scenario, false};
    write_at(&writer, expr, 0);
}

void scenario_emit_expr(struct buf *out, const struct scenario *scenario, const struct expr *expr) {
    struct writer writer = {out, scenario, true};
    if (expr->what == EXPR_LITERAL && expr->literal.type == EBB_TEXT)
        scenario_emit_quoted(out, str_of(expr->literal.text));
    else
        write_at(&writer, expr, 0);
}
