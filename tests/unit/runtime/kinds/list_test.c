/* SPDX-License-Identifier: MIT */
/* list_test.c — values in order: what is in sight, what is cut off and still held, and whose hold is where. */
#include "kinds/list/list.h"

#include "kinds/slice/slice.h"
#include "kinds_test.h"

static struct ebb_value slice_value(struct ebb *ebb) {
    struct ebb_slice *slice = NULL;
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    return ebb_value_object(ebb_slice_object(slice));
}

static void order_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_list *list = NULL;
    NEED(ebb_list_make(ebb, &list, "list"));
    CU_ASSERT_EQUAL(ebb_list_count(list), 0);
    for (int i = 0; i < 40; i++) NEED(ebb_list_append(list, ebb_value_int(i)));
    CU_ASSERT_EQUAL(ebb_list_count(list), 40);
    for (uint32_t i = 0; i < 40; i++) CU_ASSERT_EQUAL(ebb_list_get(list, i).integer, i);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_LIST), 40);
    CU_ASSERT_PTR_EQUAL(ebb_list_from(ebb_list_object(list)), list);
    ebb_list_drop(list);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_LIST), 0);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_LIST), 0);
    ebb_list_drop(NULL);
}

static void keeps_the_order(void) {
    CU_ASSERT_EQUAL(subject_once(order_body, NULL), EBB_END_QUIET);
    subject_sweep(order_body, NULL);
}

static void hold_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_list *list = NULL;
    NEED(ebb_list_make(ebb, &list, "list"));
    struct ebb_value one = slice_value(ebb), two = slice_value(ebb);
    NEED(ebb_list_append(list, one));
    CU_ASSERT_EQUAL(one.object->holds, 2);
    CU_ASSERT_PTR_EQUAL(traced(ebb_list_object(list)).last, one.object);
    ebb_value_hold(two);
    ebb_list_set(list, 0, two); /* takes that hold and drops the first */
    CU_ASSERT_EQUAL(one.object->holds, 1);
    CU_ASSERT_EQUAL(two.object->holds, 2);
    NEED(ebb_list_append(list, ebb_value_int(3))); /* holds nothing */
    CU_ASSERT_EQUAL(traced(ebb_list_object(list)).count, 1);
    ebb_list_drop(list);
    CU_ASSERT_EQUAL(two.object->holds, 1);
    ebb_value_release(one);
    ebb_value_release(two);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
}

static void holds_what_is_in_it(void) {
    CU_ASSERT_EQUAL(subject_once(hold_body, NULL), EBB_END_QUIET);
    subject_sweep(hold_body, NULL);
}

static void cut_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_list *list = NULL;
    struct ebb_value values[4];
    NEED(ebb_list_make(ebb, &list, "list"));
    for (int i = 0; i < 4; i++) {
        values[i] = slice_value(ebb);
        NEED(ebb_list_append(list, values[i]));
    }
    ebb_list_truncate(list, 1, true);
    CU_ASSERT_EQUAL(ebb_list_count(list), 1);
    CU_ASSERT_EQUAL(values[3].object->holds, 2); /* out of sight, and still held */
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_LIST), 4);
    CU_ASSERT_EQUAL(traced(ebb_list_object(list)).count, 4);
    NEED(ebb_list_append(list, ebb_value_int(1)));
    CU_ASSERT_EQUAL(values[1].object->holds, 1); /* replaced */
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_LIST), 4);
    ebb_list_truncate(list, 1, false);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_LIST), 1);
    for (int i = 0; i < 4; i++) CU_ASSERT_EQUAL(values[i].object->holds, i == 0 ? 2 : 1);
    ebb_list_drop(list);
    for (int i = 0; i < 4; i++) ebb_value_release(values[i]);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
}

static void what_is_cut_off_stays_held(void) {
    CU_ASSERT_EQUAL(subject_once(cut_body, NULL), EBB_END_QUIET);
    subject_sweep(cut_body, NULL);
}

/* A hold that the list gives back may be the last, and what dies then may let go of others. */
static void nested_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_list *outer = NULL, *inner = NULL;
    NEED(ebb_list_make(ebb, &outer, "outer"));
    NEED(ebb_list_make(ebb, &inner, "inner"));
    struct ebb_value slice = slice_value(ebb);
    NEED(ebb_list_append(inner, slice));
    NEED(ebb_list_append(outer, ebb_value_object(ebb_list_object(inner))));
    ebb_value_release(slice);
    ebb_list_drop(inner);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 1);
    ebb_list_drop(outer);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_LIST), 0);
}

