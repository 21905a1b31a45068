/* SPDX-License-Identifier: MIT */
/* scope_test.c — the variables of an activation: scopes within scopes, and who keeps which alive. */
#include "kinds/scope/scope.h"

#include "kinds/slice/slice.h"
#include "kinds_test.h"

static void variables_body(struct ebb *ebb, void *arg) {
    struct ebb_scope *scope = NULL;
    NEED(ebb_scope_make(ebb, &scope, NULL, 2, "code", arg));
    CU_ASSERT_STRING_EQUAL(ebb_scope_code(scope), "code");
    CU_ASSERT_PTR_EQUAL(ebb_scope_owner(scope), arg);
    CU_ASSERT_PTR_NULL(ebb_scope_outer(scope));
    CU_ASSERT_EQUAL(ebb_scope_get(scope, 0).type, EBB_NIL);
    CU_ASSERT_EQUAL(ebb_scope_get(scope, 1).type, EBB_NIL);
    ebb_scope_set(scope, 1, ebb_value_int(5));
    CU_ASSERT_EQUAL(ebb_scope_get(scope, 1).integer, 5);
    CU_ASSERT_EQUAL(ebb_scope_get(scope, 0).type, EBB_NIL);
    CU_ASSERT_PTR_EQUAL(ebb_scope_from(ebb_scope_object(scope)), scope);
    CU_ASSERT(ebb_scope_object(scope)->flags & EBB_FLAG_INNER); /* never a finding of its own */
    CU_ASSERT_EQUAL(ebb_steps(ebb), 0);
    ebb_scope_drop(scope);
    ebb_scope_drop(NULL);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SCOPE), 0);
}

static void has_variables(void) {
    int owner = 0;
    CU_ASSERT_EQUAL(subject_once(variables_body, &owner), EBB_END_QUIET);
    subject_sweep(variables_body, &owner);
}

static void chain_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_scope *scopes[4] = {NULL};
    for (int i = 0; i < 4; i++) {
        NEED(ebb_scope_make(ebb, &scopes[i], i == 0 ? NULL : scopes[i - 1], 1, NULL, NULL));
        ebb_scope_set(scopes[i], 0, ebb_value_int(i));
        if (i > 0) ebb_scope_drop(scopes[i - 1]); /* the inner one holds it now */
    }
    for (uint32_t hops = 0; hops < 4; hops++) {
        struct ebb_scope *up = ebb_scope_up(scopes[3], hops);
        CU_ASSERT_PTR_EQUAL(up, scopes[3 - hops]);
        CU_ASSERT_EQUAL(ebb_scope_get(up, 0).integer, 3 - hops);
        CU_ASSERT_EQUAL(ebb_scope_object(up)->holds, 1);
    }
    CU_ASSERT_PTR_EQUAL(ebb_scope_outer(scopes[1]), scopes[0]);
    struct ebb_scope *closure = ebb_scope_hold(scopes[1]);
    ebb_scope_drop(scopes[3]);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SCOPE), 2); /* what the closure names, and what is around that */
    ebb_scope_drop(closure);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SCOPE), 0);
}

static void inner_ones_keep_outer_ones(void) {
    CU_ASSERT_EQUAL(subject_once(chain_body, NULL), EBB_END_QUIET);
    subject_sweep(chain_body, NULL);
}

static void holds_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_scope *outer = NULL, *inner = NULL;
    struct ebb_slice *slice = NULL;
    NEED(ebb_scope_make(ebb, &outer, NULL, 1, NULL, NULL));
    NEED(ebb_scope_make(ebb, &inner, outer, 3, NULL, NULL));
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    struct ebb_value value = ebb_value_object(ebb_slice_object(slice));
    CU_ASSERT_PTR_EQUAL(traced(ebb_scope_object(inner)).last, ebb_scope_object(outer));
    for (uint32_t i = 0; i < 3; i++) {
        ebb_value_hold(value);
        ebb_scope_set(inner, i, value);
    }
    CU_ASSERT_EQUAL(value.object->holds, 4);
    CU_ASSERT_EQUAL(traced(ebb_scope_object(inner)).count, 4); /* once per hold, and the outer scope */
    CU_ASSERT_EQUAL(traced(ebb_scope_object(outer)).count, 0);
    ebb_value_hold(value);
    ebb_scope_set(inner, 0, value); /* the same again: one in, one out */
    CU_ASSERT_EQUAL(value.object->holds, 4);
    ebb_scope_set(inner, 1, EBB_VALUE_NIL);
    CU_ASSERT_EQUAL(value.object->holds, 3);
    ebb_scope_drop(inner);
    CU_ASSERT_EQUAL(value.object->holds, 1);
    ebb_scope_drop(outer);
    ebb_slice_drop(slice);
}

static void holds_what_its_variables_name(void) {
    CU_ASSERT_EQUAL(subject_once(holds_body, NULL), EBB_END_QUIET);
    subject_sweep(holds_body, NULL);
}

/* A variable that names a scope inside: a closure stored where it was made. Only reaping ends that. */
static void circle_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_scope *outer = NULL, *inner = NULL;
    NEED(ebb_scope_make(ebb, &outer, NULL, 1, NULL, NULL));
    NEED(ebb_scope_make(ebb, &inner, outer, 0, NULL, NULL));
    ebb_scope_set(outer, 0, ebb_value_object(ebb_scope_object(inner)));
    ebb_scope_drop(outer);
}

static void a_circle_is_reaped(void) { CU_ASSERT_EQUAL(subject_once(circle_body, NULL), EBB_END_QUIET); }

CU_TestInfo scope_tests[] = {
    {"has_variables", has_variables},
    {"inner_ones_keep_outer_ones", inner_ones_keep_outer_ones},
    {"holds_what_its_variables_name", holds_what_its_variables_name},
    {"a_circle_is_reaped", a_circle_is_reaped},
    CU_TEST_INFO_NULL,
};
