/* SPDX-License-Identifier: MIT */
/* coroutine.c — spawn, park, wake, end. A coroutine's own record lies at the top of its stack, so that a parked one
 * touches a single page; it owns no heap, so that a blocked one is discarded, not unwound. */
#include "core/sanitizer.h"
#include "core/schedule.h"

enum { OP_GO, OP_YIELD, OP_STEP, OP_SLEEP, OP_CHOOSE, OP_STALL };
static const struct ebb_op ops[] = {
    [OP_GO] = {.code = EBB_OP_CODE(EBB_COROUTINE_KIND_ID, OP_GO), .name = "go"},
    [OP_YIELD] = {.code = EBB_OP_CODE(EBB_COROUTINE_KIND_ID, OP_YIELD), .name = "yield"},
    [OP_STEP] = {.code = EBB_OP_CODE(EBB_COROUTINE_KIND_ID, OP_STEP), .name = "step"},
    [OP_SLEEP] = {.code = EBB_OP_CODE(EBB_COROUTINE_KIND_ID, OP_SLEEP), .name = "sleep"},
    [OP_CHOOSE] = {.code = EBB_OP_CODE(EBB_COROUTINE_KIND_ID, OP_CHOOSE), .name = "choose"},
    [OP_STALL] = {.code = EBB_OP_CODE(EBB_COROUTINE_KIND_ID, OP_STALL), .name = "stalled"},
};

/* --- slots: spawn order ----------------------------------------------------------------------------------------- */

/* Closes the gaps the dead have left, keeping the order. */
static void slots_compact(struct ebb *ebb) {
    uint32_t used = 0;
    for (uint32_t slot = 0; slot < ebb->slot_next; slot++) {
        struct ebb_co *co = ebb->slots[slot];
        if (co == NULL) continue;
        if (slot != used) {
            if (co->state == EBB_CO_READY) {
                ebb_ready_remove(&ebb->ready, slot);
                ebb_ready_add(&ebb->ready, used);
            }
            ebb->slots[slot] = NULL;
            ebb->slots[used] = co;
            co->slot = used;
        }
        used++;
    }
    ebb->slot_next = used;
}

static enum status slot_take(struct ebb *ebb, uint32_t *out) {
    if (UNLIKELY(ebb->slot_next == ebb->ready.capacity)) {
        if (ebb->co_count < ebb->slot_next / 2) {
            slots_compact(ebb);
        } else {
            uint32_t old = ebb->ready.capacity, capacity = old * 2;
            if (capacity > READY_SLOTS_MAX) return ERR_LIMIT;
            struct ebb_co **slots = mem_new(ebb->mem, capacity, sizeof *slots);
            if (slots == NULL) return ERR_NOMEM;
            enum status status = ebb_ready_reserve(&ebb->ready, ebb->mem, capacity);
            if (status != OK) {
                mem_free(ebb->mem, slots, capacity * sizeof *slots);
                return status;
            }
            memcpy(slots, ebb->slots, old * sizeof *slots);
            mem_free(ebb->mem, ebb->slots, old * sizeof *slots);
            ebb->slots = slots;
        }
    }
    *out = ebb->slot_next++;
    return OK;
}

/* --- birth and death -------------------------------------------------------------------------------------------- */

/* One by one: compilers clear a whole record of this size by a string instruction, a quarter of what a spawn takes.
 * The census fills its node. */
static inline void co_init(struct ebb_co *co, struct ebb *ebb, struct ebb_stack *stack, uint32_t slot) {
    co->head.kind = &ebb_coroutine_kind;
    co->head.ebb = ebb;
    co->head.holds = 1; /* its own, until it ends */
    co->head.flags = 0;
    co->stack_floor = stack->low + LIMIT_STACK_RESERVE_BYTES;
    co->slot = slot;
    co->waiter_count = co->woke_index = 0;
    co->state = EBB_CO_READY;
    co->woke = EBB_DONE;
    co->spun = false;
    co->waiters = NULL;
    co->nap = NULL;
    co->op = NULL;
    co->on = NULL;
    co->on_serial = 0;
    co->stack = stack;
    co->frame = NULL;
    co->panicking = NULL;
    co->roots = NULL;
    co->fake_stack = NULL;
    co->line = ebb->current == NULL ? 0 : ebb->current->line;
}

#define CO_BYTES ((sizeof(struct ebb_co) + 63) / 64 * 64)

