/* SPDX-License-Identifier: MIT */
/* base.c — strings, diagnostics and the last words of a broken program. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Read only by a thread that is about to abort. */
static _Thread_local const char *panic_note;
static _Thread_local const char *(*panic_note_ask)(void *);
static _Thread_local void *panic_note_context;

void base_panic_note_set(const char *note) {
    panic_note = note;
    panic_note_ask = NULL;
}

void base_panic_note_ask(const char *(*ask)(void *context), void *context) {
    panic_note = NULL;
    panic_note_ask = ask;
    panic_note_context = context;
}

void base_panic_note_print(void) {
    const char *(*ask)(void *) = panic_note_ask;
    panic_note_ask = NULL; /* whoever makes the note may break as well */
    if (ask != NULL) panic_note = ask(panic_note_context);
    if (panic_note != NULL) (void)fprintf(stderr, "ebb: to see it again: ebb replay %s\n", panic_note);
}

void base_panic(const char *cond, const char *file, int line) {
    (void)fprintf(stderr, "ebb: a bug of ours: %s does not hold at %s:%d\n", cond, file, line);
    base_panic_note_print();
    (void)fflush(stderr);
    abort();
}

struct str str_of(const char *text) {
    return text == NULL ? (struct str){"", 0} : (struct str){text, strlen(text)};
}

bool str_equal(struct str a, struct str b) { return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0); }

int str_compare(struct str a, struct str b) {
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.at, b.at, shorter);
    if (order != 0) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(struct str whole, struct str start) {
    return whole.len >= start.len && (start.len == 0 || memcmp(whole.at, start.at, start.len) == 0);
}

enum status diag_set(struct diag *why, enum status status, uint32_t line, uint32_t column, const char *format, ...) {
    ASSERT(status != OK);
    if (why == NULL) return status;
    why->line = line;
    why->column = column;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return status;
}
