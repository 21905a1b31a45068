/* SPDX-License-Identifier: MIT */
/* expect.c — what a variant is expected to leave: `clean`, a list of findings, {every: […]}, {some: […]} or
 * {grows: {map entry: 1}}. A list may also be a list of such lists: alternatives, of which each run that leaves
 * anything leaves exactly one. A finding's count is a number, or a range: `count: [1, 3]`. */
#include "scenario/keys.h"

static bool is_clean(const struct yaml_node *node) { return scenario_yaml_is(node, "clean"); }

static bool row_on(struct loader *loader, const struct yaml_node *on, struct check_expect_row *row) {
    if (on == NULL) return true;
    if (on->what != YAML_SCALAR) {
        scenario_load_problem(loader, scenario_load_where(on),
                              "\"on\" takes a verb, and after it the name of what it waits on: send reply");
        return false;
    }
    const char *space = memchr(on->text.at, ' ', on->text.len);
    size_t len = space == NULL ? on->text.len : (size_t)(space - on->text.at);
    row->operation = (struct str){on->text.at, len};
    if (space != NULL) row->on = (struct str){space + 1, on->text.len - len - 1};
    return true;
}

static bool row_number(struct loader *loader, const struct yaml_node *node, uint64_t *out) {
    struct ebb_value value;
    if (!scenario_load_constant(loader, node, &value)) return false;
    if ((value.type != EBB_INT && value.type != EBB_SIZE) || value.integer < 1) {
        scenario_load_problem(loader, scenario_load_where(node),
                              "\"count\" takes a number from 1, or a range such as [1, 3]");
        return false;
    }
    *out = (uint64_t)value.integer;
    return true;
}

static bool row_count_of(struct loader *loader, const struct yaml_node *count, struct check_expect_row *row) {
    if (count == NULL) return true;
    if (count->what != YAML_SEQUENCE) return row_number(loader, count, &row->count);
    if (count->count != 2) {
        scenario_load_problem(loader, scenario_load_where(count), "a range has two ends: [1, 3]");
        return false;
    }
    if (!row_number(loader, count->first, &row->count) || !row_number(loader, count->first->next, &row->count_max))
        return false;
    if (row->count <= row->count_max) return true;
    scenario_load_problem(loader, scenario_load_where(count), "a range has the lower end first: [1, 3]");
    return false;
}

static bool row_load(struct loader *loader, const struct yaml_node *node, struct check_expect_row *row) {
    if (node->what != YAML_MAPPING || node->first == NULL) {
        scenario_load_problem(loader, scenario_load_where(node),
                              "expected a finding, such as {blocked: worker, on: send}");
        return false;
    }
    const struct yaml_node *kind = node->first;
    *row = (struct check_expect_row){.kind = check_kind_find(kind->text), .line = kind->line, .column = kind->column};
    if (row->kind == CHECK_KIND_COUNT) {
        const char *names[CHECK_KIND_COUNT];
        for (uint32_t i = 0; i < CHECK_KIND_COUNT; i++) names[i] = check_kind_name((enum check_kind)i);
        const char *near = scenario_load_nearest(loader, kind->text, names, CHECK_KIND_COUNT);
        scenario_load_problem(loader, scenario_load_where(kind), "there is no finding \"%.*s\"%s%s%s",
                              SHOWN(kind->text), near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
                              near == NULL ? "" : "\"?");
        return false;
    }
    scenario_key_check(loader, node, KEYS_FINDING, true, "a finding");
    if (kind->value->what != YAML_SCALAR) {
        scenario_load_problem(loader, scenario_load_where(kind), "expected the name of what is left");
        return false;
    }
    row->object = kind->value->text;
    return row_on(loader, scenario_yaml_get(node, "on"), row) &&
        row_count_of(loader, scenario_yaml_get(node, "count"), row);
}

static bool list_load(struct loader *loader, const struct yaml_node *list, struct check_expect_rows *out) {
    if (list->what != YAML_SEQUENCE || list->count == 0 || list->count > CHECK_EXPECT_ROWS_MAX) {
        scenario_load_problem(loader, scenario_load_where(list), "expected a list of 1 to %u findings",
                              CHECK_EXPECT_ROWS_MAX);
        return false;
    }
    struct check_expect_row *rows = scenario_load_take(loader, list->count * sizeof *rows);
    if (rows == NULL) return false;
    out->at = rows;
    bool good = true;
    for (const struct yaml_node *node = list->first; node != NULL; node = node->next)
        good = row_load(loader, node, &rows[out->count++]) && good;
    return good;
}

/* One list of findings, or a list of such lists. */
static bool rows_load(struct loader *loader, const struct yaml_node *node, struct check_expect *out) {
    struct check_expect_rows first = {0};
    bool one = node->what != YAML_SEQUENCE || node->first == NULL || node->first->what != YAML_SEQUENCE, good = true;
    if (one) {
        good = list_load(loader, node, &first);
    } else {
        struct check_expect_rows *others = scenario_load_take(loader, node->count * sizeof *others);
        if (others == NULL) return false;
        good = list_load(loader, node->first, &first);
        out->others = others;
        for (const struct yaml_node *list = node->first->next; list != NULL; list = list->next) {
            struct check_expect_rows *rows = &others[out->other_count++];
            *rows = (struct check_expect_rows){0};
            good = list_load(loader, list, rows) && good;
        }
    }
    out->rows = first.at;
    out->row_count = first.count;
    return good;
}

static bool grows_load(struct loader *loader, const struct yaml_node *units, struct check_expect *out) {
    if (units->what != YAML_MAPPING || units->count == 0) {
        scenario_load_problem(loader, scenario_load_where(units),
                              "\"grows\" takes what grows and by how much each cycle: {map entry: 1}");
        return false;
    }
    struct check_expect_row *rows = scenario_load_take(loader, units->count * sizeof *rows);
    if (rows == NULL) return false;
    out->rows = rows;
    for (const struct yaml_node *unit = units->first; unit != NULL; unit = unit->next) {
        struct check_expect_row *row = &rows[out->row_count++];
        *row = (struct check_expect_row){
            .kind = CHECK_GROWS, .line = unit->line, .column = unit->column, .object = unit->text};
        if (!row_count_of(loader, unit->value, row)) return false;
    }
    return true;
}

bool scenario_load_expect(struct loader *loader, const struct yaml_node *node, struct check_expect *out) {
    *out = (struct check_expect){.how = CHECK_EXPECT_CLEAN};
    if (is_clean(node)) return true;
    out->how = CHECK_EXPECT_EVERY;
    if (node->what == YAML_SEQUENCE) return rows_load(loader, node, out);
    if (node->what == YAML_MAPPING && node->count == 1) {
        const struct yaml_node *how = node->first;
        if (scenario_yaml_is(how, "grows")) return grows_load(loader, how->value, out);
        if (scenario_yaml_is(how, "some")) out->how = CHECK_EXPECT_SOME;
        if (out->how == CHECK_EXPECT_SOME || scenario_yaml_is(how, "every")) return rows_load(loader, how->value, out);
    }
    scenario_load_problem(loader, scenario_load_where(node),
                          "expected \"clean\", a list of findings, {every: [...]}, {some: [...]} or {grows: {...}}");
    return false;
}
