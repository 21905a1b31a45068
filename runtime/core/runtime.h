/* SPDX-License-Identifier: MIT */
/* runtime.h — one deterministic world: coroutines, virtual time and a single stream of choices.
 *
 * No globals, no wall clock, no rand, no addresses in any output; many worlds in one process do not touch. A world is
 * single-threaded: everything below is called either from outside while no coroutine runs, or by the coroutine that
 * runs now. Times are nanoseconds of virtual time, which starts at 0 and moves only when nothing can run, or by choice.
 *
 * A coroutine runs to the end of its next verb; each verb is one step. After a step the world decides who goes next;
 * with no chooser that is always the default: stay on the same coroutine, for at most LIMIT_STAY_STEPS more steps and
 * not after a verb that only polled; else the next runnable one in spawn order, cyclically. Code between two verbs
 * runs together with the second, unseen by others. */
#ifndef CORE_RUNTIME_H
#define CORE_RUNTIME_H

#include "base/base.h"
#include "base/mem.h"

struct ebb;
struct ebb_co;
struct ebb_object;
struct ebb_stacks;
struct ebb_observer;
struct census;

#define EBB_NEVER INT64_MAX

enum ebb_wake { EBB_DONE, EBB_CLOSED, EBB_TIMEOUT }; /* why a blocking verb came back */

enum ebb_end {                  /* why ebb_run came back */
               EBB_END_QUIET,   /* every coroutine has ended */
               EBB_END_STUCK,   /* some are parked, and no alarm within the horizon can wake any */
               EBB_END_HORIZON, /* some alarm would still wake somebody, but is due after the horizon */
               EBB_END_PANIC,   /* a rule was broken and nobody recovered */
               EBB_END_LIMIT,   /* the step budget is used up */
               EBB_END_NOMEM,   /* the world ran out of memory: no verdict */
               EBB_END_STOPPED, /* ebb_stop: whoever drives the world cannot go on */
};

/* One decision. Option 0 is always the default; the others follow it in spawn order, cyclically (NEXT), in the order
 * of the select's ready cases (CASE), upwards from 0 (VALUE), as ebb_stalls_ns (STALL), or in the order of birth of the
 * contexts (CANCEL); REFUSE has only one.
 * What comes from STALL on is a fault: option 0 is none. */
enum ebb_choice_what {
    EBB_CHOOSE_NEXT,
    EBB_CHOOSE_CASE,
    EBB_CHOOSE_VALUE,
    EBB_CHOOSE_STALL,
    EBB_CHOOSE_CANCEL,
    EBB_CHOOSE_REFUSE
};
#define EBB_STALLS 3u
extern const int64_t ebb_stalls_ns[EBB_STALLS]; /* how long option 1, 2 … of a STALL holds somebody up; ascending */
struct ebb_choice {
    enum ebb_choice_what what;
    uint32_t count; /* of options, > 1 */
    bool alarm;     /* NEXT: the last option is not a coroutine but the earliest alarm, fired early */
    uint32_t slot;  /* of option 0: see ebb_choice_co */
    struct ebb *ebb;
};
static inline bool ebb_choice_fault(const struct ebb_choice *choice) { return choice->what >= EBB_CHOOSE_STALL; }
/* The coroutine that an option of a NEXT choice would run; NULL for the alarm. For choosers that look. */
const struct ebb_co *ebb_choice_co(const struct ebb_choice *choice, uint32_t option);

/* The only source of chance: returns an option below `count`. Called on the running coroutine's small stack. */
struct ebb_chooser {
    uint32_t (*pick)(struct ebb_chooser *, const struct ebb_choice *);
};

enum ebb_timers { EBB_TIMERS_IDLE, EBB_TIMERS_ANY }; /* alarms fire only when nothing can run; or also by choice */

