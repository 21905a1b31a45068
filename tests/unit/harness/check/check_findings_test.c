/* SPDX-License-Identifier: MIT */
/* check_findings_test.c — alike findings are counted together, names are cut with care, and the order is one order. */
#include "check_yard.h"

static struct check_finding finding_of(enum check_kind kind, const char *object, const char *operation, const char *on,
                                       uint32_t line) {
    struct check_finding finding = {.kind = kind, .count = 1, .line = line};
    check_name_set(finding.object, object);
    check_name_set(finding.operation, operation);
    check_name_set(finding.on, on);
    return finding;
}

static void test_names(void) {
    for (uint32_t kind = 0; kind < CHECK_KIND_COUNT; kind++)
        CU_ASSERT_EQUAL(check_kind_find(str_of(check_kind_name((enum check_kind)kind))), kind);
    CU_ASSERT_EQUAL(check_kind_find(STR("block")), CHECK_KIND_COUNT);
    CU_ASSERT_EQUAL(check_kind_find(STR("")), CHECK_KIND_COUNT);
    char name[CHECK_NAME_BYTES];
    check_name_set(name, NULL);
    CU_ASSERT_STRING_EQUAL(name, "");
    char fits[CHECK_NAME_BYTES] = {0}, longer[CHECK_NAME_BYTES + 8] = {0};
    memset(fits, 'x', CHECK_NAME_BYTES - 1);
    check_name_set(name, fits);
    CU_ASSERT_STRING_EQUAL(name, fits);
    memset(longer, 'x', CHECK_NAME_BYTES + 7);
    check_name_set(name, longer);
    CU_ASSERT_STRING_EQUAL(name, fits);
    memcpy(longer + CHECK_NAME_BYTES - 3, "\xE2\x82\xAC", 3); /* a character across the cut goes as a whole */
    check_name_set(name, longer);
    CU_ASSERT_EQUAL(strlen(name), CHECK_NAME_BYTES - 3);
    memset(longer, 0x80, CHECK_NAME_BYTES + 7); /* not UTF-8 at all */
    check_name_set(name, longer);
    CU_ASSERT(strlen(name) < CHECK_NAME_BYTES);
}

static void test_invariants_are_listed(void) {
    uint32_t count = 0;
    for (const struct check_invariant *one; (one = check_invariant_at(count)) != NULL; count++) {
        CU_ASSERT(one->name[0] != '\0' && one->check != NULL);
        CU_ASSERT_EQUAL(one->promise[strlen(one->promise) - 1], '.');
    }
    CU_ASSERT_EQUAL(count, 10);
    CU_ASSERT_PTR_NULL(check_invariant_at(UINT32_MAX));
}

static void test_alike_are_counted_together(void) {
    struct check_finding at[4];
    struct check_findings findings = {.at = at, .capacity = 4};
    struct check_finding finding = finding_of(CHECK_PINNED, "page", "", "", 7);
    finding.used_bytes = 10;
    finding.held_bytes = 4096;
    check_add(&findings, &finding);
    finding.born.line = 99; /* the first alike keeps its birth */
    check_add(&findings, &finding);
    CU_ASSERT_EQUAL(findings.count, 1);
    CU_ASSERT_EQUAL(at[0].count, 2);
    CU_ASSERT_EQUAL(at[0].used_bytes, 20);
    CU_ASSERT_EQUAL(at[0].held_bytes, 8192);
    CU_ASSERT_EQUAL(at[0].born.line, 0);
    finding.line = 8; /* elsewhere: another finding, of the same signature */
    check_add(&findings, &finding);
    CU_ASSERT_EQUAL(findings.count, 2);
    CU_ASSERT_EQUAL(at[0].signature, at[1].signature);
}

static void test_signature_tells_names_apart(void) {
    struct check_finding at[8];
    struct check_findings findings = {.at = at, .capacity = 8};
    const struct check_finding all[] = {
        finding_of(CHECK_BLOCKED, "worker", "send", "reply", 1),
        finding_of(CHECK_BLOCKED, "workersend", "", "reply", 1),
        finding_of(CHECK_BLOCKED, "worker", "sendreply", "", 1),
        finding_of(CHECK_ALIVE, "worker", "send", "reply", 1),
        finding_of(CHECK_BLOCKED, "worker", "", "send", 1),
        finding_of(CHECK_BLOCKED, "worker", "send", "", 1),
    };
    for (size_t i = 0; i < BASE_COUNT(all); i++) check_add(&findings, &all[i]);
    CU_ASSERT_EQUAL(findings.count, BASE_COUNT(all));
    for (uint32_t i = 0; i < findings.count; i++)
        for (uint32_t k = 0; k < i; k++) CU_ASSERT_NOT_EQUAL(at[i].signature, at[k].signature);
    /* Written down in reports and baselines: it may never change. */
    CU_ASSERT_EQUAL(at[0].signature, hash_bytes((struct str){"blocked\0worker\0send\0reply", 26}, 0));
}

