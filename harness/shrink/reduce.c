/* SPDX-License-Identifier: MIT */
/* reduce.c — from what was found down to what nothing can be taken from.
 *
 * Late deviations go first: what is before them stays as it was. A deviation that goes may renumber the decisions after
 * it, so whoever follows is also tried one or two decisions further up or down. Each change kept is simpler than what
 * was there, so that the rounds come to an end. */
#include "shrink/shrink_impl.h"

/* Pairs are tried among so few that it is a matter of thousands of runs. */
#define PAIRS_AMONG_MAX 48u
#define SHIFT_AMONG_MAX 24u

static enum status add(struct shrink *self, uint64_t decision, uint32_t option) {
    enum status status = explore_schedule_add(self->mem, &self->candidate, decision, option);
    if (status != OK) self->status = status;
    return status;
}

static void begin(struct shrink *self) {
    self->candidate.count = 0;
    self->candidate.timers = self->best.timers;
}

/* Without the deviations from `from` up to, not including, `to`; those behind are moved by `shift` decisions. */
static bool without(struct shrink *self, uint32_t from, uint32_t to, int shift) {
    begin(self);
    for (uint32_t i = 0; i < self->best.count; i++) {
        struct explore_deviation at = self->best.at[i];
        if (i >= from && i < to) continue;
        if (i >= to) at.decision = at.decision + (uint64_t)(int64_t)shift;
        uint32_t count = self->candidate.count;
        if (at.decision > EXPLORE_DECISION_MAX) return false; /* below 0, too */
        if (count > 0 && self->candidate.at[count - 1].decision >= at.decision) return false;
        if (add(self, at.decision, at.option) != OK) return false;
    }
    return shrink_try(self);
}

/* The decisions of a run with early timers that would be there without them, and without the alarms. */
static bool idle(struct shrink *self) {
    if (self->best.timers == EBB_TIMERS_IDLE) return false;
    (void)shrink_ask(self, &self->best); /* for what was on offer */
    if (self->status != OK || self->spent) return false;
    begin(self);
    self->candidate.timers = EBB_TIMERS_IDLE;
    uint64_t decision = 0;
    uint32_t next = 0;
    for (uint64_t i = 0; i < self->follow.options.count && next < self->best.count; i++) {
        struct shrink_option offer = self->follow.options.at[i];
        uint32_t count = offer.count - (offer.alarm ? 1 : 0);
        const struct explore_deviation *at = &self->best.at[next];
        next += at->decision == i;
        if (count > 1 && at->decision == i && at->option < count && add(self, decision, at->option) != OK) return false;
        decision += count > 1;
    }
    return shrink_try(self);
}

/* Without any fault, if it needs none: what the subject does by itself says more than what it does when it is hit. */
static void faultless(struct shrink *self) {
    if (!self->follow.faults) return;
    (void)shrink_ask(self, &self->best); /* for what was on offer */
    if (self->status != OK || self->spent) return;
    begin(self);
    for (uint32_t i = 0; i < self->best.count; i++) {
        const struct explore_deviation *at = &self->best.at[i];
        bool fault = at->decision < self->follow.options.count && self->follow.options.at[at->decision].fault;
        if (!fault && add(self, at->decision, at->option) != OK) return;
    }
    if (self->candidate.count < self->best.count) (void)shrink_try(self);
}

static void nothing(struct shrink *self) {
    for (int timers = EBB_TIMERS_IDLE; timers <= (int)self->best.timers; timers++) {
        begin(self);
        self->candidate.timers = (enum ebb_timers)timers;
        if (self->best.count > 0 && shrink_try(self)) return;
    }
}

/* The shortest beginning that shows it, if one thing led to the other; where it is not so, one of those that do. */
static void cut(struct shrink *self) {
    uint32_t shows_not = 0;
    while (shows_not + 1 < self->best.count) {
        uint32_t middle = shows_not + (self->best.count - shows_not) / 2;
        if (!without(self, middle, self->best.count, 0)) shows_not = middle;
        if (self->status != OK || self->spent) return;
    }
}

/* Whole stretches, ever shorter ones. */
static void stretches(struct shrink *self) {
    for (uint32_t length = self->best.count / 2; length > 1 && !self->spent && self->status == OK; length /= 2)
        for (uint32_t to = self->best.count; to > 0;) {
            uint32_t from = to > length ? to - length : 0;
            (void)without(self, from, to, 0);
            to = from < self->best.count ? from : self->best.count;
        }
}

/* True when something went. */
static bool singles(struct shrink *self) {
    static const int shifts[] = {0, -1, 1, -2, 2};
    uint32_t before = self->best.count;
    for (uint32_t i = self->best.count; i-- > 0;) {
        size_t tries = self->best.count <= SHIFT_AMONG_MAX ? BASE_COUNT(shifts) : 1;
        for (size_t k = 0; k < tries && !without(self, i, i + 1, shifts[k]); k++) {}
        if (i > self->best.count) i = self->best.count;
    }
    return self->best.count < before;
}

static bool pairs(struct shrink *self) {
    uint32_t count = self->best.count;
    for (uint32_t second = count; second-- > 1;)
        for (uint32_t first = second; first-- > 0;) {
            begin(self);
            for (uint32_t i = 0; i < count; i++)
                if (i != first && i != second && add(self, self->best.at[i].decision, self->best.at[i].option) != OK)
                    return false;
            if (shrink_try(self)) return true;
        }
    return false;
}

/* The best with its deviation `index` changed. */
static bool changed(struct shrink *self, uint32_t index, uint64_t decision, uint32_t option) {
    begin(self);
    for (uint32_t i = 0; i < self->best.count; i++) {
        struct explore_deviation at = self->best.at[i];
        if (i == index) at = (struct explore_deviation){decision, option};
        if (add(self, at.decision, at.option) != OK) return false;
    }
    return shrink_try(self);
}

#define OPTIONS_TRIED 32u

static bool options(struct shrink *self) {
    bool some = false;
    for (uint32_t i = 0; i < self->best.count; i++)
        for (uint32_t option = 1; i < self->best.count && option < self->best.at[i].option && option <= OPTIONS_TRIED;
             option++)
            if (changed(self, i, self->best.at[i].decision, option)) {
                some = true;
                break;
            }
    return some;
}

/* Later in strides that double while they hold and halve when they do not; up to the deviation behind. */
static bool later(struct shrink *self) {
    bool some = false;
    for (uint32_t i = self->best.count; i-- > 0;) {
        for (uint64_t stride = 1; stride > 0 && i < self->best.count;) {
            const struct explore_deviation *at = &self->best.at[i];
            uint64_t limit = i + 1 < self->best.count ? self->best.at[i + 1].decision : EXPLORE_DECISION_MAX + 1;
            bool moved = at->decision + stride < limit && changed(self, i, at->decision + stride, at->option);
            some = some || moved;
            stride = moved ? stride * 2 : stride / 2;
        }
        if (i > self->best.count) i = self->best.count;
    }
    return some;
}

void shrink_reduce(struct shrink *self, struct shrink_result *out) {
    (void)idle(self);
    nothing(self);
    faultless(self);
    cut(self);
    stretches(self);
    bool more = true;
    while (more && !self->spent && self->status == OK) {
        while (singles(self)) {}
        bool few = self->best.count <= PAIRS_AMONG_MAX;
        more = idle(self) || (few && pairs(self)) || options(self) || later(self);
        /* The last round changed nothing: everything was tried on what it ends with. */
        out->pairs = !more && few && !self->spent;
    }
    out->minimal = !self->spent && self->status == OK;
    out->pairs = out->pairs && out->minimal;
}
