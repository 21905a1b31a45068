/* SPDX-License-Identifier: MIT */
/* map_test.c — maps: order, growth, what deletion leaves behind, and two coroutines inside at once. */
#include "kinds/map/map.h"

#include <stdio.h>

#include "kinds/slice/slice.h"
#include "kinds_test.h"

static struct str number_key(uint64_t *number) { return (struct str){(const char *)number, sizeof *number}; }

/* The keys in order of iteration, one letter each. */
static void expect_order(const struct ebb_map *map, const char *letters) {
    char seen[32] = {0};
    uint64_t cursor = 0;
    struct str key;
    uint32_t count = 0;
    while (ebb_map_at(map, &cursor, &key, NULL) && count < sizeof seen - 1) seen[count++] = key.at[0];
    CU_ASSERT_STRING_EQUAL(seen, letters);
}

static void order_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map = NULL;
    uint32_t one = 1, two = 2, got = 77;
    NEED(ebb_map_make(ebb, &map, "m", sizeof one));
    expect_order(map, "");
    CU_ASSERT_FALSE(ebb_map_get(ebb, map, STR("c"), &got));
    CU_ASSERT_EQUAL(got, 0);
    NEED(ebb_map_put(ebb, map, STR("c"), &one));
    NEED(ebb_map_put(ebb, map, STR("a"), &one));
    NEED(ebb_map_put(ebb, map, STR("b"), &one));
    NEED(ebb_map_put(ebb, map, STR("c"), &two)); /* keeps its place */
    expect_order(map, "cab");
    CU_ASSERT_EQUAL(ebb_map_len(map), 3);
    CU_ASSERT(ebb_map_get(ebb, map, STR("c"), &got));
    CU_ASSERT_EQUAL(got, 2);
    CU_ASSERT(ebb_map_delete(ebb, map, STR("c")));
    CU_ASSERT_FALSE(ebb_map_delete(ebb, map, STR("c")));
    CU_ASSERT_FALSE(ebb_map_delete(ebb, map, STR("never")));
    NEED(ebb_map_put(ebb, map, STR("c"), &one)); /* comes back as the last */
    expect_order(map, "abc");
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_MAP), 3);
    ebb_map_verify(map);
    CU_ASSERT_PTR_EQUAL(ebb_map_hold(map), map);
    ebb_map_drop(map);
    ebb_map_drop(map);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_MAP), 0);
}

static void keeps_order(void) {
    CU_ASSERT_EQUAL(subject_once(order_body, NULL), EBB_END_QUIET);
    subject_sweep(order_body, NULL);
}

static void keys_body(struct ebb *ebb, void *arg) {
    (void)arg;
    static const char *const keys[] = {"", "0123456789abcdef", "0123456789abcdefg", "0123456789abcdefh",
                                       "a key that is so long that it cannot lie in the entry"};
    struct ebb_map *map = NULL;
    uint32_t got = 0;
    NEED(ebb_map_make(ebb, &map, "m", sizeof got));
    for (uint32_t i = 0; i < BASE_COUNT(keys); i++) {
        uint32_t len = ebb_map_len(map);
        enum status status = ebb_map_put(ebb, map, str_of(keys[i]), &i);
        if (status != OK) { /* as it was */
            CU_ASSERT_EQUAL(ebb_map_len(map), len);
            CU_ASSERT_FALSE(ebb_map_get(ebb, map, str_of(keys[i]), &got));
            ebb_map_verify(map);
            ebb_exhausted(ebb);
        }
    }
    for (uint32_t i = 0; i < BASE_COUNT(keys); i++) {
        CU_ASSERT(ebb_map_get(ebb, map, str_of(keys[i]), &got));
        CU_ASSERT_EQUAL(got, i);
    }
    size_t bytes = ebb_map_capacity_bytes(map);
    CU_ASSERT(ebb_map_delete(ebb, map, str_of(keys[4])));
    CU_ASSERT_EQUAL(ebb_map_capacity_bytes(map), bytes - strlen(keys[4]));
    ebb_map_verify(map);
    ebb_map_drop(map);
}

