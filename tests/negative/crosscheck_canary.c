/* SPDX-License-Identifier: MIT
 * crosscheck_canary.c — judges a clean scenario on memory that loses a block, or keeps one, behind everybody's back: the
 * verdict must be that we are broken. */
#include <stdio.h>

#include "run/isolate.h"

static const char text[] = "ebb: 1\nmain:\n  - let: {c: chan(1)}\n  - send: c\n  - recv: c\n";

static enum { NONE, LOST, KEPT } crime;
static void *volatile kept;

static void *alloc(struct mem *self, size_t size) {
    (void)self;
    static unsigned requests;
    if (++requests == 5 && crime != NONE) kept = mem_new(mem_system(), 1, 1234);
    void *at = mem_system()->alloc(mem_system(), size);
    if (crime == LOST) kept = NULL;
    return at;
}

static void free_it(struct mem *self, void *at, size_t size) {
    (void)self;
    mem_free(mem_system(), at, size);
}

int main(int count, char **words) {
    static struct scenario_problems problems;
    static struct run_row row;
    struct mem mem = {alloc, free_it};
    struct run_campaign campaign = {.runs = 4, .seed = 1, .leak_check = true};
    struct scenario *scenario = NULL;
    if (count != 2 || scenario_load(mem_system(), &scenario, STR("canary"), str_of(text), &problems) != OK) return 3;
    crime = strcmp(words[1], "lost") == 0 ? LOST : strcmp(words[1], "kept") == 0 ? KEPT : NONE;
    campaign.scenario = scenario;
    enum status status = run_isolated(&campaign, &mem, 60000, NULL, &row);
    (void)printf("%s: %s\n", report_verdict_name(row.verdict), row.why);
    scenario_free(scenario);
    return status != OK || row.as_expected == (row.verdict == REPORT_CRASHED) ? 3 : row.verdict == REPORT_CRASHED;
}
