/* SPDX-License-Identifier: MIT */
/* command_explore.c — `ebb explore`: searches the schedules of each variant, and says what was found and how complete the
 * search was. A process for each run would cost more than the run, so each makes many. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/another.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/searched.h"
#include "core/runtime.h"
#include "explore/token.h"

/* Walks at random find most leaks first; those that need one coroutine to be late for long, pct finds, and others never
 * do: docs/exploration.md has the numbers. */
#define STRATEGIES_UNASKED "default,random,pct2,pct3"
#define RUNS_UNASKED 10000u /* when neither --runs nor --time says how many */

static volatile int interrupted; /* set by the handler, read between runs */

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

/* Between two checkpoints, or so many times as long as the last took: each is all of the file. */
#define CHECKPOINT_MS 2000
#define CHECKPOINT_TIMES 20

struct exploring {
    const struct options *options;
    const struct sources *sources;
    struct buf out;
    struct report_json json;
    uint32_t variants, searching; /* so far; those among them whose strategies search */
    struct part_writer part;      /* open where one is asked for */
    struct part_head head;        /* what it is a part of, or a checkpoint of */
    struct searched *kept;        /* for checkpoints: every search of the whole, in order */
    uint32_t kept_count;
    const struct searched *now; /* that is being searched, and how; else NULL */
    const struct run_split *split;
    uint64_t checkpoint_ms; /* when the next is due */
    bool unexpected, failed, bad_input;
    bool differs; /* a run in another process was not the same */
};
struct searching { /* one variant */
    struct run_split split;
    struct exploring *all;
    const struct source *source;
    struct run_campaign campaign;
    struct searched *searched;
    struct progress progress;
    uint64_t until_ms; /* 0: no time is set */
};

/* `rule` is the scenario's where the options leave it in force, else NULL. */
static uint64_t runs_of(const struct options *options, const struct scenario_stop *rule) {
    if (rule != NULL) return rule->runs;
    if (options->runs_asked) return options->runs;
    return options->time_ms > 0 ? UINT64_MAX : RUNS_UNASKED;
}

static const char *strategy_of(const struct options *options, const struct scenario_stop *rule) {
    const char *proves = rule == NULL ? NULL : run_enough_strategy(rule);
    if (options->strategy != NULL) return options->strategy;
    return proves != NULL ? proves : STRATEGIES_UNASKED;
}

/* --- checkpoints -------------------------------------------------------------------------------------------------- */
/* What is known of one search: its first chunks or, of a lone one that is on its way, where it is. */
static enum status kept_put(const struct exploring *self, const struct searched *kept, struct report_json *json) {
    const struct run_survey *making = kept == self->now ? self->split->making : NULL;
    if (kept->chunks > 0)
        return cli_searched_put(kept, 0, kept->chunks, kept->before.mem == NULL ? &kept->total : &kept->before, NULL,
                                json);
    if (making == NULL || kept->chunk_count > 1 || !run_portfolio_lone(&making->portfolio))
        return kept->left.mem == NULL ? OK : cli_searched_put(kept, 0, 0, &kept->left, kept->states, json);
    struct buf states[2];
    for (uint32_t i = 0; i < 2; i++) buf_init(&states[i], mem_system());
    run_portfolio_keep(&making->portfolio, states);
    enum status status = buf_status(&states[0]) == OK ? buf_status(&states[1]) : ERR_NOMEM;
    if (status == OK) status = cli_searched_put(kept, 0, 0, &making->got, states, json);
    for (uint32_t i = 0; i < 2; i++) buf_deinit(&states[i]);
    return status;
}

