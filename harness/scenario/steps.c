/* SPDX-License-Identifier: MIT */
/* steps.c — one entry of a list of steps: a mapping whose first key is a word of the language (words.c) or a verb of a
 * kind, which its table describes. */
#include "kinds/kinds.h"
#include "scenario/load.h"

/* --- verbs of kinds -------------------------------------------------------------------------------------------------- */

/* The name in the `index`th place of a shape ("value:any? key:text"), or an empty one past the last. */
struct str scenario_shape_name(const char *shape, uint32_t index) {
    for (; shape != NULL && *shape != 0; index--) {
        size_t len = strcspn(shape, " ");
        if (index == 0) return (struct str){shape, strcspn(shape, ":")};
        shape += len + (shape[len] == ' ');
    }
    return (struct str){"", 0};
}

static struct yaml_node *get(const struct yaml_node *mapping, struct str key) {
    for (struct yaml_node *at = mapping->first->next; at != NULL; at = at->next)
        if (str_equal(at->text, key)) return at->value;
    return NULL;
}

static bool verb_load(struct loader *loader, const struct yaml_node *node, const struct ebb_kind *kind,
                      const struct ebb_op *op, struct verb *out) {
    *out = (struct verb){.kind = kind, .op = op};
    for (uint32_t i = 0; scenario_shape_name(op->shape, i).len > 0; i++) {
        ASSERT(i < VERB_ARGS_MAX);
        const struct yaml_node *arg = get(node, scenario_shape_name(op->shape, i));
        if (arg != NULL && (out->args[i] = scenario_load_expr(loader, arg)) == NULL) return false;
        out->arg_count++;
    }
    for (uint32_t i = 0; scenario_shape_name(op->gives, i).len > 0; i++) {
        ASSERT(i < VERB_ARGS_MAX);
        if (!scenario_load_target(loader, get(node, scenario_shape_name(op->gives, i)), &out->into[i],
                                  &out->has_into[i]))
            return false;
        out->result_count++;
    }
    return true;
}

static bool has_verb(const struct ebb_kind *kind, struct str name) {
    const struct ebb_op *op = ebb_op_find(kind, name);
    return op != NULL && op->call != NULL;
}

/* Every kind that has the verb wants an argument in this place, and nil will not do. */
static bool needed_by_all(const struct step *step, struct str name) {
    for (uint32_t v = 0; v < step->verb_count; v++) {
        const char *shape = step->verbs[v].op->shape;
        bool needed = false;
        for (uint32_t i = 0; scenario_shape_name(shape, i).len > 0; i++)
            needed = needed || (str_equal(scenario_shape_name(shape, i), name) && scenario_shape_needs(shape, i));
        if (!needed) return false;
    }
    return true;
}

static bool needs_check(struct loader *loader, const struct yaml_node *node, const struct step *step) {
    const char *shape = step->verbs[0].op->shape;
    bool good = true;
    for (uint32_t i = 0; scenario_shape_name(shape, i).len > 0; i++) {
        struct str name = scenario_shape_name(shape, i);
        if (get(node, name) != NULL || !needed_by_all(step, name)) continue;
        scenario_load_problem(loader, step->where, "\"%s\" needs \"%.*s\"", step->word, SHOWN(name));
        good = false;
    }
    return good;
}

/* A verb several kinds have (`wait`) is loaded for each; which is meant shows when it runs. */
static bool verbs_load(struct loader *loader, const struct yaml_node *node, struct step *step) {
    const char *keys[2 * VERB_ARGS_MAX * KIND_COUNT];
    char names[2 * VERB_ARGS_MAX * KIND_COUNT][24];
    uint32_t key_count = 0;
    step->what = STEP_VERB;
    step->expr = scenario_load_expr(loader, node->first->value);
    size_t having = 0;
    for (size_t k = 0; k < KIND_COUNT; k++) having += has_verb(ebb_kinds[k], node->first->text);
    step->verbs = scenario_load_take(loader, having * sizeof *step->verbs);
    if (step->expr == NULL || step->verbs == NULL) return false;
    for (size_t k = 0; k < KIND_COUNT; k++) {
        if (!has_verb(ebb_kinds[k], node->first->text)) continue;
        const struct ebb_op *op = ebb_op_find(ebb_kinds[k], node->first->text);
        if (!verb_load(loader, node, ebb_kinds[k], op, &step->verbs[step->verb_count++])) return false;
        for (uint32_t i = 0; i < 2 * VERB_ARGS_MAX; i++) {
            struct str name = i < VERB_ARGS_MAX ? scenario_shape_name(op->shape, i)
                                                : scenario_shape_name(op->gives, i - VERB_ARGS_MAX);
            if (name.len == 0 || name.len >= sizeof names[0]) continue;
            memcpy(names[key_count], name.at, name.len);
            names[key_count][name.len] = 0;
            keys[key_count] = names[key_count];
            key_count++;
        }
    }
    scenario_load_keys(loader, node, keys, key_count);
    return needs_check(loader, node, step);
}

