/* SPDX-License-Identifier: MIT */
/* command_shrink.c — `ebb shrink`: the run of a token, or the first of a file's that leaves something, made as simple
 * as it can be without becoming another finding.
 *
 * What must stay is the whole set of kinds and signatures of that run: neither one less, which would be half of it, nor
 * one more, which would be something else. With --signature it is that finding alone, whatever else is there. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/decided.h"
#include "cli/shrunk.h"
#include "core/runtime.h"
#include "explore/token.h"
#include "run/judge.h"
#include "run/portfolio.h"

#define PROGRESS_RUNS 1024u
/* Looking at many more cycles takes about as long; it is done once for each scenario that seems to grow. */
#define PUMP_AS_STEPS 100000u

static bool has(const struct check_finding *at, uint32_t count, const struct check_finding *one) {
    for (uint32_t i = 0; i < count; i++)
        if (at[i].kind == one->kind && at[i].signature == one->signature) return true;
    return false;
}

static bool shows(const struct cli_question *self) {
    const struct check_findings *findings = &self->result.findings;
    for (uint32_t i = 0; i < self->wanted_count; i++)
        if (!has(findings->at, findings->count, &self->wanted[i])) return false;
    for (uint32_t i = 0; i < findings->count && !self->only; i++)
        if (!has(self->wanted, self->wanted_count, &findings->at[i])) return false;
    return true;
}

/* What a run had not done yet when it was stopped, before its own budget of steps was used up, is not left behind. */
static bool cut_short(const struct cli_question *self) {
    uint64_t most = self->config.step_max;
    return self->result.end == EBB_END_LIMIT && most > 0 && most < scenario_limits(self->config.scenario)->steps;
}

static enum status ask(struct shrink_world *world, struct ebb_chooser *chooser, enum ebb_timers timers,
                       struct shrink_shown *out) {
    struct cli_question *self = BASE_OWNER(world, struct cli_question, world.runs);
    self->config.chooser = chooser;
    self->config.step_max = self->world.step_max;
    self->config.timers = timers;
    bool pumped = self->pumped.known;
    enum status status = run_once(&self->config, mem_system(), &self->result);
    self->runs++;
    if (self->terminal && self->runs % PROGRESS_RUNS == 0)
        (void)fprintf(stderr, "\rshrinking: %" PRIu64 " runs", self->runs);
    out->steps = self->result.steps;
    out->more = self->pumped.known && !pumped ? PUMP_AS_STEPS : 0;
    out->shows = status == OK && shows(self) && !cut_short(self);
    return status == ERR_INPUT ? OK : status; /* there the scenario makes no sense: nothing is shown */
}

/* From now on it is about the one variant of this scenario. */
static enum status load(struct shrink_smaller_world *world, struct str text, bool *loads) {
    static struct scenario_problems problems;
    struct cli_question *self = BASE_OWNER(world, struct cli_question, world);
    problems = (struct scenario_problems){0};
    scenario_free(self->loaded);
    self->loaded = NULL;
    self->pumped = (struct run_pumped){0};
    enum status status = scenario_load(mem_system(), &self->loaded, STR("scenario"), text, &problems);
    *loads = status == OK;
    self->config.scenario = self->loaded;
    self->config.variant = 0;
    return status == ERR_NOMEM ? ERR_NOMEM : OK;
}

/* --- what is to stay ------------------------------------------------------------------------------------------------ */
static bool signature_read(const char *text, uint64_t *out) {
    size_t len = strlen(text);
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        uint64_t digit = c >= '0' && c <= '9' ? (uint64_t)(c - '0')
            : c >= 'a' && c <= 'f'            ? (uint64_t)(c - 'a') + 10
                                              : 16;
        if (digit == 16) return false;
        *out = *out << 4 | digit;
    }
    return len > 0 && len <= 16;
}

/* The findings of the run that is shrunk, or the one that is asked for. */
static int wanted_set(struct cli_question *self, const struct options *options) {
    const struct check_findings *all = &self->result.findings;
    uint64_t signature = 0;
    self->only = options->signature != NULL;
    if (self->only && !signature_read(options->signature, &signature)) {
        (void)fprintf(stderr, "ebb: --signature takes the up to 16 hexadecimal digits that --json reports\n");
        return EXIT_BAD_INPUT;
    }
    self->wanted_count = 0;
    for (uint32_t i = 0; i < all->count; i++)
        if (!self->only || all->at[i].signature == signature) self->wanted[self->wanted_count++] = all->at[i];
    if (self->wanted_count > 0) return EXIT_AS_EXPECTED;
    (void)fprintf(stderr,
                  all->count > 0 ? "ebb: this run has no finding with that signature\n"
                                 : "ebb: this run leaves nothing behind: there is nothing to shrink\n");
    return all->count > 0 ? EXIT_BAD_INPUT : EXIT_NOT_AS_EXPECTED;
}

