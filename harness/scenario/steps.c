/* SPDX-License-Identifier: MIT */
/* steps.c — one entry of a list of steps: a mapping whose first key is a word of the language or a verb of a kind. */
#include "kinds/kinds.h"
#include "scenario/load.h"

/* Keys that a step may have beside its word; anything else is a problem. */
static void keys_check(struct loader *loader, const struct yaml_node *step, const char *const *allowed, uint32_t count) {
    for (const struct yaml_node *key = step->first->next; key != NULL; key = key->next) {
        uint32_t i = 0;
        while (i < count && !str_equal(key->text, str_of(allowed[i]))) i++;
        if (i < count) continue;
        const char *near = scenario_load_nearest(key->text, allowed, count);
        scenario_load_problem(loader, scenario_load_where(key), "\"%.*s\" has no key \"%.*s\"%s%s%s", (int)step->first->text.len, step->first->text.at,
                              (int)key->text.len, key->text.at, near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"?");
    }
}

/* Where a result goes: a variable that exists, or a new one of this block. */
static bool target(struct loader *loader, const struct yaml_node *node, struct variable *out, bool *has) {
    *has = false;
    if (node == NULL) return true;
    if (node->what != YAML_SCALAR) {
        scenario_load_problem(loader, scenario_load_where(node), "expected the name of a variable");
        return false;
    }
    *has = scenario_load_variable(loader, node->text, out) || scenario_load_declare(loader, node, out);
    return *has;
}

/* --- routines ------------------------------------------------------------------------------------------------------ */

/* A block that runs by itself and closes over where it stands. */
static struct routine *anonymous(struct loader *loader, const struct yaml_node *body, const char *name, struct where where) {
    struct routine *routine = scenario_load_take(loader, sizeof *routine);
    if (routine == NULL) return NULL;
    *routine = (struct routine){.name = str_of(name), .where = where, .used = true};
    uint32_t next = 0, loops = loader->loops;
    struct name_level level = {.outer = loader->level, .routine = routine, .place_next = &next, .place_peak = &routine->place_count, .scope = true};
    loader->level = &level;
    loader->loops = 0;
    bool good = scenario_load_block(loader, body, &routine->body);
    loader->level = level.outer;
    loader->loops = loops;
    return good ? routine : NULL;
}

/* "name(a, b)": a procedure, or a variable that holds one, and its arguments. */
static bool callee(struct loader *loader, const struct yaml_node *node, struct step *step) {
    if (node->what != YAML_SCALAR) {
        scenario_load_problem(loader, scenario_load_where(node), "expected a call, such as worker(reply)");
        return false;
    }
    const char *open = memchr(node->text.at, '(', node->text.len), *text = node->text.at;
    size_t len = node->text.len, name_len = open == NULL ? len : (size_t)(open - text);
    while (name_len > 0 && text[name_len - 1] == ' ') name_len--;
    if (open != NULL && text[len - 1] != ')') {
        scenario_load_problem(loader, scenario_load_where(node), "a call ends with \")\"");
        return false;
    }
    struct yaml_node name = *node;
    name.text.len = name_len;
    uint32_t number = 0;
    struct variable variable;
    step->routine = scenario_load_variable(loader, name.text, &variable) ? NULL : scenario_load_proc(loader, name.text, &number);
    if (step->routine != NULL)
        step->routine->used = true;
    else if ((step->expr = scenario_load_expr(loader, &name)) == NULL)
        return false;
    step->args = scenario_load_take(loader, 16 * sizeof *step->args);
    if (step->args == NULL) return false;
    size_t at = open == NULL ? len : (size_t)(open - text) + 1, end = open == NULL ? len : len - 1, depth = 0, start = at;
    for (; at <= end && open != NULL; at++) {
        if (at < end && (text[at] == '(')) depth++;
        if (at < end && (text[at] == ')') && depth > 0) depth--;
        if (at < end && (text[at] != ',' || depth > 0)) continue;
        while (start < at && text[start] == ' ') start++;
        if (at == end && start == at && step->arg_count == 0) break;
        struct yaml_node arg = *node;
        arg.text = (struct str){text + start, at - start};
        arg.column += (uint32_t)start;
        if (step->arg_count == 16) {
            scenario_load_problem(loader, scenario_load_where(&arg), "more than 16 arguments");
            return false;
        }
        if ((step->args[step->arg_count++] = scenario_load_expr(loader, &arg)) == NULL) return false;
        start = at + 1;
    }
    if (step->routine != NULL && step->routine->param_count != step->arg_count) {
        scenario_load_problem(loader, step->where, "%s takes %u arguments, not %u", step->routine->name.at, step->routine->param_count, step->arg_count);
        return false;
    }
    return true;
}

