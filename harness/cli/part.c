/* SPDX-License-Identifier: MIT */
/* part.c — see part.h. */
#include "cli/part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/hash.h"

#define READ_BYTES 65536u
#define PART_BYTES_MAX ((size_t)1 << 30) /* some 30 million behaviours */
#define FILE_BYTES_MAX 4200u             /* of one line of `files`: a hash and a path */

static const char *const formats[] = {
    [PART_RUN] = "ebb-run-part-1", [PART_EXPLORE] = "ebb-explore-part-1", [PART_CHECKPOINT] = "ebb-checkpoint-1"};
static const char *const kinds[] = {[PART_RUN] = "a share of ebb run",
                                    [PART_EXPLORE] = "a share of ebb explore",
                                    [PART_CHECKPOINT] = "a checkpoint of ebb explore"};

/* --- what a part is a part of -------------------------------------------------------------------------------------- */
static void word_put(struct buf *out, const char *flag, const char *value) {
    if (value != NULL) buf_print(out, " --%s %s", flag, value);
}

static void number_put(struct buf *out, const char *flag, bool asked, uint64_t value) {
    if (asked) buf_print(out, " --%s %" PRIu64, flag, value);
}

/* A checkpoint may be gone on with for more runs, or for longer. */
static void options_put(struct buf *out, const struct options *options, enum part_kind kind) {
    static const char *const timers[] = {
        [RUN_TIMERS_BOTH] = "both", [RUN_TIMERS_IDLE] = "idle", [RUN_TIMERS_ANY] = "any"};
    buf_print(out, "--seed %" PRIu64 " --timers %s", options->seed, timers[options->timers]);
    number_put(out, "runs", options->runs_asked && kind != PART_CHECKPOINT, options->runs);
    number_put(out, "prove", options->prove_asked, options->prove);
    number_put(out, "pieces", options->pieces > 1, options->pieces);
    word_put(out, "strategy", options->strategy);
    word_put(out, "variant", options->variant);
    word_put(out, "today", options->today);
    if (options->first) buf_put(out, STR(" --first"));
    if (options->coverage) buf_put(out, STR(" --coverage"));
}

enum status cli_part_head_init(struct part_head *head, enum part_kind kind, const struct options *options,
                               const struct sources *sources, struct str baseline, uint64_t count) {
    *head = (struct part_head){.kind = kind, .count = count, .input = !sources->failed, .shard = 1, .shards = 1};
    buf_init(&head->options, mem_system());
    buf_init(&head->files, mem_system());
    options_put(&head->options, options, kind);
    if (baseline.len > 0) head->baseline = hash_bytes(baseline, 0);
    for (uint32_t i = 0; i < sources->count; i++) {
        buf_print(&head->files, "%016" PRIx64 " %s", hash_bytes(sources->at[i].bytes, 0), sources->at[i].path);
        buf_put_char(&head->files, '\0');
    }
    TRY(buf_status(&head->options));
    return buf_status(&head->files);
}

void cli_part_head_deinit(struct part_head *head) {
    if (head->options.mem != NULL) buf_deinit(&head->options);
    if (head->files.mem != NULL) buf_deinit(&head->files);
    *head = (struct part_head){0};
}

void cli_part_share(const struct options *options, uint32_t *shard, uint32_t *shards) {
    *shard = options->shards == 0 ? 1 : options->shard;
    *shards = options->shards == 0 ? 1 : options->shards;
}

bool cli_part_mine(const struct options *options, uint64_t number) {
    uint32_t shard, shards;
    cli_part_share(options, &shard, &shards);
    return number % shards == shard - 1;
}

static bool refused(const char *one, const char *other, const char *why) {
    (void)fprintf(stderr, "ebb: --%s does not go with --%s: %s\n", one, other, why);
    return false;
}

