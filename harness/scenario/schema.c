/* SPDX-License-Identifier: MIT */
/* schema.c — the shapes of a file, by the words in which the tables name them; the steps are in schema_steps.c. */
#include "scenario/schema_impl.h"

#include "base/limits.h"
#include "kinds/kinds.h"

#define NAME "[A-Za-z_][A-Za-z0-9_]{0,62}"
#define NAME_PATTERN "^" NAME "$"
#define PROC_PATTERN "^" NAME "(\\(( *" NAME " *(, *" NAME " *)*)?\\))?$"
#define VARIANT_PATTERN "^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,62}$"
#define DURATION_PATTERN "^([0-9]+(ns|us|ms|s|m|h))+$"
#define SHARE_PATTERN "^[0-9]+([.][0-9]{1,4})?%$"
#define PROVED_PATTERN "^(all|within[1-9])$"
#define AMOUNT_PATTERN "^([0-9]+(B|KiB|MiB|GiB))+$"

/* --- the pen ------------------------------------------------------------------------------------------------------ */

void scenario_schema_open(struct schema *self, const char *key, char bracket) {
    self->writer->open(self->writer, key, bracket);
}
void scenario_schema_close(struct schema *self, char bracket) { self->writer->close(self->writer, bracket); }
void scenario_schema_text(struct schema *self, const char *key, const char *text) {
    self->writer->text(self->writer, key, str_of(text));
}
void scenario_schema_number(struct schema *self, const char *key, int64_t number) {
    self->writer->number(self->writer, key, number);
}
void scenario_schema_boolean(struct schema *self, const char *key, bool yes) {
    self->writer->boolean(self->writer, key, yes);
}

void scenario_schema_about(struct schema *self, const char *about) {
    if (about != NULL) scenario_schema_text(self, "description", about);
}

const char *scenario_schema_words(struct schema *self) {
    self->failed = self->failed || self->words.failed;
    return self->words.failed ? "" : self->words.at;
}

/* "block or nothing" is defined as block-or-nothing. */
static void ref(struct schema *self, const char *value) {
    char path[64] = "#/$defs/";
    size_t at = strlen(path), len = strlen(value);
    if (value[len - 1] == '?') len--;
    ASSERT(at + len < sizeof path);
    for (size_t i = 0; i < len; i++) path[at + i] = value[i] == ' ' ? '-' : value[i];
    path[at + len] = 0;
    scenario_schema_text(self, "$ref", path);
}

void scenario_schema_value(struct schema *self, const char *key, const char *value, const char *about) {
    scenario_schema_open(self, key, '{');
    ref(self, value);
    scenario_schema_about(self, about);
    scenario_schema_close(self, '}');
}

static void types(struct schema *self, const char *const *names, uint32_t count) {
    scenario_schema_open(self, "type", '[');
    for (uint32_t i = 0; i < count; i++) scenario_schema_text(self, NULL, names[i]);
    scenario_schema_close(self, ']');
}

static void pattern_names(struct schema *self, const char *pattern) {
    scenario_schema_open(self, "propertyNames", '{');
    scenario_schema_text(self, "pattern", pattern);
    scenario_schema_close(self, '}');
}

/* A mapping from names of this pattern to values of one shape, with `least` of them at least. */
static void mapping(struct schema *self, const char *pattern, const char *value, int64_t least, int64_t most) {
    scenario_schema_text(self, "type", "object");
    if (pattern != NULL) pattern_names(self, pattern);
    scenario_schema_value(self, "additionalProperties", value, NULL);
    scenario_schema_number(self, "minProperties", least);
    scenario_schema_number(self, "maxProperties", most);
}

static void list(struct schema *self, const char *value, int64_t least, int64_t most) {
    scenario_schema_text(self, "type", "array");
    scenario_schema_value(self, "items", value, NULL);
    if (least > 0) scenario_schema_number(self, "minItems", least);
    if (most > 0) scenario_schema_number(self, "maxItems", most);
}

static void either(struct schema *self, const char *const *values, uint32_t count) {
    scenario_schema_open(self, "anyOf", '[');
    for (uint32_t i = 0; i < count; i++) scenario_schema_value(self, NULL, values[i], NULL);
    scenario_schema_close(self, ']');
}

