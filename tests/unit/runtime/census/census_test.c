/* SPDX-License-Identifier: MIT */
/* census_test.c — who is there, since when, and how much of it, against a naive recount. */
#include "census/census.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "base/prng.h"

static struct census_birth birth_at(uint64_t step, const char *label) {
    return (struct census_birth){.step = step, .time_ns = (int64_t)step * 10, .owner = 3, .line = 4, .label = label};
}

static void enter_numbers_and_remembers(void) {
    struct census census;
    struct census_node nodes[3];
    census_init(&census);
    CU_ASSERT(census_empty(&census));
    CU_ASSERT_EQUAL(census_mark(&census), 0);
    for (uint64_t i = 0; i < 3; i++) {
        struct census_birth birth = birth_at(i, "label");
        census_enter(&census, &nodes[i], 5, &birth);
        CU_ASSERT_EQUAL(nodes[i].birth.serial, i + 1);
        CU_ASSERT_EQUAL(nodes[i].birth.step, i);
        CU_ASSERT_EQUAL(nodes[i].birth.time_ns, (int64_t)i * 10);
        CU_ASSERT_EQUAL(nodes[i].birth.owner, 3);
        CU_ASSERT_EQUAL(nodes[i].birth.line, 4);
        CU_ASSERT_EQUAL(nodes[i].kind, 5);
        CU_ASSERT_EQUAL(nodes[i].weight, 0);
    }
    CU_ASSERT_EQUAL(census_live(&census, 5), 3);
    CU_ASSERT_EQUAL(census_live(&census, 4), 0);
    CU_ASSERT_EQUAL(census_mark(&census), 3);
    CU_ASSERT_PTR_EQUAL(census_newest(&census), &nodes[2]);
    census_verify(&census);
    census_leave(&census, &nodes[2]);
    census_leave(&census, &nodes[0]);
    CU_ASSERT_EQUAL(census_live(&census, 5), 1);
    CU_ASSERT_EQUAL(census.kinds[5].live_peak, 3);
    CU_ASSERT_EQUAL(census.kinds[5].births, 3);
    CU_ASSERT_EQUAL(census_mark(&census), 3); /* serials are never used twice */
    CU_ASSERT_PTR_EQUAL(census_newest(&census), &nodes[1]);
    census_verify(&census);
    census_leave(&census, &nodes[1]);
    CU_ASSERT(census_empty(&census));
    CU_ASSERT_PTR_NULL(census_newest(&census));
}

static void enter_takes_the_nodes_own_birth(void) {
    struct census census;
    struct census_node node = {.birth = birth_at(9, "own")};
    census_init(&census);
    census_enter(&census, &node, 0, &node.birth);
    CU_ASSERT_EQUAL(node.birth.serial, 1);
    CU_ASSERT_EQUAL(node.birth.step, 9);
    CU_ASSERT_STRING_EQUAL(node.birth.label, "own");
    census_leave(&census, &node);
}

static void after_is_the_oldest_past_a_mark(void) {
    struct census census;
    struct census_node nodes[6];
    struct census_birth birth = birth_at(0, "");
    census_init(&census);
    CU_ASSERT_PTR_NULL(census_after(&census, 0));
    for (int i = 0; i < 6; i++) census_enter(&census, &nodes[i], 0, &birth);
    census_leave(&census, &nodes[3]); /* serial 4 */
    CU_ASSERT_PTR_EQUAL(census_after(&census, 0), &nodes[0]);
    CU_ASSERT_PTR_EQUAL(census_after(&census, 2), &nodes[2]);
    CU_ASSERT_PTR_EQUAL(census_after(&census, 3), &nodes[4]);
    CU_ASSERT_PTR_EQUAL(census_after(&census, 5), &nodes[5]);
    CU_ASSERT_PTR_NULL(census_after(&census, 6));
    CU_ASSERT_PTR_EQUAL(census_next(&census, &nodes[2]), &nodes[4]);
    CU_ASSERT_PTR_NULL(census_next(&census, &nodes[5]));
}

