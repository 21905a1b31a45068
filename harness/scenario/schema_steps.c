/* SPDX-License-Identifier: MIT */
/* schema_steps.c — steps as a JSON Schema: one shape for each word of the language and each verb of a kind. A verb that
 * several kinds have is one shape with the keys of all. */
#include <stdio.h>

#include "base/limits.h"
#include "kinds/kinds.h"
#include "scenario/schema_impl.h"

bool scenario_shape_at(const char *shape, uint32_t index, struct shape_place *out) {
    for (; shape != NULL && *shape != 0; index--) {
        size_t len = strcspn(shape, " "), name = strcspn(shape, ":");
        if (index == 0) {
            bool optional = shape[len - 1] == '?';
            *out = (struct shape_place){{shape, name}, {shape + name + 1, len - name - 1 - optional}, optional};
            return true;
        }
        shape += len + (shape[len] == ' ');
    }
    return false;
}

/* The arguments of a shape are expressions, but for those of the language's own words that say what they are. */
static const char *value_of(const struct shape_place *place) {
    static const char *const own[] = {"block", "name", "expression"};
    for (size_t i = 0; i < BASE_COUNT(own); i++)
        if (str_equal(place->type, str_of(own[i]))) return own[i];
    return "expression";
}

/* --- words of the language ---------------------------------------------------------------------------------------- */

static void name_of(const struct shape_place *place, char name[32]) {
    ASSERT(place->name.len < 32);
    memcpy(name, place->name.at, place->name.len);
    name[place->name.len] = 0;
}

static void then_or_else(struct schema *self) {
    static const char *const keys[] = {"then", "else"};
    scenario_schema_open(self, "anyOf", '[');
    for (size_t i = 0; i < BASE_COUNT(keys); i++) scenario_schema_one_needed(self, NULL, keys[i]);
    scenario_schema_close(self, ']');
}

static void word_define(struct schema *self, const struct word *word) {
    struct shape_place place;
    char name[32];
    scenario_schema_open(self, "then", '{');
    scenario_schema_open(self, "properties", '{');
    scenario_schema_value(self, word->name, word->value, word->about);
    for (uint32_t i = 0; scenario_shape_at(word->keys, i, &place); i++) {
        name_of(&place, name);
        scenario_schema_value(self, name, value_of(&place), NULL);
    }
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "required", '[');
    scenario_schema_text(self, NULL, word->name);
    for (uint32_t i = 0; scenario_shape_at(word->keys, i, &place); i++) {
        name_of(&place, name);
        if (!place.optional) scenario_schema_text(self, NULL, name);
    }
    scenario_schema_close(self, ']');
    if (word->what == STEP_IF) then_or_else(self);
    scenario_schema_boolean(self, "additionalProperties", false);
    scenario_schema_close(self, '}');
}

/* --- verbs of kinds ----------------------------------------------------------------------------------------------- */

static const struct ebb_op *verb_of(const struct ebb_kind *kind, const char *name) {
    const struct ebb_op *op = ebb_op_find(kind, str_of(name));
    return op != NULL && op->call != NULL ? op : NULL;
}

/* Is this the first kind that has the verb? */
static bool first_with(size_t kind, const char *name) {
    for (size_t i = 0; i < kind; i++)
        if (verb_of(ebb_kinds[i], name) != NULL) return false;
    return true;
}

static const char *place_shape(const struct ebb_op *op, uint32_t which) { return which == 0 ? op->shape : op->gives; }

/* Did an earlier kind with this verb name the key already? */
static bool key_told(size_t kind, const char *verb, struct str key) {
    struct shape_place place;
    for (size_t i = 0; i < kind; i++) {
        const struct ebb_op *op = verb_of(ebb_kinds[i], verb);
        for (uint32_t which = 0; op != NULL && which < 2; which++)
            for (uint32_t at = 0; scenario_shape_at(place_shape(op, which), at, &place); at++)
                if (str_equal(place.name, key)) return true;
    }
    return false;
}

static void verb_keys(struct schema *self, const char *verb) {
    struct shape_place place;
    char name[32], about[96];
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        const struct ebb_op *op = verb_of(ebb_kinds[kind], verb);
        for (uint32_t which = 0; op != NULL && which < 2; which++) {
            for (uint32_t i = 0; scenario_shape_at(place_shape(op, which), i, &place); i++) {
                if (key_told(kind, verb, place.name)) continue;
                name_of(&place, name);
                (void)snprintf(about, sizeof about, which == 0 ? "%.*s%s" : "a variable for the result: %.*s%s",
                               (int)place.type.len, place.type.at,
                               place.optional && which == 0 ? ", may be left out" : "");
                scenario_schema_value(self, name, which == 0 ? "expression" : "name", about);
            }
        }
    }
}

