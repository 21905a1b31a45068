/* SPDX-License-Identifier: MIT */
/* check_held_test.c — while the shared objects are held: pinned blocks, and what grows with every cycle. */
#include "check_yard.h"

#include "kinds/map/map.h"
#include "kinds/memory/memory.h"
#include "kinds/slice/slice.h"

/* --- pinned ------------------------------------------------------------------------------------------------------*/

static void test_pinned_bounds(void) {
    static const struct {
        uint64_t used, held;
        bool pinned;
    } rows[] = {
        {0, 1023, false},      {0, 1024, true},     {1, 1024, false},
        {1, 1025, true},       {1024, 4096, true},  {1025, 4096, false},
        {1024, 4095, false},   {4096, 4096, false}, {UINT64_MAX / 2, UINT64_MAX, false},
        {1, UINT64_MAX, true},
    };
    for (size_t i = 0; i < BASE_COUNT(rows); i++) {
        struct yard yard;
        yard_open(&yard, (struct ebb_config){0});
        struct toy *toy = toy_make(yard.ebb, EBB_LEFT_OBJECT, "page", 0);
        toy->used_bytes = rows[i].used;
        toy->held_bytes = rows[i].held;
        yard_run(&yard, CHECK_HELD);
        yard_only(&yard, rows[i].pinned ? "pinned page|| 1" : "");
        yard_close(&yard);
    }
}

static void body_cut(struct ebb *ebb, void *arg) {
    struct ebb_slice **kept = arg;
    for (size_t i = 0; i < 2; i++) {
        struct ebb_slice *page = NULL;
        CU_ASSERT_EQUAL(ebb_slice_make(ebb, &page, "page", 65536, 65536), OK);
        CU_ASSERT_EQUAL(ebb_slice_cut(ebb, page, 100, 132, &kept[i], "title"), OK);
        ebb_slice_drop(page);
    }
}

static void test_pinned_slices(void) {
    struct yard yard;
    struct ebb_slice *kept[2] = {NULL, NULL};
    yard_open(&yard, (struct ebb_config){0});
    yard_go(&yard, "main", body_cut, kept);
    yard_run(&yard, CHECK_HELD);
    yard_only(&yard, "pinned page|| 2"); /* alike: bytes are added up */
    CU_ASSERT_EQUAL(yard.at[0].used_bytes, 64);
    CU_ASSERT_EQUAL(yard.at[0].held_bytes, 131072);
    for (size_t i = 0; i < 2; i++) ebb_slice_drop(kept[i]);
    yard_judge(&yard, CHECK_HELD);
    yard_only(&yard, "");
    yard_close(&yard);
}

/* --- grows -------------------------------------------------------------------------------------------------------*/

#define CYCLES 40u

/* Judges the first `count` cycles, at the end of each of which `id` weighs `weights[i]`. */
static void grows(struct yard *yard, const uint64_t *weights, uint32_t count, const char *told) {
    static struct check_ledger ledgers[CYCLES];
    CU_ASSERT_FATAL(count <= CYCLES);
    for (uint32_t i = 0; i < count; i++) {
        ledgers[i] = (struct check_ledger){0};
        ledgers[i].weight[KIND_MAP] = weights[i];
    }
    yard->view.cycles = ledgers;
    yard->view.cycle_count = yard->view.cycles_run = count;
    yard_run(yard, CHECK_HELD);
    yard_only(yard, told);
    yard_judge(yard, CHECK_LEFT);
    yard_only(yard, "");
}

static void test_grows_by_the_same(void) {
    struct yard yard;
    uint64_t weights[CYCLES];
    yard_open(&yard, (struct ebb_config){0});
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = 7 + 3 * i;
    grows(&yard, weights, CHECK_CYCLES_MIN, "grows map entry|| 3");
    grows(&yard, weights, CYCLES, "grows map entry|| 3");
    grows(&yard, weights, CHECK_CYCLES_MIN - 1, ""); /* too early to say */
    grows(&yard, weights, 1, "");
    grows(&yard, weights, 0, "");
    weights[0] = 500; /* the warm-up may be anything */
    grows(&yard, weights, CHECK_CYCLES_MIN, "grows map entry|| 3");
    weights[1]++;
    grows(&yard, weights, CHECK_CYCLES_MIN, "");
    grows(&yard, weights, CHECK_CYCLES_MIN + 1, "grows map entry|| 3");
    yard_close(&yard);
}

static void test_grows_by_ever_more(void) {
    struct yard yard;
    uint64_t weights[CYCLES];
    yard_open(&yard, (struct ebb_config){0});
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = UINT64_C(1) << i;
    grows(&yard, weights, 20, "grows map entry|| 262144"); /* what the last cycle added */
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = (uint64_t)i * i;
    grows(&yard, weights, 20, "grows map entry|| 37");
    grows(&yard, weights, CYCLES, ""); /* by hardly more than ten cycles before */
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = 100 * i + (i == 19 ? 500 : 0); /* once is no trend */
    grows(&yard, weights, 20, "");
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = 10000 - (100 - (uint64_t)i) * (100 - i); /* by ever less */
    grows(&yard, weights, 20, "");
    yard_close(&yard);
}

