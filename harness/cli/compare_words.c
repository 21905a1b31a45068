/* SPDX-License-Identifier: MIT */
/* compare_words.c — see compare_words.h. Peaks and ends are of the worst run of each column, so two rows need not be of the same
 * run. */
#include "cli/compare_words.h"

#include <inttypes.h>

#include "explore/coverage.h"
#include "reports/json_writer.h"
#include "reports/report_bytes.h"

static struct str variant_of(const struct cli_comparison *self, uint32_t column) {
    const struct run_compare_column *at = &self->compare->columns[column];
    return scenario_variant_name(at->scenario, at->variant);
}

/* "blocked worker on send reply": what a signature is made of, in the order in which an expectation writes it. */
static void finding_name(struct buf *out, const struct check_finding *finding) {
    buf_put(out, str_of(check_kind_name(finding->kind)));
    if (finding->object[0] != '\0') buf_put_char(out, ' ');
    report_put_plain(out, str_of(finding->object));
    if (finding->operation[0] == '\0' && finding->on[0] == '\0') return;
    buf_put(out, finding->operation[0] == '\0' ? STR(" of") : STR(" on"));
    if (finding->operation[0] != '\0') buf_put_char(out, ' ');
    report_put_plain(out, str_of(finding->operation));
    if (finding->on[0] != '\0') buf_put_char(out, ' ');
    report_put_plain(out, str_of(finding->on));
}

/* --- the table ---------------------------------------------------------------------------------------------------- */
enum measure {
    STEPS_MEDIAN,
    STEPS_MOST,
    COROUTINES,
    OBJECTS,
    BYTES,
    OBJECTS_REST,
    BYTES_REST,
    COROUTINES_LEFT,
    OBJECTS_LEFT,
    BYTES_LEFT
};
static const struct {
    const char *words, *key;
} measures[] = {
    [STEPS_MEDIAN] = {"steps, median", "steps_median"},
    [STEPS_MOST] = {"steps, most", "steps_most"},
    [COROUTINES] = {"coroutines at once, most", "coroutines_most"},
    [OBJECTS] = {"objects at once, most", "objects_most"},
    [BYTES] = {"bytes at once, most", "bytes_most"},
    [OBJECTS_REST] = {"objects at rest, most", "objects_rest_most"},
    [BYTES_REST] = {"bytes at rest, most", "bytes_rest_most"},
    [COROUTINES_LEFT] = {"coroutines left, most", "coroutines_left_most"},
    [OBJECTS_LEFT] = {"objects left, most", "objects_left_most"},
    [BYTES_LEFT] = {"bytes left, most", "bytes_left_most"},
};

static uint64_t measured(const struct run_compare_state *state, size_t measure) {
    switch ((enum measure)measure) {
    case STEPS_MEDIAN: return run_tally_median(&state->steps);
    case STEPS_MOST: return run_tally_most(&state->steps);
    case COROUTINES: return state->most.coroutines;
    case OBJECTS: return state->most.objects;
    case BYTES: return state->most.bytes;
    case OBJECTS_REST: return state->most.objects_rest;
    case BYTES_REST: return state->most.bytes_rest;
    case COROUTINES_LEFT: return state->most.coroutines_left;
    case OBJECTS_LEFT: return state->most.objects_left;
    case BYTES_LEFT: return state->most.bytes_left;
    }
    return 0;
}

enum { ROW_NAMES, ROW_LEAKING, ROW_FOUND };

static uint32_t row_count(const struct run_compare *compare) {
    return ROW_FOUND + compare->found_count + (uint32_t)BASE_COUNT(measures);
}

static void runs_cell(struct buf *out, uint64_t runs, uint64_t all) {
    explore_number_words(out, runs);
    buf_put(out, STR(" of "));
    explore_number_words(out, all);
}

/* Two files of one name are told apart by their paths. */
static void column_name(struct buf *out, const struct cli_comparison *self, uint32_t column) {
    const struct source *source = self->sources[column];
    bool many = false, alike = false;
    for (uint32_t i = 0; i < self->compare->column_count; i++) {
        if (self->sources[i] == source) continue;
        many = true;
        alike = alike || str_equal(cli_source_name(self->sources[i]), cli_source_name(source));
    }
    if (many) report_put_plain(out, alike ? str_of(source->path) : cli_source_name(source));
    if (many) buf_put(out, STR(", "));
    report_put_plain(out, variant_of(self, column));
}

