/* SPDX-License-Identifier: MIT */
/* emit.c — the file around the steps: keys in one order, and only what is not as it would be anyhow. */
#include "base/limits.h"
#include "scenario/emit_impl.h"

/* --- parameters and variants -------------------------------------------------------------------------------------- */

/* A word of choices as it is, a text in quotes: elsewhere it would be an expression. */
static void value_emit(struct buf *out, const struct param *param, struct ebb_value value) {
    if (value.type != EBB_TEXT)
        scenario_value_words(out, value);
    else if (param->choices != NULL)
        scenario_emit_text(out, str_of(value.text));
    else
        scenario_emit_quoted(out, str_of(value.text));
}

static void param_emit(struct buf *out, const struct param *param) {
    struct ebb_value end = param->initial;
    buf_print(out, "  %s: ", param->name.at);
    if (!param->has_range && param->choices == NULL && param->about.len == 0) {
        value_emit(out, param, param->initial);
        buf_put_char(out, '\n');
        return;
    }
    buf_put(out, STR("{default: "));
    value_emit(out, param, param->initial);
    if (param->has_range) {
        end.integer = param->least;
        buf_put(out, STR(", range: ["));
        value_emit(out, param, end);
        end.integer = param->most;
        buf_put(out, STR(", "));
        value_emit(out, param, end);
        buf_put_char(out, ']');
    }
    for (uint32_t i = 0; i < param->choice_count; i++) {
        buf_put(out, i == 0 ? STR(", choices: [") : STR(", "));
        scenario_emit_text(out, str_of(param->choices[i]));
    }
    if (param->choices != NULL) buf_put_char(out, ']');
    if (param->about.len > 0) buf_put(out, STR(", about: ")), scenario_emit_text(out, param->about);
    buf_put(out, STR("}\n"));
}

static bool named(const struct scenario *scenario) { return scenario->variants[0].where.line > 0; }

static void variants_emit(struct buf *out, const struct scenario *scenario) {
    if (!named(scenario)) return;
    buf_put(out, STR("variants:\n"));
    for (uint32_t i = 0; i < scenario->variant_count; i++) {
        const struct variant *variant = &scenario->variants[i];
        bool first = true;
        buf_print(out, "  %s: {", variant->name.at);
        for (uint32_t p = 0; p < scenario->param_count; p++) {
            if (ebb_value_equal(variant->values[p], scenario->params[p].initial)) continue;
            buf_print(out, "%s%s: ", first ? "" : ", ", scenario->params[p].name.at);
            value_emit(out, &scenario->params[p], variant->values[p]);
            first = false;
        }
        buf_put(out, STR("}\n"));
    }
}

/* --- expectations ------------------------------------------------------------------------------------------------- */

static void spaces(struct buf *out, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) buf_put_char(out, ' ');
}

static void number_emit(struct buf *out, const struct check_expect_row *row, uint64_t number) {
    bool bytes = row->kind == CHECK_BYTES ||
        (row->kind == CHECK_GROWS &&
         (str_equal(row->object, STR("bytes")) || str_equal(row->object, STR("heap bytes"))));
    scenario_value_words(out, (struct ebb_value){.type = bytes ? EBB_SIZE : EBB_INT, .integer = (int64_t)number});
}

static void count_emit(struct buf *out, const struct check_expect_row *row) {
    if (row->count_max > 0) buf_put_char(out, '[');
    number_emit(out, row, row->count);
    if (row->count_max == 0) return;
    buf_put(out, STR(", "));
    number_emit(out, row, row->count_max);
    buf_put_char(out, ']');
}

static void on_emit(struct buf *out, const struct check_expect_row *row) {
    if (row->operation.len + row->on.len == 0) return;
    struct buf words;
    buf_init(&words, out->mem);
    buf_put(&words, row->operation);
    if (row->on.len > 0) buf_put_char(&words, ' ');
    buf_put(&words, row->on);
    buf_put(out, STR(", on: "));
    out->failed = out->failed || words.failed;
    scenario_emit_text(out, buf_str(&words));
    buf_deinit(&words);
}

