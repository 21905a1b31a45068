/* SPDX-License-Identifier: MIT */
/* watch_test.c — rules that hold at every step: the bounds of each, how often one was broken, who broke it first. */
#include "check/watch.h"

#include "check_yard.h"
#include "kinds/map/map.h"
#include "kinds/memory/memory.h"
#include "kinds/slice/slice.h"

static void watch_open(struct yard *yard, struct check_watch **watch, const struct check_watch_rule *rules,
                       uint32_t count) {
    yard_open(yard, (struct ebb_config){0});
    CU_ASSERT_EQUAL_FATAL(check_watch_new(watch, mem_system(), yard->ebb, count), OK);
    for (uint32_t i = 0; i < count; i++) check_watch_add(*watch, &rules[i]);
    yard->view.watch = *watch;
}

static void watch_close(struct yard *yard, struct check_watch *watch) {
    yard_close(yard);
    check_watch_free(watch);
}

/* --- a day: waits, then allocates, then lets go again, as often as it says --------------------------------------------- */

struct meal {
    int64_t wait_ns;
    size_t bytes;
    bool keep, foreign;
};
struct day {
    const struct meal *meals;
    uint32_t count;
    struct ebb_slice *kept[8];
    uint32_t kept_count;
};

static void body_day(struct ebb *ebb, void *arg) {
    struct day *day = arg;
    for (uint32_t i = 0; i < day->count; i++) {
        const struct meal *meal = &day->meals[i];
        struct ebb_slice *slice = NULL;
        struct ebb_memory *memory = NULL;
        (void)ebb_sleep(ebb, meal->wait_ns);
        ebb_at(ebb, 10 + i);
        if (meal->foreign) {
            CU_ASSERT_EQUAL(ebb_memory_take(ebb, &memory, "foreign", meal->bytes), OK);
            if (!meal->keep) ebb_memory_free(ebb, memory);
            ebb_memory_drop(memory);
            continue;
        }
        CU_ASSERT_EQUAL(ebb_slice_make(ebb, &slice, "bytes", meal->bytes, meal->bytes), OK);
        if (meal->keep)
            day->kept[day->kept_count++] = slice;
        else
            ebb_slice_drop(slice);
    }
}

static const struct check_finding *judge(struct yard *yard) {
    yard_judge(yard, CHECK_HELD);
    CU_ASSERT_EQUAL(yard->findings.count, 0); /* told once, at the end */
    yard_judge(yard, CHECK_LEFT);
    for (uint32_t i = 0; i < yard->findings.count; i++)
        if (yard->findings.at[i].kind == CHECK_WATCH) return &yard->findings.at[i];
    return NULL;
}

/* One rule over one day; answers how often it was broken, in `line` first and `most` at the most. */
static uint64_t broken(struct check_watch_rule rule, const struct meal *meals, uint32_t count, uint32_t *line,
                       const char *most) {
    struct yard yard;
    struct check_watch *watch;
    struct day day = {.meals = meals, .count = count};
    rule.text = STR("the rule");
    watch_open(&yard, &watch, &rule, 1);
    yard_go(&yard, "main", body_day, &day);
    yard.view.end = ebb_run(yard.ebb);
    for (uint32_t i = 0; i < day.kept_count; i++) ebb_slice_drop(day.kept[i]);
    const struct check_finding *finding = judge(&yard);
    uint64_t times = finding == NULL ? 0 : finding->count;
    *line = finding == NULL ? 0 : finding->born.line;
    if (finding != NULL) {
        CU_ASSERT_STRING_EQUAL(finding->object, "the rule");
        CU_ASSERT_STRING_EQUAL(finding->text, most);
        CU_ASSERT_STRING_EQUAL(finding->born.by, "main");
        CU_ASSERT_EQUAL(finding->line, *line);
    }
    watch_close(&yard, watch);
    return times;
}

#define BROKEN(rule, meals, line, most) broken((struct check_watch_rule)rule, meals, BASE_COUNT(meals), line, most)
#define RULE(...) \
    { __VA_ARGS__ }

