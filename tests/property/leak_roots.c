/* SPDX-License-Identifier: MIT */
/* leak_roots.c — what LeakSanitizer and AddressSanitizer see of stacks that are switched under them: a parked stack
 * holds what it holds, a lost block is lost, a dead stack is poisoned, and main's own stack never falls out of sight.
 * Each of these was wrong once in somebody's runtime, and silently. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sanitizer.h"
#include "core/stacks.h"
#include "core/world.h"
#include "kinds/chan/chan.h"

enum { SKIPPED = 77 };

#if !EBB_ASAN
int main(void) {
    (void)puts("skipped: this build has no AddressSanitizer");
    return SKIPPED;
}
#else
#define NOINLINE __attribute__((noinline))
#define MASK UINTPTR_MAX

static int failures;
static uintptr_t hidden; /* a block's address where no scan finds it */

static void expect(bool held, const char *what) {
    if (held) return;
    (void)fprintf(stderr, "leak_roots: %s\n", what);
    failures++;
}

static void hide(void *block) { hidden = (uintptr_t)block ^ MASK; }

static void hidden_free(void) {
    free((void *)(hidden ^ MASK));
    hidden = 0;
}

/* Leaks are expected here: their reports would only frighten. */
static enum ebb_lsan check(struct ebb *ebb, bool with_stacks) {
    int quiet = open("/dev/null", O_WRONLY);
    __sanitizer_set_report_fd((void *)(intptr_t)quiet);
    enum ebb_lsan found = ebb_leak_check(ebb, with_stacks);
    __sanitizer_set_report_fd((void *)(intptr_t)2);
    (void)close(quiet);
    return found;
}

static struct ebb *world(struct ebb_stacks *stacks) {
    struct ebb *ebb = NULL;
    struct ebb_config config = {.stacks = stacks, .step_max = 1000};
    if (ebb_new(&ebb, &config) != OK) exit(1);
    return ebb;
}

static void go(struct ebb *ebb, const char *label, void (*body)(struct ebb *, void *), void *arg) {
    if (ebb_go(ebb, NULL, label, body, arg) != OK) exit(1);
}

static void park(struct ebb *ebb) { (void)ebb_chan_recv(ebb, NULL, NULL); }

/* --- bodies ------------------------------------------------------------------------------------------------------ */

static void holds_block(struct ebb *ebb, void *arg) {
    (void)arg;
    void *volatile block = malloc(100);
    hide(block);
    park(ebb);
    *(volatile char *)block = 1; /* never: but it keeps the block in this frame */
}

static NOINLINE void lose(void) { hide(malloc(100)); }

/* Overwrites what `lose` has left in registers and dead frames. */
static NOINLINE void forget(void) {
    char volatile junk[512];
    for (size_t i = 0; i < sizeof junk; i++) junk[i] = 0;
}

static void loses_block(struct ebb *ebb, void *arg) {
    (void)arg;
    lose();
    forget();
    park(ebb);
}

static void loops(struct ebb *ebb, void *arg) {
    (void)arg;
    for (;;) ebb_step(ebb);
}

static void panics(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_panic(ebb, "on purpose");
}

static void ends(struct ebb *ebb, void *arg) {
    int local = 0;
    *(int **)arg = &local;
    ebb_step(ebb);
}

static void yields(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 3; i++) ebb_yield(ebb);
}

static NOINLINE void descend(struct ebb *ebb, int depth) {
    char array[64];
    memset(array, depth, sizeof array);
    if (depth > 0) descend(ebb, depth - 1);
    if (depth == 0) park(ebb);
    __asm__ volatile("" : : "r"(array) : "memory");
}

static void parks_deep(struct ebb *ebb, void *arg) {
    (void)arg;
    descend(ebb, 100);
}

static void sweeps(struct ebb *ebb, void *arg) { /* where parks_deep had its redzones */
    (void)arg;
    char array[16000];
    memset(array, 1, sizeof array);
    __asm__ volatile("" : : "r"(array) : "memory");
    ebb_step(ebb);
}

static void makes_chan(struct ebb *ebb, void *arg) { /* and keeps no pointer to it: the census alone tells of it */
    (void)arg;
    struct ebb_chan *chan;
    if (ebb_chan_make(ebb, &chan, "lost", 4, 8) != OK) exit(1);
    chan = NULL;
    forget();
    park(ebb);
}

/* --- properties -------------------------------------------------------------------------------------------------- */

static void parked_stack_holds(void) {
    struct ebb *ebb = world(NULL);
    go(ebb, "holder", holds_block, NULL);
    expect(ebb_run(ebb) == EBB_END_STUCK, "the holder is not parked");
    expect(check(ebb, true) == EBB_LSAN_CLEAN, "a block on a parked stack is reported although stacks count");
    expect(check(ebb, false) == EBB_LSAN_LEAKS,
           "a block on a parked stack is not reported although stacks do not count");
    hidden_free();
    expect(check(ebb, false) == EBB_LSAN_CLEAN, "a freed block is reported");
    ebb_reap(ebb);
    ebb_free(ebb);
}