static void test_lost(void) {
    struct check_finding at[2];
    struct check_findings findings = {.at = at, .capacity = 2};
    for (uint32_t line = 1; line <= 5; line++) {
        struct check_finding finding = finding_of(CHECK_TIMER, "timer", "", "", line);
        check_add(&findings, &finding);
    }
    CU_ASSERT_EQUAL(findings.count, 2);
    CU_ASSERT_EQUAL(findings.lost, 3);
    struct check_finding alike = finding_of(CHECK_TIMER, "timer", "", "", 2);
    check_add(&findings, &alike); /* is not lost, for it needs no room */
    CU_ASSERT_EQUAL(findings.lost, 3);
    CU_ASSERT_EQUAL(at[1].count, 2);
    struct check_findings none = {.at = NULL, .capacity = 0};
    check_add(&none, &alike);
    check_findings_sort(&none);
    CU_ASSERT_EQUAL(none.lost, 1);
}

static bool ordered(const struct check_finding *a, const struct check_finding *b) {
    if (a->kind != b->kind) return a->kind < b->kind;
    int order = strcmp(a->object, b->object);
    if (order == 0) order = strcmp(a->operation, b->operation);
    if (order == 0) order = strcmp(a->on, b->on);
    return order != 0 ? order < 0 : a->line < b->line;
}

static void test_sort(void) {
    static const char *const names[] = {"b", "a", "", "aa"};
    static struct check_finding at[512];
    for (uint32_t count = 0; count < 260; count += 1 + count / 4) {
        struct check_findings findings = {.at = at, .capacity = BASE_COUNT(at)};
        for (uint32_t i = 0; i < count; i++) {
            uint32_t n = i * 7919 % 1024; /* every field takes part, in no order */
            struct check_finding finding =
                finding_of((enum check_kind)(n % 3), names[n / 4 % 4], names[n / 16 % 4], names[n / 64 % 4], n % 5);
            check_add(&findings, &finding);
        }
        uint32_t before = findings.count;
        check_findings_sort(&findings);
        CU_ASSERT_EQUAL(findings.count, before);
        for (uint32_t i = 1; i < findings.count; i++) CU_ASSERT(ordered(&at[i - 1], &at[i]));
    }
}

/* Each of many findings is found again in constant time: quadratic, this would take minutes. */
static void test_many_different(void) {
    const uint32_t many = 100000;
    struct check_findings findings = {.capacity = many};
    findings.at = mem_new(mem_system(), many, sizeof *findings.at);
    CU_ASSERT_PTR_NOT_NULL_FATAL(findings.at);
    struct check_index index = {0};
    findings.index = &index;
    for (uint32_t i = 0; i < 2 * many; i++) {
        struct check_finding finding = finding_of(CHECK_OBJECT, "object", "", "map", 1 + i % many * 31 % many);
        check_add(&findings, &finding);
    }
    check_index_deinit(&index);
    findings.index = NULL;
    CU_ASSERT_EQUAL(findings.count, many);
    CU_ASSERT_EQUAL(findings.lost, 0);
    check_findings_sort(&findings);
    for (uint32_t i = 0; i < many; i++)
        if (findings.at[i].line != i + 1 || findings.at[i].count != 2) CU_FAIL("lost, or out of order");
    mem_free(mem_system(), findings.at, many * sizeof *findings.at);
}

static void make_object(struct ebb *ebb, void *left) {
    ebb_at(ebb, 12);
    (void)ebb_sleep(ebb, 5);
    struct toy *toy = ebb_object_make(ebb, &toy_kinds[EBB_LEFT_TIMER], "pulse", sizeof *toy);
    CU_ASSERT_PTR_NOT_NULL(toy);
    if (toy != NULL) toy->remains = 1;
    if (left != NULL) (void)ebb_chan_recv(ebb, left, NULL);
}

static void test_births(void) {
    for (int stays = 0; stays < 2; stays++) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){0});
        struct ebb_chan *never = yard_chan(&yard, "never", 0);
        for (int i = 0; i < 9; i++) yard_go(&yard, i % 4 ? "gone" : "first", i % 4 ? body_nothing : body_recv, never);
        yard_go(&yard, "maker", make_object, stays ? never : NULL);
        for (int i = 0; i < 9; i++) yard_go(&yard, i == 8 ? "last" : "gone", i == 8 ? body_recv : body_nothing, never);
        yard_run(&yard, CHECK_LEFT);
        const struct check_finding *timer = &yard.findings.at[yard.findings.count - 1];
        CU_ASSERT_EQUAL(timer->kind, CHECK_TIMER);
        CU_ASSERT_STRING_EQUAL(timer->born.by, "maker"); /* whether or not it is still there */
        CU_ASSERT_EQUAL(timer->born.line, 12);
        CU_ASSERT_EQUAL(timer->line, 12);
        CU_ASSERT_EQUAL(timer->born.time_ns, 5);
        yard_close(&yard);
    }
}

CU_TestInfo check_findings_tests[] = {
    {"names", test_names},
    {"invariants_are_listed", test_invariants_are_listed},
    {"alike_are_counted_together", test_alike_are_counted_together},
    {"signature_tells_names_apart", test_signature_tells_names_apart},
    {"lost", test_lost},
    {"sort", test_sort},
    {"many_different", test_many_different},
    {"births", test_births},
    CU_TEST_INFO_NULL,
};
