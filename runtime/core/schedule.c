/* SPDX-License-Identifier: MIT */
/* schedule.c — who goes next: the one place where decisions are made and stacks are switched.
 *
 * A parked coroutine jumps straight to the next one; there is no trip through a scheduler's stack. So each function
 * here may run on any stack, and whoever lands gives back the stack of the one that has just ended. ALWAYS_INLINE: a
 * function between a landing and the verb costs a mispredicted return at each switch (see co.h). */
#include "core/schedule.h"

#include "core/co.h"
#include "core/sanitizer.h"

/* What every landing does: remember where the one we came from is suspended, and bury the dead. */
static ALWAYS_INLINE void land(struct ebb *ebb, void *fake, void *context) {
    void **from = ebb->leaving;
    const void *bottom = NULL;
    size_t bytes = 0;
    sanitizer_switch_finish(fake, &bottom, &bytes);
    if (from == &ebb->main_context) { /* only then do the bounds reported belong to the outside's stack */
        ebb->main_bottom = bottom;
        ebb->main_bytes = bytes;
    }
    *from = context;
    if (ebb->dead != NULL) {
        struct ebb_co *dead = ebb->dead;
        ebb->dead = NULL;
        ebb_stacks_give(ebb->stacks, dead->stack);
    }
}

/* Announces the switch to `to` (NULL: the outside) and returns its context. `fake` is NULL when the one that leaves has
 * ended; `leaving` is where its context goes all the same. */
static ALWAYS_INLINE void *leave(struct ebb *ebb, void **leaving, void **fake, struct ebb_co *to) {
    ebb->current = to;
    ebb->leaving = leaving;
    if (to == NULL) {
        sanitizer_switch_start(fake, ebb->main_bottom, ebb->main_bytes);
        return ebb->main_context;
    }
    sanitizer_switch_start(fake, to->stack->low, (size_t)(to->stack->high - to->stack->low));
    return to->context;
}

/* Suspends the current coroutine and continues `to` (NULL: the outside). */
static ALWAYS_INLINE void switch_to(struct ebb *ebb, struct ebb_co *from, struct ebb_co *to) {
    struct co_transfer landed = co_jump(leave(ebb, &from->context, &from->fake_stack, to), ebb);
    land(ebb, from->fake_stack, landed.context);
}

/* When the current coroutine's next step has to look around. */
static ALWAYS_INLINE void attend(struct ebb *ebb) {
    if (UNLIKELY(!ebb->plain)) return; /* always: attention stays 0 */
    ebb->attention = ebb->stay_until < ebb->step_max ? ebb->stay_until : ebb->step_max;
}

static ALWAYS_INLINE void fresh_quantum(struct ebb *ebb) {
    ebb->stay_until = ebb->step + LIMIT_STAY_STEPS + 1;
    attend(ebb);
}

static __attribute__((noinline, cold)) void tell(struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                                                 const struct ebb_alarm *alarm) {
    if (ebb->observer != NULL) ebb->observer->see(ebb->observer, ebb, sight, co, alarm);
}

/* An observed world is not plain: every step of it comes past here, and the others test what they have at hand. */
static ALWAYS_INLINE void seen(struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                               const struct ebb_alarm *alarm) {
    if (UNLIKELY(!ebb->plain)) tell(ebb, sight, co, alarm);
}

static uint32_t choose(struct ebb *ebb, enum ebb_choice_what what, uint32_t count, bool alarm, uint32_t slot) {
    ASSERT(count > 1);
    ebb->choices++;
    if (ebb->chooser == NULL) return 0;
    struct ebb_choice choice = {what, count, alarm, slot, ebb};
    uint32_t picked = ebb->chooser->pick(ebb->chooser, &choice);
    ASSERT(picked < count);
    ebb->digest = hash_mix(ebb->digest, (uint64_t)what << 32 | picked);
    return picked;
}

uint32_t ebb_choose_case(struct ebb *ebb, uint32_t count) { return choose(ebb, EBB_CHOOSE_CASE, count, false, 0); }
uint32_t ebb_choose_value(struct ebb *ebb, uint32_t count) { return choose(ebb, EBB_CHOOSE_VALUE, count, false, 0); }
uint32_t ebb_choose_stall(struct ebb *ebb, uint32_t count) { return choose(ebb, EBB_CHOOSE_STALL, count, false, 0); }
uint32_t ebb_choose_cancel(struct ebb *ebb, uint32_t count) { return choose(ebb, EBB_CHOOSE_CANCEL, count, false, 0); }
bool ebb_choose_refuse(struct ebb *ebb) { return choose(ebb, EBB_CHOOSE_REFUSE, 2, false, 0) != 0; }

