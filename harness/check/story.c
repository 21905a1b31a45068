/* SPDX-License-Identifier: MIT */
/* story.c — the recorder. A world tells what the running coroutine did, and who became runnable meanwhile, which is who
 * was spawned or woken by that. What an event takes does not depend on how much there is. */
#include "check/look.h"
#include "check/story_impl.h"

static struct story_recorder *recorder_of(struct check_story *story) {
    return BASE_OWNER(story, struct story_recorder, story);
}

/* --- events ------------------------------------------------------------------------------------------------------- */

static uint32_t place_of(uint64_t number) {
    if (number < CHECK_STORY_HEAD) return (uint32_t)number;
    return CHECK_STORY_HEAD + (uint32_t)((number - CHECK_STORY_HEAD) % CHECK_STORY_TAIL);
}

const struct check_event *check_story_at(const struct check_story *story, uint64_t number) {
    ASSERT(number < story->event_count);
    if (number >= CHECK_STORY_HEAD && number + CHECK_STORY_TAIL < story->event_count) return NULL;
    uint32_t place = place_of(number);
    return place < story->event_capacity ? &story->events[place] : NULL;
}

static void put(struct story_recorder *recorder, struct ebb *ebb, struct check_event event) {
    struct check_story *story = &recorder->story;
    event.number = story->event_count;
    event.step = ebb_steps(ebb) + recorder->firing; /* an alarm that wakes is a step of its own, counted afterwards */
    event.time_ns = ebb_now_ns(ebb);
    uint32_t place = place_of(event.number);
    if (place >= story->event_capacity) {
        uint32_t old = story->event_capacity, capacity = old == 0 ? 256 : old * 2;
        ASSERT(capacity <= CHECK_STORY_HEAD + CHECK_STORY_TAIL);
        struct check_event *events =
            mem_grow(recorder->mem, story->events, old * sizeof *events, capacity * sizeof *events);
        if (events == NULL) {
            story->failed = true;
            return;
        }
        story->events = events;
        story->event_capacity = capacity;
    }
    story->events[place] = event;
    story->event_count++;
    recorder->last = event;
    if (event.who != CHECK_NOBODY) story->actors[event.who].last_event = event.number;
}
_Static_assert((CHECK_STORY_HEAD + CHECK_STORY_TAIL) % 256 == 0, "doubling ends exactly there");

/* --- what an event has led to --------------------------------------------------------------------------------------- */

/* Those spawned since the last look; who else became runnable stays in the list. */
static void begun(struct story_recorder *recorder, struct ebb *ebb, uint32_t by) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < recorder->pending_count; i++) {
        const struct ebb_co *co = recorder->pending[i];
        if (co->head.node.birth.serial <= recorder->begun) {
            recorder->pending[kept++] = co;
            continue;
        }
        recorder->begun = co->head.node.birth.serial;
        uint32_t who = check_actor_add(recorder, co);
        put(recorder, ebb, (struct check_event){.what = CHECK_EVENT_BEGIN, .who = who, .by = by, .line = co->line});
    }
    recorder->pending_count = kept;
}

static const char *waited_on(const struct check_actor *actor, const struct ebb_co *co) {
    for (uint32_t i = 0; i < actor->wait_count && i < CHECK_WAITS; i++)
        if (actor->wait_count == 1 || actor->wait_index[i] == co->woke_index) return actor->wait_on[i];
    return NULL;
}

static void woken(struct story_recorder *recorder, struct ebb *ebb, uint32_t by) {
    struct check_story *story = &recorder->story;
    for (uint32_t i = 0; i < recorder->pending_count; i++) {
        const struct ebb_co *co = recorder->pending[i];
        uint32_t who = check_actor_of(story, co);
        if (who == CHECK_NOBODY || !story->actors[who].waits) continue;
        struct check_actor *actor = &story->actors[who];
        actor->waits = false;
        struct check_event event = {.what = CHECK_EVENT_WAKE,
                                    .who = who,
                                    .by = by,
                                    .line = co->line,
                                    .woke = (enum ebb_wake)co->woke,
                                    .verb = actor->wait_verb};
        if (event.woke != EBB_TIMEOUT) event.on[0] = waited_on(actor, co);
        event.on_count = event.on[0] != NULL;
        put(recorder, ebb, event);
    }
    recorder->pending_count = 0;
}

