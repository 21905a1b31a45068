/* SPDX-License-Identifier: MIT */
/* record_test.c — named values: fields are found by name, hold what they name, and let go of what they named before. */
#include "kinds/record/record.h"

#include "kinds/slice/slice.h"
#include "kinds_test.h"

static const char *const names[] = {"id", "body", "next"};

static void fields_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_record *record = NULL;
    char copy[] = "body";
    NEED(ebb_record_make(ebb, &record, "request", names, 3));
    CU_ASSERT_EQUAL(ebb_record_find(record, names[2]), 2);
    CU_ASSERT_EQUAL(ebb_record_find(record, copy), 1); /* by its letters, not by where they lie */
    CU_ASSERT_EQUAL(ebb_record_find(record, "bod"), UINT32_MAX);
    CU_ASSERT_EQUAL(ebb_record_find(record, ""), UINT32_MAX);
    for (uint32_t i = 0; i < 3; i++) CU_ASSERT_EQUAL(ebb_record_get(record, i).type, EBB_NIL);
    ebb_record_set(record, 0, ebb_value_int(7));
    CU_ASSERT_EQUAL(ebb_record_get(record, 0).integer, 7);
    CU_ASSERT_EQUAL(ebb_record_get(record, 1).type, EBB_NIL);
    CU_ASSERT_PTR_EQUAL(ebb_record_from(ebb_record_object(record)), record);
    CU_ASSERT_EQUAL(ebb_steps(ebb), 0); /* none of this is a step */
    ebb_record_drop(record);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_RECORD), 0);
    ebb_record_drop(NULL);
}

static void finds_its_fields(void) {
    CU_ASSERT_EQUAL(subject_once(fields_body, NULL), EBB_END_QUIET);
    subject_sweep(fields_body, NULL);
}

static void holds_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_record *record = NULL;
    struct ebb_slice *one = NULL, *two = NULL;
    NEED(ebb_record_make(ebb, &record, "request", names, 3));
    NEED(ebb_slice_make(ebb, &one, "one", 1, 1));
    NEED(ebb_slice_make(ebb, &two, "two", 1, 1));
    ebb_record_set(record, 1, ebb_value_object(ebb_slice_object(one)));                 /* the hold moves in */
    ebb_record_set(record, 2, ebb_value_object(ebb_slice_object(ebb_slice_hold(two)))); /* a second one */
    CU_ASSERT_EQUAL(traced(ebb_record_object(record)).count, 2);
    CU_ASSERT_PTR_EQUAL(traced(ebb_record_object(record)).last, ebb_slice_object(two));
    ebb_record_set(record, 1, EBB_VALUE_NIL); /* was the last hold on it */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 1);
    CU_ASSERT_EQUAL(ebb_slice_object(two)->holds, 2);
    ebb_record_drop(record);
    CU_ASSERT_EQUAL(ebb_slice_object(two)->holds, 1);
    ebb_slice_drop(two);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
}

static void holds_what_its_fields_name(void) {
    CU_ASSERT_EQUAL(subject_once(holds_body, NULL), EBB_END_QUIET);
    subject_sweep(holds_body, NULL);
}

static void empty_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_record *record = NULL;
    NEED(ebb_record_make(ebb, &record, "nothing", NULL, 0));
    CU_ASSERT_EQUAL(ebb_record_find(record, "id"), UINT32_MAX);
    CU_ASSERT_EQUAL(traced(ebb_record_object(record)).count, 0);
    ebb_record_drop(record);
}

static void may_have_no_fields(void) { CU_ASSERT_EQUAL(subject_once(empty_body, NULL), EBB_END_QUIET); }

/* Two that name each other: no hold from outside is left, and reaping ends both all the same. */
static void circle_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_record *one = NULL, *two = NULL;
    NEED(ebb_record_make(ebb, &one, "one", names, 3));
    NEED(ebb_record_make(ebb, &two, "two", names, 3));
    ebb_record_set(one, 2, ebb_value_object(ebb_record_object(two)));
    ebb_record_set(two, 2, ebb_value_object(ebb_record_object(one)));
}

static void a_circle_is_reaped(void) { CU_ASSERT_EQUAL(subject_once(circle_body, NULL), EBB_END_QUIET); }

CU_TestInfo record_tests[] = {
    {"finds_its_fields", finds_its_fields},
    {"holds_what_its_fields_name", holds_what_its_fields_name},
    {"may_have_no_fields", may_have_no_fields},
    {"a_circle_is_reaped", a_circle_is_reaped},
    CU_TEST_INFO_NULL,
};
