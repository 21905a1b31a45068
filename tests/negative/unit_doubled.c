/* SPDX-License-Identifier: MIT
 * unit_doubled.c — two tests of one name: CUnit would take both, and one of the two could never be asked for. */
#include <CUnit/CUnit.h>
#include <stddef.h>

extern CU_TestInfo doubled_tests[];

static void passes(void) { CU_ASSERT(1 + 1 == 2); }

CU_TestInfo doubled_tests[] = {{"same", passes}, {"same", passes}, CU_TEST_INFO_NULL};
