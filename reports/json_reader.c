/* SPDX-License-Identifier: MIT */
/* json_reader.c — see json_reader.h. */
#include "reports/json_reader.h"

#include <stdio.h>

void report_json_reader_init(struct report_json_reader *reader, struct str bytes) {
    *reader = (struct report_json_reader){.bytes = bytes};
}

void report_json_refuse(struct report_json_reader *reader, const char *words) {
    if (reader->failed) return;
    reader->failed = true;
    reader->why.line = reader->why.column = 1;
    for (size_t i = 0; i < reader->at; i++) {
        bool line = reader->bytes.at[i] == '\n';
        reader->why.line += line;
        reader->why.column = line ? 1 : reader->why.column + 1;
    }
    (void)snprintf(reader->why.text, sizeof reader->why.text, "%s", words);
}

static void expected(struct report_json_reader *reader, const char *what) {
    char words[96];
    (void)snprintf(words, sizeof words, "expected %s", what);
    report_json_refuse(reader, words);
}

/* The next byte that is no white space; 0 at the end. */
static char peek(struct report_json_reader *reader) {
    struct str bytes = reader->bytes;
    while (reader->at < bytes.len && strchr(" \n\r\t", bytes.at[reader->at]) != NULL && bytes.at[reader->at] != 0)
        reader->at++;
    return reader->failed || reader->at == bytes.len ? '\0' : bytes.at[reader->at];
}

static bool take(struct report_json_reader *reader, char byte) {
    if (peek(reader) != byte || byte == '\0') return false;
    reader->at++;
    return true;
}

/* The comma after what stands before, and the key. */
static void take_key(struct report_json_reader *reader, const char *key) {
    char quoted[64];
    if (reader->begun && !take(reader, ',')) expected(reader, "a comma");
    reader->begun = true;
    if (key == NULL) return;
    int len = snprintf(quoted, sizeof quoted, "\"%s\"", key);
    ASSERT(len > 0 && (size_t)len < sizeof quoted);
    (void)peek(reader);
    size_t left = reader->bytes.len - reader->at;
    if (reader->failed || left < (size_t)len || memcmp(reader->bytes.at + reader->at, quoted, (size_t)len) != 0) {
        expected(reader, quoted);
        return;
    }
    reader->at += (size_t)len;
    if (!take(reader, ':')) expected(reader, "a colon");
}

void report_json_read_open(struct report_json_reader *reader, const char *key, char bracket) {
    take_key(reader, key);
    if (!take(reader, bracket)) expected(reader, bracket == '{' ? "an object" : "a list");
    reader->begun = false;
}

bool report_json_read_more(struct report_json_reader *reader) {
    char next = peek(reader);
    return next != ']' && next != '\0';
}

void report_json_read_close(struct report_json_reader *reader, char bracket) {
    if (!take(reader, bracket)) expected(reader, bracket == '}' ? "the end of the object" : "the end of the list");
    reader->begun = true;
}

/* The code of \uXXXX; 0: it is none that the writer writes. */
static uint32_t escaped(struct report_json_reader *reader) {
    uint32_t code = 0;
    for (uint32_t i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef";
        char byte = reader->at < reader->bytes.len ? reader->bytes.at[reader->at] : '\0';
        const char *digit = byte == '\0' ? NULL : strchr(digits, byte);
        if (digit == NULL) return 0;
        code = code << 4 | (uint32_t)(digit - digits);
        reader->at++;
    }
    return code <= 0x7F ? code : 0;
}

/* One byte of a text; 0: its end, or what has no place in it. */
static char text_byte(struct report_json_reader *reader) {
    if (reader->failed || reader->at == reader->bytes.len) return '\0';
    char byte = reader->bytes.at[reader->at];
    if (byte == '"' || (unsigned char)byte < 0x20) return '\0';
    reader->at++;
    if (byte != '\\') return byte;
    char what = reader->at < reader->bytes.len ? reader->bytes.at[reader->at++] : '\0';
    if (what == '"' || what == '\\') return what;
    if (what == 'n' || what == 't') return what == 'n' ? '\n' : '\t';
    byte = what == 'u' ? (char)escaped(reader) : '\0';
    if (byte == '\0') expected(reader, "an escape that the writer writes");
    return byte;
}

