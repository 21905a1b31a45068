/* SPDX-License-Identifier: MIT */
/* check_reach_test.c — what something else explains is not told; of a circle each is, and what hangs on it is not. */
#include "check_yard.h"

#include "check/reach.h"

/* Is the toy told? */
static bool told(struct yard *yard, const struct toy *toy) {
    struct check_reach reach;
    bool alone = false, met = false;
    CU_ASSERT_EQUAL_FATAL(check_reach_init(&reach, mem_system(), yard->ebb), OK);
    for (uint32_t i = 0; i < reach.count; i++) {
        if (reach.objects[i] != &toy->head) continue;
        alone = check_reach_alone(&reach, i);
        met = true;
    }
    CU_ASSERT(met);
    check_reach_deinit(&reach);
    return alone;
}

static struct toy *object_make(struct yard *yard, const char *label) {
    return toy_make(yard->ebb, EBB_LEFT_OBJECT, label, 0);
}

static void test_empty_world(void) {
    struct yard yard;
    struct check_reach reach;
    yard_open(&yard, (struct ebb_config){0});
    CU_ASSERT_EQUAL_FATAL(check_reach_init(&reach, mem_system(), yard.ebb), OK);
    CU_ASSERT_EQUAL(reach.count, 0);
    check_reach_deinit(&reach);
    yard_close(&yard);
}

static void test_consequences(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *kept = object_make(&yard, "kept"), *deeper = object_make(&yard, "deeper");
    struct toy *alone = object_make(&yard, "alone"), *timer = toy_make(yard.ebb, EBB_LEFT_TIMER, "timer", 1);
    toy_hold(kept, deeper);
    toy_hold(timer, kept); /* born later than what it holds */
    CU_ASSERT(!told(&yard, kept));
    CU_ASSERT(!told(&yard, deeper));
    CU_ASSERT(!told(&yard, timer)); /* by itself, as a timer */
    CU_ASSERT(told(&yard, alone));
    timer->remains = 0; /* stopped: now it is an object, and explains as one */
    CU_ASSERT(told(&yard, timer));
    CU_ASSERT(!told(&yard, kept));
    CU_ASSERT(!told(&yard, deeper));
    yard_close(&yard);
}

static void test_circles(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *one = object_make(&yard, "one"), *two = object_make(&yard, "two"), *three = object_make(&yard, "three");
    struct toy *tail = object_make(&yard, "tail"), *next = object_make(&yard, "next"),
               *self = object_make(&yard, "self");
    toy_hold(one, two);
    toy_hold(two, three);
    toy_hold(three, one);
    toy_hold(two, tail); /* hangs on the circle, with a circle of its own behind it */
    toy_hold(tail, next);
    toy_hold(next, next);
    toy_hold(self, self);
    CU_ASSERT(told(&yard, one) && told(&yard, two) && told(&yard, three));
    CU_ASSERT(!told(&yard, tail) && !told(&yard, next));
    CU_ASSERT(told(&yard, self));
    struct toy *lock = toy_make(yard.ebb, EBB_LEFT_LOCK, "lock", 1);
    toy_hold(lock, three);
    CU_ASSERT(!told(&yard, one) && !told(&yard, two) && !told(&yard, three));
    CU_ASSERT(!told(&yard, tail) && !told(&yard, next));
    yard_close(&yard);
}

/* Two circles, entered at the wrong end first: only the one that holds the other is told. */
static void test_circle_behind_circle(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *low[2] = {object_make(&yard, "low"), object_make(&yard, "low")};
    struct toy *high[2] = {object_make(&yard, "high"), object_make(&yard, "high")};
    toy_hold(low[0], low[1]);
    toy_hold(low[1], low[0]);
    toy_hold(high[0], high[1]);
    toy_hold(high[1], high[0]);
    toy_hold(high[1], low[1]);
    CU_ASSERT(told(&yard, high[0]) && told(&yard, high[1]));
    CU_ASSERT(!told(&yard, low[0]) && !told(&yard, low[1]));
    toy_hold(low[0], high[0]); /* now they are one */
    CU_ASSERT(told(&yard, high[0]) && told(&yard, high[1]) && told(&yard, low[0]) && told(&yard, low[1]));
    yard_close(&yard);
}

/* A closure's frame is part of another object. It is never told, and so cannot explain what it holds. */
static void test_parts(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *frame = object_make(&yard, "frame"), *map = object_make(&yard, "map");
    frame->head.flags |= EBB_FLAG_INNER;
    frame->remains = 1;
    toy_hold(frame, frame);
    toy_hold(frame, map);
    CU_ASSERT(!told(&yard, frame));
    CU_ASSERT(told(&yard, map));
    struct toy *owner = object_make(&yard, "owner");
    toy_hold(owner, frame); /* it explains across the frame */
    CU_ASSERT(told(&yard, owner));
    CU_ASSERT(!told(&yard, frame) && !told(&yard, map));
    struct toy *inner_timer = toy_make(yard.ebb, EBB_LEFT_TIMER, "inner", 1);
    inner_timer->head.flags |= EBB_FLAG_INNER;
    toy_hold(inner_timer, owner); /* nor is it left in its own right */
    CU_ASSERT(told(&yard, owner));
    yard_close(&yard);
}

/* On the C stack this would be a hundred thousand frames, in both walks. */
static void test_long_chain(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *first = object_make(&yard, "link"), *last = first;
    for (uint32_t i = 1; i < 100000; i++) {
        struct toy *next = object_make(&yard, "link");
        toy_hold(last, next);
        last = next;
    }
    CU_ASSERT(told(&yard, first));
    CU_ASSERT(!told(&yard, last));
    toy_hold(last, first);
    CU_ASSERT(told(&yard, first));
    CU_ASSERT(told(&yard, last));
    struct toy *bytes = toy_make(yard.ebb, EBB_LEFT_BYTES, "bytes", 8);
    toy_hold(bytes, last);
    CU_ASSERT(!told(&yard, first));
    CU_ASSERT(!told(&yard, last));
    yard_close(&yard);
}

static void test_no_memory(void) {
    struct yard yard;
    struct mem_probe probe;
    yard_open(&yard, (struct ebb_config){0});
    toy_hold(object_make(&yard, "one"), object_make(&yard, "two"));
    bool done = false;
    for (uint64_t fail_at = 1; !done; fail_at++) {
        CU_ASSERT_FATAL(fail_at < 100);
        mem_probe_init(&probe, mem_system());
        probe.fail_at = fail_at;
        struct check_reach reach;
        done = check_reach_init(&reach, &probe.mem, yard.ebb) == OK;
        CU_ASSERT_EQUAL(done, probe.requests < fail_at);
        if (done) check_reach_deinit(&reach);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    yard_close(&yard);
}

CU_TestInfo check_reach_tests[] = {
    {"empty_world", test_empty_world},
    {"consequences", test_consequences},
    {"circles", test_circles},
    {"circle_behind_circle", test_circle_behind_circle},
    {"parts", test_parts},
    {"long_chain", test_long_chain},
    {"no_memory", test_no_memory},
    CU_TEST_INFO_NULL,
};
