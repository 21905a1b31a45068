/* SPDX-License-Identifier: MIT */
/* repeats.c — does one cycle do what the next one does? It does when nothing that decides what a step does can vary from
 * cycle to cycle: no condition, count, duration, size, key or callee depends on the number of the turn, the clock, what a
 * container holds, or a variable that is changed. What is only stored may vary.
 *
 * Read off the steps, with branches that the variant's parameters decide left out. "No" is always a safe answer: then
 * growth is not proved by looking at a few cycles, and more of them are run. */
#include "kinds/kinds.h"
#include "scenario/exec.h"

struct repeats {
    const struct scenario *scenario;
    struct scenario_run constants; /* with the variant's parameters */
    bool *varying;                 /* by number of what declares it */
    bool *seen;                    /* procedures, by number */
    bool results_vary;             /* what some procedure returns does */
    bool changed;                  /* something was found to vary that was not known to */
    bool decides;                  /* something that varies decides what a step does */
};

static void block_look(struct repeats *self, const struct block *block);

static void set(struct repeats *self, bool *flag) {
    self->changed = self->changed || !*flag;
    *flag = true;
}

/* A place without a name varies, as far as we know. */
static bool variable_varies(const struct repeats *self, const struct variable *variable) {
    return variable->declared == NULL || self->varying[variable->declared->number];
}
static void variable_set(struct repeats *self, const struct variable *variable, bool varies) {
    if (varies && variable->declared != NULL) set(self, &self->varying[variable->declared->number]);
}

/* --- expressions ---------------------------------------------------------------------------------------------------- */

static void decided_by(struct repeats *self, const struct expr *expr);

static bool expr_varies(struct repeats *self, const struct expr *expr);

/* A new object is a new one in every cycle; what is put into it is only stored, but its size decides. */
static bool made_varies(struct repeats *self, const struct expr *expr) {
    if (expr->what == EXPR_MAKE)
        for (size_t i = 0; i < BASE_COUNT(expr->make.args); i++) decided_by(self, expr->make.args[i]);
    else
        for (uint32_t i = 0; i < expr->items.count; i++) (void)expr_varies(self, expr->items.values[i]);
    return false;
}

static bool expr_varies(struct repeats *self, const struct expr *expr) {
    switch (expr->what) {
    case EXPR_LITERAL:
    case EXPR_PARAM: return false;
    case EXPR_VARIABLE: return variable_varies(self, &expr->variable);
    case EXPR_MAKE:
    case EXPR_LIST:
    case EXPR_RECORD: return made_varies(self, expr);
    case EXPR_MEMBER: return expr_varies(self, expr->member.of) || expr->member.member == NULL;
    case EXPR_UNARY:
    case EXPR_BINARY: {
        bool left = expr_varies(self, expr->operation.left);
        bool right = expr->what == EXPR_BINARY && expr_varies(self, expr->operation.right);
        return left || right;
    }
    case EXPR_TURN:
    case EXPR_INDEX:
    case EXPR_CALL: break;
    }
    return true;
}

static void decided_by(struct repeats *self, const struct expr *expr) {
    if (expr != NULL && expr_varies(self, expr)) self->decides = true;
}

static bool over_parameters(const struct expr *expr) {
    if (expr->what == EXPR_LITERAL || expr->what == EXPR_PARAM) return true;
    if (expr->what != EXPR_UNARY && expr->what != EXPR_BINARY) return false;
    return over_parameters(expr->operation.left) &&
        (expr->what == EXPR_UNARY || over_parameters(expr->operation.right));
}

bool scenario_exec_decided(struct scenario_run *constants, const struct expr *expr, bool *answer) {
    struct activation outside = {.run = constants};
    struct ebb_value value;
    if (!over_parameters(expr) || !scenario_exec_constant(&outside, expr, &value) || value.type != EBB_BOOL)
        return false;
    *answer = value.integer != 0;
    return true;
}

/* --- verbs ---------------------------------------------------------------------------------------------------------- */

