/* SPDX-License-Identifier: MIT */
/* overflow_test.c — a subject that recurses for ever is found out, with verbs and without, and takes nobody along. */
#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/runtime/kinds/kinds_test.h"

static volatile bool endless = true; /* the compilers know a recursion without an end when they see one */
static volatile int sum;

static __attribute__((noinline)) int descend(int depth) {
    char pad[200];
    memset(pad, 0x5A, sizeof pad); /* nothing of what lay on the stack before is left */
    __asm__ volatile("" : : "r"(pad) : "memory");
    if (!endless) return 0;
    int below = descend(depth + 1);
    __asm__ volatile("" : : "r"(pad) : "memory");
    sum = below + depth;
    return sum;
}

static void recurses(struct ebb *ebb, void *arg) {
    (void)ebb, (void)arg;
    (void)descend(0);
}

/* Verbs in the last part only: one quantum is enough for them, and nobody else runs on the way down. */
static __attribute__((noinline)) void step_down(struct ebb *ebb, int depth, uintptr_t top) {
    char pad[2000];
    __asm__ volatile("" : : "r"(pad) : "memory");
    if (top - (uintptr_t)pad > LIMIT_STACK_BYTES - (64u << 10)) ebb_step(ebb);
    if (endless) step_down(ebb, depth + 1, top);
    __asm__ volatile("" : : "r"(pad) : "memory");
    sum = depth;
}

static void recurses_with_verbs(struct ebb *ebb, void *arg) {
    (void)arg;
    char top;
    step_down(ebb, 0, (uintptr_t)&top);
}

static void never_runs(struct ebb *ebb, void *arg) {
    (void)ebb;
    *(bool *)arg = true;
}

static void recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_recover(ebb);
}

static void defers_and_recurses(struct ebb *ebb, void *arg) {
    static struct ebb_defer storage;
    ebb_defer(ebb, &storage, recovers, NULL);
    recurses(ebb, arg);
}

static void calls(struct ebb *ebb, void *arg) { (void)ebb_call(ebb, defers_and_recurses, arg); }

static void is_a_panic(void (*body)(struct ebb *, void *)) {
    CU_ASSERT_FATAL(ebb_overflow_guard_install());
    for (int round = 0; round < 3; round++) {
        struct subject subject;
        bool other = false;
        subject_open(&subject, NULL, 0);
        CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, "deep", body, NULL), OK);
        CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, "other", never_runs, &other), OK);
        subject.end = ebb_run(subject.ebb);
        subject_fault(&subject, "stack overflow");
        CU_ASSERT_FALSE(other);
        CU_ASSERT_NOT_EQUAL(ebb_leak_check(subject.ebb, true), EBB_LSAN_LEAKS);
        ebb_verify(subject.ebb);
        subject_close(&subject);
    }
}

static void without_verbs(void) { is_a_panic(recurses); }
static void with_verbs(void) { is_a_panic(recurses_with_verbs); }
static void nobody_recovers_it(void) { is_a_panic(calls); }

/* The same stack, guard mended, serves the next one, and catches it again. */
static void stack_serves_again(void) {
    struct ebb_stacks *stacks = NULL;
    CU_ASSERT_FATAL(ebb_overflow_guard_install());
    CU_ASSERT_EQUAL_FATAL(ebb_stacks_new(&stacks, LIMIT_STACK_BYTES), OK);
    for (int round = 0; round < 4; round++) {
        struct ebb *ebb = NULL;
        bool ran = false;
        struct ebb_config config = {.stacks = stacks};
        CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
        bool deep = round % 2 == 0;
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "one", deep ? recurses : never_runs, &ran), OK);
        CU_ASSERT_EQUAL(ebb_run(ebb), deep ? EBB_END_PANIC : EBB_END_QUIET);
        CU_ASSERT_EQUAL(ran, !deep);
        ebb_reap(ebb);
        ebb_free(ebb);
    }
    CU_ASSERT_EQUAL(ebb_stacks_out(stacks), 0);
    ebb_stacks_free(stacks);
}

static void writes_nowhere(struct ebb *ebb, void *arg) {
    (void)ebb;
    *(volatile int *)arg = 1;
}

/* A wild pointer into the guard, with room left on the stack, is no overflow. */
static void writes_into_the_guard(struct ebb *ebb, void *arg) {
    (void)arg;
    *(volatile char *)ebb_current(ebb)->stack->base = 1;
}

/* A fault that is not ours kills the process as it always would: told by a child. */
static void others_faults_stay(void) {
    CU_ASSERT_FATAL(ebb_overflow_guard_install());
    for (int which = 0; which < 2; which++) {
        pid_t child = fork();
        CU_ASSERT_FATAL(child >= 0);
        if (child == 0) {
            (void)close(2);
            struct ebb *ebb = NULL;
            struct ebb_config config = {0};
            if (ebb_new(&ebb, &config) != OK) _exit(0);
            if (ebb_go(ebb, NULL, "wild", which == 0 ? writes_nowhere : writes_into_the_guard, NULL) != OK) _exit(0);
            (void)ebb_run(ebb);
            _exit(0);
        }
        int state = 0;
        CU_ASSERT_EQUAL(waitpid(child, &state, 0), child);
        CU_ASSERT(WIFSIGNALED(state) || WEXITSTATUS(state) != 0); /* a sanitizer reports and exits */
    }
}

CU_TestInfo overflow_tests[] = {
    {"without_verbs", without_verbs},           {"with_verbs", with_verbs},
    {"nobody_recovers_it", nobody_recovers_it}, {"stack_serves_again", stack_serves_again},
    {"others_faults_stay", others_faults_stay}, CU_TEST_INFO_NULL,
};
