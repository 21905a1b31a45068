/* SPDX-License-Identifier: MIT */
/* token_test.c — a token is one to one with a run, damage is always noticed, and no bytes can hurt the reader. */
#include "explore/token.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/prng.h"

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static struct str write_token(struct buf *buf, const struct token *token) {
    buf_clear(buf);
    explore_token_write(buf, token);
    CU_ASSERT_EQUAL_FATAL(buf_status(buf), OK);
    return buf_str(buf);
}

static bool tokens_equal(const struct token *a, const struct token *b) {
    return a->scenario == b->scenario && a->variant == b->variant && explore_schedule_equal(&a->schedule, &b->schedule);
}

/* Refused with a sentence that has `word` in it, and `out` untouched. */
static void check_refused(struct str text, const char *word) {
    struct token out = {.scenario = 77, .variant = 78};
    struct diag why = {.text = ""};
    enum status status = explore_token_read(mem_system(), text, &out, &why);
    CU_ASSERT_EQUAL(status, ERR_INPUT);
    if (strstr(why.text, word) == NULL) fprintf(stderr, "'%.*s': %s\n", (int)text.len, text.at, why.text);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, word));
    CU_ASSERT_TRUE(out.scenario == 77 && out.variant == 78);
    if (status == OK) explore_schedule_deinit(mem_system(), &out.schedule);
}

/* The check of token.h by long division of bits, which is not how token.c does it. */
static void put_check(struct buf *buf, const char *both) {
    enum { BITS_MAX = 5 * 400 };
    unsigned char bits[BITS_MAX + 15] = {0};
    size_t count = 0;
    for (const char *at = both; *at != '\0'; at++) {
        if (*at == '-') continue;
        uint32_t value = (uint32_t)(strchr(digits, *at) - digits);
        for (uint32_t bit = 5; bit-- > 0;) bits[count++] = value >> bit & 1;
    }
    CU_ASSERT_FATAL(count <= BITS_MAX);
    static const unsigned char divisor[16] = {1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1}; /* 15 14 10 8 7 4 3 0 */
    for (size_t i = 0; i < 15; i++) bits[i] ^= 1;                                              /* preset to ones */
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; bits[i] != 0 && k < 16; k++) bits[i + k] ^= k == 0 ? 0 : divisor[k];
    for (size_t i = count; i < count + 15; i += 5) {
        uint32_t value = 0;
        for (size_t k = 0; k < 5; k++) value = value << 1 | bits[i + k];
        buf_put_char(buf, digits[value]);
    }
}

/* A token of these parts whose check is right. */
static struct str forge(struct buf *buf, const char *payload) {
    char both[512];
    (void)snprintf(both, sizeof both, "00abcdez-%s", payload);
    buf_clear(buf);
    buf_print(buf, "ebb1-%s-", both);
    put_check(buf, both);
    return buf_str(buf);
}

/* --- what a token looks like -------------------------------------------------------------------------------------- */
static void known_tokens(void) {
    struct explore_deviation at[] = {{0, 1}, {3, 2}, {100, 3}, {101, 4}, {102, 70}};
    struct token token = {.scenario = UINT64_C(0x123456789A), .schedule = {.at = at}};
    static const struct {
        uint32_t count, variant;
        enum ebb_timers timers;
        const char *both;
    } rows[] = {
        {0, 0, EBB_TIMERS_IDLE, "28t5cy4t-0"},
        {0, 3, EBB_TIMERS_ANY, "28t5cy4t-7"},
        {0, 8, EBB_TIMERS_IDLE, "28t5cy4t-g1"},
        {1, 0, EBB_TIMERS_IDLE, "28t5cy4t-00"},
        {2, 1, EBB_TIMERS_ANY, "28t5cy4t-309"},
        {5, 1, EBB_TIMERS_ANY,
         "28t5cy4t-309jr130"
         "3j4"},
    };
    struct buf buf, wanted;
    buf_init(&buf, mem_system());
    buf_init(&wanted, mem_system());
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        token.variant = rows[i].variant;
        token.schedule.timers = rows[i].timers;
        token.schedule.count = rows[i].count;
        buf_clear(&wanted);
        buf_print(&wanted, "ebb1-%s-", rows[i].both);
        put_check(&wanted, rows[i].both);
        struct str text = write_token(&buf, &token);
        if (!str_equal(text, buf_str(&wanted))) fprintf(stderr, "%.*s\n", (int)text.len, text.at);
        CU_ASSERT_TRUE(str_equal(text, buf_str(&wanted)));
    }
    buf_deinit(&wanted);
    token = (struct token){0};
    CU_ASSERT_TRUE(str_equal(write_token(&buf, &token), STR("ebb1-00000000-0-hga")));
    buf_deinit(&buf);
}