static void keys_of_any_length(void) {
    CU_ASSERT_EQUAL(subject_once(keys_body, NULL), EBB_END_QUIET);
    subject_sweep(keys_body, NULL);
}

static void types_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map = NULL;
    struct ebb_slice *slice = NULL;
    NEED(ebb_map_make_shaped(ebb, &map, "m", ebb_shape_value()));
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    int64_t serial = (int64_t)ebb_slice_object(slice)->node.birth.serial;
    struct ebb_value keys[] = {
        ebb_value_int(serial),
        ebb_value_bool(true),
        {.type = EBB_SIZE, .integer = serial},
        {.type = EBB_DURATION, .integer = serial},
        {.type = EBB_TEXT, .text = "1"},
        EBB_VALUE_NIL,
        ebb_value_object(ebb_slice_object(slice)),
    };
    for (uint32_t i = 0; i < BASE_COUNT(keys); i++) {
        struct ebb_value value = ebb_value_int(i);
        NEED(ebb_map_put_by(ebb, map, &keys[i], &value));
    }
    CU_ASSERT_EQUAL(ebb_map_len(map), BASE_COUNT(keys));
    CU_ASSERT_EQUAL(ebb_slice_object(slice)->holds, 1); /* as a key it is only its identity */
    for (uint32_t i = 0; i < BASE_COUNT(keys); i++) {
        struct ebb_value got = EBB_VALUE_NIL;
        CU_ASSERT(ebb_map_get_by(ebb, map, &keys[i], &got));
        CU_ASSERT_EQUAL(got.integer, i);
    }
    CU_ASSERT(ebb_map_delete_by(ebb, map, &keys[0]));
    ebb_slice_drop(slice);
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1)); /* perhaps where the first one was: another key all the same */
    struct ebb_value other = ebb_value_object(ebb_slice_object(slice)), got = ebb_value_int(9);
    CU_ASSERT_FALSE(ebb_map_get_by(ebb, map, &other, &got));
    CU_ASSERT_EQUAL(got.type, EBB_NIL);
    ebb_slice_drop(slice);
    ebb_map_drop(map);
}

static void types_never_meet(void) { CU_ASSERT_EQUAL(subject_once(types_body, NULL), EBB_END_QUIET); }

#define MANY 100000u

static void many_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map = NULL;
    uint64_t got = 0;
    NEED(ebb_map_make(ebb, &map, "m", sizeof got));
    CU_ASSERT_EQUAL(ebb_map_capacity_bytes(map), 0);
    for (uint64_t i = 0; i < MANY; i++) NEED(ebb_map_put(ebb, map, number_key(&i), &i));
    CU_ASSERT_EQUAL(ebb_map_len(map), MANY);
    CU_ASSERT_EQUAL(ebb_map_capacity(map), 131072);
    CU_ASSERT_EQUAL(census_weight(ebb_census(ebb), KIND_MAP), MANY);
    ebb_map_verify(map);
    uint64_t cursor = 0, next = 0, wrong = 0;
    struct str key;
    const void *value;
    while (ebb_map_at(map, &cursor, &key, &value)) {
        uint64_t found;
        memcpy(&found, value, sizeof found);
        wrong += found != next++;
    }
    CU_ASSERT_EQUAL(next, MANY);
    for (uint64_t i = 0; i < MANY; i += 7) wrong += !ebb_map_get(ebb, map, number_key(&i), &got) || got != i;
    CU_ASSERT_EQUAL(wrong, 0);
    size_t bytes = ebb_map_capacity_bytes(map);
    for (uint64_t i = 0; i < MANY; i++) wrong += !ebb_map_delete(ebb, map, number_key(&i));
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(ebb_map_len(map), 0);
    CU_ASSERT_EQUAL(ebb_map_capacity_bytes(map), bytes); /* never given back */
    for (uint64_t i = 0; i < MANY; i++) NEED(ebb_map_put(ebb, map, number_key(&i), &i));
    CU_ASSERT_EQUAL(ebb_map_capacity_bytes(map), bytes); /* packed, not doubled */
    ebb_map_verify(map);
    ebb_map_drop(map);
}

