/* SPDX-License-Identifier: MIT */
/* differential_interpreter.h — runs a random program in our runtime: each coroutine folds all it receives into a
 * digest, and sends what depends on it, so that no difference in what went where can hide. */
#ifndef PROPERTY_DIFFERENTIAL_INTERPRETER_H
#define PROPERTY_DIFFERENTIAL_INTERPRETER_H

#include <stdlib.h>

#include "core/object.h"
#include "ebb.h"
#include "tests/property/differential_program.h"

enum { COROUTINES_MAX = 1024 };

struct run;

struct record { /* of one coroutine that has begun */
    struct run *run;
    uint64_t serial;
    uint32_t digest; /* of all that it has received */
};

struct call { /* a procedure to run: a spawn's, or a once's */
    struct run *run;
    struct record *record;
    uint32_t proc;
};

struct run {
    struct ebb_chooser chooser; /* first member */
    const struct program *program;
    uint64_t state; /* of the choices */
    uint32_t choices, gone, timed;
    struct ebb_chan *chans[CHANS];
    struct ebb_mutex *mutexes[MUTEXES];
    struct ebb_rwmutex *rwmutex;
    struct ebb_cond *conds[CONDS];
    struct ebb_waitgroup *group;
    struct ebb_once *once;
    struct ebb_context *contexts[CONTEXTS];
    struct ebb_timer *timers[TIMERS];
    struct call spawns[PROCS];
    struct record records[COROUTINES_MAX];
    uint32_t record_count;
};

static inline void must(bool held, const char *what) {
    if (held) return;
    (void)fprintf(stderr, "differential: %s\n", what);
    exit(1);
}

/* --- choices ------------------------------------------------------------------------------------------------------ */

static void fold(uint32_t *digest, uint64_t number) { *digest = *digest * 1000003u + (uint32_t)number + 1u; }

static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct run *run = (struct run *)(void *)chooser;
    fold(&run->choices, choice->what);
    fold(&run->choices, choice->count);
    run->state = run->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t number = run->state >> 33;
    return number % 100 < run->program->sticky ? 0 : (uint32_t)(number / 100 % choice->count);
}

/* --- the interpreter ---------------------------------------------------------------------------------------------- */

static void interpret(struct ebb *ebb, struct record *record, uint32_t at, uint32_t end);

static void procedure(struct ebb *ebb, struct record *record, uint32_t proc) {
    const struct program *program = record->run->program;
    interpret(ebb, record, program->begin[proc], program->begin[proc + 1]);
}

static void spawned(struct ebb *ebb, void *arg) {
    const struct call *call = arg;
    struct run *run = call->run;
    must(run->record_count < COROUTINES_MAX, "more coroutines than records");
    struct record *record = &run->records[run->record_count++];
    *record = (struct record){.run = run, .serial = ebb_co_object(ebb_current(ebb))->node.birth.serial};
    procedure(ebb, record, call->proc);
}

static void called(struct ebb *ebb, void *arg) {
    const struct call *call = arg;
    procedure(ebb, call->record, call->proc);
}

/* A slot without its context or timer stands for the first channel: nil would end most programs early. */
static struct ebb_chan *chan_of(const struct run *run, int64_t number) {
    if (number <= CHAN_NIL) return number == CHAN_NIL ? NULL : run->chans[number];
    struct ebb_chan *chan = NULL;
    if (number >= CHAN_TIMER) {
        struct ebb_timer *timer = run->timers[number - CHAN_TIMER];
        if (timer != NULL) chan = ebb_timer_chan(timer);
    } else {
        struct ebb_context *context = run->contexts[number - CHAN_CONTEXT];
        if (context != NULL) chan = ebb_context_done(context);
    }
    return chan == NULL ? run->chans[0] : chan;
}

static int64_t item_of(const struct record *record, int64_t number) { return (number + record->digest) & 0xffff; }

