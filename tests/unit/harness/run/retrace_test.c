/* SPDX-License-Identifier: MIT */
/* retrace_test.c — any run comes back from its long form; what does not fit is told, and what it found is looked for near. */
#include "run/retrace.h"

#include "explore/explore.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

/* Every way to choose: who goes next, early alarms, cases, values, faults; and two coroutines of one name. */
static const char rich[] = HEAD "faults: [stall, cancel, allocation]\nmain:\n  - let: {x: context()}\n  - let: {c: "
                                "chan(2)}\n  - let: {d: chan(1)}\n  - let: {t: timer(2s)}\n"
                                "  - go: worker(c)\n    count: 2\n  - go: [{choose: 3, into: n}, {send: d, value: n}]\n"
                                "    as: other\n  - let: {m: malloc(8)}\n  - free: m\n  - cancel: x\n  - repeat: 3\n   "
                                " do:\n      - select:\n          - recv: c\n"
                                "          - recv: d\n          - recv: t.channel\n"
                                "procs:\n  worker(c):\n    - sleep: 1s\n    - send: c\n    - send: c\n";
/* The lock is left locked where the second worker comes between. */
static const char late[] =
    HEAD "main:\n  - let: {c: chan(1)}\n  - let: {d: chan()}\n  - go: worker(c, d)\n  - step\n  - step\n"
         "  - select:\n      - send: c\n      - default:\n  - step\n"
         "procs:\n  worker(c, d):\n    - select:\n        - recv: c\n        - default: [{recv: d}]\n";

#define LATE_HEAD "ebb-schedule 1\nscenario x\ncontent 00000000\nvariant default\ntimers idle\n"

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    enum status status = yard_load(mem_system(), text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    return scenario;
}

static void read_sched(struct str text, struct explore_sched *out) {
    struct diag why = {0};
    enum status status = explore_sched_read(mem_system(), text, out, &why);
    if (status != OK) (void)fprintf(stderr, "%.*s%u:%u: %s\n", (int)text.len, text.at, why.line, why.column, why.text);
    CU_ASSERT_EQUAL_FATAL(status, OK);
}

/* --- there and back --------------------------------------------------------------------------------------------------- */
static void once(const struct scenario *scenario, struct explorer *explorer, enum ebb_timers timers, uint64_t number,
                 struct run_result *result, struct explore_schedule *schedule) {
    const struct explore_schedule *taken = NULL;
    struct run_config config = {.scenario = scenario, .chooser = explore_begin(explorer, number), .timers = timers};
    CU_ASSERT_EQUAL_FATAL(run_once(&config, mem_system(), result), OK);
    CU_ASSERT_EQUAL_FATAL(explore_taken(explorer, &taken), OK);
    CU_ASSERT_EQUAL_FATAL(explore_schedule_copy(mem_system(), schedule, taken), OK);
}

static void back(const struct scenario *scenario, const struct explore_schedule *schedule, uint64_t digest,
                 uint32_t seen[10]) {
    struct explore_sched wrote, sched;
    struct run_retraced again;
    struct diag why = {0};
    struct buf text;
    buf_init(&text, mem_system());
    run_retraced_init(&again);
    explore_sched_init(&wrote, mem_system());
    wrote.scenario = wrote.named = STR("x");
    CU_ASSERT_EQUAL_FATAL(run_retrace_note(mem_system(), scenario, 0, schedule, &wrote, &why), OK);
    CU_ASSERT_EQUAL(wrote.count, schedule->count);
    for (uint32_t i = 0; i < wrote.count; i++) {
        const struct explore_sched_step *step = &wrote.steps[i];
        seen[step->does == EXPLORE_TAKE ? 2 + (uint32_t)step->site.what : (uint32_t)step->does]++;
        seen[8] += str_equal(step->site.who, STR("worker")) && step->site.number == 2;
        seen[9] += str_equal(step->whom, STR("worker")) && step->number == 2;
    }
    explore_sched_write(&text, &wrote);
    read_sched(buf_str(&text), &sched);
    CU_ASSERT_EQUAL(run_retrace(mem_system(), scenario, 0, &sched, true, NULL, NULL, &again), OK);
    CU_ASSERT_EQUAL(again.parted_count, 0);
    CU_ASSERT_EQUAL(again.followed, schedule->count);
    CU_ASSERT_EQUAL(again.result.digest, digest);
    CU_ASSERT_TRUE(explore_schedule_equal(&again.schedule, schedule));
    CU_ASSERT_TRUE(run_retraced_shows(&again, &sched));
    run_retraced_deinit(mem_system(), &again);
    explore_sched_deinit(mem_system(), &sched);
    explore_sched_deinit(mem_system(), &wrote);
    buf_deinit(&text);
}

