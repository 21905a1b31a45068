/* SPDX-License-Identifier: MIT */
/* map.c — maps: a table, and the mark of the coroutine that is writing, by which others are caught at it. */
#include "kinds/map/map.h"

#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/map/map_table.h"

enum { MAP_OP_PUT, MAP_OP_GET, MAP_OP_DELETE, MAP_OP_LEN, MAP_OP_CAPACITY, MAP_OP_COUNT };
static const struct ebb_op map_ops[MAP_OP_COUNT];

struct ebb_map {
    struct ebb_object head;
    struct ebb_map_table table;
    struct ebb_shape shape;
    const struct ebb_co *writer; /* inside put or delete, between its two steps; or NULL */
};

enum status ebb_map_make_shaped(struct ebb *ebb, struct ebb_map **out, const char *label, struct ebb_shape shape) {
    struct ebb_map *self = ebb_object_make(ebb, &ebb_map_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->shape = shape;
    ebb_map_table_init(&self->table, ebb->mem, shape.size);
    *out = self;
    return OK;
}

enum status ebb_map_make(struct ebb *ebb, struct ebb_map **out, const char *label, uint32_t value_size) {
    return ebb_map_make_shaped(ebb, out, label, ebb_shape_bytes(value_size));
}

struct ebb_map *ebb_map_hold(struct ebb_map *map) {
    if (map != NULL) ebb_object_hold(&map->head);
    return map;
}

void ebb_map_drop(struct ebb_map *map) {
    if (map != NULL) ebb_object_release(&map->head);
}

/* --- keys -------------------------------------------------------------------------------------------------------- */

static struct ebb_map_key key_of_bytes(struct str bytes) { return (struct ebb_map_key){EBB_TYPE_COUNT, bytes}; }

/* `word` is where the bytes of a number lie, and outlives the key. */
static struct ebb_map_key key_of_value(const struct ebb_value *value, uint64_t *word) {
    if (value->type == EBB_TEXT) return (struct ebb_map_key){EBB_TEXT, str_of(value->text)};
    if (value->type == EBB_NIL)
        *word = 0;
    else if (value->type == EBB_OBJECT)
        *word = value->object->node.birth.serial;
    else
        *word = (uint64_t)value->integer;
    return (struct ebb_map_key){value->type, {(const char *)word, sizeof *word}};
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static struct ebb_object *object_or_null(struct ebb_map *map) { return map == NULL ? NULL : &map->head; }

/* The first of a write's two steps: others may now find us inside. */
static void write_enter(struct ebb *ebb, struct ebb_map *map) {
    if (map->writer != NULL) ebb_panic(ebb, "concurrent map writes on %s", map->head.node.birth.label);
    map->writer = ebb->current;
    ebb_op_done(ebb);
    ASSERT(map->writer == ebb->current);
}

static void write_leave(struct ebb *ebb, struct ebb_map *map) {
    map->writer = NULL;
    ebb_object_weigh(&map->head, map->table.live);
    if (VERIFY && ebb->step % (1 + (uint64_t)map->table.used) == 0) ebb_map_verify(map);
}

static void read_check(struct ebb *ebb, const struct ebb_map *map) {
    if (map != NULL && map->writer != NULL)
        ebb_panic(ebb, "concurrent map read and map write on %s", map->head.node.birth.label);
}

static enum status map_put(struct ebb *ebb, struct ebb_map *map, struct ebb_map_key key, const void *value) {
    if (map == NULL) ebb_panic(ebb, "assignment to entry in nil map");
    write_enter(ebb, map);
    const struct ebb_shape *shape = &map->shape;
    struct ebb_map_entry *entry = ebb_map_table_find(&map->table, key);
    bool fresh = entry == NULL;
    enum status status = fresh ? ebb_map_table_add(&map->table, key, &entry) : OK;
    if (status == OK) {
        if (shape->hold != NULL) shape->hold(value); /* before the release: it may be the same */
        if (!fresh && shape->release != NULL) shape->release(entry->value);
        if (shape->size > 0) memcpy(entry->value, value, shape->size);
    }
    write_leave(ebb, map);
    if (status == OK) ebb_op_done(ebb);
    return status;
}

static bool map_get(struct ebb *ebb, struct ebb_map *map, struct ebb_map_key key, void *value) {
    read_check(ebb, map);
    const struct ebb_map_entry *entry = map == NULL ? NULL : ebb_map_table_find(&map->table, key);
    if (entry != NULL) {
        if (map->shape.hold != NULL) map->shape.hold(entry->value);
        memcpy(value, entry->value, map->shape.size);
    } else if (map != NULL) {
        memset(value, 0, map->shape.size);
    }
    ebb_op_done(ebb);
    return entry != NULL;
}

static bool map_delete(struct ebb *ebb, struct ebb_map *map, struct ebb_map_key key) {
    bool there = false;
    if (map != NULL) { /* deleting from the nil map does nothing */
        write_enter(ebb, map);
        struct ebb_map_entry *entry = ebb_map_table_find(&map->table, key);
        there = entry != NULL;
        if (there) {
            ebb_map_table_remove(&map->table, entry);
            if (map->shape.release != NULL) map->shape.release(entry->value);
        }
        write_leave(ebb, map);
    }
    ebb_op_done(ebb);
    return there;
}

enum status ebb_map_put(struct ebb *ebb, struct ebb_map *map, struct str key, const void *value) {
    ebb_op_begin(ebb, &map_ops[MAP_OP_PUT], object_or_null(map));
    return map_put(ebb, map, key_of_bytes(key), value);
}

bool ebb_map_get(struct ebb *ebb, struct ebb_map *map, struct str key, void *value) {
    ebb_op_begin(ebb, &map_ops[MAP_OP_GET], object_or_null(map));
    return map_get(ebb, map, key_of_bytes(key), value);
}

bool ebb_map_delete(struct ebb *ebb, struct ebb_map *map, struct str key) {
    ebb_op_begin(ebb, &map_ops[MAP_OP_DELETE], object_or_null(map));
    return map_delete(ebb, map, key_of_bytes(key));
}

enum status ebb_map_put_by(struct ebb *ebb, struct ebb_map *map, const struct ebb_value *key, const void *value) {
    uint64_t word;
    ebb_op_begin(ebb, &map_ops[MAP_OP_PUT], object_or_null(map));
    return map_put(ebb, map, key_of_value(key, &word), value);
}

bool ebb_map_get_by(struct ebb *ebb, struct ebb_map *map, const struct ebb_value *key, void *value) {
    uint64_t word;
    ebb_op_begin(ebb, &map_ops[MAP_OP_GET], object_or_null(map));
    return map_get(ebb, map, key_of_value(key, &word), value);
}

bool ebb_map_delete_by(struct ebb *ebb, struct ebb_map *map, const struct ebb_value *key) {
    uint64_t word;
    ebb_op_begin(ebb, &map_ops[MAP_OP_DELETE], object_or_null(map));
    return map_delete(ebb, map, key_of_value(key, &word));
}

/* --- the questions ----------------------------------------------------------------------------------------------- */

bool ebb_map_at(const struct ebb_map *map, uint64_t *cursor, struct str *key, const void **value) {
    const struct ebb_map_entry *entry = map == NULL ? NULL : ebb_map_table_after(&map->table, *cursor);
    if (entry == NULL) return false;
    ASSERT(entry->order > *cursor);
    *cursor = entry->order;
    *key = ebb_map_entry_key(entry);
    if (value != NULL) *value = entry->value;
    return true;
}

uint32_t ebb_map_len(const struct ebb_map *map) { return map == NULL ? 0 : map->table.live; }
uint32_t ebb_map_capacity(const struct ebb_map *map) { return map == NULL ? 0 : map->table.capacity; }
size_t ebb_map_capacity_bytes(const struct ebb_map *map) { return map == NULL ? 0 : ebb_map_table_bytes(&map->table); }
struct ebb_object *ebb_map_object(struct ebb_map *map) {
    return &map->head;
}

void ebb_map_verify(const struct ebb_map *map) {
    ebb_map_table_verify(&map->table);
    ASSERT(map->writer != NULL || map->head.node.weight == map->table.live);
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_map *map_of(const struct ebb_object *object) {
    return object == NULL ? NULL : BASE_OWNER(object, struct ebb_map, head);
}

static void map_reap(struct ebb_object *object) {
    ebb_map_table_deinit(&map_of(object)->table);
    ebb_object_free(object, sizeof(struct ebb_map));
}

static void map_destroy(struct ebb_object *object) {
    struct ebb_map *self = map_of(object);
    struct ebb_map_entry *entry = NULL;
    ASSERT(self->writer == NULL); /* who writes to it holds it */
    if (self->shape.release != NULL)
        for (uint64_t at = 0; (entry = ebb_map_table_after(&self->table, at)) != NULL; at = entry->order)
            self->shape.release(entry->value);
    map_reap(object);
}

static void map_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_map *self = map_of(object);
    const struct ebb_map_entry *entry = NULL;
    if (self->shape.trace == NULL) return;
    for (uint64_t at = 0; (entry = ebb_map_table_after(&self->table, at)) != NULL; at = entry->order) {
        struct str key = ebb_map_entry_key(entry);
        ebb_tracer_edge(tracer, "key", 0);
        if (entry->key_type == EBB_TEXT || entry->key_type == EBB_TYPE_COUNT)
            tracer->name = key;
        else if (key.len == sizeof tracer->place)
            memcpy(&tracer->place, key.at, key.len);
        self->shape.trace(entry->value, tracer);
    }
}

/* A table is worth making anew, smaller, from here on; below, one that was full once may stay as it is. */
#define TABLE_WORTH_BYTES ((uint64_t)16 << 10)

static bool map_pinned(const struct ebb_object *object, uint64_t *used_bytes, uint64_t *held_bytes) {
    const struct ebb_map_table *table = &map_of(object)->table;
    uint64_t held = ebb_map_table_bytes(table);
    if (held < TABLE_WORTH_BYTES) return false;
    ASSERT(table->live <= table->capacity && held >= table->key_bytes);
    *used_bytes = table->key_bytes + (held - table->key_bytes) / table->capacity * table->live;
    *held_bytes = held;
    return true;
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_map *made = NULL;
    TRY(ebb_map_make_shaped(ebb, &made, label, ebb_shape_value()));
    *out = &made->head;
    return OK;
}

static void op_put(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)results;
    if (ebb_map_put_by(ebb, map_of(self), &args[0], &args[1]) != OK) ebb_exhausted(ebb);
}

static void op_get(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    results[1] = ebb_value_bool(ebb_map_get_by(ebb, map_of(self), &args[0], &results[0]));
}

static void op_delete(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    results[0] = ebb_value_bool(ebb_map_delete_by(ebb, map_of(self), &args[0]));
}

static void op_len(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args;
    ebb_op_begin(ebb, &map_ops[MAP_OP_LEN], self);
    results[0] = ebb_value_int(ebb_map_len(map_of(self)));
    ebb_op_done(ebb);
}

static void op_capacity(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    (void)args;
    ebb_op_begin(ebb, &map_ops[MAP_OP_CAPACITY], self);
    results[0] = (struct ebb_value){.type = EBB_SIZE, .integer = (int64_t)ebb_map_capacity_bytes(map_of(self))};
    ebb_op_done(ebb);
}

#define OP(index) .code = EBB_OP_CODE(KIND_MAP, index)
static const struct ebb_op map_ops[MAP_OP_COUNT] = {
    [MAP_OP_PUT] = {OP(MAP_OP_PUT), "put", "key:any value:any?", "", op_put,
                    "Stores a value under a key. Two steps: whoever is in the map meanwhile panics."},
    [MAP_OP_GET] = {OP(MAP_OP_GET), "get", "key:any", "into:any ok:bool", op_get,
                    "Looks a key up; `ok` says whether it is there.", .access = EBB_ACCESS_READ},
    [MAP_OP_DELETE] = {OP(MAP_OP_DELETE), "delete", "key:any", "ok:bool", op_delete,
                       "Removes a key; the table keeps its size. Two steps, as put."},
    [MAP_OP_LEN] = {OP(MAP_OP_LEN), "len", "", "into:int", op_len, "The number of entries.", .access = EBB_ACCESS_READ},
    [MAP_OP_CAPACITY] = {OP(MAP_OP_CAPACITY), "capacity", "", "into:size", op_capacity,
                         "The bytes that the table takes, whatever is in it.", .access = EBB_ACCESS_READ},
};

const struct ebb_kind ebb_map_kind = {
    .id = KIND_MAP,
    .left = EBB_LEFT_OBJECT,
    .name = "map",
    .unit = "map entry",
    .about = "Values by key, in order of insertion; for one coroutine at a time.",
    .make_name = "map",
    .make_shape = "",
    .make = op_make,
    .ops = map_ops,
    .op_count = MAP_OP_COUNT,
    .destroy = map_destroy,
    .reap = map_reap,
    .trace = map_trace,
    .pinned = map_pinned,
};

struct ebb_map *ebb_map_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_map_kind);
    return BASE_OWNER(object, struct ebb_map, head);
}
