/* SPDX-License-Identifier: MIT */
/* strategy_surw.c — selectively uniform random walk (Zhao et al., ASPLOS 2025): of all events only some are of interest,
 * and their order is what a uniform walk is made over, however many others lie between them. Here a run has one object
 * in focus, drawn by how often the run before touched each, so that what has no part in a leak does not wash out the
 * orders of what has.
 *
 * Whoever is to make the next event on the focus is decided beforehand, by how many such events each has left, its
 * descendants' included; others who have come to one wait, and everything else is walked at random. What an event will
 * touch is known only when it has happened: it is taken to be what followed in the run before when that coroutine stood
 * at the same place, behind the same verb of the same line as often in a row. The first run knows nothing, and is a plain
 * walk; so are all where the world is not given the explorer's observer. */
#include "base/hash.h"
#include "core/world.h"
#include "explore/explorer.h"

#define WAITS (SURW_EVENTS_MAX * 2u)

/* --- the run before ------------------------------------------------------------------------------------------------ */

static uint64_t *wait_place(struct explore_surw_learnt *learnt, uint64_t after) { /* never full: see WAITS */
    uint64_t at = after % WAITS;
    while (learnt->waits[at] != 0 && learnt->waits[at] != after) at = (at + 1) % WAITS;
    return &learnt->waits[at];
}

static void focus_on(struct explore_surw_learnt *learnt, uint64_t on) {
    struct explore_surw_notes *past = &learnt->notes[learnt->past];
    for (uint32_t i = 0; i < past->event_count; i++) {
        const struct explore_surw_event *event = &past->events[i];
        if (event->on != on) continue;
        *wait_place(learnt, event->after) = event->after;
        uint32_t co = event->co;
        for (past->cos[co].left++; past->cos[co].parent != co; past->cos[co].left++) co = past->cos[co].parent;
    }
}

static void surw_begin(struct explorer *self) {
    struct explore_surw *state = &self->state.surw;
    struct explore_surw_learnt *learnt = self->surw;
    explore_seed(self, &state->random, UINT64_C(0x73757277));
    learnt->past = 1 - learnt->past;
    const struct explore_surw_notes *past = &learnt->notes[learnt->past];
    struct explore_surw_notes *now = &learnt->notes[1 - learnt->past];
    now->event_count = now->co_count = 0;
    memset(learnt->waits, 0, sizeof learnt->waits);
    if (past->event_count == 0) return;
    state->focus = past->events[prng_below(&state->random, past->event_count)].on;
    focus_on(learnt, state->focus);
}

/* --- this run ------------------------------------------------------------------------------------------------------- */

static struct explore_surw_co *find(struct explore_surw *state,
                                    uint64_t serial) { /* or where it would be; NULL: full */
    for (uint32_t i = 0; i < URW_COROUTINES_MAX; i++) {
        struct explore_surw_co *at = &state->table[(serial + i) % URW_COROUTINES_MAX];
        if (at->serial == serial || at->serial == 0) return at;
    }
    return NULL;
}

/* A child's share moves from its parent; and if the parent was to make the next event, it may well be the child. */
static void inherit(struct explore_surw *state, struct explore_surw_co *child, struct explore_surw_co *parent) {
    uint32_t share = child->left < URW_WEIGHT_MAX ? (uint32_t)child->left : URW_WEIGHT_MAX;
    if (state->intended == parent->serial && parent->left > 0 && share > 0) {
        uint32_t all = parent->left < URW_WEIGHT_MAX ? (uint32_t)parent->left : URW_WEIGHT_MAX;
        if (prng_below(&state->random, all) < share) state->intended = child->serial;
    }
    parent->left -= child->left;
}

static struct explore_surw_co *known(struct explorer *self, const struct ebb_co *co) { /* NULL: one too many */
    struct explore_surw *state = &self->state.surw;
    struct explore_surw_learnt *learnt = self->surw;
    const struct explore_surw_notes *past = &learnt->notes[learnt->past];
    struct explore_surw_notes *now = &learnt->notes[1 - learnt->past];
    const struct census_birth *birth = &co->head.node.birth;
    struct explore_surw_co *at = find(state, birth->serial);
    if (at == NULL || at->serial != 0) return at;
    uint64_t signature = hash_mix(hash_bytes(str_of(birth->label), 0), birth->line) | 1;
    for (uint32_t i = 0; i < now->co_count; i++) /* the second of one place is another than the first */
        if (now->cos[i].signature == signature) signature = hash_mix(signature, 1) | 1;
    struct explore_surw_co *parent = birth->owner == 0 ? NULL : find(state, birth->owner);
    if (parent != NULL && parent->serial == 0) parent = NULL;
    *at = (struct explore_surw_co){.serial = birth->serial, .signature = signature, .number = now->co_count++};
    now->cos[at->number] =
        (struct explore_surw_known){.signature = signature, .parent = parent == NULL ? at->number : parent->number};
    for (uint32_t i = 0; i < past->co_count; i++)
        if (past->cos[i].signature == signature) at->left = past->cos[i].left;
    if (parent != NULL) inherit(state, at, parent);
    at->after = hash_mix(signature, UINT64_MAX) | 1; /* it has done nothing yet */
    return at;
}

#define TIMES_MAX 31u /* in a row that the same verb of the same line is counted */

