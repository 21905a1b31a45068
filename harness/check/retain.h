/* SPDX-License-Identifier: MIT */
/* retain.h — who keeps an object: the shortest way to it from a root, and what would go if it went.
 *
 * A root is what holds itself (a coroutine, what is armed) or is held from outside (the shared variables). What an object
 * dominates, that is, what is only reached through it, is what it retains. */
#ifndef CHECK_RETAIN_H
#define CHECK_RETAIN_H

#include "check/retain_graph.h"

#define CHECK_LINKS_MAX 12u

/* One hold on the way: "key first" of the one before, and what is held. */
struct check_link {
    char edge[CHECK_NAME_BYTES + 16];   /* of a root: why it is one, or "" */
    char object[CHECK_NAME_BYTES + 24]; /* "map headers" */
    bool root;
    bool suspect; /* the hold that should not be there any more */
};
struct check_retention {
    struct check_link links[CHECK_LINKS_MAX];
    uint32_t link_count;
    uint32_t skipped;        /* links left out in the middle, before the last half */
    uint64_t objects, bytes; /* retained, with itself; bytes: of those kinds that count bytes */
    bool known;
};

/* Suspect is the last entry of a container on the way, for a `pinned` block the view, or else that it holds itself.
 * Nothing is known of what is not there, or not reached. ERR_NOMEM. */
CHECKED enum status check_retain(struct check_retention *out, const struct check_graph *graph, uint64_t serial,
                                 bool pinned);

#endif
