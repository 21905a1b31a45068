/* SPDX-License-Identifier: MIT */
/* value.c — see value.h. */
#include "core/value.h"

#include "base/hash.h"
#include "core/object.h"

void ebb_value_hold(struct ebb_value value) {
    if (value.type == EBB_OBJECT) ebb_object_hold(value.object);
}

void ebb_value_release(struct ebb_value value) {
    if (value.type == EBB_OBJECT) ebb_object_release(value.object);
}

bool ebb_value_equal(struct ebb_value a, struct ebb_value b) {
    if (a.type != b.type) return false;
    if (a.type == EBB_NIL) return true;
    if (a.type == EBB_OBJECT) return a.object == b.object;
    if (a.type == EBB_TEXT) return strcmp(a.text, b.text) == 0;
    return a.integer == b.integer;
}

const char *ebb_type_name(enum ebb_type type) {
    static const char *const names[EBB_TYPE_COUNT] = {
        [EBB_NIL] = "nil",   [EBB_INT] = "integer", [EBB_BOOL] = "boolean",   [EBB_DURATION] = "duration",
        [EBB_SIZE] = "size", [EBB_TEXT] = "text",   [EBB_PROC] = "procedure", [EBB_OBJECT] = "object",
    };
    ASSERT(type < EBB_TYPE_COUNT);
    return names[type];
}

uint64_t ebb_value_digest(uint64_t digest, struct ebb_value value) {
    digest = hash_mix(digest, value.type);
    switch (value.type) {
    case EBB_NIL: return digest;
    case EBB_TEXT: return hash_bytes(str_of(value.text), digest);
    case EBB_OBJECT: return hash_mix(digest, value.object->node.birth.serial);
    default: return hash_mix(digest, (uint64_t)value.integer);
    }
}

void ebb_value_tell(struct ebb_value value, struct ebb_teller *teller) {
    teller->word(teller, value.type);
    if (value.type == EBB_OBJECT)
        teller->object(teller, value.object);
    else
        teller->word(teller, ebb_value_digest(0, value));
}

static void shape_hold(const void *item) { ebb_value_hold(*(const struct ebb_value *)item); }
static void shape_release(const void *item) { ebb_value_release(*(const struct ebb_value *)item); }
static void shape_trace(const void *item, struct ebb_tracer *tracer) {
    const struct ebb_value *value = item;
    if (value->type == EBB_OBJECT) tracer->visit(tracer, value->object);
}

struct ebb_shape ebb_shape_value(void) {
    return (struct ebb_shape){sizeof(struct ebb_value), shape_hold, shape_release, shape_trace};
}
