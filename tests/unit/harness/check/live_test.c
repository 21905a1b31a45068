/* SPDX-License-Identifier: MIT */
/* live_test.c — who can never run again: what sleepers and alarms can name is awaited, however long the chain; the rest
 * waits for ever. Code that shows nothing of its variables may name anything. */
#include "check/live.h"

#include "check_yard.h"
#include "kinds/timer/timer.h"

/* --- people who wait on one thing, name others, and say so -------------------------------------------------------- */

#define PERSON_NAMES 2u
struct person {
    struct ebb_roots roots;
    struct ebb_chan *waits; /* on, unless it sleeps */
    int64_t sleeps_ns;
    struct ebb_object *names[PERSON_NAMES];
    struct ebb_co *co;
};

static void person_trace(struct ebb_roots *roots, void *tracer) {
    const struct person *self = BASE_OWNER(roots, struct person, roots);
    struct ebb_tracer *to = tracer;
    for (size_t i = 0; i < PERSON_NAMES; i++)
        if (self->names[i] != NULL) to->visit(to, self->names[i]);
}
static void person_release(struct ebb_roots *roots) { (void)roots; }

static void person_body(struct ebb *ebb, void *arg) {
    struct person *self = arg;
    self->roots = (struct ebb_roots){.trace = person_trace, .release = person_release};
    ebb_roots_push(ebb, &self->roots);
    if (self->sleeps_ns > 0) (void)ebb_sleep(ebb, self->sleeps_ns);
    if (self->sleeps_ns == 0) (void)ebb_chan_recv(ebb, self->waits, NULL);
    ebb_roots_pop(ebb, &self->roots);
}

static void person_go(struct yard *yard, const char *label, struct person *person) {
    CU_ASSERT_EQUAL_FATAL(ebb_go(yard->ebb, &person->co, label, person_body, person), OK);
}

/* Everybody runs until all wait. The first coroutine of a world ends at once, so that sleepers sleep beyond the horizon. */
static void street_open(struct yard *yard) {
    yard_open(yard, (struct ebb_config){.rest_ns = 1});
    yard_go(yard, "main", body_nothing, NULL);
}
static void street_run(struct yard *yard) { (void)ebb_run(yard->ebb); }

static bool doomed(struct yard *yard, const struct person *person) {
    struct check_live live;
    CU_ASSERT_EQUAL_FATAL(check_live_init(&live, mem_system(), yard->ebb), OK);
    bool answer = check_live_doomed(&live, person->co);
    check_live_deinit(&live);
    return answer;
}

static struct ebb_object *object_of(struct ebb_chan *chan) { return ebb_chan_object(chan); }

/* --- the tests ------------------------------------------------------------------------------------------------------ */

static void nobody_names_it(void) {
    struct yard yard;
    street_open(&yard);
    struct ebb_chan *reply = yard_chan(&yard, "reply", 0), *other = yard_chan(&yard, "other", 0);
    struct person worker = {.waits = reply, .names = {object_of(reply)}};
    struct person sleeper = {.sleeps_ns = 1000, .names = {object_of(other)}};
    person_go(&yard, "sleeper", &sleeper);
    person_go(&yard, "worker", &worker);
    street_run(&yard);
    CU_ASSERT_TRUE(doomed(&yard, &worker)); /* naming it oneself does not help */
    CU_ASSERT_FALSE(doomed(&yard, &sleeper));
    sleeper.names[1] = object_of(reply);
    CU_ASSERT_FALSE(doomed(&yard, &worker));
    yard_close(&yard);
}

static void along_a_chain(void) {
    struct yard yard;
    street_open(&yard);
    enum { LINKS = 20 };
    struct ebb_chan *chans[LINKS + 1];
    struct person people[LINKS];
    for (int i = 0; i <= LINKS; i++) chans[i] = yard_chan(&yard, "link", 0);
    struct person sleeper = {.sleeps_ns = 1000, .names = {object_of(chans[LINKS])}};
    for (int i = 0; i < LINKS; i++) { /* the first waits on what the second names, and so on: found last to first */
        people[i] = (struct person){.waits = chans[i + 1], .names = {object_of(chans[i])}};
        person_go(&yard, "person", &people[i]);
    }
    person_go(&yard, "sleeper", &sleeper);
    street_run(&yard);
    for (int i = 0; i < LINKS; i++) CU_ASSERT_FALSE(doomed(&yard, &people[i]));
    people[10].names[0] = NULL; /* the chain is cut there */
    for (int i = 0; i < LINKS; i++) CU_ASSERT_EQUAL(doomed(&yard, &people[i]), i < 10);
    yard_close(&yard);
}

