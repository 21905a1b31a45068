/* SPDX-License-Identifier: MIT */
/* chan_test.c — sending, receiving and closing, by whom, in what order, and what goes wrong by the book. */
#include "kinds/chan/chan.h"

#include "tests/unit/world_test.h"

static struct ebb_chan *chan;

static void set_meeting(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_chan_make(ebb, &chan, "c", 0, sizeof(int)), OK); }
static void set_two(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_chan_make(ebb, &chan, "c", 2, sizeof(int)), OK); }

static void sends(struct ebb *ebb, void *arg) {
    ebb_chan_send(ebb, chan, arg);
    note('s');
}

static void receives(struct ebb *ebb, void *arg) {
    int got = -1;
    enum ebb_wake why = ebb_chan_recv(ebb, chan, &got);
    CU_ASSERT_EQUAL(got, why == EBB_CLOSED ? 0 : *(const int *)arg);
    note(why == EBB_CLOSED ? 'x' : 'r');
}

static int one = 1, two = 2, three = 3, four = 4;

static void without_capacity_they_meet(void) {
    struct played played = PERFORM(set_meeting, {"sends", sends, &one}, {"receives", receives, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.steps, 2);
    played = PERFORM(set_meeting, {"receives", receives, &one}, {"sends", sends, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    played = PERFORM(set_meeting, {"sends", sends, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_EQUAL(played.remains[KIND_CHAN], 0); /* it has not been sent */
}

static void with_capacity_senders_go_ahead(void) {
    struct played played = PERFORM(set_two, {"a", sends, &one}, {"b", sends, &two}, {"c", sends, &three});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "ss");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
    CU_ASSERT_EQUAL(played.remains[KIND_CHAN], 2); /* messages nobody received */
}

static void first_come_first_served(void) {
    struct played played = PERFORM(set_two, {"a", sends, &one}, {"b", sends, &two}, {"c", sends, &three},
                                   {"r", receives, &one}, {"s", receives, &two}, {"t", receives, &three});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    played = PERFORM(set_meeting, {"r", receives, &one}, {"s", receives, &two}, {"a", sends, &one}, {"b", sends, &two});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "ssrr");
}

/* --- closing ----------------------------------------------------------------------------------------------------- */

static void closes(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, chan);
    note('c');
}

static void closing_wakes_all_receivers(void) {
    struct played played = PERFORM(set_meeting, {"r", receives, NULL}, {"s", receives, NULL}, {"c", closes, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "cxx");
}

static void what_was_sent_comes_before_the_end(void) {
    struct played played = PERFORM(set_two, {"a", sends, &one}, {"b", sends, &two}, {"c", closes, NULL},
                                   {"r", receives, &one}, {"s", receives, &two}, {"t", receives, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "sscrrx");
}

static void sending_on_a_closed_one_panics(void) {
    struct played played = PERFORM(set_two, {"c", closes, NULL}, {"a", sends, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "send on closed channel c");
    played = PERFORM(set_meeting, {"a", sends, &one}, {"c", closes, NULL}); /* also while waiting */
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "send on closed channel c");
    CU_ASSERT_STRING_EQUAL(diary.text, "c");
}

static void closing_twice_panics(void) {
    struct played played = PERFORM(set_two, {"c", closes, NULL}, {"d", closes, NULL});
    CU_ASSERT_STRING_EQUAL(played.fault, "close of closed channel c");
}

/* --- nil ----------------------------------------------------------------------------------------------------------- */

static void set_nil(struct ebb *ebb) {
    (void)ebb;
    chan = NULL;
}

static void tries_nil(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_FALSE(ebb_chan_try_send(ebb, NULL, &one));
    CU_ASSERT_FALSE(ebb_chan_try_recv(ebb, NULL, NULL, NULL));
    CU_ASSERT_EQUAL(ebb_chan_len(NULL), 0);
    CU_ASSERT_EQUAL(ebb_chan_capacity(NULL), 0);
    CU_ASSERT_PTR_NULL(ebb_chan_hold(NULL));
    ebb_chan_drop(NULL);
}

static void nil_waits_for_ever(void) {
    struct played played = PERFORM(set_nil, {"a", sends, &one}, {"r", receives, &one}, {"t", tries_nil, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 2);
    played = PERFORM(set_nil, {"c", closes, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "close of nil channel");
}

/* --- tries --------------------------------------------------------------------------------------------------------- */

/* Parked and about to park are not the same: a try sees only those that wait already. */
static void tries_twice(struct ebb *ebb, void *arg) {
    note(ebb_chan_try_send(ebb, chan, arg) ? 'y' : 'n');
    note(ebb_chan_try_send(ebb, chan, arg) ? 'y' : 'n');
}

static void a_try_sees_only_who_is_parked(void) {
    /* t polls, then the receiver parks, then t has luck. */
    struct played played = PERFORM(set_meeting, {"t", tries_twice, &one}, {"r", receives, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "nyr");
    const uint32_t picks[] = {0, 1}; /* against the default, t goes on before r has parked */
    struct play play = {.set = set_meeting, .picks = picks, .pick_count = 2};
    play.parts[0] = (struct part){"t", tries_twice, &one};
    play.parts[1] = (struct part){"r", receives, &one};
    played = perform(&play);
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "nn");
}

static void tries_all(struct ebb *ebb, void *arg) {
    int got = 7;
    enum ebb_wake why = EBB_TIMEOUT;
    (void)arg;
    CU_ASSERT_FALSE(ebb_chan_try_recv(ebb, chan, &got, &why));
    CU_ASSERT(got == 7 && why == EBB_TIMEOUT); /* untouched */
    CU_ASSERT_TRUE(ebb_chan_try_send(ebb, chan, &one));
    CU_ASSERT_TRUE(ebb_chan_try_send(ebb, chan, &two));
    CU_ASSERT_FALSE(ebb_chan_try_send(ebb, chan, &three));
    CU_ASSERT_EQUAL(ebb_chan_len(chan), 2);
    CU_ASSERT_EQUAL(ebb_chan_capacity(chan), 2);
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, chan, &got, &why));
    CU_ASSERT(got == 1 && why == EBB_DONE);
    CU_ASSERT_TRUE(ebb_chan_try_send(ebb, chan, &four)); /* around the end of the ring */
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, chan, NULL, NULL));
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, chan, &got, &why));
    CU_ASSERT_EQUAL(got, 4);
    ebb_chan_close(ebb, chan);
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, chan, &got, &why));
    CU_ASSERT(got == 0 && why == EBB_CLOSED);
    (void)ebb_chan_try_send(ebb, chan, &one);
}

