/* SPDX-License-Identifier: MIT */
/* params.c — what a scenario can be varied by, and what a variant sets it to. */
#include "scenario/keys.h"

static bool param_range(struct loader *loader, const struct yaml_node *range, struct param *param) {
    struct ebb_value least, most;
    if (range->what != YAML_SEQUENCE || range->count != 2) {
        scenario_load_problem(loader, scenario_load_where(range), "a range has two ends: [0, 8]");
        return false;
    }
    if (param->initial.type != EBB_INT && param->initial.type != EBB_DURATION && param->initial.type != EBB_SIZE) {
        scenario_load_problem(loader, scenario_load_where(range), "only a number has a range; \"choices\" lists words");
        return false;
    }
    if (!scenario_load_constant(loader, range->first, &least) ||
        !scenario_load_constant(loader, range->first->next, &most))
        return false;
    if (least.type != param->initial.type || most.type != param->initial.type || least.integer > most.integer) {
        scenario_load_problem(loader, scenario_load_where(range),
                              "both ends must be of the default's kind (%s), the lower one first",
                              ebb_type_name(param->initial.type));
        return false;
    }
    param->has_range = true;
    param->least = least.integer;
    param->most = most.integer;
    return true;
}

bool scenario_load_param_fits(struct loader *loader, const struct param *param, struct ebb_value value,
                              struct where where) {
    if (value.type != param->initial.type) {
        scenario_load_problem(loader, where, "\"%s\" is a %s, not a %s", param->name.at,
                              ebb_type_name(param->initial.type), ebb_type_name(value.type));
        return false;
    }
    uint32_t choice = 0;
    while (choice < param->choice_count && strcmp(param->choices[choice], value.text) != 0) choice++;
    if (param->choices != NULL && choice == param->choice_count) {
        scenario_load_problem(loader, where, "\"%s\" is none of the choices of \"%s\"", value.text, param->name.at);
        return false;
    }
    if (!param->has_range || (value.integer >= param->least && value.integer <= param->most)) return true;
    scenario_load_problem(loader, where, "out of the range that \"%s\" is declared with", param->name.at);
    scenario_problem_note(loader->problems, param->where.line, param->where.column, "it is declared here");
    return false;
}

/* {default: fast, choices: [fast, slow]}: words, not expressions. */
static bool param_choices(struct loader *loader, const struct yaml_node *choices, const struct yaml_node *initial,
                          struct param *param) {
    if (choices->what != YAML_SEQUENCE || choices->count == 0 || choices->count > LIMIT_NAMES) {
        scenario_load_problem(loader, scenario_load_where(choices),
                              "\"choices\" takes the list of words to choose from");
        return false;
    }
    param->choices = scenario_load_take(loader, choices->count * sizeof *param->choices);
    if (param->choices == NULL) return false;
    for (const struct yaml_node *one = choices->first; one != NULL; one = one->next) {
        if (one->what != YAML_SCALAR) scenario_load_problem(loader, scenario_load_where(one), "expected a word");
        param->choices[param->choice_count++] = one->text.at == NULL ? "" : one->text.at;
    }
    param->initial = (struct ebb_value){.type = EBB_TEXT, .text = initial->text.at == NULL ? "" : initial->text.at};
    return scenario_load_param_fits(loader, param, param->initial, scenario_load_where(initial));
}

bool scenario_load_param_value(struct loader *loader, const struct param *param, const struct yaml_node *node,
                               struct ebb_value *out) {
    if (param->choices != NULL && node->what == YAML_SCALAR)
        *out = (struct ebb_value){.type = EBB_TEXT, .text = node->text.at};
    else if (!scenario_load_constant(loader, node, out))
        return false;
    return scenario_load_param_fits(loader, param, *out, scenario_load_where(node));
}

void scenario_load_params(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    if (node == NULL || !scenario_load_mapping(loader, node, "params")) return;
    struct param *params = scenario_load_take(loader, node->count * sizeof *params);
    if (params == NULL) return;
    scenario->params = params;
    for (const struct yaml_node *name = node->first; name != NULL; name = name->next) {
        struct param *param = &params[scenario->param_count];
        *param = (struct param){.name = name->text, .where = scenario_load_where(name)};
        if (!scenario_load_name_ok(loader, name->text, param->where)) continue;
        const struct yaml_node *initial = name->value, *range = NULL, *choices = NULL;
        if (name->value->what == YAML_MAPPING) {
            initial = scenario_yaml_get(name->value, "default");
            range = scenario_yaml_get(name->value, "range");
            choices = scenario_yaml_get(name->value, "choices");
            const struct yaml_node *about = scenario_yaml_get(name->value, "about");
            if (about != NULL && about->what != YAML_SCALAR)
                scenario_load_problem(loader, scenario_load_where(about), "\"about\" takes a sentence");
            if (about != NULL && about->what == YAML_SCALAR) param->about = about->text;
            scenario_key_check(loader, name->value, KEYS_PARAM, false, "a parameter");
            if (range != NULL && choices != NULL)
                scenario_load_problem(loader, scenario_load_where(range),
                                      "only a number has a range; \"choices\" lists words");
        }
        if (initial == NULL) {
            scenario_load_problem(loader, param->where, "the parameter \"%s\" needs a default", param->name.at);
            continue;
        }
        if (choices != NULL) {
            if (param_choices(loader, choices, initial, param)) scenario->param_count++;
            continue;
        }
        if (!scenario_load_constant(loader, initial, &param->initial)) continue;
        if (range != NULL && !param_range(loader, range, param)) continue;
        if (scenario_load_param_fits(loader, param, param->initial, scenario_load_where(initial)))
            scenario->param_count++;
    }
}
