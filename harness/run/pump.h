/* SPDX-License-Identifier: MIT */
/* pump.h — what seems to grow, followed for as long as it takes a bounded cache to fill: far more cycles than a run
 * makes, in a world of their own, on the default schedule. */
#ifndef RUN_PUMP_H
#define RUN_PUMP_H

#include "check/check.h"
#include "scenario/scenario.h"

/* A cache of 100 000 entries that gets one each cycle is full by then, and has been for as long again. */
#define PUMP_CYCLES 220000u
/* Cycles of some 30 steps each; a few seconds in the slowest build. */
#define PUMP_STEPS 8000000u
/* 100 000 entries of 2 KiB each. */
#define PUMP_BYTES ((uint64_t)256 << 20)
/* Stacks are the costliest thing a cycle can leave; threads and descriptors are not ours alone. */
#define PUMP_COROUTINES 1024u
/* At the end of each cycle every alarm is asked whether it would wake anybody. */
#define PUMP_ALARMS 4096u
#define PUMP_PROCESS 64u

/* The same for every run of a variant. What had not come to its bound when one of the budgets above was used up still
 * grows, and so does everything when there was no memory to find out. */
struct run_pumped {
    bool known;
    struct check_pumped seen;
};
CHECKED enum status run_pump(const struct scenario *scenario, uint32_t variant, struct mem *mem,
                             struct run_pumped *out);

#endif
