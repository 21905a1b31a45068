/* SPDX-License-Identifier: MIT */
/* differential_program.h — small random programs: what they consist of, how they are made, and how they are written
 * down for the reference model, which reads the same text. */
#ifndef PROPERTY_DIFFERENTIAL_PROGRAM_H
#define PROPERTY_DIFFERENTIAL_PROGRAM_H

#include <stdio.h>

#include "base/prng.h"

enum { CHANS = 3, MUTEXES = 2, CONDS = 2, CONTEXTS = 3, TIMERS = 3, PROCS = 4, CODE_MAX = 160 };
/* Channels by number: the plain ones, nil, the contexts' and the channel timers'. */
enum { CHAN_NIL = CHANS, CHAN_CONTEXT, CHAN_TIMER = CHAN_CONTEXT + CONTEXTS, CHAN_END = CHAN_TIMER + 2 };
enum { CALLBACK_SLOT = 2 }; /* of the timers; the others are channel timers */
enum { GO_MAX = 40, STEP_MAX = 400, NO_CHOOSER = 101 };

/* Operations and their operands. A block is the `b` (or a + b) instructions that follow.
 *   s c v  send v on c            r c  receive           R c  receive until closed     c c  close
 *   S c v  try_send               Q c  try_receive       e n d  select of n cases (k s c v), d: with default
 *   l u L m    lock, unlock, try_lock of mutex m         h H w W j J  rlock runlock lock unlock try_rlock try_lock
 *   a n  d  A  waitgroup add, done, wait                 v i b k  condition wait, signal, broadcast
 *   o p    once, procedure p                             g p  go p
 *   X s p t  context s below context p (or none), with a deadline if t > 0             x s  cancel
 *   T s t  channel timer          F s t p  callback timer        z s t  reset          t s  stop
 *   p t  sleep  y  yield  n  step
 *   ? n b  choose below n, skip the block when odd       * n b  do the block n times
 *   P a b  the first block; then, deferred, the second, and recover */
struct instruction {
    char op;
    int64_t a, b, c;
};
struct program {
    uint64_t id, seed;
    uint32_t sticky; /* per cent of the choices that take the default; NO_CHOOSER: there is none, which is faster */
    bool any;        /* timers fire at any time */
    uint32_t capacity[CHANS];
    uint32_t begin[PROCS + 1]; /* of each procedure; the last is the end */
    struct instruction code[CODE_MAX];
};

struct writer {
    struct program *program;
    struct prng prng;
    uint32_t at, proc;
    uint32_t patience; /* per cent of the channel verbs that wait: the others keep a program going */
};

static inline uint32_t below(struct writer *w, uint32_t bound) { return prng_below(&w->prng, bound); }
static inline bool one_in(struct writer *w, uint32_t n) { return below(w, n) == 0; }
/* Long and mostly distinct. At most one draw in an argument list, here and below: compilers differ in their order. */
static inline int64_t delay(struct writer *w) { return 1 + (int64_t)(prng_next(&w->prng) >> 24); }

static inline struct instruction *emit(struct writer *w, char op, int64_t a, int64_t b, int64_t c) {
    if (w->at == CODE_MAX) return NULL;
    w->program->code[w->at] = (struct instruction){op, a, b, c};
    return &w->program->code[w->at++];
}

static void items(struct writer *w, uint32_t count, uint32_t depth);

static inline int64_t some_chan(struct writer *w, bool receive) {
    if (!receive || below(w, 3) > 0) return one_in(w, 60) ? CHAN_NIL : below(w, CHANS);
    return CHAN_CONTEXT + below(w, CHAN_END - CHAN_CONTEXT);
}

static inline void some_chan_verb(struct writer *w) {
    static const char verbs[] = "ssssssssrrrrrrrrRRc", tries[] = "SSQQQ";
    bool waits = below(w, 100) < w->patience;
    char verb = waits ? verbs[below(w, sizeof verbs - 1)] : tries[below(w, sizeof tries - 1)];
    int64_t chan = some_chan(w, verb == 'r' || verb == 'R' || verb == 'Q');
    (void)emit(w, verb, chan, below(w, 100), 0);
}

