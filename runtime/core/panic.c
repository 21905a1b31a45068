/* SPDX-License-Identifier: MIT */
/* panic.c — the subject breaks a rule: deferred calls, recover, and the end of the run.
 *
 * As in Go, deferred calls run on top of the panicking frames, and only a recovery unwinds: then, and only then, a
 * longjmp goes up to the ebb_call whose deferred call recovered. Nothing of ours is owned on the way. */
#include <stdarg.h>
#include <stdio.h>

#include "core/schedule.h"

static void defers_run(struct ebb *ebb, struct ebb_frame *frame) {
    while (frame->defers != NULL) {
        struct ebb_defer *defer = frame->defers;
        frame->defers = defer->older;
        defer->run(ebb, defer->arg);
    }
}

bool ebb_call(struct ebb *ebb, void (*body)(struct ebb *, void *), void *arg) {
    struct ebb_co *co = ebb->current;
    ASSERT(co != NULL);
    struct ebb_frame frame = {.outer = co->frame, .roots = co->roots};
    co->frame = &frame;
    if (_setjmp(frame.jump) == 0) {
        body(ebb, arg);
        defers_run(ebb, &frame);
        ASSERT(co->frame == &frame);
        co->frame = frame.outer;
        return true;
    }
    defers_run(ebb, &frame); /* the older ones; the one that recovered has run */
    co->frame = frame.outer;
    return false;
}

void ebb_defer(struct ebb *ebb, struct ebb_defer *storage, void (*run)(struct ebb *, void *), void *arg) {
    struct ebb_frame *frame = ebb->current->frame;
    ASSERT(frame != NULL);
    *storage = (struct ebb_defer){frame->defers, run, arg};
    frame->defers = storage;
}

const char *ebb_recover(struct ebb *ebb) {
    struct ebb_panicking *panicking = ebb->current->panicking;
    if (panicking == NULL || panicking->recovered) return NULL;
    panicking->recovered = true;
    return panicking->text;
}

/* A coroutine's last verb may be long past, and its object gone. */
static const struct ebb_object *still_there(const struct ebb *ebb, const struct ebb_object *object) {
    const struct census_node *node = census_after(&ebb->census, 0);
    while (node != NULL && object != NULL && node != &object->node) node = census_next(&ebb->census, node);
    return node == NULL ? NULL : object;
}

static _Noreturn void die(struct ebb *ebb, const char *text) {
    struct ebb_co *co = ebb->current;
    ebb->faulted = true;
    ebb->fault = (struct ebb_fault){
        .co = co, .verb = co->op == NULL ? NULL : co->op->name, .on = still_there(ebb, co->on), .line = co->line};
    size_t len = strlen(text); /* not printed: an overflowed stack has no room for that */
    if (len >= sizeof ebb->fault.text) len = sizeof ebb->fault.text - 1;
    memcpy(ebb->fault.text, text, len);
    ebb->digest = hash_mix(ebb->digest, UINT64_C(0xDEAD) << 48 | co->head.node.birth.serial);
    ebb_schedule_end(ebb, EBB_END_PANIC);
}

static void roots_unwind(struct ebb_co *co, struct ebb_roots *until) {
    while (co->roots != until) {
        struct ebb_roots *roots = co->roots;
        co->roots = roots->outer;
        if (roots->release != NULL) roots->release(roots);
    }
}

/* A panic inside a deferred call replaces the one it ran for, unless a frame inside that call recovers it: the records
 * below the recovering frame are unwound, those above go on. */
static struct ebb_panicking *panicking_above(struct ebb_panicking *panicking, const struct ebb_frame *frame) {
    while (panicking != NULL && (const char *)panicking < (const char *)frame) panicking = panicking->outer;
    return panicking;
}

void ebb_panic(struct ebb *ebb, const char *format, ...) {
    struct ebb_co *co = ebb->current;
    ASSERT(co != NULL);
    struct ebb_panicking panicking = {.outer = co->panicking};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(panicking.text, sizeof panicking.text, format, args);
    va_end(args);
    co->panicking = &panicking;
    if (ebb->observer != NULL) ebb->observer->see(ebb->observer, ebb, EBB_SIGHT_PANIC, co, NULL);
    for (struct ebb_frame *frame = co->frame; frame != NULL; frame = frame->outer) {
        co->frame = frame;
        while (frame->defers != NULL) {
            struct ebb_defer *defer = frame->defers;
            frame->defers = defer->older;
            defer->run(ebb, defer->arg);
            if (!panicking.recovered) continue;
            co->panicking = panicking_above(panicking.outer, frame);
            roots_unwind(co, frame->roots);
            _longjmp(frame->jump, 1);
        }
    }
    die(ebb, panicking.text);
}

void ebb_overflow(struct ebb *ebb) {
    /* Deferred calls would need the stack that is used up: the end, as in Go ("fatal error: stack overflow"). */
    die(ebb, "stack overflow");
}
