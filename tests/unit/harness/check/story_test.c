/* SPDX-License-Identifier: MIT */
/* story_test.c — who did what, who woke whom, and since when nobody could help: told of C code, whose variables nobody
 * sees, so that here only names count. */
#include "check_yard.h"

#include "check/story.h"
#include "kinds/ticker/ticker.h"

/* The story so far, an event a word: "begin:main go:main begin:worker". */
static const char *told(const struct check_story *story) {
    static const char *const names[] = {
        [CHECK_EVENT_PHASE] = "phase", [CHECK_EVENT_BEGIN] = "begin",  [CHECK_EVENT_DONE] = "did",
        [CHECK_EVENT_WAIT] = "waits",  [CHECK_EVENT_WAKE] = "wakes",   [CHECK_EVENT_ALARM] = "alarm",
        [CHECK_EVENT_END] = "ends",    [CHECK_EVENT_PANIC] = "panics", [CHECK_EVENT_CHOICE] = "chooses",
    };
    static char text[4096];
    size_t len = 0;
    text[0] = '\0';
    for (uint64_t i = 0; i < story->event_count && len < sizeof text; i++) {
        const struct check_event *event = check_story_at(story, i);
        const char *who = event->who == CHECK_NOBODY ? "-" : story->actors[event->who].label;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %s %llu", i == 0 ? "" : ", ", who,
                                names[event->what], (unsigned long long)event->step);
    }
    return text;
}

static struct check_story *story_open(struct yard *yard) {
    struct check_story *story;
    CU_ASSERT_EQUAL_FATAL(check_story_new(&story, mem_system()), OK);
    check_story_begin(story);
    yard_open(yard, (struct ebb_config){.observer = story->observer});
    return story;
}

static void test_wakes(void) {
    struct yard yard;
    struct check_story *story = story_open(&yard);
    struct ebb_chan *chan = yard_chan(&yard, "c", 0);
    int64_t pause_ns = 5;
    yard_go(&yard, "first", body_recv, chan);
    yard_go(&yard, "second", body_sleep, &pause_ns);
    check_story_phase(story, yard.ebb, NULL, 0);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_STRING_EQUAL(
        told(story), "first begin 0, second begin 0, first waits 1, second waits 2, second wakes 3, second ends 3");
    const struct check_event *wait = check_story_at(story, 3), *wake = check_story_at(story, 4);
    CU_ASSERT_EQUAL(wait->until_ns, 5);
    CU_ASSERT_EQUAL(wake->woke, EBB_TIMEOUT);
    CU_ASSERT_EQUAL(wake->time_ns, 5);
    yard_close(&yard);
    check_story_free(story);
}

static void body_closes(struct ebb *ebb, void *chan) { ebb_chan_close(ebb, chan); }

static void test_by_whom(void) {
    struct yard yard;
    struct check_story *story = story_open(&yard);
    struct ebb_chan *chan = yard_chan(&yard, "c", 0);
    yard_go(&yard, "reader", body_recv, chan);
    yard_go(&yard, "closer", body_closes, chan);
    check_story_phase(story, yard.ebb, NULL, 0);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_STRING_EQUAL(
        told(story),
        "reader begin 0, closer begin 0, reader waits 1, closer did 2, reader wakes 2, closer ends 2, reader ends 2");
    const struct check_event *wake = check_story_at(story, 4);
    CU_ASSERT_EQUAL(wake->woke, EBB_CLOSED);
    CU_ASSERT_EQUAL(wake->by, 1);
    CU_ASSERT_STRING_EQUAL(wake->on[0], "c");
    yard_close(&yard);
    check_story_free(story);
}

static void body_panics(struct ebb *ebb, void *chan) {
    ebb_chan_close(ebb, chan);
    ebb_chan_close(ebb, chan);
}

