/* SPDX-License-Identifier: MIT */
/* show_test.c — a scenario in words: what flows through records, messages and results is followed. The whole text is in
 * tests/golden/show.sh. */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/mem.h"
#include "scenario/show.h"

#define HEAD "ebb: 1\nabout: A test.\n"

static enum status show(const char *text, struct mem *mem, struct buf *out) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    enum status status = scenario_load(mem_system(), &scenario, STR("x"), str_of(text), &problems);
    if (status != OK)
        fprintf(stderr, "%s%u:%u: %s\n", text, problems.at[0].line, problems.at[0].column, problems.at[0].text);
    CU_ASSERT_EQUAL_FATAL(status, OK);
    status = scenario_show(scenario, mem, STR("test.yaml"), out);
    buf_put_char(out, 0);
    scenario_free(scenario);
    return status;
}

static void shows(const char *text, const char *words) {
    struct buf out;
    buf_init(&out, mem_system());
    CU_ASSERT_EQUAL(show(text, mem_system(), &out), OK);
    if (strstr(out.at, words) == NULL) fprintf(stderr, "%s--- wanted\n%s--- found\n%s", text, words, out.at);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, words));
    buf_deinit(&out);
}

static void flows(void) {
    shows(HEAD "main:\n  - let:\n      r: record(left = chan(), right = chan())\n  - send: r.left\n  - recv: r.right\n",
          "  left           a channel, chan(), made by main in line 5\n                 main: send\n                 "
          "goes into r\n");
    shows(HEAD "main:\n  - let: {box: chan(1)}\n  - let: {m: mutex()}\n  - send: box\n    value: m\n  - go: "
               "taker(box)\nprocs:\n  taker(b):\n    - recv: b\n      into: got\n    - lock: got\n",
          "  m              a mutex, mutex(), made by main in line 5\n                 taker: lock\n                 "
          "goes into box\n");
    shows(HEAD "main:\n  - call: make()\n    into: c\n  - close: c\nprocs:\n  make():\n    - return: chan()\n",
          "  channel        a channel, chan(), made by make in line 9\n                 main: close\n");
    shows(HEAD "main:\n  - let: {xs: list()}\n  - append: xs\n    value: chan()\n  - close: xs[0]\n",
          "  channel        a channel, chan(), made by main in line 6\n                 main: close\n                 "
          "goes into xs\n");
    shows(HEAD "main:\n  - let: {c: context()}\n  - defer: [{cancel: c}]\n  - recv: c.done\n",
          "  c              a context, context(), made by main in line 4\n                 main: cancel, recv\n");
    shows(HEAD "main:\n  - let: {x: record(a = nil)}\n  - let: {y: record(a = x.a)}\n  - set:\n      x.a: y.a\n",
          "  x              a record, record(a = nil), made by main in line 4\n                 main: read, set\n");
}

/* However large it is, it is shown; without memory that is said. */
static void bounds(void) {
    struct buf text, out;
    struct mem_probe probe;
    buf_init(&text, mem_system());
    buf_init(&out, mem_system());
    buf_put(&text, STR(HEAD "main:\n"));
    for (uint32_t i = 0; i < 300; i++)
        buf_put(&text,
                STR("  - drop: nothing\n  - set:\n      nothing: record(a = chan(), b = chan(), c = chan(), d = "
                    "chan())\n"));
    buf_put(&text, STR("shared: {nothing: nil}\n"));
    buf_put_char(&text, 0);
    shows(text.at, "more than can be followed");
    mem_probe_init(&probe, mem_system());
    probe.fail_at = 1;
    CU_ASSERT_EQUAL(show(HEAD "main: [yield]\n", &probe.mem, &out), ERR_NOMEM);
    CU_ASSERT_EQUAL(probe.blocks, 0);
    buf_deinit(&out);
    buf_deinit(&text);
}

CU_TestInfo show_tests[] = {{"flows", flows}, {"bounds", bounds}, CU_TEST_INFO_NULL};
