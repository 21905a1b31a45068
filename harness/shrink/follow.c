/* SPDX-License-Identifier: MIT */
/* follow.c — a chooser that does as a schedule says. What the run has no option for is left at the default, so that
 * whatever is cut out of a schedule, what remains is a run. */
#include <stdio.h>

#include "core/world.h"
#include "shrink/shrink_impl.h"

enum status shrink_options_reserve(struct mem *mem, struct shrink_options *options, uint64_t capacity) {
    if (capacity <= options->capacity) return OK;
    uint64_t more = options->capacity < 256 ? 256 : options->capacity * 2;
    if (more < capacity) more = capacity;
    size_t size = sizeof *options->at;
    struct shrink_option *at = mem_grow(mem, options->at, options->capacity * size, more * size);
    if (at == NULL) return ERR_NOMEM;
    options->at = at;
    options->capacity = more;
    return OK;
}

void shrink_options_deinit(struct mem *mem, struct shrink_options *options) {
    mem_free(mem, options->at, options->capacity * sizeof *options->at);
    *options = (struct shrink_options){0};
}

static void name_set(char to[SHRINK_NAME_BYTES], const struct ebb_co *co) {
    const char *label = co == NULL ? "" : ebb_co_object((struct ebb_co *)(uintptr_t)co)->node.birth.label;
    (void)snprintf(to, SHRINK_NAME_BYTES, "%s", label == NULL ? "" : label);
}

static void tell(struct shrink_follow *self, const struct ebb_choice *choice, uint32_t option) {
    if (self->told == NULL || self->taken.count >= self->told_capacity) return;
    struct shrink_deviation *to = &self->told[self->taken.count];
    *to = (struct shrink_deviation){
        .decision = self->options.count,
        .what = choice->what,
        .alarm = choice->what == EBB_CHOOSE_NEXT && choice->alarm && option == choice->count - 1,
        .option = option,
        .count = choice->count,
    };
    if (choice->ebb == NULL) return;
    if (ebb_choice_fault(choice)) {
        name_set(to->chosen, ebb_current(choice->ebb));
        to->line = ebb_current(choice->ebb)->line;
    }
    if (choice->what != EBB_CHOOSE_NEXT) return;
    name_set(to->chosen, ebb_choice_co(choice, option));
    name_set(to->instead_of, ebb_choice_co(choice, 0));
}

/* Called on a coroutine's small stack. */
static uint32_t follow_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct shrink_follow *self = BASE_OWNER(chooser, struct shrink_follow, chooser);
    const struct explore_schedule *schedule = self->schedule;
    uint64_t decision = self->options.count;
    uint32_t option = 0;
    ASSERT(choice->count > 1);
    if (self->lost) return 0;
    if (self->next < schedule->count && schedule->at[self->next].decision == decision) {
        option = schedule->at[self->next++].option;
        if (option >= choice->count) option = 0;
    }
    if (option != 0) {
        tell(self, choice, option);
        self->lost = explore_schedule_add(self->mem, &self->taken, decision, option) != OK;
    }
    if (shrink_options_reserve(self->mem, &self->options, decision + 1) != OK) {
        self->lost = true;
        return 0;
    }
    bool alarm = choice->what == EBB_CHOOSE_NEXT && choice->alarm;
    self->faults = self->faults || ebb_choice_fault(choice);
    self->options.at[self->options.count++] =
        (struct shrink_option){.count = choice->count, .alarm = alarm, .fault = ebb_choice_fault(choice)};
    return option;
}

void shrink_follow_init(struct shrink_follow *follow, struct mem *mem) {
    *follow = (struct shrink_follow){.chooser = {follow_pick}, .mem = mem};
    explore_schedule_init(&follow->taken);
}

void shrink_follow_deinit(struct shrink_follow *follow) {
    explore_schedule_deinit(follow->mem, &follow->taken);
    shrink_options_deinit(follow->mem, &follow->options);
}

void shrink_follow_begin(struct shrink_follow *follow, const struct explore_schedule *schedule) {
    follow->schedule = schedule;
    follow->next = 0;
    follow->taken.count = 0;
    follow->taken.timers = schedule->timers;
    follow->options.count = 0;
    follow->lost = false;
}
