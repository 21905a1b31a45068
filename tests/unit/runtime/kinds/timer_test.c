/* SPDX-License-Identifier: MIT */
/* timer_test.c — once, later: by channel or by callback; stopped, reset, early, late, and never. */
#include "kinds/timer/timer.h"

#include "tests/unit/world_test.h"

static struct ebb_timer *timer;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_timer_make(ebb, &timer, "t", 1000), OK); }

static void receives(struct ebb *ebb, void *arg) {
    int64_t when_ns = 0;
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_timer_chan(timer), &when_ns), EBB_DONE);
    CU_ASSERT_EQUAL(when_ns, *(const int64_t *)arg);
    note('r');
}

static void sends_the_time_once(void) {
    int64_t due_ns = 1000;
    struct played played = PERFORM(set, {"one", receives, &due_ns}, {"two", receives, &due_ns});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "r");
    CU_ASSERT_EQUAL(played.now_ns, 1000);
    CU_ASSERT_EQUAL(played.remains[KIND_TIMER], 0);
}

/* It goes off on the way to something later, and what it sent says when. */
static void sleeps_and_receives(struct ebb *ebb, void *arg) {
    (void)ebb_sleep(ebb, 5000);
    CU_ASSERT_FALSE(ebb_timer_armed(timer));
    receives(ebb, arg);
}

static void fires_on_the_way(void) {
    int64_t due_ns = 1000;
    struct played played = PERFORM(set, {"sleeps", sleeps_and_receives, &due_ns});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.now_ns, 5000);
}

static void stops(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_TRUE(ebb_timer_stop(ebb, timer));
    CU_ASSERT_FALSE(ebb_timer_stop(ebb, timer));
    CU_ASSERT_EQUAL(ebb_timer_kind.remains(ebb_timer_object(timer)), 0);
    ebb_timer_drop(timer);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_TIMER), 0);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 0);
}

static void a_stopped_timer_is_gone(void) {
    struct played played = PERFORM(set, {"stops", stops, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.steps, 2);
    CU_ASSERT_EQUAL(played.now_ns, 0);
}

static void stops_late(struct ebb *ebb, void *arg) {
    int64_t when_ns = 0;
    (void)arg;
    (void)ebb_sleep(ebb, 2000);
    CU_ASSERT_FALSE(ebb_timer_stop(ebb, timer));                                   /* it has fired … */
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, ebb_timer_chan(timer), &when_ns, NULL)); /* … and nobody drained it */
    CU_ASSERT_FALSE(ebb_timer_reset(ebb, timer, 100));
    CU_ASSERT_TRUE(ebb_timer_reset(ebb, timer, 300)); /* armed by the reset before */
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_timer_chan(timer), &when_ns), EBB_DONE);
    CU_ASSERT_EQUAL(when_ns, 2300);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 2300);
}

static void stop_and_reset_tell_and_do_not_drain(void) {
    struct played played = PERFORM(set, {"late", stops_late, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.remains[KIND_TIMER], 0);
}

static void resets_over_a_full_channel(struct ebb *ebb, void *arg) {
    int64_t when_ns = 0;
    (void)arg;
    (void)ebb_sleep(ebb, 2000);
    (void)ebb_timer_reset(ebb, timer, 100);
    (void)ebb_sleep(ebb, 1000);
    CU_ASSERT_FALSE(ebb_timer_armed(timer)); /* fired into a full channel: lost */
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, ebb_timer_chan(timer), &when_ns, NULL));
    CU_ASSERT_EQUAL(when_ns, 1000);
    CU_ASSERT_FALSE(ebb_chan_try_recv(ebb, ebb_timer_chan(timer), &when_ns, NULL));
}

static void a_full_channel_loses_the_time(void) {
    CU_ASSERT_EQUAL(PERFORM(set, {"resets", resets_over_a_full_channel, NULL}).end, EBB_END_QUIET);
}

static void nothing(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_timer_drop(timer);
    ebb_step(ebb);
}

static void an_armed_timer_is_left(void) {
    struct played played = PERFORM(set, {"drops", nothing, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET); /* it would wake nobody */
    CU_ASSERT_EQUAL(played.live[KIND_TIMER], 1);
    CU_ASSERT_EQUAL(played.remains[KIND_TIMER], 1);
    CU_ASSERT_EQUAL(played.now_ns, 0);
}

static void settling_lets_it_end(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    set(subject.ebb);
    subject_run(&subject, nothing, NULL);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_TIMER), 1);
    ebb_settle(subject.ebb);
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), KIND_TIMER), 0); /* fired, dropped, dead */
    CU_ASSERT(census_empty(ebb_census(subject.ebb)));
    subject_close(&subject);
}

