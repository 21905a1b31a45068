/* SPDX-License-Identifier: MIT */
/* functions.c — what an expression can ask for without a step: one line each. */
#include "kinds/chan/chan.h"
#include "kinds/context/context.h"
#include "kinds/kinds.h"
#include "kinds/list/list.h"
#include "kinds/map/map.h"
#include "kinds/slice/slice.h"
#include "scenario/exec.h"

static bool is(struct ebb_value value, uint16_t kind) {
    return value.type == EBB_OBJECT && value.object->kind->id == kind;
}

static bool call_len(struct activation *self, struct ebb_value arg, struct ebb_value *out) {
    int64_t len = 0;
    (void)self;
    if (is(arg, KIND_CHAN))
        len = ebb_chan_len(ebb_chan_from(arg.object));
    else if (is(arg, KIND_LIST))
        len = ebb_list_count(ebb_list_from(arg.object));
    else if (is(arg, KIND_MAP))
        len = (int64_t)ebb_map_len(ebb_map_from(arg.object));
    else if (is(arg, KIND_SLICE))
        len = (int64_t)ebb_slice_len(ebb_slice_from(arg.object));
    else if (arg.type != EBB_NIL)
        return false;
    *out = ebb_value_int(len);
    return true;
}

static bool call_capacity(struct activation *self, struct ebb_value arg, struct ebb_value *out) {
    (void)self;
    if (!is(arg, KIND_CHAN)) return false;
    *out = ebb_value_int(ebb_chan_capacity(ebb_chan_from(arg.object)));
    return true;
}

static bool call_cancelled(struct activation *self, struct ebb_value arg, struct ebb_value *out) {
    (void)self;
    if (!is(arg, KIND_CONTEXT)) return false;
    *out = ebb_value_bool(ebb_context_cancelled(ebb_context_from(arg.object)));
    return true;
}

static bool call_now(struct activation *self, struct ebb_value arg, struct ebb_value *out) {
    (void)arg;
    self->run->clock_reads++;
    *out = (struct ebb_value){.type = EBB_DURATION, .integer = ebb_now_ns(self->ebb)};
    return true;
}

static const struct function functions[] = {
    {"len", true, call_len, "How many messages, items, entries or bytes there are; 0 for nil."},
    {"capacity", true, call_capacity, "How many messages a channel can buffer."},
    {"cancelled", true, call_cancelled, "Whether a context is cancelled."},
    {"now", false, call_now, "The virtual time since the run began."},
};

const struct function *scenario_function_at(uint32_t index) {
    return index < BASE_COUNT(functions) ? &functions[index] : NULL;
}

const struct function *scenario_function_find(struct str name) {
    for (size_t i = 0; i < BASE_COUNT(functions); i++)
        if (str_equal(name, str_of(functions[i].name))) return &functions[i];
    return NULL;
}