static bool is_verb(struct str name) {
    for (size_t k = 0; k < KIND_COUNT; k++)
        if (has_verb(ebb_kinds[k], name)) return true;
    return false;
}

bool scenario_load_is_step(struct str name) { return scenario_word_find(name) != NULL || is_verb(name); }

/* "recv reply" for "recv: reply"? */
static bool lacks_colon(struct loader *loader, const struct yaml_node *word) {
    const char *space = memchr(word->text.at, ' ', word->text.len);
    size_t len = space == NULL ? 0 : (size_t)(space - word->text.at);
    struct str head = {word->text.at, len};
    if (len == 0 || !scenario_load_is_step(head)) return false;
    struct str rest = {space + 1, word->text.len - len - 1};
    scenario_load_problem(loader, scenario_load_where(word), "there is no step \"%.*s\"; did you mean \"%.*s: %.*s\"?",
                          SHOWN(word->text), SHOWN(head), SHOWN(rest));
    return true;
}

static void unknown_word(struct loader *loader, const struct yaml_node *word, bool alone) {
    const char *known[64 + 8 * KIND_COUNT];
    uint32_t count = 0;
    if (alone && lacks_colon(loader, word)) return;
    for (uint32_t i = 0; scenario_word_at(i) != NULL; i++) known[count++] = scenario_word_at(i)->name;
    for (uint32_t i = 0; scenario_bare_word_at(i) != NULL; i++) known[count++] = scenario_bare_word_at(i)->name;
    for (size_t k = 0; k < KIND_COUNT; k++)
        for (uint32_t i = 0; i < ebb_kinds[k]->op_count && count < BASE_COUNT(known); i++)
            if (ebb_kinds[k]->ops[i].call != NULL) known[count++] = ebb_kinds[k]->ops[i].name;
    const char *near = scenario_load_nearest(loader, word->text, known, count);
    if (near != NULL && str_equal(word->text, str_of(near))) {
        scenario_load_problem(loader, scenario_load_where(word),
                              alone ? "\"%s\" does not stand alone: expected \"%s: \" and what it is done to"
                                    : "\"%s\" takes nothing: expected it alone, as in \"- %s\"",
                              near, near);
        return;
    }
    scenario_load_problem(loader, scenario_load_where(word), "there is no step \"%.*s\"%s%s%s", SHOWN(word->text),
                          near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"?");
}

static bool step_load(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->number = loader->scenario->step_count++;
    step->where = scenario_load_where(node);
    if (node->what == YAML_SCALAR) {
        if (scenario_load_bare(loader, node, step)) return true;
        unknown_word(loader, node, true);
        return false;
    }
    if (node->what != YAML_MAPPING || node->first == NULL) {
        scenario_load_problem(loader, step->where, "expected a step, such as {send: reply}");
        return false;
    }
    const struct yaml_node *word = node->first;
    step->where = scenario_load_where(word);
    step->word = word->text.at;
    const struct word *known = scenario_word_find(word->text);
    if (known != NULL) return scenario_load_word(loader, known, node, step);
    if (is_verb(word->text)) return verbs_load(loader, node, step);
    unknown_word(loader, word, false);
    return false;
}

bool scenario_load_block(struct loader *loader, const struct yaml_node *sequence, struct block *out) {
    if (sequence == NULL || sequence->what != YAML_SEQUENCE) {
        struct where where = sequence == NULL ? (struct where){0, 0} : scenario_load_where(sequence);
        scenario_load_problem(loader, where, "expected a list of steps, each on a line that starts with \"-\"");
        return false;
    }
    out->steps = scenario_load_take(loader, (sequence->count + 1) * sizeof *out->steps);
    if (out->steps == NULL) return false;
    struct name_level level = scenario_load_level(loader);
    uint32_t before = *level.place_next;
    loader->level = &level;
    bool good = true;
    for (const struct yaml_node *node = sequence->first; node != NULL; node = node->next)
        good = step_load(loader, node, &out->steps[out->count++]) && good;
    scenario_load_level_end(loader, &level, before, out);
    return good;
}
