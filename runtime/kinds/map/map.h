/* SPDX-License-Identifier: MIT */
/* map.h — hash maps (Go spec, "Map types", "Index expressions", "Deletion of map elements").
 *
 * Iteration is in order of insertion, so that runs repeat. As in Go a map is not for several coroutines at once:
 * writing takes two steps, and whoever writes or reads in between panics. A NULL map is the nil map: it is empty, and
 * writing to it panics. Deleting gives no memory back. */
#ifndef KINDS_MAP_MAP_H
#define KINDS_MAP_MAP_H

#include "core/runtime.h"
#include "core/value.h"

struct ebb_map;

/* The caller has the one hold. `label` is borrowed for the life of the world. ERR_NOMEM. */
CHECKED enum status ebb_map_make(struct ebb *ebb, struct ebb_map **out, const char *label, uint32_t value_size);
CHECKED enum status ebb_map_make_shaped(struct ebb *ebb, struct ebb_map **out, const char *label,
                                        struct ebb_shape shape);
struct ebb_map *ebb_map_hold(struct ebb_map *map); /* returns its argument; NULL is fine */
void ebb_map_drop(struct ebb_map *map);            /* gives one hold back; the last one ends it */

/* Copies key and value in; a value that was there is released. Two steps. On ERR_NOMEM, or ERR_LIMIT for more than 2^30
 * entries, the map is as it was. */
CHECKED enum status ebb_map_put(struct ebb *ebb, struct ebb_map *map, struct str key, const void *value);
/* Copies the value out, with a hold of its own. False: there is none, and `value` is
 * zeroed (the nil map leaves it alone). One step. */
bool ebb_map_get(struct ebb *ebb, struct ebb_map *map, struct str key, void *value);
bool ebb_map_delete(struct ebb *ebb, struct ebb_map *map, struct str key); /* false: it was not there. Two steps. */

/* The same by a value as key. Values of different types are different keys. An object as key is no more than its
 * identity: the map does not hold it, and its entry outlives it. */
CHECKED enum status ebb_map_put_by(struct ebb *ebb, struct ebb_map *map, const struct ebb_value *key,
                                   const void *value);
bool ebb_map_get_by(struct ebb *ebb, struct ebb_map *map, const struct ebb_value *key, void *value);
bool ebb_map_delete_by(struct ebb *ebb, struct ebb_map *map, const struct ebb_value *key);

/* The next entry from `*cursor` on, which starts at 0; false at the end. Entries may come and go meanwhile: each that
 * stays is seen once, and those that come are seen last. `key` and `value` (which may be NULL) are borrowed until the
 * next write. No step. */
bool ebb_map_at(const struct ebb_map *map, uint64_t *cursor, struct str *key, const void **value);

uint32_t ebb_map_len(const struct ebb_map *map);          /* entries; 0 for nil */
uint32_t ebb_map_capacity(const struct ebb_map *map);     /* entries it has room for, those of deleted ones included */
size_t ebb_map_capacity_bytes(const struct ebb_map *map); /* what the table takes, with keys too long to lie in it */
struct ebb_object *ebb_map_object(struct ebb_map *map);
void ebb_map_verify(const struct ebb_map *map);          /* O(n): recounts and asserts */
struct ebb_map *ebb_map_from(struct ebb_object *object); /* which is one */

#endif
