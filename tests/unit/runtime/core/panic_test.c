/* SPDX-License-Identifier: MIT */
/* panic_test.c — deferred calls in their order, recovery where it is due, and the end where there is none. */
#include "kinds/chan/chan.h"

#include "tests/unit/world_test.h"

/* A deferred call of a test: writes its letter; recovers, or panics itself, if told to. */
struct deferred {
    struct ebb_defer storage;
    char letter;
    enum { PASS, RECOVER, RECOVER_TWICE, PANIC, RECOVER_AND_PANIC, CALL } what;
    const char *expected; /* what the panic says, where one is recovered */
    void (*inner)(struct ebb *, void *);
};

static void expect_recovery(struct ebb *ebb, const char *expected) {
    const char *text = ebb_recover(ebb);
    CU_ASSERT_EQUAL(text == NULL, expected == NULL);
    if (text != NULL && expected != NULL) CU_ASSERT_STRING_EQUAL(text, expected);
}

static void deferred_run(struct ebb *ebb, void *arg) {
    struct deferred *self = arg;
    note(self->letter);
    if (self->what == RECOVER || self->what == RECOVER_TWICE || self->what == RECOVER_AND_PANIC)
        expect_recovery(ebb, self->expected);
    if (self->what == RECOVER_TWICE) expect_recovery(ebb, NULL);
    if (self->what == PANIC || self->what == RECOVER_AND_PANIC) ebb_panic(ebb, "from %c", self->letter);
    if (self->what == CALL) (void)ebb_call(ebb, self->inner, NULL);
    ebb_step(ebb); /* verbs work in there */
    note(self->letter);
}

static void defer(struct ebb *ebb, struct deferred *one) { ebb_defer(ebb, &one->storage, deferred_run, one); }

/* --- in their order ------------------------------------------------------------------------------------------------ */

static void three_and_return(struct ebb *ebb, void *arg) {
    struct deferred *all = arg;
    for (int i = 0; i < 3; i++) defer(ebb, &all[i]);
    note('b');
}

static void three_and_panic(struct ebb *ebb, void *arg) {
    three_and_return(ebb, arg);
    ebb_panic(ebb, "number %d", 7);
}

static void calls_three(struct ebb *ebb, void *arg) {
    (void)arg;
    struct deferred all[3] = {{.letter = '1'}, {.letter = '2'}, {.letter = '3'}};
    CU_ASSERT_TRUE(ebb_call(ebb, three_and_return, all));
    note('.');
    all[1] = (struct deferred){.letter = '2', .what = RECOVER_TWICE, .expected = "number 7"};
    CU_ASSERT_FALSE(ebb_call(ebb, three_and_panic, all));
    note('.');
    expect_recovery(ebb, NULL);                                                   /* nothing is left of it */
    all[0] = (struct deferred){.letter = '1', .what = RECOVER, .expected = NULL}; /* recovered before: no panic */
    CU_ASSERT_FALSE(ebb_call(ebb, three_and_panic, all));
}

static void deferred_calls_run_last_first(void) {
    CU_ASSERT_EQUAL(PERFORM(NULL, {"main", calls_three, NULL}).end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "b332211.b332211.b332211");
}

/* --- through several frames ---------------------------------------------------------------------------------------- */

static struct deferred outer_defer, middle_defer, inner_defer;

static void inner_body(struct ebb *ebb, void *arg) {
    defer(ebb, &inner_defer);
    ebb_panic(ebb, "%s", (const char *)arg);
}

static void middle_body(struct ebb *ebb, void *arg) {
    defer(ebb, &middle_defer);
    CU_ASSERT_FALSE(ebb_call(ebb, inner_body, arg));
    note('!');
}

static void outer_body(struct ebb *ebb, void *arg) {
    defer(ebb, &outer_defer);
    if (ebb_call(ebb, middle_body, arg)) note('m');
    note('n');
}

static void outermost(struct ebb *ebb, void *arg) { note(ebb_call(ebb, outer_body, arg) ? 't' : 'f'); }

static struct played frames(struct deferred outer, struct deferred middle, struct deferred inner) {
    outer_defer = outer;
    middle_defer = middle;
    inner_defer = inner;
    return PERFORM(NULL, {"main", outermost, "deep"});
}

