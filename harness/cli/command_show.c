/* SPDX-License-Identifier: MIT */
/* command_show.c — `ebb show`: what a scenario means, in words. */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "scenario/show.h"

static enum status show_all(const struct sources *sources, struct buf *out) {
    for (uint32_t i = 0; i < sources->count; i++) {
        if (i > 0) buf_put_char(out, '\n');
        TRY(scenario_show(sources->at[i].scenario, mem_system(), str_of(sources->at[i].path), out));
    }
    return OK;
}

static int run(int count, char **words) {
    struct options options;
    struct sources sources;
    struct buf out;
    int code = EXIT_AS_EXPECTED;
    if (!cli_options(&options, count, words, "")) return EXIT_BAD_INPUT;
    if (options.help || options.path_count == 0) {
        if (!options.help) (void)fprintf(stderr, "ebb: show takes the file to show\n");
        code = options.help ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
        cli_options_free(&options);
        return code;
    }
    buf_init(&out, mem_system());
    cli_sources_load(&sources, options.paths, options.path_count);
    if (show_all(&sources, &out) != OK) {
        code = EXIT_UNFINISHED;
    } else {
        cli_plain_lines(stdout, buf_str(&out));
        code = sources.failed ? EXIT_BAD_INPUT : EXIT_AS_EXPECTED;
    }
    buf_deinit(&out);
    cli_sources_free(&sources);
    cli_options_free(&options);
    return code;
}

const struct command cli_show_command = {"show", "FILE...", "what a scenario means, in words", "  ebb show FILE\n",
                                         run};
