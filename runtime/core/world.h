/* SPDX-License-Identifier: MIT */
/* world.h — for those who implement a kind: the world from inside, and the one way to wait.
 *
 * Every verb has the same form. It begins with ebb_op_begin. If it can complete it does, and ends with ebb_op_done,
 * where another coroutine may be chosen to go on. If it cannot, it queues one waiter per queue and parks; the
 * coroutine that later completes it calls ebb_wake, and the verb returns when it is chosen to run again. */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include <setjmp.h>

#include "base/hash.h"
#include "base/limits.h"
#include "core/alarm.h"
#include "core/object.h"
#include "core/ready.h"
#include "core/runtime.h"
#include "core/stacks.h"

struct ebb_co;

/* One place in one queue. Lives in the parked verb's frame. */
struct ebb_waiter {
    struct list link;
    struct ebb_co *co;
    void *item;            /* where to copy from (send) or to (receive); the verb's own business */
    struct ebb_object *on; /* whose queue; NULL: the object of the verb */
    uint32_t index;        /* which case of a select */
    uint16_t waits;        /* enum ebb_right: what would end the wait; 0: unknown, anything might */
};

/* A coroutine deadline or sleep: an alarm that wakes its coroutine with EBB_TIMEOUT. */
struct ebb_nap {
    struct ebb_alarm alarm;
    struct ebb_co *co;
};

/* Whoever looks on is told of each thing that has just happened. It changes nothing and takes no step, so that a run is
 * the same with and without it, and it may be on a coroutine's small stack. What an event has changed (who was woken,
 * made or let go) is there to be looked at; so is what the code of `co` did to its variables before its verb. */
enum ebb_sight {
    EBB_SIGHT_STEP,  /* a verb of `co` has completed */
    EBB_SIGHT_PARK,  /* a verb of `co` waits */
    EBB_SIGHT_END,   /* `co` has ended, and left the census */
    EBB_SIGHT_PANIC, /* `co` has broken a rule: co->panicking->text; deferred calls come next */
    EBB_SIGHT_ALARM, /* `alarm` is about to fire; co is NULL */
    EBB_SIGHT_FIRED, /* it has; it may be gone */
};
/* What one event takes from another, besides the order of conflicting accesses; told by the kind where it happens. */
enum ebb_cause {
    EBB_CAUSE_SET,    /* the cell now stands for this event alone; with a coroutine, for the last event of that one */
    EBB_CAUSE_JOIN,   /* the cell stands for this event as well */
    EBB_CAUSE_FOLLOW, /* this event completes only because of what the cell stands for; with a coroutine, of its last */
    EBB_CAUSE_WAKES,  /* the coroutine, just woken, goes on only because of what the cell stands for */
    EBB_CAUSE_DOUBT,  /* here accesses declared as independent are not: a counter would fall below 0 */
};
struct ebb_observer {
    void (*see)(struct ebb_observer *, struct ebb *, enum ebb_sight, struct ebb_co *co, const struct ebb_alarm *alarm);
    /* For those who ask which events depend on each other; NULL for others, all three or none. Between two sights it is
     * told what the event that ends with the next one has touched, besides the object of its verb; a thing is an object,
     * a part of one, or ebb_thing_*. Then who became runnable by it (woken or spawned), and what it owes to others. */
    void (*touch)(struct ebb_observer *, uint64_t thing, struct ebb_access access);
    void (*ready)(struct ebb_observer *, const struct ebb_co *co);
    void (*cause)(struct ebb_observer *, enum ebb_cause, const struct ebb_object *, uint32_t cell,
                  const struct ebb_co *);
    /* With those three, or NULL: what no sight shows of the verb that goes on. CLOSED; CASE, with the number of the case;
     * WAITED, where it is about to complete by a step of its own. */
    void (*came)(struct ebb_observer *, const struct ebb_co *co, enum ebb_outcome, uint32_t index);
    void (*gone)(struct ebb_observer *, const struct ebb_object *); /* it is about to leave the census; or NULL */
};