static void the_frame_that_recovers_returns(void) {
    struct deferred o = {.letter = 'o'}, m = {.letter = 'm'}, i = {.letter = 'i'};
    struct deferred m_recovers = {.letter = 'm', .what = RECOVER, .expected = "deep"};
    struct deferred i_recovers = {.letter = 'i', .what = RECOVER, .expected = "deep"};
    CU_ASSERT_EQUAL(frames(o, m_recovers, i).end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "iimmnoot"); /* 'n' without 'm': the middle call was unwound */
    CU_ASSERT_EQUAL(frames(o, m, i_recovers).end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "ii!mmmnoot");
}

static void nobody_recovers(void) {
    struct deferred o = {.letter = 'o'}, m = {.letter = 'm'}, i = {.letter = 'i'};
    struct played played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "deep");
    CU_ASSERT_STRING_EQUAL(diary.text, "iimmoo"); /* all deferred calls, and nothing after them */
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
}

static void a_panic_in_a_deferred_call_replaces_the_first(void) {
    struct deferred o = {.letter = 'o', .what = RECOVER, .expected = "from i"};
    struct deferred m = {.letter = 'm'}, i = {.letter = 'i', .what = PANIC};
    struct played played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "immoof");
    i = (struct deferred){.letter = 'i', .what = RECOVER_AND_PANIC, .expected = "deep"};
    played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    o.what = PASS;
    played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "from i");
    m = (struct deferred){.letter = 'm', .what = PANIC}; /* and that is replaced in its turn */
    played = frames(o, m, i);
    CU_ASSERT_STRING_EQUAL(played.fault, "from m");
}

/* --- a call within a deferred call -------------------------------------------------------------------------------- */

static struct deferred nested_defer;

static void nested_panics(struct ebb *ebb, void *arg) {
    (void)arg;
    nested_defer = (struct deferred){.letter = 'x', .what = RECOVER, .expected = "nested"};
    defer(ebb, &nested_defer);
    ebb_panic(ebb, "nested");
}

static void nested_panics_for_good(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_panic(ebb, "nested");
}

static void a_recovery_within_leaves_the_panic_around_it(void) {
    struct deferred o = {.letter = 'o'}, i = {.letter = 'i', .what = CALL, .inner = nested_panics};
    struct deferred m = {.letter = 'm', .what = RECOVER, .expected = "deep"};
    struct played played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "ixximmnoot");
    m.what = PASS;
    played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "deep");
    i.inner = nested_panics_for_good;
    played = frames(o, m, i);
    CU_ASSERT_STRING_EQUAL(played.fault, "nested");
    m = (struct deferred){.letter = 'm', .what = RECOVER_TWICE, .expected = "nested"}; /* the first has gone with it */
    played = frames(o, m, i);
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
}

/* Once more, and again: records of past panics must not pile up or come back. */
static void panics_often(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        struct deferred one = {.letter = '.', .what = i % 2 == 0 ? RECOVER : CALL, .expected = "again"};
        struct deferred last = {.letter = '.', .what = RECOVER, .expected = i % 2 == 0 ? NULL : "again"};
        one.inner = nested_panics;
        outer_defer = last;
        inner_defer = one;
        expect_recovery(ebb, NULL);
        middle_defer = (struct deferred){.letter = '.'};
        if (i % 2 == 0) {
            CU_ASSERT_FALSE(ebb_call(ebb, inner_body, "again"));
        } else {
            CU_ASSERT_FALSE(ebb_call(ebb, outer_body, "again"));
        }
    }
}

static void a_thousand_panics(void) { CU_ASSERT_EQUAL(PERFORM(NULL, {"main", panics_often, NULL}).end, EBB_END_QUIET); }

/* --- waiting in between -------------------------------------------------------------------------------------------- */

static struct ebb_chan *chan;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_chan_make(ebb, &chan, "c", 0, 0), OK); }

static void waits_deferred(struct ebb *ebb, void *arg) {
    (void)arg;
    note('w');
    CU_ASSERT_EQUAL(ebb_chan_recv(ebb, chan, NULL), EBB_DONE);
    expect_recovery(ebb, "later");
    note('v');
}

static void panics_and_waits_body(struct ebb *ebb, void *arg) {
    static struct ebb_defer storage;
    (void)arg;
    ebb_defer(ebb, &storage, waits_deferred, NULL);
    ebb_panic(ebb, "later");
}

static void panics_and_waits(struct ebb *ebb, void *arg) {
    CU_ASSERT_FALSE(ebb_call(ebb, panics_and_waits_body, arg));
    note('.');
}

static void panics_and_recovers_meanwhile(struct ebb *ebb, void *arg) {
    (void)arg;
    nested_panics_for_good(ebb, NULL);
}

