/* SPDX-License-Identifier: MIT */
/* required.c — see required.h. */
#include "scenario/required.h"

#include "kinds/kinds.h"
#include "kinds/select/select.h"
#include "scenario/emit_impl.h"
#include "scenario/flow.h"
#include "scenario/required_impl.h"
#include "scenario/walk.h"

#define RIGHTS_ALL UINT32_MAX

/* --- what others may do to the same objects ------------------------------------------------------------------------ */
struct peers {
    uint32_t rights, waits; /* enum ebb_right: of all their verbs, added up */
};
struct table {
    struct scenario_walk walk; /* first member */
    struct scenario_required *required;
    const bool *reached; /* by number of the step */
    struct flow flow;
    struct peers sites[FLOW_SITES_MAX];
    bool lost; /* out of memory */
};

/* What a right comes to for who waits on a channel: a cancelled context closes one, an armed timer sends on one. */
static uint32_t gives(uint32_t rights) {
    if ((rights & EBB_RIGHT_CANCEL) != 0) rights |= EBB_RIGHT_CLOSE;
    if ((rights & EBB_RIGHT_ARM) != 0) rights |= EBB_RIGHT_SEND;
    return rights;
}

/* On its own channel, by itself. */
static uint32_t acts(const struct ebb_kind *kind) {
    uint32_t rights = 0;
    for (uint32_t i = 0; i < kind->op_count; i++) rights |= gives(kind->ops[i].rights);
    return rights;
}

/* Of all that `expr` may name as an object of this kind. The channel of a context, a timer or a ticker goes by the name
 * of that, which acts on it by itself. */
static struct peers peers_of(const struct table *self, const struct expr *expr, const struct ebb_kind *kind) {
    const struct peers all = {RIGHTS_ALL, RIGHTS_ALL};
    struct flow_set set = {{0}};
    struct peers found = {0, 0};
    bool any = false;
    if (self->flow.full) return all;
    scenario_flow_values(&self->flow, expr, &set);
    for (uint32_t i = 0; i < self->flow.site_count; i++) {
        bool own = self->flow.sites[i].kind == kind;
        if (own && kind->acts != NULL) found.waits |= self->sites[i].waits; /* a context ends those below it */
        if (!scenario_flow_in(&set, i)) continue;
        if (!own) {
            if (expr->what != EXPR_MEMBER) continue;
            found.rights |= acts(self->flow.sites[i].kind);
        }
        any = true;
        found.rights |= self->sites[i].rights;
        found.waits |= self->sites[i].waits;
    }
    return any ? found : all;
}

static uint32_t outcomes_of(const struct ebb_op *op, struct peers peers) {
    uint32_t outcomes = op->outcomes == 0 ? EBB_OUTCOME_DONE : op->outcomes;
    bool elsewhere = (op->rights & EBB_RIGHT_INDIRECT) != 0;
    if (!elsewhere && (gives(op->rights) & peers.waits) == 0) outcomes &= ~(uint32_t)EBB_OUTCOME_WOKE;
    if ((peers.rights & EBB_RIGHT_CLOSE) == 0) outcomes &= ~(uint32_t)EBB_OUTCOME_CLOSED;
    return outcomes;
}

/* May `expr` name an object of this kind, or is there no telling? */
static bool may_be(const struct table *self, const struct expr *expr, const struct ebb_kind *kind, bool *known) {
    struct flow_set set = {{0}};
    bool found = false;
    scenario_flow_values(&self->flow, expr, &set);
    for (uint32_t i = 0; i < self->flow.site_count; i++) {
        if (!scenario_flow_in(&set, i)) continue;
        *known = true;
        found =
            found || self->flow.sites[i].kind == kind || (expr->what == EXPR_MEMBER && kind == ebb_kinds[KIND_CHAN]);
    }
    return found;
}

