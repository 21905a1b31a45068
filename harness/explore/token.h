/* SPDX-License-Identifier: MIT */
/* token.h — a run as one short word: `ebb1-<scenario>-<payload>-<check>`.
 *
 * scenario: 8 characters, the content hash of the scenario file. payload: the variant, the timer mode and the deviations
 * (gap to the one before, option), as varints of 5-bit digits. check: over all before it; every change of a single
 * character is noticed. Digits are Crockford's base 32 in lower case: no i, l, o, u. */
#ifndef EXPLORE_TOKEN_H
#define EXPLORE_TOKEN_H

#include "base/buf.h"
#include "explore/explore.h"

#define TOKEN_TEXT_MAX 65536u /* characters accepted on the way in */

struct token {
    uint64_t scenario; /* token_scenario_key of the file's bytes: 40 bits */
    uint32_t variant;  /* its number in the file, from 0 */
    struct explore_schedule schedule;
};
uint64_t explore_token_key(struct str scenario_bytes);
void explore_token_write(struct buf *out, const struct token *token);
/* ERR_INPUT with a plain sentence in `why`: not a token, another version, damaged (check), or out of bounds. On OK the
 * schedule is the caller's to deinit. Upper case is accepted; surrounding white space is not. */
CHECKED enum status explore_token_read(struct mem *mem, struct str text, struct token *out, struct diag *why);

#endif
