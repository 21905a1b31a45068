/* SPDX-License-Identifier: MIT */
/* yaml_test.c — every node knows where it stands, and whatever a scenario has no use for is refused where it stands. */
#include "scenario/yaml.h"

#include "tests/unit/harness/scenario/scenario_yard.h"

static struct mem_arena arena;
static struct scenario_problems problems;

static enum status read(const char *text, size_t len, struct yaml_node **root) {
    problems = (struct scenario_problems){0};
    mem_arena_init(&arena, mem_system(), LIMIT_SCENARIO_ARENA);
    return scenario_yaml_read(&arena, (struct str){text, len}, &problems, root);
}

static struct yaml_node *tree(const char *text) {
    struct yaml_node *root = NULL;
    CU_ASSERT_EQUAL_FATAL(read(text, strlen(text), &root), OK);
    return root;
}

static void stands(const struct yaml_node *node, uint32_t line, uint32_t column) {
    CU_ASSERT_PTR_NOT_NULL_FATAL(node);
    CU_ASSERT_EQUAL(node->line, line);
    CU_ASSERT_EQUAL(node->column, column);
}

static void positions(void) {
    const struct yaml_node *root = tree("a: 1\n# a comment\nb:\n  - x\n  -   {y: z}\n\"\xC3\xA9\xC3\xA9\": c\n");
    stands(root, 1, 1);
    stands(root->first, 1, 1);
    stands(root->first->value, 1, 4);
    const struct yaml_node *list = scenario_yaml_get(root, "b");
    stands(list, 4, 3);
    CU_ASSERT_EQUAL(list->count, 2);
    stands(list->first, 4, 5);
    stands(list->first->next, 5, 7);
    stands(list->first->next->first, 5, 8);
    stands(list->first->next->first->value, 5, 11);
    stands(scenario_yaml_get(root, "\xC3\xA9\xC3\xA9"), 6, 7); /* columns are characters, not bytes */
    CU_ASSERT_PTR_NULL(scenario_yaml_get(root, "y"));
    CU_ASSERT_PTR_NULL(scenario_yaml_get(list, "b"));
    CU_ASSERT_PTR_NULL(scenario_yaml_get(NULL, "b"));
    mem_arena_deinit(&arena);
}

static void scalars(void) {
    const struct yaml_node *root =
        tree("plain: a b\nquoted: 'a'\ndouble: \"a\\tb\"\nblock: |\n  a\n  b\nfolded: >-\n  a\n  b\nnone:\n");
    CU_ASSERT_TRUE(scenario_yaml_is(scenario_yaml_get(root, "plain"), "a b"));
    CU_ASSERT_FALSE(scenario_yaml_get(root, "plain")->quoted);
    CU_ASSERT_TRUE(scenario_yaml_get(root, "quoted")->quoted);
    CU_ASSERT_TRUE(scenario_yaml_is(scenario_yaml_get(root, "double"), "a\tb"));
    CU_ASSERT_TRUE(scenario_yaml_is(scenario_yaml_get(root, "block"), "a\nb\n"));
    CU_ASSERT_TRUE(scenario_yaml_get(root, "block")->quoted);
    CU_ASSERT_TRUE(scenario_yaml_is(scenario_yaml_get(root, "folded"), "a b"));
    CU_ASSERT_EQUAL(scenario_yaml_get(root, "none")->text.len, 0);
    CU_ASSERT_FALSE(scenario_yaml_is(root, "plain"));
    CU_ASSERT_FALSE(scenario_yaml_is(NULL, ""));
    mem_arena_deinit(&arena);
}

static void an_empty_document_is_no_tree(void) {
    static const char *const empties[] = {"", "\n\n", "# nothing\n", "---\n"};
    for (size_t i = 0; i < BASE_COUNT(empties); i++) {
        struct yaml_node *root = NULL;
        CU_ASSERT_EQUAL(read(empties[i], strlen(empties[i]), &root), OK);
        CU_ASSERT_TRUE(root == NULL || root->text.len == 0);
        mem_arena_deinit(&arena);
    }
}

struct refusal {
    const char *text;
    uint32_t line, column;
    const char *word;
};

static void refusals(void) {
    static const struct refusal rows[] = {
        {"a: &x 1\n", 1, 4, "anchors"},
        {"a: *x\n", 1, 4, "aliases"},
        {"a: !!str 1\n", 1, 4, "tags"},
        {"a: !mine [1]\n", 1, 4, "tags"},
        {"&k a: 1\n", 1, 1, "anchors"},
        {"a: 1\n--- \nb: 1\n", 2, 1, "second document"},
        {"%YAML 1.1\n---\na: 1\n", 1, 1, "directive"},
        {"a: 1\r%TAG ! x\r", 1, 1, "directive"},
        {"a: 1\nb: 2\na: 3\n", 3, 1, "first is in line 1"},
        {"- {x: 1, y: 2, \"x\": 3}\n", 1, 16, "twice"},
        {"? [a]\n: 1\n", 1, 3, "plain word"},
        {"? {a: b}\n: 1\n", 1, 3, "plain word"},
        {"a: \"x\\0y\"\n", 1, 4, "NUL"},
        {"a: [1, 2\n", 2, 1, "did not find expected"},
        {"a: 'never ends\n", 2, 1, "unexpected end"},
        {"a:\n\t- 1\n", 2, 1, "this is a tab"},
        {"a: 1\n b: 2\n", 2, 3, "mapping values"},
        {"a: \x01\n", 1, 4, "control characters"},
        {"a: b\n\xC3\xA9\xC3\xA9\xFF: c\n", 2, 3, "UTF-8"},
        {"\xC0\xAF: 1\n", 1, 1, "UTF-8"},
        {"a: \xED\xA0\x80\n", 1, 4, "Unicode"},
    };
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        struct yaml_node *root = NULL;
        enum status status = read(rows[i].text, strlen(rows[i].text), &root);
        const struct diag *at = &problems.at[0];
        bool right = status == ERR_INPUT && at->line == rows[i].line && at->column == rows[i].column &&
            strstr(at->text, rows[i].word) != NULL;
        if (!right)
            fprintf(stderr, "%swanted %u:%u %s\nfound  %u:%u %s\n", rows[i].text, rows[i].line, rows[i].column,
                    rows[i].word, at->line, at->column, at->text);
        CU_ASSERT_TRUE(right);
        CU_ASSERT_PTR_NULL(root);
        mem_arena_deinit(&arena);
    }
}

