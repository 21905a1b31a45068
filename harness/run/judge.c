/* SPDX-License-Identifier: MIT */
/* judge.c — the tide: phases run to rest, the shared objects are let go, and what is left is judged. The order at the
 * end is fixed: verdict, reap, and then our own heap must be empty. */
#include "run/judge.h"

#include <dirent.h>
#include <poll.h>

#include "base/mem.h"
#include "check/live.h"
#include "kinds/kinds.h"

/* What one run may take: a scenario that asks for more is told that there is not enough, rather than the machine. */
#define RUN_BYTES_MAX ((uint64_t)1 << 30)
#define RUN_COROUTINES_MAX 200000u /* each touches a page of stack: 800 MB */

struct once {
    const struct run_config *config;
    struct mem *mem;
    struct ebb *ebb;
    struct scenario_run *run;
    struct run_result *result;
    struct check_ledger *cycles;
    struct check_watch *watch; /* NULL: the scenario sets no rule */
    uint32_t cycle_count, cycles_run;
    uint32_t threads_before, fds_before;
};

static uint64_t step_max(const struct run_config *config) {
    uint64_t own = scenario_limits(config->scenario)->steps;
    return config->step_max > 0 && config->step_max < own ? config->step_max : own;
}

/* How many entries a folder of /proc has; 0 when it cannot be read. Descriptors include the one that looks. */
static uint32_t entries(const char *folder) {
    DIR *dir = opendir(folder);
    uint32_t count = 0;
    if (dir == NULL) return 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) count += entry->d_name[0] != '.';
    (void)closedir(dir);
    return count;
}

/* Only a world that made threads or opened files is worth asking the kernel about. */
static bool born(struct ebb *ebb, enum ebb_left left) {
    for (size_t kind = 0; kind < KIND_COUNT; kind++)
        if (ebb_kinds[kind]->left == left && ebb_census(ebb)->kinds[kind].births > 0) return true;
    return false;
}

/* The kernel wakes whoever joins a thread before it takes the thread off its list. The ledger says how many there should
 * be; only when there are more is it worth a moment. */
static uint32_t threads_now(const struct once *once) {
    uint64_t expected = once->threads_before;
    LIST_EACH(link, &ebb_census(once->ebb)->nodes) {
        const struct ebb_object *object = ebb_object_of(BASE_OWNER(link, struct census_node, link));
        if (object->kind->left == EBB_LEFT_THREAD && object->kind->remains != NULL)
            expected += object->kind->remains(object);
    }
    uint32_t now = entries("/proc/self/task");
    for (int tries = 0; now > expected && tries < 200; tries++) {
        (void)poll(NULL, 0, 1);
        now = entries("/proc/self/task");
    }
    return now;
}

static enum status phase(struct once *once, enum scenario_phase phase, int64_t turn) {
    struct ebb_co *first = NULL;
    if (!scenario_has(once->config->scenario, phase)) return OK;
    TRY(scenario_spawn(once->run, phase, turn, &first));
    struct run_follower *follower = once->config->follower;
    if (follower != NULL) follower->phase(follower, once->ebb, phase, (uint32_t)turn);
    ebb_horizon_after(once->ebb, first, scenario_limits(once->config->scenario)->horizon_ns);
    once->result->end = ebb_run(once->ebb);
    return OK;
}

static bool over(const struct once *once) { return once->result->end >= EBB_END_PANIC; }

static enum status cycles(struct once *once) {
    uint32_t count = scenario_limits(once->config->scenario)->cycles;
    once->cycles = mem_new(once->mem, CHECK_CYCLES_JUDGED, sizeof *once->cycles);
    if (once->cycles == NULL) return ERR_NOMEM;
    if (once->watch != NULL) check_watch_cycle(once->watch);
    for (uint32_t turn = 0; turn < count && !over(once); turn++) {
        TRY(phase(once, SCENARIO_CYCLE, turn));
        if (over(once)) break;
        once->cycles_run++;
        if (count - turn <= CHECK_CYCLES_JUDGED) check_ledger_take(&once->cycles[once->cycle_count++], once->ebb);
        if (once->watch != NULL) check_watch_cycle(once->watch);
    }
    return OK;
}

/* What cannot be told from the cycles of this run is told by more of them, once for all runs of the variant. Without
 * memory for that it counts as growing. */
static void pump(const struct once *once, struct check_view *view) {
    const struct run_config *config = once->config;
    if (view->cycle_count == 0) return;
    view->repeats = scenario_repeats(config->scenario, config->variant, once->mem);
    if (config->pumped == NULL || !check_growth_doubtful(view)) return;
    bool known = config->pumped->known || run_pump(config->scenario, config->variant, once->mem, config->pumped) == OK;
    once->result->pumped = config->pumped->digest;
    if (!known) return;
    view->pumped = &config->pumped->seen;
}