static void fire(struct ebb *ebb, struct ebb_alarm *alarm, int64_t due_ns) {
    if (due_ns > ebb->now_ns) ebb->now_ns = due_ns;
    seen(ebb, EBB_SIGHT_ALARM, NULL, alarm);
    ebb_alarms_clear(&ebb->alarms, alarm);
    ebb->digest = hash_mix(ebb->digest, ~(uint64_t)ebb->now_ns);
    struct ebb_co *current = ebb->current;
    ebb->current = NULL; /* what an alarm makes has no owner */
    alarm->fire(alarm);
    seen(ebb, EBB_SIGHT_FIRED, NULL, NULL);
    ebb->current = current;
}

/* The first coroutine is parked and others keep time going: asked ever more rarely whether it can still end, so that a
 * run whose main is stuck beside a ticker comes to its horizon like any other. */
static void hopeless(struct ebb *ebb) {
    if (ebb->hopeless == NULL || ebb->first == NULL || ebb->first->state != EBB_CO_PARKED) return;
    if (ebb->rest_ns == 0 || ebb->horizon_ns != EBB_NEVER || ++ebb->idle_count < ebb->idle_next) return;
    ebb->idle_next = ebb->idle_count * 2;
    bool cancels = ebb->cancels;
    ebb->cancels = false; /* nobody outside has to: from then on nobody does */
    if (ebb->hopeless(ebb, ebb->first)) {
        ebb->horizon_ns = ebb_time_after(ebb, ebb->rest_ns);
        ebb_touch_faults(ebb, EBB_ACCESS_WRITE); /* there are no more */
    }
    ebb->cancels = cancels;
}

/* Nothing can run: time moves to the next alarm that wakes somebody. Those that come before it and wake nobody go
 * off on the way, and none of them can make another one wake somebody or nobody: it is looked for once. False when
 * there is none, or none within the horizon; then nothing has moved. */
static bool idle(struct ebb *ebb) {
    struct ebb_alarm *alarm = NULL; /* that wakes */
    while (ebb->ready.count == 0) {
        hopeless(ebb);
        if (ebb->end == EBB_END_NOMEM) return false; /* an alarm could not do what it was set for */
        int64_t due_ns = 0, quiet_ns = 0;
        if (alarm == NULL) alarm = ebb_alarms_first(&ebb->alarms, EBB_EFFECT_WAKES, &due_ns);
        if (alarm == NULL) {
            ebb->end = ebb->co_count == 0 ? EBB_END_QUIET : EBB_END_STUCK;
            return false;
        }
        due_ns = ebb_alarms_due(&ebb->alarms, alarm);
        if (due_ns > ebb->horizon_ns) {
            ebb->end = EBB_END_HORIZON;
            return false;
        }
        struct ebb_alarm *first = ebb_alarms_first(&ebb->alarms, EBB_EFFECT_NONE, &quiet_ns);
        ebb->skip_to_ns = due_ns;
        if (first != alarm) {
            fire(ebb, first, quiet_ns);
            continue;
        }
        fire(ebb, alarm, due_ns);
        alarm = NULL;
        ebb->stay_until++; /* not a step of whoever goes on */
        if (++ebb->step >= ebb->step_max) {
            ebb->end = EBB_END_LIMIT;
            return false;
        }
    }
    return true;
}

/* Option 0 is the default; the others follow it in spawn order, cyclically. */
static uint32_t option_slot(const struct ebb *ebb, uint32_t default_slot, uint32_t option) {
    if (option == 0) return default_slot;
    uint32_t nth = ebb_ready_before(&ebb->ready, default_slot) + option;
    return ebb_ready_nth(&ebb->ready, nth < ebb->ready.count ? nth : nth - ebb->ready.count);
}

/* Decides among the runnable, of which there is at least one, and the earliest alarm where it may come early. NULL:
 * an alarm was fired instead, so decide again; the default is unchanged by that. */
