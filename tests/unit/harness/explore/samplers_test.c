/* SPDX-License-Identifier: MIT */
/* samplers_test.c — the strategies that look at coroutines, each in small worlds where its promise can be counted. */
#include <CUnit/CUnit.h>

#include "core/runtime.h"
#include "explore/explore.h"
#include "kinds/chan/chan.h"

#define ORDER_MAX 64u

/* Two or three coroutines that say when they take a step. */
struct stage {
    uint32_t steps[3];
    uint32_t order[ORDER_MAX], count; /* who took each step */
    bool flag;
};
static struct stage stage;

static void act(struct ebb *ebb, void *arg) {
    uint32_t self = *(const uint32_t *)arg;
    for (uint32_t i = 0; i < stage.steps[self]; i++) {
        if (stage.count < ORDER_MAX) stage.order[stage.count++] = self;
        ebb_step(ebb);
    }
}

static void poll_flag(struct ebb *ebb, void *arg) {
    (void)arg;
    while (!stage.flag) ebb_yield(ebb);
}

static void spin_on_flag(struct ebb *ebb, void *arg) {
    (void)arg;
    while (!stage.flag) ebb_step(ebb);
}

static void set_flag(struct ebb *ebb, void *arg) {
    (void)arg;
    ebb_step(ebb);
    stage.flag = true;
}

static struct explorer *new_explorer(const char *strategy, uint64_t seed) {
    struct explorer *explorer = NULL;
    struct explore_config config = {.strategy = strategy, .seed = seed};
    CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, &config), OK);
    return explorer;
}

static uint64_t run_world(struct explorer *explorer, uint64_t run, void (*const *bodies)(struct ebb *, void *)) {
    static uint32_t names[3] = {0, 1, 2};
    struct ebb_config config = {
        .chooser = explore_begin(explorer, run), .step_max = 100000, .observer = explore_observer(explorer)};
    struct ebb *ebb = NULL;
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
    stage.count = 0;
    stage.flag = false;
    for (uint32_t i = 0; i < 3 && bodies[i] != NULL; i++)
        CU_ASSERT_EQUAL_FATAL(ebb_go(ebb, NULL, i == 0 ? "a" : i == 1 ? "b" : "c", bodies[i], &names[i]), OK);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
    uint64_t digest = ebb_digest(ebb);
    ebb_reap(ebb);
    ebb_free(ebb);
    return digest;
}

static void (*const actors[])(struct ebb *, void *) = {act, act, act};
static const char *const samplers[] = {"pct1", "pct2", "pct3", "pos", "urw", "surw", "delay1", "delay2", "delay3"};

static void set_steps(uint32_t a, uint32_t b, uint32_t c) {
    stage.steps[0] = a;
    stage.steps[1] = b;
    stage.steps[2] = c;
}

static void a_depth_may_follow_the_name(void) {
    const struct explore_strategy *pct = explore_strategy_find(STR("pct"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(pct);
    CU_ASSERT_PTR_EQUAL(explore_strategy_find(STR("pct1")), pct);
    CU_ASSERT_PTR_EQUAL(explore_strategy_find(STR("pct3")), pct);
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("pct0")));
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("pct4")));
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("pct11")));
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("pct-")));
    CU_ASSERT_PTR_NULL(explore_strategy_find(STR("random1")));
}

/* Whatever they learn, they learn the same from the same runs, and run 0 forgets it. */
static void the_same_runs_in_order_give_the_same_runs(void) {
    set_steps(5, 3, 4);
    for (size_t i = 0; i < BASE_COUNT(samplers); i++) {
        struct explorer *one = new_explorer(samplers[i], 3), *two = new_explorer(samplers[i], 3);
        uint64_t first[30];
        for (uint64_t run = 0; run < 30; run++) {
            first[run] = run_world(one, run, actors);
            CU_ASSERT_EQUAL(run_world(two, run, actors), first[run]);
        }
        for (uint64_t run = 0; run < 30; run++) CU_ASSERT_EQUAL(run_world(two, run, actors), first[run]);
        explore_free(one);
        explore_free(two);
    }
}

