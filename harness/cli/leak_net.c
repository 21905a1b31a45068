/* SPDX-License-Identifier: MIT */
/* leak_net.c — does LeakSanitizer work here? It needs ptrace, which containers and debuggers refuse, and then it ends
 * the process that asks, leak or no leak. So a child asks first, about a leak that is planted. The child is a fresh program:
 * only so can it be told not to look up names for a report that nobody reads, which takes ten times as long. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "core/runtime.h"

enum { CHILD_CLEAN = 10, CHILD_LEAKS = 11 };

void cli_leak_net_ask(void) { _exit(ebb_leak_check_try() == EBB_LSAN_LEAKS ? CHILD_LEAKS : CHILD_CLEAN); }

static _Noreturn void child(void) {
    char program[] = "ebb", word[] = CLI_LEAK_NET_WORD, *words[] = {program, word, NULL}, settings[4096];
    const char *before = getenv("ASAN_OPTIONS");
    int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (quiet >= 0) (void)dup2(quiet, STDERR_FILENO);
    (void)snprintf(settings, sizeof settings, "%s:symbolize=0", before == NULL ? "" : before);
    if (setenv("ASAN_OPTIONS", settings, 1) == 0) (void)execv("/proc/self/exe", words);
    cli_leak_net_ask();
    _exit(0);
}

static enum cli_leak_net try(void) {
    if (ebb_heap_bytes() == 0) return CLI_LEAK_NET_NONE; /* a build that has one has allocated something by now */
    (void)fflush(NULL);
    pid_t pid = fork();
    int how = 0;
    if (pid == 0) child();
    if (pid < 0) return CLI_LEAK_NET_REFUSED;
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR) {}
    if (!WIFEXITED(how) || WEXITSTATUS(how) < CHILD_CLEAN) return CLI_LEAK_NET_REFUSED;
    return WEXITSTATUS(how) == CHILD_LEAKS ? CLI_LEAK_NET_WORKS : CLI_LEAK_NET_BLIND;
}

static enum cli_leak_net found; /* of the one process there is */

enum cli_leak_net cli_leak_net(void) { return found; }

void cli_leak_net_start(void) {
    found = try();
    if (found == CLI_LEAK_NET_NONE || found == CLI_LEAK_NET_WORKS) return;
    (void)fprintf(
        stderr,
        found == CLI_LEAK_NET_BLIND
            ? "ebb: WARNING: LeakSanitizer is in this build and does not see a planted leak (is detect_leaks=0 set?). "
            : "ebb: WARNING: LeakSanitizer is in this build and may not work here (ptrace is refused). ");
    (void)fputs("The ledger judges alone; nothing cross-checks it. `ebb doctor` says more.\n", stderr);
    ebb_leak_check_at_exit(false); /* it would end us with an error that is none of ours */
}
