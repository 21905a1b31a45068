/* SPDX-License-Identifier: MIT */
/* memory_test.c — foreign memory: it stays until it is freed, and what comes after that is a panic. */
#include "kinds/memory/memory.h"

#include "base/limits.h"
#include "kinds_test.h"

static void free_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_memory *memory = NULL;
    NEED(ebb_memory_take(ebb, &memory, "m", 1000));
    struct ebb_object *object = ebb_memory_object(memory);
    CU_ASSERT_EQUAL(object->holds, 2);
    CU_ASSERT_EQUAL(ebb_memory_kind.remains(object), 1000);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_MEMORY), 1000);
    ebb_memory_bytes(memory)[999] = 1;
    ebb_memory_use(ebb, memory);
    ebb_memory_free(ebb, memory);
    CU_ASSERT_EQUAL(ebb_memory_kind.remains(object), 0);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_MEMORY), 0);
    CU_ASSERT_EQUAL(ebb_memory_size(memory), 1000);
    CU_ASSERT_PTR_NULL(ebb_memory_bytes(memory));
    CU_ASSERT_EQUAL(object->holds, 1);
    ebb_memory_drop(memory);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_MEMORY), 0);
    CU_ASSERT_PTR_NULL(ebb_memory_hold(NULL));
    ebb_memory_drop(NULL);
}

static void is_freed(void) {
    CU_ASSERT_EQUAL(subject_once(free_body, NULL), EBB_END_QUIET);
    subject_sweep(free_body, NULL);
}

static void double_free_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_memory *memory = NULL;
    NEED(ebb_memory_take(ebb, &memory, "m", 8));
    ebb_memory_free(ebb, memory);
    ebb_memory_free(ebb, memory);
}

static void use_after_free_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_memory *memory = NULL;
    NEED(ebb_memory_take(ebb, &memory, "m", 8));
    ebb_memory_free(ebb, memory);
    ebb_memory_use(ebb, memory);
}

static void wrong_order_panics(void) {
    subject_panics(double_free_body, NULL, "free of memory m, which has ended");
    subject_panics(use_after_free_body, NULL, "use of memory m, which has ended");
}

static void forget_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_memory *memory = NULL;
    NEED(ebb_memory_take(ebb, &memory, "m", 8));
    ebb_memory_drop(ebb_memory_hold(memory));
    ebb_memory_drop(memory);
}

static void outlives_its_names(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, forget_body, NULL);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_MEMORY), 1);
    CU_ASSERT_EQUAL(census_weight(ebb_census(subject.ebb), KIND_MEMORY), 8);
    subject_close(&subject);
}

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *memory = NULL;
    struct ebb_value size = {.type = EBB_SIZE, .integer = 64};
    NEED(ebb_memory_kind.make(ebb, &memory, "m", &size));
    call_op(ebb, memory, "use", NULL, NULL);
    call_op(ebb, memory, "free", NULL, NULL);
    ebb_object_release(memory);
}

static void scenarios_call_it(void) {
    CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET);
    struct subject subject;
    struct ebb_object *memory = NULL;
    struct ebb_value sizes[] = {
        {.type = EBB_SIZE, .integer = -1},
        {.type = EBB_SIZE, .integer = (int64_t)LIMIT_BLOCK_BYTES + 1},
        {.type = EBB_SIZE, .integer = 0},
    };
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(ebb_memory_kind.make(subject.ebb, &memory, "m", &sizes[0]), ERR_INPUT);
    CU_ASSERT_EQUAL(ebb_memory_kind.make(subject.ebb, &memory, "m", &sizes[1]), ERR_LIMIT);
    CU_ASSERT_EQUAL(ebb_memory_kind.make(subject.ebb, &memory, "m", &sizes[2]), OK);
    subject_close(&subject);
}

CU_TestInfo memory_tests[] = {
    {"is_freed", is_freed},
    {"wrong_order_panics", wrong_order_panics},
    {"outlives_its_names", outlives_its_names},
    {"scenarios_call_it", scenarios_call_it},
    CU_TEST_INFO_NULL,
};
