/* SPDX-License-Identifier: MIT */
/* values.c — a value as one would write it in a scenario: exact, in the largest unit that is. */
#include "base/buf.h"
#include "scenario/model.h"

struct unit {
    const char *name;
    int64_t factor;
};

static void units_words(struct buf *out, int64_t number, const struct unit *units) {
    while (number % units->factor != 0) units++;
    buf_print(out, "%lld%s", (long long)(number / units->factor), units->name);
}

void scenario_value_words(struct buf *out, struct ebb_value value) {
    static const struct unit durations[] = {{"h", INT64_C(3600000000000)},
                                            {"m", INT64_C(60000000000)},
                                            {"s", 1000000000},
                                            {"ms", 1000000},
                                            {"us", 1000},
                                            {"ns", 1}};
    static const struct unit sizes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};
    switch (value.type) {
    case EBB_INT: buf_print(out, "%lld", (long long)value.integer); return;
    case EBB_BOOL: buf_put(out, value.integer != 0 ? STR("true") : STR("false")); return;
    case EBB_DURATION:
        if (value.integer == 0)
            buf_put(out, STR("0s"));
        else
            units_words(out, value.integer, durations);
        return;
    case EBB_SIZE:
        if (value.integer == 0)
            buf_put(out, STR("0B"));
        else
            units_words(out, value.integer, sizes);
        return;
    case EBB_TEXT: buf_put(out, str_of(value.text)); return;
    default: buf_put(out, str_of(ebb_type_name(value.type))); return;
    }
}
