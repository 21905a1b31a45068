/* SPDX-License-Identifier: MIT
 * unit_main.c — the CUnit runner: lists, picks and runs the suites of suites.def.
 * CUnit forgives a failed suite initialisation, a duplicate name and an empty run; here each is red. */
#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef UNIT_SUITES
#define UNIT_SUITES "tests/unit/suites.def"
#endif

/* A suite is its table <noun>_tests[]; a test file that needs them also defines <noun>_suite_init or
 * <noun>_suite_clean, which answer 0 when all is well. */
#define SUITE(noun)                                           \
    extern CU_TestInfo noun##_tests[];                        \
    extern __attribute__((weak)) int noun##_suite_init(void); \
    extern __attribute__((weak)) int noun##_suite_clean(void);
#include UNIT_SUITES
#undef SUITE

struct unit_suite {
    const char *name;
    CU_TestInfo *tests;
    CU_InitializeFunc init;
    CU_CleanupFunc clean;
};

#define SUITE(noun) {#noun, noun##_tests, noun##_suite_init, noun##_suite_clean},
static struct unit_suite suites[] = {
#include UNIT_SUITES
    {NULL, NULL, NULL, NULL}, /* keeps the table legal while there is no suite */
};
#undef SUITE

enum { SUITE_COUNT = sizeof suites / sizeof suites[0] - 1, EXIT_USAGE = 2 };

static uint32_t suite_length(const struct unit_suite *suite) {
    uint32_t length = 0;
    while (suite->tests[length].pName != NULL) length++;
    return length;
}

/* ---- order ------------------------------------------------------------------------------------- */

static uint64_t shuffle_state;

static uint32_t shuffle_below(uint32_t bound) {
    shuffle_state = shuffle_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(shuffle_state >> 33) % bound;
}

/* Tests that only pass in one order share state they should not share. */
static void shuffle(uint64_t seed) {
    shuffle_state = seed;
    for (uint32_t i = SUITE_COUNT; i > 1; i--) {
        uint32_t other = shuffle_below(i);
        struct unit_suite held = suites[i - 1];
        suites[i - 1] = suites[other];
        suites[other] = held;
    }
    for (uint32_t s = 0; s < SUITE_COUNT; s++) {
        CU_TestInfo *tests = suites[s].tests;
        for (uint32_t i = suite_length(&suites[s]); i > 1; i--) {
            uint32_t other = shuffle_below(i);
            CU_TestInfo held = tests[i - 1];
            tests[i - 1] = tests[other];
            tests[other] = held;
        }
    }
}

/* ---- registry ---------------------------------------------------------------------------------- */

static bool register_suite(const struct unit_suite *suite) {
    if (suite_length(suite) == 0) {
        fprintf(stderr, "unit_tests: suite '%s' has no tests\n", suite->name);
        return false;
    }
    CU_pSuite made = CU_add_suite(suite->name, suite->init, suite->clean);
    if (made == NULL || CU_get_error() != CUE_SUCCESS) {
        fprintf(stderr, "unit_tests: suite '%s': %s\n", suite->name, CU_get_error_msg());
        return false;
    }
    bool good = true;
    for (const CU_TestInfo *test = suite->tests; test->pName != NULL; test++) {
        if (CU_add_test(made, test->pName, test->pTestFunc) == NULL || CU_get_error() != CUE_SUCCESS) {
            fprintf(stderr, "unit_tests: test '%s.%s': %s\n", suite->name, test->pName, CU_get_error_msg());
            good = false;
        }
    }
    return good;
}

static bool register_all(void) {
    bool good = true;
    for (uint32_t s = 0; s < SUITE_COUNT; s++)
        if (!register_suite(&suites[s])) good = false;
    return good;
}

static void list(void) {
    for (uint32_t s = 0; s < SUITE_COUNT; s++)
        for (const CU_TestInfo *test = suites[s].tests; test->pName != NULL; test++)
            printf("%s.%s\n", suites[s].name, test->pName);
}

/* ---- run --------------------------------------------------------------------------------------- */

/* `name` is "suite" or "suite.test". False: there is no such thing. */
static bool run_named(const char *name) {
    const char *dot = strchr(name, '.');
    size_t length = dot == NULL ? strlen(name) : (size_t)(dot - name);
    for (uint32_t s = 0; s < SUITE_COUNT; s++) {
        if (strlen(suites[s].name) != length || strncmp(suites[s].name, name, length) != 0) continue;
        CU_pSuite suite = CU_get_suite(suites[s].name);
        if (dot == NULL) {
            (void)CU_basic_run_suite(suite);
            return true;
        }
        CU_pTest test = CU_get_test(suite, dot + 1);
        if (test == NULL) return false;
        (void)CU_basic_run_test(suite, test);
        return true;
    }
    return false;
}

static void usage(FILE *out) {
    fputs("usage: unit_tests [--seed N] [SUITE | SUITE.TEST]\n"
          "       unit_tests --list\n"
          "Runs every suite, one suite or one test. --seed N shuffles the order of suites and tests.\n"
          "Exit: 0 all passed, 1 something failed or nothing ran, 2 no such suite or test.\n",
          out);
}

static int judge(void) {
    return CU_get_number_of_tests_failed() != 0 || CU_get_number_of_suites_failed() != 0 ||
        CU_get_number_of_tests_run() == 0;
}

int main(int argc, char **argv) {
    const char *name = NULL;
    bool listing = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0) {
            listing = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            usage(stdout);
            return 0;
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            shuffle(strtoull(argv[++i], NULL, 0));
        } else if (argv[i][0] != '-' && name == NULL) {
            name = argv[i];
        } else {
            usage(stderr);
            return EXIT_USAGE;
        }
    }
    if (CU_initialize_registry() != CUE_SUCCESS) return 1;
    int code = 1;
    if (!register_all()) {
        code = 1; /* said by register_suite; a list that leaves some out would be a lie as well */
    } else if (listing) {
        list();
        code = 0;
    } else {
        CU_basic_set_mode(CU_BRM_VERBOSE);
        bool known = true;
        if (name == NULL)
            (void)CU_basic_run_tests();
        else
            known = run_named(name);
        if (!known) fprintf(stderr, "unit_tests: no suite or test named '%s'; --list shows them\n", name);
        code = known ? judge() : EXIT_USAGE;
    }
    CU_cleanup_registry();
    return code;
}
