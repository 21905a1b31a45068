/* SPDX-License-Identifier: MIT */
/* tee_test.c — everybody sees, and only who asked is told what depends on what. */
#include "run/tee.h"

#include <CUnit/CUnit.h>

struct looker {
    struct ebb_observer observer;
    uint32_t seen, touched, readied, caused, came;
};
static struct looker *of(struct ebb_observer *observer) { return BASE_OWNER(observer, struct looker, observer); }
static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    (void)ebb, (void)sight, (void)co, (void)alarm;
    of(observer)->seen++;
}
static void touch(struct ebb_observer *observer, uint64_t thing, struct ebb_access access) {
    (void)thing, (void)access;
    of(observer)->touched++;
}
static void ready(struct ebb_observer *observer, const struct ebb_co *co) {
    (void)co;
    of(observer)->readied++;
}
static void cause(struct ebb_observer *observer, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                  const struct ebb_co *co) {
    (void)what, (void)object, (void)cell, (void)co;
    of(observer)->caused++;
}

static void came(struct ebb_observer *observer, const struct ebb_co *co, enum ebb_outcome outcome, uint32_t index) {
    (void)co, (void)outcome, (void)index;
    of(observer)->came++;
}

/* What it depends on is the first one's business; what came of a verb is for everybody who asks. */
static void two_that_ask(void) {
    struct looker first = {.observer = {see, touch, ready, cause, NULL, NULL}};
    struct looker second = {.observer = {see, touch, ready, cause, came, NULL}}, looks = {.observer = {.see = see}};
    struct run_tee tee;
    run_tee_init(&tee, NULL);
    run_tee_add(&tee, &looks.observer);
    run_tee_add(&tee, &first.observer);
    run_tee_add(&tee, &second.observer);
    struct ebb_observer *all = run_tee_observer(&tee);
    all->see(all, NULL, EBB_SIGHT_STEP, NULL, NULL);
    all->touch(all, 1, EBB_ACCESS_ALL);
    all->cause(all, EBB_CAUSE_SET, NULL, 0, NULL);
    all->ready(all, NULL);
    all->came(all, NULL, EBB_OUTCOME_CLOSED, 0);
    CU_ASSERT_TRUE(looks.seen == 1 && first.seen == 1 && second.seen == 1);
    CU_ASSERT_TRUE(first.touched == 1 && first.caused == 1 && second.touched == 0 && second.caused == 0);
    CU_ASSERT_TRUE(first.readied == 1 && second.readied == 1 && second.came == 1 && first.came == 0);
}

static void who_is_told(void) {
    struct looker asks = {.observer = {see, touch, ready, cause, NULL, NULL}}, looks = {.observer = {.see = see}},
                  third = looks;
    struct run_tee tee;
    run_tee_init(&tee, NULL);
    CU_ASSERT_PTR_NULL(run_tee_observer(&tee));
    run_tee_add(&tee, &looks.observer);
    run_tee_add(&tee, NULL);
    CU_ASSERT_PTR_EQUAL(run_tee_observer(&tee), &looks.observer);
    run_tee_add(&tee, &third.observer);
    struct ebb_observer *all = run_tee_observer(&tee);
    CU_ASSERT_PTR_NULL(all->touch); /* a world asks by this whether anybody wants to know */
    run_tee_init(&tee, &asks.observer);
    run_tee_add(&tee, &looks.observer);
    run_tee_add(&tee, &third.observer);
    all = run_tee_observer(&tee);
    all->see(all, NULL, EBB_SIGHT_STEP, NULL, NULL);
    all->touch(all, 1, EBB_ACCESS_ALL);
    all->ready(all, NULL);
    all->cause(all, EBB_CAUSE_SET, NULL, 0, NULL);
    CU_ASSERT_TRUE(asks.seen == 1 && looks.seen == 1 && third.seen == 1);
    CU_ASSERT_TRUE(asks.touched == 1 && asks.readied == 1 && asks.caused == 1 && looks.touched == 0);
}

CU_TestInfo tee_tests[] = {
    {"who_is_told", who_is_told},
    {"two_that_ask", two_that_ask},
    CU_TEST_INFO_NULL,
};
