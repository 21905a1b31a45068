/* SPDX-License-Identifier: MIT */
/* token.c — writes and reads the digits of token.h. Nothing that was read is believed before the check agrees. */
#include "explore/token.h"

#include "base/hash.h"

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

#define VERSION 1u
#define PREFIX "ebb1-"
#define SCENARIO_DIGITS TOKEN_KEY_DIGITS
#define CHECK_DIGITS 3u
#define PREFIX_CHARS (sizeof PREFIX - 1)
#define PAYLOAD_AT (PREFIX_CHARS + SCENARIO_DIGITS + 1)
#define SHORTEST (PAYLOAD_AT + 1 + 1 + CHECK_DIGITS)
#define OPTION_ESCAPE 3u /* option - 1 from here on has a varint of its own */

uint64_t explore_token_key(struct str scenario_bytes) { return hash_bytes(scenario_bytes, 0) >> 24; }

static uint32_t check_fold(uint32_t check, uint32_t digit) {
    ASSERT(digit < 32 && check < 0x8000);
    check ^= digit << 10;
    for (int bit = 0; bit < 5; bit++) check = ((check << 1) ^ ((check & 0x4000) != 0 ? 0x4599u : 0)) & 0x7FFF;
    return check;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */
struct writer {
    struct buf *out;
    uint32_t check;
};

static void write_digit(struct writer *self, uint32_t digit) {
    self->check = check_fold(self->check, digit);
    buf_put_char(self->out, digits[digit]);
}

static void write_number(struct writer *self, uint64_t number) {
    for (; number > 15; number >>= 4) write_digit(self, (uint32_t)(number & 15) | 16);
    write_digit(self, (uint32_t)number);
}

void explore_token_write(struct buf *out, const struct token *token) {
    ASSERT(token->scenario >> (5 * SCENARIO_DIGITS) == 0);
    struct writer writer = {out, 0x7FFF};
    const struct explore_schedule *schedule = &token->schedule;
    buf_put(out, STR(PREFIX));
    for (uint32_t i = SCENARIO_DIGITS; i-- > 0;) write_digit(&writer, (uint32_t)(token->scenario >> (5 * i)) & 31);
    buf_put_char(out, '-');
    write_number(&writer, (uint64_t)token->variant * 2 + (schedule->timers == EBB_TIMERS_ANY));
    uint64_t start = 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        const struct explore_deviation *at = &schedule->at[i];
        ASSERT(at->decision >= start && at->decision <= EXPLORE_DECISION_MAX && at->option > 0);
        bool escaped = at->option - 1 >= OPTION_ESCAPE;
        write_number(&writer, (at->decision - start) * 4 + (escaped ? OPTION_ESCAPE : at->option - 1));
        if (escaped) write_number(&writer, at->option - 1 - OPTION_ESCAPE);
        start = at->decision + 1;
    }
    buf_put_char(out, '-');
    for (uint32_t i = CHECK_DIGITS; i-- > 0;) buf_put_char(out, digits[writer.check >> (5 * i) & 31]);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */
/* The payload, once its characters are known to be digits and the check agrees. */
struct reader {
    struct str text;
    size_t at, end;
    struct diag *why;
};

static char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter; }

/* 32: not a digit. */
static uint32_t digit_value(char letter) {
    uint32_t value = 0;
    while (value < 32 && digits[value] != lower(letter)) value++;
    return value;
}

static enum status read_number(struct reader *self, uint64_t *out) {
    uint64_t number = 0;
    size_t start = self->at;
    uint32_t digit = 16;
    for (unsigned shift = 0; digit >= 16; shift += 4) {
        uint32_t column = (uint32_t)self->at + 1;
        if (self->at == self->end)
            return diag_set(self->why, ERR_INPUT, 0, column, "the token's payload is cut: its last number has no end");
        if (shift == 64)
            return diag_set(self->why, ERR_INPUT, 0, column,
                            "the token holds a number above 64 bits: ebb wrote no such token");
        digit = digit_value(self->text.at[self->at++]);
        ASSERT(digit < 32);
        number |= (uint64_t)(digit & 15) << shift;
    }
    if (digit == 0 && self->at - start > 1)
        return diag_set(self->why, ERR_INPUT, 0, (uint32_t)self->at,
                        "the token holds a number with zeros in front: ebb wrote no such token");
    *out = number;
    return OK;
}

static enum status read_deviation(struct mem *mem, struct reader *self, struct explore_schedule *schedule,
                                  uint64_t *start) {
    uint64_t both = 0, option = 0;
    uint32_t column = (uint32_t)self->at + 1;
    TRY(read_number(self, &both));
    if (both % 4 == OPTION_ESCAPE) TRY(read_number(self, &option));
    if (option > UINT32_MAX - 1 - OPTION_ESCAPE)
        return diag_set(self->why, ERR_INPUT, 0, column, "the token asks for an option above %u", UINT32_MAX);
    option += both % 4 + 1;
    if (*start > EXPLORE_DECISION_MAX || both / 4 > EXPLORE_DECISION_MAX - *start)
        return diag_set(self->why, ERR_INPUT, 0, column, "the token counts more decisions than a run can have");
    uint64_t decision = *start + both / 4;
    *start = decision + 1;
    enum status status = explore_schedule_add(mem, schedule, decision, (uint32_t)option);
    return status == OK ? OK : diag_set(self->why, status, 0, column, "no memory for the token's schedule");
}

