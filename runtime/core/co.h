/* SPDX-License-Identifier: MIT */
/* co.h — the context switch, behind two functions.
 *
 * The contract is Boost.Context's fcontext (docs: "Struct fcontext_t"), which is the default back end, linked
 * statically; since its header is C++ only and Boost 1.87 hides the symbols of the shared library, its two symbols are
 * declared here. EBB_SWITCH_UCONTEXT selects a fallback over <ucontext.h>: 40 times slower, on every libc. */
#ifndef CORE_CO_H
#define CORE_CO_H

#include "base/base.h"

struct co_transfer {
    void *context; /* the context that jumped here, suspended; valid until somebody jumps to it */
    void *data;    /* what it passed */
};

#if EBB_SWITCH_UCONTEXT
/* A suspended context that will enter `entry` on the stack ending at `stack_top`; NULL when the system refuses. `entry`
 * must not return. */
void *co_make(void *stack_top, size_t stack_bytes, void (*entry)(struct co_transfer));
/* Suspends the caller, continues `context`; returns when somebody jumps back. */
struct co_transfer co_jump(void *context, void *data);
#else
struct co_transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *stack_top, size_t stack_bytes, void (*entry)(struct co_transfer));

static inline void *co_make(void *stack_top, size_t stack_bytes, void (*entry)(struct co_transfer)) {
    return make_fcontext(stack_top, stack_bytes, entry);
}

#if defined(__x86_64__) && !defined(__ILP32__)
/* jump_fcontext leaves by an indirect jump and never by a return, so each *call* of it puts the processor's stack of
 * return addresses one entry off, and every return on the way out to the subject's code is then mispredicted. Pushing
 * the return address by hand and jumping keeps the two in step; docs/decisions/0003 has the measurement. The red zone
 * is stepped over, since the compiler cannot know that this asm calls. */
static inline struct co_transfer co_jump(void *context, void *data) {
    struct co_transfer landed;
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "jmp jump_fcontext\n"
                     "1:\tleaq 128(%%rsp), %%rsp"
                     : "=&a"(landed.context), "=&d"(landed.data), "+D"(context), "+S"(data)
                     :
                     : "rcx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
    return landed;
}
#else
static inline struct co_transfer co_jump(void *context, void *data) { return jump_fcontext(context, data); }
#endif
#endif

#endif