/* --- what the world tells ------------------------------------------------------------------------------------------- */

static struct check_event verb_event(const struct story_recorder *recorder, const struct ebb_co *co, uint32_t who) {
    struct check_event event = {.what = CHECK_EVENT_DONE, .who = who, .by = CHECK_NOBODY, .line = co->line};
    event.verb = co->op == NULL ? "" : co->op->name;
    event.fault = co->op != NULL && co->op->fault;
    const struct ebb_object *on = co->on;
    if (on != NULL && !check_actor_gone(recorder, co->on_serial)) {
        event.on[event.on_count++] = on->node.birth.label;
        event.on_kind = on->kind->name;
    } else if (on == NULL && co->op != NULL && co->op->code >> 8 != EBB_COROUTINE_KIND_ID) {
        event.on[event.on_count++] = "nil";
    }
    return event;
}

static void saw_wait(struct story_recorder *recorder, struct ebb *ebb, const struct ebb_co *co, uint32_t who) {
    struct check_event event = verb_event(recorder, co, who);
    event.what = CHECK_EVENT_WAIT;
    event.until_ns = co->nap == NULL ? EBB_NEVER : ebb_alarms_due(&ebb->alarms, &co->nap->alarm);
    if (who != CHECK_NOBODY) {
        struct check_actor *actor = &recorder->story.actors[who];
        actor->waits = true;
        actor->wait_verb = event.verb;
        actor->wait_count = co->waiter_count;
        for (uint32_t i = 0; i < co->waiter_count && i < CHECK_WAITS; i++) {
            const struct ebb_object *on = co->waiters[i].on != NULL ? co->waiters[i].on : co->on;
            actor->wait_on[i] = on == NULL ? "nil" : on->node.birth.label;
            actor->wait_index[i] = co->waiters[i].index;
            event.on[i] = actor->wait_on[i];
            event.on_count = i + 1;
        }
    }
    if (co->waiter_count > CHECK_WAITS) event.on_count = co->waiter_count;
    put(recorder, ebb, event);
}

static void saw_alarm(struct story_recorder *recorder, struct ebb *ebb, const struct ebb_alarm *alarm) {
    if (alarm->of == NULL) return; /* a deadline: the one that wakes tells */
    struct check_event event = {.what = CHECK_EVENT_ALARM, .who = CHECK_NOBODY, .by = CHECK_NOBODY, .on_count = 1};
    event.on[0] = alarm->of->node.birth.label;
    event.on_kind = alarm->of->kind->name;
    event.line = alarm->of->node.birth.line;
    put(recorder, ebb, event);
}

static void story_loop_end(struct story_recorder *recorder) {
    recorder->story.loop = *check_lasso_loop(recorder->lasso);
    check_lasso_free(recorder->lasso);
    recorder->lasso = NULL;
}

static void see(struct ebb_observer *observer, struct ebb *ebb, enum ebb_sight sight, struct ebb_co *co,
                const struct ebb_alarm *alarm) {
    struct story_recorder *recorder = BASE_OWNER(observer, struct story_recorder, observer);
    if (recorder->story.failed) return;
    recorder->firing = sight == EBB_SIGHT_ALARM || sight == EBB_SIGHT_FIRED;
    if (co != NULL && check_actor_of(&recorder->story, co) == CHECK_NOBODY) begun(recorder, ebb, CHECK_NOBODY);
    uint32_t who = check_actor_of(&recorder->story, co);
    struct check_event event = {.who = who, .by = CHECK_NOBODY};
    switch (sight) {
    case EBB_SIGHT_ALARM: saw_alarm(recorder, ebb, alarm); return; /* its effect is told next */
    case EBB_SIGHT_FIRED: break;
    case EBB_SIGHT_STEP: put(recorder, ebb, verb_event(recorder, co, who)); break;
    case EBB_SIGHT_PARK: saw_wait(recorder, ebb, co, who); break;
    case EBB_SIGHT_END:
        event.what = CHECK_EVENT_END;
        put(recorder, ebb, event);
        if (who != CHECK_NOBODY) recorder->story.actors[who].ended = true;
        break;
    case EBB_SIGHT_PANIC:
        event = verb_event(recorder, co, who);
        event.what = CHECK_EVENT_PANIC;
        put(recorder, ebb, event);
        break;
    }
    struct check_event first = recorder->last;
    begun(recorder, ebb, who);
    woken(recorder, ebb, who);
    check_fates_look(recorder, ebb, sight == EBB_SIGHT_FIRED ? &recorder->last : &first);
    recorder->firing = false;
    if (recorder->lasso == NULL || check_lasso_look(recorder->lasso, ebb, recorder->last.number, co)) return;
    story_loop_end(recorder);
}