/* Column 0 says what the row is about. */
static void cell_put(struct buf *out, const struct cli_comparison *self, uint32_t row, uint32_t column) {
    const struct run_compare *compare = self->compare;
    const struct run_compare_state *state = column == 0 ? NULL : &compare->at[column - 1];
    if (row == ROW_NAMES) {
        if (state != NULL) column_name(out, self, column - 1);
    } else if (row == ROW_LEAKING) {
        if (state == NULL)
            buf_put(out, STR("runs that leave something"));
        else
            runs_cell(out, state->leaking_runs, compare->runs);
    } else if (row < ROW_FOUND + compare->found_count) {
        const struct run_compare_found *found = &compare->found[row - ROW_FOUND];
        if (state == NULL) {
            buf_put(out, STR("  "));
            finding_name(out, &found->finding);
        } else if (found->runs[column - 1] == 0) {
            buf_put_char(out, '-');
        } else {
            runs_cell(out, found->runs[column - 1], compare->runs);
            if (found->most[column - 1] > 1) buf_put(out, STR(", ×"));
            if (found->most[column - 1] > 1) explore_number_words(out, found->most[column - 1]);
        }
    } else {
        size_t measure = row - ROW_FOUND - compare->found_count;
        if (state == NULL)
            buf_put(out, str_of(measures[measure].words));
        else
            explore_number_words(out, measured(state, measure));
    }
}

static void table_put(struct buf *out, const struct cli_comparison *self) {
    uint32_t widths[RUN_COMPARE_COLUMNS + 1] = {0};
    struct buf cell;
    buf_init(&cell, mem_system());
    /* Once to see how wide each column is, once to write it. */
    for (int writing = 0; writing < 2; writing++)
        for (uint32_t row = 0; row < row_count(self->compare); row++) {
            uint32_t owed = 0; /* spaces, which no line ends with */
            for (uint32_t column = 0; column <= self->compare->column_count; column++) {
                buf_clear(&cell);
                cell_put(&cell, self, row, column);
                uint32_t width = report_width(buf_str(&cell));
                if (width > widths[column]) widths[column] = width;
                if (writing == 0) continue;
                if (width > 0) report_put_spaces(out, owed);
                buf_put(out, buf_str(&cell));
                owed = (width > 0 ? 0 : owed) + widths[column] - width + 2;
            }
            if (writing == 1) buf_put_char(out, '\n');
        }
    if (buf_status(&cell) != OK) out->failed = true;
    buf_deinit(&cell);
}

/* --- text --------------------------------------------------------------------------------------------------------- */
static void heading_put(struct buf *out, const struct cli_comparison *self) {
    const struct run_compare *compare = self->compare;
    for (uint32_t i = 0; i < compare->column_count; i++) {
        if (i > 0 && self->sources[i] == self->sources[i - 1]) continue;
        report_put_plain(out, str_of(self->sources[i]->path));
        buf_put(out, STR(": "));
        report_put_plain(out, scenario_about(self->sources[i]->scenario));
        buf_put_char(out, '\n');
    }
    if (self->options->token != NULL) {
        buf_print(out, "each follows %s\n\n", self->options->token);
        return;
    }
    explore_number_words(out, compare->runs);
    buf_print(out, " schedule%s of each, by the same draws (seed %" PRIu64 ")\n\n", compare->runs == 1 ? "" : "s",
              self->options->seed);
}

static void shown_put(struct buf *out, const struct cli_comparison *self, uint32_t column) {
    const struct run_compare_state *state = &self->compare->at[column];
    buf_put(out, STR("  "));
    column_name(out, self, column);
    buf_put_char(out, '\n');
    for (uint32_t i = 0; i < state->shown.count; i++) {
        buf_put(out, STR("    "));
        report_finding_words(out, &state->shown.at[i]);
        buf_put_char(out, '\n');
    }
    if (state->shown.lost > 0) buf_print(out, "    and %u more\n", state->shown.lost);
    if (state->shown.count == 0 && state->shown.lost == 0) buf_put(out, STR("    nothing was left behind\n"));
    buf_put(out, STR("    ebb replay "));
    buf_put(out, buf_str(&state->token));
    buf_put_char(out, ' ');
    report_put_shell(out, str_of(self->sources[column]->path));
    buf_put_char(out, '\n');
}