static void tries_never_wait(void) {
    struct played played = PERFORM(set_two, {"t", tries_all, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC); /* the last line */
    CU_ASSERT_STRING_EQUAL(played.fault, "send on closed channel c");
}

/* --- items --------------------------------------------------------------------------------------------------------- */

struct odd {
    char bytes[13];
};

static void sends_odd(struct ebb *ebb, void *arg) {
    struct odd odd = {"twelve bytes"};
    for (char i = 0; i < 10; i++) {
        odd.bytes[0] = (char)('a' + i);
        ebb_chan_send(ebb, arg, &odd);
    }
    ebb_chan_close(ebb, arg);
    ebb_chan_drop(arg);
}

static void items_of_any_size(struct ebb *ebb, void *arg) {
    struct ebb_chan *odds = NULL;
    (void)arg;
    NEED(ebb_chan_make(ebb, &odds, "odds", 3, sizeof(struct odd)));
    NEED(ebb_go(ebb, NULL, "sends", sends_odd, ebb_chan_hold(odds)));
    struct odd odd;
    char expected = 'a';
    while (ebb_chan_recv(ebb, odds, &odd) == EBB_DONE) {
        CU_ASSERT_EQUAL(odd.bytes[0], expected++);
        CU_ASSERT_STRING_EQUAL(odd.bytes + 1, "welve bytes");
    }
    CU_ASSERT_EQUAL(expected, 'a' + 10);
    ebb_chan_drop(odds);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 0);
}