static struct ebb_co *decide_by_choice(struct ebb *ebb, uint32_t default_slot) {
    uint32_t count = ebb->ready.count;
    struct ebb_alarm *alarm = NULL;
    int64_t due_ns = 0;
    if (ebb->timers == EBB_TIMERS_ANY) {
        alarm = ebb_alarms_first(&ebb->alarms, EBB_EFFECT_QUIET, &due_ns);
        if (alarm != NULL && due_ns > ebb->horizon_ns) alarm = NULL;
    }
    uint32_t options = count + (alarm != NULL);
    uint32_t picked = options > 1 ? choose(ebb, EBB_CHOOSE_NEXT, options, alarm != NULL, default_slot) : 0;
    if (picked == count) {
        ebb->skip_to_ns = due_ns;
        fire(ebb, alarm, due_ns);
        ebb->step++;
        ebb->stay_until++; /* not a step of the coroutine that stays */
        return NULL;
    }
    return ebb->slots[option_slot(ebb, default_slot, picked)];
}

static ALWAYS_INLINE struct ebb_co *decide(struct ebb *ebb, uint32_t default_slot) {
    if (UNLIKELY(!ebb->plain)) return decide_by_choice(ebb, default_slot);
    ebb->choices += ebb->ready.count > 1;
    return ebb->slots[default_slot];
}

const struct ebb_co *ebb_choice_co(const struct ebb_choice *choice, uint32_t option) {
    const struct ebb *ebb = choice->ebb;
    ASSERT(choice->what == EBB_CHOOSE_NEXT && option < choice->count);
    if (choice->alarm && option == choice->count - 1) return NULL;
    return ebb->slots[option_slot(ebb, choice->slot, option)];
}

/* An alarm fired meanwhile may have woken the one in `slot` itself, which then stays, as after any other step; or have
 * spawned one, for which the slots were closed up. */
static struct ebb_co *next_after_slowly(struct ebb *ebb, uint32_t slot) {
    const struct ebb_co *parked = ebb->slots[slot]; /* NULL: it has ended */
    for (;;) {
        if (ebb->end == EBB_END_NOMEM) return NULL;
        if (ebb->step >= ebb->step_max) {
            ebb->end = EBB_END_LIMIT;
            return NULL;
        }
        if (ebb->ready.count == 0 && !idle(ebb)) return NULL;
        if (parked != NULL) slot = parked->slot;
        bool stays = parked != NULL && ebb_ready_has(&ebb->ready, slot) && ebb->step < ebb->stay_until;
        struct ebb_co *next = decide(ebb, stays ? slot : ebb_ready_cyclic(&ebb->ready, slot));
        if (next != NULL) return next;
    }
}

/* The one to run when the one in `slot` cannot go on; NULL when the world has come to its end. */
static ALWAYS_INLINE struct ebb_co *next_after(struct ebb *ebb, uint32_t slot) {
    if (LIKELY(ebb->plain && ebb->ready.count > 0 && ebb->step < ebb->step_max && ebb->end != EBB_END_NOMEM))
        return decide(ebb, ebb_ready_cyclic(&ebb->ready, slot));
    return next_after_slowly(ebb, slot);
}

void ebb_point(struct ebb *ebb) {
    struct ebb_co *co = ebb->current;
    if (VERIFY && ebb->step % (1 + ebb->census.serial) == 0) ebb_verify(ebb);
    seen(ebb, EBB_SIGHT_STEP, co, NULL);
    for (;;) {
        if (ebb->end == EBB_END_NOMEM) ebb_schedule_end(ebb, EBB_END_NOMEM); /* an alarm fired early could not go on */
        if (ebb->step >= ebb->step_max) ebb_schedule_end(ebb, EBB_END_LIMIT);
        bool stays = !co->spun && ebb->step < ebb->stay_until;
        uint32_t slot = stays ? co->slot : ebb_ready_cyclic(&ebb->ready, co->slot);
        struct ebb_co *next = decide(ebb, slot);
        if (next == NULL) continue;
        co->spun = false;
        if (next == co) return; /* its quantum goes on, or stays used up: it gives way as soon as it can */
        fresh_quantum(ebb);
        switch_to(ebb, co, next);
        return;
    }
}

/* The current coroutine is parked; returns when it runs again. */
static ALWAYS_INLINE void schedule_away(struct ebb *ebb, struct ebb_co *co) {
    ASSERT(co->state == EBB_CO_PARKED);
    seen(ebb, EBB_SIGHT_PARK, co, NULL);
    ebb->current = NULL;
    struct ebb_co *next = next_after(ebb, co->slot);
    if (next == co) { /* its quantum goes on */
        ebb->current = co;
        attend(ebb);
        return;
    }
    fresh_quantum(ebb);
    switch_to(ebb, co, next);
}