static void sends(struct ebb *ebb, void *arg) {
    (void)arg;
    expect_recovery(ebb, NULL); /* the panic of another is none of ours */
    note('s');
    ebb_chan_send(ebb, chan, NULL);
}

static void a_deferred_call_may_wait(void) {
    struct played played = PERFORM(set, {"p", panics_and_waits, NULL}, {"s", sends, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "wsv.");
    played = PERFORM(set, {"p", panics_and_waits, NULL}); /* and be left waiting: then nobody has panicked yet */
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    played = PERFORM(set, {"p", panics_and_waits, NULL}, {"q", panics_and_recovers_meanwhile, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "nested");
}

/* --- what a panic tells, and what it releases ---------------------------------------------------------------------- */

static void panics_at_a_line(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_at(ebb, 99);
    ebb_chan_close(ebb, chan);
    ebb_chan_close(ebb, chan);
}

static void panics_about_the_past(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, chan);
    ebb_chan_drop(chan);
    char text[400];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ebb_panic(ebb, "%s", text);
}

static void the_fault_tells_who_and_where(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    set(subject.ebb);
    CU_ASSERT_PTR_NULL(ebb_fault(subject.ebb));
    subject_run(&subject, panics_at_a_line, NULL);
    const struct ebb_fault *fault = ebb_fault(subject.ebb);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fault); /* outside: here it may be */
    CU_ASSERT_STRING_EQUAL(fault->text, "close of closed channel c");
    CU_ASSERT_STRING_EQUAL(fault->verb, "close");
    CU_ASSERT_PTR_EQUAL(fault->on, ebb_chan_object(chan));
    CU_ASSERT_EQUAL(fault->line, 99);
    CU_ASSERT_EQUAL(fault->co->head.node.birth.serial, 2);
    subject_close(&subject);
}

static void the_fault_names_nothing_that_is_gone(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    set(subject.ebb);
    subject_run(&subject, panics_about_the_past, NULL);
    const struct ebb_fault *fault = ebb_fault(subject.ebb);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fault);
    CU_ASSERT_PTR_NULL(fault->on);
    CU_ASSERT_EQUAL(strlen(fault->text), sizeof fault->text - 1); /* shortened, not overflowed */
    subject_close(&subject);
}

struct rooted {
    struct ebb_roots roots;
    char letter;
};
static void rooted_release(struct ebb_roots *roots) { note(BASE_OWNER(roots, struct rooted, roots)->letter); }

static void roots_and_panic(struct ebb *ebb, void *arg) {
    struct rooted one = {{.release = rooted_release}, 'a'}, two = {{.release = rooted_release}, 'b'};
    defer(ebb, arg);
    ebb_roots_push(ebb, &one.roots);
    ebb_roots_push(ebb, &two.roots);
    ebb_panic(ebb, "over them");
}

static void calls_roots(struct ebb *ebb, void *arg) {
    (void)arg;
    struct rooted outer = {{.release = rooted_release}, 'o'};
    struct deferred recovers = {.letter = 'r', .what = RECOVER, .expected = "over them"};
    ebb_roots_push(ebb, &outer.roots);
    CU_ASSERT_FALSE(ebb_call(ebb, roots_and_panic, &recovers));
    ebb_roots_pop(ebb, &outer.roots); /* still there, and not released by us */
}

static void a_recovery_releases_what_it_passes(void) {
    CU_ASSERT_EQUAL(PERFORM(NULL, {"main", calls_roots, NULL}).end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "rrba"); /* after the deferred calls, which may still use it; innermost first */
}

CU_TestInfo panic_tests[] = {
    {"deferred_calls_run_last_first", deferred_calls_run_last_first},
    {"the_frame_that_recovers_returns", the_frame_that_recovers_returns},
    {"nobody_recovers", nobody_recovers},
    {"a_panic_in_a_deferred_call_replaces_the_first", a_panic_in_a_deferred_call_replaces_the_first},
    {"a_recovery_within_leaves_the_panic_around_it", a_recovery_within_leaves_the_panic_around_it},
    {"a_thousand_panics", a_thousand_panics},
    {"a_deferred_call_may_wait", a_deferred_call_may_wait},
    {"the_fault_tells_who_and_where", the_fault_tells_who_and_where},
    {"the_fault_names_nothing_that_is_gone", the_fault_names_nothing_that_is_gone},
    {"a_recovery_releases_what_it_passes", a_recovery_releases_what_it_passes},
    CU_TEST_INFO_NULL,
};
