/* SPDX-License-Identifier: MIT */
/* json_writer.c — see json_writer.h. */
#include "reports/json_writer.h"

#include "reports/report_bytes.h"

static void put_character(struct buf *out, const struct report_char *at) {
    if (!at->valid)
        buf_put(out, STR("\xEF\xBF\xBD"));
    else if (at->code == '\n')
        buf_put(out, STR("\\n"));
    else if (at->code == '\t')
        buf_put(out, STR("\\t"));
    else if (at->code < 0x20 || at->code == 0x7F)
        buf_print(out, "\\u%04x", at->code);
    else {
        if (at->code == '"' || at->code == '\\') buf_put_char(out, '\\');
        buf_put(out, at->bytes);
    }
}

static void put_quoted(struct buf *out, struct str text) {
    buf_put_char(out, '"');
    for (struct report_char at; report_next(&text, &at);) put_character(out, &at);
    buf_put_char(out, '"');
}

/* The comma after what stands before, a new line, and the key. */
static void put_key(struct report_json *json, const char *key) {
    if (json->filled) buf_put_char(json->out, ',');
    if (json->depth > 0) buf_put_char(json->out, '\n');
    report_put_spaces(json->out, json->depth * 2);
    json->filled = true;
    if (key == NULL) return;
    put_quoted(json->out, str_of(key));
    buf_put(json->out, STR(": "));
}

void report_json_open(struct report_json *json, const char *key, char bracket) {
    ASSERT(bracket == '{' || bracket == '[');
    put_key(json, key);
    buf_put_char(json->out, bracket);
    json->depth++;
    json->filled = false;
}

void report_json_close(struct report_json *json, char bracket) {
    ASSERT((bracket == '}' || bracket == ']') && json->depth > 0);
    json->depth--;
    if (json->filled) {
        buf_put_char(json->out, '\n');
        report_put_spaces(json->out, json->depth * 2);
    }
    buf_put_char(json->out, bracket);
    json->filled = true;
    if (json->depth == 0) buf_put_char(json->out, '\n');
}

void report_json_text(struct report_json *json, const char *key, struct str text) {
    put_key(json, key);
    put_quoted(json->out, text);
}

/* Bytes that are no UTF-8 as DEL and two digits, and DEL itself likewise. */
void report_json_exact(struct report_json *json, const char *key, struct str text) {
    struct buf *out = json->out;
    put_key(json, key);
    buf_put_char(out, '"');
    for (struct report_char at; report_next(&text, &at);) {
        if (!at.valid || at.code == 0x7F)
            buf_print(out, "\\u007f%02x", at.code);
        else
            put_character(out, &at);
    }
    buf_put_char(out, '"');
}

void report_json_number(struct report_json *json, const char *key, uint64_t number) {
    put_key(json, key);
    buf_print(json->out, "%llu", (unsigned long long)number);
}

void report_json_signed(struct report_json *json, const char *key, int64_t number) {
    put_key(json, key);
    buf_print(json->out, "%lld", (long long)number);
}

void report_json_bool(struct report_json *json, const char *key, bool yes) {
    put_key(json, key);
    buf_put(json->out, yes ? STR("true") : STR("false"));
}

void report_json_hex(struct report_json *json, const char *key, uint64_t number) {
    put_key(json, key);
    buf_print(json->out, "\"%016llx\"", (unsigned long long)number);
}
