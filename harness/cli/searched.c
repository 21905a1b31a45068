/* SPDX-License-Identifier: MIT */
/* searched.c — see searched.h. */
#include "cli/searched.h"

#include <inttypes.h>

#include "reports/report_bytes.h"

static bool copy(struct str from, struct str *out) {
    char *at = mem_new(mem_system(), 1, from.len + 1);
    if (at == NULL) return false;
    memcpy(at, from.at, from.len);
    *out = (struct str){at, from.len};
    return true;
}

enum status cli_searched_init(struct searched *searched, struct str path, struct str variant, struct str strategy) {
    *searched = (struct searched){0};
    buf_init(&searched->complete, mem_system());
    for (uint32_t i = 0; i < 2; i++) buf_init(&searched->states[i], mem_system());
    buf_init(&searched->differs, mem_system());
    TRY(run_harvest_init(&searched->total, mem_system()));
    bool good = copy(path, &searched->path) && copy(variant, &searched->variant);
    return good && copy(strategy, &searched->strategy) ? OK : ERR_NOMEM;
}

void cli_searched_deinit(struct searched *searched) {
    cli_part_text_free(searched->path);
    cli_part_text_free(searched->variant);
    cli_part_text_free(searched->strategy);
    if (searched->complete.mem != NULL) buf_deinit(&searched->complete);
    for (uint32_t i = 0; i < 2; i++)
        if (searched->states[i].mem != NULL) buf_deinit(&searched->states[i]);
    run_harvest_deinit(&searched->left);
    if (searched->differs.mem != NULL) buf_deinit(&searched->differs);
    run_harvest_deinit(&searched->total);
    run_harvest_deinit(&searched->before);
    cli_coverage_free(&searched->requirements);
    *searched = (struct searched){0};
}

enum status cli_searched_settle(struct searched *searched) {
    const struct run_pieces *pieces = searched->total.pieces;
    if (pieces[0].pieces + pieces[1].pieces == 0) return OK;
    buf_clear(&searched->complete);
    run_pieces_words(&searched->complete, pieces, searched->chunk_count, searched->strategy);
    searched->proved = run_pieces_whole(pieces, searched->chunk_count);
    searched->whole = run_pieces_over(pieces, searched->chunk_count);
    return buf_status(&searched->complete);
}

bool cli_searched_over(const struct searched *searched, const struct run_harvest *got) {
    return got->limited || (searched->first && got->found_count > 0);
}

enum run_enough cli_searched_enough(const struct searched *searched) {
    if (!searched->ruled || searched->share) return RUN_ENOUGH_NOT;
    const struct run_harvest *total = &searched->total;
    return run_enough(&searched->stop, &total->coverage, total->runs, total->found_count > 0);
}

bool cli_searched_unexpected(const struct searched *searched, bool whole) {
    if (searched->pending || (!searched->clean && !whole)) return false;
    return searched->clean != (searched->total.leaking_runs == 0);
}

/* --- for people and programs --------------------------------------------------------------------------------------- */
static void found_json(struct report_json *json, const struct run_survey_found *found) {
    struct buf words;
    buf_init(&words, mem_system());
    report_finding_words(&words, &found->finding);
    report_json_open(json, NULL, '{');
    report_json_text(json, "kind", str_of(check_kind_name(found->finding.kind)));
    report_json_text(json, "words", buf_str(&words));
    report_json_hex(json, "signature", found->finding.signature);
    report_json_number(json, "first_run", found->first + 1);
    report_json_number(json, "runs", found->runs);
    report_json_text(json, "token", buf_str(&found->token));
    report_json_close(json, '}');
    buf_deinit(&words);
}

static bool proved(const struct searched *search) {
    return !search->total.limited && search->proved && search->differs.len == 0;
}

/* A search that goes through them one by one says itself how far it came. */
static uint64_t space_of(const struct searched *search) {
    const struct explore_coverage *coverage = &search->total.coverage;
    return search->complete.len > 0 ? coverage->distinct : explore_coverage_space(coverage);
}