/* What every kind with this verb wants; see the loader. */
static bool needed_by_all(const char *verb, struct str key) {
    struct shape_place place;
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        const struct ebb_op *op = verb_of(ebb_kinds[kind], verb);
        bool needed = op == NULL;
        for (uint32_t i = 0; op != NULL && scenario_shape_at(op->shape, i, &place); i++)
            needed = needed || (str_equal(place.name, key) && scenario_shape_needs(op->shape, i));
        if (!needed) return false;
    }
    return true;
}

static void verb_needs(struct schema *self, const struct ebb_op *op) {
    struct shape_place place;
    char name[32];
    scenario_schema_open(self, "required", '[');
    scenario_schema_text(self, NULL, op->name);
    for (uint32_t i = 0; scenario_shape_at(op->shape, i, &place); i++) {
        name_of(&place, name);
        if (needed_by_all(op->name, place.name)) scenario_schema_text(self, NULL, name);
    }
    scenario_schema_close(self, ']');
}

static const char *verb_about(struct schema *self, const char *verb) {
    struct buf *about = &self->words;
    buf_clear(about);
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        const struct ebb_op *op = verb_of(ebb_kinds[kind], verb);
        if (op != NULL)
            buf_print(about, "%sA %s: %s", about->len == 0 ? "" : " ", ebb_kinds[kind]->name,
                      op->about == NULL ? "" : op->about);
    }
    buf_put_char(about, 0);
    return scenario_schema_words(self);
}

static void verb_define(struct schema *self, const struct ebb_op *op) {
    scenario_schema_open(self, "then", '{');
    scenario_schema_open(self, "properties", '{');
    scenario_schema_value(self, op->name, "expression", verb_about(self, op->name));
    verb_keys(self, op->name);
    scenario_schema_close(self, '}');
    verb_needs(self, op);
    scenario_schema_boolean(self, "additionalProperties", false);
    scenario_schema_close(self, '}');
}

/* --- blocks ------------------------------------------------------------------------------------------------------- */

/* Everything a step can begin with: a word of the language, or the first verb of its name. */
struct beginning {
    const char *name;
    const struct word *word;
    const struct ebb_op *op;
};

static void each_beginning(struct schema *self, void (*tell)(struct schema *, const struct beginning *)) {
    for (uint32_t i = 0; scenario_word_at(i) != NULL; i++)
        tell(self, &(struct beginning){scenario_word_at(i)->name, scenario_word_at(i), NULL});
    for (size_t kind = 0; kind < KIND_COUNT; kind++)
        for (uint32_t i = 0; i < ebb_kinds[kind]->op_count; i++) {
            const struct ebb_op *op = &ebb_kinds[kind]->ops[i];
            if (op->call != NULL && first_with(kind, op->name)) tell(self, &(struct beginning){op->name, NULL, op});
        }
}

static void tell_property(struct schema *self, const struct beginning *beginning) {
    const struct word *word = beginning->word;
    scenario_schema_open(self, beginning->name, '{');
    scenario_schema_about(self, word != NULL ? word->about : verb_about(self, beginning->name));
    scenario_schema_close(self, '}');
}

static void tell_needed(struct schema *self, const struct beginning *beginning) {
    scenario_schema_one_needed(self, NULL, beginning->name);
}

/* Only the shape that the word asks for is looked at: any of all, one in the other, would take a validator for ever. */
static void tell_shape(struct schema *self, const struct beginning *beginning) {
    scenario_schema_open(self, NULL, '{');
    scenario_schema_one_needed(self, "if", beginning->name);
    if (beginning->word != NULL)
        word_define(self, beginning->word);
    else
        verb_define(self, beginning->op);
    scenario_schema_close(self, '}');
}

