/* SPDX-License-Identifier: MIT */
/* memory.c — a block of the C heap and the small object that stands for it. The object outlives the block while it is
 * named, so that a second free and a use after free are panics of the subject and never wild pointers of ours. */
#include "kinds/memory/memory.h"

#include "core/world.h"
#include "kinds/kinds.h"

enum { MEMORY_OP_FREE, MEMORY_OP_USE, MEMORY_OP_COUNT };
static const struct ebb_op memory_ops[MEMORY_OP_COUNT];

struct ebb_memory {
    struct ebb_object head;
    unsigned char *bytes; /* a block of its own; NULL once freed */
    size_t size;
};

enum status ebb_memory_take(struct ebb *ebb, struct ebb_memory **out, const char *label, size_t size) {
    if (size > LIMIT_BLOCK_BYTES) return ERR_LIMIT;
    unsigned char *bytes = mem_new(ebb->mem, 1, size);
    if (bytes == NULL) return ERR_NOMEM;
    struct ebb_memory *self = ebb_object_make(ebb, &ebb_memory_kind, label, sizeof *self);
    if (self == NULL) {
        mem_free(ebb->mem, bytes, size);
        return ERR_NOMEM;
    }
    self->bytes = bytes;
    self->size = size;
    ebb_object_self_hold(&self->head);
    ebb_object_weigh(&self->head, size);
    *out = self;
    return OK;
}

struct ebb_memory *ebb_memory_hold(struct ebb_memory *memory) {
    if (memory != NULL) ebb_object_hold(&memory->head);
    return memory;
}

void ebb_memory_drop(struct ebb_memory *memory) {
    if (memory != NULL) ebb_object_release(&memory->head);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static void bytes_free(struct ebb_memory *memory) {
    mem_free(memory->head.ebb->mem, memory->bytes, memory->size);
    memory->bytes = NULL;
}

void ebb_memory_free(struct ebb *ebb, struct ebb_memory *memory) {
    ebb_op_begin(ebb, &memory_ops[MEMORY_OP_FREE], memory == NULL ? NULL : &memory->head);
    if (memory == NULL) {
        ebb_op_done(ebb);
        return;
    }
    ebb_object_use(&memory->head, "free");
    bytes_free(memory);
    memory->head.flags |= EBB_FLAG_ENDED;
    ebb_object_weigh(&memory->head, 0);
    ASSERT(memory->head.holds > 1); /* the caller's */
    ebb_object_self_release(&memory->head);
    ebb_op_done(ebb);
}

void ebb_memory_use(struct ebb *ebb, struct ebb_memory *memory) {
    ebb_op_begin(ebb, &memory_ops[MEMORY_OP_USE], &memory->head);
    ebb_object_use(&memory->head, "use");
    ASSERT(memory->bytes != NULL);
    ebb_op_done(ebb);
}

unsigned char *ebb_memory_bytes(struct ebb_memory *memory) { return memory->bytes; }
size_t ebb_memory_size(const struct ebb_memory *memory) { return memory->size; }
struct ebb_object *ebb_memory_object(struct ebb_memory *memory) {
    return &memory->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_memory *memory_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_memory, head);
}

static void memory_reap(struct ebb_object *object) {
    bytes_free(memory_of(object));
    ebb_object_free(object, sizeof(struct ebb_memory));
}

static void memory_destroy(struct ebb_object *object) {
    ASSERT(object->flags & EBB_FLAG_ENDED); /* until then it holds itself */
    ASSERT(memory_of(object)->bytes == NULL);
    memory_reap(object);
}

static uint64_t memory_remains(const struct ebb_object *object) {
    return object->flags & EBB_FLAG_ENDED ? 0 : memory_of(object)->size;
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_memory *made = NULL;
    if (args[0].integer < 0) return ERR_INPUT;
    TRY(ebb_memory_take(ebb, &made, label, (size_t)args[0].integer));
    *out = &made->head;
    return OK;
}

static void op_free(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_memory_free(ebb, self == NULL ? NULL : memory_of(self));
}

static void op_use(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_memory_use(ebb, memory_of(self));
}

#define OP(index) .code = EBB_OP_CODE(KIND_MEMORY, index)
static const struct ebb_op memory_ops[MEMORY_OP_COUNT] = {
    [MEMORY_OP_FREE] = {OP(MEMORY_OP_FREE), "free", "", "", op_free,
                        "Gives the memory back; a second time is a panic, and of nil it does nothing.",
                        .nil_too = true},
    [MEMORY_OP_USE] = {OP(MEMORY_OP_USE), "use", "", "", op_use, "Touches the memory; after its free that is a panic."},
};

const struct ebb_kind ebb_memory_kind = {
    .id = KIND_MEMORY,
    .left = EBB_LEFT_BYTES,
    .name = "memory",
    .unit = "heap bytes",
    .about = "A block taken from the C heap, which stays until it is freed.",
    .make_name = "malloc",
    .make_shape = "size:size",
    .make = op_make,
    .refusable = true,
    .ops = memory_ops,
    .op_count = MEMORY_OP_COUNT,
    .destroy = memory_destroy,
    .reap = memory_reap,
    .remains = memory_remains,
};