static enum status spawn(struct ebb *ebb, struct ebb_co **out, const char *label, void (*body)(struct ebb *, void *),
                         void *arg) {
    uint32_t slot = 0;
    if (UNLIKELY(ebb->co_count >= ebb->co_max)) return ERR_NOMEM;
    TRY(slot_take(ebb, &slot));
    struct ebb_stack *stack = ebb_stacks_take(ebb->stacks);
    if (UNLIKELY(stack == NULL)) {
        ebb->slot_next--;
        return ERR_NOMEM;
    }
    struct ebb_co *co = (struct ebb_co *)(void *)(stack->high - CO_BYTES);
    co_init(co, ebb, stack, slot);
    co->body = body;
    co->arg = arg;
    co->context = stack->context; /* of the last one that ended on this stack */
    stack->context = NULL;        /* this one may be abandoned anywhere */
    if (UNLIKELY(co->context == NULL) && !ebb_co_prepare(co)) {
        ebb->slot_next--;
        ebb_stacks_give(ebb->stacks, stack);
        return ERR_NOMEM;
    }
    ebb_birth_fill(ebb, &co->head.node.birth, label);
    if (!ebb->census_off) census_enter(&ebb->census, &co->head.node, EBB_COROUTINE_KIND_ID, &co->head.node.birth);
    ebb->slots[slot] = co;
    ebb->co_count++;
    ebb_ready_add(&ebb->ready, slot);
    if (UNLIKELY(ebb->depends)) ebb_ready_told(co);
    if (!ebb->first_seen) {
        ebb->first_seen = true;
        ebb->first = co;
    }
    if (out != NULL) *out = co;
    return OK;
}

enum status ebb_go(struct ebb *ebb, struct ebb_co **out, const char *label, void (*body)(struct ebb *, void *),
                   void *arg) {
    if (ebb->current == NULL) return spawn(ebb, out, label, body, arg);
    ebb_op_begin(ebb, &ops[OP_GO], NULL);
    TRY(spawn(ebb, out, label, body, arg));
    ebb_op_done(ebb);
    return OK;
}

struct ebb_co *ebb_current(const struct ebb *ebb) {
    return ebb->current;
}
struct ebb_object *ebb_co_object(struct ebb_co *co) {
    return &co->head;
}

void ebb_at(struct ebb *ebb, uint32_t line) {
    if (ebb->current != NULL) ebb->current->line = line;
}

void ebb_yield(struct ebb *ebb) {
    ebb_op_begin(ebb, &ops[OP_YIELD], NULL);
    ebb_op_polled(ebb);
}

void ebb_step(struct ebb *ebb) {
    ebb_op_begin(ebb, &ops[OP_STEP], NULL);
    ebb_op_done(ebb);
}

uint32_t ebb_choose(struct ebb *ebb, uint32_t count) {
    ASSERT(count > 0);
    if (ebb->current != NULL) ebb_op_begin(ebb, &ops[OP_CHOOSE], NULL);
    uint32_t picked = count > 1 ? ebb_choose_value(ebb, count) : 0;
    if (ebb->current != NULL) ebb_op_done(ebb);
    return picked;
}

enum ebb_wake ebb_sleep(struct ebb *ebb, int64_t duration_ns) {
    ebb_op_begin(ebb, &ops[OP_SLEEP], NULL);
    if (duration_ns <= 0) {
        ebb_op_done(ebb);
        return EBB_TIMEOUT;
    }
    return ebb_park(ebb, NULL, 0, ebb_time_after(ebb, duration_ns));
}

/* Short for what takes its time, long for what waits with a deadline, longest for what gives up. */
const int64_t ebb_stalls_ns[EBB_STALLS] = {1000000, 1000000000, INT64_C(60000000000)};

uint32_t ebb_stall_ask(struct ebb *ebb, int64_t below_ns) {
    ASSERT(ebb->current != NULL);
    uint32_t count = 0;
    while (count < EBB_STALLS && ebb_stalls_ns[count] < below_ns) count++;
    return count == 0 || ebb_faults_over(ebb) ? 0 : ebb_choose_stall(ebb, count + 1);
}

void ebb_stall(struct ebb *ebb, uint32_t option) {
    ASSERT(option > 0 && option <= EBB_STALLS);
    ebb_op_begin(ebb, &ops[OP_STALL], NULL);
    (void)ebb_park(ebb, NULL, 0, ebb_time_after(ebb, ebb_stalls_ns[option - 1]));
}

void ebb_exhausted(struct ebb *ebb) {
    ASSERT(ebb->current != NULL);
    ebb_schedule_end(ebb, EBB_END_NOMEM);
}

void ebb_stop(struct ebb *ebb) {
    ASSERT(ebb->current != NULL);
    ebb_schedule_end(ebb, EBB_END_STOPPED);
}

/* --- park and wake ---------------------------------------------------------------------------------------------- */

void ebb_alarm_set(struct ebb *ebb, struct ebb_alarm *alarm, int64_t due_ns) {
    if (UNLIKELY(ebb->depends)) ebb_touch_thing(ebb, ebb_thing_instant(due_ns), EBB_ACCESS_ALL);
    if (ebb_alarms_set(&ebb->alarms, alarm, due_ns) == OK) return;
    if (ebb->current != NULL) ebb_exhausted(ebb);
    ebb->end = EBB_END_NOMEM;
}

void ebb_alarm_clear(struct ebb *ebb, struct ebb_alarm *alarm) { ebb_alarms_clear(&ebb->alarms, alarm); }

