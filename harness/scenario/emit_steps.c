/* SPDX-License-Identifier: MIT */
/* emit_steps.c — blocks and steps as YAML over lines; braces only where an expression has nothing that would end in
 * them. */
#include "scenario/emit_impl.h"

#define KEY_BYTES_MAX 128u /* of a key in one line: YAML readers look no further than a kilobyte for the colon */

struct emitter {
    struct buf *out;
    const struct scenario *scenario;
};

static void block_emit(struct emitter *self, const char *key, const struct block *block, uint32_t indent);

static void spaces(struct emitter *self, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) buf_put_char(self->out, ' ');
}

/* The end of "key: value" lines of one step; the first stands behind its dash. */
static void key_expr(struct emitter *self, const char *key, const struct expr *expr, uint32_t indent) {
    spaces(self, indent);
    buf_print(self->out, "%s: ", key);
    scenario_emit_expr(self->out, self->scenario, expr);
    buf_put_char(self->out, '\n');
}

static void key_name(struct emitter *self, const char *key, const char *name, uint32_t indent) {
    spaces(self, indent);
    buf_print(self->out, "%s: %s\n", key, name);
}

static const char *name_of(const struct variable *variable) {
    ASSERT(variable->declared != NULL);
    return variable->declared->name.at;
}

static void into_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    if (step->has_into) key_name(self, "into", name_of(&step->into), indent);
}

/* --- assignments and calls ---------------------------------------------------------------------------------------- */

/* Could what was written from `start` on stand in braces? */
static bool brace_safe(const struct buf *out, size_t start) {
    if (out->failed || out->len - start > KEY_BYTES_MAX) return false;
    for (size_t i = start; i < out->len; i++)
        if ((unsigned char)out->at[i] < 0x20 || strchr(",[]{}:#?\"\\", out->at[i]) != NULL) return false;
    return true;
}

static void cut(struct buf *out, size_t start) {
    if (!out->failed) out->len = start;
}

/* `let: {name: value}`, or the same over two lines; a long place stands behind a "?". */
static void assignment_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    struct buf *out = self->out;
    const char *word = scenario_step_word(step);
    size_t start = out->len;
    for (uint32_t over = 0; over < 2; over++) {
        cut(out, start);
        if (over == 0) {
            buf_print(out, "%s: {", word);
        } else {
            buf_print(out, "%s:\n", word);
            spaces(self, indent + 2);
        }
        size_t place = out->len;
        if (step->what == STEP_LET)
            buf_put(out, step->into.declared->name);
        else
            scenario_expr_words(out, self->scenario, step->expr2);
        bool safe = brace_safe(out, place);
        if (over == 1 && out->len - place > KEY_BYTES_MAX) { /* too long for a simple key */
            cut(out, place);
            buf_put(out, STR("? "));
            scenario_expr_words(out, self->scenario, step->expr2);
            buf_put_char(out, '\n');
            spaces(self, indent + 2);
        }
        buf_put(out, STR(": "));
        size_t value = out->len;
        scenario_emit_expr(out, self->scenario, step->expr);
        if (over == 0 && !(safe && brace_safe(out, value))) continue;
        buf_put(out, over == 0 ? STR("}\n") : STR("\n"));
        return;
    }
}

/* Plain where YAML sees no end or comment in it, else in quotes, which a call does not take for a text. */
static void call_emit(struct emitter *self, const struct step *step) {
    struct buf *out = self->out, call;
    bool plain = true;
    buf_init(&call, out->mem);
    if (step->routine != NULL)
        buf_put(&call, step->routine->name);
    else
        scenario_expr_words(&call, self->scenario, step->expr);
    buf_put_char(&call, '(');
    for (uint32_t i = 0; i < step->arg_count; i++) {
        if (i > 0) buf_put(&call, STR(", "));
        scenario_expr_words(&call, self->scenario, step->args[i]);
    }
    buf_put_char(&call, ')');
    for (size_t i = 0; i < call.len && !call.failed; i++)
        plain = plain && (unsigned char)call.at[i] >= 0x20 && (unsigned char)call.at[i] < 0x7F &&
            strchr(":#", call.at[i]) == NULL;
    out->failed = out->failed || call.failed;
    if (plain)
        buf_put(out, buf_str(&call));
    else
        scenario_emit_quoted(out, buf_str(&call));
    buf_put_char(out, '\n');
    buf_deinit(&call);
}

static void go_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    if (step->body.own_scope) {
        block_emit(self, "go", &step->routine->body, indent);
    } else {
        buf_put(self->out, STR("go: "));
        call_emit(self, step);
    }
    if (step->word != NULL) key_name(self, "as", step->word, indent);
    if (step->expr2 != NULL) key_expr(self, "count", step->expr2, indent);
}

/* --- loops, branches, closures -------------------------------------------------------------------------------------- */

static void do_emit(struct emitter *self, const struct block *block, uint32_t indent) {
    spaces(self, indent);
    block_emit(self, "do", block, indent);
}

static void if_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    bool both_empty = step->body.count == 0 && step->otherwise.count == 0;
    key_expr(self, "if", step->expr, 0);
    if (step->body.count > 0 || both_empty) {
        spaces(self, indent);
        block_emit(self, "then", &step->body, indent);
    }
    if (step->otherwise.count == 0) return;
    spaces(self, indent);
    block_emit(self, "else", &step->otherwise, indent);
}

static void closure_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    const char *word = scenario_step_word(step), *called = step->has_into ? name_of(&step->into) : word;
    key_expr(self, word, step->expr, 0);
    do_emit(self, &step->routine->body, indent);
    into_emit(self, step, indent);
    if (step->what != STEP_ONCE && strcmp(step->word, called) != 0) key_name(self, "as", step->word, indent);
}