/* --- early ------------------------------------------------------------------------------------------------------- */

static void polls(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_step(ebb);
    note(ebb_chan_try_recv(ebb, ebb_timer_chan(timer), NULL, NULL) ? 'y' : 'n');
}

static void it_may_fire_while_others_run(void) {
    const uint32_t picks[] = {1}; /* the alarm, which is the last option */
    struct play play = {.set = set, .picks = picks, .pick_count = 1, .any = true};
    play.parts[0] = (struct part){"polls", polls, NULL};
    struct played played = perform(&play);
    CU_ASSERT_STRING_EQUAL(diary.text, "y");
    CU_ASSERT_EQUAL(played.now_ns, 1000);
    play.pick_count = 0;
    played = perform(&play);
    CU_ASSERT_STRING_EQUAL(diary.text, "n");
    play.any = false;
    play.pick_count = 1; /* there is nothing to choose from */
    played = perform(&play);
    CU_ASSERT_STRING_EQUAL(diary.text, "n");
    CU_ASSERT_EQUAL(played.now_ns, 0);
}

/* --- callbacks --------------------------------------------------------------------------------------------------- */

static struct ebb_chan *retained;

static void called(struct ebb *ebb, void *arg) {
    note(*(const char *)arg);
    CU_ASSERT_STRING_EQUAL(ebb_co_object(ebb_current(ebb))->node.birth.label, "later");
    CU_ASSERT_EQUAL(ebb_co_object(ebb_current(ebb))->node.birth.owner, 0);
    if (retained == NULL) return;
    CU_ASSERT_EQUAL(traced(ebb_co_object(ebb_current(ebb))).count, 1);
    CU_ASSERT_PTR_EQUAL(traced(ebb_co_object(ebb_current(ebb))).last, ebb_chan_object(retained));
    ebb_chan_send(ebb, retained, NULL);
}

static void set_callback(struct ebb *ebb) {
    retained = NULL;
    CU_ASSERT_EQUAL(ebb_timer_make_callback(ebb, &timer, "later", 1000, called, "c"), OK);
    CU_ASSERT_PTR_NULL(ebb_timer_chan(timer));
}

static void resets_the_callback(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_TRUE(ebb_timer_reset(ebb, timer, 2000));
    (void)ebb_sleep(ebb, 1500);
    note('a');
    (void)ebb_sleep(ebb, 1000);
    note('b');
    CU_ASSERT_FALSE(ebb_timer_reset(ebb, timer, 2000));
    CU_ASSERT_TRUE(ebb_timer_stop(ebb, timer));
    CU_ASSERT_FALSE(ebb_timer_reset(ebb, timer, 2000));
}

static void a_callback_starts_a_coroutine(void) {
    struct played played = PERFORM(set_callback, {"resets", resets_the_callback, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "acbc");
    CU_ASSERT_EQUAL(played.now_ns, 4500);
    CU_ASSERT_EQUAL(played.remains[KIND_TIMER], 0);
}

/* The timer and then the callback's coroutine keep what is retained; nobody else does. */
static void retains(struct ebb *ebb, void *arg) {
    const bool *stops_it = arg;
    struct ebb_chan *first = NULL;
    NEED(ebb_timer_make_callback(ebb, &timer, "later", 1000, called, "c"));
    NEED(ebb_chan_make(ebb, &first, "first", 0, 0));
    NEED(ebb_chan_make(ebb, &retained, "retained", 1, 0));
    ebb_timer_retain(timer, ebb_chan_object(first));
    ebb_chan_drop(first);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 2);
    ebb_timer_retain(timer, ebb_chan_object(retained)); /* replaces the first */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 1);
    CU_ASSERT_PTR_EQUAL(traced(ebb_timer_object(timer)).last, ebb_chan_object(retained));
    ebb_chan_drop(retained);
    if (*stops_it) CU_ASSERT_TRUE(ebb_timer_stop(ebb, timer));
    ebb_timer_drop(timer);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), *stops_it ? 0 : 1);
}

