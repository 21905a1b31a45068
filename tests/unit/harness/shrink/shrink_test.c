/* SPDX-License-Identifier: MIT */
/* shrink_test.c — worlds that are no more than a row of decisions, so that what is smallest is known beforehand. */
#include "shrink/shrink.h"

#include "tests/unit/world_test.h"

#define LENGTH 24u
#define BUDGET (&(struct shrink_budget){20000, 1000000})

/* A run is LENGTH decisions of `options` options each; with early timers each has the alarm as well. */
struct row {
    struct shrink_world world;
    uint32_t options;
    uint32_t faults; /* the first so many decisions ask for one */
    bool (*shows)(const struct row *);
    uint32_t picks[LENGTH];
    bool alarms[LENGTH];
    uint64_t runs, shows_until; /* shows_until: from that run on nothing shows; 0: never so */
    uint64_t length;            /* of this run */
};

static enum status row_run(struct shrink_world *world, struct ebb_chooser *chooser, enum ebb_timers timers,
                           struct shrink_shown *out) {
    struct row *self = BASE_OWNER(world, struct row, world);
    bool any = timers == EBB_TIMERS_ANY;
    self->runs++;
    self->length = LENGTH;
    for (uint32_t i = 0; i < LENGTH; i++) {
        struct ebb_choice choice = {.what = EBB_CHOOSE_NEXT, .count = self->options + any, .alarm = any};
        if (i < self->faults) choice = (struct ebb_choice){.what = EBB_CHOOSE_STALL, .count = self->options};
        self->picks[i] = chooser->pick(chooser, &choice);
        self->alarms[i] = any && self->picks[i] == self->options;
        CU_ASSERT_TRUE_FATAL(self->picks[i] < choice.count);
    }
    out->steps = self->length;
    out->shows = self->shows(self) && (self->shows_until == 0 || self->runs < self->shows_until);
    return OK;
}

/* Every decision deviates, to a different option. */
static void noise(struct explore_schedule *out, enum ebb_timers timers) {
    explore_schedule_init(out);
    out->timers = timers;
    for (uint32_t i = 0; i < LENGTH; i++)
        CU_ASSERT_EQUAL_FATAL(explore_schedule_add(mem_system(), out, i, 1 + i % 3), OK);
}

static enum status shrunk(struct row *row, enum ebb_timers timers, const struct shrink_budget *budget, struct mem *mem,
                          struct shrink_result *out) {
    struct explore_schedule from;
    noise(&from, timers);
    row->world.run = row_run;
    enum status status = shrink_schedule(mem, &row->world, &from, budget, out);
    explore_schedule_deinit(mem_system(), &from);
    return status;
}

static bool always(const struct row *row) { return row->options > 0; }
static bool never(const struct row *row) { return row->options == 0; }
static bool two(const struct row *row) { return row->picks[4] == 2 && row->picks[9] == 1; }
static bool any_of_six(const struct row *row) {
    for (uint32_t i = 5; i <= 10; i++)
        if (row->picks[i] > 0 && !row->alarms[i]) return true;
    return false;
}
static bool alarm_at_three(const struct row *row) { return row->alarms[3]; }
/* Three together, or another alone: taking away from the three does not lead to the other. */
static bool three_or_one(const struct row *row) {
    bool three = row->picks[0] > 0 && row->picks[1] > 0 && row->picks[2] > 0, other = row->picks[23] == 3;
    return three || other;
}

static void what_matters_stays(void) {
    struct row row = {.options = 4, .shows = two};
    struct shrink_result result;
    CU_ASSERT_EQUAL_FATAL(shrunk(&row, EBB_TIMERS_IDLE, BUDGET, mem_system(), &result), OK);
    CU_ASSERT_EQUAL_FATAL(result.schedule.count, 2);
    CU_ASSERT_TRUE(result.schedule.at[0].decision == 4 && result.schedule.at[0].option == 2);
    CU_ASSERT_TRUE(result.schedule.at[1].decision == 9 && result.schedule.at[1].option == 1);
    CU_ASSERT_TRUE(result.minimal && result.pairs && result.fewest == 2);
    CU_ASSERT_EQUAL(result.searched, 1 + 1 + LENGTH * 3); /* the empty one, that again, and each with one */
    CU_ASSERT_EQUAL(result.count_before, LENGTH);
    CU_ASSERT_EQUAL(result.steps_before, LENGTH);
    CU_ASSERT_TRUE(result.deviations[0].decision == 4 && result.deviations[0].count == 4);
    CU_ASSERT_EQUAL(result.runs, row.runs);
    shrink_result_deinit(mem_system(), &result);
}

