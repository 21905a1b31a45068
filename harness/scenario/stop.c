/* SPDX-License-Identifier: MIT */
/* stop.c — `stop`: when a search of this scenario's schedules is complete enough. */
#include "base/buf.h"
#include "scenario/keys.h"
#include "scenario/lint_impl.h"

#define PERCENT 10000u /* of a million */
#define DIGITS_MAX 4u  /* behind the point: the last is one in a million */

/* "0.1%" is 1000 of a million, exactly. */
static bool share_read(struct str text, uint32_t *out) {
    uint64_t value = 0;
    uint32_t digits = 0, behind = 0;
    bool point = false;
    size_t at = 0;
    for (; at < text.len && digits < 8; at++) {
        if (text.at[at] == '.' && !point && digits > 0) {
            point = true;
        } else if (text.at[at] >= '0' && text.at[at] <= '9') {
            value = value * 10 + (uint64_t)(text.at[at] - '0');
            digits++;
            behind += point;
        } else {
            break;
        }
    }
    bool cut = digits == 0 || (point && behind == 0) || behind > DIGITS_MAX;
    if (cut || at + 1 != text.len || text.at[at] != '%') return false;
    for (; behind < DIGITS_MAX; behind++) value *= 10;
    *out = (uint32_t)value;
    return value > 0 && value <= (uint64_t)100 * PERCENT;
}

static bool proved_read(struct str text, uint32_t *out) {
    static const char within[] = "within";
    struct str start = str_of(within);
    *out = str_equal(text, STR("all")) ? SCENARIO_STOP_ALL : 0;
    if (*out == 0 && text.len == start.len + 1 && str_starts(text, start) && text.at[start.len] >= '1' &&
        text.at[start.len] <= '9')
        *out = (uint32_t)(text.at[start.len] - '0');
    return *out > 0;
}

static void key_load(struct loader *loader, const struct yaml_node *key, struct scenario_stop *stop) {
    const struct yaml_node *node = key->value;
    struct ebb_value value = {.type = EBB_NIL};
    bool plain = node->what == YAML_SCALAR;
    if (scenario_yaml_is(key, "new_behaviour_below")) {
        if (!plain || !share_read(node->text, &stop->new_below))
            scenario_load_problem(loader, scenario_load_where(node),
                                  "expected a share such as 0.1%%: above 0, at most 100%%, and no finer than 0.0001%%");
    } else if (scenario_yaml_is(key, "proved")) {
        if (!plain || !proved_read(node->text, &stop->proved))
            scenario_load_problem(
                loader, scenario_load_where(node),
                "expected \"all\" (every trace) or \"within1\" to \"within9\" (every schedule with at "
                "most so many delays)");
    } else if (scenario_yaml_is(key, "runs")) {
        if (!scenario_load_constant(loader, node, &value)) return;
        if (value.type == EBB_INT && value.integer > 0 && value.integer <= LIMIT_STOP_RUNS_ASKED)
            stop->runs = (uint64_t)value.integer;
        else
            scenario_load_problem(loader, scenario_load_where(node), "expected a number of runs from 1 to %d",
                                  LIMIT_STOP_RUNS_ASKED);
    } else if (scenario_yaml_is(key, "first_finding")) {
        if (!scenario_load_constant(loader, node, &value)) return;
        stop->first_finding = value.type == EBB_BOOL && value.integer != 0;
        if (value.type != EBB_BOOL) scenario_load_problem(loader, scenario_load_where(node), "expected true or false");
    }
}

void scenario_load_stop(struct loader *loader, const struct yaml_node *node) {
    struct scenario_stop *stop = &loader->scenario->stop;
    *stop = (struct scenario_stop){.runs = LIMIT_STOP_RUNS};
    if (node == NULL || !scenario_load_mapping(loader, node, "stop")) return;
    loader->scenario->stop_where = scenario_load_where(node);
    stop->asked = true;
    scenario_key_check(loader, node, KEYS_STOP, false, "\"stop\"");
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next) key_load(loader, key, stop);
    if (stop->proved > 0 && stop->new_below > 0) /* it runs one schedule of each trace: each is seen once */
        scenario_load_problem(loader, scenario_load_where(node),
                              "either \"proved\" or \"new_behaviour_below\": a search that proves makes each behaviour "
                              "once, which says nothing of a chance");
}

