/* SPDX-License-Identifier: MIT */
/* scenario_generator.h — scenarios from a seed: every construct of the language, written now in braces and now over
 * lines, each of them one that loads. What they do makes little sense, and some of it none; all of them end. */
#ifndef SCENARIO_GENERATOR_H
#define SCENARIO_GENERATOR_H

#include "base/buf.h"
#include "base/prng.h"

enum gen_type {
    GEN_INT,
    GEN_BOOL,
    GEN_TEXT,
    GEN_DURATION,
    GEN_SIZE,
    GEN_CHAN,
    GEN_MUTEX,
    GEN_MAP,
    GEN_LIST,
    GEN_RECORD,
    GEN_GROUP,
    GEN_CONTEXT,
    GEN_ONCE,
    GEN_TICKER,
    GEN_TYPE_COUNT
};
#define GEN_NAMES_MAX 40u

struct gen {
    struct prng prng;
    struct buf *out;
    struct {
        char name[8];
        enum gen_type type;
    } names[GEN_NAMES_MAX];
    uint32_t count, made; /* in scope; ever, so that names differ */
    uint32_t proc;        /* procedures from this one on may be called */
    uint32_t steps;       /* written so far */
    uint32_t loops;       /* around here */
    bool in_cycle;
};
#define GEN_PROCS 3u /* p0(c), p1(c, n), p2() */

static uint32_t gen_below(struct gen *gen, uint32_t bound) { return prng_below(&gen->prng, bound); }
static bool gen_coin(struct gen *gen) { return gen_below(gen, 2) == 0; }

static void gen_put(struct gen *gen, const char *text) { buf_put(gen->out, str_of(text)); }
static void gen_indent(struct gen *gen, uint32_t indent) {
    for (uint32_t i = 0; i < indent; i++) gen_put(gen, "  ");
}

/* --- names --------------------------------------------------------------------------------------------------------- */

/* Its number, for gen_name; the name is known from then on. */
static uint32_t gen_declare(struct gen *gen, enum gen_type type) {
    uint32_t at = gen->count < GEN_NAMES_MAX ? gen->count++ : gen_below(gen, GEN_NAMES_MAX);
    (void)snprintf(gen->names[at].name, sizeof gen->names[at].name, "v%u", gen->made++ % 10000);
    gen->names[at].type = type;
    return at;
}

/* A variable of this type in scope, or NULL. */
static const char *gen_name(struct gen *gen, enum gen_type type) {
    uint32_t found = 0, wanted;
    for (uint32_t i = 0; i < gen->count; i++) found += gen->names[i].type == type;
    if (found == 0) return NULL;
    wanted = gen_below(gen, found);
    for (uint32_t i = 0; i < gen->count; i++)
        if (gen->names[i].type == type && wanted-- == 0) return gen->names[i].name;
    return NULL;
}

/* --- expressions --------------------------------------------------------------------------------------------------- */

static void gen_expr(struct gen *gen, enum gen_type type, uint32_t depth);

static void gen_binary(struct gen *gen, enum gen_type left, const char *operator, enum gen_type right, uint32_t depth) {
    bool open = gen_coin(gen);
    if (open) gen_put(gen, "(");
    gen_expr(gen, left, depth + 1);
    buf_print(gen->out, " %s ", operator);
    gen_expr(gen, right, depth + 1);
    if (open) gen_put(gen, ")");
}

