/* SPDX-License-Identifier: MIT */
/* limits.h — every bound of the runtime, each with its reason. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* After this many further steps in a row a runnable coroutine gives way by default, so that a polling loop cannot
 * starve the one it polls for. 60 is the reference model's number (goker/sim.py, RT.fair); a quantum has to be
 * longer than the longest critical section of the catalogue. */
#define LIMIT_STAY_STEPS 60u

/* Steps of one run unless the caller says otherwise: a run of the catalogue takes under a thousand, a livelock takes
 * all, and a million steps pass in well under a second. */
#define LIMIT_STEPS 1000000u

/* A coroutine's stack: the interpreter at its deepest (LIMIT_NESTING, each level a deferred call within one) needs 150
 * KiB; C code under test gets all of it. AddressSanitizer makes frames up to three times as large, and what fits must not
 * depend on the build. Address space only: untouched pages cost nothing, but a sanitized build clears the shadow of all
 * of it for each new coroutine. */
#if defined(__SANITIZE_ADDRESS__)
#define LIMIT_STACK_BYTES ((size_t)512 << 10)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMIT_STACK_BYTES ((size_t)512 << 10)
#endif
#endif
#ifndef LIMIT_STACK_BYTES
#define LIMIT_STACK_BYTES ((size_t)256 << 10)
#endif

/* What must be free on a coroutine's stack when a verb is entered; below it the subject's stack has overflowed. */
#define LIMIT_STACK_RESERVE_BYTES ((size_t)6 << 10)

/* Stacks that get a guard page: each costs two kernel mappings of the 65 530 a process may have by default. */
#define LIMIT_GUARDED_STACKS 8192u

/* Cases of one select: waiters live on the caller's stack. */
#define LIMIT_SELECT_CASES 64u

/* One block of real memory that the subject asks for (an array, foreign memory): above every pattern of the catalogue,
 * and a size with three zeros too many in a scenario is an answer, not the end of the machine. */
#define LIMIT_BLOCK_BYTES ((size_t)1 << 30)

#endif