static void what_is_retained_lives_until_the_end(void) {
    bool no = false, yes = true;
    struct played played = PERFORM(NULL, {"retains", retains, &no});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "c");
    CU_ASSERT_EQUAL(played.live[KIND_CHAN], 0);
    CU_ASSERT_EQUAL(played.live[KIND_TIMER], 0);
    played = PERFORM(NULL, {"retains", retains, &yes});
    CU_ASSERT_STRING_EQUAL(diary.text, "");
}

static void panics(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_panic(ebb, "in a callback");
}

static void callback_panics(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_chan *chan = NULL;
    NEED(ebb_chan_make(ebb, &chan, "c", 0, 0));
    NEED(ebb_timer_make_callback(ebb, &timer, "later", 1000, panics, NULL));
    ebb_timer_retain(timer, ebb_chan_object(chan));
}

static void a_callback_may_panic(void) {
    struct played played = PERFORM(NULL, {"arms", callback_panics, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "in a callback");
}

/* --- the rest ---------------------------------------------------------------------------------------------------- */

static void closes(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, ebb_timer_chan(timer));
    (void)ebb_sleep(ebb, 5000);
    CU_ASSERT_FALSE(ebb_timer_armed(timer));
}

static void the_subject_may_close_its_channel(void) {
    CU_ASSERT_EQUAL(PERFORM(set, {"closes", closes, NULL}).end, EBB_END_QUIET);
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made = NULL;
    struct ebb_value delay = {.type = EBB_DURATION, .integer = 700}, ok = EBB_VALUE_NIL, got = EBB_VALUE_NIL;
    retained = NULL;
    NEED(ebb_timer_kind.make(ebb, &made, "made", &delay));
    CU_ASSERT_TRUE(ebb_timer_chan_object(made)->flags & EBB_FLAG_INNER);
    CU_ASSERT_PTR_EQUAL(traced(made).last, ebb_timer_chan_object(made));
    struct ebb_timer *alias = ebb_timer_hold((struct ebb_timer *)(void *)made);
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, ebb_timer_chan(alias), &got), EBB_DONE);
    CU_ASSERT(got.type == EBB_DURATION && got.integer == 700); /* scenarios receive values */
    call_op(ebb, made, "stop", NULL, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 0);
    call_op(ebb, made, "reset", &delay, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 0);
    call_op(ebb, made, "stop", NULL, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 1);
    ebb_timer_drop(alias);
    ebb_object_release(made);
    NEED(ebb_timer_make_callback(ebb, &timer, "later", 1000, called, "c"));
    ebb_timer_drop(timer);
    (void)ebb_sleep(ebb, 2000);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_TIMER), 0);
    ebb_timer_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

/* A callback that cannot be started ends the run: there is no verdict about what did not happen. */
static void parks(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_chan_recv(ebb, NULL, NULL);
}

static void fills_the_slots(struct ebb *ebb, void *arg) {
    struct subject *subject = arg;
    set_callback(ebb);
    while (ebb->slot_next < ebb->ready.capacity) NEED(ebb_go(ebb, NULL, "one", parks, NULL));
    subject->probe.fail_at = subject->probe.requests + 1; /* the next spawn has to make room */
}

static void a_refused_callback_ends_the_run(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, fills_the_slots, &subject);
    CU_ASSERT_EQUAL(subject.end, EBB_END_NOMEM);
    subject_close(&subject);
}

CU_TestInfo timer_tests[] = {
    {"sends_the_time_once", sends_the_time_once},
    {"fires_on_the_way", fires_on_the_way},
    {"a_stopped_timer_is_gone", a_stopped_timer_is_gone},
    {"stop_and_reset_tell_and_do_not_drain", stop_and_reset_tell_and_do_not_drain},
    {"a_full_channel_loses_the_time", a_full_channel_loses_the_time},
    {"an_armed_timer_is_left", an_armed_timer_is_left},
    {"settling_lets_it_end", settling_lets_it_end},
    {"it_may_fire_while_others_run", it_may_fire_while_others_run},
    {"a_callback_starts_a_coroutine", a_callback_starts_a_coroutine},
    {"what_is_retained_lives_until_the_end", what_is_retained_lives_until_the_end},
    {"a_callback_may_panic", a_callback_may_panic},
    {"the_subject_may_close_its_channel", the_subject_may_close_its_channel},
    {"scenarios_and_refusals", scenarios_and_refusals},
    {"a_refused_callback_ends_the_run", a_refused_callback_ends_the_run},
    CU_TEST_INFO_NULL,
};
