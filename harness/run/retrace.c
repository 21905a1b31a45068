/* SPDX-License-Identifier: MIT */
/* retrace.c — see retrace.h. A chooser asks explore_sites where it is, and looks that up among the lines; or the other
 * way round, writes a line. */
#include "run/retrace.h"

#include <inttypes.h>
#include <stdio.h>

#include "explore/explore.h"

struct retrace {
    struct ebb_chooser chooser;
    struct run_follower follower;
    struct explore_sites sites;
    struct mem *mem;
    const struct explore_sched *sched;
    const struct explore_sched_index *index;
    const struct run_bend *bend;
    struct run_retraced *out;
    bool *reached; /* of the steps */
    uint64_t decisions, last_followed;
    bool strict, failed, parted;
};

static void phase(struct run_follower *follower, struct ebb *ebb, enum scenario_phase at, uint32_t turn) {
    struct retrace *self = BASE_OWNER(follower, struct retrace, follower);
    (void)ebb, (void)at, (void)turn;
    explore_sites_outside(&self->sites);
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase at,
                   const struct check_findings *findings, uint32_t from) {
    (void)follower, (void)ebb, (void)at, (void)findings, (void)from;
}

/* --- what could not be followed ------------------------------------------------------------------------------------- */
static struct run_parted *part(struct retrace *self, uint32_t number, enum run_parted_how how, uint64_t step) {
    struct run_retraced *out = self->out;
    if (!self->parted && how != RUN_PARTED_LINE) {
        self->parted = true;
        out->parted_at = self->last_followed;
    }
    if (out->parted_count == RUN_PARTED_MAX) {
        out->parted_lost++;
        return NULL;
    }
    struct run_parted *parted = &out->parted[out->parted_count++];
    *parted = (struct run_parted){.number = number, .how = how, .step = step};
    return parted;
}

static void could_note(const struct retrace *self, const struct ebb_choice *choice, struct run_parted *parted) {
    parted->alarm = choice->alarm;
    for (uint32_t i = 0; i < choice->count && parted->could_count < RUN_PARTED_CHOICES; i++) {
        const struct ebb_co *co = ebb_choice_co(choice, i);
        const struct explore_actor *actor = co == NULL ? NULL : explore_sites_actor(&self->sites, co);
        if (actor != NULL)
            parted->could[parted->could_count++] = (struct run_could){str_of(actor->label), actor->number};
    }
}

/* The option that a step asks for here; UINT32_MAX: there is none. */
static uint32_t option_of(const struct retrace *self, const struct explore_sched_step *step,
                          const struct ebb_choice *choice) {
    if (step->does == EXPLORE_TAKE) return step->option < choice->count ? step->option : UINT32_MAX;
    for (uint32_t i = 0; i < choice->count; i++) {
        const struct ebb_co *co = ebb_choice_co(choice, i);
        if (co == NULL && step->does == EXPLORE_FIRE) return i;
        const struct explore_actor *actor = co == NULL ? NULL : explore_sites_actor(&self->sites, co);
        if (step->does == EXPLORE_RUN && actor != NULL && actor->number == step->number &&
            str_equal(str_of(actor->label), step->whom))
            return i;
    }
    return UINT32_MAX;
}

static uint32_t obey(struct retrace *self, uint32_t number, const struct ebb_choice *choice, uint32_t line) {
    const struct explore_sched_step *step = &self->sched->steps[number];
    uint64_t at = ebb_steps(choice->ebb);
    self->reached[number] = true;
    if (self->bend->other_option > 0 && self->bend->other == number)
        return self->bend->other_option < choice->count ? self->bend->other_option : 0;
    uint32_t option = option_of(self, step, choice);
    bool counts = !self->strict || step->does != EXPLORE_TAKE || step->options == choice->count;
    if (option == UINT32_MAX || !counts) {
        struct run_parted *parted =
            part(self, number, step->does == EXPLORE_TAKE ? RUN_PARTED_COUNT : RUN_PARTED_GONE, at);
        if (parted == NULL) return 0;
        parted->options = choice->count;
        parted->line = line;
        if (choice->what == EBB_CHOOSE_NEXT) could_note(self, choice, parted);
        return 0;
    }
    if (self->strict && line != step->site.line) {
        struct run_parted *parted = part(self, number, RUN_PARTED_LINE, at);
        if (parted != NULL) parted->line = line;
    }
    self->out->followed++;
    self->last_followed = self->decisions;
    return option;
}

