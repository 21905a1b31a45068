/* SPDX-License-Identifier: MIT */
/* slice.h — slices of bytes (Go spec, "Slice types", "Slice expressions", "Appending to and copying slices").
 *
 * A slice is a view of an array: where it begins, how long it is, how far it may grow in place. Cutting shares the
 * array; appending moves this slice to a new array when there is no room, and leaves older views where they are. */
#ifndef KINDS_SLICE_SLICE_H
#define KINDS_SLICE_SLICE_H

#include "core/runtime.h"

struct ebb_array;
struct ebb_slice;

/* A slice of `length` zeroed bytes over a new array of `capacity`. The caller has the one hold; `label` is borrowed
 * for the life of the world and also names the array. `length` <= `capacity`, else ERR_INPUT; ERR_LIMIT above
 * LIMIT_BLOCK_BYTES; ERR_NOMEM. */
CHECKED enum status ebb_slice_make(struct ebb *ebb, struct ebb_slice **out, const char *label, size_t length,
                                   size_t capacity);
struct ebb_slice *ebb_slice_hold(struct ebb_slice *slice); /* returns its argument; NULL is fine */
void ebb_slice_drop(struct ebb_slice *slice);              /* gives one hold back; the last one ends it */

/* slice[from:to], a new slice of the same array. As in Go `to` may lie beyond the length, up to the capacity; outside
 * of that it panics. ERR_NOMEM. */
CHECKED enum status ebb_slice_cut(struct ebb *ebb, struct ebb_slice *slice, size_t from, size_t to,
                                  struct ebb_slice **out, const char *label);
/* Appends `count` bytes, zeros when `bytes` is NULL; they may lie in the slice itself. Panics when the length would be
 * out of range. ERR_NOMEM leaves the slice as it was. */
CHECKED enum status ebb_slice_append(struct ebb *ebb, struct ebb_slice *slice, const void *bytes, size_t count);

/* What append makes of `capacity` so that `length` bytes fit: Go's rule, without its rounding to size classes. */
size_t ebb_slice_grown(size_t capacity, size_t length);

unsigned char *ebb_slice_bytes(struct ebb_slice *slice); /* until the next append */
size_t ebb_slice_len(const struct ebb_slice *slice);
size_t ebb_slice_capacity(const struct ebb_slice *slice);
struct ebb_array *ebb_slice_array(struct ebb_slice *slice); /* borrowed */
struct ebb_object *ebb_slice_object(struct ebb_slice *slice);
struct ebb_slice *ebb_slice_from(struct ebb_object *object); /* which is one */

#endif
