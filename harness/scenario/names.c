/* SPDX-License-Identifier: MIT */
/* names.c — what a name means where it stands: lexical levels, innermost first. */
#include "scenario/load.h"

void *scenario_load_take(struct loader *loader, size_t size) {
    void *at = mem_arena_take(loader->arena, size);
    if (at == NULL) loader->out_of_memory = true;
    return at;
}

struct where scenario_load_where(const struct yaml_node *node) {
    return (struct where){node->line, node->column};
}

/* Words of expressions, and what YAML itself reads as a truth value or as nothing: other tools would not see a name. */
static const char *const reserved[] = {"true", "false", "nil",   "and",   "or",   "not",  "turn",
                                       "True", "TRUE",  "False", "FALSE", "null", "Null", "NULL"};

bool scenario_load_name_ok(struct loader *loader, struct str name, struct where where) {
    bool plain = name.len > 0 && name.len < CHECK_NAME_BYTES;
    for (size_t i = 0; plain && i < name.len; i++) {
        char c = name.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        plain = letter || (i > 0 && c >= '0' && c <= '9');
    }
    if (!plain) {
        scenario_load_problem(loader, where, "\"%.*s\" is not a name; names are letters, digits and _, at most %u",
                              SHOWN(name), CHECK_NAME_BYTES - 1);
        return false;
    }
    for (size_t i = 0; i < BASE_COUNT(reserved); i++) {
        if (!str_equal(name, str_of(reserved[i]))) continue;
        scenario_load_problem(loader, where, "\"%s\" has a meaning of its own and cannot be a name", reserved[i]);
        return false;
    }
    return true;
}

bool scenario_load_variable(struct loader *loader, struct str name, struct variable *out) {
    uint32_t hops = 0;
    for (struct name_level *level = loader->level; level != NULL; level = level->outer) {
        for (struct local *local = level->locals; local != NULL; local = local->older) {
            if (!str_equal(local->name, name)) continue;
            *out = (struct variable){hops, local->place, local->declared};
            if (level->routine != loader->level->routine) local->captured = level->kept = true;
            return true;
        }
        if (level->scope) hops++;
    }
    return false;
}

struct name_level scenario_load_level(struct loader *loader) {
    struct name_level *outer = loader->level;
    return (struct name_level){
        .outer = outer, .routine = outer->routine, .place_next = outer->place_next, .place_peak = outer->place_peak};
}

void scenario_load_level_end(struct loader *loader, struct name_level *level, uint32_t before, struct block *block) {
    uint32_t count = block->end_count;
    for (const struct local *local = level->locals; local != NULL; local = local->older) count += !local->captured;
    uint32_t *ends = scenario_load_take(loader, (count + 1) * sizeof *ends);
    loader->level = level->outer;
    if (ends == NULL) return;
    if (block->end_count > 0) memcpy(ends, block->ends, block->end_count * sizeof *ends);
    for (const struct local *local = level->locals; local != NULL; local = local->older)
        if (!local->captured) ends[block->end_count++] = local->place;
    block->ends = ends;
    if (!level->kept)
        *level->place_next = before;
    else if (level->place_next == level->outer->place_next)
        level->outer->kept = true;
}

bool scenario_load_declare(struct loader *loader, const struct yaml_node *name, struct variable *out) {
    struct name_level *level = loader->level;
    if (!scenario_load_name_ok(loader, name->text, scenario_load_where(name))) return false;
    if (*level->place_next >= LIMIT_NAMES) {
        scenario_load_problem(loader, scenario_load_where(name), "more than %u variables in one scope", LIMIT_NAMES);
        return false;
    }
    struct local *local = scenario_load_take(loader, sizeof *local);
    struct declared *declared = scenario_load_take(loader, sizeof *declared);
    if (local == NULL || declared == NULL) return false;
    struct scenario *scenario = loader->scenario;
    *declared = (struct declared){.name = name->text,
                                  .where = scenario_load_where(name),
                                  .how = DECLARED_RESULT,
                                  .number = scenario->declared_count++};
    if (loader->newest == NULL)
        scenario->declared = declared;
    else
        loader->newest->next = declared;
    loader->newest = declared;
    *local = (struct local){level->locals, name->text, (*level->place_next)++, declared, false};
    if (*level->place_next > *level->place_peak) *level->place_peak = *level->place_next;
    level->locals = local;
    *out = (struct variable){0, local->place, declared};
    return true;
}

struct routine *scenario_load_proc(struct loader *loader, struct str name, uint32_t *number) {
    const struct scenario *scenario = loader->scenario;
    for (uint32_t i = 0; i < scenario->proc_count; i++) {
        if (!str_equal(scenario->procs[i]->name, name)) continue;
        *number = i;
        return scenario->procs[i];
    }
    return NULL;
}

int32_t scenario_load_param(struct loader *loader, struct str name) {
    const struct scenario *scenario = loader->scenario;
    for (uint32_t i = 0; i < scenario->param_count; i++)
        if (str_equal(scenario->params[i].name, name)) return (int32_t)i;
    return -1;
}

#define NEAREST_BYTES 32u

/* Characters to add, remove, change or swap with their neighbour, which is the most frequent slip of all. */
static uint32_t edit_distance(struct str a, struct str b) {
    uint32_t rows[3][NEAREST_BYTES + 1]; /* this one and the two before, by number modulo 3 */
    for (uint32_t j = 0; j <= b.len; j++) rows[0][j] = j;
    for (uint32_t i = 1; i <= a.len; i++) {
        uint32_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (uint32_t j = 1; j <= b.len; j++) {
            uint32_t best = above[j - 1] + (a.at[i - 1] != b.at[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a.len % 3][b.len];
}

const char *scenario_load_nearest(const struct loader *loader, struct str word, const char *const *words,
                                  uint32_t count) {
    if (loader->problems->count == LIMIT_PROBLEMS) return NULL; /* a file of mistakes must not take all day */
    return scenario_nearest(word, words, count);
}

const char *scenario_nearest(struct str word, const char *const *words, uint32_t count) {
    const char *best = NULL;
    uint32_t least = (uint32_t)(word.len < 3 ? 1 : word.len / 3) + 1;
    for (uint32_t i = 0; i < count; i++) {
        struct str other = str_of(words[i]);
        if (word.len > NEAREST_BYTES || other.len > NEAREST_BYTES) continue;
        uint32_t distance = edit_distance(word, other);
        if (distance < least) least = distance, best = words[i];
    }
    return best;
}
