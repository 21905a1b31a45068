/* SPDX-License-Identifier: MIT */
/* alarm_test.c — the heap of alarms against a search through all of them. */
#include "core/alarm.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "base/mem.h"
#include "base/prng.h"

enum { ALARMS = 60 };
struct naive {
    struct ebb_alarm alarm;
    int64_t due_ns;
    uint64_t order; /* 0: not armed */
    enum ebb_effect effect;
};
static struct naive all[ALARMS];

static enum ebb_effect effect_of(const struct ebb_alarm *alarm) {
    return BASE_OWNER(alarm, struct naive, alarm)->effect;
}
static void never_fires(struct ebb_alarm *alarm) {
    (void)alarm;
    CU_FAIL("nobody fires here");
}

static struct naive *naive_first(enum ebb_effect effect) {
    struct naive *best = NULL;
    for (size_t i = 0; i < ALARMS; i++) {
        struct naive *one = &all[i];
        if (one->order == 0 || one->effect < effect) continue;
        if (best == NULL || one->due_ns < best->due_ns || (one->due_ns == best->due_ns && one->order < best->order))
            best = one;
    }
    return best;
}

static void compare(const struct ebb_alarms *alarms) {
    for (enum ebb_effect effect = EBB_EFFECT_NONE; effect <= EBB_EFFECT_WAKES; effect++) {
        int64_t due_ns = -1;
        const struct naive *expected = naive_first(effect);
        const struct ebb_alarm *found = ebb_alarms_first(alarms, effect, &due_ns);
        CU_ASSERT_PTR_EQUAL(found, expected == NULL ? NULL : &expected->alarm);
        if (expected != NULL) CU_ASSERT_EQUAL(due_ns, expected->due_ns);
    }
}

static void all_unarmed(void) {
    for (size_t i = 0; i < ALARMS; i++)
        all[i] = (struct naive){.alarm = {.fire = never_fires, .effect = effect_of}, .effect = EBB_EFFECT_WAKES};
}

/* Few instants, so that ties are common, and every effect. */
static void random_history(void) {
    struct ebb_alarms alarms;
    struct mem_probe probe;
    struct prng prng;
    mem_probe_init(&probe, mem_system());
    ebb_alarms_init(&alarms, &probe.mem);
    prng_seed(&prng, 3);
    all_unarmed();
    uint64_t order = 0;
    for (uint32_t turn = 0; turn < 30000; turn++) {
        struct naive *one = &all[prng_below(&prng, ALARMS)];
        if (one->order == 0) {
            one->effect = (enum ebb_effect)prng_below(&prng, 3);
            one->due_ns = prng_below(&prng, 20);
            one->order = ++order;
            CU_ASSERT_EQUAL(ebb_alarms_set(&alarms, &one->alarm, one->due_ns), OK);
            CU_ASSERT_EQUAL(ebb_alarms_due(&alarms, &one->alarm), one->due_ns);
        } else {
            one->order = 0;
            ebb_alarms_clear(&alarms, &one->alarm);
        }
        CU_ASSERT_EQUAL(ebb_alarm_armed(&one->alarm), one->order != 0);
        compare(&alarms);
        if (turn % 64 == 0) ebb_alarms_verify(&alarms);
    }
    ebb_alarms_deinit(&alarms);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void no_effect_function_means_wakes(void) {
    struct ebb_alarms alarms;
    struct ebb_alarm one = {.fire = never_fires};
    int64_t due_ns = 0;
    ebb_alarms_init(&alarms, mem_system());
    CU_ASSERT_PTR_NULL(ebb_alarms_first(&alarms, EBB_EFFECT_NONE, &due_ns));
    CU_ASSERT_EQUAL(ebb_alarms_set(&alarms, &one, INT64_MAX), OK);
    CU_ASSERT_PTR_EQUAL(ebb_alarms_first(&alarms, EBB_EFFECT_WAKES, &due_ns), &one);
    CU_ASSERT_EQUAL(due_ns, INT64_MAX);
    ebb_alarms_clear(&alarms, &one);
    ebb_alarms_clear(&alarms, &one); /* nothing when not armed */
    CU_ASSERT_EQUAL(alarms.count, 0);
    ebb_alarms_deinit(&alarms);
}

static void refused_stays_unarmed(void) {
    struct ebb_alarms alarms;
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    ebb_alarms_init(&alarms, &probe.mem);
    all_unarmed();
    uint32_t armed = 0;
    probe.fail_at = 3; /* two growths are granted */
    while (armed < ALARMS && ebb_alarms_set(&alarms, &all[armed].alarm, armed) == OK) armed++;
    CU_ASSERT(armed > 16 && armed < ALARMS);
    CU_ASSERT_FALSE(ebb_alarm_armed(&all[armed].alarm));
    CU_ASSERT_EQUAL(alarms.count, armed);
    ebb_alarms_verify(&alarms);
    /* From within fire there is always room: the one that fires has just left. */
    ebb_alarms_clear(&alarms, &all[0].alarm);
    ebb_alarms_again(&alarms, &all[0].alarm, 1000);
    ebb_alarms_verify(&alarms);
    ebb_alarms_deinit(&alarms);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

/* Of every length, with many of one instant, told apart by when they were set. */
static void copies_in_order(void) {
    static struct ebb_alarm_entry at[ALARMS + 1];
    struct prng prng;
    prng_seed(&prng, 7);
    for (uint32_t count = 0; count <= ALARMS; count++) {
        struct ebb_alarms copies = {.at = at, .count = count};
        for (uint32_t i = 1; i <= count; i++)
            at[i] = (struct ebb_alarm_entry){.due_ns = prng_below(&prng, 9), .order = i * 7 % 61};
        ebb_alarms_sort(&copies);
        uint64_t orders = 0, all_orders = 0;
        for (uint32_t i = 1; i <= count; i++) orders += at[i].order, all_orders += i * 7 % 61;
        CU_ASSERT_EQUAL(orders, all_orders);
        for (uint32_t i = 2; i <= count; i++)
            CU_ASSERT_TRUE(at[i - 1].due_ns < at[i].due_ns ||
                           (at[i - 1].due_ns == at[i].due_ns && at[i - 1].order < at[i].order));
    }
}

CU_TestInfo alarm_tests[] = {
    {"copies_in_order", copies_in_order},
    {"random_history", random_history},
    {"no_effect_function_means_wakes", no_effect_function_means_wakes},
    {"refused_stays_unarmed", refused_stays_unarmed},
    CU_TEST_INFO_NULL,
};
