/* SPDX-License-Identifier: MIT */
/* strategy_replay.c — follows a schedule; where the run has no such option it takes the default, goes on, and says so
 * afterwards. A schedule that a shrinker has cut, or whose scenario was edited, still is a run. */
#include "explore/explorer.h"

static uint32_t replay_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_replay *state = &self->state.replay;
    const struct explore_schedule *schedule = self->config.replay;
    if (schedule == NULL || state->next == schedule->count) return 0;
    const struct explore_deviation *next = &schedule->at[state->next];
    ASSERT(next->decision >= self->decisions); /* ascending, and none is passed over below */
    if (next->decision != self->decisions) return 0;
    state->next++;
    if (next->option < choice->count) return next->option;
    if (state->diverged == NULL) state->diverged = next;
    return 0;
}

const struct explore_strategy explore_strategy_replay = {
    .name = "replay",
    .about = "the decisions of a token",
    .fed = true,
    .pick = replay_pick,
};

const struct explore_deviation *explore_diverged(const struct explorer *explorer) {
    const struct explore_schedule *schedule = explorer->config.replay;
    if (explorer->strategy != &explore_strategy_replay || schedule == NULL) return NULL;
    const struct explore_replay *state = &explorer->state.replay;
    ASSERT(state->next <= schedule->count);
    if (state->diverged != NULL) return state->diverged;
    return state->next < schedule->count ? &schedule->at[state->next] : NULL;
}
