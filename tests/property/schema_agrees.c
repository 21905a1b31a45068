/* SPDX-License-Identifier: MIT */
/* schema_agrees.c — the JSON Schema and the loader agree, as far as structure goes: on the catalogue and a thousand
 * generated files, which both take, and on a thousand that were changed in one place.
 *
 * What the loader takes, the schema takes, whatever was changed. The other way round it holds where the change breaks
 * the structure. The schema cannot say, and the loader alone knows:
 *   - what a name means: variables, parameters, procedures with their arguments, variants; reserved words; labels;
 *   - what an expression is: its syntax, its types, that a default and the ends of a range are plain values alike, that
 *     a value is one of the choices, that `leaks when` is a condition over parameters;
 *   - the order of keys: the word of a step, a case or a finding comes first;
 *   - keys that stand twice, anchors, tags and a second document, which are no JSON;
 *   - that break and continue stand in a loop, that each of several variants is expected something, that an `expect`
 *     without variants' names has one variant to be of;
 *   - how a watch rule is written; that the lower end of a range comes first; that a duration is above 0;
 *   - bounds over the whole file: bytes, depth, the combinations of a range, names in a scope.
 * And the schema is narrower in one respect, where nobody goes: parentheses around a number that a limit or a count
 * takes, a quoted "1" as the version, "" or ~ where nothing or a word is meant. */
#define _GNU_SOURCE /* nftw */
#include <fcntl.h>
#include <ftw.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "scenario/yaml.h"
#include "tests/property/scenario_generator.h"

enum { FILES = 1000, PATTERNS_MAX = 16 };

static void must(bool held, const char *what, struct str text) {
    if (held) return;
    (void)fprintf(stderr, "%.*s\nschema_agrees: %s\n", (int)text.len, text.at, what);
    exit(1);
}

/* --- a validator, for the words that the schema is written in ------------------------------------------------------ */

static const struct yaml_node *the_schema;

enum json_type { JSON_NULL, JSON_BOOLEAN, JSON_INTEGER, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

static bool one_of(struct str text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_equal(text, str_of(words[i]))) return true;
    return false;
}

/* By the core schema of YAML 1.2, which editors use. */
static enum json_type type_of(const struct yaml_node *node) {
    static const char *const nothing[] = {"", "~", "null", "Null", "NULL"}, *const truth[] = {"true",  "True",
                                                                                              "TRUE",  "false",
                                                                                              "False", "FALSE"};
    if (node->what == YAML_SEQUENCE) return JSON_ARRAY;
    if (node->what == YAML_MAPPING) return JSON_OBJECT;
    if (node->quoted) return JSON_STRING;
    if (one_of(node->text, nothing, BASE_COUNT(nothing))) return JSON_NULL;
    if (one_of(node->text, truth, BASE_COUNT(truth))) return JSON_BOOLEAN;
    size_t digits = 0, dots = 0, at = node->text.at[0] == '-' || node->text.at[0] == '+';
    for (; at < node->text.len; at++) {
        digits += node->text.at[at] >= '0' && node->text.at[at] <= '9';
        dots += node->text.at[at] == '.';
    }
    size_t sign = node->text.at[0] == '-' || node->text.at[0] == '+';
    if (digits == 0 || digits + dots + sign != node->text.len || dots > 1) return JSON_STRING;
    return dots == 0 ? JSON_INTEGER : JSON_NUMBER;
}

static int64_t number_of(const struct yaml_node *node) {
    int64_t number = 0;
    bool minus = node->text.at[0] == '-';
    for (size_t i = minus; i < node->text.len && i < 18; i++) number = number * 10 + (node->text.at[i] - '0');
    return minus ? -number : number;
}

