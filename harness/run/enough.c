/* SPDX-License-Identifier: MIT */
/* enough.c — see enough.h. */
#include "run/enough.h"

#include "base/hash.h"

/* Is the chance less, strictly? Where no behaviour was seen once it is told as less than one in as many runs, so that has
 * to be less as well. Both sides fit: runs are at most ten millions. */
static bool chance_below(const struct explore_coverage *coverage, uint32_t millionths) {
    uint64_t once = coverage->once == 0 ? 1 : coverage->once;
    return once * 1000000 < coverage->runs * millionths;
}

enum run_enough run_enough(const struct scenario_stop *rule, const struct explore_coverage *coverage, uint64_t runs,
                           bool found) {
    if (rule->first_finding && found) return RUN_ENOUGH_FOUND;
    if (rule->new_below > 0 && chance_below(coverage, rule->new_below)) return RUN_ENOUGH_NEW;
    return runs >= rule->runs ? RUN_ENOUGH_RUNS : RUN_ENOUGH_NOT;
}

void run_enough_words(struct buf *out, const struct scenario_stop *rule, enum run_enough which) {
    if (which == RUN_ENOUGH_NOT) return;
    buf_put(out, STR("stopped by rule: "));
    struct scenario_stop only = {.asked = true};
    only.first_finding = which == RUN_ENOUGH_FOUND;
    only.new_below = which == RUN_ENOUGH_NEW ? rule->new_below : 0;
    only.runs = which == RUN_ENOUGH_RUNS ? rule->runs : 0;
    scenario_stop_words(out, &only);
    if (which != RUN_ENOUGH_RUNS || (!rule->first_finding && rule->new_below == 0 && rule->proved == 0)) return;
    only = *rule;
    only.runs = 0;
    buf_put(out, STR(", before "));
    scenario_stop_words(out, &only);
}

const char *run_enough_strategy(const struct scenario_stop *rule) {
    static const char *const names[] = {NULL,      "within1", "within2", "within3", "within4", "within5",
                                        "within6", "within7", "within8", "within9", "all"};
    ASSERT(rule->proved < BASE_COUNT(names));
    return names[rule->proved];
}

uint64_t run_enough_verdict(const struct check_findings *findings) {
    uint64_t verdict = findings->lost;
    for (uint32_t i = 0; i < findings->count; i++)
        verdict = hash_mix(hash_mix(verdict, findings->at[i].signature), findings->at[i].count);
    return verdict;
}
