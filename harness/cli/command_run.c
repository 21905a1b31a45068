/* SPDX-License-Identifier: MIT */
/* command_run.c — `ebb run`: judge scenarios against their expectations, each variant in a process of its own. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/baseline.h"
#include "explore/token.h"
#include "run/causes.h"
#include "run/isolate.h"

#define PATIENCE_MS 120000 /* real time for one variant: a hundred times what the slowest takes under a sanitizer */

static volatile int interrupted; /* set by the handler, read between rows and while waiting for one */

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

struct judged {
    struct run_row *row; /* as small as it can be: a child has a copy, and LeakSanitizer looks through all of it */
    struct report_cause *causes; /* as many as the row has findings; NULL: none are known */
    struct buf expected, known;
    const struct source *source;
    uint32_t variant;
};

/* One row, in a process of its own, with what is known of it. */
static void judge_once(const struct options *options, struct baseline *baseline, uint32_t number, struct judged *out,
                       struct run_row *row, struct run_causes *causes) {
    struct run_known known[RUN_KNOWN_MAX];
    uint32_t entries[RUN_KNOWN_MAX];
    struct run_campaign campaign = {
        .scenario = out->source->scenario,
        .variant = out->variant,
        .scenario_key = explore_token_key(out->source->bytes),
        .runs = options->runs,
        .seed = options->seed,
        .prove = options->prove,
        .timers = options->timers,
        .strategy = options->strategy,
        .known = known,
        .known_count = cli_baseline_known(baseline, out->source, out->variant, known, entries),
        .leak_check = cli_leak_net() == CLI_LEAK_NET_WORKS,
        .causes = causes,
    };
    if (run_isolated(&campaign, mem_system(), PATIENCE_MS, &interrupted, row) != OK) {
        memset(row, 0, sizeof *row);
        row->verdict = REPORT_CUT_SHORT;
        (void)fprintf(stderr, "ebb: the system gives no more processes or pipes\n");
        interrupted = 1;
    }
    cli_baseline_judged(baseline, out->source, out->variant, number, entries, campaign.known_count, row, &out->known);
}

static enum status judge(const struct options *options, struct baseline *baseline, uint32_t number,
                         struct judged *out) {
    static struct run_row row;
    static struct run_causes causes;
    buf_init(&out->known, mem_system());
    judge_once(options, baseline, number, out, &row, &causes);
    /* What another schedule leaves comes to light when what this one leaves is known. */
    while (options->write_baseline != NULL && !row.as_expected &&
           cli_baseline_add(baseline, out->source, out->variant, &row) > 0)
        judge_once(options, baseline, number, out, &row, &causes);
    out->row = run_row_keep(mem_system(), &row);
    if (out->row == NULL) return ERR_NOMEM;
    if (causes.count == 0 || causes.count != row.count) return OK;
    out->causes = mem_new(mem_system(), causes.count, sizeof *out->causes);
    if (out->causes == NULL) return ERR_NOMEM;
    memcpy(out->causes, causes.at, causes.count * sizeof *out->causes);
    return OK;
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

static uint32_t judge_all(const struct options *options, struct baseline *baseline, const struct sources *sources,
                          struct judged *judged) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_row_count(source->scenario); variant++) {
            if (!wanted(options, source->scenario, variant)) continue;
            judged[count].source = source;
            judged[count].variant = variant;
            if (judge(options, baseline, count, &judged[count]) != OK) return 0;
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

/* Red, where something was taken on and is gone. */
static void gone_told(const struct baseline *baseline, bool all_variants, uint32_t number, struct run_row *row) {
    for (uint32_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        if (!cli_baseline_gone(entry, number, all_variants)) continue;
        size_t len = strlen(row->why);
        (void)snprintf(row->why + len, sizeof row->why - len,
                       "%s%s:%u: known, and nothing of it is found any more: the entry can go", len == 0 ? "" : "; ",
                       baseline->path, entry->line);
        row->as_expected = false;
    }
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
        cases[i].causes = judged[i].causes;
        cases[i].known = buf_str(&judged[i].known);
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

static int judge_and_conclude(const struct options *options, struct baseline *baseline, const struct sources *sources) {
    uint32_t count = count_variants(options, sources);
    struct judged *judged = mem_new(mem_system(), count, sizeof *judged);
    int code = EXIT_UNFINISHED;
    if (count == 0) {
        if (!sources->failed) (void)fprintf(stderr, "ebb: no scenario has a variant \"%s\"\n", options->variant);
        code = EXIT_BAD_INPUT;
    } else if (judged != NULL) {
        uint32_t done = judge_all(options, baseline, sources, judged);
        for (uint32_t i = 0; i < done && options->write_baseline == NULL; i++)
            gone_told(baseline, options->variant == NULL, i, judged[i].row);
        code = conclude(options, sources, judged, done);
        if (options->write_baseline != NULL && done > 0 && interrupted == 0 &&
            !cli_baseline_write(baseline, options->write_baseline))
            code = EXIT_UNFINISHED;
    }
    for (uint32_t i = 0; judged != NULL && i < count; i++) {
        if (judged[i].row != NULL)
            mem_free(mem_system(), judged[i].causes, judged[i].row->count * sizeof *judged[i].causes);
        run_row_drop(mem_system(), judged[i].row);
        buf_deinit(&judged[i].known);
    }
    mem_free(mem_system(), judged, count * sizeof *judged);
    return code;
}

static int run(int argument_count, char **words) {
    static const char *const everything[] = {"scenarios"};
    struct options options;
    struct sources sources;
    struct baseline baseline;
    int code = EXIT_BAD_INPUT;
    if (!cli_options(
            &options, argument_count, words,
            "variant runs prove seed strategy timers baseline write-baseline today json junit timeline every terse"))
        return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return EXIT_AS_EXPECTED;
    }
    (void)signal(SIGINT, on_interrupt);
    (void)signal(SIGTERM, on_interrupt);
    (void)signal(SIGPIPE, SIG_IGN);
    cli_baseline_init(&baseline);
    bool known = options.baseline == NULL ||
        cli_baseline_load(&baseline, options.baseline, options.today == NULL ? 0 : cli_date(str_of(options.today)));
    cli_sources_load(&sources, options.path_count == 0 ? everything : options.paths,
                     options.path_count == 0 ? 1 : options.path_count);
    if (known && cli_baseline_there(&baseline, &sources)) code = judge_and_conclude(&options, &baseline, &sources);
    cli_baseline_deinit(&baseline);
    cli_sources_free(&sources);
    cli_options_free(&options);
    return code;
}

const struct command cli_run_command = {"run", "[PATH...]", "judge scenarios against their expectations", run};
