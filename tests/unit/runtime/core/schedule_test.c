/* SPDX-License-Identifier: MIT */
/* schedule_test.c — who goes next: the default order as runtime.h promises it, what a chooser is offered, and what
 * happens when nothing can run. */
#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "tests/unit/runtime/kinds/kinds_test.h"

/* Who ran, in order: each coroutine writes its letter. */
struct diary {
    char text[512];
    size_t len;
};
static struct diary diary;

static void note(char letter) {
    if (diary.len + 1 < sizeof diary.text) diary.text[diary.len++] = letter;
    diary.text[diary.len] = '\0';
}

struct actor {
    char letter;
    uint32_t turns;
    void (*verb)(struct ebb *);
};

static void act(struct ebb *ebb, void *arg) {
    const struct actor *actor = arg;
    for (uint32_t i = 0; i < actor->turns; i++) {
        note(actor->letter);
        actor->verb(ebb);
    }
}

static void sleep_one(struct ebb *ebb) { (void)ebb_sleep(ebb, 1); }
static void park_for_good(struct ebb *ebb) { (void)ebb_park(ebb, NULL, 0, EBB_NEVER); }

/* Runs the actors in one world; answers its steps. */
static uint64_t play(struct ebb_chooser *chooser, struct actor *actors, size_t count, enum ebb_end end) {
    struct subject subject;
    diary = (struct diary){.len = 0};
    subject_open(&subject, chooser, 0);
    for (size_t i = 0; i < count; i++) CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, "actor", act, &actors[i]), OK);
    CU_ASSERT_EQUAL(ebb_run(subject.ebb), end);
    ebb_verify(subject.ebb);
    uint64_t steps = ebb_steps(subject.ebb);
    subject_close(&subject);
    return steps;
}

/* --- the default ------------------------------------------------------------------------------------------------- */

static void polls_go_round(void) {
    struct actor actors[] = {{'a', 3, ebb_yield}, {'b', 2, ebb_yield}, {'c', 3, ebb_yield}};
    CU_ASSERT_EQUAL(play(NULL, actors, 3, EBB_END_QUIET), 8);
    CU_ASSERT_STRING_EQUAL(diary.text, "abcabcac");
}

static void steps_stay(void) {
    struct actor actors[] = {{'a', 3, ebb_step}, {'b', 2, ebb_step}};
    CU_ASSERT_EQUAL(play(NULL, actors, 2, EBB_END_QUIET), 5);
    CU_ASSERT_STRING_EQUAL(diary.text, "aaabb");
}

/* One step, and at most LIMIT_STAY_STEPS more. The letter comes before the verb, and the code after the last verb
 * belongs to the next turn: so 61 letters. */
static void nobody_stays_for_ever(void) {
    struct actor actors[] = {{'a', 100, ebb_step}, {'b', 100, ebb_step}};
    play(NULL, actors, 2, EBB_END_QUIET);
    for (size_t i = 0; i < 200; i++) {
        bool first = i < 61 || (i >= 122 && i < 161);
        CU_ASSERT_EQUAL(diary.text[i], first ? 'a' : 'b');
    }
    CU_ASSERT_EQUAL(diary.len, 200);
}

static void alone_it_goes_on(void) {
    struct actor actors[] = {{'a', 200, ebb_yield}};
    CU_ASSERT_EQUAL(play(NULL, actors, 1, EBB_END_QUIET), 200);
}

static void parked_gives_way_to_the_next(void) {
    struct actor actors[] = {{'a', 2, ebb_yield}, {'b', 1, park_for_good}, {'c', 2, ebb_yield}};
    CU_ASSERT_EQUAL(play(NULL, actors, 3, EBB_END_STUCK), 5);
    CU_ASSERT_STRING_EQUAL(diary.text, "abcac");
}

/* Whoever sleeps alone and wakes goes on in the same quantum, of which the alarms are no part. */
static void spawner(struct ebb *ebb, void *arg) {
    for (int i = 0; i < 30; i++) {
        note('a');
        (void)ebb_sleep(ebb, 1);
    }
    note('a');
    CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "other", act, arg), OK);
    for (int i = 0; i < 60; i++) {
        note('a');
        ebb_step(ebb);
    }
}