static void many_orders_are_seen_and_all_can_be_replayed(void) {
    set_steps(3, 3, 3);
    for (size_t i = 0; i < BASE_COUNT(samplers); i++) {
        struct explorer *explorer = new_explorer(samplers[i], 11);
        uint64_t seen[200], distinct = 0;
        for (uint64_t run = 0; run < BASE_COUNT(seen); run++) {
            seen[run] = run_world(explorer, run, actors);
            uint64_t before = 0;
            while (seen[before] != seen[run]) before++;
            distinct += before == run;
            const struct explore_schedule *taken = NULL;
            CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
            struct explore_config config = {.strategy = "replay", .replay = taken};
            struct explorer *replay = NULL;
            CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &replay, &config), OK);
            CU_ASSERT_EQUAL(run_world(replay, 0, actors), seen[run]);
            explore_free(replay);
        }
        CU_ASSERT_TRUE(distinct >= 6); /* three coroutines one after the other: pct1 has no more */
        explore_free(explorer);
    }
}

static void without_changes_pct_runs_one_after_the_other(void) {
    set_steps(4, 4, 4);
    struct explorer *explorer = new_explorer("pct1", 5);
    uint32_t firsts[3] = {0};
    for (uint64_t run = 0; run < 300; run++) {
        (void)run_world(explorer, run, actors);
        uint32_t switches = 0;
        for (uint32_t i = 1; i < stage.count; i++) switches += stage.order[i] != stage.order[i - 1];
        CU_ASSERT_EQUAL(switches, 2);
        firsts[stage.order[0]]++;
    }
    for (uint32_t i = 0; i < 3; i++) CU_ASSERT_TRUE(firsts[i] > 70); /* of 100 expected */
    explore_free(explorer);
}

/* With 2 changes a run of two coroutines has at most 3 switches, and one in the middle is found wherever it is. */
static void pct_changes_as_often_as_its_depth_says(void) {
    set_steps(6, 6, 0);
    static void (*const two[])(struct ebb *, void *) = {act, act, NULL};
    struct explorer *explorer = new_explorer("pct2", 5);
    uint32_t middle[6] = {0};
    for (uint64_t run = 0; run < 1000; run++) {
        (void)run_world(explorer, run, two);
        uint32_t switches = 0, first = 0;
        for (uint32_t i = 1; i < stage.count; i++) {
            if (stage.order[i] == stage.order[i - 1]) continue;
            if (switches++ == 0) first = i;
        }
        CU_ASSERT_TRUE(switches <= 2);
        if (switches == 2) middle[first]++;
    }
    for (uint32_t i = 1; i < 6; i++) CU_ASSERT_TRUE(middle[i] > 30);
    explore_free(explorer);
}

/* One has 2 events (a step and its end), the other 8: of 45 interleavings 9 - n have n events before the first step of
 * the short one. A plain walk would have 0 before it in half of all runs, and 7 in one of 128. */
static void urw_makes_interleavings_even(void) {
    set_steps(1, 7, 0);
    static void (*const two[])(struct ebb *, void *) = {act, act, NULL};
    struct explorer *explorer = new_explorer("urw", 8);
    uint32_t places[8] = {0};
    for (uint64_t run = 0; run < 4500; run++) {
        (void)run_world(explorer, run, two);
        uint32_t place = 0;
        while (stage.order[place] != 0) place++;
        places[place]++;
    }
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t wanted = 4500 / 45 * (i == 7 ? 3 : 9 - i); /* behind its last step the long one only ends */
        CU_ASSERT_TRUE(places[i] > wanted * 7 / 10 && places[i] < wanted * 13 / 10);
    }
    explore_free(explorer);
}

/* What each of two or three coroutines does: x touches the object they share, a letter y or z one of its own or another,
 * a point nothing, and g starts the third. `order` has who came to x. */
static const char *const *plan;
static struct ebb_chan *objects[3];
static uint32_t numbers[3] = {0, 1, 2};