static bool is_type(enum json_type type, struct str name) {
    static const char *const names[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
    if (type == JSON_INTEGER && str_equal(name, STR("number"))) return true;
    return str_equal(name, str_of(names[type]));
}

static bool matches(struct str pattern, struct str text) {
    static struct {
        const char *pattern;
        regex_t compiled;
    } known[PATTERNS_MAX];
    static size_t count;
    char bytes[2048];
    size_t i = 0;
    while (i < count && known[i].pattern != pattern.at) i++;
    if (i == count) {
        must(count < PATTERNS_MAX && regcomp(&known[i].compiled, pattern.at, REG_EXTENDED | REG_NOSUB) == 0,
             "a pattern", pattern);
        known[count++].pattern = pattern.at;
    }
    if (text.len >= sizeof bytes) return false;
    memcpy(bytes, text.at, text.len);
    bytes[text.len] = 0;
    return regexec(&known[i].compiled, bytes, 0, NULL, 0) == 0;
}

static bool valid(const struct yaml_node *schema, const struct yaml_node *node);

static const struct yaml_node *resolve(struct str path) {
    const struct yaml_node *all = scenario_yaml_get(the_schema, "$defs");
    must(str_starts(path, STR("#/$defs/")), "a reference of another kind", path);
    const struct yaml_node *found = scenario_yaml_get(all, path.at + 8);
    must(found != NULL, "a reference to nothing", path);
    return found;
}

static bool equals(const struct yaml_node *wanted, const struct yaml_node *node) {
    return node->what == YAML_SCALAR && type_of(wanted) == type_of(node) && str_equal(wanted->text, node->text);
}

static uint32_t count_valid(const struct yaml_node *schemas, const struct yaml_node *node) {
    uint32_t count = 0;
    for (const struct yaml_node *one = schemas->first; one != NULL; one = one->next) count += valid(one, node);
    return count;
}

/* Keywords that apply to objects; other nodes are not asked. */
static bool object_valid(const struct yaml_node *schema, const struct yaml_node *key, const struct yaml_node *node) {
    const struct yaml_node *value = key->value, *properties = scenario_yaml_get(schema, "properties");
    if (scenario_yaml_is(key, "minProperties")) return node->count >= (uint32_t)number_of(value);
    if (scenario_yaml_is(key, "maxProperties")) return node->count <= (uint32_t)number_of(value);
    if (scenario_yaml_is(key, "required")) {
        for (const struct yaml_node *one = value->first; one != NULL; one = one->next)
            if (scenario_yaml_get(node, one->text.at) == NULL) return false;
        return true;
    }
    for (const struct yaml_node *one = node->first; one != NULL; one = one->next) {
        const struct yaml_node *known = properties == NULL ? NULL : scenario_yaml_get(properties, one->text.at);
        struct yaml_node name = *one;
        name.quoted = true; /* whatever it looks like: JSON's names are strings */
        if (scenario_yaml_is(key, "propertyNames") && !valid(value, &name)) return false;
        if (scenario_yaml_is(key, "properties") && known != NULL && !valid(known, one->value)) return false;
        if (!scenario_yaml_is(key, "additionalProperties") || known != NULL) continue;
        if (value->what == YAML_MAPPING ? !valid(value, one->value) : scenario_yaml_is(value, "false")) return false;
    }
    return true;
}

static bool contains_valid(const struct yaml_node *schema, const struct yaml_node *value,
                           const struct yaml_node *node) {
    const struct yaml_node *least = scenario_yaml_get(schema, "minContains"),
                           *most = scenario_yaml_get(schema, "maxContains");
    uint32_t count = 0;
    for (const struct yaml_node *one = node->first; one != NULL; one = one->next) count += valid(value, one);
    return count >= (least == NULL ? 1 : (uint32_t)number_of(least)) &&
        (most == NULL || count <= (uint32_t)number_of(most));
}

static bool array_valid(const struct yaml_node *schema, const struct yaml_node *key, const struct yaml_node *node) {
    const struct yaml_node *value = key->value;
    if (scenario_yaml_is(key, "minItems")) return node->count >= (uint32_t)number_of(value);
    if (scenario_yaml_is(key, "maxItems")) return node->count <= (uint32_t)number_of(value);
    if (scenario_yaml_is(key, "contains")) return contains_valid(schema, value, node);
    for (const struct yaml_node *one = node->first; one != NULL; one = one->next)
        if (!valid(value, one)) return false;
    return true;
}

static bool type_valid(const struct yaml_node *value, enum json_type type) {
    if (value->what == YAML_SCALAR) return is_type(type, value->text);
    for (const struct yaml_node *one = value->first; one != NULL; one = one->next)
        if (is_type(type, one->text)) return true;
    return false;
}

static bool keyword_valid(const struct yaml_node *schema, const struct yaml_node *key, const struct yaml_node *node) {
    static const char *const said[] = {"$schema", "title",       "description", "examples",
                                       "$defs",   "minContains", "maxContains", "then"};
    static const char *const of_objects[] = {"properties",    "required",      "additionalProperties",
                                             "propertyNames", "minProperties", "maxProperties"};
    static const char *const of_arrays[] = {"items", "minItems", "maxItems", "contains"};
    const struct yaml_node *value = key->value;
    enum json_type type = type_of(node);
    if (one_of(key->text, said, BASE_COUNT(said))) return true;
    if (one_of(key->text, of_objects, BASE_COUNT(of_objects)))
        return type != JSON_OBJECT || object_valid(schema, key, node);
    if (one_of(key->text, of_arrays, BASE_COUNT(of_arrays)))
        return type != JSON_ARRAY || array_valid(schema, key, node);
    if (scenario_yaml_is(key, "$ref")) return valid(resolve(value->text), node);
    if (scenario_yaml_is(key, "type")) return type_valid(value, type);
    if (scenario_yaml_is(key, "const")) return equals(value, node);
    if (scenario_yaml_is(key, "anyOf")) return count_valid(value, node) > 0;
    if (scenario_yaml_is(key, "allOf")) return count_valid(value, node) == value->count;
    if (scenario_yaml_is(key, "if")) return !valid(value, node) || valid(scenario_yaml_get(schema, "then"), node);
    if (scenario_yaml_is(key, "oneOf")) return count_valid(value, node) == 1;
    if (scenario_yaml_is(key, "not")) return !valid(value, node);
    if (scenario_yaml_is(key, "pattern")) return type != JSON_STRING || matches(value->text, node->text);
    if (scenario_yaml_is(key, "minLength")) return type != JSON_STRING || node->text.len >= (size_t)number_of(value);
    if (scenario_yaml_is(key, "minimum")) return type != JSON_INTEGER || number_of(node) >= number_of(value);
    if (scenario_yaml_is(key, "maximum"))
        return type != JSON_INTEGER || (node->text.len < 18 && number_of(node) <= number_of(value));
    if (scenario_yaml_is(key, "enum")) {
        for (const struct yaml_node *one = value->first; one != NULL; one = one->next)
            if (equals(one, node)) return true;
        return false;
    }
    must(false, "a word of JSON Schema that this test does not know", key->text);
    return false;
}

static bool valid(const struct yaml_node *schema, const struct yaml_node *node) {
    for (const struct yaml_node *key = schema->first; key != NULL; key = key->next)
        if (!keyword_valid(schema, key, node)) return false;
    return true;
}

/* --- the two judges ------------------------------------------------------------------------------------------------- */

static bool schema_takes(struct str text) {
    static struct scenario_problems problems;
    struct mem_arena arena;
    struct yaml_node *root = NULL;
    problems.count = problems.lost = 0;
    mem_arena_init(&arena, mem_system(), (size_t)64 << 20);
    bool takes = scenario_yaml_read(&arena, text, &problems, &root) == OK && root != NULL && valid(the_schema, root);
    mem_arena_deinit(&arena);
    return takes;
}

static bool loader_takes(struct str text, char why[300]) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    bool takes = scenario_load(mem_system(), &scenario, STR("generated.yaml"), text, &problems) == OK;
    why[0] = 0;
    if (!takes) (void)snprintf(why, 300, "%u:%u: %s", problems.at[0].line, problems.at[0].column, problems.at[0].text);
    scenario_free(scenario);
    return takes;
}

