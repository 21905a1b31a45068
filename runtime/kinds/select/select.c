/* SPDX-License-Identifier: MIT */
/* select.c — select is the same wait as a channel's, on several queues at once. */
#include "kinds/select/select.h"

#include "kinds/chan/chan_impl.h"
#include "kinds/kinds.h"

enum { OP_SELECT, OP_SELECT_DEFAULT, OP_COUNT };
static const struct ebb_op ops[OP_COUNT] = {
    [OP_SELECT] = {.code = EBB_OP_CODE(KIND_SELECT, OP_SELECT),
                   .name = "select",
                   .rights = EBB_RIGHT_SEND | EBB_RIGHT_RECV,
                   .waits = EBB_RIGHT_SEND | EBB_RIGHT_RECV | EBB_RIGHT_CLOSE,
                   .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WAITED | EBB_OUTCOME_WOKE | EBB_OUTCOME_CASE},
    [OP_SELECT_DEFAULT] = {.code = EBB_OP_CODE(KIND_SELECT, OP_SELECT_DEFAULT),
                           .name = "select",
                           .rights = EBB_RIGHT_SEND | EBB_RIGHT_RECV,
                           .outcomes = EBB_OUTCOME_WOKE | EBB_OUTCOME_CASE},
};

const struct ebb_op *ebb_select_op(bool otherwise) { return &ops[otherwise ? OP_SELECT_DEFAULT : OP_SELECT]; }

static bool case_ready(const struct ebb_case *one) {
    if (one->chan == NULL) return false;
    return one->what == EBB_CASE_SEND ? ebb_chan_can_send(one->chan) : ebb_chan_can_recv(one->chan);
}

static enum ebb_wake case_take(struct ebb *ebb, const struct ebb_case *one) {
    if (one->what == EBB_CASE_RECV) return ebb_chan_take_now(one->chan, one->recv);
    if (one->chan->closed) ebb_chan_panic_closed(ebb, one->chan);
    ebb_chan_put_now(one->chan, one->send);
    return EBB_DONE;
}

/* Takes a ready case and returns its index, or `count` when none is ready. */
static uint32_t take_ready(struct ebb *ebb, const struct ebb_case *cases, uint32_t count, enum ebb_wake *why) {
    uint32_t ready[LIMIT_SELECT_CASES], ready_count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (case_ready(&cases[i])) ready[ready_count++] = i;
    if (ready_count == 0) return count;
    uint32_t picked = ready[ready_count > 1 ? ebb_choose_case(ebb, ready_count) : 0];
    ebb_came(ebb, EBB_OUTCOME_CASE, picked);
    enum ebb_wake came_back = case_take(ebb, &cases[picked]);
    if (why != NULL) *why = came_back;
    return picked;
}

/* What a report calls the object of a select: its first channel; the others are in the cases. */
static struct ebb_object *first_object(const struct ebb_case *cases, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (cases[i].chan != NULL) return &cases[i].chan->head;
    return NULL;
}

/* Which case it is, or whether to wait, depends on both ends of every channel. */
static void touch_all(struct ebb *ebb, const struct ebb_case *cases, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (cases[i].chan != NULL) ebb_touch(ebb, &cases[i].chan->head, EBB_ACCESS_ALL);
}

uint32_t ebb_select(struct ebb *ebb, const struct ebb_case *cases, uint32_t count, int64_t delay_ns,
                    enum ebb_wake *why) {
    ASSERT(count <= LIMIT_SELECT_CASES);
    ebb_op_begin(ebb, &ops[OP_SELECT], first_object(cases, count));
    if (UNLIKELY(ebb->depends)) touch_all(ebb, cases, count);
    uint32_t picked = take_ready(ebb, cases, count, why);
    if (picked < count) {
        ebb_op_done(ebb);
        return picked;
    }
    struct ebb_waiter waiters[count == 0 ? 1 : count]; /* on this stack: a wait allocates nothing */
    uint32_t queued = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct ebb_chan *chan = cases[i].chan;
        if (chan == NULL) continue;
        struct ebb_waiter *waiter = &waiters[queued++];
        bool sends = cases[i].what == EBB_CASE_SEND;
        *waiter = (struct ebb_waiter){.co = ebb->current,
                                      .on = &chan->head,
                                      .waits = (uint16_t)(EBB_RIGHT_CLOSE | (sends ? EBB_RIGHT_RECV : EBB_RIGHT_SEND)),
                                      .item = sends ? (void *)(uintptr_t)cases[i].send : cases[i].recv,
                                      .index = i};
        ebb_waitq_push(sends ? &chan->senders : &chan->receivers, waiter);
    }
    int64_t deadline_ns = delay_ns == EBB_NEVER ? EBB_NEVER : ebb_time_after(ebb, delay_ns);
    enum ebb_wake woke = ebb_park(ebb, waiters, queued, deadline_ns);
    if (woke == EBB_TIMEOUT) return EBB_SELECT_TIMEOUT;
    picked = ebb->current->woke_index;
    if (woke == EBB_CLOSED && cases[picked].what == EBB_CASE_SEND) ebb_chan_panic_closed(ebb, cases[picked].chan);
    if (why != NULL) *why = woke;
    return picked;
}

uint32_t ebb_select_default(struct ebb *ebb, const struct ebb_case *cases, uint32_t count, enum ebb_wake *why) {
    ASSERT(count <= LIMIT_SELECT_CASES);
    ebb_op_begin(ebb, &ops[OP_SELECT_DEFAULT], first_object(cases, count));
    if (UNLIKELY(ebb->depends)) touch_all(ebb, cases, count);
    uint32_t picked = take_ready(ebb, cases, count, why);
    if (picked == count) {
        ebb_op_polled(ebb);
        return EBB_SELECT_DEFAULT;
    }
    ebb_op_done(ebb);
    return picked;
}

const struct ebb_kind ebb_select_kind = {
    .id = KIND_SELECT,
    .name = "select",
    .ops = ops,
    .op_count = OP_COUNT,
    .about = "Waits for the first of several sends and receives, a deadline, or nothing at all.",
};
