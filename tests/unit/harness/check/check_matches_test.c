/* SPDX-License-Identifier: MIT */
/* check_matches_test.c — findings equal the expectation when the rows can be dealt out, one finding each. */
#include "check_yard.h"

struct deal {
    struct check_finding at[CHECK_EXPECT_ROWS_MAX + 1];
    struct check_findings findings;
    struct check_expect_row rows[CHECK_EXPECT_ROWS_MAX + 1];
    uint32_t row_count;
};

static void deal_init(struct deal *deal) {
    *deal = (struct deal){.findings = {.capacity = CHECK_EXPECT_ROWS_MAX + 1}};
    deal->findings.at = deal->at;
}

static void found(struct deal *deal, enum check_kind kind, const char *object, const char *operation, const char *on,
                  uint64_t count) {
    struct check_finding finding = {.kind = kind, .count = count};
    check_name_set(finding.object, object);
    check_name_set(finding.operation, operation);
    check_name_set(finding.on, on);
    check_add(&deal->findings, &finding);
}

static void expect(struct deal *deal, enum check_kind kind, const char *object, const char *operation, const char *on,
                   uint64_t count) {
    deal->rows[deal->row_count++] = (struct check_expect_row){
        .kind = kind, .object = str_of(object), .operation = str_of(operation), .on = str_of(on), .count = count};
}

static bool matches(const struct deal *deal) { return check_matches(&deal->findings, deal->rows, deal->row_count); }

static void test_nothing(void) {
    struct deal deal;
    deal_init(&deal);
    CU_ASSERT(matches(&deal));
    CU_ASSERT(check_matches(&deal.findings, NULL, 0));
    expect(&deal, CHECK_BLOCKED, "", "", "", 0);
    CU_ASSERT(!matches(&deal));
    deal.row_count = 0;
    found(&deal, CHECK_BLOCKED, "worker", "send", "reply", 1);
    CU_ASSERT(!matches(&deal));
}

static void test_each_field_counts(void) {
    struct deal deal;
    deal_init(&deal);
    found(&deal, CHECK_BLOCKED, "worker", "send", "reply", 3);
    static const struct {
        enum check_kind kind;
        const char *object, *operation, *on;
        uint64_t count;
        bool fits;
    } rows[] = {
        {CHECK_BLOCKED, "worker", "send", "reply", 3, true},
        {CHECK_BLOCKED, "", "", "", 0, true},
        {CHECK_BLOCKED, "", "send", "", 3, true},
        {CHECK_ALIVE, "worker", "send", "reply", 3, false},
        {CHECK_BLOCKED, "work", "", "", 0, false},
        {CHECK_BLOCKED, "workers", "", "", 0, false},
        {CHECK_BLOCKED, "worker", "recv", "", 0, false},
        {CHECK_BLOCKED, "worker", "", "nil", 0, false},
        {CHECK_BLOCKED, "worker", "", "", 2, false},
    };
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        deal.row_count = 0;
        expect(&deal, rows[i].kind, rows[i].object, rows[i].operation, rows[i].on, rows[i].count);
        CU_ASSERT_EQUAL(matches(&deal), rows[i].fits);
    }
    deal.row_count = 0;
    expect(&deal, CHECK_BLOCKED, "", "", "", 0);
    deal.findings.lost = 1; /* nobody knows what it was */
    CU_ASSERT(!matches(&deal));
}

static void test_panic_by_coroutine_or_rule(void) {
    struct deal deal;
    deal_init(&deal);
    struct check_finding finding = {.kind = CHECK_PANIC, .count = 1, .text = "send on closed channel reply"};
    check_name_set(finding.object, "worker");
    check_add(&deal.findings, &finding);
    static const struct {
        const char *object;
        bool fits;
    } rows[] = {{"worker", true},
                {"send on closed channel", true},
                {"send on closed channel reply", true},
                {"", true},
                {"closed channel", false},
                {"send on closed channel reply now", false},
                {"close of nil", false},
                {"work", false}};
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        deal.row_count = 0;
        expect(&deal, CHECK_PANIC, rows[i].object, "", "", 0);
        CU_ASSERT_EQUAL(matches(&deal), rows[i].fits);
    }
}

/* Rows that fit much come first and take what the picky ones need; all must move over in turn. */
static void test_rows_move_over(void) {
    struct deal deal;
    deal_init(&deal);
    char names[CHECK_EXPECT_ROWS_MAX][4];
    for (uint32_t i = 0; i < CHECK_EXPECT_ROWS_MAX; i++) {
        (void)snprintf(names[i], sizeof names[i], "%c%c", (char)('a' + i % 26), (char)('a' + i / 26));
        found(&deal, CHECK_OBJECT, names[i], "", "map", 1 + i);
    }
    for (uint32_t i = 0; i < CHECK_EXPECT_ROWS_MAX / 2; i++) expect(&deal, CHECK_OBJECT, "", "", "map", 0);
    for (uint32_t i = 0; i < CHECK_EXPECT_ROWS_MAX / 2; i++) expect(&deal, CHECK_OBJECT, names[i], "", "", 0);
    CU_ASSERT(matches(&deal));
    deal.rows[0].count = 1; /* now it wants the very one that a later row names */
    CU_ASSERT(!matches(&deal));
    deal.rows[0].count = CHECK_EXPECT_ROWS_MAX;
    CU_ASSERT(matches(&deal));
}

