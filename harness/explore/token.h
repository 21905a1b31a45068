/* SPDX-License-Identifier: MIT */
/* token.h — a run as one short word: `ebb1-<scenario>-<payload>-<check>`, such as ebb1-4k7zq0m2-09b-x3f.
 *
 * A digit is 5 bits, written in Crockford's base 32 in lower case: no i, l, o, u; other letters are not taken for them.
 * A number is a varint: 4 bits of value per digit, lowest first, and 16 more on every digit but the last; the shortest
 * form only.
 *   scenario  8 digits, highest first: explore_token_key of the file.
 *   payload   varint(variant * 2 + timers), timers 0 for idle and 1 for any; then for each deviation, with
 *             gap = decisions since the deviation before it (or since the start) that were left at the default:
 *             option 1, 2, 3:  varint(gap * 4 + option - 1)
 *             option n > 3:    varint(gap * 4 + 3) varint(n - 4)
 *   check     3 digits, highest first: the CRC of 15 bits x^15+x^14+x^10+x^8+x^7+x^4+x^3+1 (CAN's, preset to ones) over
 *             the digits of scenario and payload. A change within any three digits in a row is always noticed, so a
 *             wrong character and two that changed places are.
 * Measured on deviations with gaps of 0 to 60 and options of 1 to 3: 1.9 digits each, where one varint for the gap and
 * one for the option take 2.7, and a code of bits with fitted parameters 2.9 for one deviation and 1.9 for twenty. A
 * run and its token are one to one: what is read is written again as it was, but for upper case. */
#ifndef EXPLORE_TOKEN_H
#define EXPLORE_TOKEN_H

#include "base/buf.h"
#include "explore/explore.h"

#define TOKEN_TEXT_MAX 65536u /* characters accepted on the way in: half of what Linux lets one argument have */

struct token {
    uint64_t scenario; /* explore_token_key of the file's bytes: 40 bits */
    uint32_t variant;  /* its number in the file, from 0 */
    struct explore_schedule schedule;
};
uint64_t explore_token_key(struct str scenario_bytes);
#define TOKEN_KEY_DIGITS 8u
void explore_token_key_write(struct buf *out, uint64_t key);         /* the digits that a token has */
CHECKED bool explore_token_key_read(struct str text, uint64_t *out); /* false: not those, all of them, in lower case */
/* Of any length: a run of tens of thousands of deviations becomes a word that explore_token_read refuses. */
void explore_token_write(struct buf *out, const struct token *token);
/* ERR_INPUT with a plain sentence in `why`: not a token, another version, damaged (check), or out of bounds. On OK the
 * schedule is the caller's to deinit; otherwise `out` is as it was. Upper case is accepted; surrounding white space is
 * not. ERR_NOMEM. */
CHECKED enum status explore_token_read(struct mem *mem, struct str text, struct token *out, struct diag *why);

#endif