struct ebb_config {
    struct mem *mem;               /* NULL: the C heap */
    struct ebb_chooser *chooser;   /* borrowed; NULL: always the default */
    struct ebb_stacks *stacks;     /* borrowed; NULL: the world's own */
    struct ebb_observer *observer; /* borrowed; NULL: nobody looks on (world.h) */
    enum ebb_timers timers;
    uint64_t step_max; /* 0: LIMIT_STEPS */
    uint32_t co_max;   /* coroutines alive at once; more are refused like memory. 0: as many as slots allow */
    int64_t rest_ns;   /* after the first coroutine has ended, time runs on for as long; 0: no horizon */
    bool census_off;   /* for benchmarks of the census only: nothing is counted, nothing can be reaped */
};

/* --- a world, from outside ------------------------------------------------------------------------------------- */
CHECKED enum status ebb_new(struct ebb **out, const struct ebb_config *config); /* ERR_NOMEM */
/* Runs until nothing can run and no alarm within the horizon can wake anybody. May be called again after more
 * coroutines were spawned; not after PANIC, LIMIT or STOPPED, and after NOMEM it says NOMEM again. */
enum ebb_end ebb_run(struct ebb *ebb);
/* Lets the alarms that are due within the horizon and wake nobody go off, so that what ends by itself has ended. Without
 * memory none does, and the next ebb_run says so. */
void ebb_settle(struct ebb *ebb);
/* From now on `first` is the coroutine after whose end time runs on for `rest_ns` (0: for ever) and then stops; until
 * it ends there is no horizon. For worlds that are run in phases; by default it is the first coroutine of all. */
void ebb_horizon_after(struct ebb *ebb, struct ebb_co *first, int64_t rest_ns);
void ebb_reap(struct ebb *ebb); /* after the verdict: ends all survivors, newest first; the census is then empty */
void ebb_free(struct ebb *ebb); /* asserts an empty census */

struct census *ebb_census(struct ebb *ebb);
int64_t ebb_now_ns(const struct ebb *ebb);
uint64_t ebb_steps(const struct ebb *ebb);
/* Folds every step (who, what verb, on what), every choice, the clock, and every birth and death. */
uint64_t ebb_digest(const struct ebb *ebb);
/* Decisions with more than one option so far; without a chooser, staying on is not counted as one. */
uint64_t ebb_choices(const struct ebb *ebb);
void ebb_verify(const struct ebb *ebb); /* O(everything): recounts and asserts */

/* The panic nobody recovered, after EBB_END_PANIC. */
struct ebb_fault {
    char text[160];
    const struct ebb_co *co;
    const char *verb;            /* of the coroutine's last verb, or NULL */
    const struct ebb_object *on; /* and its object; NULL for none, and when that has ended since */
    uint32_t line;
};
const struct ebb_fault *ebb_fault(const struct ebb *ebb); /* NULL when there was none */

/* --- coroutines ------------------------------------------------------------------------------------------------- */
/* Spawns; a step when called by a coroutine (Go spec, "Go statements"). `label` is borrowed and must outlive the
 * world. `out` may be NULL. ERR_NOMEM: nothing was spawned. */
CHECKED enum status ebb_go(struct ebb *ebb, struct ebb_co **out, const char *label, void (*body)(struct ebb *, void *),
                           void *arg);
struct ebb_co *ebb_current(const struct ebb *ebb); /* NULL when called from outside */
struct ebb_object *ebb_co_object(struct ebb_co *co);
void ebb_yield(struct ebb *ebb); /* a step that only polls: others go first */
void ebb_step(struct ebb *ebb);  /* a step that does nothing else, such as an atomic access */
enum ebb_wake ebb_sleep(struct ebb *ebb, int64_t duration_ns); /* <= 0: a step (Go: time.Sleep returns at once) */
/* The line of the scenario the current coroutine is at; births and findings carry it. */
void ebb_at(struct ebb *ebb, uint32_t line);
/* A number below `count`, decided by the chooser; a step when a coroutine runs. 0 by default. */
uint32_t ebb_choose(struct ebb *ebb, uint32_t count);

