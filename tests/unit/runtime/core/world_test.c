/* SPDX-License-Identifier: MIT */
/* world_test.c — the life of a world: runs in phases, time that moves only when nothing can run, the horizon, what
 * settles by itself, and the ends it comes to. */
#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "kinds/chan/chan.h"
#include "tests/unit/runtime/kinds/kinds_test.h"

static void nothing(struct ebb *ebb, void *arg) { (void)ebb, (void)arg; }
static void parks(struct ebb *ebb, void *arg) {
    (void)arg;
    (void)ebb_park(ebb, NULL, 0, EBB_NEVER);
}

static void go(struct ebb *ebb, void (*body)(struct ebb *, void *), void *arg) {
    CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "co", body, arg), OK);
}

/* --- phases ------------------------------------------------------------------------------------------------------ */

static void empty_world_is_quiet(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT_EQUAL(ebb_steps(subject.ebb), 0);
    CU_ASSERT_PTR_NULL(ebb_fault(subject.ebb));
    subject_close(&subject);
}

static struct ebb_waitq shelf;
static void waits_on_the_shelf(struct ebb *ebb, void *arg) {
    struct ebb_waiter waiter = {.co = ebb_current(ebb)};
    ebb_waitq_push(&shelf, &waiter);
    *(enum ebb_wake *)arg = ebb_park(ebb, &waiter, 1, EBB_NEVER);
}
static void wakes_from_the_shelf(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_wake(ebb_waitq_first(&shelf), EBB_CLOSED);
    ebb_step(ebb);
}

static void runs_again_with_more(void) {
    struct subject subject;
    enum ebb_wake woke = EBB_DONE;
    ebb_waitq_init(&shelf);
    subject_open(&subject, NULL, 0);
    go(subject.ebb, waits_on_the_shelf, &woke);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_STUCK);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_STUCK); /* nothing has changed */
    go(subject.ebb, wakes_from_the_shelf, NULL);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT_EQUAL(woke, EBB_CLOSED);
    subject_close(&subject);
}

static void inner_world(struct ebb *ebb, void *arg) {
    (void)ebb;
    *(enum ebb_end *)arg = subject_once(parks, NULL);
}

static void world_within_a_world(void) {
    enum ebb_end inner = EBB_END_QUIET;
    CU_ASSERT_EQUAL(subject_once(inner_world, &inner), EBB_END_QUIET);
    CU_ASSERT_EQUAL(inner, EBB_END_STUCK);
}

/* --- ends -------------------------------------------------------------------------------------------------------- */

static void exhausts(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_exhausted(ebb);
}
static void stops(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_stop(ebb);
}
static void panics(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_at(ebb, 12);
    ebb_step(ebb);
    ebb_panic(ebb, "broke %s", "it");
}

static void ends_from_inside(void) {
    CU_ASSERT_EQUAL(subject_once(exhausts, NULL), EBB_END_NOMEM);
    CU_ASSERT_EQUAL(subject_once(stops, NULL), EBB_END_STOPPED);
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject_run(&subject, panics, NULL);
    subject_fault(&subject, "broke it");
    CU_ASSERT_EQUAL(ebb_fault(subject.ebb)->line, 12);
    CU_ASSERT_STRING_EQUAL(ebb_fault(subject.ebb)->verb, "step");
    CU_ASSERT_PTR_NOT_NULL(ebb_fault(subject.ebb)->co);
    subject_close(&subject);
}

static void drops_and_panics(struct ebb *ebb, void *arg) {
    struct ebb_chan *chan;
    NEED(ebb_chan_make(ebb, &chan, "gone", 1, 8));
    uint64_t item = 1;
    ebb_chan_send(ebb, chan, &item);
    if (arg == NULL) ebb_chan_drop(chan);
    ebb_panic(ebb, "afterwards");
}

static void a_fault_names_no_object_that_is_gone(void) {
    for (int kept = 0; kept < 2; kept++) {
        struct subject subject;
        subject_open(&subject, NULL, 0);
        subject_run(&subject, drops_and_panics, kept == 0 ? NULL : &subject);
        subject_fault(&subject, "afterwards");
        CU_ASSERT_EQUAL(ebb_fault(subject.ebb)->on != NULL, kept == 1);
        subject_close(&subject);
    }
}

