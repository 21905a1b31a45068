/* SPDX-License-Identifier: MIT */
/* workers.h — pieces of work, each in a process of its own, several of them at a time. A piece tells what it has to say
 * through a pipe and ends; whoever asked for it hears of the pieces in the order in which they tell. */
#ifndef RUN_WORKERS_H
#define RUN_WORKERS_H

#include "base/base.h"

enum run_ending {
    RUN_ENDING_DONE,        /* ended with code 0, or has told all it had to */
    RUN_ENDING_CODE,        /* with `number` as its code */
    RUN_ENDING_SIGNAL,      /* it died of the signal `number` */
    RUN_ENDING_SILENT,      /* it told nothing for as long as was waited for, and was ended */
    RUN_ENDING_INTERRUPTED, /* by us or by the terminal; or it never began */
};
struct run_work {
    /* In the child, whose exit code it returns. What it starts with is a copy of everything here. */
    int (*piece)(struct run_work *, uint32_t number, int fd);
    /* More was told; all of it that was not taken yet is at `bytes`. Returns how much is taken now. Sets `*whole` when
     * the piece has nothing more to say: then it is over, however its process ends. May be NULL: nothing is taken. */
    size_t (*told)(struct run_work *, uint32_t number, struct str bytes, bool *whole);
    /* Once for every piece, with what was told and not taken. */
    void (*ended)(struct run_work *, uint32_t number, struct str bytes, enum run_ending how, int what);
    bool (*enough)(struct run_work *); /* is the rest not wanted any more? It is ended. NULL: all is wanted */
    bool gentle;                       /* an interrupted piece is asked to end, and may still tell what it has */
    uint32_t count, jobs;              /* pieces; how many at a time, at least 1 */
    int patience_ms;                   /* of silence; 0: for ever */
    const volatile int *interrupted;   /* set by a signal handler; NULL: nobody interrupts */
};
#define RUN_JOBS_MAX 256u /* each costs two descriptors and a process */
/* ERR_IO: not even one process or pipe could be had, ERR_NOMEM; pieces that had not ended are told as interrupted. */
CHECKED enum status run_workers(struct run_work *work);
/* For a piece: everything or nothing, since the other end may have gone. */
bool run_workers_write(int fd, const void *from, size_t bytes);

#endif
