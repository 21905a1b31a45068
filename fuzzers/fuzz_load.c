/* SPDX-License-Identifier: MIT */
/* fuzz_load.c — any bytes as a scenario file: they are refused with a place in the file, or loaded, and nothing stays
 * behind; nor when an allocation fails, at a position that the last byte names. */
#include <stdlib.h>

#include "base/buf.h"
#include "run/campaign.h"
#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t seen; /* so that reads of what was loaded are not optimised away */

static void touch(struct str text) {
    ASSERT(text.at != NULL || text.len == 0);
    for (size_t i = 0; i < text.len; i++) seen += (unsigned char)text.at[i];
}

static void walk_rows(const struct check_expect_row *rows, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const struct check_expect_row *row = &rows[i];
        ASSERT(row->kind < CHECK_KIND_COUNT && row->line > 0 && row->column > 0);
        ASSERT(row->count_max == 0 || (row->count > 0 && row->count <= row->count_max));
        touch(row->object), touch(row->operation), touch(row->on);
    }
}

static void walk_expect(const struct check_expect *expect) {
    struct buf words;
    ASSERT(expect->row_count <= CHECK_EXPECT_ROWS_MAX || expect->how == CHECK_EXPECT_EVERY);
    walk_rows(expect->rows, expect->row_count);
    for (uint32_t i = 0; i < expect->other_count; i++) walk_rows(expect->others[i].at, expect->others[i].count);
    buf_init(&words, mem_system());
    run_expected_words(&words, expect);
    touch(buf_str(&words));
    buf_deinit(&words);
}

static void walk(const struct scenario *scenario) {
    uint32_t count = scenario_variant_count(scenario);
    ASSERT(count > 0);
    touch(scenario_about(scenario));
    for (uint32_t i = 0; i < count; i++) {
        struct str name = scenario_variant_name(scenario, i);
        touch(name);
        ASSERT(scenario_variant_find(scenario, name) == i);
        walk_expect(scenario_expect(scenario, i));
    }
    for (int phase = 0; phase < SCENARIO_PHASE_COUNT; phase++)
        seen += scenario_has(scenario, (enum scenario_phase)phase);
    const struct scenario_limits *limits = scenario_limits(scenario);
    ASSERT(limits->steps > 0 && limits->horizon_ns > 0 && limits->cycles > 0);
    ASSERT(scenario_has(scenario, SCENARIO_MAIN) != scenario_has(scenario, SCENARIO_CYCLE));
}

/* Everything refused is refused with words, at a place that is in the file. */
static void check_problems(const struct scenario_problems *problems, struct str bytes) {
    uint32_t lines = 2; /* what is missing at the end may be told on the line after the last */
    for (size_t i = 0; i < bytes.len; i++)
        lines += bytes.at[i] == '\n' || bytes.at[i] == '\r' || (unsigned char)bytes.at[i] >= 0x80;
    ASSERT(problems->count > 0 && problems->count <= LIMIT_PROBLEMS);
    ASSERT(problems->lost == 0 || problems->count == LIMIT_PROBLEMS);
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct diag *diag = &problems->at[i];
        ASSERT(diag->text[0] != 0 && memchr(diag->text, 0, sizeof diag->text) != NULL);
        ASSERT(strcmp(diag->origin, "fuzz.yaml") == 0);
        ASSERT((diag->line == 0) == (diag->column == 0));
        ASSERT(diag->line <= lines);
    }
}

static enum status load(struct str bytes, uint64_t fail_at, bool fail_after) {
    static struct scenario_problems problems;
    struct mem_probe probe;
    struct scenario *scenario = NULL;
    mem_probe_init(&probe, mem_system());
    probe.fail_at = fail_at;
    probe.fail_after = fail_after;
    enum status status = scenario_load(&probe.mem, &scenario, STR("fuzz.yaml"), bytes, &problems);
    ASSERT((status == OK) == (scenario != NULL));
    if (status == OK) {
        ASSERT(problems.count == 0);
        walk(scenario);
    } else if (problems.count > 0 || status == ERR_INPUT) {
        check_problems(&problems, bytes);
    }
    scenario_free(scenario);
    ASSERT(probe.blocks == 0);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str bytes = {(const char *)data, size};
    enum status status = load(bytes, 0, false);
    uint8_t last = size == 0 ? 0 : data[size - 1];
    if ((last & 0x7Fu) == 0)
        ASSERT(load(bytes, 0, false) == status); /* the same again is the same */
    else
        (void)load(bytes, last & 0x7Fu, last >> 7 != 0);
    return 0;
}