/* "key:any" of "key:any value:any?" */
static struct str shape_part(const char *shape, uint32_t index) {
    for (; index > 0 && *shape != 0; index--) {
        shape += strcspn(shape, " ");
        shape += *shape == ' ';
    }
    return (struct str){shape, strcspn(shape, " ")};
}

static bool shape_stores(struct str part) {
    const char *colon = memchr(part.at, ':', part.len);
    return colon != NULL && str_starts((struct str){colon + 1, part.len - (size_t)(colon + 1 - part.at)}, STR("any"));
}

/* A different number for each turn: then no key comes twice. */
static bool counts_up(struct repeats *self, const struct expr *expr) {
    if (expr->what == EXPR_TURN) return true;
    if (expr->what != EXPR_BINARY) return false;
    enum expr_operator operator= expr->operation.operator;
    if (operator!= OPERATOR_PLUS && operator!= OPERATOR_MINUS) return false;
    return expr->operation.left->what == EXPR_TURN && !expr_varies(self, expr->operation.right);
}

/* Its result tells how things stand in a channel, which the ledger tells as well; not what was sent. */
static bool tells_standing(const struct verb *verb, uint32_t index) {
    return verb->kind->left == EBB_LEFT_MESSAGE && !str_starts(str_of(verb->op->name), STR("try_")) &&
        !shape_stores(shape_part(verb->op->gives, index));
}

static void verb_look(struct repeats *self, const struct verb *verb) {
    bool container = verb->kind->left == EBB_LEFT_OBJECT && verb->kind->unit != NULL;
    bool adds = strcmp(verb->op->name, "put") == 0 || strcmp(verb->op->name, "append") == 0;
    if (container && !adds) self->decides = true; /* reads or removes */
    for (uint32_t i = 0; i < verb->arg_count; i++) {
        const struct expr *arg = verb->args[i];
        struct str part = shape_part(verb->op->shape, i);
        if (arg == NULL) continue;
        bool varies = expr_varies(self, arg), key = str_starts(part, STR("key:"));
        if (varies && (key ? !counts_up(self, arg) : !shape_stores(part))) self->decides = true;
    }
    for (uint32_t i = 0; i < verb->result_count; i++)
        if (verb->has_into[i]) variable_set(self, &verb->into[i], !tells_standing(verb, i));
}

static void select_look(struct repeats *self, const struct step *step) {
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        decided_by(self, one->chan);
        if (one->what == SELECT_AFTER) decided_by(self, one->value);
        if (one->what == SELECT_SEND && one->value != NULL) (void)expr_varies(self, one->value);
        if (one->has_into) variable_set(self, &one->into, true);
        block_look(self, &one->body);
    }
}

/* --- steps ---------------------------------------------------------------------------------------------------------- */

static void call_look(struct repeats *self, const struct step *step) {
    const struct routine *routine = step->routine;
    decided_by(self, step->expr2);
    if (routine == NULL) { /* a variable says which */
        self->decides = true;
        return;
    }
    for (uint32_t i = 0; i < step->arg_count; i++)
        if (expr_varies(self, step->args[i])) set(self, &self->varying[routine->params[i]->number]);
    if (step->has_into) variable_set(self, &step->into, self->results_vary);
    for (uint32_t i = 0; i < self->scenario->proc_count; i++) {
        if (self->scenario->procs[i] != routine) continue;
        if (self->seen[i]) return;
        self->seen[i] = true;
    }
    block_look(self, &routine->body);
}

/* Receives from a channel until it is closed, or counts: what containers hold is not looked at. */
static bool goes_through_no_container(const struct repeats *self, const struct expr *expr) {
    if (over_parameters(expr)) return true;
    if (expr->what != EXPR_VARIABLE || expr->variable.declared == NULL) return false;
    const struct declared *declared = expr->variable.declared;
    const struct expr *value = declared->value;
    for (uint32_t i = 0; i < self->scenario->shared_count; i++)
        if (self->scenario->shared[i].declared == declared) value = self->scenario->shared[i].value;
    if (declared->changed || value == NULL || value->what != EXPR_MAKE) return false;
    return value->make.kind->left == EBB_LEFT_MESSAGE;
}

