/* SPDX-License-Identifier: MIT */
/* alarm.h — what happens at an instant of virtual time. A binary heap with the keys inline, ties broken by the order
 * of arming, so that two alarms of one instant fire as they were set. */
#ifndef CORE_ALARM_H
#define CORE_ALARM_H

#include "base/base.h"

struct ebb;
struct mem;
struct ebb_tracer;
struct ebb_object;

enum ebb_effect {
    EBB_EFFECT_NONE,  /* firing would change nothing but the alarm: a ticker whose channel is full */
    EBB_EFFECT_QUIET, /* it changes something and wakes nobody: a channel without a receiver */
    EBB_EFFECT_WAKES, /* it makes somebody runnable, or may */
};

struct ebb_alarm {
    void (*fire)(struct ebb_alarm *);                    /* the alarm is no longer armed; it may arm itself again */
    enum ebb_effect (*effect)(const struct ebb_alarm *); /* what firing would do now; NULL: always WAKES */
    struct ebb_object *of;                               /* whose it is, for observers; NULL: a coroutine's own */
    uint32_t place;                                      /* in the heap, from 1; 0 when not armed */
};

struct ebb_alarm_entry {
    int64_t due_ns;
    uint64_t order;
    struct ebb_alarm *alarm;
};

struct ebb_alarms {
    struct mem *mem;
    struct ebb_alarm_entry *at; /* [0] is unused: children of i are 2i and 2i + 1 */
    uint32_t count, capacity;
    uint64_t order; /* of the last alarm set */
};

void ebb_alarms_init(struct ebb_alarms *alarms, struct mem *mem);
void ebb_alarms_deinit(struct ebb_alarms *alarms);
/* ERR_NOMEM leaves it unarmed. Not armed before. Overflow of now + delay is the caller's: clamp to INT64_MAX. */
CHECKED enum status ebb_alarms_set(struct ebb_alarms *alarms, struct ebb_alarm *alarm, int64_t due_ns);
/* Re-arms from within `fire`, for which the heap keeps the place it has just freed: cannot fail. */
void ebb_alarms_again(struct ebb_alarms *alarms, struct ebb_alarm *alarm, int64_t due_ns);
void ebb_alarms_clear(struct ebb_alarms *alarms, struct ebb_alarm *alarm); /* nothing when not armed */
static inline bool ebb_alarm_armed(const struct ebb_alarm *alarm) { return alarm->place != 0; }
int64_t ebb_alarms_due(const struct ebb_alarms *alarms, const struct ebb_alarm *alarm); /* armed */
/* The earliest whose effect is at least `effect`, or NULL; O(1) when it is the earliest of all. */
struct ebb_alarm *ebb_alarms_first(const struct ebb_alarms *alarms, enum ebb_effect effect, int64_t *due_ns);
/* Puts copies of entries, in any order at first, into that in which they go off. The alarms do not notice. */
void ebb_alarms_sort(struct ebb_alarms *copies);
void ebb_alarms_verify(const struct ebb_alarms *alarms);

#endif