enum ebb_co_state { EBB_CO_READY, EBB_CO_PARKED };

struct ebb_frame { /* of ebb_call */
    struct ebb_frame *outer;
    struct ebb_defer *defers;
    struct ebb_roots *roots; /* the coroutine's at entry */
    jmp_buf jump;
};

struct ebb_panicking {
    struct ebb_panicking *outer;
    bool recovered;
    char text[160];
};

struct ebb_co {             /* in the order of use: a verb touches the first three cache lines */
    struct ebb_object head; /* first member */
    void *context;          /* while suspended */
    char *stack_floor;      /* a verb entered below it has overflowed */
    uint32_t slot;
    uint32_t waiter_count;
    uint32_t woke_index;
    uint64_t parked_at;         /* the step at which it parked last */
    uint8_t state;              /* enum ebb_co_state */
    uint8_t woke;               /* enum ebb_wake, why it was woken */
    bool spun;                  /* the last verb only polled */
    struct ebb_waiter *waiters; /* while parked: an array of waiter_count */
    struct ebb_nap *nap;        /* while parked with a deadline */
    const struct ebb_op *op;    /* the last verb */
    struct ebb_object *on;      /* and its object; NULL for none, and for the nil channel */
    uint64_t on_serial;         /* its birth, which stays known when the object has gone; 0 for none */
    struct ebb_stack *stack;
    void (*body)(struct ebb *, void *);
    void *arg;
    struct ebb_frame *frame;
    struct ebb_panicking *panicking;
    struct ebb_roots *roots;
    void *fake_stack; /* ASan's */
    uint32_t line;
};

/* For verdicts before rest: what an interpreter knows of the coroutines it runs. Without it, or for others, their code
 * is unknown and may do anything to anything. */
/* Told of each thing that a coroutine may still do: one of these rights on the object, or, where that is NULL, on any of
 * the kind, or, where that is NULL too, on any object at all. `read` is the insight's own, zero at first: what it need
 * not tell the same grants again. */
struct ebb_grants {
    void (*grant)(struct ebb_grants *, const struct ebb_kind *, struct ebb_object *, uint32_t rights);
    uint64_t read[4];
};
struct ebb_insight {
    /* Is all that this one will ever do known? */
    bool (*knows)(const struct ebb_co *);
    /* Visits what it holds and its roots do not show yet, since it has not run so far. */
    void (*trace)(const struct ebb_co *, struct ebb_tracer *);
    /* Tells all that decides what it does from now on, besides the objects it holds. False: it cannot be told. */
    bool (*state)(const struct ebb_co *, struct ebb_teller *);
    /* Which rights it, or whomever it spawns, may still use. Asked of those it knows. */
    void (*rights)(const struct ebb_co *, struct ebb_grants *);
    /* The name of a variable of this scope, or NULL; `shared` says whether the scope outlives every coroutine. */
    const char *(*variable)(const struct ebb_object *scope, int64_t place, bool *shared);
    /* How much of its stack it uses, and how large that had to grow, both as declared: the same in every build. False: it
     * did not have to. Asked of those it knows. */
    bool (*stack)(const struct ebb_co *, uint64_t *used_bytes, uint64_t *held_bytes);
};