static void checkpoint(struct exploring *self) {
    const char *path = self->options->checkpoint;
    struct part_writer writer;
    if (path == NULL) return;
    uint64_t begun_ms = cli_now_ms();
    cli_part_begin(&writer, &self->head);
    report_json_open(&writer.json, "searches", '[');
    enum status status = OK;
    for (uint32_t i = 0; i < self->kept_count && status == OK; i++) {
        cli_searched_open(&self->kept[i], &writer.json);
        status = kept_put(self, &self->kept[i], &writer.json);
        cli_searched_close(&writer.json);
    }
    report_json_close(&writer.json, ']');
    if (status != OK || !cli_part_end(&writer, path)) self->failed = true;
    cli_part_drop(&writer);
    uint64_t now_ms = cli_now_ms(), pause_ms = (now_ms - begun_ms) * CHECKPOINT_TIMES;
    self->checkpoint_ms = now_ms + (pause_ms > CHECKPOINT_MS ? pause_ms : CHECKPOINT_MS);
}

static void checkpoint_if_due(struct exploring *self) {
    if (self->options->checkpoint != NULL && cli_now_ms() >= self->checkpoint_ms) checkpoint(self);
}

/* Of a search that was left on its way; whether another one can go on there is asked before any is made. */
static enum status left_take(const struct exploring *self, struct searched *kept, struct report_json_reader *reader) {
    struct run_portfolio portfolio = {0};
    struct str states[2] = {buf_str(&kept->states[0]), buf_str(&kept->states[1])};
    const struct options *options = self->options;
    if (states[0].len == 0) report_json_refuse(reader, "a checkpoint starts at the first chunk");
    if (reader->failed) return OK;
    TRY(run_portfolio_init(&portfolio, mem_system(), kept->strategy.at, options->seed, options->timers));
    enum status status = run_portfolio_resume(&portfolio, states);
    run_portfolio_deinit(&portfolio);
    if (status == ERR_INPUT) report_json_refuse(reader, "this is no state of such a search");
    if (status == ERR_NOMEM) return status;
    kept->left = kept->total;
    kept->total = (struct run_harvest){0};
    return run_harvest_init(&kept->total, mem_system());
}

/* What an earlier one had come to is where this one begins. False: told why. */
static bool resume(struct exploring *self) {
    struct part_file file;
    enum status status = OK;
    bool good = cli_part_open(&file, self->options->resume, &self->head, "this search");
    struct report_json_reader *reader = &file.reader;
    if (good) report_json_read_open(reader, "searches", '[');
    for (uint32_t i = 0; good && i < self->kept_count && status == OK && !reader->failed; i++) {
        struct searched *kept = &self->kept[i];
        uint64_t chunk = 0, chunks = 0;
        bool more = false;
        status = cli_searched_read_open(kept, &file);
        if (status == OK) status = cli_searched_take(kept, &file, &more, &chunk, &chunks, &kept->total);
        if (status == OK && more && chunk != 0) report_json_refuse(reader, "a checkpoint starts at the first chunk");
        if (status == OK && kept->total.runs > runs_of(self->options, kept->ruled ? &kept->stop : NULL))
            report_json_refuse(reader, "more was searched by then than --runs asks for");
        if (status == OK && more && chunks == 0) status = left_take(self, kept, reader);
        kept->chunks = chunks;
        cli_searched_read_close(&file);
    }
    if (good) report_json_read_close(reader, ']');
    if (status != OK) report_json_refuse(reader, "not enough memory to read it");
    if (good) good = cli_part_close(&file);
    cli_part_file_drop(&file);
    return good;
}

/* --- the search --------------------------------------------------------------------------------------------------- */
static bool time_is_up(struct run_split *split) {
    const struct searching *self = BASE_OWNER(split, struct searching, split);
    return self->until_ms > 0 && cli_now_ms() >= self->until_ms;
}

/* A chance is looked at where a chunk ends; in a share, by whoever merges them. */
static bool rule_met(struct run_split *split) {
    return cli_searched_enough(BASE_OWNER(split, struct searching, split)->searched) != RUN_ENOUGH_NOT;
}