static void both_take(struct str text) {
    char why[300];
    must(loader_takes(text, why), why, text);
    must(schema_takes(text), "the schema refuses what the loader takes", text);
}

/* --- one change ----------------------------------------------------------------------------------------------------- */

/* Writes a tree back, plain scalars as they were. */
static void write_node(struct buf *out, const struct yaml_node *node, uint32_t indent);

static void write_scalar(struct buf *out, const struct yaml_node *node) {
    if (!node->quoted) {
        buf_put(out, node->text);
        return;
    }
    buf_put_char(out, '"');
    for (size_t i = 0; i < node->text.len; i++) {
        unsigned char c = (unsigned char)node->text.at[i];
        if (c < 0x20 || c == '"' || c == '\\')
            buf_print(out, "\\x%02x", c);
        else
            buf_put_char(out, (char)c);
    }
    buf_put_char(out, '"');
}

static void write_spaces(struct buf *out, uint32_t count) {
    buf_put_char(out, '\n');
    for (uint32_t i = 0; i < count; i++) buf_put_char(out, ' ');
}

static void write_node(struct buf *out, const struct yaml_node *node, uint32_t indent) {
    bool list = node->what == YAML_SEQUENCE;
    if (node->what == YAML_SCALAR) {
        write_scalar(out, node);
        return;
    }
    if (node->first == NULL) buf_put(out, list ? STR("[]") : STR("{}"));
    for (const struct yaml_node *one = node->first; one != NULL; one = one->next) {
        write_spaces(out, indent);
        if (list)
            buf_put(out, STR("- "));
        else
            write_scalar(out, one), buf_put(out, STR(": "));
        write_node(out, list ? one : one->value, indent + 1);
    }
}

