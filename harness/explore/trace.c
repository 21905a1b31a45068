/* SPDX-License-Identifier: MIT */
/* trace.c — see trace.h. */
#include "explore/trace.h"

#include "base/hash.h"

#define TRACE_READIED 100u
/* Beyond this many words of clocks a run is too long to be searched. */
#define TRACE_WORDS_MAX (UINT64_C(1) << 25)
/* And beyond as many events: each is compared with those before it. */
#define TRACE_EVENTS_MAX 5000u
/* Things that one event touches: as long as that, it is looked through for each. */
#define TRACE_TOUCHED_MAX 1000u

/* --- arrays that grow --------------------------------------------------------------------------------------------- */
static bool grow(struct trace *self, void **at, uint32_t *capacity, uint32_t needed, size_t size) {
    if (needed <= *capacity) return true;
    uint32_t wanted = *capacity < 8 ? 8 : *capacity * 2;
    if (wanted < needed) wanted = needed;
    void *grown = mem_grow(self->mem, *at, *capacity * size, wanted * size);
    if (grown == NULL) {
        self->lost = true;
        return false;
    }
    memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
    *at = grown;
    *capacity = wanted;
    return true;
}
#define GROW(self, array, capacity, needed) grow((self), (void **)&(array), &(capacity), (needed), sizeof *(array))

/* `clock` becomes at least `width` long, what is new knowing nothing, and learns what `other` knows. */
static void learn(struct trace *self, uint32_t **clock, uint32_t *width, uint32_t *capacity, const uint32_t *other,
                  uint32_t other_width) {
    if (other_width > *width) {
        if (!grow(self, (void **)clock, capacity, other_width, sizeof **clock)) return;
        for (uint32_t i = *width; i < other_width; i++) (*clock)[i] = 0;
        *width = other_width;
    }
    for (uint32_t i = 0; i < other_width; i++)
        if (other[i] > (*clock)[i]) (*clock)[i] = other[i];
}