static void progress(struct run_split *split, uint64_t runs, const struct run_harvest *newest) {
    struct searching *self = BASE_OWNER(split, struct searching, split);
    checkpoint_if_due(self->all);
    if (!cli_progress_due(&self->progress)) return;
    const struct run_harvest *total = &self->searched->total;
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

/* Was it not stopped before its end? The last chunk of the runs asked for may have more where more are asked for. */
static bool whole(const struct searching *self, const struct run_harvest *got, const struct run_survey *survey) {
    if (cli_searched_over(self->searched, got)) return true;
    if (got->pieces[0].pieces + got->pieces[1].pieces > 0) return run_pieces_over(got->pieces, 1);
    bool searches = survey != NULL && run_portfolio_searches(&survey->portfolio) > 0;
    return searches ? run_portfolio_over(&survey->portfolio) : got->runs == RUN_CHUNK_RUNS;
}

/* A lone search on its way: here another process can go on. */
static enum status leave(struct searched *searched, const struct run_harvest *got, const struct run_survey *survey) {
    run_harvest_deinit(&searched->left);
    TRY(run_harvest_init(&searched->left, mem_system()));
    TRY(run_harvest_add(&searched->left, got));
    for (uint32_t i = 0; i < 2; i++) buf_clear(&searched->states[i]);
    run_portfolio_keep(&survey->portfolio, searched->states);
    TRY(buf_status(&searched->states[0]));
    return buf_status(&searched->states[1]);
}

static enum status came(struct run_split *split, uint64_t chunk, const struct run_harvest *got,
                        const struct run_survey *survey) {
    struct searching *self = BASE_OWNER(split, struct searching, split);
    struct searched *searched = self->searched;
    bool gap = searched->before.mem != NULL, next = !gap && chunk == searched->chunks && whole(self, got, survey);
    if (!next && !gap) { /* a checkpoint is up to here; the rest is made again */
        TRY(run_harvest_init(&searched->before, mem_system()));
        TRY(run_harvest_add(&searched->before, &searched->total));
    }
    TRY(run_harvest_add(&searched->total, got));
    if (survey != NULL && run_portfolio_searches(&survey->portfolio) > 0 && !run_portfolio_lone(&survey->portfolio)) {
        buf_clear(&searched->complete);
        run_portfolio_words(&searched->complete, &survey->portfolio);
        searched->proved = run_portfolio_proved(&survey->portfolio);
        searched->whole = run_portfolio_over(&survey->portfolio);
    }
    TRY(cli_searched_settle(searched));
    if (next) searched->chunks++;
    if (self->all->options->part != NULL) TRY(cli_searched_put(searched, chunk, 1, got, NULL, &self->all->part.json));
    bool lone = survey != NULL && run_portfolio_lone(&survey->portfolio);
    if (!next && lone && searched->chunk_count == 1) TRY(leave(searched, got, survey));
    return buf_status(&searched->complete);
}

/* Which chunks are this process's; false: none. Whole searches that are not in pieces are dealt out one by one. */
static bool share(struct exploring *self, struct run_split *split, bool searches) {
    uint32_t shard, shards;
    cli_part_share(self->options, &shard, &shards);
    bool one = searches && self->options->pieces <= 1;
    split->chunk = one ? 0 : shard - 1;
    split->stride = one ? 1 : shards;
    return !one || cli_part_mine(self->options, self->searching++);
}

static enum status search(struct exploring *self, struct searching *searching) {
    struct run_split *split = &searching->split;
    struct searched *searched = searching->searched;
    bool searches = false, part = self->options->part != NULL;
    TRY(run_split_chunks(&searching->campaign, split->runs, &searched->chunk_count, &searches));
    if (part) cli_searched_open(searched, &self->part.json);
    bool mine = share(self, split, searches);
    if (searched->chunks > 0) split->chunk = searched->chunks; /* gone on with */
    enum status status = OK;
    bool over = cli_searched_over(searched, &searched->total) || (searched->chunks > 0 && rule_met(split));
    if (mine && !over) status = run_split_go(split);
    if (part) cli_searched_close(&self->part.json);
    return status;
}

static void explore(struct exploring *self, const struct source *source, uint32_t variant, struct searched *searched) {
    const struct options *options = self->options;
    const struct scenario_stop *rule = cli_stop(options, source->scenario);
    static struct searching searching; /* its process has a copy of what it needs */
    searching = (struct searching){.all = self, .source = source, .searched = searched};
    searching.campaign = (struct run_campaign){
        .scenario = source->scenario,
        .variant = variant,
        .scenario_key = explore_token_key(source->bytes),
        .seed = options->seed,
        .timers = options->timers,
        .pieces = options->pieces,
        .strategy = strategy_of(options, rule),
        .stop = rule,
        .coverage = options->coverage,
    };
    searching.split = (struct run_split){
        .campaign = &searching.campaign,
        .runs = runs_of(options, rule),
        .stride = 1,
        .jobs = options->jobs,
        .first = searched->first,
        .enough = rule_met,
        .interrupted = &interrupted,
        .stop = time_is_up,
        .progress = progress,
        .came = came,
    };
    cli_progress_start(&searching.progress);
    if (options->time_ms > 0) searching.until_ms = searching.progress.start_ms + options->time_ms;
    if (searched->left.mem != NULL)
        searching.split.kept =
            (struct run_split_kept){&searched->left, {buf_str(&searched->states[0]), buf_str(&searched->states[1])}};
    self->now = searched;
    self->split = &searching.split;
    enum status status = search(self, &searching);
    checkpoint(self);
    self->now = NULL;
    cli_progress_end(&searching.progress);
    searched->source = source;
    searched->stopped = interrupted != 0;
    uint64_t rate = cli_progress_rate(&searching.progress, searched->total.runs);
    if (!options->json && rate > 0 && isatty(STDERR_FILENO) != 0) (void)fprintf(stderr, "%" PRIu64 " runs/s\n", rate);
    const struct diag *fault = &searching.split.fault;
    if (status == ERR_INPUT)
        (void)fprintf(stderr, "%s:%u:%u: error: %s\n", source->path, fault->line, fault->column, fault->text);
    self->bad_input = self->bad_input || status == ERR_INPUT;
    self->failed = self->failed || (status != OK && status != ERR_INPUT);
    self->unexpected = self->unexpected || (status == OK && cli_searched_unexpected(searched, options->shards <= 1));
    self->variants++;
}

static bool wanted(const struct options *options, const struct source *source, uint32_t variant) {
    return options->variant == NULL ||
        str_equal(scenario_variant_name(source->scenario, variant), str_of(options->variant));
}

/* One for every search of the whole. */
static bool kept_make(struct exploring *self) {
    const struct sources *sources = self->sources;
    uint32_t count = 0;
    for (uint32_t i = 0; i < sources->count; i++)
        for (uint32_t variant = 0; variant < scenario_variant_count(sources->at[i].scenario); variant++)
            count += wanted(self->options, &sources->at[i], variant);
    self->kept = mem_new(mem_system(), count, sizeof *self->kept);
    if (self->kept == NULL) return false;
    self->kept_count = count;
    count = 0;
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_variant_count(source->scenario); variant++) {
            if (!wanted(self->options, source, variant)) continue;
            struct searched *kept = &self->kept[count++];
            struct str name = scenario_variant_name(source->scenario, variant);
            const struct scenario_stop *rule = cli_stop(self->options, source->scenario);
            struct str strategy = str_of(strategy_of(self->options, rule));
            if (cli_searched_init(kept, str_of(source->path), name, strategy) != OK) return false;
            if (self->options->coverage && cli_coverage_make(&kept->requirements, source->scenario, variant) != OK)
                return false;
            kept->clean = scenario_expect(source->scenario, variant)->how == CHECK_EXPECT_CLEAN;
            kept->pending = scenario_pending(source->scenario, variant).len > 0;
            kept->first = self->options->first || (rule != NULL && rule->first_finding);
            kept->share = self->options->shards > 1;
            kept->ruled = rule != NULL;
            if (rule != NULL) kept->stop = *rule;
        }
    }
    return true;
}

