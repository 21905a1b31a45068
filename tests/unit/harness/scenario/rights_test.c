/* SPDX-License-Identifier: MIT */
/* rights_test.c — a reader waits while a writer sleeps: whether what is left of the writer can still reach the reader,
 * through every form a step can take, and never when what is left is something else. */
#include "check/live.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

/* Runs main to the horizon, where the reader is parked and the writer sleeps on, and asks for the reader. */
static bool doomed_by(const char *text, struct ebb_chooser *chooser) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    struct scenario_run *run = NULL;
    struct ebb *ebb = NULL;
    struct ebb_co *first = NULL;
    struct check_live live;
    bool found = false, answer = false;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    CU_ASSERT_EQUAL_FATAL(ebb_new(&ebb, &(struct ebb_config){.chooser = chooser}), OK);
    CU_ASSERT_EQUAL_FATAL(scenario_begin(scenario, mem_system(), 0, ebb, &run), OK);
    CU_ASSERT_EQUAL_FATAL(scenario_spawn(run, SCENARIO_MAIN, 0, &first), OK);
    ebb_horizon_after(ebb, first, 1000000000);
    CU_ASSERT_EQUAL(ebb_run(ebb), EBB_END_HORIZON);
    CU_ASSERT_EQUAL_FATAL(check_live_init(&live, mem_system(), ebb), OK);
    for (uint32_t i = 0; i < live.count; i++) {
        if (live.objects[i]->kind->left != EBB_LEFT_COROUTINE) continue;
        if (strcmp(live.objects[i]->node.birth.label, "reader") != 0) continue;
        found = true;
        answer = check_live_doomed(&live, BASE_OWNER(live.objects[i], struct ebb_co, head));
    }
    CU_ASSERT_TRUE(found);
    check_live_deinit(&live);
    ebb_reap(ebb);
    ebb_free(ebb);
    scenario_end(mem_system(), run);
    scenario_free(scenario);
    return answer;
}

static bool doomed(const char *text) { return doomed_by(text, NULL); }

/* What the writer still does once it has slept; `before`: what it did before. */
static bool writer_leaves_blocked(const char *before, const char *after) {
    struct buf text;
    buf_init(&text, mem_system());
    buf_print(&text,
              HEAD
              "main:\n  - let: {c: chan()}\n  - let: {other: chan(9)}\n  - go: reader(c)\n  - go: writer(c, other)\n"
              "procs:\n  reader(c):\n    - recv: c\n  writer(c, other):\n%s    - sleep: 1h\n%s"
              "  helper(c):\n    - yield\n    - send: c\n  harmless(c):\n    - yield\n",
              before, after);
    buf_put_char(&text, 0);
    CU_ASSERT_FALSE_FATAL(text.failed);
    bool answer = doomed(text.at);
    buf_deinit(&text);
    return answer;
}
static bool rescued(const char *after) { return !writer_leaves_blocked("", after); }

/* Who can act on whatever there is may itself be woken by others first, and those only by others. */
static void whoever_is_woken_may_wake_any(void) {
    const char *text =
        HEAD "main:\n  - let: {start: chan()}\n  - let: {c: chan()}\n  - let: {any: nil}\n"
             "  - set: {any: c}\n  - go: relay(start, any)\n  - go: reader(c)\n  - go: writer(start, c)\n"
             "procs:\n  reader(c):\n    - recv: c\n"
             "  relay(start, any):\n    - recv: start\n    - set: {any: any}\n    - send: any\n"
             "  writer(start, c):\n    - sleep: 1h\n    - send: start\n";
    CU_ASSERT_FALSE(doomed(text));
}

static uint32_t stall_writer(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    (void)chooser;
    if (choice->what != EBB_CHOOSE_STALL) return 0;
    const struct ebb_object *current = ebb_co_object((struct ebb_co *)(uintptr_t)ebb_current(choice->ebb));
    return strcmp(current->node.birth.label, "writer") == 0 ? EBB_STALLS : 0;
}

/* Held up before its only step, it has that step still to do. */
static void who_is_held_up_has_not_begun(void) {
    struct ebb_chooser stalls = {stall_writer};
#define STALLED(step)                                                                                           \
    HEAD "main:\n  - let: {c: chan()}\n  - go: reader(c)\n  - go: writer(c)\n  - sleep: 1ms\nfaults: [stall]\n" \
         "limits: {horizon: 1h}\nprocs:\n  reader(c): [{recv: c}]\n  writer(c): [" step "]\n"
    CU_ASSERT_FALSE(doomed_by(STALLED("{send: c}"), &stalls));
    CU_ASSERT_TRUE(doomed_by(STALLED("yield"), &stalls));
}