static void alarms_are_no_steps_of_a_quantum(void) {
    struct subject subject;
    struct actor other = {'b', 1, ebb_step};
    diary = (struct diary){.len = 0};
    subject_open(&subject, NULL, 0);
    subject_run(&subject, spawner, &other);
    CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
    CU_ASSERT_EQUAL(strcspn(diary.text, "b"), 61);
    CU_ASSERT_EQUAL(ebb_steps(subject.ebb), 30 + 30 + 1 + 60 + 1); /* sleeps, alarms, go, steps, the other's */
    subject_close(&subject);
}

static void sleepers_wake_in_time_and_order(void) {
    struct actor actors[] = {{'a', 2, sleep_one}, {'b', 2, sleep_one}, {'c', 1, sleep_one}};
    play(NULL, actors, 3, EBB_END_QUIET);
    CU_ASSERT_STRING_EQUAL(diary.text, "abcab"); /* one instant: as they lay down */
}

static void budget_is_exact(void) {
    for (uint64_t budget = 1; budget < 10; budget++) {
        struct actor actor = {'a', 400, ebb_step};
        struct ebb *ebb = NULL;
        struct ebb_config config = {.step_max = budget};
        diary = (struct diary){.len = 0};
        CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "a", act, &actor), OK);
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "b", act, &actor), OK);
        CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_LIMIT);
        CU_ASSERT_EQUAL(ebb_steps(ebb), budget);
        CU_ASSERT_EQUAL(diary.len, budget);
        ebb_verify(ebb);
        ebb_reap(ebb);
        ebb_free(ebb);
    }
}

/* An alarm's step counts as well: one that uses up the budget is the last thing that happens. */
static void budget_counts_alarms(void) {
    for (uint64_t budget = 1; budget < 10; budget++) {
        struct actor actor = {'a', 400, sleep_one};
        struct ebb *ebb = NULL;
        struct ebb_config config = {.step_max = budget};
        diary = (struct diary){.len = 0};
        CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "a", act, &actor), OK);
        CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_LIMIT);
        CU_ASSERT_EQUAL(ebb_steps(ebb), budget);
        CU_ASSERT_EQUAL(diary.len, (budget + 1) / 2);
        ebb_reap(ebb);
        ebb_free(ebb);
    }
}

/* --- choices ----------------------------------------------------------------------------------------------------- */

/* Writes down what is offered at each choice, by serial of the coroutine ('@' an alarm), and takes what it is told. */
struct witness {
    struct ebb_chooser chooser;
    const uint32_t *picks;
    uint32_t count, at;
    char offers[256];
    size_t len;
};

static uint32_t witness_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct witness *self = BASE_OWNER(chooser, struct witness, chooser);
    for (uint32_t i = 0; i < choice->count && self->len + 1 < sizeof self->offers; i++) {
        char letter = (char)('0' + i);
        if (choice->what == EBB_CHOOSE_NEXT) {
            const struct ebb_co *co = ebb_choice_co(choice, i);
            letter = co == NULL ? '@' : (char)('a' + co->head.node.birth.serial - 1);
        }
        self->offers[self->len++] = letter;
    }
    if (self->len + 1 < sizeof self->offers) self->offers[self->len++] = ' ';
    return self->at < self->count ? self->picks[self->at++] : 0;
}

static void offers_follow_the_default_cyclically(void) {
    static const uint32_t picks[] = {1, 2, 0, 1};
    struct witness witness = {.chooser = {witness_pick}, .picks = picks, .count = 4};
    struct actor actors[] = {{'a', 1, ebb_step}, {'b', 2, ebb_step}, {'c', 1, ebb_yield}};
    play(&witness.chooser, actors, 3, EBB_END_QUIET);
    /* At first a is the default; b is taken. It may stay, or c, or a, which is taken, and stays, and ends. After a comes
     * b, but c is taken, which only polls: b is the default again, and stays. */
    CU_ASSERT_STRING_EQUAL(witness.offers, "abc bca abc bc bc bc ");
    CU_ASSERT_STRING_EQUAL(diary.text, "bacb");
}

