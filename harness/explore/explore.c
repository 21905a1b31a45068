/* SPDX-License-Identifier: MIT */
/* explore.c — stands between a world and a strategy and writes down every decision that was not the default. */
#include "explore/explore.h"

#include "base/hash.h"
#include "explore/explorer.h"

/* What a run of the catalogue deviates by under a random walk: with this much set aside, a pick on a coroutine's small
 * stack seldom has to ask for memory. */
#define TAKEN_CAPACITY 64u

/* --- strategies ------------------------------------------------------------------------------------------------- */
static const struct explore_strategy *const strategies[] = {
#define STRATEGY(name) &explore_strategy_##name,
#include "explore/strategies.def"
#undef STRATEGY
};

const struct explore_strategy *explore_strategy_at(uint32_t index) {
    return index < BASE_COUNT(strategies) ? strategies[index] : NULL;
}

/* The depth that a name asks for; 0: it is not this strategy's name. */
static uint32_t depth_of(const struct explore_strategy *strategy, struct str name) {
    size_t len = strlen(strategy->name);
    if (str_equal(name, str_of(strategy->name))) return strategy->depth_max > 0 ? strategy->depth_max : 1;
    if (name.len != len + 1 || !str_equal((struct str){name.at, len}, str_of(strategy->name))) return 0;
    uint32_t depth = (uint32_t)(unsigned char)name.at[len] - '0'; /* wraps around below '0' */
    return depth <= strategy->depth_max ? depth : 0;
}

const struct explore_strategy *explore_strategy_find(struct str name) {
    for (uint32_t i = 0; i < BASE_COUNT(strategies); i++)
        if (depth_of(strategies[i], name) > 0) return strategies[i];
    return NULL;
}

/* --- schedules -------------------------------------------------------------------------------------------------- */
void explore_schedule_init(struct explore_schedule *schedule) { *schedule = (struct explore_schedule){0}; }

void explore_schedule_deinit(struct mem *mem, struct explore_schedule *schedule) {
    ASSERT(schedule->count <= schedule->capacity);
    mem_free(mem, schedule->at, schedule->capacity * sizeof *schedule->at);
    explore_schedule_init(schedule);
}

static enum status schedule_reserve(struct mem *mem, struct explore_schedule *schedule, uint32_t capacity) {
    if (capacity <= schedule->capacity) return OK;
    size_t size = sizeof *schedule->at;
    struct explore_deviation *at = mem_grow(mem, schedule->at, schedule->capacity * size, capacity * size);
    if (at == NULL) return ERR_NOMEM;
    schedule->at = at;
    schedule->capacity = capacity;
    return OK;
}

enum status explore_schedule_add(struct mem *mem, struct explore_schedule *schedule, uint64_t decision,
                                 uint32_t option) {
    ASSERT(option > 0 && decision <= EXPLORE_DECISION_MAX);
    ASSERT(schedule->count == 0 || schedule->at[schedule->count - 1].decision < decision);
    if (schedule->count == schedule->capacity) {
        if (schedule->capacity > UINT32_MAX / 2) return ERR_NOMEM;
        TRY(schedule_reserve(mem, schedule, schedule->capacity < 8 ? 8 : schedule->capacity * 2));
    }
    schedule->at[schedule->count++] = (struct explore_deviation){.decision = decision, .option = option};
    return OK;
}

enum status explore_schedule_copy(struct mem *mem, struct explore_schedule *to, const struct explore_schedule *from) {
    if (to == from) return OK;
    TRY(schedule_reserve(mem, to, from->count));
    if (from->count > 0) memcpy(to->at, from->at, from->count * sizeof *from->at);
    to->count = from->count;
    to->timers = from->timers;
    return OK;
}

bool explore_schedule_equal(const struct explore_schedule *a, const struct explore_schedule *b) {
    if (a->timers != b->timers || a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->at[i].decision != b->at[i].decision || a->at[i].option != b->at[i].option) return false;
    return true;
}

static void schedule_verify(const struct explore_schedule *schedule) {
    for (uint32_t i = 0; i < schedule->count; i++) {
        ASSERT(schedule->at[i].option > 0 && schedule->at[i].decision <= EXPLORE_DECISION_MAX);
        ASSERT(i == 0 || schedule->at[i - 1].decision < schedule->at[i].decision);
    }
}

