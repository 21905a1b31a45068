/* SPDX-License-Identifier: MIT */
/* coverage.c — see coverage.h. Two open hash tables: one of this run's objects, emptied by counting generations, and
 * one of all behaviours. */
#include "explore/coverage.h"

#include "base/hash.h"

#define SEEN_CAPACITY 256u
#define BEHAVIOURS_CAPACITY 1024u

/* --- the objects of a run ----------------------------------------------------------------------------------------- */
static struct coverage_seen *place(struct coverage_seen *seen, uint32_t capacity, uint64_t who, uint64_t generation) {
    uint64_t mask = capacity - 1, at = hash_mix(0, who) & mask;
    while (seen[at].generation == generation && seen[at].who != who) at = (at + 1) & mask;
    return &seen[at];
}

/* Called on a coroutine's small stack, and seldom. */
static bool seen_grow(struct explore_coverage *self) {
    uint32_t capacity = self->seen_capacity * 2;
    if (capacity == 0) return false;
    struct coverage_seen *seen = mem_new(self->mem, capacity, sizeof *seen);
    if (seen == NULL) return false;
    for (uint32_t i = 0; i < self->seen_capacity; i++)
        if (self->seen[i].generation == self->generation)
            *place(seen, capacity, self->seen[i].who, self->generation) = self->seen[i];
    mem_free(self->mem, self->seen, self->seen_capacity * sizeof *self->seen);
    self->seen = seen;
    self->seen_capacity = capacity;
    return true;
}

/* NULL: no memory. `fresh` says that nothing was known of it. Valid until the next call. */
static struct coverage_seen *seen_get(struct explore_coverage *self, uint64_t who, bool *fresh) {
    if (self->seen_count >= self->seen_capacity / 2 && !seen_grow(self)) {
        self->lost = true;
        return NULL;
    }
    struct coverage_seen *at = place(self->seen, self->seen_capacity, who, self->generation);
    *fresh = at->generation != self->generation;
    if (!*fresh) return at;
    self->seen_count++;
    *at = (struct coverage_seen){.who = who, .generation = self->generation};
    return at;
}

/* The sum is kept up to date rather than taken at the end, when some objects would have to be found again. */
static void fold(struct explore_coverage *self, struct coverage_seen *at, uint64_t word) {
    self->sum -= at->hash;
    at->hash = hash_mix(hash_mix(at->hash, word), UINT64_C(0x6F626A));
    self->sum += at->hash;
}

static uint64_t name_of(const struct census_birth *birth) {
    return hash_mix(hash_bytes(str_of(birth->by), hash_bytes(str_of(birth->label), 0)), birth->line);
}

/* What a coroutine did so far names its step: that includes why it came back from its last wait. */
static void act(struct explore_coverage *self, enum ebb_sight sight, const struct ebb_co *co) {
    bool fresh;
    uint64_t serial = co->head.node.birth.serial;
    struct coverage_seen *actor = seen_get(self, serial * 2 + 1, &fresh);
    if (actor == NULL) return;
    if (fresh) fold(self, actor, name_of(&co->head.node.birth));
    uint64_t what = co->op == NULL ? 0 : co->op->code;
    fold(self, actor, what << 40 | (uint64_t)co->woke << 36 | (uint64_t)sight << 32 | co->woke_index);
    uint64_t step = actor->hash;
    if (co->on_serial == 0 || sight == EBB_SIGHT_END) return;
    struct coverage_seen *object = seen_get(self, co->on_serial * 2, &fresh);
    if (object != NULL) fold(self, object, step);
}

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    (void)ebb, (void)alarm;
    if (co != NULL) act(BASE_OWNER(observer, struct explore_coverage, observer), sight, co);
}

/* --- all runs ----------------------------------------------------------------------------------------------------- */
static struct coverage_behaviour *find(struct coverage_behaviour *all, uint64_t capacity, uint64_t hash) {
    uint64_t at = hash & (capacity - 1);
    while (all[at].runs > 0 && all[at].hash != hash) at = (at + 1) & (capacity - 1);
    return &all[at];
}

static enum status behaviours_grow(struct explore_coverage *self) {
    uint64_t capacity = self->behaviour_capacity * 2;
    struct coverage_behaviour *all = mem_new(self->mem, capacity, sizeof *all);
    if (all == NULL) return ERR_NOMEM;
    for (uint64_t i = 0; i < self->behaviour_capacity; i++)
        if (self->behaviours[i].runs > 0) *find(all, capacity, self->behaviours[i].hash) = self->behaviours[i];
    mem_free(self->mem, self->behaviours, self->behaviour_capacity * sizeof *all);
    self->behaviours = all;
    self->behaviour_capacity = capacity;
    return OK;
}