static enum status read_payload(struct mem *mem, struct reader *self, struct token *token) {
    uint64_t head = 0, start = 0;
    TRY(read_number(self, &head));
    if (head / 2 > UINT32_MAX)
        return diag_set(self->why, ERR_INPUT, 0, PAYLOAD_AT + 1, "the token names a variant above %u", UINT32_MAX);
    token->variant = (uint32_t)(head / 2);
    token->schedule.timers = head % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY;
    while (self->at < self->end) TRY(read_deviation(mem, self, &token->schedule, &start));
    return OK;
}

/* "ebb" and a version number, whichever; the rest is not looked at when the version is not ours. */
static enum status check_version(struct str text, struct diag *why) {
    static const char name[] = "ebb";
    size_t at = 0;
    while (at < 3 && at < text.len && lower(text.at[at]) == name[at]) at++;
    size_t start = at;
    while (at < text.len && at - start < 9 && text.at[at] >= '0' && text.at[at] <= '9') at++;
    if (start < 3 || at == start || at == text.len || text.at[at] != '-')
        return diag_set(why, ERR_INPUT, 0, 1, "this is not a token: a token begins with \"" PREFIX "\"");
    if (at - start == 1 && text.at[start] == '0' + (char)VERSION) return OK;
    return diag_set(why, ERR_INPUT, 0, 4, "the token is of version %.*s; this ebb reads version %u", (int)(at - start),
                    text.at + start, VERSION);
}

/* Are the dashes where they belong, and all else digits? */
static enum status check_shape(struct str text, struct diag *why) {
    static const char parts[] = "a token is " PREFIX "SCENARIO-PAYLOAD-CHECK with 8, any number and 3 characters";
    if (text.len < SHORTEST) return diag_set(why, ERR_INPUT, 0, (uint32_t)text.len, "the token is cut: %s", parts);
    size_t dash = text.len - CHECK_DIGITS - 1;
    for (size_t i = PREFIX_CHARS; i < text.len; i++) {
        char letter = text.at[i];
        uint32_t column = (uint32_t)i + 1;
        bool wants_dash = i == PAYLOAD_AT - 1 || i == dash;
        if (wants_dash ? letter == '-' : digit_value(letter) < 32) continue;
        if (wants_dash || letter == '-')
            return diag_set(why, ERR_INPUT, 0, column, "the token is damaged, a character is wrong or missing: %s",
                            parts);
        if (letter <= ' ' || letter > '~')
            return diag_set(
                why, ERR_INPUT, 0, column,
                "the token is damaged: byte %u has no place in a token, which has digits and letters but i, l, o, u",
                (unsigned char)letter);
        return diag_set(
            why, ERR_INPUT, 0, column,
            "the token is damaged: '%c' has no place in a token, which has digits and letters but i, l, o, u", letter);
    }
    return OK;
}

static uint32_t check_of(struct str text, size_t from, size_t to, uint32_t check) {
    for (size_t i = from; i < to; i++) check = check_fold(check, digit_value(text.at[i]));
    return check;
}

enum status explore_token_read(struct mem *mem, struct str text, struct token *out, struct diag *why) {
    if (text.len > TOKEN_TEXT_MAX)
        return diag_set(why, ERR_INPUT, 0, 0, "the token is too long: %zu characters, at most %u are read", text.len,
                        TOKEN_TEXT_MAX);
    TRY(check_version(text, why));
    TRY(check_shape(text, why));
    struct reader reader = {text, PAYLOAD_AT, text.len - CHECK_DIGITS - 1, why};
    uint32_t check = check_of(text, PREFIX_CHARS, PAYLOAD_AT - 1, 0x7FFF);
    check = check_of(text, reader.at, reader.end, check);
    uint32_t told = 0;
    for (size_t i = reader.end + 1; i < text.len; i++) told = told << 5 | digit_value(text.at[i]);
    if (check != told) return diag_set(why, ERR_INPUT, 0, 0, "the token is damaged: a character is wrong or missing");
    struct token token = {0};
    for (size_t i = PREFIX_CHARS; i < PAYLOAD_AT - 1; i++)
        token.scenario = token.scenario << 5 | digit_value(text.at[i]);
    explore_schedule_init(&token.schedule);
    enum status status = read_payload(mem, &reader, &token);
    if (status != OK) {
        explore_schedule_deinit(mem, &token.schedule);
        return status;
    }
    *out = token;
    return OK;
}

/* --- the key alone ---------------------------------------------------------------------------------------------- */
void explore_token_key_write(struct buf *out, uint64_t key) {
    ASSERT(key >> (5 * SCENARIO_DIGITS) == 0);
    for (uint32_t i = SCENARIO_DIGITS; i-- > 0;) buf_put_char(out, digits[(key >> (5 * i)) & 31]);
}

bool explore_token_key_read(struct str text, uint64_t *out) {
    *out = 0;
    if (text.len != SCENARIO_DIGITS) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (lower(text.at[i]) != text.at[i] || digit_value(text.at[i]) == 32) return false;
        *out = *out << 5 | digit_value(text.at[i]);
    }
    return true;
}
