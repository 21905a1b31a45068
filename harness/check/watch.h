/* SPDX-License-Identifier: MIT */
/* watch.h — rules that must hold at every step: how many bytes there are, how large one allocation is, how many bytes
 * are allocated within some virtual time, whether or not they are left at the end; and, looked at when a cycle ends, how
 * many cycles an object lives through.
 *
 * Bytes are the weight of the kinds that count bytes: arrays and foreign memory. Each allocation is looked at once, in
 * constant time for each rule; a world without rules is not looked at. */
#ifndef CHECK_WATCH_H
#define CHECK_WATCH_H

#include "check/check.h"

enum check_watch_what {
    CHECK_WATCH_BYTES,      /* there are more than `bytes` */
    CHECK_WATCH_ALLOCATION, /* a single allocation of more than `bytes` */
    CHECK_WATCH_RATE,       /* more than `bytes` allocated within `per_ns` */
    CHECK_WATCH_AGE,        /* an object is there at the end of more than `cycles` cycles after the one that made it */
};
struct check_watch_rule {
    enum check_watch_what what;
    uint64_t bytes;
    int64_t per_ns;  /* RATE: > 0 */
    uint32_t cycles; /* AGE: > 0 */
    struct str text; /* as written; borrowed */
};

/* Looks at `ebb` from now on, until it is freed, for up to `capacity` rules. ERR_NOMEM. */
CHECKED enum status check_watch_new(struct check_watch **out, struct mem *mem, struct ebb *ebb, uint32_t capacity);
void check_watch_add(struct check_watch *watch, const struct check_watch_rule *rule);
/* Before the first cycle, and at the end of each. */
void check_watch_cycle(struct check_watch *watch);
/* A finding for each rule that was broken: how many times it came to that, and who allocated when it first did. */
void check_watch_tell(const struct check_watch *watch, struct check_findings *findings);
void check_watch_free(struct check_watch *watch); /* after the world was reaped; NULL is fine */

#endif