enum status explore_coverage_init(struct explore_coverage *coverage, struct mem *mem) {
    *coverage = (struct explore_coverage){.observer = {.see = see}, .mem = mem};
    coverage->seen = mem_new(mem, SEEN_CAPACITY, sizeof *coverage->seen);
    coverage->behaviours = mem_new(mem, BEHAVIOURS_CAPACITY, sizeof *coverage->behaviours);
    coverage->seen_capacity = coverage->seen == NULL ? 0 : SEEN_CAPACITY;
    coverage->behaviour_capacity = coverage->behaviours == NULL ? 0 : BEHAVIOURS_CAPACITY;
    if (coverage->seen != NULL && coverage->behaviours != NULL) return OK;
    explore_coverage_deinit(coverage);
    return ERR_NOMEM;
}

void explore_coverage_deinit(struct explore_coverage *coverage) {
    mem_free(coverage->mem, coverage->seen, coverage->seen_capacity * sizeof *coverage->seen);
    mem_free(coverage->mem, coverage->behaviours, coverage->behaviour_capacity * sizeof *coverage->behaviours);
    *coverage = (struct explore_coverage){.mem = coverage->mem};
}

void explore_coverage_begin(struct explore_coverage *coverage) {
    coverage->generation++;
    coverage->sum = 0;
    coverage->seen_count = 0;
    coverage->lost = false;
}

enum status explore_coverage_count(struct explore_coverage *coverage, uint64_t behaviour, uint64_t runs) {
    ASSERT(runs > 0);
    if (coverage->distinct >= coverage->behaviour_capacity / 2) TRY(behaviours_grow(coverage));
    struct coverage_behaviour *at = find(coverage->behaviours, coverage->behaviour_capacity, behaviour);
    coverage->distinct += at->runs == 0;
    coverage->once -= at->runs == 1;
    coverage->twice -= at->runs == 2;
    at->hash = behaviour;
    at->runs += runs;
    coverage->once += at->runs == 1;
    coverage->twice += at->runs == 2;
    coverage->runs += runs;
    ASSERT(coverage->once <= coverage->distinct && coverage->distinct <= coverage->runs);
    return OK;
}

enum status explore_coverage_end(struct explore_coverage *coverage, uint64_t verdict) {
    ASSERT(coverage->generation > 0);
    if (coverage->lost) return ERR_NOMEM;
    return explore_coverage_count(coverage, hash_mix(hash_mix(coverage->sum, verdict), UINT64_C(0x72756E)), 1);
}

/* Chao's lower bound in the form that needs nobody seen twice, rounded up. */
uint64_t explore_coverage_space(const struct explore_coverage *coverage) {
    uint64_t pairs, more, space;
    if (coverage->once == 0) return coverage->distinct;
    if (__builtin_mul_overflow(coverage->once, coverage->once - 1, &pairs)) return UINT64_MAX;
    more = pairs / (2 * (coverage->twice + 1)) + (pairs % (2 * (coverage->twice + 1)) > 0);
    return __builtin_add_overflow(coverage->distinct, more, &space) ? UINT64_MAX : space;
}

/* --- words -------------------------------------------------------------------------------------------------------- */
void explore_number_words(struct buf *out, uint64_t number) {
    char digits[32];
    uint32_t count = 0;
    for (uint64_t left = number; left > 0 || count == 0; left /= 10) digits[count++] = (char)('0' + left % 10);
    while (count-- > 0) {
        buf_put_char(out, digits[count]);
        if (count > 0 && count % 3 == 0) buf_put_char(out, ' ');
    }
}

/* Without a single behaviour seen once, one more run might still be the first: the chance is told as below 1 in runs. */
void explore_coverage_words(struct buf *out, const struct explore_coverage *coverage) {
    explore_number_words(out, coverage->runs);
    buf_put(out, STR(" sampled"));
    if (coverage->runs == 0) return;
    uint64_t once = coverage->once == 0 ? 1 : coverage->once;
    uint64_t share = once * 10000 / coverage->runs + (once * 10000 % coverage->runs > 0);
    buf_print(out, ", chance of new behaviour %s %u.%02u %%", coverage->once == 0 ? "<" : "≈", (unsigned)(share / 100),
              (unsigned)(share % 100));
}
