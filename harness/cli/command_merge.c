/* SPDX-License-Identifier: MIT */
/* command_merge.c — `ebb merge`: what shares of a run or a search have shown, each in a part, becomes the report of the
 * whole, as if nobody had shared anything. */
#include <stdio.h>
#include <unistd.h>

#include "cli/rows.h"
#include "cli/searched.h"

struct merging {
    const struct options *options;
    struct part_file *parts; /* by shard, once all are known to be there */
    uint32_t count;
    enum status status;
};

/* By insertion: there are few. */
static void sort(struct part_file *parts, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t at = i; at > 0 && parts[at].head.shard < parts[at - 1].head.shard; at--) {
            struct part_file later = parts[at];
            parts[at] = parts[at - 1];
            parts[at - 1] = later;
        }
}

/* Each of them has to be a share of the same whole as the first. Tells of all that are not. */
static bool open_all(struct part_file *parts, const char *const *paths, uint32_t count) {
    bool good = cli_part_open(&parts[0], paths[0], NULL, NULL);
    if (good && parts[0].head.kind == PART_CHECKPOINT) {
        cli_part_refuse(&parts[0], 0, "this is a checkpoint: ebb explore --resume goes on from there");
        good = false;
    }
    if (!good) return false;
    for (uint32_t i = 1; i < count; i++) good = cli_part_open(&parts[i], paths[i], &parts[0].head, paths[0]) && good;
    return good;
}

/* Each share once, and none missing. */
static bool all_there(struct part_file *parts, uint32_t count) {
    char words[160];
    uint32_t shards = parts[0].head.shards;
    for (uint32_t i = 1; i < count; i++) {
        if (parts[i].head.shard != parts[i - 1].head.shard) continue;
        (void)snprintf(words, sizeof words, "the same share as %.120s", parts[i - 1].path);
        cli_part_refuse(&parts[i], parts[i].head.shard_at, words);
        return false;
    }
    for (uint32_t i = 0; i < shards; i++)
        if (i >= count || parts[i].head.shard != i + 1) {
            (void)fprintf(stderr, "ebb: share %u of %u is missing\n", i + 1, shards);
            return false;
        }
    return true;
}

static bool good(const struct merging *self) {
    for (uint32_t i = 0; i < self->count; i++)
        if (self->parts[i].reader.failed) return false;
    return self->status == OK;
}

/* Tells what is wrong with any of them, and whether nothing is. Where one is, others were not read to their end. */
static bool close_all(struct merging *self) {
    bool sound = good(self), fine = sound;
    for (uint32_t i = 0; i < self->count && self->status == OK; i++) {
        if (sound) report_json_read_close(&self->parts[i].reader, ']');
        if (sound || self->parts[i].reader.failed) fine = cli_part_close(&self->parts[i]) && fine;
    }
    if (self->status != OK) (void)fprintf(stderr, "ebb: not enough memory to merge them\n");
    return fine;
}

/* --- runs ---------------------------------------------------------------------------------------------------------- */
/* Row k is in share k mod n. */
static void rows_take(struct merging *self, struct part_row *rows, uint64_t count, struct baseline *known, bool *all) {
    for (uint32_t i = 0; i < self->count && self->status == OK; i++) {
        self->status = cli_rows_known_take(known, &self->parts[i], all);
        report_json_read_open(&self->parts[i].reader, "rows", '[');
    }
    for (uint64_t i = 0; i < count && good(self); i++)
        self->status = cli_row_take(&rows[i], &self->parts[i % self->count], i);
}

static int rows_tell(struct merging *self, struct part_row *rows, uint64_t count, const struct baseline *known,
                     bool all) {
    struct report_case *cases = mem_new(mem_system(), count + 1, sizeof *cases);
    if (cases == NULL) {
        (void)fprintf(stderr, "ebb: not enough memory to merge them\n");
        return EXIT_UNFINISHED;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (cli_baseline_gone_told(known, all, (uint32_t)i, rows[i].why, sizeof rows[i].why))
            rows[i].at.as_expected = false;
        cli_row_why(&rows[i]);
        cases[i] = rows[i].at;
    }
    struct report report = {
        .title = STR("ebb run"), .cases = cases, .count = (uint32_t)count, .terse = self->options->terse};
    enum status status = cli_rows_report(self->options, &report);
    int code = cli_rows_code(&report, self->parts[0].head.input, status);
    mem_free(mem_system(), cases, (count + 1) * sizeof *cases);
    return code;
}

static int runs_merge(struct merging *self) {
    uint64_t count = self->parts[0].head.count;
    struct baseline known;
    bool all = false;
    if (count > self->parts[0].bytes.len * (uint64_t)self->count) count = 0; /* the file lies: a row takes a byte */
    struct part_row *rows = mem_new(mem_system(), count + 1, sizeof *rows);
    int code = EXIT_UNFINISHED;
    cli_baseline_init(&known);
    if (rows == NULL) self->status = ERR_NOMEM;
    if (rows != NULL) rows_take(self, rows, count, &known, &all);
    bool fine = close_all(self);
    if (fine)
        code = rows_tell(self, rows, count, &known, all);
    else if (self->status == OK)
        code = EXIT_BAD_INPUT;
    for (uint64_t i = 0; rows != NULL && i < count; i++) cli_row_drop(&rows[i]);
    mem_free(mem_system(), rows, (count + 1) * sizeof *rows);
    cli_baseline_deinit(&known);
    return code;
}

/* --- searches ------------------------------------------------------------------------------------------------------ */
/* What comes next of one part in this search; read ahead, so that the chunks of all come in order. */
struct ahead {
    bool more;
    uint64_t chunk;
    struct run_harvest got;
};

