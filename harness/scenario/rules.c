/* SPDX-License-Identifier: MIT */
/* rules.c — limits, watch rules, permitted faults and tags: the keys that are about a run and not about its steps. */
#include "base/limits.h"
#include "scenario/keys.h"

#define HORIZON_NS \
    INT64_C(60000000000)      /* one minute: ends every retry and time-out of the catalogue, no watch dog's hour */
#define CYCLES 32u            /* ten to settle in, the last ten compared, and some between */
#define WATCH_CYCLES_MAX 1000 /* an age is kept for each of as many cycle ends */

struct scenario_limits scenario_limits_usual(void) {
    return (struct scenario_limits){LIMIT_STEPS, HORIZON_NS, CYCLES};
}

void scenario_load_limits(struct loader *loader, const struct yaml_node *node) {
    struct scenario_limits *limits = &loader->scenario->limits;
    *limits = scenario_limits_usual();
    if (node == NULL || !scenario_load_mapping(loader, node, "limits")) return;
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next) {
        struct ebb_value value;
        if (!scenario_load_constant(loader, key->value, &value)) continue;
        bool positive = value.integer > 0;
        if (scenario_yaml_is(key, "steps") && value.type == EBB_INT && positive && value.integer <= LIMIT_STEPS_ASKED)
            limits->steps = (uint64_t)value.integer;
        else if (scenario_yaml_is(key, "horizon") && value.type == EBB_DURATION && positive)
            limits->horizon_ns = value.integer;
        else if (scenario_yaml_is(key, "cycles") && value.type == EBB_INT && positive &&
                 value.integer <= LIMIT_CYCLES_ASKED)
            limits->cycles = (uint32_t)value.integer;
        else
            scenario_load_problem(loader, scenario_load_where(key),
                                  "limits are steps (a number up to 10000000), horizon (a duration) and cycles (a "
                                  "number up to 100000), all above 0");
    }
}

void scenario_load_tags(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    if (node == NULL) return;
    if (node->what != YAML_SEQUENCE || node->count > LIMIT_NAMES) {
        scenario_load_problem(loader, scenario_load_where(node), "\"tags\" takes a list of words");
        return;
    }
    scenario->tags = scenario_load_take(loader, (node->count + 1) * sizeof *scenario->tags);
    if (scenario->tags == NULL) return;
    for (const struct yaml_node *tag = node->first; tag != NULL; tag = tag->next) {
        if (tag->what == YAML_SCALAR && tag->text.len > 0)
            scenario->tags[scenario->tag_count++] = tag->text;
        else
            scenario_load_problem(loader, scenario_load_where(tag), "expected a word");
    }
}

const char *scenario_fault_name(uint32_t index) {
    static const char *const names[] = {"stall", "cancel", "allocation"};
    return index < BASE_COUNT(names) ? names[index] : NULL;
}

void scenario_load_faults(struct loader *loader, const struct yaml_node *node) {
    if (node == NULL) return;
    if (node->what != YAML_SEQUENCE) {
        scenario_load_problem(loader, scenario_load_where(node),
                              "\"faults\" takes a list of stall, cancel and allocation");
        return;
    }
    for (const struct yaml_node *one = node->first; one != NULL; one = one->next) {
        uint32_t i = 0;
        while (scenario_fault_name(i) != NULL && !scenario_yaml_is(one, scenario_fault_name(i))) i++;
        if (scenario_fault_name(i) == NULL)
            scenario_load_problem(loader, scenario_load_where(one), "a fault is stall, cancel or allocation");
        else {
            loader->scenario->faults |= 1u << i;
            loader->scenario->fault_where[i] = scenario_load_where(one);
        }
    }
}

/* The rest of `text` behind `word`, or an empty string when it does not start with it. */
static struct str after(struct str text, const char *word) {
    struct str start = str_of(word);
    if (!str_starts(text, start)) return (struct str){NULL, 0};
    struct str rest = {text.at + start.len, text.len - start.len};
    while (rest.len > 0 && rest.at[0] == ' ') rest.at++, rest.len--;
    return rest;
}

/* A constant in part of a scalar. */
static bool constant_in(struct loader *loader, const struct yaml_node *node, struct str text, enum ebb_type type,
                        int64_t *out) {
    struct yaml_node part = *node;
    struct ebb_value value;
    part.text = text;
    part.quoted = false; /* quotes around the rule are YAML's */
    part.column += (uint32_t)(text.at - node->text.at);
    if (!scenario_load_constant(loader, &part, &value)) return false;
    *out = value.integer;
    return value.type == type && value.integer > 0;
}

