/* SPDX-License-Identifier: MIT */
/* story_keep.c — who keeps what a finding is about, and since how many cycles. */
#include "check/story_impl.h"
#include "kinds/kinds.h"

/* Of what has grown, the oldest that a cycle has made; where it is the contents that grow, the fullest. */
static const struct ebb_object *grown(const struct story_recorder *recorder, const struct check_graph *graph,
                                      const char *unit) {
    const struct ebb_object *best = NULL;
    bool made = false;
    uint64_t first = recorder->cycle_count > 0 ? recorder->cycles[0] : 0;
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct ebb_object *object = graph->objects[i];
        bool weighs = object->kind->unit != NULL && strcmp(object->kind->unit, unit) == 0;
        if ((!weighs && strcmp(object->kind->name, unit) != 0) || (object->flags & EBB_FLAG_INNER) != 0) continue;
        if (object->node.birth.serial > first) {
            if (!made) best = object;
            made = true;
        } else if (!made && (best == NULL || object->node.weight > best->node.weight)) {
            best = object;
        }
    }
    return best;
}

static void age_set(const struct story_recorder *recorder, struct check_target *target,
                    const struct ebb_object *object) {
    uint32_t since = 0; /* cycles that began before it was made */
    while (since < recorder->cycle_count && recorder->cycles[since] < object->node.birth.serial) since++;
    target->aged = since > 0;
    target->age_cycles = since > 0 ? recorder->cycle_count - since : 0;
}

static enum status keep_one(const struct story_recorder *recorder, const struct check_graph *graph,
                            struct check_target *target) {
    uint64_t serial = target->serial;
    if (target->finding.kind == CHECK_GROWS) {
        const struct ebb_object *object = grown(recorder, graph, target->finding.object);
        serial = object == NULL ? 0 : object->node.birth.serial;
    }
    uint32_t at = serial == 0 ? CHECK_NOWHERE : check_graph_find(graph, serial);
    if (at == CHECK_NOWHERE) return OK;
    age_set(recorder, target, graph->objects[at]);
    TRY(check_retain(&target->kept, graph, serial, target->finding.kind == CHECK_PINNED));
    if (target->finding.kind != CHECK_BLOCKED || target->wait_count == 0) return OK;
    struct check_retention waited; /* that it holds itself goes without saying */
    TRY(check_retain(&waited, graph, target->waits[0].serial, false));
    if (!waited.known) return OK;
    waited.objects = target->kept.objects;
    waited.bytes = target->kept.bytes;
    target->kept = waited;
    return OK;
}

void check_story_keep(struct check_story *story, struct ebb *ebb, uint32_t from, uint32_t to) {
    struct story_recorder *recorder = BASE_OWNER(story, struct story_recorder, story);
    struct check_graph graph;
    if (from >= to || from >= story->target_count) return;
    check_fates_end(recorder, ebb);
    if (check_graph_init(&graph, recorder->mem, ebb) != OK) {
        story->failed = true;
        return;
    }
    for (uint32_t i = from; i < to && i < story->target_count; i++)
        if (keep_one(recorder, &graph, &story->targets[i]) != OK) story->failed = true;
    check_graph_deinit(&graph);
}