static void peer(struct table *self, const struct expr *expr, const struct ebb_kind *kind, uint32_t rights,
                 uint32_t waits) {
    struct flow_set set = {{0}};
    scenario_flow_values(&self->flow, expr, &set);
    for (uint32_t i = 0; i < self->flow.site_count; i++) {
        if (!scenario_flow_in(&set, i) || (self->flow.sites[i].kind != kind && expr->what != EXPR_MEMBER)) continue;
        self->sites[i].rights |= gives(rights);
        self->sites[i].waits |= waits;
    }
}

/* Who has a "default" meets whoever waits, and waits for nobody. */
static void peers_of_select(struct table *self, const struct step *step) {
    const struct ebb_kind *chan = ebb_kinds[KIND_CHAN];
    bool waits = true;
    for (uint32_t i = 0; i < step->case_count; i++) waits = waits && step->cases[i].what != SELECT_DEFAULT;
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        if (one->what != SELECT_RECV && one->what != SELECT_SEND) continue;
        const struct ebb_op *op = ebb_op_find(chan, one->what == SELECT_SEND ? STR("send") : STR("recv"));
        peer(self, one->chan, chan, op->rights, waits ? op->waits : 0);
    }
}

static void step_peers(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct table *self = BASE_OWNER(walk, struct table, walk);
    const struct ebb_kind *chan = ebb_kinds[KIND_CHAN];
    const struct ebb_op *recv = ebb_op_find(chan, STR("recv"));
    (void)routine;
    if (!self->reached[step->number]) return;
    for (uint32_t i = 0; i < step->verb_count; i++)
        peer(self, step->expr, step->verbs[i].kind, step->verbs[i].op->rights, step->verbs[i].op->waits);
    if (step->what == STEP_SELECT) peers_of_select(self, step);
    if (step->what == STEP_FOR) peer(self, step->expr, chan, recv->rights, recv->waits);
}

/* One verb may be of several kinds: those its object may be of count, or all where nothing is known of it. */
static uint32_t verb_outcomes(const struct table *self, const struct step *step) {
    uint32_t outcomes = 0;
    for (int only = 1; only >= 0 && outcomes == 0; only--) {
        for (uint32_t i = 0; i < step->verb_count; i++) {
            const struct verb *verb = &step->verbs[i];
            bool known = false, fits = may_be(self, step->expr, verb->kind, &known);
            if (fits || only == 0) outcomes |= outcomes_of(verb->op, peers_of(self, step->expr, verb->kind));
        }
    }
    return outcomes;
}

static uint32_t select_outcomes(const struct table *self, const struct step *step) {
    const struct ebb_kind *chan = ebb_kinds[KIND_CHAN];
    bool otherwise = false, meets = false, wakes = false;
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        otherwise = otherwise || one->what == SELECT_DEFAULT;
        if (one->what != SELECT_RECV && one->what != SELECT_SEND) continue;
        uint32_t right = one->what == SELECT_SEND ? EBB_RIGHT_SEND : EBB_RIGHT_RECV;
        meets = true;
        wakes = wakes || (peers_of(self, one->chan, chan).waits & right) != 0;
    }
    uint32_t outcomes = ebb_select_op(otherwise)->outcomes;
    if (!wakes) outcomes &= ~(uint32_t)EBB_OUTCOME_WOKE;
    if (!meets) outcomes &= ~(uint32_t)EBB_OUTCOME_DONE;
    return outcomes;
}

/* 0: the step is no operation of a kind. */
static uint32_t step_outcomes(const struct table *self, const struct step *step) {
    const struct ebb_kind *chan = ebb_kinds[KIND_CHAN], *once = ebb_kinds[KIND_ONCE];
    uint32_t outcomes = 0;
    bool known = false;
    switch (step->what) {
    case STEP_VERB: return verb_outcomes(self, step);
    case STEP_SELECT: return select_outcomes(self, step);
    case STEP_FOR: /* receives, where it goes through a channel */
        if (!may_be(self, step->expr, chan, &known)) return 0;
        return outcomes_of(ebb_op_find(chan, STR("recv")), peers_of(self, step->expr, chan));
    case STEP_ONCE:
        for (uint32_t i = 0; i < once->op_count; i++)
            outcomes |= outcomes_of(&once->ops[i], (struct peers){RIGHTS_ALL, RIGHTS_ALL});
        return outcomes;
    default: return 0;
    }
}

