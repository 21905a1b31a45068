/* SPDX-License-Identifier: MIT */
/* mem.h — where memory comes from: the C heap, a probe around it that fails and checks, and an arena on top. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/base.h"

/* The C heap. One for all: it has no state of its own. */
struct mem *mem_system(void);

/* Zeroed memory of `count * size` bytes, or NULL (also when the product overflows). */
CHECKED void *mem_new(struct mem *mem, size_t count, size_t size);
/* A larger block with the old bytes in front; NULL leaves the old block as it is. */
CHECKED void *mem_grow(struct mem *mem, void *at, size_t old_size, size_t new_size);
void mem_free(struct mem *mem, void *at, size_t size); /* NULL is fine */

/* A probe counts what is out, can fail the nth request, fills fresh memory with junk, and asserts that each block
 * comes back with the size it was given. Tests and the allocation-failure sweep run on it. */
struct mem_probe {
    struct mem mem; /* pass &probe.mem */
    struct mem *below;
    uint64_t blocks, bytes; /* out now */
    uint64_t requests;      /* so far */
    uint64_t fail_at;       /* 1 fails the first request; 0 fails none */
    uint64_t bytes_max;     /* more than these are refused; 0: no bound */
    bool fail_after;        /* also fail every request after fail_at */
    unsigned char fill;     /* what fresh memory is filled with */
};
void mem_probe_init(struct mem_probe *probe, struct mem *below);

/* An arena gives memory that lives as long as the arena. Blocks are aligned for any type and zeroed. */
struct mem_arena {
    struct mem *below;
    struct mem_arena_block *newest;
    size_t bytes, bytes_max; /* taken from below; never more than the limit */
};
void mem_arena_init(struct mem_arena *arena, struct mem *below, size_t bytes_max);
CHECKED void *mem_arena_take(struct mem_arena *arena, size_t size); /* NULL: no memory, or over the limit */
CHECKED bool mem_arena_copy(struct mem_arena *arena, struct str from, struct str *out); /* NUL-terminated copy */
void mem_arena_deinit(struct mem_arena *arena);

#endif
