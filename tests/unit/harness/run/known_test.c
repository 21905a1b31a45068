/* SPDX-License-Identifier: MIT */
/* known_test.c — which findings an entry of a baseline means, and what is left when they are taken out. */
#include <CUnit/CUnit.h>

#include "run/known.h"

static const struct check_finding worker = {
    .kind = CHECK_BLOCKED, .count = 1, .signature = 7, .object = "worker", .operation = "send", .on = "reply"};
static const struct check_finding ticker = {.kind = CHECK_TIMER, .count = 1, .signature = 8, .object = "ticker"};

static void what_an_entry_means(void) {
    struct run_known by_signature = {.has_signature = true, .signature = 7},
                     by_kind = {.has_kind = true, .kind = CHECK_BLOCKED};
    struct run_known by_names = {
        .has_kind = true, .kind = CHECK_BLOCKED, .object = STR("worker"), .operation = STR("send"), .on = STR("reply")};
    CU_ASSERT_TRUE(run_known_is(&by_signature, &worker));
    CU_ASSERT_FALSE(run_known_is(&by_signature, &ticker));
    CU_ASSERT_TRUE(run_known_is(&by_kind, &worker));
    CU_ASSERT_FALSE(run_known_is(&by_kind, &ticker));
    CU_ASSERT_TRUE(run_known_is(&by_names, &worker));
    by_signature.has_kind = true, by_signature.kind = CHECK_TIMER; /* both must hold */
    CU_ASSERT_FALSE(run_known_is(&by_signature, &worker));
    struct run_known other = by_names;
    other.object = STR("worke");
    CU_ASSERT_FALSE(run_known_is(&other, &worker));
    other = by_names, other.operation = STR("recv");
    CU_ASSERT_FALSE(run_known_is(&other, &worker));
    other = by_names, other.on = STR("other");
    CU_ASSERT_FALSE(run_known_is(&other, &worker));
}

static void what_is_left(void) {
    const struct run_known known[] = {{.has_signature = true, .signature = 99},
                                      {.has_kind = true, .kind = CHECK_BLOCKED},
                                      {.has_signature = true, .signature = 7}};
    struct check_finding at[] = {worker, ticker, worker};
    struct check_findings findings = {.at = at, .count = 3, .capacity = 3, .lost = 2};
    uint64_t seen = 0;
    CU_ASSERT_EQUAL(run_known_remove(&findings, known, 0, &seen), 0);
    CU_ASSERT_EQUAL(findings.count, 3);
    CU_ASSERT_EQUAL(run_known_remove(&findings, known, 3, &seen), 2);
    CU_ASSERT_EQUAL(findings.count, 1);
    CU_ASSERT_EQUAL(findings.lost, 2); /* nobody knows those */
    CU_ASSERT_EQUAL(findings.at[0].kind, CHECK_TIMER);
    CU_ASSERT_EQUAL(seen, 2); /* the first entry that knows it, alone */
}

CU_TestInfo known_tests[] = {
    {"what_an_entry_means", what_an_entry_means},
    {"what_is_left", what_is_left},
    CU_TEST_INFO_NULL,
};
