/* SPDX-License-Identifier: MIT */
/* variants.c — the forms a scenario comes in, what is expected of each, and which are not judged yet. */
#include "scenario/load.h"

/* The name becomes part of a test's name and an argument on command lines. */
static void name_check(struct loader *loader, const struct yaml_node *name) {
    bool good = name->text.len > 0 && name->text.len < CHECK_NAME_BYTES && name->text.at[0] != '-';
    for (size_t i = 0; good && i < name->text.len; i++) {
        char c = name->text.at[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
            c == '.';
    }
    if (!good)
        scenario_load_problem(
            loader, scenario_load_where(name),
            "\"%.*s\" cannot name a variant; names are letters, digits, \"_\", \"-\" and \".\", at most %u",
            SHOWN(name->text), CHECK_NAME_BYTES - 1);
}

static void variant_load(struct loader *loader, const struct yaml_node *name, const struct yaml_node *sets) {
    struct scenario *scenario = loader->scenario;
    struct variant *variant = &scenario->variants[scenario->variant_count];
    variant->name = name == NULL ? STR("main") : name->text;
    if (name != NULL) variant->where = scenario_load_where(name), name_check(loader, name);
    variant->values = scenario_load_take(loader, (scenario->param_count + 1) * sizeof *variant->values);
    if (variant->values == NULL) return;
    scenario->variant_count++;
    for (uint32_t i = 0; i < scenario->param_count; i++) variant->values[i] = scenario->params[i].initial;
    if (sets == NULL || (sets->what == YAML_SCALAR && sets->text.len == 0)) return;
    if (sets->what != YAML_MAPPING) {
        scenario_load_problem(loader, scenario_load_where(sets), "a variant sets parameters: {capacity: 1}");
        return;
    }
    for (const struct yaml_node *key = sets->first; key != NULL; key = key->next) {
        int32_t index = scenario_load_param(loader, key->text);
        if (index < 0) {
            const char *names[LIMIT_NAMES];
            for (uint32_t i = 0; i < scenario->param_count; i++) names[i] = scenario->params[i].name.at;
            const char *near = scenario_load_nearest(loader, key->text, names, scenario->param_count);
            scenario_load_problem(loader, scenario_load_where(key), "there is no parameter \"%.*s\"%s%s%s",
                                  SHOWN(key->text), near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
                                  near == NULL ? "" : "\"?");
            continue;
        }
        struct ebb_value value;
        if (scenario_load_param_value(loader, &scenario->params[index], key->value, &value))
            variant->values[index] = value;
    }
}

void scenario_load_variants(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    bool named = node != NULL && scenario_load_mapping(loader, node, "variants");
    scenario->variants = scenario_load_take(loader, (named ? node->count : 1) * sizeof *scenario->variants);
    if (scenario->variants == NULL) return;
    if (!named) {
        variant_load(loader, NULL, NULL);
        return;
    }
    for (const struct yaml_node *name = node->first; name != NULL; name = name->next)
        variant_load(loader, name, name->value);
}

void scenario_load_expects(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    bool by_variant = node != NULL && node->what == YAML_MAPPING &&
        scenario_variant_find(scenario, node->first == NULL ? STR("") : node->first->text) != UINT32_MAX;
    scenario->expects = node != NULL;
    if (node == NULL) {
        for (uint32_t i = 0; i < scenario->variant_count; i++) scenario->variants[i].expected = true;
        return;
    }
    if (!by_variant && scenario->variant_count == 1) {
        scenario->variants[0].expected = scenario_load_expect(loader, node, &scenario->variants[0].expect);
        return;
    }
    if (!scenario_load_mapping(loader, node, "expect")) return;
    for (const struct yaml_node *name = node->first; name != NULL; name = name->next) {
        uint32_t index = scenario_variant_find(scenario, name->text);
        if (index == UINT32_MAX && str_equal(name->text, STR("leaks when")))
            scenario->leaks_when = scenario_load_expr(loader, name->value);
        else if (index == UINT32_MAX)
            scenario_load_problem(loader, scenario_load_where(name),
                                  "there is no variant \"%.*s\" to expect anything of", SHOWN(name->text));
        else
            scenario->variants[index].expected =
                scenario_load_expect(loader, name->value, &scenario->variants[index].expect) ||
                loader->problems->count > 0;
    }
    for (uint32_t i = 0; i < scenario->variant_count; i++)
        if (!scenario->variants[i].expected)
            scenario_load_problem(loader, scenario->variants[i].where,
                                  "\"expect\" says nothing of the variant \"%s\"; write clean if it leaves nothing",
                                  scenario->variants[i].name.at);
}

/* {leaking: why it cannot be judged yet}. */
void scenario_load_pending(struct loader *loader, const struct yaml_node *node) {
    if (node == NULL || !scenario_load_mapping(loader, node, "pending")) return;
    for (const struct yaml_node *name = node->first; name != NULL; name = name->next) {
        uint32_t index = scenario_variant_find(loader->scenario, name->text);
        if (index == UINT32_MAX)
            scenario_load_problem(loader, scenario_load_where(name),
                                  "there is no variant \"%.*s\" that could be pending", SHOWN(name->text));
        else if (name->value->what != YAML_SCALAR || name->value->text.len == 0)
            scenario_load_problem(loader, scenario_load_where(name), "\"pending\" takes a reason for each variant");
        else
            loader->scenario->variants[index].pending = name->value->text;
    }
}