static void fires_nothing(struct ebb_alarm *alarm) { (void)alarm; }

/* Set from outside, without memory: the next run says so, and each one after. */
static void alarm_refused_outside(void) {
    struct subject subject;
    struct ebb_alarm alarm = {.fire = fires_nothing};
    subject_open(&subject, NULL, 0);
    go(subject.ebb, nothing, NULL);
    subject.probe.fail_at = subject.probe.requests + 1;
    ebb_alarm_set(subject.ebb, &alarm, 10);
    CU_ASSERT_FALSE(ebb_alarm_armed(&alarm));
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_NOMEM);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_NOMEM);
    CU_ASSERT_EQUAL(ebb_steps(subject.ebb), 0);
    subject_close(&subject);
}

/* An alarm that cannot do what it was set for, while others could go on: the run ends at the next decision. */
struct refusing {
    struct ebb_alarm alarm, more[32];
    struct subject *subject;
};
static void fires_and_is_refused(struct ebb_alarm *alarm) {
    struct refusing *self = BASE_OWNER(alarm, struct refusing, alarm);
    self->subject->probe.fail_at = self->subject->probe.requests + 1;
    for (int i = 0; i < 32; i++) {
        self->more[i] = (struct ebb_alarm){.fire = fires_nothing};
        ebb_alarm_set(self->subject->ebb, &self->more[i], 1000);
    }
}
static void steps_for_long(struct ebb *ebb, void *arg) {
    (void)arg;
    for (int i = 0; i < 100; i++) ebb_step(ebb);
}

/* A coroutine first, and from then on the last option: an alarm, where there is one. */
struct patient {
    struct ebb_chooser chooser;
    uint32_t asked;
};
static uint32_t last_but_once(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct patient *self = BASE_OWNER(chooser, struct patient, chooser);
    return self->asked++ == 0 ? 0 : choice->count - 1;
}

static void alarm_refused_early(void) {
    struct patient patient = {.chooser = {last_but_once}};
    struct subject subject;
    struct refusing refusing = {.alarm = {.fire = fires_and_is_refused}, .subject = &subject};
    subject_open(&subject, &patient.chooser, 0);
    subject.ebb->timers = EBB_TIMERS_ANY;
    ebb_alarm_set(subject.ebb, &refusing.alarm, 10);
    go(subject.ebb, steps_for_long, NULL);
    go(subject.ebb, steps_for_long, NULL);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_NOMEM);
    CU_ASSERT(ebb_steps(subject.ebb) < 5);
    for (int i = 0; i < 32; i++) ebb_alarm_clear(subject.ebb, &refusing.more[i]);
    subject_close(&subject);
}

/* --- time -------------------------------------------------------------------------------------------------------- */

static void time_is_clamped(void) {
    struct subject subject;
    subject_open(&subject, NULL, 0);
    subject.ebb->now_ns = 1000;
    CU_ASSERT_EQUAL(ebb_time_after(subject.ebb, 5), 1005);
    CU_ASSERT_EQUAL(ebb_time_after(subject.ebb, 0), 1000);
    CU_ASSERT_EQUAL(ebb_time_after(subject.ebb, -5), 1000);
    CU_ASSERT_EQUAL(ebb_time_after(subject.ebb, INT64_MAX), EBB_NEVER);
    CU_ASSERT_EQUAL(ebb_time_after(subject.ebb, INT64_MAX - 1000), EBB_NEVER);
    CU_ASSERT_EQUAL(ebb_time_after(subject.ebb, INT64_MAX - 1001), EBB_NEVER - 1);
    subject_close(&subject);
}

/* An alarm that counts, with an effect that can be told. */
struct counter {
    struct ebb_alarm alarm;
    struct ebb *ebb;
    uint32_t fired;
    int64_t when_ns, again_ns; /* again_ns > 0: arms itself again, so much later */
    enum ebb_effect effect;
};

