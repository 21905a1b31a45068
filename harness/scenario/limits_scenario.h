/* SPDX-License-Identifier: MIT */
/* limits_scenario.h — every bound on what a scenario file may be, each with its reason. */
#ifndef SCENARIO_LIMITS_SCENARIO_H
#define SCENARIO_LIMITS_SCENARIO_H

/* A hand-written scenario is 1 KiB; 1 MiB leaves room for generated ones, and nothing behind it is worth reading. */
#define LIMIT_SCENARIO_BYTES ((size_t)1 << 20)
/* libyaml's scanner is quadratic in nesting; checked at each event, so that hostile depth costs nothing. */
#define LIMIT_YAML_DEPTH 32u
#define LIMIT_YAML_EVENTS 100000u
/* What a loaded scenario may take: some 400 bytes for each node of the largest file allowed. */
#define LIMIT_SCENARIO_ARENA ((size_t)48 << 20)
/* Complaints of one load; a reader mends the first few and runs again. */
#define LIMIT_PROBLEMS 20u
/* Nested parentheses and operators of one expression: each level is a frame of ours, when it is read and when it is
 * computed. A sum of 33 numbers is one too long. */
#define LIMIT_EXPRESSION_DEPTH 32u
/* Variables of one scope, parameters, procedures and variants of one file. */
#define LIMIT_NAMES 256u
/* Blocks and calls within each other, counted rather than measured, so that the limit is the same in every build. A
 * level takes 400 bytes of stack, or up to 2.4 KiB when it is a deferred call within one: see LIMIT_STACK_BYTES. */
#define LIMIT_NESTING 64u
/* What a level is counted as where stacks are judged: by the same number in every build, though a sanitizer's are larger. */
#define LIMIT_LEVEL_BYTES 400u
/* Combinations of parameters that one `leaks when` is checked with. */
#define LIMIT_RANGE 512u
/* Steps of a scenario in a run that takes no step of the world, as a multiple of the world's budget: beyond it each of
 * them counts as one, so that who computes for ever ends, too. */
#define LIMIT_COMPUTED_FACTOR 4u
/* What `limits: {steps: ...}` may ask for: some ten seconds under a sanitizer. */
#define LIMIT_STEPS_ASKED 10000000
/* Runs after which a rule of `stop` is given up unless it says when: some seconds under a sanitizer. */
#define LIMIT_STOP_RUNS 100000
/* What it may say. */
#define LIMIT_STOP_RUNS_ASKED 10000000
/* Values written out in one list or record. */
#define LIMIT_ITEMS 32u
/* Values that one step may make before it stores them. */
#define LIMIT_TEMPORARIES 40u
/* Coroutines that one `go` may spawn. */
#define LIMIT_SPAWN_COUNT 1000000
/* What one constructor may ask for. */
#define LIMIT_CAPACITY (1 << 20)
#define LIMIT_OBJECT_BYTES ((int64_t)1 << 30)

#endif
