/* SPDX-License-Identifier: MIT */
/* exercised.c — what no trace of a proof shows of an operation is called impossible. Small random scenarios over every
 * kind are run under every schedule, and under one schedule of each trace: what comes of their operations must be the
 * same, nothing that was not asked for, and a third of what was. `property_exercised FIRST END` takes the programs of those seeds; one seed alone
 * is shown. */
#include <stdio.h>
#include <stdlib.h>

#include "run/survey.h"
#include "search_programs.h"

#define PROGRAMS 500u
#define RUNS_MAX 1500u
#define WHOLE_WANTED 200u

static bool show, unasked;

/* False: it has not come to its end. `set` is filled, and `never` says what is not in it. */
static bool search(const struct scenario *scenario, enum run_timers timers, const char *strategy,
                   struct run_exercised *set, struct buf *never) {
    struct run_survey *survey = NULL;
    struct run_campaign campaign = {
        .scenario = scenario, .seed = 1, .strategy = strategy, .timers = timers, .coverage = true};
    if (run_survey_new(mem_system(), &survey, &campaign) != OK) abort();
    bool over = false;
    while (!over && survey->got.runs < RUNS_MAX && !survey->got.limited) {
        if (run_survey_go(survey) != OK) abort();
        over = run_portfolio_over(&survey->portfolio);
    }
    over = over && !survey->got.limited && run_portfolio_proved(&survey->portfolio);
    if (over && run_exercised_add(set, &survey->got.exercised) != OK) abort();
    for (uint32_t i = 0; over && i < set->count; i++) {
        struct scenario_requirement at = scenario_required_at(survey->required, i);
        if (run_exercised_has(set, i)) continue;
        buf_print(never, "  %u:%u ", at.own_line, at.own_column);
        scenario_required_operation(survey->required, at.operation, never);
        buf_put(never, STR(": "));
        scenario_required_words(survey->required, i, never);
        buf_put_char(never, '\n');
    }
    unasked = unasked || survey->exercising.unasked;
    run_survey_free(survey);
    return over;
}

int main(int argc, char **argv) {
    static struct scenario_problems problems;
    uint64_t whole = 0, asked = 0, seen = 0;
    int bad = 0;
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? first + 1 : PROGRAMS;
    show = argc == 2;
    for (uint64_t seed = first; seed < last && bad < 3; seed++) {
        struct buf text, never[2];
        struct scenario *scenario;
        enum run_timers timers = seed % 4 == 3 ? RUN_TIMERS_ANY : RUN_TIMERS_IDLE;
        struct run_exercised every = {0}, traces = {0};
        buf_init(&text, mem_system());
        buf_init(&never[0], mem_system());
        buf_init(&never[1], mem_system());
        search_program(&text, seed, false);
        if (scenario_load(mem_system(), &scenario, STR("program"), buf_str(&text), &problems) != OK) {
            printf("%.*s\nthe generator wrote what the loader refuses\n", (int)text.len, text.at);
            return 1;
        }
        unasked = false;
        if (search(scenario, timers, "every", &every, &never[0])) {
            bool good = search(scenario, timers, "all", &traces, &never[1]) && every.count == traces.count &&
                str_equal(buf_str(&never[0]), buf_str(&never[1]));
            whole++;
            asked += every.count;
            seen += run_exercised_members(&every);
            bad += !good && !unasked;
            if (!good || show)
                printf("program %llu:\n%.*s\nnever, on every schedule:\n%.*snever, on one of each trace:\n%.*s\n",
                       (unsigned long long)seed, (int)text.len, text.at, (int)never[0].len, never[0].at,
                       (int)never[1].len, never[1].at);
        }
        if (unasked)
            printf("program %llu:\n%.*s\nwhat nobody asked for came to pass\n", (unsigned long long)seed, (int)text.len,
                   text.at);
        bad += unasked;
        run_exercised_deinit(&every);
        run_exercised_deinit(&traces);
        buf_deinit(&text);
        buf_deinit(&never[0]);
        buf_deinit(&never[1]);
        scenario_free(scenario);
    }
    printf("%llu programs run whole: %llu of %llu that was asked of their operations came to pass\n",
           (unsigned long long)whole, (unsigned long long)seen, (unsigned long long)asked);
    if (argc == 1 && (whole < WHOLE_WANTED || seen * 3 < asked)) bad++;
    return bad > 0;
}
