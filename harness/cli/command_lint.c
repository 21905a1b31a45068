/* SPDX-License-Identifier: MIT */
/* command_lint.c — `ebb lint`: what is wrong with scenarios and what is hardly meant, without running them. */
#include <stdio.h>

#include "cli/command.h"
#include "reports/json_writer.h"
#include "scenario/lint.h"

enum lint_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_GITHUB };
struct lint {
    enum lint_format format;
    struct buf bytes; /* JSON, GITHUB */
    struct report_json json;
    uint32_t errors, warnings;
    bool failed; /* for lack of memory */
};

/* The characters that end a property or a line of a workflow command (docs.github.com, "Workflow commands"). */
static void github_put(struct buf *out, struct str text, bool property) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool escaped = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        if (escaped)
            buf_print(out, "%%%02X", (unsigned)c);
        else
            buf_put_char(out, c);
    }
}

static void github_print(struct buf *out, const char *severity, const struct diag *diag) {
    buf_print(out, "::%s file=", strcmp(severity, "note") == 0 ? "notice" : severity);
    github_put(out, str_of(diag->origin), true);
    if (diag->line > 0) buf_print(out, ",line=%u,col=%u", diag->line, diag->column);
    buf_put(out, STR("::"));
    github_put(out, str_of(diag->text), false);
    buf_put_char(out, '\n');
}

static void json_print(struct report_json *json, const char *severity, const struct diag *diag) {
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", str_of(diag->origin));
    report_json_number(json, "line", diag->line);
    report_json_number(json, "column", diag->column);
    report_json_text(json, "severity", str_of(severity));
    report_json_text(json, "message", str_of(diag->text));
    report_json_close(json, '}');
}

static void tell(struct lint *lint, const char *severity, const struct diag *diag, struct str bytes) {
    if (lint->format == FORMAT_TEXT) cli_problem_print(stdout, severity, diag, bytes);
    if (lint->format == FORMAT_JSON) json_print(&lint->json, severity, diag);
    if (lint->format == FORMAT_GITHUB) github_print(&lint->bytes, severity, diag);
}

static void tell_errors(struct lint *lint, const struct scenario_problems *problems, const char *path,
                        struct str bytes) {
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct scenario_note *note = &problems->notes[i];
        struct diag diag = problems->at[i];
        tell(lint, "error", &diag, bytes);
        if (note->line == 0) continue;
        diag.line = note->line;
        diag.column = note->column;
        (void)snprintf(diag.text, sizeof diag.text, "%s", note->text);
        tell(lint, "note", &diag, bytes);
    }
    if (problems->lost > 0) (void)fprintf(stderr, "%s: and %u more\n", path, problems->lost);
    lint->errors += problems->count;
}

static void lint_file(void *context, const char *path, struct str bytes) {
    static struct scenario_problems problems; /* large, and no lint runs within another */
    static struct scenario_warnings warnings;
    struct lint *lint = context;
    struct scenario *scenario = NULL;
    enum status status = scenario_load_linted(mem_system(), &scenario, str_of(path), bytes, &problems, &warnings);
    if (status != OK) {
        lint->failed = lint->failed || problems.count == 0;
        tell_errors(lint, &problems, path, bytes);
        return;
    }
    for (uint32_t i = 0; i < warnings.count; i++) tell(lint, "warning", &warnings.at[i], bytes);
    if (warnings.lost > 0) (void)fprintf(stderr, "%s: and %u more warnings\n", path, warnings.lost);
    lint->warnings += warnings.count;
    scenario_free(scenario);
}

static int lint_paths(struct lint *lint, const struct options *options) {
    static const char *const everything[] = {"scenarios"};
    bool some = options->path_count > 0;
    buf_init(&lint->bytes, mem_system());
    lint->json = (struct report_json){.out = &lint->bytes};
    if (lint->format == FORMAT_JSON) {
        report_json_open(&lint->json, NULL, '{');
        report_json_text(&lint->json, "format", STR("ebb-lint-1"));
        report_json_open(&lint->json, "problems", '[');
    }
    bool read = cli_sources_visit(some ? options->paths : everything, some ? options->path_count : 1, lint_file, lint);
    if (lint->format == FORMAT_JSON) {
        report_json_close(&lint->json, ']');
        report_json_close(&lint->json, '}');
    }
    (void)fflush(stdout);
    bool told = buf_status(&lint->bytes) == OK && cli_write(fileno(stdout), buf_str(&lint->bytes));
    buf_deinit(&lint->bytes);
    if (!told || lint->failed) return EXIT_UNFINISHED;
    if (!read || lint->errors > 0) return EXIT_BAD_INPUT;
    return lint->warnings > 0 ? EXIT_NOT_AS_EXPECTED : EXIT_AS_EXPECTED;
}

static int run(int count, char **words) {
    struct options options;
    if (!cli_options(&options, count, words, "json format")) return EXIT_BAD_INPUT;
    struct lint lint = {.format = options.json ? FORMAT_JSON : FORMAT_TEXT};
    int code = EXIT_AS_EXPECTED;
    if (options.format != NULL && strcmp(options.format, "json") == 0) lint.format = FORMAT_JSON;
    if (options.format != NULL && strcmp(options.format, "github") == 0) lint.format = FORMAT_GITHUB;
    if (!options.help) code = lint_paths(&lint, &options);
    cli_options_free(&options);
    return code;
}

const struct command cli_lint_command = {
    "lint", "[PATH...]", "what is wrong with scenarios, or hardly meant",
    "  ebb lint                                 every scenario below the folder scenarios\n"
    "  ebb lint --format github FILE            as annotations of a workflow\n",
    run};