bool cli_part_options(const struct options *options) {
    const char *share = options->shards > 0 ? "shard" : options->part != NULL ? "part" : NULL;
    const char *stop = options->checkpoint != NULL ? "checkpoint" : options->resume != NULL ? "resume" : NULL;
    if (share == NULL) return true;
    if (stop != NULL) return refused(share, stop, "where one share is too long, make more of them");
    if (options->write_baseline != NULL) return refused(share, "write-baseline", "a baseline is of the whole");
    if (options->time_ms > 0) return refused(share, "time", "shares are of so many runs, however long they take");
    return true;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */
static void files_put(struct report_json *json, struct str files) {
    report_json_open(json, "files", '[');
    while (files.len > 0) {
        struct str one = {files.at, strlen(files.at)};
        report_json_exact(json, NULL, one);
        files = (struct str){files.at + one.len + 1, files.len - one.len - 1};
    }
    report_json_close(json, ']');
}

void cli_part_begin(struct part_writer *writer, const struct part_head *head) {
    buf_init(&writer->text, mem_system());
    writer->json = (struct report_json){.out = &writer->text};
    struct report_json *json = &writer->json;
    report_json_open(json, NULL, '{');
    report_json_text(json, "format", str_of(formats[head->kind]));
    report_json_text(json, "ebb", STR(CLI_VERSION));
    report_json_exact(json, "options", buf_str(&head->options));
    report_json_hex(json, "baseline", head->baseline);
    files_put(json, buf_str(&head->files));
    report_json_number(json, "count", head->count);
    report_json_bool(json, "input", head->input);
    report_json_number(json, "shard", head->shard);
    report_json_number(json, "of", head->shards);
}

/* Whoever reads it meanwhile sees the old file or the new one. */
static bool put_in_place(const char *path, struct str bytes) {
    struct buf beside;
    buf_init(&beside, mem_system());
    buf_print(&beside, "%s.new", path);
    buf_put_char(&beside, '\0');
    int fd = buf_status(&beside) != OK ? -1 : open(beside.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool good = fd >= 0 && cli_write(fd, bytes) && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0) good = false;
    if (good && rename(beside.at, path) != 0) good = false;
    if (!good && fd >= 0) (void)unlink(beside.at);
    buf_deinit(&beside);
    return good;
}

bool cli_part_end(struct part_writer *writer, const char *path) {
    report_json_hex(&writer->json, "check", hash_bytes(buf_str(&writer->text), 0));
    report_json_close(&writer->json, '}');
    bool good = buf_status(&writer->text) == OK && put_in_place(path, buf_str(&writer->text));
    if (!good) {
        cli_plain_print(stderr, str_of(path));
        (void)fprintf(stderr, ": error: cannot be written\n");
    }
    return good;
}

void cli_part_drop(struct part_writer *writer) {
    if (writer->text.mem != NULL) buf_deinit(&writer->text);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */
static void complain(const struct part_file *file, const char *words) {
    cli_plain_print(stderr, str_of(file->path));
    (void)fprintf(stderr, ": error: %s\n", words);
}

static bool told(struct part_file *file) {
    struct diag why = file->reader.why;
    if (!file->reader.failed) return false;
    scenario_diag_origin(&why, str_of(file->path));
    cli_problem_print(stderr, "error", &why, buf_str(&file->bytes));
    return true;
}

static bool load(struct part_file *file) {
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    char *block = mem_new(mem_system(), 1, READ_BYTES);
    ssize_t got = fd < 0 || block == NULL ? -1 : 1;
    while (got > 0 && !file->bytes.failed && file->bytes.len <= PART_BYTES_MAX) {
        got = read(fd, block, READ_BYTES);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            buf_put(&file->bytes, (struct str){block, (size_t)got});
    }
    int why = errno;
    if (fd >= 0) (void)close(fd);
    mem_free(mem_system(), block, READ_BYTES);
    if (got < 0)
        complain(file, strerror(why));
    else if (file->bytes.failed)
        complain(file, "not enough memory to read it");
    else if (got > 0)
        complain(file, "larger than 1 GiB");
    return got == 0 && !file->bytes.failed;
}

/* What stands at the end of what was read so far differs; the place is where its line begins. */
static void differs(struct part_file *file, const char *whose, const char *words, struct str wanted) {
    char text[160];
    struct report_json_reader *reader = &file->reader;
    size_t at = reader->at;
    if (reader->failed) return;
    while (at > 0 && file->bytes.at[at - 1] != '\n') at--;
    while (at < reader->at && file->bytes.at[at] == ' ') at++;
    int shown = wanted.len > 100 ? 100 : (int)wanted.len;
    (void)snprintf(text, sizeof text, "%s%s: %.*s", words, whose, shown, wanted.at);
    reader->at = at;
    report_json_refuse(reader, text);
}

static void read_format(struct part_file *file, const struct part_head *wanted, const char *whose) {
    char text[32];
    struct report_json_reader *reader = &file->reader;
    report_json_read_open(reader, NULL, '{');
    report_json_read_text(reader, "format", text, sizeof text);
    uint32_t kind = 0;
    while (kind < BASE_COUNT(formats) && strcmp(formats[kind], text) != 0) kind++;
    if (kind == BASE_COUNT(formats)) report_json_refuse(reader, "neither a part nor a checkpoint that this ebb reads");
    file->head.kind = (enum part_kind)kind;
    if (!reader->failed && wanted != NULL && wanted->kind != file->head.kind) {
        char words[80];
        (void)snprintf(words, sizeof words, "this is %s; expected, as for ", kinds[kind]);
        differs(file, whose, words, str_of(kinds[wanted->kind]));
    }
    report_json_read_text(reader, "ebb", text, sizeof text);
    if (strcmp(text, CLI_VERSION) != 0) differs(file, "this ebb", "another version than ", STR(CLI_VERSION));
}

/* The options, and after them the scenarios. */
static void read_texts(struct part_file *file, const struct part_head *wanted, const char *whose) {
    struct part_head *head = &file->head;
    struct report_json_reader *reader = &file->reader;
    struct str text = cli_part_text(file, "options");
    if (wanted != NULL && !str_equal(text, buf_str(&wanted->options)))
        differs(file, whose, "other options than those of ", buf_str(&wanted->options));
    buf_put(&head->options, text);
    cli_part_text_free(text);
    head->baseline = report_json_read_hex(reader, "baseline");
    if (wanted != NULL && head->baseline != wanted->baseline)
        differs(file, whose, "another baseline than that of ", STR(""));
    const char *next = wanted == NULL ? NULL : wanted->files.at,
               *end = wanted == NULL ? NULL : next + wanted->files.len;
    report_json_read_open(reader, "files", '[');
    while (report_json_read_more(reader)) {
        char one[FILE_BYTES_MAX];
        report_json_read_exact(reader, NULL, one, sizeof one);
        buf_put(&head->files, (struct str){one, strlen(one) + 1});
        if (wanted == NULL) continue;
        if (next == end || strcmp(next, one) != 0)
            differs(file, whose, "another scenario or content than for ", next == end ? STR("none") : str_of(next));
        if (next < end) next += strlen(next) + 1;
    }
    if (next < end) report_json_refuse(reader, "scenarios are missing here");
    report_json_read_close(reader, ']');
}

bool cli_part_open(struct part_file *file, const char *path, const struct part_head *wanted, const char *whose) {
    struct part_head *head = &file->head;
    struct report_json_reader *reader = &file->reader;
    *file = (struct part_file){.path = path};
    buf_init(&file->bytes, mem_system());
    buf_init(&head->options, mem_system());
    buf_init(&head->files, mem_system());
    if (!load(file)) return false;
    report_json_reader_init(reader, buf_str(&file->bytes));
    read_format(file, wanted, whose);
    read_texts(file, wanted, whose);
    head->count = report_json_read_number(reader, "count");
    head->input = report_json_read_bool(reader, "input");
    if (wanted != NULL && (head->count != wanted->count || head->input != wanted->input))
        report_json_refuse(reader, "the whole is said to be another one than that of the others");
    head->shard = report_json_read_small(reader, "shard");
    head->shard_at = reader->at;
    head->shards = report_json_read_small(reader, "of");
    if (head->shard == 0 || head->shard > head->shards || head->shards > CLI_SHARDS_MAX)
        report_json_refuse(reader, "there is no such share");
    if (wanted != NULL && head->shards != wanted->shards) {
        char number[16];
        (void)snprintf(number, sizeof number, "%u", wanted->shards);
        differs(file, whose, "another number of shares than for ", str_of(number));
    }
    if (buf_status(&head->options) != OK || buf_status(&head->files) != OK)
        report_json_refuse(reader, "not enough memory to read it");
    return !told(file);
}

void cli_part_refuse(struct part_file *file, size_t at, const char *words) {
    file->reader.at = at;
    report_json_refuse(&file->reader, words);
    (void)told(file);
}

bool cli_part_close(struct part_file *file) {
    struct report_json_reader *reader = &file->reader;
    uint64_t check = hash_bytes((struct str){file->bytes.at, reader->at}, 0);
    if (report_json_read_hex(reader, "check") != check)
        report_json_refuse(reader, "the checksum is that of another content: the file was changed");
    report_json_read_close(reader, '}');
    report_json_read_end(reader);
    return !told(file);
}

void cli_part_file_drop(struct part_file *file) {
    if (file->bytes.mem != NULL) buf_deinit(&file->bytes);
    cli_part_head_deinit(&file->head);
}

struct str cli_part_text(struct part_file *file, const char *key) {
    /* The writer ends a line behind each text, and none is within. */
    struct str rest = file->bytes.len == 0
        ? STR("")
        : (struct str){file->bytes.at + file->reader.at, file->bytes.len - file->reader.at};
    const char *end = rest.len < 2 ? NULL : memchr(rest.at + 2, '\n', rest.len - 2);
    size_t size = (end == NULL ? rest.len : (size_t)(end - rest.at)) + 1;
    char *wide = mem_new(mem_system(), 1, size), *text = NULL;
    if (wide != NULL) report_json_read_exact(&file->reader, key, wide, size);
    size_t len = wide == NULL ? 0 : strlen(wide);
    if (wide != NULL) text = mem_new(mem_system(), 1, len + 1);
    if (text == NULL) report_json_refuse(&file->reader, "not enough memory to read it");
    if (text != NULL) memcpy(text, wide, len + 1);
    mem_free(mem_system(), wide, size);
    return (struct str){text, text == NULL ? 0 : len};
}

void cli_part_text_free(struct str text) {
    if (text.at != NULL) mem_free(mem_system(), (void *)(uintptr_t)text.at, text.len + 1);
}
