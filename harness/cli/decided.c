/* SPDX-License-Identifier: MIT */
/* decided.c — see decided.h. A long form is followed once, and from then on is the token of what was decided. */
#include "cli/decided.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "run/retrace.h"
#include "scenario/limits_scenario.h"

static bool is_schedule(const char *word) {
    size_t len = strlen(word);
    return len > 6 && strcmp(word + len - 6, ".sched") == 0;
}

/* A token begins with "ebb" and a version; a file of such a name is told apart by its folder or ending. */
bool cli_decided_meant(const char *word) {
    return is_schedule(word) ||
        (strncmp(word, "ebb", 3) == 0 && strchr(word, '.') == NULL && strchr(word, '/') == NULL &&
         access(word, F_OK) != 0);
}

enum status cli_file_keep(const char *path, struct str text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool good = fd >= 0 && cli_write(fd, text);
    if (fd >= 0 && close(fd) != 0) good = false;
    if (!good) (void)fprintf(stderr, "%s: error: cannot be written\n", path);
    return good ? OK : ERR_IO;
}

/* --- the long form -------------------------------------------------------------------------------------------------- */
struct longform {
    struct cli_decided *out;
    const char *path;
    struct str bytes;
    struct explore_sched sched;
    struct run_retraced run;
    bool same; /* the scenario is the one it was made from */
};

static void tell(const struct longform *self, const char *severity, uint32_t line, uint32_t column, const char *text) {
    struct diag diag = {.line = line, .column = column};
    scenario_diag_origin(&diag, str_of(self->path));
    (void)snprintf(diag.text, sizeof diag.text, "%s", text);
    cli_problem_print(stderr, severity, &diag, self->bytes);
}

static void could_words(struct buf *out, const struct run_parted *parted) {
    for (uint32_t i = 0; i < parted->could_count; i++) {
        buf_put(out, i == 0 ? STR("; who could: ") : STR(", "));
        explore_sched_who_write(out, parted->could[i].label, parted->could[i].number);
    }
    if (parted->alarm) buf_put(out, STR("; or the alarm"));
}

static void never_words(struct buf *out, const struct explore_sched_step *step, const struct run_parted *parted) {
    struct str dot = step->site.kind.len > 0 ? STR(".") : STR("");
    buf_put(out, STR("not followed: "));
    if (parted->unborn) buf_put(out, STR("there was no "));
    explore_sched_who_write(out, step->site.who, step->site.number);
    if (!parted->unborn)
        buf_print(out, " had something to decide at %.*s%s%.*s %" PRIu64 " %s, and this is time %" PRIu64,
                  (int)step->site.kind.len, step->site.kind.at, dot.at, (int)step->site.verb.len, step->site.verb.at,
                  parted->times, parted->times == 1 ? "time" : "times", step->site.time);
    buf_print(out, "; the run ended after step %" PRIu64, parted->step);
}

static void parted_words(struct buf *out, const struct longform *self, const struct explore_sched_step *step,
                         const struct run_parted *parted) {
    if (parted->how != RUN_PARTED_NEVER)
        buf_print(out, "%safter step %" PRIu64, parted->how == RUN_PARTED_LINE ? "" : "not followed: ", parted->step);
    if (parted->line > 0 && parted->how != RUN_PARTED_LINE)
        buf_print(out, ", %s:%" PRIu32 ",", self->out->source->path, parted->line);
    switch (parted->how) {
    case RUN_PARTED_NEVER: never_words(out, step, parted); break;
    case RUN_PARTED_GONE:
        buf_put_char(out, ' ');
        if (step->does == EXPLORE_FIRE)
            buf_put(out, STR("no alarm could go off"));
        else
            explore_sched_who_write(out, step->whom, step->number), buf_put(out, STR(" could not run"));
        could_words(out, parted);
        break;
    case RUN_PARTED_COUNT:
        buf_print(out, " there were %" PRIu32 " to choose from, not %" PRIu32, parted->options, step->options);
        break;
    case RUN_PARTED_LINE:
        buf_print(out, " this is line %" PRIu32 " of the scenario, not %" PRIu32, parted->line, step->site.line);
        break;
    }
}

