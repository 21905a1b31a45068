/* SPDX-License-Identifier: MIT */
/* buf.c — see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

static enum status buf_write(struct sink *sink, struct str bytes) {
    struct buf *self = BASE_OWNER(sink, struct buf, sink);
    buf_put(self, bytes);
    return buf_status(self);
}

void buf_init(struct buf *buf, struct mem *mem) { *buf = (struct buf){.sink = {buf_write}, .mem = mem}; }

void buf_deinit(struct buf *buf) {
    mem_free(buf->mem, buf->at, buf->capacity);
    buf->at = NULL;
    buf->len = buf->capacity = 0;
}

void buf_clear(struct buf *buf) {
    buf->len = 0;
    buf->failed = false;
}

static bool buf_reserve(struct buf *buf, size_t more) {
    if (buf->failed) return false;
    if (more <= buf->capacity - buf->len) return true;
    size_t capacity = buf->capacity == 0 ? 256 : buf->capacity;
    while (capacity - buf->len < more) {
        if (capacity > SIZE_MAX / 2) {
            buf->failed = true;
            return false;
        }
        capacity *= 2;
    }
    char *at = mem_grow(buf->mem, buf->at, buf->capacity, capacity);
    if (at == NULL) {
        buf->failed = true;
        return false;
    }
    buf->at = at;
    buf->capacity = capacity;
    return true;
}

void buf_put(struct buf *buf, struct str bytes) {
    if (bytes.len == 0 || !buf_reserve(buf, bytes.len)) return;
    memcpy(buf->at + buf->len, bytes.at, bytes.len);
    buf->len += bytes.len;
}

void buf_put_char(struct buf *buf, char byte) { buf_put(buf, (struct str){&byte, 1}); }

void buf_print(struct buf *buf, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(need >= 0);
    if (buf_reserve(buf, (size_t)need + 1)) {
        (void)vsnprintf(buf->at + buf->len, (size_t)need + 1, format, again);
        buf->len += (size_t)need;
    }
    va_end(again);
}

struct str buf_str(const struct buf *buf) {
    return (struct str){buf->at == NULL ? "" : buf->at, buf->len};
}

enum status buf_status(const struct buf *buf) { return buf->failed ? ERR_NOMEM : OK; }