static void nothing_is_left(void) {
    CU_ASSERT_FALSE(rescued(""));
    CU_ASSERT_FALSE(rescued("    - yield\n"));
    CU_ASSERT_TRUE(writer_leaves_blocked("    - yield\n", "    - sleep: 1h\n"));
}

static void plain_steps(void) {
    CU_ASSERT_TRUE(rescued("    - send: c\n"));
    CU_ASSERT_TRUE(rescued("    - close: c\n"));
    CU_ASSERT_TRUE(rescued("    - yield\n    - yield\n    - send: c\n"));
    CU_ASSERT_FALSE(rescued("    - recv: c\n")); /* another reader */
    CU_ASSERT_FALSE(rescued("    - send: other\n"));
}

static void blocks(void) {
    CU_ASSERT_TRUE(rescued("    - if: true\n      then: [{send: c}]\n"));
    CU_ASSERT_TRUE(rescued("    - if: true\n      then: [yield]\n      else: [{send: c}]\n"));
    CU_ASSERT_TRUE(rescued("    - loop: [{send: c}, break]\n"));
    CU_ASSERT_TRUE(rescued("    - repeat: 2\n      do: [{send: c}]\n"));
    CU_ASSERT_TRUE(rescued("    - while: true\n      do: [{send: c}]\n"));
    CU_ASSERT_FALSE(rescued("    - loop: [{send: other}, break]\n"));
}

static void selects(void) {
    CU_ASSERT_TRUE(rescued("    - select:\n        - send: c\n        - recv: other\n"));
    CU_ASSERT_TRUE(rescued("    - select:\n        - recv: other\n          do: [{send: c}]\n"));
    CU_ASSERT_FALSE(rescued("    - select:\n        - recv: c\n        - send: other\n"));
}

static void routines(void) {
    CU_ASSERT_TRUE(rescued("    - call: helper(c)\n"));
    CU_ASSERT_TRUE(rescued("    - go: helper(c)\n"));
    CU_ASSERT_TRUE(rescued("    - go: [{send: c}]\n"));
    CU_ASSERT_TRUE(rescued("    - defer: [{send: c}]\n"));
    CU_ASSERT_FALSE(rescued("    - call: harmless(c)\n"));
    CU_ASSERT_FALSE(rescued("    - go: [yield]\n"));
}

/* What was deferred before the sleep is still to come. */
static void deferred(void) {
    CU_ASSERT_FALSE(writer_leaves_blocked("    - defer: [{send: c}]\n", ""));
    CU_ASSERT_FALSE(writer_leaves_blocked("    - defer: [{close: c}]\n    - defer: [yield]\n", ""));
    CU_ASSERT_TRUE(writer_leaves_blocked("    - defer: [yield]\n", ""));
}

/* A child that only its waiter names ends with its parent. */
static void child_contexts(void) {
    static const char text[] =
        HEAD "main:\n  - let: {parent: context()}\n  - go: reader(parent)\n  - go: writer(parent)\n"
             "procs:\n  reader(parent):\n    - let: {child: context(parent)}\n    - recv: child.done\n"
             "  writer(parent):\n    - sleep: 1h\n";
    struct buf cancels;
    buf_init(&cancels, mem_system());
    buf_print(&cancels, "%s    - cancel: parent\n", text);
    buf_put_char(&cancels, 0);
    CU_ASSERT_FALSE_FATAL(cancels.failed);
    CU_ASSERT_TRUE(doomed(text));
    CU_ASSERT_FALSE(doomed(cancels.at));
    buf_deinit(&cancels);
}

CU_TestInfo rights_tests[] = {
    {"who_is_held_up_has_not_begun", who_is_held_up_has_not_begun},
    {"nothing_is_left", nothing_is_left},
    {"whoever_is_woken_may_wake_any", whoever_is_woken_may_wake_any},
    {"plain_steps", plain_steps},
    {"blocks", blocks},
    {"selects", selects},
    {"routines", routines},
    {"deferred", deferred},
    {"child_contexts", child_contexts},
    CU_TEST_INFO_NULL,
};
