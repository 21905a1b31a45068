/* SPDX-License-Identifier: MIT */
/* doomed.c — check_live against the truth. Random scenarios over every way to wait are run under all their schedules; in
 * every state passed on the way, whoever is called doomed must be parked at the end of every continuation, never woken
 * in between. Not one may be called doomed wrongly; how many of those that are doomed are told is measured. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/prng.h"
#include "check/live.h"
#include "scenario/scenario.h"
#include "tests/property/plain_live.h"

#define PROGRAMS 1500u
#define DEPTH_MAX 200u
#define PARKED_MAX 12u
#define LEAVES_MAX 400u
#define STATES_WANTED 20000u

/* --- programs ---------------------------------------------------------------------------------------------------------- */

static void line(struct buf *out, unsigned indent, const char *text) {
    buf_print(out, "%*s%s\n", (int)indent, "", text);
}

static void step(struct buf *out, struct prng *prng, unsigned indent, bool nested) {
    static const char *const chans[] = {"a", "b", "c"};
    const char *chan = chans[prng_below(prng, 3)], *other = chans[prng_below(prng, 3)];
    char text[120];
    switch (prng_below(prng, nested ? 20 : 24)) {
    case 0:
    case 1: (void)snprintf(text, sizeof text, "- send: %s", chan); break;
    case 2:
    case 3: (void)snprintf(text, sizeof text, "- recv: %s", chan); break;
    case 4: (void)snprintf(text, sizeof text, "- close: %s", chan); break;
    case 5: (void)snprintf(text, sizeof text, "- lock: m"); break;
    case 6:
    case 7: (void)snprintf(text, sizeof text, "- unlock: m"); break;
    case 8: (void)snprintf(text, sizeof text, "- lock: w"); break;
    case 9: (void)snprintf(text, sizeof text, "- unlock: w"); break;
    case 10: (void)snprintf(text, sizeof text, "- rlock: w"); break;
    case 11: (void)snprintf(text, sizeof text, "- runlock: w"); break;
    case 12: (void)snprintf(text, sizeof text, "- wait: g"); break;
    case 13: (void)snprintf(text, sizeof text, "- done: g"); break;
    case 14: (void)snprintf(text, sizeof text, "- signal: s"); break;
    case 15: (void)snprintf(text, sizeof text, "- cancel: x"); break;
    case 16: (void)snprintf(text, sizeof text, "- recv: x.done"); break;
    case 17: (void)snprintf(text, sizeof text, "- send: mine"); break;
    case 18: (void)snprintf(text, sizeof text, "- recv: mine"); break;
    case 19: (void)snprintf(text, sizeof text, "- once: o\n%*s  do: [{recv: %s}]", (int)indent, "", chan); break;
    case 20: (void)snprintf(text, sizeof text, "- select: [{recv: %s}, {send: %s}]", chan, other); break;
    case 21: (void)snprintf(text, sizeof text, "- select: [{recv: %s}, {recv: x.done}, {default: []}]", chan); break;
    case 22: (void)snprintf(text, sizeof text, "- sleep: %ums", prng_below(prng, 3) + 1); break;
    default:
        line(out, indent, "- if: flag");
        line(out, indent, "  then:");
        step(out, prng, indent + 4, true);
        return;
    }
    line(out, indent, text);
}

static void program(struct buf *out, uint64_t seed) {
    struct prng prng;
    prng_seed(&prng, seed);
    buf_clear(out);
    line(out, 0, "ebb: 1\nparams: {flag: true}\nshared:");
    buf_print(out,
              "  a: chan(%u)\n  b: chan(%u)\n  c: chan()\n  m: mutex()\n  w: rwmutex()\n  g: waitgroup()\n  x: "
              "context()\n  o: once()\n",
              prng_below(&prng, 2), prng_below(&prng, 3));
    line(out, 2, "l: mutex()\n  s: cond(l)");
    line(out, 0, "main:\n  - add: g\n  - let: {mine: chan()}");
    uint32_t procs = 2 + prng_below(&prng, 2);
    for (uint32_t i = 0; i < procs; i++) buf_print(out, "  - go: p%u(mine)\n", i);
    for (uint32_t i = prng_below(&prng, 3); i > 0; i--) step(out, &prng, 2, false);
    static const char *const faults[] = {"", "", "faults: [cancel]", "", "faults: [stall, cancel]"};
    line(out, 0, faults[seed % BASE_COUNT(faults)]);
    line(out, 0, "procs:");
    for (uint32_t i = 0; i < procs; i++) {
        buf_print(out, "  p%u(mine):\n", i);
        if (prng_below(&prng, 6) == 0) line(out, 4, "- lock: l\n    - wait: s\n    - unlock: l");
        for (uint32_t n = 1 + prng_below(&prng, 3); n > 0; n--) step(out, &prng, 4, false);
    }
}

