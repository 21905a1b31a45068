/* SPDX-License-Identifier: MIT */
/* show.c — see show.h. One section after the other; a section with nothing in it is left out. */
#include "scenario/show.h"

#include "base/limits.h"
#include "kinds/kinds.h"
#include "scenario/emit_impl.h"
#include "scenario/flow.h"
#include "scenario/walk.h"

#define NAME_WIDTH 14

struct shower {
    struct scenario_walk walk; /* first member */
    const struct scenario *scenario;
    const struct flow *flow;
    struct buf *out;
};

static void section(struct shower *self, const char *title) { buf_print(self->out, "\n%s\n", title); }

/* The name a row begins with; what follows stands in one column. */
static void row(struct shower *self, const char *name) { buf_print(self->out, "  %-*s ", NAME_WIDTH, name); }
static void more(struct shower *self) { buf_print(self->out, "  %-*s ", NAME_WIDTH, ""); }

/* "worker", or where a block without a name of its own stands. */
static void routine_words(struct shower *self, const struct routine *routine) {
    routine = scenario_flow_runner(routine);
    bool unnamed = routine->outer != NULL && str_equal(routine->name, STR("go"));
    if (unnamed)
        buf_print(self->out, "go (line %u)", routine->where.line);
    else
        buf_put(self->out, routine->name);
}

/* --- what it can be varied by ------------------------------------------------------------------------------------- */

static void number_words(struct shower *self, const struct param *param, int64_t number) {
    scenario_value_words(self->out, (struct ebb_value){.type = param->initial.type, .integer = number});
}

static void params_show(struct shower *self) {
    const struct scenario *scenario = self->scenario;
    if (scenario->param_count > 0) section(self, "Parameters");
    for (uint32_t i = 0; i < scenario->param_count; i++) {
        const struct param *param = &scenario->params[i];
        row(self, param->name.at);
        scenario_value_words(self->out, param->initial);
        if (param->has_range) {
            buf_put(self->out, STR(", from "));
            number_words(self, param, param->least);
            buf_put(self->out, STR(" to "));
            number_words(self, param, param->most);
        }
        for (uint32_t choice = 0; choice < param->choice_count; choice++)
            buf_print(self->out, "%s%s", choice == 0 ? ", one of " : ", ", param->choices[choice]);
        if (param->about.len > 0) buf_print(self->out, ": %s", param->about.at);
        buf_put_char(self->out, '\n');
    }
}

/* --- phases ------------------------------------------------------------------------------------------------------- */

static void phases_show(struct shower *self) {
    static const char *const about[] = {
        [SCENARIO_SETUP] = "once, before anything else",
        [SCENARIO_MAIN] = "once; what is left when all has come to rest is judged",
        [SCENARIO_TEARDOWN] = "once, when all has come to rest",
    };
    const struct scenario *scenario = self->scenario;
    section(self, "Phases");
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++) {
        const struct routine *phase = scenario->phases[i];
        if (phase == NULL) continue;
        row(self, phase->name.at);
        if (i == SCENARIO_CYCLE)
            buf_print(self->out, "%u times, one after the other; what grows each time is judged",
                      scenario->limits.cycles);
        else
            buf_put(self->out, str_of(about[i]));
        buf_print(self->out, "; from line %u\n", phase->where.line);
    }
}

/* --- coroutines --------------------------------------------------------------------------------------------------- */

static void go_show(struct shower *self, const struct routine *by, const struct step *step) {
    const char *name = step->word != NULL ? step->word : step->routine != NULL ? step->routine->name.at : "";
    if (*name != 0) {
        row(self, name);
    } else {
        row(self, "one of");
        scenario_expr_words(self->out, self->scenario, step->expr);
        buf_put(self->out, STR(": "));
    }
    bool proc = step->routine != NULL && step->routine->outer == NULL;
    if (proc && !str_equal(step->routine->name, str_of(name)))
        buf_print(self->out, "runs %s, ", step->routine->name.at);
    buf_put(self->out, STR("started by "));
    routine_words(self, by);
    buf_print(self->out, " in line %u", step->where.line);
    if (step->expr2 != NULL) {
        buf_put(self->out, STR(", "));
        scenario_expr_words(self->out, self->scenario, step->expr2);
        buf_put(self->out, STR(" times"));
    }
    buf_put_char(self->out, '\n');
}

static void later_show(struct shower *self, const struct routine *by, const struct step *step) {
    row(self, step->word);
    if (step->what == STEP_CALL_AFTER) {
        buf_put(self->out, STR("started "));
        scenario_expr_words(self->out, self->scenario, step->expr);
        buf_put(self->out, STR(" after "));
    } else {
        buf_put(self->out, STR("runs when nobody names "));
        scenario_expr_words(self->out, self->scenario, step->expr);
        buf_put(self->out, STR(" any more, as asked by "));
    }
    routine_words(self, by);
    buf_print(self->out, "%s line %u\n", step->what == STEP_CALL_AFTER ? " comes to" : " in", step->where.line);
}

