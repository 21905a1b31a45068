/* SPDX-License-Identifier: MIT */
/* progress.c — see progress.h. */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define EACH_MS 200
#define WIPE "\r\033[K" /* and the line is empty */

uint64_t cli_now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void cli_progress_start(struct progress *progress) {
    const char *term = getenv("TERM");
    *progress = (struct progress){.start_ms = cli_now_ms()};
    progress->terminal = isatty(STDERR_FILENO) != 0 && term != NULL && strcmp(term, "dumb") != 0;
    progress->told_ms = progress->start_ms;
}

bool cli_progress_due(struct progress *progress) {
    if (!progress->terminal) return false;
    uint64_t now_ms = cli_now_ms();
    if (now_ms - progress->told_ms < EACH_MS) return false;
    progress->told_ms = now_ms;
    return true;
}

void cli_progress_tell(struct progress *progress, struct str words) {
    progress->shown = true;
    (void)fprintf(stderr, WIPE "%.*s", (int)words.len, words.at);
    (void)fflush(stderr);
}

uint64_t cli_progress_rate(const struct progress *progress, uint64_t count) {
    uint64_t took_ms = cli_now_ms() - progress->start_ms;
    return took_ms < EACH_MS ? 0 : count * 1000 / took_ms; /* in less, it means little */
}

void cli_progress_end(struct progress *progress) {
    if (progress->shown) (void)fprintf(stderr, WIPE);
    progress->shown = false;
}
