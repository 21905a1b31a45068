/* SPDX-License-Identifier: MIT */
/* again_test.c — a run and the same run are the same; a difference is planted by a chooser that answers otherwise the
 * second time, and is then a finding, with the step at which the two part. */
#include "run/again.h"

#include <stdlib.h>

#include "base/limits.h"
#include "run/campaign.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

#define THREE                                                                                                    \
    HEAD "main:\n  - let: {c: chan(3)}\n  - go: [{send: c}, yield]\n  - go: [{send: c}, yield]\n  - {recv: c}\n" \
         "  - {recv: c}\n"

static struct run_row row;
static struct check_finding found[RUN_FINDINGS_MAX];

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    return scenario;
}

/* Says as the replay does, but for decision `at` of each run, which goes the other way. */
static struct liar {
    struct ebb_chooser chooser, *replay;
    uint64_t at, asked;
} liar;

static uint32_t lie(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct liar *self = BASE_OWNER(chooser, struct liar, chooser);
    uint32_t option = self->replay->pick(self->replay, choice);
    return self->asked++ == self->at ? (option + 1) % choice->count : option;
}

static struct ebb_chooser *tamper(struct ebb_chooser *replay) {
    liar = (struct liar){.chooser = {lie}, .replay = replay, .at = liar.at};
    return &liar.chooser;
}

/* Every decision in its turn; the later it is, the later the two part. */
static void a_difference_is_told_with_its_step(void) {
    struct scenario *scenario = load(THREE);
    struct explore_schedule taken;
    explore_schedule_init(&taken);
    struct explorer *explorer = NULL;
    struct explore_config how = {.strategy = "replay", .replay = &taken};
    CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, &how), OK);
    struct run_config config = {.scenario = scenario, .chooser = explore_begin(explorer, 0)};
    struct run_result result = {.findings = {.at = found, .capacity = RUN_FINDINGS_MAX}};
    CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), &result), OK);
    char why[RUN_DIFFERENCE_BYTES];
    CU_ASSERT_EQUAL_FATAL(run_again(&config, &taken, &result, mem_system(), NULL, why), OK);
    CU_ASSERT_STRING_EQUAL(why, "");
    unsigned long long before = 0;
    CU_ASSERT_TRUE(result.choices > 2);
    for (uint64_t at = 0; at < result.choices; at++) {
        liar.at = at;
        CU_ASSERT_EQUAL_FATAL(run_again(&config, &taken, &result, mem_system(), tamper, why), OK);
        const char *part = strstr(why, "they part at step ");
        CU_ASSERT_PTR_NOT_NULL_FATAL(part);
        unsigned long long step = strtoull(part + strlen("they part at step "), NULL, 10);
        CU_ASSERT_TRUE(step > 0 && step >= before && step <= result.steps + 1);
        before = step;
    }
    explore_free(explorer);
    scenario_free(scenario);
}

static void a_campaign_never_passes_it(void) {
    struct scenario *scenario = load(THREE);
    struct run_campaign campaign = {.scenario = scenario, .scenario_key = 5, .runs = 200, .seed = 1};
    run_campaign(&campaign, mem_system(), &row);
    CU_ASSERT_TRUE(row.as_expected && row.runs == 200);
    campaign.tamper = tamper;
    liar.at = 1;
    run_campaign(&campaign, mem_system(), &row);
    CU_ASSERT_FALSE(row.as_expected);
    CU_ASSERT_TRUE(row.count == 1 && row.findings[0].kind == CHECK_NONDETERMINISTIC);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.why, "not deterministic"));
    CU_ASSERT_EQUAL(row.runs, 1); /* the first is looked at, and nothing is believed after it */
    CU_ASSERT_TRUE(row.token[0] != 0);
    /* A chooser that stands between and says what the replay does is no difference. */
    liar.at = UINT64_MAX;
    run_campaign(&campaign, mem_system(), &row);
    CU_ASSERT_TRUE(row.as_expected && row.runs == 200);
    scenario_free(scenario);
}

/* Without memory it was not made, which is no difference. */
static void memory_refused(void) {
    struct scenario *scenario = load(THREE);
    struct explore_schedule taken;
    explore_schedule_init(&taken);
    struct run_config config = {.scenario = scenario};
    struct run_result result = {.findings = {.at = found, .capacity = RUN_FINDINGS_MAX}};
    CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), &result), OK);
    for (uint64_t n = 1;; n++) {
        struct mem_probe probe;
        char why[RUN_DIFFERENCE_BYTES];
        mem_probe_init(&probe, mem_system());
        probe.fail_at = n;
        liar.at = 0;
        enum status status = run_again(&config, &taken, &result, &probe.mem, tamper, why);
        CU_ASSERT_TRUE(status == ERR_NOMEM ? why[0] == 0 : status == OK && why[0] != 0);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (probe.requests < n) break;
    }
    scenario_free(scenario);
}

CU_TestInfo again_tests[] = {
    {"a_difference_is_told_with_its_step", a_difference_is_told_with_its_step},
    {"a_campaign_never_passes_it", a_campaign_never_passes_it},
    {"memory_refused", memory_refused},
    CU_TEST_INFO_NULL,
};
