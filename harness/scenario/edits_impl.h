/* SPDX-License-Identifier: MIT */
/* edits_impl.h — between what can be edited and what is left of the file then. Private to this folder. */
#ifndef SCENARIO_EDITS_IMPL_H
#define SCENARIO_EDITS_IMPL_H

#include "scenario/edits.h"
#include "scenario/yaml.h"

enum edit_what {
    EDIT_ITEMS,    /* `count` items of a sequence, from `at` on, go */
    EDIT_KEY,      /* the key `at` goes, with its value */
    EDIT_INLINE,   /* the item `at` gives way to the items of `with` */
    EDIT_CASE,     /* the select `at` gives way to its case `with` */
    EDIT_NUMBER,   /* `count` digits of the scalar `at`, from `place` on, become `number` */
    EDIT_NAME,     /* the variable `name`, and every step that names it; `with`: only inside of it */
    EDIT_ARGUMENT, /* parameter `place` of the procedure whose key is `at`; besides, its name in its body, as above */
};
struct edit {
    enum edit_what what;
    const struct yaml_node *at, *with;
    uint32_t count, place;
    uint64_t number;
    struct str name;
};
struct str scenario_edit_procedure(struct str call); /* "worker" of "worker(a, b)" */
/* Argument `index` of "worker(a, b)"; false: there are not as many. `out` lies within `call`. */
bool scenario_edit_argument(struct str call, uint32_t index, struct str *out);
/* Is `name` a word of this expression, and not the field of something? */
bool scenario_edit_names(struct str text, struct str name);
void scenario_edit_write(struct buf *out, const struct yaml_node *root, const struct edit *edit);
/* A number of an expression at or behind `*from`, without its unit; `*from` comes to stand behind its digits. */
bool scenario_edit_number(struct str text, uint32_t *from, uint32_t *digits, uint64_t *number);

#endif
