/* SPDX-License-Identifier: MIT */
/* doctor_machine.c — what the system grants: address space, stacks, /proc, and the compilers that build the rest. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "core/runtime.h"
#include "core/stacks.h"

/* The first number of a file of /proc; -1 when there is none. */
static int64_t number_in(const char *path) {
    char text[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text);
    int64_t number = 0;
    if (fd >= 0) (void)close(fd);
    if (len < 1 || text[0] < '0' || text[0] > '9') return -1;
    for (ssize_t i = 0; i < len && text[i] >= '0' && text[i] <= '9' && number < INT32_MAX; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

static bool position_independent(void) {
    unsigned char head[EI_NIDENT + 2] = {0};
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool full = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head;
    if (fd >= 0) (void)close(fd);
    return full && head[EI_NIDENT] == ET_DYN;
}

/* clang before 18 keeps a fixed range for its allocator; with 32 random bits a mapping may land in it. */
static void randomisation(struct doctor *doctor) {
    char text[160];
    int64_t bits = number_in("/proc/sys/vm/mmap_rnd_bits");
    bool old = false;
#if defined(__clang__)
    old = __clang_major__ < 18;
#endif
    bool sanitized = cli_leak_net() != CLI_LEAK_NET_NONE,
         at_risk = sanitized && old && bits > 28 && position_independent();
    if (bits < 0)
        (void)snprintf(text, sizeof text, "how much the system does is not told");
    else
        (void)snprintf(text, sizeof text, "%lld bits%s", (long long)bits,
                       at_risk         ? ": more than the sanitizers of this compiler stand"
                           : sanitized ? ", which this build stands"
                                       : "; only sanitized builds care");
    cli_doctor_tell(doctor, at_risk ? DOCTOR_NO : DOCTOR_OK, "address randomisation", text,
                    at_risk ? "sysctl vm.mmap_rnd_bits=28, or clang 18, or a link with -no-pie" : "");
}

static void proc(struct doctor *doctor) {
    bool good = access("/proc/self/task", R_OK | X_OK) == 0 && access("/proc/self/fd", R_OK | X_OK) == 0;
    cli_doctor_tell(doctor, good ? DOCTOR_OK : DOCTOR_NO, "/proc",
                    good ? "threads and descriptors can be counted" : "threads and descriptors cannot be counted",
                    good ? "" : "mount /proc; without it no leaked thread or descriptor is found");
}

static void overcommit(struct doctor *doctor) {
    bool strict = number_in("/proc/sys/vm/overcommit_memory") == 2;
    cli_doctor_tell(doctor, strict ? DOCTOR_NOT : DOCTOR_OK, "overcommit",
                    strict ? "strict: each stack counts in full, touched or not" : "stacks cost what they touch",
                    strict ? "sysctl vm.overcommit_memory=0 for scenarios of many thousand coroutines" : "");
}

static void park(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_sleep(ebb, 1);
}

#define MANY 1000u

/* As many stacks at once as a large scenario has. */
static void stacks(struct doctor *doctor) {
    struct ebb *ebb = NULL;
    char text[160];
    uint32_t made = 0;
    enum status status = ebb_new(&ebb, &(struct ebb_config){0});
    while (status == OK && made < MANY && (status = ebb_go(ebb, NULL, "sleeper", park, NULL)) == OK) made++;
    bool good = made == MANY && ebb_run(ebb) == EBB_END_QUIET;
    if (ebb != NULL) ebb_reap(ebb);
    ebb_free(ebb);
    struct rlimit limit;
    bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    (void)snprintf(text, sizeof text, "%u coroutines at once%s", made,
                   limited ? "; the address space is limited (ulimit -v)" : "");
    cli_doctor_tell(doctor, good ? DOCTOR_OK : DOCTOR_NO, "stacks", text,
                    good ? "" : "ulimit -v unlimited; sysctl vm.max_map_count=65530");
}

static const char *asked;

static void version(void) {
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    (void)execlp(asked, asked, "-dumpfullversion", "-dumpversion", (char *)NULL);
    _exit(127);
}

/* Not needed to judge, only to build what judges. */
static void compiler(struct doctor *doctor, const char *name) {
    static char talk[DOCTOR_TALK_BYTES];
    char text[160];
    asked = name;
    int how = cli_doctor_child(version, talk);
    bool there = how == 0;
    for (char *at = talk; *at != 0; at++)
        if (*at == '\n' || (unsigned char)*at < ' ') *at = '\0';
    (void)snprintf(text, sizeof text, "%.60s", there ? talk : "not here");
    cli_doctor_tell(doctor, there ? DOCTOR_OK : DOCTOR_NOT, name, text, there ? "" : "./dev setup installs it");
}

void cli_doctor_machine(struct doctor *doctor) {
    proc(doctor);
    stacks(doctor);
    randomisation(doctor);
    overcommit(doctor);
    compiler(doctor, "gcc");
    compiler(doctor, "clang");
}
