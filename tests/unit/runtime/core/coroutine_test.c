/* SPDX-License-Identifier: MIT */
/* coroutine_test.c — spawn, park, wake and end; and that spawn order survives a hundred thousand spawns. */
#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "tests/unit/runtime/kinds/kinds_test.h"

/* --- birth ------------------------------------------------------------------------------------------------------- */

static void nothing(struct ebb *ebb, void *arg) { (void)ebb, (void)arg; }

static void is_born_with_its_data(struct ebb *ebb, void *arg) {
    struct ebb_co *child = NULL;
    ebb_at(ebb, 17);
    uint64_t step = ebb_steps(ebb);
    NEED(ebb_go(ebb, &child, "child", arg == NULL ? nothing : is_born_with_its_data, NULL));
    CU_ASSERT_EQUAL(ebb_steps(ebb), step + 1);
    const struct ebb_object *object = ebb_co_object(child);
    CU_ASSERT_PTR_EQUAL(object->kind, &ebb_coroutine_kind);
    CU_ASSERT_EQUAL(object->node.birth.owner, ebb_co_object(ebb_current(ebb))->node.birth.serial);
    CU_ASSERT_EQUAL(object->node.birth.line, 17);
    CU_ASSERT_EQUAL(object->node.birth.step, step);
    CU_ASSERT_STRING_EQUAL(object->node.birth.label, "child");
    CU_ASSERT_EQUAL(child->line, 17); /* until it says otherwise */
}

static void birth(void) {
    struct subject subject;
    struct ebb_co *co = NULL;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_PTR_NULL(ebb_current(subject.ebb));
    CU_ASSERT_EQUAL(ebb_go(subject.ebb, &co, "first", is_born_with_its_data, &subject), OK);
    CU_ASSERT_EQUAL(ebb_co_object(co)->node.birth.owner, 0);
    CU_ASSERT_EQUAL(ebb_steps(subject.ebb), 0); /* from outside it is no step */
    CU_ASSERT_EQUAL(census_live(ebb_census(subject.ebb), EBB_COROUTINE_KIND_ID), 1);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT(census_empty(ebb_census(subject.ebb)));
    CU_ASSERT_EQUAL(ebb_census(subject.ebb)->kinds[EBB_COROUTINE_KIND_ID].births, 3);
    subject_close(&subject);
}

static void stays_parked(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_park(ebb, NULL, 0, EBB_NEVER);
}

static void refused_spawn(struct ebb *ebb, void *arg) {
    struct subject *subject = arg;
    uint32_t spawned = 0;
    subject->probe.fail_at = subject->probe.requests + 1; /* the first growth of the slots */
    while (ebb_go(ebb, NULL, "one", stays_parked, NULL) == OK) spawned++;
    CU_ASSERT(spawned >= 60);
    uint64_t steps = ebb_steps(ebb);
    subject->probe.fail_at = subject->probe.requests + 2; /* the second request of the next */
    CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "one", stays_parked, NULL), ERR_NOMEM);
    CU_ASSERT_EQUAL(ebb_steps(ebb), steps);
    subject->probe.fail_at = 0;
    CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "one", stays_parked, NULL), OK);
    ebb_verify(ebb);
}

static void refusal_spawns_nothing(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, refused_spawn, &subject);
    CU_ASSERT_EQUAL(subject.end, EBB_END_STUCK);
    subject_close(&subject);
}

/* --- slots ------------------------------------------------------------------------------------------------------- */

struct keeper {
    struct ebb *ebb;
    uint32_t *order, *count;
    uint32_t number;
};

static void keeps(struct ebb *ebb, void *arg) {
    struct keeper *keeper = arg;
    ebb_yield(ebb);
    (void)ebb_sleep(ebb, 1000000);
    keeper->order[(*keeper->count)++] = keeper->number;
}

enum { KEEPERS = 40, SPAWNS = 100000 };
static uint32_t kept_order[KEEPERS], kept_count;
static uint32_t slots_peak;

static void spawns_for_long(struct ebb *ebb, void *arg) {
    static struct keeper keepers[KEEPERS];
    (void)arg;
    for (uint32_t i = 0; i < SPAWNS; i++) {
        if (i % (SPAWNS / KEEPERS) == 0) {
            uint32_t number = i / (SPAWNS / KEEPERS);
            keepers[number] = (struct keeper){ebb, kept_order, &kept_count, number};
            NEED(ebb_go(ebb, NULL, "keeper", keeps, &keepers[number]));
        }
        NEED(ebb_go(ebb, NULL, "short", nothing, NULL));
        ebb_yield(ebb);
        if (ebb->slot_next > slots_peak) slots_peak = ebb->slot_next;
        if (i % 10000 == 0) ebb_verify(ebb);
    }
}

