/* SPDX-License-Identifier: MIT */
/* mutex_test.c — a lock that is fought over, that anybody may open, and that tells who has it. */
#include "kinds/mutex/mutex.h"

#include "tests/unit/world_test.h"

static struct ebb_mutex *mutex;

static void set(struct ebb *ebb) { CU_ASSERT_EQUAL(ebb_mutex_make(ebb, &mutex, "mu"), OK); }

static void holder(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_lock(ebb, mutex);
    note('a');
    ebb_yield(ebb);
    note('b');
    ebb_mutex_unlock(ebb, mutex);
}

static void waiter(struct ebb *ebb, void *arg) {
    ebb_mutex_lock(ebb, mutex);
    note(*(const char *)arg);
    ebb_mutex_unlock(ebb, mutex);
}

static void keeps_others_out(void) {
    struct played played = PERFORM(set, {"holder", holder, NULL}, {"waiter", waiter, "w"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "abw");
    CU_ASSERT_EQUAL(played.steps, 3 + 3); /* lock, yield, unlock; lock, lock again, unlock */
    CU_ASSERT_EQUAL(played.remains[KIND_MUTEX], 0);
}

/* Unlock wakes the first that waits, but the one that runs on takes the lock again before it. */
static void greedy(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_lock(ebb, mutex);
    ebb_yield(ebb); /* both waiters queue up: x, then y */
    ebb_mutex_unlock(ebb, mutex);
    ebb_mutex_lock(ebb, mutex);
    note('g');
    ebb_yield(ebb); /* x is late and queues up again, behind y */
    ebb_mutex_unlock(ebb, mutex);
}

static void does_not_hand_over(void) {
    struct played played = PERFORM(set, {"greedy", greedy, NULL}, {"x", waiter, "x"}, {"y", waiter, "y"});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "gyx");
    CU_ASSERT_EQUAL(played.steps, 6 + 4 + 3); /* each attempt that fails is a step */
}

static void locker(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_at(ebb, 42);
    ebb_mutex_lock(ebb, mutex);
    const struct ebb_mutex_owner *owner = ebb_mutex_owner(mutex);
    CU_ASSERT_PTR_NOT_NULL(owner);
    if (owner == NULL) return;
    CU_ASSERT_STRING_EQUAL(owner->label, "locker");
    CU_ASSERT_EQUAL(owner->line, 42);
    CU_ASSERT_EQUAL(owner->serial, ebb_co_object(ebb_current(ebb))->node.birth.serial);
}

static void unlocker(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_unlock(ebb, mutex);
    CU_ASSERT_PTR_NULL(ebb_mutex_owner(mutex));
}

static void anybody_may_unlock(void) {
    struct played played = PERFORM(set, {"locker", locker, NULL}, {"unlocker", unlocker, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(played.remains[KIND_MUTEX], 0);
}

static void a_lock_may_be_left_behind(void) {
    struct played played = PERFORM(set, {"locker", locker, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET); /* nobody is blocked, and yet something is wrong */
    CU_ASSERT_EQUAL(played.remains[KIND_MUTEX], 1);
    CU_ASSERT_EQUAL(ebb_mutex_kind.left, EBB_LEFT_LOCK);
}

static void locks_twice(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_mutex_lock(ebb, mutex);
    ebb_mutex_lock(ebb, mutex);
    note('!');
}

static void is_not_reentrant(void) {
    struct played played = PERFORM(set, {"twice", locks_twice, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_STUCK);
    CU_ASSERT_STRING_EQUAL(diary.text, "");
    CU_ASSERT_EQUAL(played.live[KIND_COROUTINE], 1);
    CU_ASSERT_EQUAL(played.remains[KIND_MUTEX], 1);
}

static void unlocking_what_is_unlocked_panics(void) {
    struct played played = PERFORM(set, {"unlocker", unlocker, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_PANIC);
    CU_ASSERT_STRING_EQUAL(played.fault, "unlock of unlocked mutex mu");
}

static void trier(struct ebb *ebb, void *arg) {
    (void)arg;
    CU_ASSERT_TRUE(ebb_mutex_try_lock(ebb, mutex));
    note('t');
    CU_ASSERT_FALSE(ebb_mutex_try_lock(ebb, mutex)); /* only polled: the others go first */
    note('u');
    ebb_mutex_unlock(ebb, mutex);
}

static void other(struct ebb *ebb, void *arg) {
    (void)ebb, (void)arg;
    note('o');
}

static void try_lock_never_waits(void) {
    struct played played = PERFORM(set, {"trier", trier, NULL}, {"other", other, NULL});
    CU_ASSERT_EQUAL(played.end, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "tou");
    CU_ASSERT_EQUAL(played.steps, 3);
}

static void everything(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *made = NULL;
    struct ebb_value none = EBB_VALUE_NIL, ok = EBB_VALUE_NIL;
    NEED(ebb_mutex_kind.make(ebb, &made, "made", &none));
    call_op(ebb, made, "lock", NULL, NULL);
    call_op(ebb, made, "try_lock", NULL, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 0);
    call_op(ebb, made, "unlock", NULL, NULL);
    call_op(ebb, made, "try_lock", NULL, &ok);
    CU_ASSERT(ok.type == EBB_BOOL && ok.integer == 1);
    CU_ASSERT_EQUAL(traced(made).count, 0);
    struct ebb_mutex *alias = ebb_mutex_hold((struct ebb_mutex *)(void *)made);
    CU_ASSERT_PTR_EQUAL(ebb_mutex_object(alias), made);
    ebb_mutex_drop(alias);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_MUTEX), 1);
    ebb_object_release(made); /* locked or not: nobody can name it any more */
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_MUTEX), 0);
    ebb_mutex_drop(NULL);
}

static void scenarios_and_refusals(void) {
    CU_ASSERT_EQUAL(subject_once(everything, NULL), EBB_END_QUIET);
    subject_sweep(everything, NULL);
}

CU_TestInfo mutex_tests[] = {
    {"keeps_others_out", keeps_others_out},
    {"does_not_hand_over", does_not_hand_over},
    {"anybody_may_unlock", anybody_may_unlock},
    {"a_lock_may_be_left_behind", a_lock_may_be_left_behind},
    {"is_not_reentrant", is_not_reentrant},
    {"unlocking_what_is_unlocked_panics", unlocking_what_is_unlocked_panics},
    {"try_lock_never_waits", try_lock_never_waits},
    {"scenarios_and_refusals", scenarios_and_refusals},
    CU_TEST_INFO_NULL,
};
