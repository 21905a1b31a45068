/* SPDX-License-Identifier: MIT */
/* command_explore.c — `ebb explore`: searches the schedules of each variant, and says what was found and how complete the
 * search was. A process for each run would cost more than the run, so each makes many. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/progress.h"
#include "core/runtime.h"
#include "explore/token.h"
#include "reports/json_writer.h"
#include "reports/report_bytes.h"
#include "run/enough.h"
#include "run/split.h"

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

struct searching { /* one variant */
    struct run_split split;
    const struct source *source;
    struct run_campaign campaign;
    struct run_harvest total;
    struct buf complete; /* what a search that knows its end has come to; empty: it samples */
    bool proved, whole;  /* whole: such a search came to its end, be it one with a bound */
    struct progress progress;
    uint64_t until_ms; /* 0: no time is set */
};

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

static void search_json(struct report_json *json, const struct searching *search, struct str complete) {
    const struct run_harvest *total = &search->total;
    const struct explore_coverage *coverage = &total->coverage;
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", str_of(search->source->path));
    report_json_text(json, "variant", scenario_variant_name(search->source->scenario, search->campaign.variant));
    report_json_number(json, "runs", total->runs);
    report_json_number(json, "leaking_runs", total->leaking_runs);
    report_json_number(json, "steps", total->steps);
    report_json_bool(json, "limited", total->limited);
    report_json_bool(json, "interrupted", interrupted != 0);
    report_json_number(json, "behaviours", coverage->distinct);
    report_json_number(json, "behaviours_once", coverage->once);
    report_json_open(json, "chance_of_new", '{');
    report_json_number(json, "of", coverage->once);
    report_json_number(json, "in", coverage->runs);
    report_json_close(json, '}');
    report_json_text(json, "complete", complete);
    report_json_bool(json, "proved", !total->limited && search->proved);
    report_json_open(json, "findings", '[');
    for (uint32_t i = 0; i < total->found_count; i++) found_json(json, &total->found[i]);
    report_json_close(json, ']');
    report_json_number(json, "lost", total->found_lost);
    report_json_close(json, '}');
}

static void search_text(struct buf *out, const struct searching *search, struct str complete) {
    const struct run_harvest *total = &search->total;
    const char *path = search->source->path;
    struct str variant = scenario_variant_name(search->source->scenario, search->campaign.variant);
    buf_print(out, "%s, %.*s: %.*s\n  ", path, (int)variant.len, variant.at, (int)complete.len, complete.at);
    explore_number_words(out, total->coverage.distinct);
    buf_put(out, STR(" behaviours, "));
    explore_number_words(out, total->coverage.once);
    buf_print(out, " of them seen once: %" PRIu64 "/%" PRIu64 "\n", total->coverage.once, total->coverage.runs);
    if (total->limited) buf_put(out, STR("  a run met the budget of steps, so the search ended with it\n"));
    if (total->found_count == 0) buf_put(out, STR("  nothing was left behind\n"));
    for (uint32_t i = 0; i < total->found_count; i++) {
        const struct run_survey_found *found = &total->found[i];
        buf_put(out, STR("  "));
        report_finding_words(out, &found->finding);
        buf_put(out, STR("\n    on "));
        explore_number_words(out, found->runs);
        buf_put(out, STR(" runs, first on run "));
        explore_number_words(out, found->first + 1);
        struct str token = buf_str(&found->token);
        buf_print(out, ": ebb replay %.*s %s\n", (int)token.len, token.at, path);
    }
    if (total->found_lost > 0) buf_print(out, "  and %u more kinds of findings\n", total->found_lost);
}

static enum run_enough enough(const struct searching *search) {
    const struct scenario_stop *rule = search->campaign.stop;
    if (rule == NULL) return RUN_ENOUGH_NOT;
    return run_enough(rule, &search->total.coverage, search->total.runs, search->total.found_count > 0);
}

static void tell(struct exploring *self, const struct searching *search) {
    struct buf complete;
    buf_init(&complete, mem_system());
    if (search->total.limited || search->complete.len == 0)
        explore_coverage_words(&complete, &search->total.coverage);
    else
        buf_put(&complete, buf_str(&search->complete));
    enum run_enough which = search->whole ? RUN_ENOUGH_NOT : enough(search);
    if (which != RUN_ENOUGH_NOT) {
        buf_put(&complete, STR("; "));
        run_enough_words(&complete, search->campaign.stop, which);
    }
    if (self->options->json)
        search_json(&self->json, search, buf_str(&complete));
    else
        search_text(&self->out, search, buf_str(&complete));
    self->failed = self->failed || buf_status(&complete) != OK;
    buf_deinit(&complete);
}

/* --- the search --------------------------------------------------------------------------------------------------- */
static bool time_is_up(struct run_split *split) {
    const struct searching *self = BASE_OWNER(split, struct searching, split);
    return self->until_ms > 0 && cli_now_ms() >= self->until_ms;
}

