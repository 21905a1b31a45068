/* SPDX-License-Identifier: MIT */
/* watch.c — see watch.h. Only what is added can break a rule of bytes, so the census tells us of that alone; what was there just
 * before is what is there now less what was added. */
#include "check/watch.h"

#include <stdio.h>

#include "check/look.h"
#include "kinds/kinds.h"

/* What was allocated within the last `per_ns`, oldest first, one entry for each moment: a ring that doubles. */
struct moment {
    int64_t time_ns;
    uint64_t bytes;
};
struct window {
    struct moment *at;
    size_t first, count, size; /* a power of two, or 0 */
    uint64_t sum;
};

struct watched {
    struct check_watch_rule rule;
    struct window window; /* RATE */
    uint64_t *marks;      /* AGE: the newest birth at the end of each of the last cycles, a ring of `cycles` + 1 */
    uint64_t start;       /* and before the first */
    uint64_t times, most; /* how often it was broken; the largest amount seen while it was */
    bool lost;            /* no memory for the window: the rule is not judged any more */
    struct check_finding first;
};

struct check_watch {
    struct census_observer observer;
    struct mem *mem;
    struct ebb *ebb;
    uint16_t kinds[KIND_COUNT]; /* those that count bytes */
    uint32_t kind_count;
    uint32_t count, capacity;
    uint32_t ends; /* of cycles so far, and before the first */
    struct watched rules[];
};

/* --- the window ----------------------------------------------------------------------------------------------------- */

static struct moment *moment_at(struct window *window, size_t index) {
    ASSERT(window->size > 0);
    return &window->at[(window->first + index) & (window->size - 1)];
}

/* At most one entry for each step that moved the clock, so that the step budget bounds it. */
static bool window_room(struct window *window, struct mem *mem) {
    if (window->count < window->size) return true;
    size_t size = window->size == 0 ? 64 : window->size * 2;
    struct moment *at = mem_new(mem, size, sizeof *at);
    if (at == NULL) return false;
    for (size_t i = 0; i < window->count; i++) at[i] = *moment_at(window, i);
    mem_free(mem, window->at, window->size * sizeof *at);
    window->at = at;
    window->size = size;
    window->first = 0;
    return true;
}

static bool window_add(struct window *window, struct mem *mem, int64_t per_ns, int64_t now_ns, uint64_t bytes) {
    while (window->count > 0 && moment_at(window, 0)->time_ns <= now_ns - per_ns) {
        ASSERT(window->sum >= moment_at(window, 0)->bytes);
        window->sum -= moment_at(window, 0)->bytes;
        window->first = (window->first + 1) & (window->size - 1);
        window->count--;
    }
    if (window->count == 0 || moment_at(window, window->count - 1)->time_ns != now_ns) {
        if (!window_room(window, mem)) return false;
        window->count++;
        *moment_at(window, window->count - 1) = (struct moment){now_ns, 0};
    }
    moment_at(window, window->count - 1)->bytes += bytes;
    window->sum += bytes;
    return true;
}

/* --- one allocation ------------------------------------------------------------------------------------------------- */

static uint64_t bytes_now(const struct check_watch *watch) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < watch->kind_count; i++) sum += census_weight(ebb_census(watch->ebb), watch->kinds[i]);
    return sum;
}

static bool counts_bytes(const struct check_watch *watch, uint16_t kind) {
    for (uint32_t i = 0; i < watch->kind_count; i++)
        if (watch->kinds[i] == kind) return true;
    return false;
}

/* How much there is of what the rule is about, now that `by` has been added. */
static uint64_t amount(struct check_watch *watch, struct watched *watched, uint64_t by) {
    switch (watched->rule.what) {
    case CHECK_WATCH_BYTES: return bytes_now(watch);
    case CHECK_WATCH_ALLOCATION: return by;
    case CHECK_WATCH_AGE: return 0;
    case CHECK_WATCH_RATE: break;
    }
    int64_t now_ns = ebb_now_ns(watch->ebb);
    if (!window_add(&watched->window, watch->mem, watched->rule.per_ns, now_ns, by)) watched->lost = true;
    return watched->window.sum;
}

static void broken(struct watched *watched, const struct census_node *node) {
    if (watched->times++ > 0) return;
    /* Objects that weigh bytes are weighed when they are made: who made this one has just allocated. */
    watched->first.line = node->birth.line;
    check_birth_set(&watched->first, node);
}

static void grew(struct census_observer *observer, const struct census_node *node, uint64_t by) {
    struct check_watch *watch = BASE_OWNER(observer, struct check_watch, observer);
    ASSERT(by > 0);
    if (!counts_bytes(watch, node->kind)) return;
    for (uint32_t i = 0; i < watch->count; i++) {
        struct watched *watched = &watch->rules[i];
        if (watched->lost || watched->rule.what == CHECK_WATCH_AGE) continue;
        uint64_t now = amount(watch, watched, by);
        ASSERT(watched->lost || now >= by);
        if (watched->lost || now <= watched->rule.bytes) continue;
        if (now > watched->most) watched->most = now;
        /* Once for each time it was kept before; what is too large alone breaks its rule each time. */
        if (now - by <= watched->rule.bytes) broken(watched, node);
    }
}

