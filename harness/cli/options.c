/* SPDX-License-Identifier: MIT */
/* options.c — one list of flags for all commands. */
#include <stdio.h>

#include "cli/command.h"
#include "explore/search.h"
#include "run/workers.h"
#include "scenario/load.h"

static bool number(const char *text, uint64_t *out) {
    uint64_t value = 0;
    if (*text == 0) return false;
    for (; *text != 0; text++)
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return false;
    *out = value;
    return true;
}

static const struct flag {
    const char *name, *value, *about;
} flags_known[] = {
    {"variant", "NAME", "only this variant of each scenario"},
    {"runs", "N", "schedules to try for each variant (default 32; explore: 10000)"},
    {"prove", "N",
     "first run every trace, if N runs suffice for that; only else sample (default: as --runs, at most 1000)"},
    {"seed", "N", "of the random schedules (default 1)"},
    {"strategy", "A,B",
     "take turns: default random pct1 pct2 pct3 pos urw surw delay1 delay2 delay3, or every schedule: all within1 "
     "every; "
     "see docs/exploration.md"},
    {"timers", "WHEN", "idle: time moves only when nothing can run; any: a timer may also fire early; both (default)"},
    {"time", "TIME", "search for so long: 500ms, 10s, 2m, 1h"},
    {"jobs", "N", "so many processes at a time (default 1); what is reported does not depend on it"},
    {"pieces", "N",
     "cut a search for a proof into so many (1 to 1024), for --jobs and --shard; --runs are of each then"},
    {"shard", "I/N", "only share I of N, such as 2/3: of the variants; explore: of the runs of each search"},
    {"part", "FILE", "also write what this share has shown, for ebb merge"},
    {"checkpoint", "FILE", "write there, from time to time, how far the search has come"},
    {"resume", "FILE", "go on from there"},
    {"coverage", NULL,
     "list what no run has shown of each operation: done at once, after a wait, waking another, each case"},
    {"first", NULL, "stop at the first finding"},
    {"baseline", "FILE",
     "what is known to leak, with owner, reason and expiry; what is not in it is red, and so is what is gone"},
    {"write-baseline", "FILE", "write one of all that is not as expected now"},
    {"today", "DATE", "YYYY-MM-DD, for a baseline whose entries expire"},
    {"json", NULL, "the result as JSON"},
    {"format", "NAME", "text (default), json, or github: one annotation a line, as its workflows read them"},
    {"junit", "FILE", "also write the result as JUnit XML, for CI"},
    {"tags", "A,B", "only scenarios that have one of these tags"},
    {"timeline", "FILE", "also write how much there was at each step of the runs shown, as JSON"},
    {"every", "TIME", "with --timeline: look every so much virtual time, such as 10ms, not at each step"},
    {"terse", NULL, "leave out the findings of what is as expected"},
    {"ctest", NULL, "one line for each variant: file, tab, variant"},
    {"markdown", NULL, "a page for people instead"},
    {"token", "TOKEN", "let every variant follow the decisions of this run"},
    {"signature", "HEX", "only the finding with this signature is to stay"},
    {"scenario", NULL, "also take from the scenario what the findings do not need, and show it"},
    {"out", "FILE", "the same, and write that scenario there"},
    {"output", "FILE", "also write the token there; -o for short"},
    {"schedule", "FILE", "also write the decisions there, one a line: a .sched file"},
    {"budget", "N", "runs to spend on it (default 20000)"},
    {"help", NULL, "this"},
};

static bool allowed(const char *flags, const char *name) {
    size_t len = strlen(name);
    if (strcmp(name, "help") == 0) return true;
    for (const char *at = flags; (at = strstr(at, name)) != NULL; at++)
        if ((at == flags || at[-1] == ' ') && (at[len] == 0 || at[len] == ' ')) return true;
    return false;
}

static void help_print(const char *flags) {
    const struct command *command = cli_command_running();
    if (command != NULL)
        (void)printf("Examples:\n%s\nUsage: ebb %s [FLAGS]%s%s: %s\n", command->examples, command->name,
                     command->arguments[0] == '\0' ? "" : " ", command->arguments, command->about);
    for (size_t i = 0; i < BASE_COUNT(flags_known); i++)
        if (allowed(flags, flags_known[i].name))
            (void)printf("  --%s%s%-*s %s\n", flags_known[i].name, flags_known[i].value == NULL ? "" : " ",
                         (int)(16 - strlen(flags_known[i].name) - (flags_known[i].value == NULL ? 0 : 1)),
                         flags_known[i].value == NULL ? "" : flags_known[i].value, flags_known[i].about);
}

