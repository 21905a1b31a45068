/* SPDX-License-Identifier: MIT */
/* keys.c — see keys.h. */
#include "scenario/keys.h"

static const struct key top[] = {
    {"ebb", "version", "The version of the language: 1."},
    {"about", "text?", "One sentence that says what is shown here."},
    {"tags", "tags?", "Words to find it by: `ebb list --tags`."},
    {"params", "parameters?", "What the scenario can be varied by."},
    {"shared", "shared?", "Variables that all coroutines see, held until after teardown; made in this order."},
    {"setup", "block?", "Steps that run once, before main or the first cycle."},
    {"main", "block?", "Steps that run once; what is left when all has come to rest is judged. Either this or cycle."},
    {"cycle", "block?",
     "Steps that run many times; what grows each time is judged. `turn` is the number of the cycle, from 0."},
    {"teardown", "block?", "Steps that run once, when all has come to rest."},
    {"procs", "procedures?", "Steps with a name and arguments, for go and call: worker(reply)."},
    {"variants", "variants?",
     "The forms the scenario comes in, each with the parameters it sets. Without any there is one, main."},
    {"expect", "expect?",
     "What is left behind: of the one variant, or of each by its name. Without it everything must be clean."},
    {"pending", "pending?",
     "Variants that are not as expected yet, each with the reason; once one is as expected, it must go."},
    {"limits", "limits?", "How far a run may go."},
    {"stop", "stop?", "When a search of its schedules is complete enough; what the command line says goes first."},
    {"watch", "watch?", "Rules that are looked at after every step of a run."},
    {"faults", "faults?", "What a schedule may do to the subject beside choosing its order."},
};
static const struct key param[] = {
    {"default", "value", "Its value where a variant sets no other."},
    {"range", "range?", "The least and the greatest value that makes sense; `leaks when` is checked between them."},
    {"choices", "choices?", "The words to choose from. The parameter is a text then."},
    {"about", "text?", "What it stands for."},
};
static const struct key limits[] = {
    {"steps", "steps?", "The budget of one run. 1000000 unless it is set."},
    {"horizon", "duration?", "Virtual time runs on for as long after a phase has returned. 1m unless it is set."},
    {"cycles", "cycles?", "How often the cycle runs. 32 unless it is set; growth is judged from 12 on."},
};
static const struct key stop[] = {
    {"runs", "runs?", "After so many runs. 100000 unless it is set."},
    {"new_behaviour_below", "share?", "Once the chance that one more run shows a new behaviour is less: 0.1%."},
    {"proved", "proved?",
     "Once every trace was run (all), or every schedule with at most so many delays (within1 to within9)."},
    {"first_finding", "yes or no?", "Once a run has left something."},
};
static const struct key case_recv[] = {
    {"recv", "expression", "Taken when a message is there, or the channel is closed."},
    {"into", "name?", "Where the message goes; nil when the channel is closed."},
    {"ok", "name?", "Whether there was a message."},
    {"do", "block?", "The steps of the case."},
};
static const struct key case_send[] = {
    {"send", "expression", "Taken when somebody receives, or there is room."},
    {"value", "expression?", "The message; nil without it."},
    {"do", "block?", "The steps of the case."},
};
static const struct key case_after[] = {
    {"after", "expression", "Taken when none of the others was for so long."},
    {"do", "block?", "The steps of the case."},
};
static const struct key case_default[] = {
    {"default", "block or nothing", "Taken when none of the others can be: the select does not wait."},
};
static const struct key finding[] = {
    /* beside the kind of the finding */
    {"on", "text?", "The verb it waits in, and after it the name of what it waits on: send reply."},
    {"count", "count?", "How many, or how much; or the least and the most of it: [1, 3]."},
};
static const struct key expect[] = {
    {"every", "findings?", "Exactly these on every schedule."},
    {"some", "findings?", "Exactly these on some schedule; on the others the same or nothing."},
    {"grows", "units?", "What each cycle adds: {map entry: 1, bytes: 1KiB}."},
};

static const struct {
    const struct key *at;
    uint32_t count;
} tables[KEY_TABLE_COUNT] = {
    [KEYS_TOP] = {top, BASE_COUNT(top)},
    [KEYS_PARAM] = {param, BASE_COUNT(param)},
    [KEYS_LIMITS] = {limits, BASE_COUNT(limits)},
    [KEYS_STOP] = {stop, BASE_COUNT(stop)},
    [KEYS_RECV] = {case_recv, BASE_COUNT(case_recv)},
    [KEYS_SEND] = {case_send, BASE_COUNT(case_send)},
    [KEYS_AFTER] = {case_after, BASE_COUNT(case_after)},
    [KEYS_DEFAULT] = {case_default, BASE_COUNT(case_default)},
    [KEYS_FINDING] = {finding, BASE_COUNT(finding)},
    [KEYS_EXPECT] = {expect, BASE_COUNT(expect)},
};

const struct key *scenario_key_at(enum key_table table, uint32_t index) {
    ASSERT(table < KEY_TABLE_COUNT);
    return index < tables[table].count ? &tables[table].at[index] : NULL;
}

bool scenario_key_known(enum key_table table, struct str name) {
    for (uint32_t i = 0; scenario_key_at(table, i) != NULL; i++)
        if (str_equal(name, str_of(scenario_key_at(table, i)->name))) return true;
    return false;
}

void scenario_key_check(struct loader *loader, const struct yaml_node *mapping, enum key_table table, bool skip_first,
                        const char *whose) {
    const char *names[BASE_COUNT(top)];
    uint32_t count = 0;
    ASSERT(mapping->what == YAML_MAPPING);
    for (; scenario_key_at(table, count) != NULL; count++) names[count] = scenario_key_at(table, count)->name;
    for (const struct yaml_node *key = mapping->first; key != NULL; key = key->next) {
        if ((skip_first && key == mapping->first) || scenario_key_known(table, key->text)) continue;
        const char *near = scenario_load_nearest(loader, key->text, names, count);
        scenario_load_problem(loader, scenario_load_where(key), "%s has no key \"%.*s\"%s%s%s", whose, SHOWN(key->text),
                              near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
                              near == NULL ? "" : "\"?");
    }
}

static const struct watch_form watch_forms[] = {
    {"bytes > 85% of 8MiB",
     "All bytes alive are more than a share of an amount; or more than an amount: bytes > 8MiB."},
    {"allocation > 4KiB", "One step takes more than this."},
    {"allocation rate > 2MiB per 1s", "More than this is taken within a time."},
    {"age > 3 cycles", "Something a cycle made is there at the end of more cycles after it."},
};

const struct watch_form *scenario_watch_form_at(uint32_t index) {
    return index < BASE_COUNT(watch_forms) ? &watch_forms[index] : NULL;
}
