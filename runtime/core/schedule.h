/* SPDX-License-Identifier: MIT */
/* schedule.h — who goes next. Private to core. */
#ifndef CORE_SCHEDULE_H
#define CORE_SCHEDULE_H

#include "core/world.h"

void ebb_schedule_from_outside(struct ebb *ebb);                    /* returns when the world has come to its end */
_Noreturn void ebb_schedule_end(struct ebb *ebb, enum ebb_end end); /* abandons the current coroutine where it is */
CHECKED bool ebb_co_prepare(struct ebb_co *co); /* a context that will land in ebb_co_run; false: refused */
void ebb_co_leave(struct ebb_co *co);           /* out of census, slots and the runnable; its stack stays */

/* The world this thread runs from now on, NULL for none; returns the one before. */
struct ebb *ebb_overflow_watch(struct ebb *ebb);

#endif
