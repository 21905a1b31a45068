/* SPDX-License-Identifier: MIT */
/* story_fates.c — since when could nobody help any more?
 *
 * A blocked coroutine can be helped while somebody else that can still run has code left that would end its wait; that
 * may be over long before it comes to wait. Anything else can be helped while somebody that can still run names it. What
 * counts is the last time that this was over, since a phase to come brings new people. */
#include "check/live.h"
#include "check/retain_graph.h"
#include "check/story_impl.h"
#include "kinds/kinds.h"

/* --- aiming ------------------------------------------------------------------------------------------------------- */

static struct ebb_object *find(struct ebb *ebb, uint64_t serial) {
    struct ebb_object *object = serial == 0 ? NULL : check_first(ebb);
    while (object != NULL && object->node.birth.serial < serial) object = check_next(object);
    return object != NULL && object->node.birth.serial == serial ? object : NULL;
}

static void aim_wait(struct check_target *target, const struct ebb_object *on, uint32_t rights) {
    if (on == NULL || target->wait_count == CHECK_WAITS) return;
    target->waits[target->wait_count++] = (struct check_target_wait){on->node.birth.serial, rights};
}

static void aim_one(struct check_target *target, struct ebb *ebb) {
    struct ebb_object *object = find(ebb, target->serial);
    if (object == NULL) return;
    enum ebb_left left = object->kind->left;
    if (left == EBB_LEFT_MESSAGE) aim_wait(target, object, EBB_RIGHT_RECV);
    if (left == EBB_LEFT_LOCK) aim_wait(target, object, EBB_RIGHT_UNLOCK | EBB_RIGHT_RUNLOCK);
    if (left == EBB_LEFT_CONTEXT) aim_wait(target, object, EBB_RIGHT_CANCEL);
    if (left != EBB_LEFT_COROUTINE) return;
    const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
    if (co->state != EBB_CO_PARKED) return;
    if (co->waiter_count == 0) aim_wait(target, co->on, 0);
    for (uint32_t i = 0; i < co->waiter_count; i++)
        aim_wait(target, co->waiters[i].on != NULL ? co->waiters[i].on : co->on, co->waiters[i].waits);
}

void check_story_aim(struct check_story *story, struct ebb *ebb, const struct check_findings *findings, uint32_t from) {
    for (uint32_t i = from; i < findings->count && story->target_count < CHECK_STORY_TARGETS; i++) {
        struct check_target *target = &story->targets[story->target_count++];
        *target = (struct check_target){.finding = findings->at[i], .serial = findings->at[i].serial};
        aim_one(target, ebb);
    }
}

void check_story_begin(struct check_story *story) {
    struct story_recorder *recorder = BASE_OWNER(story, struct story_recorder, story);
    story->event_count = recorder->cycle_count = 0;
    story->failed = false;
    story->evaluated_every = 1;
    recorder->events_seen = recorder->looked_at = 0;
    check_actors_begin(recorder);
    story->loop = (struct check_loop){0};
    if (story->seeks_loop && check_lasso_new(&recorder->lasso, recorder->mem) != OK) story->failed = true;
}

/* --- one look ----------------------------------------------------------------------------------------------------- */

struct look {
    struct ebb *ebb;
    bool about; /* not after each event */
    struct check_live live;
    struct check_graph graph;
    bool *marked; /* by place in graph, which has the same places as live */
    uint32_t *work;
};

static const struct ebb_co *co_at(const struct look *look, uint32_t at) {
    const struct ebb_object *object = look->graph.objects[at];
    return object->kind->left == EBB_LEFT_COROUTINE ? BASE_OWNER(object, struct ebb_co, head) : NULL;
}

/* What is reached from who can still run, `except` one, and with `alarms` from what is armed. */
static void mark_others(struct look *look, uint64_t except, bool alarms) {
    for (uint32_t i = 0; i < look->graph.count; i++) {
        const struct ebb_object *object = look->graph.objects[i];
        bool armed = alarms && object->kind->armed != NULL && object->kind->armed(object);
        look->marked[i] =
            object->node.birth.serial != except && (armed || (co_at(look, i) != NULL && look->live.live[i]));
    }
    check_graph_spread(&look->graph, look->marked, look->work, CHECK_NOWHERE);
}