/* How a run of that search was not the same. */
static enum status differs(struct searched *searched, const struct cli_another_row *row) {
    struct str token = row->first.token;
    buf_put(&searched->differs, buf_str(&row->why));
    buf_print(&searched->differs, "\n  ebb replay %.*s %s", (int)token.len, token.at, searched->source->path);
    return buf_status(&searched->differs);
}

/* The first run of each finding, and some of the others, once more by a process that was started anew; one for all
 * searches, since to start it costs more than what it does for a small one. */
static enum status elsewhere(struct exploring *self) {
    struct cli_another another = {.count = self->kept_count, .interrupted = &interrupted};
    struct buf samples;
    size_t *ends = mem_new(mem_system(), self->kept_count, sizeof *ends), from = 0;
    another.rows = mem_new(mem_system(), self->kept_count, sizeof *another.rows);
    buf_init(&samples, mem_system());
    for (uint32_t i = 0; ends != NULL && i < self->kept_count; i++) {
        if (self->kept[i].source != NULL) run_harvest_samples(&self->kept[i].total, &samples);
        ends[i] = samples.len;
    }
    enum status status = another.rows == NULL || ends == NULL ? ERR_NOMEM : buf_status(&samples);
    for (uint32_t i = 0; status == OK && i < self->kept_count; from = ends[i++]) {
        another.rows[i] = (struct cli_another_row){.source = self->kept[i].source};
        if (ends[i] > from) another.rows[i].samples = (struct str){samples.at + from, ends[i] - from};
    }
    if (status == OK) {
        status = cli_another(&another);
        if (status == OK) cli_another_warn(&another);
        for (uint32_t i = 0; i < self->kept_count; i++) {
            if (status == OK && another.rows[i].differs) status = differs(&self->kept[i], &another.rows[i]);
            self->differs = self->differs || another.rows[i].differs;
            buf_deinit(&another.rows[i].why);
        }
    }
    buf_deinit(&samples);
    mem_free(mem_system(), ends, self->kept_count * sizeof *ends);
    mem_free(mem_system(), another.rows, self->kept_count * sizeof *another.rows);
    return status;
}

