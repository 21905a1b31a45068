/* SPDX-License-Identifier: MIT */
/* report_junit_test.c — the report is well-formed XML 1.0 whatever the names hold, with the elements that CI systems
 * read. */
#include <CUnit/CUnit.h>

#include "report_yard.h"

/* --- a reader that only knows what is well formed ---------------------------------------------------------------- */
struct reader {
    struct str text;
    size_t at;
    struct str open[8]; /* the elements around `at` */
    uint32_t depth;
};

static bool name_letter(char letter) { return (letter >= 'a' && letter <= 'z') || letter == '-'; }

static struct str read_name(struct reader *self) {
    size_t start = self->at;
    while (self->at < self->text.len && name_letter(self->text.at[self->at])) self->at++;
    return (struct str){self->text.at + start, self->at - start};
}

static bool eat(struct reader *self, const char *word) {
    size_t len = strlen(word);
    if (self->text.len - self->at < len || memcmp(self->text.at + self->at, word, len) != 0) return false;
    self->at += len;
    return true;
}

/* One character of text or of an attribute's value. */
static bool read_letter(struct reader *self, bool attribute) {
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#9;", "&#10;", "&#13;"};
    for (size_t i = 0; i < BASE_COUNT(entities); i++)
        if (eat(self, entities[i])) return true;
    if (eat(self, "\xEF\xBF\xBE") || eat(self, "\xEF\xBF\xBF")) return false;
    char letter = self->text.at[self->at++];
    if (letter == '&' || letter == '<' || letter == '>' || (attribute && letter == '"')) return false;
    return (unsigned char)letter >= 0x20 || (!attribute && letter == '\n');
}

static bool read_attributes(struct reader *self) {
    while (eat(self, " ")) {
        if (read_name(self).len == 0 || !eat(self, "=\"")) return false;
        while (!eat(self, "\""))
            if (self->at == self->text.len || !read_letter(self, true)) return false;
    }
    return true;
}

static bool read_tag(struct reader *self) {
    if (eat(self, "/")) {
        struct str name = read_name(self);
        if (self->depth == 0 || !str_equal(name, self->open[self->depth - 1])) return false;
        self->depth--;
        return eat(self, ">");
    }
    struct str name = read_name(self);
    if (name.len == 0 || !read_attributes(self)) return false;
    if (eat(self, "/>")) return true;
    if (self->depth == BASE_COUNT(self->open)) return false;
    self->open[self->depth++] = name;
    return eat(self, ">");
}

