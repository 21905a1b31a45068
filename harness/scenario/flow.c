/* SPDX-License-Identifier: MIT */
/* flow.c — see flow.h. */
#include "scenario/flow.h"

#include "kinds/kinds.h"
#include "scenario/walk.h"

struct follower {
    struct scenario_walk walk; /* first member */
    struct flow *flow;
};
static struct flow *flow_of(struct scenario_walk *walk) { return BASE_OWNER(walk, struct follower, walk)->flow; }

const struct routine *scenario_flow_runner(const struct routine *routine) {
    while (routine != NULL && routine->within) routine = routine->outer;
    return routine;
}

/* --- sets --------------------------------------------------------------------------------------------------------- */

bool scenario_flow_in(const struct flow_set *set, uint32_t site) {
    return (set->bits[site / 64] >> (site % 64) & 1) != 0;
}
static void put(struct flow_set *set, uint32_t site) { set->bits[site / 64] |= UINT64_C(1) << (site % 64); }
static void join(struct flow_set *set, const struct flow_set *more) {
    for (uint32_t i = 0; i < FLOW_WORDS; i++) set->bits[i] |= more->bits[i];
}

/* The same, and notes that something new was found. */
static void learn(struct flow *flow, struct flow_set *set, const struct flow_set *more) {
    for (uint32_t i = 0; i < FLOW_WORDS; i++) {
        if ((more->bits[i] & ~set->bits[i]) != 0) flow->changed = true;
        set->bits[i] |= more->bits[i];
    }
}

static void name_learn(struct flow *flow, const struct variable *variable, const struct flow_set *more) {
    if (variable->declared != NULL && variable->declared->number < FLOW_NAMES_MAX)
        learn(flow, &flow->names[variable->declared->number], more);
}

/* --- expressions -------------------------------------------------------------------------------------------------- */

static uint32_t site_of(const struct flow *flow, const struct expr *expr) {
    uint32_t site = 0;
    while (site < flow->site_count && flow->sites[site].expr != expr) site++;
    return site;
}

static void member_values(const struct flow *flow, const struct flow_site *site, uint32_t index, const char *name,
                          struct flow_set *out) {
    if (site->expr == NULL || site->expr->what != EXPR_RECORD) { /* its channel goes by its name */
        if (scenario_member_find(str_of(name)) != NULL) put(out, index);
        return;
    }
    for (uint32_t i = 0; i < site->expr->items.count; i++)
        if (strcmp(site->expr->items.names[i], name) == 0) join(out, &flow->fields[site->first_field + i]);
    join(out, &site->contents);
}

void scenario_flow_values(const struct flow *flow, const struct expr *expr, struct flow_set *out) {
    struct flow_set of = {{0}};
    if (expr == NULL) return;
    switch (expr->what) {
    case EXPR_VARIABLE:
        if (expr->variable.declared->number < FLOW_NAMES_MAX) join(out, &flow->names[expr->variable.declared->number]);
        return;
    case EXPR_MAKE:
    case EXPR_LIST:
    case EXPR_RECORD:
        if (site_of(flow, expr) < flow->site_count) put(out, site_of(flow, expr));
        return;
    case EXPR_MEMBER:
        scenario_flow_values(flow, expr->member.of, &of);
        for (uint32_t i = 0; i < flow->site_count; i++)
            if (scenario_flow_in(&of, i)) member_values(flow, &flow->sites[i], i, expr->member.name, out);
        return;
    case EXPR_INDEX:
        scenario_flow_values(flow, expr->index.of, &of);
        for (uint32_t i = 0; i < flow->site_count; i++)
            if (scenario_flow_in(&of, i)) join(out, &flow->sites[i].contents);
        return;
    default: return;
    }
}

static void contents_of(const struct flow *flow, const struct expr *expr, struct flow_set *out) {
    struct flow_set of = {{0}};
    scenario_flow_values(flow, expr, &of);
    for (uint32_t i = 0; i < flow->site_count; i++)
        if (scenario_flow_in(&of, i)) join(out, &flow->sites[i].contents);
}