/* --- the words of the language -------------------------------------------------------------------------------------- */

static bool word_let(struct loader *loader, const struct yaml_node *node, struct step *step, bool declare) {
    const struct yaml_node *names = node->first->value;
    if (names == NULL || names->what != YAML_MAPPING || names->count != 1) {
        scenario_load_problem(loader, step->where, "\"%s\" takes one name and its value: {name: value}", step->word);
        return false;
    }
    const struct yaml_node *name = names->first;
    loader->label = name->text.at;
    step->what = STEP_LET;
    step->expr = scenario_load_expr(loader, name->value);
    loader->label = NULL;
    bool found;
    if (declare)
        found = scenario_load_declare(loader, name, &step->into);
    else if (!(found = scenario_load_variable(loader, name->text, &step->into)))
        scenario_load_problem(loader, scenario_load_where(name), "there is no variable \"%.*s\" to set; \"let\" makes one", (int)name->text.len, name->text.at);
    step->has_into = true;
    return found && step->expr != NULL;
}

static bool is_let(struct loader *loader, const struct yaml_node *node, struct step *step) { return word_let(loader, node, step, true); }
static bool is_set(struct loader *loader, const struct yaml_node *node, struct step *step) { return word_let(loader, node, step, false); }

static bool is_drop(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_DROP;
    keys_check(loader, node, NULL, 0);
    const struct yaml_node *name = node->first->value;
    if (name->what == YAML_SCALAR && scenario_load_variable(loader, name->text, &step->into)) return true;
    scenario_load_problem(loader, scenario_load_where(name), "\"drop\" takes the name of a variable");
    return false;
}

static bool is_go(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"count", "as"};
    step->what = STEP_GO;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    const struct yaml_node *what = node->first->value, *as = scenario_yaml_get(node, "as"), *count = scenario_yaml_get(node, "count");
    if (count != NULL && (step->expr2 = scenario_load_expr(loader, count)) == NULL) return false;
    if (as != NULL && !scenario_load_name_ok(loader, as->text, scenario_load_where(as))) return false;
    step->word = as != NULL ? as->text.at : NULL;
    if (what->what != YAML_SEQUENCE) return callee(loader, what, step);
    step->routine = anonymous(loader, what, as != NULL ? as->text.at : "go", step->where);
    step->body.own_scope = true; /* marks: closes over the scope it is spawned in */
    return step->routine != NULL;
}

static bool is_call(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"into"};
    step->what = STEP_CALL;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    return callee(loader, node->first->value, step) && target(loader, scenario_yaml_get(node, "into"), &step->into, &step->has_into);
}

static bool is_if(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"then", "else"};
    step->what = STEP_IF;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    const struct yaml_node *then = scenario_yaml_get(node, "then"), *otherwise = scenario_yaml_get(node, "else");
    step->expr = scenario_load_expr(loader, node->first->value);
    if (then == NULL && otherwise == NULL) scenario_load_problem(loader, step->where, "\"if\" needs a \"then\" or an \"else\"");
    bool good = step->expr != NULL;
    if (then != NULL) good = scenario_load_block(loader, then, &step->body) && good;
    if (otherwise != NULL) good = scenario_load_block(loader, otherwise, &step->otherwise) && good;
    return good;
}

