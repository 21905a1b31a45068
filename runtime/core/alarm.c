/* SPDX-License-Identifier: MIT */
/* alarm.c — see alarm.h. */
#include "core/alarm.h"

#include "base/mem.h"

void ebb_alarms_init(struct ebb_alarms *alarms, struct mem *mem) { *alarms = (struct ebb_alarms){.mem = mem}; }

void ebb_alarms_deinit(struct ebb_alarms *alarms) {
    mem_free(alarms->mem, alarms->at, alarms->capacity * sizeof *alarms->at);
    alarms->at = NULL;
    alarms->count = alarms->capacity = 0;
}

static bool earlier(const struct ebb_alarm_entry *a, const struct ebb_alarm_entry *b) {
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

static void place(struct ebb_alarms *alarms, uint32_t at, struct ebb_alarm_entry entry) {
    alarms->at[at] = entry;
    entry.alarm->place = at;
}

static void sift_up(struct ebb_alarms *alarms, uint32_t at, struct ebb_alarm_entry entry) {
    while (at > 1 && earlier(&entry, &alarms->at[at / 2])) {
        place(alarms, at, alarms->at[at / 2]);
        at /= 2;
    }
    place(alarms, at, entry);
}

static void sift_down(struct ebb_alarms *alarms, uint32_t at, struct ebb_alarm_entry entry) {
    for (;;) {
        uint32_t child = at * 2;
        if (child > alarms->count) break;
        if (child < alarms->count && earlier(&alarms->at[child + 1], &alarms->at[child])) child++;
        if (!earlier(&alarms->at[child], &entry)) break;
        place(alarms, at, alarms->at[child]);
        at = child;
    }
    place(alarms, at, entry);
}

void ebb_alarms_again(struct ebb_alarms *alarms, struct ebb_alarm *alarm, int64_t due_ns) {
    ASSERT(alarm->place == 0);
    ASSERT(alarms->count + 1 < alarms->capacity);
    sift_up(alarms, ++alarms->count, (struct ebb_alarm_entry){due_ns, ++alarms->order, alarm});
}

enum status ebb_alarms_set(struct ebb_alarms *alarms, struct ebb_alarm *alarm, int64_t due_ns) {
    if (alarms->count + 2 > alarms->capacity) { /* one unused in front */
        uint32_t capacity = alarms->capacity == 0 ? 16 : alarms->capacity * 2;
        struct ebb_alarm_entry *at =
            mem_grow(alarms->mem, alarms->at, alarms->capacity * sizeof *at, capacity * sizeof *at);
        if (at == NULL) return ERR_NOMEM;
        alarms->at = at;
        alarms->capacity = capacity;
    }
    ebb_alarms_again(alarms, alarm, due_ns);
    return OK;
}

void ebb_alarms_clear(struct ebb_alarms *alarms, struct ebb_alarm *alarm) {
    uint32_t at = alarm->place;
    if (at == 0) return;
    ASSERT(at <= alarms->count && alarms->at[at].alarm == alarm);
    alarm->place = 0;
    struct ebb_alarm_entry last = alarms->at[alarms->count--];
    if (last.alarm == alarm) return;
    if (at > 1 && earlier(&last, &alarms->at[at / 2]))
        sift_up(alarms, at, last);
    else
        sift_down(alarms, at, last);
}

int64_t ebb_alarms_due(const struct ebb_alarms *alarms, const struct ebb_alarm *alarm) {
    ASSERT(alarm->place != 0 && alarms->at[alarm->place].alarm == alarm);
    return alarms->at[alarm->place].due_ns;
}

static enum ebb_effect effect_of(const struct ebb_alarm *alarm) {
    return alarm->effect == NULL ? EBB_EFFECT_WAKES : alarm->effect(alarm);
}

struct ebb_alarm *ebb_alarms_first(const struct ebb_alarms *alarms, enum ebb_effect effect, int64_t *due_ns) {
    if (alarms->count == 0) return NULL;
    const struct ebb_alarm_entry *best = &alarms->at[1];
    if (effect_of(best->alarm) < effect) {
        best = NULL;
        for (uint32_t i = 2; i <= alarms->count; i++) {
            const struct ebb_alarm_entry *entry = &alarms->at[i];
            if (best != NULL && !earlier(entry, best)) continue;
            if (effect_of(entry->alarm) >= effect) best = entry;
        }
        if (best == NULL) return NULL;
    }
    *due_ns = best->due_ns;
    return best->alarm;
}

/* The latest goes to the top of a heap of its own, and from there behind all others. */
static void sink(struct ebb_alarm_entry *at, uint32_t from, uint32_t count) {
    struct ebb_alarm_entry entry = at[from];
    for (uint32_t child; (child = from * 2) <= count; from = child) {
        if (child < count && earlier(&at[child], &at[child + 1])) child++;
        if (!earlier(&entry, &at[child])) break;
        at[from] = at[child];
    }
    at[from] = entry;
}

void ebb_alarms_sort(struct ebb_alarms *copies) {
    for (uint32_t i = copies->count / 2; i > 0; i--) sink(copies->at, i, copies->count);
    for (uint32_t end = copies->count; end > 1; end--) {
        struct ebb_alarm_entry last = copies->at[1];
        copies->at[1] = copies->at[end];
        copies->at[end] = last;
        sink(copies->at, 1, end - 1);
    }
}

void ebb_alarms_verify(const struct ebb_alarms *alarms) {
    for (uint32_t i = 1; i <= alarms->count; i++) {
        ASSERT(alarms->at[i].alarm->place == i);
        ASSERT(i == 1 || !earlier(&alarms->at[i], &alarms->at[i / 2]));
    }
}
