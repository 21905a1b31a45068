/* SPDX-License-Identifier: MIT */
/* schema_impl.h — what the parts of the schema share. Private to this folder. */
#ifndef SCENARIO_SCHEMA_IMPL_H
#define SCENARIO_SCHEMA_IMPL_H

#include "scenario/keys.h"
#include "scenario/schema.h"

struct schema {
    struct scenario_schema_writer *writer;
    struct buf words; /* of a description, with a NUL at its end */
    bool failed;      /* some were lost */
};
const char *scenario_schema_words(struct schema *self); /* "" when they were */
void scenario_schema_open(struct schema *self, const char *key, char bracket);
void scenario_schema_close(struct schema *self, char bracket);
void scenario_schema_text(struct schema *self, const char *key, const char *text);
void scenario_schema_number(struct schema *self, const char *key, int64_t number);
void scenario_schema_boolean(struct schema *self, const char *key, bool yes);
void scenario_schema_about(struct schema *self, const char *about); /* NULL: nothing */
/* {"$ref": "#/$defs/block", "description": …} for "block" or "block?", as the tables name what stands behind a key. */
void scenario_schema_value(struct schema *self, const char *key, const char *value, const char *about);
void scenario_schema_keys(struct schema *self, enum key_table table);                    /* the properties */
void scenario_schema_needs(struct schema *self, enum key_table table);                   /* which are required */
void scenario_schema_one_needed(struct schema *self, const char *key, const char *name); /* {"required": [name]} */
void scenario_schema_steps(struct schema *self); /* the definitions of blocks, steps and cases */

/* "capacity:int?"; that of a list or a record, which the expression language makes itself, too. */
const char *scenario_make_shape(const struct ebb_kind *kind);
const char *scenario_finding_about(enum check_kind kind);
/* One place of a shape ("key:text?"); false past the last. */
struct shape_place {
    struct str name, type;
    bool optional;
};
bool scenario_shape_at(const char *shape, uint32_t index, struct shape_place *out);

#endif
