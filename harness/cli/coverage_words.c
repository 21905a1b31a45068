/* SPDX-License-Identifier: MIT */
/* coverage_words.c — see coverage_words.h. */
#include "cli/coverage_words.h"

#include <inttypes.h>

/* --- the list ------------------------------------------------------------------------------------------------------- */
static struct coverage_item *item_add(struct coverage_list *list) { /* zeroed, or NULL */
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 32 : list->capacity * 2;
        size_t size = sizeof *list->at;
        struct coverage_item *at = mem_grow(mem_system(), list->at, list->capacity * size, capacity * size);
        if (at == NULL) return NULL;
        list->at = at;
        list->capacity = capacity;
    }
    list->at[list->count] = (struct coverage_item){0};
    return &list->at[list->count++];
}

void cli_coverage_free(struct coverage_list *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        cli_part_text_free(list->at[i].operation);
        cli_part_text_free(list->at[i].outcome);
    }
    mem_free(mem_system(), list->at, list->capacity * sizeof *list->at);
    *list = (struct coverage_list){0};
}

static struct str text_of(const struct buf *words) { /* NULL text: no memory */
    char *at = buf_status(words) != OK ? NULL : mem_new(mem_system(), 1, words->len + 1);
    if (at == NULL) return (struct str){0};
    memcpy(at, words->at, words->len);
    return (struct str){at, words->len};
}

static bool item_make(struct coverage_list *list, const struct scenario_required *required, uint32_t number,
                      struct buf *words) {
    struct scenario_requirement requirement = scenario_required_at(required, number);
    struct coverage_item *item = item_add(list);
    if (item == NULL) return false;
    item->first = requirement.index == 0;
    item->line = requirement.line;
    item->column = requirement.column;
    item->own_line = requirement.own_line;
    item->own_column = requirement.own_column;
    buf_clear(words);
    scenario_required_operation(required, requirement.operation, words);
    item->operation = text_of(words);
    buf_clear(words);
    scenario_required_words(required, number, words);
    item->outcome = text_of(words);
    return item->operation.at != NULL && item->outcome.at != NULL;
}

enum status cli_coverage_make(struct coverage_list *list, const struct scenario *scenario, uint32_t variant) {
    struct scenario_required *required = NULL;
    struct buf words;
    TRY(scenario_required_new(mem_system(), &required, scenario, variant));
    buf_init(&words, mem_system());
    bool good = true;
    for (uint32_t i = 0; i < scenario_required_count(required) && good; i++)
        good = item_make(list, required, i, &words);
    buf_deinit(&words);
    scenario_required_free(required);
    return good ? OK : ERR_NOMEM;
}

/* --- what was not exercised ----------------------------------------------------------------------------------------- */
static uint32_t operation_end(const struct coverage_list *list, uint32_t first) {
    uint32_t end = first + 1;
    while (end < list->count && !list->at[end].first) end++;
    return end;
}

static uint32_t missed(const struct run_exercised *exercised, uint32_t from, uint32_t to) {
    uint32_t count = 0;
    for (uint32_t i = from; i < to; i++) count += !run_exercised_has(exercised, i);
    return count;
}

static void operation_text(const struct coverage_list *list, uint32_t from, uint32_t to, struct str path,
                           const struct run_exercised *exercised, struct buf *out) {
    uint32_t not_seen = missed(exercised, from, to);
    const struct coverage_item *item = &list->at[from];
    if (not_seen == 0) return;
    buf_print(out, "    %.*s:%" PRIu32 ":%" PRIu32 ": ", (int)path.len, path.at, item->line, item->column);
    buf_put(out, item->operation);
    if (not_seen == to - from) buf_put(out, STR(": at all"));
    const char *between = ": ";
    for (uint32_t i = from; i < to && not_seen < to - from; i++) {
        if (run_exercised_has(exercised, i)) continue;
        buf_put(out, str_of(between));
        buf_put(out, list->at[i].outcome);
        between = ", ";
    }
    buf_put_char(out, '\n');
}

void cli_coverage_text(const struct coverage_list *list, struct str path, const struct run_exercised *exercised,
                       bool all, struct buf *out) {
    uint32_t seen = run_exercised_members(exercised);
    ASSERT(exercised->count == 0 || exercised->count == list->count);
    buf_print(out, "  exercised %" PRIu32 " of %" PRIu32 " of what its operations can come to", seen, list->count);
    if (seen < list->count) buf_put(out, all ? STR("; impossible:") : STR("; never:"));
    buf_put_char(out, '\n');
    for (uint32_t i = 0; i < list->count; i = operation_end(list, i))
        operation_text(list, i, operation_end(list, i), path, exercised, out);
}

void cli_coverage_json(const struct coverage_list *list, const struct run_exercised *exercised, bool all,
                       struct report_json *json) {
    report_json_open(json, "coverage", '{');
    report_json_number(json, "exercised", run_exercised_members(exercised));
    report_json_number(json, "of", list->count);
    report_json_bool(json, "impossible", all);
    report_json_open(json, "never", '[');
    for (uint32_t first = 0, end; first < list->count; first = end) {
        end = operation_end(list, first);
        for (uint32_t i = first; i < end; i++) {
            const struct coverage_item *item = &list->at[i];
            if (run_exercised_has(exercised, i)) continue;
            report_json_open(json, NULL, '{');
            report_json_number(json, "line", item->own_line);
            report_json_number(json, "column", item->own_column);
            report_json_text(json, "operation", item->operation);
            report_json_text(json, "outcome", item->outcome);
            report_json_bool(json, "ran", missed(exercised, first, end) < end - first);
            report_json_close(json, '}');
        }
    }
    report_json_close(json, ']');
    report_json_close(json, '}');
}

/* --- in a part ------------------------------------------------------------------------------------------------------ */
void cli_coverage_put(const struct coverage_list *list, struct report_json *json) {
    report_json_open(json, "requirements", '[');
    for (uint32_t i = 0; i < list->count; i++) {
        const struct coverage_item *item = &list->at[i];
        report_json_open(json, NULL, '{');
        report_json_bool(json, "first", item->first);
        report_json_number(json, "line", item->line);
        report_json_number(json, "column", item->column);
        report_json_number(json, "own_line", item->own_line);
        report_json_number(json, "own_column", item->own_column);
        report_json_exact(json, "operation", item->operation);
        report_json_exact(json, "outcome", item->outcome);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
}

enum status cli_coverage_take(struct coverage_list *list, struct part_file *file) {
    struct report_json_reader *reader = &file->reader;
    report_json_read_open(reader, "requirements", '[');
    while (report_json_read_more(reader)) {
        struct coverage_item *item = item_add(list);
        if (item == NULL) return ERR_NOMEM;
        report_json_read_open(reader, NULL, '{');
        item->first = report_json_read_bool(reader, "first");
        item->line = report_json_read_small(reader, "line");
        item->column = report_json_read_small(reader, "column");
        item->own_line = report_json_read_small(reader, "own_line");
        item->own_column = report_json_read_small(reader, "own_column");
        item->operation = cli_part_text(file, "operation");
        item->outcome = cli_part_text(file, "outcome");
        if (item->operation.at == NULL || item->outcome.at == NULL) return ERR_NOMEM;
        if (list->count == 1 && !item->first) report_json_refuse(reader, "expected the first of an operation");
        report_json_read_close(reader, '}');
    }
    report_json_read_close(reader, ']');
    return OK;
}
