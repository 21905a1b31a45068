/* SPDX-License-Identifier: MIT */
/* check_yard.h — a world to leave things lying about in, objects of every meaning to leave, and a judge for it. */
#ifndef CHECK_YARD_H
#define CHECK_YARD_H

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "check/check.h"
#include "check/look.h"
#include "kinds/chan/chan.h"
#include "kinds/kinds.h"
#include "kinds/select/select.h"

/* --- toys: objects that say of themselves whatever a test wants -------------------------------------------------- */

#define TOY_HOLDS 3u
struct toy {
    struct ebb_object head;
    uint64_t remains, used_bytes, held_bytes;
    struct ebb_object *holds[TOY_HOLDS]; /* not counted: toys live until they are reaped */
};
#define TOY_KIND_ID (CENSUS_KINDS_MAX - 1) /* no kind of the table has it */

static inline struct toy *toy_of(const struct ebb_object *object) { return BASE_OWNER(object, struct toy, head); }
static inline void toy_end(struct ebb_object *object) { ebb_object_free(object, sizeof(struct toy)); }
static inline uint64_t toy_remains(const struct ebb_object *object) { return toy_of(object)->remains; }
static inline void toy_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    for (size_t i = 0; i < TOY_HOLDS; i++)
        if (toy_of(object)->holds[i] != NULL) tracer->visit(tracer, toy_of(object)->holds[i]);
}
static inline bool toy_pinned(const struct ebb_object *object, uint64_t *used_bytes, uint64_t *held_bytes) {
    *used_bytes = toy_of(object)->used_bytes;
    *held_bytes = toy_of(object)->held_bytes;
    return *held_bytes > 0;
}

#define TOY_KIND(LEFT)                                                                                           \
    {                                                                                                            \
        .id = TOY_KIND_ID, .left = (LEFT), .name = "toy", .unit = "marble", .destroy = toy_end, .reap = toy_end, \
        .trace = toy_trace, .remains = toy_remains, .pinned = toy_pinned                                         \
    }
static const struct ebb_kind toy_kinds[EBB_LEFT_COUNT] = {
    [EBB_LEFT_OBJECT] = TOY_KIND(EBB_LEFT_OBJECT),   [EBB_LEFT_TIMER] = TOY_KIND(EBB_LEFT_TIMER),
    [EBB_LEFT_CONTEXT] = TOY_KIND(EBB_LEFT_CONTEXT), [EBB_LEFT_MESSAGE] = TOY_KIND(EBB_LEFT_MESSAGE),
    [EBB_LEFT_LOCK] = TOY_KIND(EBB_LEFT_LOCK),       [EBB_LEFT_BYTES] = TOY_KIND(EBB_LEFT_BYTES),
    [EBB_LEFT_THREAD] = TOY_KIND(EBB_LEFT_THREAD),   [EBB_LEFT_FD] = TOY_KIND(EBB_LEFT_FD),
};

static inline struct toy *toy_make(struct ebb *ebb, enum ebb_left left, const char *label, uint64_t remains) {
    struct toy *toy = ebb_object_make(ebb, &toy_kinds[left], label, sizeof *toy);
    CU_ASSERT_PTR_NOT_NULL_FATAL(toy);
    toy->remains = remains;
    return toy;
}

static inline void toy_hold(struct toy *toy, struct toy *held) {
    for (size_t i = 0; i < TOY_HOLDS; i++) {
        if (toy->holds[i] != NULL) continue;
        toy->holds[i] = &held->head;
        return;
    }
    CU_FAIL("a toy holds no more than that");
}

/* --- the yard ---------------------------------------------------------------------------------------------------*/

#define YARD_FINDINGS 40u
struct yard {
    struct ebb *ebb;
    struct check_view view;
    struct check_finding at[YARD_FINDINGS];
    struct check_findings findings;
};

static inline void yard_open(struct yard *yard, struct ebb_config config) {
    *yard = (struct yard){.view = {.step_max = config.step_max}};
    CU_ASSERT_EQUAL_FATAL(ebb_new(&yard->ebb, &config), OK);
    yard->view.ebb = yard->ebb;
}

static inline void yard_close(struct yard *yard) {
    ebb_reap(yard->ebb);
    ebb_free(yard->ebb);
}

static inline void yard_go(struct yard *yard, const char *label, void (*body)(struct ebb *, void *), void *arg) {
    CU_ASSERT_EQUAL_FATAL(ebb_go(yard->ebb, NULL, label, body, arg), OK);
}

static inline struct ebb_chan *yard_chan(struct yard *yard, const char *label, uint32_t capacity) {
    struct ebb_chan *chan = NULL;
    CU_ASSERT_EQUAL_FATAL(ebb_chan_make(yard->ebb, &chan, label, capacity, sizeof(int)), OK);
    return chan;
}

static inline void yard_judge(struct yard *yard, enum check_phase phase) {
    yard->findings = (struct check_findings){.at = yard->at, .capacity = YARD_FINDINGS};
    if (phase == CHECK_LEFT && yard->view.end < EBB_END_PANIC) { /* always preceded by what is carried */
        yard->view.phase = CHECK_REST;
        check_run(&yard->view, &yard->findings);
    }
    yard->view.phase = phase;
    check_run(&yard->view, &yard->findings);
    check_findings_sort(&yard->findings);
}

static inline void yard_run(struct yard *yard, enum check_phase phase) {
    yard->view.end = ebb_run(yard->ebb);
    yard_judge(yard, phase);
}

/* "kind object operation on count" of the finding at `at`, or "" past the last. */
static inline const char *yard_told(const struct yard *yard, uint32_t at) {
    static char text[5 * CHECK_NAME_BYTES];
    if (at >= yard->findings.count) return "";
    const struct check_finding *finding = &yard->findings.at[at];
    (void)snprintf(text, sizeof text, "%s %s|%s|%s %llu", check_kind_name(finding->kind), finding->object,
                   finding->operation, finding->on, (unsigned long long)finding->count);
    return text;
}

/* Exactly one finding, in the words of yard_told; or none, for "". */
static inline void yard_only(const struct yard *yard, const char *told) {
    CU_ASSERT_EQUAL(yard->findings.count, told[0] == '\0' ? 0 : 1);
    CU_ASSERT_EQUAL(yard->findings.lost, 0);
    CU_ASSERT_STRING_EQUAL(yard_told(yard, 0), told);
}

/* --- bodies -----------------------------------------------------------------------------------------------------*/

static inline void body_recv(struct ebb *ebb, void *chan) { (void)ebb_chan_recv(ebb, chan, NULL); }
static inline void body_sleep(struct ebb *ebb, void *duration_ns) { (void)ebb_sleep(ebb, *(int64_t *)duration_ns); }
static inline void body_nothing(struct ebb *ebb, void *arg) { (void)ebb, (void)arg; }

#endif