static bool timers(const char *text, enum run_timers *out) {
    static const char *const names[] = {
        [RUN_TIMERS_BOTH] = "both", [RUN_TIMERS_IDLE] = "idle", [RUN_TIMERS_ANY] = "any"};
    for (size_t i = 0; i < BASE_COUNT(names); i++) {
        if (strcmp(text, names[i]) != 0) continue;
        *out = (enum run_timers)i;
        return true;
    }
    return false;
}

/* A number and its unit, above 0. */
static bool duration_ms(const char *text, uint64_t *out) {
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    size_t digits = strspn(text, "0123456789");
    char only[16];
    if (digits == 0 || digits >= sizeof only) return false;
    memcpy(only, text, digits);
    only[digits] = '\0';
    for (size_t i = 0; i < BASE_COUNT(units); i++)
        if (strcmp(text + digits, units[i].name) == 0)
            return number(only, out) && !__builtin_mul_overflow(*out, units[i].ms, out) && *out > 0;
    return false;
}

static bool jobs(const char *text, uint32_t *out) {
    uint64_t count = 0;
    bool good = number(text, &count) && count > 0 && count <= RUN_JOBS_MAX;
    *out = (uint32_t)count;
    return good;
}

static bool pieces(const char *text, uint32_t *out) {
    uint64_t count = 0;
    bool good = number(text, &count) && count > 0 && count <= SEARCH_PIECES_MAX;
    *out = (uint32_t)count;
    return good;
}

static bool shard(const char *text, struct options *out) {
    const char *slash = strchr(text, '/');
    char which[16];
    uint64_t shard = 0, shards = 0;
    if (slash == NULL || (size_t)(slash - text) >= sizeof which) return false;
    memcpy(which, text, (size_t)(slash - text));
    which[slash - text] = '\0';
    bool good =
        number(which, &shard) && number(slash + 1, &shards) && shard > 0 && shard <= shards && shards <= CLI_SHARDS_MAX;
    out->shard = (uint32_t)shard;
    out->shards = (uint32_t)shards;
    return good;
}

static bool strategy(const char *text, const char **out) {
    *out = text;
    return run_strategies_known(text);
}

static bool format(const char *text, const char **out) {
    *out = text;
    return strcmp(text, "text") == 0 || strcmp(text, "json") == 0 || strcmp(text, "github") == 0;
}

static bool flag_set(struct options *out, const char *name, const char *value) {
    if (strcmp(name, "variant") == 0) out->variant = value;
    if (strcmp(name, "prove") == 0) {
        out->prove_asked = true;
        return number(value, &out->prove);
    }
    if (strcmp(name, "junit") == 0) out->junit = value;
    if (strcmp(name, "timeline") == 0) out->timeline = value;
    if (strcmp(name, "shard") == 0) return shard(value, out);
    if (strcmp(name, "part") == 0) out->part = value;
    if (strcmp(name, "checkpoint") == 0) out->checkpoint = value;
    if (strcmp(name, "resume") == 0) out->resume = value;
    if (strcmp(name, "jobs") == 0) return jobs(value, &out->jobs);
    if (strcmp(name, "pieces") == 0) return pieces(value, &out->pieces);
    if (strcmp(name, "schedule") == 0) out->schedule = value;
    if (strcmp(name, "every") == 0) return cli_duration(value, &out->every_ns);
    if (strcmp(name, "tags") == 0) out->tags = value;
    if (strcmp(name, "json") == 0) out->json = true;
    if (strcmp(name, "baseline") == 0) out->baseline = value;
    if (strcmp(name, "write-baseline") == 0) out->write_baseline = value;
    if (strcmp(name, "today") == 0) return cli_date(str_of(out->today = value)) > 0;
    if (strcmp(name, "terse") == 0) out->terse = true;
    if (strcmp(name, "ctest") == 0) out->ctest = true;
    if (strcmp(name, "help") == 0) out->help = true;
    if (strcmp(name, "markdown") == 0) out->markdown = true;
    if (strcmp(name, "token") == 0) out->token = value;
    if (strcmp(name, "signature") == 0) out->signature = value;
    if (strcmp(name, "scenario") == 0) out->scenario = true;
    if (strcmp(name, "out") == 0) out->out = value;
    if (strcmp(name, "output") == 0) out->output = value;
    if (strcmp(name, "budget") == 0) return number(value, &out->budget) && out->budget > 0;
    if (strcmp(name, "timers") == 0) return timers(value, &out->timers);
    if (strcmp(name, "format") == 0) return format(value, &out->format);
    if (strcmp(name, "strategy") == 0) return strategy(value, &out->strategy);
    if (strcmp(name, "coverage") == 0) out->coverage = true;
    if (strcmp(name, "first") == 0) out->first = true;
    if (strcmp(name, "time") == 0) return duration_ms(value, &out->time_ms);
    if (strcmp(name, "runs") == 0) out->runs_asked = true;
    if (strcmp(name, "runs") == 0) return number(value, &out->runs) && out->runs > 0;
    if (strcmp(name, "seed") == 0) return number(value, &out->seed);
    return true;
}

