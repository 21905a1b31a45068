/* SPDX-License-Identifier: MIT */
/* retain.c — see retain.h. Two walks for one object: from all roots, breadth first, for the way; and from all roots past
 * the object, so that what only the first has reached is what the object dominates. Both are linear, with worklists. */
#include "check/retain.h"

#include <stdio.h>

struct walk {
    const struct check_graph *graph;
    uint32_t *parents; /* by place: who reached it first; itself for a root; CHECK_NOWHERE: not reached */
    uint32_t *work, *scopes;
    bool *roots, *without;
    bool circle; /* nobody reaches it but itself, which is the only root then */
};

/* --- roots --------------------------------------------------------------------------------------------------------- */

/* Holds that no trace shows come from outside: from itself, from whoever drives the world. */
static void roots_find(const struct walk *walk) {
    const struct check_graph *graph = walk->graph;
    for (uint32_t i = 0; i < graph->count; i++) walk->work[i] = 0;
    for (uint32_t e = 0; e < graph->edge_count; e++) walk->work[graph->targets[e]]++;
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct ebb_object *object = graph->objects[i];
        bool self = object->kind->left == EBB_LEFT_COROUTINE || (object->flags & EBB_FLAG_SELF_HOLD) != 0;
        walk->roots[i] = self || object->holds > walk->work[i];
    }
}

/* What is held from outside explains more than a coroutine, and that more than an alarm. */
static uint32_t root_rank(const struct ebb_object *object) {
    if (object->kind->left == EBB_LEFT_COROUTINE) return 1;
    return (object->flags & EBB_FLAG_SELF_HOLD) != 0 ? 2 : 0;
}

/* Scopes are how variables are kept, and nobody's business. */
static bool is_told(const struct ebb_object *object) {
    return object->kind->left != EBB_LEFT_OBJECT || (object->flags & EBB_FLAG_INNER) == 0 ||
        object->kind->weight != NULL;
}

/* What `at` holds, if it is told or not. Returns how many were added behind `end`. */
static uint32_t reach_from(const struct walk *walk, uint32_t at, bool told, uint32_t *to, uint32_t end) {
    const struct check_graph *graph = walk->graph;
    for (uint32_t e = graph->starts[at]; e < graph->starts[at + 1]; e++) {
        uint32_t held = graph->targets[e];
        if (walk->parents[held] != CHECK_NOWHERE || is_told(graph->objects[held]) != told) continue;
        walk->parents[held] = at;
        to[end++] = held;
    }
    return end;
}

/* Returns how many were reached, which are in `work` in that order. Breadth first, but that a scope is no distance: a variable names what it names as closely as a step that uses it. */
static uint32_t way_find(const struct walk *walk) {
    const struct check_graph *graph = walk->graph;
    uint32_t head = 0, tail = 0;
    for (uint32_t i = 0; i < graph->count; i++) walk->parents[i] = CHECK_NOWHERE;
    for (uint32_t rank = 0; rank <= 2; rank++) {
        for (uint32_t i = 0; i < graph->count; i++) {
            if (!walk->roots[i] || root_rank(graph->objects[i]) != rank) continue;
            walk->parents[i] = i;
            walk->work[tail++] = i;
        }
    }
    while (head < tail) {
        uint32_t at = walk->work[head++], scopes = reach_from(walk, at, false, walk->scopes, 0);
        for (uint32_t i = 0; i < scopes; i++) {
            scopes = reach_from(walk, walk->scopes[i], false, walk->scopes, scopes);
            tail = reach_from(walk, walk->scopes[i], true, walk->work, tail);
        }
        tail = reach_from(walk, at, true, walk->work, tail);
    }
    return tail;
}

/* --- names --------------------------------------------------------------------------------------------------------- */

struct naming {
    struct ebb_tracer tracer;
    const struct ebb_object *holder, *held;
    char *to;
    size_t size;
    bool found, entry; /* entry: of a container */
};

static bool is_entry(const char *edge) {
    static const char *const entries[] = {"key", "item", "message", "kept"};
    for (size_t i = 0; i < BASE_COUNT(entries); i++)
        if (strcmp(edge, entries[i]) == 0) return true;
    return false;
}

static void name_edge(struct ebb_tracer *tracer, struct ebb_object *held) {
    struct naming *naming = BASE_OWNER(tracer, struct naming, tracer);
    const char *edge = tracer->edge;
    tracer->edge = NULL;
    if (naming->found || held != naming->held) return;
    naming->found = true;
    const struct ebb_insight *insight = held->ebb->insight;
    bool shared = false;
    if (edge == NULL) {
        (void)snprintf(naming->to, naming->size, "holds");
    } else if (strcmp(edge, "variable") == 0) {
        const char *name = insight == NULL ? NULL : insight->variable(naming->holder, tracer->place, &shared);
        (void)snprintf(naming->to, naming->size, "%svariable %s", shared ? "shared " : "",
                       name == NULL ? held->node.birth.label : name);
    } else if (tracer->name.at != NULL) {
        (void)snprintf(naming->to, naming->size, "%s %.*s", edge,
                       (int)(tracer->name.len < CHECK_NAME_BYTES ? tracer->name.len : CHECK_NAME_BYTES),
                       tracer->name.at);
    } else if (is_entry(edge)) {
        (void)snprintf(naming->to, naming->size, "%s %lld", edge, (long long)tracer->place);
    } else {
        (void)snprintf(naming->to, naming->size, "%s", edge);
    }
    naming->entry = edge != NULL && is_entry(edge);
}

