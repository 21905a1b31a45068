/* SPDX-License-Identifier: MIT */
/* exec_verbs.c — the steps on which a coroutine may wait: the verbs of kinds, and select. */
#include "core/world.h"
#include "kinds/kinds.h"
#include "kinds/select/select.h"
#include "scenario/exec.h"

/* --- verbs of kinds --------------------------------------------------------------------------------------------------------------- */

static const struct verb *verb_for(struct activation *self, const struct step *step, struct ebb_value on) {
    uint16_t kind = on.type == EBB_NIL ? KIND_CHAN : on.type == EBB_OBJECT ? on.object->kind->id : UINT16_MAX;
    for (uint32_t i = 0; i < step->verb_count; i++)
        if (step->verbs[i].kind->id == kind || (on.type == EBB_NIL && step->verbs[i].op->nil_too))
            return &step->verbs[i];
    if (on.type == EBB_NIL && self->run->refused) {
        ebb_op_forget(self->ebb);
        ebb_panic(self->ebb, "%s of nil", step->word);
    }
    (void)scenario_exec_fail(self, step->where, "a %s has no verb \"%s\"",
                             on.type == EBB_OBJECT ? on.object->kind->name : ebb_type_name(on.type), step->word);
    return NULL;
}

void scenario_exec_verb(struct activation *self, const struct step *step) {
    struct ebb_value on, args[VERB_ARGS_MAX], results[VERB_ARGS_MAX];
    scenario_exec_held(self, step->expr, &on);
    const struct verb *verb = verb_for(self, step, on);
    for (uint32_t i = 0; i < VERB_ARGS_MAX; i++) args[i] = results[i] = EBB_VALUE_NIL;
    for (uint32_t i = 0; i < verb->arg_count; i++) {
        if (verb->args[i] != NULL) scenario_exec_held(self, verb->args[i], &args[i]);
        if (!scenario_exec_fits(verb->op->shape, i, &args[i]))
            (void)scenario_exec_fail(self, verb->args[i] == NULL ? step->where : verb->args[i]->where,
                                     "\"%s\" takes %s; this %s does not fit", step->word, verb->op->shape,
                                     ebb_type_name(args[i].type));
    }
    if (on.type == EBB_OBJECT && verb->op->access.does == 0) ebb_touch(self->ebb, on.object, EBB_ACCESS_ALL);
    verb->op->call(self->ebb, on.type == EBB_NIL ? NULL : on.object, args, results);
    for (uint32_t i = 0; i < verb->result_count; i++) {
        if (verb->has_into[i])
            scenario_exec_store(self, verb->into[i], results[i]);
        else
            ebb_value_release(results[i]);
    }
}

/* --- select ------------------------------------------------------------------------------------------------------------------------ */

enum flow scenario_exec_select(struct activation *self, const struct step *step) {
    struct ebb_case cases[step->case_count + 1];
    struct ebb_value items[step->case_count + 1];
    const struct select_case *taken = NULL, *otherwise = NULL, *after = NULL;
    uint32_t numbers[step->case_count + 1], count = 0;
    int64_t delay_ns = EBB_NEVER;
    for (uint32_t i = 0; i < step->case_count; i++) {
        const struct select_case *one = &step->cases[i];
        items[i] = EBB_VALUE_NIL;
        if (one->what == SELECT_DEFAULT) otherwise = one;
        if (one->what == SELECT_AFTER)
            after = one, delay_ns = scenario_exec_number(self, one->value, EBB_DURATION, INT64_MAX);
        if (one->what != SELECT_RECV && one->what != SELECT_SEND) continue;
        if (one->value != NULL) scenario_exec_held(self, one->value, &items[i]);
        numbers[count] = i;
        cases[count++] = (struct ebb_case){
            .chan = scenario_exec_chan(self, one->chan),
            .what = one->what == SELECT_SEND ? EBB_CASE_SEND : EBB_CASE_RECV,
            .send = &items[i],
            .recv = &items[i],
        };
    }
    enum ebb_wake why = EBB_DONE;
    uint32_t picked = otherwise != NULL ? ebb_select_default(self->ebb, cases, count, &why)
                                        : ebb_select(self->ebb, cases, count, delay_ns, &why);
    taken = picked == EBB_SELECT_DEFAULT ? otherwise
        : picked == EBB_SELECT_TIMEOUT   ? after
                                         : &step->cases[numbers[picked]];
    ASSERT(taken != NULL);
    if (taken->what == SELECT_RECV) {
        struct ebb_value item = items[taken - step->cases];
        if (taken->has_into)
            scenario_exec_store(self, taken->into, item);
        else
            ebb_value_release(item);
        if (taken->has_ok) scenario_exec_store(self, taken->ok, ebb_value_bool(why == EBB_DONE));
    }
    scenario_exec_clear(self, 0);
    return scenario_exec_block(self, &taken->body);
}
