/* SPDX-License-Identifier: MIT */
/* check_left_test.c — what is left after teardown: coroutines, armed and kept things, threads and descriptors. */
#include "check_yard.h"

#include "kinds/context/context.h"
#include "kinds/memory/memory.h"
#include "kinds/mutex/mutex.h"
#include "kinds/ticker/ticker.h"
#include "kinds/timer/timer.h"

static void test_clean(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    yard_run(&yard, CHECK_LEFT);
    yard_only(&yard, "");
    yard_go(&yard, "main", body_nothing, NULL);
    yard_run(&yard, CHECK_LEFT);
    yard_only(&yard, "");
    yard_close(&yard);
}

/* --- coroutines -------------------------------------------------------------------------------------------------*/

static void body_recv_at(struct ebb *ebb, void *chan) {
    ebb_at(ebb, 15);
    (void)ebb_chan_recv(ebb, chan, NULL);
}

static void body_select(struct ebb *ebb, void *chan) {
    const struct ebb_case cases[] = {{.chan = NULL}, {.chan = chan}};
    (void)ebb_select(ebb, cases, 2, EBB_NEVER, NULL);
}

static void body_select_nothing(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_select(ebb, NULL, 0, EBB_NEVER, NULL);
}

static void test_blocked(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct ebb_chan *reply = yard_chan(&yard, "reply", 0);
    for (int i = 0; i < 3; i++) yard_go(&yard, "worker", body_recv_at, reply);
    yard_run(&yard, CHECK_LEFT);
    yard_only(&yard, "blocked worker|recv|reply 3");
    CU_ASSERT_EQUAL(yard.at[0].line, 15);
    yard_go(&yard, "worker", body_recv, reply); /* the same, elsewhere */
    yard_go(&yard, "worker", body_recv, NULL);
    yard_go(&yard, "chooser", body_select, reply);
    yard_go(&yard, "chooser", body_select_nothing, NULL);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.view.end, EBB_END_STUCK);
    CU_ASSERT_EQUAL(yard.findings.count, 5);
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 0), "blocked chooser|select|nil 1");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 1), "blocked chooser|select|reply 1");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 2), "blocked worker|recv|nil 1");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 3), "blocked worker|recv|reply 1");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 4), "blocked worker|recv|reply 3");
    CU_ASSERT_EQUAL(yard.at[3].signature, yard.at[4].signature);
    yard_judge(&yard, CHECK_HELD); /* where nothing of the kind is judged */
    yard_only(&yard, "");
    yard_close(&yard);
}

static void test_alive_at_the_horizon(void) {
    struct yard yard;
    int64_t second_ns = 1000000000;
    yard_open(&yard, (struct ebb_config){.rest_ns = 1000});
    struct ebb_chan *reply = yard_chan(&yard, "reply", 0);
    yard_go(&yard, "main", body_nothing, NULL);
    yard_go(&yard, "sleeper", body_sleep, &second_ns);
    yard_go(&yard, "waiter", body_recv, reply); /* the sleeper may be about to send */
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.view.end, EBB_END_HORIZON);
    CU_ASSERT_EQUAL(yard.findings.count, 2);
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 0), "alive sleeper|sleep| 1");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 1), "alive waiter|recv|reply 1");
    yard_close(&yard);
}

static void test_runnable_after_teardown(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    yard.view.end = ebb_run(yard.ebb);
    yard_go(&yard, "late", body_nothing, NULL);
    yard.view.end = EBB_END_STUCK;
    yard_judge(&yard, CHECK_LEFT);
    yard_only(&yard, "alive late|| 1");
    yard_close(&yard);
}

/* --- objects of every meaning ------------------------------------------------------------------------------------- */

static void test_each_meaning(void) {
    static const struct {
        enum ebb_left left;
        uint64_t remains;
        const char *told;
    } rows[] = {
        {EBB_LEFT_OBJECT, 0, "object x||toy 1"},  {EBB_LEFT_OBJECT, 9, "object x||toy 1"},
        {EBB_LEFT_TIMER, 1, "timer x|| 1"},       {EBB_LEFT_TIMER, 0, "object x||toy 1"},
        {EBB_LEFT_CONTEXT, 1, "context x|| 1"},   {EBB_LEFT_CONTEXT, 0, "object x||toy 1"},
        {EBB_LEFT_MESSAGE, 5, "message x|| 5"},   {EBB_LEFT_MESSAGE, 0, "object x||toy 1"},
        {EBB_LEFT_LOCK, 3, "lock x|| 1"},         {EBB_LEFT_LOCK, 0, "object x||toy 1"},
        {EBB_LEFT_BYTES, 4096, "bytes x|| 4096"}, {EBB_LEFT_BYTES, 0, "object x||toy 1"},
        {EBB_LEFT_THREAD, 1, "thread x|| 1"},     {EBB_LEFT_FD, 1, "fd x|| 1"},
    };
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){0});
        struct toy *toy = toy_make(yard.ebb, rows[i].left, "x", rows[i].remains);
        yard_run(&yard, CHECK_LEFT);
        yard_only(&yard, rows[i].told);
        yard_judge(&yard, CHECK_HELD);
        yard_only(&yard, "");
        toy->head.flags |= EBB_FLAG_INNER;
        yard_judge(&yard, CHECK_LEFT);
        yard_only(&yard, "");
        yard_close(&yard);
    }
}