/* A chance is looked at where a chunk ends. */
static bool rule_met(struct run_split *split) {
    return enough(BASE_OWNER(split, struct searching, split)) != RUN_ENOUGH_NOT;
}

static void progress(struct run_split *split, uint64_t runs, const struct run_harvest *newest) {
    struct searching *self = BASE_OWNER(split, struct searching, split);
    if (!cli_progress_due(&self->progress)) return;
    const struct run_harvest *total = &self->total;
    if (total->coverage.distinct < newest->coverage.distinct) total = newest; /* the first chunk */
    struct buf words;
    buf_init(&words, mem_system());
    buf_print(&words, "%s: ", self->source->path);
    explore_number_words(&words, runs);
    buf_put(&words, STR(" runs, "));
    explore_number_words(&words, cli_progress_rate(&self->progress, runs));
    buf_put(&words, STR("/s, "));
    explore_number_words(&words, total->coverage.distinct);
    buf_print(&words, " traces, %u findings; ", total->found_count);
    explore_coverage_words(&words, &total->coverage);
    cli_progress_tell(&self->progress, buf_str(&words));
    buf_deinit(&words);
}

static enum status came(struct run_split *split, uint64_t chunk, const struct run_harvest *got,
                        const struct run_survey *survey) {
    struct searching *self = BASE_OWNER(split, struct searching, split);
    (void)chunk;
    TRY(run_harvest_add(&self->total, got));
    if (survey == NULL || run_portfolio_searches(&survey->portfolio) == 0) return OK;
    run_portfolio_words(&self->complete, &survey->portfolio);
    self->proved = run_portfolio_proved(&survey->portfolio);
    self->whole = run_portfolio_over(&survey->portfolio);
    return buf_status(&self->complete);
}

/* Something where nothing is expected, or nothing where something is. */
static bool unexpected(const struct searching *search) {
    const struct scenario *scenario = search->source->scenario;
    bool clean = scenario_expect(scenario, search->campaign.variant)->how == CHECK_EXPECT_CLEAN;
    if (scenario_pending(scenario, search->campaign.variant).len > 0) return false;
    return clean != (search->total.leaking_runs == 0);
}

static void explore(struct exploring *self, const struct source *source, uint32_t variant) {
    const struct options *options = self->options;
    const struct scenario_stop *rule = cli_stop(options, source->scenario);
    const char *proves = rule == NULL ? NULL : run_enough_strategy(rule);
    static struct searching search; /* its process has a copy of what it needs */
    search = (struct searching){.source = source};
    search.campaign = (struct run_campaign){
        .scenario = source->scenario,
        .variant = variant,
        .scenario_key = explore_token_key(source->bytes),
        .seed = options->seed,
        .timers = options->timers,
        .strategy = options->strategy != NULL ? options->strategy
            : proves != NULL                  ? proves
                                              : STRATEGIES_UNASKED,
        .stop = rule,
    };
    bool endless = options->time_ms > 0 && !options->runs_asked;
    search.split = (struct run_split){
        .campaign = &search.campaign,
        .runs = endless           ? UINT64_MAX
            : rule != NULL        ? rule->runs
            : options->runs_asked ? options->runs
                                  : RUNS_UNASKED,
        .stride = 1,
        .jobs = options->jobs,
        .first = options->first || (rule != NULL && rule->first_finding),
        .enough = rule_met,
        .interrupted = &interrupted,
        .stop = time_is_up,
        .progress = progress,
        .came = came,
    };
    buf_init(&search.complete, mem_system());
    cli_progress_start(&search.progress);
    if (options->time_ms > 0) search.until_ms = search.progress.start_ms + options->time_ms;
    enum status status = run_harvest_init(&search.total, mem_system());
    if (status == OK) status = run_split_go(&search.split);
    cli_progress_end(&search.progress);
    tell(self, &search);
    uint64_t rate = cli_progress_rate(&search.progress, search.total.runs);
    if (!options->json && rate > 0 && isatty(STDERR_FILENO) != 0) (void)fprintf(stderr, "%" PRIu64 " runs/s\n", rate);
    if (status == ERR_INPUT)
        (void)fprintf(stderr, "%s:%u:%u: error: %s\n", source->path, search.split.fault.line, search.split.fault.column,
                      search.split.fault.text);
    self->bad_input = self->bad_input || status == ERR_INPUT;
    self->failed = self->failed || (status != OK && status != ERR_INPUT);
    self->unexpected = self->unexpected || (status == OK && unexpected(&search));
    self->variants++;
    buf_deinit(&search.complete);
    run_harvest_deinit(&search.total);
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
    if (!cli_options(&options, count, words, "variant runs time seed strategy timers jobs first json"))
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