static void number_type(struct schema *self, int64_t least, int64_t most) {
    scenario_schema_text(self, "type", "integer");
    scenario_schema_number(self, "minimum", least);
    if (most > 0) scenario_schema_number(self, "maximum", most);
}

static void text_type(struct schema *self, const char *pattern) {
    scenario_schema_text(self, "type", "string");
    scenario_schema_text(self, "pattern", pattern);
}

/* --- objects with known keys -------------------------------------------------------------------------------------- */

void scenario_schema_keys(struct schema *self, enum key_table table) {
    for (uint32_t i = 0; scenario_key_at(table, i) != NULL; i++) {
        const struct key *key = scenario_key_at(table, i);
        scenario_schema_value(self, key->name, key->value, key->about);
    }
}

void scenario_schema_needs(struct schema *self, enum key_table table) {
    scenario_schema_open(self, "required", '[');
    for (uint32_t i = 0; scenario_key_at(table, i) != NULL; i++) {
        const struct key *key = scenario_key_at(table, i);
        if (key->value[strlen(key->value) - 1] != '?') scenario_schema_text(self, NULL, key->name);
    }
    scenario_schema_close(self, ']');
}

static void object(struct schema *self, enum key_table table) {
    scenario_schema_text(self, "type", "object");
    scenario_schema_open(self, "properties", '{');
    scenario_schema_keys(self, table);
    scenario_schema_close(self, '}');
    scenario_schema_needs(self, table);
    scenario_schema_boolean(self, "additionalProperties", false);
}

void scenario_schema_one_needed(struct schema *self, const char *key, const char *name) {
    scenario_schema_open(self, key, '{');
    scenario_schema_open(self, "required", '[');
    scenario_schema_text(self, NULL, name);
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
}

/* --- definitions -------------------------------------------------------------------------------------------------- */

static void define_scalars(struct schema *self) {
    static const char *const texts[] = {"string", "number", "boolean", "null"},
                             *const words[] = {"string", "number", "boolean"};
    scenario_schema_open(self, "version", '{');
    scenario_schema_number(self, "const", 1);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "text", '{');
    types(self, texts, BASE_COUNT(texts));
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "word", '{');
    types(self, words, BASE_COUNT(words));
    scenario_schema_number(self, "minLength", 1);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "name", '{');
    text_type(self, NAME_PATTERN);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "duration", '{');
    text_type(self, DURATION_PATTERN);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "steps", '{');
    number_type(self, 1, LIMIT_STEPS_ASKED);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "runs", '{');
    number_type(self, 1, LIMIT_STOP_RUNS_ASKED);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "share", '{');
    text_type(self, SHARE_PATTERN);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "proved", '{');
    text_type(self, PROVED_PATTERN);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "yes-or-no", '{');
    scenario_schema_text(self, "type", "boolean");
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "cycles", '{');
    number_type(self, 1, LIMIT_CYCLES_ASKED);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "amount", '{');
    scenario_schema_open(self, "anyOf", '[');
    scenario_schema_open(self, NULL, '{');
    number_type(self, 1, 0);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, NULL, '{');
    text_type(self, AMOUNT_PATTERN);
    scenario_schema_close(self, '}');
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
}

static void define_expression(struct schema *self) {
    static const char *const names[] = {"string", "integer", "boolean"};
    struct buf *about = &self->words;
    buf_clear(about);
    buf_put(about,
            STR("An expression: numbers (3), durations (10ms, 1h30m), sizes (64KiB), texts ('a'), true, false, nil, "
                "variables, parameters, "
                "procedures; or, and, not, ==, !=, <, <=, >, >=, +, -, *, /, %; xs[0], record.field; and what makes "
                "objects:"));
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (ebb_kinds[i]->make_name != NULL)
            buf_print(about, " %s(%s)", ebb_kinds[i]->make_name, scenario_make_shape(ebb_kinds[i]));
    buf_put(about, STR(" record(field = value, …)"));
    buf_put(about, STR("; and what asks:"));
    for (uint32_t i = 0; scenario_function_at(i) != NULL; i++)
        buf_print(about, " %s(%s)", scenario_function_at(i)->name, scenario_function_at(i)->takes_one ? "x" : "");
    buf_put_char(about, 0);
    scenario_schema_open(self, "expression", '{');
    types(self, names, BASE_COUNT(names));
    scenario_schema_text(self, "description", scenario_schema_words(self));
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "value", '{');
    static const char *const values[] = {"string", "number", "boolean"};
    types(self, values, BASE_COUNT(values));
    scenario_schema_text(self, "description", "A plain value: 3, 10ms, 64KiB, true, or one of the parameter's words.");
    scenario_schema_close(self, '}');
}

