/* SPDX-License-Identifier: MIT */
/* report_bytes.c — see report_bytes.h. */
#include "reports/report_bytes.h"

#include "base/mem.h"

/* How many bytes the character that begins with `first` has, and the least code point that needs so many. */
static uint32_t char_length(unsigned char first, uint32_t *least) {
    *least = first < 0xE0 ? 0x80 : first < 0xF0 ? 0x800 : 0x10000;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 1;
}

bool report_next(struct str *rest, struct report_char *out) {
    if (rest->len == 0) return false;
    unsigned char first = (unsigned char)rest->at[0];
    uint32_t least = 0, length = char_length(first, &least);
    *out = (struct report_char){first, {rest->at, 1}, first < 0x80};
    if (length > 1 && length <= rest->len) {
        uint32_t code = first & (0x7Fu >> length), i = 1;
        while (i < length && ((unsigned char)rest->at[i] & 0xC0) == 0x80)
            code = code << 6 | ((unsigned char)rest->at[i++] & 0x3Fu);
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (i == length && code >= least && code <= 0x10FFFF && !surrogate)
            *out = (struct report_char){code, {rest->at, length}, true};
    }
    ASSERT(out->bytes.len > 0 && out->bytes.len <= rest->len);
    rest->at += out->bytes.len;
    rest->len -= out->bytes.len;
    return true;
}

static bool char_prints(const struct report_char *at) {
    return at->valid && at->code >= 0x20 && (at->code < 0x7F || at->code > 0x9F);
}

static void put_hex(struct buf *out, struct str bytes) {
    for (size_t i = 0; i < bytes.len; i++) buf_print(out, "\\x%02x", (unsigned char)bytes.at[i]);
}

void report_put_plain(struct buf *out, struct str bytes) {
    for (struct report_char at; report_next(&bytes, &at);) {
        if (char_prints(&at))
            buf_put(out, at.bytes);
        else
            put_hex(out, at.bytes);
    }
}

static bool shell_safe(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
        (letter != '\0' && strchr("-_./,:+@%=", letter) != NULL);
}

void report_put_shell(struct buf *out, struct str bytes) {
    bool safe = bytes.len > 0, prints = true;
    struct str rest = bytes;
    for (struct report_char at; report_next(&rest, &at);) {
        safe = safe && shell_safe(at.bytes.at[0]);
        prints = prints && char_prints(&at);
    }
    if (safe) {
        buf_put(out, bytes);
        return;
    }
    buf_put(out, prints ? STR("'") : STR("$'")); /* the second form is bash's, and takes \xNN */
    for (struct report_char at; report_next(&bytes, &at);) {
        if (!char_prints(&at))
            put_hex(out, at.bytes);
        else if (at.code == '\'')
            buf_put(out, prints ? STR("'\\''") : STR("\\'"));
        else if (at.code == '\\' && !prints)
            buf_put(out, STR("\\\\"));
        else
            buf_put(out, at.bytes);
    }
    buf_put_char(out, '\'');
}

uint32_t report_width(struct str bytes) {
    uint32_t width = 0;
    for (struct report_char at; report_next(&bytes, &at);) width++;
    return width;
}

void report_put_spaces(struct buf *out, uint32_t count) {
    while (count-- > 0) buf_put_char(out, ' ');
}

void report_out_init(struct report_out *out, struct sink *sink) {
    buf_init(&out->buf, mem_system());
    out->sink = sink;
}

enum status report_out_flush(struct report_out *out) {
    TRY(buf_status(&out->buf));
    struct str bytes = buf_str(&out->buf);
    enum status status = bytes.len == 0 ? OK : out->sink->write(out->sink, bytes);
    buf_clear(&out->buf);
    return status;
}

enum status report_out_end(struct report_out *out, enum status status) {
    if (status == OK) status = report_out_flush(out);
    buf_deinit(&out->buf);
    return status;
}
