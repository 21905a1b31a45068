/* SPDX-License-Identifier: MIT */
/* command_schema.c — `ebb schema`: the language for editors (JSON Schema) and for people (Markdown). */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "reports/json_writer.h"
#include "scenario/schema.h"

struct json_pen {
    struct scenario_schema_writer writer; /* first member */
    struct report_json json;
};
static struct report_json *json_of(struct scenario_schema_writer *writer) {
    return &BASE_OWNER(writer, struct json_pen, writer)->json;
}

static void pen_open(struct scenario_schema_writer *writer, const char *key, char bracket) {
    report_json_open(json_of(writer), key, bracket);
}
static void pen_close(struct scenario_schema_writer *writer, char bracket) {
    report_json_close(json_of(writer), bracket);
}
static void pen_text(struct scenario_schema_writer *writer, const char *key, struct str text) {
    report_json_text(json_of(writer), key, text);
}
static void pen_number(struct scenario_schema_writer *writer, const char *key, int64_t number) {
    report_json_signed(json_of(writer), key, number);
}
static void pen_boolean(struct scenario_schema_writer *writer, const char *key, bool yes) {
    report_json_bool(json_of(writer), key, yes);
}

static enum status schema_write(struct buf *out) {
    struct json_pen pen = {.writer = {pen_open, pen_close, pen_text, pen_number, pen_boolean}, .json = {.out = out}};
    return scenario_schema(&pen.writer, mem_system());
}

static int run(int count, char **words) {
    struct options options;
    struct buf out;
    int code = EXIT_AS_EXPECTED;
    if (!cli_options(&options, count, words, "markdown")) return EXIT_BAD_INPUT;
    buf_init(&out, mem_system());
    if (!options.help && options.path_count > 0) {
        (void)fprintf(stderr, "ebb: schema takes no paths\n");
        code = EXIT_BAD_INPUT;
    } else if (!options.help) {
        enum status status = OK;
        if (options.markdown)
            scenario_operations(&out);
        else
            status = schema_write(&out);
        (void)fflush(stdout);
        if (status != OK || buf_status(&out) != OK || !cli_write(STDOUT_FILENO, buf_str(&out))) code = EXIT_UNFINISHED;
    }
    buf_deinit(&out);
    cli_options_free(&options);
    return code;
}

const struct command cli_schema_command = {
    "schema", "", "the language as a JSON Schema, for editors",
    "  ebb schema >ebb.schema.json              for editors that check YAML\n"
    "  ebb schema --markdown                    every verb, as docs/operations.md has it\n",
    run};
