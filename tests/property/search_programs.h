/* SPDX-License-Identifier: MIT */
/* search_programs.h — small random scenarios over every kind and every way to share a variable. Each procedure keeps what
 * it has seen in a variable of its own, so that who saw what is part of the final state. */
#ifndef SEARCH_PROGRAMS_H
#define SEARCH_PROGRAMS_H

#include <stdio.h>

#include "base/buf.h"
#include "base/prng.h"

struct search_writer {
    struct buf *out;
    struct prng prng;
    uint32_t proc, names, family;
    bool faulty; /* something may be refused, or whatever else `faults` names */
};

static uint32_t below(struct search_writer *w, uint32_t bound) { return prng_below(&w->prng, bound); }

static const char *some(struct search_writer *w, const char *const *of, uint32_t count) { return of[below(w, count)]; }

static void put(struct search_writer *w, uint32_t indent, const char *text) {
    buf_print(w->out, "%*s%s\n", (int)indent, "", text);
}

/* `seen` of this procedure takes a number in. */
static void see(struct search_writer *w, uint32_t indent, const char *what) {
    buf_print(w->out, "%*s- set: {r%u: (r%u * 7 + %s) %% 100003}\n", (int)indent, "", w->proc, w->proc, what);
}

/* A channel that is closed gives nil, which is no number. */
static void received(struct search_writer *w, uint32_t indent, const char *verb, const char *chan) {
    char name[24];
    uint32_t n = w->names++;
    (void)snprintf(name, sizeof name, "got%u", n);
    buf_print(w->out, "%*s- {%s: %s, into: %s}\n%*s- if: %s != nil\n%*s  then:\n", (int)indent, "", verb, chan, name,
              (int)indent, "", name, (int)indent, "");
    see(w, indent + 4, name);
    buf_print(w->out, "%*s  else:\n", (int)indent, "");
    see(w, indent + 4, "13");
}

static void search_step(struct search_writer *w, uint32_t indent, uint32_t depth);

static void channel_step(struct search_writer *w, uint32_t indent) {
    static const char *const chans[] = {"a", "b", "a", "c"};
    const char *chan = some(w, chans, 4), *other = some(w, chans, 4);
    uint32_t value = w->proc * 10 + below(w, 9) + 1;
    switch (below(w, 12)) {
    case 0:
    case 1:
    case 2: buf_print(w->out, "%*s- {send: %s, value: %u}\n", (int)indent, "", chan, value); return;
    case 3:
    case 4:
    case 5: received(w, indent, "recv", chan); return;
    case 6: buf_print(w->out, "%*s- close: %s\n", (int)indent, "", chan); return;
    case 7: buf_print(w->out, "%*s- {try_send: %s, value: %u}\n", (int)indent, "", chan, value); return;
    case 8: received(w, indent, "try_recv", chan); return;
    case 9:
        buf_print(w->out, "%*s- select:\n%*s    - {send: %s, value: %u}\n%*s    - recv: %s\n%*s      do:\n",
                  (int)indent, "", (int)indent, "", chan, value, (int)indent, "", other, (int)indent, "");
        see(w, indent + 8, "3");
        return;
    case 10:
        buf_print(w->out, "%*s- select:\n%*s    - recv: %s\n%*s    - default:\n", (int)indent, "", (int)indent, "",
                  chan, (int)indent, "");
        see(w, indent + 8, "5");
        return;
    default:
        buf_print(w->out, "%*s- if: len(%s) > 0\n%*s  then:\n", (int)indent, "", chan, (int)indent, "");
        see(w, indent + 4, "2");
        put(w, indent, "- step");
        return;
    }
}

static void lock_step(struct search_writer *w, uint32_t indent) {
    static const char *const steps[] = {"lock: m",    "unlock: m", "rlock: w",     "runlock: w", "rlock: w",
                                        "runlock: w", "lock: w",   "unlock: w",    "done: g",    "wait: g",
                                        "done: g",    "add: g",    "broadcast: s", "signal: s"};
    switch (below(w, 8)) {
    case 0:
        buf_print(w->out, "%*s- {try_lock: m, ok: ok%u}\n%*s- if: ok%u\n%*s  then:\n", (int)indent, "", w->names,
                  (int)indent, "", w->names, (int)indent, "");
        w->names++;
        see(w, indent + 4, "4");
        return;
    case 1:
        put(w, indent, "- lock: l");
        put(w, indent, "- wait: s");
        put(w, indent, "- unlock: l");
        return;
    case 2:
        put(w, indent, "- lock: m");
        see(w, indent, "v");
        put(w, indent, "- set: {v: v + 1}");
        put(w, indent, "- unlock: m");
        return;
    default: buf_print(w->out, "%*s- %s\n", (int)indent, "", some(w, steps, BASE_COUNT(steps))); return;
    }
}

