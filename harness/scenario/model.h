/* SPDX-License-Identifier: MIT */
/* model.h — a scenario as data: what the loader makes and the interpreter walks. Names are resolved: a variable is a
 * number of scopes to go out and a place there. Private to this folder. */
#ifndef SCENARIO_MODEL_H
#define SCENARIO_MODEL_H

#include "base/mem.h"
#include "core/object.h"
#include "scenario/scenario.h"

struct where {
    uint32_t line, column;
};

/* --- expressions -------------------------------------------------------------------------------------------------- */
enum expr_what {
    EXPR_LITERAL,
    EXPR_VARIABLE,
    EXPR_PARAM,
    EXPR_TURN,
    EXPR_UNARY,
    EXPR_BINARY,
    EXPR_MAKE,
    EXPR_MEMBER,
    EXPR_INDEX,
    EXPR_LIST,
    EXPR_RECORD,
    EXPR_CALL,
};
enum expr_operator {
    OPERATOR_OR,
    OPERATOR_AND,
    OPERATOR_NOT,
    OPERATOR_EQUAL,
    OPERATOR_UNEQUAL,
    OPERATOR_LESS,
    OPERATOR_AT_MOST,
    OPERATOR_MORE,
    OPERATOR_AT_LEAST,
    OPERATOR_PLUS,
    OPERATOR_MINUS,
    OPERATOR_TIMES,
    OPERATOR_DIVIDE,
    OPERATOR_MODULO,
    OPERATOR_NEGATE,
};
/* What the file says of a variable, once for each place where it is made. */
enum declared_how { DECLARED_LET, DECLARED_RESULT, DECLARED_ITEM, DECLARED_COUNT, DECLARED_ARGUMENT, DECLARED_SHARED };
struct declared {
    struct declared *next; /* in the order in which they are loaded */
    struct str name;
    struct where where;
    enum declared_how how;
    uint32_t number;
    bool read;                /* an expression or `drop` names it */
    bool changed;             /* something else than its declaration gives it a value */
    const struct expr *value; /* LET: what it is made with */
};
struct variable {
    uint32_t hops, place;
    struct declared *declared; /* NULL for a place without a name */
};
struct expr {
    enum expr_what what;
    struct where where;
    uint32_t height; /* of the tree below: each level is a frame when it is computed */
    union {
        struct ebb_value literal;
        struct variable variable;
        uint32_t param;
        struct {
            enum expr_operator operator;
            struct expr *left, *right; /* UNARY: left */
        } operation;
        struct {
            const struct ebb_kind *kind;
            struct expr *args[4]; /* NULL where absent */
            const char *label;    /* what reports call the object */
        } make;
        struct {
            struct expr *of;
            const char *name;            /* a record's field, or */
            const struct member *member; /* the part of an object of this name; NULL: no kind has one */
        } member;
        struct {
            struct expr *of, *at;
        } index;
        struct { /* LIST, RECORD; RECORD: names of as many fields */
            struct expr **values;
            const char **names;
            uint32_t count;
            const char *label;
        } items;
        struct {
            const struct function *function;
            struct expr *arg; /* NULL when it takes none */
        } call;
    };
};
/* What can be asked without a step: `len(x)`, `now()`. */
struct activation;
struct function {
    const char *name;
    bool takes_one; /* argument; else none */
    /* False: the argument does not fit. */
    bool (*call)(struct activation *, struct ebb_value arg, struct ebb_value *out);
    const char *about;
};
/* A part of an object that can be named: `ticker.channel`, `context.done`. */
struct member {
    const char *name;
    uint16_t kind_id;
    struct ebb_object *(*get)(struct ebb_object *of); /* borrowed */
    const char *about;
};