static void gen_literal(struct gen *gen, enum gen_type type) {
    static const char *const durations[] = {"0s", "10ms", "1h30m", "3ns", "90m", "1s1ms"},
                             *const sizes[] = {"0B", "64KiB", "3B", "1KiB512B"};
    static const char *const texts[] = {"('a')", "(\"it's\")", "('say \"no\"')", "('')", "('a, b')"};
    switch (type) {
    case GEN_INT: buf_print(gen->out, "%u", gen_below(gen, 9)); return;
    case GEN_BOOL: gen_put(gen, gen_coin(gen) ? "true" : "false"); return;
    case GEN_DURATION: gen_put(gen, durations[gen_below(gen, BASE_COUNT(durations))]); return;
    case GEN_SIZE: gen_put(gen, sizes[gen_below(gen, BASE_COUNT(sizes))]); return;
    case GEN_TEXT: gen_put(gen, texts[gen_below(gen, BASE_COUNT(texts))]); return;
    case GEN_CHAN: gen_put(gen, "chan("), gen_expr(gen, GEN_INT, 9), gen_put(gen, ")"); return;
    case GEN_MUTEX: gen_put(gen, gen_coin(gen) ? "mutex()" : "rwmutex( )"); return;
    case GEN_MAP: gen_put(gen, "map()"); return;
    case GEN_LIST:
        gen_put(gen, "list("), gen_expr(gen, GEN_INT, 9), gen_put(gen, gen_coin(gen) ? ", chan(), nil)" : ")");
        return;
    case GEN_RECORD:
        gen_put(gen, "record(left = "), gen_expr(gen, GEN_INT, 9), gen_put(gen, ", right= chan(1))");
        return;
    case GEN_GROUP: gen_put(gen, "waitgroup()"); return;
    case GEN_CONTEXT: gen_put(gen, gen_coin(gen) ? "context()" : "context(nil, 1s)"); return;
    case GEN_ONCE: gen_put(gen, "once()"); return;
    case GEN_TICKER: gen_put(gen, "ticker(5ms)"); return;
    case GEN_TYPE_COUNT: return;
    }
}

static void gen_compare(struct gen *gen, uint32_t depth) {
    static const char *const operators[] = {"==", "!=", "<", "<=", ">", ">="};
    gen_binary(gen, GEN_INT, operators[gen_below(gen, 6)], GEN_INT, depth);
}

static void gen_bool(struct gen *gen, uint32_t depth) {
    switch (gen_below(gen, 5)) {
    case 0: gen_put(gen, "not "), gen_expr(gen, GEN_BOOL, depth + 1); return; /* whatever it takes in: it loads */
    case 1: gen_binary(gen, GEN_BOOL, gen_coin(gen) ? "and" : "or", GEN_BOOL, depth); return;
    case 2: gen_put(gen, "(choice == 'fast')"); return;
    case 3: gen_put(gen, "flag"); return;
    default: gen_compare(gen, depth); return;
    }
}

static void gen_int(struct gen *gen, uint32_t depth) {
    static const char *const operators[] = {"+", "-", "*", "%", "/"};
    const char *list = gen_name(gen, GEN_LIST), *record = gen_name(gen, GEN_RECORD), *chan = gen_name(gen, GEN_CHAN);
    switch (gen_below(gen, 7)) {
    case 0: gen_put(gen, "-"), gen_put(gen, gen_coin(gen) ? "-" : ""), gen_put(gen, "n"); return;
    case 1: gen_put(gen, "n"); return;
    case 2: buf_print(gen->out, "%s", gen->in_cycle ? "turn" : "n"); return;
    case 3:
        if (list != NULL)
            buf_print(gen->out, "len(%s)", list);
        else
            gen_put(gen, "7");
        return;
    case 4:
        if (record != NULL)
            buf_print(gen->out, "%s.left", record);
        else
            buf_print(gen->out, "capacity(%s)", chan != NULL ? chan : "common");
        return;
    default: gen_binary(gen, GEN_INT, operators[gen_below(gen, 5)], GEN_INT, depth); return;
    }
}

static void gen_expr(struct gen *gen, enum gen_type type, uint32_t depth) {
    const char *name = gen_name(gen, type);
    if (name != NULL && gen_coin(gen))
        gen_put(gen, name);
    else if (depth > 3 || (type != GEN_INT && type != GEN_BOOL && type != GEN_DURATION))
        gen_literal(gen, type);
    else if (type == GEN_DURATION)
        gen_binary(gen, GEN_DURATION, gen_coin(gen) ? "+" : "*", GEN_INT, depth);
    else if (type == GEN_BOOL)
        gen_bool(gen, depth);
    else
        gen_int(gen, depth);
}

