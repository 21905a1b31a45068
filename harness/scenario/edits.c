/* SPDX-License-Identifier: MIT */
/* edits.c — which edits there are: the tree is gone through once for each rank, and each place says what it offers. */
#include "scenario/edits_impl.h"

/* More than any budget tries; a generated file of that many steps is cut by the stretches, which come first. */
#define EDITS_MAX 65536u
#define EDITS_ARENA (2 * LIMIT_SCENARIO_ARENA)

enum rank { RANK_COROUTINES, RANK_STEPS, RANK_NAMES, RANK_INLINE, RANK_NUMBERS, RANK_CASES, RANK_KEYS, RANK_COUNT };

struct scenario_edits {
    struct mem *mem;
    struct mem_arena arena;
    struct yaml_node *root;
    struct edit *at;
    uint32_t count, capacity;
    struct scenario_size size;
    struct scenario_problems problems;
    enum rank rank; /* that is gone through */
    bool lost;
};

static void add(struct scenario_edits *self, struct edit edit) {
    if (self->count == EDITS_MAX || self->lost) return;
    if (self->count == self->capacity) {
        uint32_t more = self->capacity == 0 ? 64 : self->capacity * 2;
        size_t size = sizeof *self->at;
        struct edit *at = mem_grow(self->mem, self->at, self->capacity * size, more * size);
        self->lost = at == NULL;
        if (at == NULL) return;
        self->at = at;
        self->capacity = more;
    }
    self->at[self->count++] = edit;
}

/* --- what a place offers ---------------------------------------------------------------------------------------------- */
static bool starts_coroutine(const struct yaml_node *item) {
    return item->what == YAML_MAPPING && item->first != NULL && scenario_yaml_is(item->first, "go");
}

/* Halves, quarters and so on of a long sequence; single items are in the next rank. */
static void stretches(struct scenario_edits *self, const struct yaml_node *sequence) {
    for (uint32_t length = sequence->count / 2; length > 1; length /= 2) {
        const struct yaml_node *item = sequence->first;
        for (uint32_t i = 0; item != NULL; i++, item = item->next)
            if (i % length == 0) add(self, (struct edit){.what = EDIT_ITEMS, .at = item, .count = length});
    }
}

static void items(struct scenario_edits *self, const struct yaml_node *sequence) {
    if (self->rank == RANK_STEPS) stretches(self, sequence);
    if (self->rank != RANK_STEPS && self->rank != RANK_COROUTINES) return;
    for (const struct yaml_node *item = sequence->first; item != NULL; item = item->next)
        if (starts_coroutine(item) == (self->rank == RANK_COROUTINES))
            add(self, (struct edit){.what = EDIT_ITEMS, .at = item, .count = 1});
}

/* A step is as good as a block inside it, or a select as one of its cases. */
static void insides(struct scenario_edits *self, const struct yaml_node *item) {
    if (item->what != YAML_MAPPING) return;
    for (const struct yaml_node *key = item->first; key != NULL; key = key->next) {
        bool cases = scenario_yaml_is(key, "select");
        if (key->value->what != YAML_SEQUENCE) continue;
        if (!cases && self->rank == RANK_INLINE)
            add(self, (struct edit){.what = EDIT_INLINE, .at = item, .with = key->value});
        if (!cases || self->rank != RANK_CASES) continue;
        for (const struct yaml_node *one = key->value->first; one != NULL; one = one->next)
            add(self, (struct edit){.what = EDIT_CASE, .at = item, .with = one});
    }
}

/* Towards 0, in big strides first and by 1 last, so that a threshold is found by bisection. A number with a unit
 * matters less: half of it will do. */
static void lower(struct scenario_edits *self, struct edit edit, uint64_t number, bool unit) {
    for (uint64_t stride = number; stride > 0; stride = stride > 1 ? stride - stride / 2 : 0) {
        edit.number = number - stride;
        if (!unit || stride == number || edit.number <= number / 2) add(self, edit);
        if (stride == number && number > 2) {
            edit.number = 1;
            add(self, edit);
        }
    }
}

static void numbers(struct scenario_edits *self, const struct yaml_node *scalar) {
    uint32_t from = 0, digits = 0;
    uint64_t number = 0;
    if (scalar->quoted) return;
    while (scenario_edit_number(scalar->text, &from, &digits, &number)) {
        char behind = from < scalar->text.len ? scalar->text.at[from] : ' ';
        bool unit = (behind >= 'A' && behind <= 'Z') || (behind >= 'a' && behind <= 'z');
        if (__builtin_add_overflow(self->size.numbers, number, &self->size.numbers)) self->size.numbers = UINT64_MAX;
        struct edit edit = {.what = EDIT_NUMBER, .at = scalar, .place = from - digits, .count = digits};
        if (self->rank == RANK_NUMBERS) lower(self, edit, number, unit);
    }
}

