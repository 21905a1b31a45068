/* SPDX-License-Identifier: MIT */
/* held_grows.c — the cycle can be pumped: each turn leaves the ledger larger by the same amount. What is bounded fills
 * up at first and then stays, which the last increments show. */
#include "check/look.h"
#include "kinds/kinds.h"

/* As many equal increments prove growth: a cache of the catalogue is full after fewer, and a table that doubles does
 * not grow by the same amount twice. */
#define EQUAL_INCREMENTS 10u
_Static_assert(CHECK_CYCLES_MIN > EQUAL_INCREMENTS + 1, "the first cycle may warm up");

enum measure { LIVE, WEIGHT };

static uint64_t measure_at(const struct check_view *view, uint32_t cycle, enum measure measure, uint16_t id) {
    const struct check_ledger *ledger = &view->cycles[cycle];
    return measure == LIVE ? ledger->live[id] : ledger->weight[id];
}

/* What each of the last cycles has added, when all added the same; 0 otherwise. */
static uint64_t increment(const struct check_view *view, enum measure measure, uint16_t id) {
    uint64_t same = 0;
    ASSERT(view->cycle_count >= CHECK_CYCLES_MIN);
    for (uint32_t i = 0; i < EQUAL_INCREMENTS; i++) {
        uint32_t cycle = view->cycle_count - 1 - i;
        uint64_t now = measure_at(view, cycle, measure, id), before = measure_at(view, cycle - 1, measure, id);
        if (now <= before || (i > 0 && now - before != same)) return 0;
        same = now - before;
    }
    return same;
}

static void check(const struct check_view *view, struct check_findings *findings) {
    if (!check_judges(view, CHECK_HELD) || view->cycle_count < CHECK_CYCLES_MIN) return;
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        const struct ebb_kind *kind = ebb_kinds[id];
        /* Its weight tells more than its number: a kilobyte more in one array more is one thing, not two. */
        const char *unit = kind->unit;
        uint64_t count = unit == NULL ? 0 : increment(view, WEIGHT, id);
        if (count == 0 && !kind->view) unit = kind->name, count = increment(view, LIVE, id);
        if (count == 0) continue;
        struct check_finding finding = {.kind = CHECK_GROWS, .count = count};
        check_name_set(finding.object, unit);
        check_add(findings, &finding);
    }
}

const struct check_invariant check_grows_invariant = {
    .name = "grows",
    .promise = "Cycles do not make the ledger larger for ever.",
    .check = check,
};
