/* SPDX-License-Identifier: MIT */
/* search.c — see search.h. The stack of decisions is kept from run to run: each run follows it to its end, and from there
 * on takes the default, or the first that does not sleep. */
#include "explore/search.h"

#include "base/hash.h"
#include "explore/coverage.h"

#define SEARCH_NODES_MAX 1000000u

struct search_sleeper { /* one whose next event, with all its data choices, has been run from here */
    uint64_t actor;
    struct footprint footprint;
};

struct search_node {
    bool next; /* who; else a data choice within an event */
    uint32_t count, chosen;
    uint64_t cost;    /* plain: of the options chosen before */
    uint64_t *actors; /* of each option. All below: reduced and `next` only */
    bool *wanted;     /* to be run from here */
    uint32_t option_capacity;
    uint32_t event;             /* the number of the event that it chooses */
    struct footprint footprint; /* of the chosen one's event, over its data choices */
    uint32_t *asleep;           /* on arrival: places in `sleepers` */
    uint32_t asleep_count, asleep_capacity;
    uint32_t sleepers_from; /* those it has added itself begin there */
};

struct explore_search {
    struct trace trace;
    struct trace_listener listener;
    struct mem *mem;
    enum ebb_timers timers;
    uint64_t delays;
    struct explore_search_state state;
    struct search_node *nodes; /* those beyond `count` are kept for later */
    uint32_t count, capacity;
    uint32_t at;    /* decisions taken in this run */
    uint32_t fresh; /* events before this one were there in the run before */
    struct search_sleeper *sleepers;
    uint32_t sleeper_count, sleeper_capacity;
    uint32_t *asleep; /* now */
    uint32_t asleep_count, asleep_capacity;
    uint32_t *first_nth; /* see initials */
    uint32_t first_capacity;
    bool *initial;
    uint32_t initial_capacity;
    bool redundant, diverged;
};

static bool reduced(const struct explore_search *self) { return self->delays == SEARCH_REDUCED; }

static bool grow(struct explore_search *self, void **at, uint32_t *capacity, uint32_t needed, size_t size) {
    if (needed <= *capacity) return true;
    uint32_t wanted = *capacity < 8 ? 8 : *capacity * 2;
    if (wanted < needed) wanted = needed;
    void *grown = mem_grow(self->mem, *at, *capacity * size, wanted * size);
    if (grown == NULL) {
        self->state.failed = true;
        return false;
    }
    memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
    *at = grown;
    *capacity = wanted;
    return true;
}
#define GROW(self, array, capacity, needed) grow((self), (void **)&(array), &(capacity), (needed), sizeof *(array))

/* --- who sleeps ---------------------------------------------------------------------------------------------------- */
static bool sleeps(const struct explore_search *self, uint64_t actor) {
    for (uint32_t i = 0; i < self->asleep_count; i++)
        if (self->sleepers[self->asleep[i]].actor == actor) return true;
    return false;
}

static bool slept_at(const struct explore_search *self, const struct search_node *node, uint64_t actor) {
    for (uint32_t i = 0; i < node->asleep_count; i++)
        if (self->sleepers[node->asleep[i]].actor == actor) return true;
    return false;
}

static void fall_asleep(struct explore_search *self, uint32_t sleeper) {
    if (GROW(self, self->asleep, self->asleep_capacity, self->asleep_count + 1))
        self->asleep[self->asleep_count++] = sleeper;
}

/* As it was at this node, and those that have been run from it since. */
static void sleep_restore(struct explore_search *self, const struct search_node *node, uint32_t until) {
    self->asleep_count = 0;
    for (uint32_t i = 0; i < node->asleep_count; i++) fall_asleep(self, node->asleep[i]);
    for (uint32_t i = node->sleepers_from; i < until; i++) fall_asleep(self, i);
}

static void wake_conflicting(struct explore_search *self, const struct trace_event *event) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < self->asleep_count; i++)
        if (!explore_footprint_conflict(&self->sleepers[self->asleep[i]].footprint, &event->footprint))
            self->asleep[kept++] = self->asleep[i];
    self->asleep_count = kept;
}

/* --- races --------------------------------------------------------------------------------------------------------- */
/* Which actors may come first of what does not depend on `earlier`: of the events after it that did not know of it, and
 * then the one that goes on now, those with no predecessor among them. `first_nth`: of each actor's events, the first of
 * them; later ones of the actor follow it. False: no memory. */