/* --- the table ------------------------------------------------------------------------------------------------------ */
static void entry_add(struct table *self, struct required_entry entry) {
    struct scenario_required *required = self->required;
    if (required->entry_count == required->entry_capacity) {
        uint32_t capacity = required->entry_capacity == 0 ? 64 : required->entry_capacity * 2;
        size_t size = sizeof *required->entries;
        struct required_entry *grown =
            mem_grow(required->mem, required->entries, required->entry_capacity * size, capacity * size);
        self->lost = self->lost || grown == NULL;
        if (grown == NULL) return;
        required->entries = grown;
        required->entry_capacity = capacity;
    }
    required->entries[required->entry_count++] = entry;
}

static void cases_add(struct table *self, const struct step *step, uint32_t operation) {
    uint32_t number = 0;
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        bool meets = one->what == SELECT_RECV || one->what == SELECT_SEND;
        entry_add(
            self,
            (struct required_entry){EBB_OUTCOME_CASE, operation, one, meets ? number : REQUIRED_OTHERWISE, i + 1});
        number += meets;
    }
}

static bool before(const struct step *a, const struct step *b) {
    return a->where.line < b->where.line || (a->where.line == b->where.line && a->where.column < b->where.column);
}

/* Keeps them in the order of the file: a procedure may stand before "main". */
static void operation_add(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct table *self = BASE_OWNER(walk, struct table, walk);
    struct scenario_required *required = self->required;
    (void)routine;
    if (!self->reached[step->number] || step_outcomes(self, step) == 0) return;
    uint32_t at = required->operation_count++;
    for (; at > 0 && before(step, required->operations[at - 1]); at--)
        required->operations[at] = required->operations[at - 1];
    required->operations[at] = step;
}

static enum status fill(struct table *self) {
    struct scenario_required *required = self->required;
    scenario_flow(&self->flow, required->scenario);
    self->walk = (struct scenario_walk){.step = step_peers};
    scenario_walk(required->scenario, &self->walk);
    self->walk = (struct scenario_walk){.step = operation_add};
    scenario_walk(required->scenario, &self->walk);
    for (uint32_t i = 0; i < required->scenario->step_count; i++) required->by_step[i] = SCENARIO_REQUIRED_NONE;
    for (uint32_t i = 0; i < required->operation_count; i++) {
        const struct step *step = required->operations[i];
        uint32_t outcomes = step_outcomes(self, step);
        required->by_step[step->number] = i;
        required->first[i] = required->entry_count;
        for (uint32_t bit = EBB_OUTCOME_DONE; bit < EBB_OUTCOME_CASE; bit <<= 1)
            if ((outcomes & bit) != 0) entry_add(self, (struct required_entry){.outcome = bit, .operation = i});
        if ((outcomes & EBB_OUTCOME_CASE) != 0) cases_add(self, step, i);
    }
    required->first[required->operation_count] = required->entry_count;
    return self->lost ? ERR_NOMEM : OK;
}

