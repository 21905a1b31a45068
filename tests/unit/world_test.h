/* SPDX-License-Identifier: MIT */
/* world_test.h — plays: a few coroutines on a stage that is set before they begin, a diary in which they write who did
 * what when, and a look at what is left after the last of them, before and after the stage is cleared.
 * No check inside a coroutine may be fatal: CUnit's way out does not unwind our stacks. */
#ifndef UNIT_WORLD_TEST_H
#define UNIT_WORLD_TEST_H

#include <stdio.h>

#include "tests/unit/runtime/kinds/kinds_test.h"

/* --- the diary: a letter for each thing worth telling, in the order of time --------------------------------------- */

struct diary {
    char text[256];
    size_t len;
};
static struct diary diary;

static inline void note(char letter) {
    if (diary.len + 1 < sizeof diary.text) diary.text[diary.len++] = letter;
    diary.text[diary.len] = '\0';
}

/* --- a play -------------------------------------------------------------------------------------------------------- */

enum { PARTS_MAX = 8 };
struct part {
    const char *label; /* NULL: no further parts */
    void (*body)(struct ebb *, void *);
    void *arg;
};
struct play {
    void (*set)(struct ebb *); /* makes the objects, from outside; or NULL */
    struct part parts[PARTS_MAX];
    const uint32_t *picks; /* of the chooser; after them, and without them, the default */
    uint32_t pick_count;
    bool any; /* alarms fire at any time */
    int64_t rest_ns;
};
struct played {
    enum ebb_end end;
    uint64_t steps;
    int64_t now_ns;
    uint32_t live[KIND_COUNT];    /* objects of each kind at the end */
    uint64_t remains[KIND_COUNT]; /* and how much of them is not in order */
    char fault[160];              /* the panic, or "" */
};

static inline void play_look(const struct subject *subject, struct played *played) {
    struct census *census = ebb_census(subject->ebb);
    for (const struct census_node *node = census_after(census, 0); node != NULL; node = census_next(census, node)) {
        const struct ebb_object *object = (const struct ebb_object *)(const void *)node;
        played->live[object->kind->id]++;
        if (object->kind->remains != NULL) played->remains[object->kind->id] += object->kind->remains(object);
    }
    if (ebb_fault(subject->ebb) != NULL)
        (void)snprintf(played->fault, sizeof played->fault, "%s", ebb_fault(subject->ebb)->text);
}

static inline struct played perform(const struct play *play) {
    struct scripted scripted = {.chooser = {scripted_pick}, .picks = play->picks, .count = play->pick_count};
    struct subject subject = {.ebb = NULL};
    struct played played = {.end = EBB_END_NOMEM};
    mem_probe_init(&subject.probe, mem_system());
    struct ebb_config config = {.mem = &subject.probe.mem, .rest_ns = play->rest_ns, .step_max = 100000};
    if (play->picks != NULL) config.chooser = &scripted.chooser;
    if (play->any) config.timers = EBB_TIMERS_ANY;
    CU_ASSERT_EQUAL_FATAL(ebb_new(&subject.ebb, &config), OK); /* outside: here it may be */
    diary = (struct diary){.len = 0};
    if (play->set != NULL) play->set(subject.ebb);
    for (const struct part *part = play->parts; part->label != NULL; part++)
        CU_ASSERT_EQUAL(ebb_go(subject.ebb, NULL, part->label, part->body, part->arg), OK);
    played.end = ebb_run(subject.ebb);
    ebb_verify(subject.ebb);
    played.steps = ebb_steps(subject.ebb);
    played.now_ns = ebb_now_ns(subject.ebb);
    play_look(&subject, &played);
    subject_close(&subject);
    return played;
}

/* The usual play: the default order, alarms when idle. */
#define PERFORM(setting, ...) perform(&(struct play){.set = (setting), .parts = {__VA_ARGS__}})

#endif