/* Where a change may go: every value but the root, with the mapping and key or the list that it stands in. */
struct place {
    struct yaml_node *parent, *key, **link; /* the key, or NULL in a list; what points to it */
    const char *below;                      /* the key that the parent is the value of, or "" */
    bool first;                             /* of its parent's keys */
};
struct places {
    struct place at[4096];
    uint32_t count;
};

static void places_of(struct places *places, struct yaml_node *node, const char *below) {
    for (struct yaml_node **link = &node->first; *link != NULL; link = &(*link)->next) {
        bool mapping = node->what == YAML_MAPPING;
        struct yaml_node *value = mapping ? (*link)->value : *link;
        if (places->count == BASE_COUNT(places->at)) return;
        places->at[places->count++] = (struct place){node, mapping ? *link : NULL, link, below, link == &node->first};
        places_of(places, value, mapping ? (*link)->text.at : below);
    }
}

static void retype(struct yaml_node *node) {
    static struct yaml_node inner = {.what = YAML_SEQUENCE, .text = {"", 0}},
                            one = {.what = YAML_SCALAR, .text = {"1", 1}},
                            key = {.what = YAML_SCALAR, .text = {"z-z!", 4}};
    enum yaml_what what = node->what;
    key.value = &one;
    inner.next = NULL;
    node->what = what == YAML_SEQUENCE ? YAML_MAPPING : YAML_SEQUENCE;
    node->first = what == YAML_SEQUENCE ? &key : &inner;
    node->count = 1;
}

static bool is_word(const char *text, const char *const *words, size_t count) {
    return one_of(str_of(text), words, count);
}

/* Changes one place. True: the structure is broken, so that both must refuse the file. */
static bool change(struct prng *prng, struct places *places, const char **what) {
    static const char *const needed[] = {"ebb",  "default", "do",  "in", "recv", "send", "after",  "blocked",
                                         "lock", "alive",   "let", "go", "call", "for",  "select", "defer"};
    static const char *const free_keys[] = {"set", "atomic", "grows",
                                            "expect"}; /* whose mappings take any key, as far as structure goes */
    struct place *place = &places->at[prng_below(prng, places->count)];
    struct yaml_node *value = place->key != NULL ? place->key->value : *place->link;
    switch (place->key == NULL ? 1 : prng_below(prng, 4)) {
    case 0:
        *what = "a renamed key";
        place->key->text = STR("z-z!");
        return !is_word(place->below, free_keys, BASE_COUNT(free_keys));
    case 1:
        *what = "a value of another type";
        retype(value);
        return true;
    case 2: {
        bool structural = is_word(place->key->text.at, needed, BASE_COUNT(needed)) && place->parent->count > 0 &&
            !is_word(place->below, free_keys, BASE_COUNT(free_keys));
        bool of_case = is_word(place->key->text.at, needed + 4, 3) || is_word(place->key->text.at, needed + 2, 1);
        *what = "a key less";
        *place->link = place->key->next;
        place->parent->count--;
        if (of_case && !place->first) return false; /* `do` of a case may go */
        return structural;
    }
    default: {
        struct yaml_node *first = place->parent->first, *second = first->next;
        *what = "two values that changed places";
        if (second == NULL) return false;
        struct yaml_node *kept = first->value;
        first->value = second->value;
        second->value = kept;
        return false;
    }
    }
}