static void the_key_has_forty_bits(void) {
    uint64_t key = explore_token_key(STR("ebb: 1\n"));
    CU_ASSERT_TRUE(key < UINT64_C(1) << 40);
    CU_ASSERT_NOT_EQUAL(key, explore_token_key(STR("ebb: 1\n\n")));
    CU_ASSERT_EQUAL(key, explore_token_key(STR("ebb: 1\n")));
}

static void make_token(struct prng *prng, struct token *token, uint32_t count) {
    *token = (struct token){.scenario = prng_next(prng) >> 24, .variant = prng_below(prng, 20)};
    token->schedule.timers = prng_below(prng, 2) == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY;
    uint64_t decision = prng_below(prng, 50);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t option = prng_below(prng, 20) == 0 ? (uint32_t)(prng_next(prng) >> 32 | 1) : 1 + prng_below(prng, 6);
        CU_ASSERT_EQUAL_FATAL(explore_schedule_add(mem_system(), &token->schedule, decision, option), OK);
        decision += 1 + (prng_below(prng, 30) == 0 ? prng_next(prng) >> 20 : prng_below(prng, 60));
    }
}

static void what_is_written_is_read(void) {
    struct prng prng;
    prng_seed(&prng, 5);
    struct buf buf;
    buf_init(&buf, mem_system());
    for (uint32_t round = 0; round < 2000; round++) {
        struct token token, out;
        make_token(&prng, &token, prng_below(&prng, 40));
        struct diag why;
        struct str text = write_token(&buf, &token);
        CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), text, &out, &why), OK);
        CU_ASSERT_TRUE(tokens_equal(&token, &out));
        explore_schedule_deinit(mem_system(), &out.schedule);
        for (size_t i = 0; i < buf.len; i++)
            if (buf.at[i] >= 'a' && buf.at[i] <= 'z') buf.at[i] = (char)(buf.at[i] - 'a' + 'A');
        CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), buf_str(&buf), &out, NULL), OK);
        CU_ASSERT_TRUE(tokens_equal(&token, &out));
        explore_schedule_deinit(mem_system(), &out.schedule);
        explore_schedule_deinit(mem_system(), &token.schedule);
    }
    buf_deinit(&buf);
}

static void the_extremes_are_read(void) {
    struct explore_deviation at[] = {{0, UINT32_MAX}, {EXPLORE_DECISION_MAX, UINT32_MAX}};
    struct token token = {
        .scenario = (UINT64_C(1) << 40) - 1, .variant = UINT32_MAX, .schedule = {EBB_TIMERS_ANY, at, 2, 2}};
    struct token out;
    struct buf buf;
    buf_init(&buf, mem_system());
    CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), write_token(&buf, &token), &out, NULL), OK);
    CU_ASSERT_TRUE(tokens_equal(&token, &out));
    explore_schedule_deinit(mem_system(), &out.schedule);
    buf_deinit(&buf);
}

/* --- damage ------------------------------------------------------------------------------------------------------- */
static bool same_letter(unsigned char a, unsigned char b) {
    return a == b || ((a ^ b) == 0x20 && ((a | 0x20) >= 'a' && (a | 0x20) <= 'z'));
}

static void check_damage(struct buf *buf) {
    for (size_t i = 0; i < buf->len; i++) {
        char kept = buf->at[i];
        for (uint32_t byte = 0; byte < 256; byte++) {
            if (same_letter((unsigned char)kept, (unsigned char)byte)) continue;
            buf->at[i] = (char)byte;
            struct token out;
            struct diag why = {.text = ""};
            CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), buf_str(buf), &out, &why), ERR_INPUT);
            CU_ASSERT_NOT_EQUAL(why.text[0], '\0');
        }
        buf->at[i] = kept;
    }
    for (size_t i = 0; i + 1 < buf->len; i++) {
        if (buf->at[i] == buf->at[i + 1]) continue;
        char kept = buf->at[i];
        buf->at[i] = buf->at[i + 1];
        buf->at[i + 1] = kept;
        struct token out;
        CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), buf_str(buf), &out, NULL), ERR_INPUT);
        buf->at[i + 1] = buf->at[i];
        buf->at[i] = kept;
    }
}

