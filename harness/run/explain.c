/* SPDX-License-Identifier: MIT */
/* explain.c — see explain.h. */
#include "run/explain.h"

#include "run/campaign.h"

struct teller {
    struct run_follower follower;
    struct ebb_chooser chooser; /* writes down what is not the default */
    struct ebb_chooser *inner;
    struct check_story *story;
    const struct scenario *scenario;
    bool telling;  /* the second run */
    uint32_t kept; /* targets of which it is known who keeps them */
    int64_t time_ns;
};

static const char *const phase_names[SCENARIO_PHASE_COUNT] = {
    [SCENARIO_SETUP] = "setup", [SCENARIO_MAIN] = "main", [SCENARIO_CYCLE] = "cycle", [SCENARIO_TEARDOWN] = "teardown"};

static void phase(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    struct teller *self = BASE_OWNER(follower, struct teller, follower);
    bool alone = true;
    for (uint32_t i = 0; i < SCENARIO_PHASE_COUNT; i++)
        if (i != (uint32_t)phase && scenario_has(self->scenario, (enum scenario_phase)i)) alone = false;
    if (self->telling)
        check_story_phase(self->story, ebb, alone && phase == SCENARIO_MAIN ? NULL : phase_names[phase], turn);
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    struct teller *self = BASE_OWNER(follower, struct teller, follower);
    (void)phase;
    self->time_ns = ebb_now_ns(ebb);
    if (!self->telling) {
        check_story_aim(self->story, ebb, findings, from);
        return;
    }
    uint32_t count = findings->count - from; /* the same as the first time */
    check_story_keep(self->story, ebb, self->kept, self->kept + count);
    self->kept += count;
}

static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct teller *self = BASE_OWNER(chooser, struct teller, chooser);
    uint32_t option = self->inner->pick(self->inner, choice);
    if (option != 0 && self->telling) check_story_choice(self->story, choice, option);
    return option;
}

enum status run_explain(struct run_story *out, struct mem *mem, const struct scenario *scenario, uint32_t variant,
                        const struct explore_schedule *schedule, uint64_t looks_max, struct run_pumped *pumped) {
    *out = (struct run_story){.mem = mem};
    struct explore_config how = {.strategy = "replay", .timers = schedule->timers, .replay = schedule};
    out->result.findings.at = mem_new(mem, RUN_FINDINGS_MAX, sizeof *out->result.findings.at);
    if (out->result.findings.at == NULL) return ERR_NOMEM;
    out->result.findings.capacity = RUN_FINDINGS_MAX;
    TRY(check_story_new(&out->story, mem));
    out->story->looks_max = looks_max;
    TRY(explore_new(mem, &out->explorer, &how));
    struct teller teller = {
        .follower = {.phase = phase, .judged = judged}, .chooser = {pick}, .story = out->story, .scenario = scenario};
    struct run_pumped own = {0};
    struct run_config config = {.scenario = scenario,
                                .variant = variant,
                                .pumped = pumped == NULL ? &own : pumped,
                                .chooser = &teller.chooser,
                                .timers = schedule->timers,
                                .follower = &teller.follower};
    teller.inner = explore_begin(out->explorer, 0);
    TRY(run_once(&config, mem, &out->result));
    if ((out->lost = explore_diverged(out->explorer)) != NULL) return ERR_INPUT;
    uint64_t digest = out->result.digest;
    teller.inner = explore_begin(out->explorer, 0);
    teller.follower.observer = out->story->observer;
    teller.telling = true;
    for (uint32_t i = 0; i < out->result.findings.count; i++) {
        enum check_kind kind = out->result.findings.at[i].kind;
        if (kind == CHECK_LIMIT || kind == CHECK_ALIVE) out->story->seeks_loop = true;
    }
    check_story_begin(out->story);
    TRY(run_once(&config, mem, &out->result));
    out->time_ns = teller.time_ns;
    ASSERT(digest == out->result.digest); /* who looks on changes nothing */
    return out->story->failed ? ERR_NOMEM : OK;
}

void run_explain_deinit(struct run_story *story) {
    check_story_free(story->story);
    explore_free(story->explorer);
    mem_free(story->mem, story->result.findings.at,
             story->result.findings.capacity * sizeof *story->result.findings.at);
    *story = (struct run_story){0};
}
