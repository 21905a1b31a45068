/* SPDX-License-Identifier: MIT */
/* record.h — named values, for interpreters: what a struct is to a program. Reading and writing a field is no step. */
#ifndef KINDS_RECORD_RECORD_H
#define KINDS_RECORD_RECORD_H

#include "core/runtime.h"
#include "core/value.h"

struct ebb_record;

/* `names` are `count` borrowed texts that outlive the world; all fields are nil. ERR_NOMEM. */
CHECKED enum status ebb_record_make(struct ebb *ebb, struct ebb_record **out, const char *label,
                                    const char *const *names, uint32_t count);
void ebb_record_drop(struct ebb_record *record);
uint32_t ebb_record_find(const struct ebb_record *record, const char *name);      /* UINT32_MAX: it has no such field */
struct ebb_value ebb_record_get(const struct ebb_record *record, uint32_t field); /* borrowed */
void ebb_record_set(struct ebb_record *record, uint32_t field,
                    struct ebb_value value); /* takes the hold; drops the old */
struct ebb_object *ebb_record_object(struct ebb_record *record);
struct ebb_record *ebb_record_from(struct ebb_object *object); /* which is one */

#endif
