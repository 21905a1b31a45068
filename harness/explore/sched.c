/* SPDX-License-Identifier: MIT */
/* sched.c — holds, finds and writes the decisions of a .sched file; sched_read.c reads them. */
#include "explore/sched.h"

#include <inttypes.h>

#include "explore/token.h"

void explore_sched_init(struct explore_sched *sched, struct mem *mem) {
    memset(sched, 0, sizeof *sched);
    mem_arena_init(&sched->text, mem, SCHED_BYTES_MAX * 8);
}

void explore_sched_deinit(struct mem *mem, struct explore_sched *sched) {
    mem_free(mem, sched->steps, sched->capacity * sizeof *sched->steps);
    mem_arena_deinit(&sched->text);
    memset(sched, 0, sizeof *sched);
}

enum status explore_sched_add(struct mem *mem, struct explore_sched *sched, const struct explore_sched_step *step) {
    if (sched->count == sched->capacity) {
        uint32_t old = sched->capacity, capacity = old == 0 ? 16 : old * 2;
        struct explore_sched_step *steps = capacity > UINT32_MAX / 4
            ? NULL
            : mem_grow(mem, sched->steps, old * sizeof *steps, capacity * sizeof *steps);
        if (steps == NULL) return ERR_NOMEM;
        sched->steps = steps;
        sched->capacity = capacity;
    }
    sched->steps[sched->count++] = *step;
    return OK;
}

/* --- by site ------------------------------------------------------------------------------------------------------ */
static bool same_site(const struct explore_site *a, const struct explore_site *b) {
    return a->time == b->time && a->what == b->what && a->number == b->number && str_equal(a->who, b->who) &&
        str_equal(a->kind, b->kind) && str_equal(a->verb, b->verb);
}

/* Where it is, or where it would be. */
static uint32_t place_of(const struct explore_sched_index *index, const struct explore_site *site) {
    uint32_t at = (uint32_t)hash_mix(explore_site_key(site), site->time) & (index->size - 1);
    while (index->places[at] != 0 && !same_site(&index->sched->steps[index->places[at] - 1].site, site))
        at = (at + 1) & (index->size - 1);
    return at;
}

enum status explore_sched_index_new(struct mem *mem, struct explore_sched_index *out, const struct explore_sched *sched,
                                    uint32_t *twice) {
    *out = (struct explore_sched_index){.sched = sched, .size = 16};
    while (out->size / 2 < sched->count) out->size *= 2;
    out->places = mem_new(mem, out->size, sizeof *out->places);
    if (out->places == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < sched->count; i++) {
        uint32_t at = place_of(out, &sched->steps[i].site);
        *twice = i;
        if (out->places[at] != 0) {
            explore_sched_index_free(mem, out);
            return ERR_INPUT;
        }
        out->places[at] = i + 1;
    }
    return OK;
}

void explore_sched_index_free(struct mem *mem, struct explore_sched_index *index) {
    mem_free(mem, index->places, index->size * sizeof *index->places);
    *index = (struct explore_sched_index){0};
}

uint32_t explore_sched_find(const struct explore_sched_index *index, const struct explore_site *site) {
    return index->places[place_of(index, site)] - 1; /* 0 wraps around */
}

/* --- writing ------------------------------------------------------------------------------------------------------ */
static bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
        c == '/' || c == '$' || c == '-';
}

static bool all_plain(struct str word) {
    size_t i = 0;
    while (i < word.len && plain(word.at[i])) i++;
    return i == word.len;
}

static void escaped_write(struct buf *out, struct str word) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];
        if (c == '"' || c == '\\') buf_put_char(out, '\\');
        if ((unsigned char)c >= 0x20 && c != 0x7F) {
            buf_put_char(out, c);
            continue;
        }
        buf_put(out, STR("\\x"));
        buf_put_char(out, hex[(unsigned char)c >> 4]);
        buf_put_char(out, hex[(unsigned char)c & 15]);
    }
}