static void every_wrong_character_and_swap_is_noticed(void) {
    struct prng prng;
    prng_seed(&prng, 6);
    struct buf buf;
    buf_init(&buf, mem_system());
    for (uint32_t round = 0; round < 60; round++) {
        struct token token;
        make_token(&prng, &token, round % 12);
        (void)write_token(&buf, &token);
        check_damage(&buf);
        explore_schedule_deinit(mem_system(), &token.schedule);
    }
    buf_deinit(&buf);
}

static void a_cut_token_is_noticed(void) {
    struct prng prng;
    prng_seed(&prng, 7);
    struct token token;
    make_token(&prng, &token, 6);
    struct buf buf;
    buf_init(&buf, mem_system());
    struct str text = write_token(&buf, &token), rest;
    for (size_t len = 0; len < text.len; len++) check_refused((struct str){text.at, len}, "token");
    for (size_t gone = 0; gone < text.len; gone++) { /* one character missing in the middle */
        char less[256];
        memcpy(less, text.at, gone);
        memcpy(less + gone, text.at + gone + 1, text.len - gone - 1);
        rest = (struct str){less, text.len - 1};
        check_refused(rest, "token");
    }
    explore_schedule_deinit(mem_system(), &token.schedule);
    buf_deinit(&buf);
}

static void each_refusal_says_why(void) {
    check_refused(STR(""), "not a token");
    check_refused(STR("scenarios/chan.yaml"), "not a token");
    check_refused(STR("ebb-00000000-0-hga"), "not a token");
    check_refused(STR("ebb2-00000000-0-hga"), "version 2; this ebb reads version 1");
    check_refused(STR("EBB17-whatever"), "version 17; this ebb reads version 1");
    check_refused(STR("ebb1-"), "cut");
    check_refused(STR("ebb1-00000000-0"), "cut");
    check_refused(STR("ebb1-00000000-0-hgb"), "a character is wrong or missing");
    check_refused(STR("ebb1-0000000-00-hga"), "a character is wrong or missing");
    check_refused(STR("ebb1-00000000-0--hga"), "a character is wrong or missing");
    check_refused(STR("ebb1-0000000o-0-hga"), "'o' has no place");
    check_refused(STR("ebb1-00000000-0-hga "), "a character is wrong or missing");
    check_refused(STR(" ebb1-00000000-0-hga"), "not a token");
    check_refused(STR("ebb1-00000\xF0"
                      "00-0-hga"),
                  "byte 240");
    static char long_text[TOKEN_TEXT_MAX + 1];
    memset(long_text, '0', sizeof long_text);
    check_refused((struct str){long_text, sizeof long_text}, "too long");
}

static void hostile_payloads_with_a_good_check(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    struct token out;
    CU_ASSERT_EQUAL_FATAL(explore_token_read(mem_system(), forge(&buf, "00"), &out, NULL), OK); /* the forger can */
    CU_ASSERT_EQUAL(out.schedule.count, 1);
    explore_schedule_deinit(mem_system(), &out.schedule);
    check_refused(forge(&buf, "g"), "cut");
    check_refused(forge(&buf, "00z"), "cut");
    check_refused(forge(&buf, "03"), "cut");   /* the option's own number is missing */
    check_refused(forge(&buf, "g0"), "zeros"); /* 0 in two digits */
    check_refused(forge(&buf, "0g0"), "zeros");
    check_refused(forge(&buf, "zzzzzzzzzzzzzzzzzzzz1"), "64 bits");
    check_refused(forge(&buf, "0zzzzzzzzzzzzzzzzzzzzzzzz1"), "64 bits");
    check_refused(forge(&buf, "gggggggg2"), "variant above 4294967295");
    check_refused(forge(&buf, "0gggggggggggggggg1"), "64 bits");
    check_refused(forge(&buf, "0ggggggggggggggg4"), "more decisions");  /* a gap of 2^60 */
    check_refused(forge(&buf, "0wzzzzzzzzzzzzzz30"), "more decisions"); /* the largest, and one after it */
    check_refused(forge(&buf, "03wzzzzzzf"), "option above 4294967295");
    check_refused(forge(&buf, "03gggggggg1"), "option above 4294967295");
    buf_deinit(&buf);
}

