/* SPDX-License-Identifier: MIT */
/* select.h — one of several communications (Go spec, "Select statements"). */
#ifndef KINDS_SELECT_SELECT_H
#define KINDS_SELECT_SELECT_H

#include "kinds/chan/chan.h"

enum ebb_case_what { EBB_CASE_RECV, EBB_CASE_SEND };
struct ebb_case {
    struct ebb_chan *chan; /* NULL: never ready */
    enum ebb_case_what what;
    const void *send; /* SEND: the item */
    void *recv;       /* RECV: where to; may be NULL */
};
#define EBB_SELECT_TIMEOUT UINT32_MAX
#define EBB_SELECT_DEFAULT (UINT32_MAX - 1)

/* Blocks until one case can go on, and takes it; of several that can, the chooser picks, the lowest by default.
 * Returns its index; `why` (may be NULL) is EBB_CLOSED for a receive from a closed channel. After `delay_ns` without
 * any: EBB_SELECT_TIMEOUT; EBB_NEVER waits for ever. At most LIMIT_SELECT_CASES cases. Sending on a closed channel
 * panics, when chosen. No case and no deadline: blocks for ever. */
uint32_t ebb_select(struct ebb *ebb, const struct ebb_case *cases, uint32_t count, int64_t delay_ns,
                    enum ebb_wake *why);
/* The same with a default case: never blocks; EBB_SELECT_DEFAULT when no case can go on at once. */
uint32_t ebb_select_default(struct ebb *ebb, const struct ebb_case *cases, uint32_t count, enum ebb_wake *why);
const struct ebb_op *ebb_select_op(bool otherwise); /* as tables have it: with a default case, or without */

#endif