static void many_entries(void) { CU_ASSERT_EQUAL(subject_once(many_body, NULL), EBB_END_QUIET); }

static void bounded_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map = NULL;
    NEED(ebb_map_make(ebb, &map, "m", 0)); /* a set */
    for (uint64_t i = 0; i < 10000; i++) {
        NEED(ebb_map_put(ebb, map, number_key(&i), NULL));
        uint64_t old = i - 8;
        if (i >= 8) CU_ASSERT(ebb_map_delete(ebb, map, number_key(&old)));
    }
    CU_ASSERT_EQUAL(ebb_map_len(map), 8);
    CU_ASSERT(ebb_map_capacity(map) <= 32);
    ebb_map_verify(map);
    ebb_map_drop(map);
}

static void bounded_use_stays_bounded(void) { CU_ASSERT_EQUAL(subject_once(bounded_body, NULL), EBB_END_QUIET); }

static void cursor_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map = NULL;
    uint64_t cursor = 0, seen = 0, sum = 0, number;
    struct str key;
    NEED(ebb_map_make(ebb, &map, "m", 0));
    for (uint64_t i = 1; i <= 8; i++) NEED(ebb_map_put(ebb, map, number_key(&i), NULL));
    while (ebb_map_at(map, &cursor, &key, NULL) && seen < 100) {
        memcpy(&number, key.at, sizeof number);
        sum += number;
        seen++;
        if (number > 8) continue;
        CU_ASSERT(ebb_map_delete(ebb, map, number_key(&number))); /* the one we stand on */
        uint64_t next = number + 1, added = number + 8;
        if (number % 2 == 1) CU_ASSERT(ebb_map_delete(ebb, map, number_key(&next)));
        NEED(ebb_map_put(ebb, map, number_key(&added), NULL)); /* packs and doubles the table on the way */
    }
    CU_ASSERT_EQUAL(seen, 8); /* 1 3 5 7, and the 9 11 13 15 that came for them */
    CU_ASSERT_EQUAL(sum, 16 + 48);
    CU_ASSERT_EQUAL(ebb_map_len(map), 4);
    ebb_map_drop(map);
}

static void cursor_survives_changes(void) { CU_ASSERT_EQUAL(subject_once(cursor_body, NULL), EBB_END_QUIET); }

/* --- two at once ------------------------------------------------------------------------------------------------- */

static void writer_body(struct ebb *ebb, void *arg) {
    uint32_t value = 1;
    NEED(ebb_map_put(ebb, arg, STR("k"), &value));
}

static void deleter_body(struct ebb *ebb, void *arg) { (void)ebb_map_delete(ebb, arg, STR("k")); }

static void reader_body(struct ebb *ebb, void *arg) {
    uint32_t value = 0;
    (void)ebb_map_get(ebb, arg, STR("k"), &value);
}

struct pair {
    void (*first)(struct ebb *, void *), (*second)(struct ebb *, void *);
};

static void pair_body(struct ebb *ebb, void *arg) {
    const struct pair *pair = arg;
    struct ebb_map *map = NULL;
    NEED(ebb_map_make(ebb, &map, "cache", sizeof(uint32_t)));
    NEED(ebb_go(ebb, NULL, "first", pair->first, map));
    NEED(ebb_go(ebb, NULL, "second", pair->second, map));
}