static void word_write(struct buf *out, struct str word) {
    bool quoted = word.len == 0 || !all_plain(word);
    if (quoted) buf_put_char(out, '"');
    escaped_write(out, word);
    if (quoted) buf_put_char(out, '"');
}

/* What it has done, as one word. */
static void verb_write(struct buf *out, const struct explore_site *site) {
    bool quoted = !all_plain(site->kind) || !all_plain(site->verb);
    if (quoted) buf_put_char(out, '"');
    escaped_write(out, site->kind);
    if (site->kind.len > 0) buf_put_char(out, '.');
    escaped_write(out, site->verb);
    if (quoted) buf_put_char(out, '"');
}

void explore_sched_who_write(struct buf *out, struct str label, uint32_t number) {
    word_write(out, label);
    if (number > 0) buf_print(out, "#%" PRIu32, number);
}

void explore_sched_site_write(struct buf *out, const struct explore_site *site) {
    buf_put(out, STR("at "));
    explore_sched_who_write(out, site->who, site->number);
    buf_put_char(out, ' ');
    verb_write(out, site);
    buf_print(out, " time %" PRIu64 " line %" PRIu32, site->time, site->line);
}

static void take_write(struct buf *out, const struct explore_sched_step *step) {
    switch (step->site.what) {
    case EBB_CHOOSE_NEXT: ASSERT(step->site.what != EBB_CHOOSE_NEXT); break; /* RUN or FIRE */
    case EBB_CHOOSE_CASE:
        buf_print(out, "take case %" PRIu64 " of %" PRIu32, (uint64_t)step->option + 1, step->options);
        break;
    case EBB_CHOOSE_VALUE: buf_print(out, "take value %" PRIu32 " below %" PRIu32, step->option, step->options); break;
    case EBB_CHOOSE_STALL:
    case EBB_CHOOSE_CANCEL:
    case EBB_CHOOSE_REFUSE:
        buf_print(out, "take %s %" PRIu32 " of %" PRIu32,
                  step->site.what == EBB_CHOOSE_STALL        ? "stall"
                      : step->site.what == EBB_CHOOSE_CANCEL ? "cancel"
                                                             : "refusal",
                  step->option, step->options - 1);
        break;
    }
}

void explore_sched_does_write(struct buf *out, const struct explore_sched_step *step) {
    switch (step->does) {
    case EXPLORE_RUN:
        buf_put(out, STR("run "));
        explore_sched_who_write(out, step->whom, step->number);
        break;
    case EXPLORE_FIRE: buf_put(out, STR("fire alarm")); break;
    case EXPLORE_TAKE: take_write(out, step); break;
    }
}

void explore_sched_write(struct buf *out, const struct explore_sched *sched) {
    buf_print(out, "ebb-schedule %u\nscenario ", SCHED_VERSION);
    word_write(out, sched->scenario);
    buf_put(out, STR("\ncontent "));
    explore_token_key_write(out, sched->content);
    if (sched->combination) {
        buf_print(out, "\ncombination %" PRIu32, sched->variant);
    } else {
        buf_put(out, STR("\nvariant "));
        word_write(out, sched->named);
    }
    buf_print(out, "\ntimers %s\n", sched->timers == EBB_TIMERS_ANY ? "any" : "idle");
    if (sched->token.len > 0) {
        buf_put(out, STR("token "));
        buf_put(out, sched->token);
        buf_put_char(out, '\n');
    }
    for (uint32_t i = 0; i < sched->found_count; i++) {
        buf_print(out, "finds %016" PRIx64 " ", sched->found[i].signature);
        word_write(out, sched->found[i].words);
        buf_put_char(out, '\n');
    }
    buf_put(out, STR("\n# one line for each decision that is not the default\n"));
    for (uint32_t i = 0; i < sched->count; i++) {
        explore_sched_site_write(out, &sched->steps[i].site);
        buf_put(out, STR(": "));
        explore_sched_does_write(out, &sched->steps[i]);
        buf_put_char(out, '\n');
    }
}
