/* SPDX-License-Identifier: MIT
 * unit_canary.c — suites of which some must fail: the runner is only as good as its reds. */
#include <CUnit/CUnit.h>
#include <stddef.h>

extern CU_TestInfo fine_tests[], broken_tests[], uninitialised_tests[], uncleaned_tests[];
int uninitialised_suite_init(void);
int uncleaned_suite_clean(void);

static void passes(void) { CU_ASSERT(1 + 1 == 2); }
static void fails(void) { CU_ASSERT(1 + 1 == 3); }

CU_TestInfo fine_tests[] = {{"passes", passes}, CU_TEST_INFO_NULL};
CU_TestInfo broken_tests[] = {{"passes", passes}, {"fails", fails}, CU_TEST_INFO_NULL};

/* CUnit counts no failed test here, because none was run. */
CU_TestInfo uninitialised_tests[] = {{"never_runs", passes}, CU_TEST_INFO_NULL};
int uninitialised_suite_init(void) { return 1; }

CU_TestInfo uncleaned_tests[] = {{"passes", passes}, CU_TEST_INFO_NULL};
int uncleaned_suite_clean(void) { return 1; }
