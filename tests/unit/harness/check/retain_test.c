/* SPDX-License-Identifier: MIT */
/* retain_test.c — the way to an object, the hold that should be gone, and what would go with it; of a hundred thousand. */
#include "check_yard.h"

#include "check/retain.h"
#include "core/value.h"
#include "kinds/list/list.h"
#include "kinds/map/map.h"

static struct check_retention retain(struct yard *yard, const struct ebb_object *object) {
    struct check_retention kept;
    struct check_graph graph;
    CU_ASSERT_EQUAL_FATAL(check_graph_init(&graph, mem_system(), yard->ebb), OK);
    CU_ASSERT_EQUAL_FATAL(check_retain(&kept, &graph, object->node.birth.serial, false), OK);
    check_graph_deinit(&graph);
    return kept;
}

/* "root|edge: object|edge: object*", the suspect with a star. */
static const char *way(const struct check_retention *kept) {
    static char text[CHECK_LINKS_MAX * sizeof(struct check_link)];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < kept->link_count; i++) {
        const struct check_link *link = &kept->links[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s: %s%s", i == 0 ? "" : "|", link->edge,
                                link->object, link->suspect ? "*" : "");
    }
    return text;
}

static struct toy *object_make(struct yard *yard, const char *label) {
    return toy_make(yard->ebb, EBB_LEFT_OBJECT, label, 0);
}

/* What two hold, neither retains; whoever holds both does. */
static void test_dominated(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *top = object_make(&yard, "top"), *left = object_make(&yard, "left"),
               *right = object_make(&yard, "right");
    struct toy *both = object_make(&yard, "both"), *below = object_make(&yard, "below");
    toy_hold(top, left);
    toy_hold(top, right);
    toy_hold(left, both);
    toy_hold(right, both);
    toy_hold(both, below);
    struct check_retention kept = retain(&yard, &below->head);
    CU_ASSERT_STRING_EQUAL(way(&kept), "held from outside: toy top|holds: toy left|holds: toy both|holds: toy below");
    CU_ASSERT_EQUAL(kept.objects, 1);
    CU_ASSERT_EQUAL(retain(&yard, &both->head).objects, 2);
    CU_ASSERT_EQUAL(retain(&yard, &left->head).objects, 1);
    CU_ASSERT_EQUAL(retain(&yard, &top->head).objects, 5);
    yard_close(&yard);
}

struct pair {
    struct ebb_map *map;
    struct ebb_value value;
};

static void body_put(struct ebb *ebb, void *arg) {
    struct pair *pair = arg;
    if (ebb_map_put(ebb, pair->map, STR("alice"), &pair->value) != OK) CU_FAIL("no memory");
}

/* A map names its keys, a list its items; the last entry on the way is suspect. */
static void test_containers(void) {
    struct yard yard;
    struct ebb_map *map;
    struct ebb_list *list;
    yard_open(&yard, (struct ebb_config){0});
    CU_ASSERT_EQUAL_FATAL(ebb_map_make_shaped(yard.ebb, &map, "sessions", ebb_shape_value()), OK);
    CU_ASSERT_EQUAL_FATAL(ebb_list_make(yard.ebb, &list, "requests"), OK);
    struct ebb_chan *chan = yard_chan(&yard, "reply", 0);
    CU_ASSERT_EQUAL_FATAL(ebb_list_append(list, ebb_value_int(1)), OK);
    CU_ASSERT_EQUAL_FATAL(ebb_list_append(list, ebb_value_object(ebb_chan_object(chan))), OK);
    struct ebb_value value = ebb_value_object(ebb_list_object(list));
    struct pair pair = {map, value};
    yard_go(&yard, "main", body_put, &pair);
    CU_ASSERT_EQUAL(ebb_run(yard.ebb), EBB_END_QUIET);
    ebb_chan_drop(chan); /* the map and the list hold on */
    ebb_object_release(ebb_list_object(list));
    struct check_retention kept = retain(&yard, ebb_chan_object(chan));
    CU_ASSERT_STRING_EQUAL(way(&kept),
                           "held from outside: map sessions|key alice: list requests|item 1: channel reply*");
    CU_ASSERT_EQUAL(retain(&yard, ebb_list_object(list)).objects, 2);
    ebb_map_drop(map);
    yard_close(&yard);
}

