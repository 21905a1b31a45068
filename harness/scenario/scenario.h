/* SPDX-License-Identifier: MIT */
/* scenario.h — a scenario file: loaded once, immutable, run any number of times.
 *
 * docs/scenario-format.md describes the language. A scenario owns all its text; labels and texts of the worlds it runs
 * in are borrowed from it, so it must outlive them. */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "check/check.h"
#include "check/watch.h"
#include "core/runtime.h"
#include "scenario/limits_scenario.h"

/* What is wrong with a file, in the order found. */
struct scenario_problems {
    struct diag at[LIMIT_PROBLEMS];
    uint32_t count, lost;
    struct scenario_note { /* another place that explains a problem; line 0: there is none */
        uint32_t line, column;
        const char *text;
    } notes[LIMIT_PROBLEMS];
};
/* Adds one; `origin` is filled by scenario_load. */
void scenario_problem(struct scenario_problems *problems, uint32_t line, uint32_t column, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* Explains the problem added last; `text` is not copied. */
void scenario_problem_note(struct scenario_problems *problems, uint32_t line, uint32_t column, const char *text);
void scenario_diag_origin(struct diag *diag, struct str origin); /* shortened at the front when too long */

struct scenario;
/* `origin` names the file in problems. ERR_INPUT: see `problems`. ERR_NOMEM, ERR_LIMIT: likewise, with one problem. */
CHECKED enum status scenario_load(struct mem *mem, struct scenario **out, struct str origin, struct str bytes,
                                  struct scenario_problems *problems);
void scenario_free(struct scenario *scenario); /* NULL is fine */

struct str scenario_about(const struct scenario *scenario);
uint32_t scenario_variant_count(const struct scenario *scenario); /* at least 1: "main" when none is named */
struct str scenario_variant_name(const struct scenario *scenario, uint32_t variant);
/* Rows of a report: the declared variants and, behind them, "range" when there is a condition to check. */
uint32_t scenario_row_count(const struct scenario *scenario);
uint32_t scenario_variant_find(const struct scenario *scenario, struct str name); /* or UINT32_MAX */
/* Borrowed. Without any expectation: clean. */
const struct check_expect *scenario_expect(const struct scenario *scenario, uint32_t variant);

struct str scenario_pending(const struct scenario *scenario, uint32_t variant); /* why it is not judged yet, or empty */
uint32_t scenario_tag_count(const struct scenario *scenario);
struct str scenario_tag(const struct scenario *scenario, uint32_t index);

/* `leaks when: condition`: the condition is checked over the ranges of all parameters. Each combination tried is a
 * variant of its own behind the declared ones, numbered from scenario_variant_count on. 0 without the condition. */
uint32_t scenario_range_count(const struct scenario *scenario);
bool scenario_range_leaks(const struct scenario *scenario, uint32_t index); /* what the condition says of it */
struct buf;
void scenario_range_words(const struct scenario *scenario, uint32_t index,
                          struct buf *out); /* "capacity = 1, work = 2s" */

struct scenario_limits {
    uint64_t steps;
    int64_t horizon_ns; /* time runs on for as long after main has returned */
    uint32_t cycles;
};
const struct scenario_limits *scenario_limits(const struct scenario *scenario);
struct buf;
/* `stop`: the first of these that is met ends a search of the schedules. */
#define SCENARIO_STOP_ALL 10u
struct scenario_stop {
    bool asked;         /* the file has it */
    bool first_finding; /* a run left something */
    uint64_t runs;      /* so many were made; LIMIT_STOP_RUNS where the file does not say */
    uint32_t new_below; /* the chance of new behaviour is less, in millionths; 0: no such rule */
    uint32_t
        proved; /* all schedules were made with at most so many delays; or SCENARIO_STOP_ALL, all; 0: no such rule */
};
const struct scenario_stop *scenario_stop(const struct scenario *scenario);
/* "chance of new behaviour < 0.1 %, or 100 000 runs": its rules, in the order in which they are tried; 0
 * runs are no rule. */
void scenario_stop_words(struct buf *out, const struct scenario_stop *stop);
/* With this variant, does nothing that varies from cycle to cycle decide what a cycle does? False also for lack of memory. */
bool scenario_repeats(const struct scenario *scenario, uint32_t variant, struct mem *mem);
uint32_t scenario_watch_count(const struct scenario *scenario);
struct check_watch_rule scenario_watch(const struct scenario *scenario, uint32_t index); /* its text is borrowed */

/* --- one run ------------------------------------------------------------------------------------------------------ */
enum scenario_phase { SCENARIO_SETUP, SCENARIO_MAIN, SCENARIO_CYCLE, SCENARIO_TEARDOWN, SCENARIO_PHASE_COUNT };
struct scenario_run;

/* Makes the shared objects in a fresh world. ERR_NOMEM; ERR_INPUT with scenario_fault set when a value makes no sense. */
CHECKED enum status scenario_begin(const struct scenario *scenario, struct mem *mem, uint32_t variant, struct ebb *ebb,
                                   struct scenario_run **out);
bool scenario_has(const struct scenario *scenario, enum scenario_phase phase);
/* Spawns the coroutine of a phase, from outside; `turn` numbers cycles from 0. */
CHECKED enum status scenario_spawn(struct scenario_run *run, enum scenario_phase phase, int64_t turn,
                                   struct ebb_co **out);
void scenario_release(struct scenario_run *run); /* lets the shared objects go; once, after teardown */
const struct diag *scenario_fault(const struct scenario_run *run); /* why the world was stopped, or NULL */
void scenario_end(struct mem *mem, struct scenario_run *run);      /* after the world was reaped; NULL is fine */

#endif
