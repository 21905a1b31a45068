/* SPDX-License-Identifier: MIT */
/* record.c — see record.h. */
#include "kinds/record/record.h"

#include "core/world.h"
#include "kinds/kinds.h"

struct ebb_record {
    struct ebb_object head;
    const char *const *names; /* borrowed */
    uint32_t count;
    struct ebb_value fields[];
};

static struct ebb_record *record_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_record, head);
}

static size_t record_bytes(uint32_t count) { return sizeof(struct ebb_record) + count * sizeof(struct ebb_value); }

enum status ebb_record_make(struct ebb *ebb, struct ebb_record **out, const char *label, const char *const *names,
                            uint32_t count) {
    struct ebb_record *self = ebb_object_make(ebb, &ebb_record_kind, label, record_bytes(count));
    if (self == NULL) return ERR_NOMEM;
    self->names = names;
    self->count = count;
    *out = self;
    return OK;
}

void ebb_record_drop(struct ebb_record *record) {
    if (record != NULL) ebb_object_release(&record->head);
}

uint32_t ebb_record_find(const struct ebb_record *record, const char *name) {
    for (uint32_t i = 0; i < record->count; i++)
        if (record->names[i] == name || strcmp(record->names[i], name) == 0) return i;
    return UINT32_MAX;
}

struct ebb_value ebb_record_get(const struct ebb_record *record, uint32_t field) {
    ASSERT(field < record->count);
    return record->fields[field];
}

void ebb_record_set(struct ebb_record *record, uint32_t field, struct ebb_value value) {
    ASSERT(field < record->count);
    struct ebb_value old = record->fields[field];
    record->fields[field] = value;
    ebb_value_release(old);
}

struct ebb_object *ebb_record_object(struct ebb_record *record) {
    return &record->head;
}

struct ebb_record *ebb_record_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_record_kind);
    return record_of(object);
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static void record_reap(struct ebb_object *object) { ebb_object_free(object, record_bytes(record_of(object)->count)); }

static void record_destroy(struct ebb_object *object) {
    struct ebb_record *self = record_of(object);
    for (uint32_t i = 0; i < self->count; i++) ebb_value_release(self->fields[i]);
    record_reap(object);
}

static void record_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    const struct ebb_record *self = record_of(object);
    for (uint32_t i = 0; i < self->count; i++) {
        ebb_tracer_edge(tracer, "field", i);
        tracer->name = str_of(self->names[i]);
        if (self->fields[i].type == EBB_OBJECT) tracer->visit(tracer, self->fields[i].object);
    }
}

static void record_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_record *self = record_of(object);
    for (uint32_t i = 0; i < self->count; i++) ebb_value_tell(self->fields[i], teller);
}

const struct ebb_kind ebb_record_kind = {
    .id = KIND_RECORD,
    .left = EBB_LEFT_OBJECT,
    .name = "record",
    .about = "Named values; reading and writing a field is no step.",
    .destroy = record_destroy,
    .state = record_state,
    .reap = record_reap,
    .trace = record_trace,
};