static bool watch_load(struct loader *loader, const struct yaml_node *node, struct watch *out) {
    *out = (struct watch){.what = WATCH_BYTES, .where = scenario_load_where(node), .text = node->text};
    struct str rest = after(node->text, "bytes >"), part;
    if (rest.at != NULL) { /* bytes > 85% of 8MiB, or bytes > 8MiB */
        const char *percent = memchr(rest.at, '%', rest.len);
        if (percent == NULL) return constant_in(loader, node, rest, EBB_SIZE, &out->bytes);
        int64_t share = 0;
        part = after((struct str){percent + 1, (size_t)(rest.at + rest.len - percent) - 1}, " of");
        if (part.at == NULL ||
            !constant_in(loader, node, (struct str){rest.at, (size_t)(percent - rest.at)}, EBB_INT, &share))
            return false;
        if (!constant_in(loader, node, part, EBB_SIZE, &out->bytes) || out->bytes > INT64_MAX / 100 || share > 100)
            return false;
        out->bytes = out->bytes * share / 100;
        return true;
    }
    if ((rest = after(node->text, "allocation rate >")).at != NULL) { /* allocation rate > 2MiB per 1s */
        out->what = WATCH_RATE;
        size_t len = 0;
        while (len < rest.len && rest.at[len] != ' ') len++;
        part = after((struct str){rest.at + len, rest.len - len}, " per");
        return part.at != NULL && constant_in(loader, node, (struct str){rest.at, len}, EBB_SIZE, &out->bytes) &&
            constant_in(loader, node, part, EBB_DURATION, &out->per_ns);
    }
    if ((rest = after(node->text, "age >")).at != NULL) { /* age > 3 cycles */
        out->what = WATCH_AGE;
        size_t len = 0;
        while (len < rest.len && rest.at[len] != ' ') len++;
        part = (struct str){rest.at + len, rest.len - len};
        return str_equal(part, STR(" cycles")) &&
            constant_in(loader, node, (struct str){rest.at, len}, EBB_INT, &out->bytes) &&
            out->bytes <= WATCH_CYCLES_MAX;
    }
    out->what = WATCH_ALLOCATION;
    rest = after(node->text, "allocation >");
    return rest.at != NULL && constant_in(loader, node, rest, EBB_SIZE, &out->bytes);
}

void scenario_load_watches(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    if (node == NULL) return;
    if (node->what != YAML_SEQUENCE || node->count > LIMIT_NAMES) {
        scenario_load_problem(loader, scenario_load_where(node), "\"watch\" takes a list of rules");
        return;
    }
    scenario->watches = scenario_load_take(loader, (node->count + 1) * sizeof *scenario->watches);
    if (scenario->watches == NULL) return;
    for (const struct yaml_node *rule = node->first; rule != NULL; rule = rule->next) {
        if (rule->what == YAML_SCALAR && watch_load(loader, rule, &scenario->watches[scenario->watch_count]))
            scenario->watch_count++;
        else
            scenario_load_problem(
                loader, scenario_load_where(rule),
                "a rule is \"bytes > 85%% of 8MiB\", \"allocation > 4KiB\", \"allocation rate > 2MiB per 1s\" or "
                "\"age > 3 cycles\"");
    }
}

uint32_t scenario_watch_count(const struct scenario *scenario) { return scenario->watch_count; }

struct check_watch_rule scenario_watch(const struct scenario *scenario, uint32_t index) {
    static const enum check_watch_what whats[] = {
        [WATCH_BYTES] = CHECK_WATCH_BYTES,
        [WATCH_ALLOCATION] = CHECK_WATCH_ALLOCATION,
        [WATCH_RATE] = CHECK_WATCH_RATE,
        [WATCH_AGE] = CHECK_WATCH_AGE,
    };
    ASSERT(index < scenario->watch_count);
    const struct watch *watch = &scenario->watches[index];
    return (struct check_watch_rule){
        .what = whats[watch->what],
        .bytes = (uint64_t)watch->bytes,
        .per_ns = watch->per_ns,
        .cycles = watch->what == WATCH_AGE ? (uint32_t)watch->bytes : 0,
        .text = watch->text,
    };
}
