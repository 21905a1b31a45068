/* SPDX-License-Identifier: MIT */
/* command_list.c — `ebb list`: what is there. */
#include <stdio.h>

#include "cli/command.h"

/* Is one of the scenario's tags among those asked for, which commas separate? */
static bool tagged(const struct scenario *scenario, const char *tags) {
    for (const char *at = tags; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        struct str wanted = {at, strcspn(at, ",")};
        for (uint32_t i = 0; i < scenario_tag_count(scenario); i++)
            if (str_equal(scenario_tag(scenario, i), wanted)) return true;
    }
    return tags == NULL;
}

/* Once for each scenario: what it is about, and its tags. */
static void about_print(const struct scenario *scenario) {
    cli_plain_print(stdout, scenario_about(scenario));
    for (uint32_t i = 0; i < scenario_tag_count(scenario); i++) {
        (void)fputs(i == 0 ? " [" : ", ", stdout);
        cli_plain_print(stdout, scenario_tag(scenario, i));
    }
    if (scenario_tag_count(scenario) > 0) (void)fputc(']', stdout);
}

static bool print(const struct options *options, const struct source *source) {
    const struct scenario *scenario = source->scenario;
    bool first = true;
    if (!tagged(scenario, options->tags)) return false;
    for (uint32_t variant = 0; variant < scenario_row_count(scenario); variant++) {
        struct str name = scenario_variant_name(scenario, variant), pending = scenario_pending(scenario, variant);
        if (options->variant != NULL && !str_equal(name, str_of(options->variant))) continue;
        if (options->ctest) {
            (void)printf("%s\t%.*s\n", source->path, (int)name.len, name.at);
            continue;
        }
        (void)printf("%-48s %-12.*s ", source->path, (int)name.len, name.at);
        if (first) about_print(scenario);
        first = false;
        if (pending.len > 0) {
            (void)fputs(variant == 0 ? " (pending: " : "(pending: ", stdout);
            cli_plain_print(stdout, pending);
            (void)fputc(')', stdout);
        }
        (void)fputc('\n', stdout);
    }
    return true;
}

static int run(int count, char **words) {
    static const char *const everything[] = {"scenarios"};
    struct options options;
    struct sources sources;
    if (!cli_options(&options, count, words, "variant tags ctest")) return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return EXIT_AS_EXPECTED;
    }
    cli_sources_load(&sources, options.path_count == 0 ? everything : options.paths,
                     options.path_count == 0 ? 1 : options.path_count);
    bool any = options.tags == NULL, failed = sources.failed;
    for (uint32_t i = 0; i < sources.count; i++) any = print(&options, &sources.at[i]) || any;
    if (!any) (void)fprintf(stderr, "ebb: no scenario has one of the tags %s\n", options.tags);
    cli_sources_free(&sources);
    cli_options_free(&options);
    return failed ? EXIT_BAD_INPUT : EXIT_AS_EXPECTED;
}

const struct command cli_list_command = {
    "list", "[PATH...]", "the scenarios and their variants",
    "  ebb list                                 every scenario below the folder scenarios\n"
    "  ebb list --tags goker --variant leaking\n",
    run};
