/* SPDX-License-Identifier: MIT */
/* command_explore.c — `ebb explore`: searches the schedules of each variant, and says what was found and how complete the
 * search was. All runs are made in this process, since a process for each costs more than a run. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "cli/command.h"
#include "core/runtime.h"
#include "explore/token.h"
#include "reports/json_writer.h"
#include "reports/report_bytes.h"
#include "run/survey.h"

/* Walks at random find most leaks first; those that need one coroutine to be late for long, pct finds, and others never
 * do: docs/exploration.md has the numbers. */
#define STRATEGIES_UNASKED "default,random,pct2,pct3"
#define RUNS_UNASKED 10000u /* when neither --runs nor --time says how many */

static volatile int interrupted; /* set by the handler, read between runs */

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

struct exploring {
    const struct options *options;
    struct buf out;
    struct report_json json;
    uint32_t variants;
    bool unexpected, failed, bad_input;
};

static uint64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- what is told ------------------------------------------------------------------------------------------------- */
static void found_json(struct report_json *json, const struct run_survey_found *found) {
    struct buf words;
    buf_init(&words, mem_system());
    report_finding_words(&words, &found->finding);
    report_json_open(json, NULL, '{');
    report_json_text(json, "kind", str_of(check_kind_name(found->finding.kind)));
    report_json_text(json, "words", buf_str(&words));
    report_json_hex(json, "signature", found->finding.signature);
    report_json_number(json, "first_run", found->first + 1);
    report_json_number(json, "runs", found->runs);
    report_json_text(json, "token", buf_str(&found->token));
    report_json_close(json, '}');
    buf_deinit(&words);
}

static void search_json(struct report_json *json, const struct source *source, const struct run_survey *search,
                        struct str complete, bool stopped) {
    const struct explore_coverage *coverage = &search->coverage;
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", str_of(source->path));
    report_json_text(json, "variant", scenario_variant_name(source->scenario, search->campaign->variant));
    report_json_number(json, "runs", search->runs);
    report_json_number(json, "leaking_runs", search->leaking_runs);
    report_json_number(json, "steps", search->steps);
    report_json_bool(json, "limited", search->limited);
    report_json_bool(json, "interrupted", stopped);
    report_json_number(json, "behaviours", coverage->distinct);
    report_json_number(json, "behaviours_once", coverage->once);
    report_json_open(json, "chance_of_new", '{');
    report_json_number(json, "of", coverage->once);
    report_json_number(json, "in", coverage->runs);
    report_json_close(json, '}');
    report_json_text(json, "complete", complete);
    report_json_bool(json, "proved", !search->limited && run_portfolio_proved(&search->portfolio));
    report_json_open(json, "findings", '[');
    for (uint32_t i = 0; i < search->found_count; i++) found_json(json, &search->found[i]);
    report_json_close(json, ']');
    report_json_number(json, "lost", search->found_lost);
    report_json_close(json, '}');
}

static void search_text(struct buf *out, const struct source *source, const struct run_survey *search,
                        struct str complete) {
    struct str variant = scenario_variant_name(source->scenario, search->campaign->variant);
    buf_print(out, "%s, %.*s: %.*s\n  ", source->path, (int)variant.len, variant.at, (int)complete.len, complete.at);
    explore_number_words(out, search->coverage.distinct);
    buf_put(out, STR(" behaviours, "));
    explore_number_words(out, search->coverage.once);
    buf_print(out, " of them seen once: %" PRIu64 "/%" PRIu64 "\n", search->coverage.once, search->coverage.runs);
    if (search->limited) buf_put(out, STR("  a run met the budget of steps, so the search ended with it\n"));
    if (search->found_count == 0) buf_put(out, STR("  nothing was left behind\n"));
    for (uint32_t i = 0; i < search->found_count; i++) {
        const struct run_survey_found *found = &search->found[i];
        buf_put(out, STR("  "));
        report_finding_words(out, &found->finding);
        buf_put(out, STR("\n    on "));
        explore_number_words(out, found->runs);
        buf_put(out, STR(" runs, first on run "));
        explore_number_words(out, found->first + 1);
        struct str token = buf_str(&found->token);
        buf_print(out, ": ebb replay %.*s %s\n", (int)token.len, token.at, source->path);
    }
    if (search->found_lost > 0) buf_print(out, "  and %u more kinds of findings\n", search->found_lost);
}

static void tell(struct exploring *self, const struct source *source, const struct run_survey *search) {
    struct buf complete;
    buf_init(&complete, mem_system());
    if (search->limited || run_portfolio_searches(&search->portfolio) == 0)
        explore_coverage_words(&complete, &search->coverage);
    else
        run_portfolio_words(&complete, &search->portfolio);
    if (self->options->json)
        search_json(&self->json, source, search, buf_str(&complete), interrupted != 0);
    else
        search_text(&self->out, source, search, buf_str(&complete));
    self->failed = self->failed || buf_status(&complete) != OK;
    buf_deinit(&complete);
}