/* Puts what `value` may be into everything that `into` may be. */
static void carry(struct flow *flow, const struct expr *into, const struct expr *value) {
    struct flow_set of = {{0}}, values = {{0}};
    scenario_flow_values(flow, into, &of);
    scenario_flow_values(flow, value, &values);
    for (uint32_t i = 0; i < flow->site_count; i++)
        if (scenario_flow_in(&of, i)) learn(flow, &flow->sites[i].contents, &values);
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static void arguments_follow(struct flow *flow, const struct routine *routine, const struct step *step) {
    for (uint32_t i = 0; i < step->arg_count && i < routine->param_count; i++) {
        struct flow_set values = {{0}};
        scenario_flow_values(flow, step->args[i], &values);
        name_learn(flow, &(struct variable){.declared = routine->params[i]}, &values);
    }
}

/* A call by a variable may be of any procedure that takes as many arguments. */
static void call_follow(struct flow *flow, const struct step *step) {
    const struct scenario *scenario = flow->scenario;
    for (uint32_t i = 0; i < scenario->proc_count && i < LIMIT_NAMES; i++) {
        const struct routine *routine = scenario->procs[i];
        if (step->routine != NULL ? step->routine != routine : routine->param_count != step->arg_count) continue;
        arguments_follow(flow, routine, step);
        if (step->what == STEP_CALL && step->has_into) name_learn(flow, &step->into, &flow->results[i]);
    }
}

static void return_follow(struct flow *flow, const struct routine *routine, const struct step *step) {
    struct flow_set values = {{0}};
    scenario_flow_values(flow, step->expr, &values);
    for (uint32_t i = 0; i < flow->scenario->proc_count && i < LIMIT_NAMES; i++)
        if (flow->scenario->procs[i] == routine) learn(flow, &flow->results[i], &values);
}

static void set_follow(struct flow *flow, const struct step *step) {
    const struct expr *to = step->expr2;
    struct flow_set values = {{0}};
    scenario_flow_values(flow, step->expr, &values);
    if (to->what == EXPR_VARIABLE) name_learn(flow, &to->variable, &values);
    if (to->what == EXPR_INDEX) carry(flow, to->index.of, step->expr);
    if (to->what == EXPR_MEMBER) carry(flow, to->member.of, step->expr);
}

/* What is handed to an object stays with it, what it gives comes from there; a view gives what it is a view of. */
static void verb_follow(struct flow *flow, const struct step *step) {
    struct flow_set given = {{0}};
    contents_of(flow, step->expr, &given);
    if (strcmp(step->word, "cut") == 0) scenario_flow_values(flow, step->expr, &given);
    for (uint32_t v = 0; v < step->verb_count; v++) {
        const struct verb *verb = &step->verbs[v];
        for (uint32_t i = 0; i < verb->arg_count; i++) carry(flow, step->expr, verb->args[i]);
        for (uint32_t i = 0; i < verb->result_count; i++)
            if (verb->has_into[i]) name_learn(flow, &verb->into[i], &given);
    }
}

static void select_follow(struct flow *flow, const struct step *step) {
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        struct flow_set given = {{0}};
        if (one->what == SELECT_SEND) carry(flow, one->chan, one->value);
        if (one->what != SELECT_RECV || !one->has_into) continue;
        contents_of(flow, one->chan, &given);
        name_learn(flow, &one->into, &given);
    }
}

static void step_follow(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct flow *flow = flow_of(walk);
    struct flow_set values = {{0}};
    switch (step->what) {
    case STEP_LET:
        scenario_flow_values(flow, step->expr, &values);
        name_learn(flow, &step->into, &values);
        return;
    case STEP_SET:
    case STEP_ATOMIC: set_follow(flow, step); return;
    case STEP_GO:
    case STEP_CALL: call_follow(flow, step); return;
    case STEP_RETURN: return_follow(flow, routine, step); return;
    case STEP_FOR:
        contents_of(flow, step->expr, &values);
        name_learn(flow, &step->into, &values);
        return;
    case STEP_SELECT: select_follow(flow, step); return;
    case STEP_VERB: verb_follow(flow, step); return;
    case STEP_CALL_AFTER:
        for (uint32_t i = 0; i < flow->site_count; i++)
            if (flow->sites[i].step == step) put(&values, i);
        if (step->has_into) name_learn(flow, &step->into, &values);
        return;
    default: return;
    }
}

/* --- places ------------------------------------------------------------------------------------------------------- */

static void site_add(struct flow *flow, struct flow_site site) {
    if (flow->site_count == FLOW_SITES_MAX)
        flow->full = true;
    else
        flow->sites[flow->site_count++] = site;
}

static void site_expr(struct scenario_walk *walk, const struct routine *routine, const struct expr *expr) {
    struct flow *flow = flow_of(walk);
    if (expr->what == EXPR_MAKE)
        site_add(flow,
                 (struct flow_site){.expr = expr,
                                    .routine = routine,
                                    .label = expr->make.label,
                                    .kind = expr->make.kind,
                                    .where = expr->where});
    if (expr->what != EXPR_LIST && expr->what != EXPR_RECORD) return;
    bool list = expr->what == EXPR_LIST;
    struct flow_site site = {.expr = expr,
                             .routine = routine,
                             .label = expr->items.label,
                             .where = expr->where,
                             .first_field = flow->field_count};
    site.kind = ebb_kinds[list ? KIND_LIST : KIND_RECORD];
    if (!list && expr->items.count > FLOW_FIELDS_MAX - flow->field_count) {
        flow->full = true;
        return;
    }
    if (!list) flow->field_count += expr->items.count;
    site_add(flow, site);
}

static void site_step(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    if (step->what != STEP_CALL_AFTER) return;
    site_add(flow_of(walk),
             (struct flow_site){.step = step,
                                .routine = routine,
                                .label = step->word,
                                .kind = ebb_kinds[KIND_TIMER],
                                .where = step->where});
}

