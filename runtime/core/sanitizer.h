/* SPDX-License-Identifier: MIT */
/* sanitizer.h — AddressSanitizer's and LeakSanitizer's calls, empty where the build has neither. */
#ifndef CORE_SANITIZER_H
#define CORE_SANITIZER_H

#include "base/base.h"

#if defined(__SANITIZE_ADDRESS__)
#define EBB_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EBB_ASAN 1
#endif
#endif
#ifndef EBB_ASAN
#define EBB_ASAN 0
#endif

/* Does nothing but be there: whoever calls it links the settings in sanitizer.c, which nothing else refers to. */
void ebb_sanitizer_settings(void);

#if EBB_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#define EBB_NO_ASAN __attribute__((no_sanitize("address"), noinline))
static inline void sanitizer_poison(void *at, size_t size) { __asan_poison_memory_region(at, size); }
static inline void sanitizer_unpoison(void *at, size_t size) { __asan_unpoison_memory_region(at, size); }
static inline void sanitizer_switch_start(void **fake, const void *bottom, size_t size) {
    __sanitizer_start_switch_fiber(fake, bottom, size);
}
static inline void sanitizer_switch_finish(void *fake, const void **bottom_old, size_t *size_old) {
    __sanitizer_finish_switch_fiber(fake, bottom_old, size_old);
}
#else
#define EBB_NO_ASAN
static inline void sanitizer_poison(void *at, size_t size) { (void)at, (void)size; }
static inline void sanitizer_unpoison(void *at, size_t size) { (void)at, (void)size; }
static inline void sanitizer_switch_start(void **fake, const void *bottom, size_t size) {
    (void)fake, (void)bottom, (void)size;
}
static inline void sanitizer_switch_finish(void *fake, const void **bottom_old, size_t *size_old) {
    (void)fake, (void)bottom_old, (void)size_old;
}
#endif

#endif
