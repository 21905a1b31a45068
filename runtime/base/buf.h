/* SPDX-License-Identifier: MIT */
/* buf.h — bytes that grow. A failed growth sticks: later writes do nothing and `failed` says so once, at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"

struct buf {
    struct sink sink; /* first member: a buf is a sink */
    struct mem *mem;
    char *at;
    size_t len, capacity;
    bool failed;
};
void buf_init(struct buf *buf, struct mem *mem);
void buf_deinit(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps the memory, forgets the bytes and the failure */
void buf_put(struct buf *buf, struct str bytes);
void buf_put_char(struct buf *buf, char byte);
void buf_print(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3); /* integers and strings only */
struct str buf_str(const struct buf *buf);
CHECKED enum status buf_status(const struct buf *buf); /* ERR_NOMEM when a write was lost */

#endif
