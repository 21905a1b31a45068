/* SPDX-License-Identifier: MIT */
/* object.h — for those who implement a kind: what every object of the subject begins with, and what a kind is.
 *
 * Objects are counted. Each variable, message, container slot or armed alarm that names an object holds it; the object
 * dies with its last hold. Objects that only an explicit verb ends (foreign memory, a thread, a descriptor), and
 * objects that are armed (a timer, an uncancelled context), hold themselves until then. */
#ifndef CORE_OBJECT_H
#define CORE_OBJECT_H

#include "census/census.h"
#include "core/value.h"

struct ebb;
struct ebb_object;

/* Called with each object that `trace` finds held, once per hold. */
struct ebb_tracer {
    void (*visit)(struct ebb_tracer *, struct ebb_object *held);
    /* For people: what the holder calls the object it visits next, such as "key" with a name or "item" with a number.
     * A trace that can say sets it before the visit; who reads it clears it after each. */
    const char *edge;
    struct str name; /* at is NULL: `place` says which; both 0: there is only one */
    int64_t place;
};
static inline void ebb_tracer_edge(struct ebb_tracer *tracer, const char *edge, int64_t place) {
    tracer->edge = edge;
    tracer->name = (struct str){0};
    tracer->place = place;
}

/* Told what decides how an object, or a coroutine, goes on: numbers, and other objects. */
struct ebb_teller {
    void (*word)(struct ebb_teller *, uint64_t word);
    void (*object)(struct ebb_teller *, const struct ebb_object *); /* or NULL, for none */
};
void ebb_value_tell(struct ebb_value value, struct ebb_teller *teller);

/* What an object means when it is still there at the end. */
enum ebb_left {
    EBB_LEFT_OBJECT, /* a finding of its own only when nothing else that was left keeps it */
    EBB_LEFT_COROUTINE,
    EBB_LEFT_TIMER,   /* armed */
    EBB_LEFT_CONTEXT, /* not cancelled */
    EBB_LEFT_MESSAGE, /* sent, never received */
    EBB_LEFT_LOCK,    /* held */
    EBB_LEFT_BYTES,   /* taken from the C heap, not freed */
    EBB_LEFT_THREAD,  /* not joined */
    EBB_LEFT_FD,      /* not closed */
    EBB_LEFT_COUNT
};

/* What a verb has to do with its object, for searches that leave out orders without a difference: two accesses to one
 * object conflict when either does something the other is against. Where they do not, both orders must lead to the same
 * state. The bits are the kind's own; none at all means everything, which is always right. A verb of which another
 * event cannot be the cause by its place in a queue only, but by what it passed on, says so: see ebb_cause. */
struct ebb_access {
    uint16_t does, against;
};
#define EBB_ACCESS_ALL ((struct ebb_access){UINT16_MAX, UINT16_MAX})
#define EBB_ACCESS_READ ((struct ebb_access){1, 2})
#define EBB_ACCESS_WRITE ((struct ebb_access){2, 3})

/* One verb of a kind, as scenarios see it. `shape` lists the arguments in order: "name:type", separated by spaces,
 * "?" after an optional one. Types: int bool duration size text any proc, or a kind's name. */
struct ebb_op {
    uint16_t code;     /* EBB_OP_CODE(kind id, index): goes into digests */
    const char *name;  /* in YAML */
    const char *shape; /* arguments */
    const char *gives; /* results in the same notation, "" for none */
    /* `self` is NULL for the nil channel. `args` are borrowed, as many as the shape names (absent ones are NIL);
     * `results` are NIL on entry, as many as `gives` names; objects put there come held. NULL when scenarios cannot
     * call it. */
    void (*call)(struct ebb *ebb, struct ebb_object *self, const struct ebb_value *args, struct ebb_value *results);
    const char *about; /* one sentence for the docs */
    bool fault;        /* no verb: what is done to the subject, from outside, at a step of whoever runs */
    bool nil_too;      /* does nothing to nil, and is called with NULL then */
    uint16_t rights;   /* enum ebb_right; 0 for a verb that never helps anybody who waits */
    struct ebb_access access;
    uint16_t waits;    /* enum ebb_right: what others do that may end its wait */
    uint16_t outcomes; /* enum ebb_outcome, added up: what can come of it; 0: it is done, and that is all */
};
/* What comes of a verb, for lists of what no run has shown. */
enum ebb_outcome {
    EBB_OUTCOME_DONE = 1, /* it completed without a wait */
    EBB_OUTCOME_WAITED = 2,
    EBB_OUTCOME_WOKE = 4,   /* somebody who waited goes on because of it */
    EBB_OUTCOME_CLOSED = 8, /* it found the object closed, or waited until it was */
    EBB_OUTCOME_VAIN = 16,  /* it would have had to wait, and gave up */
    EBB_OUTCOME_CASE = 32,  /* of a select, one for each of its cases */
};
/* What a verb can do for somebody who waits; added up. A wait names the rights that would end it. */
enum ebb_right {
    EBB_RIGHT_SEND = 1,
    EBB_RIGHT_RECV = 2,
    EBB_RIGHT_CLOSE = 4,
    EBB_RIGHT_UNLOCK = 8,
    EBB_RIGHT_RUNLOCK = 16,
    EBB_RIGHT_DONE = 32,   /* a wait group's counter goes down */
    EBB_RIGHT_SIGNAL = 64, /* of a condition */
    EBB_RIGHT_CANCEL = 128,
    EBB_RIGHT_ARM = 256,      /* a timer or ticker, which then sends */
    EBB_RIGHT_INDIRECT = 512, /* on another object than the verb's own: waiting on a condition unlocks its lock */
};
#define EBB_OP_CODE(kind_id, index) ((uint16_t)((kind_id) << 8 | (index)))

