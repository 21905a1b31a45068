/* SPDX-License-Identifier: MIT */
/* command_run.c — `ebb run`: judge scenarios against their expectations, each variant in a process of its own. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/another.h"
#include "cli/progress.h"
#include "cli/rows.h"
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
    struct report_cause *causes;         /* as many as the row has findings; NULL: none are known */
    struct buf expected, known, samples; /* samples: runs that another process is to make again */
    const struct source *source;
    uint32_t variant;
    uint32_t number; /* among those of all shares */
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
    buf_clear(&out->samples);
    buf_put(&out->samples, (struct str){isolation->samples->at, isolation->samples->len});
    self->failed = self->failed || out->row == NULL || buf_status(&out->samples) != OK;
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
    cli_baseline_judged(self->baseline, row->source, row->variant, row->number, entries, count, row->row, &row->known);
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

/* How many there are of this share. False: there was not enough memory. */
static bool judge_all(const struct options *options, struct baseline *baseline, const struct sources *sources,
                      struct judged *judged, uint32_t *count_out) {
    static struct run_samples samples;
    uint32_t count = 0, number = 0;
    struct judging self = {.isolation = {.campaign = campaign_of,
                                         .judged = row_came,
                                         .mem = mem_system(),
                                         .causes = true,
                                         .samples = &samples,
                                         .patience_ms = PATIENCE_MS,
                                         .interrupted = &interrupted},
                           .options = options,
                           .baseline = baseline,
                           .at = judged};
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_row_count(source->scenario); variant++) {
            if (!wanted(options, source->scenario, variant) || !cli_part_mine(options, number++)) continue;
            judged[count] = (struct judged){.source = source, .variant = variant, .number = number - 1};
            buf_init(&judged[count].samples, mem_system());
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
    *count_out = count;
    return !self.failed;
}

/* Two runs of one schedule that differ: nothing else is believed of the row. */
static enum status row_differs(struct judged *judged, const struct cli_another_row *there) {
    static struct run_row row;
    struct str why = buf_str(&there->why);
    TRY(buf_status(&there->why));
    memcpy(&row, judged->row, offsetof(struct run_row, findings));
    row.verdict = REPORT_CRASHED;
    row.as_expected = row.sampled = row.proved = false;
    row.ended[0] = 0;
    row.steps = there->first.steps;
    row.digest = there->first.digest;
    row.lost = 0;
    row.count = 1;
    row.findings[0] = (struct check_finding){.kind = CHECK_NONDETERMINISTIC, .count = 1};
    (void)snprintf(row.token, sizeof row.token, "%.*s", (int)there->first.token.len, there->first.token.at);
    (void)snprintf(row.why, sizeof row.why, "%.*s", (int)why.len, why.at);
    judged_drop(judged);
    judged->row = run_row_keep(mem_system(), &row);
    return judged->row == NULL ? ERR_NOMEM : OK;
}