static void do_select(struct ebb *ebb, struct record *record, const struct instruction *head) {
    struct ebb_case cases[4];
    struct ebb_chan *held[4];
    int64_t sent[4], received = 0;
    enum ebb_wake why = EBB_DONE;
    must(head->a <= 4, "too many cases");
    uint32_t count = (uint32_t)head->a;
    for (uint32_t i = 0; i < count; i++) {
        const struct instruction *one = &head[1 + i];
        held[i] = ebb_chan_hold(chan_of(record->run, one->b));
        sent[i] = item_of(record, one->c);
        cases[i] = (struct ebb_case){held[i], one->a ? EBB_CASE_SEND : EBB_CASE_RECV, &sent[i], &received};
    }
    uint32_t index =
        head->b ? ebb_select_default(ebb, cases, count, &why) : ebb_select(ebb, cases, count, EBB_NEVER, &why);
    for (uint32_t i = 0; i < count; i++) ebb_chan_drop(held[i]);
    fold(&record->digest, index == EBB_SELECT_DEFAULT ? UINT32_MAX : index);
    if (index == EBB_SELECT_DEFAULT || cases[index].what == EBB_CASE_SEND) return;
    fold(&record->digest, (uint64_t)received);
    fold(&record->digest, why == EBB_DONE);
}

static void do_chan(struct ebb *ebb, struct record *record, const struct instruction *one) {
    struct ebb_chan *chan = ebb_chan_hold(chan_of(record->run, one->a));
    int64_t item = 0;
    enum ebb_wake why = EBB_CLOSED;
    switch (one->op) {
    case 's':
        item = item_of(record, one->b);
        ebb_chan_send(ebb, chan, &item);
        break;
    case 'r':
        why = ebb_chan_recv(ebb, chan, &item);
        fold(&record->digest, (uint64_t)item);
        fold(&record->digest, why == EBB_DONE);
        break;
    case 'R':
        do {
            why = ebb_chan_recv(ebb, chan, &item);
            fold(&record->digest, (uint64_t)item);
        } while (why == EBB_DONE);
        break;
    case 'S':
        item = item_of(record, one->b);
        fold(&record->digest, ebb_chan_try_send(ebb, chan, &item));
        break;
    case 'Q':
        fold(&record->digest, ebb_chan_try_recv(ebb, chan, &item, &why));
        fold(&record->digest, (uint64_t)item);
        fold(&record->digest, why == EBB_DONE);
        break;
    default: ebb_chan_close(ebb, chan);
    }
    ebb_chan_drop(chan);
}

static void do_lock(struct ebb *ebb, struct record *record, const struct instruction *one) {
    struct run *run = record->run;
    switch (one->op) {
    case 'l': ebb_mutex_lock(ebb, run->mutexes[one->a]); break;
    case 'u': ebb_mutex_unlock(ebb, run->mutexes[one->a]); break;
    case 'L': fold(&record->digest, ebb_mutex_try_lock(ebb, run->mutexes[one->a])); break;
    case 'h': ebb_rwmutex_rlock(ebb, run->rwmutex); break;
    case 'H': ebb_rwmutex_runlock(ebb, run->rwmutex); break;
    case 'w': ebb_rwmutex_lock(ebb, run->rwmutex); break;
    case 'W': ebb_rwmutex_unlock(ebb, run->rwmutex); break;
    case 'j': fold(&record->digest, ebb_rwmutex_try_rlock(ebb, run->rwmutex)); break;
    case 'J': fold(&record->digest, ebb_rwmutex_try_lock(ebb, run->rwmutex)); break;
    case 'a': ebb_waitgroup_add(ebb, run->group, one->a); break;
    case 'd': ebb_waitgroup_done(ebb, run->group); break;
    case 'A': ebb_waitgroup_wait(ebb, run->group); break;
    case 'v': ebb_cond_wait(ebb, run->conds[one->a]); break;
    case 'i': ebb_cond_signal(ebb, run->conds[one->a]); break;
    default: ebb_cond_broadcast(ebb, run->conds[one->a]);
    }
}

/* No two alarms fall on the same instant, where the model and the runtime may differ about alarms that wake nobody. */
static int64_t delay_of(struct run *run, int64_t delay_ns) { return delay_ns + INT64_C(1000003) * run->timed++; }

static void make_context(struct ebb *ebb, struct run *run, const struct instruction *one) {
    static const char *const labels[CONTEXTS] = {"x0", "x1", "x2"};
    struct ebb_context *made = NULL, *parent = one->b < 0 ? NULL : run->contexts[one->b];
    const char *label = labels[one->a];
    must((one->c > 0 ? ebb_context_make_deadline(ebb, &made, label, parent, delay_of(run, one->c))
                     : ebb_context_make(ebb, &made, label, parent)) == OK,
         "memory");
    ebb_context_drop(run->contexts[one->a]);
    run->contexts[one->a] = made;
}