static bool initials(struct explore_search *self, const struct trace *trace, uint32_t earlier, const uint32_t *before,
                     uint32_t width) {
    const struct trace_event *from = &trace->at[earlier], *now = &trace->at[trace->count - 1];
    if (!GROW(self, self->first_nth, self->first_capacity, trace->actor_count)) return false;
    if (!GROW(self, self->initial, self->initial_capacity, trace->actor_count)) return false;
    memset(self->first_nth, 0, trace->actor_count * sizeof *self->first_nth);
    memset(self->initial, 0, trace->actor_count * sizeof *self->initial);
    for (uint32_t i = earlier + 1; i < trace->count; i++) {
        const struct trace_event *event = &trace->at[i];
        const uint32_t *clock = event == now ? before : event->clock;
        uint32_t known = event == now ? width : event->width;
        if (event != now && from->index < known && clock[from->index] >= from->nth) continue;
        if (self->first_nth[event->index] != 0) continue;
        bool first = true;
        for (uint32_t actor = 0; actor < known && first; actor++)
            first = actor == event->index || self->first_nth[actor] == 0 || clock[actor] < self->first_nth[actor];
        self->first_nth[event->index] = event->nth;
        self->initial[event->index] = first;
    }
    return true;
}

static uint32_t index_of(const struct trace *trace, uint64_t actor) {
    for (uint32_t i = 0; i < trace->actor_count; i++)
        if (trace->actors[i].actor == actor) return i;
    return UINT32_MAX;
}

static void race(struct trace_listener *listener, const struct trace *trace, uint32_t earlier, const uint32_t *before,
                 uint32_t width) {
    struct explore_search *self = BASE_OWNER(listener, struct explore_search, listener);
    const struct trace_event *from = &trace->at[earlier];
    if (self->redundant || trace->count <= self->fresh || from->node == TRACE_NO_NODE) return;
    struct search_node *node = &self->nodes[from->node];
    if (!initials(self, trace, earlier, before, width)) return;
    uint32_t option = UINT32_MAX;
    for (uint32_t i = 0; i < node->count; i++) {
        uint32_t index = index_of(trace, node->actors[i]);
        if (index == UINT32_MAX || !self->initial[index]) continue;
        if (node->wanted[i] || slept_at(self, node, node->actors[i])) return; /* in good hands */
        if (option == UINT32_MAX) option = i;
    }
    if (option != UINT32_MAX) {
        node->wanted[option] = true;
    } else if (trace->at[trace->count - 1].actor != TRACE_ALARM) { /* an alarm not yet set cannot come first */
        for (uint32_t i = 0; i < node->count; i++) node->wanted[i] = true;
    }
}

static void event_over(struct trace_listener *listener, const struct trace *trace, bool last) {
    struct explore_search *self = BASE_OWNER(listener, struct explore_search, listener);
    const struct trace_event *event = &trace->at[trace->count - 1];
    if (self->redundant) return;
    if (sleeps(self, event->actor)) {
        self->redundant = true; /* nobody else could run: all from here on has been seen */
        return;
    }
    if (event->node != TRACE_NO_NODE) {
        struct search_node *node = &self->nodes[event->node];
        if (explore_footprint_join(self->mem, &node->footprint, &event->footprint) != OK) self->state.failed = true;
        for (uint32_t i = 0; last && i < node->count; i++) node->wanted[i] = true;
    }
    wake_conflicting(self, event);
}

/* --- decisions ----------------------------------------------------------------------------------------------------- */
static uint64_t actor_of(const struct ebb_choice *choice, uint32_t option) {
    const struct ebb_co *co = ebb_choice_co(choice, option);
    return co == NULL ? TRACE_ALARM : co->head.node.birth.serial;
}