struct ebb {
    /* hot: what a verb or a switch touches */
    struct ebb_co *current;
    uint64_t step, attention; /* at this step the slow path looks around */
    uint64_t digest;
    uint64_t stay_until; /* the step at which the current coroutine gives way by default */
    uint64_t step_max, choices;
    struct ebb_co *dead; /* has ended; its stack is given back by whoever lands next */
    void **leaving;      /* where the context goes of the one that switches away just now; NULL when it has ended */
    struct ready ready;
    struct ebb_co **slots;
    uint32_t slot_next;
    uint32_t co_count, co_max;
    enum ebb_end end;
    bool depends; /* the observer asks what depends on what */
    bool plain;   /* no chooser, no observer, alarms only when idle: every decision is the default */
    bool census_off;
    int64_t now_ns;
    struct ebb_chooser *chooser;
    struct ebb_stacks *stacks;
    struct ebb_alarms alarms;
    /* cold */
    struct mem *mem;
    struct ebb_observer *observer;
    struct ebb_stacks *stacks_own;
    struct ebb_co *first; /* the first coroutine, until it ends; when it ends, the horizon is set */
    void *main_context;
    void *main_fake;
    const void *main_bottom; /* of the stack ebb_run was called on, for ASan */
    size_t main_bytes;
    int64_t rest_ns, horizon_ns, skip_to_ns;
    enum ebb_timers timers;
    bool running, reaping, faulted, first_seen;
    struct ebb_fault fault;
    const struct ebb_insight *insight;                     /* or NULL */
    bool (*hopeless)(struct ebb *, const struct ebb_co *); /* can this one never run again? or NULL */
    uint64_t idle_count, idle_next; /* alarms while the first was parked; when to ask again whether it is hopeless */
    struct ebb_object *dying;       /* have lost their last hold while another was ending; last in, first out */
    bool ending;                    /* an object is ending right now */
    void (*finalize)(struct ebb_object *); /* takes an object whose last hold has gone: see kinds/finalizer */
    struct list finalizers;                /* what it keeps, in that order */
    struct list contexts;                  /* not cancelled, in order of birth: see kinds/context */
    bool cancels;                          /* set for each ebb_run by whoever permits it: see ebb_cancels */
    bool loses;                            /* set for good by whoever ever sets that */
    struct census census;
};

/* --- a verb ----------------------------------------------------------------------------------------------------- */
_Noreturn void ebb_overflow(struct ebb *ebb);
void ebb_point(struct ebb *ebb); /* the slow half of ebb_op_done */

/* Mixes into the digest who does what to what: here rather than at the end, when the object may be gone. */
static ALWAYS_INLINE void ebb_op_begin(struct ebb *ebb, const struct ebb_op *op, struct ebb_object *on) {
    struct ebb_co *co = ebb->current;
    ASSERT(co != NULL);
    co->op = op;
    co->on = on;
    uint64_t on_serial = on == NULL ? 0 : on->node.birth.serial;
    co->on_serial = on_serial;
    ebb->digest = hash_mix(ebb->digest, co->head.node.birth.serial << 40 ^ (uint64_t)op->code << 24 ^ on_serial);
    if (UNLIKELY((char *)__builtin_frame_address(0) < co->stack_floor)) ebb_overflow(ebb);
}

/* For interpreters: what comes next, such as a panic, is no longer part of the last verb. */
static inline void ebb_op_forget(struct ebb *ebb) {
    ebb->current->op = NULL, ebb->current->on = NULL;
    ebb->current->on_serial = 0;
}

static ALWAYS_INLINE void ebb_op_count(struct ebb *ebb) { ebb->step++; }

/* The verb has completed: one step. Others may run before it returns. */
static ALWAYS_INLINE void ebb_op_done(struct ebb *ebb) {
    ebb_op_count(ebb);
    if (UNLIKELY(ebb->step >= ebb->attention)) ebb_point(ebb);
}

/* The same for a verb that found nothing to do: by default others go first. */
static inline void ebb_op_polled(struct ebb *ebb) {
    ebb->current->spun = true;
    ebb_op_count(ebb);
    ebb_point(ebb);
}

