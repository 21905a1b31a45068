/* SPDX-License-Identifier: MIT */
/* samples_test.c — a campaign says which of its runs are to be made again, they come to the same, and what is not the same is
 * seen. */
#include "run/samples.h"

#include "run/campaign.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

#define THREE                                                                                                    \
    HEAD "main:\n  - let: {c: chan(3)}\n  - go: [{send: c}, yield]\n  - go: [{send: c}, yield]\n  - {recv: c}\n" \
         "  - {recv: c}\n"

static struct run_samples samples;
static struct run_row row;

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    return scenario;
}

static void sample(const struct scenario *scenario, uint64_t runs) {
    samples = (struct run_samples){0};
    struct run_campaign campaign = {
        .scenario = scenario, .scenario_key = 5, .runs = runs, .seed = 1, .samples = &samples};
    run_campaign(&campaign, mem_system(), &row);
}

static uint64_t made_again(const struct scenario *scenario, struct run_sampler *sampler, uint64_t *same) {
    struct str rest = {samples.at, samples.len};
    struct run_sample one, now;
    uint64_t count = 0;
    for (*same = 0; run_sample_take(&rest, &one); count++) {
        CU_ASSERT_EQUAL(run_sample_again(sampler, scenario, &one, NULL, &now), OK);
        *same += run_sample_same(&one, &now);
    }
    CU_ASSERT_EQUAL(rest.len, 0);
    return count;
}

static struct liar { struct ebb_chooser chooser, *replay; } liar;

static uint32_t lie(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct liar *self = BASE_OWNER(chooser, struct liar, chooser);
    return (self->replay->pick(self->replay, choice) + 1) % choice->count;
}

static struct ebb_chooser *tamper(struct ebb_chooser *replay) {
    liar = (struct liar){{lie}, replay};
    return &liar.chooser;
}

static void one_in_64_passes_and_every_failure(void) {
    struct scenario *clean = load(THREE), *leaking = load(HEAD "shared: {m: mutex()}\nmain: [{lock: m}]\n");
    struct run_sampler sampler;
    uint64_t same = 0;
    CU_ASSERT_EQUAL_FATAL(run_sampler_init(&sampler, mem_system()), OK);
    sampler.fill = 0x5A;
    run_sampler_forget(&sampler);
    sample(clean, 200);
    CU_ASSERT_EQUAL(samples.count, 4);
    CU_ASSERT_EQUAL(made_again(clean, &sampler, &same), 4);
    CU_ASSERT_EQUAL(same, 4);
    sampler.tamper = tamper;
    CU_ASSERT_EQUAL(made_again(clean, &sampler, &same), 4);
    CU_ASSERT_EQUAL(same, 0);
    sampler.tamper = NULL;
    run_sampler_forget(&sampler);
    sample(leaking, 50); /* where nothing was expected */
    CU_ASSERT_EQUAL(samples.count, 50);
    CU_ASSERT_EQUAL(made_again(leaking, &sampler, &same), 50);
    CU_ASSERT_EQUAL(same, 50);
    run_sampler_deinit(&sampler);
    scenario_free(clean);
    scenario_free(leaking);
}

/* Of a range each combination is another variant, with cycles of its own. */
static void what_more_cycles_show_is_of_one_variant(void) {
    struct scenario *scenario = load(HEAD "params: {most: {default: 40, range: [40, 42]}}\nshared: {m: map()}\n"
                                          "cycle: [{put: m, key: turn % most, value: 1}]\n"
                                          "expect: {main: clean, leaks when: most > 100}\n");
    struct run_sampler sampler;
    uint64_t same = 0;
    CU_ASSERT_EQUAL_FATAL(run_sampler_init(&sampler, mem_system()), OK);
    samples = (struct run_samples){0};
    struct run_campaign campaign = {.scenario = scenario,
                                    .variant = scenario_variant_count(scenario),
                                    .scenario_key = 5,
                                    .runs = 200,
                                    .seed = 1,
                                    .samples = &samples};
    run_campaign(&campaign, mem_system(), &row);
    CU_ASSERT_TRUE(row.as_expected);
    CU_ASSERT_EQUAL(made_again(scenario, &sampler, &same), 3);
    CU_ASSERT_EQUAL(same, 3);
    run_sampler_deinit(&sampler);
    scenario_free(scenario);
}