static struct search_node *node_push(struct explore_search *self, const struct ebb_choice *choice) { /* or NULL */
    if (self->count >= SEARCH_NODES_MAX) self->state.failed = true;
    if (self->state.failed || !GROW(self, self->nodes, self->capacity, self->count + 1)) return NULL;
    struct search_node *node = &self->nodes[self->count];
    const struct search_node *before = self->count == 0 ? NULL : node - 1;
    node->next = choice->what == EBB_CHOOSE_NEXT;
    node->count = choice->count;
    node->chosen = 0;
    node->cost = before == NULL ? 0 : before->cost + before->chosen;
    node->asleep_count = 0;
    node->sleepers_from = self->sleeper_count;
    explore_footprint_clear(&node->footprint);
    if (reduced(self) && node->next) {
        uint32_t capacity = node->option_capacity;
        if (!GROW(self, node->actors, capacity, choice->count)) return NULL;
        if (!GROW(self, node->wanted, node->option_capacity, choice->count)) return NULL;
        for (uint32_t i = 0; i < choice->count; i++) {
            node->actors[i] = actor_of(choice, i);
            node->wanted[i] = false;
        }
        /* Races show only what happened, and an alarm that somebody clears never does. */
        if (choice->alarm) node->wanted[choice->count - 1] = true;
        if (!GROW(self, node->asleep, node->asleep_capacity, self->asleep_count)) return NULL;
        for (uint32_t i = 0; i < self->asleep_count; i++) node->asleep[i] = self->asleep[i];
        node->asleep_count = self->asleep_count;
    }
    self->count++;
    return node;
}

static bool fits(const struct explore_search *self, const struct search_node *node, const struct ebb_choice *choice) {
    if (node->next != (choice->what == EBB_CHOOSE_NEXT) || node->count != choice->count) return false;
    for (uint32_t i = 0; reduced(self) && node->next && i < node->count; i++)
        if (node->actors[i] != actor_of(choice, i)) return false;
    return true;
}

static uint32_t first_awake(const struct explore_search *self, const struct search_node *node) {
    for (uint32_t i = 0; i < node->count; i++)
        if (!sleeps(self, node->actors[i])) return i;
    return node->count;
}

uint32_t explore_search_pick(struct explore_search *search, const struct ebb_choice *choice) {
    struct explore_search *self = search;
    if (self->redundant || self->state.failed || self->trace.lost || self->diverged) return 0;
    bool known = self->at < self->count;
    struct search_node *node = known ? &self->nodes[self->at] : node_push(self, choice);
    if (node == NULL) return 0;
    if (known && !fits(self, node, choice)) {
        self->diverged = true;
        return 0;
    }
    if (reduced(self) && node->next) {
        if (known) {
            bool top = self->at + 1 == self->count;
            sleep_restore(self, node, top ? self->sleeper_count : node[1].sleepers_from);
        } else {
            node->chosen = first_awake(self, node);
            if (node->chosen == node->count) {
                self->count--;
                self->redundant = true;
                return 0;
            }
            node->wanted[node->chosen] = true;
        }
        node->event = self->trace.count;
        self->trace.node = self->at;
    } else if (reduced(self)) {
        self->trace.decided = hash_mix(self->trace.decided, node->chosen + 1);
    }
    self->at++;
    return node->chosen;
}

/* --- from run to run ------------------------------------------------------------------------------------------------ */
void explore_search_begin(struct explore_search *search) {
    search->at = 0;
    search->asleep_count = 0;
    search->redundant = search->diverged = false;
    explore_trace_begin(&search->trace);
}

static bool advance_plain(struct explore_search *self, struct search_node *node) {
    (void)self;
    bool more = node->chosen + 1 < node->count;
    if (more && self->delays != SEARCH_PLAIN) more = node->cost + node->chosen + 1 <= self->delays;
    node->chosen += more;
    return more;
}

/* The chosen one is done with: it sleeps from now on, and whoever else is wanted and awake is next. */
static bool advance_reduced(struct explore_search *self, struct search_node *node) {
    if (!GROW(self, self->sleepers, self->sleeper_capacity, self->sleeper_count + 1)) return false;
    struct search_sleeper *sleeper = &self->sleepers[self->sleeper_count];
    sleeper->actor = node->actors[node->chosen];
    struct footprint spare = sleeper->footprint;
    sleeper->footprint = node->footprint;
    node->footprint = spare;
    explore_footprint_clear(&node->footprint);
    self->sleeper_count++;
    for (uint32_t i = 0; i < node->count; i++) {
        bool done = !node->wanted[i] || slept_at(self, node, node->actors[i]);
        for (uint32_t j = node->sleepers_from; j < self->sleeper_count && !done; j++)
            done = self->sleepers[j].actor == node->actors[i];
        if (done) continue;
        node->chosen = i;
        return true;
    }
    self->sleeper_count = node->sleepers_from;
    return false;
}