static void parted_tell(const struct longform *self) {
    struct buf text;
    buf_init(&text, mem_system());
    for (uint32_t i = 0; i < self->run.parted_count; i++) {
        const struct run_parted *parted = &self->run.parted[i];
        const struct explore_sched_step *step = &self->sched.steps[parted->number];
        buf_clear(&text);
        parted_words(&text, self, step, parted);
        buf_put_char(&text, 0);
        const uint32_t columns[] = {[RUN_PARTED_NEVER] = parted->unborn ? step->at.who : step->at.time,
                                    [RUN_PARTED_GONE] = step->at.choice,
                                    [RUN_PARTED_COUNT] = step->at.choice,
                                    [RUN_PARTED_LINE] = step->at.scenario_line};
        tell(self, self->same ? "error" : "warning", step->at.line, columns[parted->how],
             buf_status(&text) == OK ? text.at : "not followed");
    }
    if (self->run.parted_lost > 0)
        (void)fprintf(stderr, "%s: and %" PRIu32 " more that were not followed\n", self->path, self->run.parted_lost);
    buf_deinit(&text);
}

/* The token of what was decided in the end. */
static int taken(struct longform *self, const struct run_retraced *run, uint32_t variant) {
    struct cli_decided *out = self->out;
    explore_schedule_init(&out->token.schedule);
    if (explore_schedule_copy(mem_system(), &out->token.schedule, &run->schedule) != OK) return EXIT_UNFINISHED;
    out->token.scenario = explore_token_key(out->source->bytes);
    out->token.variant = variant;
    explore_token_write(&out->text, &out->token);
    buf_put_char(&out->text, 0);
    return buf_status(&out->text) == OK ? EXIT_AS_EXPECTED : EXIT_UNFINISHED;
}

static int search(struct longform *self, uint32_t variant) {
    struct run_vicinity near;
    enum status status =
        run_vicinity(mem_system(), self->out->source->scenario, variant, &self->sched, &self->run, &near);
    bool found = status == OK && near.found;
    int code = status != OK ? EXIT_UNFINISHED : taken(self, found ? &near.at : &self->run, variant);
    if (code == EXIT_AS_EXPECTED && found)
        (void)fprintf(stderr, "%s: what it finds is there again in run %" PRIu64 " of those near it: %s\n", self->path,
                      near.runs, self->out->text.at);
    if (code == EXIT_AS_EXPECTED && !found) {
        (void)fprintf(stderr, "%s: what it finds is not there in %" PRIu64 " runs near it\n", self->path, near.runs);
        code = self->run.followed == self->sched.count ? EXIT_NOT_AS_EXPECTED : EXIT_UNFINISHED;
    }
    run_retraced_deinit(mem_system(), &near.at);
    return code;
}

static void missing_tell(const struct longform *self) {
    for (uint32_t i = 0; i < self->sched.found_count; i++) {
        struct explore_sched one = {.found = {self->sched.found[i]}, .found_count = 1};
        if (!run_retraced_shows(&self->run, &one))
            tell(self, "warning", self->sched.found[i].at_line, 1, "this is not found when its decisions are followed");
    }
}

static int same_scenario(struct longform *self, uint32_t variant) {
    if (self->run.parted_count > 0) return self->out->source = NULL, EXIT_BAD_INPUT;
    int code = taken(self, &self->run, variant);
    if (code != EXIT_AS_EXPECTED) return code;
    if (self->sched.token.len > 0 && !str_equal(self->sched.token, str_of(self->out->text.at)))
        tell(self, "note", self->sched.token_line, 1,
             "this is not the token of these decisions any more; that is shown below");
    missing_tell(self);
    return run_retraced_shows(&self->run, &self->sched) ? EXIT_AS_EXPECTED : EXIT_NOT_AS_EXPECTED;
}

