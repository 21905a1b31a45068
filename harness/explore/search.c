/* SPDX-License-Identifier: MIT */
/* search.c — see search.h. The stack of decisions is kept from run to run: each run follows it to its end, and from there
 * on takes the default, or the first that does not sleep. */
#include "explore/search_impl.h"

#include "base/hash.h"
#include "explore/coverage.h"

static bool reduced(const struct explore_search *self) { return self->delays == SEARCH_REDUCED; }

bool explore_search_grow(struct explore_search *self, void **at, uint32_t *capacity, uint32_t needed, size_t size) {
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

/* --- pieces -------------------------------------------------------------------------------------------------------- */
#define ENTRIES_WANTED 8u /* of the frontier, for each piece: they take very different time */

static bool ours(const struct explore_search *self) {
    const struct search_pieces *pieces = &self->pieces;
    return !pieces->measuring && pieces->entry % pieces->count == pieces->number;
}

/* The stem ends before this decision, unless one does that is part of what was decided. False: nothing is to be decided
 * from here on, since another piece does it. */
static bool stem_goes_on(struct explore_search *self, bool who) {
    if (self->stem != STEM_ON || !who) return true;
    if (self->nexts++ < self->pieces.stem) return true;
    self->stem = self->at;
    self->stem_sleepers = self->at < self->count ? self->nodes[self->at].sleepers_from : self->sleeper_count;
    self->trace.rough = false;
    self->pieces.deeper = true;
    return ours(self);
}

static bool on_stem(const struct explore_search *self, uint32_t node) { return node < self->stem; }

static bool slept_on_stem(const struct explore_search *self, uint32_t sleeper) {
    return self->stem > 0 && sleeper < self->stem_sleepers;
}

/* The frontier is known as far as this stem goes. Where there is more behind it, and it is small, it is moved on. */
static void stem_measured(struct explore_search *self) {
    struct search_pieces *pieces = &self->pieces;
    pieces->measuring =
        pieces->deeper && pieces->entry < (uint64_t)ENTRIES_WANTED * pieces->count && pieces->stem < SEARCH_STEM_MAX;
    pieces->stem += pieces->measuring;
    pieces->deeper = false;
}

/* --- who sleeps ---------------------------------------------------------------------------------------------------- */
static const struct search_sleeper *sleeping(const struct explore_search *self, uint64_t actor) { /* or NULL */
    for (uint32_t i = 0; i < self->asleep_count; i++)
        if (self->sleepers[self->asleep[i]].actor == actor) return &self->sleepers[self->asleep[i]];
    return NULL;
}

/* What ends a run is still run when nobody else can: then the others have gone on before it. */
static bool sleeps_for_good(const struct explore_search *self, uint64_t actor) {
    const struct search_sleeper *sleeper = sleeping(self, actor);
    return sleeper != NULL && !sleeper->ends;
}

static uint32_t own_end(const struct explore_search *self, const struct search_node *node) {
    return node == &self->nodes[self->count - 1] ? self->sleeper_count : node[1].sleepers_from;
}

/* Has it been run from this node, or from one before it with nothing that conflicts since? */
static bool done_with(const struct explore_search *self, const struct search_node *node, uint64_t actor) {
    for (uint32_t i = 0; i < node->asleep_count; i++)
        if (self->sleepers[node->asleep[i]].actor == actor) return true;
    for (uint32_t i = node->sleepers_from; i < own_end(self, node); i++)
        if (self->sleepers[i].actor == actor) return true;
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

/* --- races ---------------------------------------------------------------------------------------------------------- */
static struct wakeup_event event_of(const struct trace *trace, uint32_t at) {
    const struct trace_event *event = &trace->at[at];
    return (struct wakeup_event){
        .actor = event->actor,
        .index = event->index,
        .nth = event->nth,
        .width = event->width,
        .clock = event->arrival,
        .footprint = &event->footprint,
        .options = event->options_from < event->options_to ? &trace->options[event->options_from] : NULL,
        .option_count = event->options_to - event->options_from};
}

/* How much of what was decided within the later event was decided before it met the earlier one: the other way round it
 * is decided as well. */
static uint32_t decided_before(const struct trace *trace, const struct trace_race *race) {
    const struct trace_event *later = &trace->at[race->later], *earlier = &trace->at[race->earlier];
    uint32_t at = later->options_from;
    while (at < later->options_to && !explore_footprint_conflict(&trace->option_touched[at], &earlier->footprint)) at++;
    return at - later->options_from;
}

/* What shows the race the other way round: everything after the earlier event that does not depend on it, and then the
 * later one, of which `before` is known. 0: no memory. */
static uint32_t reversal(struct explore_search *self, const struct trace_race *race) {
    const struct trace *trace = &self->trace;
    const struct trace_event *from = &trace->at[race->earlier];
    uint32_t count = 0;
    for (uint32_t i = race->earlier + 1; i < self->until; i++) {
        const struct trace_event *event = &trace->at[i];
        if (from->index < event->width && event->arrival[from->index] >= from->nth) continue;
        if (!GROW(self, self->events, self->event_capacity, count + 2)) return 0;
        self->events[count++] = event_of(trace, i);
    }
    if (!GROW(self, self->events, self->event_capacity, count + 1)) return 0;
    self->events[count] = event_of(trace, race->later);
    self->events[count].clock = self->before;
    self->events[count].option_count = decided_before(trace, race);
    return count + 1;
}

static bool covers(const struct explore_search *self, uint32_t sleeper, uint32_t count) {
    const struct search_sleeper *one = &self->sleepers[sleeper];
    /* Who fell asleep on the stem was run by others, but what they saw of it they do not plan here. */
    bool weakly = !one->ends && !self->loose && !slept_on_stem(self, sleeper);
    return explore_wakeup_weak_initial(self->events, count, one->actor, weakly ? &one->footprint : NULL);
}

static bool asleep_covers(const struct explore_search *self, const struct search_node *node, uint32_t count) {
    for (uint32_t i = 0; i < node->asleep_count; i++)
        if (covers(self, node->asleep[i], count)) return true;
    for (uint32_t i = node->sleepers_from; i < own_end(self, node); i++)
        if (covers(self, i, count)) return true;
    return false;
}

static uint32_t option_of(const struct search_node *node, uint64_t actor) { /* or node->count */
    uint32_t at = 0;
    while (at < node->count && node->actors[at] != actor) at++;
    return at;
}

static void append_all(struct explore_search *self, struct search_node *node) {
    for (uint32_t i = 0; i < node->count; i++)
        if (i != node->chosen && !done_with(self, node, node->actors[i]))
            explore_wakeup_append(&self->wakeup, &node->todo, node->actors[i]);
}

/* Nobody has planned them, so that those who sleep here sleep on in what follows: see `loose`. */
static void want_all(struct explore_search *self, struct search_node *node) {
    self->loose = true;
    append_all(self, node);
}

/* Could any alarm fire where the earlier event stood, or after what is planned to come first? */
static bool alarm_possible(const struct explore_search *self, const struct search_node *node,
                           const struct trace_race *race, uint32_t count) {
    const struct trace *trace = &self->trace;
    if (node->actors[node->count - 1] == TRACE_ALARM) return true;
    for (uint32_t i = race->earlier + 1, found = 0; i < race->later && found < count; i++) {
        if (trace->at[i].arrival != self->events[found].clock) continue;
        found++;
        if (trace->at[i].armed > trace->at[i - 1].armed) return true;
    }
    return false;
}

static void reverse(struct explore_search *self, const struct trace_race *race) {
    uint32_t at = self->trace.at[race->earlier].node;
    if (at == TRACE_NO_NODE || on_stem(self, at)) return; /* there all is run that can be */
    struct search_node *node = &self->nodes[at];
    uint32_t count = reversal(self, race);
    if (count == 0 || asleep_covers(self, node, count)) return;
    if (self->events[count - 1].actor == TRACE_ALARM && !alarm_possible(self, node, race, count - 1)) return;
    if (option_of(node, self->events[0].actor) < node->count) {
        explore_wakeup_insert(&self->wakeup, &node->todo, self->events, count);
    } else if (self->events[count - 1].actor != TRACE_ALARM) { /* an alarm not yet set cannot come first */
        self->state.astray++;
        want_all(self, node);
    }
}

static void races(struct explore_search *self) {
    const struct trace *trace = &self->trace;
    /* A race seen before leads to something new only where something else was decided after it. */
    uint32_t fresh = trace->option_count > 0 ? 0 : self->fresh;
    for (uint32_t i = 0; i < trace->race_count && !self->state.failed; i++) {
        const struct trace_race *race = &trace->races[i];
        if (race->later < fresh || race->later >= self->until + self->ended) continue;
        const struct trace_event *later = &trace->at[race->later], *earlier = &trace->at[race->earlier];
        if (!GROW(self, self->before, self->before_capacity, later->width)) return;
        if (i == 0 || race[-1].later != race->later)
            memcpy(self->before, trace->arrivals + race->arrival, later->width * sizeof *self->before);
        reverse(self, race);
        for (uint32_t j = 0; j < earlier->width && j < later->width; j++)
            if (earlier->arrival[j] > self->before[j]) self->before[j] = earlier->arrival[j];
    }
}

/* Those that were planned after the last known decision are run; where nobody else could, nothing was decided. */
static void follow(struct explore_search *self, uint64_t actor) {
    if (self->at < self->count || self->todo == WAKEUP_NONE) return;
    struct wakeup_edge *edge = &self->wakeup.edges[self->todo];
    if (!edge->data && edge->label == actor && edge->next == WAKEUP_NONE) {
        self->todo = explore_wakeup_pop(&self->wakeup, &self->todo);
        return;
    }
    self->state.astray++;
    explore_wakeup_drop(&self->wakeup, &self->todo);
}

static void event_over(struct trace_listener *listener, const struct trace *trace, bool last) {
    struct explore_search *self = BASE_OWNER(listener, struct explore_search, listener);
    const struct trace_event *event = &trace->at[trace->count - 1];
    bool followed = self->followed, strayed = self->strayed;
    self->followed = self->strayed = false;
    if (self->redundant) return;
    if (sleeps_for_good(self, event->actor)) {
        self->redundant = true; /* nobody else could run: all from here on has been seen */
        return;
    }
    self->until = trace->count - last;
    self->ended = last;
    if (event->node != TRACE_NO_NODE) {
        struct search_node *node = &self->nodes[event->node];
        if (explore_footprint_join(self->mem, &node->footprint, &event->footprint) != OK) self->state.failed = true;
        if (last) node->ends = true, want_all(self, node);
    } else if (!followed) {
        follow(self, event->actor);
    }
    wake_conflicting(self, event);
    for (uint32_t i = 0; strayed && i < self->asleep_count; i++) /* who still sleeps was run before it, and after */
        self->redundant =
            self->redundant || (!self->sleepers[self->asleep[i]].ends && !slept_on_stem(self, self->asleep[i]));
}

/* --- decisions ----------------------------------------------------------------------------------------------------- */
static uint64_t actor_of(struct explore_search *self, const struct ebb_choice *choice, uint32_t option) {
    return explore_trace_actor(&self->trace, ebb_choice_co(choice, option));
}

static struct search_node *node_push(struct explore_search *self, const struct ebb_choice *choice) { /* or NULL */
    if (self->count >= SEARCH_NODES_MAX) self->state.failed = true;
    if (self->state.failed || !GROW(self, self->nodes, self->capacity, self->count + 1)) return NULL;
    struct search_node *node = &self->nodes[self->count];
    const struct search_node *before = self->count == 0 ? NULL : node - 1;
    node->next = choice->what == EBB_CHOOSE_NEXT;
    node->count = choice->count;
    node->chosen = 0;
    node->strayed = node->closed = node->ends = false;
    node->cost = before == NULL ? 0 : before->cost + before->chosen;
    node->asleep_count = 0;
    node->sleepers_from = self->sleeper_count;
    node->todo = WAKEUP_NONE;
    explore_footprint_clear(&node->footprint);
    if (reduced(self) && !node->next) {
        if (!GROW(self, node->done, node->done_capacity, choice->count)) return NULL;
        memset(node->done, 0, choice->count * sizeof *node->done);
    }
    if (reduced(self) && node->next) {
        if (!GROW(self, node->actors, node->option_capacity, choice->count)) return NULL;
        for (uint32_t i = 0; i < choice->count; i++) node->actors[i] = actor_of(self, choice, i);
        if (!GROW(self, node->asleep, node->asleep_capacity, self->asleep_count)) return NULL;
        for (uint32_t i = 0; i < self->asleep_count; i++) node->asleep[i] = self->asleep[i];
        node->asleep_count = self->asleep_count;
    }
    self->count++;
    return node;
}

static bool fits(struct explore_search *self, const struct search_node *node, const struct ebb_choice *choice) {
    if (node->next != (choice->what == EBB_CHOOSE_NEXT) || node->count != choice->count) return false;
    for (uint32_t i = 0; reduced(self) && node->next && i < node->count; i++)
        if (node->actors[i] != actor_of(self, choice, i)) return false;
    return true;
}

static uint32_t first_awake(const struct explore_search *self, const struct search_node *node) {
    uint32_t found = node->count;
    for (uint32_t i = node->count; i-- > 0;)
        if (sleeping(self, node->actors[i]) == NULL) found = i;
    for (uint32_t i = node->count; i-- > 0 && found == node->count;)
        if (!sleeps_for_good(self, node->actors[i])) found = i;
    return found;
}

/* The next of what was planned from here that can be run; node->count: nothing. What follows it is to be run then. */
static uint32_t planned(struct explore_search *self, struct search_node *node) {
    while (node->todo != WAKEUP_NONE) {
        const struct wakeup_edge *edge = &self->wakeup.edges[node->todo];
        uint32_t option = edge->data == node->next ? node->count
            : node->next                           ? option_of(node, edge->label)
                                                   : (uint32_t)edge->label;
        bool seen = option < node->count && (node->next ? done_with(self, node, edge->label) : node->done[option]);
        self->todo = explore_wakeup_pop(&self->wakeup, &node->todo);
        if (option < node->count && !seen) return option;
        self->state.astray++;
        explore_wakeup_drop(&self->wakeup, &self->todo);
    }
    return node->count;
}

/* A decision not met before: false, if all there is to be run from here sleeps. */
static bool decide_who(struct explore_search *self, struct search_node *node, bool alarm) {
    node->todo = self->todo;
    self->todo = WAKEUP_NONE;
    node->chosen = planned(self, node);
    if (node->chosen == node->count) node->chosen = first_awake(self, node);
    if (node->chosen == node->count) return false;
    /* Races show only what happened, and an alarm that somebody clears never does. */
    if (alarm && node->chosen + 1 < node->count && sleeping(self, TRACE_ALARM) == NULL) {
        explore_wakeup_append(&self->wakeup, &node->todo, TRACE_ALARM);
        self->loose = true; /* nor was it planned */
    }
    if (self->stem == STEM_ON) append_all(self, node);
    return true;
}

/* The event that goes on may be one that nobody decided. */
static void decide_what(struct explore_search *self, struct search_node *node) {
    if (self->trace.node == TRACE_NO_NODE && !self->followed) {
        const struct wakeup_edge *edge = self->todo == WAKEUP_NONE ? NULL : &self->wakeup.edges[self->todo];
        if (edge != NULL && !edge->data) self->todo = explore_wakeup_pop(&self->wakeup, &self->todo);
    }
    node->todo = self->todo;
    self->todo = WAKEUP_NONE;
    node->chosen = planned(self, node);
    if (node->chosen == node->count) node->chosen = 0;
    /* Who still sleeps was run before, and this was decided after it: where that makes a difference, it is planned. But
     * what others of the stem would have planned from there is not known here. */
    for (uint32_t i = 0; i < self->asleep_count && !node->closed && !self->open && self->stem != STEM_ON; i++) {
        if (slept_on_stem(self, self->asleep[i])) continue;
        const struct search_sleeper *sleeper = &self->sleepers[self->asleep[i]];
        node->closed = !sleeper->ends && !explore_footprint_conflict(&sleeper->footprint, &self->trace.touched);
    }
    self->closed = self->closed || node->closed;
}

uint32_t explore_search_pick(struct explore_search *search, const struct ebb_choice *choice) {
    struct explore_search *self = search;
    if (self->redundant || self->state.failed || self->trace.lost || self->diverged) return 0;
    if (!stem_goes_on(self, !reduced(self) || choice->what == EBB_CHOOSE_NEXT)) {
        self->redundant = true;
        return 0;
    }
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
        } else if (!decide_who(self, node, choice->alarm)) {
            self->count--;
            self->redundant = true;
            return 0;
        }
        node->event = self->trace.count;
        self->trace.node = self->at;
    } else if (reduced(self)) {
        if (!known) decide_what(self, node);
        self->followed = self->followed || self->trace.node == TRACE_NO_NODE;
        self->strayed = !self->open && (self->strayed || (known && node->strayed));
        explore_trace_decide(&self->trace, node->chosen);
    }
    self->at++;
    return node->chosen;
}

