/* SPDX-License-Identifier: MIT */
/* keys.h — the keys that the mappings of a file may have, where they are not those of steps: the loader refuses what is
 * not here, and schema and documentation are made of the same rows. Private to this folder. */
#ifndef SCENARIO_KEYS_H
#define SCENARIO_KEYS_H

#include "scenario/load.h"

enum key_table {
    KEYS_TOP,
    KEYS_PARAM,
    KEYS_LIMITS,
    KEYS_STOP,
    KEYS_RECV,
    KEYS_SEND,
    KEYS_AFTER,
    KEYS_DEFAULT,
    KEYS_FINDING,
    KEYS_EXPECT,
    KEY_TABLE_COUNT
};
struct key {
    const char *name;
    const char *value; /* what stands behind it, as in struct word; "?" at the end: the key may be left out */
    const char *about;
};
const struct key *scenario_key_at(enum key_table table, uint32_t index); /* NULL past the last */
bool scenario_key_known(enum key_table table, struct str name);
/* Complains about a key of `mapping` that the table does not have; the first key too, unless `skip_first`. `whose` begins
 * the sentence: "a scenario", "a parameter". */
void scenario_key_check(struct loader *loader, const struct yaml_node *mapping, enum key_table table, bool skip_first,
                        const char *whose);

/* Ways to write a rule of "watch". */
struct watch_form {
    const char *form, *about;
};
const struct watch_form *scenario_watch_form_at(uint32_t index); /* NULL past the last */

/* The limits of `limits`. */
#define LIMIT_CYCLES_ASKED 100000

#endif