/* Is there a step in here that closes over its variables and may outlive the turn of the loop it stands in? */
static bool captures(const struct yaml_node *node) {
    if (node == NULL) return false;
    for (const struct yaml_node *at = node->first; at != NULL; at = at->next) {
        bool closure = scenario_yaml_is(at, "defer") || scenario_yaml_is(at, "once") ||
                       (scenario_yaml_is(at, "go") && at->value != NULL && at->value->what == YAML_SEQUENCE);
        if ((node->what == YAML_MAPPING && closure) || captures(at) || captures(at->value)) return true;
    }
    return false;
}

/* The body of a loop, in which `as` (may be NULL) names a variable that is new in each turn. Where a closure captures
 * it, each turn has a scope of its own (Go spec 1.22, "For statements"). */
static bool loop_block(struct loader *loader, const struct yaml_node *body, const struct yaml_node *as, struct step *step) {
    uint32_t *next = loader->level->place_next, before = *next, own_next = 0, own_peak = 0;
    struct name_level level = {.outer = loader->level, .routine = loader->level->routine, .place_next = next, .place_peak = loader->level->place_peak};
    bool own_scope = captures(body);
    if (own_scope) level.scope = true, level.place_next = &own_next, level.place_peak = &own_peak;
    loader->level = &level;
    bool good = as == NULL || scenario_load_declare(loader, as, &step->into);
    step->has_into = as != NULL;
    loader->loops++;
    good = scenario_load_block(loader, body, &step->body) && good;
    loader->loops--;
    loader->level = level.outer;
    *next = before;
    if (own_scope) step->body.own_scope = true, step->body.place_count = own_peak;
    return good;
}

static bool loop_body(struct loader *loader, const struct yaml_node *node, const struct yaml_node *as, struct step *step) {
    const struct yaml_node *body = scenario_yaml_get(node, "do");
    if (body != NULL) return loop_block(loader, body, as, step);
    scenario_load_problem(loader, step->where, "\"%s\" needs a \"do\" with the steps to repeat", step->word);
    return false;
}

static bool is_repeat(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"do", "as"};
    step->what = STEP_REPEAT;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    step->expr = scenario_load_expr(loader, node->first->value);
    return loop_body(loader, node, scenario_yaml_get(node, "as"), step) && step->expr != NULL;
}

static bool is_while(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"do"};
    step->what = STEP_WHILE;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    step->expr = scenario_load_expr(loader, node->first->value);
    return loop_body(loader, node, NULL, step) && step->expr != NULL;
}

static bool is_loop(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_LOOP;
    keys_check(loader, node, NULL, 0);
    return loop_block(loader, node->first->value, NULL, step);
}

static bool is_for(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"in", "do"};
    step->what = STEP_FOR;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    const struct yaml_node *in = scenario_yaml_get(node, "in");
    if (in == NULL) {
        scenario_load_problem(loader, step->where, "\"for\" needs an \"in\": the channel to receive from until it is closed");
        return false;
    }
    step->expr = scenario_load_expr(loader, in);
    return loop_body(loader, node, node->first->value, step) && step->expr != NULL;
}

static bool is_select(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_SELECT;
    keys_check(loader, node, NULL, 0);
    return scenario_load_select(loader, node->first->value, step);
}

static bool one_expr(struct loader *loader, const struct yaml_node *node, struct step *step, enum step_what what) {
    step->what = what;
    keys_check(loader, node, NULL, 0);
    step->expr = scenario_load_expr(loader, node->first->value);
    return step->expr != NULL;
}

static bool is_sleep(struct loader *loader, const struct yaml_node *node, struct step *step) { return one_expr(loader, node, step, STEP_SLEEP); }
static bool is_panic(struct loader *loader, const struct yaml_node *node, struct step *step) { return one_expr(loader, node, step, STEP_PANIC); }
static bool is_return(struct loader *loader, const struct yaml_node *node, struct step *step) { return one_expr(loader, node, step, STEP_RETURN); }

