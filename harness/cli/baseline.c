/* SPDX-License-Identifier: MIT */
/* baseline.c — which entries are about a row, and what became of them. */
#include "cli/baseline.h"

#include <stdio.h>
#include <unistd.h>

void cli_baseline_init(struct baseline *baseline) {
    *baseline = (struct baseline){0};
    mem_arena_init(&baseline->arena, mem_system(), LIMIT_SCENARIO_ARENA);
}

void cli_baseline_deinit(struct baseline *baseline) {
    mem_free(mem_system(), (void *)(uintptr_t)baseline->bytes.at,
             baseline->bytes.at == NULL ? 0 : LIMIT_SCENARIO_BYTES + 1);
    mem_free(mem_system(), baseline->entries, baseline->capacity * sizeof *baseline->entries);
    mem_arena_deinit(&baseline->arena);
}

static struct str plain(struct str path) {
    while (str_starts(path, STR("./"))) path = (struct str){path.at + 2, path.len - 2};
    return path;
}

/* The same path, or one given from further up. */
static bool same_file(struct str entry, const char *path) {
    struct str wanted = plain(entry), found = plain(str_of(path));
    if (wanted.len > found.len) return false;
    struct str end = {found.at + found.len - wanted.len, wanted.len};
    return str_equal(wanted, end) && (end.at == found.at || end.at[-1] == '/');
}

static bool is_about(const struct baseline_entry *entry, const struct source *source, uint32_t variant) {
    if (variant >= scenario_variant_count(source->scenario)) return false; /* a condition holds, or it does not */
    if (entry->variant.len > 0 && !str_equal(entry->variant, scenario_variant_name(source->scenario, variant)))
        return false;
    return same_file(entry->scenario, source->path);
}

bool cli_baseline_there(const struct baseline *baseline, const struct sources *sources) {
    bool good = true;
    for (uint32_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        struct diag diag = {.line = entry->line, .column = entry->column};
        bool found = access(entry->scenario.at, F_OK) == 0, variant = entry->variant.len == 0;
        for (uint32_t s = 0; s < sources->count && !(found && variant); s++) {
            if (!same_file(entry->scenario, sources->at[s].path)) continue;
            found = true;
            variant = variant || scenario_variant_find(sources->at[s].scenario, entry->variant) != UINT32_MAX;
        }
        bool here = false;
        for (uint32_t s = 0; s < sources->count; s++) here = here || same_file(entry->scenario, sources->at[s].path);
        if (found && (variant || !here)) continue;
        good = false;
        scenario_diag_origin(&diag, str_of(baseline->path));
        (void)snprintf(diag.text, sizeof diag.text,
                       found ? "its scenario has no variant of this name"
                             : "there is no scenario of this path; the entry can go");
        cli_problem_print(stderr, "error", &diag, baseline->bytes);
    }
    return good;
}

uint32_t cli_baseline_known(const struct baseline *baseline, const struct source *source, uint32_t variant,
                            struct run_known *known, uint32_t *entries) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < baseline->count && count < RUN_KNOWN_MAX; i++) {
        if (baseline->entries[i].expired || !is_about(&baseline->entries[i], source, variant)) continue;
        known[count] = baseline->entries[i].known;
        entries[count++] = i;
    }
    return count;
}

static void why_add(char *why, size_t size, const char *path, uint32_t line, const char *words) {
    size_t len = strlen(why);
    (void)snprintf(why + len, size - len, "%s%s:%u: %s", len == 0 ? "" : "; ", path, line, words);
}

/* A red row whose findings somebody had taken on until lately. */
static void expired_told(struct baseline *baseline, const struct source *source, uint32_t variant,
                         struct run_row *row) {
    for (uint32_t i = 0; i < baseline->count; i++) {
        struct baseline_entry *entry = &baseline->entries[i];
        if (!entry->expired || !is_about(entry, source, variant)) continue;
        for (uint32_t f = 0; f < row->count; f++) {
            if (row->as_expected || !run_known_is(&entry->known, &row->findings[f])) continue;
            char words[96];
            (void)snprintf(words, sizeof words, "known until %.10s, which is over", entry->expires.at);
            why_add(row->why, sizeof row->why, baseline->path, entry->line, words);
            entry->seen = true;
            break;
        }
    }
}

