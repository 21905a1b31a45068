/* SPDX-License-Identifier: MIT */
/* load.h — what the parts of the loader share. Every function reports what it finds wrong and goes on, so that one load
 * shows several mistakes; NULL or false only says that there is nothing to go on with. Private to this folder. */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include "scenario/model.h"
#include "scenario/yaml.h"

/* One lexical level while names are resolved. */
struct name_level {
    struct name_level *outer;
    struct routine *routine;
    uint32_t *place_next; /* of the scope these variables live in */
    uint32_t *place_peak;
    bool scope;           /* a new scope starts here */
    bool kept;            /* a closure names a variable of this level: its place is not given to another */
    struct local *locals; /* newest first */
};
struct local {
    struct local *older;
    struct str name;
    uint32_t place;
    struct declared *declared;
    bool captured; /* a closure names it, so that it lives as long as the scope */
};
struct loader {
    struct scenario *scenario;
    struct mem_arena *arena;
    struct scenario_problems *problems;
    struct name_level *level;
    bool out_of_memory;
    uint32_t depth;    /* of the expression being read */
    bool in_cycle;     /* `turn` is known */
    uint32_t loops;    /* around the step being read, within its routine */
    const char *label; /* of what the next constructor makes */
    struct declared *newest;
};

/* For "%.*s": what a message shows of a text from the file. */
#define SHOWN(text) (int)((text).len > 40 ? 40 : (text).len), (text).at

void *scenario_load_take(struct loader *loader, size_t size); /* NULL sets out_of_memory */
void scenario_load_problem(struct loader *loader, struct where where, const char *format, ...) PRINTF_LIKE(3, 4);
struct where scenario_load_where(const struct yaml_node *node);

bool scenario_load_mapping(struct loader *loader, const struct yaml_node *node, const char *what); /* or a problem */

/* A routine's own scope, its parameters (NULL: none) and its steps; false: a problem was reported. */
bool scenario_load_routine(struct loader *loader, struct routine *routine, const struct yaml_node *params,
                           const struct yaml_node *body);

/* params.c */
void scenario_load_params(struct loader *loader, const struct yaml_node *node);
bool scenario_load_param_fits(struct loader *loader, const struct param *param, struct ebb_value value,
                              struct where where);
bool scenario_load_param_value(struct loader *loader, const struct param *param, const struct yaml_node *node,
                               struct ebb_value *out);
/* variants.c */
void scenario_load_variants(struct loader *loader, const struct yaml_node *node);
void scenario_load_expects(struct loader *loader, const struct yaml_node *node);
void scenario_load_pending(struct loader *loader, const struct yaml_node *node);
/* range.c: after everything else */
void scenario_load_range(struct loader *loader);
/* rules.c; NULL nodes are fine */
void scenario_load_limits(struct loader *loader, const struct yaml_node *node);
void scenario_load_stop(struct loader *loader, const struct yaml_node *node); /* stop.c */
void scenario_load_tags(struct loader *loader, const struct yaml_node *node);
void scenario_load_watches(struct loader *loader, const struct yaml_node *node);
void scenario_load_faults(struct loader *loader, const struct yaml_node *node);
/* expr.c */
struct expr *scenario_load_expr(struct loader *loader, const struct yaml_node *node); /* NULL: a problem was reported */
bool scenario_load_constant(struct loader *loader, const struct yaml_node *node,
                            struct ebb_value *out); /* a literal only */
/* names.c */
bool scenario_load_name_ok(struct loader *loader, struct str name,
                           struct where where); /* a plain identifier, no reserved word */
bool scenario_load_variable(struct loader *loader, struct str name, struct variable *out);
/* A level for a block in the scope of the level around it; between the two the block is loaded. Its variables end with
 * `block`, but for those that a closure in it names. */
struct name_level scenario_load_level(struct loader *loader);
void scenario_load_level_end(struct loader *loader, struct name_level *level, uint32_t before, struct block *block);
bool scenario_load_declare(struct loader *loader, const struct yaml_node *name, struct variable *out);
struct routine *scenario_load_proc(struct loader *loader, struct str name, uint32_t *number);
int32_t scenario_load_param(struct loader *loader, struct str name); /* -1: none */
/* The nearest of `count` words by edit distance, at most a third of its length away; NULL when none is near. */
const char *scenario_nearest(struct str word, const char *const *words, uint32_t count);
/* The same, and NULL also when the answer would not be shown any more. */
const char *scenario_load_nearest(const struct loader *loader, struct str word, const char *const *words,
                                  uint32_t count);
/* words.c */
struct word {
    enum step_what what;
    const char *name;
    const char *value; /* what stands behind it: "expression", "block", "call", …; NULL: nothing */
    const char *keys;  /* beside it, as a shape: "do:block as:name?" */
    bool (*load)(struct loader *, const struct yaml_node *, struct step *);
    const char *about; /* one sentence for the docs */
};
const struct word *scenario_word_at(uint32_t index);      /* NULL past the last */
const struct word *scenario_bare_word_at(uint32_t index); /* words that stand alone */
const struct word *scenario_word_find(struct str name);
bool scenario_load_is_step(struct str name); /* a word of the language, or a verb of some kind */
bool scenario_load_word(struct loader *loader, const struct word *word, const struct yaml_node *node,
                        struct step *step);
bool scenario_load_bare(struct loader *loader, const struct yaml_node *node,
                        struct step *step); /* false: no bare word */
/* Keys that a step may have beside its word; anything else is a problem. */
void scenario_load_keys(struct loader *loader, const struct yaml_node *step, const char *const *allowed,
                        uint32_t count);
/* Where a result goes: a variable that exists, or a new one of this block. NULL: nowhere. */
bool scenario_load_target(struct loader *loader, const struct yaml_node *node, struct variable *out, bool *has);
/* steps.c */
bool scenario_load_block(struct loader *loader, const struct yaml_node *sequence, struct block *out);
/* select.c */
bool scenario_load_select(struct loader *loader, const struct yaml_node *cases, struct step *step);
/* expect.c */
bool scenario_load_expect(struct loader *loader, const struct yaml_node *node, struct check_expect *out);

#endif
