/* SPDX-License-Identifier: MIT */
/* held_grows.c — the cycle can be pumped: each turn, or every so many, leaves the ledger larger by the same amount. See
 * decision 0006.
 *
 * Ten equal increments, or ten that become larger, are a suspicion. It is proved when a cycle reads nothing that differs from cycle to cycle and
 * each of the ten left everything that it does read as it found it: then the eleventh does the same, and so on. What
 * cannot be proved like that, since a bounded cache looks the same until it is full, is pumped on. */
#include <stdio.h>

#include "check/look.h"
#include "kinds/kinds.h"

#define EQUAL_INCREMENTS 10u
_Static_assert(CHECK_CYCLES_MIN > EQUAL_INCREMENTS + 1, "the first cycle may warm up");

static uint64_t measure_at(const struct check_ledger *ledger, enum check_measure measure, uint16_t id) {
    return measure == CHECK_MEASURE_LIVE ? ledger->live[id] : ledger->weight[id];
}

/* What each of the last cycles has added, when all added the same; or what the last one has, when none added less than
 * the one before, most added more, and the last half as much again as the first. 0 otherwise. */
static uint64_t increment(const struct check_view *view, enum check_measure measure, uint16_t id) {
    uint64_t last = 0, later = 0;
    uint32_t rises = 0;
    for (uint32_t i = 0; i < EQUAL_INCREMENTS; i++) {
        const struct check_ledger *after = &view->cycles[view->cycle_count - 1 - i];
        uint64_t now = measure_at(after, measure, id), before = measure_at(after - 1, measure, id);
        if (now <= before || (i > 0 && now - before > later)) return 0;
        rises += i > 0 && now - before < later;
        later = now - before;
        if (i == 0) last = later;
    }
    bool accelerates = rises >= EQUAL_INCREMENTS / 2 && last - later > later / 2;
    return rises == 0 || accelerates ? last : 0;
}

/* The same for what is added only every so many cycles: in the last three rounds of them, and in the last twelve cycles,
 * each cycle leaves as much more than the one a round before. */
static uint64_t increment_by(const struct check_view *view, enum check_measure measure, uint16_t id, uint32_t period) {
    uint32_t looked = 2 * period > EQUAL_INCREMENTS + 2 ? 2 * period : EQUAL_INCREMENTS + 2;
    uint64_t added = 0;
    if (looked + period > view->cycle_count) return 0;
    for (uint32_t i = 0; i < looked; i++) {
        const struct check_ledger *after = &view->cycles[view->cycle_count - 1 - i];
        uint64_t now = measure_at(after, measure, id), before = measure_at(after - period, measure, id);
        if (now <= before || (i > 0 && now - before != added)) return 0;
        added = now - before;
    }
    return added;
}

static struct check_growth growth(const struct check_view *view, enum check_measure measure, uint16_t id) {
    struct check_growth growth = {.increment = increment(view, measure, id), .period = 1};
    while (growth.increment == 0 && ++growth.period <= view->cycle_count / 3)
        growth.increment = increment_by(view, measure, id, growth.period);
    if (growth.increment == 0) return (struct check_growth){0};
    growth.fate = CHECK_FATE_GROWS;
    return growth;
}

/* --- proof ------------------------------------------------------------------------------------------------------------ */

/* Did a cycle do what the one before it did, as far as the ledger shows? Alarms matter only where time passes. */
static bool did_the_same(const struct check_ledger at[3]) {
    if (at[2].step - at[1].step != at[1].step - at[0].step || at[1].queues != at[2].queues) return false;
    int64_t passed_ns = at[2].time_ns - at[1].time_ns;
    if (passed_ns != at[1].time_ns - at[0].time_ns || (passed_ns > 0 && at[1].alarms != at[2].alarms)) return false;
    for (uint16_t id = 0; id < KIND_COUNT; id++)
        if (at[2].live[id] - at[1].live[id] != at[1].live[id] - at[0].live[id] ||
            at[2].weight[id] - at[1].weight[id] != at[1].weight[id] - at[0].weight[id])
            return false;
    return true;
}