static void if_look(struct repeats *self, const struct step *step) {
    bool answer, folded = scenario_exec_decided(&self->constants, step->expr, &answer);
    if (!folded) decided_by(self, step->expr);
    if (!folded || answer) block_look(self, &step->body);
    if (!folded || !answer) block_look(self, &step->otherwise);
}

static void loop_look(struct repeats *self, const struct step *step) {
    if (step->expr != NULL) decided_by(self, step->expr);
    if (step->what == STEP_FOR) {
        if (!goes_through_no_container(self, step->expr)) self->decides = true;
        if (step->has_into && !over_parameters(step->expr)) variable_set(self, &step->into, true);
    }
    block_look(self, &step->body);
}

static void assignment_look(struct repeats *self, const struct step *step) {
    bool varies = expr_varies(self, step->expr);
    if (step->what == STEP_LET) {
        variable_set(self, &step->into, varies);
        return;
    }
    if (step->expr2->what == EXPR_VARIABLE) /* cycles may count with it, or tell each other things */
        variable_set(self, &step->expr2->variable, true);
    else
        (void)expr_varies(self, step->expr2); /* fields and items always vary */
}

static void step_look(struct repeats *self, const struct step *step) {
    switch (step->what) {
    case STEP_LET:
    case STEP_SET:
    case STEP_ATOMIC: assignment_look(self, step); break;
    case STEP_GO:
    case STEP_CALL: call_look(self, step); break;
    case STEP_IF: if_look(self, step); break;
    case STEP_REPEAT:
    case STEP_WHILE:
    case STEP_LOOP:
    case STEP_FOR: loop_look(self, step); break;
    case STEP_SELECT: select_look(self, step); break;
    case STEP_DEFER:
    case STEP_ONCE:
    case STEP_CALL_AFTER:
    case STEP_FINALIZE:
        decided_by(self, step->expr);
        block_look(self, &step->routine->body);
        break;
    case STEP_RETURN:
        if (step->expr != NULL && expr_varies(self, step->expr)) set(self, &self->results_vary);
        break;
    case STEP_DROP: variable_set(self, &step->into, true); break;
    case STEP_SLEEP: decided_by(self, step->expr); break;
    case STEP_CHOOSE:
        decided_by(self, step->expr);
        if (step->has_into) variable_set(self, &step->into, true);
        break;
    case STEP_RECOVER:
        if (step->has_into) variable_set(self, &step->into, true);
        break;
    case STEP_VERB:
        for (uint32_t i = 0; i < step->verb_count; i++) verb_look(self, &step->verbs[i]);
        decided_by(self, step->expr);
        break;
    case STEP_STEP:
    case STEP_YIELD:
    case STEP_BREAK:
    case STEP_CONTINUE:
    case STEP_PANIC: break;
    }
}

static void block_look(struct repeats *self, const struct block *block) {
    for (uint32_t i = 0; i < block->count; i++) step_look(self, &block->steps[i]);
}

bool scenario_repeats(const struct scenario *scenario, uint32_t variant, struct mem *mem) {
    size_t count = (size_t)scenario->declared_count + scenario->proc_count + 1;
    bool *flags = mem_new(mem, count, sizeof *flags);
    if (flags == NULL) return false;
    struct repeats self = {.scenario = scenario, .varying = flags, .seen = flags + scenario->declared_count};
    self.constants = (struct scenario_run){.scenario = scenario, .params = scenario_values(scenario, variant)};
    do { /* as often as something more is found to vary: at most once for each name */
        self.changed = false;
        memset(self.seen, 0, scenario->proc_count * sizeof *self.seen);
        if (scenario->phases[SCENARIO_SETUP] != NULL) block_look(&self, &scenario->phases[SCENARIO_SETUP]->body);
        if (scenario->phases[SCENARIO_CYCLE] != NULL) block_look(&self, &scenario->phases[SCENARIO_CYCLE]->body);
    } while (self.changed && !self.decides);
    mem_free(mem, flags, count * sizeof *flags);
    return !self.decides;
}
