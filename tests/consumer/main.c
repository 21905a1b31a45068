/* SPDX-License-Identifier: MIT */
/* main.c — C code under test: a caller gives up at its timeout, the worker's late send finds nobody, and the census
 * says so. Knows ebb only by its installed package. */
#include <ebb.h>
#include <stdio.h>

struct request {
    struct ebb_chan *reply;
};

static void worker(struct ebb *ebb, void *arg) {
    struct request *request = arg;
    int answer = 42;
    (void)ebb_sleep(ebb, 2000000000);
    ebb_chan_send(ebb, request->reply, &answer);
}

static void caller(struct ebb *ebb, void *arg) {
    struct request *request = arg;
    int answer = 0;
    if (ebb_go(ebb, NULL, "worker", worker, request) != OK) ebb_exhausted(ebb);
    const struct ebb_case cases[] = {{.chan = request->reply, .what = EBB_CASE_RECV, .recv = &answer}};
    (void)ebb_select(ebb, cases, 1, 1000000000, NULL);
}

/* Runs it with a channel of this capacity; how many coroutines are left? */
static unsigned left_behind(unsigned capacity) {
    struct ebb *ebb;
    struct request request;
    if (ebb_new(&ebb, &(struct ebb_config){0}) != OK) return 99;
    if (ebb_chan_make(ebb, &request.reply, "reply", capacity, sizeof(int)) != OK) return 99;
    if (ebb_go(ebb, NULL, "caller", caller, &request) != OK) return 99;
    enum ebb_end end = ebb_run(ebb);
    unsigned left = census_live(ebb_census(ebb), 0); /* kind 0: coroutines */
    printf("capacity %u: %s, %u left behind\n", capacity, end == EBB_END_STUCK ? "stuck" : "quiet", left);
    ebb_reap(ebb);
    ebb_free(ebb);
    return left;
}

int main(void) {
    bool good = left_behind(0) == 1 && left_behind(1) == 0;
    puts(good ? "consumer: good" : "consumer: wrong");
    return good ? 0 : 1;
}
