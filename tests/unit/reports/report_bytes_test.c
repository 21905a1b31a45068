/* SPDX-License-Identifier: MIT */
/* report_bytes_test.c — characters are told from bytes as the Unicode standard tells them (table 3-7). */
#include "reports/report_bytes.h"

#include <CUnit/CUnit.h>

#include "base/mem.h"
#include "report_yard.h"

static void check_char(struct str bytes, uint32_t code) {
    struct report_char at;
    struct str rest = bytes;
    CU_ASSERT_TRUE_FATAL(report_next(&rest, &at));
    CU_ASSERT_TRUE(at.valid);
    CU_ASSERT_EQUAL(at.code, code);
    CU_ASSERT_EQUAL(at.bytes.len, bytes.len);
    CU_ASSERT_FALSE(report_next(&rest, &at));
}

static void characters_of_each_length(void) {
    check_char(STR("\0"), 0);
    check_char(STR("\x7F"), 0x7F);
    check_char(STR("\xC2\x80"), 0x80);
    check_char(STR("\xDF\xBF"), 0x7FF);
    check_char(STR("\xE0\xA0\x80"), 0x800);
    check_char(STR("\xED\x9F\xBF"), 0xD7FF);
    check_char(STR("\xEE\x80\x80"), 0xE000);
    check_char(STR("\xEF\xBF\xBF"), 0xFFFF);
    check_char(STR("\xF0\x90\x80\x80"), 0x10000);
    check_char(STR("\xF4\x8F\xBF\xBF"), 0x10FFFF);
}

/* The first byte alone is wrong; what follows gets its own chance. */
static void check_wrong(struct str bytes) {
    struct report_char at;
    CU_ASSERT_TRUE_FATAL(report_next(&bytes, &at));
    CU_ASSERT_FALSE(at.valid);
    CU_ASSERT_EQUAL(at.bytes.len, 1);
}

static void what_is_no_character(void) {
    check_wrong(STR("\x80"));
    check_wrong(STR("\xBF"));
    check_wrong(STR("\xC0\x80")); /* overlong */
    check_wrong(STR("\xC1\xBF"));
    check_wrong(STR("\xE0\x9F\xBF"));
    check_wrong(STR("\xF0\x8F\xBF\xBF"));
    check_wrong(STR("\xED\xA0\x80")); /* a surrogate */
    check_wrong(STR("\xED\xBF\xBF"));
    check_wrong(STR("\xF4\x90\x80\x80")); /* above all code points */
    check_wrong(STR("\xF5\x80\x80\x80"));
    check_wrong(STR("\xFF"));
    check_wrong(STR("\xE2\x82")); /* cut */
    check_wrong(STR("\xE2\x82z"));
    check_wrong(STR("\xC3"));
    struct str none = STR("");
    struct report_char at;
    CU_ASSERT_FALSE(report_next(&none, &at));
}

static void check_put(void (*put)(struct buf *, struct str), struct str bytes, const char *wanted) {
    struct buf buf;
    buf_init(&buf, mem_system());
    put(&buf, bytes);
    yard_check(buf_str(&buf), wanted);
    buf_deinit(&buf);
}

static void plain_text_is_one_safe_line(void) {
    check_put(report_put_plain, STR(""), "");
    check_put(report_put_plain, STR("caf\xC3\xA9 \\x"), "caf\xC3\xA9 \\x");
    check_put(report_put_plain, STR("a\nb\x1B[2J\x7F"), "a\\x0ab\\x1b[2J\\x7f");
    check_put(report_put_plain, STR("\xC2\x9B\xFF\0"), "\\xc2\\x9b\\xff\\x00");
}

static void shell_words_are_quoted_when_they_have_to_be(void) {
    check_put(report_put_shell, STR("scenarios/a-b_c.yaml"), "scenarios/a-b_c.yaml");
    check_put(report_put_shell, STR(""), "''");
    check_put(report_put_shell, STR("a b"), "'a b'");
    check_put(report_put_shell, STR("$(x)`~*"), "'$(x)`~*'");
    check_put(report_put_shell, STR("it's \\"), "'it'\\''s \\'");
    check_put(report_put_shell, STR("caf\xC3\xA9"), "'caf\xC3\xA9'");
    check_put(report_put_shell, STR("it's\n\\\xFF"), "$'it\\'s\\x0a\\\\\\xff'");
}

static void width_counts_code_points(void) {
    CU_ASSERT_EQUAL(report_width(STR("")), 0);
    CU_ASSERT_EQUAL(report_width(STR("r\xC3\xA9try")), 5);
    CU_ASSERT_EQUAL(report_width(STR("\xF0\x9F\x8C\x8A\xFF")), 2);
}

CU_TestInfo report_bytes_tests[] = {
    {"characters_of_each_length", characters_of_each_length},
    {"what_is_no_character", what_is_no_character},
    {"plain_text_is_one_safe_line", plain_text_is_one_safe_line},
    {"shell_words_are_quoted_when_they_have_to_be", shell_words_are_quoted_when_they_have_to_be},
    {"width_counts_code_points", width_counts_code_points},
    CU_TEST_INFO_NULL,
};