static void search_json(struct report_json *json, const struct searched *search, struct str complete, bool stopped) {
    const struct run_harvest *total = &search->total;
    const struct explore_coverage *coverage = &total->coverage;
    report_json_open(json, NULL, '{');
    report_json_text(json, "file", search->path);
    report_json_text(json, "variant", search->variant);
    report_json_number(json, "runs", total->runs);
    report_json_number(json, "leaking_runs", total->leaking_runs);
    report_json_number(json, "steps", total->steps);
    report_json_bool(json, "limited", total->limited);
    report_json_bool(json, "interrupted", stopped);
    report_json_number(json, "behaviours", coverage->distinct);
    report_json_number(json, "behaviours_once", coverage->once);
    report_json_number(json, "behaviours_twice", coverage->twice);
    report_json_number(json, "behaviours_at_least", space_of(search));
    report_json_open(json, "chance_of_new", '{');
    report_json_number(json, "of", coverage->once);
    report_json_number(json, "in", coverage->runs);
    report_json_close(json, '}');
    report_json_text(json, "complete", complete);
    report_json_bool(json, "proved", proved(search));
    report_json_text(json, "nondeterministic", buf_str(&search->differs));
    report_json_open(json, "findings", '[');
    for (uint32_t i = 0; i < total->found_count; i++) found_json(json, &total->found[i]);
    report_json_close(json, ']');
    report_json_number(json, "lost", total->found_lost);
    report_json_number(json, "cut", total->cut);
    if (search->requirements.count > 0)
        cli_coverage_json(&search->requirements, &total->exercised, proved(search), json);
    report_json_close(json, '}');
}

static void search_text(struct buf *out, const struct searched *search, struct str complete) {
    const struct run_harvest *total = &search->total;
    struct str path = search->path, variant = search->variant;
    buf_print(out, "%.*s, %.*s: %.*s\n  ", (int)path.len, path.at, (int)variant.len, variant.at, (int)complete.len,
              complete.at);
    explore_number_words(out, total->coverage.distinct);
    buf_put(out, STR(" behaviours, "));
    explore_number_words(out, total->coverage.once);
    buf_print(out, " of them seen once: %" PRIu64 "/%" PRIu64, total->coverage.once, total->coverage.runs);
    if (space_of(search) > total->coverage.distinct) {
        buf_put(out, STR("; by estimate at least "));
        explore_number_words(out, space_of(search));
        buf_put(out, STR(" in all"));
    }
    buf_put_char(out, '\n');
    if (total->limited) buf_put(out, STR("  a run met the budget of steps, so the search ended with it\n"));
    struct str differs = buf_str(&search->differs);
    for (size_t i = 0; i < differs.len; i++) {
        if (i == 0) buf_put(out, STR("  "));
        buf_put_char(out, differs.at[i]);
        if (differs.at[i] == '\n') buf_put(out, STR("  "));
    }
    if (differs.len > 0) buf_put_char(out, '\n');
    if (total->found_count == 0) buf_put(out, STR("  nothing was left behind\n"));
    for (uint32_t i = 0; i < total->found_count; i++) {
        const struct run_survey_found *found = &total->found[i];
        buf_put(out, STR("  "));
        report_finding_words(out, &found->finding);
        buf_put(out, STR("\n    on "));
        explore_number_words(out, found->runs);
        buf_put(out, STR(" runs, first on run "));
        explore_number_words(out, found->first + 1);
        struct str token = buf_str(&found->token);
        buf_print(out, ": ebb replay %.*s %.*s\n", (int)token.len, token.at, (int)path.len, path.at);
    }
    if (total->found_lost > 0) buf_print(out, "  and %u more kinds of findings\n", total->found_lost);
    if (total->cut > 0) cli_cut_words(out, "  ", total->cut);
    if (search->requirements.count > 0)
        cli_coverage_text(&search->requirements, path, &total->exercised, proved(search), out);
}

