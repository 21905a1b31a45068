/* SPDX-License-Identifier: MIT */
/* decided.h — the run that is meant by a word of the command line: a token, or the .sched file that is its long form. */
#ifndef CLI_DECIDED_H
#define CLI_DECIDED_H

#include "cli/command.h"
#include "explore/token.h"

struct cli_decided {
    struct sources sources;
    const struct source *source; /* NULL: there is no run to show */
    struct token token;
    struct buf text; /* the token, NUL-terminated */
};
/* A word that is meant as one of them, rather than as a scenario's path. */
bool cli_decided_meant(const char *word);
/* Finds the scenario in the paths, or where the word says it was. Tells on stderr what is wrong, and what could not be
 * followed. EXIT_AS_EXPECTED: this is the run, or one that finds the same. Else the command ends with what is answered,
 * though it may show the run if there is one. The caller's to close, whatever it answers. */
int cli_decided_open(struct cli_decided *out, const char *word, const char *const *paths, uint32_t count);
void cli_decided_close(struct cli_decided *decided);
/* Writes the long form of a run to `path`; NULL: nothing. Tells what goes wrong. */
enum status cli_decided_write(const char *path, const struct source *source, const struct token *token);
/* Here, since two commands write files of their own. */
enum status cli_file_keep(const char *path, struct str text);

#endif
