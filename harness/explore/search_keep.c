/* SPDX-License-Identifier: MIT */
/* search_keep.c — a search between two of its runs, as text: numbers, one line for each thing, so that another process can
 * go on with it. Whoever writes such a text by hand may get another search, but none that reads where nothing is. */
#include <inttypes.h>

#include "explore/search_impl.h"

#define KEEP_EDGES_MAX (UINT32_C(1) << 22)

/* --- out ------------------------------------------------------------------------------------------------------------ */
static void put(struct buf *out, uint64_t number) { buf_print(out, "%" PRIu64 " ", number); }
static void end(struct buf *out) { buf_put_char(out, '\n'); }

static void footprint_put(struct buf *out, const struct footprint *footprint) {
    put(out, footprint->all);
    put(out, footprint->count);
    for (uint32_t i = 0; i < footprint->count; i++) {
        put(out, footprint->at[i].thing);
        put(out, footprint->at[i].access.does);
        put(out, footprint->at[i].access.against);
    }
}

static void node_put(struct buf *out, const struct search_node *node, bool reduced) {
    put(out, node->next);
    put(out, node->count);
    put(out, node->chosen);
    put(out, node->cost);
    if (reduced) {
        put(out, node->strayed);
        put(out, node->closed);
        put(out, node->todo);
        put(out, node->ends);
        put(out, node->event);
        put(out, node->sleepers_from);
        footprint_put(out, &node->footprint);
        for (uint32_t i = 0; i < node->count; i++) put(out, node->next ? node->actors[i] : node->done[i]);
        put(out, node->asleep_count);
        for (uint32_t i = 0; i < node->asleep_count; i++) put(out, node->asleep[i]);
    }
    end(out);
}

static void sleepers_put(struct buf *out, const struct explore_search *search) {
    put(out, search->sleeper_count);
    end(out);
    for (uint32_t i = 0; i < search->sleeper_count; i++) {
        put(out, search->sleepers[i].actor);
        put(out, search->sleepers[i].ends);
        footprint_put(out, &search->sleepers[i].footprint);
        end(out);
    }
}

static void wakeup_put(struct buf *out, const struct wakeup *wakeup, uint32_t todo) {
    put(out, wakeup->count);
    put(out, wakeup->spare);
    put(out, todo);
    end(out);
    for (uint32_t i = 0; i < wakeup->count; i++) {
        const struct wakeup_edge *edge = &wakeup->edges[i];
        put(out, edge->label);
        put(out, edge->data);
        put(out, edge->first);
        put(out, edge->next);
        footprint_put(out, &edge->footprint);
        end(out);
    }
}

static void pieces_put(struct buf *out, const struct search_pieces *pieces) {
    put(out, pieces->number);
    put(out, pieces->count);
    put(out, pieces->stem);
    put(out, pieces->measuring);
    put(out, pieces->deeper);
    put(out, pieces->entry);
    end(out);
}

void explore_search_write(struct buf *out, const struct explore_search *search) {
    const struct explore_search_state *state = &search->state;
    bool reduced = search->delays == SEARCH_REDUCED;
    put(out, search->delays);
    put(out, search->timers == EBB_TIMERS_ANY);
    end(out);
    put(out, state->runs);
    put(out, state->redundant);
    put(out, state->passed);
    put(out, state->astray);
    put(out, state->complete);
    put(out, state->failed);
    put(out, state->coarse);
    put(out, search->open);
    put(out, search->closed);
    put(out, search->loose);
    put(out, search->fresh);
    end(out);
    pieces_put(out, &search->pieces);
    put(out, state->failed ? 0 : search->count);
    end(out);
    if (state->failed) return; /* it will not go on */
    for (uint32_t i = 0; i < search->count; i++) node_put(out, &search->nodes[i], reduced);
    if (!reduced) return;
    sleepers_put(out, search);
    wakeup_put(out, &search->wakeup, search->todo);
}

/* --- and in --------------------------------------------------------------------------------------------------------- */
struct reading {
    struct explore_search *search;
    struct str left;
    bool bad;
    bool *met; /* edges that some list has: each is in one */
};

static bool refuse(struct reading *self) {
    self->bad = true;
    return false;
}