static void define_params(struct schema *self) {
    scenario_schema_open(self, "parameters", '{');
    mapping(self, NAME_PATTERN, "parameter", 1, LIMIT_NAMES);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "parameter", '{');
    scenario_schema_open(self, "anyOf", '[');
    scenario_schema_value(self, NULL, "expression", "The default.");
    scenario_schema_open(self, NULL, '{');
    object(self, KEYS_PARAM);
    scenario_schema_open(self, "not", '{');
    scenario_schema_open(self, "required", '[');
    scenario_schema_text(self, NULL, "range");
    scenario_schema_text(self, NULL, "choices");
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_close(self, '}');
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "range", '{');
    list(self, "expression", 2, 2);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "choices", '{');
    list(self, "text", 1, LIMIT_NAMES);
    scenario_schema_close(self, '}');
}

static void define_mappings(struct schema *self) {
    static const struct {
        const char *name, *pattern, *value;
    } all[] = {
        {"shared", NAME_PATTERN, "expression"},
        {"procedures", PROC_PATTERN, "block"},
        {"variants", VARIANT_PATTERN, "settings"},
        {"pending", VARIANT_PATTERN, "word"},
    };
    for (size_t i = 0; i < BASE_COUNT(all); i++) {
        scenario_schema_open(self, all[i].name, '{');
        mapping(self, all[i].pattern, all[i].value, 1, LIMIT_NAMES);
        scenario_schema_close(self, '}');
    }
    static const char *const objects[] = {"object", "null"};
    scenario_schema_open(self, "settings", '{');
    types(self, objects, BASE_COUNT(objects));
    pattern_names(self, NAME_PATTERN);
    scenario_schema_value(self, "additionalProperties", "value", NULL);
    scenario_schema_close(self, '}');
    static const struct {
        const char *name;
        enum key_table keys;
    } known[] = {{"limits", KEYS_LIMITS}, {"stop", KEYS_STOP}};
    for (size_t i = 0; i < BASE_COUNT(known); i++) {
        scenario_schema_open(self, known[i].name, '{');
        object(self, known[i].keys);
        scenario_schema_number(self, "minProperties", 1);
        scenario_schema_close(self, '}');
    }
}

static void define_lists(struct schema *self) {
    scenario_schema_open(self, "tags", '{');
    list(self, "word", 0, LIMIT_NAMES);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "watch", '{');
    list(self, "rule", 0, LIMIT_NAMES);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "rule", '{');
    scenario_schema_text(self, "type", "string");
    scenario_schema_open(self, "examples", '[');
    for (uint32_t i = 0; scenario_watch_form_at(i) != NULL; i++)
        scenario_schema_text(self, NULL, scenario_watch_form_at(i)->form);
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "faults", '{');
    list(self, "fault", 0, 0);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "fault", '{');
    scenario_schema_open(self, "enum", '[');
    for (uint32_t i = 0; scenario_fault_name(i) != NULL; i++) scenario_schema_text(self, NULL, scenario_fault_name(i));
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
}

/* --- expectations ------------------------------------------------------------------------------------------------- */

static void define_findings(struct schema *self) {
    static const char *const lists[] = {"list of findings", "list of lists"};
    scenario_schema_open(self, "finding", '{');
    scenario_schema_open(self, "anyOf", '[');
    for (uint32_t i = 0; i < CHECK_KIND_COUNT; i++) {
        const char *name = check_kind_name((enum check_kind)i);
        scenario_schema_open(self, NULL, '{');
        scenario_schema_text(self, "type", "object");
        scenario_schema_open(self, "properties", '{');
        scenario_schema_value(self, name, "text", scenario_finding_about((enum check_kind)i));
        scenario_schema_keys(self, KEYS_FINDING);
        scenario_schema_close(self, '}');
        scenario_schema_open(self, "required", '[');
        scenario_schema_text(self, NULL, name);
        scenario_schema_close(self, ']');
        scenario_schema_boolean(self, "additionalProperties", false);
        scenario_schema_close(self, '}');
    }
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "list-of-findings", '{');
    list(self, "finding", 1, CHECK_EXPECT_ROWS_MAX);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "list-of-lists", '{');
    scenario_schema_text(self, "description",
                         "Alternatives: a run that leaves anything leaves exactly one of the lists.");
    list(self, "list of findings", 1, 0);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "findings", '{');
    either(self, lists, BASE_COUNT(lists));
    scenario_schema_close(self, '}');
}