/* The step that is made at this site, which may have been moved there. */
static uint32_t step_at(const struct retrace *self, const struct explore_site *site) {
    const struct run_bend *bend = self->bend;
    uint32_t number = explore_sched_find(self->index, site);
    if (bend->by != 0) {
        struct explore_site wanted = *site;
        wanted.time = site->time - (uint64_t)bend->by;
        if (number == bend->moved) number = UINT32_MAX;
        if (explore_sched_find(self->index, &wanted) == bend->moved) number = bend->moved;
    }
    return number == bend->left_out ? UINT32_MAX : number;
}

/* Called on a coroutine's small stack. */
static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct retrace *self = BASE_OWNER(chooser, struct retrace, chooser);
    struct explore_site site;
    uint32_t option = 0;
    explore_sites_count(&self->sites, choice, &site);
    uint32_t number = site.time == 0 ? UINT32_MAX : step_at(self, &site);
    if (number != UINT32_MAX) option = obey(self, number, choice, site.line);
    for (uint32_t i = 0; i < BASE_COUNT(self->bend->forced); i++)
        if (self->bend->options[i] > 0 && self->bend->forced[i] == self->decisions &&
            self->bend->options[i] < choice->count)
            option = self->bend->options[i];
    if (option > 0 && !self->failed)
        self->failed = explore_schedule_add(self->mem, &self->out->schedule, self->decisions, option) != OK;
    self->decisions++;
    return option;
}

/* --- a run ---------------------------------------------------------------------------------------------------------- */
void run_retraced_init(struct run_retraced *retraced) { memset(retraced, 0, sizeof *retraced); }

void run_retraced_deinit(struct mem *mem, struct run_retraced *retraced) {
    mem_free(mem, retraced->result.findings.at, RUN_RETRACE_FINDINGS * sizeof *retraced->result.findings.at);
    explore_schedule_deinit(mem, &retraced->schedule);
    memset(retraced, 0, sizeof *retraced);
}

static enum status begin(struct mem *mem, struct run_retraced *out, enum ebb_timers timers) {
    struct check_finding *at = out->result.findings.at;
    if (at == NULL) at = mem_new(mem, RUN_RETRACE_FINDINGS, sizeof *at);
    if (at == NULL) return ERR_NOMEM;
    out->result = (struct run_result){.findings = {.at = at, .capacity = RUN_RETRACE_FINDINGS}};
    out->schedule.count = 0;
    out->schedule.timers = timers;
    out->decisions = out->parted_at = 0;
    out->parted_count = out->parted_lost = out->followed = 0;
    return OK;
}

static enum status make(struct retrace *self, const struct scenario *scenario, uint32_t variant, enum ebb_timers timers,
                        struct ebb_stacks *stacks, struct run_result *result) {
    struct run_pumped pumped = {0};
    struct run_config config = {.scenario = scenario,
                                .variant = variant,
                                .chooser = &self->chooser,
                                .timers = timers,
                                .stacks = stacks,
                                .follower = &self->follower,
                                .pumped = &pumped};
    self->follower = (struct run_follower){.observer = &self->sites.observer, .phase = phase, .judged = judged};
    explore_sites_init(&self->sites, self->mem);
    enum status status = run_once(&config, self->mem, result);
    return status == OK && (self->failed || self->sites.failed) ? ERR_NOMEM : status;
}

static bool was_born(const struct explore_sites *sites, const struct explore_site *site) {
    for (uint32_t i = 0; i < sites->actor_count; i++)
        if (sites->actors[i].number == site->number && str_equal(str_of(sites->actors[i].label), site->who))
            return true;
    return site->number == 0;
}

/* Those that nobody came to. */
static void never(struct retrace *self) {
    for (uint32_t i = 0; i < self->sched->count; i++) {
        if (self->reached[i] || i == self->bend->left_out) continue;
        struct run_parted *parted = part(self, i, RUN_PARTED_NEVER, self->out->result.steps);
        if (parted == NULL) continue;
        parted->times = explore_sites_times(&self->sites, &self->sched->steps[i].site);
        parted->unborn = !was_born(&self->sites, &self->sched->steps[i].site);
    }
}

static enum status retrace(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                           const struct explore_sched_index *index, bool strict, const struct run_bend *bend,
                           struct ebb_stacks *stacks, struct run_retraced *out) {
    static const struct run_bend straight = {.left_out = UINT32_MAX};
    const struct explore_sched *sched = index->sched;
    TRY(begin(mem, out, sched->timers));
    struct retrace self = {.chooser = {pick},
                           .mem = mem,
                           .sched = sched,
                           .index = index,
                           .bend = bend == NULL ? &straight : bend,
                           .out = out,
                           .strict = strict};
    size_t size = sched->count + (size_t)1;
    self.reached = mem_new(mem, size, sizeof *self.reached);
    if (self.reached == NULL) return ERR_NOMEM;
    enum status status = make(&self, scenario, variant, sched->timers, stacks, &out->result);
    out->decisions = self.decisions;
    if (status == OK) never(&self);
    explore_sites_deinit(&self.sites);
    mem_free(mem, self.reached, size * sizeof *self.reached);
    return status;
}