void ebb_schedule_from_outside(struct ebb *ebb) {
    ebb->stay_until = 0; /* nobody has run before: the first in spawn order, whoever has the last slot */
    struct ebb_co *next = next_after(ebb, ebb->ready.capacity - 1);
    if (next == NULL) return;
    fresh_quantum(ebb);
    struct co_transfer landed = co_jump(leave(ebb, &ebb->main_context, &ebb->main_fake, next), ebb);
    land(ebb, ebb->main_fake, landed.context);
}

void ebb_schedule_end(struct ebb *ebb, enum ebb_end end) {
    struct ebb_co *co = ebb->current;
    ebb->end = end;
    switch_to(ebb, co, NULL);
    base_panic("an abandoned coroutine runs again", __FILE__, __LINE__);
}

/* --- park and wake ---------------------------------------------------------------------------------------------- */

void ebb_unqueue(struct ebb_co *co) {
    for (uint32_t i = 0; i < co->waiter_count; i++)
        if (LIKELY(list_linked(&co->waiters[i].link))) list_remove(&co->waiters[i].link);
    co->waiter_count = 0;
    co->waiters = NULL;
    if (co->nap != NULL) {
        ebb_alarms_clear(&co->head.ebb->alarms, &co->nap->alarm);
        co->nap = NULL;
    }
}

static void nap_over(struct ebb_alarm *alarm) {
    struct ebb_nap *nap = BASE_OWNER(alarm, struct ebb_nap, alarm);
    struct ebb_co *co = nap->co;
    if (UNLIKELY(co->head.ebb->depends)) ebb_touch_waits(co);
    ebb_unqueue(co);
    ebb_co_ready(co, EBB_TIMEOUT);
}

enum ebb_wake ebb_park(struct ebb *ebb, struct ebb_waiter *waiters, uint32_t count, int64_t deadline_ns) {
    struct ebb_co *co = ebb->current;
    struct ebb_nap nap;
    co->waiters = waiters;
    co->waiter_count = count;
    if (deadline_ns != EBB_NEVER) {
        nap = (struct ebb_nap){.alarm = {.fire = nap_over}, .co = co};
        co->nap = &nap;
        ebb_alarm_set(ebb, &nap.alarm, deadline_ns);
    }
    ebb_op_count(ebb);
    co->state = EBB_CO_PARKED;
    co->parked_at = ebb->step;
    ebb_ready_remove(&ebb->ready, co->slot);
    schedule_away(ebb, co);
    ASSERT(co->state == EBB_CO_READY && co->waiter_count == 0 && co->nap == NULL);
    return (enum ebb_wake)co->woke;
}

/* --- the first and the last of a coroutine ------------------------------------------------------------------------ */

static ALWAYS_INLINE void co_leave(struct ebb_co *co) {
    struct ebb *ebb = co->head.ebb;
    if (!ebb->census_off) census_leave(&ebb->census, &co->head.node);
    if (co->state == EBB_CO_READY) ebb_ready_remove(&ebb->ready, co->slot);
    ebb->slots[co->slot] = NULL;
    ebb->co_count--;
    if (UNLIKELY(ebb->first == co)) {
        ebb->first = NULL;
        if (ebb->rest_ns > 0) ebb->horizon_ns = ebb_time_after(ebb, ebb->rest_ns);
    }
}

void ebb_co_leave(struct ebb_co *co) { co_leave(co); }

/* The body of every stack. A coroutine that has ended leaves its stack suspended here, so that the next one on it needs
 * no new context. */
static void co_entry(struct co_transfer landed) {
    for (;;) {
        struct ebb *ebb = landed.data; /* the world comes with the jump, since there are no globals */
        land(ebb, NULL, landed.context);
        struct ebb_co *co = ebb->current;
        co->body(ebb, co->arg);
        ASSERT(ebb->current == co && ebb->dead == NULL);
        ASSERT(co->frame == NULL && co->roots == NULL);
        if (UNLIKELY(ebb->first == co)) ebb_touch_faults(ebb, EBB_ACCESS_WRITE); /* there are no more */
        co_leave(co);
        seen(ebb, EBB_SIGHT_END, co, NULL);
        ebb->current = NULL;
        struct ebb_co *next = next_after(ebb, co->slot);
        fresh_quantum(ebb);
        ebb->dead = co;
        landed = co_jump(leave(ebb, &co->stack->context, NULL, next), ebb);
    }
}

bool ebb_co_prepare(struct ebb_co *co) {
    co->context = co_make(co, (size_t)((char *)co - co->stack->low), co_entry);
    return co->context != NULL;
}
