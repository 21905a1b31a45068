/* SPDX-License-Identifier: MIT */
/* chan.c — channels: a ring of items and two queues of the waiting, never both non-empty.
 * An item goes straight from a sender's frame to a receiver's where both are there. */
#include "kinds/chan/chan_impl.h"
#include "kinds/kinds.h"

/* Items of eight bytes are what most programs send; their copy should not be a call. */
static inline void item_copy(const struct ebb_chan *chan, void *to, const void *from) {
    if (LIKELY(chan->shape.size == 8))
        memcpy(to, from, 8);
    else if (chan->shape.size > 0) /* a bare signal has no item: both may be NULL */
        memcpy(to, from, chan->shape.size);
}

static inline void item_give(const struct ebb_chan *chan, void *to, const void *from) {
    if (chan->shape.hold != NULL) chan->shape.hold(from);
    if (to != NULL)
        item_copy(chan, to, from);
    else if (chan->shape.release != NULL)
        chan->shape.release(from);
}

static inline unsigned char *item_at(struct ebb_chan *chan, uint32_t index) {
    uint32_t at = chan->first + index;
    if (at >= chan->capacity) at -= chan->capacity;
    return chan->items + (size_t)at * chan->shape.size;
}

static size_t chan_bytes(const struct ebb_chan *chan) {
    return sizeof *chan + (size_t)chan->capacity * chan->shape.size;
}

enum status ebb_chan_make_shaped(struct ebb *ebb, struct ebb_chan **out, const char *label, uint32_t capacity,
                                 struct ebb_shape shape) {
    size_t bytes = sizeof(struct ebb_chan) + (size_t)capacity * shape.size;
    struct ebb_chan *self = ebb_object_make(ebb, &ebb_chan_kind, label, bytes);
    if (self == NULL) return ERR_NOMEM;
    ebb_waitq_init(&self->senders);
    ebb_waitq_init(&self->receivers);
    self->capacity = capacity;
    self->shape = shape;
    *out = self;
    return OK;
}

enum status ebb_chan_make(struct ebb *ebb, struct ebb_chan **out, const char *label, uint32_t capacity,
                          uint32_t item_size) {
    return ebb_chan_make_shaped(ebb, out, label, capacity, ebb_shape_bytes(item_size));
}

struct ebb_chan *ebb_chan_hold(struct ebb_chan *chan) {
    if (chan != NULL) ebb_object_hold(&chan->head);
    return chan;
}

void ebb_chan_drop(struct ebb_chan *chan) {
    if (chan != NULL) ebb_object_release(&chan->head);
}

void ebb_chan_panic_closed(struct ebb *ebb, const struct ebb_chan *chan) {
    ebb_came(ebb, EBB_OUTCOME_CLOSED, 0);
    ebb_panic(ebb, "send on closed channel %s", chan->head.node.birth.label);
}

/* --- what depends on what. Sends conflict with each other and receives with each other, but a send not with a receive:
 * in either order the same item reaches the same receiver. Who completes because of whom goes through the places of the
 * ring: an item taken was put there, and the i-th send of a channel of capacity c had room since receive i - c. */
#define ITEM_CELL(place) ((place)*2)
#define ROOM_CELL(place) ((place)*2 + 1)

static void put_caused(struct ebb_chan *chan, const struct ebb_waiter *receiver) {
    struct ebb *ebb = chan->head.ebb;
    if (chan->capacity == 0) {
        ASSERT(receiver != NULL);
        ebb_cause(ebb, EBB_CAUSE_FOLLOW, NULL, 0, receiver->co);
        return;
    }
    uint32_t place = (chan->first + chan->count) % chan->capacity;
    ebb_cause(ebb, EBB_CAUSE_FOLLOW, &chan->head, ROOM_CELL(place), NULL);
    if (receiver == NULL) {
        ebb_cause(ebb, EBB_CAUSE_SET, &chan->head, ITEM_CELL(place), NULL);
        return;
    }
    /* As if the item had lain there: the next one takes the next place. */
    ebb_cause(ebb, EBB_CAUSE_SET, &chan->head, ROOM_CELL(place), receiver->co);
    chan->first = (chan->first + 1) % chan->capacity;
}

static void take_caused(const struct ebb_chan *chan, const struct ebb_waiter *sender) {
    struct ebb *ebb = chan->head.ebb;
    if (chan->count == 0) {
        if (sender != NULL) ebb_cause(ebb, EBB_CAUSE_FOLLOW, NULL, 0, sender->co);
        return;
    }
    ebb_cause(ebb, EBB_CAUSE_FOLLOW, &chan->head, ITEM_CELL(chan->first), NULL);
    if (sender != NULL) /* its item takes this place, and it goes on because of us */
        ebb_cause(ebb, EBB_CAUSE_SET, &chan->head, ITEM_CELL(chan->first), sender->co);
    else
        ebb_cause(ebb, EBB_CAUSE_SET, &chan->head, ROOM_CELL(chan->first), NULL);
}

