/* SPDX-License-Identifier: MIT */
/* pump.h — what seems to grow, followed for as long as it takes a bounded cache to fill: far more cycles than a run
 * makes, in a world of their own, on the default schedule. */
#ifndef RUN_PUMP_H
#define RUN_PUMP_H

#include "check/check.h"
#include "scenario/scenario.h"

/* A cache of 100 000 entries that gets one each cycle is full by then, and has been for as long again; one that gets an
 * entry every P cycles, in P times as many. */
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

/* After the first cycle that comes to one of these, or at its end when that is sooner, it is noted what the world has come
 * to: that much is made again and compared, since all of it may take longer than everything else. */
#define PUMP_COMPARED 64u
#define PUMP_COMPARED_STEPS 4096u
#define PUMP_COMPARED_BYTES ((uint64_t)1 << 20)

/* The same for every run of a variant; all zero to begin with, but for `compared` and `fill`. What had not come to its
 * bound when one of the budgets above was used up still grows, and so does everything when there was no memory to find
 * out. */
struct run_pumped {
    bool compared;      /* no more cycles than are compared: what is seen is then no verdict */
    unsigned char fill; /* of the world's fresh memory; 0: the usual one */
    bool known;
    uint64_t digest; /* as noted; 0: none were run */
    struct check_pumped seen;
};
CHECKED enum status run_pump(const struct scenario *scenario, uint32_t variant, struct mem *mem,
                             struct run_pumped *out);

#endif