enum status cli_searched_tell(const struct searched *searched, bool interrupted, struct buf *out,
                              struct report_json *json) {
    struct buf complete;
    buf_init(&complete, mem_system());
    if (searched->total.limited || searched->complete.len == 0)
        explore_coverage_words(&complete, &searched->total.coverage);
    else
        buf_put(&complete, buf_str(&searched->complete));
    enum run_enough which = searched->whole ? RUN_ENOUGH_NOT : cli_searched_enough(searched);
    if (which != RUN_ENOUGH_NOT) {
        buf_put(&complete, STR("; "));
        run_enough_words(&complete, &searched->stop, which);
    }
    if (json != NULL)
        search_json(json, searched, buf_str(&complete), interrupted);
    else
        search_text(out, searched, buf_str(&complete));
    enum status status = buf_status(&complete);
    buf_deinit(&complete);
    return status;
}

void cli_searched_json_begin(struct report_json *json) {
    report_json_open(json, NULL, '{');
    report_json_text(json, "format", STR("ebb-explore-1"));
    report_json_open(json, "searches", '[');
}

void cli_searched_json_end(struct report_json *json) {
    report_json_close(json, ']');
    report_json_close(json, '}');
}

/* --- in a part ----------------------------------------------------------------------------------------------------- */
void cli_searched_open(const struct searched *searched, struct report_json *json) {
    report_json_open(json, NULL, '{');
    report_json_exact(json, "file", searched->path);
    report_json_exact(json, "variant", searched->variant);
    report_json_exact(json, "strategy", searched->strategy);
    report_json_bool(json, "clean", searched->clean);
    report_json_bool(json, "pending", searched->pending);
    report_json_bool(json, "first", searched->first);
    report_json_bool(json, "ruled", searched->ruled);
    report_json_bool(json, "stop_found", searched->stop.first_finding);
    report_json_number(json, "stop_runs", searched->stop.runs);
    report_json_number(json, "stop_new_below", searched->stop.new_below);
    report_json_number(json, "stop_proved", searched->stop.proved);
    report_json_number(json, "chunk_count", searched->chunk_count);
    cli_coverage_put(&searched->requirements, json);
    report_json_open(json, "chunks", '[');
}

/* Line by line, as the reader of parts likes texts. */
static void state_put(struct report_json *json, struct str text) {
    report_json_open(json, NULL, '[');
    while (text.len > 0) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end == NULL ? text.len : (size_t)(end - text.at);
        report_json_text(json, NULL, (struct str){text.at, len});
        text = (struct str){text.at + len + (end != NULL), text.len - len - (end != NULL)};
    }
    report_json_close(json, ']');
}

enum status cli_searched_put(const struct searched *searched, uint64_t chunk, uint64_t chunks,
                             const struct run_harvest *got, const struct buf states[2], struct report_json *json) {
    report_json_open(json, NULL, '{');
    report_json_number(json, "chunk", chunk);
    report_json_number(json, "chunks", chunks);
    report_json_text(json, "complete", buf_str(&searched->complete));
    report_json_bool(json, "proved", searched->proved);
    report_json_bool(json, "whole", searched->whole);
    report_json_open(json, "states", '[');
    for (uint32_t i = 0; states != NULL && i < 2; i++) state_put(json, buf_str(&states[i]));
    report_json_close(json, ']');
    TRY(run_harvest_write(got, json));
    report_json_close(json, '}');
    return OK;
}

void cli_searched_close(struct report_json *json) {
    report_json_close(json, ']');
    report_json_close(json, '}');
}

static bool same(const struct searched *one, const struct searched *other) {
    return str_equal(one->path, other->path) && str_equal(one->variant, other->variant) &&
        str_equal(one->strategy, other->strategy) && one->clean == other->clean && one->pending == other->pending &&
        one->first == other->first && one->requirements.count == other->requirements.count;
}