static void data_step(struct search_writer *w, uint32_t indent) {
    uint32_t n = w->names++;
    switch (below(w, 15)) {
    case 0: see(w, indent, "v"); return;
    case 1: buf_print(w->out, "%*s- set: {v: %u}\n", (int)indent, "", n % 7); return;
    case 2: put(w, indent, "- atomic: {v: v + 1}"); return;
    case 3: put(w, indent, "- step"); return;
    case 4: buf_print(w->out, "%*s- {append: q, value: %u}\n", (int)indent, "", n); return;
    case 5: see(w, indent, "len(q)"); return;
    case 6: buf_print(w->out, "%*s- set: {f.x: %u}\n", (int)indent, "", n); return;
    case 7: see(w, indent, "f.x"); return;
    case 8: buf_print(w->out, "%*s- {put: k, key: %u, value: %u}\n", (int)indent, "", n % 2, n); return;
    case 9:
        buf_print(w->out, "%*s- {get: k, key: %u, ok: ok%u}\n%*s- if: ok%u\n%*s  then:\n", (int)indent, "", n % 2, n,
                  (int)indent, "", n, (int)indent, "");
        see(w, indent + 4, "6");
        return;
    case 10: buf_print(w->out, "%*s- {len: k, into: got%u}\n", (int)indent, "", n), see(w, indent, "len(k)"); return;
    case 11: buf_print(w->out, "%*s- {delete: k, key: %u}\n", (int)indent, "", n % 2); return;
    case 12: put(w, indent, "- {put: p, value: m}"); return;
    case 13:
        buf_print(w->out, "%*s- {get: p, into: got%u}\n%*s- if: got%u == nil\n%*s  then:\n", (int)indent, "", n,
                  (int)indent, "", n, (int)indent, "");
        see(w, indent + 4, "8");
        return;
    default: buf_print(w->out, "%*s- {choose: 2, into: got%u}\n", (int)indent, "", n), see(w, indent, "1"); return;
    }
}

static void time_step(struct search_writer *w, uint32_t indent) {
    static const char *const steps[] = {"cancel: x",  "cancel: y",       "recv: x.done",   "recv: y.done",
                                        "stop: t",    "recv: t.channel", "stop: i",        "recv: i.channel",
                                        "sleep: 1ms", "sleep: 2ms",      "reset: {t: 1ms}"};
    switch (below(w, 9)) {
    case 0:
        buf_print(w->out, "%*s- if: cancelled(x)\n%*s  then:\n", (int)indent, "", (int)indent, "");
        see(w, indent + 4, "9");
        put(w, indent, "- step");
        return;
    case 1:
        put(w, indent, "- call_after: 1ms");
        put(w, indent, "  do:");
        buf_print(w->out, "%*s- set: {v: v * 3 + %u}\n", (int)indent + 4, "", w->names++);
        return;
    case 2:
        put(w, indent, "- select:");
        put(w, indent, "    - recv: a");
        put(w, indent, "    - after: 1ms");
        put(w, indent, "      do:");
        see(w, indent + 8, "11");
        return;
    case 3: put(w, indent, "- {reset: t, delay: 1ms}"); return;
    case 4: buf_print(w->out, "%*s- let: {child%u: 'context(x)'}\n", (int)indent, "", w->names++); return;
    default: buf_print(w->out, "%*s- %s\n", (int)indent, "", some(w, steps, BASE_COUNT(steps) - 1)); return;
    }
}

static void other_step(struct search_writer *w, uint32_t indent, uint32_t depth) {
    uint32_t which = below(w, 13);
    bool system = which == 6 || which == 7 || which == 8 || which == 11; /* its kernel calls are what a run costs */
    switch (system && below(w, 3) > 0 ? 9 : which) {
    case 0:
        put(w, indent, "- once: o");
        put(w, indent, "  do:");
        search_step(w, indent + 4, depth + 1);
        return;
    case 1:
        put(w, indent, "- go:");
        search_step(w, indent + 4, depth + 1);
        return;
    case 2:
        put(w, indent, "- defer:");
        search_step(w, indent + 4, depth + 1);
        return;
    case 3: buf_print(w->out, "%*s- defer: [{recover: ok%u}]\n", (int)indent, "", w->names++); return;
    case 4: put(w, indent, "- free: h"); return;
    case 5: put(w, indent, "- use: h"); return;
    case 6: put(w, indent, "- release: e"); return;
    case 7: put(w, indent, "- join: e"); return;
    case 8: put(w, indent, "- close: d"); return;
    case 9: put(w, indent, "- yield"); return;
    case 10: {
        uint32_t n = w->names++;
        buf_print(w->out, "%*s- let: {f%u: record()}\n%*s- finalize: f%u\n%*s  do: [{set: {v: v * 5 + %u}}]\n",
                  (int)indent, "", n, (int)indent, "", n, (int)indent, "", n);
        return;
    }
    case 11: put(w, indent, "- {offload: u, duration: 1ms}"); return;
    default: put(w, indent, below(w, 2) == 0 ? "- {cut: z, to: 4B, into: z}" : "- {append: z, size: 8B}"); return;
    }
}