static void define_counts(struct schema *self) {
    static const char *const counts[] = {"amount", "least and most"};
    scenario_schema_open(self, "least-and-most", '{');
    list(self, "amount", 2, 2);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "count", '{');
    either(self, counts, BASE_COUNT(counts));
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "units", '{');
    struct buf *about = &self->words;
    buf_clear(about);
    buf_put(about, STR("What can grow:"));
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const char *unit = ebb_kinds[i]->unit;
        if (!ebb_kinds[i]->view || unit != NULL)
            buf_print(about, "%s %s", i == 0 ? "" : ",", unit != NULL ? unit : ebb_kinds[i]->name);
    }
    buf_put_char(about, 0);
    scenario_schema_text(self, "description", scenario_schema_words(self));
    mapping(self, NULL, "count", 1, LIMIT_NAMES);
    scenario_schema_close(self, '}');
}

static void define_expect(struct schema *self) {
    static const char *const ways[] = {"expectation", "expectations"};
    scenario_schema_open(self, "expectation", '{');
    scenario_schema_open(self, "anyOf", '[');
    scenario_schema_open(self, NULL, '{');
    scenario_schema_text(self, "const", "clean");
    scenario_schema_text(self, "description", "No schedule leaves anything.");
    scenario_schema_close(self, '}');
    scenario_schema_value(self, NULL, "findings", "Exactly these on every schedule.");
    for (uint32_t i = 0; scenario_key_at(KEYS_EXPECT, i) != NULL; i++) {
        const struct key *key = scenario_key_at(KEYS_EXPECT, i);
        scenario_schema_open(self, NULL, '{');
        scenario_schema_text(self, "type", "object");
        scenario_schema_open(self, "properties", '{');
        scenario_schema_value(self, key->name, key->value, key->about);
        scenario_schema_close(self, '}');
        scenario_schema_open(self, "required", '[');
        scenario_schema_text(self, NULL, key->name);
        scenario_schema_close(self, ']');
        scenario_schema_boolean(self, "additionalProperties", false);
        scenario_schema_close(self, '}');
    }
    scenario_schema_close(self, ']');
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "expectations", '{');
    scenario_schema_text(self, "type", "object");
    scenario_schema_open(self, "properties", '{');
    scenario_schema_value(
        self, "leaks when", "expression",
        "A condition over the parameters: there is a leak exactly when it holds, over all their ranges.");
    scenario_schema_close(self, '}');
    scenario_schema_value(self, "additionalProperties", "expectation", "Of the variant of this name.");
    scenario_schema_number(self, "minProperties", 1);
    scenario_schema_close(self, '}');
    scenario_schema_open(self, "expect", '{');
    either(self, ways, BASE_COUNT(ways));
    scenario_schema_close(self, '}');
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

enum status scenario_schema(struct scenario_schema_writer *writer, struct mem *mem) {
    struct schema schema = {.writer = writer}, *self = &schema;
    buf_init(&schema.words, mem);
    scenario_schema_open(self, NULL, '{');
    scenario_schema_text(self, "$schema", "https://json-schema.org/draft/2020-12/schema");
    scenario_schema_text(self, "title", "ebb scenario, version 1");
    scenario_schema_text(self, "description",
                         "What coroutines, channels, timers, locks and memory do, and what is left behind.");
    object(self, KEYS_TOP);
    scenario_schema_open(self, "oneOf", '[');
    scenario_schema_one_needed(self, NULL, "main");
    scenario_schema_one_needed(self, NULL, "cycle");
    scenario_schema_close(self, ']');
    scenario_schema_open(self, "$defs", '{');
    define_scalars(self);
    define_expression(self);
    define_params(self);
    define_mappings(self);
    define_lists(self);
    define_findings(self);
    define_counts(self);
    define_expect(self);
    scenario_schema_steps(self);
    scenario_schema_close(self, '}');
    scenario_schema_close(self, '}');
    enum status status = schema.failed ? ERR_NOMEM : OK;
    buf_deinit(&schema.words);
    return status;
}
