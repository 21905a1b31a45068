/* SPDX-License-Identifier: MIT */
/* another.h — the second run in another process: one child, started anew, makes all runs again that a campaign says are to be made
 * twice. It has other addresses where the system hands them out at random, a larger environment, and a heap filled with
 * something else. What differs is bisected to its first step, which is told from both. */
#ifndef CLI_ANOTHER_H
#define CLI_ANOTHER_H

#include "cli/command.h"
#include "run/samples.h"

#define CLI_ANOTHER_WORD "again-elsewhere" /* the command of the child */
int cli_another_answer(void);              /* and what it does; returns an exit code */

/* For tests and `ebb doctor` alone: with it set, the child turns the decision of this number (from 0) round in every run. */
#define CLI_ANOTHER_PLANT "EBB_PLANT_DIFFERENCE"

struct cli_another_row { /* runs of one scenario that were made here */
    const struct source *source;
    struct str samples; /* lines, as run_samples has them */
    /* Out: */
    bool differs;
    struct run_sample first; /* the one that does, as it was here; its token is borrowed from `samples` */
    struct buf why;          /* how, in lines; the caller's to deinit */
};
struct cli_another {
    struct cli_another_row *rows;
    uint32_t count;
    const volatile int *interrupted; /* or NULL */
    bool plant;                      /* set CLI_ANOTHER_PLANT for the child: decision 0 */
    /* Out: */
    bool moved;        /* the child had other addresses */
    uint64_t samples;  /* that were made again */
    char refused[160]; /* why no other process made them, or not all; "" */
};
/* ERR_NOMEM. */
CHECKED enum status cli_another(struct cli_another *another);
void cli_another_warn(const struct cli_another *another); /* on stderr, where it was refused */

#endif
