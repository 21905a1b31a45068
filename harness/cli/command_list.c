/* SPDX-License-Identifier: MIT */
/* command_list.c — `ebb list`: what is there. */
#include <stdio.h>

#include "cli/command.h"

static void print(const struct options *options, const struct source *source) {
    struct str about = scenario_about(source->scenario);
    for (uint32_t variant = 0; variant < scenario_row_count(source->scenario); variant++) {
        struct str name = scenario_variant_name(source->scenario, variant);
        if (options->variant != NULL && !str_equal(name, str_of(options->variant))) continue;
        if (options->ctest)
            (void)printf("%s\t%.*s\n", source->path, (int)name.len, name.at);
        else
            (void)printf("%-48s %-12.*s %.*s\n", source->path, (int)name.len, name.at, variant == 0 ? (int)about.len : 0, about.at);
    }
}

static int run(int count, char **words) {
    static const char *const everything[] = {"scenarios"};
    struct options options;
    struct sources sources;
    if (!cli_options(&options, count, words, "variant ctest")) return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return EXIT_AS_EXPECTED;
    }
    cli_sources_load(&sources, options.path_count == 0 ? everything : options.paths, options.path_count == 0 ? 1 : options.path_count);
    for (uint32_t i = 0; i < sources.count; i++) print(&options, &sources.at[i]);
    bool failed = sources.failed;
    cli_sources_free(&sources);
    cli_options_free(&options);
    return failed ? EXIT_BAD_INPUT : EXIT_AS_EXPECTED;
}

const struct command cli_list_command = {"list", "[PATH...]", "the scenarios and their variants", run};