/* A procedure and its arguments; in quotes now and then. */
static void gen_call(struct gen *gen) {
    uint32_t proc = gen->proc + gen_below(gen, GEN_PROCS - gen->proc);
    const char *quote = gen_coin(gen) ? "\"" : "";
    const char *chan = gen_name(gen, GEN_CHAN);
    if (proc == 0) buf_print(gen->out, "%sp0(%s)%s", quote, chan == NULL ? "common" : chan, quote);
    if (proc == 1) buf_print(gen->out, "%sp1(%s, 'x, y')%s", quote, chan == NULL ? "chan(1)" : chan, quote);
    if (proc == 2) buf_print(gen->out, "%sp2%s%s", quote, gen_coin(gen) ? "()" : "", quote);
}

/* --- steps --------------------------------------------------------------------------------------------------------- */

static void gen_block(struct gen *gen, uint32_t indent, uint32_t depth);

/* Steps below a key, in a scope and perhaps a loop of their own. */
static void gen_body(struct gen *gen, const char *key, uint32_t indent, uint32_t depth, bool loop) {
    uint32_t count = gen->count;
    gen_indent(gen, indent);
    buf_print(gen->out, "%s:", key);
    gen->loops += loop;
    gen_block(gen, indent + 1, depth + 1);
    gen->loops -= loop;
    gen->count = count;
}

/* The same for a block that runs by itself. */
static void gen_closure(struct gen *gen, const char *key, uint32_t indent, uint32_t depth) {
    uint32_t loops = gen->loops;
    gen->loops = 0;
    gen_body(gen, key, indent, depth, false);
    gen->loops = loops;
}

static void gen_let(struct gen *gen, uint32_t indent) {
    enum gen_type type = (enum gen_type)gen_below(gen, GEN_TYPE_COUNT);
    gen_put(gen, "let:\n");
    gen_indent(gen, indent + 2);
    buf_print(gen->out, "v%u: ", gen->made % 10000);
    if (type == GEN_TEXT && gen_coin(gen))
        gen_put(gen, "\"a: \\\"b\\\" #c \\u00e9\\t\\x1b\"");
    else
        gen_expr(gen, type, 0);
    gen_put(gen, "\n");
    (void)gen_declare(gen, type);
}

static void gen_set(struct gen *gen, uint32_t indent) {
    const char *number = gen_name(gen, GEN_INT), *list = gen_name(gen, GEN_LIST), *record = gen_name(gen, GEN_RECORD);
    gen_put(gen, gen_coin(gen) ? "set:\n" : "atomic:\n");
    gen_indent(gen, indent + 2);
    if (list != NULL && gen_coin(gen))
        buf_print(gen->out, "%s[0]: ", list);
    else if (record != NULL && gen_coin(gen))
        buf_print(gen->out, "(%s).right: ", record);
    else
        buf_print(gen->out, "%s: ", number != NULL ? number : "common");
    gen_expr(gen, list == NULL && record == NULL && number == NULL ? GEN_CHAN : GEN_INT, 0);
    gen_put(gen, "\n");
}

static void gen_verb(struct gen *gen, uint32_t indent) {
    const char *chan = gen_name(gen, GEN_CHAN), *mutex = gen_name(gen, GEN_MUTEX), *map = gen_name(gen, GEN_MAP),
               *list = gen_name(gen, GEN_LIST);
    const char *group = gen_name(gen, GEN_GROUP), *ticker = gen_name(gen, GEN_TICKER),
               *context = gen_name(gen, GEN_CONTEXT);
    uint32_t which = gen_below(gen, 9);
    if (which == 0 && mutex != NULL) {
        buf_print(gen->out, "%s: %s\n", gen_coin(gen) ? "lock" : "unlock", mutex);
    } else if (which == 1 && map != NULL) {
        buf_print(gen->out, "put: %s\n", map), gen_indent(gen, indent + 1), gen_put(gen, "key: \"k\"\n"),
            gen_indent(gen, indent + 1), gen_put(gen, "value: bytes(3B)\n");
    } else if (which == 2 && list != NULL) {
        buf_print(gen->out, "append: %s\n", list), gen_indent(gen, indent + 1), gen_put(gen, "value: "),
            gen_expr(gen, GEN_MUTEX, 0), gen_put(gen, "\n");
    } else if (which == 3 && group != NULL) {
        buf_print(gen->out, "{add: %s, count: 2}\n", group);
    } else if (which == 4 && ticker != NULL) {
        buf_print(gen->out, "stop: %s\n", ticker);
    } else if (which == 5 && context != NULL) {
        gen_coin(gen) ? buf_print(gen->out, "cancel: %s\n", context) : buf_print(gen->out, "recv: %s.done\n", context);
    } else if (which < 7) {
        buf_print(gen->out, "{try_recv: %s, into: v%u, ok: v%u}\n", chan == NULL ? "nil" : chan, gen->made % 10000,
                  (gen->made + 1) % 10000);
        (void)gen_declare(gen, GEN_TYPE_COUNT), (void)gen_declare(gen, GEN_BOOL);
    } else {
        buf_print(gen->out, "try_send: %s\n", chan == NULL ? "common" : chan), gen_indent(gen, indent + 1),
            gen_put(gen, "value: "), gen_expr(gen, GEN_INT, 0), gen_put(gen, "\n");
    }
}