static void any_run_comes_back(void) {
    struct scenario *scenario = load(rich);
    struct check_finding found[16];
    uint32_t seen[10] = {0};
    for (uint64_t i = 0; i < 200; i++) {
        enum ebb_timers timers = i % 2 == 0 ? EBB_TIMERS_ANY : EBB_TIMERS_IDLE;
        struct explorer *explorer = NULL;
        struct explore_config how = {.strategy = "random", .seed = i, .timers = timers};
        struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
        struct explore_schedule schedule;
        explore_schedule_init(&schedule);
        CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, &how), OK);
        once(scenario, explorer, timers, i, &result, &schedule);
        back(scenario, &schedule, result.digest, seen);
        explore_schedule_deinit(mem_system(), &schedule);
        explore_free(explorer);
    }
    /* RUN FIRE - CASE VALUE STALL CANCEL REFUSE, by the second of a name, of the second */
    for (uint32_t i = 0; i < BASE_COUNT(seen); i++)
        if (i != 2) CU_ASSERT_TRUE(seen[i] > 0);
    scenario_free(scenario);
}

/* --- what does not fit ------------------------------------------------------------------------------------------------- */
static void follow(const char *scenario_text, const char *text, bool strict, struct explore_sched *sched,
                   struct run_retraced *out) {
    struct scenario *scenario = load(scenario_text);
    read_sched(str_of(text), sched);
    run_retraced_init(out);
    CU_ASSERT_EQUAL_FATAL(run_retrace(mem_system(), scenario, 0, sched, strict, NULL, NULL, out), OK);
    scenario_free(scenario);
}

static void check_parted(const char *step, bool strict, const struct run_parted *wanted, uint32_t followed) {
    struct explore_sched sched;
    struct run_retraced run;
    struct buf text;
    buf_init(&text, mem_system());
    buf_print(&text, LATE_HEAD "%s\n", step);
    buf_put_char(&text, 0);
    follow(late, text.at, strict, &sched, &run);
    const struct run_parted *parted = &run.parted[0];
    CU_ASSERT_EQUAL(run.followed, followed);
    CU_ASSERT_EQUAL(run.parted_count, wanted != NULL);
    if (wanted != NULL && run.parted_count == 1) {
        if (parted->step != wanted->step || parted->line != wanted->line || parted->times != wanted->times)
            (void)fprintf(stderr, "%s\nat step %u, line %u, %u times\n", step, (unsigned)parted->step, parted->line,
                          (unsigned)parted->times);
        CU_ASSERT_EQUAL(parted->how, wanted->how);
        CU_ASSERT_EQUAL(parted->step, wanted->step);
        CU_ASSERT_EQUAL(parted->line, wanted->line);
        CU_ASSERT_EQUAL(parted->times, wanted->times);
        CU_ASSERT_EQUAL(parted->options, wanted->options);
        CU_ASSERT_EQUAL(parted->unborn, wanted->unborn);
        CU_ASSERT_EQUAL(parted->could_count, wanted->could_count);
        CU_ASSERT_EQUAL(parted->alarm, wanted->alarm);
    }
    run_retraced_deinit(mem_system(), &run);
    explore_sched_deinit(mem_system(), &sched);
    buf_deinit(&text);
}

