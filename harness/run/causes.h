/* SPDX-License-Identifier: MIT */
/* causes.h — why the findings of a row could not be helped any more, and who keeps what they are about. The run that the
 * row shows is made again and told as a story, once for all of its findings: no run that is only judged pays for it. */
#ifndef RUN_CAUSES_H
#define RUN_CAUSES_H

#include "run/campaign.h"
#include "run/pump.h"

struct run_causes {
    uint32_t count; /* that of the row's findings, or 0: nothing is known */
    struct report_cause at[RUN_FINDINGS_MAX];
};
/* Nothing is known of a row without a token, of one whose budget ended (it would be met twice more), of one that is not
 * to be believed, and for lack of memory. `pumped` is as in run_config, or NULL. */
void run_causes(const struct scenario *scenario, const struct run_row *row, struct run_pumped *pumped, struct mem *mem,
                struct run_causes *out);

#endif