/* Tries the first 3^5 short schedules; counts those that panic and remembers with what. */
static uint32_t schedules_that_panic(struct pair pair, char *text, size_t size) {
    uint32_t panics = 0;
    for (uint32_t code = 0; code < 243; code++) {
        uint32_t picks[5] = {code % 3, code / 3 % 3, code / 9 % 3, code / 27 % 3, code / 81};
        struct scripted scripted = {{scripted_pick}, picks, 5, 0};
        struct subject subject;
        subject_open(&subject, &scripted.chooser, 0);
        subject_run(&subject, pair_body, &pair);
        if (subject.end == EBB_END_PANIC) {
            panics++;
            (void)snprintf(text, size, "%s", ebb_fault(subject.ebb)->text);
        } else {
            CU_ASSERT_EQUAL(subject.end, EBB_END_QUIET);
        }
        subject_close(&subject);
    }
    return panics;
}

static void writes_collide(void) {
    char text[160] = "";
    CU_ASSERT(schedules_that_panic((struct pair){writer_body, writer_body}, text, sizeof text) > 0);
    CU_ASSERT_STRING_EQUAL(text, "concurrent map writes on cache");
    CU_ASSERT(schedules_that_panic((struct pair){deleter_body, writer_body}, text, sizeof text) > 0);
    CU_ASSERT_STRING_EQUAL(text, "concurrent map writes on cache");
    CU_ASSERT(schedules_that_panic((struct pair){writer_body, reader_body}, text, sizeof text) > 0);
    CU_ASSERT_STRING_EQUAL(text, "concurrent map read and map write on cache");
    CU_ASSERT_EQUAL(schedules_that_panic((struct pair){reader_body, reader_body}, text, sizeof text), 0);
    struct pair writers = {writer_body, writer_body};
    CU_ASSERT_EQUAL(subject_once(pair_body, &writers), EBB_END_QUIET); /* not by default */
}

/* --- the nil map, holds, scenarios ------------------------------------------------------------------------------- */

static void nil_body(struct ebb *ebb, void *arg) {
    (void)arg;
    uint32_t value = 5;
    uint64_t cursor = 0;
    struct str key;
    CU_ASSERT_FALSE(ebb_map_get(ebb, NULL, STR("k"), &value));
    CU_ASSERT_FALSE(ebb_map_delete(ebb, NULL, STR("k")));
    CU_ASSERT_EQUAL(ebb_map_len(NULL), 0);
    CU_ASSERT_EQUAL(ebb_map_capacity(NULL), 0);
    CU_ASSERT_EQUAL(ebb_map_capacity_bytes(NULL), 0);
    CU_ASSERT_FALSE(ebb_map_at(NULL, &cursor, &key, NULL));
    CU_ASSERT_PTR_NULL(ebb_map_hold(NULL));
    ebb_map_drop(NULL);
    NEED(ebb_map_put(ebb, NULL, STR("k"), &value));
}

static void nil_is_empty(void) { subject_panics(nil_body, NULL, "assignment to entry in nil map"); }

static void ops_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_object *map = NULL;
    struct ebb_slice *slice = NULL;
    NEED(ebb_map_kind.make(ebb, &map, "m", NULL));
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    struct ebb_object *object = ebb_slice_object(slice);
    struct ebb_value pair[2] = {ebb_value_int(1), ebb_value_object(object)},
                     results[2] = {EBB_VALUE_NIL, EBB_VALUE_NIL};
    call_op(ebb, map, "put", pair, results);
    CU_ASSERT_EQUAL(object->holds, 2);
    call_op(ebb, map, "put", pair, results); /* itself again: one out, one in */
    CU_ASSERT_EQUAL(object->holds, 2);
    call_op(ebb, map, "get", pair, results);
    CU_ASSERT_PTR_EQUAL(results[0].object, object);
    CU_ASSERT_EQUAL(results[1].integer, 1);
    CU_ASSERT_EQUAL(object->holds, 3);
    ebb_value_release(results[0]);
    pair[0] = ebb_value_int(2);
    call_op(ebb, map, "put", pair, results);
    CU_ASSERT_EQUAL(object->holds, 3);
    CU_ASSERT_EQUAL(traced(map).count, 2);
    CU_ASSERT_PTR_EQUAL(traced(map).last, object);
    call_op(ebb, map, "len", NULL, results);
    CU_ASSERT_EQUAL(results[0].integer, 2);
    call_op(ebb, map, "capacity", NULL, results);
    CU_ASSERT(results[0].type == EBB_SIZE && results[0].integer > 0);
    call_op(ebb, map, "delete", pair, results);
    CU_ASSERT_EQUAL(results[0].integer, 1);
    CU_ASSERT_EQUAL(object->holds, 2);
    call_op(ebb, map, "delete", pair, results);
    CU_ASSERT_EQUAL(results[0].integer, 0);
    pair[0] = ebb_value_int(1);
    pair[1] = EBB_VALUE_NIL;
    call_op(ebb, map, "put", pair, results);
    CU_ASSERT_EQUAL(object->holds, 1);
    pair[1] = ebb_value_object(object);
    call_op(ebb, map, "put", pair, results);
    ebb_slice_drop(slice);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 1); /* the map keeps it */
    ebb_object_release(map);
    CU_ASSERT_EQUAL(census_live(ebb_census(ebb), KIND_SLICE), 0);
}

