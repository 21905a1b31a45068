/* SPDX-License-Identifier: MIT */
/* pool_test.c — objects kept for reuse: whose hold is where. */
#include "kinds/pool/pool.h"

#include "kinds/slice/slice.h"
#include "kinds_test.h"

static void reuse_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_pool *pool = NULL;
    struct ebb_slice *slices[20] = {NULL};
    NEED(ebb_pool_make(ebb, &pool, "pool"));
    CU_ASSERT_PTR_NULL(ebb_pool_get(ebb, pool));
    for (uint32_t i = 0; i < 20; i++) {
        NEED(ebb_slice_make(ebb, &slices[i], "s", 1, 1));
        struct ebb_object *object = ebb_slice_object(slices[i]);
        enum status status = ebb_pool_put(ebb, pool, object);
        CU_ASSERT_EQUAL(object->holds, 1); /* moved, or still the caller's */
        CU_ASSERT_EQUAL(ebb_pool_len(pool), i + (status == OK));
        NEED(status);
    }
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_POOL), 20);
    CU_ASSERT_EQUAL(traced(ebb_pool_object(pool)).count, 20);
    for (uint32_t i = 20; i > 10; i--) {
        struct ebb_object *object = ebb_pool_get(ebb, pool);
        CU_ASSERT_PTR_EQUAL(object, ebb_slice_object(slices[i - 1])); /* last in, first out */
        CU_ASSERT_EQUAL(object->holds, 1);
        ebb_slice_drop(slices[i - 1]);
    }
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 10);
    CU_ASSERT_PTR_EQUAL(ebb_pool_hold(pool), pool);
    ebb_pool_drop(pool);
    ebb_pool_drop(pool);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
    CU_ASSERT_PTR_NULL(ebb_pool_hold(NULL));
    ebb_pool_drop(NULL);
}

static void objects_move_in_and_out(void) {
    CU_ASSERT_EQUAL(subject_once(reuse_body, NULL), EBB_END_QUIET);
    subject_sweep(reuse_body, NULL);
}

static void nothing_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_pool *pool = NULL;
    NEED(ebb_pool_make(ebb, &pool, "buffers"));
    NEED(ebb_pool_put(ebb, pool, NULL));
}

static void op_put_body(struct ebb *ebb, void *arg) {
    struct ebb_object *pool = NULL;
    NEED(ebb_pool_kind.make(ebb, &pool, "buffers", NULL));
    call_op(ebb, pool, "put", arg, NULL);
}

static void putting_nothing_panics(void) {
    struct ebb_value nothing = EBB_VALUE_NIL, number = ebb_value_int(1);
    subject_panics(nothing_body, NULL, "put of nothing into pool buffers");
    subject_panics(op_put_body, &nothing, "put of nothing into pool buffers");
    subject_panics(op_put_body, &number, "put of integer into pool buffers, which keeps objects");
}

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *pool = NULL;
    struct ebb_slice *slice = NULL;
    struct ebb_value result = EBB_VALUE_NIL;
    NEED(ebb_pool_kind.make(ebb, &pool, "pool", NULL));
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    struct ebb_value value = ebb_value_object(ebb_slice_object(slice));
    call_op(ebb, pool, "put", &value, NULL);
    CU_ASSERT_EQUAL(value.object->holds, 2); /* the variable's and the pool's */
    call_op(ebb, pool, "get", NULL, &result);
    CU_ASSERT_PTR_EQUAL(result.object, value.object);
    ebb_value_release(result);
    call_op(ebb, pool, "get", NULL, &result);
    CU_ASSERT_EQUAL(result.type, EBB_NIL);
    call_op(ebb, pool, "put", &value, NULL);
    ebb_object_release(pool);
    CU_ASSERT_EQUAL(value.object->holds, 1);
    ebb_slice_drop(slice);
}

static void scenarios_call_it(void) {
    CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET);
    subject_sweep(ops_body, NULL);
}

static void left_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_pool *pool = NULL;
    struct ebb_slice *slice = NULL;
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    NEED(ebb_pool_make(ebb, &pool, "pool"));
    NEED(ebb_pool_put(ebb, pool, ebb_slice_object(slice)));
}

static void is_reaped(void) { CU_ASSERT_EQUAL(subject_once(left_body, NULL), EBB_END_QUIET); }

CU_TestInfo pool_tests[] = {
    {"objects_move_in_and_out", objects_move_in_and_out},
    {"putting_nothing_panics", putting_nothing_panics},
    {"scenarios_call_it", scenarios_call_it},
    {"is_reaped", is_reaped},
    CU_TEST_INFO_NULL,
};
