/* SPDX-License-Identifier: MIT */
/* report_json_test.c — the report is JSON by RFC 8259 whatever the names hold, and the same bytes every time. */
#include <CUnit/CUnit.h>

#include "report_yard.h"
#include "reports/json_writer.h"

/* --- a reader that only knows what is well formed ---------------------------------------------------------------- */
struct reader {
    struct str text;
    size_t at;
};
static bool read_value(struct reader *self, uint32_t depth);

static void skip_space(struct reader *self) {
    while (self->at < self->text.len && (self->text.at[self->at] == ' ' || self->text.at[self->at] == '\n')) self->at++;
}

static bool eat(struct reader *self, const char *word) {
    size_t len = strlen(word);
    if (self->text.len - self->at < len || memcmp(self->text.at + self->at, word, len) != 0) return false;
    self->at += len;
    return true;
}

static bool read_string(struct reader *self) {
    if (!eat(self, "\"")) return false;
    while (self->at < self->text.len) {
        unsigned char byte = (unsigned char)self->text.at[self->at++];
        if (byte == '"') return true;
        if (byte < 0x20) return false;
        if (byte != '\\') continue;
        if (self->at == self->text.len) return false;
        char escape = self->text.at[self->at++];
        if (escape != 'u') {
            if (strchr("\"\\/bfnrt", escape) == NULL) return false;
            continue;
        }
        for (uint32_t i = 0; i < 4; i++, self->at++)
            if (self->at == self->text.len || strchr("0123456789abcdef", self->text.at[self->at]) == NULL) return false;
    }
    return false;
}

static bool read_number(struct reader *self) {
    (void)eat(self, "-");
    size_t start = self->at;
    while (self->at < self->text.len && self->text.at[self->at] >= '0' && self->text.at[self->at] <= '9') self->at++;
    return self->at > start && (self->text.at[start] != '0' || self->at == start + 1);
}

static bool read_members(struct reader *self, bool keys, const char *close, uint32_t depth) {
    skip_space(self);
    if (eat(self, close)) return true;
    do {
        skip_space(self);
        if (keys && !(read_string(self) && eat(self, ":"))) return false;
        if (!read_value(self, depth + 1)) return false;
        skip_space(self);
    } while (eat(self, ","));
    return eat(self, close);
}

static bool read_value(struct reader *self, uint32_t depth) {
    skip_space(self);
    if (depth > 20) return false;
    if (eat(self, "{")) return read_members(self, true, "}", depth);
    if (eat(self, "[")) return read_members(self, false, "]", depth);
    if (eat(self, "true") || eat(self, "false")) return true;
    return read_number(self) || read_string(self);
}

static bool is_json(struct str text) {
    struct reader reader = {text, 0};
    if (!yard_utf8(text) || !read_value(&reader, 0)) return false;
    skip_space(&reader);
    return reader.at == text.len;
}

static void the_reader_can_refuse(void) {
    CU_ASSERT_TRUE(is_json(STR("{\"a\": [1, -2, \"\\u00e9\\n\", true, {}], \"b\": []}\n")));
    CU_ASSERT_FALSE(is_json(STR("{\"a\": 1,}")));
    CU_ASSERT_FALSE(is_json(STR("[1 2]")));
    CU_ASSERT_FALSE(is_json(STR("[01]")));
    CU_ASSERT_FALSE(is_json(STR("[\"\n\"]")));
    CU_ASSERT_FALSE(is_json(STR("[\"\\x\"]")));
    CU_ASSERT_FALSE(is_json(STR("[\"\xFF\"]")));
    CU_ASSERT_FALSE(is_json(STR("[\"a]")));
    CU_ASSERT_FALSE(is_json(STR("[1]]")));
    CU_ASSERT_FALSE(is_json(STR("{1: 2}")));
}

/* --- the report -------------------------------------------------------------------------------------------------- */
static void any_bytes_make_valid_json(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    CU_ASSERT_TRUE(is_json(yard_write(&buf, "json", &yard_report)));
    CU_ASSERT_TRUE(is_json(yard_write(&buf, "json", &yard_hostile_report)));
    for (uint32_t byte = 0; byte < 256; byte++) {
        char name[3] = {'a', (char)byte, 'b'};
        struct report_case one = yard_hostile_case;
        one.name = (struct str){name, 3};
        const struct report report = {.title = one.name, .cases = &one, .count = 1};
        CU_ASSERT_TRUE(is_json(yard_write(&buf, "json", &report)));
    }
    buf_deinit(&buf);
}

