/* SPDX-License-Identifier: MIT */
/* co.c — the fallback switch, over ucontext. No annotations here: those belong to the caller, who knows which stack is
 * whose. */
#include "core/co.h"

#if EBB_SWITCH_UCONTEXT

#include <ucontext.h>

/* A suspended context is a ucontext on the stack it suspends: the saved one of a jump lives in the jump's own frame. */
struct co_saved {
    ucontext_t context;
    void (*entry)(struct co_transfer);
};

static _Thread_local struct co_transfer in_flight; /* set by the jumper, read by whoever lands */

static void co_start(unsigned high, unsigned low) {
    struct co_saved *self = (void *)((uintptr_t)high << 16 << 16 | low);
    self->entry(in_flight);
    base_panic("a coroutine's entry must not return", __FILE__, __LINE__);
}

/* Apart, since the compiler must think that getcontext returns twice. */
static bool here(ucontext_t *context) { return getcontext(context) == 0; }

void *co_make(void *stack_top, size_t stack_bytes, void (*entry)(struct co_transfer)) {
    uintptr_t at = ((uintptr_t)stack_top - sizeof(struct co_saved)) & ~(uintptr_t)63;
    struct co_saved *self = (void *)at;
    char *base = (char *)stack_top - stack_bytes;
    if (!here(&self->context)) return NULL;
    self->entry = entry;
    self->context.uc_stack.ss_sp = base;
    self->context.uc_stack.ss_size = (size_t)((char *)self - base);
    self->context.uc_link = NULL;
    makecontext(&self->context, (void (*)(void))co_start, 2, (unsigned)((uintptr_t)self >> 16 >> 16),
                (unsigned)(uintptr_t)self);
    return self;
}

struct co_transfer co_jump(void *context, void *data) {
    struct co_saved self, *to = context;
    in_flight = (struct co_transfer){&self, data};
    ASSERT(swapcontext(&self.context, &to->context) == 0);
    return in_flight;
}

#endif
