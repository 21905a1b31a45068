/* SPDX-License-Identifier: MIT */
/* command_run.c — `ebb run`: judge scenarios against their expectations, each variant in a process of its own. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "explore/token.h"
#include "run/isolate.h"

#define PATIENCE_MS 120000 /* real time for one variant: a hundred times what the slowest takes under a sanitizer */

static volatile int interrupted; /* set by the handler, read between rows and while waiting for one */

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

struct judged {
    struct run_row *row; /* as small as it can be: a child has a copy, and LeakSanitizer looks through all of it */
    struct buf expected;
    const struct source *source;
    uint32_t variant;
};

static enum status judge(const struct options *options, const struct source *source, uint32_t variant,
                         struct judged *out) {
    struct run_campaign campaign = {
        .scenario = source->scenario,
        .variant = variant,
        .scenario_key = explore_token_key(source->bytes),
        .runs = options->runs,
        .seed = options->seed,
        .timers = options->timers,
        .strategy = options->strategy,
        .leak_check = cli_leak_net() == CLI_LEAK_NET_WORKS,
    };
    out->source = source;
    out->variant = variant;
    static struct run_row row;
    enum status status = run_isolated(&campaign, mem_system(), PATIENCE_MS, &interrupted, &row);
    if (status != OK) {
        memset(&row, 0, sizeof row);
        row.verdict = REPORT_CUT_SHORT;
        (void)fprintf(stderr, "ebb: the system gives no more processes or pipes\n");
        interrupted = 1;
    }
    out->row = run_row_keep(mem_system(), &row);
    return out->row == NULL ? ERR_NOMEM : OK;
}

static bool wanted(const struct options *options, const struct scenario *scenario, uint32_t variant) {
    return options->variant == NULL || str_equal(scenario_variant_name(scenario, variant), str_of(options->variant));
}

static uint32_t count_variants(const struct options *options, const struct sources *sources) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < sources->count; i++)
        for (uint32_t variant = 0; variant < scenario_row_count(sources->at[i].scenario); variant++)
            count += wanted(options, sources->at[i].scenario, variant);
    return count;
}

static uint32_t judge_all(const struct options *options, const struct sources *sources, struct judged *judged) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_row_count(source->scenario); variant++) {
            if (!wanted(options, source->scenario, variant)) continue;
            if (judge(options, source, variant, &judged[count]) != OK) return 0;
            count++;
        }
    }
    return count;
}

static enum status timelines(const struct options *options, const struct judged *judged,
                             const struct report_case *cases, uint32_t count) {
    const struct source **sources = mem_new(mem_system(), count, sizeof *sources);
    if (sources == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) sources[i] = judged[i].source;
    enum status status = cli_timelines(options, cases, sources, count);
    mem_free(mem_system(), sources, count * sizeof *sources);
    return status;
}

/* Zero rows: for lack of memory, since something was asked for. */
static int conclude(const struct options *options, const struct sources *sources, struct judged *judged,
                    uint32_t count) {
    struct mem *mem = mem_system();
    struct report_case *cases = mem_new(mem, count, sizeof *cases);
    if (cases == NULL || count == 0) {
        mem_free(mem, cases, count * sizeof *cases);
        (void)fprintf(stderr, "ebb: not enough memory for the verdicts\n");
        return EXIT_UNFINISHED;
    }
    bool as_expected = true, deterministic = true, finished = true, input = !sources->failed;
    for (uint32_t i = 0; i < count; i++) {
        buf_init(&judged[i].expected, mem);
        cli_row_case(judged[i].source, judged[i].variant, judged[i].row, &judged[i].expected, &cases[i]);
        enum report_verdict verdict = judged[i].row->verdict;
        for (uint32_t k = 0; k < cases[i].count; k++)
            deterministic = deterministic && cases[i].findings[k].kind != CHECK_NONDETERMINISTIC;
        finished = finished && verdict != REPORT_CUT_SHORT;
        input = input && verdict != REPORT_ERROR;
        as_expected = as_expected && judged[i].row->as_expected;
    }
    struct report report = {.title = STR("ebb run"), .cases = cases, .count = count, .terse = options->terse};
    enum status status = cli_report(&report, options->json ? "json" : "text", NULL);
    if (status == OK && options->junit != NULL) status = cli_report(&report, "junit", options->junit);
    if (status == OK && options->timeline != NULL) status = timelines(options, judged, cases, count);
    for (uint32_t i = 0; i < count; i++) buf_deinit(&judged[i].expected);
    mem_free(mem, cases, count * sizeof *cases);
    if (!deterministic) return EXIT_NOT_DETERMINISTIC; /* then nothing else that was said is worth much */
    if (!finished || status != OK) return EXIT_UNFINISHED;
    if (!input) return EXIT_BAD_INPUT;
    return as_expected ? EXIT_AS_EXPECTED : EXIT_NOT_AS_EXPECTED;
}

static int run(int argument_count, char **words) {
    static const char *const everything[] = {"scenarios"};
    struct options options;
    struct sources sources;
    int code = EXIT_UNFINISHED;
    if (!cli_options(&options, argument_count, words,
                     "variant runs seed strategy timers json junit timeline every terse"))
        return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return EXIT_AS_EXPECTED;
    }
    (void)signal(SIGINT, on_interrupt);
    (void)signal(SIGTERM, on_interrupt);
    (void)signal(SIGPIPE, SIG_IGN);
    cli_sources_load(&sources, options.path_count == 0 ? everything : options.paths,
                     options.path_count == 0 ? 1 : options.path_count);
    uint32_t count = count_variants(&options, &sources);
    struct judged *judged = mem_new(mem_system(), count, sizeof *judged);
    if (count == 0) {
        if (!sources.failed) (void)fprintf(stderr, "ebb: no scenario has a variant \"%s\"\n", options.variant);
        code = EXIT_BAD_INPUT;
    } else if (judged != NULL) {
        code = conclude(&options, &sources, judged, judge_all(&options, &sources, judged));
    }
    for (uint32_t i = 0; judged != NULL && i < count; i++) run_row_drop(mem_system(), judged[i].row);
    mem_free(mem_system(), judged, count * sizeof *judged);
    cli_sources_free(&sources);
    cli_options_free(&options);
    return code;
}

const struct command cli_run_command = {"run", "[PATH...]", "judge scenarios against their expectations", run};