static void read_ahead(struct merging *self, struct searched *searched, uint32_t index, struct ahead *ahead) {
    uint64_t chunks = 1;
    run_harvest_deinit(&ahead->got);
    ahead->more = false;
    if (self->status == OK) self->status = run_harvest_init(&ahead->got, mem_system());
    if (self->status == OK)
        self->status =
            cli_searched_take(searched, &self->parts[index], &ahead->more, &ahead->chunk, &chunks, &ahead->got);
    if (ahead->more && chunks != 1) report_json_refuse(&self->parts[index].reader, "a part has its chunks one by one");
}

/* Chunks are dealt out in turn; those behind one that ended the search are of no interest. False: one is missing. */
static bool search_add(struct merging *self, struct searched *searched, struct ahead *ahead) {
    bool over = false;
    for (uint64_t chunk = 0; self->status == OK; chunk++) {
        uint32_t from = self->count;
        for (uint32_t i = 0; i < self->count && from == self->count; i++)
            if (ahead[i].more && ahead[i].chunk == chunk) from = i;
        if (from == self->count) return over || chunk == searched->chunk_count;
        if (!over) self->status = run_harvest_add(&searched->total, &ahead[from].got);
        if (!over && self->status == OK) self->status = cli_searched_settle(searched);
        over = over || cli_searched_over(searched, &ahead[from].got) || cli_searched_enough(searched) != RUN_ENOUGH_NOT;
        read_ahead(self, searched, from, &ahead[from]);
    }
    return true;
}

static bool search_merge(struct merging *self, struct searched *searched) {
    struct ahead *ahead = mem_new(mem_system(), self->count, sizeof *ahead);
    if (ahead == NULL) self->status = ERR_NOMEM;
    for (uint32_t i = 0; i < self->count && self->status == OK; i++) {
        self->status = cli_searched_read_open(searched, &self->parts[i]);
        if (self->status == OK) read_ahead(self, searched, i, &ahead[i]);
    }
    bool whole = self->status == OK && search_add(self, searched, ahead);
    for (uint32_t i = 0; ahead != NULL && i < self->count; i++) {
        while (whole && self->status == OK && ahead[i].more) /* behind the end of the search */
            read_ahead(self, searched, i, &ahead[i]);
        run_harvest_deinit(&ahead[i].got);
        if (self->status == OK) cli_searched_read_close(&self->parts[i]);
    }
    mem_free(mem_system(), ahead, self->count * sizeof *ahead);
    return whole;
}

static int searches_merge(struct merging *self) {
    struct buf out;
    bool unexpected = false, whole = true;
    buf_init(&out, mem_system());
    struct report_json json = {.out = &out};
    if (self->options->json) cli_searched_json_begin(&json);
    for (uint32_t i = 0; i < self->count; i++) report_json_read_open(&self->parts[i].reader, "searches", '[');
    for (uint64_t i = 0; i < self->parts[0].head.count && good(self) && whole; i++) {
        struct searched searched = {0};
        whole = search_merge(self, &searched);
        if (good(self) && whole)
            self->status = cli_searched_tell(&searched, false, &out, self->options->json ? &json : NULL);
        unexpected = unexpected || (good(self) && cli_searched_unexpected(&searched, true));
        cli_searched_deinit(&searched);
    }
    if (self->options->json) cli_searched_json_end(&json);
    bool fine = close_all(self), input = self->parts[0].head.input;
    if (fine && !whole) (void)fprintf(stderr, "ebb: some chunks of the search are in none of the parts\n");
    int code = !fine || !whole ? EXIT_BAD_INPUT : input ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
    if (fine && whole && unexpected && input) code = EXIT_NOT_AS_EXPECTED;
    if (self->status != OK || buf_status(&out) != OK) code = EXIT_UNFINISHED;
    if (fine && whole && !cli_write(STDOUT_FILENO, buf_str(&out))) code = EXIT_UNFINISHED;
    buf_deinit(&out);
    return code;
}

static int merge(const struct options *options, struct part_file *parts) {
    struct merging self = {.options = options, .parts = parts, .count = options->path_count};
    if (!open_all(parts, options->paths, self.count)) return EXIT_BAD_INPUT;
    sort(parts, self.count);
    if (!all_there(parts, self.count)) return EXIT_BAD_INPUT;
    return parts[0].head.kind == PART_RUN ? runs_merge(&self) : searches_merge(&self);
}

static int run(int count, char **words) {
    struct options options;
    int code = EXIT_BAD_INPUT;
    if (!cli_options(&options, count, words, "json junit terse")) return EXIT_BAD_INPUT;
    struct part_file *parts = mem_new(mem_system(), options.path_count + 1, sizeof *parts);
    if (options.help) {
        code = EXIT_AS_EXPECTED;
    } else if (options.path_count == 0) {
        (void)fprintf(stderr, "ebb: merge takes the parts that run or explore wrote with --part\n");
    } else if (parts == NULL) {
        code = EXIT_UNFINISHED;
    } else {
        code = merge(&options, parts);
    }
    for (uint32_t i = 0; parts != NULL && i < options.path_count; i++) cli_part_file_drop(&parts[i]);
    mem_free(mem_system(), parts, (options.path_count + 1) * sizeof *parts);
    cli_options_free(&options);
    return code;
}

const struct command cli_merge_command = {
    "merge", "PART...", "the report of a whole from what its shares have shown",
    "  ebb run --shard 1/2 --part 1.json FILE   one machine\n"
    "  ebb run --shard 2/2 --part 2.json FILE   and the other\n"
    "  ebb merge 1.json 2.json                  what one machine would have reported\n",
    run};