static void what_does_not_fit_is_told(void) {
    static const struct run_parted line = {.how = RUN_PARTED_LINE, .step = 1, .line = 5};
    static const struct run_parted gone = {
        .how = RUN_PARTED_GONE, .step = 1, .line = 5, .options = 2, .could_count = 2};
    static const struct run_parted never = {.how = RUN_PARTED_NEVER, .step = 6, .times = 1};
    static const struct run_parted nobody = {.how = RUN_PARTED_NEVER, .step = 6, .unborn = true};
    check_parted("at main#1 coroutine.go time 1 line 5: run worker#1", true, NULL, 1);
    check_parted("at main#1 coroutine.go time 1 line 4: run worker#1", true, &line, 1);
    check_parted("at main#1 coroutine.go time 1 line 4: run worker#1", false, NULL, 1);
    check_parted("at main#1 coroutine.go time 1 line 5: run worker#2", true, &gone, 0);
    check_parted("at main#1 coroutine.go time 1 line 5: fire alarm", false, &gone, 0);
    check_parted("at main#1 coroutine.go time 2 line 5: run worker#1", true, &never, 0);
    check_parted("at mian#1 coroutine.go time 1 line 5: run worker#1", true, &nobody, 0);
    check_parted("at main#2 coroutine.go time 1 line 5: run worker#1", false, &nobody, 0);
}

/* How many there are to choose from counts in the scenario it is of; in another one only whether it is one of them. */
static void how_many_there_are(void) {
    static const char text[] = LATE_HEAD "at main#1 coroutine.choose time 1 line 3: take value 2 below 4\n";
    static const char three[] = HEAD "main:\n  - choose: 3\n    into: n\n", two[] = HEAD "main:\n  - choose: 2\n";
    struct explore_sched sched;
    struct run_retraced run;
    for (uint32_t i = 0; i < 3; i++) {
        follow(i < 2 ? three : two, text, i == 0, &sched, &run);
        CU_ASSERT_EQUAL(run.parted_count, i != 1);
        CU_ASSERT_EQUAL(run.followed, i == 1);
        if (run.parted_count > 0) {
            CU_ASSERT_EQUAL(run.parted[0].how, RUN_PARTED_COUNT);
            CU_ASSERT_EQUAL(run.parted[0].options, i == 2 ? 2 : 3);
        }
        run_retraced_deinit(mem_system(), &run);
        explore_sched_deinit(mem_system(), &sched);
    }
}

/* --- nearby ------------------------------------------------------------------------------------------------------------ */
/* Somebody else is started before the worker is, so that another `go` is meant; or the worker waits no more. */
static const char moved[] =
    HEAD "main:\n  - let: {c: chan(1)}\n  - let: {d: chan()}\n  - go: idle()\n  - go: worker(c, d)\n"
         "  - step\n  - select:\n      - send: c\n      - default:\n  - step\n"
         "procs:\n  idle(): []\n  worker(c, d):\n    - select:\n        - recv: c\n"
         "        - default: [{recv: d}]\n";
static const char mended[] = HEAD "main:\n  - let: {c: chan(1)}\n  - let: {d: chan()}\n  - go: worker(c, d)\n  - step\n"
                                  "  - select:\n      - send: c\n      - default:\n  - step\n"
                                  "procs:\n  worker(c, d):\n    - select:\n        - recv: c\n        - default: []\n";

/* The long form of the run of `late` in which the worker goes first, and what it finds. */
static enum status early_note(struct mem *mem, const struct scenario *scenario, struct explore_sched *out) {
    struct explore_deviation first = {.decision = 0, .option = 1};
    struct explore_schedule schedule = {.timers = EBB_TIMERS_IDLE, .at = &first, .count = 1, .capacity = 1};
    struct diag why = {0};
    explore_sched_init(out, mem);
    out->scenario = out->named = STR("x");
    return run_retrace_note(mem, scenario, 0, &schedule, out, &why);
}