/* --- all schedules of one program ------------------------------------------------------------------------------------------ */

struct parked { /* one wait of one coroutine */
    uint64_t serial, since;
};
struct parked_set {
    struct parked at[PARKED_MAX];
    uint32_t count;
};
struct node {
    uint32_t option, count;
    bool judged;
    struct parked_set claimed, truth;
};
struct search {
    struct ebb_chooser chooser;
    struct ebb_observer observer;
    struct check_live live; /* from step to step */
    uint64_t compared, different, rests, at_rest, rest_told;
    struct ebb *ebb;
    struct node path[DEPTH_MAX];
    uint32_t depth, known; /* of this run; nodes below `known` come from runs before */
    bool too_deep;
    uint64_t states, doomed, told, wrong;
    struct ebb_stacks *stacks; /* shared by all worlds: mapping them is what a run would cost */
};

static bool contains(const struct parked_set *set, const struct parked *one) {
    for (uint32_t i = 0; i < set->count; i++)
        if (set->at[i].serial == one->serial && set->at[i].since == one->since) return true;
    return false;
}

/* Who is parked now; with `live`, only those that are called doomed. */
static void parked_now(struct ebb *ebb, const struct check_live *live, struct parked_set *out) {
    out->count = 0;
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object)) {
        if (object->kind->left != EBB_LEFT_COROUTINE) continue;
        const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
        if (live != NULL ? !check_live_doomed(live, co) : co->state != EBB_CO_PARKED) continue;
        if (out->count < PARKED_MAX) out->at[out->count++] = (struct parked){object->node.birth.serial, co->parked_at};
    }
}

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    static struct plain plain;
    struct search *self = BASE_OWNER(observer, struct search, observer);
    (void)co, (void)alarm;
    if (sight == EBB_SIGHT_ALARM || self->depth < self->known) return; /* half-way; seen in a run before */
    if (check_live_look(&self->live, ebb) != OK || !plain_live(&plain, ebb) || plain.count != self->live.count) abort();
    self->compared++;
    self->different += memcmp(plain.live, self->live.live, plain.count * sizeof *plain.live) != 0;
}

static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct search *self = BASE_OWNER(chooser, struct search, chooser);
    if (self->depth == DEPTH_MAX) {
        self->too_deep = true;
        return 0;
    }
    struct node *node = &self->path[self->depth++];
    if (self->depth <= self->known) return node->option;
    *node = (struct node){.count = choice->count};
    self->known = self->depth;
    if (choice->what != EBB_CHOOSE_NEXT) return 0; /* in the middle of a verb */
    struct check_live live;
    if (check_live_init(&live, mem_system(), choice->ebb) != OK) abort();
    node->judged = true;
    parked_now(choice->ebb, &live, &node->claimed);
    parked_now(choice->ebb, NULL, &node->truth);
    check_live_deinit(&live);
    return 0;
}

/* The run is over: who is parked now and was then, was not woken in between. */
static void leaf(struct search *self) {
    struct parked_set left, told;
    parked_now(self->ebb, NULL, &left);
    if (check_live_look(&self->live, self->ebb) != OK) abort();
    parked_now(self->ebb, &self->live, &told);
    if (self->ebb->end == EBB_END_STUCK) self->rests++, self->at_rest += left.count, self->rest_told += told.count;
    for (uint32_t i = 0; i < self->depth; i++) {
        struct parked_set *truth = &self->path[i].truth;
        uint32_t kept = 0;
        for (uint32_t k = 0; k < truth->count; k++)
            if (contains(&left, &truth->at[k])) truth->at[kept++] = truth->at[k];
        truth->count = kept;
    }
}

