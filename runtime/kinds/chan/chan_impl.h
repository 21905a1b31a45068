/* SPDX-License-Identifier: MIT */
/* chan_impl.h — a channel from inside, for select, timers and contexts, which complete its operations too. */
#ifndef KINDS_CHAN_CHAN_IMPL_H
#define KINDS_CHAN_CHAN_IMPL_H

#include "core/world.h"
#include "kinds/chan/chan.h"

struct ebb_chan {
    struct ebb_object head;
    struct ebb_waitq senders, receivers;
    struct ebb_shape shape;
    uint32_t capacity, count, first; /* ring of `capacity` items, `count` of them from `first` on */
    bool closed;
    unsigned char items[] __attribute__((aligned(16)));
};

static inline bool ebb_chan_can_send(const struct ebb_chan *chan) {
    return chan->closed || !ebb_waitq_empty(&chan->receivers) || chan->count < chan->capacity;
}
static inline bool ebb_chan_can_recv(const struct ebb_chan *chan) {
    return chan->count > 0 || !ebb_waitq_empty(&chan->senders) || chan->closed;
}
/* The halves of the verbs that complete at once; only when they can. No step, no panic. */
void ebb_chan_put_now(struct ebb_chan *chan, const void *item);
enum ebb_wake ebb_chan_take_now(struct ebb_chan *chan, void *item);
void ebb_chan_close_now(struct ebb_chan *chan); /* not closed before */
_Noreturn void ebb_chan_panic_closed(struct ebb *ebb, const struct ebb_chan *chan);

enum { CHAN_OP_SEND, CHAN_OP_RECV, CHAN_OP_CLOSE, CHAN_OP_TRY_SEND, CHAN_OP_TRY_RECV, CHAN_OP_COUNT };
extern const struct ebb_op ebb_chan_ops[CHAN_OP_COUNT];

#endif
