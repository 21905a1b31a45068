/* SPDX-License-Identifier: MIT */
/* timeline.c — see timeline.h. Snapshots are taken on coroutines' small stacks, so nothing is written before the end. */
#include "run/timeline.h"

#include "core/world.h"
#include "kinds/kinds.h"
#include "run/campaign.h"
#include "run/judge.h"

struct camera {
    struct run_follower follower;
    struct ebb_observer observer;
    struct run_timeline *timeline;
    uint64_t next_step;
    int64_t every_ns, next_ns;
    bool failed;
};

/* By the verb it waits in; the last group takes those that are left over. */
static void group_add(struct report_snapshot *to, const char *verb) {
    uint32_t i = 0;
    while (i < to->group_count && to->groups[i].verb != verb && strcmp(to->groups[i].verb, verb) != 0) i++;
    if (i == to->group_count && i < REPORT_GROUPS_MAX)
        to->groups[to->group_count++] = (struct report_group){.verb = verb};
    if (i < REPORT_GROUPS_MAX)
        to->groups[i].count++;
    else
        to->other++;
}

static void coroutines_count(struct report_snapshot *to, const struct ebb *ebb) {
    for (uint32_t slot = 0; slot < ebb->slot_next; slot++) {
        const struct ebb_co *co = ebb->slots[slot];
        if (co == NULL) continue;
        if (co->state == EBB_CO_READY)
            to->ready++;
        else
            group_add(to, co->op == NULL ? "code" : co->op->name);
    }
}

/* Scopes are how an interpreter keeps variables: no object of the subject. */
static void kinds_count(struct report_snapshot *to, struct ebb *ebb) {
    const struct census *census = ebb_census(ebb);
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        const struct census_count *count = &census->kinds[id];
        const struct ebb_kind *kind = ebb_kinds[id];
        if (id == KIND_SCOPE || id == EBB_COROUTINE_KIND_ID) continue;
        to->kinds[id].name = kind->name;
        to->kinds[id].live = count->live;
        to->kinds[id].births = count->births;
        to->live += count->live;
        to->births += count->births;
        bool bytes = kind->unit != NULL && strstr(kind->unit, "bytes") != NULL;
        if (bytes) to->bytes += count->weight, to->bytes_ever += count->weight_births;
    }
    to->kind_count = KIND_COUNT;
}

static void take(struct camera *camera, struct ebb *ebb, uint64_t step) {
    struct run_timeline *timeline = camera->timeline;
    if (timeline->count == RUN_SNAPSHOTS_END) {
        timeline->cut = true;
        return;
    }
    if (timeline->count == timeline->capacity) {
        uint32_t old = timeline->capacity, capacity = old == 0 ? 64 : old * 2;
        struct report_snapshot *at = mem_grow(timeline->mem, timeline->at, old * sizeof *at, capacity * sizeof *at);
        if (at == NULL) {
            camera->failed = true;
            return;
        }
        timeline->at = at;
        timeline->capacity = capacity;
    }
    struct report_snapshot *to = &timeline->at[timeline->count++];
    *to = (struct report_snapshot){.step = step, .time_ns = ebb_now_ns(ebb)};
    coroutines_count(to, ebb);
    kinds_count(to, ebb);
}

/* Each step once, when its verb has completed or waits; what ends with it shows in the next. */
static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct camera *camera = BASE_OWNER(observer, struct camera, observer);
    uint64_t step = ebb_steps(ebb);
    (void)co, (void)alarm;
    if (camera->failed || (sight != EBB_SIGHT_STEP && sight != EBB_SIGHT_PARK && sight != EBB_SIGHT_END)) return;
    if (camera->every_ns > 0) {
        if (ebb_now_ns(ebb) < camera->next_ns) return;
        int64_t past = (ebb_now_ns(ebb) - camera->next_ns) / camera->every_ns;
        camera->next_ns += (past + 1) * camera->every_ns;
        take(camera, ebb, step);
        return;
    }
    if (step < camera->next_step) return;
    camera->next_step = step + camera->timeline->every_steps;
    take(camera, ebb, step);
}

static void phase(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    (void)follower, (void)ebb, (void)phase, (void)turn;
}

/* The last one: when the shared objects have been let go, and what is left is left. */
static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    struct camera *camera = BASE_OWNER(follower, struct camera, follower);
    (void)findings, (void)from;
    if (phase == CHECK_LEFT && !camera->failed) take(camera, ebb, ebb_steps(ebb));
}

enum status run_timeline(struct run_timeline *out, struct mem *mem, const struct scenario *scenario, uint32_t variant,
                         const struct explore_schedule *schedule, uint64_t steps, int64_t every_ns) {
    *out = (struct run_timeline){.mem = mem, .every_steps = every_ns > 0 ? 0 : 1 + steps / RUN_SNAPSHOTS_MAX};
    struct run_result result = {.findings = {.capacity = RUN_FINDINGS_MAX}};
    struct explore_config how = {.strategy = "replay", .timers = schedule->timers, .replay = schedule};
    struct explorer *explorer = NULL;
    TRY(explore_new(mem, &explorer, &how));
    struct camera camera = {.follower = {.phase = phase, .judged = judged},
                            .observer = {.see = see},
                            .timeline = out,
                            .every_ns = every_ns};
    camera.follower.observer = &camera.observer;
    struct run_config config = {.scenario = scenario,
                                .variant = variant,
                                .chooser = explore_begin(explorer, 0),
                                .timers = schedule->timers,
                                .follower = &camera.follower};
    result.findings.at = mem_new(mem, RUN_FINDINGS_MAX, sizeof *result.findings.at);
    enum status status = result.findings.at == NULL ? ERR_NOMEM : run_once(&config, mem, &result);
    if (status == OK && explore_diverged(explorer) != NULL) status = ERR_INPUT;
    if (status == OK && camera.failed) status = ERR_NOMEM;
    mem_free(mem, result.findings.at, RUN_FINDINGS_MAX * sizeof *result.findings.at);
    explore_free(explorer);
    return status;
}

void run_timeline_deinit(struct run_timeline *timeline) {
    mem_free(timeline->mem, timeline->at, timeline->capacity * sizeof *timeline->at);
    *timeline = (struct run_timeline){0};
}
