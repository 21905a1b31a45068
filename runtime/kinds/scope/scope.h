/* SPDX-License-Identifier: MIT */
/* scope.h — the variables of one activation, for interpreters: closures share them, and they live as long as one does.
 * A scope is never a finding of its own; what it names is told by the coroutine that holds it. */
#ifndef KINDS_SCOPE_SCOPE_H
#define KINDS_SCOPE_SCOPE_H

#include "core/runtime.h"
#include "core/value.h"

struct ebb_scope;

/* `count` variables, all nil. `outer` (may be NULL) is held. `code` and `owner` are the interpreter's, borrowed.
 * ERR_NOMEM. */
CHECKED enum status ebb_scope_make(struct ebb *ebb, struct ebb_scope **out, struct ebb_scope *outer, uint32_t count,
                                   const void *code, void *owner);
struct ebb_scope *ebb_scope_hold(struct ebb_scope *scope);
void ebb_scope_drop(struct ebb_scope *scope);                     /* NULL is fine */
struct ebb_scope *ebb_scope_outer(const struct ebb_scope *scope); /* borrowed, or NULL */
struct ebb_scope *ebb_scope_up(struct ebb_scope *scope, uint32_t hops);
const void *ebb_scope_code(const struct ebb_scope *scope);
void *ebb_scope_owner(const struct ebb_scope *scope);
uint32_t ebb_scope_count(const struct ebb_scope *scope);                             /* of variables */
struct ebb_value ebb_scope_get(const struct ebb_scope *scope, uint32_t index);       /* borrowed */
void ebb_scope_set(struct ebb_scope *scope, uint32_t index, struct ebb_value value); /* takes the hold; drops the old */
struct ebb_object *ebb_scope_object(struct ebb_scope *scope);
struct ebb_scope *ebb_scope_from(struct ebb_object *object); /* which is one */

#endif
