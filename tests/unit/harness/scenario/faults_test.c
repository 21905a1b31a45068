/* SPDX-License-Identifier: MIT */
/* faults_test.c — where a schedule is asked for a fault, what becomes of it, and where there is none to be had. */
#include "tests/unit/harness/scenario/scenario_yard.h"

#define NEVER UINT32_MAX
#define ALWAYS (UINT32_MAX - 1)

/* Takes one option at one fault, the default everywhere else, and counts. */
struct hitting {
    struct ebb_chooser chooser;
    enum ebb_choice_what what;
    uint32_t at, option; /* which of them; NEVER, ALWAYS */
    uint32_t asked;      /* of `what` */
    uint32_t options;    /* of the last of them */
    uint32_t others;     /* faults of another sort */
};

static uint32_t hit(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct hitting *self = BASE_OWNER(chooser, struct hitting, chooser);
    if (choice->what != self->what) {
        self->others += ebb_choice_fault(choice);
        return 0;
    }
    self->options = choice->count;
    bool now = self->asked++ == self->at || self->at == ALWAYS;
    return now ? self->option : 0;
}

static void run_text(const char *text, struct hitting *self, struct run_result *result) {
    static struct scenario_problems problems;
    struct mem_probe probe;
    struct scenario *scenario;
    mem_probe_init(&probe, mem_system());
    CU_ASSERT_EQUAL_FATAL(yard_load(&probe.mem, text, &scenario, &problems), OK);
    self->chooser.pick = hit;
    struct run_config config = {.scenario = scenario, .chooser = &self->chooser};
    CU_ASSERT_EQUAL(run_once(&config, &probe.mem, result), OK);
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

/* What is left when the fault number `at` is taken with `option`. */
static struct hitting hit_leaves(const char *text, struct hitting self, const char *words) {
    struct check_finding found[16];
    struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
    struct buf buf;
    buf_init(&buf, mem_system());
    run_text(text, &self, &result);
    yard_words(&result.findings, &buf);
    if (strcmp(buf.at, words) != 0) fprintf(stderr, "%swanted: %s\nfound:  %s\n", text, words, buf.at);
    CU_ASSERT_STRING_EQUAL(buf.at, words);
    buf_deinit(&buf);
    return self;
}
#define STALL(number, length) ((struct hitting){.what = EBB_CHOOSE_STALL, .at = (number), .option = (length)})

#define LATE(more)                                                                                            \
    HEAD "main:\n  - let: {c: chan()}\n  - go: [{send: c}]\n    as: worker\n  - select: [{recv: c}, {after: " \
         "500ms}]\n" more

static void a_stall_is_before_any_step(void) {
    CU_ASSERT_EQUAL(hit_leaves(LATE(""), STALL(NEVER, 0), "").asked, 0); /* not permitted */
    struct hitting none = hit_leaves(LATE("faults: [stall]\n"), STALL(NEVER, 0), "");
    CU_ASSERT_EQUAL(none.asked, 4);   /* let, go, select, send */
    CU_ASSERT_EQUAL(none.options, 3); /* a minute is more than half the usual horizon */
    (void)hit_leaves(LATE("faults: [stall]\nlimits: {horizon: 1h}\n"), STALL(0, 3), "");
    for (uint32_t i = 0; i < none.asked; i++) (void)hit_leaves(LATE("faults: [stall]\n"), STALL(i, 1), "");
    /* The send comes last by default: main waits in its select by then. */
    (void)hit_leaves(LATE("faults: [stall]\n"), STALL(3, 2), "blocked worker send c x1");
}

static void a_run_has_two_faults_at_most(void) {
    const char *text = HEAD "main:\n  - repeat: 20\n    do: [{go: [step, step]}]\n  - sleep: 5m\nfaults: [stall]\n"
                            "limits: {horizon: 10m}\n";
    struct hitting all = hit_leaves(text, STALL(ALWAYS, 1), "");
    CU_ASSERT_EQUAL(all.asked, 2);
    struct hitting one = hit_leaves(text, STALL(0, 1), "");
    CU_ASSERT_EQUAL(one.asked, 1 + 20 + 40 + 1);
}

static void nobody_is_held_up_beyond_the_horizon(void) {
    CU_ASSERT_EQUAL(hit_leaves(LATE("faults: [stall]\nlimits: {horizon: 121s}\n"), STALL(NEVER, 0), "").options, 4);
    CU_ASSERT_EQUAL(hit_leaves(LATE("faults: [stall]\nlimits: {horizon: 2s}\n"), STALL(NEVER, 0), "").options, 2);
    CU_ASSERT_EQUAL(hit_leaves(LATE("faults: [stall]\nlimits: {horizon: 2ms}\n"), STALL(NEVER, 0), "").asked, 0);
}

static void only_what_works_has_faults(void) {
    CU_ASSERT_EQUAL(hit_leaves(HEAD "setup: [step]\ncycle: [step, step]\nteardown: [step]\nfaults: [stall]\n"
                                    "limits: {cycles: 3}\n",
                               STALL(NEVER, 0), "")
                        .asked,
                    6);
    /* Who goes on after main has returned is spared. */
    CU_ASSERT_EQUAL(hit_leaves(HEAD "main: [{go: [step, step, step]}]\nfaults: [stall]\n", STALL(NEVER, 0), "").asked,
                    1);
}

#define CANCEL(number, which) ((struct hitting){.what = EBB_CHOOSE_CANCEL, .at = (number), .option = (which)})

#define GONE                                                                                \
    HEAD "main:\n  - let: {x: context()}\n  - let: {y: context(x)}\n  - let: {c: chan()}\n" \
         "  - go: [{sleep: 1ms}, {send: c}]\n    as: worker\n  - select: [{recv: c}, {recv: x.done}]\n  - cancel: x\n"

static void somebody_outside_cancels(void) {
    CU_ASSERT_EQUAL(hit_leaves(GONE, CANCEL(NEVER, 0), "").asked, 0); /* not permitted */
    CU_ASSERT_EQUAL(hit_leaves(GONE "faults: [stall]\n", CANCEL(NEVER, 0), "").asked, 0);
    struct hitting none = hit_leaves(GONE "faults: [cancel]\n", CANCEL(NEVER, 0), "");
    CU_ASSERT_EQUAL(none.asked, 7); /* before the first there is nothing to cancel */
    CU_ASSERT_EQUAL(none.others, 0);
    for (uint32_t i = 0; i < none.asked - 2; i++)
        (void)hit_leaves(GONE "faults: [cancel]\n", CANCEL(i, 1), "blocked worker send c x1");
    /* With the answer there already it is no loss; and the second context is not the one that is waited for. */
    (void)hit_leaves(GONE "faults: [cancel]\n", CANCEL(none.asked - 1, 1), "");
    (void)hit_leaves(GONE "faults: [cancel]\n", CANCEL(3, 2), "");
    struct hitting both = hit_leaves(GONE "faults: [stall, cancel]\n", CANCEL(3, 1), "blocked worker send c x1");
    CU_ASSERT_TRUE(both.others > 0);
}

static void a_context_of_many(void) {
    const char *text = HEAD "main:\n  - let: {all: list()}\n  - repeat: 20\n    do:\n      - let: {x: context()}\n"
                            "      - append: all\n        value: x\n  - for: x\n    in: all\n    do: [{cancel: x}]\n"
                            "faults: [cancel]\n";
    CU_ASSERT_TRUE(hit_leaves(text, CANCEL(NEVER, 0), "").options == 2);
    (void)hit_leaves(text, CANCEL(40, 16), "");
}

/* Nobody of the subject will ever cancel: but somebody outside may, until there are no more faults. */
static bool waits_for_good(const char *text, struct hitting self) {
    struct check_finding found[16];
    struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
    run_text(text, &self, &result);
    return result.findings.count > 0 && found[0].kind == CHECK_BLOCKED;
}

static void who_waits_for_a_client_is_not_lost_yet(void) {
#define CLIENT(faults)                                                                                             \
    HEAD "main:\n  - let: {x: context()}\n  - go: [{let: {t: ticker(1s)}}, {for: n, in: t.channel, do: [step]}]\n" \
         "  - recv: x.done\n" faults
    /* Stuck beside a ticker, and judged by then; cancelled, it ends. */
    CU_ASSERT_TRUE(waits_for_good(CLIENT(""), CANCEL(NEVER, 0)));
    CU_ASSERT_TRUE(waits_for_good(CLIENT("faults: [cancel]\n"), CANCEL(NEVER, 0)));
    CU_ASSERT_FALSE(waits_for_good(CLIENT("faults: [cancel]\n"), CANCEL(3, 1)));
}

#define REFUSE(number) ((struct hitting){.what = EBB_CHOOSE_REFUSE, .at = (number), .option = 1})

#define BLOCKS                                                                                              \
    HEAD "main:\n  - let: {a: malloc(1KiB)}\n  - if: a != nil\n    then:\n      - let: {b: malloc(2KiB)}\n" \
         "      - if: b == nil\n        then: [return]\n      - free: b\n      - free: a\n"

static void what_the_system_gives_is_refused(void) {
    CU_ASSERT_EQUAL(hit_leaves(BLOCKS, REFUSE(NEVER), "").asked, 0); /* not permitted */
    CU_ASSERT_EQUAL(hit_leaves(BLOCKS "faults: [stall, cancel]\n", REFUSE(NEVER), "").asked, 0);
    struct hitting none = hit_leaves(BLOCKS "faults: [allocation]\n", REFUSE(NEVER), "");
    CU_ASSERT_EQUAL(none.asked, 2);
    CU_ASSERT_EQUAL(none.options, 2);
    CU_ASSERT_EQUAL(none.others, 0);
    CU_ASSERT_EQUAL(hit_leaves(BLOCKS "faults: [allocation]\n", REFUSE(0), "").asked, 1);
    (void)hit_leaves(BLOCKS "faults: [allocation]\n", REFUSE(1), "bytes a x1024");
    /* Descriptors and threads as well; what only a full address space would refuse is given. */
    const char *others = HEAD "shared: {c: chan(2)}\nmain:\n  - let: {f: file()}\n  - let: {t: thread()}\n"
                              "  - let: {b: bytes(1KiB)}\n  - let: {m: map()}\n  - let: {x: mutex()}\n"
                              "  - if: f != nil\n    then: [{close: f}, {send: c}]\n  - if: t != nil\n"
                              "    then: [{release: t}, {join: t}, {send: c}]\nfaults: [allocation]\n";
    CU_ASSERT_EQUAL(hit_leaves(others, REFUSE(NEVER), "message c x2").asked, 2);
    (void)hit_leaves(others, REFUSE(0), "message c x1");
    (void)hit_leaves(others, REFUSE(1), "message c x1");
    (void)hit_leaves(others, REFUSE(ALWAYS), "");
}

/* Who does not look at what it was given has broken a rule; without a refusal the scenario would make no sense. */
static void what_was_refused_is_nil(void) {
#define ASKS(steps) HEAD "main:\n  - let: {a: malloc(1KiB)}\n" steps "  - free: a\nfaults: [allocation]\n"
    (void)hit_leaves(ASKS(""), REFUSE(0), ""); /* as C's free of a null pointer */
    (void)hit_leaves(ASKS("  - use: a\n"), REFUSE(NEVER), "");
    (void)hit_leaves(ASKS("  - use: a\n"), REFUSE(0), "panic main \"use of nil\"");
    (void)hit_leaves(ASKS("  - finalize: a\n    do: [{free: a}]\n"), REFUSE(0),
                     "panic main \"a nil has no end that could be waited for\"");
    (void)hit_leaves(ASKS("  - defer: [{recover: it}]\n  - use: a\n"), REFUSE(0), "");
}

static void only_what_works_is_refused(void) {
    const char *text = HEAD "shared: {a: malloc(1KiB)}\nsetup: [{let: {b: malloc(1KiB)}}, {free: b}]\n"
                            "cycle: [{let: {b: malloc(1KiB)}}, {free: b}]\n"
                            "teardown: [{let: {b: malloc(1KiB)}}, {free: b}, {free: a}]\nfaults: [allocation]\n"
                            "limits: {cycles: 3}\n";
    CU_ASSERT_EQUAL(hit_leaves(text, REFUSE(NEVER), "").asked, 3);
    CU_ASSERT_EQUAL(hit_leaves(text, REFUSE(ALWAYS), "").asked, 2); /* two faults at most */
    text = HEAD "main: [{go: [{let: {b: malloc(1KiB)}}, {free: b}]}]\nfaults: [allocation]\n";
    CU_ASSERT_EQUAL(hit_leaves(text, REFUSE(NEVER), "").asked, 0); /* main has returned by then */
}

CU_TestInfo faults_tests[] = {
    {"a_stall_is_before_any_step", a_stall_is_before_any_step},
    {"a_run_has_two_faults_at_most", a_run_has_two_faults_at_most},
    {"nobody_is_held_up_beyond_the_horizon", nobody_is_held_up_beyond_the_horizon},
    {"only_what_works_has_faults", only_what_works_has_faults},
    {"somebody_outside_cancels", somebody_outside_cancels},
    {"a_context_of_many", a_context_of_many},
    {"who_waits_for_a_client_is_not_lost_yet", who_waits_for_a_client_is_not_lost_yet},
    {"what_the_system_gives_is_refused", what_the_system_gives_is_refused},
    {"what_was_refused_is_nil", what_was_refused_is_nil},
    {"only_what_works_is_refused", only_what_works_is_refused},
    CU_TEST_INFO_NULL,
};