static void counter_fire(struct ebb_alarm *alarm) {
    struct counter *self = BASE_OWNER(alarm, struct counter, alarm);
    CU_ASSERT_PTR_NULL(ebb_current(self->ebb)); /* what an alarm makes has no owner */
    CU_ASSERT_FALSE(ebb_alarm_armed(alarm));
    self->fired++;
    self->when_ns = ebb_now_ns(self->ebb);
    if (self->again_ns > 0) ebb_alarm_set(self->ebb, alarm, self->when_ns + self->again_ns);
}

static enum ebb_effect counter_effect(const struct ebb_alarm *alarm) {
    return BASE_OWNER(alarm, struct counter, alarm)->effect;
}

static void counter_set(struct counter *self, struct ebb *ebb, int64_t due_ns, enum ebb_effect effect) {
    *self = (struct counter){.alarm = {.fire = counter_fire, .effect = counter_effect}, .ebb = ebb, .effect = effect};
    ebb_alarm_set(ebb, &self->alarm, due_ns);
}

static void sleeps(struct ebb *ebb, void *arg) { (void)ebb_sleep(ebb, *(int64_t *)arg); }

/* Quiet alarms go off on the way to one that wakes; alone they do not keep a world going. */
static void quiet_alarms_go_off_on_the_way(void) {
    struct subject subject;
    struct counter early, late, none;
    int64_t nap_ns = 50;
    subject_open(&subject, NULL, 0);
    counter_set(&early, subject.ebb, 10, EBB_EFFECT_QUIET);
    counter_set(&none, subject.ebb, 20, EBB_EFFECT_NONE);
    counter_set(&late, subject.ebb, 60, EBB_EFFECT_QUIET);
    go(subject.ebb, sleeps, &nap_ns);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
    CU_ASSERT_EQUAL(ebb_now_ns(subject.ebb), 50);
    CU_ASSERT(early.fired == 1 && early.when_ns == 10);
    CU_ASSERT(none.fired == 1 && none.when_ns == 20);
    CU_ASSERT_EQUAL(late.fired, 0);
    CU_ASSERT_EQUAL(ebb_steps(subject.ebb), 2); /* the sleeper's; quiet ones are no steps */
    ebb_alarm_clear(subject.ebb, &late.alarm);
    subject_close(&subject);
}

static void settling_fires_what_wakes_nobody(void) {
    struct subject subject;
    struct counter quiet, wakes, ticks;
    subject_open(&subject, NULL, 0);
    counter_set(&quiet, subject.ebb, 10, EBB_EFFECT_QUIET);
    counter_set(&wakes, subject.ebb, 20, EBB_EFFECT_WAKES);
    counter_set(&ticks, subject.ebb, 5, EBB_EFFECT_NONE);
    ticks.again_ns = 5;
    ebb_settle(subject.ebb);
    CU_ASSERT(quiet.fired == 1 && quiet.when_ns == 10);
    CU_ASSERT_EQUAL(wakes.fired, 0);
    CU_ASSERT_EQUAL(ticks.fired, 1);             /* it arms itself again for ever: one turn each */
    CU_ASSERT_EQUAL(ebb_now_ns(subject.ebb), 0); /* the verdict is of the instant the run ended */
    ebb_alarm_clear(subject.ebb, &wakes.alarm);
    ebb_alarm_clear(subject.ebb, &ticks.alarm);
    subject_close(&subject);
}

/* --- the horizon -------------------------------------------------------------------------------------------------- */

static struct ebb *resting(int64_t rest_ns) {
    struct ebb *ebb = NULL;
    struct ebb_config config = {.rest_ns = rest_ns};
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
    return ebb;
}

/* The first ends at 100; the other sleeps until `until_ns`. */
static enum ebb_end rests(int64_t rest_ns, int64_t until_ns, int64_t *now_ns) {
    int64_t first_ns = 100;
    struct ebb *ebb = resting(rest_ns);
    go(ebb, sleeps, &first_ns);
    go(ebb, sleeps, &until_ns);
    enum ebb_end end = ebb_run(ebb);
    *now_ns = ebb_now_ns(ebb);
    ebb_verify(ebb);
    ebb_reap(ebb);
    ebb_free(ebb);
    return end;
}