static void gen_select(struct gen *gen, uint32_t indent, uint32_t depth) {
    const char *chan = gen_name(gen, GEN_CHAN);
    uint32_t last = gen_below(gen, 3), count = gen->count;
    gen_put(gen, "select:\n");
    for (uint32_t i = gen_below(gen, 3); i > 0; i--) {
        gen_indent(gen, indent + 2);
        buf_print(gen->out, "- recv: %s\n", chan == NULL ? "nil" : chan);
        if (gen_coin(gen)) {
            gen_indent(gen, indent + 3);
            buf_print(gen->out, "into: v%u\n", gen->made % 10000);
            (void)gen_declare(gen, GEN_TYPE_COUNT);
        }
        if (gen_coin(gen)) gen_body(gen, "do", indent + 3, depth, false);
        gen->count = count;
    }
    gen_indent(gen, indent + 2);
    buf_print(gen->out, "- {send: %s, value: n}\n", chan == NULL ? "common" : chan);
    gen_indent(gen, indent + 2);
    if (last == 0) {
        gen_put(gen, "- after: 3ms\n");
        gen_body(gen, "do", indent + 3, depth, false);
    } else {
        gen_put(gen, last == 1 ? "- default:\n" : "- default: [yield]\n");
    }
}

static void gen_go(struct gen *gen, uint32_t indent, uint32_t depth) {
    if (gen_coin(gen) && gen->proc < GEN_PROCS) {
        gen_put(gen, "go: ");
        gen_call(gen);
        gen_put(gen, "\n");
    } else {
        uint32_t loops = gen->loops, count = gen->count;
        gen->loops = 0;
        gen_put(gen, "go:");
        gen_block(gen, indent + 2, depth + 1);
        gen->loops = loops;
        gen->count = count;
    }
    if (gen_coin(gen)) gen_indent(gen, indent + 1), gen_put(gen, "as: some_name\n");
    if (gen_coin(gen)) gen_indent(gen, indent + 1), gen_put(gen, "count: 2\n");
}

static void gen_loop(struct gen *gen, uint32_t indent, uint32_t depth) {
    const char *list = gen_name(gen, GEN_LIST);
    uint32_t count = gen->count;
    switch (gen_below(gen, 4)) {
    case 0:
        buf_print(gen->out, "repeat: %u\n", gen_below(gen, 4)), gen_indent(gen, indent + 1),
            buf_print(gen->out, "as: v%u\n", gen->made % 10000);
        (void)gen_declare(gen, GEN_INT);
        break;
    case 1:
        buf_print(gen->out, "for: v%u\n", gen->made % 10000), gen_indent(gen, indent + 1),
            buf_print(gen->out, "in: %s\n", list == NULL ? "3" : list);
        (void)gen_declare(gen, GEN_TYPE_COUNT);
        break;
    case 2: gen_put(gen, "while: "), gen_expr(gen, GEN_BOOL, 0), gen_put(gen, "\n"); break;
    default:
        gen_put(gen, "loop:");
        gen->loops++;
        gen_block(gen, indent + 2, depth + 1);
        gen->loops--;
        gen->count = count;
        return;
    }
    gen_body(gen, "do", indent + 1, depth, true);
    gen->count = count;
}

