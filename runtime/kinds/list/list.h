/* SPDX-License-Identifier: MIT */
/* list.h — values in order, for interpreters: a plain variable-length array. Its verbs are not steps, since reading and
 * writing plain data is not a synchronisation point; what it holds is told by whoever holds the list. */
#ifndef KINDS_LIST_LIST_H
#define KINDS_LIST_LIST_H

#include "core/runtime.h"
#include "core/value.h"

struct ebb_list;

CHECKED enum status ebb_list_make(struct ebb *ebb, struct ebb_list **out, const char *label); /* ERR_NOMEM */
void ebb_list_drop(struct ebb_list *list);
/* Takes a hold of its own. ERR_NOMEM: the list is unchanged. */
CHECKED enum status ebb_list_append(struct ebb_list *list, struct ebb_value value);
uint32_t ebb_list_count(const struct ebb_list *list);
struct ebb_value ebb_list_get(const struct ebb_list *list, uint32_t index);       /* borrowed */
void ebb_list_set(struct ebb_list *list, uint32_t index, struct ebb_value value); /* takes the hold; drops the old */
/* Shortens to `count`. With `keep` the items beyond stay held, as a slice cut with s[:n] keeps them (Go spec, "Slice
 * expressions"): the next appends replace them one by one. */
void ebb_list_truncate(struct ebb_list *list, uint32_t count, bool keep);
struct ebb_object *ebb_list_object(struct ebb_list *list);
struct ebb_list *ebb_list_from(struct ebb_object *object); /* which is one */

#endif
