/* SPDX-License-Identifier: MIT */
/* rows.c — see rows.h. */
#include "cli/rows.h"

#include "run/harvest.h"

/* Somebody who adds a member has to write and read it here, or `ebb merge` will not know of it. */
_Static_assert(sizeof(void *) != 8 || sizeof(struct report_case) == 248, "write the new member down, and read it");
_Static_assert(sizeof(struct report_cause) == 1048, "likewise");

/* --- texts ---------------------------------------------------------------------------------------------------------- */
static const struct {
    const char *key;
    size_t at;
} texts[] = {
    {"file", offsetof(struct report_case, file)},         {"name", offsetof(struct report_case, name)},
    {"variant", offsetof(struct report_case, variant)},   {"about", offsetof(struct report_case, about)},
    {"expected", offsetof(struct report_case, expected)}, {"pending", offsetof(struct report_case, pending)},
    {"ended", offsetof(struct report_case, ended)},       {"known", offsetof(struct report_case, known)},
    {"token", offsetof(struct report_case, token)},
};
_Static_assert(BASE_COUNT(texts) == BASE_COUNT(((struct part_row *)NULL)->texts), "each read text is kept");

static void texts_put(struct report_json *json, const struct report_case *at) {
    for (size_t i = 0; i < BASE_COUNT(texts); i++) {
        struct str text;
        memcpy(&text, (const char *)at + texts[i].at, sizeof text);
        report_json_exact(json, texts[i].key, text);
    }
}

static enum status texts_take(struct part_row *row, struct part_file *file) {
    for (size_t i = 0; i < BASE_COUNT(texts); i++) {
        row->texts[i] = cli_part_text(file, texts[i].key);
        if (row->texts[i].at == NULL) return ERR_NOMEM;
        memcpy((char *)&row->at + texts[i].at, &row->texts[i], sizeof row->texts[i]);
    }
    return OK;
}

/* --- causes --------------------------------------------------------------------------------------------------------- */
static void cause_put(struct report_json *json, const struct report_cause *cause) {
    report_json_open(json, NULL, '{');
    report_json_bool(json, "decided", cause->decided);
    report_json_bool(json, "about", cause->about);
    report_json_bool(json, "kept", cause->kept);
    report_json_bool(json, "doomed", cause->doomed);
    report_json_number(json, "step", cause->step);
    report_json_signed(json, "time_ns", cause->time_ns);
    report_json_number(json, "line", cause->line);
    report_json_number(json, "doomed_step", cause->doomed_step);
    report_json_exact(json, "event", str_of(cause->event));
    report_json_exact(json, "lost_right", str_of(cause->lost_right));
    report_json_exact(json, "because", str_of(cause->because));
    report_json_exact(json, "kept_by", str_of(cause->kept_by));
    report_json_exact(json, "suspect", str_of(cause->suspect));
    report_json_number(json, "retained_objects", cause->retained_objects);
    report_json_number(json, "retained_bytes", cause->retained_bytes);
    report_json_bool(json, "loops", cause->loops);
    report_json_number(json, "loop_after", cause->loop_after);
    report_json_number(json, "loop_steps", cause->loop_steps);
    report_json_signed(json, "loop_ns", cause->loop_ns);
    report_json_close(json, '}');
}

static void cause_take(struct report_cause *cause, struct report_json_reader *reader) {
    report_json_read_open(reader, NULL, '{');
    cause->decided = report_json_read_bool(reader, "decided");
    cause->about = report_json_read_bool(reader, "about");
    cause->kept = report_json_read_bool(reader, "kept");
    cause->doomed = report_json_read_bool(reader, "doomed");
    cause->step = report_json_read_number(reader, "step");
    cause->time_ns = report_json_read_signed(reader, "time_ns");
    cause->line = report_json_read_small(reader, "line");
    cause->doomed_step = report_json_read_number(reader, "doomed_step");
    report_json_read_exact(reader, "event", cause->event, sizeof cause->event);
    report_json_read_exact(reader, "lost_right", cause->lost_right, sizeof cause->lost_right);
    report_json_read_exact(reader, "because", cause->because, sizeof cause->because);
    report_json_read_exact(reader, "kept_by", cause->kept_by, sizeof cause->kept_by);
    report_json_read_exact(reader, "suspect", cause->suspect, sizeof cause->suspect);
    cause->retained_objects = report_json_read_number(reader, "retained_objects");
    cause->retained_bytes = report_json_read_number(reader, "retained_bytes");
    cause->loops = report_json_read_bool(reader, "loops");
    cause->loop_after = report_json_read_number(reader, "loop_after");
    cause->loop_steps = report_json_read_number(reader, "loop_steps");
    cause->loop_ns = report_json_read_signed(reader, "loop_ns");
    report_json_read_close(reader, '}');
}