static void test_armed(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *timer = toy_make(yard.ebb, EBB_LEFT_TIMER, "timer", 1);
    ebb_object_self_hold(&timer->head);
    struct check_retention kept = retain(&yard, &timer->head);
    CU_ASSERT_STRING_EQUAL(way(&kept), "holds itself: toy timer*");
    yard_close(&yard);
}

static void test_circle(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *page = object_make(&yard, "page"), *owner = object_make(&yard, "owner"),
               *hangs = object_make(&yard, "on");
    toy_hold(page, owner);
    toy_hold(owner, page);
    toy_hold(owner, hangs);
    struct check_retention kept = retain(&yard, &page->head);
    CU_ASSERT_STRING_EQUAL(way(&kept), "in a circle: toy page|holds: toy owner|holds: toy page*");
    CU_ASSERT_EQUAL(kept.objects, 3);
    yard_close(&yard);
}

/* As long as memory reaches: no recursion, and nothing that grows with the square. */
#define CHAIN 100000u
static void test_long_chain(void) {
    struct yard yard;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *first = object_make(&yard, "first"), *last = first, *middle = first;
    for (uint32_t i = 0; i < CHAIN; i++) {
        struct toy *next = object_make(&yard, i + 1 == CHAIN ? "last" : "next");
        toy_hold(last, next);
        last = next;
        if (i == CHAIN / 2) middle = next;
    }
    struct check_retention kept = retain(&yard, &last->head);
    CU_ASSERT_EQUAL(kept.link_count, CHECK_LINKS_MAX);
    CU_ASSERT_EQUAL(kept.skipped, CHAIN + 1 - CHECK_LINKS_MAX);
    CU_ASSERT_STRING_EQUAL(kept.links[0].object, "toy first");
    CU_ASSERT_STRING_EQUAL(kept.links[CHECK_LINKS_MAX - 1].object, "toy last");
    CU_ASSERT_EQUAL(kept.objects, 1);
    CU_ASSERT_EQUAL(retain(&yard, &first->head).objects, CHAIN + 1);
    CU_ASSERT_EQUAL(retain(&yard, &middle->head).objects, CHAIN / 2);
    yard_close(&yard);
}

/* Whatever there is no memory for, nothing is kept of it. */
static void test_no_memory(void) {
    struct yard yard;
    struct mem_probe probe;
    yard_open(&yard, (struct ebb_config){0});
    struct toy *top = object_make(&yard, "top"), *held = object_make(&yard, "held");
    toy_hold(top, held);
    for (uint64_t nth = 1;; nth++) {
        struct check_graph graph;
        struct check_retention kept;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = nth;
        enum status status = check_graph_init(&graph, &probe.mem, yard.ebb);
        if (status == OK) {
            status = check_retain(&kept, &graph, held->head.node.birth.serial, false);
            check_graph_deinit(&graph);
        }
        CU_ASSERT_EQUAL(probe.blocks, 0);
        if (status == OK) break;
        CU_ASSERT_EQUAL(status, ERR_NOMEM);
        CU_ASSERT_FATAL(nth < 32);
    }
    yard_close(&yard);
}

CU_TestInfo retain_tests[] = {
    {"what only it reaches, it retains", test_dominated},
    {"entries of containers have names, and the last is suspect", test_containers},
    {"what holds itself is its own root", test_armed},
    {"what nobody reaches is held in a circle", test_circle},
    {"a hundred thousand", test_long_chain},
    {"without memory", test_no_memory},
    CU_TEST_INFO_NULL,
};
