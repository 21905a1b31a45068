/* SPDX-License-Identifier: MIT */
/* scenario_yard.h — scenarios as strings: refused at a place, loaded, or run to what they leave. Every call loads on a
 * probe of its own and asserts that nothing stays behind. */
#ifndef SCENARIO_YARD_H
#define SCENARIO_YARD_H

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/buf.h"
#include "run/judge.h"
#include "scenario/scenario.h"

#define HEAD "ebb: 1\n"

static inline enum status yard_load(struct mem *mem, const char *text, struct scenario **out,
                                    struct scenario_problems *problems) {
    *out = NULL;
    return scenario_load(mem, out, STR("test.yaml"), str_of(text), problems);
}

static inline void yard_problems_print(const char *text, const struct scenario_problems *problems) {
    fprintf(stderr, "%s\n", text);
    for (uint32_t i = 0; i < problems->count; i++)
        fprintf(stderr, "  %u:%u: %s\n", problems->at[i].line, problems->at[i].column, problems->at[i].text);
}

/* The file is refused, and one of the problems stands at line:column and has `word` in it. */
static inline void refused(const char *text, uint32_t line, uint32_t column, const char *word) {
    static struct scenario_problems problems;
    struct mem_probe probe;
    struct scenario *scenario;
    bool found = false;
    mem_probe_init(&probe, mem_system());
    CU_ASSERT_EQUAL(yard_load(&probe.mem, text, &scenario, &problems), ERR_INPUT);
    for (uint32_t i = 0; i < problems.count; i++) {
        const struct diag *at = &problems.at[i];
        found = found || (at->line == line && at->column == column && strstr(at->text, word) != NULL);
        CU_ASSERT_STRING_EQUAL(at->origin, "test.yaml");
    }
    if (!found) fprintf(stderr, "wanted %u:%u: %s\n", line, column, word), yard_problems_print(text, &problems);
    CU_ASSERT_TRUE(found);
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

/* "blocked worker send reply x2; panic main \"text\" x1", in the order of reports. */
static inline void yard_words(const struct check_findings *findings, struct buf *out) {
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct check_finding *at = &findings->at[i];
        buf_print(out, "%s%s %s", i == 0 ? "" : "; ", check_kind_name(at->kind), at->object);
        if (at->kind == CHECK_PANIC) {
            buf_print(out, " \"%s\"", at->text);
            continue;
        }
        if (at->operation[0] != 0) buf_print(out, " %s", at->operation);
        if (at->on[0] != 0) buf_print(out, " %s", at->on);
        buf_print(out, " x%llu", (unsigned long long)at->count);
    }
    buf_put_char(out, 0);
}

/* Runs the first variant under the default schedule; `out` gets what it leaves, or why it makes no sense. */
static inline enum status yard_run(const char *text, struct buf *out, uint64_t *digest) {
    static struct scenario_problems problems;
    struct check_finding found[16];
    struct mem_probe probe;
    struct scenario *scenario;
    mem_probe_init(&probe, mem_system());
    enum status status = yard_load(&probe.mem, text, &scenario, &problems);
    if (status != OK) yard_problems_print(text, &problems);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    struct run_config config = {.scenario = scenario};
    struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
    status = run_once(&config, &probe.mem, &result);
    if (status == OK)
        yard_words(&result.findings, out);
    else
        buf_print(out, "%u:%u: %s", result.fault.line, result.fault.column, result.fault.text), buf_put_char(out, 0);
    if (digest != NULL) *digest = result.digest;
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    return status;
}

static inline void leaves(const char *text, const char *words) {
    struct buf found;
    buf_init(&found, mem_system());
    CU_ASSERT_EQUAL(yard_run(text, &found, NULL), OK);
    if (strcmp(found.at, words) != 0) fprintf(stderr, "%swanted: %s\nfound:  %s\n", text, words, found.at);
    CU_ASSERT_STRING_EQUAL(found.at, words);
    buf_deinit(&found);
}
static inline void clean(const char *text) { leaves(text, ""); }

/* It loads, and makes no sense when it runs. */
static inline void senseless(const char *text, const char *where_and_why) {
    struct buf found;
    buf_init(&found, mem_system());
    CU_ASSERT_EQUAL(yard_run(text, &found, NULL), ERR_INPUT);
    if (strstr(found.at, where_and_why) == NULL)
        fprintf(stderr, "%swanted: %s\nfound:  %s\n", text, where_and_why, found.at);
    CU_ASSERT_PTR_NOT_NULL(strstr(found.at, where_and_why));
    buf_deinit(&found);
}

#endif