/* A literal's items are in it from the beginning. */
static void literals_follow(struct flow *flow) {
    for (uint32_t i = 0; i < flow->site_count; i++) {
        const struct expr *expr = flow->sites[i].expr;
        if (expr == NULL || expr->what == EXPR_MAKE) continue;
        for (uint32_t item = 0; item < expr->items.count; item++) {
            struct flow_set values = {{0}};
            scenario_flow_values(flow, expr->items.values[item], &values);
            learn(flow,
                  expr->what == EXPR_LIST ? &flow->sites[i].contents : &flow->fields[flow->sites[i].first_field + item],
                  &values);
        }
    }
}

/* --- uses --------------------------------------------------------------------------------------------------------- */

static bool can(const struct ebb_kind *kind, const char *verb) { return ebb_op_find(kind, str_of(verb)) != NULL; }

/* Which objects a use may be of: all that can be there, or only those that can be used so. */
enum fitting { FITS_ANY, FITS_VERB, FITS_PLACE };

static bool use_fits(const struct ebb_kind *kind, const struct expr *of, const char *verb, enum fitting fitting) {
    if (fitting == FITS_PLACE) return kind->id == KIND_RECORD || kind->id == KIND_LIST;
    if (fitting == FITS_ANY || can(kind, verb)) return true;
    return of->what == EXPR_MEMBER &&
        can(ebb_kinds[KIND_CHAN], verb); /* the channel of a context, a timer or a ticker */
}

static void use_add(struct flow *flow, const struct routine *routine, const struct expr *of, const char *verb,
                    struct where where, enum fitting fitting) {
    struct flow_set sites = {{0}};
    routine = scenario_flow_runner(routine);
    scenario_flow_values(flow, of, &sites);
    for (uint32_t site = 0; site < flow->site_count; site++) {
        uint32_t known = 0;
        if (!scenario_flow_in(&sites, site) || !use_fits(flow->sites[site].kind, of, verb, fitting)) continue;
        while (known < flow->use_count &&
               (flow->uses[known].site != site || flow->uses[known].routine != routine ||
                strcmp(flow->uses[known].verb, verb) != 0))
            known++;
        if (known < flow->use_count) continue;
        if (flow->use_count == FLOW_USES_MAX)
            flow->full = true;
        else
            flow->uses[flow->use_count++] = (struct flow_use){site, routine, verb, where};
    }
}

static void step_use(struct scenario_walk *walk, const struct routine *routine, const struct step *step) {
    struct flow *flow = flow_of(walk);
    flow->changing = step->what == STEP_SET || step->what == STEP_ATOMIC ? step->expr2 : NULL;
    if (step->what == STEP_VERB) use_add(flow, routine, step->expr, step->word, step->where, FITS_VERB);
    if (step->what == STEP_ONCE) use_add(flow, routine, step->expr, "once", step->where, FITS_ANY);
    if (step->what == STEP_FOR) use_add(flow, routine, step->expr, "for", step->where, FITS_ANY);
    if (step->what == STEP_FINALIZE) use_add(flow, routine, step->expr, "finalize", step->where, FITS_ANY);
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        if (one->what == SELECT_RECV) use_add(flow, routine, one->chan, "recv", one->where, FITS_VERB);
        if (one->what == SELECT_SEND) use_add(flow, routine, one->chan, "send", one->where, FITS_VERB);
    }
}

static void place_use(struct scenario_walk *walk, const struct routine *routine, const struct expr *expr) {
    struct flow *flow = flow_of(walk);
    const char *how = flow->changing == expr ? "set" : "read";
    if (expr->what == EXPR_MEMBER) use_add(flow, routine, expr->member.of, how, expr->where, FITS_PLACE);
    if (expr->what == EXPR_INDEX) use_add(flow, routine, expr->index.of, how, expr->where, FITS_PLACE);
}

void scenario_flow(struct flow *flow, const struct scenario *scenario) {
    memset(flow, 0, sizeof *flow);
    flow->scenario = scenario;
    flow->full = scenario->declared_count > FLOW_NAMES_MAX;
    struct follower sites = {.walk = {.expr = site_expr, .step = site_step}, .flow = flow};
    struct follower steps = {.walk = {.step = step_follow}, .flow = flow};
    struct follower uses = {.walk = {.step = step_use, .expr = place_use}, .flow = flow};
    scenario_walk(scenario, &sites.walk);
    do {
        flow->changed = false;
        literals_follow(flow);
        for (uint32_t i = 0; i < scenario->shared_count; i++) {
            struct flow_set values = {{0}};
            scenario_flow_values(flow, scenario->shared[i].value, &values);
            name_learn(flow, &(struct variable){.declared = scenario->shared[i].declared}, &values);
        }
        scenario_walk(scenario, &steps.walk);
    } while (flow->changed);
    scenario_walk(scenario, &uses.walk);
}