static inline void some_select(struct writer *w) {
    uint32_t count = one_in(w, 20) ? 0 : 1 + below(w, 3), start = w->at;
    struct instruction *head = emit(w, 'e', count, below(w, 100) >= w->patience || one_in(w, 4), 0);
    for (uint32_t i = 0; i < count; i++) {
        bool sends = one_in(w, 3);
        int64_t chan = some_chan(w, !sends);
        (void)emit(w, 'k', sends, chan, below(w, 100));
    }
    if (head != NULL) head->a = w->at - start - 1; /* fewer at the end of the page */
}

static inline void some_mutex(struct writer *w, uint32_t depth) {
    uint32_t mutex = below(w, MUTEXES);
    if (one_in(w, 12)) {
        (void)emit(w, "luL"[below(w, 3)], mutex, 0, 0);
        return;
    }
    (void)emit(w, 'l', mutex, 0, 0);
    items(w, 1 + below(w, 2), depth + 1);
    if (!one_in(w, 15)) (void)emit(w, 'u', mutex, 0, 0);
}

static inline void some_rwmutex(struct writer *w, uint32_t depth) {
    if (one_in(w, 12)) {
        (void)emit(w, "hHwWjJ"[below(w, 6)], 0, 0, 0);
        return;
    }
    bool reads = below(w, 3) > 0;
    (void)emit(w, reads ? 'h' : 'w', 0, 0, 0);
    items(w, 1 + below(w, 2), depth + 1);
    if (!one_in(w, 15)) (void)emit(w, reads ? 'H' : 'W', 0, 0, 0);
}

static inline void some_waitgroup(struct writer *w, uint32_t depth) {
    if (one_in(w, 8)) {
        char verb = "ad"[below(w, 2)];
        (void)emit(w, verb, 1 + below(w, 2), 0, 0);
    } else if (one_in(w, 3)) {
        (void)emit(w, 'A', 0, 0, 0);
    } else {
        (void)emit(w, 'a', 1, 0, 0);
        items(w, 1 + below(w, 2), depth + 1);
        if (!one_in(w, 15)) (void)emit(w, 'd', 0, 0, 0);
    }
}

static inline void some_cond(struct writer *w) {
    int64_t cond = below(w, CONDS);
    if (!one_in(w, 3)) {
        (void)emit(w, one_in(w, 2) ? 'i' : 'b', cond, 0, 0);
        return;
    }
    bool locks = !one_in(w, 30);
    if (locks) (void)emit(w, cond == 0 ? 'l' : 'w', 0, 0, 0);
    (void)emit(w, 'v', cond, 0, 0);
    if (locks) (void)emit(w, cond == 0 ? 'u' : 'W', 0, 0, 0);
}

static inline void some_context(struct writer *w) {
    int64_t slot = below(w, CONTEXTS), parent = (int64_t)below(w, CONTEXTS + 1) - 1;
    if (one_in(w, 2))
        (void)emit(w, 'X', slot, parent, one_in(w, 3) ? delay(w) : 0);
    else if (one_in(w, 3))
        (void)emit(w, 'r', CHAN_CONTEXT + slot, 0, 0);
    else
        (void)emit(w, 'x', slot, 0, 0);
}

static inline void some_timer(struct writer *w) {
    int64_t slot = below(w, TIMERS);
    uint32_t what = below(w, 8);
    int64_t delay_ns = delay(w);
    if (what < 3 && slot == CALLBACK_SLOT && w->proc + 1 < PROCS)
        (void)emit(w, 'F', slot, delay_ns, w->proc + 1 + below(w, PROCS - 1 - w->proc));
    else if (what < 3)
        (void)emit(w, 'T', slot % CALLBACK_SLOT, delay_ns, 0);
    else if (what < 5)
        (void)emit(w, 't', slot, 0, 0);
    else if (what < 6)
        (void)emit(w, 'z', slot, delay_ns, 0);
    else
        (void)emit(w, 'r', CHAN_TIMER + slot % CALLBACK_SLOT, 0, 0);
}

/* A block after an instruction that counts it in `b`. */
static inline void some_block(struct writer *w, char op, int64_t a, uint32_t depth) {
    struct instruction *head = emit(w, op, a, 0, 0);
    uint32_t start = w->at;
    items(w, 1 + below(w, 3), depth + 1);
    if (head != NULL) head->b = w->at - start;
}

