/* SPDX-License-Identifier: MIT */
/* base_test.c — strings, complaints and lists. */
#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "base/base.h"
#include "base/hash.h"
#include "base/linked_list.h"

static void strings_compare_by_bytes(void) {
    struct str empty = str_of(NULL), shorter = STR("ab"), longer = STR("abc"), other = STR("b");
    CU_ASSERT_EQUAL(empty.len, 0);
    CU_ASSERT_PTR_NOT_NULL(empty.at);
    CU_ASSERT(str_equal(empty, (struct str){NULL, 0}));
    CU_ASSERT(str_equal(shorter, (struct str){"abc", 2}));
    CU_ASSERT_FALSE(str_equal(shorter, longer));
    CU_ASSERT(str_compare(shorter, longer) < 0);
    CU_ASSERT(str_compare(longer, shorter) > 0);
    CU_ASSERT(str_compare(longer, other) < 0);
    CU_ASSERT_EQUAL(str_compare(empty, (struct str){NULL, 0}), 0);
    CU_ASSERT(str_compare(empty, shorter) < 0);
    CU_ASSERT(str_compare(STR("\xff"), STR("a")) > 0); /* as unsigned bytes, whatever char is */
}

static void strings_start(void) {
    CU_ASSERT(str_starts(STR("abc"), STR("ab")));
    CU_ASSERT(str_starts(STR("abc"), str_of(NULL)));
    CU_ASSERT(str_starts(str_of(NULL), (struct str){NULL, 0}));
    CU_ASSERT_FALSE(str_starts(STR("ab"), STR("abc")));
    CU_ASSERT_FALSE(str_starts(STR("abc"), STR("b")));
}

static void diag_says_where(void) {
    struct diag why = {.origin = "file.yaml"};
    CU_ASSERT_EQUAL(diag_set(&why, ERR_INPUT, 3, 7, "%s of %d", "none", 5), ERR_INPUT);
    CU_ASSERT_EQUAL(why.line, 3);
    CU_ASSERT_EQUAL(why.column, 7);
    CU_ASSERT_STRING_EQUAL(why.text, "none of 5");
    CU_ASSERT_STRING_EQUAL(why.origin, "file.yaml");
    CU_ASSERT_EQUAL(diag_set(NULL, ERR_LIMIT, 0, 0, "nobody listens"), ERR_LIMIT);
}

static void diag_cuts_what_is_too_long(void) {
    struct diag why;
    char text[1000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    CU_ASSERT_EQUAL(diag_set(&why, ERR_INPUT, 1, 1, "%s", text), ERR_INPUT);
    CU_ASSERT_EQUAL(strlen(why.text), sizeof why.text - 1);
}

struct item {
    uint32_t number;
    struct list link;
};

static void list_keeps_order(void) {
    struct list head;
    struct item items[5];
    list_init(&head);
    CU_ASSERT(list_empty(&head));
    CU_ASSERT_PTR_NULL(list_first(&head));
    CU_ASSERT_PTR_NULL(list_last(&head));
    for (uint32_t i = 0; i < 5; i++) {
        items[i] = (struct item){.number = i};
        CU_ASSERT_FALSE(list_linked(&items[i].link));
        list_push(&head, &items[i].link);
        CU_ASSERT(list_linked(&items[i].link));
    }
    CU_ASSERT_PTR_EQUAL(list_first(&head), &items[0].link);
    CU_ASSERT_PTR_EQUAL(list_last(&head), &items[4].link);
    uint32_t seen = 0;
    LIST_EACH(link, &head) { /* each one goes while it is looked at */
        CU_ASSERT_EQUAL(BASE_OWNER(link, struct item, link)->number, seen);
        seen++;
        list_remove(link);
        CU_ASSERT_FALSE(list_linked(link));
    }
    CU_ASSERT_EQUAL(seen, 5);
    CU_ASSERT(list_empty(&head));
}

static void hash_is_known(void) { /* of XXH64 */
    CU_ASSERT_EQUAL(hash_bytes(str_of(NULL), 0), UINT64_C(0xEF46DB3751D8E999));
    CU_ASSERT_EQUAL(hash_bytes(STR("a"), 0), UINT64_C(0xD24EC4F1A98C6E5B));
    CU_ASSERT_EQUAL(hash_bytes(STR("abc"), 0), UINT64_C(0x44BC2CF5AD770999));
    CU_ASSERT_NOT_EQUAL(hash_bytes(STR("abc"), 1), hash_bytes(STR("abc"), 0));
}

static void mixing_minds_order(void) {
    uint64_t ab = hash_mix(hash_mix(0, 1), 2), ba = hash_mix(hash_mix(0, 2), 1);
    CU_ASSERT_NOT_EQUAL(ab, ba);
    CU_ASSERT_NOT_EQUAL(hash_mix(0, 1), hash_mix(0, 2));
    CU_ASSERT_NOT_EQUAL(hash_mix(1, 0), hash_mix(2, 0));
    /* Small words, as a digest meets them, do not fall together. */
    uint64_t seen[4096];
    for (uint64_t i = 0; i < BASE_COUNT(seen); i++) seen[i] = hash_mix(hash_mix(0, i & 63), i >> 6);
    for (size_t i = 0; i < BASE_COUNT(seen); i++)
        for (size_t j = 0; j < i; j++)
            if (seen[i] == seen[j]) CU_FAIL("two short histories have one digest");
}

CU_TestInfo base_tests[] = {
    {"strings_compare_by_bytes", strings_compare_by_bytes},
    {"strings_start", strings_start},
    {"diag_says_where", diag_says_where},
    {"diag_cuts_what_is_too_long", diag_cuts_what_is_too_long},
    {"list_keeps_order", list_keeps_order},
    {"hash_is_known", hash_is_known},
    {"mixing_minds_order", mixing_minds_order},
    CU_TEST_INFO_NULL,
};
