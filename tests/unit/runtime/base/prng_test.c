/* SPDX-License-Identifier: MIT */
/* prng_test.c — the numbers behind a seed are the published ones, on every machine, and are spread evenly. */
#include "base/prng.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

/* xoshiro256** from the state 1, 2, 3, 4, as its authors' C code gives them. */
static void known_answers(void) {
    static const uint64_t expected[] = {
        UINT64_C(11520),
        UINT64_C(0),
        UINT64_C(1509978240),
        UINT64_C(1215971899390074240),
        UINT64_C(1216172134540287360),
        UINT64_C(607988272756665600),
        UINT64_C(16172922978634559625),
        UINT64_C(8476171486693032832),
        UINT64_C(10595114339597558777),
        UINT64_C(2904607092377533576),
    };
    struct prng prng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < BASE_COUNT(expected); i++) CU_ASSERT_EQUAL(prng_next(&prng), expected[i]);
}

static void seeding_is_splitmix(void) {
    struct prng prng;
    prng_seed(&prng, 0);
    CU_ASSERT_EQUAL(prng.state[0], UINT64_C(0xE220A8397B1DCDAF));
    CU_ASSERT_EQUAL(prng.state[1], UINT64_C(0x6E789E6AA1B965F4));
    CU_ASSERT_EQUAL(prng.state[2], UINT64_C(0x06C45D188009454F));
    CU_ASSERT_EQUAL(prng.state[3], UINT64_C(0xF88BB8A8724C81EC));
}

static void same_seed_same_numbers(void) {
    struct prng one, two, other;
    prng_seed(&one, 42);
    prng_seed(&two, 42);
    prng_seed(&other, 43);
    bool differs = false;
    for (int i = 0; i < 1000; i++) {
        uint64_t drawn = prng_next(&one);
        CU_ASSERT_EQUAL(drawn, prng_next(&two));
        differs = differs || drawn != prng_next(&other);
    }
    CU_ASSERT(differs);
}

static void below_is_below_and_even(void) {
    static const uint32_t bounds[] = {1, 2, 3, 7, 10, 64, 1000};
    struct prng prng;
    prng_seed(&prng, 7);
    for (size_t b = 0; b < BASE_COUNT(bounds); b++) {
        uint32_t counts[1000] = {0}, bound = bounds[b], draws = bound * 1000;
        for (uint32_t i = 0; i < draws; i++) {
            uint32_t drawn = prng_below(&prng, bound);
            CU_ASSERT_FATAL(drawn < bound);
            counts[drawn]++;
        }
        for (uint32_t i = 0; i < bound; i++) CU_ASSERT(counts[i] > 800 && counts[i] < 1200); /* six deviations */
    }
    for (int i = 0; i < 1000; i++) CU_ASSERT(prng_below(&prng, UINT32_MAX) < UINT32_MAX);
}

CU_TestInfo prng_tests[] = {
    {"known_answers", known_answers},
    {"seeding_is_splitmix", seeding_is_splitmix},
    {"same_seed_same_numbers", same_seed_same_numbers},
    {"below_is_below_and_even", below_is_below_and_even},
    CU_TEST_INFO_NULL,
};