/* All continuations of the node have been seen. */
static void judge(struct search *self, const struct node *node) {
    if (!node->judged) return;
    self->states++;
    self->doomed += node->truth.count;
    for (uint32_t i = 0; i < node->claimed.count; i++) {
        if (contains(&node->truth, &node->claimed.at[i]))
            self->told++;
        else
            self->wrong++;
    }
}

static bool next_path(struct search *self) {
    for (self->known = self->depth; self->known > 0; self->known--) {
        struct node *node = &self->path[self->known - 1];
        if (node->option + 1 < node->count) {
            node->option++;
            return true;
        }
        judge(self, node);
    }
    return false;
}

static bool run(struct search *self, const struct scenario *scenario, enum ebb_timers timers) {
    struct ebb_config config = {.chooser = &self->chooser,
                                .step_max = 2000,
                                .timers = timers,
                                .stacks = self->stacks,
                                .observer = &self->observer};
    struct scenario_run *one = NULL;
    self->depth = 0;
    if (ebb_new(&self->ebb, &config) != OK || scenario_begin(scenario, mem_system(), 0, self->ebb, &one) != OK) abort();
    if (scenario_spawn(one, SCENARIO_MAIN, 0, NULL) != OK) abort();
    enum ebb_end end = ebb_run(self->ebb);
    bool good = end < EBB_END_LIMIT && !self->too_deep;
    if (good) leaf(self);
    ebb_reap(self->ebb);
    ebb_free(self->ebb);
    scenario_end(mem_system(), one);
    return good;
}

int main(int argc, char **argv) {
    static struct search search = {.chooser = {pick}, .observer = {.see = see}};
    static struct scenario_problems problems;
    struct buf text;
    uint32_t programs = 0, whole = 0;
    buf_init(&text, mem_system());
    search.live.mem = mem_system();
    if (ebb_stacks_new(&search.stacks, LIMIT_STACK_BYTES) != OK) abort();
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 0, last = argc > 1 ? first + 1 : PROGRAMS;
    for (uint64_t seed = first; seed < last; seed++) {
        struct scenario *scenario;
        uint64_t wrong = search.wrong;
        program(&text, seed);
        if (scenario_load(mem_system(), &scenario, STR("program"), buf_str(&text), &problems) != OK) {
            printf("%.*s\nthe generator wrote what the loader refuses: %s\n", (int)text.len, text.at,
                   problems.at[0].text);
            return 1;
        }
        programs++;
        search.known = search.depth = 0;
        search.too_deep = false;
        uint32_t leaves = 0;
        bool more = true;
        while (more && leaves++ < LEAVES_MAX &&
               run(&search, scenario, seed % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY))
            more = next_path(&search);
        whole += !more;
        scenario_free(scenario);
        if (search.wrong > wrong || argc > 1)
            printf("program %llu:\n%.*s\n", (unsigned long long)seed, (int)text.len, text.at);
        if (search.wrong > wrong) break;
    }
    buf_deinit(&text);
    ebb_stacks_free(search.stacks);
    printf("doomed: %u programs (%u searched whole), %llu states, %llu doomed waits, %llu told (%llu of 100), %llu "
           "told wrongly\n",
           programs, whole, (unsigned long long)search.states, (unsigned long long)search.doomed,
           (unsigned long long)search.told,
           (unsigned long long)(search.doomed == 0 ? 0 : search.told * 100 / search.doomed),
           (unsigned long long)search.wrong);
    printf(
        "doomed: %llu rests, %llu waits there, %llu told; %llu steps compared with the plain fixpoint, %llu differ\n",
        (unsigned long long)search.rests, (unsigned long long)search.at_rest, (unsigned long long)search.rest_told,
        (unsigned long long)search.compared, (unsigned long long)search.different);
    check_live_deinit(&search.live);
    bool bad = search.wrong > 0 || search.different > 0 || search.compared == 0 || search.rest_told != search.at_rest;
    if (argc > 1) return bad;
    return bad || search.states < STATES_WANTED || search.told * 100 < search.doomed * 80;
}
