/* SPDX-License-Identifier: MIT */
/* causes.c — see causes.h. */
#include "run/causes.h"

#include "explore/token.h"
#include "reports/report_story.h"
#include "run/explain.h"

_Static_assert(RUN_FINDINGS_MAX <= CHECK_STORY_TARGETS, "each finding of a row has its story");

static bool same_findings(const struct run_row *row, const struct check_findings *findings) {
    bool same = row->count == findings->count && row->lost == findings->lost;
    for (uint32_t i = 0; i < row->count && same; i++)
        same = row->findings[i].signature == findings->at[i].signature && row->findings[i].line == findings->at[i].line;
    return same;
}

static enum status tell(const struct run_row *row, const struct run_story *told, struct mem *mem,
                        struct run_causes *out) {
    const struct report_story story = {.story = told->story, .findings = &told->result.findings};
    if (!same_findings(row, story.findings)) return OK;
    for (uint32_t i = 0; i < row->count; i++) TRY(report_story_cause(&story, &row->findings[i], mem, &out->at[i]));
    out->count = row->count;
    return OK;
}

void run_causes(const struct scenario *scenario, const struct run_row *row, struct run_pumped *pumped, struct mem *mem,
                struct run_causes *out) {
    struct token token;
    struct diag why = {0};
    struct run_story told;
    out->count = 0;
    bool judged = row->verdict == REPORT_LEAKS || row->verdict == REPORT_PANICS || row->verdict == REPORT_LIMIT;
    if (!judged || row->count == 0 || row->token[0] == 0) return;
    if (explore_token_read(mem, str_of(row->token), &token, &why) != OK) return;
    if (run_explain(&told, mem, scenario, token.variant, &token.schedule, CHECK_STORY_LOOKS_FEW, pumped) == OK &&
        tell(row, &told, mem, out) != OK)
        out->count = 0;
    run_explain_deinit(&told);
    explore_schedule_deinit(mem, &token.schedule);
}