static void test_sums(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    for (uint64_t i = 1; i <= 4; i++) {
        (void)toy_make(yard.ebb, EBB_LEFT_BYTES, "block", 100 * i);
        (void)toy_make(yard.ebb, EBB_LEFT_MESSAGE, "queue", i);
        (void)toy_make(yard.ebb, EBB_LEFT_LOCK, NULL, 7);
    }
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.findings.count, 3);
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 0), "message queue|| 10");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 1), "lock || 4");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 2), "bytes block|| 1000");
    yard_close(&yard);
}

/* --- consequences ------------------------------------------------------------------------------------------------*/

/* The channel lives because the coroutine waits on it, or because what the coroutine waits on holds it. */
static void test_consequences_are_not_told(void) {
    struct yard yard;
    struct ebb_chan *outer = NULL;
    yard_open(&yard, (struct ebb_config){0});
    struct ebb_chan *inner = yard_chan(&yard, "inner", 0);
    CU_ASSERT_EQUAL_FATAL(ebb_chan_make_shaped(yard.ebb, &outer, "outer", 1, ebb_shape_value()), OK);
    yard_go(&yard, "worker", body_recv, inner);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.findings.count, 2);
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 0), "blocked worker|recv|inner 1");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 1), "object outer||channel 1"); /* nobody waits on it: it was forgotten */
    ebb_chan_drop(outer);
    yard_judge(&yard, CHECK_LEFT);
    yard_only(&yard, "blocked worker|recv|inner 1");
    yard_close(&yard);
}

/* --- with the kinds themselves -----------------------------------------------------------------------------------*/

static void body_send_self(struct ebb *ebb, void *chan) {
    struct ebb_value value = ebb_value_object(ebb_chan_object(chan));
    ebb_chan_send(ebb, chan, &value);
    ebb_chan_drop(chan); /* what is left holds itself */
}

static void test_channel_in_its_own_buffer(void) {
    struct yard yard;
    struct ebb_chan *chan = NULL;
    yard_open(&yard, (struct ebb_config){0});
    CU_ASSERT_EQUAL_FATAL(ebb_chan_make_shaped(yard.ebb, &chan, "ouroboros", 1, ebb_shape_value()), OK);
    yard_go(&yard, "main", body_send_self, chan);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.view.end, EBB_END_QUIET);
    yard_only(&yard, "message ouroboros|| 1"); /* by its message; it explains itself */
    yard_close(&yard);
}

static void body_leave_much(struct ebb *ebb, void *arg) {
    struct ebb_mutex **mutex = arg;
    struct ebb_context *context = NULL, *below = NULL;
    struct ebb_timer *timer = NULL;
    struct ebb_ticker *ticker = NULL;
    struct ebb_memory *memory = NULL;
    ebb_at(ebb, 3);
    CU_ASSERT_EQUAL(ebb_mutex_make(ebb, mutex, "mu"), OK);
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &context, "request", NULL), OK);
    CU_ASSERT_EQUAL(ebb_context_make(ebb, &below, "query", context), OK);
    CU_ASSERT_EQUAL(ebb_timer_make(ebb, &timer, "deadline", 1000), OK);
    CU_ASSERT_EQUAL(ebb_ticker_make(ebb, &ticker, "pulse", 1000), OK);
    CU_ASSERT_EQUAL(ebb_memory_take(ebb, &memory, "buffer", 512), OK);
    ebb_mutex_lock(ebb, *mutex);
    ebb_context_drop(below);
    ebb_context_drop(context);
    ebb_timer_drop(timer);
    ebb_ticker_drop(ticker);
    ebb_memory_drop(memory);
}

static void test_real_kinds(void) {
    struct yard yard;
    struct ebb_mutex *mutex = NULL;
    yard_open(&yard, (struct ebb_config){0});
    yard_go(&yard, "main", body_leave_much, &mutex);
    yard_run(&yard, CHECK_LEFT);
    static const char *const told[] = {"timer deadline|| 1",  "timer pulse|| 1", "context query|| 1",
                                       "context request|| 1", "lock mu|| 1",     "bytes buffer|| 512"};
    CU_ASSERT_EQUAL(yard.findings.count, BASE_COUNT(told));
    for (uint32_t i = 0; i < BASE_COUNT(told); i++) CU_ASSERT_STRING_EQUAL(yard_told(&yard, i), told[i]);
    for (uint32_t i = 0; i < yard.findings.count; i++) CU_ASSERT_EQUAL(yard.at[i].line, 3);
    yard_close(&yard);
}

