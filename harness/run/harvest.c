/* SPDX-License-Identifier: MIT */
/* harvest.c — see harvest.h. */
#include "run/harvest.h"

#include <stdio.h>

enum status run_harvest_init(struct run_harvest *harvest, struct mem *mem) {
    *harvest = (struct run_harvest){.mem = mem, .coverage = {.mem = mem}};
    buf_init(&harvest->passes, mem);
    harvest->found = mem_new(mem, RUN_FINDINGS_MAX, sizeof *harvest->found);
    if (harvest->found == NULL) return ERR_NOMEM;
    return explore_coverage_init(&harvest->coverage, mem);
}

void run_harvest_deinit(struct run_harvest *harvest) {
    if (harvest->mem == NULL) return;
    for (uint32_t i = 0; i < harvest->found_count; i++) buf_deinit(&harvest->found[i].token);
    buf_deinit(&harvest->passes);
    explore_coverage_deinit(&harvest->coverage);
    run_exercised_deinit(&harvest->exercised);
    mem_free(harvest->mem, harvest->found, RUN_FINDINGS_MAX * sizeof *harvest->found);
    *harvest = (struct run_harvest){0};
}

enum status run_harvest_found(struct run_harvest *harvest, const struct check_finding *finding, uint64_t first,
                              uint64_t runs, struct run_survey_found **fresh) {
    *fresh = NULL;
    for (uint32_t i = 0; i < harvest->found_count; i++) {
        if (harvest->found[i].finding.signature != finding->signature) continue;
        harvest->found[i].runs += runs;
        return OK;
    }
    if (harvest->found_count == RUN_FINDINGS_MAX) {
        harvest->found_lost += (uint32_t)runs;
        return OK;
    }
    struct run_survey_found *found = &harvest->found[harvest->found_count++];
    *found = (struct run_survey_found){.finding = *finding, .first = first, .runs = runs};
    buf_init(&found->token, harvest->mem);
    *fresh = found;
    return OK;
}

enum status run_harvest_add(struct run_harvest *harvest, const struct run_harvest *later) {
    const struct explore_coverage *coverage = &later->coverage;
    for (uint64_t i = 0; i < coverage->behaviour_capacity; i++)
        if (coverage->behaviours[i].runs > 0)
            TRY(explore_coverage_count(&harvest->coverage, coverage->behaviours[i].hash, coverage->behaviours[i].runs));
    bool piece = later->pieces[0].pieces + later->pieces[1].pieces > 0;
    uint64_t from = piece ? harvest->runs : 0;
    for (uint32_t i = 0; i < later->found_count; i++) {
        struct run_survey_found *fresh;
        const struct run_survey_found *found = &later->found[i];
        TRY(run_harvest_found(harvest, &found->finding, from + found->first, found->runs, &fresh));
        if (fresh == NULL) continue;
        fresh->shown = found->shown;
        buf_put(&fresh->token, buf_str(&found->token));
        TRY(buf_status(&fresh->token));
    }
    struct str rest = buf_str(&later->passes);
    struct run_sample sample;
    while (run_sample_take(&rest, &sample)) (void)run_sample_put(&harvest->passes, &sample, RUN_PASSES_BYTES);
    TRY(buf_status(&harvest->passes));
    TRY(run_exercised_add(&harvest->exercised, &later->exercised));
    run_pieces_add(harvest->pieces, later->pieces);
    harvest->found_lost += later->found_lost;
    if (later->cut > harvest->cut) harvest->cut = later->cut;
    harvest->runs += later->runs;
    harvest->leaking_runs += later->leaking_runs;
    harvest->steps += later->steps;
    harvest->limited = harvest->limited || later->limited;
    return OK;
}

void run_harvest_samples(const struct run_harvest *harvest, struct buf *out) {
    for (uint32_t i = 0; i < harvest->found_count; i++) {
        struct run_sample sample = harvest->found[i].shown;
        bool told = false; /* a run that shows several is one */
        for (uint32_t before = 0; before < i && !told; before++)
            told = harvest->found[before].first == harvest->found[i].first;
        sample.token = buf_str(&harvest->found[i].token);
        if (!told) (void)run_sample_put(out, &sample, SIZE_MAX);
    }
    buf_put(out, buf_str(&harvest->passes));
}