static void coroutine_step(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct shower *self = BASE_OWNER(walk, struct shower, walk);
    if (step->what == STEP_GO) go_show(self, routine, step);
    if (step->what == STEP_CALL_AFTER || step->what == STEP_FINALIZE) later_show(self, routine, step);
}

static void coroutines_show(struct shower *self) {
    section(self, "Coroutines");
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++) {
        if (self->scenario->phases[i] == NULL) continue;
        row(self, self->scenario->phases[i]->name.at);
        buf_put(self->out, STR("started by the scenario\n"));
    }
    self->walk = (struct scenario_walk){.step = coroutine_step};
    scenario_walk(self->scenario, &self->walk);
}

/* --- objects ------------------------------------------------------------------------------------------------------ */

static void site_show(struct shower *self, const struct flow_site *site, uint32_t index) {
    const struct flow *flow = self->flow;
    row(self, site->label);
    buf_print(self->out, "a %s", site->kind->name);
    if (site->expr != NULL) {
        buf_put(self->out, STR(", "));
        scenario_expr_words(self->out, self->scenario, site->expr);
    }
    if (site->routine == NULL) {
        buf_put(self->out, STR(", shared by all"));
    } else {
        buf_put(self->out, STR(", made by "));
        routine_words(self, site->routine);
    }
    buf_print(self->out, " in line %u\n", site->where.line);
    const struct routine *told[FLOW_USES_MAX];
    uint32_t told_count = 0;
    for (uint32_t i = 0; i < flow->use_count; i++) {
        const struct routine *by = flow->uses[i].routine;
        uint32_t known = 0;
        while (known < told_count && told[known] != by) known++;
        if (flow->uses[i].site != index || known < told_count) continue;
        told[told_count++] = by;
        more(self);
        routine_words(self, by);
        bool first = true;
        for (uint32_t other = i; other < flow->use_count; other++) {
            if (flow->uses[other].site != index || flow->uses[other].routine != by) continue;
            buf_print(self->out, "%s%s", first ? ": " : ", ", flow->uses[other].verb);
            first = false;
        }
        buf_put_char(self->out, '\n');
    }
    for (uint32_t i = 0; i < flow->site_count; i++) {
        const struct flow_site *other = &flow->sites[i];
        bool kept = scenario_flow_in(&other->contents, index);
        for (uint32_t field = 0;
             other->expr != NULL && other->expr->what == EXPR_RECORD && field < other->expr->items.count; field++)
            kept = kept || scenario_flow_in(&flow->fields[other->first_field + field], index);
        if (!kept) continue;
        more(self);
        buf_print(self->out, "goes into %s\n", other->label);
    }
}

static void objects_show(struct shower *self) {
    const struct flow *flow = self->flow;
    if (flow->site_count == 0) return;
    section(self, "Objects");
    for (uint32_t i = 0; i < flow->site_count; i++) site_show(self, &flow->sites[i], i);
    if (flow->full) buf_put(self->out, STR("  … and more than can be followed\n"));
}

/* --- variants ----------------------------------------------------------------------------------------------------- */

static void count_words(struct shower *self, const struct check_expect_row *expected, const char *before) {
    enum ebb_type type = expected->kind == CHECK_BYTES || str_equal(expected->object, STR("bytes")) ||
            str_equal(expected->object, STR("heap bytes"))
        ? EBB_SIZE
        : EBB_INT;
    if (expected->count == 0) return;
    buf_put(self->out, str_of(before));
    scenario_value_words(self->out, (struct ebb_value){.type = type, .integer = (int64_t)expected->count});
    if (expected->count_max == 0) return;
    buf_put(self->out, STR(" to "));
    scenario_value_words(self->out, (struct ebb_value){.type = type, .integer = (int64_t)expected->count_max});
}

static void finding_words(struct shower *self, const struct check_expect_row *expected) {
    if (expected->kind == CHECK_GROWS) {
        buf_print(self->out, "%.*s grows", (int)expected->object.len, expected->object.at);
        count_words(self, expected, " by ");
        buf_put(self->out, STR(" each cycle"));
        return;
    }
    bool waits = expected->kind == CHECK_BLOCKED || expected->kind == CHECK_ALIVE;
    if (waits)
        buf_print(self->out, "%.*s is %s", (int)expected->object.len, expected->object.at,
                  expected->kind == CHECK_BLOCKED ? "blocked for ever" : "still alive");
    else
        buf_print(self->out, "%s %.*s", check_kind_name(expected->kind), (int)expected->object.len,
                  expected->object.at);
    if (expected->operation.len > 0)
        buf_print(self->out, " on %.*s", (int)expected->operation.len, expected->operation.at);
    if (expected->on.len > 0) buf_print(self->out, " %.*s", (int)expected->on.len, expected->on.at);
    count_words(self, expected, ", count ");
}

