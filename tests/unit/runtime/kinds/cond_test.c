/* SPDX-License-Identifier: MIT */
/* cond_test.c — waiting lets go and queues up in one step; signals are lost on nobody. */
#include "kinds/cond/cond.h"

#include "tests/unit/world_test.h"

static struct ebb_mutex *mutex;
static struct ebb_rwmutex *rwmutex;
static struct ebb_cond *cond;

static void set(struct ebb *ebb) {
    CU_ASSERT_EQUAL(ebb_mutex_make(ebb, &mutex, "mu"), OK);
    CU_ASSERT_EQUAL(ebb_cond_make(ebb, &cond, "ready", mutex), OK);
}

static void set_rwmutex(struct ebb *ebb) {
    CU_ASSERT_EQUAL(ebb_rwmutex_make(ebb, &rwmutex, "rw"), OK);
    CU_ASSERT_EQUAL(ebb_cond_make_rwmutex(ebb, &cond, "ready", rwmutex), OK);
}

static void waits(struct ebb *ebb, void *arg) {
    ebb_mutex_lock(ebb, mutex);
    ebb_cond_wait(ebb, cond);
    CU_ASSERT_PTR_NOT_NULL(ebb_mutex_owner(mutex));
    note(*(const char *)arg);
    ebb_mutex_unlock(ebb, mutex);
}

static void signals(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_lock(ebb, mutex); /* free, although somebody waits below it */
    note('s');
    ebb_cond_signal(ebb, cond);
    ebb_mutex_unlock(ebb, mutex);
}

static void a_signal_wakes_the_first(void) {
    struct played played = PERFORM(set, {"a", waits, "a"}, {"b", waits, "b"}, {"s", signals, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "sa");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
    CU_ASSERT_EQUAL(played.remains[KIND_MUTEX], 0); /* the one that waits has let go */
}

static void a_signal_for_nobody_is_lost(void) {
    struct played played = PERFORM(set, {"s", signals, NULL}, {"a", waits, "a"});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "s");
}

static void broadcasts(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_cond_broadcast(ebb, cond);
}