/* --- the process -------------------------------------------------------------------------------------------------*/

static void test_process(void) {
    static const struct {
        uint32_t threads_before, threads_now, fds_before, fds_now, known;
        const char *told[4];
    } rows[] = {
        {0, 9, 0, 9, 0, {""}},
        {1, 1, 3, 3, 0, {""}},
        {4, 1, 9, 3, 0, {""}}, /* fewer than before is no leak */
        {1, 3, 3, 4, 0, {"thread process|| 2", "fd process|| 1"}},
        {1, 3, 3, 4, 1, {"thread process|| 1", "thread t|| 1", "fd f|| 1"}},
        {1, 2, 3, 4, 1, {"thread t|| 1", "fd f|| 1"}},
        {1, 1, 3, 3, 1, {"thread t|| 1", "fd f|| 1"}},
    };
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){0});
        for (uint32_t k = 0; k < rows[i].known; k++) {
            (void)toy_make(yard.ebb, EBB_LEFT_THREAD, "t", 1);
            (void)toy_make(yard.ebb, EBB_LEFT_FD, "f", 1);
        }
        yard.view.threads_before = rows[i].threads_before;
        yard.view.threads_now = rows[i].threads_now;
        yard.view.fds_before = rows[i].fds_before;
        yard.view.fds_now = rows[i].fds_now;
        yard_run(&yard, CHECK_LEFT);
        uint32_t count = 0;
        for (; rows[i].told[count] != NULL && rows[i].told[count][0] != '\0'; count++)
            CU_ASSERT_STRING_EQUAL(yard_told(&yard, count), rows[i].told[count]);
        CU_ASSERT_EQUAL(yard.findings.count, count);
        yard_close(&yard);
    }
}

/* --- much of it --------------------------------------------------------------------------------------------------*/

/* A hundred thousand objects, some held, some in circles, under a few labels and under many lines: linear, or this
 * would not end in time. */
static void test_many_objects(void) {
    struct yard yard;
    static const char *const labels[] = {"a", "b", "c", "d"};
    yard_open(&yard, (struct ebb_config){0});
    struct toy *older = NULL;
    for (uint32_t i = 0; i < 100000; i++) {
        struct toy *toy = toy_make(yard.ebb, i % 4 == 3 ? EBB_LEFT_TIMER : EBB_LEFT_OBJECT, labels[i % 4], 1);
        if (i % 4 == 1) toy_hold(toy, older), toy_hold(older, toy); /* a and b are circles of two */
        if (i % 4 == 3) toy_hold(toy, older);                       /* d, a timer, keeps c */
        older = toy;
    }
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.findings.count, 3);
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 0), "timer d|| 25000");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 1), "object a||toy 25000");
    CU_ASSERT_STRING_EQUAL(yard_told(&yard, 2), "object b||toy 25000");
    CU_ASSERT_EQUAL(yard.findings.lost, 0);
    yard_close(&yard);
}

static void test_too_many_to_tell(void) {
    struct yard yard;
    static char labels[YARD_FINDINGS + 10][8];
    yard_open(&yard, (struct ebb_config){0});
    for (uint32_t i = 0; i < YARD_FINDINGS + 10; i++) {
        (void)snprintf(labels[i], sizeof labels[i], "%u", i);
        (void)toy_make(yard.ebb, EBB_LEFT_CONTEXT, labels[i], 1);
        (void)toy_make(yard.ebb, EBB_LEFT_CONTEXT, labels[i], 1);
    }
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.findings.count, YARD_FINDINGS);
    CU_ASSERT_EQUAL(yard.findings.lost, 20);
    for (uint32_t i = 0; i < yard.findings.count; i++) CU_ASSERT_EQUAL(yard.at[i].count, 2);
    yard_close(&yard);
}

CU_TestInfo check_left_tests[] = {
    {"clean", test_clean},
    {"blocked", test_blocked},
    {"alive_at_the_horizon", test_alive_at_the_horizon},
    {"runnable_after_teardown", test_runnable_after_teardown},
    {"each_meaning", test_each_meaning},
    {"sums", test_sums},
    {"consequences_are_not_told", test_consequences_are_not_told},
    {"channel_in_its_own_buffer", test_channel_in_its_own_buffer},
    {"real_kinds", test_real_kinds},
    {"process", test_process},
    {"many_objects", test_many_objects},
    {"too_many_to_tell", test_too_many_to_tell},
    CU_TEST_INFO_NULL,
};
