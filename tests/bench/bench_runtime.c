/* SPDX-License-Identifier: MIT */
/* bench_runtime.c — the same work as the Go peer, one measurement per call: `bench_runtime WHAT N` prints nanoseconds
 * per operation. Alternation, medians and ratios are run.sh's business. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/object.h"
#include "core/stacks.h"
#include "kinds/chan/chan.h"
#include "kinds/select/select.h"
#include "kinds/ticker/ticker.h"

static uint64_t turns;

static int64_t clock_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    long long pages = 0;
    if (file == NULL || fscanf(file, "%*d %lld", &pages) != 1) pages = 0;
    if (file != NULL) (void)fclose(file);
    return pages * 4096;
}

static void must(bool held, const char *what) {
    if (held) return;
    (void)fprintf(stderr, "bench_runtime: %s\n", what);
    exit(1);
}

struct pair {
    struct ebb_chan *there, *back;
};

static void ping_echo(struct ebb *ebb, void *arg) {
    struct pair *pair = arg;
    uint64_t item;
    while (ebb_chan_recv(ebb, pair->there, &item) == EBB_DONE) ebb_chan_send(ebb, pair->back, &item);
    ebb_chan_drop(pair->there); /* the last to look at them */
    ebb_chan_drop(pair->back);
}

static void ping_main(struct ebb *ebb, void *arg) {
    struct pair *pair = arg;
    for (uint64_t i = 0; i < turns; i++) {
        uint64_t got;
        ebb_chan_send(ebb, pair->there, &i);
        (void)ebb_chan_recv(ebb, pair->back, &got);
        must(got == i, "an echo is wrong");
    }
    ebb_chan_close(ebb, pair->there);
}

static void ping(struct ebb *ebb, void *arg) {
    struct pair *pair = arg;
    must(ebb_chan_make(ebb, &pair->there, "there", 0, 8) == OK && ebb_chan_make(ebb, &pair->back, "back", 0, 8) == OK,
         "memory");
    must(ebb_go(ebb, NULL, "echo", ping_echo, pair) == OK, "memory");
    ping_main(ebb, pair);
}

static void buffered_send(struct ebb *ebb, void *arg) {
    for (uint64_t i = 0; i < turns; i++) ebb_chan_send(ebb, arg, &i);
    ebb_chan_close(ebb, arg);
}

static void buffered(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_chan *chan;
    must(ebb_chan_make(ebb, &chan, "items", 128, 8) == OK, "memory");
    must(ebb_go(ebb, NULL, "sender", buffered_send, chan) == OK, "memory");
    uint64_t item, sum = 0;
    while (ebb_chan_recv(ebb, chan, &item) == EBB_DONE) sum += item;
    must(sum == turns * (turns - 1) / 2, "a sum is wrong");
    ebb_chan_drop(chan);
}

static void nop(struct ebb *ebb, void *arg) {
    (void)ebb;
    ++*(uint64_t *)arg;
}

static void spawn_each(struct ebb *ebb, void *arg) {
    (void)arg;
    uint64_t count = 0;
    for (uint64_t i = 0; i < turns; i++) {
        must(ebb_go(ebb, NULL, "nop", nop, &count) == OK, "memory");
        ebb_yield(ebb);
    }
    must(count == turns, "a coroutine has not run");
}

static void spawn_batch(struct ebb *ebb, void *arg) {
    (void)arg;
    uint64_t count = 0;
    for (uint64_t i = 0; i < turns; i++) {
        must(ebb_go(ebb, NULL, "nop", nop, &count) == OK, "memory");
        if (i % 1000 == 999) ebb_yield(ebb);
    }
    ebb_yield(ebb);
}

static void select_send(struct ebb *ebb, void *arg) {
    for (uint64_t i = 0; i < turns / 4; i++) ebb_chan_send(ebb, arg, &i);
}

static void select_four(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_case cases[4];
    uint64_t item;
    for (size_t i = 0; i < 4; i++) {
        cases[i] = (struct ebb_case){.what = EBB_CASE_RECV, .recv = &item};
        must(ebb_chan_make(ebb, &cases[i].chan, "items", 0, 8) == OK, "memory");
        must(ebb_go(ebb, NULL, "sender", select_send, cases[i].chan) == OK, "memory");
    }
    for (uint64_t i = 0; i < turns / 4 * 4; i++)
        must(ebb_select(ebb, cases, 4, EBB_NEVER, NULL) < 4, "a select is wrong");
    for (size_t i = 0; i < 4; i++) ebb_chan_drop(cases[i].chan);
}

