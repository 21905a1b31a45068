/* SPDX-License-Identifier: MIT */
/* world.c — the life of a world: made, run, settled, reaped, freed. */
#include "core/world.h"

#include "core/sanitizer.h"
#include "core/schedule.h"

enum status ebb_new(struct ebb **out, const struct ebb_config *config) {
    struct mem *mem = config->mem == NULL ? mem_system() : config->mem;
    struct ebb *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    self->chooser = config->chooser;
    self->stacks = config->stacks;
    self->timers = config->timers;
    self->observer = config->observer;
    self->depends = config->observer != NULL && config->observer->touch != NULL;
    self->plain = config->chooser == NULL && config->observer == NULL && config->timers == EBB_TIMERS_IDLE;
    self->step_max = config->step_max == 0 ? LIMIT_STEPS : config->step_max;
    self->co_max = config->co_max == 0 ? READY_SLOTS_MAX : config->co_max;
    self->rest_ns = config->rest_ns;
    self->horizon_ns = EBB_NEVER;
    self->census_off = config->census_off;
    self->end = EBB_END_QUIET;
    census_init(&self->census);
    ebb_alarms_init(&self->alarms, mem);
    list_init(&self->finalizers);
    list_init(&self->contexts);
    enum status status = ebb_ready_reserve(&self->ready, mem, 64);
    if (status == OK) {
        self->slots = mem_new(mem, self->ready.capacity, sizeof(struct ebb_co *));
        if (self->slots == NULL) status = ERR_NOMEM;
    }
    if (status == OK && self->stacks == NULL) {
        status = ebb_stacks_new(&self->stacks_own, LIMIT_STACK_BYTES);
        self->stacks = self->stacks_own;
    }
    if (status != OK) {
        ebb_free(self);
        return status;
    }
    *out = self;
    return OK;
}

enum ebb_end ebb_run(struct ebb *ebb) {
    ASSERT(!ebb->running && ebb->current == NULL);
    ASSERT(!ebb->faulted && (ebb->end < EBB_END_PANIC || ebb->end == EBB_END_NOMEM));
    if (ebb->end == EBB_END_NOMEM) return EBB_END_NOMEM; /* an alarm that was set from outside is not */
    ebb_sanitizer_settings();
    struct ebb *outer = ebb_overflow_watch(ebb);
    ebb->running = true;
    ebb->end = EBB_END_QUIET;
    ebb_schedule_from_outside(ebb);
    ASSERT(ebb->current == NULL && ebb->dead == NULL);
    ebb->running = ebb->cancels = false;
    (void)ebb_overflow_watch(outer);
    /* Worlds that are run again and again, larger each time, are not recounted each time. */
    if (VERIFY && ebb->census.serial % (1 + ebb->census.serial / 256) == 0) ebb_verify(ebb);
    return ebb->end;
}

/* Those that are to go off, earliest first. They wake nobody, so none of them disarms or frees another. */
static uint32_t settling(struct ebb *ebb, struct ebb_alarms *out) {
    for (uint32_t i = 1; i <= ebb->alarms.count; i++) {
        const struct ebb_alarm_entry *entry = &ebb->alarms.at[i];
        if (entry->due_ns > ebb->horizon_ns) continue;
        if (entry->alarm->effect == NULL || entry->alarm->effect(entry->alarm) == EBB_EFFECT_WAKES) continue;
        out->at[++out->count] = *entry;
    }
    ebb_alarms_sort(out);
    return out->count;
}