/* --- the end of a cycle ----------------------------------------------------------------------------------------------- */

/* What cycles have made and the mark already saw. Coroutines are told otherwise, and parts by what they are part of. */
static uint64_t older(const struct check_watch *watch, const struct watched *watched, uint64_t mark,
                      const struct census_node **first) {
    const struct census *census = ebb_census(watch->ebb);
    uint64_t count = 0;
    *first = NULL;
    for (const struct census_node *node = census_after(census, watched->start); node != NULL;
         node = census_next(census, node)) {
        const struct ebb_object *object = BASE_OWNER(node, const struct ebb_object, node);
        if (node->birth.serial > mark) break;
        if (object->kind->left == EBB_LEFT_COROUTINE || (object->flags & EBB_FLAG_INNER) != 0) continue;
        if (count++ == 0) *first = node;
    }
    return count;
}

static void age_look(struct check_watch *watch, struct watched *watched) {
    uint32_t size = watched->rule.cycles + 1;
    uint64_t now = census_mark(ebb_census(watch->ebb));
    if (watched->marks == NULL) {
        watched->marks = mem_new(watch->mem, size, sizeof *watched->marks);
        watched->lost = watched->marks == NULL;
        watched->start = now;
        return;
    }
    uint32_t end = watch->ends - 1; /* of cycles alone */
    uint64_t *mark = &watched->marks[end % size];
    const struct census_node *first;
    uint64_t count = end < size ? 0 : older(watch, watched, *mark, &first);
    *mark = now;
    if (count == 0) return;
    if (watched->most == 0) broken(watched, first); /* from then on some object is always that old, or another one is */
    if (count > watched->most) watched->most = count;
}

void check_watch_cycle(struct check_watch *watch) {
    for (uint32_t i = 0; i < watch->count; i++)
        if (watch->rules[i].rule.what == CHECK_WATCH_AGE && !watch->rules[i].lost) age_look(watch, &watch->rules[i]);
    watch->ends++;
}

/* --- the rules -------------------------------------------------------------------------------------------------------- */

enum status check_watch_new(struct check_watch **out, struct mem *mem, struct ebb *ebb, uint32_t capacity) {
    struct check_watch *watch = mem_new(mem, 1, sizeof *watch + capacity * sizeof *watch->rules);
    if (watch == NULL) return ERR_NOMEM;
    watch->observer.grew = grew;
    watch->mem = mem;
    watch->ebb = ebb;
    watch->capacity = capacity;
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        const char *unit = ebb_kinds[id]->unit;
        size_t len = unit == NULL ? 0 : strlen(unit); /* "bytes", "heap bytes" */
        if (len >= 5 && strcmp(unit + len - 5, "bytes") == 0) watch->kinds[watch->kind_count++] = id;
    }
    ASSERT(watch->kind_count > 0 && ebb_census(ebb)->observer == NULL);
    ebb_census(ebb)->observer = &watch->observer;
    *out = watch;
    return OK;
}

void check_watch_add(struct check_watch *watch, const struct check_watch_rule *rule) {
    ASSERT(watch->count < watch->capacity);
    ASSERT(rule->what != CHECK_WATCH_RATE || rule->per_ns > 0);
    ASSERT(rule->what != CHECK_WATCH_AGE || rule->cycles > 0);
    watch->rules[watch->count++].rule = *rule;
}

void check_watch_tell(const struct check_watch *watch, struct check_findings *findings) {
    for (uint32_t i = 0; i < watch->count; i++) {
        const struct watched *watched = &watch->rules[i];
        findings->lost += watched->lost && findings->lost < UINT32_MAX; /* not judged is not kept */
        if (watched->times == 0) continue;
        struct check_finding finding = watched->first;
        char name[CHECK_NAME_BYTES + 1];
        (void)snprintf(name, sizeof name, "%.*s", (int)watched->rule.text.len, watched->rule.text.at);
        check_name_set(finding.object, name);
        finding.kind = CHECK_WATCH;
        finding.count = watched->times;
        const char *what = watched->rule.what != CHECK_WATCH_AGE ? "bytes" : watched->most == 1 ? "object" : "objects";
        (void)snprintf(finding.text, sizeof finding.text, "at most %llu %s", (unsigned long long)watched->most, what);
        check_add(findings, &finding);
    }
}

void check_watch_free(struct check_watch *watch) {
    if (watch == NULL) return;
    for (uint32_t i = 0; i < watch->count; i++) {
        struct watched *watched = &watch->rules[i];
        mem_free(watch->mem, watched->window.at, watched->window.size * sizeof(struct moment));
        if (watched->marks != NULL)
            mem_free(watch->mem, watched->marks, (watched->rule.cycles + 1) * sizeof *watched->marks);
    }
    mem_free(watch->mem, watch, sizeof *watch + watch->capacity * sizeof *watch->rules);
}