static void tell_all(struct exploring *self) {
    struct report_json *json = self->options->json ? &self->json : NULL;
    if (json != NULL) cli_searched_json_begin(json);
    for (uint32_t i = 0; i < self->kept_count; i++) {
        const struct searched *searched = &self->kept[i];
        if (searched->source == NULL) continue;
        if (cli_searched_tell(searched, searched->stopped, &self->out, json) != OK) self->failed = true;
    }
    if (json != NULL) cli_searched_json_end(json);
}

static void explore_all(struct exploring *self) {
    const struct options *options = self->options;
    const struct sources *sources = self->sources;
    if (options->part != NULL) cli_part_begin(&self->part, &self->head);
    if (options->part != NULL) report_json_open(&self->part.json, "searches", '[');
    uint32_t count = 0;
    self->checkpoint_ms = cli_now_ms() + CHECKPOINT_MS;
    for (uint32_t i = 0; i < sources->count; i++)
        for (uint32_t variant = 0; variant < scenario_variant_count(sources->at[i].scenario) && !interrupted; variant++)
            if (wanted(options, &sources->at[i], variant))
                explore(self, &sources->at[i], variant, &self->kept[count++]);
    if (interrupted == 0 && elsewhere(self) != OK) self->failed = true;
    tell_all(self);
    bool whole = !interrupted && !self->failed && !self->bad_input && !self->differs;
    if (options->part == NULL) return;
    report_json_close(&self->part.json, ']');
    if (!whole)
        (void)fprintf(stderr, "ebb: the share is not %s, so that no part was written\n",
                      self->differs ? "deterministic" : "whole");
    if (whole && !cli_part_end(&self->part, options->part)) self->failed = true;
}

