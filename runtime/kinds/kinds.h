/* SPDX-License-Identifier: MIT */
/* kinds.h — the table of kinds, which loader, checker, docs and reporters loop over. Nobody switches on a kind. */
#ifndef KINDS_KINDS_H
#define KINDS_KINDS_H

#include "core/object.h"

enum ebb_kind_id {
    KIND_COROUTINE, /* the one kind that core makes itself, and so not in kinds.def */
#define KIND(NAME, folder) KIND_##NAME,
#include "kinds/kinds.def"
#undef KIND
    KIND_COUNT
};

extern const struct ebb_kind ebb_coroutine_kind;
#define KIND(NAME, folder) extern const struct ebb_kind ebb_##folder##_kind;
#include "kinds/kinds.def"
#undef KIND

extern const struct ebb_kind *const ebb_kinds[KIND_COUNT];                      /* by id */
const struct ebb_op *ebb_op_find(const struct ebb_kind *kind, struct str name); /* NULL: it has no such verb */

#endif
