/* SPDX-License-Identifier: MIT */
/* json_reader_test.c — what the writer writes comes back, and anything else is refused where it stands. */
#include "reports/json_reader.h"

#include <CUnit/CUnit.h>

#include "base/mem.h"
#include "reports/json_writer.h"

static void what_was_written_comes_back(void) {
    struct buf text;
    struct report_json_reader in;
    char word[64];
    buf_init(&text, mem_system());
    struct report_json out = {.out = &text};
    report_json_open(&out, NULL, '{');
    report_json_text(&out, "name", STR("a \"b\" \\ \n\t\x01\x7F \xC3\xA9"));
    report_json_exact(&out, "bytes", STR("\xC3 \x7F\"\n\xFF\xC3\xA9 7f"));
    report_json_number(&out, "most", UINT64_MAX);
    report_json_signed(&out, "below", -5);
    report_json_bool(&out, "yes", true);
    report_json_open(&out, "list", '[');
    report_json_number(&out, NULL, 0);
    report_json_open(&out, NULL, '{');
    report_json_close(&out, '}');
    report_json_close(&out, ']');
    report_json_hex(&out, "hash", UINT64_C(0x0123456789abcdef));
    report_json_close(&out, '}');
    report_json_reader_init(&in, buf_str(&text));
    report_json_read_open(&in, NULL, '{');
    report_json_read_text(&in, "name", word, sizeof word);
    CU_ASSERT_STRING_EQUAL(word, "a \"b\" \\ \n\t\x01\x7F \xC3\xA9");
    report_json_read_exact(&in, "bytes", word, sizeof word);
    CU_ASSERT_STRING_EQUAL(word, "\xC3 \x7F\"\n\xFF\xC3\xA9 7f");
    CU_ASSERT_EQUAL(report_json_read_number(&in, "most"), UINT64_MAX);
    CU_ASSERT_EQUAL(report_json_read_signed(&in, "below"), -5);
    CU_ASSERT_TRUE(report_json_read_bool(&in, "yes"));
    report_json_read_open(&in, "list", '[');
    CU_ASSERT_TRUE(report_json_read_more(&in));
    CU_ASSERT_EQUAL(report_json_read_small(&in, NULL), 0);
    CU_ASSERT_TRUE(report_json_read_more(&in));
    report_json_read_open(&in, NULL, '{');
    report_json_read_close(&in, '}');
    CU_ASSERT_FALSE(report_json_read_more(&in));
    report_json_read_close(&in, ']');
    CU_ASSERT_EQUAL(report_json_read_hex(&in, "hash"), UINT64_C(0x0123456789abcdef));
    report_json_read_close(&in, '}');
    report_json_read_end(&in);
    CU_ASSERT_FALSE(in.failed);
    buf_deinit(&text);
}

/* {"a": number, "b": text of at most 7 bytes, "c": hex} and nothing else. */
static struct diag read(const char *text) {
    struct report_json_reader in;
    char word[8];
    report_json_reader_init(&in, str_of(text));
    report_json_read_open(&in, NULL, '{');
    (void)report_json_read_small(&in, "a");
    report_json_read_text(&in, "b", word, sizeof word);
    (void)report_json_read_hex(&in, "c");
    report_json_read_close(&in, '}');
    report_json_read_end(&in);
    CU_ASSERT_EQUAL(in.failed, in.why.text[0] != 0);
    return in.why;
}

static void the_rest_is_refused(void) {
    static const struct {
        const char *text, *why;
        uint32_t line, column;
    } bad[] = {
        {"", "an object", 1, 1},
        {"[", "an object", 1, 1},
        {"{\"b\": 1", "expected \"a\"", 1, 2},
        {"{\"a\" 1", "a colon", 1, 6},
        {"{\"a\": x", "a whole number", 1, 7},
        {"{\"a\": -1", "a whole number", 1, 7},
        {"{\"a\": 01", "without zeros", 1, 8},
        {"{\"a\": 4294967296", "fits", 1, 16},
        {"{\"a\": 1 \"b\"", "a comma", 1, 9},
        {"{\"a\": 1,\n\"b\": 2", "a text", 2, 6},
        {"{\"a\": 1,\n\"b\": \"12345678\"", "a shorter text", 2, 15},
        {"{\"a\": 1,\n\"b\": \"12\\x\"", "an escape", 2, 11},
        {"{\"a\": 1,\n\"b\": \"12\\u0000\"", "an escape", 2, 15},
        {"{\"a\": 1,\n\"b\": \"12", "the end of the text", 2, 9},
        {"{\"a\": 1,\n\"b\": \"12\", \"c\": \"123\"", "16 digits", 2, 22},
        {"{\"a\": 1, \"b\": \"\", \"c\": \"0123456789abcdef0\"", "16 digits", 1, 43},
        {"{\"a\": 1, \"b\": \"\", \"c\": \"0123456789abcdef\", \"d\": 1}", "the end of the object", 1, 42},
        {"{\"a\": 1, \"b\": \"\", \"c\": \"0123456789abcdef\"} x", "nothing more", 1, 44},
    };
    CU_ASSERT_EQUAL(read(" {\"a\":4294967295 ,\"b\":\"1234567\",\"c\":\"0123456789abcdef\"}\n").text[0], 0);
    for (size_t i = 0; i < BASE_COUNT(bad); i++) {
        struct diag why = read(bad[i].text);
        if (strstr(why.text, bad[i].why) == NULL || why.line != bad[i].line || why.column != bad[i].column)
            printf("%s: %u:%u: %s\n", bad[i].text, why.line, why.column, why.text);
        CU_ASSERT_PTR_NOT_NULL(strstr(why.text, bad[i].why));
        CU_ASSERT_TRUE(why.line == bad[i].line && why.column == bad[i].column);
    }
}

static void bytes_are_written_as_they_are_read(void) {
    static const char *const bad[] = {"\"\\u007f\"", "\"\\u007f7\"", "\"\\u007fx1\"", "\"\\u007f00\""};
    for (size_t i = 0; i < BASE_COUNT(bad); i++) {
        struct report_json_reader in;
        char word[2];
        report_json_reader_init(&in, str_of(bad[i]));
        report_json_read_exact(&in, NULL, word, sizeof word);
        CU_ASSERT_TRUE(in.failed && word[0] == '\0');
        CU_ASSERT_PTR_NOT_NULL(strstr(in.why.text, "two digits"));
    }
    struct report_json_reader in;
    char word[2]; /* what is read is one byte, however long it was written */
    report_json_reader_init(&in, STR("\"\\u007fc3\""));
    report_json_read_exact(&in, NULL, word, sizeof word);
    CU_ASSERT_TRUE(!in.failed && strcmp(word, "\xC3") == 0);
}

CU_TestInfo json_reader_tests[] = {
    {"what_was_written_comes_back", what_was_written_comes_back},
    {"the_rest_is_refused", the_rest_is_refused},
    {"bytes_are_written_as_they_are_read", bytes_are_written_as_they_are_read},
    CU_TEST_INFO_NULL,
};
