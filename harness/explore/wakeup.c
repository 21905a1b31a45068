/* SPDX-License-Identifier: MIT */
/* wakeup.c — see wakeup.h. Edges are numbers in one array, since trees are taken apart from the top as runs go by. */
#include "explore/wakeup.h"

#define WAKEUP_EDGES_MAX (UINT32_C(1) << 22)

void explore_wakeup_init(struct wakeup *wakeup, struct mem *mem) {
    *wakeup = (struct wakeup){.mem = mem, .spare = WAKEUP_NONE};
}

void explore_wakeup_deinit(struct wakeup *wakeup) {
    for (uint32_t i = 0; i < wakeup->capacity; i++) explore_footprint_deinit(wakeup->mem, &wakeup->edges[i].footprint);
    mem_free(wakeup->mem, wakeup->edges, wakeup->capacity * sizeof *wakeup->edges);
    *wakeup = (struct wakeup){0};
}

void explore_wakeup_clear(struct wakeup *wakeup) {
    wakeup->count = 0;
    wakeup->spare = WAKEUP_NONE;
}

/* --- edges and lists ------------------------------------------------------------------------------------------------ */
static uint32_t edge_new(struct wakeup *self, uint64_t label, bool data) { /* or WAKEUP_NONE */
    uint32_t at = self->spare;
    if (at != WAKEUP_NONE) {
        self->spare = self->edges[at].next;
    } else {
        if (self->count == self->capacity) {
            uint32_t wanted = self->capacity == 0 ? 64 : self->capacity * 2;
            struct wakeup_edge *edges = wanted > WAKEUP_EDGES_MAX
                ? NULL
                : mem_grow(self->mem, self->edges, self->capacity * sizeof *self->edges, wanted * sizeof *self->edges);
            if (edges == NULL) {
                self->failed = true;
                return WAKEUP_NONE;
            }
            memset(edges + self->capacity, 0, (wanted - self->capacity) * sizeof *edges);
            self->edges = edges;
            self->capacity = wanted;
        }
        at = self->count++;
    }
    struct wakeup_edge *edge = &self->edges[at];
    edge->label = label;
    edge->data = data;
    edge->first = edge->next = WAKEUP_NONE;
    explore_footprint_clear(&edge->footprint);
    return at;
}

/* A place in a list: the edge whose `first` or `next` it is would move when the array grows, so lists are told by number.
 * `parent`: the edge below which the list is; WAKEUP_NONE: the owner's own list. */
struct place {
    uint32_t *root;
    uint32_t parent;
};

static uint32_t head_of(const struct wakeup *self, struct place place) {
    return place.parent == WAKEUP_NONE ? *place.root : self->edges[place.parent].first;
}

static void append_to(struct wakeup *self, struct place place, uint32_t edge) {
    uint32_t last = head_of(self, place);
    if (last == WAKEUP_NONE) {
        *(place.parent == WAKEUP_NONE ? place.root : &self->edges[place.parent].first) = edge;
        return;
    }
    while (self->edges[last].next != WAKEUP_NONE) last = self->edges[last].next;
    self->edges[last].next = edge;
}

static struct place put(struct wakeup *self, struct place place, uint64_t label, bool data) {
    uint32_t edge = edge_new(self, label, data);
    if (edge != WAKEUP_NONE) append_to(self, place, edge);
    return (struct place){NULL, edge};
}

uint32_t explore_wakeup_pop(struct wakeup *wakeup, uint32_t *list) {
    uint32_t at = *list;
    struct wakeup_edge *edge = &wakeup->edges[at];
    uint32_t below = edge->first;
    *list = edge->next;
    edge->next = wakeup->spare;
    wakeup->spare = at;
    return below;
}

void explore_wakeup_drop(struct wakeup *wakeup, uint32_t *list) {
    while (*list != WAKEUP_NONE) {
        uint32_t below = explore_wakeup_pop(wakeup, list);
        if (below == WAKEUP_NONE) continue;
        uint32_t last = below; /* before the rest of the list, so that no depth costs stack */
        while (wakeup->edges[last].next != WAKEUP_NONE) last = wakeup->edges[last].next;
        wakeup->edges[last].next = *list;
        *list = below;
    }
}

/* --- what may come first -------------------------------------------------------------------------------------------- */
static bool first_of_all(const struct wakeup_event *events, uint32_t at) {
    const struct wakeup_event *event = &events[at];
    for (uint32_t i = 0; i < at; i++)
        if (events[i].index < event->width && event->clock[events[i].index] >= events[i].nth) return false;
    return true;
}

