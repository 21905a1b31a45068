/* SPDX-License-Identifier: MIT */
/* command_replay.c — `ebb replay`: the run a token names, once more. The token knows its scenario by content, so the file
 * is found wherever it lies below the paths. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/decided.h"
#include "core/runtime.h"
#include "run/causes.h"

static int replay(const struct options *options, const struct source *source, const struct token *token,
                  const char *text) {
    struct run_campaign campaign = {
        .scenario = source->scenario, .variant = token->variant, .scenario_key = token->scenario, .one_of_range = true};
    struct run_row *row = mem_new(mem_system(), 1, sizeof *row);
    struct run_causes *causes = mem_new(mem_system(), 1, sizeof *causes);
    if (row == NULL || causes == NULL) {
        mem_free(mem_system(), row, sizeof *row);
        mem_free(mem_system(), causes, sizeof *causes);
        return EXIT_UNFINISHED;
    }
    struct buf expected;
    struct report_case one;
    buf_init(&expected, mem_system());
    base_panic_note_set(text);
    enum status status = run_replay(&campaign, &token->schedule, mem_system(), row);
    if (status == OK) run_causes(source->scenario, row, NULL, mem_system(), causes);
    base_panic_note_set(NULL);
    cli_row_case(source, token->variant, row, &expected, &one);
    one.causes = causes->count > 0 ? causes->at : NULL;
    struct report report = {.title = STR("ebb replay"), .cases = &one, .count = 1};
    int code = EXIT_AS_EXPECTED;
    if (status != OK) {
        (void)fprintf(stderr, "%s: error: %s\n", source->path, row->why);
        code = status == ERR_NOMEM ? EXIT_UNFINISHED : EXIT_BAD_INPUT;
    } else if (cli_report(&report, options->json ? "json" : "text", NULL) != OK) {
        code = EXIT_UNFINISHED;
    } else if (options->timeline != NULL && cli_timelines(options, &one, &source, 1) != OK) {
        code = EXIT_UNFINISHED;
    } else if (!options->json) {
        (void)printf("digest %016" PRIx64 " after %" PRIu64 " steps\n", row->digest, row->steps);
    }
    buf_deinit(&expected);
    mem_free(mem_system(), causes, sizeof *causes);
    mem_free(mem_system(), row, sizeof *row);
    return code;
}

static int find_and_replay(const struct options *options) {
    struct cli_decided decided;
    int code = cli_decided_open(&decided, options->paths[0], options->paths + 1, options->path_count - 1);
    if (decided.source != NULL) {
        int shown = replay(options, decided.source, &decided.token, decided.text.at);
        if (shown != EXIT_AS_EXPECTED)
            code = shown;
        else if (cli_decided_write(options->schedule, decided.source, &decided.token) != OK)
            code = EXIT_UNFINISHED;
    }
    cli_decided_close(&decided);
    return code;
}

static int run(int count, char **words) {
    struct options options;
    int code = EXIT_BAD_INPUT;
    if (!cli_options(&options, count, words, "json timeline every schedule")) return EXIT_BAD_INPUT;
    if (options.help) {
        code = EXIT_AS_EXPECTED;
    } else if (options.path_count == 0) {
        (void)fprintf(stderr, "ebb: replay takes a token, as reports print it, or its long form, a .sched file\n");
    } else {
        (void)ebb_overflow_guard_install();
        code = find_and_replay(&options);
    }
    cli_options_free(&options);
    return code;
}

const struct command cli_replay_command = {
    "replay", "TOKEN|FILE.sched [PATH...]", "the run a report names, bit for bit",
    "  ebb replay TOKEN                         looks for its scenario below the folder scenarios\n"
    "  ebb replay TOKEN FILE                    it is this one\n"
    "  ebb replay --schedule x.sched TOKEN      also write its decisions as text, to be edited\n"
    "  ebb replay x.sched                       the run that such a file tells\n",
    run};
