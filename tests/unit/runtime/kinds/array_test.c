/* SPDX-License-Identifier: MIT */
/* array_test.c — the block behind slices: its bytes, its views and the union of them. */
#include "kinds/array/array.h"

#include "base/limits.h"
#include "kinds_test.h"

static void holds_real_bytes(void) {
    struct subject subject;
    struct ebb_array *array = NULL;
    subject_open(&subject, NULL, 0);
    uint64_t bytes = subject.probe.bytes;
    CU_ASSERT_EQUAL_FATAL(ebb_array_make(subject.ebb, &array, "a", 1000), OK);
    CU_ASSERT(subject.probe.bytes >= bytes + 1000);
    CU_ASSERT_EQUAL(ebb_array_size(array), 1000);
    CU_ASSERT_EQUAL(ebb_array_bytes(array)[999], 0);
    CU_ASSERT_EQUAL(census_weight(ebb_census(subject.ebb), KIND_ARRAY), 1000);
    CU_ASSERT_PTR_EQUAL(ebb_array_hold(array), array);
    ebb_array_drop(array);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_ARRAY), 1);
    ebb_array_drop(array);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_ARRAY), 0);
    CU_ASSERT_EQUAL(subject.probe.bytes, bytes);
    subject_close(&subject);
}

static void is_limited(void) {
    struct subject subject;
    struct ebb_array *array = NULL;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(ebb_array_make(subject.ebb, &array, "a", LIMIT_BLOCK_BYTES + 1), ERR_LIMIT);
    CU_ASSERT_PTR_NULL(array);
    for (uint64_t n = 1; n <= 2; n++) {
        subject.probe.fail_at = subject.probe.requests + n;
        CU_ASSERT_EQUAL(ebb_array_make(subject.ebb, &array, "a", 8), ERR_NOMEM);
    }
    CU_ASSERT(census_empty(ebb_census(subject.ebb)));
    subject_close(&subject);
}

/* The bytes that the views of a block of 100 cover. */
static uint64_t covered(const size_t (*ranges)[2], uint32_t count) {
    struct subject subject;
    struct ebb_array *array = NULL;
    struct ebb_array_view views[8] = {{{NULL, NULL}, 0, 0}};
    uint64_t used = 0, held = 0;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL_FATAL(ebb_array_make(subject.ebb, &array, "a", 100), OK);
    for (uint32_t i = 0; i < count; i++) {
        views[i].from = ranges[i][0];
        views[i].length = ranges[i][1];
        ebb_array_view_add(array, &views[i]);
    }
    CU_ASSERT(ebb_array_kind.pinned(ebb_array_object(array), &used, &held));
    CU_ASSERT_EQUAL(held, 100);
    for (uint32_t i = 0; i < count; i++) ebb_array_view_remove(array, &views[i]);
    CU_ASSERT_FALSE(ebb_array_kind.pinned(ebb_array_object(array), &used, &held));
    ebb_array_drop(array);
    subject_close(&subject);
    return used;
}

static void unites_its_views(void) {
    const size_t apart[][2] = {{90, 10}, {0, 10}, {40, 10}};
    const size_t nested[][2] = {{0, 50}, {10, 10}, {10, 5}, {0, 1}};
    const size_t chained[][2] = {{20, 20}, {10, 20}, {30, 20}, {10, 0}};
    const size_t empty[][2] = {{0, 0}, {100, 0}, {50, 0}};
    const size_t whole[][2] = {{0, 100}, {99, 1}};
    CU_ASSERT_EQUAL(covered(apart, 3), 30);
    CU_ASSERT_EQUAL(covered(nested, 4), 50);
    CU_ASSERT_EQUAL(covered(chained, 4), 40);
    CU_ASSERT_EQUAL(covered(empty, 3), 0);
    CU_ASSERT_EQUAL(covered(whole, 2), 100);
}

static void is_reaped(void) {
    struct subject subject;
    struct ebb_array *array = NULL;
    struct ebb_array_view view = {{NULL, NULL}, 0, 1};
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL_FATAL(ebb_array_make(subject.ebb, &array, "a", 1), OK);
    ebb_array_view_add(array, &view);
    subject_close(&subject);
}

CU_TestInfo array_tests[] = {
    {"holds_real_bytes", holds_real_bytes},
    {"is_limited", is_limited},
    {"unites_its_views", unites_its_views},
    {"is_reaped", is_reaped},
    CU_TEST_INFO_NULL,
};
