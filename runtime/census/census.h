/* SPDX-License-Identifier: MIT */
/* census.h — the ledger of every live object of the subject: by kind, in order of birth, with who made it and when.
 *
 * Entering and leaving is O(1) and cannot fail, since the node lives inside the object. The census knows nothing of
 * what an object is; it counts. */
#ifndef CENSUS_CENSUS_H
#define CENSUS_CENSUS_H

#include "base/hash.h"
#include "base/linked_list.h"

#define CENSUS_KINDS_MAX 32u

struct census_birth {
    uint64_t serial;   /* 1, 2, 3 … in order of birth within one census */
    uint64_t step;     /* the world's step count at birth */
    int64_t time_ns;   /* virtual */
    uint32_t owner;    /* serial of the coroutine that made it, 0 for the outside */
    uint32_t line;     /* of the scenario, 0 when unknown */
    const char *label; /* borrowed; outlives the object */
    const char *by;    /* the owner's label, since the owner may be gone; "" for the outside */
};

struct census_node {
    struct list link; /* in order of birth */
    uint64_t weight;  /* in the kind's unit: bytes, entries, messages */
    struct census_birth birth;
    uint16_t kind;  /* < CENSUS_KINDS_MAX */
    uint32_t place; /* whoever has put all nodes in an array may note here where; anybody may overwrite it */
};

struct census_count {
    uint32_t live, live_peak;
    uint64_t weight;        /* sum over the living */
    uint64_t births;        /* ever */
    uint64_t weight_births; /* weight ever added: total bytes allocated, entries ever put */
};

/* Told of every weight that is added, with the new weight in place; it changes nothing of the census. */
struct census_observer {
    void (*grew)(struct census_observer *, const struct census_node *, uint64_t by);
};

struct census {
    struct list nodes;
    uint64_t serial; /* of the newest birth so far */
    uint64_t digest;
    struct census_observer *observer; /* borrowed; NULL: nobody looks */
    struct census_count kinds[CENSUS_KINDS_MAX];
};

void census_init(struct census *census);
/* `birth` has everything but the serial, which is given here; it may be the node's own. */
static inline void census_enter(struct census *census, struct census_node *node, uint16_t kind,
                                const struct census_birth *birth);
static inline void census_leave(struct census *census, struct census_node *node);
void census_weigh(struct census *census, struct census_node *node, uint64_t weight); /* replaces the weight */

uint32_t census_live(const struct census *census, uint16_t kind);   /* O(1) */
uint64_t census_weight(const struct census *census, uint16_t kind); /* O(1) */
bool census_empty(const struct census *census);
uint64_t census_mark(const struct census *census); /* serial now; what outlives it was left behind */
/* Oldest living node born after `serial`, or NULL. With 0: the oldest of all. */
const struct census_node *census_after(const struct census *census, uint64_t serial);
const struct census_node *census_next(const struct census *census, const struct census_node *node); /* or NULL */
struct census_node *census_newest(const struct census *census);                                     /* or NULL */
uint64_t census_digest(const struct census *census); /* folds births and deaths, never addresses */
void census_verify(const struct census *census);     /* O(n): recounts and asserts */

/* Every spawn and every object passes here, hence inline. */
static inline void census_enter(struct census *census, struct census_node *node, uint16_t kind,
                                const struct census_birth *birth) {
    ASSERT(kind < CENSUS_KINDS_MAX);
    node->kind = kind;
    node->weight = 0;
    if (birth != &node->birth) node->birth = *birth;
    node->birth.serial = ++census->serial;
    list_push(&census->nodes, &node->link);
    struct census_count *count = &census->kinds[kind];
    count->births++;
    if (++count->live > count->live_peak) count->live_peak = count->live;
    census->digest = hash_mix(census->digest, census->serial << 8 | kind);
}

static inline void census_leave(struct census *census, struct census_node *node) {
    struct census_count *count = &census->kinds[node->kind];
    ASSERT(count->live > 0);
    ASSERT(count->weight >= node->weight);
    count->live--;
    count->weight -= node->weight;
    list_remove(&node->link);
    census->digest = hash_mix(census->digest, ~(node->birth.serial << 8 | node->kind));
}

#endif
