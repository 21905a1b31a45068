/* SPDX-License-Identifier: MIT */
/* array.c — a block and the views of it, ordered by where they begin, so that their union is one walk. */
#include "kinds/array/array.h"

#include "core/world.h"
#include "kinds/kinds.h"

struct ebb_array {
    struct ebb_object head;
    struct list views; /* by `from`, ascending */
    size_t size;
    unsigned char *bytes; /* a block of its own */
};

static struct ebb_array_view *view_of(struct list *link) { return BASE_OWNER(link, struct ebb_array_view, link); }

enum status ebb_array_make(struct ebb *ebb, struct ebb_array **out, const char *label, size_t size) {
    if (size > LIMIT_BLOCK_BYTES) return ERR_LIMIT;
    unsigned char *bytes = mem_new(ebb->mem, 1, size);
    if (bytes == NULL) return ERR_NOMEM;
    struct ebb_array *self = ebb_object_make(ebb, &ebb_array_kind, label, sizeof *self);
    if (self == NULL) {
        mem_free(ebb->mem, bytes, size);
        return ERR_NOMEM;
    }
    list_init(&self->views);
    self->size = size;
    self->bytes = bytes;
    ebb_object_weigh(&self->head, size);
    *out = self;
    return OK;
}

struct ebb_array *ebb_array_hold(struct ebb_array *array) {
    ebb_object_hold(&array->head);
    return array;
}

void ebb_array_drop(struct ebb_array *array) { ebb_object_release(&array->head); }

unsigned char *ebb_array_bytes(struct ebb_array *array) { return array->bytes; }
size_t ebb_array_size(const struct ebb_array *array) { return array->size; }
struct ebb_object *ebb_array_object(struct ebb_array *array) {
    return &array->head;
}

void ebb_array_view_add(struct ebb_array *array, struct ebb_array_view *view) {
    ASSERT(view->from <= array->size && view->length <= array->size - view->from);
    struct list *before = array->views.prev; /* from the end: views are mostly cut upwards */
    while (before != &array->views && view_of(before)->from > view->from) before = before->prev;
    list_push(before->next, &view->link); /* between `before` and what follows it */
    ASSERT(view->link.prev == before);
}

void ebb_array_view_remove(struct ebb_array *array, struct ebb_array_view *view) {
    ASSERT(list_linked(&view->link));
    ASSERT(view->from <= array->size && view->length <= array->size - view->from);
    list_remove(&view->link);
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_array *array_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_array, head);
}

static void array_reap(struct ebb_object *object) {
    struct ebb_array *self = array_of(object);
    mem_free(object->ebb->mem, self->bytes, self->size);
    ebb_object_free(object, sizeof *self);
}

static void array_destroy(struct ebb_object *object) {
    ASSERT(list_empty(&array_of(object)->views)); /* who views it holds it */
    array_reap(object);
}

static bool array_pinned(const struct ebb_object *object, uint64_t *used_bytes, uint64_t *held_bytes) {
    const struct ebb_array *self = array_of(object);
    if (list_empty(&self->views)) return false;
    size_t used = 0, end = 0, from = 0;
    LIST_EACH(link, &self->views) {
        const struct ebb_array_view *view = view_of(link);
        ASSERT(view->from >= from);
        from = view->from;
        size_t start = from > end ? from : end, stop = from + view->length;
        if (stop <= start) continue;
        used += stop - start;
        end = stop;
    }
    ASSERT(used <= self->size);
    *used_bytes = used;
    *held_bytes = self->size;
    return true;
}

const struct ebb_kind ebb_array_kind = {
    .id = KIND_ARRAY,
    .left = EBB_LEFT_OBJECT,
    .name = "array",
    .unit = "bytes",
    .about = "The block of bytes behind one or more slices; it lives as long as the last of them.",
    .ops = NULL,
    .destroy = array_destroy,
    .reap = array_reap,
    .pinned = array_pinned,
};
