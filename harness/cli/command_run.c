/* SPDX-License-Identifier: MIT */
/* command_run.c — `ebb run`: judge scenarios against their expectations, each variant in a process of its own. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/baseline.h"
#include "cli/progress.h"
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
    struct run_row
        *row; /* as small as it can be: a child has a copy, and LeakSanitizer looks through all of it; NULL: none yet */
    struct report_cause *causes; /* as many as the row has findings; NULL: none are known */
    struct buf expected, known;
    const struct source *source;
    uint32_t variant;
};

struct judging {
    struct run_isolation isolation;
    const struct options *options;
    struct baseline *baseline;
    struct judged *at;
    uint32_t first; /* the row that is the isolation's number 0 */
    uint32_t count, came, red;
    bool failed; /* for lack of memory */
    struct progress progress;
};

/* In the child, which has the tables to itself. */
static void campaign_of(struct run_isolation *isolation, uint32_t number, struct run_campaign *out) {
    static struct run_known known[RUN_KNOWN_MAX];
    static uint32_t entries[RUN_KNOWN_MAX];
    const struct judging *self = BASE_OWNER(isolation, struct judging, isolation);
    const struct judged *row = &self->at[self->first + number];
    const struct options *options = self->options;
    *out = (struct run_campaign){
        .scenario = row->source->scenario,
        .variant = row->variant,
        .scenario_key = explore_token_key(row->source->bytes),
        .runs = options->runs,
        .seed = options->seed,
        .stop = cli_stop(options, row->source->scenario),
        .prove = cli_prove(options),
        .timers = options->timers,
        .strategy = options->strategy,
        .known = known,
        .known_count = cli_baseline_known(self->baseline, row->source, row->variant, known, entries),
        .leak_check = cli_leak_net() == CLI_LEAK_NET_WORKS,
    };
}

static void judged_drop(struct judged *judged) {
    if (judged->row != NULL) mem_free(mem_system(), judged->causes, judged->row->count * sizeof *judged->causes);
    run_row_drop(mem_system(), judged->row);
    judged->row = NULL;
    judged->causes = NULL;
}

static void progress_tell(struct judging *self, const struct run_row *row) {
    self->came++;
    self->red += !row->as_expected;
    if (!cli_progress_due(&self->progress)) return;
    char words[96];
    (void)snprintf(words, sizeof words, "%u of %u judged, %u not as expected", self->came, self->count, self->red);
    cli_progress_tell(&self->progress, str_of(words));
}

static void row_came(struct run_isolation *isolation, uint32_t number, struct run_row *row,
                     const struct run_causes *causes) {
    struct judging *self = BASE_OWNER(isolation, struct judging, isolation);
    struct judged *out = &self->at[self->first + number];
    progress_tell(self, row);
    judged_drop(out); /* a baseline is written in several turns */
    out->row = run_row_keep(mem_system(), row);
    self->failed = self->failed || out->row == NULL;
    if (out->row == NULL || causes->count == 0 || causes->count != row->count) return;
    out->causes = mem_new(mem_system(), causes->count, sizeof *out->causes);
    self->failed = self->failed || out->causes == NULL;
    if (out->causes != NULL) memcpy(out->causes, causes->at, causes->count * sizeof *out->causes);
}

/* Rows from `first` on, each in a process of its own. */
static void judge(struct judging *self, uint32_t first, uint32_t count, uint32_t jobs) {
    self->first = first;
    self->isolation.count = count;
    self->isolation.jobs = jobs;
    if (run_isolated_all(&self->isolation) == OK) return;
    (void)fprintf(stderr, "ebb: the system gives no more processes or pipes\n");
    interrupted = 1;
}

/* A baseline says the same whichever row came first, since it is asked in their order. */
static void baseline_told(struct judging *self, uint32_t number) {
    static struct run_known known[RUN_KNOWN_MAX];
    static uint32_t entries[RUN_KNOWN_MAX];
    struct judged *row = &self->at[number];
    uint32_t count = cli_baseline_known(self->baseline, row->source, row->variant, known, entries);
    cli_baseline_judged(self->baseline, row->source, row->variant, number, entries, count, row->row, &row->known);
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

/* How many there are: all, or none for lack of memory. */
static uint32_t judge_all(const struct options *options, struct baseline *baseline, const struct sources *sources,
                          struct judged *judged) {
    uint32_t count = 0;
    struct judging self = {.isolation = {.campaign = campaign_of,
                                         .judged = row_came,
                                         .mem = mem_system(),
                                         .causes = true,
                                         .patience_ms = PATIENCE_MS,
                                         .interrupted = &interrupted},
                           .options = options,
                           .baseline = baseline,
                           .at = judged};
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_row_count(source->scenario); variant++) {
            if (!wanted(options, source->scenario, variant)) continue;
            judged[count] = (struct judged){.source = source, .variant = variant};
            buf_init(&judged[count++].known, mem_system());
        }
    }
    self.count = count;
    cli_progress_start(&self.progress);
    if (options->write_baseline == NULL) judge(&self, 0, count, options->jobs);
    for (uint32_t i = 0; i < count && !self.failed; i++) {
        if (options->write_baseline != NULL) judge(&self, i, 1, 1);
        if (!self.failed) baseline_told(&self, i);
        /* What another schedule leaves comes to light when what this one leaves is known. */
        while (options->write_baseline != NULL && !self.failed && !judged[i].row->as_expected &&
               cli_baseline_add(baseline, judged[i].source, judged[i].variant, judged[i].row) > 0) {
            judge(&self, i, 1, 1);
            if (!self.failed) baseline_told(&self, i);
        }
    }
    cli_progress_end(&self.progress);
    return self.failed ? 0 : count;
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
        judged_drop(&judged[i]);
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
    if (!cli_options(&options, argument_count, words,
                     "variant runs prove seed strategy timers jobs baseline write-baseline today json junit timeline "
                     "every terse"))
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