/* Slots are closed up when half are empty; the order of spawning stays. All keepers wake at one instant per spawn. */
static void slots_are_closed_up(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    kept_count = slots_peak = 0;
    subject_run(&subject, spawns_for_long, NULL);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(kept_count, KEEPERS);
    for (uint32_t i = 0; i < kept_count; i++) CU_ASSERT_EQUAL(kept_order[i], i);
    CU_ASSERT(slots_peak <= 256);
    CU_ASSERT_EQUAL(ebb_stacks_out(subject.ebb->stacks), 0);
    subject_close(&subject);
}

static uint32_t round_seen[200], round_count;
static void takes_a_turn(struct ebb *ebb, void *arg) {
    for (int turn = 0; turn < 2; turn++) {
        round_seen[round_count++] = *(uint32_t *)arg;
        ebb_yield(ebb);
    }
}

/* A third dies early, so that the rest move to lower slots when many more are spawned: their turns stay in order. */
static void spawns_two_generations(struct ebb *ebb, void *arg) {
    static uint32_t numbers[100];
    (void)arg;
    for (uint32_t i = 0; i < 45; i++) NEED(ebb_go(ebb, NULL, "short", nothing, NULL));
    ebb_yield(ebb);
    for (uint32_t i = 0; i < 100; i++) {
        numbers[i] = i;
        NEED(ebb_go(ebb, NULL, "turns", takes_a_turn, &numbers[i]));
    }
}

static void closing_up_keeps_the_order(void) {
    struct subject subject;
    round_count = 0;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, spawns_two_generations, NULL);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(round_count, 200);
    bool seen[100][2] = {{false, false}};
    for (uint32_t i = 0; i < round_count; i++) { /* every first turn in order among first turns; second likewise */
        uint32_t number = round_seen[i];
        uint32_t turn = seen[number][0];
        seen[number][turn] = true;
        if (number > 0) CU_ASSERT(seen[number - 1][turn]);
    }
    subject_close(&subject);
}

/* --- roots ------------------------------------------------------------------------------------------------------- */

struct named {
    struct ebb_roots roots;
    struct ebb_object *object;
    bool *released;
};

static void named_trace(struct ebb_roots *roots, void *tracer) {
    struct ebb_tracer *to = tracer;
    to->visit(to, BASE_OWNER(roots, struct named, roots)->object);
}

static void named_release(struct ebb_roots *roots) { *BASE_OWNER(roots, struct named, roots)->released = true; }

static bool released[2];

static void names_two(struct ebb *ebb, void *arg) {
    struct ebb_object *self = ebb_co_object(ebb_current(ebb));
    struct named outer = {{NULL, named_trace, named_release}, self, &released[0]};
    struct named inner = {{NULL, named_trace, named_release}, self, &released[1]};
    ebb_roots_push(ebb, &outer.roots);
    ebb_roots_push(ebb, &inner.roots);
    if (arg != NULL) (void)ebb_park(ebb, NULL, 0, EBB_NEVER);
    ebb_roots_pop(ebb, &inner.roots);
    ebb_roots_pop(ebb, &outer.roots);
}

static void roots_are_what_a_coroutine_names(void) {
    struct subject subject;
    struct ebb_co *co = NULL;
    released[0] = released[1] = false;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(ebb_go(subject.ebb, &co, "names", names_two, &subject), OK);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_STUCK);
    struct counting counting = traced(ebb_co_object(co));
    CU_ASSERT_EQUAL(counting.count, 2);
    CU_ASSERT_PTR_EQUAL(counting.last, ebb_co_object(co));
    CU_ASSERT_EQUAL(ebb_coroutine_kind.remains(ebb_co_object(co)), 1);
    subject_close(&subject);
    CU_ASSERT_FALSE(released[0] || released[1]); /* reaping touches no other object, and popping calls nothing */
    CU_ASSERT_EQUAL(subject_once(names_two, NULL), EBB_END_QUIET);
    CU_ASSERT_FALSE(released[0] || released[1]);
}

static void names_and_panics(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *self = ebb_co_object(ebb_current(ebb));
    struct named inner = {{NULL, named_trace, named_release}, self, &released[1]};
    ebb_roots_push(ebb, &inner.roots);
    ebb_panic(ebb, "passes the roots");
}

static void recovers(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_FALSE(released[1]); /* deferred calls run on top of the panicking frames */
    const char *text = ebb_recover(ebb);
    CU_ASSERT_PTR_NOT_NULL(text);
    if (text != NULL) CU_ASSERT_STRING_EQUAL(text, "passes the roots");
}

static void defers_then_panics(struct ebb *ebb, void *arg) {
    struct ebb_defer storage;
    ebb_defer(ebb, &storage, recovers, NULL);
    (void)ebb_call(ebb, names_and_panics, arg);
    CU_FAIL("a panic that passed has come back");
}

