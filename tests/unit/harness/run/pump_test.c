/* SPDX-License-Identifier: MIT */
/* pump_test.c — many more cycles: what comes to a bound, what does not, and what ends the asking. */
#include "run/pump.h"

#include "kinds/kinds.h"
#include "run/judge.h"
#include "tests/unit/harness/scenario/scenario_yard.h"

static struct run_pumped pump_from(const char *text, struct run_pumped pumped) {
    static struct scenario_problems problems;
    struct mem_probe probe;
    struct scenario *scenario;
    mem_probe_init(&probe, mem_system());
    enum status status = yard_load(&probe.mem, text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    CU_ASSERT_EQUAL(run_pump(scenario, 0, &probe.mem, &pumped), OK);
    CU_ASSERT_TRUE(pumped.known);
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    return pumped;
}

static struct run_pumped pump(const char *text) { return pump_from(text, (struct run_pumped){0}); }

static enum check_fate weight_of(const struct run_pumped *pumped, uint16_t id) {
    return pumped->seen.of[id][CHECK_MEASURE_WEIGHT].fate;
}

static void proved_needs_no_more(void) {
    struct run_pumped pumped = pump(HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn, value: bytes(1KiB)}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_PROVED);
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_ARRAY), CHECK_FATE_PROVED);
    CU_ASSERT_EQUAL(pumped.seen.of[KIND_ARRAY][CHECK_MEASURE_WEIGHT].increment, 1024);
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_LIST), CHECK_FATE_NONE);
    CU_ASSERT_EQUAL(pumped.seen.cycles, 32);
    pumped = pump(HEAD "shared: {m: map()}\ncycle: [{put: m, key: 1, value: bytes(1KiB)}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_NONE);
}

static void a_bound_is_found(void) {
    struct run_pumped pumped =
        pump(HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 500, value: bytes(1KiB)}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_SETTLES);
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_ARRAY), CHECK_FATE_SETTLES);
    CU_ASSERT(pumped.seen.cycles > 1000 && pumped.seen.cycles < 1100); /* as long again as it took, and no longer */
    pumped = pump(HEAD "shared: {c: chan(300)}\ncycle: [{try_send: c, value: turn}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_CHAN), CHECK_FATE_SETTLES);
    /* One settles, the other does not. */
    pumped = pump(
        HEAD "shared: {m: map(), l: list()}\ncycle: [{put: m, key: turn % 50, value: 1}, {append: l, value: 1}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_SETTLES);
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_LIST), CHECK_FATE_GROWS);
    CU_ASSERT_EQUAL(pumped.seen.cycles, PUMP_CYCLES);
}

/* Each of these is cut off by a budget of its own, long before all the cycles. */
static void budgets_leave_it_open(void) {
    struct run_pumped pumped = pump(
        HEAD
        "shared: {l: list()}\ncycle: [{append: l, value: bytes(7MiB)}, {if: len(l) > 1000, then: [{clear: l}]}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_ARRAY), CHECK_FATE_GROWS);
    CU_ASSERT(pumped.seen.cycles < 100);
    pumped =
        pump(HEAD "shared: {c: chan(), m: map()}\ncycle: [{go: [{recv: c}]}, {put: m, key: turn % 5000, value: 1}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_GROWS);
    CU_ASSERT(pumped.seen.cycles <= PUMP_COROUTINES + 1);
    pumped = pump(HEAD "shared: {l: list(), m: map()}\ncycle: [{append: l, value: timer(1h)}, {put: m, key: turn % "
                       "5000, value: 1}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_GROWS);
    CU_ASSERT(pumped.seen.cycles <= PUMP_ALARMS + 1);
    pumped = pump(
        HEAD
        "shared: {l: list(), m: map()}\ncycle: [{append: l, value: file()}, {put: m, key: turn % 5000, value: 1}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_GROWS);
    CU_ASSERT(pumped.seen.cycles <= PUMP_PROCESS + 1);
    pumped = pump(HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 5000, value: 1}, {if: turn == 900, then: "
                       "[{panic: 'late'}]}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_GROWS);
    CU_ASSERT_EQUAL(pumped.seen.cycles, 901);
    pumped =
        pump(HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 90000, value: 1}, {repeat: 1000, do: [step]}]\n");
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_GROWS);
    CU_ASSERT(pumped.seen.cycles <= PUMP_STEPS / 1000 + 1);
}

/* A run takes over what was found out, and finds it out only once. */
static void runs_share_what_was_found(void) {
    static const char text[] = HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 500, value: 1}]\n";
    static struct scenario_problems problems;
    struct check_finding found[4];
    struct scenario *scenario;
    struct run_pumped pumped = {0};
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    struct run_config config = {.scenario = scenario};
    struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
    CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
    CU_ASSERT_EQUAL(result.findings.count, 1); /* nobody asked for more cycles */
    CU_ASSERT_STRING_EQUAL(found[0].text, "observed for 32 cycles, not proved");
    uint64_t digest = result.digest;
    config.pumped = &pumped;
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
        CU_ASSERT_EQUAL(result.findings.count, 0);
        CU_ASSERT_EQUAL(result.digest, digest); /* the other cycles are another world's */
        CU_ASSERT_TRUE(pumped.known);
    }
    pumped.seen.of[KIND_MAP][CHECK_MEASURE_WEIGHT].fate = CHECK_FATE_PROVED;
    CU_ASSERT_EQUAL(run_once(&config, mem_system(), &result), OK);
    CU_ASSERT_EQUAL(result.findings.count, 1); /* taken over, not found out again */
    scenario_free(scenario);
}

