/* SPDX-License-Identifier: MIT */
/* smaller_test.c — worlds that only look at the text and at a decision or two, so that what is smallest is known. */
#include "shrink/smaller.h"

#include "scenario/scenario.h"
#include "tests/unit/world_test.h"

/* A run is as many decisions of two options as there are yields in the file, and then it looks. */
struct looker {
    struct shrink_smaller_world world; /* first member */
    const char *needs[3];              /* in the text; NULL: nothing more */
    uint32_t last;                     /* the option that the last decision has to be */
    char text[2000];
    uint64_t runs, loads;
};

static uint32_t times(const char *text, const char *word) {
    uint32_t count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) count++;
    return count;
}

static enum status looker_run(struct shrink_world *world, struct ebb_chooser *chooser, enum ebb_timers timers,
                              struct shrink_shown *out) {
    struct looker *self = BASE_OWNER(world, struct looker, world.runs);
    uint32_t count = times(self->text, "yield"), last = self->last;
    (void)timers;
    self->runs++;
    for (uint32_t i = 0; i < count; i++)
        last = chooser->pick(chooser, &(struct ebb_choice){.what = EBB_CHOOSE_CASE, .count = 2});
    out->steps = count + 1;
    out->shows = last == self->last;
    for (size_t i = 0; i < BASE_COUNT(self->needs) && self->needs[i] != NULL; i++)
        out->shows = out->shows && strstr(self->text, self->needs[i]) != NULL;
    return OK;
}

static enum status looker_load(struct shrink_smaller_world *world, struct str text, bool *loads) {
    static struct scenario_problems problems;
    struct looker *self = BASE_OWNER(world, struct looker, world);
    struct scenario *scenario = NULL;
    problems = (struct scenario_problems){0};
    self->loads++;
    *loads = scenario_load(mem_system(), &scenario, STR("x"), text, &problems) == OK;
    scenario_free(scenario);
    CU_ASSERT_TRUE_FATAL(text.len < sizeof self->text);
    memcpy(self->text, text.at, text.len);
    self->text[text.len] = 0;
    return OK;
}

static enum status made(struct looker *self, struct mem *mem, const char *text, const uint64_t *deviates,
                        const struct shrink_budget *budget, struct shrink_smaller *out) {
    struct explore_schedule from;
    explore_schedule_init(&from);
    if (deviates != NULL) CU_ASSERT_EQUAL_FATAL(explore_schedule_add(mem_system(), &from, *deviates, 1), OK);
    self->world.runs.run = looker_run;
    self->world.load = looker_load;
    enum status status = shrink_smaller(mem, &self->world, str_of(text), &from, budget, out);
    explore_schedule_deinit(mem_system(), &from);
    return status;
}

#define PLENTY (&(struct shrink_budget){20000, 10000000})
#define FILE_TEXT                                                                                                      \
    "ebb: 1\nmain:\n  - let: {m: mutex()}\n  - let: {n: mutex()}\n  - go: other(m, n)\n  - repeat: 9\n    do:\n      " \
    "- lock: m\n"                                                                                                      \
    "      - yield\n  - yield\n  - lock: n\nprocs:\n  other(x, y):\n    - lock: x\n    - lock: y\n"

static void only_what_is_needed(void) {
    struct looker looker = {.needs = {"lock: m"}};
    struct shrink_smaller out;
    CU_ASSERT_EQUAL_FATAL(made(&looker, mem_system(), FILE_TEXT, NULL, PLENTY, &out), OK);
    buf_put_char(&out.text, 0);
    CU_ASSERT_STRING_EQUAL(out.text.at, "ebb: 1\nmain:\n  - let: {m: mutex()}\n  - lock: m\n");
    CU_ASSERT_TRUE(out.minimal && out.kept > 0 && out.tried > 0);
    CU_ASSERT_EQUAL(out.loads, looker.loads);
    CU_ASSERT_EQUAL(out.runs, looker.runs);
    CU_ASSERT_EQUAL(looker.world.step_max, 0);
    shrink_smaller_deinit(mem_system(), &out);
}

/* Fewer decisions: the deviation has to come sooner, or be found anew. */
static void the_schedule_follows(void) {
    struct looker looker = {.needs = {"lock: m", "yield"}, .last = 1};
    struct shrink_smaller out;
    const uint64_t at = 4;
    const char *text =
        "ebb: 1\nmain:\n  - let: {m: mutex()}\n  - lock: m\n  - yield\n  - yield\n  - yield\n  - yield\n  - yield\n";
    CU_ASSERT_EQUAL_FATAL(made(&looker, mem_system(), text, &at, PLENTY, &out), OK);
    buf_put_char(&out.text, 0);
    CU_ASSERT_STRING_EQUAL(out.text.at, "ebb: 1\nmain:\n  - let: {m: mutex()}\n  - lock: m\n  - yield\n");
    CU_ASSERT_EQUAL_FATAL(out.result.schedule.count, 1);
    CU_ASSERT_EQUAL(out.result.schedule.at[0].decision, 0);
    CU_ASSERT_TRUE(out.minimal && out.result.minimal);
    shrink_smaller_deinit(mem_system(), &out);
}

static void budgets(void) {
    for (uint64_t runs = 1; runs < 40; runs++) {
        struct looker looker = {.needs = {"lock: m"}};
        struct shrink_smaller out;
        enum status status = made(&looker, mem_system(), FILE_TEXT, NULL, &(struct shrink_budget){runs, 1000000}, &out);
        CU_ASSERT_EQUAL_FATAL(status, runs < 2 ? ERR_INPUT : OK);
        if (status != OK) continue;
        CU_ASSERT_TRUE(looker.runs + looker.loads <= runs + 6); /* the result is loaded and run once more, at the end */
        CU_ASSERT_FALSE(out.minimal && runs < 20);
        CU_ASSERT_TRUE(strstr(looker.text, "lock: m") != NULL);
        shrink_smaller_deinit(mem_system(), &out);
    }
}

static void not_shown(void) {
    struct looker looker = {.needs = {"lock: z"}};
    struct shrink_smaller out;
    CU_ASSERT_EQUAL(made(&looker, mem_system(), FILE_TEXT, NULL, PLENTY, &out), ERR_INPUT);
    CU_ASSERT_EQUAL(made(&looker, mem_system(), "ebb: 1\nmain: [no]\n", NULL, PLENTY, &out), ERR_INPUT);
}

static void memory_refused(void) {
    uint32_t refusals = 0;
    for (uint64_t n = 1;; n = n < 60 ? n + 1 : n + n / 8) {
        struct looker looker = {.needs = {"lock: m"}};
        struct mem_probe probe;
        struct shrink_smaller out;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = n;
        enum status status = made(&looker, &probe.mem, FILE_TEXT, NULL, PLENTY, &out);
        CU_ASSERT_TRUE(status == OK || status == ERR_NOMEM);
        if (status == OK) shrink_smaller_deinit(&probe.mem, &out);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (probe.requests < n) break;
        refusals += status == ERR_NOMEM;
    }
    CU_ASSERT_TRUE(refusals > 20);
}

CU_TestInfo smaller_tests[] = {
    {"only_what_is_needed", only_what_is_needed},
    {"the_schedule_follows", the_schedule_follows},
    {"budgets", budgets},
    {"not_shown", not_shown},
    {"memory_refused", memory_refused},
    CU_TEST_INFO_NULL,
};