static uint32_t actor_find(const struct wakeup_event *events, uint32_t count, uint64_t actor) {
    uint32_t at = 0;
    while (at < count && events[at].actor != actor) at++;
    return at;
}

bool explore_wakeup_weak_initial(const struct wakeup_event *events, uint32_t count, uint64_t actor,
                                 const struct footprint *footprint) {
    uint32_t at = actor_find(events, count, actor);
    if (at < count) return first_of_all(events, at);
    for (uint32_t i = 0; i < count && footprint != NULL; i++)
        if (explore_footprint_conflict(events[i].footprint, footprint)) return false;
    return footprint != NULL;
}

/* --- insertion ------------------------------------------------------------------------------------------------------ */
static struct place options_put(struct wakeup *self, struct place place, const struct wakeup_event *event,
                                uint32_t from) {
    for (uint32_t i = from; i < event->option_count && !self->failed; i++)
        place = put(self, place, event->options[i], true);
    return place;
}

static void chain_put(struct wakeup *self, struct place place, const struct wakeup_event *events, uint32_t count) {
    for (uint32_t i = 0; i < count && !self->failed; i++) {
        place = put(self, place, events[i].actor, false);
        if (self->failed) return;
        if (explore_footprint_join(self->mem, &self->edges[place.parent].footprint, events[i].footprint) != OK)
            self->failed = true;
        place = options_put(self, place, &events[i], 0);
    }
}

static void remove_at(struct wakeup_event *events, uint32_t *count, uint32_t at) {
    (*count)--;
    for (uint32_t i = at; i < *count; i++) events[i] = events[i + 1];
}

/* Below the edge of an event, past what was decided within it. False: all is said, or has been put there. */
static bool options_follow(struct wakeup *self, struct place *place, const struct wakeup_event *event,
                           const struct wakeup_event *rest, uint32_t count) {
    for (uint32_t i = 0; i < event->option_count; i++) {
        uint32_t edge = head_of(self, *place);
        if (edge != WAKEUP_NONE && !self->edges[edge].data) { /* planned as an event that decides nothing */
            self->unsaid = true;
            return false;
        }
        while (edge != WAKEUP_NONE && self->edges[edge].label != event->options[i]) edge = self->edges[edge].next;
        if (edge == WAKEUP_NONE) {
            struct place new = options_put(self, *place, event, i);
            if (!self->failed) chain_put(self, new, rest, count);
            return false;
        }
        *place = (struct place){NULL, edge};
    }
    return true;
}

static bool decides(const struct wakeup_event *events, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (events[i].option_count > 0) return true;
    return false;
}

void explore_wakeup_insert(struct wakeup *wakeup, uint32_t *list, struct wakeup_event *events, uint32_t count) {
    struct place place = {list, WAKEUP_NONE};
    uint32_t edge = *list;
    while (edge != WAKEUP_NONE && !wakeup->failed) {
        const struct wakeup_edge *one = &wakeup->edges[edge];
        /* What is decided within an event that has nothing to do with these: they are the same after any of it. */
        if (!one->data && !explore_wakeup_weak_initial(events, count, one->label, &one->footprint)) {
            edge = one->next;
            continue;
        }
        /* A leaf: whoever may follow will. But what is decided later, where somebody sleeps, may have to be planned. */
        if (one->first == WAKEUP_NONE && !decides(events, count)) return;
        uint32_t at = one->data ? count : actor_find(events, count, one->label);
        place = (struct place){NULL, edge};
        if (at < count) {
            struct wakeup_event event = events[at];
            remove_at(events, &count, at);
            if (!options_follow(wakeup, &place, &event, events, count) || count == 0) return;
        }
        edge = head_of(wakeup, place);
        if (edge == WAKEUP_NONE && !decides(events, count)) return;
    }
    if (!wakeup->failed) chain_put(wakeup, place, events, count);
}

void explore_wakeup_append(struct wakeup *wakeup, uint32_t *list, uint64_t actor) {
    for (uint32_t at = *list; at != WAKEUP_NONE; at = wakeup->edges[at].next)
        if (wakeup->edges[at].label == actor) return;
    struct place place = put(wakeup, (struct place){list, WAKEUP_NONE}, actor, false);
    if (place.parent != WAKEUP_NONE) wakeup->edges[place.parent].footprint.all = true;
}
