/* SPDX-License-Identifier: MIT */
/* look.h — what the invariants share: when they may judge, how they walk the ledger, how a finding is filled. */
#ifndef CHECK_LOOK_H
#define CHECK_LOOK_H

#include "check/check.h"
#include "core/world.h"

/* A world that broke a rule, met a budget or lost its memory stopped half-way: what is left then proves nothing. */
static inline bool check_judges(const struct check_view *view, enum check_phase phase) {
    return view->phase == phase && view->end < EBB_END_PANIC;
}

/* Every live object, in order of birth. NULL: there is none, or no other. */
static inline struct ebb_object *check_first(struct ebb *ebb) {
    struct list *link = list_first(&ebb_census(ebb)->nodes);
    return link == NULL ? NULL : ebb_object_of(BASE_OWNER(link, struct census_node, link));
}
static inline struct ebb_object *check_next(const struct ebb_object *object) {
    struct list *link = object->node.link.next;
    if (link == &ebb_census(object->ebb)->nodes) return NULL;
    return ebb_object_of(BASE_OWNER(link, struct census_node, link));
}

/* How much of what its kind is told for remains; 0 for what is only told when nothing else explains it. */
static inline uint64_t check_remains(const struct ebb_object *object) {
    const struct ebb_kind *kind = object->kind;
    if (kind->left == EBB_LEFT_OBJECT || kind->remains == NULL) return 0;
    return kind->remains(object);
}

/* Left behind in its own right, so that whatever it keeps is a consequence. */
static inline bool check_own_right(const struct ebb_object *object) {
    return (object->flags & EBB_FLAG_INNER) == 0 && check_remains(object) > 0;
}

/* Where an object stands among `count` in order of birth, whose serials ascend; CHECK_NOWHERE: it is none of them. */
#define CHECK_NOWHERE UINT32_MAX
uint32_t check_place_of(struct ebb_object *const *objects, uint32_t count, const struct ebb_object *object);
/* check_add with the object's birth, which is looked up only when there is none alike yet. */
void check_add_object(struct check_findings *findings, const struct check_finding *finding, struct ebb_object *object);
/* The operation, what it is on, and the line of a coroutine's last verb. */
void check_verb_set(struct check_finding *finding, const struct ebb_co *co);

/* What is told for objects of one meaning: a finding of `kind` for each; `amount`: counted by what remains. */
struct check_told {
    enum ebb_left left;
    enum check_kind kind;
    bool amount;
};
void check_tell(const struct check_view *view, struct check_findings *findings, const struct check_told *told,
                uint32_t told_count);

/* Finds alike findings in constant time. Lives while check_run does; without one, or without memory for it, findings
 * are searched one by one. */
struct check_index {
    uint32_t *slots; /* place of a finding plus 1, 0 for none; NULL until it pays */
    size_t size;     /* a power of two */
    bool refused;    /* there was no memory */
};
void check_index_deinit(struct check_index *index);

#endif
