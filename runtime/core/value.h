/* SPDX-License-Identifier: MIT */
/* value.h — what a scenario's variables and messages carry, and the shape by which containers copy items.
 *
 * C code under test stores plain bytes of any size; scenarios store values, which may name objects. A container knows
 * the difference only through its shape. */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include "base/base.h"

struct ebb_object;
struct ebb_tracer;

enum ebb_type {
    EBB_NIL, /* also the nil channel */
    EBB_INT,
    EBB_BOOL,
    EBB_DURATION, /* nanoseconds */
    EBB_SIZE,     /* bytes */
    EBB_TEXT,     /* NUL-terminated, lives as long as the scenario */
    EBB_PROC,     /* a procedure of the scenario, by number */
    EBB_OBJECT,
    EBB_TYPE_COUNT
};

struct ebb_value {
    enum ebb_type type;
    union {
        int64_t integer; /* INT, BOOL, DURATION, SIZE, PROC */
        const char *text;
        struct ebb_object *object;
    };
};
#define EBB_VALUE_NIL ((struct ebb_value){.type = EBB_NIL})

static inline struct ebb_value ebb_value_int(int64_t integer) {
    return (struct ebb_value){.type = EBB_INT, .integer = integer};
}
static inline struct ebb_value ebb_value_bool(bool truth) {
    return (struct ebb_value){.type = EBB_BOOL, .integer = truth};
}
static inline struct ebb_value ebb_value_object(struct ebb_object *object) {
    return (struct ebb_value){.type = object == NULL ? EBB_NIL : EBB_OBJECT, .object = object};
}
void ebb_value_hold(struct ebb_value value); /* no-op for what names no object */
void ebb_value_release(struct ebb_value value);
bool ebb_value_equal(struct ebb_value a, struct ebb_value b); /* objects by identity, texts by bytes */
const char *ebb_type_name(enum ebb_type type);
/* Folds the value into a digest: objects by their birth serial, never by address. */
uint64_t ebb_value_digest(uint64_t digest, struct ebb_value value);

/* How items are copied. The functions may be NULL for plain bytes. */
struct ebb_shape {
    uint32_t size;
    void (*hold)(const void *item);
    void (*release)(const void *item);
    void (*trace)(const void *item, struct ebb_tracer *);
};
static inline struct ebb_shape ebb_shape_bytes(uint32_t size) { return (struct ebb_shape){.size = size}; }
struct ebb_shape ebb_shape_value(void); /* items are struct ebb_value */

#endif
