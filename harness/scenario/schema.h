/* SPDX-License-Identifier: MIT */
/* schema.h — the language as a JSON Schema, for editors, and as a page for people: both made of the tables that the
 * loader reads, so that neither knows more or less than it. */
#ifndef SCENARIO_SCHEMA_H
#define SCENARIO_SCHEMA_H

#include "base/buf.h"

/* Who writes JSON; handed in, since the writer is on no lower floor. Keys are NULL inside a list. */
struct scenario_schema_writer {
    void (*open)(struct scenario_schema_writer *, const char *key, char bracket);
    void (*close)(struct scenario_schema_writer *, char bracket);
    void (*text)(struct scenario_schema_writer *, const char *key, struct str text);
    void (*number)(struct scenario_schema_writer *, const char *key, int64_t number);
    void (*boolean)(struct scenario_schema_writer *, const char *key, bool yes);
};
/* Draft 2020-12. It says of a file's structure what the loader says; names, expressions and the order of keys are
 * beyond it. ERR_NOMEM: not all was written. */
CHECKED enum status scenario_schema(struct scenario_schema_writer *writer, struct mem *mem);
/* All steps, constructors, verbs, functions and findings, as Markdown. */
void scenario_operations(struct buf *out);

#endif