/* --- from run to run ------------------------------------------------------------------------------------------------ */
void explore_search_begin(struct explore_search *search) {
    search->at = 0;
    search->asleep_count = search->until = 0;
    search->ended = false;
    search->redundant = search->diverged = search->followed = search->strayed = false;
    search->nexts = search->stem_sleepers = 0;
    search->stem = search->pieces.count > 1 ? STEM_ON : 0;
    explore_trace_begin(&search->trace);
    search->trace.rough = search->stem == STEM_ON;
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
    sleeper->ends = node->ends;
    node->ends = false;
    struct footprint spare = sleeper->footprint;
    sleeper->footprint = node->footprint;
    node->footprint = spare;
    explore_footprint_clear(&node->footprint);
    self->sleeper_count++;
    node->chosen = planned(self, node);
    if (node->chosen < node->count) return true;
    self->sleeper_count = node->sleepers_from;
    return false;
}

static bool advance_data(struct explore_search *self, struct search_node *node) {
    node->done[node->chosen] = true;
    node->chosen = planned(self, node);
    bool planned_one = node->chosen < node->count;
    node->strayed = !planned_one && !on_stem(self, self->count - 1);
    if (planned_one || node->closed) return planned_one;
    node->chosen = 0;
    while (node->chosen < node->count && node->done[node->chosen]) node->chosen++;
    return node->chosen < node->count;
}

