/* SPDX-License-Identifier: MIT */
/* memory.h — foreign memory: taken from the C heap, and there until somebody frees it, whoever still names it. */
#ifndef KINDS_MEMORY_MEMORY_H
#define KINDS_MEMORY_MEMORY_H

#include "core/runtime.h"

struct ebb_memory;

/* Zeroed bytes, a block of their own. The caller has one hold and the memory another, until it is freed. ERR_LIMIT
 * above LIMIT_BLOCK_BYTES; ERR_NOMEM. */
CHECKED enum status ebb_memory_take(struct ebb *ebb, struct ebb_memory **out, const char *label, size_t size);
struct ebb_memory *ebb_memory_hold(struct ebb_memory *memory); /* returns its argument; NULL is fine */
void ebb_memory_drop(struct ebb_memory *memory); /* gives one hold back, which frees nothing that was not freed */

void ebb_memory_free(struct ebb *ebb, struct ebb_memory *memory); /* a step; twice panics */
void ebb_memory_use(struct ebb *ebb, struct ebb_memory *memory);  /* a step that touches it; panics once it is freed */

unsigned char *ebb_memory_bytes(struct ebb_memory *memory); /* NULL once it is freed */
size_t ebb_memory_size(const struct ebb_memory *memory);    /* as taken */
struct ebb_object *ebb_memory_object(struct ebb_memory *memory);

#endif