/* Where it stands after its last verb: what it does next is looked up under that. */
static void stand(struct explore_surw_co *at, const struct ebb_co *co) {
    uint64_t place = (uint64_t)co->line << 16 | (co->op == NULL ? 0 : co->op->code);
    at->times = at->place != place ? 0 : at->times < TIMES_MAX ? at->times + 1 : TIMES_MAX;
    at->place = place;
    at->after = hash_mix(hash_mix(at->signature, place), at->times) | 1;
}

static void note(struct explorer *self, const struct explore_surw_co *at, uint64_t on) {
    struct explore_surw_learnt *learnt = self->surw;
    struct explore_surw_notes *now = &learnt->notes[1 - learnt->past];
    if (on == 0 || now->event_count == SURW_EVENTS_MAX) return;
    now->events[now->event_count++] = (struct explore_surw_event){.after = at->after, .on = on, .co = at->number};
}

/* Also what no decision led to, when nobody else can run. Called on a coroutine's small stack. */
static void surw_see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                     const struct ebb_alarm *alarm) {
    struct explorer *self = BASE_OWNER(observer, struct explorer, observer);
    (void)ebb, (void)alarm;
    if (sight != EBB_SIGHT_STEP && sight != EBB_SIGHT_PARK) return;
    struct explore_surw_co *at = co == NULL ? NULL : known(self, co);
    if (at == NULL) return;
    bool selects = sight == EBB_SIGHT_PARK && co->waiter_count > 1;
    if (!selects) note(self, at, co->on_serial);
    for (uint32_t i = 0; selects && i < co->waiter_count; i++)
        if (co->waiters[i].on != NULL) note(self, at, co->waiters[i].on->node.birth.serial);
    stand(at, co);
}

/* --- the decision --------------------------------------------------------------------------------------------------- */

struct standing {
    uint32_t count;                                 /* of coroutines that can go on */
    struct explore_surw_co *at[URW_COROUTINES_MAX]; /* NULL: one too many to be known */
    bool comes[URW_COROUTINES_MAX];                 /* its next event is on the focus */
};

/* Who makes the next event on the focus: `floor` 0: nobody, where none of them has any left. */
static uint64_t intend(struct explore_surw *state, const struct standing *all, int64_t floor) {
    uint32_t weights[URW_COROUTINES_MAX] = {0}, total = 0, i = 0;
    for (i = 0; i < all->count; i++) {
        int64_t left = all->at[i] == NULL ? 0 : all->at[i]->left < floor ? floor : all->at[i]->left;
        weights[i] = left < 0 ? 0 : left < URW_WEIGHT_MAX ? (uint32_t)left : URW_WEIGHT_MAX;
        total += weights[i];
    }
    if (total == 0) return 0;
    i = 0;
    for (uint32_t at = prng_below(&state->random, total); at >= weights[i]; i++) at -= weights[i];
    return all->at[i]->serial;
}

static bool may_go(const struct explore_surw *state, const struct standing *all, uint32_t i) {
    return !all->comes[i] || all->at[i]->serial == state->intended;
}

/* Where it stands, and whether who is intended can go on, and does more than to poll for what others do. */
static void look(struct explorer *self, const struct ebb_choice *choice, struct standing *all) {
    struct explore_surw *state = &self->state.surw;
    bool intended = false;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct ebb_co *co = ebb_choice_co(choice, i);
        struct explore_surw_co *at = all->at[i] = known(self, co);
        all->comes[i] = at != NULL && state->focus != 0 && *wait_place(self->surw, at->after) == at->after;
        intended = intended || (at != NULL && at->serial == state->intended && !co->spun);
    }
    if (!intended) state->intended = intend(state, all, 0);
}

static uint32_t go_on(struct explore_surw *state, const struct standing *all) {
    uint32_t free = 0, option = 0;
    for (uint32_t i = 0; i < all->count; i++) free += may_go(state, all, i);
    if (free == 0) { /* all have come to one */
        state->intended = intend(state, all, 1);
        free = 1;
    }
    uint32_t place = prng_below(&state->random, free);
    while (!may_go(state, all, option) || place-- > 0) option++;
    ASSERT(option < all->count);
    struct explore_surw_co *chosen = all->at[option];
    if (chosen != NULL && all->comes[option]) {
        chosen->left--;
        state->intended = 0;
    }
    return option;
}

static uint32_t surw_pick(struct explorer *self, const struct ebb_choice *choice) {
    struct explore_surw *state = &self->state.surw;
    struct standing all = {.count = choice->count - (choice->alarm ? 1 : 0)};
    if (ebb_choice_fault(choice)) return explore_fault(self, &state->random, choice);
    if (choice->what != EBB_CHOOSE_NEXT || all.count > URW_COROUTINES_MAX || explore_fair(self))
        return prng_below(&state->random, choice->count);
    /* The alarm is as likely as one option of a uniform walk. */
    if (choice->alarm && prng_below(&state->random, choice->count) == 0) return choice->count - 1;
    look(self, choice, &all);
    return go_on(state, &all);
}

const struct explore_strategy explore_strategy_surw = {
    .name = "surw",
    .about = "a random walk, but even over the orders of what touches one object, drawn anew for each run",
    .begin = surw_begin,
    .pick = surw_pick,
    .see = surw_see,
};