static void judge(struct once *once, enum check_phase at) {
    struct check_view view = {
        .ebb = once->ebb,
        .phase = at,
        .end = once->result->end,
        .cycles = once->cycles,
        .cycle_count = once->cycle_count,
        .cycles_run = once->cycles_run,
        .watch = once->watch,
        .step_max = step_max(once->config),
    };
    if (at == CHECK_HELD) pump(once, &view);
    if (at == CHECK_LEFT && born(once->ebb, EBB_LEFT_THREAD))
        view.threads_before = once->threads_before, view.threads_now = threads_now(once);
    if (at == CHECK_LEFT && born(once->ebb, EBB_LEFT_FD))
        view.fds_before = once->fds_before, view.fds_now = entries("/proc/self/fd");
    uint32_t from = once->result->findings.count;
    check_run(&view, &once->result->findings);
    struct run_follower *follower = once->config->follower;
    if (follower != NULL) follower->judged(follower, once->ebb, at, &once->result->findings, from);
}

/* From before the shared objects are made, which count as well. */
static enum status watch_begin(struct once *once) {
    const struct scenario *scenario = once->config->scenario;
    uint32_t count = scenario_watch_count(scenario);
    if (count == 0) return OK;
    TRY(check_watch_new(&once->watch, once->mem, once->ebb, count));
    for (uint32_t i = 0; i < count; i++) {
        struct check_watch_rule rule = scenario_watch(scenario, i);
        check_watch_add(once->watch, &rule);
    }
    return OK;
}

static enum status tide(struct once *once) {
    const struct scenario *scenario = once->config->scenario;
    once->result->end = EBB_END_QUIET;
    TRY(phase(once, SCENARIO_SETUP, 0));
    if (!over(once)) TRY(phase(once, SCENARIO_MAIN, 0));
    if (!over(once) && scenario_has(scenario, SCENARIO_CYCLE)) TRY(cycles(once));
    if (!over(once)) judge(once, CHECK_HELD);
    if (!over(once)) TRY(phase(once, SCENARIO_TEARDOWN, 0));
    if (!over(once)) {
        ebb_settle(once->ebb);
        judge(once, CHECK_REST);
        scenario_release(once->run);
        once->result->end = ebb_run(once->ebb); /* finalizers of what has just died */
    }
    if (once->result->end == EBB_END_NOMEM) return ERR_NOMEM;
    if (once->result->end == EBB_END_STOPPED) return ERR_INPUT;
    judge(once, CHECK_LEFT);
    return OK;
}

/* Without memory to tell, time just runs on. */
bool run_hopeless(struct ebb *ebb, const struct ebb_co *co) {
    struct check_live live;
    if (co->nap != NULL) return false; /* its deadline wakes it, whatever else there is: asking takes long */
    if (check_live_init(&live, mem_system(), ebb) != OK) return false;
    bool doomed = check_live_doomed(&live, co);
    check_live_deinit(&live);
    return doomed;
}

static void count_before(struct once *once) {
    struct run_before counted = {0}, *before = once->config->before == NULL ? &counted : once->config->before;
    if (!before->known) *before = (struct run_before){true, entries("/proc/self/task"), entries("/proc/self/fd")};
    once->threads_before = before->threads;
    once->fds_before = before->fds;
}

enum status run_once(const struct run_config *config, struct mem *mem, struct run_result *result) {
    struct mem_probe probe;
    mem_probe_init(&probe, mem);
    probe.bytes_max = RUN_BYTES_MAX;
    if (config->fill != 0) probe.fill = config->fill;
    struct once once = {.config = config, .mem = mem, .result = result};
    result->findings.count = result->findings.lost = 0;
    result->pumped = 0;
    result->witnesses = (struct run_witnesses){.parked = EBB_LSAN_ABSENT, .after = EBB_LSAN_ABSENT};
    count_before(&once);
    struct ebb_config world = {
        .mem = &probe.mem,
        .chooser = config->chooser,
        .stacks = config->stacks,
        .observer = config->follower == NULL ? NULL : config->follower->observer,
        .timers = config->timers,
        .step_max = step_max(config),
        .co_max = RUN_COROUTINES_MAX,
    };
    TRY(ebb_new(&once.ebb, &world));
    once.ebb->hopeless = run_hopeless;
    enum status status = watch_begin(&once);
    if (status == OK) status = scenario_begin(config->scenario, mem, config->variant, once.ebb, &once.run);
    if (status == OK) status = tide(&once);
    const struct diag *fault = once.run == NULL ? NULL : scenario_fault(once.run);
    if (fault != NULL) result->fault = *fault;
    result->steps = ebb_steps(once.ebb);
    result->digest = ebb_digest(once.ebb);
    result->choices = ebb_choices(once.ebb);
    check_findings_sort(&result->findings);
    bool found = result->findings.count > 0 || result->findings.lost > 0;
    if (config->leak_check && found) result->witnesses.parked = ebb_leak_check(once.ebb, true);
    result->witnesses.threads = born(once.ebb, EBB_LEFT_THREAD);
    if (config->before != NULL && (born(once.ebb, EBB_LEFT_THREAD) || born(once.ebb, EBB_LEFT_FD)))
        config->before->known = false;
    ebb_reap(once.ebb);
    ebb_free(once.ebb);
    result->witnesses.blocks = probe.blocks;
    result->witnesses.bytes = probe.bytes;
    mem_free(mem, once.cycles, CHECK_CYCLES_JUDGED * sizeof *once.cycles);
    check_watch_free(once.watch);
    scenario_end(mem, once.run);
    return status;
}
