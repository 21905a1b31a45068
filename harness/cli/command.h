/* SPDX-License-Identifier: MIT */
/* command.h — what the commands share. A command is one file and one line of commands.def; stdout is the result, stderr
 * the talk. Only this folder asks for the environment, a terminal, or an exit. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "run/campaign.h"

#define CLI_VERSION "1"

enum exit_code {
    EXIT_AS_EXPECTED = 0,
    EXIT_NOT_AS_EXPECTED = 1,
    EXIT_BAD_INPUT = 2,
    EXIT_UNFINISHED = 3,
    EXIT_NOT_DETERMINISTIC = 4,
    EXIT_SKIPPED = 77
};

struct command {
    const char *name, *arguments, *about;
    const char *examples;                /* lines; FILE and TOKEN stand for any */
    int (*run)(int count, char **words); /* the words after the command's name; returns an exit code */
};
extern const struct command *const cli_commands[];
const struct command *cli_command_find(struct str name);
const char *cli_command_nearest(struct str name); /* or NULL */
const struct command *cli_command_running(void);  /* NULL: none has begun */

/* --- options: every command takes from one list, so that a flag means the same everywhere --------------------------- */
struct options {
    const char **paths; /* borrowed words that are no flags, in order */
    uint32_t path_count, path_capacity;
    const char *variant, *junit;
    const char *signature, *output; /* likewise NULL when not asked for */
    const char *token;              /* likewise */
    const char *out;                /* a file for a smaller scenario; likewise */
    uint64_t budget;                /* 0: not asked for */
    uint64_t runs, seed, time_ms;   /* time_ms 0: not asked for */
    const char *baseline, *write_baseline, *today;
    enum run_timers timers;
    const char *strategy; /* NULL: not asked for */
    const char *format;   /* likewise */
    const char *tags;     /* likewise; separated by commas */
    const char *timeline; /* a file; likewise */
    const char *schedule; /* likewise */
    uint64_t prove;       /* run every trace first, with at most so many runs; 0: do not. See cli_prove */
    bool prove_asked;
    uint32_t jobs;                          /* processes at a time, at least 1 */
    uint32_t shard, shards;                 /* from 1; shards 0: not asked for */
    uint32_t pieces;                        /* of a search; 0: not asked for */
    const char *part, *checkpoint, *resume; /* files; NULL: not asked for */
    int64_t every_ns;                       /* of virtual time, between two looks; 0: at every step */
    bool json, terse, ctest, markdown, help;
    bool coverage;          /* of what operations can come to */
    bool scenario;          /* shrink that, too */
    bool first, runs_asked; /* stop at the first finding; was the number of runs asked for? */
};
#define CLI_SHARDS_MAX 4096u        /* a file each, that are merged at once */
uint32_t cli_date(struct str text); /* "2026-12-31" is 20261231; 0: no day of any calendar */
/* `flags` names the flags this command takes, separated by spaces ("variant runs json"). False: told why on stderr. */
bool cli_options(struct options *out, int count, char **words, const char *flags);
uint64_t cli_prove(const struct options *options); /* what was asked for, or what is done unasked */
void cli_options_free(struct options *options);

/* --- files ------------------------------------------------------------------------------------------------------------ */
struct source { /* one scenario file */
    char *path;
    size_t path_size; /* allocated */
    struct str bytes;
    struct scenario *scenario;
};
struct sources {
    struct source *at;
    uint32_t count, capacity;
    bool failed; /* something could not be read or loaded; it was told on stderr */
    void (*visit)(void *context, const char *path, struct str bytes); /* cli_sources_visit's; else NULL */
    void *context;
};
/* All scenarios of the paths, folders searched for *.yaml, in order of path. Tells what is wrong and goes on. */
void cli_sources_load(struct sources *sources, const char *const *paths, uint32_t count);
void cli_sources_free(struct sources *sources);
/* Loads the paths (none: scenarios/) and finds the scenario a token was made from, which the token knows by its content;
 * NULL: why is told on stderr. The sources are the caller's to free either way. */
struct token;
const struct source *cli_token_source(struct sources *sources, const char *const *paths, uint32_t count,
                                      const struct token *token);
/* The same files, unread but for their bytes, which are borrowed. False: some could not be read. */
bool cli_sources_visit(const char *const *paths, uint32_t count,
                       void (*visit)(void *context, const char *path, struct str bytes), void *context);
struct str cli_source_name(const struct source *source); /* without folders and ending */

/* --- LeakSanitizer ----------------------------------------------------------------------------------------------------- */
enum cli_leak_net {
    CLI_LEAK_NET_NONE,
    CLI_LEAK_NET_WORKS,
    CLI_LEAK_NET_BLIND,
    CLI_LEAK_NET_REFUSED
};                                       /* NONE: not in this build */
#define CLI_LEAK_NET_WORD "leak-net-try" /* the command of the child that asks */
void cli_leak_net_ask(void);             /* and what it does; does not come back */
/* Once, before any command: where a build has it and it does not work, that is told on stderr. */
void cli_leak_net_start(void);
enum cli_leak_net cli_leak_net(void); /* what was found then */

/* Bytes of a file as a terminal may have them: control characters and what is not UTF-8 become "?". */
void cli_plain_print(FILE *to, struct str bytes);
void cli_plain_lines(FILE *to, struct str bytes); /* the same, line by line */
/* "file:line:column: error: text", the line itself and a caret. */
void cli_problem_print(FILE *to, const char *severity, const struct diag *diag, struct str bytes);
/* A problem of a load, as an error, and its note if it has one. */
void cli_load_problem_print(FILE *to, const struct scenario_problems *problems, uint32_t index, struct str bytes);
bool cli_write(int fd, struct str bytes);
enum status cli_report(const struct report *report, const char *reporter, const char *path); /* NULL: to stdout */
bool cli_duration(const char *text, int64_t *out); /* "10ms"; more than nothing */
/* Writes options->timeline for the runs these cases show; tells what goes wrong. */
enum status cli_timelines(const struct options *options, const struct report_case *cases,
                          const struct source *const *sources, uint32_t count);
/* One file, of at most LIMIT_SCENARIO_BYTES; free it as a block of LIMIT_SCENARIO_BYTES + 1. False: told why. */
bool cli_file_read(const char *path, struct str *out);
/* The scenario's rule for enough runs, or NULL: there is none, or the command line says it by --runs, --time, --first or
 * --prove. */
const struct scenario_stop *cli_stop(const struct options *options, const struct scenario *scenario);
/* What a run tells of its rows, where the options want it; and the code it ends with. `input`: all could be loaded. */
CHECKED enum status cli_rows_report(const struct options *options, const struct report *report);
int cli_rows_code(const struct report *report, bool input, enum status status);
void cli_cut_words(struct buf *out, const char *indent, uint32_t count); /* a line: a list of findings was too short */
void cli_row_case(const struct source *source, uint32_t variant, const struct run_row *row, struct buf *expected,
                  struct report_case *out);

#endif
