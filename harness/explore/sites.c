/* SPDX-License-Identifier: MIT */
/* sites.c — see sites.h. Called on coroutines' small stacks. */
#include "explore/sites.h"

#include "kinds/kinds.h"

static uint64_t text_key(uint64_t key, struct str text) { return hash_mix(key, hash_bytes(text, text.len)); }

uint64_t explore_site_key(const struct explore_site *site) {
    uint64_t key = text_key(hash_mix(1, site->what), site->who);
    return text_key(text_key(hash_mix(key, site->number), site->kind), site->verb);
}

/* --- counts ------------------------------------------------------------------------------------------------------ */
static struct explore_cell *cell_at(struct explore_cell *cells, uint32_t capacity, uint64_t key) {
    uint32_t at = (uint32_t)key & (capacity - 1);
    while (cells[at].key != 0 && cells[at].key != key) at = (at + 1) & (capacity - 1);
    return &cells[at];
}

static bool cells_grow(struct explore_sites *self) {
    uint32_t capacity = self->cell_capacity == 0 ? 64 : self->cell_capacity * 2;
    struct explore_cell *cells = capacity > UINT32_MAX / 4 ? NULL : mem_new(self->mem, capacity, sizeof *cells);
    if (cells == NULL) return false;
    for (uint32_t i = 0; i < self->cell_capacity; i++)
        if (self->cells[i].key != 0) *cell_at(cells, capacity, self->cells[i].key) = self->cells[i];
    mem_free(self->mem, self->cells, self->cell_capacity * sizeof *cells);
    self->cells = cells;
    self->cell_capacity = capacity;
    return true;
}

/* 0: no memory. */
static uint64_t count_up(struct explore_sites *self, uint64_t key) {
    key += key == 0;
    if (self->cell_count >= self->cell_capacity / 2 && !cells_grow(self)) {
        self->failed = true;
        return 0;
    }
    struct explore_cell *cell = cell_at(self->cells, self->cell_capacity, key);
    self->cell_count += cell->key == 0;
    cell->key = key;
    return ++cell->count;
}

uint64_t explore_sites_times(const struct explore_sites *self, const struct explore_site *site) {
    uint64_t key = explore_site_key(site);
    if (self->cell_capacity == 0) return 0;
    return cell_at(self->cells, self->cell_capacity, key + (key == 0))->count;
}

/* --- actors ------------------------------------------------------------------------------------------------------ */
const struct explore_actor *explore_sites_actor(const struct explore_sites *self, const struct ebb_co *co) {
    uint64_t serial = co->head.node.birth.serial;
    uint32_t low = 0, high = self->actor_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (self->actors[middle].serial < serial)
            low = middle + 1;
        else
            high = middle;
    }
    return low < self->actor_count && self->actors[low].serial == serial ? &self->actors[low] : NULL;
}

static void actor_add(struct explore_sites *self, const struct ebb_co *co) {
    const char *label = co->head.node.birth.label;
    if (self->actor_count == self->actor_capacity) {
        uint32_t old = self->actor_capacity, capacity = old == 0 ? 32 : old * 2;
        struct explore_actor *actors =
            mem_grow(self->mem, self->actors, old * sizeof *actors, capacity * sizeof *actors);
        if (actors == NULL) {
            self->failed = true;
            return;
        }
        self->actors = actors;
        self->actor_capacity = capacity;
    }
    struct explore_actor actor = {.serial = co->head.node.birth.serial, .label = label};
    actor.number = (uint32_t)count_up(self, text_key(2, str_of(label)));
    self->actors[self->actor_count++] = actor;
}

/* Those that were born since the last look. Slots are in order of birth; `just_gone` has left its own already. */
static void look(struct explore_sites *self, const struct ebb *ebb, const struct ebb_co *just_gone) {
    uint64_t births = ebb->census.kinds[EBB_COROUTINE_KIND_ID].births;
    if (births == self->births || self->failed) return;
    self->births = births;
    uint64_t known = self->actor_count == 0 ? 0 : self->actors[self->actor_count - 1].serial;
    uint64_t gone = just_gone == NULL ? 0 : just_gone->head.node.birth.serial;
    uint32_t from = ebb->slot_next; /* from the end, since there may be many, and hardly any is new */
    while (from > 0 && (ebb->slots[from - 1] == NULL || ebb->slots[from - 1]->head.node.birth.serial > known)) from--;
    for (uint32_t slot = from; slot < ebb->slot_next; slot++) {
        const struct ebb_co *co = ebb->slots[slot];
        if (co == NULL) continue;
        if (gone > known && gone < co->head.node.birth.serial) {
            actor_add(self, just_gone);
            gone = 0;
        }
        actor_add(self, co);
    }
    if (gone > known) actor_add(self, just_gone);
}

/* --- what the world tells ----------------------------------------------------------------------------------------- */
static void place_of(const struct explore_sites *self, const struct ebb_co *co, struct explore_site *out) {
    const struct explore_actor *actor = explore_sites_actor(self, co);
    out->who = actor == NULL ? (struct str){0} : str_of(actor->label);
    out->number = actor == NULL ? 0 : actor->number;
    uint32_t id = co->op == NULL ? KIND_COUNT : co->op->code >> 8;
    out->kind = id < KIND_COUNT ? str_of(ebb_kinds[id]->name) : STR("");
    out->verb = co->op == NULL ? STR("start") : str_of(co->op->name);
    out->line = co->line;
}

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct explore_sites *self = BASE_OWNER(observer, struct explore_sites, observer);
    (void)alarm;
    look(self, ebb, sight == EBB_SIGHT_END ? co : NULL);
    if (sight == EBB_SIGHT_ALARM || sight == EBB_SIGHT_PANIC) return; /* nothing is decided before what comes next */
    if (sight == EBB_SIGHT_FIRED) {
        self->last = (struct explore_site){.who = STR(EXPLORE_ALARM), .verb = STR("fired")};
        return;
    }
    place_of(self, co, &self->last);
    if (sight == EBB_SIGHT_END) self->last.kind = STR(""), self->last.verb = STR("end");
}

void explore_sites_init(struct explore_sites *self, struct mem *mem) {
    *self = (struct explore_sites){.observer = {.see = see}, .mem = mem};
    explore_sites_outside(self);
}

void explore_sites_deinit(struct explore_sites *self) {
    mem_free(self->mem, self->actors, self->actor_capacity * sizeof *self->actors);
    mem_free(self->mem, self->cells, self->cell_capacity * sizeof *self->cells);
    *self = (struct explore_sites){0};
}

void explore_sites_begin(struct explore_sites *self) {
    if (self->cells != NULL) memset(self->cells, 0, self->cell_capacity * sizeof *self->cells);
    self->actor_count = self->cell_count = 0;
    self->births = 0;
    self->failed = false;
    explore_sites_outside(self);
}

void explore_sites_outside(struct explore_sites *self) {
    self->last = (struct explore_site){.who = STR(EXPLORE_OUTSIDE), .verb = STR("start")};
}

void explore_sites_count(struct explore_sites *self, const struct ebb_choice *choice, struct explore_site *out) {
    look(self, choice->ebb, NULL);
    *out = self->last;
    const struct ebb_co *co = ebb_current(choice->ebb);
    if (choice->what != EBB_CHOOSE_NEXT && co != NULL) place_of(self, co, out);
    out->what = choice->what;
    out->time = self->failed ? 0 : count_up(self, explore_site_key(out));
}
