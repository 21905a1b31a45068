/* SPDX-License-Identifier: MIT */
/* show.h — what a scenario means, in words: who runs, what there is and who uses it, how the variants differ and what is
 * expected of them. The text depends on the file alone. */
#ifndef SCENARIO_SHOW_H
#define SCENARIO_SHOW_H

#include "base/buf.h"
#include "scenario/scenario.h"

/* `name` heads the text. ERR_NOMEM: not all is there. */
CHECKED enum status scenario_show(const struct scenario *scenario, struct mem *mem, struct str name, struct buf *out);

#endif