/* --- what depends on what: see ebb_observer. Nothing where nobody asks ------------------------------------------------ */
#define EBB_THING_WHOLE 255u /* all of an object that has no parts of its own */
static inline uint64_t ebb_thing(const struct ebb_object *object, uint32_t part) {
    return object->node.birth.serial << 8 | (part < EBB_THING_WHOLE ? part : EBB_THING_WHOLE - 1);
}
static inline uint64_t ebb_thing_of(uint64_t serial) { return serial << 8 | EBB_THING_WHOLE; }
/* Two alarms of one instant fire in the order in which they were set. */
static inline uint64_t ebb_thing_instant(int64_t due_ns) { return UINT64_C(1) << 63 | (uint64_t)due_ns; }
#define EBB_THING_FINALIZERS UINT64_C(1) /* their queue; no object has these numbers */
#define EBB_THING_FAULTS UINT64_C(2)     /* whether there may be another */
#define EBB_THING_CONTEXTS UINT64_C(3)   /* which there are for one to cancel, in their order */
void ebb_touch_thing(struct ebb *ebb, uint64_t thing, struct ebb_access access);
void ebb_cause_told(struct ebb *ebb, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                    const struct ebb_co *co);
void ebb_came_told(struct ebb *ebb, enum ebb_outcome outcome, uint32_t index);
void ebb_ready_told(const struct ebb_co *co);
void ebb_touch_waits(const struct ebb_co *co); /* it is about to leave all queues but one because of another */
static inline void ebb_touch(struct ebb *ebb, const struct ebb_object *object, struct ebb_access access) {
    if (UNLIKELY(ebb->depends)) ebb_touch_thing(ebb, ebb_thing_of(object->node.birth.serial), access);
}
static inline void ebb_touch_faults(struct ebb *ebb, struct ebb_access access) {
    if (UNLIKELY(ebb->depends)) ebb_touch_thing(ebb, EBB_THING_FAULTS, access);
}
static inline void ebb_touch_contexts(struct ebb *ebb, struct ebb_access access) {
    if (UNLIKELY(ebb->depends && ebb->loses)) ebb_touch_thing(ebb, EBB_THING_CONTEXTS, access);
}
static inline void ebb_cause(struct ebb *ebb, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                             const struct ebb_co *co) {
    if (UNLIKELY(ebb->depends)) ebb_cause_told(ebb, what, object, cell, co);
}

static inline void ebb_came(struct ebb *ebb, enum ebb_outcome outcome, uint32_t index) {
    if (UNLIKELY(ebb->depends)) ebb_came_told(ebb, outcome, index);
}

/* --- waiting ---------------------------------------------------------------------------------------------------- */
struct ebb_waitq {
    struct list waiters; /* first come, first served */
};
static inline void ebb_waitq_init(struct ebb_waitq *queue) { list_init(&queue->waiters); }
static inline bool ebb_waitq_empty(const struct ebb_waitq *queue) { return list_empty(&queue->waiters); }
static inline struct ebb_waiter *ebb_waitq_first(const struct ebb_waitq *queue) { /* or NULL */
    struct list *link = list_first(&queue->waiters);
    return link == NULL ? NULL : BASE_OWNER(link, struct ebb_waiter, link);
}
static inline void ebb_waitq_push(struct ebb_waitq *queue, struct ebb_waiter *waiter) {
    list_push(&queue->waiters, &waiter->link);
}
/* For reap and destroy: forgets the waiters without waking them. */
void ebb_waitq_abandon(struct ebb_waitq *queue);

void ebb_waitq_tell(const struct ebb_waitq *queue, struct ebb_teller *teller);

/* Parks the current coroutine until one of its waiters, all of which are queued, is woken, or until the deadline: an
 * absolute time, or EBB_NEVER. Counts as one step. Afterwards co->woke and co->woke_index say what happened.
 * `ebb_park` with no waiter and EBB_NEVER parks for good. */
