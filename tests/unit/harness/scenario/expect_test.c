/* SPDX-License-Identifier: MIT */
/* expect_test.c — expectations as they are read, and what is no expectation. */
#include "tests/unit/harness/scenario/scenario_yard.h"

static struct mem_probe probe;
static struct scenario *scenario;

static const struct check_expect *expectation(const char *expect) {
    static struct scenario_problems problems;
    struct buf text;
    buf_init(&text, mem_system());
    mem_probe_init(&probe, mem_system());
    buf_print(&text, HEAD "main: [yield]\n%s", expect);
    buf_put_char(&text, 0);
    enum status status = yard_load(&probe.mem, text.at, &scenario, &problems);
    if (status != OK) yard_problems_print(text.at, &problems);
    buf_deinit(&text);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    return scenario_expect(scenario, 0);
}

static void done(void) {
    scenario_free(scenario);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static bool is(struct str text, const char *wanted) { return str_equal(text, str_of(wanted)); }

static void nothing_said_is_clean(void) {
    CU_ASSERT_EQUAL(expectation("")->how, CHECK_EXPECT_CLEAN);
    CU_ASSERT_EQUAL(scenario_variant_count(scenario), 1);
    CU_ASSERT_TRUE(is(scenario_variant_name(scenario, 0), "main"));
    done();
    CU_ASSERT_EQUAL(expectation("expect: clean\n")->how, CHECK_EXPECT_CLEAN);
    done();
    CU_ASSERT_EQUAL(expectation("variants: {only: {}}\nexpect: {only: clean}\n")->how, CHECK_EXPECT_CLEAN);
    CU_ASSERT_EQUAL(scenario_variant_find(scenario, STR("only")), 0);
    CU_ASSERT_EQUAL(scenario_variant_find(scenario, STR("main")), UINT32_MAX);
    done();
}

static void rows(void) {
    const struct check_expect *expect = expectation("expect:\n  - {blocked: worker, on: send reply, count: 3}\n  - "
                                                    "{timer: tick}\n  - {bytes: block, count: 4KiB}\n");
    CU_ASSERT_EQUAL(expect->how, CHECK_EXPECT_EVERY);
    CU_ASSERT_EQUAL_FATAL(expect->row_count, 3);
    const struct check_expect_row *row = expect->rows;
    CU_ASSERT_EQUAL(row[0].kind, CHECK_BLOCKED);
    CU_ASSERT_TRUE(is(row[0].object, "worker") && is(row[0].operation, "send") && is(row[0].on, "reply"));
    CU_ASSERT_EQUAL(row[0].count, 3);
    CU_ASSERT_TRUE(row[0].line == 4 && row[0].column == 6);
    CU_ASSERT_EQUAL(row[1].kind, CHECK_TIMER);
    CU_ASSERT_TRUE(row[1].count == 0 && row[1].operation.len == 0 && row[1].on.len == 0);
    CU_ASSERT_EQUAL(row[2].count, 4096);
    done();
}

static void how(void) {
    CU_ASSERT_EQUAL(expectation("expect: {every: [{lock: m}]}\n")->how, CHECK_EXPECT_EVERY);
    done();
    CU_ASSERT_EQUAL(expectation("expect: {some: [{lock: m}]}\n")->how, CHECK_EXPECT_SOME);
    done();
    const struct check_expect *expect = expectation("expect: {grows: {map entry: 1, byte: 1KiB}}\n");
    CU_ASSERT_EQUAL(expect->how, CHECK_EXPECT_EVERY);
    CU_ASSERT_EQUAL_FATAL(expect->row_count, 2);
    CU_ASSERT_EQUAL(expect->rows[0].kind, CHECK_GROWS);
    CU_ASSERT_TRUE(is(expect->rows[0].object, "map entry"));
    CU_ASSERT_EQUAL(expect->rows[1].count, 1024);
    done();
}

static void every_kind_of_finding_has_its_word(void) {
    for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++) {
        struct buf text;
        buf_init(&text, mem_system());
        buf_print(&text, "expect: [{%s: x}]\n", check_kind_name((enum check_kind)kind));
        buf_put_char(&text, 0);
        CU_ASSERT_EQUAL(expectation(text.at)->rows[0].kind, kind);
        buf_deinit(&text);
        done();
    }
}

static void mistakes(void) {
    refused(HEAD "main: [yield]\nexpect: maybe\n", 3, 9, "expected \"clean\"");
    refused(HEAD "main: [yield]\nexpect: []\n", 3, 9, "1 to 64 findings");
    refused(HEAD "main: [yield]\nexpect: {evry: [{lock: m}]}\n", 3, 9, "expected \"clean\"");
    refused(HEAD "main: [yield]\nexpect: {every: clean}\n", 3, 17, "");
    refused(HEAD "main: [yield]\nexpect: [{blokced: w}]\n", 3, 11, "did you mean \"blocked\"");
    refused(HEAD "main: [yield]\nexpect: [{blocked: w, no: send}]\n", 3, 23, "did you mean \"on\"");
    refused(HEAD "main: [yield]\nexpect: [{blocked: [w]}]\n", 3, 11, "the name of what is left");
    refused(HEAD "main: [yield]\nexpect: [{blocked: w, on: [send]}]\n", 3, 27, "takes a verb");
    refused(HEAD "main: [yield]\nexpect: [{blocked: w, count: 0}]\n", 3, 30, "a number from 1");
    refused(HEAD "main: [yield]\nexpect: [{blocked: w, count: 1s}]\n", 3, 30, "a number from 1");
    refused(HEAD "main: [yield]\nexpect: [{blocked: w, count: n}]\n", 3, 30, "no variable \"n\"");
    refused(HEAD "main: [yield]\nexpect: {grows: 3}\n", 3, 17, "what grows");
    refused(HEAD "main: [yield]\nexpect: {grows: {map entry: 0}}\n", 3, 29, "a number from 1");
    refused(HEAD "main: [yield]\nvariants: {a: {}, b: {}}\nexpect: {a: clean}\n", 3, 19,
            "says nothing of the variant \"b\"");
    refused(HEAD "main: [yield]\nvariants: {a: {}, b: {}}\nexpect: {a: clean, b: clean, d: clean}\n", 4, 30,
            "no variant \"d\"");
    refused(HEAD "main: [yield]\nvariants: {a: {}, b: {}}\nexpect: clean\n", 4, 9, "takes a mapping");
    struct buf text;
    buf_init(&text, mem_system());
    buf_put(&text, STR(HEAD "main: [yield]\nexpect:\n"));
    for (uint32_t i = 0; i < 65; i++) buf_put(&text, STR("  - {lock: m}\n"));
    buf_put_char(&text, 0);
    refused(text.at, 4, 3, "1 to 64 findings");
    buf_deinit(&text);
}

CU_TestInfo expect_tests[] = {
    {"nothing_said_is_clean", nothing_said_is_clean},
    {"rows", rows},
    {"how", how},
    {"every_kind_of_finding_has_its_word", every_kind_of_finding_has_its_word},
    {"mistakes", mistakes},
    CU_TEST_INFO_NULL,
};