static void coin_step(struct search_writer *w, uint32_t indent, uint32_t depth) {
    uint32_t n = w->names++;
    buf_print(w->out, "%*s- {choose: 2, into: got%u}\n%*s- if: got%u == 1\n%*s  then:\n", (int)indent, "", n,
              (int)indent, "", n, (int)indent, "");
    search_step(w, indent + 4, depth + 1);
}

static void refusable_step(struct search_writer *w, uint32_t indent) {
    uint32_t n = w->names++;
    buf_print(w->out, "%*s- let: {h%u: malloc(8B)}\n%*s- if: h%u == nil\n%*s  then:\n", (int)indent, "", n, (int)indent,
              "", n, (int)indent, "");
    see(w, indent + 4, "12");
    if (below(w, 2) == 0) buf_print(w->out, "%*s- free: h%u\n", (int)indent, "", n);
}

static void search_step(struct search_writer *w, uint32_t indent, uint32_t depth) {
    if (w->faulty && below(w, 4) == 0) {
        refusable_step(w, indent);
        return;
    }
    uint32_t family = below(w, 3) == 0 ? below(w, 6) : w->family;
    if (family == 5) family = below(w, 2) == 0 ? 5 : below(w, 3);
    if (depth > 2) family = 0;
    switch (family) {
    case 0: channel_step(w, indent); return;
    case 1: lock_step(w, indent); return;
    case 2: data_step(w, indent); return;
    case 3: time_step(w, indent); return;
    case 5: coin_step(w, indent, depth); return;
    default: other_step(w, indent, depth); return;
    }
}

/* What is said of a kind that is nowhere used costs time in every run, so only what is used is made. */
static void search_program(struct buf *out, uint64_t seed, bool faulty) {
    static const char *const faults[] = {"stall",
                                         "cancel",
                                         "allocation",
                                         "stall, cancel",
                                         "cancel, allocation",
                                         "stall, allocation",
                                         "stall, cancel, allocation"};
    static const struct {
        const char *name, *make;
    } all[] = {{"m", "mutex()"},    {"w", "rwmutex()"},     {"g", "waitgroup()"},   {"l", "mutex()"},
               {"s", "cond(l)"},    {"x", "context()"},     {"y", "context(x)"},    {"o", "once()"},
               {"k", "map()"},      {"q", "list()"},        {"f", "record(x = 1)"}, {"p", "pool()"},
               {"t", "timer(2ms)"}, {"i", "ticker(3ms)"},   {"h", "malloc(8B)"},    {"e", "thread()"},
               {"d", "file()"},     {"u", "thread_pool()"}, {"z", "bytes(8B)"}};
    struct buf body;
    struct search_writer w = {.out = &body, .faulty = faulty};
    prng_seed(&w.prng, seed);
    buf_init(&body, mem_system());
    w.family = below(&w, 6);
    uint32_t procs = faulty ? 2 : 2 + below(&w, 2), capacity_a = below(&w, 2), capacity_b = below(&w, 3);
    for (uint32_t i = 0; i < procs; i++) {
        w.proc = i;
        buf_print(&body, "  p%u:\n", i);
        for (uint32_t n = 1 + below(&w, faulty ? 2 : procs == 2 ? 4 : 3); n > 0; n--) search_step(&w, 4, 0);
    }
    buf_clear(out);
    buf_print(out, "ebb: 1\nlimits: {horizon: 20ms, steps: 400}\nshared:\n  v: 0\n  r0: 0\n  r1: 0\n  r2: 0\n");
    buf_print(out, "  a: chan(%u)\n  b: chan(%u)\n  c: chan()\n", capacity_a, capacity_b);
    buf_put_char(&body, '\0');
    for (uint32_t i = 0; i < BASE_COUNT(all); i++) {
        char used[4][12];
        const char *name = all[i].name;
        (void)snprintf(used[0], sizeof used[0], ": %s\n", name);
        (void)snprintf(used[1], sizeof used[1], ": %s,", name);
        (void)snprintf(used[2], sizeof used[2], "%s.", name);
        (void)snprintf(used[3], sizeof used[3], "(%s)", name);
        bool is = name[0] == 'l' || name[0] == 'm' || name[0] == 'x';
        for (uint32_t u = 0; u < 4; u++) is = is || strstr(body.at, used[u]) != NULL;
        if (is) buf_print(out, "  %s: %s\n", name, all[i].make);
    }
    buf_print(out, "main:\n");
    if (strstr(body.at, "- done: g") != NULL) buf_print(out, "  - {add: g, count: %u}\n", 1 + below(&w, 2));
    for (uint32_t i = 0; i < procs; i++) buf_print(out, "  - go: p%u()\n", i);
    static const char *const lasts[] = {"step", "sleep: 1ms", "recv: a", "recv: x.done", "cancel: x"};
    if (faulty) /* main goes on, since there are no faults behind its end */
        buf_print(out, "  - %s\nfaults: [%s]\n", lasts[below(&w, 5)], faults[seed % BASE_COUNT(faults)]);
    buf_print(out, "procs:\n%s", body.at);
    buf_deinit(&body);
}

#endif
