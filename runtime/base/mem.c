/* SPDX-License-Identifier: MIT */
/* mem.c — the one file that calls malloc. */
#include "base/mem.h"

#include <stdlib.h>

static void *system_alloc(struct mem *self, size_t size) {
    (void)self;
    return malloc(size);
}

static void system_free(struct mem *self, void *at, size_t size) {
    (void)self, (void)size;
    free(at);
}

struct mem *mem_system(void) {
    static struct mem system = {system_alloc, system_free};
    return &system;
}

void *mem_new(struct mem *mem, size_t count, size_t size) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void *at = mem->alloc(mem, bytes == 0 ? 1 : bytes);
    if (at != NULL) memset(at, 0, bytes);
    return at;
}

void *mem_grow(struct mem *mem, void *at, size_t old_size, size_t new_size) {
    ASSERT(new_size > old_size);
    void *grown = mem->alloc(mem, new_size);
    if (grown == NULL) return NULL;
    if (old_size > 0) memcpy(grown, at, old_size);
    memset((char *)grown + old_size, 0, new_size - old_size);
    mem_free(mem, at, old_size);
    return grown;
}

void mem_free(struct mem *mem, void *at, size_t size) {
    if (at != NULL) mem->free(mem, at, size == 0 ? 1 : size);
}

/* Each probed block carries its size in front, so that a wrong size at free is caught at the free. */
struct probe_head {
    size_t size;
    uint64_t mark;
};
#define PROBE_MARK UINT64_C(0xEBB0C0DEEBB0C0DE)

static void *probe_alloc(struct mem *mem, size_t size) {
    struct mem_probe *self = BASE_OWNER(mem, struct mem_probe, mem);
    self->requests++;
    if (self->fail_at != 0 && (self->requests == self->fail_at || (self->fail_after && self->requests > self->fail_at)))
        return NULL;
    if (size > SIZE_MAX - sizeof(struct probe_head)) return NULL;
    if (self->bytes_max != 0 && size > self->bytes_max - self->bytes) return NULL;
    struct probe_head *head = self->below->alloc(self->below, size + sizeof *head);
    if (head == NULL) return NULL;
    *head = (struct probe_head){size, PROBE_MARK};
    memset(head + 1, self->fill, size);
    self->blocks++;
    self->bytes += size;
    return head + 1;
}

static void probe_free(struct mem *mem, void *at, size_t size) {
    struct mem_probe *self = BASE_OWNER(mem, struct mem_probe, mem);
    if (at == NULL) return;
    struct probe_head *head = (struct probe_head *)at - 1;
    ASSERT(head->mark == PROBE_MARK);
    ASSERT(head->size == size);
    ASSERT(self->blocks > 0 && self->bytes >= size);
    self->blocks--;
    self->bytes -= size;
    head->mark = 0;
    memset(at, 0xDD, size);
    self->below->free(self->below, head, size + sizeof *head);
}

void mem_probe_init(struct mem_probe *probe, struct mem *below) {
    *probe = (struct mem_probe){.mem = {probe_alloc, probe_free}, .below = below, .fill = 0xA5};
}

#define ARENA_ALIGN 16u
#define ARENA_BLOCK_BYTES ((size_t)16 << 10)

struct mem_arena_block {
    struct mem_arena_block *older;
    size_t size, used;
};

void mem_arena_init(struct mem_arena *arena, struct mem *below, size_t bytes_max) {
    *arena = (struct mem_arena){.below = below, .bytes_max = bytes_max};
}

void *mem_arena_take(struct mem_arena *arena, size_t size) {
    if (size > arena->bytes_max) return NULL;
    size = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    struct mem_arena_block *block = arena->newest;
    size_t head = (sizeof *block + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (block == NULL || block->size - block->used < size) {
        size_t want = head + (size > ARENA_BLOCK_BYTES ? size : ARENA_BLOCK_BYTES);
        if (want > arena->bytes_max - arena->bytes) return NULL;
        block = mem_new(arena->below, 1, want);
        if (block == NULL) return NULL;
        *block = (struct mem_arena_block){arena->newest, want, head};
        arena->newest = block;
        arena->bytes += want;
    }
    void *at = (char *)block + block->used;
    block->used += size;
    return at;
}

bool mem_arena_copy(struct mem_arena *arena, struct str from, struct str *out) {
    char *at = mem_arena_take(arena, from.len + 1);
    if (at == NULL) return false;
    if (from.len > 0) memcpy(at, from.at, from.len);
    *out = (struct str){at, from.len};
    return true;
}

void mem_arena_deinit(struct mem_arena *arena) {
    while (arena->newest != NULL) {
        struct mem_arena_block *block = arena->newest;
        arena->newest = block->older;
        mem_free(arena->below, block, block->size);
    }
    arena->bytes = 0;
}