static bool proved(const struct check_view *view) {
    if (!view->repeats) return false;
    for (uint32_t i = 0; i < EQUAL_INCREMENTS; i++)
        if (!did_the_same(&view->cycles[view->cycle_count - 3 - i])) return false;
    return true;
}

void check_growth_seen(const struct check_view *view, struct check_pumped *seen) {
    *seen = (struct check_pumped){.cycles = view->cycles_run};
    if (view->cycle_count < CHECK_CYCLES_MIN) return;
    bool is_proved = proved(view);
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        for (uint32_t i = 0; i < CHECK_MEASURES; i++) {
            struct check_growth *one = &seen->of[id][i];
            *one = growth(view, (enum check_measure)i, id);
            if (is_proved && one->period == 1) one->fate = CHECK_FATE_PROVED; /* then all cycles are alike */
        }
    }
}

bool check_growth_doubtful(const struct check_view *view) {
    struct check_pumped seen;
    if (!check_judges(view, CHECK_HELD)) return false;
    check_growth_seen(view, &seen);
    for (uint16_t id = 0; id < KIND_COUNT; id++)
        for (uint32_t i = 0; i < CHECK_MEASURES; i++)
            if (seen.of[id][i].fate == CHECK_FATE_GROWS) return true;
    return false;
}

/* --- verdict ---------------------------------------------------------------------------------------------------------- */

/* What more cycles have shown holds for this run too, unless it grows by more than the default schedule did: then
 * another cause is at work here, which nobody has followed. */
static enum check_fate fate_of(const struct check_growth *seen, const struct check_growth *pumped) {
    if (seen->fate != CHECK_FATE_GROWS || pumped == NULL || pumped->fate == CHECK_FATE_NONE) return seen->fate;
    return seen->increment * pumped->period > pumped->increment * seen->period ? seen->fate : pumped->fate;
}

static void tell(const struct check_view *view, const struct check_growth *seen, const struct check_growth *pumped,
                 const char *unit, struct check_findings *findings) {
    enum check_fate fate = fate_of(seen, pumped);
    if (fate != CHECK_FATE_PROVED && fate != CHECK_FATE_GROWS) return;
    struct check_finding finding = {.kind = CHECK_GROWS, .count = seen->increment, .period = seen->period};
    check_name_set(finding.object, unit);
    uint32_t cycles = view->pumped != NULL ? view->pumped->cycles : view->cycles_run;
    if (fate == CHECK_FATE_GROWS)
        (void)snprintf(finding.text, sizeof finding.text, "observed for %u cycles, not proved", cycles);
    check_add(findings, &finding);
}

static void check(const struct check_view *view, struct check_findings *findings) {
    struct check_pumped seen;
    if (!check_judges(view, CHECK_HELD) || view->cycle_count < CHECK_CYCLES_MIN) return;
    check_growth_seen(view, &seen);
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        const struct ebb_kind *kind = ebb_kinds[id];
        /* Its weight tells more than its number: a kilobyte more in one array more is one thing, not two. */
        bool weighs = kind->unit != NULL && seen.of[id][CHECK_MEASURE_WEIGHT].increment > 0;
        uint32_t measure = weighs ? CHECK_MEASURE_WEIGHT : CHECK_MEASURE_LIVE;
        const struct check_growth *pumped = view->pumped == NULL ? NULL : &view->pumped->of[id][measure];
        if (weighs || !kind->view)
            tell(view, &seen.of[id][measure], pumped, weighs ? kind->unit : kind->name, findings);
    }
}

const struct check_invariant check_grows_invariant = {
    .name = "grows",
    .promise = "Cycles do not make the ledger larger for ever.",
    .check = check,
};
