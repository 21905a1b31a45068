/* SPDX-License-Identifier: MIT */
/* words.c — the words of the language: what each takes, and how it is loaded. The verbs of kinds are in steps.c. */
#include "scenario/load.h"

void scenario_load_keys(struct loader *loader, const struct yaml_node *step, const char *const *allowed,
                        uint32_t count) {
    for (const struct yaml_node *key = step->first->next; key != NULL; key = key->next) {
        uint32_t i = 0;
        while (i < count && !str_equal(key->text, str_of(allowed[i]))) i++;
        if (i < count) continue;
        const char *near = scenario_load_nearest(loader, key->text, allowed, count);
        if (near == NULL && scenario_load_is_step(key->text))
            scenario_load_problem(loader, scenario_load_where(key),
                                  "\"%.*s\" has no key \"%.*s\"; a step of its own begins with \"- \"",
                                  SHOWN(step->first->text), SHOWN(key->text));
        else
            scenario_load_problem(loader, scenario_load_where(key), "\"%.*s\" has no key \"%.*s\"%s%s%s",
                                  SHOWN(step->first->text), SHOWN(key->text), near == NULL ? "" : "; did you mean \"",
                                  near == NULL ? "" : near, near == NULL ? "" : "\"?");
    }
}

bool scenario_load_target(struct loader *loader, const struct yaml_node *node, struct variable *out, bool *has) {
    *has = false;
    if (node == NULL) return true;
    if (node->what != YAML_SCALAR) {
        scenario_load_problem(loader, scenario_load_where(node), "expected the name of a variable");
        return false;
    }
    if (scenario_load_variable(loader, node->text, out))
        *has = out->declared->changed = true;
    else
        *has = scenario_load_declare(loader, node, out);
    return *has;
}

#define CALL_ARGS_MAX 16u

/* --- routines ------------------------------------------------------------------------------------------------------ */

/* A block that runs by itself and closes over where it stands. */
static struct routine *anonymous(struct loader *loader, const struct yaml_node *body, const char *name,
                                 struct where where) {
    struct routine *routine = scenario_load_take(loader, sizeof *routine);
    if (routine == NULL) return NULL;
    *routine = (struct routine){.name = str_of(name), .where = where, .used = true, .outer = loader->level->routine};
    return scenario_load_routine(loader, routine, NULL, body) ? routine : NULL;
}

/* The arguments of a call, which stand in `text` from `at` to its last character. */
static bool arguments(struct loader *loader, const struct yaml_node *call, size_t at, struct step *step) {
    const char *text = call->text.at;
    size_t end = call->text.len - 1, depth = 0, start = at;
    char quote = 0;
    for (; at <= end; at++) {
        char c = text[at];
        if (at < end && quote != 0) {
            if (c == quote) quote = 0;
            continue;
        }
        if (at < end && (c == '\'' || c == '"')) quote = c;
        if (at < end && (c == '(' || c == '[')) depth++;
        if (at < end && (c == ')' || c == ']') && depth > 0) depth--;
        if (at < end && (c != ',' || depth > 0)) continue;
        while (start < at && text[start] == ' ') start++;
        if (at == end && start == at && step->arg_count == 0) break;
        struct yaml_node arg = *call;
        arg.text = (struct str){text + start, at - start};
        arg.column += (uint32_t)start;
        if (step->arg_count == CALL_ARGS_MAX) {
            scenario_load_problem(loader, scenario_load_where(&arg), "more than %u arguments", CALL_ARGS_MAX);
            return false;
        }
        if ((step->args[step->arg_count++] = scenario_load_expr(loader, &arg)) == NULL) return false;
        start = at + 1;
    }
    return true;
}

/* What can name a procedure: a variable, a list's item or a record's field. */
static bool may_be_proc(struct loader *loader, const struct expr *expr) {
    if (expr->what == EXPR_VARIABLE || expr->what == EXPR_MEMBER || expr->what == EXPR_INDEX) return true;
    scenario_load_problem(loader, expr->where, "expected a procedure, or a variable that holds one");
    return false;
}

