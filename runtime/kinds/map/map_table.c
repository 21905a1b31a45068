/* SPDX-License-Identifier: MIT */
/* map_table.c — open addressing with linear probing over an index that is never more than half full, tombstones
 * included, since entries and tombstones together are at most `capacity`. */
#include "kinds/map/map_table.h"

#include "base/hash.h"

#define MAP_INDEX_GONE UINT32_MAX
#define MAP_CAPACITY_FIRST 8u
#define MAP_CAPACITY_MAX (UINT32_C(1) << 30)

static struct ebb_map_entry *entry_at(const struct ebb_map_table *table, uint32_t place) {
    return (struct ebb_map_entry *)(void *)(table->entries + (size_t)place * table->stride);
}

static uint32_t place_of(const struct ebb_map_table *table, const struct ebb_map_entry *entry) {
    size_t offset = (size_t)((const unsigned char *)entry - table->entries);
    ASSERT(offset % table->stride == 0 && offset / table->stride < table->used);
    return (uint32_t)(offset / table->stride);
}

void ebb_map_table_init(struct ebb_map_table *table, struct mem *mem, size_t value_size) {
    size_t bytes = sizeof(struct ebb_map_entry) + value_size;
    *table = (struct ebb_map_table){.mem = mem, .value_size = value_size, .stride = (bytes + 15) / 16 * 16};
}

struct str ebb_map_entry_key(const struct ebb_map_entry *entry) {
    return (struct str){entry->key_length <= MAP_KEY_NEAR ? entry->key.near : entry->key.far, entry->key_length};
}

static void key_free(struct ebb_map_table *table, struct ebb_map_entry *entry) {
    if (entry->key_length <= MAP_KEY_NEAR) return;
    ASSERT(table->key_bytes >= entry->key_length);
    table->key_bytes -= entry->key_length;
    mem_free(table->mem, entry->key.far, entry->key_length);
}

static void blocks_free(struct ebb_map_table *table) {
    mem_free(table->mem, table->entries, (size_t)table->capacity * table->stride);
    mem_free(table->mem, table->index, (size_t)table->capacity * 2 * sizeof *table->index);
}

void ebb_map_table_deinit(struct ebb_map_table *table) {
    for (uint32_t place = 0; place < table->used; place++)
        if (entry_at(table, place)->live) key_free(table, entry_at(table, place));
    ASSERT(table->key_bytes == 0);
    blocks_free(table);
}

/* --- the index --------------------------------------------------------------------------------------------------- */

static uint64_t hash_of(struct ebb_map_key key) { return hash_bytes(key.bytes, key.type); }

static bool entry_is(const struct ebb_map_entry *entry, uint64_t hash, struct ebb_map_key key) {
    return entry->hash == hash && entry->key_type == key.type && str_equal(ebb_map_entry_key(entry), key.bytes);
}

struct ebb_map_entry *ebb_map_table_find(const struct ebb_map_table *table, struct ebb_map_key key) {
    if (table->capacity == 0) return NULL;
    uint64_t hash = hash_of(key);
    uint32_t mask = table->capacity * 2 - 1;
    for (uint32_t slot = (uint32_t)hash & mask;; slot = (slot + 1) & mask) {
        uint32_t there = table->index[slot];
        if (there == 0) return NULL;
        if (there == MAP_INDEX_GONE) continue;
        struct ebb_map_entry *entry = entry_at(table, there - 1);
        if (entry_is(entry, hash, key)) return entry;
    }
}

static void index_put(uint32_t *index, uint32_t capacity, uint64_t hash, uint32_t place) {
    uint32_t mask = capacity * 2 - 1, slot = (uint32_t)hash & mask;
    while (index[slot] != 0) slot = (slot + 1) & mask;
    index[slot] = place + 1;
}

/* --- growth ------------------------------------------------------------------------------------------------------ */

/* A table that is full is copied without its tombstones: into one of the same size when at least half were tombstones,
 * as Go does after many deletions, else into one of twice the size. */