/* What is read must be written again as it was, whatever it was. */
static uint32_t check_any(struct str text) {
    struct token out;
    struct diag why = {.text = ""};
    if (explore_token_read(mem_system(), text, &out, &why) != OK) {
        CU_ASSERT_NOT_EQUAL(why.text[0], '\0');
        return 0;
    }
    struct buf buf;
    buf_init(&buf, mem_system());
    CU_ASSERT_TRUE(str_equal(write_token(&buf, &out), text));
    buf_deinit(&buf);
    explore_schedule_deinit(mem_system(), &out.schedule);
    return 1;
}

static void garbage_is_refused_or_one_to_one(void) {
    struct prng prng;
    prng_seed(&prng, 8);
    struct buf buf;
    buf_init(&buf, mem_system());
    uint32_t good = 0;
    for (uint32_t round = 0; round < 100000; round++) {
        char text[64];
        uint32_t len = prng_below(&prng, sizeof text), kind = round % 3;
        for (uint32_t i = 0; i < len; i++)
            text[i] = kind == 0 ? (char)prng_below(&prng, 256) : digits[prng_below(&prng, 32)];
        if (kind == 1 && len >= 5) memcpy(text, "ebb1-", 5);
        if (kind == 2) {
            text[len] = '\0';
            good += check_any(forge(&buf, len == 0 ? "0" : text));
        } else {
            good += check_any((struct str){text, len});
        }
    }
    CU_ASSERT_TRUE(good > 1000); /* or the forger is no test of the reader */
    buf_deinit(&buf);
}

static void no_memory_is_said_and_nothing_is_kept(void) {
    struct prng prng;
    prng_seed(&prng, 9);
    struct token token, out = {0};
    make_token(&prng, &token, 100);
    struct buf buf;
    buf_init(&buf, mem_system());
    struct str text = write_token(&buf, &token);
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    uint64_t fail_at = 0;
    enum status status = ERR_NOMEM;
    while (status == ERR_NOMEM) {
        probe.requests = 0;
        probe.fail_at = ++fail_at;
        status = explore_token_read(&probe.mem, text, &out, NULL);
        if (status != OK) CU_ASSERT_EQUAL(probe.blocks, 0);
    }
    CU_ASSERT_EQUAL(status, OK);
    CU_ASSERT_TRUE(fail_at > 2);
    explore_schedule_deinit(&probe.mem, &out.schedule);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    explore_schedule_deinit(mem_system(), &token.schedule);
    buf_deinit(&buf);
}

/* The promise of the design: three deviations in a token of at most 40 characters. */
static void tokens_are_short(void) {
    struct prng prng;
    prng_seed(&prng, 10);
    struct buf buf;
    buf_init(&buf, mem_system());
    for (uint32_t round = 0; round < 1000; round++) {
        struct explore_deviation at[3];
        uint64_t decision = 0;
        for (uint32_t i = 0; i < 3; i++) {
            decision += prng_below(&prng, 61);
            at[i] = (struct explore_deviation){decision++, 1 + prng_below(&prng, 3)};
        }
        struct token token = {.variant = prng_below(&prng, 8), .schedule = {.at = at, .count = 3}};
        CU_ASSERT_TRUE(write_token(&buf, &token).len <= 25);
    }
    buf_deinit(&buf);
}

CU_TestInfo token_tests[] = {
    {"known_tokens", known_tokens},
    {"the_key_has_forty_bits", the_key_has_forty_bits},
    {"what_is_written_is_read", what_is_written_is_read},
    {"the_extremes_are_read", the_extremes_are_read},
    {"every_wrong_character_and_swap_is_noticed", every_wrong_character_and_swap_is_noticed},
    {"a_cut_token_is_noticed", a_cut_token_is_noticed},
    {"each_refusal_says_why", each_refusal_says_why},
    {"hostile_payloads_with_a_good_check", hostile_payloads_with_a_good_check},
    {"garbage_is_refused_or_one_to_one", garbage_is_refused_or_one_to_one},
    {"no_memory_is_said_and_nothing_is_kept", no_memory_is_said_and_nothing_is_kept},
    {"tokens_are_short", tokens_are_short},
    CU_TEST_INFO_NULL,
};