/* A name that is nothing else either: who is called is a procedure. */
static bool no_proc(struct loader *loader, const struct yaml_node *name) {
    static const char *const others[] = {"nil", "true", "false", "turn"};
    const struct scenario *scenario = loader->scenario;
    struct str text = name->text;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9')) return false;
    }
    for (size_t i = 0; i < BASE_COUNT(others); i++)
        if (str_equal(text, str_of(others[i]))) return false;
    if (text.len == 0 || scenario_load_param(loader, text) >= 0) return false;
    const char **procs = scenario_load_take(loader, (scenario->proc_count + 1) * sizeof *procs);
    if (procs == NULL) return true;
    for (uint32_t i = 0; i < scenario->proc_count; i++) procs[i] = scenario->procs[i]->name.at;
    const char *near = scenario_load_nearest(loader, text, procs, scenario->proc_count);
    if (near != NULL)
        scenario_load_problem(loader, scenario_load_where(name), "there is no procedure \"%.*s\"; did you mean \"%s\"?",
                              SHOWN(text), near);
    else
        scenario_load_problem(loader, scenario_load_where(name), "there is no procedure \"%.*s\" below \"procs\"",
                              SHOWN(text));
    return true;
}

/* "name(a, b)": a procedure, or a variable that holds one, and its arguments. In {braces} it must be quoted, because of
 * the commas; it is no text for that. */
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
    struct yaml_node call = *node;
    call.quoted = false;
    call.column += node->quoted;
    struct yaml_node name = call;
    name.text.len = name_len;
    uint32_t number = 0;
    struct variable variable;
    bool held = scenario_load_variable(loader, name.text, &variable);
    step->routine = held ? NULL : scenario_load_proc(loader, name.text, &number);
    if (step->routine != NULL)
        step->routine->used = true;
    else if (!held && no_proc(loader, &name))
        return false;
    else if ((step->expr = scenario_load_expr(loader, &name)) == NULL || !may_be_proc(loader, step->expr))
        return false;
    step->args = scenario_load_take(loader, CALL_ARGS_MAX * sizeof *step->args);
    if (step->args == NULL) return false;
    if (open != NULL && !arguments(loader, &call, (size_t)(open - text) + 1, step)) return false;
    if (step->routine != NULL && step->routine->param_count != step->arg_count) {
        scenario_load_problem(loader, step->where, "%s takes %u arguments, not %u", step->routine->name.at,
                              step->routine->param_count, step->arg_count);
        scenario_problem_note(loader->problems, step->routine->where.line, step->routine->where.column,
                              "it is declared here");
        return false;
    }
    return true;
}

/* --- the words of the language -------------------------------------------------------------------------------------- */

/* {name: value}, one of them. */
static const struct yaml_node *assignment(struct loader *loader, const struct yaml_node *node, struct step *step) {
    const struct yaml_node *names = node->first->value;
    if (names != NULL && names->what == YAML_MAPPING && names->count == 1) return names->first;
    if (names != NULL && names->what == YAML_MAPPING && names->count > 1 &&
        memchr(names->first->next->text.at, ')', names->first->next->text.len) != NULL) {
        scenario_load_problem(loader, scenario_load_where(names->first->next),
                              "a comma inside { } ends the value; give \"%s: …\" a line of its own",
                              names->first->text.at);
        return NULL;
    }
    scenario_load_problem(loader, step->where, "\"%s\" takes one name and its value: {name: value}", step->word);
    return NULL;
}

static bool is_let(struct loader *loader, const struct yaml_node *node, struct step *step) {
    const struct yaml_node *name = assignment(loader, node, step);
    if (name == NULL) return false;
    loader->label = name->text.at; /* what is made here is called like the variable */
    step->what = STEP_LET;
    step->expr = scenario_load_expr(loader, name->value);
    loader->label = NULL;
    step->has_into = true;
    if (!scenario_load_declare(loader, name, &step->into)) return false;
    step->into.declared->how = DECLARED_LET;
    step->into.declared->value = step->expr;
    return step->expr != NULL;
}

/* The variable that `xs[0].name` begins with, or NULL. */
static const char *root_name(const struct expr *place) {
    while (place != NULL && (place->what == EXPR_INDEX || place->what == EXPR_MEMBER))
        place = place->what == EXPR_INDEX ? place->index.of : place->member.of;
    return place == NULL || place->what != EXPR_VARIABLE ? NULL : place->variable.declared->name.at;
}

static bool set_load(struct loader *loader, const struct yaml_node *node, struct step *step, enum step_what what) {
    const struct yaml_node *name = assignment(loader, node, step);
    if (name == NULL) return false;
    step->what = what;
    struct yaml_node place = *name; /* xs[0] must be quoted in {braces}, and is no text for that */
    place.quoted = false;
    place.column += name->quoted;
    step->expr2 = scenario_load_expr(loader, &place);
    loader->label = root_name(step->expr2);
    step->expr = scenario_load_expr(loader, name->value);
    loader->label = NULL;
    if (step->expr == NULL || step->expr2 == NULL) return false;
    enum expr_what to = step->expr2->what;
    if (to == EXPR_VARIABLE) step->expr2->variable.declared->changed = true;
    if (to == EXPR_VARIABLE || to == EXPR_INDEX || to == EXPR_MEMBER) return true;
    scenario_load_problem(loader, scenario_load_where(name),
                          "\"%s\" changes a variable, a list's item or a record's field; \"let\" makes a variable",
                          step->word);
    return false;
}

