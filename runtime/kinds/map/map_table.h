/* SPDX-License-Identifier: MIT */
/* map_table.h — the table of a map: entries in order of insertion, found through an index of hashes.
 *
 * It is our own because it is what ebb judges: how much it takes, when it grows, what deletion leaves behind. A deleted
 * entry keeps its place until the entries are packed, and the table never gives memory back, as Go's does not. */
#ifndef KINDS_MAP_MAP_TABLE_H
#define KINDS_MAP_MAP_TABLE_H

#include "base/mem.h"

/* Keys of different types never meet, whatever their bytes. */
struct ebb_map_key {
    uint32_t type;
    struct str bytes; /* borrowed; copied when it enters */
};

#define MAP_KEY_NEAR 16u /* bytes of a key that lie in the entry itself */

struct ebb_map_entry {
    uint64_t order; /* 1, 2, 3 … in order of insertion, never given twice */
    uint64_t hash;
    uint32_t key_type;
    bool live; /* false: deleted */
    size_t key_length;
    union {
        char near[MAP_KEY_NEAR];
        char *far; /* when longer: a block of its own */
    } key;
    unsigned char value[] __attribute__((aligned(16)));
};

struct ebb_map_table {
    struct mem *mem;
    size_t value_size, stride;
    unsigned char *entries;        /* `capacity` of `stride` bytes, the first `used` of which are or were entries */
    uint32_t *index;               /* twice as many: 0, MAP_INDEX_GONE, or an entry's place from 1 */
    uint32_t capacity, used, live; /* a power of two, or 0 */
    uint64_t order;                /* of the newest entry */
    size_t key_bytes;              /* of the keys that have blocks of their own */
};

void ebb_map_table_init(struct ebb_map_table *table, struct mem *mem, size_t value_size);
void ebb_map_table_deinit(struct ebb_map_table *table); /* the values are the caller's to release before */
struct ebb_map_entry *ebb_map_table_find(const struct ebb_map_table *table, struct ebb_map_key key); /* or NULL */
/* The key is not there. The value is zeroed. Entries may move. ERR_NOMEM and ERR_LIMIT leave the table as it was. */
CHECKED enum status ebb_map_table_add(struct ebb_map_table *table, struct ebb_map_key key, struct ebb_map_entry **out);
/* The value stays readable until the next add. */
void ebb_map_table_remove(struct ebb_map_table *table, struct ebb_map_entry *entry);
/* The oldest entry whose order is greater, or NULL. */
struct ebb_map_entry *ebb_map_table_after(const struct ebb_map_table *table, uint64_t order);
struct str ebb_map_entry_key(const struct ebb_map_entry *entry);
size_t ebb_map_table_bytes(const struct ebb_map_table *table); /* what it takes, keys and all */
void ebb_map_table_verify(const struct ebb_map_table *table);

#endif
