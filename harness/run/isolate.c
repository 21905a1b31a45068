/* SPDX-License-Identifier: MIT */
/* For pipe2, a GNU extension: without O_CLOEXEC a child of the child would hold our pipe open. */
#define _GNU_SOURCE
/* isolate.c — fork, judge, tell through a pipe. The child prints nothing itself; what a sanitizer has to say goes to the
 * standard error it inherits. */
#include "run/isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/runtime.h"
#include "run/causes.h"
#include "run/crosscheck.h"

/* Everything or nothing; the other end may have gone. */
static bool write_all(int fd, const void *from, size_t bytes) {
    for (size_t done = 0; done < bytes;) {
        ssize_t wrote = write(fd, (const char *)from + done, bytes - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        done += (size_t)wrote;
    }
    return true;
}

/* The campaign is over and everything it took given back: what is still there now, nobody knows of. */
static void crosscheck(const struct run_campaign *campaign, uint64_t bytes_before, struct run_row *row) {
    char words[RUN_DISAGREEMENT_BYTES];
    struct run_witnesses witnesses = {.grown_bytes = (int64_t)(ebb_heap_bytes() - bytes_before),
                                      .threads = row->threads,
                                      .parked = EBB_LSAN_ABSENT,
                                      .after = EBB_LSAN_ABSENT};
    if (row->verdict == REPORT_CRASHED) return;
    if (campaign->leak_check) witnesses.after = ebb_leak_check_process();
    if (!run_disagreement(&witnesses, words)) return;
    row->verdict = REPORT_CRASHED;
    row->as_expected = false;
    (void)snprintf(row->why, sizeof row->why, "a bug of ours: %s", words);
    (void)fprintf(stderr, "ebb: %s\n", row->why);
    base_panic_note_set(row->token);
    base_panic_note_print();
    base_panic_note_set(NULL);
}

static _Noreturn void child(const struct run_campaign *campaign, struct mem *mem, int fd) {
    struct run_row *row = mem_new(mem, 1, sizeof *row);
    (void)signal(SIGINT, SIG_DFL), (void)signal(SIGTERM, SIG_DFL);
    (void)ebb_overflow_guard_install(); /* without it a deep recursion costs this row */
    ebb_sanitizer_death(base_panic_note_print);
    if (row == NULL) _exit(3);
    uint64_t bytes_before = ebb_heap_bytes();
    run_campaign(campaign, mem, row);
    crosscheck(campaign, bytes_before, row);
    bool told = write_all(fd, row, sizeof *row);
    const struct run_causes *causes = campaign->causes;
    if (causes != NULL)
        told = told && write_all(fd, causes, offsetof(struct run_causes, at)) &&
            write_all(fd, causes->at, causes->count * sizeof *causes->at);
    mem_free(mem, row, sizeof *row);
    _exit(told ? 0 : 3);
}

#define SLICE_MS 100

enum reading { READ_ALL, READ_PART, READ_SILENCE, READ_INTERRUPTED };

static enum reading read_all(int fd, void *to, size_t bytes, int patience_ms, const volatile int *interrupted) {
    size_t done = 0;
    int waited_ms = 0;
    while (done < bytes) {
        /* In slices: a signal that comes between the look at `interrupted` and the wait would else be slept over. */
        int slice_ms = patience_ms - waited_ms < SLICE_MS ? patience_ms - waited_ms : SLICE_MS;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, slice_ms);
        if (interrupted != NULL && *interrupted != 0) return READ_INTERRUPTED;
        if (ready < 0 && errno == EINTR) continue;
        waited_ms = ready == 0 ? waited_ms + slice_ms : 0;
        if (ready == 0 && waited_ms < patience_ms) continue;
        if (ready == 0) return READ_SILENCE;
        ssize_t got = ready < 0 ? -1 : read(fd, (char *)to + done, bytes - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return READ_PART;
        done += (size_t)got;
    }
    return READ_ALL;
}

/* The row, and what was asked for beside it. */
static enum reading read_row(const struct run_campaign *campaign, int fd, int patience_ms,
                             const volatile int *interrupted, struct run_row *row) {
    struct run_causes *causes = campaign->causes;
    enum reading reading = read_all(fd, row, sizeof *row, patience_ms, interrupted);
    if (causes == NULL || reading != READ_ALL) return reading;
    reading = read_all(fd, causes, offsetof(struct run_causes, at), patience_ms, interrupted);
    if (reading != READ_ALL) return reading;
    ASSERT(causes->count <= RUN_FINDINGS_MAX);
    return read_all(fd, causes->at, causes->count * sizeof *causes->at, patience_ms, interrupted);
}

static void row_set(struct run_row *row, enum report_verdict verdict, const char *why, int number) {
    memset(row, 0, sizeof *row);
    row->verdict = verdict;
    (void)snprintf(row->why, sizeof row->why, why, number);
}

enum status run_isolated(const struct run_campaign *campaign, struct mem *mem, int patience_ms,
                         const volatile int *interrupted, struct run_row *row) {
    int ends[2];
    if (interrupted != NULL && *interrupted != 0) {
        row_set(row, REPORT_CUT_SHORT, "interrupted before it was judged", 0);
        return OK;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) return ERR_IO;
    (void)fflush(NULL); /* or the child would print it once more */
    pid_t pid = fork();
    if (pid < 0) {
        (void)close(ends[0]), (void)close(ends[1]);
        return ERR_IO;
    }
    if (pid == 0) {
        (void)close(ends[0]);
        child(campaign, mem, ends[1]);
    }
    (void)close(ends[1]);
    enum reading reading = read_row(campaign, ends[0], patience_ms, interrupted, row);
    (void)close(ends[0]);
    if (reading != READ_ALL && campaign->causes != NULL) campaign->causes->count = 0;
    if (reading != READ_ALL) (void)kill(pid, SIGKILL);
    int how = 0;
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR) {}
    /* A terminal interrupts both of us, and the child may be the first to go. */
    bool told_to_end = WIFSIGNALED(how) && (WTERMSIG(how) == SIGINT || WTERMSIG(how) == SIGTERM);
    if (reading == READ_PART && told_to_end) reading = READ_INTERRUPTED;
    if (reading == READ_INTERRUPTED) row_set(row, REPORT_CUT_SHORT, "interrupted before it was judged", 0);
    if (reading == READ_SILENCE)
        row_set(row, REPORT_CRASHED, "judging it took more than %d seconds of real time; it was ended",
                patience_ms / 1000);
    if (reading == READ_PART && WIFSIGNALED(how))
        row_set(row, REPORT_CRASHED, "the process that judged it died of signal %d", WTERMSIG(how));
    if (reading == READ_PART && !WIFSIGNALED(how))
        row_set(row, REPORT_CRASHED, "the process that judged it ended with code %d", WEXITSTATUS(how));
    return OK;
}