/* Is this an armed timer that would act on the object at `on`? */
static bool armed_for(const struct look *look, uint32_t at, uint32_t on) {
    const struct ebb_object *object = look->graph.objects[at];
    if (object->kind->armed == NULL || !object->kind->armed(object)) return false;
    for (uint32_t e = look->graph.starts[at]; e < look->graph.starts[at + 1]; e++)
        if (look->graph.targets[e] == on) return true;
    return false;
}

/* Who waits himself may be what another one is to wait for: a receiver for a sender. */
static bool meets(const struct ebb_co *co, const struct ebb_object *on, uint32_t rights) {
    for (uint32_t i = 0; co->state == EBB_CO_PARKED && i < co->waiter_count; i++) {
        const struct ebb_object *its = co->waiters[i].on != NULL ? co->waiters[i].on : co->on;
        uint32_t waits = co->waiters[i].waits;
        uint32_t offers =
            (waits & EBB_RIGHT_SEND ? EBB_RIGHT_RECV : 0u) | (waits & EBB_RIGHT_RECV ? EBB_RIGHT_SEND : 0u);
        if (its == on && (offers & rights) != 0) return true;
    }
    return false;
}

/* Has somebody else code left that would end this wait? */
static bool wait_helped(const struct look *look, const struct check_target *target,
                        const struct check_target_wait *wait) {
    const struct ebb_insight *insight = look->ebb->insight;
    uint32_t on = check_graph_find(&look->graph, wait->serial);
    if (on == CHECK_NOWHERE) return false;
    /* Who cancels a parent need not name the child. */
    if (!look->marked[on] && (wait->rights & EBB_RIGHT_CANCEL) == 0) return false;
    if (wait->rights == 0 || insight == NULL) return true;
    uint32_t rights = wait->rights;
    const struct ebb_object *object = look->graph.objects[on];
    if ((object->flags & EBB_FLAG_INNER) != 0) rights |= EBB_RIGHT_CANCEL | EBB_RIGHT_ARM; /* what owns it acts on it */
    for (uint32_t i = 0; i < look->graph.count; i++) {
        const struct ebb_co *co = co_at(look, i);
        if (co == NULL && armed_for(look, i, on)) return true;
        if (co == NULL) continue;
        if (!look->live.live[i] || co->head.node.birth.serial == target->serial) continue;
        if (!insight->knows(co) || meets(co, object, rights) || check_may(co, object, rights)) return true;
    }
    return false;
}

static void lose(const struct look *look, struct check_target *target, const struct check_event *event) {
    target->is_lost = true;
    target->lost = *event;
    target->lost_about = look->about;
}

/* Nothing to say of what does not exist yet, or no more. */
static void look_at_object(struct look *look, struct check_target *target, const struct check_event *event) {
    uint32_t at = check_graph_find(&look->graph, target->serial);
    if (at == CHECK_NOWHERE) return;
    const struct ebb_co *co = co_at(look, at);
    bool helped = false;
    mark_others(look, target->serial, co != NULL);
    if (target->wait_count == 0 && co == NULL) helped = look->marked[at];
    for (uint32_t i = 0; i < target->wait_count && !helped; i++) helped = wait_helped(look, target, &target->waits[i]);
    if (helped) {
        target->helped = true;
        target->is_lost = false;
    } else if ((target->helped || co == NULL) && !target->is_lost) { /* or it was made and let go within one event */
        lose(look, target, event);
    }
    if (co == NULL || target->finding.kind != CHECK_BLOCKED) return;
    bool doomed = !look->live.live[at];
    if (doomed && !target->is_doomed) target->doomed = *event, target->doomed_about = look->about;
    target->is_doomed = doomed;
}

