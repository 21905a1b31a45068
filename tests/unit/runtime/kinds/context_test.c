/* SPDX-License-Identifier: MIT */
/* context_test.c — a cancellation reaches all that is below it, once; what nobody cancels is left. */
#include "kinds/context/context.h"

#include "tests/unit/world_test.h"

static struct ebb_context *root, *left, *right, *leaf;

static void set(struct ebb *ebb) {
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &root, "root", NULL), OK);
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &left, "left", root), OK);
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &right, "right", root), OK);
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &leaf, "leaf", left), OK);
}

static void waits(struct ebb *ebb, void *arg) {
    struct ebb_context *context = *(struct ebb_context **)arg;
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_context_done(context), NULL), EBB_CLOSED);
    note(ebb_context_deadline_exceeded(context) ? 'd' : 'c');
}

static void cancels(struct ebb *ebb, void *arg) {
    struct ebb_context *context = *(struct ebb_context **)arg;
    CU_ASSERT_FALSE(ebb_context_cancelled(context));
    ebb_context_cancel(ebb, context);
    CU_ASSERT_TRUE(ebb_context_cancelled(context));
    CU_ASSERT_FALSE(ebb_context_deadline_exceeded(context));
    ebb_context_cancel(ebb, context); /* again: a step and nothing else */
}

static void a_cancellation_goes_down(void) {
    struct played played = PERFORM(set, {"root", waits, &root}, {"leaf", waits, &leaf}, {"right", waits, &right},
                                   {"cancels", cancels, &root});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "ccc");
    CU_ASSERT_EQUAL(played.remains[KIND_CONTEXT], 0);
}

static void and_not_up_or_aside(void) {
    struct played played = PERFORM(set, {"root", waits, &root}, {"leaf", waits, &leaf}, {"right", waits, &right},
                                   {"cancels", cancels, &left});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "c");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 2);
    CU_ASSERT_EQUAL(played.remains[KIND_CONTEXT], 2);
}

static void forgets(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_context *context = NULL;
    NEED(ebb_context_make(ebb, &context, "forgotten", NULL));
    ebb_context_drop(context);
}

static void what_nobody_cancels_is_left(void) {
    struct played played = PERFORM(NULL, {"forgets", forgets, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.live[KIND_CONTEXT], 1); /* it holds itself */
    CU_ASSERT_EQUAL(played.remains[KIND_CONTEXT], 1);
    CU_ASSERT_EQUAL(ebb_context_kind.left, EBB_LEFT_CONTEXT);
}

static void drops_and_cancels(struct ebb *ebb, void *arg) {
    (void)arg;
    set(ebb);
    struct ebb_chan *done = ebb_chan_hold(ebb_context_done(leaf));
    CU_ASSERT_EQUAL(ebb_context_object(root)->holds, 4); /* ours, its own, two children */
    ebb_context_drop(left);
    ebb_context_drop(leaf);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 4);
    ebb_context_cancel(ebb, root);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 2); /* those nobody names have gone */
    ebb_context_drop(root);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 2); /* right holds it */
    ebb_context_drop(right);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 1); /* a channel outlives its context */
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, done, NULL), EBB_CLOSED);
    ebb_chan_drop(done);
    ebb_context_drop(NULL);
}

static void the_cancelled_go_with_their_last_name(void) {
    CU_ASSERT_EQUAL(subject_once(drops_and_cancels, NULL), EBB_END_QUIET);
}

static void born_below_the_cancelled(struct ebb *ebb, void *arg) {
    (void)arg;
    set(ebb);
    ebb_context_cancel(ebb, left);
    struct ebb_context *late = NULL, *later = NULL;
    NEED(ebb_context_make(ebb, &late, "late", leaf));
    NEED(ebb_context_make_deadline(ebb, &later, "later", late, 1000));
    CU_ASSERT_TRUE(ebb_context_cancelled(late) && ebb_context_cancelled(later));
    CU_ASSERT_FALSE(ebb_context_deadline_exceeded(later));
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_context_done(later), NULL), EBB_CLOSED);
    CU_ASSERT_EQUAL(ebb_context_kind.remains(ebb_context_object(later)), 0);
}

static void below_the_cancelled_all_are_cancelled(void) {
    struct played played = PERFORM(NULL, {"born", born_below_the_cancelled, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.now_ns, 0); /* its deadline has never been set */
    CU_ASSERT_EQUAL(played.remains[KIND_CONTEXT], 2);
}

/* --- deadlines --------------------------------------------------------------------------------------------------- */

static void set_deadline(struct ebb *ebb) {
    CU_ASSERT_EQUAL(ebb_context_make_deadline(ebb, &root, "root", NULL, 1000), OK);
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &left, "left", root), OK);
    CU_ASSERT_EQUAL(ebb_context_make_deadline(ebb, &leaf, "leaf", left, 5000), OK);
}

