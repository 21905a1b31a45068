/* SPDX-License-Identifier: MIT */
/* scope.c — see scope.h. */
#include "kinds/scope/scope.h"

#include "core/world.h"
#include "kinds/kinds.h"

struct ebb_scope {
    struct ebb_object head;
    struct ebb_scope *outer; /* held */
    const void *code;
    void *owner;
    uint32_t count;
    struct ebb_value values[];
};

static struct ebb_scope *scope_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_scope, head);
}

static size_t scope_bytes(uint32_t count) { return sizeof(struct ebb_scope) + count * sizeof(struct ebb_value); }

enum status ebb_scope_make(struct ebb *ebb, struct ebb_scope **out, struct ebb_scope *outer, uint32_t count,
                           const void *code, void *owner) {
    struct ebb_scope *self = ebb_object_make(ebb, &ebb_scope_kind, "scope", scope_bytes(count));
    if (self == NULL) return ERR_NOMEM;
    self->head.flags |= EBB_FLAG_INNER;
    self->outer = outer == NULL ? NULL : ebb_scope_hold(outer);
    self->code = code;
    self->owner = owner;
    self->count = count;
    *out = self;
    return OK;
}

struct ebb_scope *ebb_scope_hold(struct ebb_scope *scope) {
    ebb_object_hold(&scope->head);
    return scope;
}

void ebb_scope_drop(struct ebb_scope *scope) {
    if (scope != NULL) ebb_object_release(&scope->head);
}

struct ebb_scope *ebb_scope_outer(const struct ebb_scope *scope) {
    return scope->outer;
}

struct ebb_scope *ebb_scope_up(struct ebb_scope *scope, uint32_t hops) {
    for (; hops > 0; hops--) {
        ASSERT(scope->outer != NULL);
        scope = scope->outer;
    }
    return scope;
}

const void *ebb_scope_code(const struct ebb_scope *scope) { return scope->code; }
void *ebb_scope_owner(const struct ebb_scope *scope) { return scope->owner; }

uint32_t ebb_scope_count(const struct ebb_scope *scope) { return scope->count; }

struct ebb_value ebb_scope_get(const struct ebb_scope *scope, uint32_t index) {
    ASSERT(index < scope->count);
    return scope->values[index];
}

void ebb_scope_set(struct ebb_scope *scope, uint32_t index, struct ebb_value value) {
    ASSERT(index < scope->count);
    struct ebb_value old = scope->values[index];
    scope->values[index] = value;
    ebb_value_release(old);
}

struct ebb_object *ebb_scope_object(struct ebb_scope *scope) {
    return &scope->head;
}

static void scope_destroy(struct ebb_object *object) {
    struct ebb_scope *self = scope_of(object);
    for (uint32_t i = 0; i < self->count; i++) ebb_value_release(self->values[i]);
    ebb_scope_drop(self->outer);
    ebb_object_free(object, scope_bytes(self->count));
}

static void scope_reap(struct ebb_object *object) { ebb_object_free(object, scope_bytes(scope_of(object)->count)); }

static void scope_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_scope *self = scope_of(object);
    ebb_tracer_edge(tracer, "outer variables", 0);
    if (self->outer != NULL) tracer->visit(tracer, &self->outer->head);
    for (uint32_t i = 0; i < self->count; i++) {
        ebb_tracer_edge(tracer, "variable", i);
        if (self->values[i].type == EBB_OBJECT) tracer->visit(tracer, self->values[i].object);
    }
}

static void scope_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_scope *self = scope_of(object);
    teller->word(teller, (uintptr_t)self->code);
    teller->object(teller, self->outer == NULL ? NULL : &self->outer->head);
    for (uint32_t i = 0; i < self->count; i++) ebb_value_tell(self->values[i], teller);
}

const struct ebb_kind ebb_scope_kind = {
    .id = KIND_SCOPE,
    .left = EBB_LEFT_OBJECT,
    .name = "scope",
    .code = true,
    .about = "The variables of one activation of a procedure or block.",
    .destroy = scope_destroy,
    .state = scope_state,
    .reap = scope_reap,
    .trace = scope_trace,
};

struct ebb_scope *ebb_scope_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_scope_kind);
    return BASE_OWNER(object, struct ebb_scope, head);
}
