/* SPDX-License-Identifier: MIT */
/* fuzz_sched.c — any bytes as a .sched file: they are refused with a place in the file, or read, and written as what is read
 * again. What was read is followed through a scenario it may know nothing of, as far as it fits, and the run it makes comes
 * back from a long form of its own; nothing stays behind, nor when an allocation fails, at a position that the last byte
 * names. */
#include <stdlib.h>

#include "base/mem.h"
#include "run/retrace.h"

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every way to choose, and two coroutines of one name. No schedule of it takes a hundred steps. */
static const char text[] =
    "ebb: 1\nfaults: [stall, cancel, allocation]\nmain:\n  - let: {x: context()}\n  - let: {c: chan(2)}\n"
    "  - let: {d: chan(1)}\n  - let: {t: timer(2s)}\n  - go: worker(c)\n    count: 2\n"
    "  - go: [{choose: 3, into: n}, {send: d, value: n}]\n    as: other\n"
    "  - let: {m: malloc(8)}\n  - free: m\n  - cancel: x\n  - repeat: 3\n    do:\n      - select:\n"
    "          - recv: c\n          - recv: d\n          - recv: t.channel\n"
    "procs:\n  worker(c):\n    - sleep: 1s\n    - send: c\n    - send: c\n";
static struct scenario *scenario;

int LLVMFuzzerInitialize(int *count, char ***words) {
    static struct scenario_problems problems;
    (void)count, (void)words;
    ASSERT(scenario_load(mem_system(), &scenario, STR("fuzz.yaml"), str_of(text), &problems) == OK);
    return 0;
}

static void check_refused(struct str bytes, const struct diag *why) {
    uint32_t lines = 1;
    for (size_t i = 0; i < bytes.len; i++) lines += bytes.at[i] == '\n';
    ASSERT(why->text[0] != 0 && memchr(why->text, 0, sizeof why->text) != NULL);
    ASSERT(why->line > 0 && why->line <= lines && why->column > 0 && why->column <= bytes.len + 1);
}

/* What is written of it is read, and written as the same. */
static enum status check_written(struct mem *mem, const struct explore_sched *sched) {
    struct buf first, second;
    struct explore_sched again;
    struct diag why = {0};
    buf_init(&first, mem);
    buf_init(&second, mem);
    explore_sched_write(&first, sched);
    enum status status = buf_status(&first);
    if (status == OK) {
        status = explore_sched_read(mem, buf_str(&first), &again, &why);
        ASSERT(status != ERR_INPUT || first.len > SCHED_BYTES_MAX);
        if (status == OK) explore_sched_write(&second, &again);
        if (status == OK) status = buf_status(&second);
        ASSERT(status != OK || str_equal(buf_str(&first), buf_str(&second)));
        explore_sched_deinit(mem, &again);
    }
    buf_deinit(&second);
    buf_deinit(&first);
    return status;
}

static enum status check_back(struct mem *mem, const struct run_retraced *run) {
    struct explore_sched own;
    struct run_retraced again;
    struct diag why = {0};
    run_retraced_init(&again);
    explore_sched_init(&own, mem);
    enum status status = run_retrace_note(mem, scenario, 0, &run->schedule, &own, &why);
    if (status == OK) status = run_retrace(mem, scenario, 0, &own, true, NULL, NULL, &again);
    if (status == OK) {
        ASSERT(again.parted_count == 0 && again.followed == run->schedule.count);
        ASSERT(again.result.digest == run->result.digest);
        ASSERT(explore_schedule_equal(&again.schedule, &run->schedule));
        ASSERT(run_retraced_shows(&again, &own));
    }
    ASSERT(status == OK || status == ERR_NOMEM);
    run_retraced_deinit(mem, &again);
    explore_sched_deinit(mem, &own);
    return status;
}

static enum status take(struct str bytes, uint64_t fail_at) {
    struct mem_probe probe;
    struct explore_sched sched;
    struct run_retraced run;
    struct diag why = {0};
    mem_probe_init(&probe, mem_system());
    probe.fail_at = fail_at;
    run_retraced_init(&run);
    enum status status = explore_sched_read(&probe.mem, bytes, &sched, &why);
    if (status == ERR_INPUT) check_refused(bytes, &why);
    if (status == OK) status = check_written(&probe.mem, &sched);
    if (status == OK) status = run_retrace(&probe.mem, scenario, 0, &sched, (bytes.len & 1) != 0, NULL, NULL, &run);
    if (status == OK) {
        ASSERT(run.followed <= sched.count && run.schedule.count <= run.decisions);
        status = check_back(&probe.mem, &run);
    }
    run_retraced_deinit(&probe.mem, &run);
    explore_sched_deinit(&probe.mem, &sched);
    ASSERT(probe.blocks == 0);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str bytes = {(const char *)data, size};
    enum status status = take(bytes, 0);
    ASSERT(status == OK || status == ERR_INPUT || (status == ERR_NOMEM && size > 1000));
    if (size > 0 && data[size - 1] % 4 == 0) (void)take(bytes, 1 + data[size - 1]);
    return 0;
}
