/* SPDX-License-Identifier: MIT */
/* yaml.h — YAML as a tree in which every node knows its line and column. Built from libyaml's events under our own
 * bounds; anchors, aliases, tags and second documents are refused, duplicate keys are errors. */
#ifndef SCENARIO_YAML_H
#define SCENARIO_YAML_H

#include "base/mem.h"
#include "scenario/scenario.h"

enum yaml_what { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
    enum yaml_what what;
    bool quoted; /* SCALAR: written in quotes or as a block, so it is text */
    bool braced; /* inside { } or [ ], where a comma or bracket ends a plain value */
    uint32_t line, column;
    struct str text;         /* SCALAR */
    struct yaml_node *first; /* SEQUENCE: items; MAPPING: keys, each with its value */
    struct yaml_node *next;  /* sibling */
    struct yaml_node *value; /* of a key */
    uint32_t count;
};

/* NULL root with OK: an empty document. Problems found are added; ERR_INPUT when there was any. */
CHECKED enum status scenario_yaml_read(struct mem_arena *arena, struct str bytes, struct scenario_problems *problems,
                                       struct yaml_node **root);
/* The value of `key` in a mapping, or NULL. */
struct yaml_node *scenario_yaml_get(const struct yaml_node *mapping, const char *key);
bool scenario_yaml_is(const struct yaml_node *scalar, const char *text);

#endif