/* At most `most`. */
static uint64_t take(struct reading *self, uint64_t most) {
    uint64_t number = 0;
    size_t len = 0;
    while (!self->bad && len < self->left.len && self->left.at[len] >= '0' && self->left.at[len] <= '9') {
        uint64_t digit = (uint64_t)(self->left.at[len++] - '0');
        if (number > (most - digit) / 10 || digit > most) (void)refuse(self);
        number = number * 10 + digit;
    }
    if (len == 0 || len == self->left.len || self->left.at[len] != ' ') (void)refuse(self);
    if (self->bad) return 0;
    self->left = (struct str){self->left.at + len + 1, self->left.len - len - 1};
    return number;
}
static uint32_t take_small(struct reading *self, uint32_t most) { return (uint32_t)take(self, most); }
static bool take_bool(struct reading *self) { return take(self, 1) == 1; }

static bool take_end(struct reading *self) {
    if (self->bad || self->left.len == 0 || self->left.at[0] != '\n') return refuse(self);
    self->left = (struct str){self->left.at + 1, self->left.len - 1};
    return true;
}

/* A number is two bytes at least: no count can be larger than half of what is left. */
static uint32_t take_count(struct reading *self, uint32_t most) {
    uint32_t count = take_small(self, most);
    if (count > self->left.len) (void)refuse(self);
    return self->bad ? 0 : count;
}

static void take_footprint(struct reading *self, struct footprint *out) {
    out->all = take_bool(self);
    uint32_t count = take_count(self, UINT32_MAX);
    for (uint32_t i = 0; i < count && !self->bad; i++) {
        uint64_t thing = take(self, UINT64_MAX);
        struct ebb_access access = {.does = (uint16_t)take(self, UINT16_MAX)};
        access.against = (uint16_t)take(self, UINT16_MAX);
        if (explore_footprint_add(self->search->mem, out, thing, access) != OK) self->search->state.failed = true;
    }
    if (out->count != count) (void)refuse(self);
}

/* The first edge of a list; lists are looked at once all edges are there. */
static uint32_t take_edge(struct reading *self) { return take_small(self, UINT32_MAX); }

static void take_node(struct reading *self, bool reduced) {
    struct explore_search *search = self->search;
    if (!GROW(search, search->nodes, search->capacity, search->count + 1)) return;
    struct search_node *node = &search->nodes[search->count];
    node->next = take_bool(self);
    node->count = take_count(self, UINT32_MAX);
    node->chosen = take_small(self, UINT32_MAX);
    if (node->count == 0 || node->chosen >= node->count) (void)refuse(self);
    node->cost = take(self, UINT64_MAX / 2);
    node->todo = WAKEUP_NONE;
    if (reduced) {
        node->strayed = take_bool(self);
        node->closed = take_bool(self);
        node->todo = take_edge(self);
        node->ends = take_bool(self);
        node->event = take_small(self, UINT32_MAX);
        node->sleepers_from = take_small(self, UINT32_MAX);
        take_footprint(self, &node->footprint);
        if (!GROW(search, node->actors, node->option_capacity, node->count)) return;
        if (!GROW(search, node->done, node->done_capacity, node->count)) return;
        for (uint32_t i = 0; i < node->count && !self->bad; i++) {
            if (node->next)
                node->actors[i] = take(self, UINT64_MAX);
            else
                node->done[i] = take_bool(self);
        }
        node->asleep_count = take_count(self, UINT32_MAX);
        if (!GROW(search, node->asleep, node->asleep_capacity, node->asleep_count)) return;
        for (uint32_t i = 0; i < node->asleep_count && !self->bad; i++) node->asleep[i] = take_small(self, UINT32_MAX);
    }
    (void)take_end(self);
    search->count++;
}

static void take_sleepers(struct reading *self) {
    struct explore_search *search = self->search;
    uint32_t count = take_count(self, UINT32_MAX);
    if (!take_end(self) || !GROW(search, search->sleepers, search->sleeper_capacity, count)) return;
    for (; search->sleeper_count < count && !self->bad; search->sleeper_count++) {
        struct search_sleeper *sleeper = &search->sleepers[search->sleeper_count];
        sleeper->actor = take(self, UINT64_MAX);
        sleeper->ends = take_bool(self);
        take_footprint(self, &sleeper->footprint);
        (void)take_end(self);
    }
}

static void take_wakeup(struct reading *self) {
    struct explore_search *search = self->search;
    struct wakeup *wakeup = &search->wakeup;
    uint32_t count = take_count(self, KEEP_EDGES_MAX);
    wakeup->spare = take_edge(self);
    search->todo = take_edge(self);
    if (!take_end(self) || !GROW(search, wakeup->edges, wakeup->capacity, count)) return;
    for (; wakeup->count < count && !self->bad; wakeup->count++) {
        struct wakeup_edge *edge = &wakeup->edges[wakeup->count];
        edge->label = take(self, UINT64_MAX);
        edge->data = take_bool(self);
        edge->first = take_edge(self);
        edge->next = take_edge(self);
        take_footprint(self, &edge->footprint);
        (void)take_end(self);
    }
}