/* A variable with all that names it; `let` and `shared` say what there is. */
static void names(struct scenario_edits *self, const struct yaml_node *declared) {
    if (self->rank != RANK_NAMES || declared->what != YAML_MAPPING) return;
    for (const struct yaml_node *key = declared->first; key != NULL; key = key->next)
        add(self, (struct edit){.what = EDIT_NAME, .name = key->text});
}

static void arguments(struct scenario_edits *self, const struct yaml_node *procedure) {
    struct str name;
    if (self->rank != RANK_NAMES) return;
    for (uint32_t i = 0; scenario_edit_argument(procedure->text, i, &name); i++) {
        while (name.len > 0 && name.at[0] == ' ') name.at++, name.len--;
        add(self,
            (struct edit){.what = EDIT_ARGUMENT, .at = procedure, .with = procedure->value, .place = i, .name = name});
    }
}

/* --- the tree ------------------------------------------------------------------------------------------------------------- */
/* Words, or numbers of which fewer are no less to read. */
static bool text_key(const struct yaml_node *key) {
    return scenario_yaml_is(key, "as") || scenario_yaml_is(key, "panic") || scenario_yaml_is(key, "tags") ||
        scenario_yaml_is(key, "limits") || scenario_yaml_is(key, "stop");
}

static void walk(struct scenario_edits *self, const struct yaml_node *node) {
    self->size.nodes++;
    if (node->what == YAML_SCALAR) {
        numbers(self, node);
    } else if (node->what == YAML_SEQUENCE) {
        items(self, node);
        for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
            insides(self, item);
            walk(self, item);
        }
    } else {
        for (const struct yaml_node *key = node->first; key != NULL; key = key->next) {
            self->size.nodes++;
            if (self->rank == RANK_KEYS && node->count > 1) add(self, (struct edit){.what = EDIT_KEY, .at = key});
            if (scenario_yaml_is(key, "let")) names(self, key->value);
            if (!text_key(key)) walk(self, key->value);
        }
    }
}

static void procedures(struct scenario_edits *self, const struct yaml_node *procs) {
    if (procs->what != YAML_MAPPING) return;
    for (const struct yaml_node *key = procs->first; key != NULL; key = key->next) {
        if (self->rank == RANK_COROUTINES) add(self, (struct edit){.what = EDIT_KEY, .at = key});
        arguments(self, key);
    }
}

static void top(struct scenario_edits *self) {
    for (const struct yaml_node *key = self->root->first; key != NULL; key = key->next) {
        if (scenario_yaml_is(key, "ebb") || scenario_yaml_is(key, "about")) continue;
        self->size.nodes++;
        if (self->rank == RANK_KEYS) add(self, (struct edit){.what = EDIT_KEY, .at = key});
        if (scenario_yaml_is(key, "procs")) procedures(self, key->value);
        if (scenario_yaml_is(key, "shared")) names(self, key->value);
        if (!text_key(key)) walk(self, key->value);
    }
}

static enum status list(struct scenario_edits *self, struct str text) {
    struct str kept;
    if (!mem_arena_copy(&self->arena, text, &kept)) return ERR_NOMEM;
    TRY(scenario_yaml_read(&self->arena, kept, &self->problems, &self->root));
    if (self->root == NULL || self->root->what != YAML_MAPPING) return ERR_INPUT;
    for (self->rank = 0; self->rank < RANK_COUNT; self->rank++) {
        self->size = (struct scenario_size){0};
        top(self);
    }
    return self->lost ? ERR_NOMEM : OK;
}

enum status scenario_edits_new(struct mem *mem, struct scenario_edits **out, struct str text) {
    struct scenario_edits *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    mem_arena_init(&self->arena, mem, EDITS_ARENA);
    enum status status = list(self, text);
    if (status == OK)
        *out = self;
    else
        scenario_edits_free(self);
    return status;
}

void scenario_edits_free(struct scenario_edits *edits) {
    if (edits == NULL) return;
    mem_free(edits->mem, edits->at, edits->capacity * sizeof *edits->at);
    mem_arena_deinit(&edits->arena);
    mem_free(edits->mem, edits, sizeof *edits);
}

uint32_t scenario_edits_count(const struct scenario_edits *edits) { return edits->count; }

void scenario_edits_apply(const struct scenario_edits *edits, uint32_t index, struct buf *out) {
    ASSERT(index < edits->count);
    scenario_edit_write(out, edits->root, &edits->at[index]);
}

struct scenario_size scenario_edits_size(const struct scenario_edits *edits) {
    return edits->size;
}

bool scenario_size_less(struct scenario_size a, struct scenario_size b) {
    return a.nodes != b.nodes ? a.nodes < b.nodes : a.numbers < b.numbers;
}
