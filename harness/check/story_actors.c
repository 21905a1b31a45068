/* SPDX-License-Identifier: MIT */
/* story_actors.c — who is who in a story, who became runnable, and which objects have ended. Each question is answered in
 * constant time, or by halving, since it is asked at every event of worlds of any size. */
#include "base/hash.h"
#include "check/story_impl.h"

/* Coroutines that get a name in the story; those after them are only counted. */
#define ACTORS_MAX 16384u

static struct story_recorder *recorder_of(struct ebb_observer *observer) {
    return BASE_OWNER(observer, struct story_recorder, observer);
}

uint32_t check_actor_of(const struct check_story *story, const struct ebb_co *co) {
    uint32_t low = 0, high = story->actor_count;
    if (co == NULL) return CHECK_NOBODY;
    uint64_t serial = co->head.node.birth.serial;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (story->actors[middle].serial < serial)
            low = middle + 1;
        else
            high = middle;
    }
    return low < story->actor_count && story->actors[low].serial == serial ? low : CHECK_NOBODY;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

/* The slot of a label: that of its last actor, or the free one where it belongs. */
static uint32_t *name_slot(const struct story_recorder *recorder, const char *label) {
    uint32_t mask = recorder->name_capacity - 1, at = (uint32_t)hash_bytes(str_of(label), 0) & mask;
    for (; recorder->names[at] != 0; at = (at + 1) & mask)
        if (strcmp(recorder->story.actors[recorder->names[at] - 1].label, label) == 0) break;
    return &recorder->names[at];
}

static bool names_grow(struct story_recorder *recorder) {
    uint32_t old = recorder->name_capacity, capacity = old == 0 ? 64 : old * 2;
    uint32_t *names = mem_new(recorder->mem, capacity, sizeof *names);
    if (names == NULL) return false;
    mem_free(recorder->mem, recorder->names, old * sizeof *recorder->names);
    recorder->names = names;
    recorder->name_capacity = capacity;
    for (uint32_t i = 0; i < recorder->story.actor_count; i++)
        *name_slot(recorder, recorder->story.actors[i].label) = i + 1;
    return true;
}

static bool actors_grow(struct story_recorder *recorder) {
    struct check_story *story = &recorder->story;
    uint32_t old = story->actor_capacity, capacity = old == 0 ? 32 : old * 2;
    struct check_actor *actors =
        mem_grow(recorder->mem, story->actors, old * sizeof *actors, capacity * sizeof *actors);
    if (actors == NULL) return false;
    story->actors = actors;
    story->actor_capacity = capacity;
    return true;
}

uint32_t check_actor_add(struct story_recorder *recorder, const struct ebb_co *co) {
    struct check_story *story = &recorder->story;
    if (story->actor_count == ACTORS_MAX) return CHECK_NOBODY;
    if ((story->actor_count == story->actor_capacity && !actors_grow(recorder)) ||
        (story->actor_count + 1 > recorder->name_capacity / 2 && !names_grow(recorder))) {
        story->failed = true;
        return CHECK_NOBODY;
    }
    struct check_actor actor = {.label = co->head.node.birth.label, .serial = co->head.node.birth.serial, .number = 1};
    uint32_t *last = name_slot(recorder, actor.label);
    if (*last != 0) actor.number = story->actors[*last - 1].number + 1;
    actor.first_event = actor.last_event = story->event_count;
    story->actors[story->actor_count++] = actor;
    *last = story->actor_count;
    return story->actor_count - 1;
}

/* --- what the world tells between two events --------------------------------------------------------------------------- */

void check_actor_ready(struct ebb_observer *observer, const struct ebb_co *co) {
    struct story_recorder *recorder = recorder_of(observer);
    if (recorder->story.failed) return;
    if (recorder->pending_count == recorder->pending_capacity) {
        uint32_t old = recorder->pending_capacity, capacity = old == 0 ? 32 : old * 2;
        const struct ebb_co **pending =
            mem_grow(recorder->mem, recorder->pending, old * sizeof *pending, capacity * sizeof *pending);
        if (pending == NULL) {
            recorder->story.failed = true;
            return;
        }
        recorder->pending = pending;
        recorder->pending_capacity = capacity;
    }
    recorder->pending[recorder->pending_count++] = co;
}

void check_actor_ended(struct ebb_observer *observer, const struct ebb_object *object) {
    struct story_recorder *recorder = recorder_of(observer);
    uint64_t serial = object->node.birth.serial, word = serial / 64;
    if (recorder->story.failed) return;
    if (word >= recorder->gone_words) {
        uint64_t old = recorder->gone_words, words = word * 2 + 16;
        uint64_t *gone = mem_grow(recorder->mem, recorder->gone, old * sizeof *gone, words * sizeof *gone);
        if (gone == NULL) {
            recorder->story.failed = true;
            return;
        }
        memset(gone + old, 0, (words - old) * sizeof *gone);
        recorder->gone = gone;
        recorder->gone_words = words;
    }
    recorder->gone[word] |= UINT64_C(1) << (serial % 64);
}

bool check_actor_gone(const struct story_recorder *recorder, uint64_t serial) {
    uint64_t word = serial / 64;
    return word < recorder->gone_words && (recorder->gone[word] >> (serial % 64) & 1) != 0;
}

/* --- in all ----------------------------------------------------------------------------------------------------------- */

void check_actors_begin(struct story_recorder *recorder) {
    recorder->story.actor_count = recorder->pending_count = 0;
    recorder->begun = 0;
    for (uint32_t i = 0; i < recorder->name_capacity; i++) recorder->names[i] = 0;
    for (uint64_t i = 0; i < recorder->gone_words; i++) recorder->gone[i] = 0;
}

void check_actors_deinit(struct story_recorder *recorder) {
    mem_free(recorder->mem, recorder->story.actors, recorder->story.actor_capacity * sizeof *recorder->story.actors);
    mem_free(recorder->mem, recorder->names, recorder->name_capacity * sizeof *recorder->names);
    mem_free(recorder->mem, recorder->pending, recorder->pending_capacity * sizeof *recorder->pending);
    mem_free(recorder->mem, recorder->gone, recorder->gone_words * sizeof *recorder->gone);
}
