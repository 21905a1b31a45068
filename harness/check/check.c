/* SPDX-License-Identifier: MIT */
/* check.c — the two tables, and the walk over one of them. */
#include "check/check.h"

#include "check/look.h"

static const char *const kind_names[CHECK_KIND_COUNT] = {
#define FINDING(NAME, name) [CHECK_##NAME] = #name,
#include "check/findings.def"
#undef FINDING
};

#define INVARIANT(name) extern const struct check_invariant check_##name##_invariant;
#include "check/invariants.def"
#undef INVARIANT

static const struct check_invariant *const invariants[] = {
#define INVARIANT(name) &check_##name##_invariant,
#include "check/invariants.def"
#undef INVARIANT
};

const char *check_kind_name(enum check_kind kind) {
    ASSERT(kind < CHECK_KIND_COUNT);
    return kind_names[kind];
}

enum check_kind check_kind_find(struct str name) {
    for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++)
        if (str_equal(name, str_of(kind_names[kind]))) return (enum check_kind)kind;
    return CHECK_KIND_COUNT;
}

const struct check_invariant *check_invariant_at(uint32_t index) {
    return index < BASE_COUNT(invariants) ? invariants[index] : NULL;
}

void check_run(const struct check_view *view, struct check_findings *findings) {
    ASSERT(ebb_current(view->ebb) == NULL && findings->index == NULL);
    ASSERT(!view->ebb->census_off); /* else everything would look clean */
    ASSERT(view->cycle_count == 0 || view->cycles != NULL);
    struct check_index index = {0};
    findings->index = &index;
    for (size_t i = 0; i < BASE_COUNT(invariants); i++) invariants[i]->check(view, findings);
    findings->index = NULL;
    check_index_deinit(&index);
}

void check_tell(const struct check_view *view, struct check_findings *findings, const struct check_told *told,
                uint32_t told_count) {
    for (struct ebb_object *object = check_first(view->ebb); object != NULL; object = check_next(object)) {
        if (!check_own_right(object)) continue;
        for (uint32_t i = 0; i < told_count; i++) {
            if (told[i].left != object->kind->left) continue;
            uint64_t remains = check_remains(object);
            ASSERT(remains > 0);
            struct check_finding finding = {
                .kind = told[i].kind,
                .line = object->node.birth.line,
                .count = told[i].amount ? remains : 1,
            };
            check_name_set(finding.object, object->node.birth.label);
            check_add_object(findings, &finding, object);
        }
    }
}

/* Is it in the ledger still? The last object of a verb that has completed may have ended since. */
static bool lives(struct ebb *ebb, const struct ebb_object *wanted) {
    for (const struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
        if (object == wanted) return true;
    return false;
}

void check_verb_set(struct check_finding *finding, const struct ebb_co *co) {
    finding->line = co->line;
    if (co->op == NULL) return; /* it has not come to its first verb */
    check_name_set(finding->operation, co->op->name);
    if (co->on == NULL) {
        /* A coroutine's own verbs, such as sleep, are on nothing; those of any other kind are on a nil object. */
        bool own = co->op->code >> 8 == EBB_COROUTINE_KIND_ID;
        check_name_set(finding->on, own ? "" : "nil");
    } else if (co->state == EBB_CO_PARKED || lives(co->head.ebb, co->on)) { /* who waits on it keeps it alive */
        check_name_set(finding->on, co->on->node.birth.label);
    }
}