static void meet(struct reading *self, uint32_t edge) {
    if (edge == WAKEUP_NONE || self->bad) return;
    if (edge >= self->search->wakeup.count || self->met[edge])
        (void)refuse(self);
    else
        self->met[edge] = true;
}

/* Do all places say something that is there, and is each edge in one list at most? Then no list is a ring. What was below
 * an edge that is not used any more is of no interest. */
static void look(struct reading *self) {
    struct explore_search *search = self->search;
    struct wakeup *wakeup = &search->wakeup;
    size_t size = (size_t)wakeup->count + 1;
    self->met = mem_new(search->mem, 1, size);
    if (self->met == NULL) search->state.failed = true;
    bool *spare = self->met == NULL ? NULL : mem_new(search->mem, 1, size);
    if (spare == NULL) search->state.failed = true;
    if (!search->state.failed) {
        for (uint32_t at = wakeup->spare; at != WAKEUP_NONE && !self->bad; at = wakeup->edges[at].next) {
            if (at >= wakeup->count || spare[at]) (void)refuse(self);
            if (!self->bad) spare[at] = true;
            if (self->bad) break;
        }
        meet(self, wakeup->spare);
        meet(self, search->todo);
        for (uint32_t i = 0; i < wakeup->count && !self->bad; i++) {
            if (!spare[i]) meet(self, wakeup->edges[i].first);
            meet(self, wakeup->edges[i].next);
        }
        uint32_t from = 0;
        for (uint32_t i = 0; i < search->count && !self->bad; i++) {
            const struct search_node *node = &search->nodes[i];
            meet(self, node->todo);
            if (node->sleepers_from < from || node->sleepers_from > search->sleeper_count) (void)refuse(self);
            from = node->sleepers_from;
            for (uint32_t k = 0; k < node->asleep_count; k++)
                if (node->asleep[k] >= search->sleeper_count) (void)refuse(self);
        }
    }
    mem_free(search->mem, spare, size);
    mem_free(search->mem, self->met, size);
}

static void take_pieces(struct reading *self) {
    struct search_pieces *pieces = &self->search->pieces;
    if (take_small(self, UINT32_MAX) != pieces->number || take_small(self, UINT32_MAX) != pieces->count)
        (void)refuse(self);
    pieces->stem = take_small(self, SEARCH_STEM_MAX);
    pieces->measuring = take_bool(self);
    pieces->deeper = take_bool(self);
    pieces->entry = take(self, UINT64_MAX / 2);
    (void)take_end(self);
}

enum status explore_search_read(struct explore_search *search, struct str text) {
    struct reading self = {.search = search, .left = text};
    struct explore_search_state *state = &search->state;
    bool reduced = search->delays == SEARCH_REDUCED;
    ASSERT(state->runs == 0 && search->count == 0);
    if (take(&self, UINT64_MAX) != search->delays || take_bool(&self) != (search->timers == EBB_TIMERS_ANY))
        (void)refuse(&self);
    (void)take_end(&self);
    state->runs = take(&self, UINT64_MAX / 2);
    state->redundant = take(&self, state->runs);
    state->passed = take(&self, UINT64_MAX / 2);
    state->astray = take(&self, UINT64_MAX / 2);
    state->complete = take_bool(&self);
    bool failed = take_bool(&self);
    state->coarse = search->trace.coarse = take_bool(&self);
    search->open = take_bool(&self);
    search->closed = take_bool(&self);
    search->loose = take_bool(&self);
    search->fresh = take_small(&self, UINT32_MAX);
    (void)take_end(&self);
    take_pieces(&self);
    uint32_t count = take_count(&self, SEARCH_NODES_MAX);
    (void)take_end(&self);
    for (uint32_t i = 0; i < count && !self.bad && !state->failed; i++) take_node(&self, reduced);
    if (reduced && !failed && !state->failed) take_sleepers(&self);
    if (reduced && !failed && !state->failed) take_wakeup(&self);
    if (!self.bad && !state->failed) look(&self);
    if (state->failed) return ERR_NOMEM; /* of this reading: else nothing can have failed yet */
    state->failed = failed;
    bool over = state->complete || failed || state->runs + state->passed == 0;
    return self.bad || self.left.len > 0 || (over && count > 0) ? ERR_INPUT : OK;
}