static void a_deadline_cancels(void) {
    struct played played = PERFORM(set_deadline, {"root", waits, &root}, {"leaf", waits, &leaf});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "dd");
    CU_ASSERT_EQUAL(played.now_ns, 1000); /* the later deadline has gone with its context */
    CU_ASSERT_EQUAL(played.remains[KIND_CONTEXT], 0);
}

static void cancelling_stops_the_deadline(void) {
    struct played played = PERFORM(set_deadline, {"leaf", waits, &leaf}, {"cancels", cancels, &root});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "c");
    CU_ASSERT_EQUAL(played.now_ns, 0);
}

static void steps(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 3; i++) ebb_step(ebb);
    note(ebb_context_cancelled(root) ? 'x' : '-');
}

static void a_deadline_may_come_early(void) {
    const uint32_t picks[] = {0, 1};
    struct play play = {.set = set_deadline, .picks = picks, .pick_count = 2, .any = true};
    play.parts[0] = (struct part){"steps", steps, NULL};
    struct played played = perform(&play);
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "x");
}

static void past_deadlines(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_context *past = NULL;
    NEED(ebb_context_make_deadline(ebb, &past, "past", NULL, -5));
    CU_ASSERT_TRUE(ebb_context_cancelled(past) && ebb_context_deadline_exceeded(past));
    struct ebb_context *child = NULL;
    NEED(ebb_context_make(ebb, &child, "child", past));
    CU_ASSERT_TRUE(ebb_context_deadline_exceeded(child));
    ebb_context_drop(child);
    ebb_context_drop(past);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 0);
}

static void a_deadline_in_the_past_is_over(void) { CU_ASSERT_EQUAL(subject_once(past_deadlines, NULL), EBB_END_QUIET); }

/* --- the rest ---------------------------------------------------------------------------------------------------- */

enum { CHAIN = 20000 };
static void long_chain(struct ebb *ebb, void *arg) {
    struct ebb_context *last = NULL, *first = NULL;
    for (int i = 0; i < CHAIN; i++) {
        struct ebb_context *next = NULL;
        NEED(ebb_context_make(ebb, &next, "link", last));
        if (first == NULL) first = ebb_context_hold(next);
        ebb_context_drop(last);
        last = next;
    }
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), CHAIN);
    if (arg == NULL) ebb_context_drop(last); /* then they die from within the cancellation, else all at the end */
    ebb_context_cancel(ebb, first);
    ebb_context_drop(first);
    if (arg != NULL) ebb_context_drop(last);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 0);
}

static void a_chain_may_be_longer_than_a_stack(void) {
    CU_ASSERT_EQUAL(subject_once(long_chain, NULL), EBB_END_QUIET);
    CU_ASSERT_EQUAL(subject_once(long_chain, &root), EBB_END_QUIET);
}

static void closes_done(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, ebb_context_done(root));
    ebb_context_cancel(ebb, root);
}

static void the_subject_may_close_done_itself(void) {
    struct played played = PERFORM(set, {"closes", closes_done, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *parent = NULL, *child = NULL;
    struct ebb_value args[2] = {EBB_VALUE_NIL, EBB_VALUE_NIL};
    NEED(ebb_context_kind.make(ebb, &parent, "parent", args));
    args[0] = ebb_value_object(parent);
    args[1] = (struct ebb_value){.type = EBB_DURATION, .integer = 100};
    NEED(ebb_context_kind.make(ebb, &child, "child", args));
    CU_ASSERT_EQUAL(traced(child).count, 2);
    CU_ASSERT_PTR_EQUAL(traced(child).last, parent);
    CU_ASSERT_PTR_EQUAL(traced(parent).last, ebb_context_done_object(parent));
    CU_ASSERT_TRUE(ebb_context_done_object(child)->flags & EBB_FLAG_INNER);
    CU_ASSERT_STRING_EQUAL(ebb_context_done_object(child)->node.birth.label, "child");
    call_op(ebb, child, "cancel", NULL, NULL);
    call_op(ebb, parent, "cancel", NULL, NULL);
    ebb_object_release(parent);
    ebb_object_release(child);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CONTEXT), 0);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

CU_TestInfo context_tests[] = {
    {"a_cancellation_goes_down", a_cancellation_goes_down},
    {"and_not_up_or_aside", and_not_up_or_aside},
    {"what_nobody_cancels_is_left", what_nobody_cancels_is_left},
    {"the_cancelled_go_with_their_last_name", the_cancelled_go_with_their_last_name},
    {"below_the_cancelled_all_are_cancelled", below_the_cancelled_all_are_cancelled},
    {"a_deadline_cancels", a_deadline_cancels},
    {"cancelling_stops_the_deadline", cancelling_stops_the_deadline},
    {"a_deadline_may_come_early", a_deadline_may_come_early},
    {"a_deadline_in_the_past_is_over", a_deadline_in_the_past_is_over},
    {"a_chain_may_be_longer_than_a_stack", a_chain_may_be_longer_than_a_stack},
    {"the_subject_may_close_done_itself", the_subject_may_close_done_itself},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
