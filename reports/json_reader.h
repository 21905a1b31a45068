/* SPDX-License-Identifier: MIT */
/* json_reader.h — reads what json_writer wrote, and nothing else: the keys in their order, none more, none less. Each
 * call is the counterpart of one there. What is wrong first sticks; after that every answer is 0, false or "". */
#ifndef REPORTS_JSON_READER_H
#define REPORTS_JSON_READER_H

#include "base/base.h"

struct report_json_reader {
    struct str bytes;
    size_t at;
    bool begun; /* the innermost list or object has something in it already */
    bool failed;
    struct diag why; /* line and column of what was wrong first, and what was expected; no origin */
};
void report_json_reader_init(struct report_json_reader *reader, struct str bytes);
void report_json_refuse(struct report_json_reader *reader, const char *words); /* the caller's own complaint */
/* Every `key` is NULL inside a list. */
void report_json_read_open(struct report_json_reader *reader, const char *key, char bracket);
bool report_json_read_more(struct report_json_reader *reader); /* in a list: has it another item? */
void report_json_read_close(struct report_json_reader *reader, char bracket);
/* NUL-terminated; refused where it does not fit or holds a NUL. */
void report_json_read_text(struct report_json_reader *reader, const char *key, char *to, size_t size);
void report_json_read_exact(struct report_json_reader *reader, const char *key, char *to, size_t size); /* likewise */
uint64_t report_json_read_number(struct report_json_reader *reader, const char *key);
uint32_t report_json_read_small(struct report_json_reader *reader, const char *key); /* that fits 32 bits */
int64_t report_json_read_signed(struct report_json_reader *reader, const char *key);
bool report_json_read_bool(struct report_json_reader *reader, const char *key);
uint64_t report_json_read_hex(struct report_json_reader *reader, const char *key);
void report_json_read_end(struct report_json_reader *reader); /* nothing follows but white space */

#endif