/* --- actors -------------------------------------------------------------------------------------------------------- */
static struct trace_actor *actor_find(struct trace *self, uint64_t actor) { /* or NULL */
    if (actor == TRACE_ALARM) return &self->actors[0];
    uint32_t low = 1, high = self->actor_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (self->actors[middle].actor == actor) return &self->actors[middle];
        if (self->actors[middle].actor < actor)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct trace_actor *actor_add(struct trace *self, uint64_t actor, uint64_t name) { /* or NULL */
    if (!GROW(self, self->actors, self->actor_capacity, self->actor_count + 1)) return NULL;
    struct trace_actor *one = &self->actors[self->actor_count];
    ASSERT(self->actor_count < 2 || actor > one[-1].actor);
    self->actor_count++;
    uint32_t *incoming = one->incoming, capacity = one->incoming_capacity;
    *one = (struct trace_actor){.actor = actor, .name = name, .incoming = incoming, .incoming_capacity = capacity};
    return one;
}

static void incoming(struct trace *self, struct trace_actor *actor, const uint32_t *clock, uint32_t width) {
    learn(self, &actor->incoming, &actor->incoming_width, &actor->incoming_capacity, clock, width);
}

/* Everything so far, as what a later phase and an alarm of a world at rest come after. */
static const uint32_t *everything(struct trace *self) { /* or NULL */
    if (!GROW(self, self->scratch, self->scratch_capacity, self->actor_count)) return NULL;
    for (uint32_t i = 0; i < self->actor_count; i++) self->scratch[i] = self->actors[i].events;
    return self->scratch;
}

/* --- what is told while an event goes on --------------------------------------------------------------------------- */
static void touch(struct ebb_observer *observer, uint64_t thing, struct ebb_access access) {
    struct trace *self = BASE_OWNER(observer, struct trace, observer);
    if (self->touched.count == TRACE_TOUCHED_MAX) self->lost = true;
    if (self->lost) return; /* nobody clears the list any more */
    if (explore_footprint_add(self->mem, &self->touched, thing, access) != OK) self->lost = true;
}

static void cause_add(struct trace *self, uint32_t what, uint64_t object, uint64_t cell, uint64_t actor) {
    if (!GROW(self, self->causes, self->cause_capacity, self->cause_count + 1)) return;
    self->causes[self->cause_count++] = (struct trace_cause){what, object, cell, actor};
}

static uint64_t serial_of(const struct ebb_co *co) { return co == NULL ? 0 : co->head.node.birth.serial; }

static void cause(struct ebb_observer *observer, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                  const struct ebb_co *co) {
    struct trace *self = BASE_OWNER(observer, struct trace, observer);
    if (what == EBB_CAUSE_DOUBT)
        self->doubt = true;
    else
        cause_add(self, (uint32_t)what, object == NULL ? 0 : object->node.birth.serial, cell, serial_of(co));
}

static uint64_t name_next(struct trace_actor *parent) { return hash_mix(parent->name, ++parent->spawned); }

/* Between runs of the world nobody acts: the alarms' actor stands for the outside. */
static void ready(struct ebb_observer *observer, const struct ebb_co *co) {
    struct trace *self = BASE_OWNER(observer, struct trace, observer);
    const struct ebb *ebb = co->head.ebb;
    uint64_t serial = serial_of(co);
    struct trace_actor *actor = actor_find(self, serial);
    if (actor == NULL) {
        struct trace_actor *parent = ebb->current == NULL ? NULL : actor_find(self, serial_of(ebb->current));
        uint64_t name = name_next(parent == NULL ? &self->actors[0] : parent);
        if ((actor = actor_add(self, serial, name)) == NULL) return;
    }
    if (ebb->running) {
        cause_add(self, TRACE_READIED, 0, 0, serial);
        return;
    }
    const uint32_t *all = everything(self);
    if (all != NULL) incoming(self, actor, all, self->actor_count);
}

/* --- the end of an event ------------------------------------------------------------------------------------------- */
static struct trace_cell *cell_find(struct trace *self, uint64_t object, uint64_t cell) { /* or NULL */
    for (uint32_t i = 0; i < self->cell_count; i++)
        if (self->cells[i].object == object && self->cells[i].cell == cell) return &self->cells[i];
    return NULL;
}

static struct trace_cell *cell_get(struct trace *self, uint64_t object, uint64_t cell) { /* or NULL */
    struct trace_cell *found = cell_find(self, object, cell);
    if (found != NULL) return found;
    if (!GROW(self, self->cells, self->cell_capacity, self->cell_count + 1)) return NULL;
    found = &self->cells[self->cell_count++];
    uint32_t *clock = found->clock, capacity = found->capacity;
    *found = (struct trace_cell){.object = object, .cell = cell, .clock = clock, .capacity = capacity};
    return found;
}

static const struct trace_event *last_of(struct trace *self, uint64_t serial) { /* or NULL */
    const struct trace_actor *actor = actor_find(self, serial);
    return actor == NULL || actor->last == 0 ? NULL : &self->at[actor->last - 1];
}

static void clock_learn(uint32_t *clock, uint32_t width, const uint32_t *other, uint32_t other_width) {
    for (uint32_t i = 0; i < other_width && i < width; i++)
        if (other[i] > clock[i]) clock[i] = other[i];
}

/* Because of whom it could complete: that is no race, since in another order it would have waited. */
static void event_follows(struct trace *self, struct trace_event *event) {
    for (uint32_t i = 0; i < self->cause_count; i++) {
        const struct trace_cause *one = &self->causes[i];
        if (one->what != EBB_CAUSE_FOLLOW) continue;
        if (one->actor != 0) {
            const struct trace_event *other = last_of(self, one->actor);
            if (other != NULL) clock_learn(event->clock, event->width, other->clock, other->width);
            continue;
        }
        const struct trace_cell *cell = cell_find(self, one->object, one->cell);
        if (cell != NULL) clock_learn(event->clock, event->width, cell->clock, cell->width);
    }
}

/* What it passes on to others. In the order it was told: a cell may be followed and then set. */
static void event_causes(struct trace *self, const struct trace_event *event) {
    for (uint32_t i = 0; i < self->cause_count && !self->lost; i++) {
        const struct trace_cause *one = &self->causes[i];
        if (one->what == TRACE_READIED) {
            incoming(self, actor_find(self, one->actor), event->clock, event->width);
        } else if (one->what == EBB_CAUSE_WAKES) {
            const struct trace_cell *cell = cell_find(self, one->object, one->cell);
            if (cell != NULL) incoming(self, actor_find(self, one->actor), cell->clock, cell->width);
        } else if (one->what == EBB_CAUSE_SET || one->what == EBB_CAUSE_JOIN) {
            const struct trace_event *from = one->actor == 0 ? event : last_of(self, one->actor);
            struct trace_cell *cell = cell_get(self, one->object, one->cell);
            if (cell == NULL || from == NULL) continue;
            if (one->what == EBB_CAUSE_SET) cell->width = 0;
            learn(self, &cell->clock, &cell->width, &cell->capacity, from->clock, from->width);
        }
    }
}

static void hash_event(struct trace *self, const struct trace_event *event, uint64_t word) {
    uint64_t me = hash_mix(self->actors[event->index].name, event->nth);
    uint64_t decided = 0;
    for (uint32_t i = event->options_from; i < event->options_to; i++)
        decided = hash_mix(decided, self->options[i] + 1);
    self->hash += hash_mix(hash_mix(hash_mix(me, UINT64_C(0x6F72646572)), word), decided); /* not symmetric */
}

static void hash_order(struct trace *self, const struct trace_event *before, const struct trace_event *event) {
    hash_event(self, event, hash_mix(self->actors[before->index].name, before->nth));
}

static void race(struct trace *self, const struct trace_event *event, uint32_t earlier) {
    uint32_t later = self->count - 1;
    bool first = self->race_count == 0 || self->races[self->race_count - 1].later != later;
    if (!GROW(self, self->races, self->race_capacity, self->race_count + 1)) return;
    if (first && !GROW(self, self->arrivals, self->arrival_capacity, self->arrival_count + event->width)) return;
    if (first) {
        memcpy(self->arrivals + self->arrival_count, event->arrival, event->width * sizeof *event->arrival);
        self->arrival_count += event->width;
    }
    self->races[self->race_count++] = (struct trace_race){earlier, later, self->arrival_count - event->width};
}

/* Latest first, so that what is known through a later event is known when its turn comes. */
static void event_scan(struct trace *self, struct trace_event *event) {
    for (uint32_t i = self->count - 1; i-- > 0;) {
        const struct trace_event *other = &self->at[i];
        if (other->index == event->index) continue;
        bool known = event->arrival[other->index] >= other->nth;
        if (known && !self->hashing) continue;
        if (!explore_footprint_conflict(&other->footprint, &event->footprint)) continue;
        if (self->hashing) hash_order(self, other, event);
        if (known) continue;
        race(self, event, i);
        clock_learn(event->arrival, event->width, other->arrival, other->width);
    }
}

static void event_end(struct trace *self, uint64_t serial, bool last) {
    struct trace_actor *actor = actor_find(self, serial);
    if (self->lost || actor == NULL) {
        self->lost = true;
        return;
    }
    uint32_t width = self->actor_count, index = (uint32_t)(actor - self->actors);
    self->words += 2 * (uint64_t)width;
    if (self->words > TRACE_WORDS_MAX || self->count == TRACE_EVENTS_MAX) self->lost = true;
    if (self->lost || !GROW(self, self->at, self->capacity, self->count + 1)) return;
    struct trace_event *event = &self->at[self->count];
    if (!GROW(self, event->arrival, event->arrival_capacity, width)) return;
    if (!GROW(self, event->clock, event->clock_capacity, width)) return;
    event->actor = serial == TRACE_ALARM ? TRACE_ALARM : actor->name;
    event->index = index;
    event->nth = actor->events + 1;
    event->node = self->node;
    event->width = width;
    event->armed = self->armed;
    event->options_from = self->count == 0 ? 0 : event[-1].options_to;
    event->options_to = self->option_count;
    memset(event->arrival, 0, width * sizeof *event->arrival);
    struct footprint spare = event->footprint;
    event->footprint = self->touched;
    self->touched = spare;
    const struct trace_event *before = actor->last == 0 ? NULL : &self->at[actor->last - 1];
    if (before != NULL) clock_learn(event->arrival, width, before->clock, before->width);
    clock_learn(event->arrival, width, actor->incoming, actor->incoming_width);
    if (serial == TRACE_ALARM && !self->early) {
        const uint32_t *all = everything(self);
        if (all != NULL) clock_learn(event->arrival, width, all, width);
    }
    event->footprint.all = serial == TRACE_ALARM && self->early;
    self->count++;
    event_scan(self, event);
    event->arrival[index] = event->nth;
    memcpy(event->clock, event->arrival, width * sizeof *event->clock);
    event_follows(self, event);
    actor->events++;
    actor->last = self->count;
    actor->incoming_width = 0;
    event_causes(self, event);
    if (self->hashing) hash_event(self, event, 0);
    if (!self->lost) self->listener->event(self->listener, self, last);
    explore_footprint_clear(&self->touched);
    self->cause_count = 0;
    self->node = TRACE_NO_NODE;
}

/* The verb's own access: on a panic it is over without a word. */
static void touch_verb(struct trace *self, const struct ebb_co *co) {
    if (co->op == NULL || co->on_serial == 0) return;
    bool declared = co->op->access.does != 0 && !self->coarse && !self->rough;
    touch(&self->observer, ebb_thing_of(co->on_serial), declared ? co->op->access : EBB_ACCESS_ALL);
}

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct trace *self = BASE_OWNER(observer, struct trace, observer);
    (void)alarm;
    self->armed = ebb->alarms.order;
    switch (sight) {
    case EBB_SIGHT_STEP:
    case EBB_SIGHT_PARK:
        touch_verb(self, co);
        event_end(self, serial_of(co), false);
        return;
    case EBB_SIGHT_END:
        if (self->panicking == serial_of(co)) self->panicking = 0; /* somebody recovered */
        event_end(self, serial_of(co), false);
        return;
    case EBB_SIGHT_PANIC:
        touch_verb(self, co);
        self->panicking = serial_of(co);
        return;
    case EBB_SIGHT_ALARM: return;
    case EBB_SIGHT_FIRED: event_end(self, TRACE_ALARM, false); return;
    }
}

