/* SPDX-License-Identifier: MIT */
/* buf_test.c — bytes that grow, and a failure that sticks. */
#include "base/buf.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>

#include "base/mem.h"

static void grows_as_it_is_written(void) {
    struct mem_probe probe;
    struct buf buf;
    mem_probe_init(&probe, mem_system());
    buf_init(&buf, &probe.mem);
    CU_ASSERT_EQUAL(buf_str(&buf).len, 0);
    CU_ASSERT_PTR_NOT_NULL(buf_str(&buf).at);
    for (int i = 0; i < 1000; i++) {
        buf_put(&buf, STR("ab"));
        buf_put_char(&buf, 'c');
        buf_print(&buf, "%d.", i % 10);
    }
    struct str bytes = buf_str(&buf);
    CU_ASSERT_EQUAL(bytes.len, 5000);
    CU_ASSERT(str_starts(bytes, STR("abc0.abc1.")));
    CU_ASSERT(str_equal((struct str){bytes.at + 4990, 10}, STR("abc8.abc9.")));
    CU_ASSERT_EQUAL(buf_status(&buf), OK);
    buf_deinit(&buf);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void prints_at_the_edge(void) { /* where the terminating zero of a print would not fit any more */
    for (int length = 250; length < 260; length++) {
        struct buf buf;
        buf_init(&buf, mem_system());
        buf_print(&buf, "%*s", length, "x");
        CU_ASSERT_EQUAL(buf_str(&buf).len, (size_t)length);
        CU_ASSERT_EQUAL(buf_str(&buf).at[length - 1], 'x');
        buf_put(&buf, STR("y"));
        CU_ASSERT_EQUAL(buf_str(&buf).at[length], 'y');
        buf_deinit(&buf);
    }
}

static void failure_sticks(void) {
    struct mem_probe probe;
    struct buf buf;
    mem_probe_init(&probe, mem_system());
    buf_init(&buf, &probe.mem);
    buf_put(&buf, STR("kept"));
    probe.fail_at = probe.requests + 1;
    for (int i = 0; i < 300; i++) buf_put_char(&buf, '.'); /* beyond the first block */
    size_t len = buf_str(&buf).len;
    CU_ASSERT_EQUAL(buf_status(&buf), ERR_NOMEM);
    buf_put(&buf, STR("lost"));
    buf_print(&buf, "%s", "lost");
    CU_ASSERT_EQUAL(buf_str(&buf).len, len);
    CU_ASSERT(str_starts(buf_str(&buf), STR("kept")));
    buf_clear(&buf);
    CU_ASSERT_EQUAL(buf_status(&buf), OK);
    CU_ASSERT_EQUAL(buf_str(&buf).len, 0);
    buf_put(&buf, STR("again"));
    CU_ASSERT(str_equal(buf_str(&buf), STR("again")));
    buf_deinit(&buf);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void is_a_sink(void) {
    struct mem_probe probe;
    struct buf buf;
    mem_probe_init(&probe, mem_system());
    buf_init(&buf, &probe.mem);
    struct sink *sink = &buf.sink;
    CU_ASSERT_EQUAL(sink->write(sink, STR("one")), OK);
    CU_ASSERT_EQUAL(sink->write(sink, (struct str){NULL, 0}), OK);
    CU_ASSERT(str_equal(buf_str(&buf), STR("one")));
    buf_deinit(&buf);
    probe.fail_at = probe.requests + 1;
    CU_ASSERT_EQUAL(sink->write(sink, STR("two")), ERR_NOMEM);
    buf_deinit(&buf);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

CU_TestInfo buf_tests[] = {
    {"grows_as_it_is_written", grows_as_it_is_written},
    {"prints_at_the_edge", prints_at_the_edge},
    {"failure_sticks", failure_sticks},
    {"is_a_sink", is_a_sink},
    CU_TEST_INFO_NULL,
};