static void follow_plan(struct ebb *ebb, void *arg) {
    uint32_t self = *(const uint32_t *)arg;
    for (uint32_t i = 0; plan[self][i] != '\0'; i++) {
        char what = plan[self][i];
        ebb_at(ebb, self * 100 + (what == '.' ? 1 : i + 2)); /* nothing is done in a loop */
        if (what == 'x') stage.order[stage.count++] = self;
        if (what == '.')
            ebb_step(ebb);
        else if (what == 'g')
            CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "child", follow_plan, &numbers[2]), OK)
        else
            ebb_chan_send(ebb, objects[what - 'x'], &self);
    }
}

static void run_plan(struct explorer *explorer, uint64_t run, const char *const *what) {
    static const char *const labels[] = {"x", "y", "z"};
    struct ebb *ebb = NULL;
    plan = what;
    stage.count = 0;
    struct ebb_config config = {.chooser = explore_begin(explorer, run), .observer = explore_observer(explorer)};
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
    for (uint32_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL_FATAL(ebb_chan_make(ebb, &objects[i], labels[i], 64, sizeof(uint32_t)), OK);
    bool starts = strchr(plan[0], 'g') != NULL;
    for (uint32_t i = 0; i < (starts ? 2 : 3) && plan[i] != NULL; i++)
        CU_ASSERT_EQUAL_FATAL(ebb_go(ebb, NULL, labels[i], follow_plan, &numbers[i]), OK);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
    ebb_reap(ebb);
    ebb_free(ebb);
}

/* In how many of 600 runs each of the six orders of two events of each of two coroutines was seen. */
static void count_orders(const char *strategy, const char *const *what, uint32_t seen[16]) {
    struct explorer *explorer = new_explorer(strategy, 6);
    memset(seen, 0, 16 * sizeof *seen);
    for (uint64_t run = 0; run <= 600; run++) {
        run_plan(explorer, run, what);
        CU_ASSERT_EQUAL_FATAL(stage.count, 4);
        uint32_t order = 0;
        for (uint32_t i = 0; i < 4; i++) order = order * 2 + stage.order[i];
        if (run > 0) seen[order]++; /* the first knows nothing */
    }
    explore_free(explorer);
}
static const uint32_t six_orders[] = {3, 5, 6, 9, 10, 12};

/* However many other steps lie between them, the six are as likely as each other; a plain walk has the one that comes
 * without them nearly always. */
static void surw_makes_the_orders_of_few_events_even(void) {
    static const char *const apart[] = {"............x............x", "xx", NULL};
    uint32_t seen[16];
    count_orders("surw", apart, seen);
    for (uint32_t i = 0; i < 6; i++) CU_ASSERT_TRUE(seen[six_orders[i]] > 70 && seen[six_orders[i]] < 130);
    count_orders("random", apart, seen);
    CU_ASSERT_TRUE(seen[12] > 590);
}

/* The object in focus is another in each run, by how often each is touched: here in one of three runs the shared one. */
static void surw_looks_at_one_object_at_a_time(void) {
    static const char *const many[] = {"yyyyyyyyyyyyx............x", "xx", NULL};
    uint32_t seen[16];
    count_orders("surw", many, seen);
    for (uint32_t i = 0; i < 5; i++) CU_ASSERT_TRUE(seen[six_orders[i]] > 12 && seen[six_orders[i]] < 60);
    CU_ASSERT_TRUE(seen[12] > 350);
}

/* Three that each come to the shared object once, one at the end of a long way: each is the first as often. */
static void surw_decides_before_who_comes_first(void) {
    static const char *const ways[] = {"....................x", "..x", "x"};
    struct explorer *explorer = new_explorer("surw", 9);
    uint32_t first[3] = {0};
    for (uint64_t run = 0; run <= 600; run++) {
        run_plan(explorer, run, ways);
        first[stage.order[0]] += run > 0;
    }
    for (uint32_t i = 0; i < 3; i++) CU_ASSERT_TRUE(first[i] > 150 && first[i] < 250);
    explore_free(explorer);
}

/* What a child will do is its parent's until there is a child. */
static void surw_waits_for_who_is_not_there_yet(void) {
    static const char *const family[] = {"......g......", "x", "......x"};
    struct explorer *explorer = new_explorer("surw", 10);
    uint32_t child = 0;
    for (uint64_t run = 0; run <= 600; run++) {
        run_plan(explorer, run, family);
        CU_ASSERT_EQUAL_FATAL(stage.count, 2);
        child += run > 0 && stage.order[0] == 2;
    }
    CU_ASSERT_TRUE(child > 250 && child < 350);
    explore_free(explorer);
}

static void delays_are_bounded(void) {
    set_steps(5, 5, 5);
    for (uint32_t depth = 1; depth <= 3; depth++) {
        const char *const names[] = {"delay1", "delay2", "delay3"};
        struct explorer *explorer = new_explorer(names[depth - 1], 2);
        for (uint64_t run = 0; run < 200; run++) {
            (void)run_world(explorer, run, actors);
            const struct explore_schedule *taken = NULL;
            CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
            uint32_t cost = 0;
            for (uint32_t i = 0; i < taken->count; i++) cost += taken->at[i].option;
            CU_ASSERT_TRUE(cost <= (run == 0 ? 0 : depth));
        }
        explore_free(explorer);
    }
}

static void whoever_waits_in_a_loop_lets_others_go_on(void) {
    static void (*const polls[])(struct ebb *, void *) = {poll_flag, set_flag, NULL};
    static void (*const spins[])(struct ebb *, void *) = {spin_on_flag, set_flag, NULL};
    for (size_t i = 0; i < BASE_COUNT(samplers); i++) {
        struct explorer *explorer = new_explorer(samplers[i], 4);
        for (uint64_t run = 0; run < 50; run++) {
            (void)run_world(explorer, run, polls);
            (void)run_world(explorer, run, spins);
        }
        explore_free(explorer);
    }
}

static void crowds_are_walked_through(void) {
    for (size_t i = 0; i < BASE_COUNT(samplers); i++) {
        struct explorer *explorer = new_explorer(samplers[i], 4);
        struct ebb_config config = {.chooser = explore_begin(explorer, 0)};
        struct ebb *ebb = NULL;
        CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &config), OK);
        stage.flag = false;
        for (uint32_t n = 0; n < 300; n++) CU_ASSERT_EQUAL_FATAL(ebb_go(ebb, NULL, "n", set_flag, NULL), OK);
        CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_QUIET);
        ebb_reap(ebb);
        ebb_free(ebb);
        explore_free(explorer);
    }
}