static bool is_xml(struct str text) {
    struct reader self = {.text = text};
    if (!yard_utf8(text) || !eat(&self, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) return false;
    if (!eat(&self, "<") || !read_tag(&self)) return false;
    while (self.depth > 0) {
        if (self.at == text.len) return false;
        if (eat(&self, "<") ? !read_tag(&self) : !read_letter(&self, false)) return false;
    }
    return eat(&self, "\n") && self.at == text.len;
}

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
static void the_reader_can_refuse(void) {
    CU_ASSERT_TRUE(is_xml(STR(XML "<a b=\"&lt;\"><c/>x&amp;</a>\n")));
    CU_ASSERT_FALSE(is_xml(STR("<a></a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a></b>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a><b></a></b>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a>&</a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a b=\"\"\">x</a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a>\x01</a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a>\xFF</a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a>\xEF\xBF\xBE</a>\n")));
    CU_ASSERT_FALSE(is_xml(STR(XML "<a></a><a></a>\n")));
}

/* --- the report -------------------------------------------------------------------------------------------------- */
static void any_bytes_make_valid_xml(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    CU_ASSERT_TRUE(is_xml(yard_write(&buf, "junit", &yard_report)));
    CU_ASSERT_TRUE(is_xml(yard_write(&buf, "junit", &yard_hostile_report)));
    for (uint32_t byte = 0; byte < 256; byte++) {
        char name[3] = {'a', (char)byte, 'b'};
        struct report_case one = yard_hostile_case;
        one.name = one.file = (struct str){name, 3};
        one.as_expected = byte % 2 == 0;
        const struct report report = {.title = one.name, .cases = &one, .count = 1};
        CU_ASSERT_TRUE(is_xml(yard_write(&buf, "junit", &report)));
    }
    buf_deinit(&buf);
}

static void a_campaign_byte_for_byte(void) {
    struct buf buf;
    buf_init(&buf, mem_system());
    yard_check(yard_write(&buf, "junit", &yard_report),
               XML "<testsuites name=\"yard\" tests=\"6\" failures=\"2\" errors=\"1\" skipped=\"1\">\n"
                   "  <testsuite name=\"scenarios/chan\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
                   "    <testcase classname=\"scenario.chan\" name=\"blocked-channel (leaking)\""
                   " file=\"scenarios/chan/blocked-channel.yaml\" line=\"14\">\n"
                   "      <system-out>worker is blocked for ever in send on reply, line 14\n"
                   "32 runs: every trace\n"
                   "ebb replay ebb1-28t5cy4t-0-abc scenarios/chan/blocked-channel.yaml</system-out>\n"
                   "    </testcase>\n"
                   "    <testcase classname=\"scenario.chan\" name=\"blocked-channel (repaired)\""
                   " file=\"scenarios/chan/blocked-channel.yaml\"/>\n"
                   "    <testcase classname=\"scenario.chan\" name=\"it's here (leaking)\""
                   " file=\"scenarios/chan/it's here.yaml\" line=\"8\">\n"
                   "      <failure type=\"expectation\" message=\"the leak did not show\">"
                   "scenarios/chan/it's here.yaml:8: the leak did not show\n"
                   "expected: some run: a blocked\n"
                   "found:    nothing on 1 run\n"
                   "ebb run 'scenarios/chan/it'\\''s here.yaml' --variant leaking\n"
                   "</failure>\n"
                   "    </testcase>\n"
                   "  </testsuite>\n"
                   "  <testsuite name=\"scenarios/timer\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
                   "    <testcase classname=\"scenario.timer\" name=\"r\xC3\xA9try\""
                   " file=\"scenarios/timer/r\xC3\xA9try.yaml\" line=\"12\">\n"
                   "      <failure type=\"panic\" message=\"3 findings where none is expected\">"
                   "scenarios/timer/r\xC3\xA9try.yaml:12:3: 3 findings where none is expected\n"
                   "expected: clean\n"
                   "found:    closer panicked in close on jobs: close of closed channel, line 3\n"
                   "          3 timers r\xC3\xA9try are still armed, line 5 (made by main, at 1s500ms)\n"
                   "          header keeps 1048576 bytes and uses 16 of them, line 6\n"
                   "          the list ends here, at 3: 2 more were left and had no room\n"
                   "ebb replay ebb1-28t5cy4t-000-def 'scenarios/timer/r\xC3\xA9try.yaml'\n"
                   "</failure>\n"
                   "      <system-out>closer panicked in close on jobs: close of closed channel, line 3\n"
                   "3 timers r\xC3\xA9try are still armed, line 5\n"
                   "header keeps 1048576 bytes and uses 16 of them, line 6\n"
                   "the list ends here, at 3: 2 more were left and had no room\n"
                   "ebb replay ebb1-28t5cy4t-000-def 'scenarios/timer/r\xC3\xA9try.yaml'</system-out>\n"
                   "    </testcase>\n"
                   "  </testsuite>\n"
                   "  <testsuite name=\".\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"1\">\n"
                   "    <testcase classname=\"scenario\" name=\"odd\" file=\"odd.yaml\" line=\"4\">\n"
                   "      <error type=\"error\" message=\"expected a duration\">odd.yaml:4:10: expected a duration\n"
                   "  sleep: soon\n"
                   "         ^\n"
                   "ebb run odd.yaml\n"
                   "</error>\n"
                   "    </testcase>\n"
                   "    <testcase classname=\"scenario\" name=\"late\" file=\"late.yaml\">\n"
                   "      <skipped message=\"interrupted before it was judged\"/>\n"
                   "    </testcase>\n"
                   "  </testsuite>\n"
                   "</testsuites>\n");
    buf_deinit(&buf);
}

static void an_empty_campaign_is_a_document(void) {
    const struct report report = {.title = YARD_STR("<none>")};
    struct buf buf;
    buf_init(&buf, mem_system());
    struct str text = yard_write(&buf, "junit", &report);
    CU_ASSERT_TRUE(is_xml(text));
    yard_check(text,
               XML "<testsuites name=\"&lt;none&gt;\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">\n"
                   "</testsuites>\n");
    buf_deinit(&buf);
}

/* What a case becomes, seen in its element. */
static void check_holds(const struct report_case *at, const char *wanted, bool holds) {
    const struct report report = {.cases = at, .count = 1};
    struct buf buf;
    buf_init(&buf, mem_system());
    (void)yard_write(&buf, "junit", &report);
    buf_put_char(&buf, '\0');
    bool found = strstr(buf.at, wanted) != NULL;
    if (found != holds) (void)fprintf(stderr, "%s: %s\n%s\n", holds ? "missing" : "unwanted", wanted, buf.at);
    CU_ASSERT_TRUE(found == holds);
    buf_deinit(&buf);
}

static void outcomes_have_their_elements(void) {
    struct report_case at = {.file = YARD_STR("a.yaml"),
                             .name = YARD_STR("a"),
                             .verdict = REPORT_LEAKS,
                             .findings = yard_blocked,
                             .count = 1};
    check_holds(&at, "<failure type=\"leak.blocked\" message=\"worker is blocked for ever in send on reply, line 14\">",
                true);
    at.as_expected = true;
    check_holds(&at, "<failure", false);
    at.as_expected = false;
    at.verdict = REPORT_LIMIT;
    check_holds(&at, "<error type=\"limit\"", true);
    at.as_expected = true;
    check_holds(&at, "<error", false);
    at.as_expected = false;
    at.verdict = REPORT_CRASHED;
    check_holds(&at, "<error type=\"crashed\"", true);
    at.verdict = REPORT_CUT_SHORT;
    check_holds(&at, "<skipped", true);
}

static void check_class(const char *file, const char *wanted) {
    struct report_case at = {.file = str_of(file), .name = YARD_STR("a"), .as_expected = true};
    char attribute[128];
    (void)snprintf(attribute, sizeof attribute, " classname=\"%s\" ", wanted);
    check_holds(&at, attribute, true);
}

static void classes_are_folders_below_scenarios(void) {
    check_class("a.yaml", "scenario");
    check_class("./a.yaml", "scenario");
    check_class("scenarios/a.yaml", "scenario");
    check_class("scenarios/chan/a.yaml", "scenario.chan");
    check_class("./scenarios/goker/deep/a.yaml", "scenario.goker.deep");
    check_class("/root/x/scenarios/chan/a.yaml", "scenario.chan");
    check_class("../mine/a.yaml", "scenario.mine");
    check_class("myscenarios/a.yaml", "scenario.myscenarios");
    check_class("scenarios/old/scenarios/chan//a.yaml", "scenario.chan");
}

CU_TestInfo report_junit_tests[] = {
    {"the_reader_can_refuse", the_reader_can_refuse},
    {"any_bytes_make_valid_xml", any_bytes_make_valid_xml},
    {"a_campaign_byte_for_byte", a_campaign_byte_for_byte},
    {"an_empty_campaign_is_a_document", an_empty_campaign_is_a_document},
    {"outcomes_have_their_elements", outcomes_have_their_elements},
    {"classes_are_folders_below_scenarios", classes_are_folders_below_scenarios},
    CU_TEST_INFO_NULL,
};
