/* SPDX-License-Identifier: MIT */
/* waitgroup_test.c — a counter that lets everybody go at zero, and never goes below. */
#include "kinds/waitgroup/waitgroup.h"

#include "tests/unit/world_test.h"

static struct ebb_waitgroup *group;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_waitgroup_make(ebb, &group, "wg"), OK); }

static void waits(struct ebb *ebb, void *arg) {
    ebb_waitgroup_wait(ebb, group);
    note(*(const char *)arg);
}

static void works(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_waitgroup_add(ebb, group, 2);
    ebb_yield(ebb);
    note('1');
    ebb_waitgroup_done(ebb, group);
    ebb_yield(ebb);
    note('2');
    ebb_waitgroup_done(ebb, group);
    CU_ASSERT_EQUAL(ebb_waitgroup_count(group), 0);
}

static void all_go_on_at_zero(void) {
    struct played played = PERFORM(set, {"works", works, NULL}, {"a", waits, "a"}, {"b", waits, "b"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "12ab");
    played = PERFORM(set, {"a", waits, "a"}); /* it is zero to begin with */
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.steps, 1);
}

static void adds(struct ebb *ebb, void *arg) { ebb_waitgroup_add(ebb, group, *(const int64_t *)arg); }

static void one_too_many_waits_for_ever(void) {
    int64_t two = 2, minus_one = -1;
    struct played played = PERFORM(set, {"adds", adds, &two}, {"a", waits, "a"}, {"takes", adds, &minus_one});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
}

static void drops_to_zero_and_rises(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_waitgroup_add(ebb, group, 1);
    ebb_yield(ebb);
    ebb_waitgroup_done(ebb, group);
    ebb_waitgroup_add(ebb, group, 1); /* before the one that was woken runs */
    note('+');
}

static void the_woken_go_on_whatever_happens(void) {
    struct played played = PERFORM(set, {"rises", drops_to_zero_and_rises, NULL}, {"a", waits, "a"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "+a");
}

static void below_zero_panics(void) {
    int64_t minus_one = -1, most = INT64_MAX, one = 1;
    struct played played = PERFORM(set, {"takes", adds, &minus_one});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "negative waitgroup counter wg");
    played = PERFORM(set, {"adds", adds, &most}, {"more", adds, &one});
    CU_ASSERT_STRING_EQUAL(played.fault, "waitgroup wg overflows");
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made = NULL;
    struct ebb_value none = EBB_VALUE_NIL, two = ebb_value_int(2);
    NEED(ebb_waitgroup_kind.make(ebb, &made, "made", &none));
    struct ebb_waitgroup *alias = ebb_waitgroup_hold((struct ebb_waitgroup *)(void *)made);
    CU_ASSERT_PTR_EQUAL(ebb_waitgroup_object(alias), made);
    call_op(ebb, made, "add", &none, NULL); /* 1 */
    call_op(ebb, made, "add", &two, NULL);
    CU_ASSERT_EQUAL(ebb_waitgroup_count(alias), 3);
    for (int i = 0; i < 3; i++) call_op(ebb, made, "done", NULL, NULL);
    call_op(ebb, made, "wait", NULL, NULL);
    ebb_waitgroup_drop(alias);
    ebb_object_release(made);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_WAITGROUP), 0);
    ebb_waitgroup_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

CU_TestInfo waitgroup_tests[] = {
    {"all_go_on_at_zero", all_go_on_at_zero},
    {"one_too_many_waits_for_ever", one_too_many_waits_for_ever},
    {"the_woken_go_on_whatever_happens", the_woken_go_on_whatever_happens},
    {"below_zero_panics", below_zero_panics},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