/* --- items on their way ------------------------------------------------------------------------------------------- */

void ebb_chan_put_now(struct ebb_chan *chan, const void *item) {
    ASSERT(!chan->closed);
    struct ebb_waiter *receiver = ebb_waitq_first(&chan->receivers);
    if (UNLIKELY(chan->head.ebb->depends)) put_caused(chan, receiver);
    if (receiver != NULL) {
        item_give(chan, receiver->item, item);
        ebb_wake(receiver, EBB_DONE);
        return;
    }
    ASSERT(chan->count < chan->capacity);
    item_give(chan, item_at(chan, chan->count), item);
    chan->count++;
}

/* The oldest buffered item moves out, hold and all. */
static void ring_pop(struct ebb_chan *chan, void *item) {
    unsigned char *oldest = item_at(chan, 0);
    if (item != NULL)
        item_copy(chan, item, oldest);
    else if (chan->shape.release != NULL)
        chan->shape.release(oldest);
    if (++chan->first == chan->capacity) chan->first = 0;
    chan->count--;
}

enum ebb_wake ebb_chan_take_now(struct ebb_chan *chan, void *item) {
    struct ebb_waiter *sender = ebb_waitq_first(&chan->senders);
    if (UNLIKELY(chan->head.ebb->depends)) take_caused(chan, sender);
    if (chan->count > 0) {
        ring_pop(chan, item);
        if (sender != NULL) { /* a sender waits only on a full ring: its item takes the place that is free now */
            item_give(chan, item_at(chan, chan->count), sender->item);
            chan->count++;
            ebb_wake(sender, EBB_DONE);
        }
        return EBB_DONE;
    }
    if (sender != NULL) {
        item_give(chan, item, sender->item);
        ebb_wake(sender, EBB_DONE);
        return EBB_DONE;
    }
    ASSERT(chan->closed);
    ebb_came(chan->head.ebb, EBB_OUTCOME_CLOSED, 0);
    if (item != NULL) memset(item, 0, chan->shape.size);
    return EBB_CLOSED;
}

void ebb_chan_close_now(struct ebb_chan *chan) {
    ASSERT(!chan->closed);
    chan->closed = true;
    struct ebb_waiter *waiter;
    while ((waiter = ebb_waitq_first(&chan->receivers)) != NULL) {
        if (waiter->item != NULL) memset(waiter->item, 0, chan->shape.size);
        ebb_wake(waiter, EBB_CLOSED);
    }
    while ((waiter = ebb_waitq_first(&chan->senders)) != NULL) ebb_wake(waiter, EBB_CLOSED);
}

/* --- the verbs --------------------------------------------------------------------------------------------------- */

static struct ebb_object *object_or_null(struct ebb_chan *chan) { return chan == NULL ? NULL : &chan->head; }

void ebb_chan_send(struct ebb *ebb, struct ebb_chan *chan, const void *item) {
    ebb_op_begin(ebb, &ebb_chan_ops[CHAN_OP_SEND], object_or_null(chan));
    if (UNLIKELY(chan == NULL)) {
        (void)ebb_park(ebb, NULL, 0, EBB_NEVER);
        return;
    }
    if (UNLIKELY(chan->closed)) ebb_chan_panic_closed(ebb, chan);
    if (ebb_chan_can_send(chan)) {
        ebb_chan_put_now(chan, item);
        ebb_op_done(ebb);
        return;
    }
    struct ebb_waiter waiter = {
        .co = ebb->current, .item = (void *)(uintptr_t)item, .waits = EBB_RIGHT_RECV | EBB_RIGHT_CLOSE};
    ebb_waitq_push(&chan->senders, &waiter);
    if (ebb_park(ebb, &waiter, 1, EBB_NEVER) == EBB_CLOSED) ebb_chan_panic_closed(ebb, chan);
}

enum ebb_wake ebb_chan_recv(struct ebb *ebb, struct ebb_chan *chan, void *item) {
    ebb_op_begin(ebb, &ebb_chan_ops[CHAN_OP_RECV], object_or_null(chan));
    if (UNLIKELY(chan == NULL)) return ebb_park(ebb, NULL, 0, EBB_NEVER);
    if (ebb_chan_can_recv(chan)) {
        enum ebb_wake why = ebb_chan_take_now(chan, item);
        ebb_op_done(ebb);
        return why;
    }
    struct ebb_waiter waiter = {.co = ebb->current, .item = item, .waits = EBB_RIGHT_SEND | EBB_RIGHT_CLOSE};
    ebb_waitq_push(&chan->receivers, &waiter);
    return ebb_park(ebb, &waiter, 1, EBB_NEVER);
}

