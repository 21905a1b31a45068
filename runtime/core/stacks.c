/* SPDX-License-Identifier: MIT */
/* stacks.c — see stacks.h. */
#include "core/stacks.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "core/sanitizer.h"

#define SLAB_STACKS 64u

/* Deep enough for the end of a run to be told on it, see overflow.c, and for most frames not to reach beyond it. */
#define GUARD_PAGES 3u

/* Where the coroutine's top of stack starts within its first page. Stacks that all start at the same offset fight for
 * the same cache sets: spreading them is worth 8 % on a hand-over between two and 21 % among a thousand. The spread
 * leaves 1.5 KiB, which a coroutine parked in a channel verb needs, so that it still touches a single page. */
#define COLOUR_BYTES 192u
#define COLOURS 13u
#define RECORD_BYTES 64u /* of struct ebb_stack, rounded up so that what lies below it is aligned */
_Static_assert(sizeof(struct ebb_stack) <= RECORD_BYTES, "a stack's record fits its place");

struct slab {
    struct slab *older;
    char *at;
};

static void *map_pages(size_t bytes) {
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

enum status ebb_stacks_new(struct ebb_stacks **out, size_t stack_bytes) {
    long page = sysconf(_SC_PAGESIZE);
    ASSERT(page > 0);
    size_t page_bytes = (size_t)page;
    struct ebb_stacks *self = map_pages(page_bytes);
    if (self == NULL) return ERR_NOMEM;
    size_t pages = (stack_bytes + page_bytes - 1) / page_bytes;
    if (pages < 4) pages = 4;
    /* An odd number of pages, guard included: at a power of two the hot pages of all stacks would fight for a few sets
     * of the second-level cache. */
    *self = (struct ebb_stacks){
        .page_bytes = page_bytes,
        .slot_bytes = ((pages + GUARD_PAGES) | 1) * page_bytes,
        .guard_bytes = GUARD_PAGES * page_bytes,
    };
    self->usable_bytes = self->slot_bytes - self->guard_bytes - (COLOURS - 1) * COLOUR_BYTES - RECORD_BYTES;
    *out = self;
    return OK;
}

/* The addresses may come back as somebody else's: the first `used` bytes, which may be poisoned, are cleared. */
static void unmap(char *at, size_t bytes, size_t used) {
    sanitizer_unpoison(at, used);
    ASSERT(munmap(at, bytes) == 0);
}

void ebb_stacks_free(struct ebb_stacks *stacks) {
    if (stacks == NULL) return;
    ASSERT(stacks->out == 0);
    size_t bytes = stacks->slot_bytes * SLAB_STACKS, page_bytes = stacks->page_bytes;
    if (stacks->ledger != stacks->ledger_end && (uintptr_t)stacks->ledger % page_bytes == 0)
        unmap((char *)stacks->ledger, page_bytes, 0); /* its first slab was refused: no record leads here */
    for (struct slab *slab = stacks->slabs; slab != NULL;) {
        struct slab here = *slab;
        bool newest = here.at + bytes == stacks->fresh_end;
        unmap(here.at, bytes, newest ? (size_t)(stacks->fresh - here.at) : bytes);
        /* From the youngest to the oldest: the first record of a page is the last one read of it. */
        if ((uintptr_t)slab % page_bytes == 0) unmap((char *)slab, page_bytes, 0);
        slab = here.older;
    }
    unmap((char *)stacks, page_bytes, 0);
}

static bool slab_add(struct ebb_stacks *stacks) {
    if (stacks->ledger == stacks->ledger_end) {
        struct slab *page = map_pages(stacks->page_bytes);
        if (page == NULL) return false;
        stacks->ledger = page;
        stacks->ledger_end = page + stacks->page_bytes / sizeof *page;
    }
    size_t bytes = stacks->slot_bytes * SLAB_STACKS;
    char *at = map_pages(bytes);
    if (at == NULL) return false;
#ifdef MADV_NOHUGEPAGE
    (void)madvise(at, bytes, MADV_NOHUGEPAGE); /* where huge pages are always on, each stack would become resident */
#endif
    struct slab *slab = stacks->ledger++;
    *slab = (struct slab){stacks->slabs, at};
    stacks->slabs = slab;
    stacks->fresh = at;
    stacks->fresh_end = at + bytes;
    return true;
}

struct ebb_stack *ebb_stacks_fresh(struct ebb_stacks *stacks) {
    if (stacks->fresh == stacks->fresh_end && !slab_add(stacks)) return NULL;
    char *base = stacks->fresh;
    stacks->fresh += stacks->slot_bytes;
    /* Without its guard a stack still works: the check in each verb comes first, and this is the second net. */
    if (stacks->made < LIMIT_GUARDED_STACKS) (void)mprotect(base, stacks->guard_bytes, PROT_NONE);
    char *high = base + stacks->slot_bytes - stacks->made % COLOURS * COLOUR_BYTES - RECORD_BYTES;
    struct ebb_stack *stack = (struct ebb_stack *)(void *)high;
    *stack = (struct ebb_stack){.low = high - stacks->usable_bytes, .high = high, .base = base};
    stacks->made++;
    return stack;
}

uint64_t ebb_stacks_out(const struct ebb_stacks *stacks) { return stacks->out; }

size_t ebb_stacks_slot_bytes(const struct ebb_stacks *stacks) { return stacks->slot_bytes; }

bool ebb_stacks_guarded(const struct ebb_stacks *stacks, const struct ebb_stack *stack, const char *at) {
    return at >= stack->base && at < stack->base + stacks->guard_bytes;
}

char *ebb_stacks_breach(const struct ebb_stacks *stacks, struct ebb_stack *stack) {
    ASSERT(!stack->breached);
    if (mprotect(stack->base, stacks->guard_bytes, PROT_READ | PROT_WRITE) != 0) return NULL;
    sanitizer_unpoison(stack->base, stacks->guard_bytes); /* frames that never came to be have marked it already */
    stack->breached = true;
    return stack->base + stacks->guard_bytes;
}

void ebb_stacks_mend(const struct ebb_stacks *stacks, struct ebb_stack *stack) {
    ASSERT(stack->breached);
    sanitizer_unpoison(stack->base, stacks->guard_bytes);
    stack->breached = mprotect(stack->base, stacks->guard_bytes, PROT_NONE) != 0;
}