static void a_broadcast_wakes_all(void) {
    struct played played =
        PERFORM(set, {"a", waits, "a"}, {"b", waits, "b"}, {"c", waits, "c"}, {"s", broadcasts, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "abc");
}

/* Whoever is woken does not have the lock yet. */
static void signals_and_keeps(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_lock(ebb, mutex);
    ebb_cond_signal(ebb, cond);
    ebb_yield(ebb);
    note('k');
    ebb_mutex_unlock(ebb, mutex);
}

static void the_woken_have_to_lock(void) {
    struct played played = PERFORM(set, {"a", waits, "a"}, {"s", signals_and_keeps, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "ka");
    CU_ASSERT_EQUAL(played.steps, 5 + 4); /* a: lock, wait, lock in vain, lock, unlock */
}

/* Unlocking and queueing up are one step: no schedule lets a signal fall in between. */
static void no_signal_falls_in_between(void) {
    for (uint32_t script = 0; script < 243; script++) {
        uint32_t picks[5], rest = script;
        for (uint32_t i = 0; i < 5; i++, rest /= 3) picks[i] = rest % 3;
        struct play play = {.set = set, .picks = picks, .pick_count = 5};
        play.parts[0] = (struct part){"a", waits, "a"};
        play.parts[1] = play.parts[2] = (struct part){"s", signals, NULL};
        struct played played = perform(&play);
        bool stuck = played.end == EBB_END_STUCK;
        CU_ASSERT_EQUAL(stuck, diary.text[1] == 's' && strchr(diary.text, 'a') == NULL);
        CU_ASSERT(stuck || played.end == EBB_END_QUIET);
    }
}

static void waits_bare(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_cond_wait(ebb, cond);
}

static void waiting_without_the_lock_panics(void) {
    struct played played = PERFORM(set, {"w", waits_bare, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "unlock of unlocked mutex mu");
    played = PERFORM(set_rwmutex, {"w", waits_bare, NULL});
    CU_ASSERT_STRING_EQUAL(played.fault, "unlock of unlocked rwmutex rw");
    played = PERFORM(set, {"b", broadcasts, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET); /* signalling needs no lock */
}

static void waits_writing(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_lock(ebb, rwmutex);
    ebb_cond_wait(ebb, cond);
    CU_ASSERT_PTR_NOT_NULL(ebb_rwmutex_writer(rwmutex));
    note('w');
    ebb_rwmutex_unlock(ebb, rwmutex);
}

static void reads_and_signals(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_rlock(ebb, rwmutex);
    ebb_cond_signal(ebb, cond);
    ebb_yield(ebb);
    note('r');
    ebb_rwmutex_runlock(ebb, rwmutex);
}

static void the_lock_may_be_a_writer_s(void) {
    struct played played = PERFORM(set_rwmutex, {"w", waits_writing, NULL}, {"r", reads_and_signals, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "rw");
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made[2] = {NULL, NULL}, *lock = NULL;
    struct ebb_value none = EBB_VALUE_NIL;
    for (uint32_t i = 0; i < 2; i++) {
        const struct ebb_kind *kind = i == 0 ? &ebb_mutex_kind : &ebb_rwmutex_kind;
        NEED(kind->make(ebb, &lock, "lock", &none));
        struct ebb_value args = ebb_value_object(lock);
        NEED(ebb_cond_kind.make(ebb, &made[i], "made", &args));
        CU_ASSERT_EQUAL(lock->holds, 2);
        CU_ASSERT_EQUAL(traced(made[i]).count, 1);
        CU_ASSERT_PTR_EQUAL(traced(made[i]).last, lock);
        ebb_object_release(lock); /* the condition keeps it */
        CU_ASSERT_EQUAL(census_live(ebb_census(ebb), kind->id), 1);
        call_op(ebb, made[i], "signal", NULL, NULL);
        call_op(ebb, made[i], "broadcast", NULL, NULL);
        struct ebb_cond *alias = ebb_cond_hold((struct ebb_cond *)(void *)made[i]);
        CU_ASSERT_PTR_EQUAL(ebb_cond_object(alias), made[i]);
        ebb_cond_drop(alias);
        ebb_object_release(made[i]);
        CU_ASSERT_EQUAL(census_live(ebb_census(ebb), kind->id), 0);
    }
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_COND), 0);
    ebb_cond_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

static void makes_without_lock(struct ebb *ebb, void *arg) {
    struct ebb_object *made = NULL;
    struct ebb_value number = ebb_value_int(3);
    (void)arg;
    CU_ASSERT_NOT_EQUAL(ebb_cond_kind.make(ebb, &made, "bad", &number), OK);
}

static void make_wants_a_lock(void) {
    subject_panics(makes_without_lock, NULL, "condition bad needs a mutex or an rwmutex");
    struct subject subject;
    subject_open(&subject, NULL, 0);
    makes_without_lock(subject.ebb, NULL); /* from outside, where nobody can panic */
    subject_close(&subject);
}

CU_TestInfo cond_tests[] = {
    {"a_signal_wakes_the_first", a_signal_wakes_the_first},
    {"a_signal_for_nobody_is_lost", a_signal_for_nobody_is_lost},
    {"a_broadcast_wakes_all", a_broadcast_wakes_all},
    {"the_woken_have_to_lock", the_woken_have_to_lock},
    {"no_signal_falls_in_between", no_signal_falls_in_between},
    {"waiting_without_the_lock_panics", waiting_without_the_lock_panics},
    {"the_lock_may_be_a_writer_s", the_lock_may_be_a_writer_s},
    {"scenarios_and_refusals", scenarios_and_refusals},
    {"make_wants_a_lock", make_wants_a_lock},
    CU_TEST_INFO_NULL,
};