static bool is_defer(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_DEFER;
    keys_check(loader, node, NULL, 0);
    loader->level->routine->guarded = true;
    step->routine = anonymous(loader, node->first->value, "defer", step->where);
    return step->routine != NULL;
}

static bool is_recover(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_RECOVER;
    keys_check(loader, node, NULL, 0);
    return target(loader, node->first->value, &step->into, &step->has_into);
}

static bool is_choose(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"into"};
    step->what = STEP_CHOOSE;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    step->expr = scenario_load_expr(loader, node->first->value);
    return target(loader, scenario_yaml_get(node, "into"), &step->into, &step->has_into) && step->expr != NULL;
}

static bool is_once(struct loader *loader, const struct yaml_node *node, struct step *step) {
    static const char *const keys[] = {"do"};
    step->what = STEP_ONCE;
    keys_check(loader, node, keys, BASE_COUNT(keys));
    const struct yaml_node *body = scenario_yaml_get(node, "do");
    step->expr = scenario_load_expr(loader, node->first->value);
    if (body == NULL) scenario_load_problem(loader, step->where, "\"once\" needs a \"do\" with the steps to run once");
    step->routine = body == NULL ? NULL : anonymous(loader, body, "once", step->where);
    return step->expr != NULL && step->routine != NULL;
}

static const struct {
    const char *name;
    bool (*load)(struct loader *, const struct yaml_node *, struct step *);
} words[] = {
    {"let", is_let},     {"set", is_set},     {"drop", is_drop},   {"go", is_go},         {"call", is_call},     {"if", is_if},
    {"repeat", is_repeat}, {"while", is_while}, {"loop", is_loop}, {"for", is_for},       {"select", is_select}, {"sleep", is_sleep},
    {"panic", is_panic}, {"return", is_return}, {"defer", is_defer}, {"recover", is_recover}, {"choose", is_choose}, {"once", is_once},
};
static const struct {
    const char *name;
    enum step_what what;
} bare_words[] = {{"yield", STEP_YIELD}, {"break", STEP_BREAK}, {"continue", STEP_CONTINUE}, {"return", STEP_RETURN}};

/* --- verbs of kinds -------------------------------------------------------------------------------------------------- */