const struct scenario_stop *scenario_stop(const struct scenario *scenario) { return &scenario->stop; }

static void share_put(struct buf *out, uint32_t millionths) {
    uint32_t behind = millionths % PERCENT, digits = DIGITS_MAX;
    buf_print(out, "%u", millionths / PERCENT);
    if (behind == 0) return;
    for (; behind % 10 == 0; behind /= 10) digits--;
    buf_print(out, ".%0*u", (int)digits, behind);
}

static void words_next(struct buf *out, bool *any, const char *words) {
    buf_print(out, "%s%s", *any ? ", or " : "", words);
    *any = true;
}

void scenario_stop_words(struct buf *out, const struct scenario_stop *stop) {
    bool any = false;
    if (stop->first_finding) words_next(out, &any, "first finding");
    if (stop->proved == SCENARIO_STOP_ALL) words_next(out, &any, "every trace");
    if (stop->proved > 0 && stop->proved < SCENARIO_STOP_ALL) {
        words_next(out, &any, "every schedule within ");
        buf_print(out, "%u delay%s", stop->proved, stop->proved == 1 ? "" : "s");
    }
    if (stop->new_below > 0) {
        words_next(out, &any, "chance of new behaviour < ");
        share_put(out, stop->new_below);
        buf_put(out, STR(" %"));
    }
    if (stop->runs == 0) return;
    words_next(out, &any, "");
    buf_print(out, "%llu run%s", (unsigned long long)stop->runs, stop->runs == 1 ? "" : "s");
}

void scenario_stop_emit(struct buf *out, const struct scenario *scenario) {
    const struct scenario_stop *stop = &scenario->stop;
    const char *before = "";
    if (!stop->asked) return;
    buf_put(out, STR("stop: {"));
    if (stop->runs != LIMIT_STOP_RUNS) buf_print(out, "runs: %llu", (unsigned long long)stop->runs), before = ", ";
    if (stop->new_below > 0) {
        buf_print(out, "%snew_behaviour_below: ", before), before = ", ";
        share_put(out, stop->new_below);
        buf_put_char(out, '%');
    }
    if (stop->proved == SCENARIO_STOP_ALL) buf_print(out, "%sproved: all", before), before = ", ";
    if (stop->proved > 0 && stop->proved < SCENARIO_STOP_ALL)
        buf_print(out, "%sproved: within%u", before, stop->proved), before = ", ";
    if (stop->first_finding) buf_print(out, "%sfirst_finding: true", before), before = ", ";
    if (before[0] == 0) buf_print(out, "runs: %llu", (unsigned long long)stop->runs);
    buf_put(out, STR("}\n"));
}

bool scenario_stop_equal(const struct scenario_stop *a, const struct scenario_stop *b) {
    return a->asked == b->asked && a->runs == b->runs && a->new_below == b->new_below && a->proved == b->proved &&
        a->first_finding == b->first_finding;
}

void scenario_lint_stop(struct linter *linter) {
    const struct scenario *scenario = linter->scenario;
    const struct scenario_stop *stop = &scenario->stop;
    uint64_t needed = stop->new_below == 0 ? 0 : 1000000 / stop->new_below + 1;
    if (!stop->asked) return;
    if (needed > stop->runs)
        scenario_lint_warn(linter, scenario->stop_where,
                           "a chance that small is never shown by %llu runs: it takes %llu at least",
                           (unsigned long long)stop->runs, (unsigned long long)needed);
    if (stop->proved == SCENARIO_STOP_ALL && scenario->watch_count > 0)
        scenario_lint_warn(linter, scenario->stop_where,
                           "with rules of \"watch\" no run of each trace is a proof: their peaks differ within one");
}