/* A kind: one per folder, listed once in kinds.def. */
struct ebb_kind {
    uint16_t id;
    enum ebb_left left;
    const char *name;  /* "channel" */
    const char *unit;  /* what its weight counts, "message"; NULL when it has no weight */
    bool view;         /* a way to look at another object: how many there are says nothing of its own */
    const char *about; /* one sentence for the docs */
    /* Constructor as scenarios call it, or NULL; the object comes with one hold. */
    const char *make_name, *make_shape;
    CHECKED enum status (*make)(struct ebb *, struct ebb_object **out, const char *label, const struct ebb_value *args);
    bool refusable; /* the system gives it, and a program is expected to live on when it does not */
    const struct ebb_op *ops;
    uint32_t op_count;
    /* The last hold has gone: release what it holds, then ebb_object_free. */
    void (*destroy)(struct ebb_object *);
    /* After the verdict: give back what is not memory (alarms, threads, descriptors) and the object's own memory,
     * whatever still holds it, touching no other object; ends with ebb_object_free. */
    void (*reap)(struct ebb_object *);
    /* Visits each object it holds; NULL when it can hold none. */
    void (*trace)(const struct ebb_object *, struct ebb_tracer *);
    /* Visits objects it can act on without holding them: a context its children. NULL: none. */
    void (*acts)(const struct ebb_object *, struct ebb_tracer *);
    /* Tells all that decides what its verbs do from now on, and nothing else that may differ: no absolute time, no count of
     * what has been. NULL: nobody can tell. */
    void (*state)(const struct ebb_object *, struct ebb_teller *);
    /* Whether time alone can make it act: an alarm of it is set. NULL: never. */
    bool (*armed)(const struct ebb_object *);
    bool code;   /* it may be a closure: what is armed with it may run any code */
    bool opaque; /* while one lives, code that no `trace` shows may run and act on anything */
    /* How much of `left` remains now (armed: 1, messages: n); 0 when in order. NULL for EBB_LEFT_OBJECT. */
    uint64_t (*remains)(const struct ebb_object *);
    /* Its weight, where that changes too often for the census to be told each time; NULL: as the census has it. */
    uint64_t (*weight)(const struct ebb_object *);
    /* Bytes of a block that only part of it can still be reached of: used through views, held in all. Or NULL. */
    bool (*pinned)(const struct ebb_object *, uint64_t *used_bytes, uint64_t *held_bytes);
};

#define EBB_FLAG_SELF_HOLD 1u  /* one of `holds` is its own */
#define EBB_FLAG_FINALIZER 2u  /* a finalizer is set */
#define EBB_FLAG_FINALIZING 4u /* in the queue of finalizers, or being finalized */
#define EBB_FLAG_ENDED 8u      /* freed, closed or joined: further use is a panic */
#define EBB_FLAG_INNER 16u     /* part of another object (a timer's channel): no finding of its own */

struct ebb_object {
    struct census_node node; /* first member */
    const struct ebb_kind *kind;
    struct ebb *ebb;
    uint32_t holds;
    uint32_t flags;
    struct ebb_object *dying; /* the next that waits for its end, while one ends */
};

/* A zeroed object of `size` bytes that has entered the census with one hold, or NULL for lack of memory. */
CHECKED void *ebb_object_make(struct ebb *ebb, const struct ebb_kind *kind, const char *label, size_t size);
/* Leaves the census and frees. From destroy and reap only. */
void ebb_object_free(struct ebb_object *object, size_t size);
static inline struct ebb_object *ebb_object_of(struct census_node *node) {
    return BASE_OWNER(node, struct ebb_object, node);
}

static inline void ebb_object_hold(struct ebb_object *object) {
    ASSERT(object->holds > 0);
    object->holds++;
}
void ebb_object_release(struct ebb_object *object); /* may destroy it */
void ebb_object_self_hold(struct ebb_object *object);
void ebb_object_self_release(struct ebb_object *object); /* may destroy it; nothing when it holds itself no more */
/* Panics when a verb touches what was freed, closed or joined. */
void ebb_object_use(struct ebb_object *object, const char *verb);
static inline void ebb_object_weigh(struct ebb_object *object, uint64_t weight);

struct census *ebb_census(struct ebb *ebb);
static inline void ebb_object_weigh(struct ebb_object *object, uint64_t weight) {
    census_weigh(ebb_census(object->ebb), &object->node, weight);
}

#endif