/* --- a run --------------------------------------------------------------------------------------------------------- */
void explore_trace_init(struct trace *trace, struct mem *mem, struct trace_listener *listener) {
    *trace = (struct trace){.observer = {see, touch, ready, cause, NULL, NULL}, .mem = mem, .listener = listener};
}

void explore_trace_deinit(struct trace *trace) {
    struct mem *mem = trace->mem;
    for (uint32_t i = 0; i < trace->capacity; i++) {
        mem_free(mem, trace->at[i].arrival, trace->at[i].arrival_capacity * sizeof(uint32_t));
        mem_free(mem, trace->at[i].clock, trace->at[i].clock_capacity * sizeof(uint32_t));
        explore_footprint_deinit(mem, &trace->at[i].footprint);
    }
    for (uint32_t i = 0; i < trace->actor_capacity; i++)
        mem_free(mem, trace->actors[i].incoming, trace->actors[i].incoming_capacity * sizeof(uint32_t));
    for (uint32_t i = 0; i < trace->cell_capacity; i++)
        mem_free(mem, trace->cells[i].clock, trace->cells[i].capacity * sizeof(uint32_t));
    explore_footprint_deinit(mem, &trace->touched);
    mem_free(mem, trace->at, trace->capacity * sizeof *trace->at);
    mem_free(mem, trace->actors, trace->actor_capacity * sizeof *trace->actors);
    mem_free(mem, trace->cells, trace->cell_capacity * sizeof *trace->cells);
    mem_free(mem, trace->causes, trace->cause_capacity * sizeof *trace->causes);
    mem_free(mem, trace->races, trace->race_capacity * sizeof *trace->races);
    mem_free(mem, trace->arrivals, trace->arrival_capacity * sizeof *trace->arrivals);
    for (uint32_t i = 0; i < trace->touched_capacity; i++) explore_footprint_deinit(mem, &trace->option_touched[i]);
    mem_free(mem, trace->option_touched, trace->touched_capacity * sizeof *trace->option_touched);
    mem_free(mem, trace->options, trace->option_capacity * sizeof *trace->options);
    mem_free(mem, trace->scratch, trace->scratch_capacity * sizeof *trace->scratch);
    *trace = (struct trace){0};
}