enum ebb_wake ebb_park(struct ebb *ebb, struct ebb_waiter *waiters, uint32_t count, int64_t deadline_ns);
void ebb_unqueue(struct ebb_co *co); /* takes it out of all its queues and clears its deadline */
static ALWAYS_INLINE void ebb_co_ready(struct ebb_co *co, enum ebb_wake why) {
    ASSERT(co->state == EBB_CO_PARKED);
    co->state = EBB_CO_READY;
    co->woke = (uint8_t)why;
    ebb_ready_add(&co->head.ebb->ready, co->slot);
    if (UNLIKELY(co->head.ebb->depends)) ebb_ready_told(co);
}

/* Makes the waiter's coroutine runnable and takes it out of all its queues. */
static ALWAYS_INLINE void ebb_wake(struct ebb_waiter *waiter, enum ebb_wake why) {
    struct ebb_co *co = waiter->co;
    co->woke_index = waiter->index;
    if (LIKELY(co->waiter_count == 1 && co->nap == NULL)) {
        list_remove(&waiter->link);
        co->waiter_count = 0;
    } else {
        if (UNLIKELY(co->head.ebb->depends)) ebb_touch_waits(co);
        ebb_unqueue(co);
    }
    ebb_co_ready(co, why);
}

/* Which of `count` > 1 ready cases, or values, is taken: the chooser's decision, 0 by default. */
uint32_t ebb_choose_case(struct ebb *ebb, uint32_t count);
uint32_t ebb_choose_value(struct ebb *ebb, uint32_t count);
uint32_t ebb_choose_stall(struct ebb *ebb, uint32_t count);  /* option 0: nobody is held up */
uint32_t ebb_choose_cancel(struct ebb *ebb, uint32_t count); /* option 0: nothing is cancelled */
bool ebb_choose_refuse(struct ebb *ebb);                     /* by default what is asked for is given */

/* --- faults ------------------------------------------------------------------------------------------------------ */
/* Once the first coroutine has ended, or is known to be stuck, there are no more, and nothing is asked. */
static inline bool ebb_faults_over(const struct ebb *ebb) { return ebb->horizon_ns != EBB_NEVER; }
/* May somebody outside still cancel a context, at the next step of anybody? Then whoever waits for that is not lost. */
static inline bool ebb_cancels(const struct ebb *ebb) { return ebb->cancels && !ebb_faults_over(ebb); }
/* Is the current coroutine to be held up, for one of ebb_stalls_ns that is less than `below_ns`? 0: no. */
uint32_t ebb_stall_ask(struct ebb *ebb, int64_t below_ns);
void ebb_stall(struct ebb *ebb, uint32_t option); /* a step: it is, as was answered */

/* --- time ------------------------------------------------------------------------------------------------------- */
int64_t ebb_time_after(const struct ebb *ebb, int64_t delay_ns); /* now + delay, clamped to what int64 holds */

/* Arms, or ends the run for lack of memory: from a verb, ebb_exhausted; from an alarm, at the next decision. */
void ebb_alarm_set(struct ebb *ebb, struct ebb_alarm *alarm, int64_t due_ns);
void ebb_alarm_tell(const struct ebb *ebb, const struct ebb_alarm *alarm,
                    struct ebb_teller *teller);                 /* when, from now */
void ebb_alarm_clear(struct ebb *ebb, struct ebb_alarm *alarm); /* nothing when not armed */

/* What every birth shares: step, time, owner and line. In place, since a copy just after costs more than the rest. */
static inline void ebb_birth_fill(const struct ebb *ebb, struct census_birth *birth, const char *label) {
    const struct ebb_co *co = ebb->current;
    birth->serial = 0;
    birth->step = ebb->step;
    birth->time_ns = ebb->now_ns;
    birth->owner = co == NULL ? 0 : (uint32_t)co->head.node.birth.serial;
    birth->line = co == NULL ? 0 : co->line;
    birth->label = label;
    birth->by = co == NULL ? "" : co->head.node.birth.label;
}

extern const struct ebb_kind ebb_coroutine_kind;
#define EBB_COROUTINE_KIND_ID 0u

#endif
