/* SPDX-License-Identifier: MIT */
/* bench_live.c — what it costs to know who waits for ever. `bench_live SHAPE N`: a scenario with N coroutines is run to
 * the point where they wait, there the question is asked again and again; prints nanoseconds for each time, objects in
 * the census, and how many are doomed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/live.h"
#include "run/judge.h"

#define ROUNDS_NS INT64_C(300000000) /* as long as this */

static const struct {
    const char *name, *steps, *after, *procs;
} shapes[] = {
    /* each waits on a channel that nobody else has */
    {"doomed", "  - repeat: %u\n    do:\n      - let: {own: chan()}\n      - go: waiter(own)\n  - sleep: 1ms\n", "",
     "  waiter(c): [{recv: c}]\n"},
    /* each waits for the one before it; main holds the first end */
    {"chain",
     "  - let: {first: chan()}\n  - let: {before: nil}\n  - set: {before: first}\n  - repeat: %u\n    do:\n"
     "      - let: {after: chan()}\n      - go: link(before, after)\n      - set: {before: after}\n  - sleep: 1ms\n",
     "  - send: first\n", "  link(from, to): [{recv: from}, {send: to}]\n"},
    /* as many that can run as wait for what those never touch */
    {"crowd",
     "  - let: {never: chan()}\n  - repeat: %u\n    do:\n      - let: {own: chan()}\n      - let: {other: chan()}\n"
     "      - go: waiter(own)\n      - go: busy(own, other)\n  - sleep: 1ms\n",
     "", "  waiter(c): [{recv: c}]\n  busy(c, d): [{sleep: 1s}, {close: d}, {try_recv: c}]\n"},
};

static uint64_t took_ns, rounds, objects, doomed;

static int64_t clock_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    (void)chooser;
    if (choice->what != EBB_CHOOSE_VALUE) return 0;
    struct check_live live;
    int64_t began_ns = clock_ns(), now_ns;
    do {
        if (check_live_init(&live, mem_system(), choice->ebb) != OK) abort();
        objects = live.count;
        doomed = 0;
        for (uint32_t i = 0; i < live.count; i++)
            doomed += !live.live[i] && live.objects[i]->kind->left == EBB_LEFT_COROUTINE;
        check_live_deinit(&live);
        rounds++;
        now_ns = clock_ns();
    } while (now_ns - began_ns < ROUNDS_NS);
    took_ns = (uint64_t)(now_ns - began_ns);
    return 0;
}

int main(int argc, char **argv) {
    static struct scenario_problems problems;
    static struct check_finding findings[4];
    struct scenario *scenario;
    struct buf text;
    if (argc != 3) return 2;
    buf_init(&text, mem_system());
    for (size_t i = 0; i < BASE_COUNT(shapes); i++) {
        if (strcmp(shapes[i].name, argv[1]) != 0) continue;
        buf_put(&text, STR("ebb: 1\nlimits: {steps: 10000000}\nmain:\n"));
        const char *hole = strstr(shapes[i].steps, "%u");
        buf_put(&text, (struct str){shapes[i].steps, (size_t)(hole - shapes[i].steps)});
        buf_put(&text, str_of(argv[2]));
        buf_put(&text, str_of(hole + 2));
        buf_print(&text, "  - {choose: 2, into: now}\n%sprocs:\n%s", shapes[i].after, shapes[i].procs);
    }
    if (scenario_load(mem_system(), &scenario, STR("bench"), buf_str(&text), &problems) != OK) {
        (void)fprintf(stderr, "line %u: %s\n", problems.at[0].line, problems.at[0].text);
        return 1;
    }
    struct ebb_chooser chooser = {pick};
    struct run_config config = {.scenario = scenario, .chooser = &chooser};
    struct run_result result = {.findings = {.at = findings, .capacity = BASE_COUNT(findings)}};
    if (run_once(&config, mem_system(), &result) != OK || rounds == 0) {
        (void)fprintf(stderr, "the run did not get there: line %u: %s\n", result.fault.line, result.fault.text);
        return 1;
    }
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", took_ns / rounds, objects, doomed);
    scenario_free(scenario);
    buf_deinit(&text);
    return 0;
}