/* --- the explorer ----------------------------------------------------------------------------------------------- */
/* Called on a coroutine's small stack. */
static uint32_t explorer_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct explorer *self = BASE_OWNER(chooser, struct explorer, chooser);
    ASSERT(self->begun && choice->count > 1);
    uint32_t option = self->strategy->pick(self, choice);
    ASSERT(option < choice->count);
    if (option != 0 && !self->lost)
        self->lost = explore_schedule_add(self->mem, &self->taken, self->decisions, option) != OK;
    self->decisions++;
    self->nexts += choice->what == EBB_CHOOSE_NEXT;
    self->faults += ebb_choice_fault(choice);
    return option;
}

/* --- for strategies ----------------------------------------------------------------------------------------------- */
/* What is assumed of the first run; what the reference model assumes of all (goker/sim.py, pct_run). */
#define SPAN_ASSUMED 60u
/* A run is as long as its schedule makes it, but one that takes so many times what the first took is not at work. */
#define FAIR_TIMES 4u
#define FAIR_AFTER 1024u

/* Each fold is one to one in the number folded in, so two runs of one seed never share a stream. */
void explore_seed(const struct explorer *self, struct prng *random, uint64_t salt) {
    prng_seed(random, hash_mix(hash_mix(salt, self->config.seed), self->run));
}

/* What is assumed of the first run: so many places for a fault. Every second run or so has one. */
#define FAULTS_ASSUMED 16u
#define FAULTS_LEARNT_MAX 1000000u
#define FAULT_ONE_IN 2u

uint32_t explore_fault(const struct explorer *self, struct prng *random, const struct ebb_choice *choice) {
    ASSERT(ebb_choice_fault(choice) && choice->count > 1);
    uint32_t places = self->learnt.faults == 0 ? FAULTS_ASSUMED : self->learnt.faults;
    return prng_below(random, places * FAULT_ONE_IN) == 0 ? 1 + prng_below(random, choice->count - 1) : 0;
}

static uint64_t fair_after(const struct explorer *self) { return self->learnt.first * FAIR_TIMES + FAIR_AFTER; }

bool explore_fair(const struct explorer *self) { return self->nexts >= fair_after(self); }

uint32_t explore_span(const struct explorer *self) {
    uint64_t span = self->learnt.span == 0 ? SPAN_ASSUMED : self->learnt.span;
    return span < UINT32_MAX ? (uint32_t)span : UINT32_MAX;
}

/* The span stays below where a run turns fair, or each loop would let the next one go on for longer. */
void explore_learn(struct explorer *explorer, uint64_t decisions) {
    if (explorer->learnt.first == 0)
        explorer->learnt.first = decisions < EXPLORE_DECISION_MAX / 8 ? decisions : EXPLORE_DECISION_MAX / 8;
    if (decisions > fair_after(explorer)) decisions = fair_after(explorer);
    if (decisions > explorer->learnt.span) explorer->learnt.span = decisions;
}

static void learn(struct explorer *self) {
    if (!self->begun) return;
    explore_learn(self, self->nexts);
    uint32_t faults = self->faults < FAULTS_LEARNT_MAX ? (uint32_t)self->faults : FAULTS_LEARNT_MAX;
    if (faults > self->learnt.faults) self->learnt.faults = faults;
    if (self->strategy->end != NULL) self->strategy->end(self);
}

uint64_t explore_strategy_delays(struct str name) {
    const struct explore_strategy *strategy = explore_strategy_find(name);
    if (strategy == NULL || strategy->delays == 0) return 0;
    return strategy->depth_max > 0 ? depth_of(strategy, name) : strategy->delays;
}

