/* SPDX-License-Identifier: MIT */
/* report_bytes.h — names come from anywhere and reports go to terminals and parsers: bytes are looked at one
 * character at a time, and each format says what it does with those it cannot take. */
#ifndef REPORTS_REPORT_BYTES_H
#define REPORTS_REPORT_BYTES_H

#include "base/buf.h"

/* One character of UTF-8, or one byte that belongs to none. */
struct report_char {
    uint32_t code;    /* the code point; the byte when not valid */
    struct str bytes; /* what it was written as */
    bool valid;
};
bool report_next(struct str *rest, struct report_char *out); /* false at the end; takes it off the front of `rest` */

/* Control characters and bytes that are not UTF-8 become \xNN: safe for a terminal, and always one line. */
void report_put_plain(struct buf *out, struct str bytes);
void report_put_shell(struct buf *out, struct str bytes); /* one word of a shell command, quoted when it has to be */
uint32_t report_width(struct str bytes);                  /* code points, invalid bytes counted one each */
void report_put_spaces(struct buf *out, uint32_t count);

/* A buf that is emptied into the sink now and then, so that a long campaign needs little memory. */
struct report_out {
    struct buf buf;
    struct sink *sink;
};
void report_out_init(struct report_out *out, struct sink *sink);
CHECKED enum status report_out_flush(struct report_out *out);                   /* ERR_NOMEM, or what the sink says */
CHECKED enum status report_out_end(struct report_out *out, enum status status); /* flushes when OK; deinits always */

#endif