CU_TestInfo samplers_tests[] = {
    {"a_depth_may_follow_the_name", a_depth_may_follow_the_name},
    {"the_same_runs_in_order_give_the_same_runs", the_same_runs_in_order_give_the_same_runs},
    {"many_orders_are_seen_and_all_can_be_replayed", many_orders_are_seen_and_all_can_be_replayed},
    {"without_changes_pct_runs_one_after_the_other", without_changes_pct_runs_one_after_the_other},
    {"pct_changes_as_often_as_its_depth_says", pct_changes_as_often_as_its_depth_says},
    {"urw_makes_interleavings_even", urw_makes_interleavings_even},
    {"surw_makes_the_orders_of_few_events_even", surw_makes_the_orders_of_few_events_even},
    {"surw_looks_at_one_object_at_a_time", surw_looks_at_one_object_at_a_time},
    {"surw_decides_before_who_comes_first", surw_decides_before_who_comes_first},
    {"surw_waits_for_who_is_not_there_yet", surw_waits_for_who_is_not_there_yet},
    {"delays_are_bounded", delays_are_bounded},
    {"whoever_waits_in_a_loop_lets_others_go_on", whoever_waits_in_a_loop_lets_others_go_on},
    {"crowds_are_walked_through", crowds_are_walked_through},
    CU_TEST_INFO_NULL,
};
