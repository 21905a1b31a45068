/* SPDX-License-Identifier: MIT */
/* select_test.c — one of several: which, when, and what becomes of the others. */
#include "kinds/select/select.h"

#include "tests/unit/world_test.h"

static struct ebb_chan *left, *right;

static void set(struct ebb *ebb) {
    CU_ASSERT_EQUAL(ebb_chan_make(ebb, &left, "left", 0, sizeof(int)), OK);
    CU_ASSERT_EQUAL(ebb_chan_make(ebb, &right, "right", 0, sizeof(int)), OK);
}

static void set_buffered(struct ebb *ebb) {
    CU_ASSERT_EQUAL(ebb_chan_make(ebb, &left, "left", 2, sizeof(int)), OK);
    CU_ASSERT_EQUAL(ebb_chan_make(ebb, &right, "right", 2, sizeof(int)), OK);
}

static int one = 1, two = 2;

static void sends_left(struct ebb *ebb, void *arg) {
    ebb_chan_send(ebb, left, arg);
    note('l');
}

static void sends_right(struct ebb *ebb, void *arg) {
    ebb_chan_send(ebb, right, arg);
    note('r');
}

/* Receives from either, and notes the case. */
static void receives_either(struct ebb *ebb, void *arg) {
    int got = 0;
    enum ebb_wake why = EBB_TIMEOUT;
    struct ebb_case cases[] = {{left, EBB_CASE_RECV, NULL, &got}, {right, EBB_CASE_RECV, NULL, &got}};
    uint32_t index = ebb_select(ebb, cases, 2, EBB_NEVER, &why);
    note((char)('0' + index));
    CU_ASSERT_EQUAL(why, arg == NULL ? EBB_CLOSED : EBB_DONE);
    CU_ASSERT_EQUAL(got, arg == NULL ? 0 : *(const int *)arg);
}

static void the_ready_one_is_taken(void) {
    struct played played = PERFORM(set, {"r", sends_right, &two}, {"s", receives_either, &two});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "1r");
    played = PERFORM(set, {"s", receives_either, &two}, {"r", sends_right, &two}); /* it waited for both */
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "r1");
}

/* It is woken once, and then waits nowhere: the sender on the other side finds nobody. */
static void the_others_are_left(void) {
    struct played played =
        PERFORM(set, {"s", receives_either, &one}, {"l", sends_left, &one}, {"r", sends_right, &two});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "l0");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
}

struct watching {
    struct ebb_chooser chooser;
    uint32_t cases_seen, pick;
};

static uint32_t watching_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct watching *self = BASE_OWNER(chooser, struct watching, chooser);
    if (choice->what != EBB_CHOOSE_CASE) return 0;
    self->cases_seen = choice->count;
    return self->pick;
}

static void three_of_four_ready(struct ebb *ebb, void *arg) {
    int got = 0;
    ebb_chan_send(ebb, left, &one);
    struct ebb_case cases[] = {
        {left, EBB_CASE_RECV, NULL, &got},
        {right, EBB_CASE_RECV, NULL, &got},
        {left, EBB_CASE_SEND, &two, NULL},
        {right, EBB_CASE_SEND, &two, NULL},
    };
    *(uint32_t *)arg = ebb_select(ebb, cases, 4, EBB_NEVER, NULL);
}

static void among_the_ready_the_chooser_picks(void) {
    const uint32_t expected[] = {0, 2, 3};
    for (uint32_t pick = 0; pick < 3; pick++) {
        struct watching watching = {.chooser = {watching_pick}, .pick = pick};
        struct subject subject;
        uint32_t index = 99;
        subject_open(&subject, &watching.chooser, 0);
        set_buffered(subject.ebb);
        subject_run(&subject, three_of_four_ready, &index);
        CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
        CU_ASSERT_EQUAL(watching.cases_seen, 3);
        CU_ASSERT_EQUAL(index, expected[pick]);
        subject_close(&subject);
    }
}

/* --- default ------------------------------------------------------------------------------------------------------ */

static void polls_twice(struct ebb *ebb, void *arg) {
    struct ebb_case cases[] = {{left, EBB_CASE_RECV, NULL, NULL}, {right, EBB_CASE_SEND, arg, NULL}};
    for (int i = 0; i < 2; i++) {
        uint32_t index = ebb_select_default(ebb, cases, 2, NULL);
        note(index == EBB_SELECT_DEFAULT ? 'd' : (char)('0' + index));
    }
}

static void default_sees_only_who_is_parked(void) {
    struct played played = PERFORM(set, {"p", polls_twice, &one}, {"l", sends_left, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "d0l"); /* a poll gives way, and the sender parks */
    const uint32_t picks[] = {0, 1};           /* against the default it goes on before the sender has parked */
    struct play play = {.set = set, .picks = picks, .pick_count = 2};
    play.parts[0] = (struct part){"p", polls_twice, &one};
    play.parts[1] = (struct part){"l", sends_left, &one};
    played = perform(&play);
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "dd");
}

/* Two that poll each other never meet: neither ever waits. */
static void polls_left(struct ebb *ebb, void *arg) {
    struct ebb_case one_case = {left, arg == NULL ? EBB_CASE_RECV : EBB_CASE_SEND, arg, NULL};
    for (int i = 0; i < 50; i++) CU_ASSERT_EQUAL(ebb_select_default(ebb, &one_case, 1, NULL), EBB_SELECT_DEFAULT);
}