static void panics_past_roots(struct ebb *ebb, void *arg) {
    struct ebb_object *self = ebb_co_object(ebb_current(ebb));
    struct named outer = {{NULL, named_trace, named_release}, self, &released[0]};
    ebb_roots_push(ebb, &outer.roots);
    CU_ASSERT_FALSE(ebb_call(ebb, defers_then_panics, arg));
    CU_ASSERT(released[1]);
    CU_ASSERT_FALSE(released[0]); /* of the frame that goes on */
    ebb_roots_pop(ebb, &outer.roots);
}

static void panic_releases_the_roots_it_passes(void) {
    released[0] = released[1] = false;
    CU_ASSERT_EQUAL(subject_once(panics_past_roots, NULL), EBB_END_QUIET);
    CU_ASSERT(released[1]);
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

struct wait {
    struct ebb_waitq queues[3];
    enum ebb_wake woke;
    uint32_t index;
    int64_t deadline_ns;
};

static void waits_in_three(struct ebb *ebb, void *arg) {
    struct wait *wait = arg;
    struct ebb_waiter waiters[3];
    for (uint32_t i = 0; i < 3; i++) {
        waiters[i] = (struct ebb_waiter){.co = ebb_current(ebb), .index = i};
        ebb_waitq_push(&wait->queues[i], &waiters[i]);
    }
    wait->woke = ebb_park(ebb, waiters, 3, wait->deadline_ns);
    wait->index = ebb_current(ebb)->woke_index;
}

static void wakes_second(struct ebb *ebb, void *arg) {
    struct wait *wait = arg;
    ebb_step(ebb);
    if (wait->deadline_ns == EBB_NEVER) ebb_wake(ebb_waitq_first(&wait->queues[1]), EBB_CLOSED);
}

static void one_of_several_wakes(int64_t deadline_ns) {
    struct subject subject;
    struct wait wait = {.deadline_ns = deadline_ns};
    for (int i = 0; i < 3; i++) ebb_waitq_init(&wait.queues[i]);
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, "waits", waits_in_three, &wait), OK);
    CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, "wakes", wakes_second, &wait), OK);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT_EQUAL(wait.woke, deadline_ns == EBB_NEVER ? EBB_CLOSED : EBB_TIMEOUT);
    if (deadline_ns == EBB_NEVER) CU_ASSERT_EQUAL(wait.index, 1);
    CU_ASSERT_EQUAL(ebb_now_ns(subject.ebb), deadline_ns == EBB_NEVER ? 0 : deadline_ns);
    for (int i = 0; i < 3; i++) CU_ASSERT(ebb_waitq_empty(&wait.queues[i]));
    CU_ASSERT_EQUAL(subject.ebb->alarms.count, 0);
    subject_close(&subject);
}

static void waking_leaves_all_queues(void) {
    one_of_several_wakes(EBB_NEVER);
    one_of_several_wakes(77);
}

static void stuck_in_three_is_reaped(void) {
    struct subject subject;
    struct wait wait = {.deadline_ns = EBB_NEVER};
    for (int i = 0; i < 3; i++) ebb_waitq_init(&wait.queues[i]);
    subject_open(&subject, NULL, 0);
    subject_run(&subject, waits_in_three, &wait);
    CU_ASSERT_EQUAL(subject.end, EBB_END_STUCK);
    ebb_waitq_abandon(&wait.queues[2]); /* its object was younger */
    subject_close(&subject);
    CU_ASSERT(ebb_waitq_empty(&wait.queues[0]) && ebb_waitq_empty(&wait.queues[2]));
}

static void sleep_of_nothing_is_a_step(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_EQUAL(ebb_sleep(ebb, 0), EBB_TIMEOUT);
    CU_ASSERT_EQUAL(ebb_sleep(ebb, -5), EBB_TIMEOUT);
    CU_ASSERT_EQUAL(ebb_steps(ebb), 2);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 0);
    CU_ASSERT_EQUAL(ebb_sleep(ebb, 5), EBB_TIMEOUT);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 5);
    CU_ASSERT_EQUAL(ebb_steps(ebb), 4); /* lying down and waking */
}

static void sleeping(void) { CU_ASSERT_EQUAL(subject_once(sleep_of_nothing_is_a_step, NULL), EBB_END_QUIET); }

CU_TestInfo coroutine_tests[] = {
    {"birth", birth},
    {"refusal_spawns_nothing", refusal_spawns_nothing},
    {"slots_are_closed_up", slots_are_closed_up},
    {"closing_up_keeps_the_order", closing_up_keeps_the_order},
    {"roots_are_what_a_coroutine_names", roots_are_what_a_coroutine_names},
    {"panic_releases_the_roots_it_passes", panic_releases_the_roots_it_passes},
    {"waking_leaves_all_queues", waking_leaves_all_queues},
    {"stuck_in_three_is_reaped", stuck_in_three_is_reaped},
    {"sleeping", sleeping},
    CU_TEST_INFO_NULL,
};
