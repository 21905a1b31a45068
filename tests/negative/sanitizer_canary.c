/* SPDX-License-Identifier: MIT
 * sanitizer_canary.c — commits one plain crime per name; the sanitized build must convict it of each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *volatile kept;

static void leak(void) {
    kept = malloc(1234);
    kept = NULL;
}
static void overflow(int argc) {
    kept = malloc(8);
    ((volatile char *)kept)[7 + argc] = 1; /* argc is 2 */
    free(kept);
}
static void use_after_free(void) {
    kept = malloc(8);
    char *volatile stale = kept;
    free(kept);
    stale[0] = 1;
}
static void undefined(int argc) {
    volatile int32_t most = INT32_MAX;
    most = most + argc;
}

int main(int argc, char **argv) {
    const char *crime = argc == 2 ? argv[1] : "";
    if (strcmp(crime, "none") == 0) return 0;
    if (strcmp(crime, "leak") == 0) leak();
    if (strcmp(crime, "overflow") == 0) overflow(argc);
    if (strcmp(crime, "use-after-free") == 0) use_after_free();
    if (strcmp(crime, "undefined") == 0) undefined(argc);
    /* Registers and stack slots may still hold the leaked address: overwrite them before LSan looks. */
    char scrub[4096];
    memset(scrub, 0, sizeof scrub);
    printf("%s%s\n", crime, scrub);
    return 0;
}
