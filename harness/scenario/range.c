/* SPDX-License-Identifier: MIT */
/* range.c — `leaks when`: which combinations of parameters a condition is checked with, and what it says of each.
 *
 * A truth value takes both, a choice each, a small range of integers all of its values; a wide range its ends, their
 * neighbours, the quarters between, and whatever a variant or the default uses. Without a range: the default only. */
#include "base/buf.h"
#include "scenario/exec.h"
#include "scenario/load.h"

#define SAMPLES_MAX 32u
#define SMALL_RANGE 8

struct samples {
    struct ebb_value at[SAMPLES_MAX];
    uint32_t count;
};

static void sample_add(struct samples *samples, struct ebb_value value) {
    for (uint32_t i = 0; i < samples->count; i++)
        if (ebb_value_equal(samples->at[i], value)) return;
    if (samples->count < SAMPLES_MAX) samples->at[samples->count++] = value;
}

static void sample_number(struct samples *samples, const struct param *param, int64_t number) {
    if (number >= param->least && number <= param->most)
        sample_add(samples, (struct ebb_value){.type = param->initial.type, .integer = number});
}

static void samples_of(const struct scenario *scenario, uint32_t index, struct samples *out) {
    const struct param *param = &scenario->params[index];
    out->count = 0;
    for (uint32_t i = 0; i < param->choice_count; i++)
        sample_add(out, (struct ebb_value){.type = EBB_TEXT, .text = param->choices[i]});
    if (param->initial.type == EBB_BOOL) sample_add(out, ebb_value_bool(false)), sample_add(out, ebb_value_bool(true));
    if (param->has_range) {
        int64_t width;
        if (__builtin_sub_overflow(param->most, param->least, &width))
            width = -1; /* the ends and the default must do */
        for (int64_t i = 0; width >= 0 && width <= SMALL_RANGE && i <= width; i++)
            sample_number(out, param, param->least + i);
        for (int64_t quarter = 0; width >= 0 && quarter < 4; quarter++)
            sample_number(out, param, param->least + width / 4 * quarter);
        sample_number(out, param, param->most);
        if (param->initial.type == EBB_INT && param->least < param->most)
            sample_number(out, param, param->least + 1), sample_number(out, param, param->most - 1);
        for (uint32_t i = 0; i < scenario->variant_count; i++) sample_add(out, scenario->variants[i].values[index]);
    }
    sample_add(out, param->initial);
}

/* Only parameters, literals and operators: a condition is about the scenario, not about a run. */
static bool over_params(const struct expr *expr) {
    if (expr == NULL || expr->what == EXPR_LITERAL || expr->what == EXPR_PARAM) return true;
    return (expr->what == EXPR_UNARY || expr->what == EXPR_BINARY) && over_params(expr->operation.left) &&
        over_params(expr->operation.right);
}

void scenario_load_range(struct loader *loader) {
    struct scenario *scenario = loader->scenario;
    const struct expr *when = scenario->leaks_when;
    if (when == NULL || loader->problems->count > 0) return;
    if (!over_params(when)) {
        scenario_load_problem(loader, when->where, "\"leaks when\" is a condition over the parameters");
        return;
    }
    struct samples *samples = scenario_load_take(loader, (scenario->param_count + 1) * sizeof *samples);
    uint64_t count = 1;
    if (samples == NULL) return;
    for (uint32_t i = 0; i < scenario->param_count; i++) {
        samples_of(scenario, i, &samples[i]);
        count *= samples[i].count;
        if (count <= LIMIT_RANGE) continue;
        scenario_load_problem(loader, when->where, "more than %u combinations of parameters; narrow their ranges",
                              LIMIT_RANGE);
        return;
    }
    scenario->range = scenario_load_take(loader, ((size_t)count * scenario->param_count + 1) * sizeof *scenario->range);
    if (scenario->range == NULL) return;
    for (uint32_t index = 0; index < count; index++) {
        uint32_t rest = index;
        for (uint32_t i = 0; i < scenario->param_count; i++, rest /= samples[i - 1].count)
            scenario->range[(size_t)index * scenario->param_count + i] = samples[i].at[rest % samples[i].count];
    }
    scenario->range_count = (uint32_t)count;
    for (uint32_t index = 0; index < count; index++) {
        struct scenario_run run = {.scenario = scenario,
                                   .params = scenario_values(scenario, scenario->variant_count + index)};
        struct activation outside = {.run = &run};
        struct ebb_value value;
        if (scenario_exec_constant(&outside, when, &value) && value.type == EBB_BOOL) continue;
        scenario_load_problem(loader, when->where, "%s",
                              run.faulted ? run.fault.text : "\"leaks when\" is a condition: true or false");
        return;
    }
}

uint32_t scenario_range_count(const struct scenario *scenario) { return scenario->range_count; }

const struct ebb_value *scenario_values(const struct scenario *scenario, uint32_t variant) {
    if (variant < scenario->variant_count) return scenario->variants[variant].values;
    ASSERT(variant - scenario->variant_count < scenario->range_count);
    return scenario->range + (size_t)(variant - scenario->variant_count) * scenario->param_count;
}

bool scenario_range_leaks(const struct scenario *scenario, uint32_t index) {
    struct scenario_run run = {.scenario = scenario,
                               .params = scenario_values(scenario, scenario->variant_count + index)};
    struct activation outside = {.run = &run};
    struct ebb_value value = {0};
    bool good = scenario_exec_constant(&outside, scenario->leaks_when, &value);
    ASSERT(good && value.type == EBB_BOOL); /* the loader tried each */
    return value.integer != 0;
}

void scenario_range_words(const struct scenario *scenario, uint32_t index, struct buf *out) {
    const struct ebb_value *values = scenario_values(scenario, scenario->variant_count + index);
    for (uint32_t i = 0; i < scenario->param_count; i++) {
        buf_print(out, "%s%s = ", i == 0 ? "" : ", ", scenario->params[i].name.at);
        scenario_value_words(out, values[i]);
    }
}