static void weight_is_a_sum(void) {
    struct census census;
    struct census_node one, two;
    struct census_birth birth = birth_at(0, "");
    census_init(&census);
    census_enter(&census, &one, 2, &birth);
    census_enter(&census, &two, 2, &birth);
    census_weigh(&census, &one, 100);
    census_weigh(&census, &two, 11);
    CU_ASSERT_EQUAL(census_weight(&census, 2), 111);
    census_weigh(&census, &one, 40);
    CU_ASSERT_EQUAL(census_weight(&census, 2), 51);
    CU_ASSERT_EQUAL(census.kinds[2].weight_births, 111); /* what was ever added, not what is there */
    census_weigh(&census, &one, 50);
    CU_ASSERT_EQUAL(census.kinds[2].weight_births, 121);
    census_verify(&census);
    census_leave(&census, &one);
    CU_ASSERT_EQUAL(census_weight(&census, 2), 11);
    census_leave(&census, &two);
    CU_ASSERT_EQUAL(census_weight(&census, 2), 0);
}

static uint64_t digest_of(const uint16_t *kinds, const uint32_t *leaves, uint32_t count) {
    struct census census;
    struct census_node nodes[4];
    struct census_birth birth = birth_at(0, "");
    census_init(&census);
    for (uint32_t i = 0; i < count; i++) census_enter(&census, &nodes[i], kinds[i], &birth);
    for (uint32_t i = 0; i < count; i++) census_leave(&census, &nodes[leaves[i]]);
    return census_digest(&census);
}

static void digest_minds_births_and_deaths(void) {
    uint64_t plain = digest_of((uint16_t[]){1, 2}, (uint32_t[]){0, 1}, 2);
    CU_ASSERT_EQUAL(plain, digest_of((uint16_t[]){1, 2}, (uint32_t[]){0, 1}, 2)); /* other addresses, same digest */
    CU_ASSERT_NOT_EQUAL(plain, digest_of((uint16_t[]){2, 1}, (uint32_t[]){0, 1}, 2));
    CU_ASSERT_NOT_EQUAL(plain, digest_of((uint16_t[]){1, 2}, (uint32_t[]){1, 0}, 2));
    CU_ASSERT_NOT_EQUAL(plain, digest_of((uint16_t[]){1}, (uint32_t[]){0}, 1));
}

static void any_history_recounts(void) {
    enum { NODES = 50 };
    static struct census_node nodes[NODES];
    bool there[NODES] = {false};
    uint32_t live[3] = {0};
    struct census census;
    struct prng prng;
    census_init(&census);
    prng_seed(&prng, 1);
    for (uint64_t turn = 0; turn < 20000; turn++) {
        uint32_t at = prng_below(&prng, NODES);
        if (!there[at]) {
            uint16_t kind = (uint16_t)prng_below(&prng, 3);
            struct census_birth birth = birth_at(turn, "");
            census_enter(&census, &nodes[at], kind, &birth);
            live[kind]++;
        } else if (prng_below(&prng, 2) == 0) {
            census_weigh(&census, &nodes[at], prng_below(&prng, 1000));
            continue;
        } else {
            live[nodes[at].kind]--;
            census_leave(&census, &nodes[at]);
        }
        there[at] = !there[at];
        if (turn % 100 == 0) census_verify(&census);
        for (uint16_t kind = 0; kind < 3; kind++) CU_ASSERT_EQUAL(census_live(&census, kind), live[kind]);
    }
}

CU_TestInfo census_tests[] = {
    {"enter_numbers_and_remembers", enter_numbers_and_remembers},
    {"enter_takes_the_nodes_own_birth", enter_takes_the_nodes_own_birth},
    {"after_is_the_oldest_past_a_mark", after_is_the_oldest_past_a_mark},
    {"weight_is_a_sum", weight_is_a_sum},
    {"digest_minds_births_and_deaths", digest_minds_births_and_deaths},
    {"any_history_recounts", any_history_recounts},
    CU_TEST_INFO_NULL,
};