/* Whoever compares asks for few cycles, and comes to the same as whoever went all the way. */
static void the_first_cycles_are_compared(void) {
    static const char *const texts[] = {
        HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 500, value: 1}]\n",
        HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 40, value: 1}]\n",
        HEAD "shared: {l: list()}\nsetup: [{append: l, value: 1}]\nlimits: {cycles: 9}\n"
             "cycle: [{repeat: len(l), do: [{append: l, value: bytes(64B)}]}]\n",
        HEAD "shared: {m: map()}\nlimits: {cycles: 100}\ncycle: [{put: m, key: turn % 500, value: 1}]\n",
        HEAD
        "shared: {m: map()}\ncycle: [{put: m, key: turn % 500, value: 1}, {if: turn == 50, then: [{panic: 'late'}]}]\n",
    };
    uint64_t digests[BASE_COUNT(texts)];
    for (size_t i = 0; i < BASE_COUNT(texts); i++) {
        struct run_pumped whole = pump(texts[i]),
                          few = pump_from(texts[i], (struct run_pumped){.compared = true, .fill = 0x5A});
        CU_ASSERT_EQUAL(whole.digest, few.digest);
        CU_ASSERT_TRUE(few.seen.cycles <= whole.seen.cycles && few.seen.cycles <= 100);
        digests[i] = whole.digest;
        for (size_t before = 0; before < i; before++) CU_ASSERT_NOT_EQUAL(digests[before], digests[i]);
    }
}

static void without_memory_it_says_so(void) {
    static struct scenario_problems problems;
    struct scenario *scenario;
    struct mem_probe probe;
    struct run_pumped pumped;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(),
                                    HEAD "shared: {m: map()}\ncycle: [{put: m, key: turn % 40, value: 1}]\n", &scenario,
                                    &problems),
                          OK);
    uint64_t fail_at = 1;
    for (bool refused = true; refused; fail_at += 1 + fail_at / 8) {
        pumped = (struct run_pumped){0};
        mem_probe_init(&probe, mem_system());
        probe.fail_at = fail_at;
        enum status status = run_pump(scenario, 0, &probe.mem, &pumped);
        CU_ASSERT(status == OK || status == ERR_NOMEM);
        CU_ASSERT_EQUAL(pumped.known, status == OK);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        refused = probe.requests >= fail_at;
    }
    CU_ASSERT_EQUAL(weight_of(&pumped, KIND_MAP), CHECK_FATE_SETTLES);
    scenario_free(scenario);
}

CU_TestInfo pump_tests[] = {
    {"proved_needs_no_more", proved_needs_no_more},
    {"a_bound_is_found", a_bound_is_found},
    {"budgets_leave_it_open", budgets_leave_it_open},
    {"runs_share_what_was_found", runs_share_what_was_found},
    {"the_first_cycles_are_compared", the_first_cycles_are_compared},
    {"without_memory_it_says_so", without_memory_it_says_so},
    CU_TEST_INFO_NULL,
};