/* --- as bytes ------------------------------------------------------------------------------------------------------ */
/* Sifts down: a heap needs no memory and no recursion. */
static void sift(struct coverage_behaviour *at, uint64_t root, uint64_t count) {
    for (uint64_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && at[child].hash < at[child + 1].hash) child++;
        if (at[root].hash >= at[child].hash) return;
        struct coverage_behaviour kept = at[root];
        at[root] = at[child];
        at[child] = kept;
    }
}

static void sort(struct coverage_behaviour *at, uint64_t count) {
    for (uint64_t i = count / 2; i-- > 0;) sift(at, i, count);
    for (uint64_t end = count; end-- > 1;) {
        struct coverage_behaviour last = at[0];
        at[0] = at[end];
        at[end] = last;
        sift(at, 0, end);
    }
}

static enum status behaviours_write(const struct run_harvest *harvest, struct report_json *json) {
    const struct explore_coverage *coverage = &harvest->coverage;
    struct coverage_behaviour *sorted = mem_new(harvest->mem, coverage->distinct + 1, sizeof *sorted);
    if (sorted == NULL) return ERR_NOMEM;
    uint64_t count = 0;
    for (uint64_t i = 0; i < coverage->behaviour_capacity; i++)
        if (coverage->behaviours[i].runs > 0) sorted[count++] = coverage->behaviours[i];
    ASSERT(count == coverage->distinct);
    sort(sorted, count);
    report_json_open(json, "behaviours", '[');
    for (uint64_t i = 0; i < count; i++) {
        char word[48];
        (void)snprintf(word, sizeof word, "%016llx %llu", (unsigned long long)sorted[i].hash,
                       (unsigned long long)sorted[i].runs);
        report_json_text(json, NULL, str_of(word));
    }
    report_json_close(json, ']');
    mem_free(harvest->mem, sorted, (coverage->distinct + 1) * sizeof *sorted);
    return OK;
}

static enum status exercised_write(const struct run_harvest *harvest, struct report_json *json) {
    struct buf digits;
    buf_init(&digits, harvest->mem);
    run_exercised_write(&harvest->exercised, &digits);
    report_json_number(json, "requirements", harvest->exercised.count);
    report_json_text(json, "exercised", buf_str(&digits));
    enum status status = buf_status(&digits);
    buf_deinit(&digits);
    return status == OK ? buf_status(json->out) : status;
}

