/* SPDX-License-Identifier: MIT */
/* stacks.c — see stacks.h. */
#include "core/stacks.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "core/sanitizer.h"

#define SLAB_STACKS 64u

/* Where the coroutine's top of stack starts within its first page. Stacks that all start at the same offset fight for
 * the same cache sets: spreading them is worth 8 % on a hand-over between two and 21 % among a thousand. The spread
 * leaves 1.5 KiB, which a coroutine parked in a channel verb needs, so that it still touches a single page. */
#define COLOUR_BYTES 192u
#define COLOURS 13u

/* Lies in the highest bytes of each free stack. */
struct free_stack {
    struct free_stack *next;
    char *base, *high;
};

struct slab {
    struct slab *older;
    char *at;
};

struct ebb_stacks {
    size_t slot_bytes, page_bytes;
    size_t usable_bytes; /* of each, whatever its colour: how deep a subject can recurse must not depend on chance */
    struct free_stack *free;
    struct slab *slabs; /* records lie in `ledger` pages */
    char *fresh, *fresh_end;
    struct slab *ledger, *ledger_end;
    uint64_t made, out;
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
    *self = (struct ebb_stacks){.page_bytes = page_bytes};
    size_t least = stack_bytes < 4 * page_bytes ? 4 * page_bytes : stack_bytes;
    self->slot_bytes = (least + page_bytes - 1) / page_bytes * page_bytes;
    self->usable_bytes = self->slot_bytes - page_bytes - COLOURS * COLOUR_BYTES;
    *out = self;
    return OK;
}

static void unmap(char *at, size_t bytes) {
    sanitizer_unpoison(at, bytes); /* the addresses may come back as somebody else's */
    ASSERT(munmap(at, bytes) == 0);
}

void ebb_stacks_free(struct ebb_stacks *stacks) {
    if (stacks == NULL) return;
    ASSERT(stacks->out == 0);
    struct slab *slab = stacks->slabs;
    char *page = NULL; /* the ledger's pages are freed once their last record, the oldest in each, has been read */
    while (slab != NULL) {
        struct slab here = *slab;
        unmap(here.at, stacks->slot_bytes * SLAB_STACKS);
        page = (char *)slab;
        if ((uintptr_t)page % stacks->page_bytes == 0) unmap(page, stacks->page_bytes);
        slab = here.older;
    }
    unmap((char *)stacks, stacks->page_bytes);
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

/* A stack that was never used. */
static bool fresh_take(struct ebb_stacks *stacks, struct ebb_stack *out) {
    if (stacks->fresh == stacks->fresh_end && !slab_add(stacks)) return false;
    char *base = stacks->fresh;
    stacks->fresh += stacks->slot_bytes;
    /* Without its guard a stack still works: the check in each verb comes first, and this is the second net. */
    if (stacks->made < LIMIT_GUARDED_STACKS) (void)mprotect(base, stacks->page_bytes, PROT_NONE);
    char *high = base + stacks->slot_bytes - stacks->made % COLOURS * COLOUR_BYTES;
    *out = (struct ebb_stack){high - stacks->usable_bytes, high, base};
    stacks->made++;
    return true;
}

bool ebb_stacks_take(struct ebb_stacks *stacks, struct ebb_stack *out) {
    struct free_stack *record = stacks->free;
    if (LIKELY(record != NULL)) {
        *out = (struct ebb_stack){record->high - stacks->usable_bytes, record->high, record->base};
        stacks->free = record->next;
        sanitizer_unpoison(out->base, stacks->slot_bytes);
    } else if (!fresh_take(stacks, out)) {
        return false;
    }
    stacks->out++;
    return true;
}

void ebb_stacks_give(struct ebb_stacks *stacks, const struct ebb_stack *stack) {
    ASSERT(stacks->out > 0);
    stacks->out--;
    char *base = stack->base, *high = stack->low + stacks->usable_bytes;
    struct free_stack *record = (struct free_stack *)(void *)(base + stacks->slot_bytes - sizeof *record);
    sanitizer_unpoison(record, sizeof *record);
    *record = (struct free_stack){stacks->free, base, high};
    stacks->free = record;
    sanitizer_poison(base, stacks->slot_bytes - sizeof *record); /* the record stays readable */
}

uint64_t ebb_stacks_out(const struct ebb_stacks *stacks) { return stacks->out; }

size_t ebb_stacks_slot_bytes(const struct ebb_stacks *stacks) { return stacks->slot_bytes; }

bool ebb_stacks_guarded(const struct ebb_stacks *stacks, const char *base, const char *at) {
    return at >= base && at < base + stacks->page_bytes;
}