/* --- what came out ---------------------------------------------------------------------------------------------------- */
#define COMBINATIONS_MAX 1024u
#define NOT_WITH_TOLD 3u

enum status cli_question_follow(struct cli_question *self, const struct explore_schedule *schedule, bool *out) {
    struct shrink_shown shown = {0};
    struct explorer *explorer = NULL;
    struct explore_config how = {.strategy = "replay", .replay = schedule};
    TRY(explore_new(mem_system(), &explorer, &how));
    enum status status = ask(&self->world.runs, explore_begin(explorer, 0), schedule->timers, &shown);
    *out = shown.shows;
    explore_free(explorer);
    return status;
}

/* Which parameters matter to what was found: the same decisions under each combination of their ranges. */
static enum status explain(struct cli_question *self, const struct source *source, const struct shrink_result *result,
                           struct buf *not_with, struct cli_shrunk *out) {
    uint32_t variant = self->config.variant, count = scenario_range_count(source->scenario), told = 0;
    enum status status = OK;
    bool shows_it = false;
    if (count == 0 || count > COMBINATIONS_MAX) return OK;
    for (uint32_t i = 0; i < count && status == OK; i++) {
        self->config.variant = scenario_variant_count(source->scenario) + i;
        status = cli_question_follow(self, &result->schedule, &shows_it);
        out->showing += shows_it;
        if (shows_it || told++ >= NOT_WITH_TOLD) continue;
        if (not_with->len > 0) buf_put(not_with, STR("; "));
        scenario_range_words(source->scenario, i, not_with);
    }
    if (told > NOT_WITH_TOLD) buf_put(not_with, STR("; ..."));
    out->combinations = count;
    out->not_with = buf_str(not_with);
    self->config.variant = variant;
    return status == OK ? cli_question_follow(self, &result->schedule, &shows_it)
                        : status; /* so that its findings are there again */
}

static int conclude(const struct options *options, struct cli_question *self, const struct source *source,
                    const struct shrink_result *result, const struct cli_smaller *smaller) {
    struct buf token, out, not_with;
    buf_init(&token, mem_system());
    buf_init(&not_with, mem_system());
    buf_init(&out, mem_system());
    const struct token small = {explore_token_key(source->bytes), self->config.variant, result->schedule};
    explore_token_write(&token, &small);
    struct cli_shrunk shrunk = {.source = source,
                                .variant = self->config.variant,
                                .token = buf_str(&token),
                                .result = result,
                                .smaller = smaller,
                                .smaller_path = options->out};
    enum status status = explain(self, source, result, &not_with, &shrunk);
    shrunk.findings = self->result.findings.at; /* the last run is the result's */
    shrunk.finding_count = self->result.findings.count;
    if (options->json)
        cli_shrunk_json(&out, &shrunk);
    else
        cli_shrunk_text(&out, &shrunk);
    if (buf_status(&token) != OK || buf_status(&out) != OK || buf_status(&not_with) != OK) status = ERR_NOMEM;
    (void)fflush(stdout);
    if (status == OK && !cli_write(STDOUT_FILENO, buf_str(&out))) status = ERR_IO;
    buf_put_char(&token, '\n');
    if (status == OK) status = buf_status(&token);
    if (status == OK && options->output != NULL) status = cli_file_keep(options->output, buf_str(&token));
    if (status == OK && options->out != NULL) status = cli_file_keep(options->out, buf_str(&smaller->text));
    if (status == OK) status = cli_decided_write(options->schedule, source, &small);
    buf_deinit(&not_with);
    buf_deinit(&out);
    buf_deinit(&token);
    return status == OK ? EXIT_AS_EXPECTED : EXIT_UNFINISHED;
}

static struct shrink_budget budget_of(const struct options *options, bool scenario) {
    struct shrink_budget budget = {SHRINK_RUNS_MAX, SHRINK_STEPS_MAX};
    if (options->budget > 0) {
        budget.runs = options->budget;
        if (__builtin_mul_overflow(budget.runs, SHRINK_STEPS_MAX / SHRINK_RUNS_MAX, &budget.steps))
            budget.steps = UINT64_MAX;
    }
    if (scenario) { /* one half for each */
        budget.runs = budget.runs / 2 + budget.runs % 2;
        budget.steps = budget.steps / 2 + budget.steps % 2;
    }
    return budget;
}