static void scenarios_call_it(void) {
    CU_ASSERT_EQUAL(subject_once(ops_body, NULL), EBB_END_QUIET);
    subject_sweep(ops_body, NULL);
}

/* Deleting gives no memory back; only from some size on is that worth telling. */
static void rush_body(struct ebb *ebb, void *arg) {
    struct ebb_map *map = NULL;
    uint32_t count = *(uint32_t *)arg;
    uint64_t used = 0, held = 0;
    NEED(ebb_map_make(ebb, &map, "sessions", 16));
    for (int leaves = 0; leaves < 2; leaves++) {
        for (uint32_t i = 0; i < count; i++) {
            struct ebb_value key = ebb_value_int(i);
            static const char value[16];
            if (leaves == 0)
                NEED(ebb_map_put_by(ebb, map, &key, value));
            else if (i >= 4)
                CU_ASSERT_TRUE(ebb_map_delete_by(ebb, map, &key));
        }
        bool told = ebb_map_kind.pinned(ebb_map_object(map), &used, &held);
        CU_ASSERT_EQUAL(told, count >= 256);
        if (!told) continue;
        CU_ASSERT_EQUAL(held, ebb_map_capacity_bytes(map));
        CU_ASSERT(leaves == 0 ? used == held : used == held / count * 4);
    }
    ebb_map_drop(map);
}

static void what_a_table_keeps_is_told(void) {
    uint32_t many = 256, few = 16;
    CU_ASSERT_EQUAL(subject_once(rush_body, &many), EBB_END_QUIET);
    CU_ASSERT_EQUAL(subject_once(rush_body, &few), EBB_END_QUIET);
}

static void left_body(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_map *map = NULL;
    struct ebb_slice *slice = NULL;
    NEED(ebb_map_make_shaped(ebb, &map, "m", ebb_shape_value()));
    NEED(ebb_slice_make(ebb, &slice, "s", 1, 1));
    struct ebb_value value = ebb_value_object(ebb_slice_object(slice));
    NEED(ebb_map_put(ebb, map, STR("a key that is too long for the entry"), &value));
}

static void is_reaped(void) { CU_ASSERT_EQUAL(subject_once(left_body, NULL), EBB_END_QUIET); }

CU_TestInfo map_tests[] = {
    {"keeps_order", keeps_order},
    {"keys_of_any_length", keys_of_any_length},
    {"types_never_meet", types_never_meet},
    {"many_entries", many_entries},
    {"bounded_use_stays_bounded", bounded_use_stays_bounded},
    {"cursor_survives_changes", cursor_survives_changes},
    {"writes_collide", writes_collide},
    {"nil_is_empty", nil_is_empty},
    {"scenarios_call_it", scenarios_call_it},
    {"what_a_table_keeps_is_told", what_a_table_keeps_is_told},
    {"is_reaped", is_reaped},
    CU_TEST_INFO_NULL,
};