static int edited_scenario(struct longform *self, uint32_t variant) {
    bool parted = self->run.followed < self->sched.count, shows = run_retraced_shows(&self->run, &self->sched);
    (void)fprintf(stderr, "%s: %" PRIu32 " of %" PRIu32 " decisions followed\n", self->path, self->run.followed,
                  self->sched.count);
    if (!shows) {
        missing_tell(self);
        return search(self, variant);
    }
    int code = taken(self, &self->run, variant);
    if (code == EXIT_AS_EXPECTED && self->sched.found_count > 0)
        (void)fprintf(stderr, "%s: what it finds is there again: %s\n", self->path, self->out->text.at);
    /* Nothing says whether it still is the run that was meant. */
    return code == EXIT_AS_EXPECTED && parted && self->sched.found_count == 0 ? EXIT_UNFINISHED : code;
}

static int follow(struct longform *self, uint32_t variant) {
    const struct source *source = self->out->source;
    base_panic_note_set(self->path);
    enum status status =
        run_retrace(mem_system(), source->scenario, variant, &self->sched, self->same, NULL, NULL, &self->run);
    base_panic_note_set(NULL);
    if (status != OK) {
        (void)fprintf(stderr, "%s: error: %s\n", source->path,
                      status == ERR_INPUT ? self->run.result.fault.text : "not enough memory to run it");
        self->out->source = NULL;
        return status == ERR_INPUT ? EXIT_BAD_INPUT : EXIT_UNFINISHED;
    }
    parted_tell(self);
    int code = self->same ? same_scenario(self, variant) : edited_scenario(self, variant);
    if (self->out->text.len == 0) self->out->source = NULL;
    return code;
}

/* UINT32_MAX: there is no such variant, and it was told. */
static uint32_t variant_of(const struct longform *self) {
    const struct explore_sched *sched = &self->sched;
    const struct scenario *scenario = self->out->source->scenario;
    uint32_t declared = scenario_variant_count(scenario);
    uint32_t variant = sched->combination ? declared + sched->variant : scenario_variant_find(scenario, sched->named);
    if (variant != UINT32_MAX && variant < declared + scenario_range_count(scenario)) return variant;
    tell(self, "error", sched->variant_line, 1, "the scenario has no such variant");
    return UINT32_MAX;
}

/* Of the paths, or of the place that the file names. */
static const struct source *find(struct longform *self, const char *const *paths, uint32_t count) {
    struct sources *sources = &self->out->sources;
    struct buf where;
    buf_init(&where, mem_system());
    buf_put(&where, self->sched.scenario);
    buf_put_char(&where, 0);
    const char *there = buf_status(&where) == OK ? where.at : "";
    if (count == 0 && access(there, F_OK) != 0) {
        struct token token = {.scenario = self->sched.content};
        tell(self, "warning", self->sched.scenario_line, 1, "this is not there; looking for one with the same content");
        buf_deinit(&where);
        return cli_token_source(sources, NULL, 0, &token);
    }
    cli_sources_load(sources, count > 0 ? paths : &there, count > 0 ? count : 1);
    buf_deinit(&where);
    for (uint32_t i = 0; i < sources->count; i++)
        if (explore_token_key(sources->at[i].bytes) == self->sched.content) return &sources->at[i];
    if (sources->count == 1) return &sources->at[0];
    if (sources->count > 1)
        (void)fprintf(stderr,
                      "%s: error: none of these %" PRIu32 " scenarios has its content; name the edited one alone\n",
                      self->path, sources->count);
    return NULL;
}