static enum status make_room(struct ebb_map_table *table) {
    ASSERT(table->used == table->capacity);
    uint32_t capacity = table->capacity;
    if (capacity == 0)
        capacity = MAP_CAPACITY_FIRST;
    else if (table->live > capacity / 2)
        capacity *= 2;
    if (capacity > MAP_CAPACITY_MAX) return ERR_LIMIT;
    struct ebb_map_table grown = *table;
    grown.capacity = capacity;
    grown.entries = mem_new(table->mem, capacity, table->stride);
    grown.index = mem_new(table->mem, (size_t)capacity * 2, sizeof *grown.index);
    if (grown.entries == NULL || grown.index == NULL) {
        blocks_free(&grown);
        return ERR_NOMEM;
    }
    grown.used = 0;
    for (uint32_t place = 0; place < table->used; place++) {
        const struct ebb_map_entry *entry = entry_at(table, place);
        if (!entry->live) continue;
        index_put(grown.index, capacity, entry->hash, grown.used);
        memcpy(entry_at(&grown, grown.used++), entry, table->stride);
    }
    ASSERT(grown.used == grown.live);
    blocks_free(table);
    *table = grown;
    return OK;
}

enum status ebb_map_table_add(struct ebb_map_table *table, struct ebb_map_key key, struct ebb_map_entry **out) {
    char *far = NULL;
    size_t length = key.bytes.len;
    if (length > MAP_KEY_NEAR) {
        far = mem_new(table->mem, 1, length);
        if (far == NULL) return ERR_NOMEM;
        memcpy(far, key.bytes.at, length);
    }
    if (table->used == table->capacity) {
        enum status status = make_room(table);
        if (status != OK) {
            mem_free(table->mem, far, length);
            return status;
        }
    }
    ASSERT(table->used < table->capacity);
    struct ebb_map_entry *entry = entry_at(table, table->used);
    memset(entry, 0, table->stride);
    entry->order = ++table->order;
    entry->hash = hash_of(key);
    entry->key_type = key.type;
    entry->live = true;
    entry->key_length = length;
    if (far != NULL) {
        entry->key.far = far;
        table->key_bytes += length;
    } else if (length > 0) {
        memcpy(entry->key.near, key.bytes.at, length);
    }
    index_put(table->index, table->capacity, entry->hash, table->used);
    table->used++;
    table->live++;
    *out = entry;
    return OK;
}

void ebb_map_table_remove(struct ebb_map_table *table, struct ebb_map_entry *entry) {
    ASSERT(entry->live && table->live > 0);
    uint32_t mask = table->capacity * 2 - 1, slot = (uint32_t)entry->hash & mask;
    uint32_t there = place_of(table, entry) + 1;
    while (table->index[slot] != there) {
        ASSERT(table->index[slot] != 0);
        slot = (slot + 1) & mask;
    }
    table->index[slot] = MAP_INDEX_GONE;
    key_free(table, entry);
    entry->live = false;
    table->live--;
}

/* --- the questions ----------------------------------------------------------------------------------------------- */

struct ebb_map_entry *ebb_map_table_after(const struct ebb_map_table *table, uint64_t order) {
    uint32_t low = 0, high = table->used; /* what lies before `low` is too old, what lies from `high` on is not */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (entry_at(table, middle)->order > order)
            high = middle;
        else
            low = middle + 1;
    }
    while (low < table->used && !entry_at(table, low)->live) low++;
    ASSERT(low == table->used || entry_at(table, low)->order > order);
    return low == table->used ? NULL : entry_at(table, low);
}

size_t ebb_map_table_bytes(const struct ebb_map_table *table) {
    return table->capacity * (table->stride + 2 * sizeof *table->index) + table->key_bytes;
}

void ebb_map_table_verify(const struct ebb_map_table *table) {
    uint32_t live = 0, indexed = 0;
    uint64_t order = 0;
    size_t key_bytes = 0;
    for (uint32_t place = 0; place < table->used; place++) {
        const struct ebb_map_entry *entry = entry_at(table, place);
        ASSERT(entry->order > order);
        order = entry->order;
        if (!entry->live) continue;
        live++;
        if (entry->key_length > MAP_KEY_NEAR) key_bytes += entry->key_length;
        struct ebb_map_key key = {entry->key_type, ebb_map_entry_key(entry)};
        ASSERT(ebb_map_table_find(table, key) == entry);
    }
    for (uint32_t slot = 0; slot < table->capacity * 2; slot++)
        indexed += table->index[slot] != 0 && table->index[slot] != MAP_INDEX_GONE;
    ASSERT(live == table->live && indexed == live && key_bytes == table->key_bytes);
    ASSERT(table->used <= table->capacity && order <= table->order);
}
