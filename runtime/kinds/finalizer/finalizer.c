/* SPDX-License-Identifier: MIT */
/* finalizer.c — one record per object that has a finalizer, found by the object while it lives, queued once it is dead.
 * The records share a registry, which lies in the world's list of finalizers and goes with the last of them. */
#include "kinds/finalizer/finalizer.h"

#include "core/world.h"
#include "kinds/kinds.h"

enum { FINALIZER_OP_SET, FINALIZER_OP_CLEAR, FINALIZER_OP_RUN, FINALIZER_OP_COUNT };
#define OP(index) .code = EBB_OP_CODE(KIND_FINALIZER, index)
static const struct ebb_op finalizer_ops[FINALIZER_OP_COUNT] = {
    [FINALIZER_OP_SET] = {OP(FINALIZER_OP_SET), "set", "", "", NULL,
                          "Says what is done with an object once nobody names it."},
    [FINALIZER_OP_CLEAR] = {OP(FINALIZER_OP_CLEAR), "clear", "", "", NULL, "Takes that back."},
    [FINALIZER_OP_RUN] = {OP(FINALIZER_OP_RUN), "run", "", "", NULL, "The finalizer coroutine takes the next object."},
};

struct ebb_finalizer {
    struct ebb_object head; /* INNER while its object lives; it has one hold, its own */
    struct registry *registry;
    struct ebb_finalizer *next; /* in its bucket, while the object lives */
    struct list link;           /* in the queue, from the object's death until its function has returned */
    struct ebb_object *object;  /* held from its death on */
    void (*run)(struct ebb *, struct ebb_object *, void *);
    void *arg;
};

struct registry {
    struct list link;               /* in ebb->finalizers, alone */
    struct list queue;              /* in order of death; the first one's function may be running */
    struct ebb_finalizer **buckets; /* of those whose object lives, by the object's serial: a power of two */
    uint32_t bucket_count;
    uint32_t records, due; /* all of them; queued */
    bool running;          /* there is a finalizer coroutine */
};

#define BUCKETS_FIRST 16u

/* --- the registry ------------------------------------------------------------------------------------------------ */

static struct registry *registry_find(const struct ebb *ebb) { /* or NULL */
    struct list *link = list_first(&ebb->finalizers);
    return link == NULL ? NULL : BASE_OWNER(link, struct registry, link);
}

static void registry_free(struct ebb *ebb, struct registry *registry) {
    ASSERT(registry->records == 0 && registry->due == 0);
    list_remove(&registry->link);
    mem_free(ebb->mem, registry->buckets, registry->bucket_count * sizeof *registry->buckets);
    mem_free(ebb->mem, registry, sizeof *registry);
}

static void finalize(struct ebb_object *object);

static struct registry *registry_make(struct ebb *ebb) { /* or NULL */
    struct registry *self = mem_new(ebb->mem, 1, sizeof *self);
    if (self == NULL) return NULL;
    self->buckets = mem_new(ebb->mem, BUCKETS_FIRST, sizeof *self->buckets);
    if (self->buckets == NULL) {
        mem_free(ebb->mem, self, sizeof *self);
        return NULL;
    }
    self->bucket_count = BUCKETS_FIRST;
    list_init(&self->queue);
    list_push(&ebb->finalizers, &self->link);
    ebb->finalize = finalize;
    return self;
}

static struct ebb_finalizer **bucket_of(const struct registry *registry, const struct ebb_object *object) {
    return &registry->buckets[object->node.birth.serial & (registry->bucket_count - 1)];
}

/* Chains only get longer when there is no memory for more buckets. */
static void buckets_grow(struct ebb *ebb, struct registry *registry) {
    uint32_t old_count = registry->bucket_count;
    struct ebb_finalizer **old = registry->buckets;
    struct ebb_finalizer **grown = mem_new(ebb->mem, (size_t)old_count * 2, sizeof *grown);
    if (grown == NULL) return;
    registry->buckets = grown;
    registry->bucket_count = old_count * 2;
    for (uint32_t i = 0; i < old_count; i++) {
        for (struct ebb_finalizer *record = old[i], *next; record != NULL; record = next) {
            next = record->next;
            struct ebb_finalizer **bucket = bucket_of(registry, record->object);
            record->next = *bucket;
            *bucket = record;
        }
    }
    mem_free(ebb->mem, old, old_count * sizeof *old);
}

/* Takes the record of a living object out of its bucket. */
static struct ebb_finalizer *record_take(struct registry *registry, const struct ebb_object *object) {
    struct ebb_finalizer **at = bucket_of(registry, object);
    while (*at != NULL && (*at)->object != object) at = &(*at)->next;
    struct ebb_finalizer *record = *at;
    ASSERT(record != NULL); /* it has EBB_FLAG_FINALIZER */
    *at = record->next;
    record->next = NULL;
    return record;
}

static void record_free(struct ebb_finalizer *record) {
    struct ebb *ebb = record->head.ebb;
    struct registry *registry = record->registry;
    ASSERT(registry->records > 0);
    ebb_object_free(&record->head, sizeof *record);
    if (--registry->records == 0) registry_free(ebb, registry);
}

/* --- the queue --------------------------------------------------------------------------------------------------- */

/* The function has returned: the object goes for good, unless somebody has taken a hold of it. False: the queue is
 * empty, and with it the coroutine's work is done. */
static bool record_finish(struct registry *registry, struct ebb_finalizer *record) {
    struct ebb_object *object = record->object;
    ebb_touch_thing(object->ebb, EBB_THING_FINALIZERS, EBB_ACCESS_ALL);
    object->flags &= ~EBB_FLAG_FINALIZING;
    list_remove(&record->link);
    registry->due--;
    record->object = NULL;
    ebb_object_release(object); /* may queue others */
    bool more = registry->due > 0;
    registry->running = more;
    record_free(record); /* and the registry with the last one */
    return more;
}