static int longform_open(struct longform *self, const char *const *paths, uint32_t count) {
    struct cli_decided *out = self->out;
    struct diag why = {0};
    enum status status = explore_sched_read(mem_system(), self->bytes, &self->sched, &why);
    if (status != OK) {
        scenario_diag_origin(&why, str_of(self->path));
        cli_problem_print(stderr, "error", &why, self->bytes);
        return status == ERR_NOMEM ? EXIT_UNFINISHED : EXIT_BAD_INPUT;
    }
    out->source = find(self, paths, count);
    if (out->source == NULL) return EXIT_BAD_INPUT;
    uint32_t variant = variant_of(self);
    if (variant == UINT32_MAX) return out->source = NULL, EXIT_BAD_INPUT;
    self->same = explore_token_key(out->source->bytes) == self->sched.content;
    if (!self->same)
        tell(self, "warning", self->sched.scenario_line, 1, "it has been edited since; following as far as it fits");
    return follow(self, variant);
}

static int schedule_open(struct cli_decided *out, const char *word, const char *const *paths, uint32_t count) {
    struct longform self = {.out = out, .path = word};
    if (!cli_file_read(word, &self.bytes)) return EXIT_BAD_INPUT;
    run_retraced_init(&self.run);
    int code = longform_open(&self, paths, count);
    run_retraced_deinit(mem_system(), &self.run);
    explore_sched_deinit(mem_system(), &self.sched);
    mem_free(mem_system(), (void *)(uintptr_t)self.bytes.at, LIMIT_SCENARIO_BYTES + 1);
    return code;
}

int cli_decided_open(struct cli_decided *out, const char *word, const char *const *paths, uint32_t count) {
    struct diag why = {0};
    *out = (struct cli_decided){0};
    buf_init(&out->text, mem_system());
    if (is_schedule(word)) return schedule_open(out, word, paths, count);
    if (explore_token_read(mem_system(), str_of(word), &out->token, &why) != OK) {
        (void)fprintf(stderr, "ebb: %s\n", why.text);
        return EXIT_BAD_INPUT;
    }
    buf_put(&out->text, str_of(word));
    buf_put_char(&out->text, 0);
    if (buf_status(&out->text) != OK) return EXIT_UNFINISHED;
    out->source = cli_token_source(&out->sources, paths, count, &out->token);
    return out->source == NULL ? EXIT_BAD_INPUT : EXIT_AS_EXPECTED;
}

void cli_decided_close(struct cli_decided *decided) {
    explore_schedule_deinit(mem_system(), &decided->token.schedule);
    buf_deinit(&decided->text);
    cli_sources_free(&decided->sources);
}

/* --- writing --------------------------------------------------------------------------------------------------------- */
enum status cli_decided_write(const char *path, const struct source *source, const struct token *token) {
    if (path == NULL) return OK;
    uint32_t declared = scenario_variant_count(source->scenario);
    struct explore_sched sched;
    struct buf text, out;
    struct diag why = {0};
    explore_sched_init(&sched, mem_system());
    buf_init(&text, mem_system());
    buf_init(&out, mem_system());
    explore_token_write(&text, token);
    sched.scenario = str_of(source->path);
    sched.content = token->scenario;
    sched.combination = token->variant >= declared;
    sched.variant = sched.combination ? token->variant - declared : 0;
    if (!sched.combination) sched.named = scenario_variant_name(source->scenario, token->variant);
    sched.token = buf_str(&text);
    enum status status =
        run_retrace_note(mem_system(), source->scenario, token->variant, &token->schedule, &sched, &why);
    if (status == ERR_INPUT) (void)fprintf(stderr, "%s: error: %s\n", source->path, why.text);
    explore_sched_write(&out, &sched);
    if (status == OK && out.len > SCHED_BYTES_MAX) {
        (void)fprintf(stderr, "%s: error: the long form has %zu bytes, and at most %zu can be read\n", path, out.len,
                      SCHED_BYTES_MAX);
        status = ERR_LIMIT;
    }
    if (status == OK) status = buf_status(&text) == OK ? buf_status(&out) : ERR_NOMEM;
    if (status == ERR_NOMEM) (void)fprintf(stderr, "ebb: not enough memory to write %s\n", path);
    if (status == OK) status = cli_file_keep(path, buf_str(&out));
    buf_deinit(&out);
    buf_deinit(&text);
    explore_sched_deinit(mem_system(), &sched);
    return status;
}