void ebb_settle(struct ebb *ebb) {
    ASSERT(!ebb->running);
    struct ebb_alarms due = {.mem = ebb->mem, .capacity = ebb->alarms.count + 1};
    int64_t now_ns = ebb->now_ns;
    if (ebb->alarms.count == 0) return;
    due.at = mem_new(ebb->mem, due.capacity, sizeof *due.at);
    if (due.at == NULL) {
        ebb->end = EBB_END_NOMEM;
        return;
    }
    /* A ticker arms itself again, so each alarm gets one turn. */
    uint32_t count = settling(ebb, &due);
    for (uint32_t i = 1; i <= count; i++) {
        const struct ebb_alarm_entry *entry = &due.at[i];
        ASSERT(ebb_alarms_due(&ebb->alarms, entry->alarm) == entry->due_ns);
        ebb->now_ns = entry->due_ns > now_ns ? entry->due_ns : now_ns;
        ebb_alarms_clear(&ebb->alarms, entry->alarm);
        ebb->skip_to_ns = ebb->horizon_ns;
        entry->alarm->fire(entry->alarm);
    }
    mem_free(ebb->mem, due.at, due.capacity * sizeof *due.at);
    ebb->now_ns = now_ns;
}

void ebb_reap(struct ebb *ebb) {
    ASSERT(!ebb->running);
    ebb->reaping = true;
    struct census_node *node;
    while ((node = census_newest(&ebb->census)) != NULL) {
        struct ebb_object *object = ebb_object_of(node);
        object->kind->reap(object);
    }
    ebb->reaping = false;
    list_init(&ebb->finalizers);
    list_init(&ebb->contexts);
    ASSERT(ebb->co_count == 0 && ebb->alarms.count == 0);
}

void ebb_free(struct ebb *ebb) {
    if (ebb == NULL) return;
    ASSERT(!ebb->running);
    ASSERT(census_empty(&ebb->census));
    ASSERT(ebb->co_count == 0);
    struct mem *mem = ebb->mem;
    ebb_alarms_deinit(&ebb->alarms);
    mem_free(mem, ebb->slots, ebb->ready.capacity * sizeof *ebb->slots);
    ebb_ready_deinit(&ebb->ready, mem);
    ebb_stacks_free(ebb->stacks_own);
    mem_free(mem, ebb, sizeof *ebb);
}

void ebb_horizon_after(struct ebb *ebb, struct ebb_co *first, int64_t rest_ns) {
    ASSERT(!ebb->running && rest_ns >= 0);
    ebb->first = first;
    ebb->first_seen = true;
    ebb->rest_ns = rest_ns;
    ebb->horizon_ns = EBB_NEVER;
    ebb->idle_count = 0;
    ebb->idle_next = 1;
}

struct census *ebb_census(struct ebb *ebb) {
    return &ebb->census;
}
int64_t ebb_now_ns(const struct ebb *ebb) { return ebb->now_ns; }
uint64_t ebb_steps(const struct ebb *ebb) { return ebb->step; }
uint64_t ebb_choices(const struct ebb *ebb) { return ebb->choices; }
uint64_t ebb_digest(const struct ebb *ebb) {
    return hash_mix(hash_mix(ebb->digest, (uint64_t)ebb->now_ns), census_digest(&ebb->census));
}
const struct ebb_fault *ebb_fault(const struct ebb *ebb) { return ebb->faulted ? &ebb->fault : NULL; }

int64_t ebb_time_after(const struct ebb *ebb, int64_t delay_ns) {
    if (delay_ns <= 0) return ebb->now_ns;
    return delay_ns > EBB_NEVER - ebb->now_ns ? EBB_NEVER : ebb->now_ns + delay_ns;
}

void ebb_verify(const struct ebb *ebb) {
    if (ebb->census_off) return;
    census_verify(&ebb->census);
    ebb_alarms_verify(&ebb->alarms);
    uint32_t coroutines = 0, ready = 0;
    for (uint32_t slot = 0; slot < ebb->slot_next; slot++) {
        const struct ebb_co *co = ebb->slots[slot];
        if (co == NULL) {
            ASSERT(!ebb_ready_has(&ebb->ready, slot));
            continue;
        }
        coroutines++;
        ASSERT(co->slot == slot);
        ASSERT(ebb_ready_has(&ebb->ready, slot) == (co->state == EBB_CO_READY));
        ready += co->state == EBB_CO_READY;
    }
    ASSERT(coroutines == ebb->co_count && ready == ebb->ready.count);
    ASSERT(coroutines == census_live(&ebb->census, EBB_COROUTINE_KIND_ID));
}
