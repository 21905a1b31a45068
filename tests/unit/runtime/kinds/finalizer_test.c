/* SPDX-License-Identifier: MIT */
/* finalizer_test.c — finalizers: in order of death, one after another, and what never gets its turn. */
#include "kinds/finalizer/finalizer.h"

#include "kinds/chan/chan.h"
#include "kinds/pool/pool.h"
#include "kinds/slice/slice.h"
#include "kinds_test.h"

struct diary {
    char text[64];
    uint32_t length;
    struct ebb_chan *gate;      /* a finalizer waits here, when there is one */
    struct ebb_object *rescued; /* by a finalizer */
    bool rescue, again;
};

/* Writes down the label's first letter. */
static void note(struct ebb *ebb, struct ebb_object *object, void *arg) {
    (void)ebb;
    struct diary *diary = arg;
    if (diary->length < sizeof diary->text - 1) diary->text[diary->length++] = object->node.birth.label[0];
    CU_ASSERT(object->flags & EBB_FLAG_FINALIZING);
    CU_ASSERT_EQUAL(object->holds, 1);
}

static void note_and_wait(struct ebb *ebb, struct ebb_object *object, void *arg) {
    struct diary *diary = arg;
    note(ebb, object, arg);
    if (diary->gate != NULL) (void)ebb_chan_recv(ebb, diary->gate, NULL);
}

static struct ebb_slice *slice_with(struct ebb *ebb, const char *label,
                                    void (*run)(struct ebb *, struct ebb_object *, void *), void *arg) {
    struct ebb_slice *slice = NULL;
    NEED(ebb_slice_make(ebb, &slice, label, 1, 1));
    NEED(ebb_finalizer_set(ebb, "finalizer of a slice", ebb_slice_object(slice), run, arg));
    return slice;
}

static uint32_t slices(struct ebb *ebb) { return census_live(ebb_census(ebb), KIND_SLICE); }
static uint32_t records(struct ebb *ebb) { return census_live(ebb_census(ebb), KIND_FINALIZER); }

/* --- order ------------------------------------------------------------------------------------------------------- */

static void order_body(struct ebb *ebb, void *arg) {
    struct diary *diary = arg;
    *diary = (struct diary){.length = 0};
    struct ebb_slice *a = slice_with(ebb, "a", note, diary), *b = slice_with(ebb, "b", note, diary);
    struct ebb_slice *c = slice_with(ebb, "c", note, diary);
    CU_ASSERT_EQUAL(records(ebb), 3);
    CU_ASSERT_EQUAL(ebb_finalizer_due(ebb), 0);
    ebb_slice_drop(b);
    if (ebb->end == EBB_END_NOMEM) ebb_exhausted(ebb);
    CU_ASSERT_EQUAL(ebb_finalizer_due(ebb), 1);
    CU_ASSERT_EQUAL(slices(ebb), 3);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_FINALIZER), 1);
    ebb_slice_drop(c);
    ebb_slice_drop(a);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_COROUTINE), 2); /* one for all */
    CU_ASSERT_STRING_EQUAL(diary->text, "");
    (void)ebb_sleep(ebb, 1);
    CU_ASSERT_STRING_EQUAL(diary->text, "bca"); /* in order of death */
    CU_ASSERT_EQUAL(slices(ebb), 0);
    CU_ASSERT_EQUAL(records(ebb), 0);
    CU_ASSERT_EQUAL(ebb_finalizer_due(ebb), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_COROUTINE), 1); /* it ends with the queue */
    ebb_slice_drop(slice_with(ebb, "d", note, diary));                /* and comes again */
    (void)ebb_sleep(ebb, 1);
    CU_ASSERT_STRING_EQUAL(diary->text, "bcad");
}

static void in_order_of_death(void) {
    struct diary diary;
    CU_ASSERT_EQUAL(subject_once(order_body, &diary), EBB_END_QUIET);
    subject_sweep(order_body, &diary);
}

/* --- blocking ---------------------------------------------------------------------------------------------------- */

static void backlog_body(struct ebb *ebb, void *arg) {
    struct diary *diary = arg;
    NEED(ebb_chan_make(ebb, &diary->gate, "gate", 0, 1));
    ebb_slice_drop(slice_with(ebb, "a", note_and_wait, diary));
    ebb_slice_drop(slice_with(ebb, "b", note, diary));
    ebb_slice_drop(slice_with(ebb, "c", note, diary));
    (void)ebb_sleep(ebb, 10);
    CU_ASSERT_STRING_EQUAL(diary->text, "a");
    CU_ASSERT_EQUAL(ebb_finalizer_due(ebb), 3);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_FINALIZER), 3);
    if (!diary->again) return;
    ebb_chan_close(ebb, diary->gate);
    (void)ebb_sleep(ebb, 10);
    CU_ASSERT_STRING_EQUAL(diary->text, "abc");
    ebb_chan_drop(diary->gate);
}

