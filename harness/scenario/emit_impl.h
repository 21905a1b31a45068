/* SPDX-License-Identifier: MIT */
/* emit_impl.h — what the emitter and those who only show parts of a scenario share. Private to this folder. */
#ifndef SCENARIO_EMIT_IMPL_H
#define SCENARIO_EMIT_IMPL_H

#include "scenario/emit.h"
#include "scenario/model.h"

/* As one would write it in a scenario, with as few parentheses as its meaning allows. */
void scenario_expr_words(struct buf *out, const struct scenario *scenario, const struct expr *expr);
/* A scalar of an expression: a text alone comes in YAML's quotes, and nothing else begins with a quote. */
void scenario_emit_expr(struct buf *out, const struct scenario *scenario, const struct expr *expr);
/* A scalar that is no expression: plain where YAML reads it as it is, else in double quotes. */
void scenario_emit_text(struct buf *out, struct str text);
void scenario_emit_quoted(struct buf *out, struct str text); /* in double quotes always */
/* "key:" and the steps, two columns further in than `indent`; the key's place is written already. */
void scenario_emit_block(struct buf *out, const struct scenario *scenario, const char *key, const struct block *block,
                         uint32_t indent);
/* Behind "name:", which stands at `indent`. */
void scenario_emit_expect(struct buf *out, const struct check_expect *expect, uint32_t indent);

#endif
