/* SPDX-License-Identifier: MIT */
/* cases.c — the cases of a select: {recv: c, into: v, ok: b, do: […]}, {send: c, value: v, do: […]},
 * {after: 1s, do: […]} and {default: […]}. */
#include "base/limits.h"
#include "scenario/keys.h"

#include <stdio.h>

/* By enum of struct select_case. */
static const enum key_table case_tables[] = {
    [SELECT_RECV] = KEYS_RECV,
    [SELECT_SEND] = KEYS_SEND,
    [SELECT_AFTER] = KEYS_AFTER,
    [SELECT_DEFAULT] = KEYS_DEFAULT,
};

static bool case_head(struct loader *loader, const struct yaml_node *node, struct select_case *one) {
    const struct yaml_node *word = node->first;
    one->where = scenario_load_where(word);
    uint32_t what = 0;
    while (what < BASE_COUNT(case_tables) && !scenario_yaml_is(word, scenario_key_at(case_tables[what], 0)->name))
        what++;
    if (what == BASE_COUNT(case_tables)) {
        scenario_load_problem(loader, one->where, "a case of \"select\" is recv, send, after or default, not \"%.*s\"",
                              SHOWN(word->text));
        return false;
    }
    char whose[32];
    one->what = what;
    (void)snprintf(whose, sizeof whose, "a case with \"%s\"", word->text.at);
    scenario_key_check(loader, node, case_tables[what], true, whose);
    if (one->what == SELECT_DEFAULT) return true;
    struct expr *expr = scenario_load_expr(loader, word->value);
    if (one->what == SELECT_AFTER)
        one->value = expr;
    else
        one->chan = expr;
    return expr != NULL;
}

static bool case_load(struct loader *loader, const struct yaml_node *node, struct select_case *one) {
    if (node->what != YAML_MAPPING || node->first == NULL) {
        scenario_load_problem(loader, scenario_load_where(node), "expected a case, such as {recv: reply}");
        return false;
    }
    /* What a case receives is known in its own steps only. */
    struct name_level level = scenario_load_level(loader);
    uint32_t before = *level.place_next;
    bool good = case_head(loader, node, one);
    const struct yaml_node *value = scenario_yaml_get(node, "value");
    if (good && one->what == SELECT_SEND && value != NULL)
        good = (one->value = scenario_load_expr(loader, value)) != NULL;
    loader->level = &level;
    if (good && one->what == SELECT_RECV)
        good = scenario_load_target(loader, scenario_yaml_get(node, "into"), &one->into, &one->has_into) &&
            scenario_load_target(loader, scenario_yaml_get(node, "ok"), &one->ok, &one->has_ok);
    const struct yaml_node *body = one->what == SELECT_DEFAULT ? node->first->value : scenario_yaml_get(node, "do");
    if (good && body != NULL && !(one->what == SELECT_DEFAULT && body->what == YAML_SCALAR && body->text.len == 0))
        good = scenario_load_block(loader, body, &one->body);
    scenario_load_level_end(loader, &level, before, &one->body); /* what was received goes with the body */
    return good;
}

bool scenario_load_select(struct loader *loader, const struct yaml_node *cases, struct step *step) {
    bool empty = cases->what == YAML_SCALAR && cases->text.len == 0;
    if (cases->what != YAML_SEQUENCE && !empty) {
        scenario_load_problem(loader, scenario_load_where(cases), "\"select\" takes a list of cases");
        return false;
    }
    if (cases->count > LIMIT_SELECT_CASES) {
        scenario_load_problem(loader, scenario_load_where(cases), "more than %u cases", LIMIT_SELECT_CASES);
        return false;
    }
    step->cases = scenario_load_take(loader, (cases->count + 1) * sizeof *step->cases);
    if (step->cases == NULL) return false;
    bool good = true;
    uint32_t afters = 0, defaults = 0;
    for (const struct yaml_node *node = cases->first; node != NULL; node = node->next) {
        struct select_case *one = &step->cases[step->case_count++];
        good = case_load(loader, node, one) && good;
        afters += one->what == SELECT_AFTER;
        defaults += one->what == SELECT_DEFAULT;
    }
    if (good && (afters > 1 || defaults > 1 || afters + defaults > 1))
        scenario_load_problem(loader, step->where, "a select has one \"after\" or one \"default\" at most");
    return good;
}
