/* SPDX-License-Identifier: MIT */
/* list.c — see list.h. */
#include "kinds/list/list.h"

#include "core/world.h"
#include "kinds/kinds.h"

struct ebb_list {
    struct ebb_object head;
    struct ebb_value *items;
    uint32_t count, kept, capacity; /* items from `count` to `kept` are out of sight and still held */
};

static struct ebb_list *list_of(const struct ebb_object *object) { return BASE_OWNER(object, struct ebb_list, head); }

enum status ebb_list_make(struct ebb *ebb, struct ebb_list **out, const char *label) {
    struct ebb_list *self = ebb_object_make(ebb, &ebb_list_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    *out = self;
    return OK;
}

void ebb_list_drop(struct ebb_list *list) {
    if (list != NULL) ebb_object_release(&list->head);
}

enum status ebb_list_append(struct ebb_list *list, struct ebb_value value) {
    struct mem *mem = list->head.ebb->mem;
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        struct ebb_value *items = mem_grow(mem, list->items, list->capacity * sizeof *items, capacity * sizeof *items);
        if (items == NULL) return ERR_NOMEM;
        list->items = items;
        list->capacity = capacity;
    }
    struct ebb_value old = list->count < list->kept ? list->items[list->count] : EBB_VALUE_NIL;
    ebb_value_hold(value);
    list->items[list->count++] = value;
    if (list->kept < list->count) list->kept = list->count;
    ebb_object_weigh(&list->head, list->kept);
    ebb_value_release(old);
    return OK;
}

uint32_t ebb_list_count(const struct ebb_list *list) { return list->count; }

struct ebb_value ebb_list_get(const struct ebb_list *list, uint32_t index) {
    ASSERT(index < list->count);
    return list->items[index];
}

void ebb_list_set(struct ebb_list *list, uint32_t index, struct ebb_value value) {
    ASSERT(index < list->count);
    struct ebb_value old = list->items[index];
    list->items[index] = value;
    ebb_value_release(old);
}

void ebb_list_truncate(struct ebb_list *list, uint32_t count, bool keep) {
    ASSERT(count <= list->count);
    list->count = count;
    if (keep) return;
    while (list->kept > count) {
        struct ebb_value old = list->items[--list->kept];
        ebb_value_release(old);
    }
    ebb_object_weigh(&list->head, list->kept);
}

struct ebb_object *ebb_list_object(struct ebb_list *list) {
    return &list->head;
}

struct ebb_list *ebb_list_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_list_kind);
    return list_of(object);
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static void list_reap(struct ebb_object *object) {
    struct ebb_list *self = list_of(object);
    mem_free(object->ebb->mem, self->items, self->capacity * sizeof *self->items);
    ebb_object_free(object, sizeof *self);
}

static void list_destroy(struct ebb_object *object) {
    struct ebb_list *self = list_of(object);
    ebb_list_truncate(self, 0, false);
    list_reap(object);
}

static void list_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_list *self = list_of(object);
    for (uint32_t i = 0; i < self->kept; i++) {
        ebb_tracer_edge(tracer, "item", i);
        if (self->items[i].type == EBB_OBJECT) tracer->visit(tracer, self->items[i].object);
    }
}

static struct ebb_list *list_self(struct ebb *ebb, struct ebb_object *object, const char *verb) {
    if (object == NULL) ebb_panic(ebb, "%s of a nil list", verb);
    return list_of(object);
}

static void op_append(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    (void)results;
    if (ebb_list_append(list_self(ebb, self, "append"), args[0]) != OK) ebb_exhausted(ebb);
}

static void op_remove(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    struct ebb_list *list = list_self(ebb, self, "remove");
    int64_t at = args[0].integer;
    if (at < 0 || at >= list->count)
        ebb_panic(ebb, "index out of range [%lld] with length %u", (long long)at, list->count);
    results[0] = list->items[at]; /* the hold moves out */
    for (uint32_t i = (uint32_t)at; i + 1 < list->count; i++) list->items[i] = list->items[i + 1];
    list->items[--list->count] = EBB_VALUE_NIL;
    if (list->kept == list->count + 1) list->kept = list->count;
    ebb_object_weigh(&list->head, list->kept);
}

static void truncate(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, bool keep) {
    struct ebb_list *list = list_self(ebb, self, "truncate");
    int64_t count = args[0].type == EBB_NIL ? 0 : args[0].integer;
    if (count < 0 || count > list->count)
        ebb_panic(ebb, "slice bounds out of range [:%lld] with length %u", (long long)count, list->count);
    ebb_list_truncate(list, (uint32_t)count, keep);
}

static void op_truncate(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    (void)results;
    truncate(ebb, self, args, true);
}

static void op_clear(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                     struct ebb_value *results) {
    (void)args, (void)results;
    truncate(ebb, self, &EBB_VALUE_NIL, false);
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_list *made = NULL;
    (void)args;
    TRY(ebb_list_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static const struct ebb_op ops[] = {
    {.code = EBB_OP_CODE(KIND_LIST, 0), "append", "value:any", "", op_append, "Adds a value at the end."},
    {.code = EBB_OP_CODE(KIND_LIST, 1),
     "remove",
     "at:int",
     "into:any",
     op_remove,
     "Takes the value at an index out; later ones move up."},
    {.code = EBB_OP_CODE(KIND_LIST, 2),
     "truncate",
     "count:int?",
     "",
     op_truncate,
     "Shortens the list, as s[:n] does: what is cut off is out of sight and still held."},
    {.code = EBB_OP_CODE(KIND_LIST, 3), "clear", "", "", op_clear, "Empties the list and lets go of what it held."},
};

const struct ebb_kind ebb_list_kind = {
    .id = KIND_LIST,
    .left = EBB_LEFT_OBJECT,
    .name = "list",
    .unit = "list item",
    .about = "Values in order; reading and writing it is no step.",
    .make_name = "list",
    .make_shape = "",
    .make = op_make,
    .ops = ops,
    .op_count = BASE_COUNT(ops),
    .destroy = list_destroy,
    .reap = list_reap,
    .trace = list_trace,
};