static void flag_unknown(const char *word, size_t len, const char *flags) {
    const char *names[BASE_COUNT(flags_known)];
    uint32_t count = 0;
    for (size_t i = 0; i < BASE_COUNT(flags_known); i++)
        if (allowed(flags, flags_known[i].name)) names[count++] = flags_known[i].name;
    const char *near = len == 0 ? NULL : scenario_nearest((struct str){word + 2, len}, names, count);
    (void)fprintf(stderr, "ebb: there is no flag %s here; ", word);
    if (near != NULL)
        (void)fprintf(stderr, "did you mean --%s?\n", near);
    else
        (void)fputs("--help lists them\n", stderr);
}

/* One word that starts with "--"; `at` moves past its value. */
static bool flag_take(struct options *out, int count, char **words, int *at, const char *flags) {
    const char *word = words[*at], *equals = strchr(word, '=');
    size_t len = equals == NULL ? strlen(word) - 2 : (size_t)(equals - word) - 2;
    for (size_t i = 0; i < BASE_COUNT(flags_known); i++) {
        const struct flag *flag = &flags_known[i];
        if (strlen(flag->name) != len || strncmp(flag->name, word + 2, len) != 0 || !allowed(flags, flag->name))
            continue;
        if (flag->value == NULL && equals != NULL) {
            (void)fprintf(stderr, "ebb: --%s takes no value: %s\n", flag->name, flag->about);
            return false;
        }
        const char *value = flag->value == NULL ? ""
            : equals != NULL                    ? equals + 1
            : *at + 1 < count                   ? words[++*at]
                                                : NULL;
        if (value != NULL && flag_set(out, flag->name, value)) return true;
        (void)fprintf(stderr, "ebb: --%s takes %s", flag->name, flag->value);
        if (value != NULL) (void)fprintf(stderr, ", not \"%s\"", value);
        (void)fprintf(stderr, ": %s\n", flag->about);
        return false;
    }
    flag_unknown(word, len, flags);
    return false;
}

bool cli_options(struct options *out, int count, char **words, const char *flags) {
    *out = (struct options){.runs = 32, .seed = 1, .jobs = 1, .path_capacity = (uint32_t)count + 1};
    out->paths = mem_new(mem_system(), out->path_capacity, sizeof *out->paths);
    if (out->paths == NULL) return false;
    bool good = true, flags_end = false;
    for (int i = 0; i < count && good; i++) {
        if (flags_end)
            out->paths[out->path_count++] = words[i];
        else if (strcmp(words[i], "--") == 0)
            flags_end = true;
        else if (strcmp(words[i], "-h") == 0)
            out->help = true;
        else if (strcmp(words[i], "-o") == 0 && allowed(flags, "output"))
            good = ++i < count && flag_set(out, "output", words[i]);
        else if (strncmp(words[i], "--", 2) == 0)
            good = flag_take(out, count, words, &i, flags);
        else if (words[i][0] == '-' && words[i][1] != '\0')
            good = false, flag_unknown(words[i], 0, flags);
        else
            out->paths[out->path_count++] = words[i];
    }
    if (!good && count > 0 && strcmp(words[count - 1], "-o") == 0) (void)fprintf(stderr, "ebb: -o takes FILE\n");
    if (good && out->help) help_print(flags);
    if (!good) cli_options_free(out);
    return good;
}

/* Who names strategies wants those. */
uint64_t cli_prove(const struct options *options) {
    if (options->prove_asked) return options->prove;
    if (options->strategy != NULL) return 0;
    return options->runs < RUN_PROVE_UNASKED ? options->runs : RUN_PROVE_UNASKED;
}

void cli_options_free(struct options *options) {
    mem_free(mem_system(), options->paths, options->path_capacity * sizeof *options->paths);
    options->paths = NULL;
}
