/* SPDX-License-Identifier: MIT */
/* leak.c — asks LeakSanitizer about blocks of the C heap, with or without what lies on parked stacks.
 *
 * It knows no stack but the one it is called on. So while it looks, a block held by a global has a copy of every parked
 * stack from its stack pointer up: the dead frames below would hide leaks. A copy is exact on clang 14 too, where a
 * registered root region costs a parse of the process's memory map, each. What is in the census is always reachable:
 * the census tells of it, and no leak is told twice. */
#include "core/sanitizer.h"
#include "core/world.h"

#if EBB_ASAN
static void *volatile held; /* by the one thread that looks */

/* Across the redzones of the frames. */
EBB_NO_ASAN static void copy_words(void **to, void *const *from, size_t count) {
    for (size_t i = 0; i < count; i++) ((void *volatile *)to)[i] = from[i];
}

/* The coroutine's own record lies above its stack and is not part of it. */
static size_t stack_words(const struct ebb_co *co) {
    ASSERT((const char *)co >= (const char *)co->context);
    return (size_t)((const char *)co - (const char *)co->context) / sizeof(void *);
}

static size_t words_needed(const struct ebb *ebb, bool with_stacks) {
    size_t words = 1;
    for (const struct census_node *node = census_after(&ebb->census, 0); node != NULL;
         node = census_next(&ebb->census, node))
        words++;
    for (uint32_t slot = 0; with_stacks && slot < ebb->slot_next; slot++)
        if (ebb->slots[slot] != NULL) words += stack_words(ebb->slots[slot]);
    return words;
}

static size_t words_fill(const struct ebb *ebb, bool with_stacks, void **words) {
    size_t count = 0;
    words[count++] = (void *)(uintptr_t)ebb;
    for (const struct census_node *node = census_after(&ebb->census, 0); node != NULL;
         node = census_next(&ebb->census, node))
        words[count++] = (void *)(uintptr_t)node;
    for (uint32_t slot = 0; with_stacks && slot < ebb->slot_next; slot++) {
        const struct ebb_co *co = ebb->slots[slot];
        if (co == NULL) continue;
        copy_words(words + count, co->context, stack_words(co));
        count += stack_words(co);
    }
    return count;
}

enum ebb_lsan ebb_leak_check(struct ebb *ebb, bool with_stacks) {
    ASSERT(!ebb->running && ebb->current == NULL); /* on a coroutine's stack the outside's would not be looked at */
    size_t count = words_needed(ebb, with_stacks);
    void **words = mem_new(mem_system(), count, sizeof *words);
    if (words == NULL) return EBB_LSAN_ABSENT;
    size_t filled = words_fill(ebb, with_stacks, words);
    ASSERT(filled == count);
    held = words;
    int leaks = __lsan_do_recoverable_leak_check();
    held = NULL;
    mem_free(mem_system(), words, count * sizeof *words);
    return leaks != 0 ? EBB_LSAN_LEAKS : EBB_LSAN_CLEAN;
}

enum ebb_lsan ebb_leak_check_process(void) {
    return __lsan_do_recoverable_leak_check() != 0 ? EBB_LSAN_LEAKS : EBB_LSAN_CLEAN;
}

size_t __sanitizer_get_current_allocated_bytes(void); /* gcc 12 has it and no header for it */
uint64_t ebb_heap_bytes(void) { return __sanitizer_get_current_allocated_bytes(); }

int __lsan_is_turned_off(void); /* asked by the check at exit */
static bool turned_off;
int __lsan_is_turned_off(void) { return turned_off; }
void ebb_leak_check_at_exit(bool yes) { turned_off = !yes; }

#define TRY_BLOCKS 8u

/* Not in the caller's frame, and several: a register may still hold the address of one. */
__attribute__((noinline)) static void lose_blocks(void) {
    for (unsigned i = 0; i < TRY_BLOCKS; i++) {
        void *volatile lost = mem_new(mem_system(), 1, 64 + i);
        lost = NULL;
        (void)lost;
    }
}

enum ebb_lsan ebb_leak_check_try(void) {
    lose_blocks();
    return ebb_leak_check_process();
}

void ebb_sanitizer_death(void (*last_words)(void)) { __sanitizer_set_death_callback(last_words); }
#else
enum ebb_lsan ebb_leak_check_process(void) { return EBB_LSAN_ABSENT; }
enum ebb_lsan ebb_leak_check_try(void) { return EBB_LSAN_ABSENT; }
uint64_t ebb_heap_bytes(void) { return 0; }
void ebb_leak_check_at_exit(bool yes) { (void)yes; }
void ebb_sanitizer_death(void (*last_words)(void)) { (void)last_words; }

enum ebb_lsan ebb_leak_check(struct ebb *ebb, bool with_stacks) {
    (void)ebb, (void)with_stacks;
    return EBB_LSAN_ABSENT;
}
#endif
