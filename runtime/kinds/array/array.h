/* SPDX-License-Identifier: MIT */
/* array.h — the block of bytes behind slices.
 *
 * Slices hold their array; each also registers the range it shows, so that a block kept for the sake of a few bytes
 * can be told from one that is in use. The bytes are a block of their own, which sanitizers see as such. */
#ifndef KINDS_ARRAY_ARRAY_H
#define KINDS_ARRAY_ARRAY_H

#include "base/linked_list.h"
#include "core/runtime.h"

struct ebb_array;

/* A range that somebody can still reach the array through; lies in its owner, who holds the array. */
struct ebb_array_view {
    struct list link;
    size_t from, length;
};

/* Zeroed. The caller has the one hold. ERR_LIMIT above LIMIT_BLOCK_BYTES, ERR_NOMEM. */
CHECKED enum status ebb_array_make(struct ebb *ebb, struct ebb_array **out, const char *label, size_t size);
struct ebb_array *ebb_array_hold(struct ebb_array *array); /* returns its argument */
void ebb_array_drop(struct ebb_array *array);              /* gives one hold back; the last one ends it */

unsigned char *ebb_array_bytes(struct ebb_array *array); /* valid as long as the array */
size_t ebb_array_size(const struct ebb_array *array);
struct ebb_object *ebb_array_object(struct ebb_array *array);

/* A registered view may change its length, not where it begins. */
void ebb_array_view_add(struct ebb_array *array, struct ebb_array_view *view);
void ebb_array_view_remove(struct ebb_array *array, struct ebb_array_view *view);

#endif