static inline void some_protected(struct writer *w, uint32_t depth) {
    struct instruction *head = emit(w, 'P', 0, 0, 0);
    uint32_t start = w->at;
    items(w, 1 + below(w, 3), depth + 1);
    if (head != NULL) head->a = w->at - start;
    start = w->at;
    items(w, below(w, 2), depth + 1);
    if (head != NULL) head->b = w->at - start;
}

/* Long enough to use up a quantum, by steps or by polling. */
static inline void some_grind(struct writer *w) {
    struct instruction *head = emit(w, '*', 20 + below(w, 60), 0, 0);
    char verb = one_in(w, 3) ? 'Q' : 'n';
    if (emit(w, verb, below(w, CHANS), 0, 0) != NULL) head->b = 1;
}

static inline void some_item(struct writer *w, uint32_t depth) {
    bool last = w->proc + 1 == PROCS;
    uint32_t later = last ? w->proc : w->proc + 1 + below(w, PROCS - 1 - w->proc);
    uint32_t what = below(w, 100);
    if (what < 26)
        some_chan_verb(w);
    else if (what < 36)
        some_select(w);
    else if (what < 44 && depth < 3)
        some_mutex(w, depth);
    else if (what < 51 && depth < 3)
        some_rwmutex(w, depth);
    else if (what < 56 && depth < 3)
        some_waitgroup(w, depth);
    else if (what < 61)
        some_cond(w);
    else if (what < 64 && !last)
        (void)emit(w, 'o', later, 0, 0);
    else if (what < 70)
        some_context(w);
    else if (what < 77)
        some_timer(w);
    else if (what < 82)
        (void)emit(w, 'p', delay(w), 0, 0);
    else if (what < 86)
        (void)emit(w, one_in(w, 2) ? 'y' : 'n', 0, 0, 0);
    else if (what < 91 && !last)
        (void)emit(w, 'g', later, 0, 0);
    else if (what < 94 && depth < 3)
        some_block(w, '?', 2 + below(w, 2), depth);
    else if (what < 96 && depth < 3)
        some_block(w, '*', 2 + below(w, 2), depth);
    else if (what < 97)
        some_grind(w);
    else if (depth < 3)
        some_protected(w, depth);
}

static void items(struct writer *w, uint32_t count, uint32_t depth) {
    for (uint32_t i = 0; i < count; i++) some_item(w, depth);
}

static inline void program_make(struct program *program, uint64_t id) {
    static const uint32_t stickies[] = {0, 0, 50, 90, 100, NO_CHOOSER}, patiences[] = {20, 60, 100};
    struct writer w = {.program = program};
    prng_seed(&w.prng, id / 2); /* each program comes in both timer modes */
    *program = (struct program){.id = id, .seed = prng_next(&w.prng), .any = id % 2 != 0};
    program->sticky = stickies[below(&w, BASE_COUNT(stickies))];
    w.patience = patiences[below(&w, BASE_COUNT(patiences))];
    for (uint32_t i = 0; i < CHANS; i++) program->capacity[i] = below(&w, 3);
    for (w.proc = 0; w.proc < PROCS; w.proc++) {
        program->begin[w.proc] = w.at;
        for (uint32_t i = 1; w.proc == 0 && i < PROCS; i++)
            if (!one_in(&w, 4)) (void)emit(&w, 'g', i, 0, 0);
        items(&w, 1 + below(&w, 6), 0);
    }
    program->begin[PROCS] = w.at;
}

/* id any seed sticky steps capacities | procedure | procedure …; an instruction is "op a b c;". */
static inline void program_write(const struct program *program, FILE *out) {
    (void)fprintf(out, "%llu %d %llu %u %d", (unsigned long long)program->id, program->any,
                  (unsigned long long)program->seed, program->sticky, STEP_MAX);
    for (uint32_t i = 0; i < CHANS; i++) (void)fprintf(out, " %u", program->capacity[i]);
    for (uint32_t proc = 0; proc < PROCS; proc++) {
        (void)fputs(" |", out);
        for (uint32_t i = program->begin[proc]; i < program->begin[proc + 1]; i++) {
            const struct instruction *one = &program->code[i];
            (void)fprintf(out, "%c %lld %lld %lld;", one->op, (long long)one->a, (long long)one->b, (long long)one->c);
        }
    }
    (void)fputc('\n', out);
}

#endif
