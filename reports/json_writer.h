/* SPDX-License-Identifier: MIT */
/* json_writer.h — JSON as it is written here: keys in the order they are put, two spaces a level, integers only, and
 * valid whatever bytes a name holds. */
#ifndef REPORTS_JSON_WRITER_H
#define REPORTS_JSON_WRITER_H

#include "base/buf.h"

struct report_json {
    struct buf *out;
    uint32_t depth;
    bool filled; /* the innermost list or object has something in it */
};
/* Every `key` is NULL inside a list. */
void report_json_open(struct report_json *json, const char *key, char bracket);    /* '{' or '[' */
void report_json_close(struct report_json *json, char bracket);                    /* '}' or ']' */
void report_json_text(struct report_json *json, const char *key, struct str text); /* invalid UTF-8: U+FFFD */
/* For our own reader, which gets back what was put, whatever it was. No NUL. */
void report_json_exact(struct report_json *json, const char *key, struct str text);
void report_json_number(struct report_json *json, const char *key, uint64_t number);
void report_json_signed(struct report_json *json, const char *key, int64_t number);
void report_json_bool(struct report_json *json, const char *key, bool yes);
void report_json_hex(struct report_json *json, const char *key, uint64_t number); /* a string of 16 digits */

#endif
