/* SPDX-License-Identifier: MIT */
/* command_explain.c — `ebb explain`: the story of one run. Of a token, that run; of a file, the run that `ebb run` would
 * show of one variant. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/decided.h"
#include "core/world.h"
#include "reports/report_story.h"
#include "run/explain.h"

struct out_sink {
    struct sink sink;
};

static enum status out_write(struct sink *sink, struct str bytes) {
    (void)sink;
    return cli_write(STDOUT_FILENO, bytes) ? OK : ERR_IO;
}

static int complain(const struct source *source, const struct diag *fault, const char *otherwise) {
    struct diag diag = *fault;
    if (diag.text[0] == 0) (void)snprintf(diag.text, sizeof diag.text, "%s", otherwise);
    scenario_diag_origin(&diag, str_of(source->path));
    cli_problem_print(stderr, "error", &diag, source->bytes);
    return EXIT_BAD_INPUT;
}

static int tell(const struct options *options, const struct source *source, const struct token *token,
                const char *text) {
    struct run_story told;
    struct out_sink out = {{out_write}};
    int code = EXIT_UNFINISHED;
    base_panic_note_set(text);
    enum status status =
        run_explain(&told, mem_system(), source->scenario, token->variant, &token->schedule, CHECK_STORY_LOOKS, NULL);
    base_panic_note_set(NULL);
    if (status == ERR_INPUT) {
        code = complain(source, &told.result.fault, "the schedule does not fit this scenario");
    } else if (status != OK) {
        (void)fprintf(stderr, "ebb: not enough memory to tell it\n");
    } else {
        struct report_story story = {
            .file = str_of(source->path),
            .variant = scenario_variant_name(source->scenario, token->variant),
            .about = scenario_about(source->scenario),
            .token = str_of(text),
            .source = source->bytes,
            .story = told.story,
            .findings = &told.result.findings,
            .steps = told.result.steps,
            .time_ns = told.time_ns,
            .deviations = token->schedule.count,
            .early_timers = token->schedule.timers == EBB_TIMERS_ANY,
        };
        (void)fflush(stdout);
        status = options->json ? report_story_json(&story, mem_system(), &out.sink)
                               : report_story_text(&story, mem_system(), &out.sink);
        if (status == OK) code = EXIT_AS_EXPECTED;
    }
    run_explain_deinit(&told);
    return code;
}

static int tell_token(const struct options *options, const struct source *source, const char *text) {
    struct token token;
    struct diag why = {0};
    if (explore_token_read(mem_system(), str_of(text), &token, &why) != OK) {
        (void)fprintf(stderr, "ebb: %s\n", why.text);
        return EXIT_BAD_INPUT;
    }
    int code = tell(options, source, &token, text);
    if (code == EXIT_AS_EXPECTED && cli_decided_write(options->schedule, source, &token) != OK) code = EXIT_UNFINISHED;
    explore_schedule_deinit(mem_system(), &token.schedule);
    return code;
}

/* The run that stands for a variant, as `ebb run` finds it. */
static int tell_variant(const struct options *options, const struct source *source) {
    uint32_t variant = options->variant == NULL ? 0 : scenario_variant_find(source->scenario, str_of(options->variant));
    if (variant == UINT32_MAX) {
        (void)fprintf(stderr, "%s: error: there is no variant \"%s\"\n", source->path, options->variant);
        return EXIT_BAD_INPUT;
    }
    struct run_campaign campaign = {
        .scenario = source->scenario,
        .variant = variant,
        .scenario_key = explore_token_key(source->bytes),
        .runs = options->runs,
        .seed = options->seed,
        .prove = cli_prove(options),
        .timers = options->timers,
        .strategy = options->strategy,
    };
    struct run_row *row = mem_new(mem_system(), 1, sizeof *row);
    if (row == NULL) return EXIT_UNFINISHED;
    run_campaign(&campaign, mem_system(), row);
    int code = EXIT_BAD_INPUT;
    struct diag why = {.line = row->line, .column = row->column};
    (void)snprintf(why.text, sizeof why.text, "%.*s", (int)sizeof why.text - 1, row->why);
    if (row->verdict == REPORT_ERROR)
        (void)complain(source, &why, "it could not be run");
    else if (row->token[0] == 0)
        (void)fprintf(stderr, "%s: error: its schedule is too long for a token\n", source->path);
    else
        code = tell_token(options, source, row->token);
    mem_free(mem_system(), row, sizeof *row);
    return code;
}

static int find_decided(const struct options *options) {
    struct cli_decided decided;
    int code = cli_decided_open(&decided, options->paths[0], options->paths + 1, options->path_count - 1);
    if (decided.source != NULL) {
        int told = tell(options, decided.source, &decided.token, decided.text.at);
        if (told != EXIT_AS_EXPECTED)
            code = told;
        else if (cli_decided_write(options->schedule, decided.source, &decided.token) != OK)
            code = EXIT_UNFINISHED;
    }
    cli_decided_close(&decided);
    return code;
}

static int find_file(const struct options *options) {
    struct sources sources;
    int code = EXIT_BAD_INPUT;
    cli_sources_load(&sources, options->paths, options->path_count);
    if (sources.count == 1)
        code = tell_variant(options, &sources.at[0]);
    else if (!sources.failed)
        (void)fprintf(stderr, "ebb: explain tells one run, and here are %u scenarios\n", sources.count);
    cli_sources_free(&sources);
    return code;
}

static int run(int count, char **words) {
    struct options options;
    int code = EXIT_BAD_INPUT;
    if (!cli_options(&options, count, words, "variant runs seed strategy timers json schedule")) return EXIT_BAD_INPUT;
    (void)ebb_overflow_guard_install();
    if (options.help) {
        code = EXIT_AS_EXPECTED;
    } else if (options.path_count == 0) {
        (void)fprintf(stderr, "ebb: explain takes a token, as reports print it, or a scenario\n");
    } else if (cli_decided_meant(options.paths[0])) {
        code = find_decided(&options);
    } else {
        code = find_file(&options);
    }
    cli_options_free(&options);
    return code;
}

const struct command cli_explain_command = {
    "explain", "TOKEN|FILE.sched|FILE", "the story of one run: who did what, and which step decided",
    "  ebb explain TOKEN                        that run\n"
    "  ebb explain FILE                         the first run that leaves something\n",
    run};