/* What a coroutine's variables name, for C code: the hold is visible to the census and ends with the coroutine. The
 * caller's own hold is unaffected. ERR_NOMEM. */
struct ebb_roots { /* storage belongs to the coroutine's frame or outlives it */
    struct ebb_roots *outer;
    void (*trace)(struct ebb_roots *, void *tracer); /* tracer: struct ebb_tracer * */
    void (*release)(struct ebb_roots *);             /* on the coroutine's end or a panic that passes it */
};
void ebb_roots_push(struct ebb *ebb, struct ebb_roots *roots);
void ebb_roots_pop(struct ebb *ebb, struct ebb_roots *roots); /* the last pushed; does not call release */

/* --- panics (Go spec, "Handling panics") ------------------------------------------------------------------------ */
/* The subject broke a rule. Runs the deferred calls, innermost first, on top of the panicking frames; when one
 * recovers, the ebb_call that it was deferred in returns; when none does, the run ends with EBB_END_PANIC. */
_Noreturn void ebb_panic(struct ebb *ebb, const char *format, ...) PRINTF_LIKE(2, 3);

struct ebb_defer { /* storage is the caller's, in the frame that defers */
    struct ebb_defer *older;
    void (*run)(struct ebb *, void *);
    void *arg;
};
/* Runs `body`; then its deferred calls, last first. False when a panic passed through and was recovered. */
bool ebb_call(struct ebb *ebb, void (*body)(struct ebb *, void *), void *arg);
void ebb_defer(struct ebb *ebb, struct ebb_defer *storage, void (*run)(struct ebb *, void *),
               void *arg); /* inside ebb_call */
/* The current panic's text, which is thereby recovered, or NULL when there is none. Valid until the deferred call
 * that asked returns. */
const char *ebb_recover(struct ebb *ebb);

/* For a body that cannot go on for lack of memory: ends the run with EBB_END_NOMEM. */
_Noreturn void ebb_exhausted(struct ebb *ebb);
/* For whoever interprets a body and finds that it makes no sense: ends the run with EBB_END_STOPPED. */
_Noreturn void ebb_stop(struct ebb *ebb);

/* The hard net under the subject's stacks: from now on a coroutine of this process that runs into the guard of its
 * stack, without a verb that would have looked, ends its run with EBB_END_PANIC, "stack overflow". Call it once, from
 * the main thread, before the first world; other faults go to whoever handled them before. False: not on this system. */
bool ebb_overflow_guard_install(void);

/* --- leak check ------------------------------------------------------------------------------------------------- */
enum ebb_lsan { EBB_LSAN_CLEAN, EBB_LSAN_LEAKS, EBB_LSAN_ABSENT };
/* Asks LeakSanitizer now, from outside, before ebb_reap. Objects of the census are never reported, and what they name
 * counts as reachable; `with_stacks`: what lies on parked stacks does too. So a block that is missed only without them
 * is held by a coroutine that is left. The report goes to stderr. ABSENT: the build has no LeakSanitizer, or there is
 * no memory to ask with. */
enum ebb_lsan ebb_leak_check(struct ebb *ebb, bool with_stacks);
/* The same for the whole process, when no world is left. */
enum ebb_lsan ebb_leak_check_process(void);
/* Bytes of the C heap in use; 0 where the build does not count them. */
uint64_t ebb_heap_bytes(void);
/* Where LeakSanitizer is refused what it needs, its check at exit would end every program with an error. */
void ebb_leak_check_at_exit(bool yes);
/* Plants a leak and asks: CLEAN means that LeakSanitizer is there and blind. It may end the process with an error of its
 * own, so this is for a child process whose standard error nobody reads. */
enum ebb_lsan ebb_leak_check_try(void);
/* What a sanitizer calls before it ends the process, after its report. Nothing where there is none. */
void ebb_sanitizer_death(void (*last_words)(void));

#endif