static void lost_is_lost(void) {
    struct ebb *ebb = world(NULL);
    go(ebb, "loser", loses_block, NULL);
    expect(ebb_run(ebb) == EBB_END_STUCK, "the loser is not parked");
    expect(check(ebb, true) == EBB_LSAN_LEAKS, "a block lost inside a coroutine is not reported");
    hidden_free();
    expect(check(ebb, true) == EBB_LSAN_CLEAN, "something else is reported");
    ebb_reap(ebb);
    ebb_free(ebb);
}

static void census_is_reachable(void) {
    struct ebb *ebb = world(NULL);
    go(ebb, "older", parks_deep, NULL);
    go(ebb, "maker", makes_chan, NULL);
    go(ebb, "younger", parks_deep, NULL);
    expect(ebb_run(ebb) == EBB_END_STUCK, "the maker is not parked");
    expect(check(ebb, false) == EBB_LSAN_CLEAN, "an object of the census is reported");
    ebb_reap(ebb);
    ebb_free(ebb);
}

static void dead_stack_is_poisoned(void) {
    int *local = NULL;
    struct ebb *ebb = world(NULL);
    go(ebb, "short", ends, &local);
    expect(ebb_run(ebb) == EBB_END_QUIET, "the short one has not ended");
    expect(local != NULL && __asan_address_is_poisoned(local), "a dead coroutine's local can be touched");
    ebb_free(ebb);
}

static void discarded_stack_is_clean(void) {
    struct ebb_stacks *stacks = NULL;
    if (ebb_stacks_new(&stacks, 64 << 10) != OK) exit(1);
    for (int round = 0; round < 3; round++) {
        struct ebb *ebb = world(stacks);
        go(ebb, "deep", parks_deep, NULL);
        expect(ebb_run(ebb) == EBB_END_STUCK, "the deep one is not parked");
        ebb_reap(ebb);
        go(ebb, "sweeper", sweeps, NULL); /* a false report would end the process */
        expect(ebb_run(ebb) == EBB_END_QUIET, "the sweeper has not ended");
        ebb_reap(ebb);
        ebb_free(ebb);
    }
    expect(ebb_stacks_out(stacks) == 0, "a stack is out");
    ebb_stacks_free(stacks);
}

/* A world that ends as `end`. Meanwhile and afterwards main's stack alone holds a block. */
static void main_holds(void (*body)(struct ebb *, void *), enum ebb_end end) {
    int *local = NULL;
    struct ebb *ebb = world(NULL);
    go(ebb, "first", yields, NULL); /* switches among coroutines must not be taken for switches from main */
    go(ebb, "second", yields, NULL);
    go(ebb, "body", body, &local);
    expect(ebb_run(ebb) == end, "a world ends as it should not");
    expect(check(ebb, false) == EBB_LSAN_CLEAN, "a block held by main's stack is reported");
    ebb_reap(ebb);
    expect(check(ebb, true) == EBB_LSAN_CLEAN, "a block held by main's stack is reported after reaping");
    ebb_free(ebb);
}

/* --- is there a LeakSanitizer that works? -------------------------------------------------------------------------- */

static bool works(void) {
    pid_t child = fork();
    if (child == 0) {
        int quiet = open("/dev/null", O_WRONLY);
        (void)dup2(quiet, 2);
        lose();
        forget();
        int leaks = __lsan_do_recoverable_leak_check();
        _exit(leaks != 0 ? 42 : 43);
    }
    int state = 0;
    if (child < 0 || waitpid(child, &state, 0) != child) return false;
    return WIFEXITED(state) && WEXITSTATUS(state) == 42;
}

int main(void) {
    if (!works()) {
        (void)fprintf(stderr,
                      "leak_roots: NOT TESTED: LeakSanitizer cannot run here (ptrace refused, a debugger, or "
                      "detect_leaks=0), so no leak check of this machine means anything\n");
        return SKIPPED;
    }
    /* Before the first world: what is allocated once the bounds are wrong has no stack trace, and is not reported. */
    void *volatile block = malloc(100);
    parked_stack_holds();
    lost_is_lost();
    census_is_reachable();
    dead_stack_is_poisoned();
    discarded_stack_is_clean();
    main_holds(ends, EBB_END_QUIET);
    main_holds(parks_deep, EBB_END_STUCK);
    main_holds(loops, EBB_END_LIMIT);
    main_holds(panics, EBB_END_PANIC);
    free(block);
    if (failures == 0) (void)puts("leak_roots: all hold");
    return failures != 0;
}
#endif
