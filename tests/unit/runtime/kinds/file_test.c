/* SPDX-License-Identifier: MIT */
/* file_test.c — descriptors, counted by the kernel. */
#include "kinds/file/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kinds_test.h"

static uint32_t descriptors(void) { return entries_of("/proc/self/fd"); }

static void close_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_file *file = NULL;
    uint32_t before = descriptors();
    NEED(ebb_file_open(ebb, &file, "f"));
    struct ebb_object *object = ebb_file_object(file);
    CU_ASSERT_EQUAL(descriptors(), before + 1);
    CU_ASSERT(fcntl(ebb_file_fd(ebb, file), F_GETFD) & FD_CLOEXEC);
    CU_ASSERT_EQUAL(ebb_file_kind.remains(object), 1);
    CU_ASSERT_EQUAL(object->holds, 2);
    ebb_file_close(ebb, file);
    CU_ASSERT_EQUAL(descriptors(), before);
    CU_ASSERT_EQUAL(ebb_file_kind.remains(object), 0);
    CU_ASSERT_EQUAL(object->holds, 1);
    ebb_file_drop(file);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_FILE), 0);
    CU_ASSERT_PTR_NULL(ebb_file_hold(NULL));
    ebb_file_drop(NULL);
}

static void really_closes(void) {
    uint32_t before = descriptors();
    CU_ASSERT_EQUAL(subject_once(close_body, NULL), EBB_END_QUIET);
    subject_sweep(close_body, NULL);
    CU_ASSERT_EQUAL(descriptors(), before);
}

static void close_twice_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_file *file = NULL;
    NEED(ebb_file_open(ebb, &file, "f"));
    ebb_file_close(ebb, file);
    ebb_file_close(ebb, file);
}

static void use_closed_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_file *file = NULL;
    NEED(ebb_file_open(ebb, &file, "f"));
    ebb_file_close(ebb, file);
    CU_ASSERT(ebb_file_fd(ebb, file) < 0); /* not reached */
}

static void wrong_order_panics(void) {
    uint32_t before = descriptors();
    subject_panics(close_twice_body, NULL, "close of file f, which has ended");
    subject_panics(use_closed_body, NULL, "use of file f, which has ended");
    CU_ASSERT_EQUAL(descriptors(), before);
}

static void adopt_body(struct ebb *ebb, void *arg) {
    int *ends = arg;
    struct ebb_file *file = NULL;
    NEED(ebb_file_adopt(ebb, &file, "reader", ends[0]));
    CU_ASSERT_EQUAL(ebb_file_fd(ebb, file), ends[0]);
    ebb_file_drop(ebb_file_hold(file));
    ebb_file_drop(file); /* closes nothing */
}

static void reaping_closes(void) {
    int ends[2];
    uint32_t before = descriptors();
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, adopt_body, ends);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_FILE), 1);
    CU_ASSERT_EQUAL(descriptors(), before + 2);
    subject_close(&subject);
    CU_ASSERT_EQUAL(descriptors(), before + 1);
    (void)close(ends[1]);
}

static void runs_out(void) {
    struct rlimit old, none;
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = (struct rlimit){0, old.rlim_max};
    struct subject subject;
    struct ebb_file *file = NULL;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_NOFILE, &none), 0);
    CU_ASSERT_EQUAL(ebb_file_open(subject.ebb, &file, "f"), ERR_LIMIT);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_NOFILE, &old), 0);
    CU_ASSERT_PTR_NULL(file);
    subject_close(&subject);
}

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *file = NULL;
    NEED(ebb_file_kind.make(ebb, &file, "f", NULL));
    call_op(ebb, file, "close", NULL, NULL);
    ebb_object_release(file);
}

static void scenarios_call_it(void) { CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET); }

CU_TestInfo file_tests[] = {
    {"really_closes", really_closes}, {"wrong_order_panics", wrong_order_panics}, {"reaping_closes", reaping_closes},
    {"runs_out", runs_out},           {"scenarios_call_it", scenarios_call_it},   CU_TEST_INFO_NULL,
};
