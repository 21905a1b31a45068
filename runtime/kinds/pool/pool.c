/* SPDX-License-Identifier: MIT */
/* pool.c — a stack of held objects. It never shrinks, and it keeps the largest object it was ever given: the leaks
 * this kind exists to show. */
#include "kinds/pool/pool.h"

#include "core/world.h"
#include "kinds/kinds.h"

enum { POOL_OP_PUT, POOL_OP_GET, POOL_OP_COUNT };
static const struct ebb_op pool_ops[POOL_OP_COUNT];

struct ebb_pool {
    struct ebb_object head;
    struct ebb_object **kept; /* each held once per place */
    uint32_t count, capacity;
};

enum status ebb_pool_make(struct ebb *ebb, struct ebb_pool **out, const char *label) {
    struct ebb_pool *self = ebb_object_make(ebb, &ebb_pool_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    *out = self;
    return OK;
}

struct ebb_pool *ebb_pool_hold(struct ebb_pool *pool) {
    if (pool != NULL) ebb_object_hold(&pool->head);
    return pool;
}

void ebb_pool_drop(struct ebb_pool *pool) {
    if (pool != NULL) ebb_object_release(&pool->head);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static enum status make_room(struct ebb_pool *pool) {
    if (pool->count < pool->capacity) return OK;
    ASSERT(pool->capacity <= UINT32_MAX / 2);
    uint32_t capacity = pool->capacity == 0 ? 8 : pool->capacity * 2;
    struct ebb_object **kept =
        mem_grow(pool->head.ebb->mem, pool->kept, pool->capacity * sizeof *kept, capacity * sizeof *kept);
    if (kept == NULL) return ERR_NOMEM;
    pool->kept = kept;
    pool->capacity = capacity;
    return OK;
}

enum status ebb_pool_put(struct ebb *ebb, struct ebb_pool *pool, struct ebb_object *taken) {
    ebb_op_begin(ebb, &pool_ops[POOL_OP_PUT], &pool->head);
    if (taken == NULL) ebb_panic(ebb, "put of nothing into pool %s", pool->head.node.birth.label);
    TRY(make_room(pool));
    ASSERT(taken->holds > 0);
    pool->kept[pool->count++] = taken;
    ebb_object_weigh(&pool->head, pool->count);
    ebb_op_done(ebb);
    return OK;
}

struct ebb_object *ebb_pool_get(struct ebb *ebb, struct ebb_pool *pool) {
    ebb_op_begin(ebb, &pool_ops[POOL_OP_GET], &pool->head);
    struct ebb_object *given = NULL;
    if (pool->count > 0) {
        given = pool->kept[--pool->count];
        ebb_object_weigh(&pool->head, pool->count);
        ASSERT(given->holds > 0);
    }
    ebb_op_done(ebb);
    return given;
}

uint32_t ebb_pool_len(const struct ebb_pool *pool) { return pool->count; }
struct ebb_object *ebb_pool_object(struct ebb_pool *pool) {
    return &pool->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_pool *pool_of(const struct ebb_object *object) { return BASE_OWNER(object, struct ebb_pool, head); }

static void pool_reap(struct ebb_object *object) {
    struct ebb_pool *self = pool_of(object);
    mem_free(object->ebb->mem, self->kept, self->capacity * sizeof *self->kept);
    ebb_object_free(object, sizeof *self);
}

static void pool_destroy(struct ebb_object *object) {
    struct ebb_pool *self = pool_of(object);
    while (self->count > 0) ebb_object_release(self->kept[--self->count]);
    pool_reap(object);
}

static void pool_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_pool *self = pool_of(object);
    for (uint32_t i = 0; i < self->count; i++) {
        ebb_tracer_edge(tracer, "kept", i);
        tracer->visit(tracer, self->kept[i]);
    }
}

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_pool *made = NULL;
    TRY(ebb_pool_make(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static void op_put(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)results;
    if (args[0].type != EBB_OBJECT && args[0].type != EBB_NIL) {
        ebb_op_begin(ebb, &pool_ops[POOL_OP_PUT], self);
        ebb_panic(ebb, "put of %s into pool %s, which keeps objects", ebb_type_name(args[0].type),
                  self->node.birth.label);
    }
    ebb_value_hold(args[0]); /* the argument's own hold stays with the caller's variable */
    struct ebb_object *taken = args[0].type == EBB_OBJECT ? args[0].object : NULL;
    if (ebb_pool_put(ebb, pool_of(self), taken) != OK) ebb_exhausted(ebb);
}

static void op_get(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args;
    results[0] = ebb_value_object(ebb_pool_get(ebb, pool_of(self)));
}

#define OP(index) .code = EBB_OP_CODE(KIND_POOL, index)
static const struct ebb_op pool_ops[POOL_OP_COUNT] = {
    [POOL_OP_PUT] = {OP(POOL_OP_PUT), "put", "value:any", "", op_put,
                     "Keeps an object for the next one who asks; nothing is a panic."},
    [POOL_OP_GET] = {OP(POOL_OP_GET), "get", "", "into:any", op_get,
                     "Takes the object put last, or nil when there is none."},
};

const struct ebb_kind ebb_pool_kind = {
    .id = KIND_POOL,
    .left = EBB_LEFT_OBJECT,
    .name = "pool",
    .unit = "pooled object",
    .about = "Objects kept for reuse, last in, first out.",
    .make_name = "pool",
    .make_shape = "",
    .make = op_make,
    .ops = pool_ops,
    .op_count = POOL_OP_COUNT,
    .destroy = pool_destroy,
    .reap = pool_reap,
    .trace = pool_trace,
};
