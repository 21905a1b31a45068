/* SPDX-License-Identifier: MIT */
/* os_thread.c — see os_thread.h. What cannot fail with correct arguments is asserted. */
#include "kinds/thread/os_thread.h"

#include <errno.h>
#include <limits.h>

#include "core/sanitizer.h"

/* Enough for a blocking call; the sanitizers keep large thread-local tables on the same stack. */
#if EBB_ASAN
#define THREAD_STACK_BYTES ((size_t)512 << 10)
#else
#define THREAD_STACK_BYTES ((size_t)64 << 10)
#endif

enum status ebb_os_thread_start(pthread_t *out, void *(*run)(void *), void *arg) {
    pthread_attr_t attr;
    if (pthread_attr_init(&attr) != 0) return ERR_NOMEM;
    size_t least = (size_t)PTHREAD_STACK_MIN;
    int failed = pthread_attr_setstacksize(&attr, least > THREAD_STACK_BYTES ? least : THREAD_STACK_BYTES);
    ASSERT(failed == 0);
    failed = pthread_create(out, &attr, run, arg);
    (void)pthread_attr_destroy(&attr);
    return failed == 0 ? OK : failed == ENOMEM ? ERR_NOMEM : ERR_LIMIT;
}

void ebb_os_thread_join(pthread_t thread) {
    int failed = pthread_join(thread, NULL);
    ASSERT(failed == 0);
}

void ebb_os_gate_init(sem_t *gate) {
    int failed = sem_init(gate, 0, 0);
    ASSERT(failed == 0);
}

void ebb_os_gate_deinit(sem_t *gate) { (void)sem_destroy(gate); }

void ebb_os_gate_open(sem_t *gate) {
    int failed = sem_post(gate);
    ASSERT(failed == 0);
}

void ebb_os_gate_wait(sem_t *gate) {
    while (sem_wait(gate) != 0) ASSERT(errno == EINTR); /* a signal for somebody else */
}
