/* SPDX-License-Identifier: MIT */
/* object_test.c — holds: who keeps an object alive, and what happens with the last one. Values, which carry holds. */
#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "tests/unit/runtime/kinds/kinds_test.h"

/* A toy kind that counts its ends. */
struct toy {
    struct ebb_object head;
    uint32_t *destroyed, *reaped;
};

static struct toy *toy_of(struct ebb_object *object) { return BASE_OWNER(object, struct toy, head); }

static void toy_destroy(struct ebb_object *object) {
    ++*toy_of(object)->destroyed;
    ebb_object_free(object, sizeof(struct toy));
}

static void toy_reap(struct ebb_object *object) {
    ++*toy_of(object)->reaped;
    ebb_object_free(object, sizeof(struct toy));
}

static const struct ebb_kind toy_kind = {.id = 31, .name = "toy", .destroy = toy_destroy, .reap = toy_reap};
static uint32_t destroyed, reaped;

static struct toy *toy_make(struct ebb *ebb) {
    struct toy *self = ebb_object_make(ebb, &toy_kind, "t", sizeof *self);
    CU_ASSERT_PTR_NOT_NULL_FATAL(self);
    self->destroyed = &destroyed;
    self->reaped = &reaped;
    return self;
}

static void setup(struct subject *subject) {
    destroyed = reaped = 0;
    subject_open(subject, NULL, 0);
}

static void last_hold_ends_it(void) {
    struct subject subject;
    setup(&subject);
    uint64_t blocks = subject.probe.blocks;
    struct toy *toy = toy_make(subject.ebb);
    CU_ASSERT_EQUAL(toy->head.holds, 1);
    CU_ASSERT_PTR_EQUAL(toy->head.ebb, subject.ebb);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), 31), 1);
    ebb_object_hold(&toy->head);
    ebb_object_release(&toy->head);
    CU_ASSERT_EQUAL(destroyed, 0);
    ebb_object_release(&toy->head);
    CU_ASSERT_EQUAL(destroyed, 1);
    CU_ASSERT_EQUAL(subject.probe.blocks, blocks);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), 31), 0);
    subject_close(&subject);
}

static void an_armed_one_holds_itself(void) {
    struct subject subject;
    setup(&subject);
    struct toy *toy = toy_make(subject.ebb);
    ebb_object_self_hold(&toy->head);
    ebb_object_release(&toy->head);
    CU_ASSERT_EQUAL(destroyed, 0);
    CU_ASSERT_EQUAL(toy->head.flags & EBB_FLAG_SELF_HOLD, EBB_FLAG_SELF_HOLD);
    ebb_object_hold(&toy->head);
    ebb_object_self_release(&toy->head);
    ebb_object_self_release(&toy->head); /* it holds itself no more: nothing */
    CU_ASSERT_EQUAL(toy->head.holds, 1);
    ebb_object_release(&toy->head);
    CU_ASSERT_EQUAL(destroyed, 1);
    subject_close(&subject);
}

static void reaping_takes_all_newest_first(void) {
    struct subject subject;
    setup(&subject);
    for (int i = 0; i < 10; i++) {
        struct toy *toy = toy_make(subject.ebb);
        for (int hold = 0; hold < i; hold++) ebb_object_hold(&toy->head); /* whatever holds it */
    }
    ebb_reap(subject.ebb);
    CU_ASSERT_EQUAL(reaped, 10);
    CU_ASSERT_EQUAL(destroyed, 0);
    CU_ASSERT(census_empty(ebb_census(subject.ebb)));
    subject_close(&subject);
}

static void no_memory_no_object(void) {
    struct subject subject;
    setup(&subject);
    subject.probe.fail_at = subject.probe.requests + 1;
    CU_ASSERT_PTR_NULL(ebb_object_make(subject.ebb, &toy_kind, "t", sizeof(struct toy)));
    CU_ASSERT(census_empty(ebb_census(subject.ebb)));
    subject_close(&subject);
}

static struct ebb_object *finalized;
static void finalize(struct ebb_object *object) {
    finalized = object;
    object->holds = 1; /* the queue's */
}

static void finalizer_comes_before_the_end(void) {
    struct subject subject;
    setup(&subject);
    struct toy *toy = toy_make(subject.ebb);
    subject.ebb->finalize = finalize;
    toy->head.flags |= EBB_FLAG_FINALIZER;
    ebb_object_release(&toy->head);
    CU_ASSERT_PTR_EQUAL(finalized, &toy->head);
    CU_ASSERT_EQUAL(destroyed, 0);
    toy->head.flags &= ~EBB_FLAG_FINALIZER;
    ebb_object_release(&toy->head);
    CU_ASSERT_EQUAL(destroyed, 1);
    subject_close(&subject);
}