bool ebb_chan_try_send(struct ebb *ebb, struct ebb_chan *chan, const void *item) {
    ebb_op_begin(ebb, &ebb_chan_ops[CHAN_OP_TRY_SEND], object_or_null(chan));
    if (chan != NULL && chan->closed) ebb_chan_panic_closed(ebb, chan);
    if (chan == NULL || !ebb_chan_can_send(chan)) {
        ebb_op_polled(ebb);
        return false;
    }
    ebb_chan_put_now(chan, item);
    ebb_op_done(ebb);
    return true;
}

bool ebb_chan_try_recv(struct ebb *ebb, struct ebb_chan *chan, void *item, enum ebb_wake *why) {
    ebb_op_begin(ebb, &ebb_chan_ops[CHAN_OP_TRY_RECV], object_or_null(chan));
    if (chan == NULL || !ebb_chan_can_recv(chan)) {
        ebb_op_polled(ebb);
        return false;
    }
    enum ebb_wake came_back = ebb_chan_take_now(chan, item);
    if (why != NULL) *why = came_back;
    ebb_op_done(ebb);
    return true;
}

void ebb_chan_close(struct ebb *ebb, struct ebb_chan *chan) {
    ebb_op_begin(ebb, &ebb_chan_ops[CHAN_OP_CLOSE], object_or_null(chan));
    if (chan == NULL) ebb_panic(ebb, "close of nil channel");
    if (chan->closed) ebb_panic(ebb, "close of closed channel %s", chan->head.node.birth.label);
    ebb_chan_close_now(chan);
    ebb_op_done(ebb);
}

uint32_t ebb_chan_len(const struct ebb_chan *chan) { return chan == NULL ? 0 : chan->count; }
uint32_t ebb_chan_capacity(const struct ebb_chan *chan) { return chan == NULL ? 0 : chan->capacity; }
struct ebb_object *ebb_chan_object(struct ebb_chan *chan) {
    return &chan->head;
}

/* --- the kind ---------------------------------------------------------------------------------------------------- */

static struct ebb_chan *chan_of(const struct ebb_object *object) {
    return object == NULL ? NULL : BASE_OWNER(object, struct ebb_chan, head);
}

static void chan_destroy(struct ebb_object *object) {
    struct ebb_chan *self = chan_of(object);
    ASSERT(ebb_waitq_empty(&self->senders) && ebb_waitq_empty(&self->receivers)); /* who waits on it holds it */
    while (self->count > 0) ring_pop(self, NULL);
    ebb_object_free(object, chan_bytes(self));
}

static void chan_reap(struct ebb_object *object) {
    struct ebb_chan *self = chan_of(object);
    ebb_waitq_abandon(&self->senders);
    ebb_waitq_abandon(&self->receivers);
    ebb_object_free(object, chan_bytes(self));
}

static void chan_trace(const struct ebb_object *object, struct ebb_tracer *tracer) {
    struct ebb_chan *self = chan_of(object);
    if (self->shape.trace == NULL) return;
    for (uint32_t i = 0; i < self->count; i++) {
        ebb_tracer_edge(tracer, "message", i);
        self->shape.trace(item_at(self, i), tracer);
    }
}

static uint64_t chan_remains(const struct ebb_object *object) { return chan_of(object)->count; }

static enum status op_make(struct ebb *ebb, struct ebb_object **out, const char *label, const struct ebb_value *args) {
    struct ebb_chan *made = NULL;
    int64_t capacity = args[0].type == EBB_NIL ? 0 : args[0].integer;
    ASSERT(capacity >= 0 && capacity <= UINT32_MAX);
    TRY(ebb_chan_make_shaped(ebb, &made, label, (uint32_t)capacity, ebb_shape_value()));
    *out = &made->head;
    return OK;
}

static void op_send(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)results;
    ebb_chan_send(ebb, chan_of(self), &args[0]);
}

static void op_recv(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results) {
    (void)args;
    results[1] = ebb_value_bool(ebb_chan_recv(ebb, chan_of(self), &results[0]) == EBB_DONE);
}

static void op_close(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                     struct ebb_value *results) {
    (void)args, (void)results;
    ebb_chan_close(ebb, chan_of(self));
}

static void op_try_send(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    results[0] = ebb_value_bool(ebb_chan_try_send(ebb, chan_of(self), &args[0]));
}

