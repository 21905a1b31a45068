/* SPDX-License-Identifier: MIT */
/* verdicts.c — rows become a report, and a report becomes bytes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "explore/coverage.h"

const struct scenario_stop *cli_stop(const struct options *options, const struct scenario *scenario) {
    const struct scenario_stop *rule = scenario_stop(scenario);
    bool said = options->runs_asked || options->time_ms > 0 || options->first || options->prove_asked;
    return rule->asked && !said ? rule : NULL;
}

void cli_cut_words(struct buf *out, const char *indent, uint32_t count) {
    buf_print(out, "%sa run left up to ", indent);
    explore_number_words(out, count);
    buf_print(out, " more findings than its list has room for, which is %u\n", RUN_FINDINGS_MAX);
}

void cli_row_case(const struct source *source, uint32_t variant, const struct run_row *row, struct buf *expected,
                  struct report_case *out) {
    buf_clear(expected);
    if (variant < scenario_variant_count(source->scenario))
        run_expected_words(expected, scenario_expect(source->scenario, variant));
    else
        buf_print(expected, "a leak exactly when the condition says so, for %u combinations of parameters",
                  scenario_range_count(source->scenario));
    *out = (struct report_case){
        .file = str_of(source->path),
        .name = cli_source_name(source),
        .variant = scenario_variant_name(source->scenario, variant),
        .about = scenario_about(source->scenario),
        .as_expected = row->as_expected,
        .verdict = row->verdict,
        .runs = row->runs,
        .proved = row->proved,
        .sampled = row->sampled,
        .ended = str_of(row->ended),
        .leaking_runs = row->leaking_runs,
        .runs_with = row->runs_with,
        .steps = row->steps,
        .token = str_of(row->token),
        .digest = row->digest,
        .findings = row->findings,
        .count = row->count,
        .lost = row->lost,
        .expected = buf_str(expected),
        .pending = scenario_pending(source->scenario, variant),
        .why = str_of(row->why),
        .line = row->line,
        .column = row->column,
    };
}

struct file_sink {
    struct sink sink;
    int fd;
};

static enum status file_write(struct sink *sink, struct str bytes) {
    const struct file_sink *self = BASE_OWNER(sink, struct file_sink, sink);
    return cli_write(self->fd, bytes) ? OK : ERR_IO;
}

enum status cli_report(const struct report *report, const char *reporter, const char *path) {
    const struct reporter *found = report_find(str_of(reporter));
    ASSERT(found != NULL);
    struct file_sink file = {.sink = {file_write}, .fd = STDOUT_FILENO};
    struct report coloured = *report;
    coloured.colour = path == NULL && isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == NULL;
    if (path != NULL) file.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file.fd < 0) {
        (void)fprintf(stderr, "%s: error: cannot be written\n", path);
        return ERR_IO;
    }
    (void)fflush(stdout);
    enum status status = found->write(&coloured, &file.sink);
    if (path != NULL && close(file.fd) != 0) status = ERR_IO;
    if (status != OK) (void)fprintf(stderr, "ebb: the report could not be written\n");
    return status;
}

enum status cli_rows_report(const struct options *options, const struct report *report) {
    TRY(cli_report(report, options->json ? "json" : "text", NULL));
    return options->junit == NULL ? OK : cli_report(report, "junit", options->junit);
}

int cli_rows_code(const struct report *report, bool input, enum status status) {
    bool as_expected = true, deterministic = true, finished = status == OK;
    for (uint32_t i = 0; i < report->count; i++) {
        const struct report_case *at = &report->cases[i];
        for (uint32_t k = 0; k < at->count; k++)
            deterministic = deterministic && at->findings[k].kind != CHECK_NONDETERMINISTIC;
        finished = finished && at->verdict != REPORT_CUT_SHORT;
        input = input && at->verdict != REPORT_ERROR;
        as_expected = as_expected && at->as_expected;
    }
    if (!deterministic) return EXIT_NOT_DETERMINISTIC; /* then nothing else that was said is worth much */
    if (!finished) return EXIT_UNFINISHED;
    if (!input) return EXIT_BAD_INPUT;
    return as_expected ? EXIT_AS_EXPECTED : EXIT_NOT_AS_EXPECTED;
}