static void passes_write(const struct run_harvest *harvest, struct report_json *json) {
    struct str rest = buf_str(&harvest->passes);
    struct run_sample sample;
    report_json_open(json, "passes", '[');
    while (run_sample_take(&rest, &sample)) {
        report_json_open(json, NULL, '{');
        report_json_text(json, "token", sample.token);
        report_json_hex(json, "digest", sample.digest);
        report_json_number(json, "steps", sample.steps);
        report_json_hex(json, "outcome", sample.outcome);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
}

enum status run_harvest_write(const struct run_harvest *harvest, struct report_json *json) {
    report_json_number(json, "runs", harvest->runs);
    report_json_number(json, "leaking_runs", harvest->leaking_runs);
    report_json_number(json, "steps", harvest->steps);
    report_json_bool(json, "limited", harvest->limited);
    report_json_number(json, "lost", harvest->found_lost);
    report_json_number(json, "cut", harvest->cut);
    run_pieces_write(harvest->pieces, json);
    report_json_open(json, "found", '[');
    for (uint32_t i = 0; i < harvest->found_count; i++) {
        const struct run_survey_found *found = &harvest->found[i];
        report_json_open(json, NULL, '{');
        report_json_number(json, "first", found->first);
        report_json_number(json, "runs", found->runs);
        report_json_text(json, "token", buf_str(&found->token));
        report_json_hex(json, "digest", found->shown.digest);
        report_json_number(json, "steps", found->shown.steps);
        report_json_hex(json, "outcome", found->shown.outcome);
        run_finding_write(&found->finding, json);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
    passes_write(harvest, json);
    TRY(behaviours_write(harvest, json));
    return exercised_write(harvest, json);
}

void run_finding_write(const struct check_finding *finding, struct report_json *json) {
    report_json_text(json, "kind", str_of(check_kind_name(finding->kind)));
    report_json_number(json, "line", finding->line);
    report_json_number(json, "count", finding->count);
    report_json_number(json, "period", finding->period);
    report_json_number(json, "used_bytes", finding->used_bytes);
    report_json_number(json, "held_bytes", finding->held_bytes);
    report_json_hex(json, "signature", finding->signature);
    report_json_exact(json, "object", str_of(finding->object));
    report_json_exact(json, "operation", str_of(finding->operation));
    report_json_exact(json, "on", str_of(finding->on));
    report_json_exact(json, "text", str_of(finding->text));
    report_json_exact(json, "born_by", str_of(finding->born.by));
    report_json_number(json, "born_line", finding->born.line);
    report_json_signed(json, "born_ns", finding->born.time_ns);
}

void run_finding_read(struct check_finding *finding, struct report_json_reader *reader) {
    char kind[32];
    *finding = (struct check_finding){0};
    report_json_read_text(reader, "kind", kind, sizeof kind);
    finding->kind = check_kind_find(str_of(kind));
    if (finding->kind == CHECK_KIND_COUNT) report_json_refuse(reader, "this is no kind of finding");
    finding->line = report_json_read_small(reader, "line");
    finding->count = report_json_read_number(reader, "count");
    finding->period = report_json_read_small(reader, "period");
    finding->used_bytes = report_json_read_number(reader, "used_bytes");
    finding->held_bytes = report_json_read_number(reader, "held_bytes");
    finding->signature = report_json_read_hex(reader, "signature");
    report_json_read_exact(reader, "object", finding->object, sizeof finding->object);
    report_json_read_exact(reader, "operation", finding->operation, sizeof finding->operation);
    report_json_read_exact(reader, "on", finding->on, sizeof finding->on);
    report_json_read_exact(reader, "text", finding->text, sizeof finding->text);
    report_json_read_exact(reader, "born_by", finding->born.by, sizeof finding->born.by);
    finding->born.line = report_json_read_small(reader, "born_line");
    finding->born.time_ns = report_json_read_signed(reader, "born_ns");
}

static struct run_sample sample_read(struct report_json_reader *reader) {
    struct run_sample sample = {0};
    sample.digest = report_json_read_hex(reader, "digest");
    sample.steps = report_json_read_number(reader, "steps");
    sample.outcome = report_json_read_hex(reader, "outcome");
    return sample;
}

static void pass_read(struct run_harvest *harvest, struct report_json_reader *reader) {
    char token[RUN_TOKEN_BYTES];
    report_json_read_open(reader, NULL, '{');
    report_json_read_text(reader, "token", token, sizeof token);
    struct run_sample sample = sample_read(reader);
    sample.token = str_of(token);
    report_json_read_close(reader, '}');
    bool one = strpbrk(token, " \n") == NULL;
    if (!reader->failed && (!one || !run_sample_put(&harvest->passes, &sample, RUN_PASSES_BYTES)))
        report_json_refuse(reader, "this is no token, or one too many");
}

static enum status found_read(struct run_harvest *harvest, struct report_json_reader *reader) {
    static const uint32_t token_max = RUN_TOKEN_BYTES * 16;
    struct check_finding finding;
    struct run_survey_found *fresh = NULL;
    char *token = mem_new(harvest->mem, 1, token_max);
    if (token == NULL) return ERR_NOMEM;
    uint64_t first = report_json_read_number(reader, "first"), runs = report_json_read_number(reader, "runs");
    report_json_read_text(reader, "token", token, token_max);
    struct run_sample shown = sample_read(reader);
    run_finding_read(&finding, reader);
    if (runs == 0 || runs > harvest->runs) report_json_refuse(reader, "more runs show this than there were");
    if (harvest->found_count == RUN_FINDINGS_MAX) report_json_refuse(reader, "too many findings");
    enum status status = OK;
    if (!reader->failed) status = run_harvest_found(harvest, &finding, first, runs, &fresh);
    if (fresh != NULL) {
        fresh->shown = shown;
        buf_put(&fresh->token, str_of(token));
        status = buf_status(&fresh->token);
    } else if (status == OK) {
        report_json_refuse(reader, "this signature was there before");
    }
    mem_free(harvest->mem, token, token_max);
    return status;
}

static enum status behaviour_read(struct run_harvest *harvest, struct report_json_reader *reader) {
    char word[48];
    uint64_t hash = 0, runs = 0, before = harvest->coverage.distinct;
    report_json_read_text(reader, NULL, word, sizeof word);
    bool good = strlen(word) > 17 && word[16] == ' ';
    for (uint32_t i = 0; good && i < 16; i++) {
        const char *digits = "0123456789abcdef", *digit = strchr(digits, word[i]);
        good = digit != NULL && *digit != 0;
        hash = hash << 4 | (good ? (uint64_t)(digit - digits) : 0);
    }
    for (const char *at = word + 17; good && *at != 0; at++) {
        good = *at >= '0' && *at <= '9' && runs < UINT64_MAX / 16;
        runs = runs * 10 + (good ? (uint64_t)(*at - '0') : 0);
    }
    if (!good || runs == 0 || runs > harvest->runs) {
        report_json_refuse(reader, "expected a behaviour: 16 digits of its hash, and how many runs showed it");
        return OK;
    }
    TRY(explore_coverage_count(&harvest->coverage, hash, runs));
    if (harvest->coverage.distinct == before) report_json_refuse(reader, "this behaviour was there before");
    return OK;
}

static enum status exercised_read(struct run_harvest *harvest, struct report_json_reader *reader) {
    uint32_t count = report_json_read_small(reader, "requirements");
    if (count > RUN_EXERCISED_MAX) report_json_refuse(reader, "more requirements than a scenario has room for");
    if (reader->failed) return OK;
    size_t size = count / 4 + 2;
    char *digits = mem_new(harvest->mem, size, 1);
    if (digits == NULL) return ERR_NOMEM;
    report_json_read_text(reader, "exercised", digits, size);
    enum status status =
        reader->failed ? OK : run_exercised_read(&harvest->exercised, harvest->mem, str_of(digits), count);
    mem_free(harvest->mem, digits, size);
    if (status != ERR_INPUT) return status;
    report_json_refuse(reader, "expected a digit for each four of the requirements");
    return OK;
}

enum status run_harvest_read(struct run_harvest *harvest, struct report_json_reader *reader) {
    ASSERT(harvest->runs == 0 && harvest->found_count == 0);
    harvest->runs = report_json_read_number(reader, "runs");
    harvest->leaking_runs = report_json_read_number(reader, "leaking_runs");
    harvest->steps = report_json_read_number(reader, "steps");
    harvest->limited = report_json_read_bool(reader, "limited");
    harvest->found_lost = report_json_read_small(reader, "lost");
    harvest->cut = report_json_read_small(reader, "cut");
    run_pieces_read(harvest->pieces, reader);
    if (harvest->leaking_runs > harvest->runs) report_json_refuse(reader, "more runs leak than there were");
    report_json_read_open(reader, "found", '[');
    while (report_json_read_more(reader)) {
        report_json_read_open(reader, NULL, '{');
        TRY(found_read(harvest, reader));
        report_json_read_close(reader, '}');
    }
    report_json_read_close(reader, ']');
    report_json_read_open(reader, "passes", '[');
    while (report_json_read_more(reader)) pass_read(harvest, reader);
    report_json_read_close(reader, ']');
    TRY(buf_status(&harvest->passes));
    report_json_read_open(reader, "behaviours", '[');
    while (report_json_read_more(reader)) TRY(behaviour_read(harvest, reader));
    report_json_read_close(reader, ']');
    if (harvest->coverage.runs != harvest->runs) report_json_refuse(reader, "the behaviours are not those of the runs");
    return exercised_read(harvest, reader);
}
