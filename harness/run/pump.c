/* SPDX-License-Identifier: MIT */
/* pump.c — see pump.h. What has reached no new height for as long as it took to reach the last one has come to its
 * bound. Heights are read off the census in constant time each cycle. */
#include "run/pump.h"

#include "base/hash.h"
#include "core/world.h"
#include "kinds/kinds.h"
#include "run/judge.h"

/* As many cycles without a new height are asked for, however early the last one was. */
#define PUMP_REST 32u

struct followed {
    uint16_t id;
    enum check_measure measure;
    uint64_t height;
    uint32_t since; /* the cycle that reached it */
};
struct pump {
    const struct scenario *scenario;
    struct mem_probe probe;
    struct ebb *ebb;
    struct scenario_run *run;
    enum ebb_end end;
    uint32_t cycle; /* how many have been run */
    struct followed followed[CHECK_MEASURES * KIND_COUNT];
    uint32_t followed_count;
    uint32_t cycles_max;         /* as many times PUMP_CYCLES as the longest round has cycles */
    uint64_t walked[KIND_COUNT]; /* weights that the census is not told of, when objects were last walked */
    uint32_t walk_at;
};

static enum status phase(struct pump *pump, enum scenario_phase phase) {
    struct ebb_co *first = NULL;
    if (!scenario_has(pump->scenario, phase)) return OK;
    TRY(scenario_spawn(pump->run, phase, pump->cycle, &first));
    ebb_horizon_after(pump->ebb, first, scenario_limits(pump->scenario)->horizon_ns);
    pump->end = ebb_run(pump->ebb);
    return OK;
}

/* --- heights ---------------------------------------------------------------------------------------------------------- */

/* Some kinds know their weight only themselves. A walk over n objects is due again n cycles / 64 later, so that walking
 * costs 64 objects each cycle. */
static void walk(struct pump *pump) {
    uint32_t count = 0;
    if (pump->cycle < pump->walk_at) return;
    memset(pump->walked, 0, sizeof pump->walked);
    LIST_EACH(link, &ebb_census(pump->ebb)->nodes) {
        const struct ebb_object *object = ebb_object_of(BASE_OWNER(link, struct census_node, link));
        if (object->kind->weight != NULL) pump->walked[object->kind->id] += object->kind->weight(object);
        count++;
    }
    pump->walk_at = pump->cycle + 1 + count / 64;
}

static uint64_t height_of(const struct pump *pump, const struct followed *followed) {
    const struct census *census = ebb_census(pump->ebb);
    if (followed->measure == CHECK_MEASURE_LIVE) return census_live(census, followed->id);
    return ebb_kinds[followed->id]->weight != NULL ? pump->walked[followed->id] : census_weight(census, followed->id);
}

/* Takes those that have settled off the list. */
static void heights_look(struct pump *pump, struct check_pumped *seen) {
    bool walks = false;
    for (uint32_t i = 0; i < pump->followed_count; i++) walks |= ebb_kinds[pump->followed[i].id]->weight != NULL;
    if (walks) walk(pump);
    for (uint32_t i = 0; i < pump->followed_count;) {
        struct followed *followed = &pump->followed[i];
        uint64_t height = height_of(pump, followed);
        if (height > followed->height) followed->height = height, followed->since = pump->cycle;
        if (pump->cycle / 2 < followed->since + PUMP_REST) {
            i++;
            continue;
        }
        seen->of[followed->id][followed->measure].fate = CHECK_FATE_SETTLES;
        *followed = pump->followed[--pump->followed_count];
    }
}

/* As far as it is made again and compared? */
static bool compared(const struct pump *pump) {
    return pump->cycle >= PUMP_COMPARED || pump->probe.bytes > PUMP_COMPARED_BYTES ||
        ebb_steps(pump->ebb) > PUMP_COMPARED_STEPS;
}

static bool affordable(const struct pump *pump) {
    uint64_t process = 0, coroutines = 0;
    if (pump->end >= EBB_END_PANIC || pump->cycle >= pump->cycles_max || pump->probe.bytes > PUMP_BYTES) return false;
    if (pump->ebb->alarms.count > PUMP_ALARMS) return false;
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        enum ebb_left left = ebb_kinds[id]->left;
        uint32_t live = census_live(ebb_census(pump->ebb), id);
        if (left == EBB_LEFT_THREAD || left == EBB_LEFT_FD) process += live + census_weight(ebb_census(pump->ebb), id);
        if (left == EBB_LEFT_COROUTINE) coroutines += live;
    }
    return process <= PUMP_PROCESS && coroutines <= PUMP_COROUTINES;
}

