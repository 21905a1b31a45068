/* SPDX-License-Identifier: MIT */
/* slice_test.c — views of bytes: cutting shares, appending moves, and a short view keeps the whole. */
#include "kinds/slice/slice.h"

#include "base/limits.h"
#include "kinds/array/array.h"
#include "kinds_test.h"

static void expect_pinned(struct ebb_slice *slice, uint64_t used, uint64_t held) {
    uint64_t used_bytes = 0, held_bytes = 0;
    CU_ASSERT(ebb_array_kind.pinned(ebb_array_object(ebb_slice_array(slice)), &used_bytes, &held_bytes));
    CU_ASSERT_EQUAL(used_bytes, used);
    CU_ASSERT_EQUAL(held_bytes, held);
}

static void cut_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_slice *whole = NULL, *part = NULL, *beyond = NULL;
    NEED(ebb_slice_make(ebb, &whole, "whole", 100, 200));
    NEED(ebb_slice_cut(ebb, whole, 10, 20, &part, "part"));
    NEED(ebb_slice_cut(ebb, part, 5, 190, &beyond, "beyond"));
    CU_ASSERT_EQUAL(ebb_slice_len(part), 10);
    CU_ASSERT_EQUAL(ebb_slice_capacity(part), 190);
    CU_ASSERT_EQUAL(ebb_slice_len(beyond), 185);
    CU_ASSERT_EQUAL(ebb_slice_capacity(beyond), 185);
    ebb_slice_bytes(whole)[15] = 7;
    CU_ASSERT_EQUAL(ebb_slice_bytes(part)[5], 7);
    CU_ASSERT_EQUAL(ebb_slice_bytes(beyond)[0], 7);
    CU_ASSERT_PTR_EQUAL(ebb_slice_array(whole), ebb_slice_array(beyond));
    CU_ASSERT_EQUAL(ebb_array_object(ebb_slice_array(whole))->holds, 3);
    expect_pinned(whole, 200, 200);
    ebb_slice_drop(beyond);
    expect_pinned(whole, 100, 200);
    ebb_slice_drop(whole);
    expect_pinned(part, 10, 200); /* the leak that this kind shows */
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_ARRAY), 200);
    ebb_slice_drop(part);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_ARRAY), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
}

static void cutting_shares(void) {
    CU_ASSERT_EQUAL(subject_once(cut_body, NULL), EBB_END_QUIET);
    subject_sweep(cut_body, NULL);
}

static void bounds_body(struct ebb *ebb, void *arg) {
    const size_t *bounds = arg;
    struct ebb_slice *slice = NULL, *part = NULL;
    NEED(ebb_slice_make(ebb, &slice, "s", 4, 8));
    NEED(ebb_slice_cut(ebb, slice, bounds[0], bounds[1], &part, "part"));
}

static void bounds_panic(void) {
    size_t above[] = {0, 9}, crossed[] = {3, 2}, far[] = {9, 9}, edge[] = {8, 8};
    subject_panics(bounds_body, above, "slice bounds out of range [0:9] with capacity 8");
    subject_panics(bounds_body, crossed, "slice bounds out of range [3:2] with capacity 8");
    subject_panics(bounds_body, far, "slice bounds out of range [9:9] with capacity 8");
    CU_ASSERT_EQUAL(subject_once(bounds_body, edge), EBB_END_QUIET);
}

static void append_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_slice *slice = NULL, *older = NULL;
    NEED(ebb_slice_make(ebb, &slice, "s", 0, 4));
    NEED(ebb_slice_append(ebb, slice, "abc", 3));
    NEED(ebb_slice_cut(ebb, slice, 0, 2, &older, "older"));
    struct ebb_array *array = ebb_slice_array(slice);
    NEED(ebb_slice_append(ebb, older, "X", 1)); /* in place, over the other's third byte: Go's aliasing */
    CU_ASSERT_PTR_EQUAL(ebb_slice_array(older), array);
    CU_ASSERT_NSTRING_EQUAL(ebb_slice_bytes(slice), "abX", 3);
    enum status status = ebb_slice_append(ebb, slice, ebb_slice_bytes(slice), 3); /* itself, and there is no room */
    if (status != OK) {
        CU_ASSERT_EQUAL(ebb_slice_len(slice), 3);
        CU_ASSERT_PTR_EQUAL(ebb_slice_array(slice), array);
        ebb_exhausted(ebb);
    }
    CU_ASSERT_NSTRING_EQUAL(ebb_slice_bytes(slice), "abXabX", 6);
    CU_ASSERT_EQUAL(ebb_slice_len(slice), 6);
    CU_ASSERT_EQUAL(ebb_slice_capacity(slice), 8);
    CU_ASSERT_PTR_NOT_EQUAL(ebb_slice_array(slice), array);
    CU_ASSERT_PTR_EQUAL(ebb_slice_array(older), array); /* the older view keeps the older array */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_ARRAY), 2);
    expect_pinned(older, 3, 4);
    expect_pinned(slice, 6, 8);
    NEED(ebb_slice_append(ebb, slice, NULL, 2));
    CU_ASSERT_EQUAL(ebb_slice_bytes(slice)[7], 0);
    NEED(ebb_slice_append(ebb, older, NULL, 0));
    ebb_slice_drop(older);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_ARRAY), 1);
    NEED(ebb_slice_append(ebb, slice, "y", 1)); /* nobody else names the older array: it goes */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_ARRAY), 1);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_ARRAY), 16);
    ebb_slice_drop(slice);
}

