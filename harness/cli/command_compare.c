/* SPDX-License-Identifier: MIT */
/* command_compare.c — `ebb compare`: the variants of a file, or of several, under the same decisions, side by side. It shows and
 * does not judge: 0 also where something leaks. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "cli/compare_words.h"
#include "core/runtime.h"
#include "explore/token.h"

static volatile int interrupted; /* set by the handler, read between runs */

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

struct comparing {
    struct cli_comparison told;
    struct run_compare_column columns[RUN_COMPARE_COLUMNS];
    uint32_t count;
};

static int wrong(const char *what, const char *name) {
    (void)fprintf(stderr, "ebb: ");
    cli_plain_print(stderr, str_of(name));
    (void)fprintf(stderr, "%s\n", what);
    return EXIT_BAD_INPUT;
}

/* Every variant, or the one asked for, of every file. */
static int columns_take(struct comparing *self, const struct options *options, const struct sources *sources) {
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_variant_count(source->scenario); variant++) {
            struct str name = scenario_variant_name(source->scenario, variant);
            if (options->variant != NULL && !str_equal(name, str_of(options->variant))) continue;
            if (wanted++ >= RUN_COMPARE_COLUMNS) continue;
            self->told.sources[self->count] = source;
            self->columns[self->count++] = (struct run_compare_column){
                .scenario = source->scenario, .variant = variant, .scenario_key = explore_token_key(source->bytes)};
        }
    }
    if (sources->failed) return EXIT_BAD_INPUT; /* it was told */
    if (wanted > RUN_COMPARE_COLUMNS) {
        (void)fprintf(stderr, "ebb: %u variants do not fit side by side, %u do; --variant takes one of each file\n",
                      wanted, RUN_COMPARE_COLUMNS);
        return EXIT_BAD_INPUT;
    }
    if (wanted == 0) return wrong("no file here has this variant", options->variant == NULL ? "" : "--variant: ");
    if (wanted == 1) return wrong(" has a single variant here, and compare needs two or more", sources->at[0].path);
    return EXIT_AS_EXPECTED;
}

static int compare_runs(struct comparing *self, const struct options *options, struct run_compare *compare) {
    struct buf out;
    enum status status = OK;
    uint32_t failed = 0;
    uint64_t runs = options->token == NULL ? options->runs : 1;
    while (status == OK && compare->runs < runs && !compare->limited && !interrupted)
        status = run_compare_go(compare, &failed);
    if (status == ERR_INPUT) {
        struct diag fault = compare->at[failed].result.fault;
        scenario_diag_origin(&fault, str_of(self->told.sources[failed]->path));
        cli_problem_print(stderr, "error", &fault, self->told.sources[failed]->bytes);
        return EXIT_BAD_INPUT;
    }
    self->told.compare = compare;
    self->told.interrupted = interrupted != 0;
    buf_init(&out, mem_system());
    if (status == OK) (options->json ? cli_compare_json : cli_compare_text)(&out, &self->told);
    if (status == OK) status = buf_status(&out);
    (void)fflush(stdout);
    bool told = status == OK && cli_write(fileno(stdout), buf_str(&out));
    buf_deinit(&out);
    if (status != OK) (void)fprintf(stderr, "ebb: not enough memory to compare them\n");
    return told && !interrupted ? EXIT_AS_EXPECTED : EXIT_UNFINISHED;
}

static int compare_by(struct comparing *self, const struct options *options, const struct explore_schedule *schedule) {
    struct run_compare *compare = NULL;
    struct run_compare_config config = {.columns = self->columns,
                                        .column_count = self->count,
                                        .seed = options->seed,
                                        .timers = options->timers,
                                        .strategy = options->strategy,
                                        .schedule = schedule};
    enum status status = run_compare_new(mem_system(), &compare, &config);
    if (status == ERR_INPUT)
        return wrong(" searches, and so makes other runs of each variant; compare takes those that sample",
                     options->strategy);
    if (status != OK) {
        (void)fprintf(stderr, "ebb: not enough memory to compare them\n");
        return EXIT_UNFINISHED;
    }
    int code = compare_runs(self, options, compare);
    run_compare_free(compare);
    return code;
}

static int compare_token(struct comparing *self, const struct options *options) {
    struct token token;
    struct diag why = {0};
    enum status status = explore_token_read(mem_system(), str_of(options->token), &token, &why);
    if (status != OK) {
        (void)fprintf(stderr, "ebb: %s\n", why.text);
        return status == ERR_NOMEM ? EXIT_UNFINISHED : EXIT_BAD_INPUT;
    }
    bool ours = false;
    for (uint32_t i = 0; i < self->count; i++) ours = ours || self->columns[i].scenario_key == token.scenario;
    int code = ours ? compare_by(self, options, &token.schedule)
                    : wrong(" was made from none of these files; they may have been edited since", options->token);
    explore_schedule_deinit(mem_system(), &token.schedule);
    return code;
}

static int compare_files(const struct options *options) {
    struct comparing self = {.told = {.options = options}};
    struct sources sources;
    (void)signal(SIGINT, on_interrupt);
    (void)signal(SIGTERM, on_interrupt);
    (void)ebb_overflow_guard_install();
    cli_sources_load(&sources, options->paths, options->path_count);
    int code = columns_take(&self, options, &sources);
    if (code == EXIT_AS_EXPECTED)
        code = options->token == NULL ? compare_by(&self, options, NULL) : compare_token(&self, options);
    cli_sources_free(&sources);
    return code;
}

static int run(int count, char **words) {
    struct options options;
    int code = EXIT_BAD_INPUT;
    if (!cli_options(&options, count, words, "variant runs seed strategy timers token json")) return EXIT_BAD_INPUT;
    if (options.help)
        code = EXIT_AS_EXPECTED;
    else if (options.path_count == 0)
        (void)fprintf(stderr, "ebb: compare takes a scenario, or several\n");
    else if (options.token != NULL && (options.runs_asked || options.strategy != NULL))
        (void)fprintf(stderr, "ebb: --token is one run, decided; it goes with neither --runs nor --strategy\n");
    else
        code = compare_files(&options);
    cli_options_free(&options);
    return code;
}

const struct command cli_compare_command = {
    "compare", "FILE...", "variants under the same decisions, side by side",
    "  ebb compare FILE                         its variants, over the same 32 schedules\n"
    "  ebb compare --token TOKEN FILE           in one run\n",
    run};