static void a_case_byte_for_byte(void) {
    struct report_case cases[] = {yard_cases[0], yard_cases[1]};
    struct check_finding pinned = yard_several[2];
    check_name_set(pinned.object, "tab\tquote\"\xFF");
    cases[1].findings = &pinned;
    cases[1].count = 1;
    const struct report report = {.title = YARD_STR("two"), .cases = cases, .count = 2};
    struct buf buf;
    buf_init(&buf, mem_system());
    yard_check(yard_write(&buf, "json", &report),
               "{\n"
               "  \"format\": \"ebb-report-1\",\n"
               "  \"title\": \"two\",\n"
               "  \"scenarios\": [\n"
               "    {\n"
               "      \"file\": \"scenarios/chan/blocked-channel.yaml\",\n"
               "      \"name\": \"blocked-channel\",\n"
               "      \"variant\": \"leaking\",\n"
               "      \"about\": \"A late send.\",\n"
               "      \"as_expected\": true,\n"
               "      \"verdict\": \"leaks\",\n"
               "      \"pending\": \"\",\n"
               "      \"runs\": 32,\n"
               "      \"proved\": true,\n"
               "      \"sampled\": false,\n"
               "      \"leaking_runs\": 4,\n"
               "      \"runs_with\": {\n"
               "        \"blocked\": 3,\n"
               "        \"lock\": 2\n"
               "      },\n"
               "      \"steps\": 9,\n"
               "      \"token\": \"ebb1-28t5cy4t-0-abc\",\n"
               "      \"digest\": \"0000000000000abc\",\n"
               "      \"expected\": \"every run: worker blocked on send, once\",\n"
               "      \"why\": \"\",\n"
               "      \"line\": 0,\n"
               "      \"column\": 0,\n"
               "      \"findings\": [\n"
               "        {\n"
               "          \"kind\": \"blocked\",\n"
               "          \"object\": \"worker\",\n"
               "          \"operation\": \"send\",\n"
               "          \"on\": \"reply\",\n"
               "          \"count\": 1,\n"
               "          \"line\": 14,\n"
               "          \"born\": {\n"
               "            \"by\": \"main\",\n"
               "            \"line\": 9,\n"
               "            \"time_ns\": 0\n"
               "          },\n"
               "          \"signature\": \"0000000000001234\"\n"
               "        }\n"
               "      ],\n"
               "      \"lost\": 0\n"
               "    },\n"
               "    {\n"
               "      \"file\": \"scenarios/chan/blocked-channel.yaml\",\n"
               "      \"name\": \"blocked-channel\",\n"
               "      \"variant\": \"repaired\",\n"
               "      \"about\": \"\",\n"
               "      \"as_expected\": true,\n"
               "      \"verdict\": \"clean\",\n"
               "      \"pending\": \"\",\n"
               "      \"runs\": 132,\n"
               "      \"proved\": false,\n"
               "      \"sampled\": true,\n"
               "      \"leaking_runs\": 0,\n"
               "      \"runs_with\": {},\n"
               "      \"steps\": 0,\n"
               "      \"token\": \"\",\n"
               "      \"digest\": \"0000000000000000\",\n"
               "      \"expected\": \"clean\",\n"
               "      \"why\": \"\",\n"
               "      \"line\": 0,\n"
               "      \"column\": 0,\n"
               "      \"findings\": [\n"
               "        {\n"
               "          \"kind\": \"pinned\",\n"
               "          \"object\": \"tab\\tquote\\\"\xEF\xBF\xBD\",\n"
               "          \"operation\": \"\",\n"
               "          \"on\": \"\",\n"
               "          \"count\": 1,\n"
               "          \"line\": 6,\n"
               "          \"used_bytes\": 16,\n"
               "          \"held_bytes\": 1048576,\n"
               "          \"born\": {\n"
               "            \"by\": \"\",\n"
               "            \"line\": 0,\n"
               "            \"time_ns\": 0\n"
               "          },\n"
               "          \"signature\": \"0000000000000000\"\n"
               "        }\n"
               "      ],\n"
               "      \"lost\": 0\n"
               "    }\n"
               "  ],\n"
               "  \"summary\": {\n"
               "    \"scenarios\": 2,\n"
               "    \"as_expected\": 2,\n"
               "    \"proved\": 1,\n"
               "    \"sampled\": 1,\n"
               "    \"not_as_expected\": 0,\n"
               "    \"findings\": 2,\n"
               "    \"clean\": 1,\n"
               "    \"leaks\": 1,\n"
               "    \"panics\": 0,\n"
               "    \"limit\": 0,\n"
               "    \"error\": 0,\n"
               "    \"crashed\": 0,\n"
               "    \"cut-short\": 0\n"
               "  }\n"
               "}\n");
    buf_deinit(&buf);
}

static void lists_and_objects_nest(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    struct report_json json = {.out = &buf};
    report_json_open(&json, NULL, '[');
    report_json_open(&json, NULL, '{');
    report_json_close(&json, '}');
    report_json_open(&json, NULL, '{');
    report_json_signed(&json, "low", INT64_MIN);
    report_json_number(&json, "high", UINT64_MAX);
    report_json_bool(&json, "no", false);
    report_json_close(&json, '}');
    report_json_text(&json, NULL, STR("\x7F\\"));
    report_json_hex(&json, NULL, 0xEBB);
    report_json_close(&json, ']');
    CU_ASSERT_TRUE(is_json(buf_str(&buf)));
    yard_check(buf_str(&buf),
               "[\n"
               "  {},\n"
               "  {\n"
               "    \"low\": -9223372036854775808,\n"
               "    \"high\": 18446744073709551615,\n"
               "    \"no\": false\n"
               "  },\n"
               "  \"\\u007f\\\\\",\n"
               "  \"0000000000000ebb\"\n"
               "]\n");
    buf_deinit(&buf);
}

CU_TestInfo report_json_tests[] = {
    {"the_reader_can_refuse", the_reader_can_refuse},
    {"any_bytes_make_valid_json", any_bytes_make_valid_json},
    {"a_case_byte_for_byte", a_case_byte_for_byte},
    {"lists_and_objects_nest", lists_and_objects_nest},
    CU_TEST_INFO_NULL,
};