/* The scenario as well, beginning with what the schedule has become. */
static int scenario_answer(struct cli_question *self, const struct options *options, const struct source *source,
                           const struct shrink_result *result, const struct shrink_budget *budget) {
    struct cli_smaller smaller;
    uint32_t variant = self->config.variant;
    enum status status = cli_smaller_make(self, source->bytes, variant, &result->schedule, budget, &smaller);
    if (status == ERR_INPUT)
        (void)fprintf(stderr, "%s: error: with its parameters in place the scenario does not show the same findings\n",
                      source->path);
    if (status != OK) return EXIT_UNFINISHED;
    self->config.scenario = source->scenario;
    self->config.variant = variant;
    self->pumped = (struct run_pumped){0};
    bool shows_it = false;
    status = cli_question_follow(self, &result->schedule, &shows_it);
    int code = status == OK ? conclude(options, self, source, result, &smaller) : EXIT_UNFINISHED;
    cli_smaller_deinit(&smaller);
    return code;
}

static int question_answer(struct cli_question *self, const struct options *options, const struct source *source,
                           const struct explore_schedule *schedule) {
    bool scenario = options->scenario || options->out != NULL;
    struct shrink_budget budget = budget_of(options, scenario);
    struct shrink_result result;
    enum status status = shrink_schedule(mem_system(), &self->world.runs, schedule, &budget, &result);
    if (self->terminal && self->runs >= PROGRESS_RUNS) (void)fputs("\r\033[K", stderr);
    if (status == ERR_INPUT)
        (void)fprintf(stderr, "%s: error: the same schedule does not show the same findings again\n", source->path);
    if (status == ERR_NOMEM) (void)fprintf(stderr, "ebb: not enough memory to shrink it\n");
    if (status != OK) return EXIT_UNFINISHED;
    int code = scenario ? scenario_answer(self, options, source, &result, &budget)
                        : conclude(options, self, source, &result, NULL);
    shrink_result_deinit(mem_system(), &result);
    return code;
}

static int shrink(struct cli_question *self, const struct options *options, const struct source *source,
                  const struct explorer *explorer) {
    const struct explore_schedule *taken = NULL;
    struct buf token;
    if (explore_taken(explorer, &taken) != OK) return EXIT_UNFINISHED;
    int code = wanted_set(self, options);
    buf_init(&token, mem_system());
    explore_token_write(&token, &(struct token){explore_token_key(source->bytes), self->config.variant, *taken});
    buf_put_char(&token, 0);
    base_panic_note_set(buf_status(&token) == OK ? token.at : NULL);
    if (code == EXIT_AS_EXPECTED) code = question_answer(self, options, source, taken);
    base_panic_note_set(NULL);
    buf_deinit(&token);
    return code;
}

/* --- where it begins -------------------------------------------------------------------------------------------------- */
static struct cli_question *question_new(void) {
    struct cli_question *self = mem_new(mem_system(), 1, sizeof *self);
    if (self == NULL) return NULL;
    self->world.runs.run = ask;
    self->result.findings = (struct check_findings){.at = self->found, .capacity = RUN_FINDINGS_MAX};
    self->world.load = load;
    self->terminal = isatty(STDERR_FILENO) != 0;
    self->config.pumped = &self->pumped;
    if (ebb_stacks_new(&self->config.stacks, LIMIT_STACK_BYTES) == OK) return self;
    mem_free(mem_system(), self, sizeof *self);
    return NULL;
}

static void question_free(struct cli_question *self) {
    ebb_stacks_free(self->config.stacks);
    scenario_free(self->loaded);
    mem_free(mem_system(), self, sizeof *self);
}

static enum status run_first(struct cli_question *self, const struct source *source, struct explorer *explorer,
                             uint64_t run, enum ebb_timers timers) {
    struct shrink_shown unused;
    self->result.fault.text[0] = 0;
    enum status status = ask(&self->world.runs, explore_begin(explorer, run), timers, &unused);
    if (status == OK && self->result.fault.text[0] != 0) status = ERR_INPUT;
    if (status == ERR_INPUT) (void)fprintf(stderr, "%s: error: %s\n", source->path, self->result.fault.text);
    return status;
}

static int token_shrink(struct cli_question *self, const struct options *options, const struct source *source,
                        const struct token *token) {
    struct explore_config how = {.strategy = "replay", .timers = token->schedule.timers, .replay = &token->schedule};
    struct explorer *explorer = NULL;
    int code = EXIT_UNFINISHED;
    self->config.scenario = source->scenario;
    self->config.variant = token->variant;
    if (explore_new(mem_system(), &explorer, &how) != OK) return code;
    enum status status = run_first(self, source, explorer, 0, token->schedule.timers);
    const struct explore_deviation *lost = status == OK ? explore_diverged(explorer) : NULL;
    if (lost != NULL)
        (void)fprintf(stderr,
                      "%s: error: the schedule does not fit this scenario: decision %" PRIu64 " has no option %u\n",
                      source->path, lost->decision, lost->option);
    if (lost != NULL || status == ERR_INPUT)
        code = EXIT_BAD_INPUT;
    else if (status == OK)
        code = shrink(self, options, source, explorer);
    explore_free(explorer);
    return code;
}