void cli_baseline_judged(struct baseline *baseline, const struct source *source, uint32_t variant, uint32_t row_number,
                         const uint32_t *entries, uint32_t count, struct run_row *row, struct buf *words) {
    bool judged = row->verdict != REPORT_CUT_SHORT && row->verdict != REPORT_CRASHED && row->verdict != REPORT_ERROR;
    buf_clear(words);
    for (uint32_t i = 0; i < baseline->count; i++)
        if (judged && baseline->entries[i].judged_at == 0 && is_about(&baseline->entries[i], source, variant))
            baseline->entries[i].judged_at = row_number + 1;
    for (uint32_t i = 0; i < count; i++) {
        struct baseline_entry *entry = &baseline->entries[entries[i]];
        if ((row->known_seen >> i & 1) == 0) continue;
        entry->seen = true;
        buf_print(words, "%s%.*s: %.*s", words->len == 0 ? "" : "; ", (int)entry->owner.len, entry->owner.at,
                  (int)entry->reason.len, entry->reason.at);
        if (entry->expires.len > 0) buf_print(words, " (until %.*s)", (int)entry->expires.len, entry->expires.at);
    }
    if (judged) expired_told(baseline, source, variant, row);
}

/* Its row is the first it is about; no other that was not judged could show it. */
static bool gone(const struct baseline_entry *entry, uint32_t row_number, bool all_variants) {
    return !entry->seen && entry->judged_at == row_number + 1 && (all_variants || entry->variant.len > 0);
}

bool cli_baseline_gone_told(const struct baseline *baseline, bool all_variants, uint32_t row_number, char *why,
                            size_t size) {
    bool any = false;
    for (uint32_t i = 0; i < baseline->count; i++) {
        if (!gone(&baseline->entries[i], row_number, all_variants)) continue;
        any = true;
        why_add(why, size, baseline->path, baseline->entries[i].line,
                "known, and nothing of it is found any more: the entry can go");
    }
    return any;
}

/* --- taking on ------------------------------------------------------------------------------------------------------ */
static bool is_expected(const struct check_expect *expect, struct check_finding *finding) {
    struct check_findings one = {.at = finding, .count = 1, .capacity = 1};
    for (uint32_t i = 0; i < expect->row_count; i++)
        if (check_matches(&one, &expect->rows[i], 1)) return true;
    for (uint32_t list = 0; list < expect->other_count; list++)
        for (uint32_t i = 0; i < expect->others[list].count; i++)
            if (check_matches(&one, &expect->others[list].at[i], 1)) return true;
    return false;
}

static bool is_known(const struct baseline *baseline, const struct source *source, uint32_t variant,
                     const struct check_finding *finding) {
    for (uint32_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        if (!entry->expired && is_about(entry, source, variant) && run_known_is(&entry->known, finding)) return true;
    }
    return false;
}

static bool add(struct baseline *baseline, const struct source *source, uint32_t variant,
                const struct check_finding *finding) {
    struct baseline_entry entry = {.owner = STR("nobody yet"), .reason = STR("found when the baseline was written")};
    struct mem_arena *arena = &baseline->arena;
    if (baseline->count == LIMIT_BASELINE_ENTRIES) return false;
    if (baseline->count == baseline->capacity) {
        uint32_t capacity = baseline->capacity == 0 ? 16 : baseline->capacity * 2;
        struct baseline_entry *at =
            mem_grow(mem_system(), baseline->entries, baseline->capacity * sizeof *at, capacity * sizeof *at);
        if (at == NULL) return false;
        baseline->entries = at;
        baseline->capacity = capacity;
    }
    entry.known = (struct run_known){
        .has_signature = true, .signature = finding->signature, .has_kind = true, .kind = finding->kind};
    if (!mem_arena_copy(arena, plain(str_of(source->path)), &entry.scenario) ||
        !mem_arena_copy(arena, scenario_variant_name(source->scenario, variant), &entry.variant) ||
        !mem_arena_copy(arena, str_of(finding->object), &entry.known.object) ||
        !mem_arena_copy(arena, str_of(finding->operation), &entry.known.operation) ||
        !mem_arena_copy(arena, str_of(finding->on), &entry.known.on))
        return false;
    baseline->entries[baseline->count++] = entry;
    return true;
}

uint32_t cli_baseline_add(struct baseline *baseline, const struct source *source, uint32_t variant,
                          const struct run_row *row) {
    uint32_t added = 0;
    if (variant >= scenario_variant_count(source->scenario)) return 0;
    for (uint32_t i = 0; i < row->count; i++) {
        struct check_finding finding = row->findings[i];
        if (is_expected(scenario_expect(source->scenario, variant), &finding) ||
            is_known(baseline, source, variant, &finding))
            continue;
        added += add(baseline, source, variant, &finding);
    }
    return added;
}