static void look_at_pinned(struct look *look, struct check_target *target, const struct check_event *event) {
    uint32_t at = check_graph_find(&look->graph, target->serial);
    uint64_t used = 0, held = 0;
    const struct ebb_object *object = at == CHECK_NOWHERE ? NULL : look->graph.objects[at];
    if (object == NULL || object->kind->pinned == NULL || !object->kind->pinned(object, &used, &held)) return;
    if (target->helped && used < target->measure) {
        lose(look, target, event);
    }
    target->helped = true;
    target->measure = used;
}

/* What the cycles add: the last event that brought more than there had ever been. */
static void look_at_growth(const struct look *look, struct check_target *target, const struct check_ledger *ledger,
                           const struct check_event *event) {
    for (uint16_t id = 0; id < KIND_COUNT; id++) {
        const struct ebb_kind *kind = ebb_kinds[id];
        bool weight = kind->unit != NULL && strcmp(kind->unit, target->finding.object) == 0;
        if (!weight && strcmp(kind->name, target->finding.object) != 0) continue;
        uint64_t now = weight ? ledger->weight[id] : ledger->live[id];
        if (now <= target->measure) return;
        target->measure = now;
        lose(look, target, event);
        return;
    }
}

static void look_at_all(struct look *look, struct story_recorder *recorder, const struct check_event *event) {
    struct check_ledger ledger;
    bool taken = false;
    for (uint32_t i = 0; i < recorder->story.target_count; i++) {
        struct check_target *target = &recorder->story.targets[i];
        switch (target->finding.kind) {
        case CHECK_PINNED: look_at_pinned(look, target, event); break;
        case CHECK_GROWS:
            if (!taken) check_ledger_take(&ledger, look->ebb);
            taken = true;
            look_at_growth(look, target, &ledger, event);
            break;
        case CHECK_PANIC:
            if (event->what == CHECK_EVENT_PANIC) lose(look, target, event);
            break;
        case CHECK_ALIVE: break;
        default: look_at_object(look, target, event);
        }
    }
}

/* One walk over all objects and holds says who is live, and one for each target what it can still be reached from. */
static uint64_t cost(const struct look *look, const struct story_recorder *recorder) {
    return (look->graph.count + look->graph.edge_count) * (UINT64_C(1) + recorder->story.target_count);
}

static void look_now(struct story_recorder *recorder, struct ebb *ebb, const struct check_event *event) {
    struct check_story *story = &recorder->story;
    struct look look = {.ebb = ebb, .about = story->evaluated_every > 1};
    if (check_live_init(&look.live, recorder->mem, ebb) != OK) {
        story->failed = true;
        return;
    }
    if (check_graph_init(&look.graph, recorder->mem, ebb) == OK) {
        ASSERT(look.graph.count == look.live.count);
        recorder->looked_at += cost(&look, recorder);
        if (recorder->looked_at > story->looks_max) recorder->looked_at = 0, story->evaluated_every *= 2;
        look.marked = mem_new(recorder->mem, look.graph.count, sizeof *look.marked);
        look.work = mem_new(recorder->mem, look.graph.count, sizeof *look.work);
        if (look.marked != NULL && look.work != NULL)
            look_at_all(&look, recorder, event);
        else
            story->failed = true;
        mem_free(recorder->mem, look.marked, look.graph.count * sizeof *look.marked);
        mem_free(recorder->mem, look.work, look.graph.count * sizeof *look.work);
        check_graph_deinit(&look.graph);
    } else {
        story->failed = true;
    }
    check_live_deinit(&look.live);
}

void check_fates_look(struct story_recorder *recorder, struct ebb *ebb, const struct check_event *event) {
    struct check_story *story = &recorder->story;
    if (story->target_count == 0 || recorder->events_seen++ % story->evaluated_every != 0) return;
    look_now(recorder, ebb, event);
}

void check_fates_end(struct story_recorder *recorder, struct ebb *ebb) {
    struct check_story *story = &recorder->story;
    if (story->target_count > 0 && story->evaluated_every > 1 && !story->failed)
        look_now(recorder, ebb, &recorder->last);
}