/* --- rows ----------------------------------------------------------------------------------------------------------- */
static void runs_with_put(struct report_json *json, const uint64_t *runs_with) {
    report_json_open(json, "runs_with", '[');
    for (uint32_t kind = 0; runs_with != NULL && kind < CHECK_KIND_COUNT; kind++)
        report_json_number(json, NULL, runs_with[kind]);
    report_json_close(json, ']');
}

void cli_row_put(struct report_json *json, uint64_t number, const struct report_case *at) {
    report_json_open(json, NULL, '{');
    report_json_number(json, "row", number);
    texts_put(json, at);
    report_json_exact(json, "why", at->why);
    report_json_bool(json, "as_expected", at->as_expected);
    report_json_text(json, "verdict", str_of(report_verdict_name(at->verdict)));
    report_json_bool(json, "proved", at->proved);
    report_json_bool(json, "sampled", at->sampled);
    report_json_number(json, "runs", at->runs);
    report_json_number(json, "leaking_runs", at->leaking_runs);
    runs_with_put(json, at->runs_with);
    report_json_number(json, "steps", at->steps);
    report_json_hex(json, "digest", at->digest);
    report_json_number(json, "line", at->line);
    report_json_number(json, "column", at->column);
    report_json_number(json, "lost", at->lost);
    report_json_open(json, "findings", '[');
    for (uint32_t i = 0; i < at->count; i++) {
        report_json_open(json, NULL, '{');
        run_finding_write(&at->findings[i], json);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
    report_json_open(json, "causes", '[');
    for (uint32_t i = 0; at->causes != NULL && i < at->count; i++) cause_put(json, &at->causes[i]);
    report_json_close(json, ']');
    report_json_close(json, '}');
}

static enum report_verdict verdict_take(struct report_json_reader *reader) {
    char name[24];
    uint32_t verdict = 0;
    report_json_read_text(reader, "verdict", name, sizeof name);
    while (verdict < REPORT_VERDICT_COUNT && strcmp(report_verdict_name((enum report_verdict)verdict), name) != 0)
        verdict++;
    if (verdict == REPORT_VERDICT_COUNT || verdict == REPORT_CUT_SHORT)
        report_json_refuse(reader, "there is no such verdict in a part");
    return verdict == REPORT_VERDICT_COUNT ? REPORT_ERROR : (enum report_verdict)verdict;
}

static void runs_with_take(struct part_row *row, struct report_json_reader *reader) {
    uint32_t count = 0;
    report_json_read_open(reader, "runs_with", '[');
    for (; report_json_read_more(reader) && count < CHECK_KIND_COUNT; count++) {
        row->runs_with[count] = report_json_read_number(reader, NULL);
        if (row->runs_with[count] > row->at.runs) report_json_refuse(reader, "more runs show this than there were");
    }
    if (count > 0 && count < CHECK_KIND_COUNT) report_json_refuse(reader, "expected a number for each kind of finding");
    report_json_read_close(reader, ']');
    row->at.runs_with = count == 0 ? NULL : row->runs_with;
}

static enum status findings_take(struct part_row *row, struct report_json_reader *reader) {
    struct report_case *at = &row->at;
    report_json_read_open(reader, "findings", '[');
    while (report_json_read_more(reader) && at->count < RUN_FINDINGS_MAX) {
        if (row->findings == NULL) row->findings = mem_new(mem_system(), RUN_FINDINGS_MAX, sizeof *row->findings);
        if (row->findings == NULL) return ERR_NOMEM;
        report_json_read_open(reader, NULL, '{');
        run_finding_read(&row->findings[at->count++], reader);
        report_json_read_close(reader, '}');
    }
    report_json_read_close(reader, ']');
    at->findings = row->findings;
    uint32_t causes = 0;
    report_json_read_open(reader, "causes", '[');
    for (; report_json_read_more(reader) && causes < at->count; causes++) {
        if (row->causes == NULL) row->causes = mem_new(mem_system(), RUN_FINDINGS_MAX, sizeof *row->causes);
        if (row->causes == NULL) return ERR_NOMEM;
        cause_take(&row->causes[causes], reader);
    }
    if (causes > 0 && causes < at->count) report_json_refuse(reader, "expected a cause for each finding");
    report_json_read_close(reader, ']');
    at->causes = row->causes;
    return OK;
}

enum status cli_row_take(struct part_row *row, struct part_file *file, uint64_t number) {
    struct report_json_reader *reader = &file->reader;
    struct report_case *at = &row->at;
    report_json_read_open(reader, NULL, '{');
    if (report_json_read_number(reader, "row") != number) report_json_refuse(reader, "expected another row here");
    TRY(texts_take(row, file));
    report_json_read_exact(reader, "why", row->why, sizeof row->why);
    cli_row_why(row);
    at->as_expected = report_json_read_bool(reader, "as_expected");
    at->verdict = verdict_take(reader);
    at->proved = report_json_read_bool(reader, "proved");
    at->sampled = report_json_read_bool(reader, "sampled");
    at->runs = report_json_read_number(reader, "runs");
    at->leaking_runs = report_json_read_number(reader, "leaking_runs");
    if (at->leaking_runs > at->runs) report_json_refuse(reader, "more runs leak than there were");
    runs_with_take(row, reader);
    at->steps = report_json_read_number(reader, "steps");
    at->digest = report_json_read_hex(reader, "digest");
    at->line = report_json_read_small(reader, "line");
    at->column = report_json_read_small(reader, "column");
    at->lost = report_json_read_small(reader, "lost");
    TRY(findings_take(row, reader));
    report_json_read_close(reader, '}');
    return OK;
}

void cli_row_why(struct part_row *row) { row->at.why = str_of(row->why); }

void cli_row_drop(struct part_row *row) {
    for (size_t i = 0; i < BASE_COUNT(row->texts); i++) cli_part_text_free(row->texts[i]);
    mem_free(mem_system(), row->findings, RUN_FINDINGS_MAX * sizeof *row->findings);
    mem_free(mem_system(), row->causes, RUN_FINDINGS_MAX * sizeof *row->causes);
    *row = (struct part_row){0};
}

/* --- a baseline ----------------------------------------------------------------------------------------------------- */
void cli_rows_known_put(struct report_json *json, const struct baseline *baseline, bool all_variants) {
    report_json_open(json, "known", '{');
    report_json_exact(json, "path", str_of(baseline->path == NULL ? "" : baseline->path));
    report_json_bool(json, "all_variants", all_variants);
    report_json_open(json, "entries", '[');
    for (uint32_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        report_json_open(json, NULL, '{');
        report_json_number(json, "line", entry->line);
        report_json_exact(json, "variant", entry->variant);
        report_json_bool(json, "seen", entry->seen);
        report_json_number(json, "judged_at", entry->judged_at);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
    report_json_close(json, '}');
}

static enum status sum_init(struct baseline *sum, struct str path) {
    struct str copy;
    sum->entries = mem_new(mem_system(), LIMIT_BASELINE_ENTRIES, sizeof *sum->entries);
    if (sum->entries == NULL || !mem_arena_copy(&sum->arena, path, &copy)) return ERR_NOMEM;
    sum->capacity = LIMIT_BASELINE_ENTRIES;
    sum->path = copy.at;
    return OK;
}

/* The row that comes first of all is where an entry is told. */
static void entry_add(struct baseline_entry *entry, bool seen, uint32_t judged_at) {
    entry->seen = entry->seen || seen;
    if (entry->judged_at == 0 || (judged_at > 0 && judged_at < entry->judged_at)) entry->judged_at = judged_at;
}

static enum status entry_take(struct baseline *sum, struct part_file *file, uint32_t number, bool fresh) {
    struct report_json_reader *reader = &file->reader;
    struct baseline_entry *entry = &sum->entries[number];
    report_json_read_open(reader, NULL, '{');
    uint32_t line = report_json_read_small(reader, "line");
    struct str variant = cli_part_text(file, "variant");
    if (variant.at == NULL) return ERR_NOMEM;
    enum status status = OK;
    if (fresh) {
        *entry = (struct baseline_entry){.line = line};
        status = mem_arena_copy(&sum->arena, variant, &entry->variant) ? OK : ERR_NOMEM;
        sum->count = number + 1;
    } else if (line != entry->line || !str_equal(variant, entry->variant)) {
        report_json_refuse(reader, "expected the same entry of the baseline here as in the others");
    }
    cli_part_text_free(variant);
    bool seen = report_json_read_bool(reader, "seen");
    entry_add(entry, seen, report_json_read_small(reader, "judged_at"));
    report_json_read_close(reader, '}');
    return status;
}

enum status cli_rows_known_take(struct baseline *sum, struct part_file *file, bool *all_variants) {
    struct report_json_reader *reader = &file->reader;
    bool fresh = sum->path == NULL;
    report_json_read_open(reader, "known", '{');
    struct str path = cli_part_text(file, "path");
    enum status status = path.at == NULL ? ERR_NOMEM : fresh ? sum_init(sum, path) : OK;
    cli_part_text_free(path);
    *all_variants = report_json_read_bool(reader, "all_variants");
    report_json_read_open(reader, "entries", '[');
    uint32_t count = 0;
    for (; status == OK && report_json_read_more(reader); count++) {
        if (count == (fresh ? LIMIT_BASELINE_ENTRIES : sum->count)) {
            report_json_refuse(reader, "more entries than the baseline has");
            break;
        }
        status = entry_take(sum, file, count, fresh);
    }
    if (status == OK && count < sum->count) report_json_refuse(reader, "entries of the baseline are missing here");
    report_json_read_close(reader, ']');
    report_json_read_close(reader, '}');
    return status;
}
