/* SPDX-License-Identifier: MIT */
/* expr_test.c — what an expression is worth, and where one that makes no sense is pointed at. */
#include "tests/unit/harness/scenario/scenario_yard.h"

/* `expression` is worth what `wanted` is: a scenario says so itself, by panicking when not. */
static void worth(const char *expression, const char *wanted) {
    struct buf text;
    buf_init(&text, mem_system());
    buf_print(&text,
              HEAD "params: {p: 5}\nmain:\n  - let: {found: nil}\n  - set:\n      found: %s\n  - let: {wanted: nil}\n  "
                   "- set:\n      wanted: %s\n"
                   "  - if: found != wanted\n    then: [{panic: 'differs'}]\nprocs: {f: [yield]}\n",
              expression, wanted);
    buf_put_char(&text, 0);
    clean(text.at);
    buf_deinit(&text);
}

/* Refused with `word` at the column within the expression, from 1. */
static void wrong_at(const char *expression, uint32_t column, const char *word) {
    struct buf text;
    buf_init(&text, mem_system());
    buf_print(&text, HEAD "main:\n  - sleep: %s\n", expression);
    buf_put_char(&text, 0);
    refused(text.at, 3, 11 + column, word);
    buf_deinit(&text);
}

/* Loads, and is stopped when it is computed. */
static void fails(const char *expression, const char *word) {
    struct buf text;
    buf_init(&text, mem_system());
    buf_print(&text, HEAD "main:\n  - let: {x: nil}\n  - set:\n      x: %s\nprocs: {f: [yield]}\n", expression);
    buf_put_char(&text, 0);
    senseless(text.at, word);
    buf_deinit(&text);
}

static void precedence(void) {
    worth("1 + 2 * 3", "7");
    worth("(1 + 2) * 3", "9");
    worth("10 - 4 - 3", "3");
    worth("100 / 10 / 5", "2");
    worth("2 + 7 % 4 * 2", "8");
    worth("-2 * 3", "0 - 6");
    worth("-(-2)", "2");
    worth("3 - -2", "5");
    worth("1 < 2 and 3 < 2 or true", "true");
    worth("true or false and false", "true");
    worth("not false and false", "false");
    worth("not (false and false)", "true");
    worth("not 1 == 2", "true");
    worth("1 + 1 == 2", "true");
    worth("3 >= 3 and 3 <= 3 and not 3 > 3 and not 3 < 3", "true");
    worth("1 != 2", "true");
    worth("p * p", "25");
}

static void units(void) {
    worth("1us", "1000ns");
    worth("1ms", "1000us");
    worth("1s", "1000ms");
    worth("1m", "60s");
    worth("1h", "60m");
    worth("1h30m", "90m");
    worth("1m1s1ms1us1ns", "61001001001ns");
    worth("1KiB", "1024B");
    worth("1MiB", "1024KiB");
    worth("1GiB", "1024MiB");
    worth("1KiB1B", "1025B");
    worth("2 * 1s", "2s");
    worth("1s * 2", "2s");
    worth("3s / 1s", "3");
    worth("3s / 2", "1500ms");
    worth("7s % 4s", "3s");
    worth("1s + 1", "1000000001ns");
}

static void texts_and_nothing(void) {
    worth("\"'a' == 'a'\"", "\"'a' == 'a'\""); /* quoted in YAML: a text, whatever is in it */
    worth("nil == nil", "true");
    worth("p == nil", "false");
    worth("f == f", "true");
    worth("(('a') == ('a'))", "true");
    worth("('a' == 'b')", "false");
    worth("(\"a\" == 'a')", "true");
    worth("chan(1) == chan(1)", "false");
    worth("len(nil)", "0");
    worth("len(list(1, 2, list(3)))", "3");
    worth("capacity(chan(4))", "4");
    worth("now() == 0s", "true");
    worth("list(1, 2, 3)[1 + 1]", "3");
    worth("record(a = 1, b = record(c = 7)).b.c", "7");
    worth("list(record(x = list(4)))[0].x[0]", "4");
    worth("false and f < 3", "false"); /* the right side is left alone */
    worth("true or 1 / 0 == 1", "true");
}

static void overflow(void) {
    worth("9223372036854775807", "9223372036854775806 + 1");
    worth("-9223372036854775807 - 1", "-9223372036854775807 - 1");
    fails("9223372036854775807 + 1", "too large");
    fails("-9223372036854775807 - 2", "too large");
    fails("4611686018427387904 * 2", "too large");
    fails("(-9223372036854775807 - 1) / -1", "too large");
    fails("(-9223372036854775807 - 1) % -1", "too large");
    fails("-(-9223372036854775807 - 1)", "too large");
    wrong_at("9223372036854775808", 1, "not a number");
    wrong_at("99999999999999999999999999", 1, "not a number");
    wrong_at("2562048h", 1, "not a number");
    wrong_at("9223372036s1h", 1, "not a number");
    wrong_at("8589934592GiB", 1, "not a number");
}

static void division_by_zero_is_a_panic(void) {
    leaves(HEAD "main:\n  - let: {x: 1 / 0}\n", "panic main \"division by zero\"");
    leaves(HEAD "main:\n  - let: {x: 1 % 0}\n", "panic main \"division by zero\"");
    senseless(HEAD "shared: {x: 1 / 0}\nmain: [yield]\n", "2:");
}