static void uses_what_has_ended(struct ebb *ebb, void *arg) {
    struct toy *toy = arg;
    (void)ebb;
    ebb_object_use(&toy->head, "poke");
    toy->head.flags |= EBB_FLAG_ENDED;
    ebb_object_use(&toy->head, "poke");
    CU_FAIL("an ended object was used");
}

static void using_what_has_ended_panics(void) {
    struct subject subject;
    setup(&subject);
    struct toy *toy = toy_make(subject.ebb);
    subject_run(&subject, uses_what_has_ended, toy);
    subject_fault(&subject, "poke of toy t, which has ended");
    subject_close(&subject);
}

static void values_carry_holds(void) {
    struct subject subject;
    setup(&subject);
    struct toy *toy = toy_make(subject.ebb), *other = toy_make(subject.ebb);
    struct ebb_value value = ebb_value_object(&toy->head), number = ebb_value_int(7);
    ebb_value_hold(value);
    ebb_value_hold(number);
    CU_ASSERT_EQUAL(toy->head.holds, 2);
    ebb_value_release(number);
    ebb_value_release(value);
    CU_ASSERT_EQUAL(toy->head.holds, 1);
    CU_ASSERT_EQUAL(ebb_value_object(NULL).type, EBB_NIL);
    CU_ASSERT(ebb_value_equal(value, value));
    CU_ASSERT_FALSE(ebb_value_equal(value, ebb_value_object(&other->head)));
    CU_ASSERT_FALSE(ebb_value_equal(number, ebb_value_bool(true)));
    CU_ASSERT(ebb_value_equal(number, ebb_value_int(7)));
    CU_ASSERT(ebb_value_equal(EBB_VALUE_NIL, EBB_VALUE_NIL));
    char text[] = "text";
    struct ebb_value one = {.type = EBB_TEXT, .text = "text"}, two = {.type = EBB_TEXT, .text = text};
    CU_ASSERT(ebb_value_equal(one, two)); /* by bytes */
    CU_ASSERT_EQUAL(ebb_value_digest(1, one), ebb_value_digest(1, two));
    CU_ASSERT_NOT_EQUAL(ebb_value_digest(1, value), ebb_value_digest(1, ebb_value_object(&other->head)));
    CU_ASSERT_NOT_EQUAL(ebb_value_digest(1, number), ebb_value_digest(1, EBB_VALUE_NIL));
    for (enum ebb_type type = EBB_NIL; type < EBB_TYPE_COUNT; type++) CU_ASSERT(strlen(ebb_type_name(type)) > 2);
    ebb_reap(subject.ebb);
    subject_close(&subject);
}

static void value_shape_copies_and_traces(void) {
    struct subject subject;
    setup(&subject);
    struct ebb_shape shape = ebb_shape_value(), bytes = ebb_shape_bytes(12);
    struct toy *toy = toy_make(subject.ebb);
    struct ebb_value value = ebb_value_object(&toy->head), nil = EBB_VALUE_NIL;
    struct counting counting = {.tracer = {.visit = counting_visit}};
    CU_ASSERT_EQUAL(shape.size, sizeof value);
    shape.hold(&value);
    CU_ASSERT_EQUAL(toy->head.holds, 2);
    shape.trace(&value, &counting.tracer);
    shape.trace(&nil, &counting.tracer);
    CU_ASSERT_EQUAL(counting.count, 1);
    CU_ASSERT_PTR_EQUAL(counting.last, &toy->head);
    shape.release(&value);
    CU_ASSERT_EQUAL(toy->head.holds, 1);
    CU_ASSERT_EQUAL(bytes.size, 12);
    CU_ASSERT(bytes.hold == NULL && bytes.release == NULL && bytes.trace == NULL);
    ebb_object_release(&toy->head);
    subject_close(&subject);
}

CU_TestInfo object_tests[] = {
    {"last_hold_ends_it", last_hold_ends_it},
    {"an_armed_one_holds_itself", an_armed_one_holds_itself},
    {"reaping_takes_all_newest_first", reaping_takes_all_newest_first},
    {"no_memory_no_object", no_memory_no_object},
    {"finalizer_comes_before_the_end", finalizer_comes_before_the_end},
    {"using_what_has_ended_panics", using_what_has_ended_panics},
    {"values_carry_holds", values_carry_holds},
    {"value_shape_copies_and_traces", value_shape_copies_and_traces},
    CU_TEST_INFO_NULL,
};