static void make_timer(struct ebb *ebb, struct run *run, const struct instruction *one) {
    static const char *const labels[TIMERS] = {"t0", "t1", "t2"};
    struct ebb_timer *made = NULL;
    const char *label = labels[one->a];
    int64_t delay_ns = delay_of(run, one->b);
    must((one->op == 'F' ? ebb_timer_make_callback(ebb, &made, label, delay_ns, spawned, &run->spawns[one->c])
                         : ebb_timer_make(ebb, &made, label, delay_ns)) == OK,
         "memory");
    ebb_timer_drop(run->timers[one->a]);
    run->timers[one->a] = made;
}

static void do_timed(struct ebb *ebb, struct record *record, const struct instruction *one) {
    struct run *run = record->run;
    switch (one->op) {
    case 'X': make_context(ebb, run, one); return;
    case 'T':
    case 'F': make_timer(ebb, run, one); return;
    case 'p': (void)ebb_sleep(ebb, delay_of(run, one->a)); return;
    case 'x':
        if (run->contexts[one->a] == NULL) return;
        struct ebb_context *context = ebb_context_hold(run->contexts[one->a]);
        ebb_context_cancel(ebb, context);
        ebb_context_drop(context);
        return;
    default:
        if (run->timers[one->a] == NULL) return;
        struct ebb_timer *timer = ebb_timer_hold(run->timers[one->a]);
        bool armed = one->op == 't' ? ebb_timer_stop(ebb, timer) : ebb_timer_reset(ebb, timer, delay_of(run, one->b));
        fold(&record->digest, armed);
        ebb_timer_drop(timer);
    }
}

struct protection {
    struct record *record;
    uint32_t at, body, deferred;
    struct ebb_defer defer;
    bool panicked;
};

static void protection_deferred(struct ebb *ebb, void *arg) {
    struct protection *protection = arg;
    protection->panicked = ebb_recover(ebb) != NULL;
    uint32_t at = protection->at + protection->body;
    interpret(ebb, protection->record, at, at + protection->deferred);
}

static void protection_body(struct ebb *ebb, void *arg) {
    struct protection *protection = arg;
    ebb_defer(ebb, &protection->defer, protection_deferred, protection);
    interpret(ebb, protection->record, protection->at, protection->at + protection->body);
}

static void interpret(struct ebb *ebb, struct record *record, uint32_t at, uint32_t end) {
    struct run *run = record->run;
    while (at < end) {
        const struct instruction *one = &run->program->code[at++];
        uint32_t a = (uint32_t)one->a, b = (uint32_t)one->b, number;
        struct protection protection;
        switch (one->op) {
        case 'e':
            do_select(ebb, record, one);
            at += a;
            break;
        case '?':
            number = ebb_choose(ebb, a);
            fold(&record->digest, number);
            if (number % 2 == 0) interpret(ebb, record, at, at + b);
            at += b;
            break;
        case '*':
            for (uint32_t i = 0; i < a; i++) interpret(ebb, record, at, at + b);
            at += b;
            break;
        case 'P':
            protection = (struct protection){.record = record, .at = at, .body = a, .deferred = b};
            (void)ebb_call(ebb, protection_body, &protection);
            fold(&record->digest, protection.panicked);
            at += a + b;
            break;
        case 'o': ebb_once_do(ebb, run->once, called, &(struct call){run, record, a}); break;
        case 'g':
            if (run->gone++ < GO_MAX) must(ebb_go(ebb, NULL, "p", spawned, &run->spawns[a]) == OK, "memory");
            break;
        case 'y': ebb_yield(ebb); break;
        case 'n': ebb_step(ebb); break;
        case 's':
        case 'r':
        case 'R':
        case 'S':
        case 'Q':
        case 'c': do_chan(ebb, record, one); break;
        case 'X':
        case 'x':
        case 'T':
        case 'F':
        case 't':
        case 'z':
        case 'p': do_timed(ebb, record, one); break;
        default: do_lock(ebb, record, one);
        }
    }
}

#endif