static void in_a_circle(void) {
    struct yard yard;
    street_open(&yard);
    struct ebb_chan *left = yard_chan(&yard, "left", 0), *right = yard_chan(&yard, "right", 0);
    struct person one = {.waits = left, .names = {object_of(right)}};
    struct person two = {.waits = right, .names = {object_of(left)}};
    person_go(&yard, "one", &one);
    person_go(&yard, "two", &two);
    street_run(&yard);
    CU_ASSERT_TRUE(doomed(&yard, &one));
    CU_ASSERT_TRUE(doomed(&yard, &two));
    yard_close(&yard);
}

static void through_what_is_held(void) {
    struct yard yard;
    street_open(&yard);
    struct ebb_chan *reply = yard_chan(&yard, "reply", 0);
    struct toy *outer = toy_make(yard.ebb, EBB_LEFT_OBJECT, "outer", 0),
               *inner = toy_make(yard.ebb, EBB_LEFT_OBJECT, "inner", 0);
    toy_hold(outer, inner);
    inner->holds[0] = object_of(reply);
    struct person worker = {.waits = reply}, sleeper = {.sleeps_ns = 1000, .names = {&outer->head}};
    person_go(&yard, "worker", &worker);
    person_go(&yard, "sleeper", &sleeper);
    street_run(&yard);
    CU_ASSERT_FALSE(doomed(&yard, &worker));
    inner->holds[0] = NULL;
    CU_ASSERT_TRUE(doomed(&yard, &worker));
    yard_close(&yard);
}

static void an_alarm_is_live(void) {
    struct yard yard;
    street_open(&yard);
    struct ebb_timer *timer = NULL;
    CU_ASSERT_EQUAL_FATAL(ebb_timer_make(yard.ebb, &timer, "timer", 1000), OK);
    struct ebb_chan *tick = ebb_timer_chan(timer);
    struct person waits = {.waits = tick};
    person_go(&yard, "waits", &waits);
    street_run(&yard);
    CU_ASSERT_FALSE(doomed(&yard, &waits));
    yard_close(&yard);
}

static void nil_wakes_nobody(void) {
    struct yard yard;
    street_open(&yard);
    struct person waits = {.waits = NULL}, sleeper = {.sleeps_ns = 1000};
    person_go(&yard, "waits", &waits);
    person_go(&yard, "sleeper", &sleeper);
    street_run(&yard);
    CU_ASSERT_TRUE(doomed(&yard, &waits));
    yard_close(&yard);
}

/* A body in C that shows no roots may name whatever it likes, once it can run at all. */
static void who_shows_nothing_may_name_all(void) {
    struct yard yard;
    street_open(&yard);
    int64_t long_ns = 1000;
    struct ebb_chan *reply = yard_chan(&yard, "reply", 0);
    struct person worker = {.waits = reply};
    person_go(&yard, "worker", &worker);
    yard_go(&yard, "plain", body_recv, yard_chan(&yard, "never", 0));
    street_run(&yard);
    CU_ASSERT_TRUE(doomed(&yard, &worker)); /* plain waits for ever itself */
    yard_go(&yard, "plain", body_sleep, &long_ns);
    street_run(&yard);
    CU_ASSERT_FALSE(doomed(&yard, &worker));
    yard_close(&yard);
}

static void without_memory_it_says_so(void) {
    struct yard yard;
    street_open(&yard);
    struct person worker = {.waits = yard_chan(&yard, "reply", 0)};
    person_go(&yard, "worker", &worker);
    street_run(&yard);
    bool came_through = false;
    for (uint64_t fail_at = 1; fail_at < 20 && !came_through; fail_at++) {
        struct mem_probe probe;
        struct check_live live;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = fail_at;
        enum status status = check_live_init(&live, &probe.mem, yard.ebb);
        came_through = probe.requests < fail_at;
        CU_ASSERT_EQUAL(status, came_through ? OK : ERR_NOMEM);
        if (status == OK) check_live_deinit(&live);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    CU_ASSERT_TRUE(came_through);
    yard_close(&yard);
}

CU_TestInfo live_tests[] = {
    {"nobody_names_it", nobody_names_it},
    {"along_a_chain", along_a_chain},
    {"in_a_circle", in_a_circle},
    {"through_what_is_held", through_what_is_held},
    {"an_alarm_is_live", an_alarm_is_live},
    {"nil_wakes_nobody", nil_wakes_nobody},
    {"who_shows_nothing_may_name_all", who_shows_nothing_may_name_all},
    {"without_memory_it_says_so", without_memory_it_says_so},
    CU_TEST_INFO_NULL,
};