/* The first run of a variant's campaign that leaves something; EXIT_NOT_AS_EXPECTED when none does. */
static int variant_shrink(struct cli_question *self, const struct options *options, const struct source *source,
                          uint32_t variant) {
    struct run_portfolio portfolio;
    int code = EXIT_NOT_AS_EXPECTED;
    self->config.scenario = source->scenario;
    self->config.variant = variant;
    if (run_portfolio_init(&portfolio, mem_system(), options->strategy, options->seed, options->timers) != OK)
        return EXIT_UNFINISHED;
    if (run_portfolio_searches(&portfolio) > 0) {
        (void)fprintf(stderr,
                      "ebb: shrink looks for a failure by sampling; explore with --strategy, shrink the token\n");
        run_portfolio_deinit(&portfolio);
        return EXIT_BAD_INPUT;
    }
    for (uint64_t run = 0; run < options->runs && code == EXIT_NOT_AS_EXPECTED; run++) {
        enum ebb_timers timers = EBB_TIMERS_IDLE;
        struct explorer *explorer = run_portfolio_turn(&portfolio, run, &timers);
        enum status status = run_first(self, source, explorer, run, timers);
        if (status != OK)
            code = status == ERR_INPUT ? EXIT_BAD_INPUT : EXIT_UNFINISHED;
        else if (self->result.findings.count > 0)
            code = shrink(self, options, source, explorer);
        run_portfolio_ran(&portfolio, run, true);
    }
    run_portfolio_deinit(&portfolio);
    return code;
}

static int file_shrink(struct cli_question *self, const struct options *options, const struct sources *sources) {
    bool named = false;
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        for (uint32_t variant = 0; variant < scenario_variant_count(source->scenario); variant++) {
            struct str name = scenario_variant_name(source->scenario, variant);
            if (options->variant != NULL && !str_equal(name, str_of(options->variant))) continue;
            named = true;
            int code = variant_shrink(self, options, source, variant);
            if (code != EXIT_NOT_AS_EXPECTED) return code;
        }
    }
    if (named)
        (void)fprintf(stderr, "ebb: no run of %" PRIu64 " leaves anything behind: there is nothing to shrink\n",
                      options->runs);
    else if (sources->count > 0)
        (void)fprintf(stderr, "ebb: no scenario has a variant \"%s\"\n", options->variant);
    return named ? EXIT_NOT_AS_EXPECTED : EXIT_BAD_INPUT;
}

static int begin_decided(struct cli_question *self, const struct options *options) {
    struct cli_decided decided;
    int code = cli_decided_open(&decided, options->paths[0], options->paths + 1, options->path_count - 1);
    if (code == EXIT_AS_EXPECTED) code = token_shrink(self, options, decided.source, &decided.token);
    cli_decided_close(&decided);
    return code;
}

static int begin(const struct options *options) {
    struct cli_question *self = question_new();
    if (self == NULL) return EXIT_UNFINISHED;
    (void)ebb_overflow_guard_install();
    int code;
    if (cli_decided_meant(options->paths[0])) {
        code = begin_decided(self, options);
    } else {
        struct sources sources;
        cli_sources_load(&sources, options->paths, options->path_count);
        code = file_shrink(self, options, &sources);
        cli_sources_free(&sources);
    }
    question_free(self);
    return code;
}

static int run(int count, char **words) {
    struct options options;
    int code = EXIT_BAD_INPUT;
    if (!cli_options(&options, count, words,
                     "variant signature scenario out output budget runs seed strategy timers json schedule"))
        return EXIT_BAD_INPUT;
    if (options.help)
        code = EXIT_AS_EXPECTED;
    else if (options.path_count == 0)
        (void)fprintf(stderr, "ebb: shrink takes a token, as reports print it, or a scenario\n");
    else
        code = begin(&options);
    cli_options_free(&options);
    return code;
}

const struct command cli_shrink_command = {
    "shrink", "TOKEN|FILE.sched|FILE [PATH...]", "a run that leaves something, made as simple as it can be",
    "  ebb shrink TOKEN                         a simpler schedule that leaves the same\n"
    "  ebb shrink --out small.yaml FILE         and a smaller scenario\n",
    run};
