/* SPDX-License-Identifier: MIT */
/* again.c — two runs of one schedule, compared by their digests, which fold every step, choice, birth and death. Where
 * they differ both are made once more, looked at step by step, and the first step that is not the same is told. */
#include "run/again.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/world.h"

#define OTHER_FILL 0x5Au   /* every bit of what memory is filled with otherwise, turned round */
#define STEPS_KEPT 262144u /* of a run that is looked at: its digests are 2 MiB */

struct again {
    struct run_config config;
    const struct explore_schedule *taken;
    struct mem *mem;
    struct ebb_stacks *stacks; /* that the run had; may be NULL */
    struct ebb_chooser *(*tamper)(struct ebb_chooser *);
    struct run_result result;
    struct run_follower follower;
    struct ebb_observer observer;
    uint64_t *digests[2]; /* after each step, of the two */
    uint64_t count[2];
    bool second;
};

static enum status make_on(struct again *self, bool second, struct ebb_stacks *stacks) {
    struct explorer *explorer = NULL;
    struct explore_config how = {.strategy = "replay", .timers = self->taken->timers, .replay = self->taken};
    TRY(explore_new(self->mem, &explorer, &how));
    self->second = second;
    self->config.stacks = stacks;
    self->config.chooser = explore_begin(explorer, 0);
    self->config.fill = second ? OTHER_FILL : 0;
    if (second && self->tamper != NULL) self->config.chooser = self->tamper(self->config.chooser);
    enum status status = run_once(&self->config, self->mem, &self->result);
    explore_free(explorer);
    return status;
}

/* On stacks nobody has used; where there is no room for more of them, on those there are. */
static enum status make(struct again *self, bool second) {
    enum status status = make_on(self, second, NULL);
    return status == ERR_NOMEM && self->stacks != NULL ? make_on(self, second, self->stacks) : status;
}

/* Called on a coroutine's small stack. */
static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct again *self = BASE_OWNER(observer, struct again, observer);
    uint64_t step = ebb_steps(ebb);
    (void)sight, (void)co, (void)alarm;
    if (step == 0 || step > STEPS_KEPT) return;
    self->digests[self->second][step - 1] = ebb_digest(ebb); /* the last sight of a step is what stays */
    self->count[self->second] = step;
}

static void phase(struct run_follower *follower, struct ebb *ebb, enum scenario_phase at, uint32_t turn) {
    (void)follower, (void)ebb, (void)at, (void)turn;
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase at,
                   const struct check_findings *findings, uint32_t from) {
    (void)follower, (void)ebb, (void)at, (void)findings, (void)from;
}

/* The first step, from 1, after which the two are not the same; 0 when all that were kept are. */
static uint64_t parted(const struct again *self) {
    uint64_t count = self->count[0] < self->count[1] ? self->count[0] : self->count[1];
    for (uint64_t i = 0; i < count; i++)
        if (self->digests[0][i] != self->digests[1][i]) return i + 1;
    return self->count[0] == self->count[1] ? 0 : count + 1;
}

static uint64_t look(struct again *self) {
    uint64_t step = 0;
    self->follower = (struct run_follower){.observer = &self->observer, .phase = phase, .judged = judged};
    self->observer.see = see;
    self->config.follower = &self->follower;
    for (int i = 0; i < 2; i++) self->digests[i] = mem_new(self->mem, STEPS_KEPT, sizeof(uint64_t));
    if (self->digests[0] != NULL && self->digests[1] != NULL && make(self, false) == OK && make(self, true) == OK)
        step = parted(self);
    for (int i = 0; i < 2; i++) mem_free(self->mem, self->digests[i], STEPS_KEPT * sizeof(uint64_t));
    return step;
}

static bool same(const struct run_result *a, const struct run_result *b) {
    return a->digest == b->digest && a->steps == b->steps && a->choices == b->choices && a->end == b->end &&
        a->findings.count == b->findings.count && a->findings.lost == b->findings.lost;
}

static void tell(struct again *self, const struct run_result *first, char why[RUN_DIFFERENCE_BYTES]) {
    uint64_t steps = self->result.steps, digest = self->result.digest, step = look(self);
    int len = snprintf(why, RUN_DIFFERENCE_BYTES,
                       "not deterministic: the same decisions gave %" PRIu64 " steps and digest %016" PRIx64
                       ", and then %" PRIu64 " steps and %016" PRIx64,
                       first->steps, first->digest, steps, digest);
    if (step > 0 && len > 0 && len < (int)RUN_DIFFERENCE_BYTES)
        (void)snprintf(why + len, RUN_DIFFERENCE_BYTES - (size_t)len, "; they part at step %" PRIu64, step);
}

enum status run_again(const struct run_config *config, const struct explore_schedule *taken,
                      const struct run_result *first, struct mem *mem,
                      struct ebb_chooser *(*tamper)(struct ebb_chooser *replay), char why[RUN_DIFFERENCE_BYTES]) {
    struct again self = {.config = *config, .taken = taken, .mem = mem, .tamper = tamper, .stacks = config->stacks};
    uint32_t capacity = first->findings.capacity;
    why[0] = 0;
    self.config.follower = NULL;
    self.config.leak_check = false;
    self.result.findings.capacity = capacity;
    self.result.findings.at = mem_new(mem, capacity, sizeof *self.result.findings.at);
    if (self.result.findings.at == NULL) return ERR_NOMEM;
    enum status status = make(&self, true);
    /* A scenario that makes no sense this time is another one, too. */
    if (status != ERR_NOMEM && (status != OK || !same(first, &self.result))) tell(&self, first, why);
    mem_free(mem, self.result.findings.at, capacity * sizeof *self.result.findings.at);
    return status == ERR_NOMEM ? ERR_NOMEM : OK;
}