void ebb_waitq_abandon(struct ebb_waitq *queue) { LIST_EACH(link, &queue->waiters) list_remove(link); }

void ebb_waitq_tell(const struct ebb_waitq *queue, struct ebb_teller *teller) {
    LIST_EACH(link, &queue->waiters) {
        const struct ebb_waiter *waiter = BASE_OWNER(link, struct ebb_waiter, link);
        teller->object(teller, &waiter->co->head);
        teller->word(teller, waiter->index);
    }
    teller->object(teller, NULL);
}

/* Those of one instant go off in the order they were set, so that is told, too. */
void ebb_alarm_tell(const struct ebb *ebb, const struct ebb_alarm *alarm, struct ebb_teller *teller) {
    if (alarm->place == 0) {
        teller->word(teller, 0);
        return;
    }
    const struct ebb_alarm_entry *entry = &ebb->alarms.at[alarm->place];
    teller->word(teller, 1 + ebb->alarms.order - entry->order);
    teller->word(teller, (uint64_t)(entry->due_ns - ebb->now_ns));
}

/* --- what depends on what ----------------------------------------------------------------------------------------- */

void ebb_touch_thing(struct ebb *ebb, uint64_t thing, struct ebb_access access) {
    if (ebb->depends) ebb->observer->touch(ebb->observer, thing, access);
}

void ebb_cause_told(struct ebb *ebb, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                    const struct ebb_co *co) {
    ebb->observer->cause(ebb->observer, what, object, cell, co);
}

void ebb_came_told(struct ebb *ebb, enum ebb_outcome outcome, uint32_t index) {
    if (ebb->observer->came != NULL) ebb->observer->came(ebb->observer, ebb->current, outcome, index);
}

void ebb_ready_told(const struct ebb_co *co) { co->head.ebb->observer->ready(co->head.ebb->observer, co); }

void ebb_touch_waits(const struct ebb_co *co) {
    for (uint32_t i = 0; i < co->waiter_count && co->waiter_count > 1; i++)
        ebb_touch_thing(co->head.ebb,
                        ebb_thing_of((co->waiters[i].on == NULL ? co->on : co->waiters[i].on)->node.birth.serial),
                        EBB_ACCESS_ALL);
}

/* --- roots ------------------------------------------------------------------------------------------------------ */

void ebb_roots_push(struct ebb *ebb, struct ebb_roots *roots) {
    struct ebb_co *co = ebb->current;
    ASSERT(co != NULL);
    roots->outer = co->roots;
    co->roots = roots;
}

void ebb_roots_pop(struct ebb *ebb, struct ebb_roots *roots) {
    struct ebb_co *co = ebb->current;
    ASSERT(co != NULL && co->roots == roots);
    co->roots = roots->outer;
}

/* --- the kind --------------------------------------------------------------------------------------------------- */

static void co_reap(struct ebb_object *object) {
    struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
    struct ebb *ebb = object->ebb;
    ASSERT(ebb->current == NULL);
    ebb_unqueue(co);
    struct ebb_stack *stack = co->stack;
    ebb_co_leave(co);
    ebb_stacks_give(ebb->stacks, stack);
}

static void co_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
    for (struct ebb_roots *roots = co->roots; roots != NULL; roots = roots->outer)
        if (roots->trace != NULL) roots->trace(roots, tracer);
    const struct ebb_insight *insight = object->ebb->insight;
    if (insight != NULL) insight->trace(co, tracer);
    if (co->state != EBB_CO_PARKED) return;
    ebb_tracer_edge(tracer, "waits on", 0);
    if (co->on != NULL) tracer->visit(tracer, co->on); /* what it waits on it must name */
    for (uint32_t i = 0; i < co->waiter_count; i++)
        if (co->waiters[i].on != NULL && co->waiters[i].on != co->on) tracer->visit(tracer, co->waiters[i].on);
}

static uint64_t co_remains(const struct ebb_object *object) {
    (void)object;
    return 1;
}

/* Of code nobody knows the depth depends on the build, and is not told. */
static bool co_pinned(const struct ebb_object *object, uint64_t *used_bytes, uint64_t *held_bytes) {
    const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
    const struct ebb_insight *insight = object->ebb->insight;
    return insight != NULL && insight->knows(co) && insight->stack(co, used_bytes, held_bytes);
}

static void co_destroy(struct ebb_object *object) {
    (void)object;
    base_panic("a coroutine holds itself until it ends", __FILE__, __LINE__);
}

const struct ebb_kind ebb_coroutine_kind = {
    .id = EBB_COROUTINE_KIND_ID,
    .left = EBB_LEFT_COROUTINE,
    .name = "coroutine",
    .about = "A function that runs by itself, with a stack of its own, until it returns.",
    .ops = NULL,
    .destroy = co_destroy,
    .reap = co_reap,
    .trace = co_trace,
    .remains = co_remains,
    .pinned = co_pinned,
};
