/* SPDX-License-Identifier: MIT */
/* slice.c — views of arrays. Each slice holds its array and tells it which range it shows. */
#include "kinds/slice/slice.h"

#include "core/world.h"
#include "kinds/array/array.h"
#include "kinds/kinds.h"

enum { SLICE_OP_CUT, SLICE_OP_APPEND, SLICE_OP_COUNT };
static const struct ebb_op slice_ops[SLICE_OP_COUNT];

struct ebb_slice {
    struct ebb_object head;
    struct ebb_array *array; /* held */
    struct ebb_array_view view;
    size_t capacity; /* from view.from on; >= view.length */
};

/* The array's hold moves in, on success. */
static enum status slice_over(struct ebb *ebb, struct ebb_slice **out, const char *label, struct ebb_array *array,
                              size_t from, size_t length, size_t capacity) {
    ASSERT(length <= capacity && from + capacity <= ebb_array_size(array));
    struct ebb_slice *self = ebb_object_make(ebb, &ebb_slice_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->array = array;
    self->view.from = from;
    self->view.length = length;
    self->capacity = capacity;
    ebb_array_view_add(array, &self->view);
    *out = self;
    return OK;
}

enum status ebb_slice_make(struct ebb *ebb, struct ebb_slice **out, const char *label, size_t length, size_t capacity) {
    struct ebb_array *array = NULL;
    if (length > capacity) return ERR_INPUT;
    TRY(ebb_array_make(ebb, &array, label, capacity));
    enum status status = slice_over(ebb, out, label, array, 0, length, capacity);
    if (status != OK) ebb_array_drop(array);
    return status;
}

struct ebb_slice *ebb_slice_hold(struct ebb_slice *slice) {
    if (slice != NULL) ebb_object_hold(&slice->head);
    return slice;
}

void ebb_slice_drop(struct ebb_slice *slice) {
    if (slice != NULL) ebb_object_release(&slice->head);
}

size_t ebb_slice_grown(size_t capacity, size_t length) {
    ASSERT(length > capacity && length <= LIMIT_BLOCK_BYTES);
    if (length > capacity * 2) return length;
    if (capacity < 256) return capacity * 2;
    while (capacity < length) capacity += (capacity + 3 * 256) / 4;
    return capacity;
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

enum status ebb_slice_cut(struct ebb *ebb, struct ebb_slice *slice, size_t from, size_t to, struct ebb_slice **out,
                          const char *label) {
    ebb_op_begin(ebb, &slice_ops[SLICE_OP_CUT], &slice->head);
    if (from > to || to > slice->capacity)
        ebb_panic(ebb, "slice bounds out of range [%zu:%zu] with capacity %zu", from, to, slice->capacity);
    struct ebb_array *array = ebb_array_hold(slice->array);
    enum status status = slice_over(ebb, out, label, array, slice->view.from + from, to - from, slice->capacity - from);
    if (status != OK) {
        ebb_array_drop(array);
        return status;
    }
    ebb_op_done(ebb);
    return OK;
}

/* This view moves to a larger array of its own, taking its bytes along; the older one stays until it is dropped. */
static enum status slice_move(struct ebb *ebb, struct ebb_slice *slice, size_t capacity, struct ebb_array **older) {
    struct ebb_array *array = NULL;
    ASSERT(capacity > slice->capacity);
    TRY(ebb_array_make(ebb, &array, slice->head.node.birth.label, capacity));
    if (slice->view.length > 0) memcpy(ebb_array_bytes(array), ebb_slice_bytes(slice), slice->view.length);
    ebb_array_view_remove(slice->array, &slice->view);
    *older = slice->array;
    slice->array = array;
    slice->view.from = 0;
    slice->capacity = capacity;
    ebb_array_view_add(array, &slice->view);
    return OK;
}

enum status ebb_slice_append(struct ebb *ebb, struct ebb_slice *slice, const void *bytes, size_t count) {
    ebb_op_begin(ebb, &slice_ops[SLICE_OP_APPEND], &slice->head);
    struct ebb_array *older = NULL;
    size_t length = slice->view.length;
    if (count > LIMIT_BLOCK_BYTES - length)
        ebb_panic(ebb, "append of %zu bytes to %s: length out of range", count, slice->head.node.birth.label);
    if (length + count > slice->capacity) {
        size_t capacity = ebb_slice_grown(slice->capacity, length + count);
        if (capacity > LIMIT_BLOCK_BYTES) capacity = LIMIT_BLOCK_BYTES;
        TRY(slice_move(ebb, slice, capacity, &older));
    }
    unsigned char *end = ebb_slice_bytes(slice) + length;
    if (bytes == NULL)
        memset(end, 0, count);
    else if (count > 0)
        memmove(end, bytes, count);
    slice->view.length += count;
    if (older != NULL) ebb_array_drop(older); /* not before: `bytes` may lie in it */
    ebb_op_done(ebb);
    return OK;
}

unsigned char *ebb_slice_bytes(struct ebb_slice *slice) { return ebb_array_bytes(slice->array) + slice->view.from; }
size_t ebb_slice_len(const struct ebb_slice *slice) { return slice->view.length; }
size_t ebb_slice_capacity(const struct ebb_slice *slice) { return slice->capacity; }
struct ebb_array *ebb_slice_array(struct ebb_slice *slice) {
    return slice->array;
}
struct ebb_object *ebb_slice_object(struct ebb_slice *slice) {
    return &slice->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_slice *slice_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_slice, head);
}

static void slice_destroy(struct ebb_object *object) {
    struct ebb_slice *self = slice_of(object);
    ASSERT(self->view.length <= self->capacity);
    ebb_array_view_remove(self->array, &self->view);
    ebb_array_drop(self->array);
    ebb_object_free(object, sizeof *self);
}

static void slice_reap(struct ebb_object *object) { ebb_object_free(object, sizeof(struct ebb_slice)); }

static void slice_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    ebb_tracer_edge(tracer, "block", 0);
    tracer->visit(tracer, ebb_array_object(slice_of(object)->array));
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_slice *made = NULL;
    if (args[0].integer < 0) return ERR_INPUT;
    TRY(ebb_slice_make(ebb, &made, label, (size_t)args[0].integer, (size_t)args[0].integer));
    *out = &made->head;
    return OK;
}