static bool is_set(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return set_load(loader, node, step, STEP_SET);
}
static bool is_atomic(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return set_load(loader, node, step, STEP_ATOMIC);
}

static bool is_drop(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_DROP;
    const struct yaml_node *name = node->first->value;
    if (name->what == YAML_SCALAR && scenario_load_variable(loader, name->text, &step->into))
        return step->into.declared->read = true;
    scenario_load_problem(loader, scenario_load_where(name), "\"drop\" takes the name of a variable");
    return false;
}

static bool is_go(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_GO;
    const struct yaml_node *what = node->first->value, *as = scenario_yaml_get(node, "as"),
                           *count = scenario_yaml_get(node, "count");
    if (count != NULL && (step->expr2 = scenario_load_expr(loader, count)) == NULL) return false;
    if (as != NULL && !scenario_load_name_ok(loader, as->text, scenario_load_where(as))) return false;
    step->word = as != NULL ? as->text.at : NULL;
    if (what->what != YAML_SEQUENCE) return callee(loader, what, step);
    step->routine = anonymous(loader, what, as != NULL ? as->text.at : "go", step->where);
    step->body.own_scope = true; /* marks: closes over the scope it is spawned in */
    return step->routine != NULL;
}

static bool is_call(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_CALL;
    return callee(loader, node->first->value, step) &&
        scenario_load_target(loader, scenario_yaml_get(node, "into"), &step->into, &step->has_into);
}

static bool is_if(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_IF;
    const struct yaml_node *then = scenario_yaml_get(node, "then"), *otherwise = scenario_yaml_get(node, "else");
    step->expr = scenario_load_expr(loader, node->first->value);
    if (then == NULL && otherwise == NULL)
        scenario_load_problem(loader, step->where, "\"if\" needs a \"then\" or an \"else\"");
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
            scenario_yaml_is(at, "call_after") || scenario_yaml_is(at, "finalize") ||
            (scenario_yaml_is(at, "go") && at->value != NULL && at->value->what == YAML_SEQUENCE);
        if ((node->what == YAML_MAPPING && closure) || captures(at) || captures(at->value)) return true;
    }
    return false;
}

/* The body of a loop, in which `as` (may be NULL) names a variable that is new in each turn. Where a closure captures
 * it, each turn has a scope of its own (Go spec 1.22, "For statements"). */
static bool loop_block(struct loader *loader, const struct yaml_node *body, const struct yaml_node *as,
                       struct step *step) {
    uint32_t *next = loader->level->place_next, before = *next, own_next = 0, own_peak = 0;
    struct name_level level = {.outer = loader->level,
                               .routine = loader->level->routine,
                               .place_next = next,
                               .place_peak = loader->level->place_peak};
    bool own_scope = captures(body);
    if (own_scope) level.scope = true, level.place_next = &own_next, level.place_peak = &own_peak;
    loader->level = &level;
    bool good = as == NULL || scenario_load_declare(loader, as, &step->into);
    step->has_into = as != NULL;
    if (good && as != NULL) step->into.declared->how = step->what == STEP_FOR ? DECLARED_ITEM : DECLARED_COUNT;
    loader->loops++;
    good = scenario_load_block(loader, body, &step->body) && good;
    loader->loops--;
    loader->level = level.outer;
    *next = before;
    if (own_scope) step->body.own_scope = true, step->body.place_count = own_peak;
    return good;
}

static bool loop_body(struct loader *loader, const struct yaml_node *node, const struct yaml_node *as,
                      struct step *step) {
    const struct yaml_node *body = scenario_yaml_get(node, "do");
    if (body != NULL) return loop_block(loader, body, as, step);
    scenario_load_problem(loader, step->where, "\"%s\" needs a \"do\" with the steps to repeat", step->word);
    return false;
}

static bool is_repeat(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_REPEAT;
    step->expr = scenario_load_expr(loader, node->first->value);
    return loop_body(loader, node, scenario_yaml_get(node, "as"), step) && step->expr != NULL;
}

static bool is_while(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_WHILE;
    step->expr = scenario_load_expr(loader, node->first->value);
    return loop_body(loader, node, NULL, step) && step->expr != NULL;
}

static bool is_loop(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_LOOP;
    return loop_block(loader, node->first->value, NULL, step);
}