enum status cli_searched_read_open(struct searched *searched, struct part_file *file) {
    struct report_json_reader *reader = &file->reader;
    struct searched read = {0};
    report_json_read_open(reader, NULL, '{');
    read.path = cli_part_text(file, "file");
    read.variant = cli_part_text(file, "variant");
    read.strategy = cli_part_text(file, "strategy");
    bool memory = read.path.at != NULL && read.variant.at != NULL && read.strategy.at != NULL;
    read.clean = report_json_read_bool(reader, "clean");
    read.pending = report_json_read_bool(reader, "pending");
    read.first = report_json_read_bool(reader, "first");
    read.ruled = report_json_read_bool(reader, "ruled");
    read.stop.first_finding = report_json_read_bool(reader, "stop_found");
    read.stop.runs = report_json_read_number(reader, "stop_runs");
    read.stop.new_below = report_json_read_small(reader, "stop_new_below");
    read.stop.proved = report_json_read_small(reader, "stop_proved");
    if (read.stop.proved > SCENARIO_STOP_ALL) report_json_refuse(reader, "there is no such rule");
    read.chunk_count = report_json_read_number(reader, "chunk_count");
    enum status status = memory ? cli_coverage_take(&read.requirements, file) : ERR_NOMEM;
    if (status == OK && searched->path.at == NULL) {
        status = cli_searched_init(searched, read.path, read.variant, read.strategy);
        searched->clean = read.clean;
        searched->pending = read.pending;
        searched->first = read.first;
        searched->ruled = read.ruled;
        searched->stop = read.stop;
        searched->chunk_count = read.chunk_count;
        searched->requirements = read.requirements;
    }
    if (status == OK && !same(&read, searched)) report_json_refuse(reader, "expected another search here");
    if (read.requirements.at != searched->requirements.at) cli_coverage_free(&read.requirements);
    cli_part_text_free(read.path);
    cli_part_text_free(read.variant);
    cli_part_text_free(read.strategy);
    report_json_read_open(reader, "chunks", '[');
    return status;
}

static enum status states_take(struct searched *searched, struct part_file *file) {
    struct report_json_reader *reader = &file->reader;
    uint32_t count = 0;
    report_json_read_open(reader, "states", '[');
    for (; report_json_read_more(reader) && count < 2; count++) {
        buf_clear(&searched->states[count]);
        report_json_read_open(reader, NULL, '[');
        while (report_json_read_more(reader)) {
            struct str line = cli_part_text(file, NULL);
            if (line.at == NULL) return ERR_NOMEM;
            buf_put(&searched->states[count], line);
            buf_put_char(&searched->states[count], '\n');
            cli_part_text_free(line);
        }
        report_json_read_close(reader, ']');
        TRY(buf_status(&searched->states[count]));
    }
    if (count == 1) report_json_refuse(reader, "expected a state for each timer mode, or none");
    report_json_read_close(reader, ']');
    return OK;
}

enum status cli_searched_take(struct searched *searched, struct part_file *file, bool *more, uint64_t *chunk,
                              uint64_t *chunks, struct run_harvest *got) {
    struct report_json_reader *reader = &file->reader;
    *more = report_json_read_more(reader);
    if (!*more) return OK;
    report_json_read_open(reader, NULL, '{');
    *chunk = report_json_read_number(reader, "chunk");
    *chunks = report_json_read_number(reader, "chunks");
    struct str complete = cli_part_text(file, "complete");
    if (complete.at == NULL) return ERR_NOMEM;
    bool proved = report_json_read_bool(reader, "proved"), whole = report_json_read_bool(reader, "whole");
    if (complete.len > 0) {
        buf_clear(&searched->complete);
        buf_put(&searched->complete, complete);
        searched->proved = proved;
        searched->whole = whole;
    }
    cli_part_text_free(complete);
    TRY(buf_status(&searched->complete));
    TRY(states_take(searched, file));
    TRY(run_harvest_read(got, reader));
    if (got->exercised.count != searched->requirements.count)
        report_json_refuse(reader, "expected as many requirements here as the search has");
    report_json_read_close(reader, '}');
    *more = !reader->failed;
    return OK;
}

void cli_searched_read_close(struct part_file *file) {
    report_json_read_close(&file->reader, ']');
    report_json_read_close(&file->reader, '}');
}