static void test_panic(void) {
    struct yard yard;
    struct check_story *story = story_open(&yard);
    yard_go(&yard, "main", body_panics, yard_chan(&yard, "c", 0));
    check_story_phase(story, yard.ebb, NULL, 0);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_STRING_EQUAL(told(story), "main begin 0, main did 1, main panics 1");
    yard_close(&yard);
    check_story_free(story);
}

static void body_ticks(struct ebb *ebb, void *arg) {
    struct ebb_ticker *ticker = NULL;
    (void)arg;
    if (ebb_ticker_make(ebb, &ticker, "tick", 10) != OK) return;
    (void)ebb_chan_recv(ebb, ebb_ticker_chan(ticker), NULL);
    ebb_ticker_drop(ticker);
}

static void test_alarm(void) {
    struct yard yard;
    struct check_story *story = story_open(&yard);
    yard_go(&yard, "main", body_ticks, NULL);
    check_story_phase(story, yard.ebb, NULL, 0);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_STRING_EQUAL(told(story), "main begin 0, main waits 1, - alarm 2, main wakes 2, main ends 2");
    CU_ASSERT_STRING_EQUAL(check_story_at(story, 2)->on[0], "tick");
    yard_only(&yard, "timer tick|| 1");
    yard_close(&yard);
    check_story_free(story);
}

/* Of a long story the middle is not kept, and it is known which numbers that are. */
static void body_yields(struct ebb *ebb, void *arg) {
    for (uint32_t i = 0; i < *(uint32_t *)arg; i++) ebb_yield(ebb);
}

static void test_long(void) {
    struct yard yard;
    struct check_story *story = story_open(&yard);
    uint32_t times = CHECK_STORY_HEAD + 2 * CHECK_STORY_TAIL;
    yard_go(&yard, "main", body_yields, &times);
    check_story_phase(story, yard.ebb, NULL, 0);
    yard_run(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(story->event_count, times + 2);
    CU_ASSERT_EQUAL(check_story_at(story, CHECK_STORY_HEAD - 1)->step, CHECK_STORY_HEAD - 1);
    CU_ASSERT_PTR_NULL(check_story_at(story, CHECK_STORY_HEAD));
    CU_ASSERT_PTR_NULL(check_story_at(story, story->event_count - CHECK_STORY_TAIL - 1));
    CU_ASSERT_EQUAL(check_story_at(story, story->event_count - CHECK_STORY_TAIL)->number,
                    story->event_count - CHECK_STORY_TAIL);
    CU_ASSERT_EQUAL(check_story_at(story, story->event_count - 1)->what, CHECK_EVENT_END);
    yard_close(&yard);
    check_story_free(story);
}

/* The second run says at which event the coroutine was beyond help: here when it comes to wait, since nobody else is
 * there who could do anything. */
static void test_doomed(void) {
    struct yard yard;
    struct check_story *story = story_open(&yard);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) yard_open(&yard, (struct ebb_config){.observer = story->observer});
        yard_go(&yard, "main", body_recv, yard_chan(&yard, "c", 0));
        check_story_phase(story, yard.ebb, NULL, 0);
        yard_run(&yard, CHECK_LEFT);
        yard_only(&yard, "blocked main|recv|c 1");
        if (pass == 0) check_story_aim(story, yard.ebb, &yard.findings, 0);
        if (pass == 1) check_story_keep(story, yard.ebb, 0, story->target_count);
        yard_close(&yard);
        if (pass == 0) check_story_begin(story);
    }
    CU_ASSERT_EQUAL_FATAL(story->target_count, 1);
    CU_ASSERT_EQUAL(story->targets[0].wait_count, 1);
    CU_ASSERT(story->targets[0].kept.known);
    check_story_free(story);
}

CU_TestInfo story_tests[] = {
    {"who waits and why that ends", test_wakes},
    {"who woke whom", test_by_whom},
    {"a panic is told where it happens", test_panic},
    {"an alarm is told by its owner", test_alarm},
    {"a long story keeps both ends", test_long},
    {"what is left is aimed at, and kept", test_doomed},
    CU_TEST_INFO_NULL,
};
