/* SPDX-License-Identifier: MIT */
/* doctor_nets.c — do the nets below us hold? Each is given something to catch, in a child process. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "core/runtime.h"

static size_t drain(int fd, char talk[DOCTOR_TALK_BYTES]) {
    size_t len = 0;
    char rest[512];
    for (;;) {
        bool room = len + 1 < DOCTOR_TALK_BYTES;
        ssize_t got = room ? read(fd, talk + len, DOCTOR_TALK_BYTES - 1 - len) : read(fd, rest, sizeof rest);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return len;
        if (room) len += (size_t)got;
    }
}

int cli_doctor_child(void (*crime)(void), char talk[DOCTOR_TALK_BYTES]) {
    int ends[2], how = 0;
    talk[0] = '\0';
    if (pipe(ends) != 0) return -1;
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[1]);
        (void)alarm(20); /* a net that hangs holds nothing */
        crime();
        _exit(0);
    }
    (void)close(ends[1]);
    if (pid > 0) talk[drain(ends[0], talk)] = '\0';
    (void)close(ends[0]);
    if (pid < 0) return -1;
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR) {}
    return how;
}

/* --- LeakSanitizer, AddressSanitizer ------------------------------------------------------------------------------ */
static void leak_net(struct doctor *doctor) {
    static const char name[] = "LeakSanitizer";
    switch (cli_leak_net()) {
    case CLI_LEAK_NET_WORKS:
        cli_doctor_tell(doctor, DOCTOR_OK, name, "a planted leak is seen; every verdict is cross-checked", "");
        break;
    case CLI_LEAK_NET_NONE:
        cli_doctor_tell(doctor, DOCTOR_NOT, name, "not in this build", "./dev run judges with a build that has it");
        break;
    case CLI_LEAK_NET_BLIND:
        cli_doctor_tell(doctor, DOCTOR_NO, name, "a planted leak is not seen",
                        "take detect_leaks=0 out of ASAN_OPTIONS");
        break;
    case CLI_LEAK_NET_REFUSED:
        cli_doctor_tell(doctor, DOCTOR_NO, name, "asking it ends the process",
                        "allow ptrace (docker run --cap-add SYS_PTRACE), and run under no debugger");
        break;
    }
}

static void use_after_free(void) {
    char *volatile block = mem_new(mem_system(), 1, 64);
    if (block == NULL) return;
    mem_free(mem_system(), block, 64);
    *(volatile char *)block = 1;
}

static void address_net(struct doctor *doctor) {
    static char talk[DOCTOR_TALK_BYTES];
    static const char name[] = "AddressSanitizer";
    if (cli_leak_net() == CLI_LEAK_NET_NONE) {
        cli_doctor_tell(doctor, DOCTOR_NOT, name, "not in this build", "./dev run judges with a build that has it");
        return;
    }
    int how = cli_doctor_child(use_after_free, talk);
    bool caught = how > 0 && strstr(talk, "heap-use-after-free") != NULL;
    cli_doctor_tell(doctor, caught ? DOCTOR_OK : DOCTOR_NO, name,
                    caught ? "a planted use after free is caught" : "a planted use after free goes unseen",
                    caught ? "" : "look at ASAN_OPTIONS");
}

/* --- guard pages ---------------------------------------------------------------------------------------------------- */
static uint64_t deeper(volatile uint64_t *above) {
    volatile uint64_t here[64];
    here[0] = above[0] + 1;
    return here[0] == 0 ? 0 : deeper(here) + here[0];
}

static void recurse(struct ebb *ebb, void *arg) {
    (void)ebb;
    *(volatile uint64_t *)arg = deeper(arg);
}

/* Ends with 1 when the run ended as it should: with a finding. */
static void overflow(void) {
    struct ebb *ebb = NULL;
    uint64_t depth = 0;
    if (!ebb_overflow_guard_install() || ebb_new(&ebb, &(struct ebb_config){0}) != OK) _exit(2);
    if (ebb_go(ebb, NULL, "recursion", recurse, &depth) != OK) _exit(2);
    enum ebb_end end = ebb_run(ebb);
    const struct ebb_fault *fault = ebb_fault(ebb);
    _exit(end == EBB_END_PANIC && fault != NULL && strcmp(fault->text, "stack overflow") == 0 ? 1 : 2);
}

static void guard_net(struct doctor *doctor) {
    static char talk[DOCTOR_TALK_BYTES];
    int how = cli_doctor_child(overflow, talk);
    bool caught = how >= 0 && WIFEXITED(how) && WEXITSTATUS(how) == 1;
    cli_doctor_tell(doctor, caught ? DOCTOR_OK : DOCTOR_NO, "guard pages",
                    caught ? "a recursion without end is a finding" : "a recursion without end kills the process",
                    caught ? "" : "that costs one row of a run, and a plain reason");
}

/* --- ptrace --------------------------------------------------------------------------------------------------------- */
static void wait_for_ever(void) {
    (void)alarm(20); /* or until whoever asked has died */
    for (;;) (void)pause();
}

static void ptrace_granted(struct doctor *doctor) {
    bool needed = cli_leak_net() != CLI_LEAK_NET_NONE, granted = false;
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) wait_for_ever();
    if (pid > 0) {
        granted = ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0;
        (void)kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    cli_doctor_tell(doctor,
                    granted      ? DOCTOR_OK
                        : needed ? DOCTOR_NO
                                 : DOCTOR_NOT,
                    "ptrace", granted ? "granted, which LeakSanitizer needs" : "refused, and LeakSanitizer needs it",
                    granted ? "" : "docker run --cap-add SYS_PTRACE, or sysctl kernel.yama.ptrace_scope=1");
}

void cli_doctor_nets(struct doctor *doctor) {
    leak_net(doctor);
    address_net(doctor);
    guard_net(doctor);
    ptrace_granted(doctor);
}