static void horizon_follows_the_first(void) {
    int64_t now_ns = 0;
    CU_ASSERT_EQUAL(rests(50, 150, &now_ns), EBB_END_QUIET); /* due at the horizon is within it */
    CU_ASSERT_EQUAL(now_ns, 150);
    CU_ASSERT_EQUAL(rests(50, 151, &now_ns), EBB_END_HORIZON);
    CU_ASSERT_EQUAL(now_ns, 100);                                     /* nothing has moved */
    CU_ASSERT_EQUAL(rests(0, INT64_MAX - 5, &now_ns), EBB_END_QUIET); /* no horizon */
    CU_ASSERT_EQUAL(rests(INT64_MAX, INT64_MAX - 5, &now_ns), EBB_END_QUIET);
    CU_ASSERT_EQUAL(rests(1, 99, &now_ns), EBB_END_QUIET);
}

static void stuck_is_not_horizon(void) {
    int64_t first_ns = 10;
    struct ebb *ebb = resting(5);
    struct counter late;
    counter_set(&late, ebb, 1000, EBB_EFFECT_QUIET); /* it wakes nobody, however long one waits */
    go(ebb, sleeps, &first_ns);
    go(ebb, parks, NULL);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_STUCK);
    ebb_settle(ebb);
    CU_ASSERT_EQUAL(late.fired, 0); /* beyond the horizon */
    ebb_alarm_clear(ebb, &late.alarm);
    ebb_reap(ebb);
    ebb_free(ebb);
}

static void horizon_of_each_phase(void) {
    int64_t long_ns = 1000, short_ns = 10;
    struct ebb *ebb = resting(5);
    struct ebb_co *first = NULL;
    go(ebb, nothing, NULL);
    go(ebb, sleeps, &long_ns);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_HORIZON);
    CU_ASSERT_EQUAL(ebb_go(ebb, &first, "second", sleeps, &short_ns), OK);
    ebb_horizon_after(ebb, first, 7);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_HORIZON);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 10);
    CU_ASSERT_EQUAL(ebb_go(ebb, &first, "third", nothing, NULL), OK);
    ebb_horizon_after(ebb, first, 0);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
    CU_ASSERT_EQUAL(ebb_now_ns(ebb), 1000);
    ebb_reap(ebb);
    ebb_free(ebb);
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

static void making_is_all_or_nothing(void) {
    for (uint64_t fail_at = 1; fail_at < 100; fail_at++) {
        struct subject subject;
        subject_open(&subject, NULL, fail_at);
        bool made = subject.ebb != NULL;
        subject_close(&subject);
        if (made) return;
    }
    CU_FAIL("a world is never made");
}

static void census_off_counts_nothing(void) {
    struct ebb *ebb = NULL;
    struct ebb_config config = {.census_off = true};
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
    go(ebb, nothing, NULL);
    CU_ASSERT(census_empty(ebb_census(ebb)));
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
    ebb_free(ebb);
}

CU_TestInfo world_tests[] = {
    {"empty_world_is_quiet", empty_world_is_quiet},
    {"runs_again_with_more", runs_again_with_more},
    {"world_within_a_world", world_within_a_world},
    {"ends_from_inside", ends_from_inside},
    {"a_fault_names_no_object_that_is_gone", a_fault_names_no_object_that_is_gone},
    {"alarm_refused_outside", alarm_refused_outside},
    {"alarm_refused_early", alarm_refused_early},
    {"time_is_clamped", time_is_clamped},
    {"quiet_alarms_go_off_on_the_way", quiet_alarms_go_off_on_the_way},
    {"settling_fires_what_wakes_nobody", settling_fires_what_wakes_nobody},
    {"horizon_follows_the_first", horizon_follows_the_first},
    {"stuck_is_not_horizon", stuck_is_not_horizon},
    {"horizon_of_each_phase", horizon_of_each_phase},
    {"making_is_all_or_nothing", making_is_all_or_nothing},
    {"census_off_counts_nothing", census_off_counts_nothing},
    CU_TEST_INFO_NULL,
};