static void how_many_bytes_there_are(void) {
    uint32_t line;
    static const struct meal kept[] = {{0, 60, true, false}, {0, 40, true, false}, {0, 1, false, false}};
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_BYTES, .bytes = 101), kept, &line, ""),
                    0); /* more than, not as many */
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_BYTES, .bytes = 100), kept, &line, "at most 101 bytes"), 1);
    CU_ASSERT_EQUAL(line, 12);
    /* Both kinds of bytes count together; falling below and rising again is once more, rising further is not. */
    static const struct meal tide[] = {{0, 60, true, false}, {0, 50, false, true}, {0, 30, true, false},
                                       {0, 20, false, true}, {0, 20, true, false}, {0, 200, false, false}};
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_BYTES, .bytes = 100), tide, &line, "at most 310 bytes"), 3);
    CU_ASSERT_EQUAL(line, 11);
}

static void how_large_one_is(void) {
    uint32_t line;
    static const struct meal meals[] = {
        {0, 4096, false, false}, {0, 4097, false, false}, {5, 9000, false, true}, {0, 5, true, false}};
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_ALLOCATION, .bytes = 9000), meals, &line, ""), 0);
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_ALLOCATION, .bytes = 4096), meals, &line, "at most 9000 bytes"), 2);
    CU_ASSERT_EQUAL(line, 11);
}

static void how_much_within_some_time(void) {
    uint32_t line;
    /* At 0, 10, 20, 30, …: of a window of 10 only its younger end belongs to it; one of 11 is kept again whenever the
     * moment before has left it. */
    static const struct meal even[] = {{0, 50, false, false},
                                       {10, 50, false, false},
                                       {10, 50, false, false},
                                       {10, 50, false, false},
                                       {10, 50, false, true}};
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_RATE, .bytes = 50, .per_ns = 10), even, &line, ""), 0);
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_RATE, .bytes = 50, .per_ns = 11), even, &line, "at most 100 bytes"),
                    4);
    CU_ASSERT_EQUAL(line, 11);
    CU_ASSERT_EQUAL(BROKEN(RULE(.what = CHECK_WATCH_RATE, .bytes = 100, .per_ns = 11), even, &line, ""), 0);
    CU_ASSERT_EQUAL(
        BROKEN(RULE(.what = CHECK_WATCH_RATE, .bytes = 249, .per_ns = 1000), even, &line, "at most 250 bytes"), 1);
    CU_ASSERT_EQUAL(line, 14);
    /* Two bursts with a pause between them break it twice; within a burst at one moment, once. */
    static const struct meal bursts[] = {{0, 80, false, false},   {0, 80, false, false}, {0, 80, false, false},
                                         {100, 10, false, false}, {1, 200, false, true}, {1, 10, false, false}};
    CU_ASSERT_EQUAL(
        BROKEN(RULE(.what = CHECK_WATCH_RATE, .bytes = 100, .per_ns = 50), bursts, &line, "at most 240 bytes"), 2);
    CU_ASSERT_EQUAL(line, 11);
}

/* A window of more moments than it began with, against a plain recount. */
static void body_ticks(struct ebb *ebb, void *arg) {
    uint64_t *seed = arg;
    for (int i = 0; i < 3000; i++) {
        struct ebb_slice *slice = NULL;
        (void)ebb_sleep(ebb, (int64_t)(*seed >> 60));
        CU_ASSERT_EQUAL(ebb_slice_make(ebb, &slice, "s", 1 + (*seed >> 50 & 63), 64), OK);
        ebb_slice_drop(slice);
        *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    }
}