static void blocking_keeps_the_queue(void) {
    struct diary diary = {.again = true};
    CU_ASSERT_EQUAL(subject_once(backlog_body, &diary), EBB_END_QUIET);
    struct subject subject;
    diary = (struct diary){.again = false};
    subject_open(&subject, NULL, 0);
    subject_run(&subject, backlog_body, &diary);
    CU_ASSERT_EQUAL(subject.end, EBB_END_STUCK);
    CU_ASSERT_EQUAL(slices(subject.ebb), 3);
    const struct census_node *node = census_after(ebb_census(subject.ebb), 0);
    for (; node != NULL; node = census_next(ebb_census(subject.ebb), node)) {
        if (node->kind != KIND_FINALIZER) continue;
        const struct ebb_object *record = ebb_object_of((struct census_node *)(uintptr_t)node);
        CU_ASSERT_FALSE(record->flags & EBB_FLAG_INNER); /* the backlog is to be seen */
        CU_ASSERT_EQUAL(traced(record).count, 1);
    }
    subject_close(&subject);
    CU_ASSERT_STRING_EQUAL(diary.text, "a"); /* reaping runs nothing */
}

/* --- never ------------------------------------------------------------------------------------------------------- */

static void cycle_body(struct ebb *ebb, void *arg) {
    struct ebb_pool *a = NULL, *b = NULL;
    NEED(ebb_pool_make(ebb, &a, "a"));
    NEED(ebb_pool_make(ebb, &b, "b"));
    NEED(ebb_finalizer_set(ebb, "of a", ebb_pool_object(a), note, arg));
    NEED(ebb_finalizer_set(ebb, "of b", ebb_pool_object(b), note, arg));
    NEED(ebb_pool_put(ebb, a, ebb_pool_object(ebb_pool_hold(b))));
    NEED(ebb_pool_put(ebb, b, ebb_pool_object(ebb_pool_hold(a))));
    ebb_pool_drop(a);
    ebb_pool_drop(b);
}

static void cycles_are_never_finalized(void) {
    struct diary diary = {.length = 0};
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, cycle_body, &diary);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_POOL), 2);
    CU_ASSERT_EQUAL(records(subject.ebb), 2);
    struct ebb_object *newest = ebb_object_of(census_newest(ebb_census(subject.ebb)));
    CU_ASSERT(newest->flags & EBB_FLAG_INNER); /* no finding of its own */
    CU_ASSERT_EQUAL(traced(newest).count, 0);  /* and no hold of what lives */
    subject_close(&subject);
    CU_ASSERT_STRING_EQUAL(diary.text, "");
}

static void clear_body(struct ebb *ebb, void *arg) {
    struct ebb_slice *slice = slice_with(ebb, "a", note, arg);
    CU_ASSERT(ebb_finalizer_clear(ebb, ebb_slice_object(slice)));
    CU_ASSERT_FALSE(ebb_finalizer_clear(ebb, ebb_slice_object(slice)));
    CU_ASSERT_EQUAL(records(ebb), 0);
    NEED(ebb_finalizer_set(ebb, "again", ebb_slice_object(slice), note, arg));
    CU_ASSERT(ebb_finalizer_clear(ebb, ebb_slice_object(slice)));
    ebb_slice_drop(slice);
    CU_ASSERT_EQUAL(slices(ebb), 0);
}

static void can_be_taken_back(void) {
    struct diary diary = {.length = 0};
    CU_ASSERT_EQUAL(subject_once(clear_body, &diary), EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "");
}

/* --- resurrection, chains ---------------------------------------------------------------------------------------- */

static void rescue(struct ebb *ebb, struct ebb_object *object, void *arg) {
    struct diary *diary = arg;
    note(ebb, object, arg);
    ebb_object_hold(object);
    diary->rescued = object;
    if (diary->again) NEED(ebb_finalizer_set(ebb, "anew", object, note, diary));
}

static void rescue_body(struct ebb *ebb, void *arg) {
    struct diary *diary = arg;
    ebb_slice_drop(slice_with(ebb, "a", rescue, diary));
    (void)ebb_sleep(ebb, 1);
    CU_ASSERT_PTR_NOT_NULL(diary->rescued);
    CU_ASSERT_EQUAL(diary->rescued->holds, 1);
    CU_ASSERT_EQUAL(diary->rescued->flags, diary->again ? EBB_FLAG_FINALIZER : 0);
    CU_ASSERT_EQUAL(slices(ebb), 1);
    ebb_object_release(diary->rescued);
    (void)ebb_sleep(ebb, 1);
    CU_ASSERT_EQUAL(slices(ebb), 0);
    CU_ASSERT_EQUAL(records(ebb), 0);
}

