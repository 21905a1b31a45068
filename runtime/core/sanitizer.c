/* SPDX-License-Identifier: MIT */
/* sanitizer.c — the sanitizers' settings, compiled in, so that a build behaves the same wherever it is run. The
 * environment's ASAN_OPTIONS and its like still override them. A build without sanitizers ignores them.
 *
 * They are strong definitions, since a weak one would lose to the runtimes' own; a program that defines its own cannot
 * be linked with this floor, and is told so by the linker. */
#include "core/sanitizer.h"

const char *__asan_default_options(void);
const char *__lsan_default_options(void);
const char *__ubsan_default_options(void);

/* Fake stacks hide from LeakSanitizer what a parked coroutine holds. The default quarantine of 256 MiB is what an
 * input-after-input fuzzer grows to. Faults are reported, and overflow.c may look at them first. */
const char *__asan_default_options(void) {
    return "detect_stack_use_after_return=0:quarantine_size_mb=16:malloc_context_size=16:handle_segv=1:handle_sigbus=1";
}

const char *__lsan_default_options(void) { return ""; }

const char *__ubsan_default_options(void) { return "print_stacktrace=1"; }

void ebb_sanitizer_settings(void) {}