/* --- cycles ----------------------------------------------------------------------------------------------------------- */

/* As many as every run makes, and what they say by themselves. */
static enum status begin(struct pump *pump, struct mem *mem, uint32_t variant, struct check_pumped *seen) {
    uint32_t count = scenario_limits(pump->scenario)->cycles, taken = 0;
    struct check_ledger *ledgers = mem_new(mem, CHECK_CYCLES_JUDGED, sizeof *ledgers);
    if (ledgers == NULL) return ERR_NOMEM;
    enum status status = phase(pump, SCENARIO_SETUP);
    while (status == OK && pump->end < EBB_END_PANIC && pump->cycle < count) {
        status = phase(pump, SCENARIO_CYCLE);
        if (count - pump->cycle++ <= CHECK_CYCLES_JUDGED) check_ledger_take(&ledgers[taken++], pump->ebb);
    }
    struct check_view view = {.cycles = ledgers,
                              .cycle_count = taken,
                              .cycles_run = pump->cycle,
                              .repeats = scenario_repeats(pump->scenario, variant, mem)};
    if (status == OK && pump->end < EBB_END_PANIC) check_growth_seen(&view, seen);
    mem_free(mem, ledgers, CHECK_CYCLES_JUDGED * sizeof *ledgers);
    return status;
}

/* What the verdict will be about, too. */
static uint64_t digest_of(const struct pump *pump) {
    uint64_t digest = hash_mix(ebb_digest(pump->ebb), pump->cycle);
    for (uint32_t i = 0; i < pump->followed_count; i++)
        digest = hash_mix(hash_mix(digest, height_of(pump, &pump->followed[i])), pump->followed[i].since);
    return digest;
}

static enum status go_on(struct pump *pump, struct run_pumped *out) {
    struct check_pumped *seen = &out->seen;
    bool noted = false;
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        for (uint32_t i = 0; i < CHECK_MEASURES; i++) {
            const struct check_growth *growth = &seen->of[id][i];
            if (growth->fate != CHECK_FATE_GROWS) continue;
            pump->followed[pump->followed_count++] = (struct followed){.id = id, .measure = (enum check_measure)i};
            if (growth->period * PUMP_CYCLES > pump->cycles_max) pump->cycles_max = growth->period * PUMP_CYCLES;
        }
    }
    while (pump->followed_count > 0 && affordable(pump)) {
        if (!noted && compared(pump)) {
            if (out->compared) break;
            out->digest = digest_of(pump);
            noted = true;
        }
        TRY(phase(pump, SCENARIO_CYCLE));
        pump->cycle++;
        heights_look(pump, seen);
    }
    if (!noted) out->digest = digest_of(pump);
    seen->cycles = pump->cycle;
    return OK;
}

enum status run_pump(const struct scenario *scenario, uint32_t variant, struct mem *mem, struct run_pumped *out) {
    struct pump *pump = mem_new(mem, 1, sizeof *pump);
    if (pump == NULL) return ERR_NOMEM;
    pump->scenario = scenario;
    mem_probe_init(&pump->probe, mem);
    if (out->fill != 0) pump->probe.fill = out->fill;
    pump->probe.bytes_max = 2 * PUMP_BYTES; /* for what a single cycle may ask for */
    struct ebb_config world = {.mem = &pump->probe.mem, .step_max = PUMP_STEPS, .co_max = 4 * PUMP_COROUTINES};
    enum status status = ebb_new(&pump->ebb, &world);
    if (status == OK) {
        pump->ebb->hopeless = run_hopeless;
        status = scenario_begin(scenario, mem, variant, pump->ebb, &pump->run);
        if (status == OK) status = begin(pump, mem, variant, &out->seen);
        if (status == OK) status = go_on(pump, out);
        ebb_reap(pump->ebb);
        ebb_free(pump->ebb);
        ASSERT(pump->probe.blocks == 0);
    }
    scenario_end(mem, pump->run);
    mem_free(mem, pump, sizeof *pump);
    out->known = status == OK;
    return status;
}
