/* SPDX-License-Identifier: MIT */
/* kinds.c — the table itself. */
#include "kinds/kinds.h"

#include "core/world.h"

_Static_assert(KIND_COROUTINE == EBB_COROUTINE_KIND_ID, "core knows its own kind by this id");
_Static_assert(KIND_COUNT <= CENSUS_KINDS_MAX, "the census counts by kind in a fixed table");

const struct ebb_kind *const ebb_kinds[KIND_COUNT] = {
    [KIND_COROUTINE] = &ebb_coroutine_kind,
#define KIND(NAME, folder) [KIND_##NAME] = &ebb_##folder##_kind,
#include "kinds/kinds.def"
#undef KIND
};

const struct ebb_op *ebb_op_find(const struct ebb_kind *kind, struct str name) {
    for (uint32_t i = 0; i < kind->op_count; i++)
        if (str_equal(name, str_of(kind->ops[i].name))) return &kind->ops[i];
    return NULL;
}