static void op_cut(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    struct ebb_slice *slice = slice_of(self), *made = NULL;
    /* A negative bound becomes a huge one, which is out of range as well. */
    size_t from = args[0].type == EBB_NIL ? 0 : (size_t)args[0].integer;
    size_t to = args[1].type == EBB_NIL ? slice->view.length : (size_t)args[1].integer;
    if (ebb_slice_cut(ebb, slice, from, to, &made, self->node.birth.label) != OK) ebb_exhausted(ebb);
    results[0] = ebb_value_object(&made->head);
}

static void op_append(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                      struct ebb_value *results) {
    (void)results;
    if (ebb_slice_append(ebb, slice_of(self), NULL, (size_t)args[0].integer) != OK) ebb_exhausted(ebb);
}

#define OP(index) .code = EBB_OP_CODE(KIND_SLICE, index)
static const struct ebb_op slice_ops[SLICE_OP_COUNT] = {
    [SLICE_OP_CUT] = {OP(SLICE_OP_CUT), "cut", "from:size? to:size?", "into:any", op_cut,
                      "Makes a slice of a part, which shares the array."},
    [SLICE_OP_APPEND] = {OP(SLICE_OP_APPEND), "append", "size:size", "", op_append,
                         "Appends bytes: in place while there is room, else in a new array."},
};

const struct ebb_kind ebb_slice_kind = {
    .id = KIND_SLICE,
    .left = EBB_LEFT_OBJECT,
    .name = "slice",
    .view = true,
    .about = "A view of a range of bytes, which keeps the whole array behind it.",
    .make_name = "bytes",
    .make_shape = "size:size",
    .make = op_make,
    .ops = slice_ops,
    .op_count = SLICE_OP_COUNT,
    .destroy = slice_destroy,
    .reap = slice_reap,
    .trace = slice_trace,
};

struct ebb_slice *ebb_slice_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_slice_kind);
    return BASE_OWNER(object, struct ebb_slice, head);
}