void explore_trace_begin(struct trace *trace) {
    trace->lost = trace->doubt = false;
    trace->count = trace->actor_count = trace->cell_count = trace->cause_count = 0;
    trace->race_count = trace->arrival_count = trace->option_count = 0;
    trace->hash = trace->armed = trace->words = trace->panicking = 0;
    trace->node = TRACE_NO_NODE;
    explore_footprint_clear(&trace->touched);
    (void)actor_add(trace, TRACE_ALARM, 0);
}

uint64_t explore_trace_actor(struct trace *trace, const struct ebb_co *co) {
    const struct trace_actor *actor = co == NULL ? NULL : actor_find(trace, serial_of(co));
    return actor == NULL ? TRACE_ALARM : actor->name;
}

void explore_trace_decide(struct trace *trace, uint32_t option) {
    if (!GROW(trace, trace->options, trace->option_capacity, trace->option_count + 1)) return;
    if (!GROW(trace, trace->option_touched, trace->touched_capacity, trace->option_count + 1)) return;
    struct footprint *touched = &trace->option_touched[trace->option_count];
    explore_footprint_clear(touched);
    if (explore_footprint_join(trace->mem, touched, &trace->touched) != OK) trace->lost = true;
    trace->options[trace->option_count++] = option;
}

void explore_trace_end(struct trace *trace) {
    if (trace->panicking != 0) event_end(trace, trace->panicking, true);
}
