/* SPDX-License-Identifier: MIT */
/* bounded_caches.c — no cache of up to 100 000 entries is told as a leak, however it is bounded and whatever keeps it;
 * and its twin without a bound is told with the exact increment per cycle. */
#include <stdio.h>
#include <stdlib.h>

#include "run/judge.h"

/* How a cache of %u entries keeps to its bound. */
struct recipe {
    const char *name, *text;
    const char *grows; /* the same without a bound: what each cycle adds, in words; NULL: none is tried */
};
#define NO_BOUND 1000000000u /* of which a machine's lifetime of cycles sees nothing */
#define HEAD "ebb: 1\nparams: {bound: {default: %u}}\n"
static const struct recipe recipes[] = {
    {"map, the oldest key is deleted",
     HEAD "shared: {cache: map()}\ncycle:\n  - put: cache\n    key: turn\n    value: turn\n  - delete: cache\n    key: "
          "turn - bound\n",
     "1 map entry"},
    {"map, deleted when there are more",
     HEAD "shared: {cache: map(), oldest: record(key = 0)}\ncycle:\n  - repeat: 3\n    as: i\n    do:\n      - put: "
          "cache\n        key: turn * 3 + i\n        value: record(n = i)\n"
          "  - while: len(cache) > bound\n    do:\n      - delete: cache\n        key: oldest.key\n      - set: "
          "{oldest.key: oldest.key + 1}\n",
     "3 map entry, 3 record"},
    {"map, keys that come again",
     HEAD "shared: {cache: map()}\ncycle:\n  - put: cache\n    key: turn %% bound\n    value: bytes(64B)\n",
     "1 map entry, 64 bytes"},
    {"map, made anew when full",
     HEAD "shared: {cache: map()}\ncycle:\n  - if: len(cache) >= bound\n    then: [{set: {cache: map()}}]\n  - put: "
          "cache\n    key: turn\n    value: 1\n",
     "1 map entry"},
    {"list, cleared when full",
     HEAD "shared: {log: list()}\ncycle:\n  - append: log\n    value: turn\n  - if: len(log) >= bound\n    then: "
          "[{clear: log}]\n",
     "1 list item"},
    {"list, a counter beside it",
     HEAD "shared: {log: list(), n: 0}\ncycle:\n  - if: n < bound\n    then:\n      - append: log\n        value: "
          "bytes(8B)\n      - set: {n: n + 1}\n",
     "1 list item, 8 bytes"},
    {"channel, what does not fit is dropped",
     HEAD "shared: {queue: chan(bound)}\ncycle:\n  - try_send: queue\n    value: turn\n", NULL},
    {"channel, a worker behind",
     HEAD "shared: {queue: chan(bound), go_on: chan()}\nsetup:\n  - go: worker()\ncycle:\n  - repeat: 2\n    do: "
          "[{try_send: queue}]\n  - send: go_on\n"
          "teardown:\n  - close: go_on\n  - close: queue\nprocs:\n  worker():\n    - for: x\n      in: go_on\n      "
          "do: [{try_recv: queue}]\n",
     NULL},
    {"map, every second cycle",
     HEAD
     "shared: {cache: map()}\ncycle:\n  - if: turn %% 2 == 0\n    then:\n      - put: cache\n        key: (turn / 2) "
     "%% bound\n        value: 1\n",
     "1 map entry"},
    {"list, two and then none and then one",
     HEAD
     "shared: {log: list(), n: 0}\ncycle:\n  - repeat: (turn * 2 + 2) %% 3\n    do:\n      - if: n < bound\n        "
     "then:\n          - append: log\n            value: turn\n          - set: {n: n + 1}\n",
     "3 list item"},
    {"pool, taken from when full",
     HEAD "shared: {pool: pool(), there: record(n = 0)}\ncycle:\n  - if: there.n < bound\n    then:\n      - set: "
          "{there.n: there.n + 1}\n    else:\n      - get: pool\n        into: old\n"
          "  - put: pool\n    value: bytes(16B)\n",
     "1 pooled object, 16 bytes"},
};
static const uint32_t sizes[] = {1, 2, 10, 11, 12, 13, 31, 32, 33, 64, 100, 1000, 4096, 10000, 65536, 99999, 100000};

static uint32_t failures, runs;

/* "3 map entry, 3 record", without the messages and objects that are left over for reasons of their own. */
static void words_of(const struct check_findings *findings, char *out, size_t size) {
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct check_finding *at = &findings->at[i];
        if (at->kind != CHECK_GROWS || len >= size) continue;
        len += (size_t)snprintf(out + len, size - len, "%s%llu %s", len == 0 ? "" : ", ", (unsigned long long)at->count,
                                at->object);
    }
}

/* Are these the same, in whatever order? Each of `wanted` is there, and nothing else is. */
static bool same(const char *wanted, const char *found) {
    char part[64];
    if (strlen(wanted) != strlen(found)) return false;
    for (const char *at = wanted; *at != '\0';) {
        size_t len = strcspn(at, ",");
        if (len >= sizeof part) return false;
        memcpy(part, at, len);
        part[len] = '\0';
        if (strstr(found, part) == NULL) return false;
        at += len;
        at += strspn(at, ", ");
    }
    return true;
}

static void judge(const struct recipe *recipe, uint32_t bound, const char *wanted) {
    static struct scenario_problems problems;
    static struct check_finding at[16];
    struct scenario *scenario = NULL;
    struct run_pumped pumped = {0};
    char text[1024], found[256];
    (void)snprintf(text, sizeof text, recipe->text, bound);
    if (scenario_load(mem_system(), &scenario, str_of(recipe->name), str_of(text), &problems) != OK) {
        (void)fprintf(stderr, "bounded_caches: %s: %u: %s\n", recipe->name, problems.at[0].line, problems.at[0].text);
        exit(1);
    }
    struct run_config config = {.scenario = scenario, .pumped = &pumped};
    struct run_result result = {.findings = {.at = at, .capacity = BASE_COUNT(at)}};
    if (run_once(&config, mem_system(), &result) != OK) {
        (void)fprintf(stderr, "bounded_caches: %s: %s\n", recipe->name, result.fault.text);
        exit(1);
    }
    words_of(&result.findings, found, sizeof found);
    runs++;
    if (!same(wanted, found)) {
        failures++;
        (void)fprintf(stderr, "bounded_caches: %s, bound %u: told \"%s\", not \"%s\", after %u cycles\n", recipe->name,
                      bound, found, wanted, pumped.seen.cycles);
    }
    scenario_free(scenario);
}

int main(void) {
    for (size_t i = 0; i < BASE_COUNT(recipes); i++) {
        for (size_t s = 0; s < BASE_COUNT(sizes); s++) judge(&recipes[i], sizes[s], "");
        if (recipes[i].grows != NULL) judge(&recipes[i], NO_BOUND, recipes[i].grows);
    }
    (void)printf("%u caches, %u failures\n", runs, failures);
    return failures > 0;
}