static void list_words(struct shower *self, const struct check_expect_row *rows, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        more(self);
        buf_put(self->out, STR("  "));
        finding_words(self, &rows[i]);
        buf_put_char(self->out, '\n');
    }
}

static void expect_show(struct shower *self, const struct check_expect *expect) {
    more(self);
    if (expect->how == CHECK_EXPECT_CLEAN) {
        buf_put(self->out, STR("clean: no schedule leaves anything\n"));
        return;
    }
    buf_put(self->out,
            expect->how == CHECK_EXPECT_EVERY ? STR("every schedule leaves\n")
                                              : STR("some schedule leaves, and any other leaves that or nothing\n"));
    list_words(self, expect->rows, expect->row_count);
    for (uint32_t i = 0; i < expect->other_count; i++) {
        more(self);
        buf_put(self->out, STR("or\n"));
        list_words(self, expect->others[i].at, expect->others[i].count);
    }
}

static void variant_show(struct shower *self, const struct variant *variant) {
    const struct scenario *scenario = self->scenario;
    bool first = true;
    row(self, variant->name.at);
    for (uint32_t i = 0; i < scenario->param_count; i++) {
        if (ebb_value_equal(variant->values[i], scenario->params[i].initial)) continue;
        buf_print(self->out, "%s%s = ", first ? "" : ", ", scenario->params[i].name.at);
        scenario_value_words(self->out, variant->values[i]);
        first = false;
    }
    buf_put(self->out, first ? STR("everything as declared\n") : STR("\n"));
    expect_show(self, &variant->expect);
    if (variant->pending.len == 0) return;
    more(self);
    buf_print(self->out, "pending: %s\n", variant->pending.at);
}

static void variants_show(struct shower *self) {
    const struct scenario *scenario = self->scenario;
    section(self, "Variants");
    for (uint32_t i = 0; i < scenario->variant_count; i++) variant_show(self, &scenario->variants[i]);
    if (scenario->leaks_when == NULL) return;
    row(self, "range");
    buf_put(self->out, STR("leaks exactly when "));
    scenario_expr_words(self->out, scenario, scenario->leaks_when);
    buf_print(self->out, ", over %u combinations of parameters\n", scenario->range_count);
}

/* --- the run ------------------------------------------------------------------------------------------------------ */

static void rules_show(struct shower *self) {
    const struct scenario *scenario = self->scenario;
    section(self, "Limits");
    row(self, "steps");
    buf_print(self->out, "%llu\n", (unsigned long long)scenario->limits.steps);
    row(self, "horizon");
    scenario_value_words(self->out, (struct ebb_value){.type = EBB_DURATION, .integer = scenario->limits.horizon_ns});
    buf_put(self->out, STR(" of virtual time after a phase has returned\n"));
    if (scenario->stop.asked) {
        row(self, "stop");
        scenario_stop_words(self->out, &scenario->stop);
        buf_put_char(self->out, '\n');
    }
    for (uint32_t i = 0; i < scenario->watch_count; i++) {
        row(self, "watch");
        buf_put(self->out, scenario->watches[i].text);
        buf_put_char(self->out, '\n');
    }
    for (uint32_t i = 0; scenario_fault_name(i) != NULL; i++) {
        if ((scenario->faults >> i & 1) == 0) continue;
        row(self, "fault");
        buf_print(self->out, "%s, where a schedule wants it\n", scenario_fault_name(i));
    }
}

enum status scenario_show(const struct scenario *scenario, struct mem *mem, struct str name, struct buf *out) {
    struct flow *flow = mem_new(mem, 1, sizeof *flow);
    if (flow == NULL) return ERR_NOMEM;
    struct shower self = {.scenario = scenario, .flow = flow, .out = out};
    scenario_flow(flow, scenario);
    buf_put(out, name);
    buf_put_char(out, '\n');
    if (scenario->about.len > 0) buf_print(out, "  %s\n", scenario->about.at);
    for (uint32_t i = 0; i < scenario->tag_count; i++)
        buf_print(out, "%s%s%s", i == 0 ? "  tags: " : ", ", scenario->tags[i].at,
                  i + 1 == scenario->tag_count ? "\n" : "");
    params_show(&self);
    phases_show(&self);
    coroutines_show(&self);
    objects_show(&self);
    variants_show(&self);
    rules_show(&self);
    mem_free(mem, flow, sizeof *flow);
    return buf_status(out);
}