enum status scenario_required_new(struct mem *mem, struct scenario_required **out, const struct scenario *scenario,
                                  uint32_t variant) {
    size_t steps = scenario->step_count + 1;
    struct scenario_required *self = mem_new(mem, 1, sizeof *self);
    struct table *table = mem_new(mem, 1, sizeof *table);
    bool *reached = mem_new(mem, steps, sizeof *reached);
    enum status status = self == NULL || table == NULL || reached == NULL ? ERR_NOMEM : OK;
    if (status == OK) {
        *self = (struct scenario_required){.mem = mem, .scenario = scenario};
        self->operations = mem_new(mem, steps, sizeof(struct step *));
        self->first = mem_new(mem, steps, sizeof *self->first);
        self->by_step = mem_new(mem, steps, sizeof *self->by_step);
        table->required = self;
        table->reached = reached;
        if (self->operations == NULL || self->first == NULL || self->by_step == NULL) status = ERR_NOMEM;
        if (status == OK) status = scenario_required_reach(mem, scenario, variant, reached);
        if (status == OK) status = fill(table);
        if (status != OK) scenario_required_free(self);
    } else {
        mem_free(mem, self, sizeof *self);
    }
    mem_free(mem, table, sizeof *table);
    mem_free(mem, reached, steps * sizeof *reached);
    if (status == OK) *out = self;
    return status;
}

void scenario_required_free(struct scenario_required *required) {
    if (required == NULL) return;
    struct mem *mem = required->mem;
    size_t steps = required->scenario->step_count + 1;
    mem_free(mem, required->operations, steps * sizeof(struct step *));
    mem_free(mem, required->first, steps * sizeof *required->first);
    mem_free(mem, required->by_step, steps * sizeof *required->by_step);
    mem_free(mem, required->entries, required->entry_capacity * sizeof *required->entries);
    mem_free(mem, required, sizeof *required);
}

uint32_t scenario_required_count(const struct scenario_required *required) { return required->entry_count; }

struct scenario_requirement scenario_required_at(const struct scenario_required *required, uint32_t number) {
    ASSERT(number < required->entry_count);
    const struct required_entry *entry = &required->entries[number];
    uint32_t first = required->first[entry->operation];
    struct where where = required->operations[entry->operation]->where;
    struct where own = entry->one == NULL ? where : entry->one->where;
    return (struct scenario_requirement){.operation = entry->operation,
                                         .index = number - first,
                                         .count = required->first[entry->operation + 1] - first,
                                         .line = where.line,
                                         .column = where.column,
                                         .own_line = own.line,
                                         .own_column = own.column};
}

/* --- words ---------------------------------------------------------------------------------------------------------- */
void scenario_required_operation(const struct scenario_required *required, uint32_t operation, struct buf *out) {
    ASSERT(operation < required->operation_count);
    const struct step *step = required->operations[operation];
    buf_put(out, str_of(step->word));
    if (step->what == STEP_SELECT) return;
    buf_put_char(out, ' ');
    scenario_expr_words(out, required->scenario, step->expr);
}

static void case_words(const struct scenario_required *required, const struct required_entry *entry, struct buf *out) {
    const struct select_case *one = entry->one;
    static const char *const words[] = {
        [SELECT_RECV] = "recv ", [SELECT_SEND] = "send ", [SELECT_AFTER] = "after ", [SELECT_DEFAULT] = "default"};
    buf_print(out, "case %u: %s", entry->place, words[one->what]);
    const struct expr *of = one->what == SELECT_AFTER ? one->value : one->chan;
    if (of != NULL) scenario_expr_words(out, required->scenario, of);
}

void scenario_required_words(const struct scenario_required *required, uint32_t number, struct buf *out) {
    ASSERT(number < required->entry_count);
    const struct required_entry *entry = &required->entries[number];
    switch (entry->outcome) {
    case EBB_OUTCOME_DONE: buf_put(out, STR("at once")); return;
    case EBB_OUTCOME_WAITED: buf_put(out, STR("after a wait")); return;
    case EBB_OUTCOME_WOKE: buf_put(out, STR("waking another")); return;
    case EBB_OUTCOME_CLOSED: buf_put(out, STR("on what is closed")); return;
    case EBB_OUTCOME_VAIN: buf_put(out, STR("in vain")); return;
    case EBB_OUTCOME_CASE: case_words(required, entry, out); return;
    }
}
