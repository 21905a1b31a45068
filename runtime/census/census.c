/* SPDX-License-Identifier: MIT */
/* census.c — see census.h. */
#include "census/census.h"

static struct census_node *node_of(const struct list *link) { return BASE_OWNER(link, struct census_node, link); }

void census_init(struct census *census) {
    *census = (struct census){0};
    list_init(&census->nodes);
}

void census_weigh(struct census *census, struct census_node *node, uint64_t weight) {
    struct census_count *count = &census->kinds[node->kind];
    ASSERT(count->weight >= node->weight);
    uint64_t by = weight > node->weight ? weight - node->weight : 0;
    count->weight_births += by;
    count->weight = count->weight - node->weight + weight;
    node->weight = weight;
    if (by > 0 && census->observer != NULL) census->observer->grew(census->observer, node, by);
}

uint32_t census_live(const struct census *census, uint16_t kind) {
    ASSERT(kind < CENSUS_KINDS_MAX);
    return census->kinds[kind].live;
}

uint64_t census_weight(const struct census *census, uint16_t kind) {
    ASSERT(kind < CENSUS_KINDS_MAX);
    return census->kinds[kind].weight;
}

bool census_empty(const struct census *census) { return list_empty(&census->nodes); }

uint64_t census_mark(const struct census *census) { return census->serial; }

const struct census_node *census_after(const struct census *census, uint64_t serial) {
    /* From the young end: what was left behind is what a mark is asked for, and it is the shorter part. */
    const struct census_node *found = NULL;
    for (struct list *link = list_last(&census->nodes); link != NULL && link != &census->nodes; link = link->prev) {
        if (node_of(link)->birth.serial <= serial) break;
        found = node_of(link);
    }
    return found;
}

const struct census_node *census_next(const struct census *census, const struct census_node *node) {
    return node->link.next == &census->nodes ? NULL : node_of(node->link.next);
}

struct census_node *census_newest(const struct census *census) {
    struct list *link = list_last(&census->nodes);
    return link == NULL ? NULL : node_of(link);
}

uint64_t census_digest(const struct census *census) { return census->digest; }

void census_verify(const struct census *census) {
    uint32_t live[CENSUS_KINDS_MAX] = {0};
    uint64_t weight[CENSUS_KINDS_MAX] = {0}, serial = 0;
    LIST_EACH(link, &census->nodes) {
        const struct census_node *node = node_of(link);
        ASSERT(node->kind < CENSUS_KINDS_MAX);
        ASSERT(node->birth.serial > serial);
        serial = node->birth.serial;
        live[node->kind]++;
        weight[node->kind] += node->weight;
    }
    ASSERT(serial <= census->serial);
    for (size_t kind = 0; kind < CENSUS_KINDS_MAX; kind++) {
        ASSERT(live[kind] == census->kinds[kind].live);
        ASSERT(weight[kind] == census->kinds[kind].weight);
    }
}
