/* SPDX-License-Identifier: MIT */
/* workers_test.c — every piece is told of once, whatever becomes of its process, and never more run than were asked for. */
#include "run/workers.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECES 12u

struct yard {
    struct run_work work;
    enum run_ending how[PIECES];
    int what[PIECES];
    uint32_t ended[PIECES], said[PIECES]; /* how often; the sum of the words it told */
    uint32_t enough_after;                /* words; 0: all are wanted */
    uint32_t words, interrupt_after;
};
static volatile int interrupted;
static volatile sig_atomic_t asked;

static void on_term(int number) {
    (void)number;
    asked = 1;
}

static int says(int fd, uint32_t word) { return run_workers_write(fd, &word, sizeof word) ? 0 : 3; }

static size_t told(struct run_work *work, uint32_t number, struct str bytes, bool *whole) {
    struct yard *self = BASE_OWNER(work, struct yard, work);
    size_t taken = 0;
    for (uint32_t word; bytes.len - taken >= sizeof word; taken += sizeof word) {
        memcpy(&word, bytes.at + taken, sizeof word);
        self->said[number] += word;
        self->words++;
        *whole = word == 99;
        if (self->words == self->interrupt_after) interrupted = 1;
    }
    return taken;
}

static void ended(struct run_work *work, uint32_t number, struct str bytes, enum run_ending how, int what) {
    struct yard *self = BASE_OWNER(work, struct yard, work);
    CU_ASSERT_EQUAL(bytes.len, 0);
    self->ended[number]++;
    self->how[number] = how;
    self->what[number] = what;
}

static bool enough(struct run_work *work) {
    const struct yard *self = BASE_OWNER(work, struct yard, work);
    return self->enough_after > 0 && self->words >= self->enough_after;
}

static void go(struct yard *yard, int (*piece)(struct run_work *, uint32_t, int), uint32_t count, uint32_t jobs) {
    yard->work.piece = piece;
    yard->work.told = told;
    yard->work.ended = ended;
    yard->work.enough = enough;
    yard->work.count = count;
    yard->work.jobs = jobs;
    yard->work.interrupted = &interrupted;
    interrupted = 0;
    CU_ASSERT_EQUAL(run_workers(&yard->work), OK);
    CU_ASSERT_TRUE(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD); /* nobody is left */
    for (uint32_t i = 0; i < count; i++) CU_ASSERT_EQUAL(yard->ended[i], 1);
}

static int talker(struct run_work *work, uint32_t number, int fd) {
    (void)work;
    for (uint32_t i = 0; i < 3; i++)
        if (says(fd, number + 1) != 0) return 3;
    return 0;
}

static void every_piece_is_heard(void) {
    for (uint32_t jobs = 1; jobs <= PIECES + 3; jobs += 2) {
        struct yard yard = {0};
        go(&yard, talker, PIECES, jobs);
        for (uint32_t i = 0; i < PIECES; i++) {
            CU_ASSERT_EQUAL(yard.said[i], 3 * (i + 1));
            CU_ASSERT_EQUAL(yard.how[i], RUN_ENDING_DONE);
        }
    }
}

static int unlucky(struct run_work *work, uint32_t number, int fd) {
    (void)work;
    if (number == 1) (void)raise(SIGKILL);
    if (number == 2) return 9;
    if (number == 3) (void)raise(SIGINT);
    if (number == 4) {
        (void)says(fd, 99); /* whatever becomes of it then */
        (void)raise(SIGKILL);
    }
    return says(fd, 5);
}

static void a_death_is_told_and_costs_nobody_else(void) {
    struct yard yard = {0};
    go(&yard, unlucky, 6, 3);
    CU_ASSERT_TRUE(yard.how[0] == RUN_ENDING_DONE && yard.how[5] == RUN_ENDING_DONE);
    CU_ASSERT_TRUE(yard.how[1] == RUN_ENDING_SIGNAL && yard.what[1] == SIGKILL);
    CU_ASSERT_TRUE(yard.how[2] == RUN_ENDING_CODE && yard.what[2] == 9);
    CU_ASSERT_EQUAL(yard.how[3], RUN_ENDING_INTERRUPTED);
    CU_ASSERT_EQUAL(yard.how[4], RUN_ENDING_DONE);
}

static int mute(struct run_work *work, uint32_t number, int fd) {
    (void)work;
    if (number != 1) return says(fd, 5);
    for (;;) (void)pause();
}

static void silence_ends(void) {
    struct yard yard = {.work = {.patience_ms = 150}};
    go(&yard, mute, 3, 2);
    CU_ASSERT_EQUAL(yard.how[1], RUN_ENDING_SILENT);
    CU_ASSERT_TRUE(yard.said[0] == 5 && yard.said[2] == 5);
}

static int stubborn(struct run_work *work, uint32_t number, int fd) {
    (void)work, (void)number;
    if (says(fd, 1) != 0) return 3;
    for (;;) (void)pause();
}

static void an_interrupt_ends_all(void) {
    struct yard yard = {.interrupt_after = 1};
    go(&yard, stubborn, 5, 2);
    for (uint32_t i = 0; i < 5; i++) CU_ASSERT_EQUAL(yard.how[i], RUN_ENDING_INTERRUPTED);
}

static int polite(struct run_work *work, uint32_t number, int fd) {
    (void)work, (void)number;
    sigset_t term, before;
    (void)sigemptyset(&term), (void)sigaddset(&term, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &term, &before); /* it may come before there is anybody to wait for it */
    (void)signal(SIGTERM, on_term);
    if (says(fd, 1) != 0) return 3;
    while (asked == 0) (void)sigsuspend(&before);
    return says(fd, 1000);
}

static void who_is_asked_to_end_may_still_tell(void) {
    struct yard yard = {.work = {.gentle = true}, .interrupt_after = 2}; /* both have begun */
    go(&yard, polite, 5, 2);
    CU_ASSERT_EQUAL(yard.said[0], 1001);
    CU_ASSERT_EQUAL(yard.said[1], 1001);
    for (uint32_t i = 2; i < 5; i++) CU_ASSERT_TRUE(yard.how[i] == RUN_ENDING_INTERRUPTED && yard.said[i] == 0);
}

static void what_is_not_wanted_any_more_is_ended(void) {
    struct yard yard = {.enough_after = 2};
    go(&yard, stubborn, 5, 3);
    for (uint32_t i = 0; i < 5; i++) CU_ASSERT_EQUAL(yard.how[i], RUN_ENDING_INTERRUPTED);
    interrupted = 0;
}

CU_TestInfo workers_tests[] = {
    {"every_piece_is_heard", every_piece_is_heard},
    {"a_death_is_told_and_costs_nobody_else", a_death_is_told_and_costs_nobody_else},
    {"silence_ends", silence_ends},
    {"an_interrupt_ends_all", an_interrupt_ends_all},
    {"who_is_asked_to_end_may_still_tell", who_is_asked_to_end_may_still_tell},
    {"what_is_not_wanted_any_more_is_ended", what_is_not_wanted_any_more_is_ended},
    CU_TEST_INFO_NULL,
};
