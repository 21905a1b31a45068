/* SPDX-License-Identifier: MIT */
/* crosscheck.c — see crosscheck.h. The first disagreement is told: the others follow from it. */
#include "run/crosscheck.h"

#include <stdio.h>

bool run_disagreement(const struct run_witnesses *witnesses, char words[RUN_DISAGREEMENT_BYTES]) {
    words[0] = '\0';
    if (witnesses->blocks > 0 || witnesses->bytes > 0)
        (void)snprintf(
            words, RUN_DISAGREEMENT_BYTES,
            "everything in the ledger was reaped, and %llu blocks of the world's heap, %llu bytes, are still there",
            (unsigned long long)witnesses->blocks, (unsigned long long)witnesses->bytes);
    else if (witnesses->parked == EBB_LSAN_LEAKS)
        (void)snprintf(
            words, RUN_DISAGREEMENT_BYTES,
            "LeakSanitizer sees a block that neither the ledger nor a parked stack knows of, before the reap");
    else if (witnesses->after == EBB_LSAN_LEAKS)
        (void)snprintf(words, RUN_DISAGREEMENT_BYTES,
                       "the ledger and the world's heap are empty, and LeakSanitizer sees a leak all the same");
    else if (witnesses->grown_bytes != 0 && !witnesses->threads)
        (void)snprintf(
            words, RUN_DISAGREEMENT_BYTES,
            "the ledger and the world's heap are empty, and the heap of the process has %lld bytes more than before",
            (long long)witnesses->grown_bytes);
    return words[0] != '\0';
}
