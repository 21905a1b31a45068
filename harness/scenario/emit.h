/* SPDX-License-Identifier: MIT */
/* emit.h — a scenario back as text, in one form whatever its author wrote: what is equal is emitted equal. */
#ifndef SCENARIO_EMIT_H
#define SCENARIO_EMIT_H

#include "base/buf.h"
#include "scenario/scenario.h"

/* Canonical YAML, which loads as an equal scenario. ERR_NOMEM from `mem`, or what the sink answers. A file close to the
 * limits of size may be larger than they allow when it is emitted. */
CHECKED enum status scenario_emit(const struct scenario *scenario, struct mem *mem, struct sink *sink);
/* Do they mean the same? Lines and columns aside, everything is compared. */
bool scenario_equal(const struct scenario *a, const struct scenario *b);

#endif