static void types(void) {
    fails("1s + 1KiB", "cannot compute with a duration and a size");
    fails("true + 1", "cannot compute");
    fails("f + 1", "cannot compute");
    fails("-nil", "cannot compute");
    fails("not 1", "true or false");
    fails("1 and true", "true or false");
    fails("true and 1", "true or false");
    fails("nil < 1", "cannot compare");
    fails("chan(true)", "cannot take");
    fails("chan(-1)", "cannot take");
    fails("chan(1048577)", "cannot take");
    fails("timer(3)", "cannot take");
    fails("bytes(2GiB)", "cannot take");
    fails("len(3)", "no answer");
    fails("cancelled(nil)", "no answer");
}

static void parts(void) {
    clean(HEAD "main:\n  - let: {t: timer(1s)}\n  - recv: t.channel\n");
    clean(HEAD "main:\n  - let: {c: context()}\n  - cancel: c\n  - recv: c.done\n");
    senseless(HEAD "main:\n  - let: {c: chan()}\n  - recv: c.done\n", "4:13: ");
    senseless(HEAD "main:\n  - let: {m: mutex()}\n  - let: {x: m.channel}\n", "no ");
    senseless(HEAD "main:\n  - let: {x: record(a = 1)}\n  - let: {y: x.b}\n", "no field \"b\"");
    senseless(HEAD "main:\n  - let: {x: 3}\n  - let: {y: x.b}\n", "no such part");
    senseless(HEAD "main:\n  - let: {x: list(1)}\n  - let: {y: nil}\n  - set:\n      y: x[true]\n",
              "an index is an integer");
    leaves(HEAD "main:\n  - let: {x: list(1)}\n  - panic: x[1]\n",
           "panic main \"index out of range [1] with length 1\"");
    leaves(HEAD "main:\n  - let: {x: list(1)}\n  - panic: x[-1]\n",
           "panic main \"index out of range [-1] with length 1\"");
}

static void mistakes(void) {
    wrong_at("1 +", 4, "ends here");
    wrong_at("(1", 3, "ends here");
    wrong_at("1)", 2, "does not belong here");
    wrong_at("1 2", 3, "does not belong here");
    wrong_at("1 ! 2", 3, "does not belong here");
    wrong_at("/ 2", 1, "does not belong here");
    wrong_at("3 parsecs", 3, "does not belong here");
    wrong_at("3parsecs", 1, "not a number");
    wrong_at("1h3", 1, "not a number");
    wrong_at("1s1KiB", 1, "not a number");
    wrong_at("0x10", 1, "not a number");
    wrong_at("1.5s", 3, "does not belong here");
    wrong_at("nowhere", 1, "no variable \"nowhere\"");
    wrong_at("mutx()", 1, "did you mean \"mutex\"");
    wrong_at("chan(1, 2)", 1, "not 2 arguments");
    wrong_at("timer()", 1, "not 0 arguments");
    wrong_at("chan(1", 7, "");
    wrong_at("chan(,)", 6, "");
    wrong_at("now(1)", 5, "takes no arguments");
    wrong_at("len()", 5, "");
    wrong_at("list(1, 2)[", 12, "ends here");
    wrong_at("list(1)[0", 10, "");
    wrong_at("list(1).", 9, "field");
    wrong_at("record(a 1)", 10, "");
    wrong_at("record(1 = 2)", 8, "name of a field");
    wrong_at("turn", 1, "no variable \"turn\"");
}

static void depth(void) {
    static const struct {
        const char *before, *part, *after;
        uint32_t most;
    } rows[] = {{"", "1 + ", "1", 31}, {"c", ".done", "", 31}, {"", "not ", "true", 31},
                {"", "(", "1", 30},    {"c", "[0]", "", 31},   {"", "len(", "c", 30}};
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        for (uint32_t count = rows[i].most; count < 200000;
             count = count == rows[i].most ? rows[i].most + 3 : 200000 / (uint32_t)strlen(rows[i].part)) {
            static struct scenario_problems problems;
            struct scenario *scenario;
            struct buf text;
            buf_init(&text, mem_system());
            buf_print(&text, HEAD "main:\n  - let: {c: nil}\n  - sleep: %s", rows[i].before);
            for (uint32_t k = 0; k < count; k++) buf_put(&text, str_of(rows[i].part));
            buf_put(&text, str_of(rows[i].after));
            for (uint32_t k = 0; strchr(rows[i].part, '(') != NULL && k < count; k++) buf_put_char(&text, ')');
            buf_put_char(&text, 0);
            enum status status = yard_load(mem_system(), text.at, &scenario, &problems);
            if (status != (count == rows[i].most ? OK : ERR_INPUT))
                fprintf(stderr, "%s %u times: %d %s\n", rows[i].part, count, status, problems.at[0].text);
            CU_ASSERT_EQUAL(status, count == rows[i].most ? OK : ERR_INPUT);
            if (status != OK) CU_ASSERT_PTR_NOT_NULL(strstr(problems.at[0].text, "deeper than 32"));
            scenario_free(scenario);
            buf_deinit(&text);
            if (count > 1000) break;
        }
    }
}

CU_TestInfo expr_tests[] = {
    {"precedence", precedence},
    {"units", units},
    {"texts_and_nothing", texts_and_nothing},
    {"overflow", overflow},
    {"division_by_zero_is_a_panic", division_by_zero_is_a_panic},
    {"types", types},
    {"parts", parts},
    {"mistakes", mistakes},
    {"depth", depth},
    CU_TEST_INFO_NULL,
};