static void lists_of_lists_end_together(void) {
    CU_ASSERT_EQUAL(subject_once(nested_body, NULL), EBB_END_QUIET);
    subject_sweep(nested_body, NULL);
}

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *list = NULL;
    struct ebb_value result = EBB_VALUE_NIL, nothing = EBB_VALUE_NIL, at = ebb_value_int(1);
    NEED(ebb_list_kind.make(ebb, &list, "list", NULL));
    uint64_t steps = ebb_steps(ebb);
    for (int i = 0; i < 3; i++) {
        struct ebb_value value = slice_value(ebb);
        call_op(ebb, list, "append", &value, NULL);
        ebb_value_release(value);
    }
    struct ebb_object *second = ebb_list_get(ebb_list_from(list), 1).object;
    struct ebb_object *third = ebb_list_get(ebb_list_from(list), 2).object;
    call_op(ebb, list, "remove", &at, &result);
    CU_ASSERT_PTR_EQUAL(result.object, second);
    CU_ASSERT_EQUAL(second->holds, 1); /* the hold has moved out */
    CU_ASSERT_PTR_EQUAL(ebb_list_get(ebb_list_from(list), 1).object, third);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_LIST), 2);
    ebb_value_release(result);
    call_op(ebb, list, "truncate", &at, NULL);
    CU_ASSERT_EQUAL(ebb_list_count(ebb_list_from(list)), 1);
    CU_ASSERT_EQUAL(third->holds, 1);
    call_op(ebb, list, "truncate", &nothing, NULL); /* without a number: to none */
    CU_ASSERT_EQUAL(ebb_list_count(ebb_list_from(list)), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 2);
    call_op(ebb, list, "clear", NULL, NULL);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
    CU_ASSERT_EQUAL(ebb_steps(ebb), steps); /* plain data: no step of the world */
    ebb_object_release(list);
}

static void scenarios_call_it(void) {
    CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET);
    subject_sweep(ops_body, NULL);
}

/* Removing from the front while something beyond the end is still held must not lose the hold on that. */
static void cut_and_removed_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *list = NULL;
    struct ebb_value first = ebb_value_int(0), two = ebb_value_int(2), result = EBB_VALUE_NIL;
    NEED(ebb_list_kind.make(ebb, &list, "list", NULL));
    for (int i = 0; i < 4; i++) {
        struct ebb_value value = slice_value(ebb);
        call_op(ebb, list, "append", &value, NULL);
        ebb_value_release(value);
    }
    call_op(ebb, list, "truncate", &two, NULL);
    call_op(ebb, list, "remove", &first, &result);
    ebb_value_release(result);
    CU_ASSERT_EQUAL(ebb_list_count(ebb_list_from(list)), 1);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 3);
    CU_ASSERT_EQUAL(traced(list).count, 3);
    ebb_object_release(list);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
}

static void removing_keeps_what_is_out_of_sight(void) {
    CU_ASSERT_EQUAL(subject_once(cut_and_removed_body, NULL), EBB_END_QUIET);
}

struct misuse {
    const char *verb;
    int64_t number;
    bool nil;
};
static void misuse_body(struct ebb *ebb, void *arg) {
    const struct misuse *misuse = arg;
    struct ebb_object *list = NULL;
    struct ebb_value value = ebb_value_int(misuse->number), results[2] = {EBB_VALUE_NIL, EBB_VALUE_NIL};
    NEED(ebb_list_kind.make(ebb, &list, "list", NULL));
    NEED(ebb_list_append(ebb_list_from(list), ebb_value_int(7)));
    const struct ebb_op *op = ebb_op_find(&ebb_list_kind, str_of(misuse->verb));
    op->call(ebb, misuse->nil ? NULL : list, &value, results);
}

static void misuse_panics(void) {
    static const struct {
        struct misuse misuse;
        const char *told;
    } rows[] = {
        {{"remove", 1, false}, "index out of range [1] with length 1"},
        {{"remove", -1, false}, "index out of range [-1] with length 1"},
        {{"truncate", 2, false}, "slice bounds out of range [:2] with length 1"},
        {{"truncate", -1, false}, "slice bounds out of range [:-1] with length 1"},
        {{"append", 1, true}, "append of a nil list"},
        {{"remove", 0, true}, "remove of a nil list"},
    };
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        struct misuse misuse = rows[i].misuse;
        subject_panics(misuse_body, &misuse, rows[i].told);
    }
}

static void left_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_list *list = NULL;
    NEED(ebb_list_make(ebb, &list, "list"));
    struct ebb_value value = slice_value(ebb);
    NEED(ebb_list_append(list, value));
}

/* A list in a list in a list …: their ends must not lie inside one another on a stack. */
static void deep_body(struct ebb *ebb, void *arg) {
    struct ebb_list *outer = NULL;
    for (int i = 0; i < 300000; i++) {
        struct ebb_list *list = NULL;
        NEED(ebb_list_make(ebb, &list, "list"));
        if (outer != NULL) NEED(ebb_list_append(list, ebb_value_object(ebb_list_object(outer))));
        ebb_list_drop(outer);
        outer = list;
    }
    *(uint32_t *)arg = census_live(ebb_census(ebb), KIND_LIST);
    ebb_list_drop(outer);
    *(uint32_t *)arg -= census_live(ebb_census(ebb), KIND_LIST);
}

static void a_deep_chain_ends(void) {
    uint32_t ended = 0;
    CU_ASSERT_EQUAL(subject_once(deep_body, &ended), EBB_END_QUIET);
    CU_ASSERT_EQUAL(ended, 300000);
}

static void is_reaped(void) { CU_ASSERT_EQUAL(subject_once(left_body, NULL), EBB_END_QUIET); }

CU_TestInfo list_tests[] = {
    {"keeps_the_order", keeps_the_order},
    {"holds_what_is_in_it", holds_what_is_in_it},
    {"what_is_cut_off_stays_held", what_is_cut_off_stays_held},
    {"lists_of_lists_end_together", lists_of_lists_end_together},
    {"scenarios_call_it", scenarios_call_it},
    {"removing_keeps_what_is_out_of_sight", removing_keeps_what_is_out_of_sight},
    {"misuse_panics", misuse_panics},
    {"a_deep_chain_ends", a_deep_chain_ends},
    {"is_reaped", is_reaped},
    CU_TEST_INFO_NULL,
};