static void choices_are_counted_with_and_without(void) {
    uint64_t counts[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        struct witness witness = {.chooser = {witness_pick}};
        struct actor actors[] = {{'a', 70, ebb_step}, {'b', 3, ebb_yield}, {'c', 2, sleep_one}};
        struct subject subject;
        subject_open(&subject, i == 0 ? NULL : &witness.chooser, 0);
        for (int a = 0; a < 3; a++) CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, "actor", act, &actors[a]), OK);
        CU_ASSERT_EQUAL(ebb_run(subject.ebb), EBB_END_QUIET);
        counts[i] = ebb_choices(subject.ebb);
        subject_close(&subject);
    }
    CU_ASSERT(counts[1] > 3);
    CU_ASSERT(counts[0] <= counts[1]); /* without a chooser, staying is not looked at each time */
}

static void values_are_chosen(struct ebb *ebb, void *arg) {
    uint32_t *picked = arg;
    picked[0] = ebb_choose(ebb, 1); /* no choice at all */
    picked[1] = ebb_choose(ebb, 5);
    picked[2] = ebb_choose(ebb, 5);
}

static void choose_gives_what_was_picked(void) {
    static const uint32_t picks[] = {3, 4};
    struct witness witness = {.chooser = {witness_pick}, .picks = picks, .count = 2};
    struct subject subject;
    uint32_t picked[3] = {9, 9, 9};
    subject_open(&subject, &witness.chooser, 0);
    subject_run(&subject, values_are_chosen, picked);
    CU_ASSERT_EQUAL(ebb_steps(subject.ebb), 3);
    CU_ASSERT_EQUAL(picked[0], 0);
    CU_ASSERT_EQUAL(picked[1], 3);
    CU_ASSERT_EQUAL(picked[2], 4);
    CU_ASSERT_STRING_EQUAL(witness.offers, "01234 01234 ");
    CU_ASSERT_EQUAL(ebb_choices(subject.ebb), 2);
    subject_close(&subject);
}

/* With alarms by choice the earliest is the last option; it is never the default, and its step is nobody's. */
static void an_alarm_may_come_early(void) {
    static const uint32_t picks[] = {0, 1};
    for (int early = 0; early < 2; early++) {
        struct witness witness = {.chooser = {witness_pick}, .picks = picks, .count = early == 0 ? 0 : 2};
        struct actor sleeper = {'s', 2, sleep_one}, worker = {'w', 3, ebb_step};
        struct ebb *ebb = NULL;
        struct ebb_config config = {.chooser = &witness.chooser, .timers = EBB_TIMERS_ANY};
        diary = (struct diary){.len = 0};
        CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "s", act, &sleeper), OK);
        CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "w", act, &worker), OK);
        CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
        CU_ASSERT_EQUAL(ebb_now_ns(ebb), 2);
        CU_ASSERT_STRING_EQUAL(diary.text, early == 0 ? "swwws" : "sswww");
        if (early != 0) CU_ASSERT(strncmp(witness.offers, "ab b@ ", 6) == 0);
        ebb_verify(ebb);
        ebb_reap(ebb);
        ebb_free(ebb);
    }
}

CU_TestInfo schedule_tests[] = {
    {"polls_go_round", polls_go_round},
    {"steps_stay", steps_stay},
    {"nobody_stays_for_ever", nobody_stays_for_ever},
    {"alone_it_goes_on", alone_it_goes_on},
    {"parked_gives_way_to_the_next", parked_gives_way_to_the_next},
    {"alarms_are_no_steps_of_a_quantum", alarms_are_no_steps_of_a_quantum},
    {"sleepers_wake_in_time_and_order", sleepers_wake_in_time_and_order},
    {"budget_is_exact", budget_is_exact},
    {"budget_counts_alarms", budget_counts_alarms},
    {"offers_follow_the_default_cyclically", offers_follow_the_default_cyclically},
    {"choices_are_counted_with_and_without", choices_are_counted_with_and_without},
    {"choose_gives_what_was_picked", choose_gives_what_was_picked},
    {"an_alarm_may_come_early", an_alarm_may_come_early},
    CU_TEST_INFO_NULL,
};