static void appending_moves(void) {
    CU_ASSERT_EQUAL(subject_once(append_body, NULL), EBB_END_QUIET);
    subject_sweep(append_body, NULL);
}

static void grows_as_go(void) {
    CU_ASSERT_EQUAL(ebb_slice_grown(0, 1), 1);
    CU_ASSERT_EQUAL(ebb_slice_grown(1, 2), 2);
    CU_ASSERT_EQUAL(ebb_slice_grown(4, 5), 8);
    CU_ASSERT_EQUAL(ebb_slice_grown(4, 9), 9); /* more than double: exactly what is needed */
    CU_ASSERT_EQUAL(ebb_slice_grown(255, 256), 510);
    CU_ASSERT_EQUAL(ebb_slice_grown(256, 257), 512); /* 1.25 × 256 + 192 */
    CU_ASSERT_EQUAL(ebb_slice_grown(512, 513), 832);
    CU_ASSERT_EQUAL(ebb_slice_grown(1000, 2000), 2684); /* 1000, 1442, 1994, 2684: until it fits */
}

static void huge_body(struct ebb *ebb, void *arg) {
    struct ebb_slice *slice = NULL;
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    NEED(ebb_slice_append(ebb, slice, NULL, *(const size_t *)arg));
}

static void lengths_are_checked(void) {
    struct subject subject;
    struct ebb_slice *slice = NULL;
    size_t huge = SIZE_MAX;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(ebb_slice_make(subject.ebb, &slice, "s", 2, 1), ERR_INPUT);
    CU_ASSERT_EQUAL(ebb_slice_make(subject.ebb, &slice, "s", 0, LIMIT_BLOCK_BYTES + 1), ERR_LIMIT);
    struct ebb_value negative = {.type = EBB_SIZE, .integer = -1};
    struct ebb_object *object = NULL;
    CU_ASSERT_EQUAL(ebb_slice_kind.make(subject.ebb, &object, "s", &negative), ERR_INPUT);
    CU_ASSERT_PTR_NULL(slice);
    subject_close(&subject);
    subject_panics(huge_body, &huge, "append of 18446744073709551615 bytes to s: length out of range");
}

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *slice = NULL;
    struct ebb_value size = {.type = EBB_SIZE, .integer = 100}, result = EBB_VALUE_NIL;
    struct ebb_value bounds[2] = {EBB_VALUE_NIL, EBB_VALUE_NIL};
    NEED(ebb_slice_kind.make(ebb, &slice, "s", &size));
    call_op(ebb, slice, "cut", bounds, &result);
    CU_ASSERT_EQUAL(result.type, EBB_OBJECT);
    CU_ASSERT_EQUAL(result.object->holds, 1);
    CU_ASSERT_EQUAL(traced(result.object).last->kind->id, KIND_ARRAY);
    call_op(ebb, result.object, "append", &size, NULL);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_ARRAY), 100 + 200);
    ebb_value_release(result);
    bounds[0] = (struct ebb_value){.type = EBB_SIZE, .integer = 10};
    call_op(ebb, slice, "cut", bounds, &result);
    ebb_value_release(result);
    ebb_object_release(slice);
}

static void negative_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *slice = NULL;
    struct ebb_value size = {.type = EBB_SIZE, .integer = 2}, result = EBB_VALUE_NIL;
    struct ebb_value bounds[2] = {{.type = EBB_SIZE, .integer = -1}, EBB_VALUE_NIL};
    NEED(ebb_slice_kind.make(ebb, &slice, "s", &size));
    call_op(ebb, slice, "cut", bounds, &result);
}

static void scenarios_call_it(void) {
    CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET);
    subject_sweep(ops_body, NULL);
    CU_ASSERT_EQUAL(subject_once(negative_body, NULL), EBB_END_PANIC);
}

static void left_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_slice *slice = NULL, *part = NULL;
    NEED(ebb_slice_make(ebb, &slice, "s", 8, 8));
    NEED(ebb_slice_cut(ebb, slice, 0, 4, &part, "part"));
    NEED(ebb_slice_append(ebb, slice, NULL, 1)); /* an array younger than its slice: reaped before it */
    CU_ASSERT_PTR_EQUAL(ebb_slice_hold(part), part);
    CU_ASSERT_PTR_NULL(ebb_slice_hold(NULL));
    ebb_slice_drop(NULL);
}

static void is_reaped(void) { CU_ASSERT_EQUAL(subject_once(left_body, NULL), EBB_END_QUIET); }

CU_TestInfo slice_tests[] = {
    {"cutting_shares", cutting_shares},
    {"bounds_panic", bounds_panic},
    {"appending_moves", appending_moves},
    {"grows_as_go", grows_as_go},
    {"lengths_are_checked", lengths_are_checked},
    {"scenarios_call_it", scenarios_call_it},
    {"is_reaped", is_reaped},
    CU_TEST_INFO_NULL,
};