static void define_step(struct schema *self) {
    scenario_schema_open(self, "step", '{');
    scenario_schema_open(self, "anyOf", '[');
    for (uint32_t i = 0; scenario_bare_word_at(i) != NULL; i++) {
        scenario_schema_open(self, NULL, '{');
        scenario_schema_text(self, "const", scenario_bare_word_at(i)->name);
        scenario_schema_about(self, scenario_bare_word_at(i)->about);
        scenario_schema_close(self, '}');
    }
    scenario_schema_open(self, NULL, '{');
    scenario_schema_text(self, "type", "object");
    scenario_schema_open(self, "properties", '{');
    each_beginning(self, tell_property);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "anyOf", '[');
    each_beginning(self, tell_needed);
    scenario_schema_close(self, ']');
    scenario_schema_open(self, "allOf", '[');
    each_beginning(self, tell_shape);
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
}

static void define_assignments(struct schema *self) {
    static const char *const names[] = {"name-and-value", "place-and-value"};
    for (size_t i = 0; i < BASE_COUNT(names); i++) {
        scenario_schema_open(self, names[i], '{');
        scenario_schema_text(self, "type", "object");
        if (i == 0) {
            scenario_schema_open(self, "propertyNames", '{');
            scenario_schema_text(self, "$ref", "#/$defs/name");
            scenario_schema_close(self, '}');
        }
        scenario_schema_value(self, "additionalProperties", "expression", NULL);
        scenario_schema_number(self, "minProperties", 1);
        scenario_schema_number(self, "maxProperties", 1);
        scenario_schema_close(self, '}');
    }
}

/* One of `after` and `default` at most. */
static void waits_once(struct schema *self) {
    static const enum key_table tables[] = {KEYS_AFTER, KEYS_DEFAULT};
    scenario_schema_open(self, "contains", '{');
    scenario_schema_text(self, "type", "object");
    scenario_schema_open(self, "anyOf", '[');
    for (size_t i = 0; i < BASE_COUNT(tables); i++)
        scenario_schema_one_needed(self, NULL, scenario_key_at(tables[i], 0)->name);
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_number(self, "minContains", 0);
    scenario_schema_number(self, "maxContains", 1);
}

static void define_cases(struct schema *self) {
    static const enum key_table tables[] = {KEYS_RECV, KEYS_SEND, KEYS_AFTER, KEYS_DEFAULT};
    scenario_schema_open(self, "cases", '{');
    scenario_schema_open(self, "type", '[');
    scenario_schema_text(self, NULL, "array");
    scenario_schema_text(self, NULL, "null");
    scenario_schema_close(self, ']');
    scenario_schema_value(self, "items", "case", NULL);
    scenario_schema_number(self, "maxItems", LIMIT_SELECT_CASES);
    waits_once(self);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "case", '{');
    scenario_schema_text(self, "type", "object");
    scenario_schema_open(self, "anyOf", '[');
    for (size_t i = 0; i < BASE_COUNT(tables); i++)
        scenario_schema_one_needed(self, NULL, scenario_key_at(tables[i], 0)->name);
    scenario_schema_close(self, ']');
    scenario_schema_open(self, "allOf", '[');
    for (size_t i = 0; i < BASE_COUNT(tables); i++) {
        scenario_schema_open(self, NULL, '{');
        scenario_schema_one_needed(self, "if", scenario_key_at(tables[i], 0)->name);
        scenario_schema_open(self, "then", '{');
        scenario_schema_open(self, "properties", '{');
        scenario_schema_keys(self, tables[i]);
        scenario_schema_close(self, '}');
        scenario_schema_boolean(self, "additionalProperties", false);
        scenario_schema_close(self, '}');
        scenario_schema_close(self, '}');
    }
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
}

void scenario_schema_steps(struct schema *self) {
    scenario_schema_open(self, "block", '{');
    scenario_schema_text(self, "type", "array");
    scenario_schema_value(self, "items", "step", NULL);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "block-or-nothing", '{');
    scenario_schema_open(self, "type", '[');
    scenario_schema_text(self, NULL, "array");
    scenario_schema_text(self, NULL, "null");
    scenario_schema_close(self, ']');
    scenario_schema_value(self, "items", "step", NULL);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "call", '{');
    scenario_schema_text(self, "type", "string");
    scenario_schema_text(
        self, "description",
        "A procedure and its arguments: worker(reply, 3). In braces it comes in quotes, because of the commas.");
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "call-or-block", '{');
    scenario_schema_open(self, "anyOf", '[');
    scenario_schema_value(self, NULL, "call", NULL);
    scenario_schema_value(self, NULL, "block", NULL);
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    define_assignments(self);
    define_cases(self);
    define_step(self);
}
