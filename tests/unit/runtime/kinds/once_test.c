/* SPDX-License-Identifier: MIT */
/* once_test.c — at most once, whoever comes, and also when it goes wrong. */
#include "kinds/once/once.h"

#include "tests/unit/world_test.h"

static struct ebb_once *once;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_once_make(ebb, &once, "init"), OK); }

static void quick(struct ebb *ebb, void *arg) {
    (void)ebb, (void)arg;
    note('f');
}

static void slow(struct ebb *ebb, void *arg) {
    (void)arg;
    note('(');
    ebb_yield(ebb);
    note(')');
}

static void does(struct ebb *ebb, void *arg) {
    ebb_once_do(ebb, once, slow, NULL);
    note(*(const char *)arg);
}

static void the_others_wait_for_its_end(void) {
    struct played played = PERFORM(set, {"a", does, "a"}, {"b", does, "b"}, {"c", does, "c"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "()abc");
    /* a: look, lock, yield, unlock. b and c: look, lock in vain, lock, unlock. */
    CU_ASSERT_EQUAL(played.steps, 4 + 4 + 4);
}

static void does_twice(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_FALSE(ebb_once_is_done(once));
    ebb_once_do(ebb, once, quick, NULL);
    CU_ASSERT_TRUE(ebb_once_is_done(once));
    uint64_t steps = ebb_steps(ebb);
    ebb_once_do(ebb, once, quick, NULL);
    CU_ASSERT_EQUAL(ebb_steps(ebb), steps + 1); /* a glance is enough */
}

static void later_a_glance_is_enough(void) {
    struct played played = PERFORM(set, {"twice", does_twice, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "f");
}

static void panics(struct ebb *ebb, void *arg) {
    (void)arg;
    note('p');
    ebb_panic(ebb, "no luck");
}

static void recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    const char *text = ebb_recover(ebb);
    CU_ASSERT_PTR_NOT_NULL(text);
    if (text != NULL) CU_ASSERT_STRING_EQUAL(text, "no luck");
    CU_ASSERT_TRUE(ebb_once_is_done(once)); /* its own deferred call came first */
    note('r');
}

static struct ebb_defer defer;
static void body_that_recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_defer(ebb, &defer, recovers, NULL);
    ebb_once_do(ebb, once, panics, NULL);
    note('!');
}

static void recovering_caller(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_FALSE(ebb_call(ebb, body_that_recovers, NULL));
    ebb_once_do(ebb, once, quick, NULL); /* done, and not locked */
}

static void a_panic_counts_as_done(void) {
    struct played played = PERFORM(set, {"caller", recovering_caller, NULL}, {"b", does, "b"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "prb");
}

static void panicking_caller(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_once_do(ebb, once, panics, NULL);
}

static void the_panic_goes_on(void) {
    struct played played = PERFORM(set, {"caller", panicking_caller, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "no luck");
}

/* A deferred call of the function itself recovers: for the once that is an ordinary return. */
static void forgets(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_PTR_NOT_NULL(ebb_recover(ebb));
}

static void panics_and_recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_defer(ebb, &defer, forgets, NULL);
    ebb_panic(ebb, "forgotten");
}

static void tolerant_caller(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_once_do(ebb, once, panics_and_recovers, NULL);
    note('a');
    ebb_once_do(ebb, once, quick, NULL);
    CU_ASSERT_TRUE(ebb_once_is_done(once));
}

static void what_recovers_itself_returns(void) {
    struct played played = PERFORM(set, {"caller", tolerant_caller, NULL}, {"b", does, "b"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "ab");
}

static void again(struct ebb *ebb, void *arg) {
    (void)arg;
    note('1');
    ebb_once_do(ebb, once, quick, NULL);
    note('2');
}

static void calls_itself(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_once_do(ebb, once, again, NULL);
}

static void a_call_from_within_waits_for_ever(void) {
    struct played played = PERFORM(set, {"itself", calls_itself, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "1");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made = NULL;
    struct ebb_value none = EBB_VALUE_NIL;
    NEED(ebb_once_kind.make(ebb, &made, "made", &none));
    struct ebb_once *alias = ebb_once_hold(ebb_once_from(made));
    CU_ASSERT_PTR_EQUAL(ebb_once_object(alias), made);
    ebb_once_do(ebb, alias, quick, NULL);
    ebb_once_drop(alias);
    ebb_object_release(made);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_ONCE), 0);
    ebb_once_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

CU_TestInfo once_tests[] = {
    {"the_others_wait_for_its_end", the_others_wait_for_its_end},
    {"later_a_glance_is_enough", later_a_glance_is_enough},
    {"a_panic_counts_as_done", a_panic_counts_as_done},
    {"the_panic_goes_on", the_panic_goes_on},
    {"what_recovers_itself_returns", what_recovers_itself_returns},
    {"a_call_from_within_waits_for_ever", a_call_from_within_waits_for_ever},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
