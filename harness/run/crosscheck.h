/* SPDX-License-Identifier: MIT */
/* crosscheck.h — witnesses that must agree on what is left once a world is gone: the ledger, from which everything was
 * reaped; the world's heap, counted block by block; and, in a sanitized build, the C heap and LeakSanitizer. Where they
 * disagree the bug is ours, and no verdict of that run counts. */
#ifndef RUN_CROSSCHECK_H
#define RUN_CROSSCHECK_H

#include "core/runtime.h"

struct run_witnesses {
    uint64_t blocks, bytes; /* of the world's heap, after it was freed */
    int64_t grown_bytes;    /* by which the C heap of the process is larger than before */
    bool threads;           /* the world made OS threads: libc keeps some memory for the next ones, so that grows */
    enum ebb_lsan parked;   /* LeakSanitizer before the reap, with parked stacks as roots; ABSENT: not asked */
    enum ebb_lsan after;    /* and at the end, when no stack is left */
};

#define RUN_DISAGREEMENT_BYTES 240u
/* False: they agree, and `words` is empty. */
bool run_disagreement(const struct run_witnesses *witnesses, char words[RUN_DISAGREEMENT_BYTES]);

#endif