/* --- the search --------------------------------------------------------------------------------------------------- */
static bool over(const struct options *options, const struct run_survey *search, uint64_t until_ms) {
    if (interrupted || search->limited || run_portfolio_over(&search->portfolio) ||
        (options->first && search->found_count > 0))
        return true;
    if (until_ms > 0) return now_ms() >= until_ms || (options->runs_asked && search->runs >= options->runs);
    return search->runs >= (options->runs_asked ? options->runs : RUNS_UNASKED);
}

/* Something where nothing is expected, or nothing where something is. */
static bool unexpected(const struct source *source, uint32_t variant, const struct run_survey *search) {
    bool clean = scenario_expect(source->scenario, variant)->how == CHECK_EXPECT_CLEAN;
    if (scenario_pending(source->scenario, variant).len > 0) return false;
    return clean != (search->leaking_runs == 0);
}

static void explore(struct exploring *self, const struct source *source, uint32_t variant) {
    const struct options *options = self->options;
    struct run_campaign campaign = {
        .scenario = source->scenario,
        .variant = variant,
        .scenario_key = explore_token_key(source->bytes),
        .seed = options->seed,
        .timers = options->timers,
        .strategy = options->strategy == NULL ? STRATEGIES_UNASKED : options->strategy,
    };
    struct run_survey *search = NULL;
    uint64_t start_ms = now_ms(), until_ms = options->time_ms == 0 ? 0 : start_ms + options->time_ms;
    enum status status = run_survey_new(mem_system(), &search, &campaign);
    while (status == OK && !over(options, search, until_ms)) status = run_survey_go(search);
    if (search != NULL) tell(self, source, search);
    if (search != NULL && !options->json && now_ms() > start_ms)
        (void)fprintf(stderr, "%" PRIu64 " runs/s\n", search->runs * 1000 / (now_ms() - start_ms));
    if (status == ERR_INPUT)
        (void)fprintf(stderr, "%s:%u:%u: error: %s\n", source->path, search->result.fault.line,
                      search->result.fault.column, search->result.fault.text);
    self->bad_input = self->bad_input || status == ERR_INPUT;
    self->failed = self->failed || (status != OK && status != ERR_INPUT);
    self->unexpected = self->unexpected || (status == OK && unexpected(source, variant, search));
    self->variants++;
    run_survey_free(search);
}

static void explore_all(struct exploring *self, const struct sources *sources) {
    const char *wanted = self->options->variant;
    if (self->options->json) {
        report_json_open(&self->json, NULL, '{');
        report_json_text(&self->json, "format", STR("ebb-explore-1"));
        report_json_open(&self->json, "searches", '[');
    }
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_variant_count(source->scenario) && !interrupted; variant++) {
            struct str name = scenario_variant_name(source->scenario, variant);
            if (wanted == NULL || str_equal(name, str_of(wanted))) explore(self, source, variant);
        }
    }
    if (!self->options->json) return;
    report_json_close(&self->json, ']');
    report_json_close(&self->json, '}');
}

static int conclude(struct exploring *self, const struct sources *sources) {
    (void)fflush(stdout);
    bool told = buf_status(&self->out) == OK && cli_write(fileno(stdout), buf_str(&self->out));
    if (!told || self->failed || interrupted) return EXIT_UNFINISHED;
    if (self->variants == 0 && !sources->failed) (void)fprintf(stderr, "ebb: there is no such variant\n");
    if (sources->failed || self->bad_input || self->variants == 0) return EXIT_BAD_INPUT;
    return self->unexpected ? EXIT_NOT_AS_EXPECTED : EXIT_AS_EXPECTED;
}

static int run(int count, char **words) {
    struct options options;
    struct sources sources;
    int code = EXIT_AS_EXPECTED;
    if (!cli_options(&options, count, words, "variant runs time seed strategy timers first json"))
        return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return code;
    }
    if (options.path_count == 0) {
        (void)fprintf(stderr, "ebb: explore takes a scenario, or a folder of them\n");
        code = EXIT_BAD_INPUT;
    } else {
        (void)signal(SIGINT, on_interrupt);
        (void)signal(SIGTERM, on_interrupt);
        (void)ebb_overflow_guard_install();
        struct exploring exploring = {.options = &options};
        buf_init(&exploring.out, mem_system());
        exploring.json = (struct report_json){.out = &exploring.out};
        cli_sources_load(&sources, options.paths, options.path_count);
        explore_all(&exploring, &sources);
        code = conclude(&exploring, &sources);
        buf_deinit(&exploring.out);
        cli_sources_free(&sources);
    }
    cli_options_free(&options);
    return code;
}

const struct command cli_explore_command = {"explore", "PATH...", "search schedules, and say how complete that was",
                                            run};