/* What depends on what is another's question, but who asks who became runnable is told that, too. */
static void touched(struct ebb_observer *observer, uint64_t thing, struct ebb_access access) {
    (void)observer, (void)thing, (void)access;
}
static void caused(struct ebb_observer *observer, enum ebb_cause what, const struct ebb_object *object, uint32_t cell,
                   const struct ebb_co *co) {
    (void)observer, (void)what, (void)object, (void)cell, (void)co;
}

/* --- for whoever drives the world -------------------------------------------------------------------------------------- */

enum status check_story_new(struct check_story **out, struct mem *mem) {
    struct story_recorder *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    self->observer = (struct ebb_observer){
        .see = see, .touch = touched, .ready = check_actor_ready, .cause = caused, .gone = check_actor_ended};
    self->story.observer = &self->observer;
    self->story.looks_max = CHECK_STORY_LOOKS;
    *out = &self->story;
    return OK;
}

void check_story_free(struct check_story *story) {
    if (story == NULL) return;
    struct story_recorder *self = recorder_of(story);
    mem_free(self->mem, story->events, story->event_capacity * sizeof *story->events);
    check_actors_deinit(self);
    check_lasso_free(self->lasso);
    mem_free(self->mem, self->cycles, self->cycle_capacity * sizeof *self->cycles);
    mem_free(self->mem, self, sizeof *self);
}

static void cycle_note(struct story_recorder *recorder, struct ebb *ebb) {
    if (recorder->cycle_count == recorder->cycle_capacity) {
        uint32_t old = recorder->cycle_capacity, capacity = old == 0 ? 32 : old * 2;
        uint64_t *cycles = mem_grow(recorder->mem, recorder->cycles, old * sizeof *cycles, capacity * sizeof *cycles);
        if (cycles == NULL) {
            recorder->story.failed = true;
            return;
        }
        recorder->cycles = cycles;
        recorder->cycle_capacity = capacity;
    }
    recorder->cycles[recorder->cycle_count++] = census_mark(ebb_census(ebb));
}

void check_story_phase(struct check_story *story, struct ebb *ebb, const char *name, uint32_t turn) {
    struct check_event event = {
        .what = CHECK_EVENT_PHASE, .who = CHECK_NOBODY, .by = CHECK_NOBODY, .verb = name, .option = turn};
    struct story_recorder *recorder = recorder_of(story);
    if (name != NULL) put(recorder, ebb, event);
    begun(recorder, ebb, CHECK_NOBODY);
    if (name != NULL && strcmp(name, "cycle") == 0) cycle_note(recorder, ebb);
}

void check_story_choice(struct check_story *story, const struct ebb_choice *choice, uint32_t option) {
    story->loop.known = false;
    if (recorder_of(story)->lasso != NULL) check_lasso_choice(recorder_of(story)->lasso);
    struct check_event event = {.what = CHECK_EVENT_CHOICE,
                                .who = CHECK_NOBODY,
                                .by = CHECK_NOBODY,
                                .choice = choice->what,
                                .option = option,
                                .options = choice->count};
    if (choice->what == EBB_CHOOSE_NEXT) {
        event.who = check_actor_of(story, ebb_choice_co(choice, option)); /* nobody: the alarm, early */
        event.by = check_actor_of(story, ebb_choice_co(choice, 0));       /* whose turn it was */
    } else {
        event.who = check_actor_of(story, ebb_current(choice->ebb));
        if (choice->what == EBB_CHOOSE_REFUSE) event.line = ebb_current(choice->ebb)->line; /* no step tells it */
    }
    put(recorder_of(story), choice->ebb, event);
}
