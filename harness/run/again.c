/* SPDX-License-Identifier: MIT */
/* again.c — two runs of one schedule, compared by their digests, which fold every step, choice, birth and death. Where
 * they differ both are made once more, looked at step by step, and the first step that is not the same is told. */
#include "run/again.h"

#include <inttypes.h>
#include <stdio.h>

#include "run/step_lines.h"

#define OTHER_FILL 0x5Au /* every bit of what memory is filled with otherwise, turned round */
struct again {
    struct run_config config;
    const struct explore_schedule *taken;
    struct mem *mem;
    struct ebb_stacks *stacks; /* that the run had; may be NULL */
    struct ebb_chooser *(*tamper)(struct ebb_chooser *);
    struct run_result result;
};

static enum status make_on(struct again *self, bool second, struct ebb_stacks *stacks) {
    struct explorer *explorer = NULL;
    struct explore_config how = {.strategy = "replay", .timers = self->taken->timers, .replay = self->taken};
    TRY(explore_new(self->mem, &explorer, &how));
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

/* The lines of one of the two, made once more. */
static enum status lines(struct again *self, bool second, struct buf *out) {
    struct run_steps steps;
    TRY(run_steps_init(&steps, self->mem));
    self->config.follower = &steps.follower;
    enum status status = make(self, second);
    self->config.follower = NULL;
    if (status == OK) run_steps_put(out, &steps);
    run_steps_deinit(&steps);
    return status == OK ? buf_status(out) : status;
}

/* Where they part, and what each did there. */
static void look(struct again *self, struct buf *out) {
    struct buf told[2], sides;
    uint64_t step = 0;
    buf_init(&sides, self->mem);
    for (int i = 0; i < 2; i++) buf_init(&told[i], self->mem);
    if (lines(self, false, &told[0]) == OK && lines(self, true, &told[1]) == OK)
        step = run_steps_parted(&sides, buf_str(&told[0]), buf_str(&told[1]), "once", "again");
    if (step > 0) buf_print(out, "; they part at step %" PRIu64, step);
    if (step > 0) buf_put(out, buf_str(&sides));
    for (int i = 0; i < 2; i++) buf_deinit(&told[i]);
    buf_deinit(&sides);
}

static bool same(const struct run_result *a, const struct run_result *b) {
    return a->digest == b->digest && a->steps == b->steps && a->choices == b->choices && a->end == b->end &&
        a->findings.count == b->findings.count && a->findings.lost == b->findings.lost;
}

static void tell(struct again *self, const struct run_result *first, char why[RUN_DIFFERENCE_BYTES]) {
    uint64_t steps = self->result.steps, digest = self->result.digest;
    struct buf out;
    buf_init(&out, self->mem);
    look(self, &out);
    struct str where = buf_str(&out);
    (void)snprintf(why, RUN_DIFFERENCE_BYTES,
                   "not deterministic: the same decisions gave %" PRIu64 " steps and digest %016" PRIx64
                   ", and then %" PRIu64 " steps and %016" PRIx64 "%.*s",
                   first->steps, first->digest, steps, digest, (int)where.len, where.len == 0 ? "" : where.at);
    buf_deinit(&out);
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