static void a_long_window(void) {
    static const int64_t pers_ns[] = {1, 100, 1000, 5000};
    for (size_t p = 0; p < BASE_COUNT(pers_ns); p++) {
        struct yard yard;
        struct check_watch *watch;
        struct check_watch_rule rule = {.what = CHECK_WATCH_RATE, .bytes = 0, .per_ns = pers_ns[p], .text = STR("any")};
        uint64_t seed = 7;
        watch_open(&yard, &watch, &rule, 1);
        yard_go(&yard, "main", body_ticks, &seed);
        yard.view.end = ebb_run(yard.ebb);
        const struct check_finding *finding = judge(&yard);
        CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
        uint64_t most = 0;
        int64_t at_ns = 0, times_ns[3000];
        seed = 7;
        for (int i = 0; i < 3000; i++) {
            uint64_t within = 0;
            times_ns[i] = at_ns += (int64_t)(seed >> 60);
            for (int j = 0; j <= i; j++) within += times_ns[j] > at_ns - pers_ns[p] ? 64 : 0;
            most = within > most ? within : most;
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        }
        char text[64];
        (void)snprintf(text, sizeof text, "at most %llu bytes", (unsigned long long)most);
        CU_ASSERT_STRING_EQUAL(finding->text, text);
        watch_close(&yard, watch);
    }
}

/* --- what is not looked at, and what cannot be ------------------------------------------------------------------------- */

static void body_entries(struct ebb *ebb, void *arg) {
    struct ebb_map *map = NULL;
    (void)arg;
    CU_ASSERT_EQUAL(ebb_map_make(ebb, &map, "map", 8), OK);
    for (uint64_t i = 0; i < 100; i++) {
        char key[16];
        (void)snprintf(key, sizeof key, "%llu", (unsigned long long)i);
        CU_ASSERT_EQUAL(ebb_map_put(ebb, map, str_of(key), &i), OK);
    }
    ebb_map_drop(map);
}

static void entries_are_no_bytes(void) {
    struct yard yard;
    struct check_watch *watch;
    struct check_watch_rule rule = {.what = CHECK_WATCH_BYTES, .bytes = 0, .per_ns = 0, .text = STR("none at all")};
    watch_open(&yard, &watch, &rule, 1);
    yard_go(&yard, "main", body_entries, NULL);
    yard.view.end = ebb_run(yard.ebb);
    CU_ASSERT_PTR_NULL(judge(&yard));
    watch_close(&yard, watch);
}

static void body_panics(struct ebb *ebb, void *arg) {
    struct ebb_slice **kept = arg;
    CU_ASSERT_EQUAL(ebb_slice_make(ebb, kept, "bytes", 64, 64), OK);
    ebb_panic(ebb, "and then this");
}

static void told_of_a_world_that_panicked(void) {
    struct yard yard;
    struct check_watch *watch;
    struct ebb_slice *kept = NULL;
    char name[100];
    memset(name, 'x', sizeof name);
    struct check_watch_rule rules[] = {
        {.what = CHECK_WATCH_BYTES, .bytes = 63, .per_ns = 0, .text = {name, sizeof name}},
        {.what = CHECK_WATCH_BYTES, .bytes = 64, .per_ns = 0, .text = STR("kept")}};
    watch_open(&yard, &watch, rules, 2);
    yard_go(&yard, "main", body_panics, &kept);
    yard.view.end = ebb_run(yard.ebb);
    yard_judge(&yard, CHECK_LEFT);
    CU_ASSERT_EQUAL(yard.findings.count, 2);
    CU_ASSERT_EQUAL(yard.findings.at[0].kind, CHECK_PANIC);
    CU_ASSERT_EQUAL(yard.findings.at[1].kind, CHECK_WATCH);
    CU_ASSERT_EQUAL(strlen(yard.findings.at[1].object), CHECK_NAME_BYTES - 1); /* cut, as all names are */
    watch_close(&yard, watch);
}

static void without_memory_it_says_so(void) {
    struct check_watch_rule rule = {.what = CHECK_WATCH_RATE, .bytes = 50, .per_ns = 1000, .text = STR("rate")};
    static const struct meal meals[] = {{0, 50, false, false}, {10, 50, false, false}};
    for (uint64_t fail_at = 1; fail_at <= 3; fail_at++) {
        struct yard yard;
        struct mem_probe probe;
        struct check_watch *watch = NULL;
        struct day day = {.meals = meals, .count = BASE_COUNT(meals)};
        mem_probe_init(&probe, mem_system());
        probe.fail_at = fail_at;
        yard_open(&yard, (struct ebb_config){0});
        enum status status = check_watch_new(&watch, &probe.mem, yard.ebb, 1);
        CU_ASSERT_EQUAL(status, fail_at == 1 ? ERR_NOMEM : OK);
        if (status == OK) {
            check_watch_add(watch, &rule);
            yard.view.watch = watch;
            yard_go(&yard, "main", body_day, &day);
            yard.view.end = ebb_run(yard.ebb);
            yard_judge(&yard, CHECK_LEFT);
            CU_ASSERT_EQUAL(yard.findings.lost, fail_at == 2); /* not judged is not kept */
            CU_ASSERT_EQUAL(yard.findings.count, fail_at != 2);
        }
        watch_close(&yard, watch);
        CU_ASSERT_EQUAL(probe.blocks, 0);
    }
}