static void test_what_is_bounded_does_not_grow(void) {
    struct yard yard;
    uint64_t weights[CYCLES];
    yard_open(&yard, (struct ebb_config){0});
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = i < 16 ? i : 16; /* a cache of 16 entries */
    grows(&yard, weights, CYCLES, "");
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = 100 - i; /* shrinks */
    grows(&yard, weights, CYCLES, "");
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = 100 + i % 2; /* breathes */
    grows(&yard, weights, CYCLES, "");
    for (uint32_t i = 0; i < CYCLES; i++) weights[i] = 10 * i + (i == CYCLES - 1); /* the last adds one more */
    grows(&yard, weights, CYCLES, "");
    yard_close(&yard);
}

struct shop {
    struct yard *yard;
    struct ebb_map *cache;
    struct ebb_chan *queue, *never;
    struct check_ledger ledgers[CHECK_CYCLES_MIN];
    bool evicts;
    uint32_t turn;
};

static void body_turn(struct ebb *ebb, void *arg) {
    struct shop *shop = arg;
    char key[16];
    int item = 1;
    (void)snprintf(key, sizeof key, "%u", shop->turn);
    CU_ASSERT_EQUAL(ebb_map_put(ebb, shop->cache, str_of(key), &item), OK);
    if (shop->turn >= 2 && shop->evicts) {
        (void)snprintf(key, sizeof key, "%u", shop->turn - 2);
        (void)ebb_map_delete(ebb, shop->cache, str_of(key));
        return;
    }
    if (shop->evicts) return;
    struct ebb_memory *memory = NULL;
    for (int i = 0; i < 2; i++) ebb_chan_send(ebb, shop->queue, &item);
    CU_ASSERT_EQUAL(ebb_memory_take(ebb, &memory, "block", 100), OK);
    ebb_memory_drop(memory);
    for (int i = 0; i < 3; i++) CU_ASSERT_EQUAL(ebb_go(ebb, NULL, "waiter", body_recv, shop->never), OK);
}

static void test_real_cycles(void) {
    for (int evicts = 0; evicts < 2; evicts++) {
        struct yard yard;
        static struct shop shop;
        yard_open(&yard, (struct ebb_config){0});
        shop = (struct shop){.yard = &yard, .evicts = evicts != 0};
        CU_ASSERT_EQUAL_FATAL(ebb_map_make(yard.ebb, &shop.cache, "cache", sizeof(int)), OK);
        shop.queue = yard_chan(&yard, "queue", 100);
        shop.never = yard_chan(&yard, "never", 0);
        for (shop.turn = 0; shop.turn < CHECK_CYCLES_MIN; shop.turn++) {
            yard_go(&yard, "turn", body_turn, &shop);
            (void)ebb_run(yard.ebb);
            check_ledger_take(&shop.ledgers[shop.turn], yard.ebb);
        }
        yard.view.cycles = shop.ledgers;
        yard.view.cycle_count = CHECK_CYCLES_MIN;
        yard_run(&yard, CHECK_HELD);
        static const char *const told[] = {"grows coroutine|| 3", "grows heap bytes|| 100", "grows map entry|| 1",
                                           "grows message|| 2"};
        uint32_t count = evicts ? 0 : (uint32_t)BASE_COUNT(told);
        CU_ASSERT_EQUAL(yard.findings.count, count);
        for (uint32_t i = 0; i < count; i++) CU_ASSERT_STRING_EQUAL(yard_told(&yard, i), told[i]);
        yard_close(&yard);
    }
}

static void test_ledger(void) {
    struct yard yard;
    struct check_ledger ledger;
    yard_open(&yard, (struct ebb_config){0});
    struct ebb_chan *one = yard_chan(&yard, "one", 1), *part = yard_chan(&yard, "part", 1);
    struct toy *toy = toy_make(yard.ebb, EBB_LEFT_OBJECT, "toy", 0);
    ebb_object_weigh(&toy->head, 9);
    ebb_chan_object(part)->flags |= EBB_FLAG_INNER;
    yard_go(&yard, "waiter", body_recv, one);
    check_ledger_take(&ledger, yard.ebb);
    CU_ASSERT_EQUAL(ledger.live[KIND_COROUTINE], 1);
    CU_ASSERT_EQUAL(ledger.live[KIND_CHAN], 1);
    CU_ASSERT_EQUAL(ledger.weight[KIND_CHAN], 0);
    CU_ASSERT_EQUAL(ledger.live[TOY_KIND_ID], 1);
    CU_ASSERT_EQUAL(ledger.weight[TOY_KIND_ID], 9);
    yard_close(&yard);
}

CU_TestInfo check_held_tests[] = {
    {"pinned_bounds", test_pinned_bounds},
    {"pinned_slices", test_pinned_slices},
    {"grows_by_the_same", test_grows_by_the_same},
    {"grows_by_ever_more", test_grows_by_ever_more},
    {"what_is_bounded_does_not_grow", test_what_is_bounded_does_not_grow},
    {"real_cycles", test_real_cycles},
    {"ledger", test_ledger},
    CU_TEST_INFO_NULL,
};
