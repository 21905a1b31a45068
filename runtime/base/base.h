/* SPDX-License-Identifier: MIT */
/* base.h — the house words: the only unprefixed names in the project.
 *
 * Three things are never mixed. A bug of ours is an ASSERT, in every build. Bad input or a poor machine is an
 * `enum status`, with a `struct diag` where a human wrote the input. What the subject did wrong is a finding:
 * data, never an error code. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What went wrong outside our own code: the caller's input, a limit of ours, no memory, the operating system. */
enum status { OK, ERR_INPUT, ERR_LIMIT, ERR_NOMEM, ERR_IO };

#define CHECKED __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#define LIKELY(cond) __builtin_expect(!!(cond), 1)
#define UNLIKELY(cond) __builtin_expect(!!(cond), 0)
#define ALWAYS_INLINE \
    inline __attribute__((always_inline)) /* also under sanitizers, where the hot path is measured too */

/* A fact of ours that must hold; checked in every build. What a scenario can provoke is never an ASSERT. */
#define ASSERT(cond) (LIKELY(cond) ? (void)0 : base_panic(#cond, __FILE__, __LINE__))

/* Hands a failure on. Only while nothing is owned; afterwards `goto fail` to the one exit that undoes. */
#define TRY(expr)                    \
    do {                             \
        enum status try_ = (expr);   \
        if (try_ != OK) return try_; \
    } while (0)

/* The struct that contains `member` at `pointer`. */
#define BASE_OWNER(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))
#define BASE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Builds with VERIFY recount what the others trust. CMake sets it to 1 in the dev preset. */
#ifndef VERIFY
#define VERIFY 0
#endif

/* Borrowed bytes; not NUL-terminated. */
struct str {
    const char *at;
    size_t len;
};
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

struct str str_of(const char *text); /* borrows a NUL-terminated string; NULL gives the empty one */
bool str_equal(struct str a, struct str b);
int str_compare(struct str a, struct str b); /* bytewise: <0, 0, >0 */
bool str_starts(struct str whole, struct str start);

/* One complaint about something a human wrote. Line and column count from 1; 0 where there is none. */
struct diag {
    char origin[256]; /* a file's name, shortened at the front when longer */
    uint32_t line, column;
    char text[240];
};
/* Fills `why` when it is not NULL; returns `status`, so that `return diag_set(...)` reads as one sentence. */
CHECKED enum status diag_set(struct diag *why, enum status status, uint32_t line, uint32_t column, const char *format,
                             ...) PRINTF_LIKE(5, 6);

/* Where bytes go; reporters know no FILE. */
struct sink {
    enum status (*write)(struct sink *, struct str);
};

/* Where memory comes from. `alloc` may return NULL; `free` is told the size it was asked for. */
struct mem {
    void *(*alloc)(struct mem *, size_t size);
    void (*free)(struct mem *, void *at, size_t size);
};

/* Prints the broken fact and what `base_panic_note_set` left for this thread (the replay token), then aborts. */
_Noreturn void base_panic(const char *cond, const char *file, int line);
void base_panic_note_set(const char *note); /* borrowed until replaced; NULL clears it */
/* A note that is only made when it is needed: `ask` may return NULL. Replaces the note, and is replaced by one. */
void base_panic_note_ask(const char *(*ask)(void *context), void *context);
void base_panic_note_print(
    void); /* to stderr, when there is one: for others who end the program, as a sanitizer does */

#endif