/* --- the age of what cycles make ---------------------------------------------------------------------------------------- */

static void body_nap(struct ebb *ebb, void *arg) { (void)ebb_sleep(ebb, *(int64_t *)arg); }

/* Each cycle makes one and lets the one go that is then `keep` cycles old; the outside has one of its own. */
static void ages(uint32_t cycles, uint32_t keep, uint64_t times, const char *most, uint32_t line) {
    struct yard yard;
    struct check_watch *watch;
    struct check_watch_rule rule = {.what = CHECK_WATCH_AGE, .cycles = cycles, .text = STR("age")};
    struct ebb_slice *kept[20] = {NULL}, *outside = NULL;
    int64_t nap_ns = INT64_MAX;
    watch_open(&yard, &watch, &rule, 1);
    CU_ASSERT_EQUAL(ebb_slice_make(yard.ebb, &outside, "outside", 1, 1), OK);
    check_watch_cycle(watch);
    for (uint32_t i = 0; i < 20; i++) {
        struct meal meal = {0, 8, true, false};
        struct day day = {.meals = &meal, .count = 1};
        yard_go(&yard, "cycle", body_day, &day);
        yard_go(&yard, "sleeper", body_nap, &nap_ns); /* coroutines do not count */
        (void)ebb_run(yard.ebb);
        kept[i] = day.kept[0];
        if (i >= keep) ebb_slice_drop(kept[i - keep]), kept[i - keep] = NULL;
        check_watch_cycle(watch);
    }
    yard_judge(&yard, CHECK_LEFT);
    const struct check_finding *finding = NULL;
    for (uint32_t i = 0; i < yard.findings.count; i++)
        if (yard.findings.at[i].kind == CHECK_WATCH) finding = &yard.findings.at[i];
    CU_ASSERT_EQUAL(finding == NULL ? 0 : finding->count, times);
    if (finding != NULL) {
        CU_ASSERT_STRING_EQUAL(finding->text, most);
        CU_ASSERT_EQUAL(finding->born.line, line);
    }
    for (uint32_t i = 0; i < 20; i++) ebb_slice_drop(kept[i]);
    ebb_slice_drop(outside);
    watch_close(&yard, watch);
}

static void how_many_cycles_it_lives_through(void) {
    ages(3, 0, 0, "", 0);
    ages(3, 3, 0, "", 0);                   /* there at the end of its own cycle and of two more */
    ages(3, 4, 0, "", 0);                   /* of three more: not more than three */
    ages(3, 5, 1, "at most 2 objects", 10); /* slices and their arrays */
    ages(3, 100, 1, "at most 32 objects", 10);
    ages(18, 100, 1, "at most 2 objects", 10);
    ages(19, 100, 0, "", 0);
    ages(1000, 100, 0, "", 0);
}

CU_TestInfo watch_tests[] = {
    {"how_many_bytes_there_are", how_many_bytes_there_are},
    {"how_large_one_is", how_large_one_is},
    {"how_much_within_some_time", how_much_within_some_time},
    {"a_long_window", a_long_window},
    {"how_many_cycles_it_lives_through", how_many_cycles_it_lives_through},
    {"entries_are_no_bytes", entries_are_no_bytes},
    {"told_of_a_world_that_panicked", told_of_a_world_that_panicked},
    {"without_memory_it_says_so", without_memory_it_says_so},
    CU_TEST_INFO_NULL,
};