enum status run_retrace(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                        const struct explore_sched *sched, bool strict, const struct run_bend *bend,
                        struct ebb_stacks *stacks, struct run_retraced *out) {
    struct explore_sched_index index;
    uint32_t twice = 0;
    TRY(explore_sched_index_new(mem, &index, sched, &twice));
    enum status status = retrace(mem, scenario, variant, &index, strict, bend, stacks, out);
    explore_sched_index_free(mem, &index);
    return status;
}

/* --- the other way round --------------------------------------------------------------------------------------------- */
struct note {
    struct retrace retrace; /* first member: its chooser is ours */
    struct ebb_chooser *inner;
    struct explore_sched *sched;
};

static uint32_t note_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct note *self = BASE_OWNER(chooser, struct note, retrace.chooser);
    struct explore_sched_step step = {0};
    explore_sites_count(&self->retrace.sites, choice, &step.site);
    uint32_t option = self->inner->pick(self->inner, choice);
    if (option == 0 || self->retrace.failed) return option;
    const struct ebb_co *co = choice->what == EBB_CHOOSE_NEXT ? ebb_choice_co(choice, option) : NULL;
    const struct explore_actor *actor = co == NULL ? NULL : explore_sites_actor(&self->retrace.sites, co);
    step.does = choice->what != EBB_CHOOSE_NEXT ? EXPLORE_TAKE : co == NULL ? EXPLORE_FIRE : EXPLORE_RUN;
    step.option = option;
    step.options = choice->count;
    if (actor != NULL) step.whom = str_of(actor->label), step.number = actor->number;
    self->retrace.failed = explore_sched_add(self->retrace.mem, self->sched, &step) != OK;
    return option;
}

/* A finding is told once, however many lines it has. */
static enum status found_add(struct explore_sched *sched, const struct check_finding *finding) {
    char words[CHECK_NAME_BYTES * 4 + 32];
    for (uint32_t i = 0; i < sched->found_count; i++)
        if (sched->found[i].signature == finding->signature) return OK;
    if (sched->found_count == SCHED_FINDINGS_MAX) return OK;
    int len = snprintf(words, sizeof words, "%s%s%s%s%s%s%s", check_kind_name(finding->kind),
                       finding->object[0] == 0 ? "" : " ", finding->object, finding->operation[0] == 0 ? "" : " in ",
                       finding->operation, finding->on[0] == 0 ? "" : " on ", finding->on);
    struct explore_sched_found *found = &sched->found[sched->found_count];
    *found = (struct explore_sched_found){.signature = finding->signature};
    ASSERT(len > 0 && (size_t)len < sizeof words);
    if (!mem_arena_copy(&sched->text, (struct str){words, (size_t)len}, &found->words)) return ERR_NOMEM;
    sched->found_count++;
    return OK;
}

enum status run_retrace_note(struct mem *mem, const struct scenario *scenario, uint32_t variant,
                             const struct explore_schedule *schedule, struct explore_sched *sched, struct diag *why) {
    struct explorer *explorer = NULL;
    struct run_retraced out;
    struct explore_config how = {.strategy = "replay", .timers = schedule->timers, .replay = schedule};
    struct note note = {.retrace = {.chooser = {note_pick}, .mem = mem}, .sched = sched};
    run_retraced_init(&out);
    TRY(explore_new(mem, &explorer, &how));
    note.inner = explore_begin(explorer, 0);
    enum status status = begin(mem, &out, schedule->timers);
    if (status == OK) status = make(&note.retrace, scenario, variant, schedule->timers, NULL, &out.result);
    if (status == ERR_INPUT) *why = out.result.fault;
    if (status == OK && explore_diverged(explorer) != NULL)
        status = diag_set(why, ERR_INPUT, 0, 0,
                          "the schedule does not fit this scenario: decision %" PRIu64 " has no option %" PRIu32,
                          explore_diverged(explorer)->decision, explore_diverged(explorer)->option);
    for (uint32_t i = 0; i < out.result.findings.count && status == OK; i++)
        status = found_add(sched, &out.result.findings.at[i]);
    sched->timers = schedule->timers;
    explore_sites_deinit(&note.retrace.sites);
    explore_free(explorer);
    run_retraced_deinit(mem, &out);
    return status;
}