static int conclude(struct exploring *self) {
    (void)fflush(stdout);
    bool told = buf_status(&self->out) == OK && cli_write(fileno(stdout), buf_str(&self->out));
    if (!told || self->failed || interrupted) return EXIT_UNFINISHED;
    if (self->variants == 0 && !self->sources->failed) (void)fprintf(stderr, "ebb: there is no such variant\n");
    if (self->sources->failed || self->bad_input || self->variants == 0) return EXIT_BAD_INPUT;
    if (self->differs) return EXIT_NOT_DETERMINISTIC;
    return self->unexpected ? EXIT_NOT_AS_EXPECTED : EXIT_AS_EXPECTED;
}

static bool head_make(struct exploring *self) {
    const struct options *options = self->options;
    bool goes_on = options->checkpoint != NULL || options->resume != NULL;
    enum part_kind kind = goes_on ? PART_CHECKPOINT : PART_EXPLORE;
    enum status status = cli_part_head_init(&self->head, kind, options, self->sources, STR(""), self->kept_count);
    cli_part_share(options, &self->head.shard, &self->head.shards);
    return status == OK;
}

static int run_loaded(const struct options *options, const struct sources *sources) {
    struct exploring self = {.options = options, .sources = sources};
    int code = EXIT_UNFINISHED;
    buf_init(&self.out, mem_system());
    self.json = (struct report_json){.out = &self.out};
    if (!kept_make(&self) || !head_make(&self)) {
        (void)fprintf(stderr, "ebb: not enough memory for the searches\n");
    } else if (options->resume != NULL && !resume(&self)) {
        code = EXIT_BAD_INPUT;
    } else {
        explore_all(&self);
        code = conclude(&self);
    }
    for (uint32_t i = 0; self.kept != NULL && i < self.kept_count; i++) cli_searched_deinit(&self.kept[i]);
    mem_free(mem_system(), self.kept, self.kept_count * sizeof *self.kept);
    cli_part_drop(&self.part);
    cli_part_head_deinit(&self.head);
    buf_deinit(&self.out);
    return code;
}

static bool pieces_make_sense(const struct options *options) {
    if (options->pieces == 0 || (options->strategy != NULL && explore_strategy_delays(str_of(options->strategy)) > 0))
        return true;
    (void)fprintf(stderr,
                  "ebb: --pieces are of a search for a proof: --strategy takes all, every or within1 to within9, "
                  "and no other with it\n");
    return false;
}

static int run(int count, char **words) {
    struct options options;
    struct sources sources;
    int code = EXIT_AS_EXPECTED;
    if (!cli_options(
            &options, count, words,
            "variant runs time seed strategy timers jobs pieces shard part checkpoint resume first coverage json"))
        return EXIT_BAD_INPUT;
    if (options.help) {
        cli_options_free(&options);
        return code;
    }
    if (options.path_count == 0) (void)fprintf(stderr, "ebb: explore takes a scenario, or a folder of them\n");
    if (options.path_count == 0 || !cli_part_options(&options) || !pieces_make_sense(&options)) {
        code = EXIT_BAD_INPUT;
    } else {
        (void)signal(SIGINT, on_interrupt);
        (void)signal(SIGTERM, on_interrupt);
        (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like others */
        (void)ebb_overflow_guard_install();
        cli_sources_load(&sources, options.paths, options.path_count);
        code = run_loaded(&options, &sources);
        cli_sources_free(&sources);
    }
    cli_options_free(&options);
    return code;
}

const struct command cli_explore_command = {
    "explore", "PATH...", "search schedules, and say how complete that was",
    "  ebb explore FILE                         10 000 schedules of each variant\n"
    "  ebb explore --time 2s --jobs 2 FILE      as many as two seconds allow\n"
    "  ebb explore --strategy all FILE          one schedule of each trace, until there are no more\n",
    run};
