/* SPDX-License-Identifier: MIT */
/* overflow.c — a subject that recurses into its guard has overflowed its stack: a finding, like any broken rule.
 *
 * Verbs look at the room that is left, so this is for recursion without verbs. The handler runs on a stack of its own,
 * opens the guard, and lets the coroutine go on there, in a function that ends the run: the frames above stay as they
 * are, for who traces what they hold. Every other fault goes to whoever handled it before. */
#define _GNU_SOURCE /* the registers' names in <ucontext.h> */
#include <signal.h>
#include <ucontext.h>

#include "core/sanitizer.h"
#include "core/schedule.h"

static _Thread_local struct ebb *watched; /* the world this thread runs: a handler is told nothing but an address */

struct ebb *ebb_overflow_watch(struct ebb *ebb) {
    struct ebb *outer = watched;
    watched = ebb;
    return outer;
}

static _Noreturn void landing(struct ebb *ebb) { ebb_overflow(ebb); }

/* Makes the interrupted thread go on in `landing`, on the stack that ends at `top`. False where we cannot. */
static bool redirect(ucontext_t *context, char *top, struct ebb *ebb) {
    uintptr_t at = (uintptr_t)top & ~(uintptr_t)63;
#if defined(__x86_64__) && !defined(__ILP32__)
    at -= 8; /* as if called */
    *(uintptr_t *)at = 0;
    context->uc_mcontext.gregs[REG_RSP] = (greg_t)at;
    context->uc_mcontext.gregs[REG_RBP] = 0;
    context->uc_mcontext.gregs[REG_RDI] = (greg_t)(uintptr_t)ebb;
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)landing;
    context->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)0x400; /* the direction flag, as the calling convention wants it */
    return true;
#elif defined(__aarch64__)
    context->uc_mcontext.sp = at;
    context->uc_mcontext.regs[0] = (uintptr_t)ebb;
    context->uc_mcontext.regs[29] = context->uc_mcontext.regs[30] = 0;
    context->uc_mcontext.pc = (uintptr_t)landing;
    return true;
#else
    (void)context, (void)at, (void)ebb;
    return false;
#endif
}

static char *stack_pointer(const ucontext_t *context) {
#if defined(__x86_64__) && !defined(__ILP32__)
    return (char *)(uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (char *)(uintptr_t)context->uc_mcontext.sp;
#else
    (void)context;
    return NULL;
#endif
}

static bool overflowed(const siginfo_t *info, ucontext_t *context) {
    struct ebb *ebb = watched;
    if (ebb == NULL || ebb->current == NULL) return false;
    struct ebb_stack *stack = ebb->current->stack;
    if (stack->breached || !ebb_stacks_guarded(ebb->stacks, stack, info->si_addr)) return false;
    /* A wild pointer into the guard is another bug, and not ours to rename: the stack must have come down to it. */
    char *pointer = stack_pointer(context);
    if (pointer < stack->base || pointer > stack->low + LIMIT_STACK_RESERVE_BYTES) return false;
    char *top = ebb_stacks_breach(ebb->stacks, stack);
    return top != NULL && redirect(context, top, ebb);
}

static struct sigaction before_segv, before_bus;

static void on_fault(int number, siginfo_t *info, void *context) {
    if (overflowed(info, context)) return;
    const struct sigaction *before = number == SIGBUS ? &before_bus : &before_segv;
    if ((before->sa_flags & SA_SIGINFO) != 0) {
        before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
    } else { /* the instruction faults again, and the system has its way */
        struct sigaction none = {.sa_handler = SIG_DFL};
        (void)sigaction(number, &none, NULL);
    }
}

bool ebb_overflow_guard_install(void) {
    static _Alignas(64) char own_stack[64 << 10]; /* this thread's, when it has none: the faulting one is used up */
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0) return false;
    if ((stack.ss_flags & SS_DISABLE) != 0) {
        stack = (stack_t){.ss_sp = own_stack, .ss_size = sizeof own_stack};
        if (sigaltstack(&stack, NULL) != 0) return false;
    }
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    (void)sigemptyset(&action.sa_mask);
    struct sigaction now;
    if (sigaction(SIGSEGV, NULL, &now) != 0) return false;
    if ((now.sa_flags & SA_SIGINFO) != 0 && now.sa_sigaction == on_fault) return true; /* twice is once */
    return sigaction(SIGSEGV, &action, &before_segv) == 0 && sigaction(SIGBUS, &action, &before_bus) == 0;
}
