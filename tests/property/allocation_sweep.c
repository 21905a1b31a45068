/* SPDX-License-Identifier: MIT */
/* allocation_sweep.c — whichever request for memory is refused, a world comes to an end that says so, and everything
 * comes back: fail the first request, the second, and so on until a program comes through. Once only that one fails;
 * once all later ones fail as well. */
#include <stdlib.h>

#include "tests/property/programs.h"

enum { REQUESTS_MAX = 5000 };

static uint64_t sweeps;

static void must(bool held, const char *program, uint64_t fail_at, const char *what) {
    if (held) return;
    (void)fprintf(stderr, "allocation_sweep: %s, request %llu refused: %s\n", program, (unsigned long long)fail_at,
                  what);
    exit(1);
}

/* Does it come through although request `fail_at` fails? */
static bool comes_through(const struct program *program, struct ebb_stacks *stacks, enum ebb_timers timers,
                          uint64_t fail_at, bool fail_after) {
    struct mem_probe probe;
    struct ebb *ebb = NULL;
    mem_probe_init(&probe, mem_system());
    probe.fail_at = fail_at;
    probe.fail_after = fail_after;
    memset(&shared, 0, sizeof shared);
    struct ebb_config config = {
        .mem = &probe.mem, .stacks = stacks, .timers = timers, .step_max = 5000, .rest_ns = 500};
    enum status status = ebb_new(&ebb, &config);
    enum ebb_end end = EBB_END_NOMEM;
    if (status == OK) {
        if (ebb_go(ebb, NULL, "main", program->body, NULL) == OK) end = ebb_run(ebb);
        ebb_verify(ebb);
        ebb_settle(ebb);
        /* What has settled may have woken finalizers; and a refusal while it did is told here. */
        if (end != EBB_END_PANIC && end != EBB_END_LIMIT && end != EBB_END_STOPPED) end = ebb_run(ebb);
        ebb_reap(ebb);
        ebb_verify(ebb);
        ebb_free(ebb);
    }
    bool refused = probe.requests >= fail_at;
    must(status == OK || (status == ERR_NOMEM && ebb == NULL), program->name, fail_at, "a world is half made");
    must((end == EBB_END_NOMEM) == refused, program->name, fail_at, "the end does not tell");
    must(probe.blocks == 0 && probe.bytes == 0, program->name, fail_at, "memory is left");
    must(ebb_stacks_out(stacks) == 0, program->name, fail_at, "a stack is left");
    sweeps++;
    return !refused;
}

int main(void) {
    struct ebb_stacks *stacks = NULL;
    if (ebb_stacks_new(&stacks, LIMIT_STACK_BYTES) != OK) return 1;
    for (size_t i = 0; i < BASE_COUNT(programs); i++) {
        for (int variant = 0; variant < 4; variant++) {
            uint64_t fail_at = 1;
            enum ebb_timers timers = variant < 2 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY;
            while (fail_at < REQUESTS_MAX && !comes_through(&programs[i], stacks, timers, fail_at, variant % 2 != 0))
                fail_at++;
            must(fail_at < REQUESTS_MAX, programs[i].name, fail_at, "it never comes through");
            must(fail_at > 5, programs[i].name, fail_at, "it asks for nothing"); /* the world alone takes a few */
        }
    }
    ebb_stacks_free(stacks);
    printf("allocation_sweep: %llu runs of %zu programs\n", (unsigned long long)sweeps, BASE_COUNT(programs));
    return 0;
}