static void case_emit(struct emitter *self, const struct select_case *one, uint32_t indent) {
    spaces(self, indent);
    buf_put(self->out, STR("- "));
    indent += 2;
    if (one->what == SELECT_DEFAULT) {
        if (one->body.count > 0)
            block_emit(self, "default", &one->body, indent);
        else
            buf_put(self->out, STR("default:\n"));
        return;
    }
    key_expr(self,
             one->what == SELECT_RECV       ? "recv"
                 : one->what == SELECT_SEND ? "send"
                                            : "after",
             one->what == SELECT_AFTER ? one->value : one->chan, 0);
    if (one->what == SELECT_SEND && one->value != NULL) key_expr(self, "value", one->value, indent);
    if (one->has_into) key_name(self, "into", name_of(&one->into), indent);
    if (one->has_ok) key_name(self, "ok", name_of(&one->ok), indent);
    if (one->body.count > 0) do_emit(self, &one->body, indent);
}

static void select_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    buf_put(self->out, STR("select:\n"));
    for (uint32_t i = 0; i < step->case_count; i++) case_emit(self, &step->cases[i], indent + 2);
}

/* --- verbs ---------------------------------------------------------------------------------------------------------- */

/* A key that several kinds have stands there once; `told` are those that did. */
static bool fresh(struct str told[], uint32_t *count, struct str name) {
    for (uint32_t i = 0; i < *count; i++)
        if (str_equal(told[i], name)) return false;
    ASSERT(*count < 2 * VERB_ARGS_MAX * 4);
    told[(*count)++] = name;
    return true;
}

static void verb_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    struct str told[2 * VERB_ARGS_MAX * 4];
    uint32_t count = 0;
    key_expr(self, step->word, step->expr, 0);
    for (uint32_t v = 0; v < step->verb_count; v++) {
        const struct verb *verb = &step->verbs[v];
        for (uint32_t i = 0; i < verb->arg_count; i++) {
            struct str name = scenario_shape_name(verb->op->shape, i);
            if (verb->args[i] == NULL || !fresh(told, &count, name)) continue;
            spaces(self, indent);
            buf_put(self->out, name);
            key_expr(self, "", verb->args[i], 0);
        }
        for (uint32_t i = 0; i < verb->result_count; i++) {
            struct str name = scenario_shape_name(verb->op->gives, i);
            if (!verb->has_into[i] || !fresh(told, &count, name)) continue;
            spaces(self, indent);
            buf_put(self->out, name);
            key_name(self, "", name_of(&verb->into[i]), 0);
        }
    }
}

/* --- steps ---------------------------------------------------------------------------------------------------------- */

static void loop_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    if (step->what == STEP_LOOP) {
        block_emit(self, "loop", &step->body, indent);
        return;
    }
    if (step->what == STEP_FOR) key_name(self, "for", name_of(&step->into), 0);
    key_expr(self, step->what == STEP_FOR ? "in" : scenario_step_word(step), step->expr,
             step->what == STEP_FOR ? indent : 0);
    if (step->what == STEP_REPEAT && step->has_into) key_name(self, "as", name_of(&step->into), indent);
    do_emit(self, &step->body, indent);
}

static void step_emit(struct emitter *self, const struct step *step, uint32_t indent) {
    const char *word = scenario_step_word(step);
    switch (step->what) {
    case STEP_LET:
    case STEP_SET:
    case STEP_ATOMIC: assignment_emit(self, step, indent); return;
    case STEP_DROP:
    case STEP_RECOVER: key_name(self, word, name_of(&step->into), 0); return;
    case STEP_GO: go_emit(self, step, indent); return;
    case STEP_CALL:
        buf_put(self->out, STR("call: "));
        call_emit(self, step);
        into_emit(self, step, indent);
        return;
    case STEP_IF: if_emit(self, step, indent); return;
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP:
    case STEP_FOR: loop_emit(self, step, indent); return;
    case STEP_SELECT: select_emit(self, step, indent); return;
    case STEP_DEFER: block_emit(self, "defer", &step->routine->body, indent); return;
    case STEP_ONCE:
    case STEP_CALL_AFTER:
    case STEP_FINALIZE: closure_emit(self, step, indent); return;
    case STEP_VERB: verb_emit(self, step, indent); return;
    case STEP_CHOOSE:
        key_expr(self, word, step->expr, 0);
        into_emit(self, step, indent);
        return;
    case STEP_SLEEP:
    case STEP_PANIC:
    case STEP_RETURN:
        if (step->expr != NULL) {
            key_expr(self, word, step->expr, 0);
            return;
        }
        break;
    case STEP_STEP:
    case STEP_YIELD:
    case STEP_BREAK:
    case STEP_CONTINUE: break;
    }
    buf_print(self->out, "%s\n", word);
}

/* "key:" and its steps, which stand two columns further in; the key's own place is written already. */
static void block_emit(struct emitter *self, const char *key, const struct block *block, uint32_t indent) {
    if (block->count == 0) {
        buf_print(self->out, "%s: []\n", key);
        return;
    }
    buf_print(self->out, "%s:\n", key);
    for (uint32_t i = 0; i < block->count; i++) {
        spaces(self, indent + 2);
        buf_put(self->out, STR("- "));
        step_emit(self, &block->steps[i], indent + 4);
    }
}

void scenario_emit_block(struct buf *out, const struct scenario *scenario, const char *key, const struct block *block,
                         uint32_t indent) {
    struct emitter self = {out, scenario};
    block_emit(&self, key, block, indent);
}
