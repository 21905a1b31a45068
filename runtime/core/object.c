/* SPDX-License-Identifier: MIT */
/* object.c — birth, holds and death of the subject's objects. */
#include "core/object.h"

#include "core/world.h"

void *ebb_object_make(struct ebb *ebb, const struct ebb_kind *kind, const char *label, size_t size) {
    ASSERT(size >= sizeof(struct ebb_object));
    struct ebb_object *self = mem_new(ebb->mem, 1, size);
    if (self == NULL) return NULL;
    self->kind = kind;
    self->ebb = ebb;
    self->holds = 1;
    ebb_birth_fill(ebb, &self->node.birth, label);
    if (!ebb->census_off) census_enter(&ebb->census, &self->node, kind->id, &self->node.birth);
    return self;
}

void ebb_object_free(struct ebb_object *object, size_t size) {
    struct ebb *ebb = object->ebb;
    if (UNLIKELY(!ebb->plain) && ebb->observer != NULL && ebb->observer->gone != NULL)
        ebb->observer->gone(ebb->observer, object);
    if (!ebb->census_off) census_leave(&ebb->census, &object->node);
    mem_free(ebb->mem, object, size);
}

/* What an object held may lose its last hold with it, and so on: a list of a million links must not take a million
 * frames. So only the first end runs here, and what it lets go of waits its turn. */
static void end(struct ebb *ebb, struct ebb_object *object) {
    if (ebb->ending) {
        object->dying = ebb->dying;
        ebb->dying = object;
        return;
    }
    ebb->ending = true;
    object->kind->destroy(object);
    while (ebb->dying != NULL) {
        struct ebb_object *next = ebb->dying;
        ebb->dying = next->dying;
        next->kind->destroy(next);
    }
    ebb->ending = false;
}

void ebb_object_release(struct ebb_object *object) {
    struct ebb *ebb = object->ebb;
    if (ebb->reaping) return; /* each survivor is reaped in its own turn */
    ASSERT(object->holds > 0);
    if (--object->holds > 0) return;
    if (object->flags & EBB_FLAG_FINALIZER) {
        ASSERT(ebb->finalize != NULL);
        ebb->finalize(object); /* takes a hold again until the finalizer has run */
        return;
    }
    end(ebb, object);
}

void ebb_object_self_hold(struct ebb_object *object) {
    ASSERT((object->flags & EBB_FLAG_SELF_HOLD) == 0);
    object->flags |= EBB_FLAG_SELF_HOLD;
    object->holds++;
}

void ebb_object_self_release(struct ebb_object *object) {
    if ((object->flags & EBB_FLAG_SELF_HOLD) == 0) return;
    object->flags &= ~EBB_FLAG_SELF_HOLD;
    ebb_object_release(object);
}

void ebb_object_use(struct ebb_object *object, const char *verb) {
    if (object->flags & EBB_FLAG_ENDED)
        ebb_panic(object->ebb, "%s of %s %s, which has ended", verb, object->kind->name, object->node.birth.label);
}