enum status explore_new(struct mem *mem, struct explorer **out, const struct explore_config *config) {
    const struct explore_strategy *strategy = explore_strategy_find(str_of(config->strategy));
    if (strategy == NULL) return ERR_INPUT;
    if (config->replay != NULL) schedule_verify(config->replay);
    struct explorer *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->chooser.pick = explorer_pick;
    self->mem = mem;
    self->strategy = strategy;
    self->observer.see = strategy->see;
    self->depth = depth_of(strategy, str_of(config->strategy));
    self->config = *config;
    if (strategy == &explore_strategy_replay && config->replay != NULL) self->config.timers = config->replay->timers;
    if (schedule_reserve(mem, &self->taken, TAKEN_CAPACITY) != OK) {
        explore_free(self);
        return ERR_NOMEM;
    }
    if (strategy == &explore_strategy_surw && (self->surw = mem_new(mem, 1, sizeof *self->surw)) == NULL) {
        explore_free(self);
        return ERR_NOMEM;
    }
    if (strategy->delays > 0) {
        uint64_t delays = explore_strategy_delays(str_of(config->strategy));
        if (explore_search_new(mem, &self->search, config->timers, delays) != OK) {
            explore_free(self);
            return ERR_NOMEM;
        }
    }
    *out = self;
    return OK;
}

void explore_free(struct explorer *explorer) {
    if (explorer == NULL) return;
    explore_search_free(explorer->search);
    mem_free(explorer->mem, explorer->surw, sizeof *explorer->surw);
    explore_schedule_deinit(explorer->mem, &explorer->taken);
    mem_free(explorer->mem, explorer, sizeof *explorer);
}

struct ebb_chooser *explore_begin(struct explorer *explorer, uint64_t run) {
    learn(explorer);
    if (run == 0) memset(&explorer->learnt, 0, sizeof explorer->learnt);
    if (run == 0 && explorer->surw != NULL) memset(explorer->surw, 0, sizeof *explorer->surw);
    explorer->run = run;
    explorer->decisions = explorer->nexts = explorer->faults = 0;
    explorer->taken.count = 0;
    explorer->taken.timers = explorer->config.timers;
    explorer->begun = true;
    explorer->lost = false;
    if (explorer->search != NULL) {
        (void)explore_more(explorer);
        explore_search_begin(explorer->search);
        explorer->ran = true;
    }
    memset(&explorer->state, 0, sizeof explorer->state); /* of the run before only `learnt` reaches this one */
    if (explorer->strategy->begin != NULL) explorer->strategy->begin(explorer);
    return &explorer->chooser;
}

uint32_t explore_pick_searched(struct explorer *self, const struct ebb_choice *choice) {
    return explore_search_pick(self->search, choice);
}

bool explore_more(struct explorer *explorer) {
    if (explorer->search == NULL) return true;
    if (!explorer->ran) return !explore_search_state(explorer->search).complete;
    explorer->ran = false;
    return explore_search_next(explorer->search);
}

struct ebb_observer *explore_observer(const struct explorer *explorer) {
    if (explorer->search != NULL) return explore_search_observer(explorer->search);
    return explorer->observer.see == NULL ? NULL : (struct ebb_observer *)(uintptr_t)&explorer->observer;
}

void explore_piece(struct explorer *explorer, uint32_t number, uint32_t count) {
    ASSERT(explorer->search != NULL && !explorer->begun);
    explore_search_piece(explorer->search, number, count);
}

bool explore_passing(const struct explorer *explorer) {
    return explorer->search != NULL && explorer->ran && explore_search_passing(explorer->search);
}

void explore_coarse(struct explorer *explorer) {
    if (explorer->search != NULL) explore_search_coarse(explorer->search);
}

void explore_keep(const struct explorer *explorer, struct buf *out) {
    ASSERT(explorer->search != NULL && !explorer->ran);
    explore_search_write(out, explorer->search);
}

enum status explore_resume(struct explorer *explorer, struct str text) {
    ASSERT(explorer->search != NULL && !explorer->begun);
    return explore_search_read(explorer->search, text);
}

const struct explore_search *explore_searching(const struct explorer *explorer) { return explorer->search; }

uint64_t explore_decisions(const struct explorer *explorer) { return explorer->decisions; }

enum status explore_taken(const struct explorer *explorer, const struct explore_schedule **out) {
    ASSERT(explorer->begun);
    if (explorer->lost) return ERR_NOMEM;
    ASSERT(explorer->taken.count <= explorer->decisions);
    if (VERIFY) schedule_verify(&explorer->taken);
    *out = &explorer->taken;
    return OK;
}