/* --- steps ---------------------------------------------------------------------------------------------------------- */
enum step_what {
    STEP_LET,
    STEP_SET,
    STEP_ATOMIC,
    STEP_STEP,
    STEP_DROP,
    STEP_GO,
    STEP_CALL,
    STEP_IF,
    STEP_REPEAT,
    STEP_WHILE,
    STEP_LOOP,
    STEP_FOR,
    STEP_SELECT,
    STEP_SLEEP,
    STEP_YIELD,
    STEP_BREAK,
    STEP_CONTINUE,
    STEP_RETURN,
    STEP_DEFER,
    STEP_PANIC,
    STEP_RECOVER,
    STEP_CHOOSE,
    STEP_ONCE,
    STEP_CALL_AFTER,
    STEP_FINALIZE,
    STEP_VERB,
};
struct block {
    struct step *steps;
    uint32_t count;
    uint32_t *ends, end_count; /* the places of its variables, nil again when it ends, unless a closure names them */
    uint32_t place_count;      /* own_scope: how many there are in all */
    bool own_scope;            /* a loop's, with a closure in it: each turn has variables of its own */
};
struct routine {     /* a procedure, a phase, or an anonymous block that runs by itself */
    struct str name; /* label of its coroutine */
    struct where where;
    uint32_t place_count, param_count;
    uint32_t number; /* of a procedure: its place among them */
    struct declared **params;
    struct block body;
    const struct routine *outer; /* of a block that runs by itself: the routine it stands in */
    bool within;                 /* it runs on its outer routine's coroutine, as `defer` and `once` do */
    bool guarded;                /* defers or recovers, so that it needs a frame to unwind to */
    bool used;
};
#define VERB_ARGS_MAX 4u
/* One verb on one kind, with the step's keys sorted into the shape's places. */
struct verb {
    const struct ebb_kind *kind;
    const struct ebb_op *op;
    struct expr *args[VERB_ARGS_MAX];
    struct variable into[VERB_ARGS_MAX];
    bool has_into[VERB_ARGS_MAX];
    uint32_t arg_count, result_count;
};
struct select_case {
    enum { SELECT_RECV, SELECT_SEND, SELECT_AFTER, SELECT_DEFAULT } what;
    struct where where;
    struct expr *chan, *value; /* AFTER: value is the delay */
    struct variable into, ok;
    bool has_into, has_ok;
    struct block body;
};
struct step {
    enum step_what what;
    uint32_t number; /* among all of the file: less than the scenario's step_count */
    struct where where;
    const char *word;           /* as written */
    struct expr *expr, *expr2;  /* SET, ATOMIC: expr2 is what is set */
    struct variable into, over; /* FOR: over is where the loop keeps what it goes through */
    bool has_into;
    struct block body, otherwise;
    struct routine *routine; /* GO, CALL: a procedure known by name; GO of a block, DEFER: its own */
    struct expr **args;
    uint32_t arg_count;
    struct select_case *cases;
    uint32_t case_count;
    struct verb *verbs; /* VERB: one for each kind that has it */
    uint32_t verb_count;
};

/* --- the file ------------------------------------------------------------------------------------------------------- */
struct param {
    struct str name, about;
    struct where where;
    struct ebb_value initial;
    bool has_range, used;
    int64_t least, most;
    const char **choices; /* of a text; NULL when it is none */
    uint32_t choice_count;
};
struct shared {
    struct str name;
    struct where where;
    struct expr *value;
    struct declared *declared;
};
struct variant {
    struct str name;
    struct where where;
    struct ebb_value *values; /* one for each parameter */
    struct check_expect expect;
    bool expected;      /* the file says so itself */
    struct str pending; /* why it is not judged yet; empty: it is */
};
/* `watch: [bytes > 85% of 8MiB, allocation > 4KiB, allocation rate > 2MiB per 1s]`: looked at after every step. */
enum watch_what { WATCH_BYTES, WATCH_ALLOCATION, WATCH_RATE, WATCH_AGE };
struct watch {
    enum watch_what what;
    struct where where;
    int64_t bytes;   /* more than these */
    int64_t per_ns;  /* RATE: within this time */
    struct str text; /* as written */
};
/* What a schedule may do to the subject beside choosing its order. */
enum fault { FAULT_STALL = 1, FAULT_CANCEL = 2, FAULT_ALLOCATION = 4 };
struct scenario {
    struct mem *mem;
    struct mem_arena arena;
    struct str about;
    struct param *params;
    uint32_t param_count;
    struct shared *shared;
    uint32_t shared_count;
    struct routine *phases[SCENARIO_PHASE_COUNT];
    struct routine **procs; /* number = EBB_PROC value */
    uint32_t proc_count;
    struct variant *variants;
    uint32_t variant_count;
    struct scenario_limits limits;
    struct scenario_stop stop;
    struct where stop_where;
    struct str *tags;
    uint32_t tag_count;
    struct watch *watches;
    uint32_t watch_count;
    uint32_t faults;             /* enum fault, added up */
    struct where fault_where[3]; /* of each bit; line 0: not named */
    bool expects;                /* the file has "expect" */
    struct expr *leaks_when;     /* over the parameters, or NULL */
    struct ebb_value *range;     /* LEAKS_WHEN: param_count values for each of range_count combinations */
    uint32_t range_count;
    struct declared *declared;
    uint32_t declared_count;
    uint32_t step_count;
};

struct buf;
const char *scenario_step_word(const struct step *step);                   /* the word it begins with */
const char *scenario_fault_name(uint32_t index);                           /* of bit `index`; NULL past the last */
struct str scenario_shape_name(const char *shape, uint32_t index);         /* empty past the last */
void scenario_stop_emit(struct buf *out, const struct scenario *scenario); /* one line, or nothing */
bool scenario_stop_equal(const struct scenario_stop *a, const struct scenario_stop *b);
struct scenario_limits scenario_limits_usual(void); /* where the file sets none */
/* Must there be something other than nil in this place of a shape? */
bool scenario_shape_needs(const char *shape, uint32_t index);
/* The parameters of a variant, declared or of the range. */
const struct ebb_value *scenario_values(const struct scenario *scenario, uint32_t variant);
struct buf;
void scenario_value_words(struct buf *out, struct ebb_value value); /* "2s", "64KiB", "true" */
const struct member *scenario_member_find(struct str name);         /* NULL: no kind has it */
const struct member *scenario_member_at(uint32_t index);            /* NULL past the last */
const struct function *scenario_function_find(struct str name);     /* NULL: there is none */
const struct function *scenario_function_at(uint32_t index);        /* NULL past the last */

#endif