static void row_emit(struct buf *out, const struct check_expect_row *row) {
    buf_print(out, "- {%s: ", check_kind_name(row->kind));
    scenario_emit_text(out, row->object);
    on_emit(out, row);
    if (row->count > 0) buf_put(out, STR(", count: ")), count_emit(out, row);
    buf_put(out, STR("}\n"));
}

/* Several lists are a list of lists. */
static void rows_emit(struct buf *out, const struct check_expect *expect, uint32_t indent) {
    for (uint32_t list = 0; list <= expect->other_count; list++) {
        const struct check_expect_row *rows = list == 0 ? expect->rows : expect->others[list - 1].at;
        uint32_t count = list == 0 ? expect->row_count : expect->others[list - 1].count;
        for (uint32_t i = 0; i < count; i++) {
            spaces(out, indent);
            if (expect->other_count > 0) buf_put(out, i == 0 ? STR("- ") : STR("  "));
            row_emit(out, &rows[i]);
        }
    }
}

/* {grows: {unit: count}} says it as well. */
static bool only_grows(const struct check_expect *expect) {
    if (expect->how != CHECK_EXPECT_EVERY || expect->other_count > 0) return false;
    for (uint32_t i = 0; i < expect->row_count; i++) {
        const struct check_expect_row *row = &expect->rows[i];
        if (row->kind != CHECK_GROWS || row->count == 0 || row->operation.len + row->on.len > 0 || row->object.len == 0)
            return false;
        for (uint32_t other = 0; other < i; other++)
            if (str_equal(expect->rows[other].object, row->object)) return false;
    }
    return expect->row_count > 0;
}

/* Behind "name:", whose place is `indent`. */
void scenario_emit_expect(struct buf *out, const struct check_expect *expect, uint32_t indent) {
    if (expect->how == CHECK_EXPECT_CLEAN) {
        buf_put(out, STR(" clean\n"));
        return;
    }
    if (only_grows(expect)) {
        for (uint32_t i = 0; i < expect->row_count; i++) {
            buf_put(out, i == 0 ? STR(" {grows: {") : STR(", "));
            scenario_emit_text(out, expect->rows[i].object);
            buf_put(out, STR(": "));
            count_emit(out, &expect->rows[i]);
        }
        buf_put(out, STR("}}\n"));
        return;
    }
    buf_put_char(out, '\n');
    if (expect->how == CHECK_EXPECT_SOME) {
        spaces(out, indent + 2);
        buf_put(out, STR("some:\n"));
        indent += 2;
    }
    rows_emit(out, expect, indent + 2);
}

