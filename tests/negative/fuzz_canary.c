/* SPDX-License-Identifier: MIT
 * fuzz_canary.c — a fuzz target with a planted crash: a fuzzer or a replayer that stays green here finds nothing. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3 || data[0] != 'e') return 0;
    if (data[1] == 'b' && data[2] == 'b') abort();
    return 0;
}
