/* SPDX-License-Identifier: MIT */
/* deepest_test.c — how deep a coroutine has been, and when that is a stack it should not keep: see decision 0008. */
#include "scenario_yard.h"

/* A worker that calls itself `calls` deep and then waits for work, in a call of `kept` levels. The body of a procedure
 * and the branch of an `if` are a level each, so n calls make 2n + 2 levels below the worker's own. */
#define WORKER(calls, kept)                                                                      \
    HEAD "shared: {jobs: chan()}\nmain:\n  - go: worker()\nteardown: [{close: jobs}]\nprocs:\n"  \
         "  worker():\n    - call: down(" #calls ", false)\n    - call: down(" #kept ", true)\n" \
         "  down(n, wait):\n    - if: n > 0\n      then:\n        - call: down(n - 1, wait)\n"   \
         "      else: [{if: wait, then: [{recv: jobs}]}]\n"

/* A page holds ten levels of 400 bytes; an eleventh makes it two. */
static void a_stack_that_never_grew(void) {
    clean(WORKER(3, 0)); /* 1 + 8 */
    leaves(WORKER(24, 0), "pinned worker stack x1");
}

/* A quarter, as of any other block: of 16384 bytes 4096 are ten levels. */
static void a_stack_that_is_still_used(void) {
    leaves(WORKER(12, 2), "pinned worker stack x1"); /* 1 + 26 levels; 1 + 6 + 1 of them kept */
    clean(WORKER(12, 6));
}

/* What was deep in another coroutine goes with it. */
static void a_stack_that_has_gone(void) {
    clean(HEAD "shared: {jobs: chan()}\nmain:\n  - go: worker()\nteardown: [{close: jobs}]\nprocs:\n"
               "  worker():\n    - go: down(24)\n    - recv: jobs\n"
               "  down(n):\n    - if: n > 0\n      then: [{call: down(n - 1)}]\n");
}

/* Deferred calls and what a panic unwinds count as well: they were as deep. */
static void calls_of_every_sort(void) {
    leaves(HEAD "shared: {jobs: chan()}\nmain:\n  - go: worker()\nteardown: [{close: jobs}]\nprocs:\n"
                "  worker():\n    - call: late()\n    - recv: jobs\n"
                "  late():\n    - defer: [{call: down(24)}]\n"
                "  down(n):\n    - if: n > 0\n      then: [{call: down(n - 1)}]\n",
           "pinned worker stack x1");
    leaves(HEAD "shared: {jobs: chan()}\nmain:\n  - go: worker()\nteardown: [{close: jobs}]\nprocs:\n"
                "  worker():\n    - call: safe()\n    - recv: jobs\n"
                "  safe():\n    - defer: [{recover: failed}]\n    - call: down(24)\n"
                "  down(n):\n    - if: n > 0\n      then: [{call: down(n - 1)}]\n      else:\n        - let: {empty: "
                "list()}\n        - let:\n            none: empty[0]\n",
           "pinned worker stack x1");
}

CU_TestInfo deepest_tests[] = {
    {"a_stack_that_never_grew", a_stack_that_never_grew},
    {"a_stack_that_is_still_used", a_stack_that_is_still_used},
    {"a_stack_that_has_gone", a_stack_that_has_gone},
    {"calls_of_every_sort", calls_of_every_sort},
    CU_TEST_INFO_NULL,
};