static void nothing_matters(void) {
    struct row row = {.options = 4, .shows = always};
    struct shrink_result result;
    CU_ASSERT_EQUAL_FATAL(shrunk(&row, EBB_TIMERS_ANY, BUDGET, mem_system(), &result), OK);
    CU_ASSERT_TRUE(result.schedule.count == 0 && result.schedule.timers == EBB_TIMERS_IDLE);
    CU_ASSERT_TRUE(result.minimal && result.fewest == 0);
    shrink_result_deinit(mem_system(), &result);
}

static bool fault_or_other(const struct row *row) { return row->picks[2] > 0 || row->picks[20] == 3; }
static bool fault_at_two(const struct row *row) { return row->picks[2] > 0; }

/* One deviation shows it either way; the one that is no fault is left, though it comes late and faults go first. */
static void what_needs_no_fault_has_none(void) {
    struct row row = {.options = 4, .faults = 8, .shows = fault_or_other};
    struct shrink_result result;
    CU_ASSERT_EQUAL_FATAL(shrunk(&row, EBB_TIMERS_IDLE, BUDGET, mem_system(), &result), OK);
    CU_ASSERT_EQUAL_FATAL(result.schedule.count, 1);
    CU_ASSERT_EQUAL(result.schedule.at[0].decision, 20);
    CU_ASSERT_EQUAL(result.deviations[0].what, EBB_CHOOSE_NEXT);
    shrink_result_deinit(mem_system(), &result);
    row = (struct row){.options = 4, .faults = 8, .shows = fault_at_two};
    CU_ASSERT_EQUAL_FATAL(shrunk(&row, EBB_TIMERS_IDLE, BUDGET, mem_system(), &result), OK);
    CU_ASSERT_EQUAL_FATAL(result.schedule.count, 1);
    CU_ASSERT_TRUE(result.schedule.at[0].decision == 2 && result.schedule.at[0].option == 1);
    CU_ASSERT_EQUAL(result.deviations[0].what, EBB_CHOOSE_STALL);
    shrink_result_deinit(mem_system(), &result);
}

static void lower_and_later(void) {
    struct row row = {.options = 4, .shows = any_of_six};
    struct shrink_result result;
    CU_ASSERT_EQUAL_FATAL(shrunk(&row, EBB_TIMERS_ANY, BUDGET, mem_system(), &result), OK);
    CU_ASSERT_EQUAL_FATAL(result.schedule.count, 1);
    CU_ASSERT_TRUE(result.schedule.at[0].decision == 10 && result.schedule.at[0].option == 1);
    CU_ASSERT_EQUAL(result.schedule.timers, EBB_TIMERS_IDLE);
    CU_ASSERT_EQUAL(result.fewest, 1);
    shrink_result_deinit(mem_system(), &result);
}

/* Where only an early timer shows it, the timers stay early. */
static void early_timers_stay(void) {
    struct row row = {.options = 2, .shows = alarm_at_three}; /* the alarm is option 2 */
    struct explore_schedule from;
    struct shrink_result result;
    explore_schedule_init(&from);
    from.timers = EBB_TIMERS_ANY;
    for (uint32_t i = 0; i < LENGTH; i++) CU_ASSERT_EQUAL_FATAL(explore_schedule_add(mem_system(), &from, i, 2), OK);
    row.world.run = row_run;
    CU_ASSERT_EQUAL_FATAL(shrink_schedule(mem_system(), &row.world, &from, BUDGET, &result), OK);
    CU_ASSERT_TRUE(result.schedule.count == 1 && result.schedule.timers == EBB_TIMERS_ANY);
    CU_ASSERT_TRUE(result.schedule.at[0].decision == 3 && result.deviations[0].alarm);
    shrink_result_deinit(mem_system(), &result);
    explore_schedule_deinit(mem_system(), &from);
}