/* A channel sent over a channel is held by the message; with the channel go its messages, and what they hold. */
static void channels_over_channels(struct ebb *ebb, void *arg) {
    struct ebb_object *outer = NULL, *inner = NULL;
    struct ebb_value capacity = ebb_value_int(3), none = EBB_VALUE_NIL, got[2] = {EBB_VALUE_NIL, EBB_VALUE_NIL};
    (void)arg;
    NEED(ebb_chan_kind.make(ebb, &outer, "outer", &capacity));
    NEED(ebb_chan_kind.make(ebb, &inner, "inner", &none));
    struct ebb_value message = ebb_value_object(inner);
    call_op(ebb, outer, "send", &message, NULL);
    call_op(ebb, outer, "send", &message, NULL);
    call_op(ebb, outer, "try_send", &message, got);
    CU_ASSERT(got[0].type == EBB_BOOL && got[0].integer == 1);
    CU_ASSERT_EQUAL(inner->holds, 4);
    CU_ASSERT_EQUAL(traced(outer).count, 3);
    CU_ASSERT_PTR_EQUAL(traced(outer).last, inner);
    CU_ASSERT_EQUAL(ebb_chan_kind.weight(outer), 3);
    ebb_object_release(inner);
    call_op(ebb, outer, "recv", NULL, got);
    CU_ASSERT(got[0].object == inner && got[1].integer == 1);
    ebb_value_release(got[0]);
    CU_ASSERT_TRUE(ebb_chan_try_recv(ebb, ebb_chan_from(outer), NULL, NULL)); /* nobody wants it: released */
    CU_ASSERT_EQUAL(inner->holds, 1);
    ebb_object_release(outer);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_CHAN), 0);
}

static void the_rest_of_the_table(struct ebb *ebb, void *arg) {
    struct ebb_object *made = NULL;
    struct ebb_value capacity = ebb_value_int(1), got[2] = {EBB_VALUE_NIL, EBB_VALUE_NIL};
    (void)arg;
    NEED(ebb_chan_kind.make(ebb, &made, "made", &capacity));
    call_op(ebb, made, "try_recv", NULL, got);
    CU_ASSERT(got[0].type == EBB_NIL && got[1].type == EBB_BOOL && got[1].integer == 0);
    call_op(ebb, made, "close", NULL, NULL);
    call_op(ebb, made, "recv", NULL, got);
    CU_ASSERT(got[0].type == EBB_NIL && got[1].integer == 0);
    ebb_object_release(made);
}

static void scenarios_and_refusals(void) {
    void (*const bodies[])(struct ebb *, void *) = {items_of_any_size, channels_over_channels, the_rest_of_the_table};
    for (size_t i = 0; i < BASE_COUNT(bodies); i++) {
        CU_ASSERT_EQUAL(subject_once(bodies[i], NULL), EBB_END_QUIET);
        subject_sweep(bodies[i], NULL);
    }
}

CU_TestInfo chan_tests[] = {
    {"without_capacity_they_meet", without_capacity_they_meet},
    {"with_capacity_senders_go_ahead", with_capacity_senders_go_ahead},
    {"first_come_first_served", first_come_first_served},
    {"closing_wakes_all_receivers", closing_wakes_all_receivers},
    {"what_was_sent_comes_before_the_end", what_was_sent_comes_before_the_end},
    {"sending_on_a_closed_one_panics", sending_on_a_closed_one_panics},
    {"closing_twice_panics", closing_twice_panics},
    {"nil_waits_for_ever", nil_waits_for_ever},
    {"a_try_sees_only_who_is_parked", a_try_sees_only_who_is_parked},
    {"tries_never_wait", tries_never_wait},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