static bool is_for(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_FOR;
    const struct yaml_node *in = scenario_yaml_get(node, "in");
    if (in == NULL) {
        scenario_load_problem(
            loader, step->where,
            "\"for\" needs an \"in\": what to go through, such as the channel to receive from until it is closed");
        return false;
    }
    /* What is gone through is kept in a place without a name, so that it is held however the loop ends. */
    uint32_t *next = loader->level->place_next, before = *next;
    step->expr = scenario_load_expr(loader, in);
    step->over = (struct variable){0, (*next)++, NULL};
    if (*next > *loader->level->place_peak) *loader->level->place_peak = *next;
    bool good = loop_body(loader, node, node->first->value, step) && step->expr != NULL;
    *next = before;
    return good;
}

static bool is_select(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_SELECT;
    return scenario_load_select(loader, node->first->value, step);
}

static bool one_expr(struct loader *loader, const struct yaml_node *node, struct step *step, enum step_what what) {
    step->what = what;
    step->expr = scenario_load_expr(loader, node->first->value);
    return step->expr != NULL;
}

static bool is_sleep(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return one_expr(loader, node, step, STEP_SLEEP);
}
static bool is_panic(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return one_expr(loader, node, step, STEP_PANIC);
}
static bool is_return(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return one_expr(loader, node, step, STEP_RETURN);
}

static bool is_defer(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_DEFER;
    loader->level->routine->guarded = true;
    step->routine = anonymous(loader, node->first->value, "defer", step->where);
    if (step->routine != NULL) step->routine->within = true;
    return step->routine != NULL;
}

static bool is_recover(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_RECOVER;
    return scenario_load_target(loader, node->first->value, &step->into, &step->has_into);
}

static bool is_choose(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_CHOOSE;
    step->expr = scenario_load_expr(loader, node->first->value);
    return scenario_load_target(loader, scenario_yaml_get(node, "into"), &step->into, &step->has_into) &&
        step->expr != NULL;
}

/* A closure that is kept and runs later, perhaps never. */
static bool closure_load(struct loader *loader, const struct yaml_node *node, struct step *step, enum step_what what) {
    const struct yaml_node *body = scenario_yaml_get(node, "do"), *as = scenario_yaml_get(node, "as");
    step->what = what;
    step->expr = scenario_load_expr(loader, node->first->value);
    if (body == NULL)
        scenario_load_problem(loader, step->where, "\"%s\" needs a \"do\" with the steps to run", step->word);
    if (as != NULL && !scenario_load_name_ok(loader, as->text, scenario_load_where(as))) return false;
    const struct yaml_node *into = scenario_yaml_get(node, "into");
    step->word = as != NULL ? as->text.at : into != NULL && into->what == YAML_SCALAR ? into->text.at : step->word;
    if (!scenario_load_target(loader, into, &step->into, &step->has_into)) return false;
    step->routine = body == NULL ? NULL : anonymous(loader, body, step->word, step->where);
    return step->expr != NULL && step->routine != NULL;
}

static bool is_call_after(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return closure_load(loader, node, step, STEP_CALL_AFTER);
}
static bool is_finalize(struct loader *loader, const struct yaml_node *node, struct step *step) {
    return closure_load(loader, node, step, STEP_FINALIZE);
}

static bool is_once(struct loader *loader, const struct yaml_node *node, struct step *step) {
    step->what = STEP_ONCE;
    const struct yaml_node *body = scenario_yaml_get(node, "do");
    step->expr = scenario_load_expr(loader, node->first->value);
    if (body == NULL) scenario_load_problem(loader, step->where, "\"once\" needs a \"do\" with the steps to run once");
    step->routine = body == NULL ? NULL : anonymous(loader, body, "once", step->where);
    if (step->routine != NULL) step->routine->within = true;
    return step->expr != NULL && step->routine != NULL;
}

/* --- the table ---------------------------------------------------------------------------------------------------------- */