static void one_change(struct prng *prng, struct str text, uint32_t *broken) {
    static struct scenario_problems problems;
    static struct places places;
    struct mem_arena arena;
    struct yaml_node *root = NULL;
    struct buf changed;
    char why[300];
    const char *what = "";
    mem_arena_init(&arena, mem_system(), (size_t)64 << 20);
    buf_init(&changed, mem_system());
    problems.count = problems.lost = places.count = 0;
    must(scenario_yaml_read(&arena, text, &problems, &root) == OK, "not YAML", text);
    places_of(&places, root, "");
    bool both = change(prng, &places, &what);
    write_node(&changed, root, 0);
    buf_put_char(&changed, '\n');
    bool loads = loader_takes(buf_str(&changed), why), fits = schema_takes(buf_str(&changed));
    if (loads && !fits) must(false, "the schema refuses what the loader takes", buf_str(&changed));
    if (both && (loads || fits)) {
        (void)fprintf(stderr, "%s: %s\n", what, loads ? "the loader takes it" : "the schema takes it");
        must(false, "a broken structure is not refused", buf_str(&changed));
    }
    *broken += both;
    buf_deinit(&changed);
    mem_arena_deinit(&arena);
}

/* --- the catalogue -------------------------------------------------------------------------------------------------- */

static uint32_t catalogue_count;

static struct buf file_read(const char *path) {
    struct buf bytes;
    char block[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0, "a file that cannot be read", str_of(path));
    buf_init(&bytes, mem_system());
    for (ssize_t got; (got = read(fd, block, sizeof block)) > 0;) buf_put(&bytes, (struct str){block, (size_t)got});
    (void)close(fd);
    return bytes;
}

static int visit(const char *path, const struct stat *how, int type, struct FTW *at) {
    size_t len = strlen(path);
    (void)how, (void)at;
    if (type != FTW_F || len < 5 || strcmp(path + len - 5, ".yaml") != 0) return 0;
    struct buf bytes = file_read(path);
    both_take(buf_str(&bytes));
    catalogue_count++;
    buf_deinit(&bytes);
    return 0;
}

int main(void) {
    static struct scenario_problems problems;
    const char *folder = getenv("EBB_SOURCE_DIR");
    struct mem_arena arena;
    struct yaml_node *root = NULL;
    struct prng prng;
    char path[4096];
    uint32_t broken = 0;
    (void)snprintf(path, sizeof path, "%s/reports/schema/scenario-1.schema.json", folder == NULL ? "." : folder);
    struct buf schema = file_read(path);
    mem_arena_init(&arena, mem_system(), (size_t)64 << 20);
    must(scenario_yaml_read(&arena, buf_str(&schema), &problems, &root) == OK, "the schema is not JSON", STR(""));
    the_schema = root;
    (void)snprintf(path, sizeof path, "%s/scenarios", folder == NULL ? "." : folder);
    must(nftw(path, visit, 16, FTW_PHYS) == 0 && catalogue_count > 0, "no catalogue", str_of(path));
    prng_seed(&prng, 1);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct buf text;
        buf_init(&text, mem_system());
        scenario_generate(seed, &text);
        both_take(buf_str(&text));
        one_change(&prng, buf_str(&text), &broken);
        buf_deinit(&text);
    }
    must(broken > FILES / 3 && broken < FILES, "too few changes, or too many, break the structure", STR(""));
    (void)printf("%u files of the catalogue, %u generated, %u changed of which %u broken\n", catalogue_count, FILES,
                 FILES, broken);
    mem_arena_deinit(&arena);
    buf_deinit(&schema);
    return 0;
}