static void look(const char *text, bool wanted, uint64_t *runs) {
    struct scenario *first = load(late), *edited = load(text);
    struct explore_sched sched;
    struct run_retraced base;
    struct run_vicinity near;
    CU_ASSERT_EQUAL_FATAL(early_note(mem_system(), first, &sched), OK);
    CU_ASSERT_EQUAL_FATAL(sched.count, 1);
    CU_ASSERT_EQUAL_FATAL(sched.found_count, 2); /* who waits, and the message */
    run_retraced_init(&base);
    CU_ASSERT_EQUAL_FATAL(run_retrace(mem_system(), edited, 0, &sched, false, NULL, NULL, &base), OK);
    CU_ASSERT_FALSE(run_retraced_shows(&base, &sched));
    CU_ASSERT_EQUAL(run_vicinity(mem_system(), edited, 0, &sched, &base, &near), OK);
    CU_ASSERT_EQUAL(near.found, wanted);
    *runs = near.runs;
    if (near.found) {
        struct explorer *explorer = NULL;
        struct explore_config how = {.strategy = "replay", .replay = &near.at.schedule};
        struct check_finding found[4];
        struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
        CU_ASSERT_EQUAL_FATAL(explore_new(mem_system(), &explorer, &how), OK);
        struct run_config config = {.scenario = edited, .chooser = explore_begin(explorer, 0)};
        CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
        CU_ASSERT_PTR_NULL(explore_diverged(explorer));
        CU_ASSERT_EQUAL_FATAL(result.findings.count, 2);
        for (uint32_t i = 0; i < 2; i++) CU_ASSERT_EQUAL(found[i].signature, sched.found[i].signature);
        explore_free(explorer);
    }
    run_retraced_deinit(mem_system(), &near.at);
    run_retraced_deinit(mem_system(), &base);
    explore_sched_deinit(mem_system(), &sched);
    scenario_free(first);
    scenario_free(edited);
}

static void what_it_found_is_looked_for_near(void) {
    uint64_t runs = 0, again = 0;
    look(moved, true, &runs);
    CU_ASSERT_EQUAL(runs, 2); /* one time sooner, one later */
    look(moved, true, &again);
    CU_ASSERT_EQUAL(runs, again);
    look(mended, false, &runs);
    CU_ASSERT_EQUAL(runs, RUN_VICINITY_RUNS);
}

/* --- without memory ----------------------------------------------------------------------------------------------------- */
static enum status all_of_it(struct mem *mem, const struct scenario *first, const struct scenario *edited) {
    struct explore_sched sched;
    struct run_retraced base;
    struct run_vicinity near;
    run_retraced_init(&base);
    run_retraced_init(&near.at);
    enum status status = early_note(mem, first, &sched);
    if (status == OK) status = run_retrace(mem, edited, 0, &sched, false, NULL, NULL, &base);
    if (status == OK) status = run_vicinity(mem, edited, 0, &sched, &base, &near);
    if (status == OK) CU_ASSERT_TRUE(near.found);
    run_retraced_deinit(mem, &near.at);
    run_retraced_deinit(mem, &base);
    explore_sched_deinit(mem, &sched);
    return status;
}

static void no_memory_is_said(void) {
    struct scenario *first = load(late), *edited = load(moved);
    enum status status = ERR_NOMEM;
    for (uint64_t at = 1; status != OK; at++) {
        struct mem_probe probe;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = at;
        status = all_of_it(&probe.mem, first, edited);
        CU_ASSERT_TRUE(status == OK || status == ERR_NOMEM);
        CU_ASSERT_EQUAL_FATAL(probe.blocks, 0);
        CU_ASSERT_TRUE_FATAL(at < 2000);
    }
    scenario_free(first);
    scenario_free(edited);
}

CU_TestInfo retrace_tests[] = {
    {"any_run_comes_back", any_run_comes_back}, {"what_does_not_fit_is_told", what_does_not_fit_is_told},
    {"how_many_there_are", how_many_there_are}, {"what_it_found_is_looked_for_near", what_it_found_is_looked_for_near},
    {"no_memory_is_said", no_memory_is_said},   CU_TEST_INFO_NULL,
};