static void two_pollers_never_meet(void) {
    struct played played = PERFORM(set, {"a", polls_left, &one}, {"b", polls_left, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.steps, 100);
}

/* --- closed, nil, none ------------------------------------------------------------------------------------------- */

static void closes_right(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, right);
}

static void sends_either(struct ebb *ebb, void *arg) {
    struct ebb_case cases[] = {{left, EBB_CASE_SEND, arg, NULL}, {right, EBB_CASE_SEND, arg, NULL}};
    note((char)('0' + ebb_select(ebb, cases, 2, EBB_NEVER, NULL)));
}

static void closing(void) {
    struct played played = PERFORM(set, {"c", closes_right, NULL}, {"s", receives_either, NULL});
    CU_ASSERT_STRING_EQUAL(diary.text, "1");
    played = PERFORM(set, {"s", receives_either, NULL}, {"c", closes_right, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "1");
    played = PERFORM(set, {"c", closes_right, NULL}, {"s", sends_either, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "send on closed channel right");
    played = PERFORM(set, {"s", sends_either, &one}, {"c", closes_right, NULL}); /* also while waiting */
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "send on closed channel right");
}

/* Several wait in the same select for the same close; and one select may name a channel twice, either way. */
static void twice_the_same(struct ebb *ebb, void *arg) {
    struct ebb_case cases[] = {
        {left, EBB_CASE_RECV, NULL, NULL}, {left, EBB_CASE_RECV, NULL, NULL}, {left, EBB_CASE_SEND, arg, NULL}};
    note((char)('0' + ebb_select(ebb, cases, 3, EBB_NEVER, NULL)));
}

static void a_channel_may_be_named_twice(void) {
    struct played played = PERFORM(set, {"s", twice_the_same, &one}); /* it does not meet itself */
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    played = PERFORM(set, {"s", twice_the_same, &one}, {"l", sends_left, &two});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "l0");
    played = PERFORM(set, {"s", twice_the_same, &one}, {"t", twice_the_same, &two});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "02"); /* t receives what s sends: its first ready case */
}

static void waits_for_nothing(struct ebb *ebb, void *arg) {
    struct ebb_case nil[] = {{NULL, EBB_CASE_RECV, NULL, NULL}, {NULL, EBB_CASE_SEND, &one, NULL}};
    CU_ASSERT_EQUAL(ebb_select_default(ebb, nil, 2, NULL), EBB_SELECT_DEFAULT);
    CU_ASSERT_EQUAL(ebb_select_default(ebb, NULL, 0, NULL), EBB_SELECT_DEFAULT);
    CU_ASSERT_EQUAL(ebb_select(ebb, nil, 2, 500, NULL), EBB_SELECT_TIMEOUT);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 500);
    (void)ebb_select(ebb, nil, arg == NULL ? 0 : 2, EBB_NEVER, NULL);
    note('!');
}

static void nil_and_nothing_wait_for_ever(void) {
    struct played played = PERFORM(NULL, {"none", waits_for_nothing, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "");
    played = PERFORM(NULL, {"nil", waits_for_nothing, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
}

/* --- deadlines ---------------------------------------------------------------------------------------------------- */

static void gives_up(struct ebb *ebb, void *arg) {
    int got = 0;
    (void)arg;
    struct ebb_case cases[] = {{left, EBB_CASE_RECV, NULL, &got}};
    note(ebb_select(ebb, cases, 1, 1000, NULL) == EBB_SELECT_TIMEOUT ? 't' : 'g');
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 1000);
    note(ebb_select(ebb, cases, 1, 1000, NULL) == EBB_SELECT_TIMEOUT ? 't' : 'g');
    CU_ASSERT_EQUAL(got, 1);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 1500); /* and nothing rings at 2000 */
}

static void sends_at_1500(struct ebb *ebb, void *arg) {
    (void)ebb_sleep(ebb, 1500);
    ebb_chan_send(ebb, left, arg);
}

static void a_select_may_give_up(void) {
    struct played played = PERFORM(set, {"g", gives_up, NULL}, {"l", sends_at_1500, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "tg");
    CU_ASSERT_EQUAL(played.now_ns, 1500);
}

static void many_cases(struct ebb *ebb, void *arg) {
    struct ebb_case cases[LIMIT_SELECT_CASES];
    (void)arg;
    for (uint32_t i = 0; i < LIMIT_SELECT_CASES; i++)
        cases[i] = (struct ebb_case){i + 1 < LIMIT_SELECT_CASES ? right : left, EBB_CASE_RECV, NULL, NULL};
    CU_ASSERT_EQUAL(ebb_select(ebb, cases, LIMIT_SELECT_CASES, EBB_NEVER, NULL), LIMIT_SELECT_CASES - 1);
}

static void as_many_as_the_limit(void) {
    struct played played = PERFORM(set, {"m", many_cases, NULL}, {"l", sends_left, &one});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
}

CU_TestInfo select_tests[] = {
    {"the_ready_one_is_taken", the_ready_one_is_taken},
    {"the_others_are_left", the_others_are_left},
    {"among_the_ready_the_chooser_picks", among_the_ready_the_chooser_picks},
    {"default_sees_only_who_is_parked", default_sees_only_who_is_parked},
    {"two_pollers_never_meet", two_pollers_never_meet},
    {"closing", closing},
    {"a_channel_may_be_named_twice", a_channel_may_be_named_twice},
    {"nil_and_nothing_wait_for_ever", nil_and_nothing_wait_for_ever},
    {"a_select_may_give_up", a_select_may_give_up},
    {"as_many_as_the_limit", as_many_as_the_limit},
    CU_TEST_INFO_NULL,
};
