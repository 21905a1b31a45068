/* SPDX-License-Identifier: MIT */
/* rwmutex_test.c — many readers or one writer, and a writer that waits is preferred already. */
#include "kinds/rwmutex/rwmutex.h"

#include "tests/unit/world_test.h"

static struct ebb_rwmutex *lock;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_rwmutex_make(ebb, &lock, "rw"), OK); }

static void reader(struct ebb *ebb, void *arg) {
    ebb_rwmutex_rlock(ebb, lock);
    note(*(const char *)arg);
    ebb_yield(ebb);
    ebb_rwmutex_runlock(ebb, lock);
}

static void writer(struct ebb *ebb, void *arg) {
    ebb_rwmutex_lock(ebb, lock);
    note(*(const char *)arg);
    CU_ASSERT_EQUAL(ebb_rwmutex_readers(lock), 0);
    CU_ASSERT_PTR_NOT_NULL(ebb_rwmutex_writer(lock));
    ebb_yield(ebb);
    note(')');
    ebb_rwmutex_unlock(ebb, lock);
}

static void readers_share(void) {
    struct played played = PERFORM(set, {"r", reader, "r"}, {"s", reader, "s"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.steps, 6); /* nobody has waited */
    CU_ASSERT_EQUAL(played.remains[KIND_RWMUTEX], 0);
}

/* r reads; w waits for it; s comes later and must not get in before w, although r still reads. Then s is let in before
 * the next writer x, which has waited longer. */
static void a_waiting_writer_is_preferred(void) {
    struct played played = PERFORM(set, {"r", reader, "r"}, {"w", writer, "w"}, {"x", writer, "x"}, {"s", reader, "s"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "rw)sx)");
}

static void reads_twice(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_rlock(ebb, lock);
    ebb_yield(ebb); /* the writer queues up */
    ebb_rwmutex_rlock(ebb, lock);
    note('!');
}

static void reading_twice_deadlocks_with_a_writer_between(void) {
    struct played played = PERFORM(set, {"twice", reads_twice, NULL}, {"w", writer, "w"});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 2);
    CU_ASSERT_EQUAL(played.remains[KIND_RWMUTEX], 1); /* one reader; the writer has it not */
    played = PERFORM(set, {"twice", reads_twice, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.remains[KIND_RWMUTEX], 2);
}

static void runlocks(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_runlock(ebb, lock);
}

static void unlocks(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_unlock(ebb, lock);
}

static void locks(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_lock(ebb, lock);
    note('w');
}

static void rlocks(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_rlock(ebb, lock);
}

static void unlocking_what_is_unlocked_panics(void) {
    struct played played = PERFORM(set, {"one", runlocks, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "runlock of unlocked rwmutex rw");
    played = PERFORM(set, {"one", unlocks, NULL});
    CU_ASSERT_STRING_EQUAL(played.fault, "unlock of unlocked rwmutex rw");
    played = PERFORM(set, {"reader", rlocks, NULL}, {"one", unlocks, NULL}); /* reading is not writing */
    CU_ASSERT_STRING_EQUAL(played.fault, "unlock of unlocked rwmutex rw");
    played = PERFORM(set, {"writer", locks, NULL}, {"one", runlocks, NULL}); /* nor the other way round */
    CU_ASSERT_STRING_EQUAL(played.fault, "runlock of unlocked rwmutex rw");
    played =
        PERFORM(set, {"reader", rlocks, NULL}, {"writer", locks, NULL}, {"one", unlocks, NULL}); /* nor is waiting */
    CU_ASSERT_STRING_EQUAL(played.fault, "unlock of unlocked rwmutex rw");
}

/* The last reader makes the waiting writer the one that writes; before it runs, another may unlock for it. */
static void leaves_and_unlocks(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_rlock(ebb, lock);
    ebb_yield(ebb); /* the writer waits */
    ebb_rwmutex_runlock(ebb, lock);
    CU_ASSERT_PTR_NOT_NULL(ebb_rwmutex_writer(lock));
    if (ebb_rwmutex_writer(lock) != NULL) CU_ASSERT_STRING_EQUAL(ebb_rwmutex_writer(lock)->label, "w");
    ebb_rwmutex_unlock(ebb, lock);
    CU_ASSERT_PTR_NULL(ebb_rwmutex_writer(lock));
}

static void a_writer_may_be_unlocked_before_it_runs(void) {
    struct played played = PERFORM(set, {"r", leaves_and_unlocks, NULL}, {"w", locks, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "w");
    CU_ASSERT_EQUAL(played.remains[KIND_RWMUTEX], 0);
}

/* A writer that is woken competes with one that comes by. */
static void writes_again(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_rwmutex_lock(ebb, lock);
    ebb_yield(ebb); /* w waits */
    ebb_rwmutex_unlock(ebb, lock);
    ebb_rwmutex_lock(ebb, lock);
    note('a');
    ebb_yield(ebb); /* w is late */
    ebb_rwmutex_unlock(ebb, lock);
}

static void writers_compete(void) {
    struct played played = PERFORM(set, {"again", writes_again, NULL}, {"w", writer, "w"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "aw)");
    CU_ASSERT_EQUAL(played.steps, 6 + 5); /* w: lock, late, lock, yield, unlock */
}

static void tries(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_TRUE(ebb_rwmutex_try_rlock(ebb, lock));
    CU_ASSERT_TRUE(ebb_rwmutex_try_rlock(ebb, lock));
    CU_ASSERT_FALSE(ebb_rwmutex_try_lock(ebb, lock));
    CU_ASSERT_EQUAL(ebb_rwmutex_kind.remains(ebb_rwmutex_object(lock)), 2);
    ebb_rwmutex_runlock(ebb, lock);
    ebb_rwmutex_runlock(ebb, lock);
    CU_ASSERT_TRUE(ebb_rwmutex_try_lock(ebb, lock));
    CU_ASSERT_FALSE(ebb_rwmutex_try_lock(ebb, lock));
    CU_ASSERT_FALSE(ebb_rwmutex_try_rlock(ebb, lock));
    CU_ASSERT_EQUAL(ebb_rwmutex_kind.remains(ebb_rwmutex_object(lock)), 1);
    ebb_rwmutex_unlock(ebb, lock);
}

static void try_verbs_never_wait(void) {
    struct played played = PERFORM(set, {"tries", tries, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.steps, 9);
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made = NULL;
    struct ebb_value none = EBB_VALUE_NIL, ok = EBB_VALUE_NIL;
    NEED(ebb_rwmutex_kind.make(ebb, &made, "made", &none));
    call_op(ebb, made, "rlock", NULL, NULL);
    call_op(ebb, made, "try_lock", NULL, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 0);
    call_op(ebb, made, "try_rlock", NULL, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 1);
    call_op(ebb, made, "runlock", NULL, NULL);
    call_op(ebb, made, "runlock", NULL, NULL);
    call_op(ebb, made, "lock", NULL, NULL);
    call_op(ebb, made, "unlock", NULL, NULL);
    struct ebb_rwmutex *alias = ebb_rwmutex_hold((struct ebb_rwmutex *)(void *)made);
    ebb_rwmutex_drop(alias);
    ebb_object_release(made);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_RWMUTEX), 0);
    ebb_rwmutex_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

CU_TestInfo rwmutex_tests[] = {
    {"readers_share", readers_share},
    {"a_waiting_writer_is_preferred", a_waiting_writer_is_preferred},
    {"reading_twice_deadlocks_with_a_writer_between", reading_twice_deadlocks_with_a_writer_between},
    {"unlocking_what_is_unlocked_panics", unlocking_what_is_unlocked_panics},
    {"a_writer_may_be_unlocked_before_it_runs", a_writer_may_be_unlocked_before_it_runs},
    {"writers_compete", writers_compete},
    {"try_verbs_never_wait", try_verbs_never_wait},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
