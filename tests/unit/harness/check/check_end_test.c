/* SPDX-License-Identifier: MIT */
/* check_end_test.c — a world that stopped half-way: the panic, or the budget, and nothing else. */
#include "check_yard.h"

/* Leaves something of every phase behind, so that silence about it means something. */
static void litter(struct yard *yard) {
    (void)toy_make(yard->ebb, EBB_LEFT_TIMER, "timer", 1);
    struct toy *page = toy_make(yard->ebb, EBB_LEFT_OBJECT, "page", 0);
    page->used_bytes = 1;
    page->held_bytes = 1 << 20;
}

static void body_close_twice(struct ebb *ebb, void *chan) {
    ebb_at(ebb, 8);
    ebb_chan_close(ebb, chan);
    ebb_at(ebb, 9);
    ebb_chan_close(ebb, chan);
}

static void body_close_nil(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_chan_close(ebb, NULL);
}

static void body_just_panic(struct ebb *ebb, void *chan) {
    ebb_chan_close(ebb, chan);
    ebb_chan_drop(chan); /* the object of its last verb is gone */
    ebb_panic(ebb, "assertion failed: %s", "x > 0");
}

static void panics(void (*body)(struct ebb *, void *), const char *told, const char *text, uint32_t line) {
    for (int phase = CHECK_HELD; phase <= CHECK_LEFT; phase++) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){0});
        struct ebb_chan *done = yard_chan(&yard, "done", 0), *never = yard_chan(&yard, "never", 0);
        litter(&yard);
        yard_go(&yard, "waiter", body_recv, never);
        yard_go(&yard, "closer", body, done);
        yard_run(&yard, (enum check_phase)phase);
        CU_ASSERT_EQUAL(yard.view.end, EBB_END_PANIC);
        yard_only(&yard, told);
        CU_ASSERT_STRING_EQUAL(yard.at[0].text, text);
        CU_ASSERT_EQUAL(yard.at[0].line, line);
        yard_close(&yard);
    }
}

static void test_panic(void) {
    panics(body_close_twice, "panic closer|close|done 1", "close of closed channel done", 9);
    panics(body_close_nil, "panic closer|close|nil 1", "close of nil channel", 0);
    panics(body_just_panic, "panic closer|close| 1", "assertion failed: x > 0", 0);
}

static void body_poll(struct ebb *ebb, void *chan) {
    ebb_at(ebb, 21);
    while (!ebb_chan_try_recv(ebb, chan, NULL, NULL)) continue;
}

static void test_limit(void) {
    for (uint32_t pollers = 1; pollers <= 3; pollers += 2) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){.step_max = 500});
        struct ebb_chan *never = yard_chan(&yard, "never", 0);
        litter(&yard);
        yard_go(&yard, "waiter", body_recv, never);
        for (uint32_t i = 0; i < pollers; i++) yard_go(&yard, "poller", body_poll, never);
        for (int phase = CHECK_HELD; phase <= CHECK_LEFT; phase++) {
            if (phase == CHECK_HELD) yard.view.end = ebb_run(yard.ebb);
            yard_judge(&yard, (enum check_phase)phase);
            yard_only(&yard, "limit steps|try_recv|never 500");
            CU_ASSERT_STRING_EQUAL(yard.at[0].text,
                                   pollers == 1 ? "still runnable: poller" : "still runnable: poller and 2 more");
            CU_ASSERT_EQUAL(yard.at[0].line, 21);
        }
        yard_close(&yard);
    }
}

/* Whoever is still runnable never came to a verb, or nobody is. */
static void test_limit_without_a_verb(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){.step_max = 7});
    yard.view.end = EBB_END_LIMIT;
    yard_judge(&yard, CHECK_LEFT);
    yard_only(&yard, "limit steps|| 7");
    yard_go(&yard, "fresh", body_nothing, NULL);
    yard_judge(&yard, CHECK_LEFT);
    yard_only(&yard, "limit steps|| 7");
    CU_ASSERT_STRING_EQUAL(yard.at[0].text, "still runnable: fresh");
    yard_close(&yard);
}

static void test_no_verdict(void) {
    static const enum ebb_end ends[] = {EBB_END_NOMEM, EBB_END_STOPPED};
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    litter(&yard);
    for (size_t i = 0; i < BASE_COUNT(ends); i++) {
        yard.view.end = ends[i];
        yard_judge(&yard, CHECK_HELD);
        yard_only(&yard, "");
        yard_judge(&yard, CHECK_LEFT);
        yard_only(&yard, "");
    }
    yard_close(&yard);
}

CU_TestInfo check_end_tests[] = {
    {"panic", test_panic},           {"limit", test_limit}, {"limit_without_a_verb", test_limit_without_a_verb},
    {"no_verdict", test_no_verdict}, CU_TEST_INFO_NULL,
};