/* Names the hold that `at` has by `parent`. Is it an entry of a container? */
static bool link_name(const struct walk *walk, struct check_link *link, uint32_t parent, uint32_t at) {
    const struct ebb_object *object = walk->graph->objects[at], *holder = walk->graph->objects[parent];
    const char *label = object->node.birth.label;
    bool named = strcmp(label, object->kind->name) != 0;
    (void)snprintf(link->object, sizeof link->object, "%s%s%s", object->kind->name, named ? " " : "",
                   named ? label : "");
    if (parent == at) return false;
    struct naming naming = {
        .tracer = {.visit = name_edge}, .holder = holder, .held = object, .to = link->edge, .size = sizeof link->edge};
    holder->kind->trace(holder, &naming.tracer);
    return naming.entry;
}

static bool link_fill(const struct walk *walk, struct check_link *link, uint32_t at) {
    static const char *const roots[] = {"held from outside", "", "holds itself"};
    const struct ebb_object *object = walk->graph->objects[at];
    bool entry = link_name(walk, link, walk->parents[at], at);
    if (walk->parents[at] != at) return entry;
    bool armed = object->kind->armed != NULL && object->kind->armed(object);
    const char *why = walk->circle ? "in a circle" : armed ? "armed" : roots[root_rank(object)];
    link->root = true;
    (void)snprintf(link->edge, sizeof link->edge, "%s", why);
    return false;
}

static void way_tell(const struct walk *walk, uint32_t target, bool pinned, struct check_retention *out) {
    uint32_t length = 0;
    for (uint32_t at = target;; at = walk->parents[at]) {
        walk->work[length] = at;
        length += is_told(walk->graph->objects[at]) || at == target;
        if (walk->parents[at] == at) break;
    }
    uint32_t shown = length < CHECK_LINKS_MAX ? length : CHECK_LINKS_MAX;
    struct check_link *suspect = NULL;
    out->link_count = shown;
    out->skipped = length - shown;
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t back = i < shown / 2 ? length - 1 - i : shown - 1 - i; /* from the root; in front the first half */
        struct check_link *link = &out->links[i];
        bool entry = link_fill(walk, link, walk->work[back]);
        if (entry || (i == shown - 1 && (pinned || (link->root && link->edge[0] != '\0' && !walk->circle))))
            suspect = link;
    }
    if (suspect != NULL) suspect->suspect = true;
}

static void retained_count(const struct walk *walk, uint32_t target, struct check_retention *out);

/* Nobody reaches the target: then it may be held by what it holds. The hold that closes the circle is told last. */
static void circle_tell(struct walk *walk, uint32_t target, struct check_retention *out) {
    const struct check_graph *graph = walk->graph;
    memset(walk->roots, false, graph->count * sizeof *walk->roots);
    walk->roots[target] = walk->circle = true;
    uint32_t count = way_find(walk), last = CHECK_NOWHERE;
    for (uint32_t i = 0; i < count && last == CHECK_NOWHERE; i++)
        for (uint32_t e = graph->starts[walk->work[i]]; e < graph->starts[walk->work[i] + 1]; e++)
            if (graph->targets[e] == target) last = walk->work[i];
    if (last == CHECK_NOWHERE) return;
    retained_count(walk, target, out);
    way_tell(walk, last, false, out);
    struct check_link *closing =
        &out->links[out->link_count == CHECK_LINKS_MAX ? out->link_count - 1 : out->link_count++];
    *closing = (struct check_link){.suspect = true};
    (void)link_name(walk, closing, last, target);
    out->known = true;
}

/* --- what it retains ------------------------------------------------------------------------------------------------ */

static void retained_count(const struct walk *walk, uint32_t target, struct check_retention *out) {
    const struct check_graph *graph = walk->graph;
    for (uint32_t i = 0; i < graph->count; i++) walk->without[i] = walk->roots[i] && i != target;
    check_graph_spread(graph, walk->without, walk->work, target);
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct ebb_object *object = graph->objects[i];
        if (walk->without[i] || walk->parents[i] == CHECK_NOWHERE) continue;
        uint64_t weight = object->kind->weight != NULL ? object->kind->weight(object) : object->node.weight;
        out->objects += (object->flags & EBB_FLAG_INNER) == 0;
        if (object->kind->unit != NULL && strstr(object->kind->unit, "bytes") != NULL) out->bytes += weight;
    }
}

enum status check_retain(struct check_retention *out, const struct check_graph *graph, uint64_t serial, bool pinned) {
    *out = (struct check_retention){0};
    uint32_t target = check_graph_find(graph, serial);
    if (target == CHECK_NOWHERE) return OK;
    struct mem *mem = graph->mem;
    size_t count = graph->count;
    struct walk walk = {.graph = graph,
                        .parents = mem_new(mem, count, sizeof *walk.parents),
                        .work = mem_new(mem, count, sizeof *walk.work),
                        .scopes = mem_new(mem, count, sizeof *walk.scopes),
                        .roots = mem_new(mem, count, sizeof *walk.roots),
                        .without = mem_new(mem, count, sizeof *walk.without)};
    enum status status = ERR_NOMEM;
    if (walk.parents != NULL && walk.work != NULL && walk.scopes != NULL && walk.roots != NULL &&
        walk.without != NULL) {
        roots_find(&walk);
        (void)way_find(&walk);
        out->known = walk.parents[target] != CHECK_NOWHERE;
        if (out->known) {
            retained_count(&walk, target, out);
            way_tell(&walk, target, pinned, out);
        } else {
            circle_tell(&walk, target, out);
        }
        status = OK;
    }
    mem_free(mem, walk.parents, count * sizeof *walk.parents);
    mem_free(mem, walk.work, count * sizeof *walk.work);
    mem_free(mem, walk.scopes, count * sizeof *walk.scopes);
    mem_free(mem, walk.roots, count * sizeof *walk.roots);
    mem_free(mem, walk.without, count * sizeof *walk.without);
    return status;
}