#define SLEEPERS 1000u
static void sleeper(struct ebb *ebb, void *arg) {
    int64_t period_ns = (int64_t)(uintptr_t)arg;
    for (uint64_t i = 0; i < turns / SLEEPERS; i++) (void)ebb_sleep(ebb, period_ns);
}

static void sleepers(struct ebb *ebb, void *arg) {
    (void)arg;
    for (uintptr_t i = 0; i < SLEEPERS; i++)
        must(ebb_go(ebb, NULL, "sleeper", sleeper, (void *)(1000 + i * 7 % 997)) == OK, "memory");
}

static void tick_reader(struct ebb *ebb, void *arg) {
    for (uint64_t i = 0; i < turns; i++) {
        int64_t when_ns;
        must(ebb_chan_recv(ebb, ebb_ticker_chan(arg), &when_ns) == EBB_DONE, "a ticker closed its channel");
    }
    ebb_ticker_stop(ebb, arg);
    ebb_ticker_drop(arg);
}

static void ticker_day(struct ebb *ebb, void *arg) {
    (void)arg;
    struct ebb_ticker *ticker;
    must(ebb_ticker_make(ebb, &ticker, "every 10 ms", 10000000) == OK, "memory");
    must(ebb_go(ebb, NULL, "reader", tick_reader, ticker) == OK, "memory");
}

static void parked(struct ebb *ebb, void *arg) { (void)ebb_chan_recv(ebb, arg, NULL); }

static void park_all(struct ebb *ebb, void *arg) {
    for (uint64_t i = 0; i < turns; i++) must(ebb_go(ebb, NULL, "parked", parked, arg) == OK, "memory");
}

static void park_measure(struct ebb *ebb) {
    struct ebb_chan *chan;
    must(ebb_chan_make(ebb, &chan, "never", 0, 8) == OK, "memory");
    int64_t bytes = resident_bytes(), began_ns = clock_ns();
    must(ebb_go(ebb, NULL, "main", park_all, chan) == OK, "memory");
    must(ebb_run(ebb) == EBB_END_STUCK, "nobody is parked");
    int64_t parked_ns = clock_ns() - began_ns;
    bytes = resident_bytes() - bytes;
    int64_t reap_ns = clock_ns();
    ebb_reap(ebb);
    reap_ns = clock_ns() - reap_ns;
    printf("%.0f B/co  %.1f ns/op  %.1f ns/reap\n", (double)bytes / (double)turns, (double)parked_ns / (double)turns,
           (double)reap_ns / (double)turns);
}

static const struct {
    const char *name;
    void (*body)(struct ebb *, void *);
} works[] = {
    {"ping", ping},          {"buf", buffered},      {"spawn1", spawn_each},    {"spawnb", spawn_batch},
    {"select", select_four}, {"sleepers", sleepers}, {"tickerday", ticker_day},
};

int main(int argc, char **argv) {
    must(argc >= 3, "usage: bench_runtime WHAT N [nocensus]");
    turns = strtoull(argv[2], NULL, 10);
    struct ebb *ebb;
    struct ebb_config config = {.step_max = UINT64_MAX, .census_off = argc > 3 && strcmp(argv[3], "nocensus") == 0};
    must(ebb_new(&ebb, &config) == OK, "memory");
    struct pair pair;
    if (strcmp(argv[1], "mem") == 0) {
        park_measure(ebb);
        ebb_free(ebb);
        return 0;
    }
    for (size_t i = 0; i < BASE_COUNT(works); i++) {
        if (strcmp(argv[1], works[i].name) != 0) continue;
        must(ebb_go(ebb, NULL, "main", works[i].body, &pair) == OK, "memory");
        int64_t began_ns = clock_ns();
        enum ebb_end end = ebb_run(ebb);
        int64_t took_ns = clock_ns() - began_ns;
        must(end == EBB_END_QUIET, "somebody is left");
        printf("%.2f\n", (double)took_ns / (double)turns);
        ebb_free(ebb);
        return 0;
    }
    must(false, "no such work");
}