static void gen_closures(struct gen *gen, uint32_t indent, uint32_t depth) {
    const char *once = gen_name(gen, GEN_ONCE);
    switch (gen_below(gen, 4)) {
    case 0:
        if (once == NULL) {
            gen_put(gen, "step\n");
            return;
        }
        buf_print(gen->out, "once: %s\n", once);
        gen_closure(gen, "do", indent + 1, depth);
        return;
    case 1:
        gen_put(gen, "call_after: 2ms\n");
        gen_closure(gen, "do", indent + 1, depth);
        if (gen_coin(gen))
            gen_indent(gen, indent + 1), buf_print(gen->out, "into: v%u\n", gen->made % 10000),
                (void)gen_declare(gen, GEN_TYPE_COUNT);
        if (gen_coin(gen)) gen_indent(gen, indent + 1), gen_put(gen, "as: later\n");
        return;
    case 2:
        gen_put(gen, "finalize: map()\n");
        gen_closure(gen, "do", indent + 1, depth);
        return;
    default: {
        uint32_t loops = gen->loops, count = gen->count;
        gen->loops = 0;
        gen_put(gen, "defer:");
        gen_block(gen, indent + 2, depth + 1);
        gen->loops = loops;
        gen->count = count;
    }
    }
}

static void gen_simple(struct gen *gen) {
    uint32_t which = gen_below(gen, 8);
    if (which < 2 && gen->loops > 0)
        gen_put(gen, which == 0 ? "break\n" : "continue\n");
    else if (which == 2)
        gen_put(gen, "return\n");
    else if (which == 3)
        gen_put(gen, "return: "), gen_expr(gen, GEN_INT, 0), gen_put(gen, "\n");
    else if (which == 4)
        gen_put(gen, "panic: \"gone\"\n");
    else if (which == 5)
        buf_print(gen->out, "recover: v%u\n", gen->made % 10000), (void)gen_declare(gen, GEN_BOOL);
    else if (which == 6)
        buf_print(gen->out, "{choose: 3, into: v%u}\n", gen->made % 10000), (void)gen_declare(gen, GEN_INT);
    else
        gen_put(gen, gen_coin(gen) ? "yield\n" : "sleep: 1ms\n");
}

static void gen_step(struct gen *gen, uint32_t indent, uint32_t depth) {
    uint32_t which = gen_below(gen, depth < 4 && gen->steps < 60 ? 12 : 6);
    gen_indent(gen, indent);
    gen_put(gen, "- ");
    gen->steps++;
    if (which < 2)
        gen_let(gen, indent);
    else if (which < 4)
        gen_verb(gen, indent);
    else if (which == 4)
        gen_simple(gen);
    else if (which == 5)
        gen_set(gen, indent);
    else if (which == 6)
        gen_select(gen, indent, depth);
    else if (which == 7)
        gen_go(gen, indent, depth);
    else if (which == 8)
        gen_loop(gen, indent, depth);
    else if (which == 9)
        gen_closures(gen, indent, depth);
    else if (which == 10 && gen->proc < GEN_PROCS) {
        gen_put(gen, "call: "), gen_call(gen), gen_put(gen, "\n");
        if (gen_coin(gen))
            gen_indent(gen, indent + 1), buf_print(gen->out, "into: v%u\n", gen->made % 10000),
                (void)gen_declare(gen, GEN_TYPE_COUNT);
    } else {
        gen_put(gen, "if: "), gen_expr(gen, GEN_BOOL, 0), gen_put(gen, "\n");
        bool both = gen_coin(gen);
        if (both || gen_coin(gen))
            gen_body(gen, "then", indent + 1, depth, false);
        else
            gen_body(gen, "else", indent + 1, depth, false), both = false;
        if (both) gen_body(gen, "else", indent + 1, depth, false);
    }
}

static void gen_block(struct gen *gen, uint32_t indent, uint32_t depth) {
    uint32_t count = gen_below(gen, depth == 0 ? 9 : 4);
    if (count == 0) {
        gen_put(gen, " []\n");
        return;
    }
    gen_put(gen, "\n");
    for (uint32_t i = 0; i < count; i++) gen_step(gen, indent, depth);
}