static void a_rescued_object_lives_on(void) {
    struct diary once = {.again = false}, twice = {.again = true};
    CU_ASSERT_EQUAL(subject_once(rescue_body, &once), EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(once.text, "a");
    CU_ASSERT_EQUAL(subject_once(rescue_body, &twice), EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(twice.text, "aa");
}

static void chain_body(struct ebb *ebb, void *arg) {
    struct diary *diary = arg;
    struct ebb_pool *pools[5] = {NULL};
    static const char *const labels[5] = {"a", "b", "c", "d", "e"};
    for (uint32_t i = 0; i < 5; i++) {
        NEED(ebb_pool_make(ebb, &pools[i], labels[i]));
        NEED(ebb_finalizer_set(ebb, "link", ebb_pool_object(pools[i]), note, diary));
        if (i > 0) NEED(ebb_pool_put(ebb, pools[i], ebb_pool_object(pools[i - 1])));
    }
    ebb_pool_drop(pools[4]);
    (void)ebb_sleep(ebb, 1);
    CU_ASSERT_STRING_EQUAL(diary->text, "edcba"); /* each death is the next one's */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_POOL), 0);
}

static void the_dying_let_others_go(void) {
    struct diary diary = {.length = 0};
    CU_ASSERT_EQUAL(subject_once(chain_body, &diary), EBB_END_QUIET);
}

static void count(struct ebb *ebb, struct ebb_object *object, void *arg) {
    (void)ebb, (void)object;
    ++*(uint32_t *)arg;
}

static void many_body(struct ebb *ebb, void *arg) {
    static struct ebb_slice *many[1000];
    for (uint32_t i = 0; i < 1000; i++) many[i] = slice_with(ebb, "s", count, arg);
    for (uint32_t i = 0; i < 1000; i++) ebb_slice_drop(many[(i * 7) % 1000]);
    (void)ebb_sleep(ebb, 1);
}

static void many_are_found(void) {
    uint32_t ran = 0;
    CU_ASSERT_EQUAL(subject_once(many_body, &ran), EBB_END_QUIET);
    CU_ASSERT_EQUAL(ran, 1000);
}

/* --- from outside, without memory, panics ------------------------------------------------------------------------ */

static void keep_body(struct ebb *ebb, void *arg) {
    struct diary *diary = arg;
    diary->rescued = ebb_slice_object(slice_with(ebb, "a", note, diary));
}

static void the_outside_may_let_go(void) {
    struct diary diary = {.length = 0};
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, keep_body, &diary);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    ebb_object_release(diary.rescued);
    CU_ASSERT_EQUAL(ebb_finalizer_due(subject.ebb), 1);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "a");
    CU_ASSERT(census_empty(ebb_census(subject.ebb)));
    subject_close(&subject);
}

static void park_body(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_chan_recv(ebb, NULL, NULL);
}

/* The table of coroutines is full, and grows no more. */
static void refused_body(struct ebb *ebb, void *arg) {
    struct subject *subject = arg;
    struct ebb_slice *slice = slice_with(ebb, "a", count, NULL);
    while (ebb->slot_next < ebb->ready.capacity) NEED(ebb_go(ebb, NULL, "parked", park_body, NULL));
    subject->probe.fail_at = subject->probe.requests + 1;
    subject->probe.fail_after = true;
    ebb_slice_drop(slice);
    CU_ASSERT_EQUAL(ebb_finalizer_due(ebb), 1);
}

static void no_coroutine_no_verdict(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, refused_body, &subject);
    CU_ASSERT_EQUAL(subject.end, EBB_END_NOMEM);
    subject_close(&subject);
}

static void twice_body(struct ebb *ebb, void *arg) {
    struct ebb_slice *slice = slice_with(ebb, "a", note, arg);
    NEED(ebb_finalizer_set(ebb, "second", ebb_slice_object(slice), note, arg));
}

static void coroutine_body(struct ebb *ebb, void *arg) {
    NEED(ebb_finalizer_set(ebb, "f", ebb_co_object(ebb_current(ebb)), note, arg));
}

static void panicking(struct ebb *ebb, struct ebb_object *object, void *arg) {
    (void)arg;
    ebb_panic(ebb, "finalizer of %s failed", object->node.birth.label);
}

static void panicking_body(struct ebb *ebb, void *arg) { ebb_slice_drop(slice_with(ebb, "a", panicking, arg)); }

static void panics(void) {
    subject_panics(twice_body, NULL, "finalizer of slice a is set already");
    subject_panics(coroutine_body, NULL, "finalizer set on coroutine main");
    subject_panics(panicking_body, NULL, "finalizer of a failed");
}

CU_TestInfo finalizer_tests[] = {
    {"in_order_of_death", in_order_of_death},
    {"blocking_keeps_the_queue", blocking_keeps_the_queue},
    {"cycles_are_never_finalized", cycles_are_never_finalized},
    {"can_be_taken_back", can_be_taken_back},
    {"a_rescued_object_lives_on", a_rescued_object_lives_on},
    {"the_dying_let_others_go", the_dying_let_others_go},
    {"many_are_found", many_are_found},
    {"the_outside_may_let_go", the_outside_may_let_go},
    {"no_coroutine_no_verdict", no_coroutine_no_verdict},
    {"panics", panics},
    CU_TEST_INFO_NULL,
};