static void bytes_that_a_string_cannot_hold(void) {
    struct yaml_node *root = NULL;
    CU_ASSERT_EQUAL(read("a: \0b\n", 6, &root), ERR_INPUT);
    CU_ASSERT_EQUAL(problems.at[0].column, 4);
    mem_arena_deinit(&arena);
    CU_ASSERT_EQUAL(read("\xFF\xFE"
                         "a\0:\0",
                         6, &root),
                    ERR_INPUT);
    mem_arena_deinit(&arena);
    CU_ASSERT_EQUAL(read("\xEF\xBB\xBF"
                         "a: 1",
                         7, &root),
                    OK); /* a mark of byte order is harmless */
    CU_ASSERT_PTR_NOT_NULL(scenario_yaml_get(root, "a"));
    mem_arena_deinit(&arena);
}

/* `count` times the first text, then the second; for nests and crowds. */
static void repeated_refused(const char *part, uint32_t count, const char *end, const char *word) {
    struct buf text;
    struct yaml_node *root = NULL;
    buf_init(&text, mem_system());
    for (uint32_t i = 0; i < count; i++) buf_put(&text, str_of(part));
    buf_put(&text, str_of(end));
    CU_ASSERT_EQUAL(read(text.at, text.len, &root), ERR_INPUT);
    if (strstr(problems.at[0].text, word) == NULL) fprintf(stderr, "%s: %s\n", part, problems.at[0].text);
    CU_ASSERT_PTR_NOT_NULL(strstr(problems.at[0].text, word));
    mem_arena_deinit(&arena);
    buf_deinit(&text);
}

static void depth_and_crowds(void) {
    repeated_refused("[", 33, "", "deeper than 32");
    repeated_refused("- ", 33, "x", "deeper than 32");
    repeated_refused("[", 100000, "", "deeper than 32");
    repeated_refused("- x\n", 100001, "", "100000 YAML events");
    struct buf text;
    struct yaml_node *root = NULL;
    buf_init(&text, mem_system());
    for (uint32_t i = 0; i <= LIMIT_NAMES; i++) buf_print(&text, "k%u: 1\n", i);
    CU_ASSERT_EQUAL(read(text.at, text.len, &root), ERR_INPUT);
    CU_ASSERT_EQUAL(problems.at[0].line, LIMIT_NAMES + 1);
    mem_arena_deinit(&arena);
    buf_clear(&text);
    for (uint32_t i = 0; i < LIMIT_YAML_DEPTH; i++) buf_put_char(&text, '[');
    for (uint32_t i = 0; i < LIMIT_YAML_DEPTH; i++) buf_put_char(&text, ']');
    CU_ASSERT_EQUAL(read(text.at, text.len, &root), OK);
    mem_arena_deinit(&arena);
    buf_deinit(&text);
}

static void problems_stop_where_nobody_reads_on(void) {
    struct buf text;
    struct yaml_node *root;
    buf_init(&text, mem_system());
    buf_put(&text, STR("a: 1\n"));
    for (uint32_t i = 0; i < 3 * LIMIT_PROBLEMS; i++) buf_put(&text, STR("a: 2\n"));
    CU_ASSERT_EQUAL(read(text.at, text.len, &root), ERR_INPUT);
    CU_ASSERT_EQUAL(problems.count, LIMIT_PROBLEMS);
    mem_arena_deinit(&arena);
    buf_deinit(&text);
}

static void each_refused_request_is_told(void) {
    const struct str text = STR("a: [1, {b: c}]\nd: e\n");
    for (uint64_t n = 1;; n++) {
        struct mem_probe probe;
        struct yaml_node *root = NULL;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = n;
        problems = (struct scenario_problems){0};
        mem_arena_init(&arena, &probe.mem, LIMIT_SCENARIO_ARENA);
        enum status status = scenario_yaml_read(&arena, text, &problems, &root);
        mem_arena_deinit(&arena);
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (status == OK) {
            CU_ASSERT_TRUE(n > 1);
            break;
        }
        CU_ASSERT_EQUAL(status, ERR_NOMEM);
    }
}

CU_TestInfo yaml_tests[] = {
    {"positions", positions},
    {"scalars", scalars},
    {"an_empty_document_is_no_tree", an_empty_document_is_no_tree},
    {"refusals", refusals},
    {"bytes_that_a_string_cannot_hold", bytes_that_a_string_cannot_hold},
    {"depth_and_crowds", depth_and_crowds},
    {"problems_stop_where_nobody_reads_on", problems_stop_where_nobody_reads_on},
    {"each_refused_request_is_told", each_refused_request_is_told},
    CU_TEST_INFO_NULL,
};