/* A chain: row i fits finding i and i + 1 only, the last row fits the first finding alone. */
static void test_a_chain_moves_over(void) {
    struct deal deal;
    deal_init(&deal);
    found(&deal, CHECK_LOCK, "a", "x", "1", 1);
    found(&deal, CHECK_LOCK, "a", "y", "1", 1);
    found(&deal, CHECK_LOCK, "b", "y", "1", 1);
    found(&deal, CHECK_LOCK, "b", "z", "1", 1);
    expect(&deal, CHECK_LOCK, "a", "", "", 0);
    expect(&deal, CHECK_LOCK, "", "y", "", 0);
    expect(&deal, CHECK_LOCK, "b", "", "", 0);
    expect(&deal, CHECK_LOCK, "", "x", "", 0);
    CU_ASSERT(matches(&deal));
    deal.rows[2] = deal.rows[3]; /* two rows for one finding */
    CU_ASSERT(!matches(&deal));
}

static void test_more_than_anybody_reads(void) {
    struct deal deal;
    deal_init(&deal);
    for (uint32_t i = 0; i <= CHECK_EXPECT_ROWS_MAX; i++) {
        found(&deal, CHECK_GROWS, i % 2 ? "byte" : "message", "", "", 1);
        expect(&deal, CHECK_GROWS, "", "", "", 0);
    }
    CU_ASSERT_EQUAL(deal.findings.count, 2); /* alike */
    CU_ASSERT(!matches(&deal));
    deal.row_count = 2;
    CU_ASSERT(matches(&deal));
    deal_init(&deal);
    for (uint32_t i = 0; i <= CHECK_EXPECT_ROWS_MAX; i++) {
        struct check_finding finding = {.kind = CHECK_TIMER, .count = 1, .line = i + 1};
        check_add(&deal.findings, &finding);
        expect(&deal, CHECK_TIMER, "", "", "", 0);
    }
    CU_ASSERT_EQUAL(deal.findings.count, deal.row_count);
    CU_ASSERT(!matches(&deal));
}

static void test_long_names(void) {
    struct deal deal;
    deal_init(&deal);
    char name[CHECK_NAME_BYTES + 16] = {0};
    memset(name, 'n', sizeof name - 1);
    found(&deal, CHECK_CONTEXT, name, "", "", 1);
    expect(&deal, CHECK_CONTEXT, name, "", "", 0);
    CU_ASSERT(matches(&deal)); /* both are the same name, which reports cut */
    name[CHECK_NAME_BYTES - 2] = '\0';
    deal.rows[0].object = str_of(name);
    CU_ASSERT(!matches(&deal));
}

static void test_a_count_may_be_a_range(void) {
    struct deal deal;
    deal_init(&deal);
    found(&deal, CHECK_BLOCKED, "worker", "lock", "mu", 3);
    expect(&deal, CHECK_BLOCKED, "worker", "", "", 0);
    static const struct {
        uint64_t least, most;
        bool fits;
    } ranges[] = {{1, 3, true}, {3, 5, true}, {3, 3, true}, {1, 2, false}, {4, 5, false}, {3, 0, true}, {2, 0, false}};
    for (size_t i = 0; i < BASE_COUNT(ranges); i++) {
        deal.rows[0].count = ranges[i].least;
        deal.rows[0].count_max = ranges[i].most;
        CU_ASSERT_EQUAL(matches(&deal), ranges[i].fits);
    }
}

static void test_one_of_several_lists(void) {
    struct deal deal;
    struct check_expect_row more[2] = {{.kind = CHECK_LOCK}, {.kind = CHECK_BLOCKED}};
    struct check_expect_rows others[] = {{more, 2}, {more + 1, 1}};
    deal_init(&deal);
    expect(&deal, CHECK_LOCK, "", "", "", 0);
    struct check_expect expected = {
        .how = CHECK_EXPECT_EVERY, .rows = deal.rows, .row_count = 1, .others = others, .other_count = 2};
    CU_ASSERT(!check_expected(&deal.findings, &expected)); /* nothing is none of them */
    found(&deal, CHECK_BLOCKED, "worker", "lock", "mu", 1);
    CU_ASSERT(check_expected(&deal.findings, &expected));
    expected.other_count = 1;
    CU_ASSERT(!check_expected(&deal.findings, &expected));
    found(&deal, CHECK_LOCK, "mu", "", "", 1);
    CU_ASSERT(check_expected(&deal.findings, &expected));
    expected.other_count = 0;
    CU_ASSERT(!check_expected(&deal.findings, &expected));
    found(&deal, CHECK_TIMER, "tick", "", "", 1);
    expected.other_count = 2;
    CU_ASSERT(!check_expected(&deal.findings, &expected));
}

CU_TestInfo check_matches_tests[] = {
    {"nothing", test_nothing},
    {"each_field_counts", test_each_field_counts},
    {"panic_by_coroutine_or_rule", test_panic_by_coroutine_or_rule},
    {"rows_move_over", test_rows_move_over},
    {"a_chain_moves_over", test_a_chain_moves_over},
    {"more_than_anybody_reads", test_more_than_anybody_reads},
    {"long_names", test_long_names},
    {"a_count_may_be_a_range", test_a_count_may_be_a_range},
    {"one_of_several_lists", test_one_of_several_lists},
    CU_TEST_INFO_NULL,
};
