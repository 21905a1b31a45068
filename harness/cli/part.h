/* SPDX-License-Identifier: MIT */
/* part.h — files that carry what was found from one process to another: the shares of a run or a search, and how far a
 * search had come. They are JSON, versioned, with a checksum at their end, and read as strictly as they were written. */
#ifndef CLI_PART_H
#define CLI_PART_H

#include "cli/command.h"
#include "reports/json_reader.h"
#include "reports/json_writer.h"

enum part_kind { PART_RUN, PART_EXPLORE, PART_CHECKPOINT };
/* What a part is a part of, and which. */
struct part_head {
    enum part_kind kind;
    struct buf options;     /* those that decide what is found, as they would be given */
    struct buf files;       /* "HASH PATH" of each scenario, each with a NUL behind it */
    uint64_t baseline;      /* the hash of its bytes; 0: there is none */
    uint64_t count;         /* RUN: rows of the whole; else: searches of the whole */
    bool input;             /* every scenario could be read */
    uint32_t shard, shards; /* from 1 */
    size_t shard_at;        /* where that stands in the file */
};
/* Of the whole, as share 1 of 1. `baseline` is "" where there is none. ERR_NOMEM: deinit it all the same. */
CHECKED enum status cli_part_head_init(struct part_head *head, enum part_kind kind, const struct options *options,
                                       const struct sources *sources, struct str baseline, uint64_t count);
void cli_part_head_deinit(struct part_head *head); /* all zero is fine */
/* Which share the options ask for; 1 of 1 where they do not. */
void cli_part_share(const struct options *options, uint32_t *shard, uint32_t *shards);
bool cli_part_mine(const struct options *options, uint64_t number); /* what is dealt out one by one, from 0 on */
/* Can these options go together? False: told why. */
bool cli_part_options(const struct options *options);

struct part_writer {
    struct buf text;
    struct report_json json;
};
void cli_part_begin(struct part_writer *writer, const struct part_head *head); /* an object is open after it */
/* Closes the object and puts the file where it belongs at once, or not at all. False: told why on stderr. */
bool cli_part_end(struct part_writer *writer, const char *path);
void cli_part_drop(struct part_writer *writer); /* after either; all zero is fine */

struct part_file {
    const char *path;
    struct buf bytes;
    struct report_json_reader reader;
    struct part_head head;
};
/* Reads the file and its head, which has to be a share of the same whole as `wanted`, which `whose` says where to look
 * for, unless that is NULL. False: told where and why; drop it all the same. */
bool cli_part_open(struct part_file *file, const char *path, const struct part_head *wanted, const char *whose);
/* Closes what was opened and looks at the checksum. False: something was wrong since the opening; told. */
bool cli_part_close(struct part_file *file);
void cli_part_file_drop(struct part_file *file); /* all zero is fine */
/* What is wrong with a file that can be read, and the place. Only the first complaint is told, here or by close. */
void cli_part_refuse(struct part_file *file, size_t at, const char *words);
/* A text of any length; free it as a block of its length + 1. NULL text: no memory, which is told in the reader. */
struct str cli_part_text(struct part_file *file, const char *key);
void cli_part_text_free(struct str text); /* NULL text is fine */

#endif