static void gen_routine(struct gen *gen, const char *head, uint32_t indent, uint32_t proc) {
    gen->count = 0;
    gen->loops = 0;
    gen->proc = proc;
    gen_indent(gen, indent);
    buf_print(gen->out, "%s:", head);
    if (proc == 1) (void)snprintf(gen->names[gen->count].name, 8, "c"), gen->names[gen->count++].type = GEN_CHAN;
    gen_block(gen, indent + 1, 0);
}

/* --- the file ------------------------------------------------------------------------------------------------------ */

static void gen_expectation(struct gen *gen) {
    static const char *const all[] = {
        "clean",
        "{grows: {map entry: 1, bytes: 1KiB}}",
        "[{blocked: main, on: recv c, count: 1}]",
        "{every: [{lock: \"a, b\"}, {message: common, count: [1, 3]}]}",
        "{some: [[{blocked: p0}], [{alive: go, on: sleep}, {bytes: x, count: 4KiB}]]}",
        "[{grows: timer, count: 2}]",
        "{some: [{panic: \"send on: closed\"}]}",
    };
    gen_put(gen, all[gen_below(gen, BASE_COUNT(all))]);
    gen_put(gen, "\n");
}

static void gen_rules(struct gen *gen, bool named) {
    if (gen_coin(gen)) gen_put(gen, "tags: [one, \"t: wo\", 3]\n");
    if (gen_coin(gen)) gen_put(gen, "watch: [bytes > 85% of 8MiB, allocation > 4KiB, allocation rate > 2MiB per 1s]\n");
    if (gen_coin(gen)) gen_put(gen, "faults: [cancel, stall]\n");
    if (named) gen_put(gen, "variants: {first: {}, second-one: {n: 3, choice: slow}}\n");
    if (named && gen_coin(gen)) gen_put(gen, "pending: {first: not yet}\n");
    buf_print(gen->out, "limits: {steps: %u%s}\n", 2000 + gen_below(gen, 1000),
              gen_coin(gen) ? ", cycles: 13, horizon: 30s" : ", cycles: 14");
    if (gen_below(gen, 4) == 0) return;
    if (!named) {
        gen_put(gen, "expect: "), gen_expectation(gen);
        return;
    }
    gen_put(gen, "expect:\n  first: "), gen_expectation(gen);
    gen_put(gen, "  second-one: "), gen_expectation(gen);
    if (gen_coin(gen)) gen_put(gen, "  leaks when: n > 1 and choice != 'slow' or not flag\n");
}

/* The file, without a NUL at its end. */
static void scenario_generate(uint64_t seed, struct buf *out) {
    struct gen gen = {.out = out};
    prng_seed(&gen.prng, seed);
    bool cycle = gen_below(&gen, 3) == 0;
    gen_put(&gen,
            gen_coin(&gen) ? "ebb: 1\nabout: A generated one.\n"
                           : "ebb: 1\nabout: \"Quoted: \\\"yes\\\" \\\\ \\u2028 #1\"\n");
    gen_put(&gen,
            "params:\n  n: {default: 2, range: [0, 4], about: \"how: many\"}\n  flag: false\n  choice: {default: fast, "
            "choices: [fast, slow, \"a b\"]}\n");
    gen_put(&gen, gen_coin(&gen) ? "shared: {common: chan(n), table: map()}\n" : "shared:\n  common: chan(n + 1)\n");
    gen_put(&gen, "procs:\n");
    gen_routine(&gen, gen_coin(&gen) ? "p0(c)" : "p0( c )", 1, 1);
    gen_routine(&gen, "p1(c, t)", 1, 2);
    gen_routine(&gen, gen_coin(&gen) ? "p2()" : "p2", 1, GEN_PROCS);
    if (gen_coin(&gen)) gen_routine(&gen, "setup", 0, 0);
    gen.in_cycle = cycle;
    gen_routine(&gen, cycle ? "cycle" : "main", 0, 0);
    gen.in_cycle = false;
    if (gen_coin(&gen)) gen_routine(&gen, "teardown", 0, 0);
    gen_rules(&gen, gen_coin(&gen));
}

#endif