static void start_again(struct explore_search *self) {
    self->count = self->sleeper_count = self->fresh = 0;
    self->pieces.entry = 0;
    self->closed = false;
    self->todo = WAKEUP_NONE;
    explore_wakeup_clear(&self->wakeup);
}

bool explore_search_next(struct explore_search *search) {
    struct explore_search *self = search;
    struct explore_search_state *state = &self->state;
    explore_trace_end(&self->trace);
    bool passing = !ours(self), lost = self->trace.lost && (!passing || self->stem == STEM_ON);
    if (self->stem == STEM_ON) self->stem = self->count;
    state->passed += passing;
    state->runs += !passing;
    state->redundant += !passing && self->redundant;
    if (reduced(self) && !passing && !self->trace.lost && !self->diverged) races(self);
    state->failed = state->failed || lost || self->diverged || self->wakeup.failed;
    if (state->failed) return false;
    if (self->trace.doubt && !self->trace.coarse && reduced(self) && !passing) {
        self->trace.coarse = state->coarse = true;
        start_again(self);
        return true;
    }
    state->astray += self->wakeup.unsaid;
    self->wakeup.unsaid = false;
    if (state->astray > 0 && self->closed) { /* with a plan lost, what was left to plans may be lost */
        self->open = true;
        start_again(self);
        return true;
    }
    explore_wakeup_drop(&self->wakeup, &self->todo); /* a run that ended early */
    while (self->count > 0) {
        struct search_node *node = &self->nodes[self->count - 1];
        bool more = !reduced(self) ? advance_plain(self, node)
            : node->next           ? advance_reduced(self, node)
                                   : advance_data(self, node);
        if (state->failed) return false;
        if (more) break;
        self->count--;
    }
    self->pieces.entry += self->count <= self->stem;
    if (self->count == 0 && self->pieces.measuring) {
        stem_measured(self);
        start_again(self);
        return true;
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

void explore_search_state_words(struct buf *out, const struct explore_search_state *state, enum ebb_timers timers,
                                uint64_t delays) {
    uint64_t made = state->runs - state->redundant;
    buf_put(out, state->complete ? STR("all ") : STR("the first "));
    explore_number_words(out, made);
    buf_put(out, delays == SEARCH_REDUCED ? STR(" trace") : STR(" schedule"));
    if (made != 1) buf_put_char(out, 's');
    if (delays < SEARCH_PLAIN) buf_print(out, " within %u delay%s", (unsigned)delays, delays == 1 ? "" : "s");
    if (timers == EBB_TIMERS_ANY) buf_put(out, STR(" with early timers"));
    if (!state->complete) buf_put(out, state->failed ? STR(", too large to be searched") : STR(", not all"));
}

void explore_search_words(struct buf *out, const struct explore_search *search) {
    explore_search_state_words(out, &search->state, search->timers, search->delays);
}

uint64_t explore_search_hash(const struct explore_search *search) { return search->trace.hash; }
void explore_search_hashing(struct explore_search *search, bool yes) { search->trace.hashing = yes; }
void explore_search_open(struct explore_search *search) { search->open = true; }
void explore_search_piece(struct explore_search *search, uint32_t number, uint32_t count) {
    ASSERT(number < count && count <= SEARCH_PIECES_MAX && search->state.runs + search->state.passed == 0);
    search->pieces = (struct search_pieces){.number = number, .count = count, .stem = 1, .measuring = count > 1};
}
bool explore_search_passing(const struct explore_search *search) { return !ours(search); }
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
    self->open = timers == EBB_TIMERS_ANY; /* which alarm is next depends on what is set: more than a plan can know */
    self->listener = (struct trace_listener){event_over};
    self->todo = WAKEUP_NONE;
    self->pieces.count = 1;
    explore_wakeup_init(&self->wakeup, mem);
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
        mem_free(mem, node->done, node->done_capacity * sizeof *node->done);
        mem_free(mem, node->asleep, node->asleep_capacity * sizeof *node->asleep);
        explore_footprint_deinit(mem, &node->footprint);
    }
    for (uint32_t i = 0; i < search->sleeper_capacity; i++)
        explore_footprint_deinit(mem, &search->sleepers[i].footprint);
    explore_trace_deinit(&search->trace);
    mem_free(mem, search->nodes, search->capacity * sizeof *search->nodes);
    mem_free(mem, search->sleepers, search->sleeper_capacity * sizeof *search->sleepers);
    mem_free(mem, search->asleep, search->asleep_capacity * sizeof *search->asleep);
    explore_wakeup_deinit(&search->wakeup);
    mem_free(mem, search->before, search->before_capacity * sizeof *search->before);
    mem_free(mem, search->events, search->event_capacity * sizeof *search->events);
    mem_free(mem, search, sizeof *search);
}
