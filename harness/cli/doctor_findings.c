/* SPDX-License-Identifier: MIT */
/* doctor_findings.c — each kind of finding, planted once: a scenario of a line or two is judged in a process of its own,
 * as `ebb run` would, and must be found out. A kind that nobody plants here is not trusted. */
#include "cli/doctor.h"
#include "run/isolate.h"

#define PATIENCE_MS 20000

/* Two coroutines, and so a decision that a liar can turn round when the run is made again. */
#define TWO "main: [{go: [yield, yield]}, {go: [yield, yield]}, yield]"

static struct liar { struct ebb_chooser chooser, *replay; } liar;

static uint32_t lie(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct liar *self = BASE_OWNER(chooser, struct liar, chooser);
    return (self->replay->pick(self->replay, choice) + 1) % choice->count;
}

static struct ebb_chooser *tamper(struct ebb_chooser *replay) {
    liar = (struct liar){{lie}, replay};
    return &liar.chooser;
}

static const char *const plants[CHECK_KIND_COUNT] = {
    [CHECK_PANIC] = "main: [{let: {c: chan()}}, {close: c}, {close: c}]",
    [CHECK_BLOCKED] = "main: [{let: {c: chan()}}, {go: [{send: c}]}]",
    [CHECK_ALIVE] = "main: [{go: [{loop: [{sleep: 1h}]}]}]",
    [CHECK_TIMER] = "main: [{let: {t: timer(1h)}}]",
    [CHECK_CONTEXT] = "main: [{let: {c: context()}}]",
    [CHECK_MESSAGE] = "shared: {c: chan(1)}\nmain: [{send: c}]",
    [CHECK_LOCK] = "shared: {m: mutex()}\nmain: [{lock: m}]",
    [CHECK_OBJECT] = "main: [{let: {a: record(b = nil)}}, {let: {b: record(a = a)}}, {set: {a.b: b}}]",
    [CHECK_BYTES] = "main: [{let: {block: malloc(64)}}]",
    [CHECK_PINNED] =
        "shared: {p: pool()}\nmain: [{let: {b: bytes(1MiB)}}, {cut: b, to: 16, into: b}, {put: p, value: b}]",
    [CHECK_GROWS] = "shared: {m: map()}\ncycle: [{put: m, key: turn}]",
    [CHECK_WATCH] = "main: [{let: {b: bytes(1MiB)}}]\nwatch: [allocation > 4KiB]",
    [CHECK_THREAD] = "main: [{let: {t: thread()}}]",
    [CHECK_FD] = "main: [{let: {f: file()}}]",
    [CHECK_NONDETERMINISTIC] = TWO,
    [CHECK_LIMIT] = "main: [{loop: [yield]}]\nlimits: {steps: 100}",
};
static const char twin[] = "main: [{let: {c: chan()}}, {go: [{send: c}]}, {recv: c}]";

/* How many findings a planted scenario has of `kind`, or of any for CHECK_KIND_COUNT; -1: it was not judged. */
static int64_t judged(const char *planted, enum check_kind kind) {
    static struct scenario_problems problems;
    static struct run_row row;
    struct scenario *scenario = NULL;
    struct buf text;
    buf_init(&text, mem_system());
    buf_print(&text, "ebb: 1\n%s\n", planted);
    enum status status = buf_status(&text);
    if (status == OK) status = scenario_load(mem_system(), &scenario, STR("doctor"), buf_str(&text), &problems);
    ASSERT(status != ERR_INPUT); /* they are ours */
    struct run_campaign campaign = {.scenario = scenario, .runs = 2, .seed = 1};
    if (kind == CHECK_NONDETERMINISTIC) campaign.tamper = tamper;
    campaign.leak_check = cli_leak_net() == CLI_LEAK_NET_WORKS;
    if (status == OK) status = run_isolated(&campaign, mem_system(), PATIENCE_MS, NULL, &row);
    scenario_free(scenario);
    buf_deinit(&text);
    if (status != OK) return -1;
    int64_t count = 0;
    for (uint32_t i = 0; i < row.count; i++) count += kind == CHECK_KIND_COUNT || row.findings[i].kind == kind;
    bool died = row.verdict == REPORT_CRASHED || row.verdict == REPORT_ERROR;
    return count == 0 && died ? -1 : count; /* two runs that differ are told as a crash, with their finding */
}

static void plant(struct doctor *doctor, enum check_kind kind) {
    const char *name = check_kind_name(kind);
    int64_t found = plants[kind] == NULL ? 0 : judged(plants[kind], kind);
    if (found > 0)
        cli_doctor_tell(doctor, DOCTOR_OK, name, "planted and found", "");
    else if (plants[kind] == NULL)
        cli_doctor_tell(doctor, DOCTOR_NO, name, "nothing is planted for it",
                        "this is a bug of ours; please report it");
    else if (found < 0)
        cli_doctor_tell(doctor, DOCTOR_NO, name, "planted, and the process that judged it died", "ebb run says why");
    else
        cli_doctor_tell(doctor, DOCTOR_NO, name, "planted and not found", "this is a bug of ours; please report it");
}

void cli_doctor_findings(struct doctor *doctor) {
    for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++) plant(doctor, (enum check_kind)kind);
    bool clean = judged(twin, CHECK_KIND_COUNT) == 0;
    cli_doctor_tell(doctor, clean ? DOCTOR_OK : DOCTOR_NO, "clean",
                    clean ? "a scenario that leaves nothing is clean" : "a scenario that leaves nothing is not clean",
                    clean ? "" : "this is a bug of ours; please report it");
}