static const struct word words[] = {
    {STEP_LET, "let", "name and value", "", is_let, "Makes a variable; it lives as long as the block it stands in."},
    {STEP_SET, "set", "place and value", "", is_set,
     "Changes a variable, a list's item (xs[0]) or a record's field (r.name)."},
    {STEP_ATOMIC, "atomic", "place and value", "", is_atomic,
     "The same as one step: an atomic store, or load, that others may come between."},
    {STEP_DROP, "drop", "name", "", is_drop, "Lets go of what a variable names; the variable is nil from then on."},
    {STEP_GO, "go", "call or block", "count:int? as:name?", is_go, "Spawns a coroutine, or `count` of them."},
    {STEP_CALL, "call", "call", "into:name?", is_call, "Runs a procedure here, and keeps what it returns."},
    {STEP_IF, "if", "expression", "then:block? else:block?", is_if, "Decides."},
    {STEP_REPEAT, "repeat", "expression", "do:block as:name?", is_repeat, "Counts: `as` is 0, 1, 2 …"},
    {STEP_WHILE, "while", "expression", "do:block", is_while, "Repeats as long as the condition holds."},
    {STEP_LOOP, "loop", "block", "", is_loop, "Repeats for ever, or until break or return."},
    {STEP_FOR, "for", "name", "in:expression do:block", is_for,
     "Receives from a channel until it is closed, or goes through a list, a map's values, or 0 to n-1."},
    {STEP_SELECT, "select", "cases", "", is_select,
     "Waits for the first of several sends and receives, for `after`, or not at all with `default`."},
    {STEP_SLEEP, "sleep", "expression", "", is_sleep, "Waits for a duration of virtual time."},
    {STEP_PANIC, "panic", "expression", "", is_panic,
     "Breaks a rule: deferred steps run, and the run ends unless one recovers."},
    {STEP_RETURN, "return", "expression", "", is_return,
     "Ends the procedure or block that runs by itself, with a value."},
    {STEP_DEFER, "defer", "block", "", is_defer,
     "Steps for the end of the procedure, however it ends; the last deferred run first."},
    {STEP_RECOVER, "recover", "name", "", is_recover,
     "Inside `defer`: stops a panic; the variable says whether there was one."},
    {STEP_CHOOSE, "choose", "expression", "into:name?", is_choose,
     "A number below this one, decided by the schedule: a coin, an order, a failure."},
    {STEP_ONCE, "once", "expression", "do:block", is_once, "Runs the steps the first time only."},
    {STEP_CALL_AFTER, "call_after", "expression", "do:block into:name? as:name?", is_call_after,
     "Runs the steps in a coroutine of their own after a delay; `into` is the timer."},
    {STEP_FINALIZE, "finalize", "expression", "do:block as:name?", is_finalize,
     "Runs the steps once nobody names the object any more."},
};
static const struct word bare_words[] = {
    {STEP_YIELD, "yield", NULL, "", NULL, "A step that lets others go first."},
    {STEP_STEP, "step", NULL, "", NULL, "A step that does nothing else: others may come between."},
    {STEP_BREAK, "break", NULL, "", NULL, "Leaves the loop."},
    {STEP_CONTINUE, "continue", NULL, "", NULL, "Goes on with the loop's next turn."},
    {STEP_RETURN, "return", NULL, "", NULL, "Ends the procedure or block that runs by itself."},
};

const struct word *scenario_word_at(uint32_t index) { return index < BASE_COUNT(words) ? &words[index] : NULL; }
const struct word *scenario_bare_word_at(uint32_t index) {
    return index < BASE_COUNT(bare_words) ? &bare_words[index] : NULL;
}

const char *scenario_step_word(const struct step *step) {
    for (size_t i = 0; i < BASE_COUNT(words); i++)
        if (words[i].what == step->what) return words[i].name;
    for (size_t i = 0; i < BASE_COUNT(bare_words); i++)
        if (bare_words[i].what == step->what) return bare_words[i].name;
    ASSERT(step->what == STEP_VERB);
    return step->word;
}

const struct word *scenario_word_find(struct str name) {
    for (size_t i = 0; i < BASE_COUNT(words); i++)
        if (str_equal(name, str_of(words[i].name))) return &words[i];
    return NULL;
}

bool scenario_load_word(struct loader *loader, const struct word *word, const struct yaml_node *node,
                        struct step *step) {
    const char *keys[8];
    char names[8][24];
    uint32_t count = 0;
    for (const char *at = word->keys; *at != 0; count++) {
        size_t len = strcspn(at, " "), name = strcspn(at, ":");
        ASSERT(count < BASE_COUNT(keys) && name < sizeof names[0]);
        memcpy(names[count], at, name);
        names[count][name] = 0;
        keys[count] = names[count];
        at += len + (at[len] == ' ');
    }
    scenario_load_keys(loader, node, keys, count);
    return word->load(loader, node, step);
}

bool scenario_load_bare(struct loader *loader, const struct yaml_node *node, struct step *step) {
    for (size_t i = 0; i < BASE_COUNT(bare_words); i++) {
        if (!scenario_yaml_is(node, bare_words[i].name)) continue;
        step->what = bare_words[i].what;
        bool loop_word = step->what == STEP_BREAK || step->what == STEP_CONTINUE;
        if (loop_word && loader->loops == 0)
            scenario_load_problem(loader, step->where, "\"%s\" outside of a loop", bare_words[i].name);
        return true;
    }
    return false;
}
