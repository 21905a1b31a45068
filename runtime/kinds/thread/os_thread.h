/* SPDX-License-Identifier: MIT */
/* os_thread.h — the little of POSIX threads that kinds need: a thread with a small stack, and a gate to wait at. */
#ifndef KINDS_THREAD_OS_THREAD_H
#define KINDS_THREAD_OS_THREAD_H

#include <pthread.h>
#include <semaphore.h>

#include "base/base.h"

/* ERR_LIMIT: the process or the machine is out of threads. */
CHECKED enum status ebb_os_thread_start(pthread_t *out, void *(*run)(void *), void *arg);
void ebb_os_thread_join(pthread_t thread); /* really waits */

/* Each open lets one wait pass. */
void ebb_os_gate_init(sem_t *gate);
void ebb_os_gate_deinit(sem_t *gate); /* nobody waits */
void ebb_os_gate_open(sem_t *gate);
void ebb_os_gate_wait(sem_t *gate);

#endif