static void op_try_recv(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args,
                        struct ebb_value *results) {
    (void)args;
    results[1] = ebb_value_bool(ebb_chan_try_recv(ebb, chan_of(self), &results[0], NULL));
}

#define OP(index) .code = EBB_OP_CODE(KIND_CHAN, index)
/* Bit 0 sends, bit 1 receives. Close conflicts with both: whoever waits to send panics by it. */
#define SENDS ((struct ebb_access){1, 1})
#define RECEIVES ((struct ebb_access){2, 2})
#define ENDS_SENDS (EBB_RIGHT_RECV | EBB_RIGHT_CLOSE)
#define ENDS_RECEIVES (EBB_RIGHT_SEND | EBB_RIGHT_CLOSE)
#define MEETS (EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE | EBB_OUTCOME_CLOSED)
const struct ebb_op ebb_chan_ops[CHAN_OP_COUNT] = {
    [CHAN_OP_SEND] = {OP(CHAN_OP_SEND), "send", "value:any?", "", op_send,
                      "Sends a value; waits for a receiver or for room.", .rights = EBB_RIGHT_SEND, .access = SENDS,
                      .waits = ENDS_SENDS, .outcomes = MEETS | EBB_OUTCOME_WAITED},
    [CHAN_OP_RECV] = {OP(CHAN_OP_RECV), "recv", "", "into:any ok:bool", op_recv,
                      "Receives a value; waits for one. `ok` is false when the channel is closed and drained.",
                      .rights = EBB_RIGHT_RECV, .access = RECEIVES, .waits = ENDS_RECEIVES,
                      .outcomes = MEETS | EBB_OUTCOME_WAITED},
    [CHAN_OP_CLOSE] = {OP(CHAN_OP_CLOSE), "close", "", "", op_close,
                       "Closes the channel: receivers get the rest, then nil.", .rights = EBB_RIGHT_CLOSE,
                       .outcomes = EBB_OUTCOME_DONE | EBB_OUTCOME_WOKE},
    [CHAN_OP_TRY_SEND] = {OP(CHAN_OP_TRY_SEND), "try_send", "value:any?", "ok:bool", op_try_send,
                          "Sends if that needs no waiting; `ok` says whether it did.", .rights = EBB_RIGHT_SEND,
                          .outcomes = MEETS | EBB_OUTCOME_VAIN},
    [CHAN_OP_TRY_RECV] = {OP(CHAN_OP_TRY_RECV), "try_recv", "", "into:any ok:bool", op_try_recv,
                          "Receives if that needs no waiting; `ok` says whether it did.", .rights = EBB_RIGHT_RECV,
                          .outcomes = MEETS | EBB_OUTCOME_VAIN},
};

static void chan_state(const struct ebb_object *object, struct ebb_teller *teller) {
    const struct ebb_chan *self = BASE_OWNER(object, struct ebb_chan, head);
    bool values = self->shape.trace != NULL; /* else times, or what C code sends */
    teller->word(teller, self->closed);
    teller->word(teller, self->count);
    for (uint32_t i = 0; i < self->count; i++) {
        const unsigned char *item = self->items + (size_t)((self->first + i) % self->capacity) * self->shape.size;
        if (values)
            ebb_value_tell(*(const struct ebb_value *)(const void *)item, teller);
        else
            teller->word(teller, hash_bytes((struct str){(const char *)item, self->shape.size}, 0));
    }
    ebb_waitq_tell(&self->senders, teller);
    LIST_EACH(link, &self->senders.waiters) {
        const void *item = BASE_OWNER(link, struct ebb_waiter, link)->item;
        if (values) ebb_value_tell(*(const struct ebb_value *)item, teller);
    }
    ebb_waitq_tell(&self->receivers, teller);
}

const struct ebb_kind ebb_chan_kind = {
    .id = KIND_CHAN,
    .left = EBB_LEFT_MESSAGE,
    .name = "channel",
    .unit = "message",
    .about = "A queue between coroutines; without capacity, a meeting point.",
    .make_name = "chan",
    .make_shape = "capacity:int?",
    .make = op_make,
    .ops = ebb_chan_ops,
    .op_count = CHAN_OP_COUNT,
    .destroy = chan_destroy,
    .state = chan_state,
    .reap = chan_reap,
    .trace = chan_trace,
    .remains = chan_remains,
    .weight = chan_remains,
};

struct ebb_chan *ebb_chan_from(struct ebb_object *object) {
    ASSERT(object->kind == &ebb_chan_kind);
    return BASE_OWNER(object, struct ebb_chan, head);
}
