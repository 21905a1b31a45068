/* SPDX-License-Identifier: MIT */
/* ebb.h — the runtime, for C code under test. One include; every verb is documented where it is declared.
 *
 *     struct ebb *ebb;
 *     if (ebb_new(&ebb, &(struct ebb_config){0}) != OK) ...
 *     if (ebb_go(ebb, NULL, "main", my_main, my_arg) != OK) ...
 *     enum ebb_end end = ebb_run(ebb);     // EBB_END_STUCK: somebody is blocked for ever
 *     ... look at ebb_census(ebb) ...
 *     ebb_reap(ebb);                        // ends the survivors
 *     ebb_free(ebb);
 *
 * Ownership: every `make` gives its caller one hold, every `drop` gives one back, `hold` adds one; an object ends with
 * its last hold. Labels are borrowed for the life of the world. Verbs are called by coroutines only; `make`, `hold`,
 * `drop` and the questions (len, now) also from outside. What the subject does wrong is a panic (runtime.h). */
#ifndef EBB_H
#define EBB_H

#include "census/census.h"
#include "core/runtime.h"
#include "core/value.h"
#include "kinds/chan/chan.h"
#include "kinds/cond/cond.h"
#include "kinds/context/context.h"
#include "kinds/file/file.h"
#include "kinds/finalizer/finalizer.h"
#include "kinds/map/map.h"
#include "kinds/memory/memory.h"
#include "kinds/mutex/mutex.h"
#include "kinds/once/once.h"
#include "kinds/pool/pool.h"
#include "kinds/rwmutex/rwmutex.h"
#include "kinds/select/select.h"
#include "kinds/slice/slice.h"
#include "kinds/thread/thread.h"
#include "kinds/threadpool/threadpool.h"
#include "kinds/ticker/ticker.h"
#include "kinds/timer/timer.h"
#include "kinds/waitgroup/waitgroup.h"

#endif