static void finalizer_main(struct ebb *ebb, void *arg) {
    struct registry *registry = arg;
    struct ebb_finalizer *record;
    ASSERT(registry->running && registry->due > 0);
    do {
        ebb_touch_thing(ebb, EBB_THING_FINALIZERS, EBB_ACCESS_ALL);
        record = BASE_OWNER(list_first(&registry->queue), struct ebb_finalizer, link);
        ebb_op_begin(ebb, &finalizer_ops[FINALIZER_OP_RUN], &record->head);
        ebb_op_done(ebb);
        record->object->flags &= ~EBB_FLAG_FINALIZER; /* as in Go, from here on it may get another one */
        record->run(ebb, record->object, record->arg);
        ebb->current->on = NULL; /* it may be the record, or the object, which go now */
    } while (record_finish(registry, record));
}

/* The last hold of an object with a finalizer has gone: the queue takes one. Any coroutine, any alarm or the outside
 * may be the one that let go, so the coroutine that runs the functions belongs to none of them. */
static void finalize(struct ebb_object *object) {
    struct ebb *ebb = object->ebb;
    struct registry *registry = registry_find(ebb);
    ebb_touch_thing(ebb, EBB_THING_FINALIZERS, EBB_ACCESS_ALL);
    ASSERT(registry != NULL && object->holds == 0);
    struct ebb_finalizer *record = record_take(registry, object);
    object->holds = 1;
    object->flags |= EBB_FLAG_FINALIZING;
    record->head.flags &= ~EBB_FLAG_INNER;
    ebb_object_weigh(&record->head, 1);
    list_push(&registry->queue, &record->link);
    registry->due++;
    if (registry->running) return;
    struct ebb_co *current = ebb->current;
    ebb->current = NULL;
    enum status status = ebb_go(ebb, NULL, "finalizer", finalizer_main, registry);
    ebb->current = current;
    if (status == OK)
        registry->running = true;
    else
        ebb->end = EBB_END_NOMEM;
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

enum status ebb_finalizer_set(struct ebb *ebb, const char *label, struct ebb_object *object,
                              void (*run)(struct ebb *, struct ebb_object *, void *), void *arg) {
    ebb_op_begin(ebb, &finalizer_ops[FINALIZER_OP_SET], object);
    const char *name = object->node.birth.label;
    if (object->flags & EBB_FLAG_FINALIZER)
        ebb_panic(ebb, "finalizer of %s %s is set already", object->kind->name, name);
    if (object->kind == &ebb_coroutine_kind) ebb_panic(ebb, "finalizer set on coroutine %s", name);
    struct registry *registry = registry_find(ebb);
    if (registry == NULL) registry = registry_make(ebb);
    if (registry == NULL) return ERR_NOMEM;
    struct ebb_finalizer *record = ebb_object_make(ebb, &ebb_finalizer_kind, label, sizeof *record);
    if (record == NULL) {
        if (registry->records == 0) registry_free(ebb, registry);
        return ERR_NOMEM;
    }
    record->head.flags |= EBB_FLAG_SELF_HOLD | EBB_FLAG_INNER;
    record->registry = registry;
    record->object = object;
    record->run = run;
    record->arg = arg;
    if (registry->records++ >= registry->bucket_count) buckets_grow(ebb, registry);
    struct ebb_finalizer **bucket = bucket_of(registry, object);
    record->next = *bucket;
    *bucket = record;
    object->flags |= EBB_FLAG_FINALIZER;
    ebb_op_done(ebb);
    return OK;
}

bool ebb_finalizer_clear(struct ebb *ebb, struct ebb_object *object) {
    ebb_op_begin(ebb, &finalizer_ops[FINALIZER_OP_CLEAR], object);
    bool there = (object->flags & EBB_FLAG_FINALIZER) != 0;
    if (there) {
        object->flags &= ~EBB_FLAG_FINALIZER;
        record_free(record_take(registry_find(ebb), object));
    }
    ebb_op_done(ebb);
    return there;
}

uint32_t ebb_finalizer_due(const struct ebb *ebb) {
    const struct registry *registry = registry_find(ebb);
    return registry == NULL ? 0 : registry->due;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_finalizer *finalizer_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_finalizer, head);
}

static void finalizer_destroy(struct ebb_object *object) {
    (void)object;
    base_panic("a finalizer is nobody's to hold", __FILE__, __LINE__);
}

static void finalizer_reap(struct ebb_object *object) {
    struct ebb_finalizer *self = finalizer_of(object);
    if (list_linked(&self->link)) {
        list_remove(&self->link);
        self->registry->due--;
    }
    record_free(self); /* its bucket is never looked into again: what is reaped is not finalized */
}

static void finalizer_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_finalizer *self = finalizer_of(object);
    ebb_tracer_edge(tracer, "object", 0);
    if (list_linked(&self->link)) tracer->visit(tracer, self->object);
}

const struct ebb_kind ebb_finalizer_kind = {
    .id = KIND_FINALIZER,
    .left = EBB_LEFT_OBJECT,
    .name = "finalizer",
    .unit = "queued finalizer",
    .about = "What is done with an object once nobody names it, by a coroutine of its own.",
    .ops = finalizer_ops,
    .op_count = FINALIZER_OP_COUNT,
    .destroy = finalizer_destroy,
    .reap = finalizer_reap,
    .trace = finalizer_trace,
    .opaque = true,
};