static void expects_emit(struct buf *out, const struct scenario *scenario) {
    bool pending = false;
    if (scenario->expects && !named(scenario) && scenario->leaks_when == NULL) {
        buf_put(out, STR("expect:"));
        scenario_emit_expect(out, &scenario->variants[0].expect, 0);
    } else if (scenario->expects) {
        buf_put(out, STR("expect:\n"));
        for (uint32_t i = 0; i < scenario->variant_count; i++) {
            buf_print(out, "  %s:", scenario->variants[i].name.at);
            scenario_emit_expect(out, &scenario->variants[i].expect, 2);
        }
        if (scenario->leaks_when != NULL) {
            buf_put(out, STR("  leaks when: "));
            scenario_emit_expr(out, scenario, scenario->leaks_when);
            buf_put_char(out, '\n');
        }
    }
    for (uint32_t i = 0; i < scenario->variant_count; i++) {
        const struct variant *variant = &scenario->variants[i];
        if (variant->pending.len == 0) continue;
        buf_print(out, "%s  %s: ", pending ? "" : "pending:\n", variant->name.at);
        scenario_emit_text(out, variant->pending);
        buf_put_char(out, '\n');
        pending = true;
    }
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void head_emit(struct buf *out, const struct scenario *scenario) {
    buf_put(out, STR("ebb: 1\n"));
    if (scenario->about.len > 0)
        buf_put(out, STR("about: ")), scenario_emit_text(out, scenario->about), buf_put_char(out, '\n');
    for (uint32_t i = 0; i < scenario->tag_count; i++) {
        buf_put(out, i == 0 ? STR("tags: [") : STR(", "));
        scenario_emit_text(out, scenario->tags[i]);
    }
    if (scenario->tag_count > 0) buf_put(out, STR("]\n"));
    if (scenario->param_count > 0) buf_put(out, STR("params:\n"));
    for (uint32_t i = 0; i < scenario->param_count; i++) param_emit(out, &scenario->params[i]);
    if (scenario->shared_count > 0) buf_put(out, STR("shared:\n"));
    for (uint32_t i = 0; i < scenario->shared_count; i++) {
        buf_print(out, "  %s: ", scenario->shared[i].name.at);
        scenario_emit_expr(out, scenario, scenario->shared[i].value);
        buf_put_char(out, '\n');
    }
}

static void procs_emit(struct buf *out, const struct scenario *scenario) {
    if (scenario->proc_count > 0) buf_put(out, STR("procs:\n"));
    for (uint32_t i = 0; i < scenario->proc_count; i++) {
        const struct routine *proc = scenario->procs[i];
        buf_print(out, "  %s(", proc->name.at);
        for (uint32_t p = 0; p < proc->param_count; p++)
            buf_print(out, "%s%s", p == 0 ? "" : ", ", proc->params[p]->name.at);
        scenario_emit_block(out, scenario, ")", &proc->body, 2);
    }
}

static void limits_emit(struct buf *out, const struct scenario *scenario) {
    const struct scenario_limits *limits = &scenario->limits;
    struct scenario_limits usual = scenario_limits_usual();
    const char *before = "limits: {";
    if (limits->steps != usual.steps)
        buf_print(out, "%ssteps: %llu", before, (unsigned long long)limits->steps), before = ", ";
    if (limits->horizon_ns != usual.horizon_ns) {
        buf_print(out, "%shorizon: ", before), before = ", ";
        scenario_value_words(out, (struct ebb_value){.type = EBB_DURATION, .integer = limits->horizon_ns});
    }
    if (limits->cycles != usual.cycles) buf_print(out, "%scycles: %u", before, limits->cycles), before = ", ";
    if (before[0] == ',') buf_put(out, STR("}\n"));
}

static void rules_emit(struct buf *out, const struct scenario *scenario) {
    if (scenario->watch_count > 0) buf_put(out, STR("watch:\n"));
    for (uint32_t i = 0; i < scenario->watch_count; i++) {
        buf_put(out, STR("  - "));
        scenario_emit_text(out, scenario->watches[i].text);
        buf_put_char(out, '\n');
    }
    bool first = true;
    for (uint32_t i = 0; scenario_fault_name(i) != NULL; i++) {
        if ((scenario->faults >> i & 1) == 0) continue;
        buf_print(out, "%s%s", first ? "faults: [" : ", ", scenario_fault_name(i));
        first = false;
    }
    if (!first) buf_put(out, STR("]\n"));
}

enum status scenario_emit(const struct scenario *scenario, struct mem *mem, struct sink *sink) {
    struct buf out;
    buf_init(&out, mem);
    head_emit(&out, scenario);
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++)
        if (scenario->phases[i] != NULL)
            scenario_emit_block(&out, scenario, scenario->phases[i]->name.at, &scenario->phases[i]->body, 0);
    procs_emit(&out, scenario);
    variants_emit(&out, scenario);
    expects_emit(&out, scenario);
    limits_emit(&out, scenario);
    scenario_stop_emit(&out, scenario);
    rules_emit(&out, scenario);
    enum status status = buf_status(&out);
    if (status == OK) status = sink->write(sink, buf_str(&out));
    buf_deinit(&out);
    return status;
}