/* Every run that failed, and some of the others, once more by a process that was started anew. */
static enum status elsewhere(struct judged *judged, uint32_t count) {
    struct cli_another another = {.count = count, .interrupted = &interrupted};
    if (count == 0) return OK;
    another.rows = mem_new(mem_system(), count, sizeof *another.rows);
    if (another.rows == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        another.rows[i] = (struct cli_another_row){.source = judged[i].source, .samples = buf_str(&judged[i].samples)};
    enum status status = cli_another(&another);
    if (status == OK) cli_another_warn(&another);
    for (uint32_t i = 0; i < count; i++) {
        if (status == OK && another.rows[i].differs) status = row_differs(&judged[i], &another.rows[i]);
        buf_deinit(&another.rows[i].why);
    }
    mem_free(mem_system(), another.rows, count * sizeof *another.rows);
    return status;
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

/* What it takes to make the report of all of them; the last line of what is known of each is added later. */
static bool part_write(const struct options *options, const struct sources *sources, const struct baseline *baseline,
                       const struct judged *judged, uint32_t count) {
    struct part_head head;
    struct part_writer writer = {0};
    struct report_case at;
    struct buf expected;
    uint64_t all = count_variants(options, sources);
    enum status status = cli_part_head_init(&head, PART_RUN, options, sources, baseline->bytes, all);
    cli_part_share(options, &head.shard, &head.shards);
    buf_init(&expected, mem_system());
    cli_part_begin(&writer, &head);
    cli_rows_known_put(&writer.json, baseline, options->variant == NULL);
    report_json_open(&writer.json, "rows", '[');
    for (uint32_t i = 0; i < count; i++) {
        cli_row_case(judged[i].source, judged[i].variant, judged[i].row, &expected, &at);
        at.causes = judged[i].causes;
        at.known = buf_str(&judged[i].known);
        cli_row_put(&writer.json, judged[i].number, &at);
    }
    report_json_close(&writer.json, ']');
    if (status == OK) status = buf_status(&expected);
    if (status != OK) (void)fprintf(stderr, "ebb: not enough memory for the part\n");
    bool good = status == OK && cli_part_end(&writer, options->part);
    cli_part_drop(&writer);
    cli_part_head_deinit(&head);
    buf_deinit(&expected);
    return good;
}

static int conclude(const struct options *options, const struct sources *sources, struct judged *judged,
                    uint32_t count) {
    struct mem *mem = mem_system();
    struct report_case *cases = mem_new(mem, count + 1, sizeof *cases);
    if (cases == NULL) {
        (void)fprintf(stderr, "ebb: not enough memory for the verdicts\n");
        return EXIT_UNFINISHED;
    }
    for (uint32_t i = 0; i < count; i++) {
        buf_init(&judged[i].expected, mem);
        cli_row_case(judged[i].source, judged[i].variant, judged[i].row, &judged[i].expected, &cases[i]);
        cases[i].causes = judged[i].causes;
        cases[i].known = buf_str(&judged[i].known);
    }
    struct report report = {.title = STR("ebb run"), .cases = cases, .count = count, .terse = options->terse};
    enum status status = cli_rows_report(options, &report);
    if (status == OK && options->timeline != NULL) status = timelines(options, judged, cases, count);
    int code = cli_rows_code(&report, !sources->failed, status);
    for (uint32_t i = 0; i < count; i++) buf_deinit(&judged[i].expected);
    mem_free(mem, cases, (count + 1) * sizeof *cases);
    return code;
}

/* Whole shares only: who is interrupted starts again. */
static bool part_told(const struct options *options, const struct sources *sources, const struct baseline *baseline,
                      const struct judged *judged, uint32_t count) {
    if (options->part == NULL) return true;
    if (interrupted != 0) (void)fprintf(stderr, "ebb: interrupted, so that no part was written\n");
    return interrupted == 0 && part_write(options, sources, baseline, judged, count);
}

static int judge_and_conclude(const struct options *options, struct baseline *baseline, const struct sources *sources) {
    uint32_t count = count_variants(options, sources), done = 0, shard, shards;
    struct judged *judged = mem_new(mem_system(), count, sizeof *judged);
    int code = EXIT_UNFINISHED;
    cli_part_share(options, &shard, &shards);
    if (count == 0) {
        if (!sources->failed) (void)fprintf(stderr, "ebb: no scenario has a variant \"%s\"\n", options->variant);
        code = EXIT_BAD_INPUT;
    } else if (judged != NULL && judge_all(options, baseline, sources, judged, &done) &&
               (interrupted != 0 || elsewhere(judged, done) == OK)) {
        bool told = part_told(options, sources, baseline, judged, done);
        for (uint32_t i = 0; i < done && options->write_baseline == NULL && shards == 1; i++)
            if (cli_baseline_gone_told(baseline, options->variant == NULL, i, judged[i].row->why,
                                       sizeof judged[i].row->why))
                judged[i].row->as_expected = false;
        code = conclude(options, sources, judged, done);
        if (!told) code = EXIT_UNFINISHED;
        if (options->write_baseline != NULL && interrupted == 0 &&
            !cli_baseline_write(baseline, options->write_baseline))
            code = EXIT_UNFINISHED;
    } else {
        (void)fprintf(stderr, "ebb: not enough memory for the verdicts\n");
    }
    for (uint32_t i = 0; judged != NULL && i < count; i++) {
        judged_drop(&judged[i]);
        buf_deinit(&judged[i].known);
        buf_deinit(&judged[i].samples);
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
                     "variant runs prove seed strategy timers jobs shard part baseline write-baseline today json junit "
                     "timeline every terse"))
        return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return EXIT_AS_EXPECTED;
    }
    if (!cli_part_options(&options)) {
        cli_options_free(&options);
        return EXIT_BAD_INPUT;
    }
    (void)signal(SIGINT, on_interrupt);
    (void)signal(SIGTERM, on_interrupt);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like others */
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

const struct command cli_run_command = {
    "run", "[PATH...]", "judge scenarios against their expectations",
    "  ebb run                                  every scenario below the folder scenarios\n"
    "  ebb run --variant leaking FILE           one variant of one\n"
    "  ebb run --prove 100000 FILE              all schedules, if so many runs suffice for one of each trace\n"
    "  ebb run --jobs 2 --junit out.xml FILE    for CI\n",
    run};