/* The name in the `index`th place of a shape ("value:any? key:text"), or an empty one past the last. */
static struct str shape_name(const char *shape, uint32_t index) {
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

static bool verb_load(struct loader *loader, const struct yaml_node *node, const struct ebb_kind *kind, const struct ebb_op *op, struct verb *out) {
    *out = (struct verb){.kind = kind, .op = op};
    for (uint32_t i = 0; shape_name(op->shape, i).len > 0; i++) {
        ASSERT(i < VERB_ARGS_MAX);
        const struct yaml_node *arg = get(node, shape_name(op->shape, i));
        if (arg != NULL && (out->args[i] = scenario_load_expr(loader, arg)) == NULL) return false;
        out->arg_count++;
    }
    for (uint32_t i = 0; shape_name(op->gives, i).len > 0; i++) {
        ASSERT(i < VERB_ARGS_MAX);
        if (!target(loader, get(node, shape_name(op->gives, i)), &out->into[i], &out->has_into[i])) return false;
        out->result_count++;
    }
    return true;
}

/* A verb several kinds have (`wait`) is loaded for each; which is meant shows when it runs. */
static bool verbs_load(struct loader *loader, const struct yaml_node *node, struct step *step) {
    const char *keys[2 * VERB_ARGS_MAX * KIND_COUNT];
    char names[2 * VERB_ARGS_MAX * KIND_COUNT][24];
    uint32_t key_count = 0;
    step->what = STEP_VERB;
    step->expr = scenario_load_expr(loader, node->first->value);
    step->verbs = scenario_load_take(loader, KIND_COUNT * sizeof *step->verbs);
    if (step->expr == NULL || step->verbs == NULL) return false;
    for (size_t k = 0; k < KIND_COUNT; k++) {
        const struct ebb_op *op = ebb_op_find(ebb_kinds[k], node->first->text);
        if (op == NULL || op->call == NULL) continue;
        if (!verb_load(loader, node, ebb_kinds[k], op, &step->verbs[step->verb_count++])) return false;
        for (uint32_t i = 0; i < 2 * VERB_ARGS_MAX; i++) {
            struct str name = i < VERB_ARGS_MAX ? shape_name(op->shape, i) : shape_name(op->gives, i - VERB_ARGS_MAX);
            if (name.len == 0 || name.len >= sizeof names[0]) continue;
            memcpy(names[key_count], name.at, name.len);
            names[key_count][name.len] = 0;
            keys[key_count] = names[key_count];
            key_count++;
        }
    }
    keys_check(loader, node, keys, key_count);
    return true;
}

static bool is_verb(struct str name) {
    for (size_t k = 0; k < KIND_COUNT; k++) {
        const struct ebb_op *op = ebb_op_find(ebb_kinds[k], name);
        if (op != NULL && op->call != NULL) return true;
    }
    return false;
}

static void unknown_word(struct loader *loader, const struct yaml_node *word) {
    const char *known[BASE_COUNT(words) + BASE_COUNT(bare_words) + 8 * KIND_COUNT];
    uint32_t count = 0;
    for (size_t i = 0; i < BASE_COUNT(words); i++) known[count++] = words[i].name;
    for (size_t i = 0; i < BASE_COUNT(bare_words); i++) known[count++] = bare_words[i].name;
    for (size_t k = 0; k < KIND_COUNT; k++)
        for (uint32_t i = 0; i < ebb_kinds[k]->op_count && count < BASE_COUNT(known); i++)
            if (ebb_kinds[k]->ops[i].call != NULL) known[count++] = ebb_kinds[k]->ops[i].name;
    const char *near = scenario_load_nearest(word->text, known, count);
    scenario_load_problem(loader, scenario_load_where(word), "there is no step \"%.*s\"%s%s%s", (int)(word->text.len > 40 ? 40 : word->text.len), word->text.at,
                          near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"?");
}

static bool bare_step(struct loader *loader, const struct yaml_node *node, struct step *step) {
    for (size_t i = 0; i < BASE_COUNT(bare_words); i++) {
        if (!scenario_yaml_is(node, bare_words[i].name)) continue;
        step->what = bare_words[i].what;
        bool loop_word = step->what == STEP_BREAK || step->what == STEP_CONTINUE;
        if (loop_word && loader->loops == 0) scenario_load_problem(loader, step->where, "\"%s\" outside of a loop", bare_words[i].name);
        return true;
    }
    unknown_word(loader, node);
    return false;
}

static bool step_load(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->where = scenario_load_where(node);
    if (node->what == YAML_SCALAR) return bare_step(loader, node, step);
    if (node->what != YAML_MAPPING || node->first == NULL) {
        scenario_load_problem(loader, step->where, "expected a step, such as {send: reply}");
        return false;
    }
    const struct yaml_node *word = node->first;
    step->where = scenario_load_where(word);
    step->word = word->text.at;
    for (size_t i = 0; i < BASE_COUNT(words); i++)
        if (str_equal(word->text, str_of(words[i].name))) return words[i].load(loader, node, step);
    if (is_verb(word->text)) return verbs_load(loader, node, step);
    unknown_word(loader, word);
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
    uint32_t *next = loader->level->place_next, before = *next;
    struct name_level level = {.outer = loader->level, .routine = loader->level->routine, .place_next = next, .place_peak = loader->level->place_peak};
    loader->level = &level;
    bool good = true;
    for (const struct yaml_node *node = sequence->first; node != NULL; node = node->next)
        good = step_load(loader, node, &out->steps[out->count++]) && good;
    loader->level = level.outer;
    out->first_place = before;
    out->place_count = *next - before;
    *next = before;
    return good;
}
