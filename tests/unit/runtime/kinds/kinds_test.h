/* SPDX-License-Identifier: MIT */
/* kinds_test.h — a world on a probe, from its making to an empty heap, for the suites of kinds.
 * No check inside a coroutine may be fatal: CUnit's way out does not unwind our stacks. */
#ifndef UNIT_KINDS_TEST_H
#define UNIT_KINDS_TEST_H

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <dirent.h>
#include <sched.h>

#include "core/world.h"
#include "kinds/kinds.h"

struct subject {
    struct mem_probe probe;
    struct ebb *ebb; /* NULL when there was no memory for it */
    enum ebb_end end;
};

static inline void subject_open(struct subject *subject, struct ebb_chooser *chooser, uint64_t fail_at) {
    mem_probe_init(&subject->probe, mem_system());
    subject->probe.fail_at = fail_at;
    subject->ebb = NULL;
    subject->end = EBB_END_NOMEM;
    struct ebb_config config = {.mem = &subject->probe.mem, .chooser = chooser};
    if (ebb_new(&subject->ebb, &config) != OK) subject->ebb = NULL;
    CU_ASSERT(subject->ebb != NULL || fail_at != 0);
}

static inline void subject_run(struct subject *subject, void (*body)(struct ebb *, void *), void *arg) {
    if (subject->ebb == NULL || ebb_go(subject->ebb, NULL, "main", body, arg) != OK) return;
    subject->end = ebb_run(subject->ebb);
    ebb_verify(subject->ebb);
}

static inline void subject_close(struct subject *subject) {
    if (subject->ebb != NULL) {
        ebb_reap(subject->ebb);
        ebb_free(subject->ebb);
    }
    CU_ASSERT_EQUAL(subject->probe.blocks, 0);
    CU_ASSERT_EQUAL(subject->probe.bytes, 0);
}

/* A whole world around one body; answers how it ended. */
static inline enum ebb_end subject_once(void (*body)(struct ebb *, void *), void *arg) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, body, arg);
    subject_close(&subject);
    return subject.end;
}

static inline void subject_fault(struct subject *subject, const char *text) {
    CU_ASSERT_EQUAL(subject->end, EBB_END_PANIC);
    if (ebb_fault(subject->ebb) != NULL) CU_ASSERT_STRING_EQUAL(ebb_fault(subject->ebb)->text, text);
}

static inline void subject_panics(void (*body)(struct ebb *, void *), void *arg, const char *text) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, body, arg);
    subject_fault(&subject, text);
    subject_close(&subject);
}

/* Fails the first request, then the second, and so on until the body comes through: it must say ebb_exhausted when it
 * is refused, and the heap is empty each time. */
static inline void subject_sweep(void (*body)(struct ebb *, void *), void *arg) {
    for (uint64_t fail_at = 1; fail_at < 10000; fail_at++) {
        struct subject subject;
        subject_open(&subject, NULL, fail_at);
        subject_run(&subject, body, arg);
        bool failed = subject.probe.requests >= fail_at;
        subject_close(&subject);
        if (!failed) {
            CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
            CU_ASSERT(fail_at > 3); /* the world itself takes a few */
            return;
        }
        CU_ASSERT_EQUAL(subject.end, EBB_END_NOMEM);
    }
    CU_FAIL("never came through");
}

/* Asks for memory in a body; without it the run ends. */
#define NEED(expr)                            \
    do {                                      \
        if ((expr) != OK) ebb_exhausted(ebb); \
    } while (0)

/* Takes the options it was told, then the default. */
struct scripted {
    struct ebb_chooser chooser;
    const uint32_t *picks;
    uint32_t count, at;
};

static inline uint32_t scripted_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct scripted *self = BASE_OWNER(chooser, struct scripted, chooser);
    uint32_t pick = self->at < self->count ? self->picks[self->at++] : 0;
    return pick < choice->count ? pick : choice->count - 1;
}

/* A verb as scenarios call it. */
static inline void call_op(struct ebb *ebb, struct ebb_object *self, const char *name, const struct ebb_value *args,
                           struct ebb_value *results) {
    const struct ebb_op *op = ebb_op_find(self->kind, str_of(name));
    CU_ASSERT_PTR_NOT_NULL(op);
    if (op != NULL) op->call(ebb, self, args, results);
}

/* --- what the kernel counts -------------------------------------------------------------------------------------- */

static inline uint32_t entries_of(const char *path) { /* with . and .. and, for descriptors, the one that looks */
    uint32_t count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) return 0;
    while (readdir(folder) != NULL) count++;
    (void)closedir(folder);
    return count;
}

static inline uint32_t tasks(void) { return entries_of("/proc/self/task"); }

/* The kernel lists a thread for a moment longer than a join takes. */
static inline bool tasks_become(uint32_t count) {
    for (uint32_t tries = 0; tries < 1000000; tries++) {
        if (tasks() == count) return true;
        (void)sched_yield();
    }
    return false;
}

/* How many there are, once those that tests before have joined are no longer listed: nobody else has any. */
static inline uint32_t tasks_at_rest(void) {
    for (uint32_t tries = 0; tries < 10000 && tasks() > 3; tries++) (void)sched_yield(); /* with "." and ".." */
    return tasks();
}

/* --- what an object holds ---------------------------------------------------------------------------------------- */

struct counting {
    struct ebb_tracer tracer;
    uint32_t count;
    struct ebb_object *last;
};

static inline void counting_visit(struct ebb_tracer *tracer, struct ebb_object *held) {
    struct counting *self = BASE_OWNER(tracer, struct counting, tracer);
    self->count++;
    self->last = held;
}

static inline struct counting traced(const struct ebb_object *object) {
    struct counting counting = {.tracer = {.visit = counting_visit}};
    if (object->kind->trace != NULL) object->kind->trace(object, &counting.tracer);
    return counting;
}

#endif
