/* SPDX-License-Identifier: MIT */
/* members.c — the parts of objects that scenarios can name: one line each. */
#include "kinds/chan/chan.h"
#include "kinds/context/context.h"
#include "kinds/kinds.h"
#include "kinds/ticker/ticker.h"
#include "kinds/timer/timer.h"
#include "scenario/model.h"

static struct ebb_object *ticker_channel(struct ebb_object *of) { return ebb_ticker_chan_object(of); }
static struct ebb_object *timer_channel(struct ebb_object *of) { return ebb_timer_chan_object(of); }

static const struct member members[] = {
    {"done", KIND_CONTEXT, ebb_context_done_object, "The channel that is closed when the context is cancelled."},
    {"channel", KIND_TIMER, timer_channel, "The channel on which the timer sends when it fires."},
    {"channel", KIND_TICKER, ticker_channel, "The channel on which the ticker sends each period."},
    {0},
};

const struct member *scenario_member_at(uint32_t index) {
    return index + 1 < BASE_COUNT(members) ? &members[index] : NULL;
}

const struct member *scenario_member_find(struct str name) {
    for (const struct member *member = members; member->name != NULL; member++)
        if (str_equal(name, str_of(member->name))) return member;
    return NULL;
}