static void start_again(struct explore_search *self) {
    self->count = self->sleeper_count = self->fresh = 0;
    self->trace.coarse = self->state.coarse = true;
}

bool explore_search_next(struct explore_search *search) {
    struct explore_search *self = search;
    struct explore_search_state *state = &self->state;
    explore_trace_end(&self->trace);
    state->runs++;
    state->redundant += self->redundant;
    state->failed = state->failed || self->trace.lost || self->diverged;
    if (state->failed) return false;
    if (self->trace.doubt && !self->trace.coarse && reduced(self)) {
        start_again(self);
        return true;
    }
    while (self->count > 0) {
        struct search_node *node = &self->nodes[self->count - 1];
        bool more = reduced(self) && node->next ? advance_reduced(self, node) : advance_plain(self, node);
        if (state->failed) return false;
        if (more) break;
        self->count--;
    }
    self->fresh = 0;
    for (uint32_t i = self->count; i-- > 0 && self->fresh == 0;)
        if (reduced(self) && self->nodes[i].next) self->fresh = self->nodes[i].event;
    state->complete = self->count == 0;
    return !state->complete;
}

struct explore_search_state explore_search_state(const struct explore_search *search) {
    return search->state;
}
bool explore_search_whole(const struct explore_search *search) {
    return search->state.complete && search->delays >= SEARCH_PLAIN;
}

void explore_search_words(struct buf *out, const struct explore_search *search) {
    const struct explore_search_state *state = &search->state;
    uint64_t made = state->runs - state->redundant;
    buf_put(out, state->complete ? STR("all ") : STR("the first "));
    explore_number_words(out, made);
    buf_put(out, reduced(search) ? STR(" trace") : STR(" schedule"));
    if (made != 1) buf_put_char(out, 's');
    if (search->delays < SEARCH_PLAIN)
        buf_print(out, " within %u delay%s", (unsigned)search->delays, search->delays == 1 ? "" : "s");
    if (search->timers == EBB_TIMERS_ANY) buf_put(out, STR(" with early timers"));
    if (!state->complete) buf_put(out, state->failed ? STR(", too large to be searched") : STR(", not all"));
}

uint64_t explore_search_hash(const struct explore_search *search) { return search->trace.hash; }
void explore_search_hashing(struct explore_search *search, bool yes) { search->trace.hashing = yes; }
void explore_search_coarse(struct explore_search *search) { search->trace.coarse = search->state.coarse = true; }

struct ebb_observer *explore_search_observer(struct explore_search *search) {
    return reduced(search) ? &search->trace.observer : NULL;
}

enum status explore_search_new(struct mem *mem, struct explore_search **out, enum ebb_timers timers, uint64_t delays) {
    struct explore_search *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    self->timers = timers;
    self->delays = delays;
    self->listener = (struct trace_listener){race, event_over};
    explore_trace_init(&self->trace, mem, &self->listener);
    self->trace.early = timers == EBB_TIMERS_ANY;
    *out = self;
    return OK;
}

void explore_search_free(struct explore_search *search) {
    if (search == NULL) return;
    struct mem *mem = search->mem;
    for (uint32_t i = 0; i < search->capacity; i++) {
        struct search_node *node = &search->nodes[i];
        mem_free(mem, node->actors, node->option_capacity * sizeof *node->actors);
        mem_free(mem, node->wanted, node->option_capacity * sizeof *node->wanted);
        mem_free(mem, node->asleep, node->asleep_capacity * sizeof *node->asleep);
        explore_footprint_deinit(mem, &node->footprint);
    }
    for (uint32_t i = 0; i < search->sleeper_capacity; i++)
        explore_footprint_deinit(mem, &search->sleepers[i].footprint);
    explore_trace_deinit(&search->trace);
    mem_free(mem, search->nodes, search->capacity * sizeof *search->nodes);
    mem_free(mem, search->sleepers, search->sleeper_capacity * sizeof *search->sleepers);
    mem_free(mem, search->asleep, search->asleep_capacity * sizeof *search->asleep);
    mem_free(mem, search->first_nth, search->first_capacity * sizeof *search->first_nth);
    mem_free(mem, search->initial, search->initial_capacity * sizeof *search->initial);
    mem_free(mem, search, sizeof *search);
}