void cli_compare_text(struct buf *out, const struct cli_comparison *comparison) {
    const struct run_compare *compare = comparison->compare;
    heading_put(out, comparison);
    table_put(out, comparison);
    buf_put_char(out, '\n');
    if (compare->found_lost > 0) buf_print(out, "and %u findings of more kinds\n", compare->found_lost);
    if (compare->cut > 0) cli_cut_words(out, "", compare->cut);
    for (uint32_t i = 0; i < compare->column_count; i++) {
        const struct explore_deviation *lost = &compare->at[i].lost;
        if (lost->option == 0) continue;
        column_name(out, comparison, i);
        buf_print(out, ": decision %" PRIu64 " has no option %u here; from there on it is the default\n",
                  lost->decision, lost->option);
    }
    if (compare->limited) buf_put(out, STR("a run met the budget of steps, so the comparison ended with it\n"));
    if (compare->runs == 0) return;
    if (!compare->differ) {
        buf_put(out, STR("they leave the same on every one of these schedules\n"));
        return;
    }
    buf_put(out, STR("they first leave something else on schedule "));
    explore_number_words(out, compare->differ_run + 1);
    buf_put(out, STR(":\n"));
    for (uint32_t i = 0; i < compare->column_count; i++) shown_put(out, comparison, i);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */
static void words_json(struct report_json *json, const struct check_finding *finding, bool named) {
    struct buf words;
    buf_init(&words, mem_system());
    (named ? finding_name : report_finding_words)(&words, finding);
    report_json_text(json, named ? "name" : NULL, buf_str(&words));
    if (buf_status(&words) != OK) json->out->failed = true;
    buf_deinit(&words);
}

static void column_json(struct report_json *json, const struct cli_comparison *self, uint32_t column) {
    const struct run_compare *compare = self->compare;
    const struct run_compare_state *state = &compare->at[column];
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", str_of(self->sources[column]->path));
    report_json_text(json, "variant", variant_of(self, column));
    report_json_number(json, "leaking_runs", state->leaking_runs);
    for (size_t i = 0; i < BASE_COUNT(measures); i++) report_json_number(json, measures[i].key, measured(state, i));
    report_json_open(json, "findings", '[');
    for (uint32_t i = 0; i < compare->found_count; i++) {
        if (compare->found[i].runs[column] == 0) continue;
        report_json_open(json, NULL, '{');
        words_json(json, &compare->found[i].finding, true);
        report_json_hex(json, "signature", compare->found[i].finding.signature);
        report_json_number(json, "runs", compare->found[i].runs[column]);
        report_json_number(json, "count_most", compare->found[i].most[column]);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
    if (state->lost.option > 0) {
        report_json_open(json, "diverged", '{');
        report_json_number(json, "decision", state->lost.decision);
        report_json_number(json, "option", state->lost.option);
        report_json_close(json, '}');
    }
    if (compare->differ) {
        report_json_open(json, "differs", '{');
        report_json_text(json, "token", buf_str(&state->token));
        report_json_open(json, "left", '[');
        for (uint32_t i = 0; i < state->shown.count; i++) words_json(json, &state->shown.at[i], false);
        report_json_close(json, ']');
        report_json_number(json, "lost", state->shown.lost);
        report_json_close(json, '}');
    }
    report_json_close(json, '}');
}

void cli_compare_json(struct buf *out, const struct cli_comparison *comparison) {
    const struct run_compare *compare = comparison->compare;
    struct report_json json = {.out = out};
    report_json_open(&json, NULL, '{');
    report_json_text(&json, "format", STR("ebb-compare-1"));
    report_json_number(&json, "runs", compare->runs);
    report_json_number(&json, "seed", comparison->options->seed);
    if (comparison->options->token != NULL) report_json_text(&json, "token", str_of(comparison->options->token));
    report_json_bool(&json, "limited", compare->limited);
    report_json_bool(&json, "interrupted", comparison->interrupted);
    report_json_number(&json, "lost", compare->found_lost);
    report_json_number(&json, "cut", compare->cut);
    report_json_bool(&json, "differ", compare->differ);
    if (compare->differ) report_json_number(&json, "first_differing_run", compare->differ_run + 1);
    report_json_open(&json, "columns", '[');
    for (uint32_t i = 0; i < compare->column_count; i++) column_json(&json, comparison, i);
    report_json_close(&json, ']');
    report_json_close(&json, '}');
}
