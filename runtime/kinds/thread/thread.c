/* SPDX-License-Identifier: MIT */
/* thread.c — a thread and the object that stands for it. The thread reads its object and writes nothing; the object
 * stays until the thread has been joined. */
#include "kinds/thread/thread.h"

#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/thread/os_thread.h"

enum { THREAD_OP_RELEASE, THREAD_OP_JOIN, THREAD_OP_COUNT };
static const struct ebb_op thread_ops[THREAD_OP_COUNT];

struct ebb_thread {
    struct ebb_object head;
    struct ebb_alarm alarm;   /* the end comes in: armed while somebody joins a thread that nothing keeps from ending */
    struct ebb_waitq joiners; /* one at most */
    bool released;
    pthread_t os;
    sem_t gate; /* what it waits at when it has nothing to run */
    void (*run)(void *);
    void *arg;
};

static void *thread_main(void *at) {
    struct ebb_thread *self = at;
    if (self->run != NULL)
        self->run(self->arg);
    else
        ebb_os_gate_wait(&self->gate);
    return NULL;
}

static void thread_end(struct ebb_alarm *alarm) {
    struct ebb_thread *self = BASE_OWNER(alarm, struct ebb_thread, alarm);
    struct ebb_waiter *joiner = ebb_waitq_first(&self->joiners);
    ASSERT(self->released && joiner != NULL);
    ebb_os_thread_join(self->os);
    self->head.flags |= EBB_FLAG_ENDED;
    ebb_wake(joiner, EBB_DONE);
    ebb_object_self_release(&self->head);
}

enum status ebb_thread_start(struct ebb *ebb, struct ebb_thread **out, const char *label, void (*run)(void *),
                             void *arg) {
    struct ebb_thread *self = ebb_object_make(ebb, &ebb_thread_kind, label, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->alarm = (struct ebb_alarm){.fire = thread_end, .of = &self->head};
    ebb_waitq_init(&self->joiners);
    ebb_os_gate_init(&self->gate);
    self->run = run;
    self->arg = arg;
    self->released = run != NULL;
    enum status status = ebb_os_thread_start(&self->os, thread_main, self);
    if (status != OK) {
        ebb_os_gate_deinit(&self->gate);
        ebb_object_free(&self->head, sizeof *self);
        return status;
    }
    ebb_object_self_hold(&self->head);
    *out = self;
    return OK;
}

enum status ebb_thread_start_waiting(struct ebb *ebb, struct ebb_thread **out, const char *label) {
    return ebb_thread_start(ebb, out, label, NULL, NULL);
}

struct ebb_thread *ebb_thread_hold(struct ebb_thread *thread) {
    if (thread != NULL) ebb_object_hold(&thread->head);
    return thread;
}

void ebb_thread_drop(struct ebb_thread *thread) {
    if (thread != NULL) ebb_object_release(&thread->head);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

void ebb_thread_release(struct ebb *ebb, struct ebb_thread *thread) {
    ebb_op_begin(ebb, &thread_ops[THREAD_OP_RELEASE], &thread->head);
    ebb_object_use(&thread->head, "release");
    if (thread->released) ebb_panic(ebb, "release of thread %s, which does not wait", thread->head.node.birth.label);
    if (!ebb_waitq_empty(&thread->joiners)) ebb_alarm_set(ebb, &thread->alarm, ebb_now_ns(ebb));
    thread->released = true;
    ebb_os_gate_open(&thread->gate);
    ebb_op_done(ebb);
}

void ebb_thread_join(struct ebb *ebb, struct ebb_thread *thread) {
    ebb_op_begin(ebb, &thread_ops[THREAD_OP_JOIN], &thread->head);
    ebb_object_use(&thread->head, "join");
    if (!ebb_waitq_empty(&thread->joiners))
        ebb_panic(ebb, "join of thread %s, which another coroutine is joining", thread->head.node.birth.label);
    if (thread->released) ebb_alarm_set(ebb, &thread->alarm, ebb_now_ns(ebb));
    struct ebb_waiter joiner = {.co = ebb->current};
    ebb_waitq_push(&thread->joiners, &joiner);
    (void)ebb_park(ebb, &joiner, 1, EBB_NEVER);
}

struct ebb_object *ebb_thread_object(struct ebb_thread *thread) {
    return &thread->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_thread *thread_of(const struct ebb_object *object) {
    return BASE_OWNER(object, struct ebb_thread, head);
}

static void thread_destroy(struct ebb_object *object) {
    struct ebb_thread *self = thread_of(object);
    ASSERT(object->flags & EBB_FLAG_ENDED); /* until then it holds itself */
    ASSERT(ebb_waitq_empty(&self->joiners) && !ebb_alarm_armed(&self->alarm));
    ebb_os_gate_deinit(&self->gate);
    ebb_object_free(object, sizeof *self);
}

static void thread_reap(struct ebb_object *object) {
    struct ebb_thread *self = thread_of(object);
    ebb_alarm_clear(object->ebb, &self->alarm);
    ebb_waitq_abandon(&self->joiners);
    if ((object->flags & EBB_FLAG_ENDED) == 0) {
        if (!self->released) ebb_os_gate_open(&self->gate);
        ebb_os_thread_join(self->os);
    }
    ebb_os_gate_deinit(&self->gate);
    ebb_object_free(object, sizeof *self);
}

static uint64_t thread_remains(const struct ebb_object *object) { return (object->flags & EBB_FLAG_ENDED) == 0; }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    (void)args;
    struct ebb_thread *made = NULL;
    TRY(ebb_thread_start_waiting(ebb, &made, label));
    *out = &made->head;
    return OK;
}

static void op_release(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                       struct ebb_value *results) {
    (void)args, (void)results;
    ebb_thread_release(ebb, thread_of(self));
}

static void op_join(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args, (void)results;
    ebb_thread_join(ebb, thread_of(self));
}

#define OP(index) .code = EBB_OP_CODE(KIND_THREAD, index)
static const struct ebb_op thread_ops[THREAD_OP_COUNT] = {
    [THREAD_OP_RELEASE] = {OP(THREAD_OP_RELEASE), "release", "", "", op_release,
                           "Lets the thread end; until then it waits."},
    [THREAD_OP_JOIN] = {OP(THREAD_OP_JOIN), "join", "", "", op_join,
                        "Waits until the thread has been released and has ended; a second time is a panic.",
                        .outcomes = EBB_OUTCOME_WAITED},
};

/* Its alarm may be set as long as anything of it remains. */
static bool thread_armed(const struct ebb_object *object) { return thread_remains(object) > 0; }

const struct ebb_kind ebb_thread_kind = {
    .id = KIND_THREAD,
    .left = EBB_LEFT_THREAD,
    .name = "thread",
    .about = "An OS thread that waits to be released, and stays until it is joined.",
    .make_name = "thread",
    .make_shape = "",
    .make = op_make,
    .refusable = true,
    .ops = thread_ops,
    .op_count = THREAD_OP_COUNT,
    .destroy = thread_destroy,
    .reap = thread_reap,
    .remains = thread_remains,
    .armed = thread_armed,
};