static uint32_t digit_of(char byte) {
    const char *all = "0123456789abcdef", *at = byte == '\0' ? NULL : strchr(all, byte);
    return at == NULL ? 16 : (uint32_t)(at - all);
}

/* The byte whose two digits come next; 0: they do not. */
static char byte_of_digits(struct report_json_reader *reader) {
    uint32_t high = digit_of(text_byte(reader)), low = digit_of(text_byte(reader));
    if (high > 15 || low > 15 || (high | low) == 0) expected(reader, "two digits after each \\u007f");
    return reader->failed ? '\0' : (char)(high << 4 | low);
}

static void read_text(struct report_json_reader *reader, const char *key, char *to, size_t size, bool exact) {
    size_t len = 0;
    ASSERT(size > 0);
    take_key(reader, key);
    if (!take(reader, '"')) expected(reader, "a text");
    for (char byte; (byte = text_byte(reader)) != '\0'; to[len++] = byte) {
        if (exact && byte == 0x7F) byte = byte_of_digits(reader);
        if (len + 1 == size) expected(reader, "a shorter text");
        if (reader->failed) break;
    }
    if (reader->failed || reader->at == reader->bytes.len || reader->bytes.at[reader->at] != '"')
        expected(reader, "the end of the text");
    else
        reader->at++;
    to[reader->failed ? 0 : len] = 0;
}

void report_json_read_text(struct report_json_reader *reader, const char *key, char *to, size_t size) {
    read_text(reader, key, to, size, false);
}

void report_json_read_exact(struct report_json_reader *reader, const char *key, char *to, size_t size) {
    read_text(reader, key, to, size, true);
}

static uint64_t digits(struct report_json_reader *reader, uint64_t most) {
    uint64_t value = 0;
    uint32_t count = 0;
    (void)peek(reader);
    for (; !reader->failed && reader->at < reader->bytes.len; reader->at++, count++) {
        char byte = reader->bytes.at[reader->at];
        if (byte < '0' || byte > '9') break;
        uint64_t digit = (uint64_t)(byte - '0');
        if (value > (most - digit) / 10 || (count == 1 && value == 0)) {
            expected(reader, "a number that fits, without zeros in front");
            return 0;
        }
        value = value * 10 + digit;
    }
    if (count == 0) expected(reader, "a whole number");
    return reader->failed ? 0 : value;
}

uint64_t report_json_read_number(struct report_json_reader *reader, const char *key) {
    take_key(reader, key);
    return digits(reader, UINT64_MAX);
}

uint32_t report_json_read_small(struct report_json_reader *reader, const char *key) {
    take_key(reader, key);
    return (uint32_t)digits(reader, UINT32_MAX);
}

int64_t report_json_read_signed(struct report_json_reader *reader, const char *key) {
    take_key(reader, key);
    bool negative = take(reader, '-');
    int64_t value = (int64_t)digits(reader, INT64_MAX);
    return negative ? -value : value;
}

bool report_json_read_bool(struct report_json_reader *reader, const char *key) {
    take_key(reader, key);
    bool yes = peek(reader) == 't';
    struct str word = yes ? STR("true") : STR("false");
    if (reader->failed || reader->bytes.len - reader->at < word.len ||
        memcmp(reader->bytes.at + reader->at, word.at, word.len) != 0) {
        expected(reader, "true or false");
        return false;
    }
    reader->at += word.len;
    return yes;
}

uint64_t report_json_read_hex(struct report_json_reader *reader, const char *key) {
    char word[20];
    uint64_t value = 0;
    report_json_read_text(reader, key, word, sizeof word);
    for (uint32_t i = 0; i < 16 && !reader->failed; i++) {
        const char *all = "0123456789abcdef", *digit = word[i] == 0 ? NULL : strchr(all, word[i]);
        if (digit == NULL) expected(reader, "16 digits");
        if (digit != NULL) value = value << 4 | (uint64_t)(digit - all);
        if (digit == NULL) break;
    }
    if (!reader->failed && word[16] != 0) expected(reader, "16 digits");
    return reader->failed ? 0 : value;
}

void report_json_read_end(struct report_json_reader *reader) {
    if (peek(reader) != '\0' || (!reader->failed && reader->at < reader->bytes.len)) expected(reader, "nothing more");
}