static void what_does_not_fit_is_counted(void) {
    struct scenario *leaking = load(HEAD "shared: {m: mutex()}\nmain: [{lock: m}]\n");
    sample(leaking, 1000);
    CU_ASSERT_TRUE(samples.lost > 0 && samples.count > 100);
    CU_ASSERT_EQUAL(samples.count + samples.lost, 1000);
    CU_ASSERT_TRUE(samples.len <= RUN_SAMPLES_BYTES);
    scenario_free(leaking);
}

static void a_line_of_another_form_is_none(void) {
    static const char *const wrong[] = {"",
                                        "\n",
                                        "0000000000000001\n",
                                        "0000000000000001 0000000000000002 0000000000000003 \n",
                                        "0000000000000001 0000000000000002 000000000000000g ebb1\n",
                                        "0000000000000001 0000000000000002 0000000000000003 ebb1"};
    struct run_sample out;
    for (size_t i = 0; i < BASE_COUNT(wrong); i++) {
        struct str rest = str_of(wrong[i]);
        CU_ASSERT_FALSE(run_sample_take(&rest, &out));
        CU_ASSERT_EQUAL(rest.len, strlen(wrong[i]));
    }
    struct str rest = STR("0000000000000001 000000000000000a 0000000000000003 ebb1\nx");
    CU_ASSERT_TRUE(run_sample_take(&rest, &out));
    CU_ASSERT_TRUE(out.digest == 1 && out.steps == 10 && out.outcome == 3 && str_equal(out.token, STR("ebb1")));
    CU_ASSERT_TRUE(str_equal(rest, STR("x")));
}

static void what_is_no_token_is_told(void) {
    struct scenario *scenario = load(THREE);
    struct run_sampler sampler;
    struct run_sample now, sample_of = {.token = STR("ebb1-nothing")};
    CU_ASSERT_EQUAL_FATAL(run_sampler_init(&sampler, mem_system()), OK);
    CU_ASSERT_EQUAL(run_sample_again(&sampler, scenario, &sample_of, NULL, &now), ERR_INPUT);
    run_sampler_deinit(&sampler);
    scenario_free(scenario);
}

static void memory_that_runs_out_is_told(void) {
    struct scenario *scenario = load(THREE);
    sample(scenario, 1);
    struct mem_probe probe;
    enum status status = ERR_NOMEM;
    mem_probe_init(&probe, mem_system());
    for (uint64_t fail_at = 1; status != OK; fail_at++) {
        struct run_sampler sampler;
        struct run_sample one = {0}, now;
        struct str rest = {samples.at, samples.len};
        struct buf lines;
        CU_ASSERT_TRUE_FATAL(run_sample_take(&rest, &one));
        buf_init(&lines, &probe.mem);
        probe.requests = 0;
        probe.fail_at = fail_at;
        status = run_sampler_init(&sampler, &probe.mem);
        if (status == OK) status = run_sample_again(&sampler, scenario, &one, &lines, &now);
        if (status == OK) status = buf_status(&lines);
        run_sampler_deinit(&sampler);
        buf_deinit(&lines);
        CU_ASSERT_EQUAL_FATAL(probe.blocks, 0);
    }
    scenario_free(scenario);
}

CU_TestInfo samples_tests[] = {
    {"one_in_64_passes_and_every_failure", one_in_64_passes_and_every_failure},
    {"what_more_cycles_show_is_of_one_variant", what_more_cycles_show_is_of_one_variant},
    {"what_does_not_fit_is_counted", what_does_not_fit_is_counted},
    {"a_line_of_another_form_is_none", a_line_of_another_form_is_none},
    {"what_is_no_token_is_told", what_is_no_token_is_told},
    {"memory_that_runs_out_is_told", memory_that_runs_out_is_told},
    CU_TEST_INFO_NULL,
};