static void search_finds_what_reducing_cannot(void) {
    struct row row = {.options = 4, .shows = three_or_one};
    struct shrink_result result;
    struct explore_schedule from;
    explore_schedule_init(&from);
    for (uint32_t i = 0; i < 3; i++) CU_ASSERT_EQUAL_FATAL(explore_schedule_add(mem_system(), &from, i, 3), OK);
    row.world.run = row_run;
    CU_ASSERT_EQUAL_FATAL(shrink_schedule(mem_system(), &row.world, &from, BUDGET, &result), OK);
    CU_ASSERT_EQUAL_FATAL(result.schedule.count, 1);
    CU_ASSERT_TRUE(result.schedule.at[0].decision == 23 && result.schedule.at[0].option == 3);
    CU_ASSERT_TRUE(result.fewest == 1 && result.minimal);
    shrink_result_deinit(mem_system(), &result);
    /* Without the budget for it, what is claimed is less. */
    CU_ASSERT_EQUAL_FATAL(
        shrink_schedule(mem_system(), &row.world, &from, &(struct shrink_budget){60, 1000000}, &result), OK);
    CU_ASSERT_TRUE(result.schedule.count == 3 && result.minimal && result.fewest == 1);
    shrink_result_deinit(mem_system(), &result);
    explore_schedule_deinit(mem_system(), &from);
}

/* However little may be spent, what comes back shows it, and claims no more than was tried. */
static void budgets(void) {
    for (uint64_t runs = 1; runs < 120; runs++) {
        struct row row = {.options = 4, .shows = two};
        struct shrink_result result;
        struct shrink_budget budget = {runs, 1000000};
        CU_ASSERT_EQUAL_FATAL(shrunk(&row, EBB_TIMERS_IDLE, &budget, mem_system(), &result), OK);
        CU_ASSERT_TRUE(row.shows(&row)); /* the last run is the result's */
        CU_ASSERT_TRUE(result.runs <= runs + 1);
        CU_ASSERT_TRUE(!result.minimal || result.schedule.count == 2);
        CU_ASSERT_TRUE(result.fewest <= result.schedule.count);
        shrink_result_deinit(mem_system(), &result);
    }
}

static void no_world_to_shrink_in(void) {
    struct row row = {.options = 4, .shows = never};
    struct shrink_result result;
    CU_ASSERT_EQUAL(shrunk(&row, EBB_TIMERS_IDLE, BUDGET, mem_system(), &result), ERR_INPUT);
    CU_ASSERT_EQUAL(row.runs, 1);
    row = (struct row){.options = 4, .shows = two, .shows_until = 9}; /* answers differently later on */
    CU_ASSERT_EQUAL(shrunk(&row, EBB_TIMERS_IDLE, BUDGET, mem_system(), &result), ERR_INPUT);
}

static void memory_refused(void) {
    uint64_t refusals = 0;
    for (uint64_t n = 1;; n++) {
        struct mem_probe probe;
        struct row row = {.options = 4, .shows = two};
        struct shrink_result result;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = n;
        enum status status = shrunk(&row, EBB_TIMERS_ANY, BUDGET, &probe.mem, &result);
        CU_ASSERT_TRUE(status == OK || status == ERR_NOMEM);
        if (status == OK) shrink_result_deinit(&probe.mem, &result);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (probe.requests < n) break;
        refusals += status == ERR_NOMEM;
    }
    CU_ASSERT_TRUE(refusals > 0);
}

CU_TestInfo shrink_tests[] = {
    {"what_matters_stays", what_matters_stays},
    {"nothing_matters", nothing_matters},
    {"what_needs_no_fault_has_none", what_needs_no_fault_has_none},
    {"lower_and_later", lower_and_later},
    {"early_timers_stay", early_timers_stay},
    {"search_finds_what_reducing_cannot", search_finds_what_reducing_cannot},
    {"budgets", budgets},
    {"no_world_to_shrink_in", no_world_to_shrink_in},
    {"memory_refused", memory_refused},
    CU_TEST_INFO_NULL,
};
