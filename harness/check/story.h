/* SPDX-License-Identifier: MIT */
/* story.h — one run as a list of events: who did what at which step, who woke whom, and the event since which what was
 * left behind could not be helped any more.
 *
 * A story is told in two runs of one schedule. The first says what is left; the second looks, after every event, whether
 * somebody could still have put it right. All text in a story is borrowed from labels and kinds, so it lives as long as
 * what the world was made from, not only as long as the world. */
#ifndef CHECK_STORY_H
#define CHECK_STORY_H

#include "check/check.h"
#include "check/lasso.h"
#include "check/retain.h"

enum check_event_what {
    CHECK_EVENT_PHASE,  /* a phase begins: verb is its name, number its turn */
    CHECK_EVENT_BEGIN,  /* a coroutine was spawned by `by` */
    CHECK_EVENT_DONE,   /* a verb has completed */
    CHECK_EVENT_WAIT,   /* a verb waits, until until_ns at most */
    CHECK_EVENT_WAKE,   /* its wait is over: woke says why, `by` who has done it */
    CHECK_EVENT_ALARM,  /* the alarm of `on` went off */
    CHECK_EVENT_END,    /* it has returned */
    CHECK_EVENT_PANIC,  /* verb is the rule */
    CHECK_EVENT_CHOICE, /* a decision that is not the default: see choice */
};
#define CHECK_NOBODY UINT32_MAX
#define CHECK_WAITS 4u /* objects of one wait that are told by name */

struct check_event {
    uint64_t number; /* of the event, from 0 */
    uint64_t step;
    int64_t time_ns, until_ns; /* EBB_NEVER: for ever */
    enum check_event_what what;
    enum ebb_wake woke;
    enum ebb_choice_what choice;
    uint32_t who, by;         /* numbers of actors, or CHECK_NOBODY */
    uint32_t line;            /* of the scenario */
    uint32_t option, options; /* CHOICE: which of how many; PHASE: option is the turn */
    uint32_t on_count;        /* WAIT: more than CHECK_WAITS are not named */
    bool fault;               /* DONE: not by `who`, but from outside, before it went on */
    const char *verb;
    const char *on[CHECK_WAITS]; /* labels */
    const char *on_kind;         /* of the first */
};

/* A coroutine of the story. */
struct check_actor {
    const char *label;
    uint64_t serial;
    uint64_t first_event, last_event;
    uint32_t number; /* among those of this label, from 1 */
    bool ended;
    /* Of its wait, while it waits. */
    bool waits;
    uint32_t wait_count, wait_index[CHECK_WAITS];
    const char *wait_on[CHECK_WAITS], *wait_verb;
};

/* One finding, and when it became unavoidable. */
struct check_target {
    struct check_finding finding;
    uint64_t serial; /* of the coroutine or object it is about, the first alike; 0: of none */
    struct check_target_wait {
        uint64_t serial;
        uint32_t rights;
    } waits[CHECK_WAITS]; /* BLOCKED: on what, and what would end it; LOCK, MESSAGE: the object itself */
    uint32_t wait_count;
    bool helped;    /* at some time somebody else could still help */
    bool is_lost;   /* and since `lost` nobody could */
    bool is_doomed; /* BLOCKED: since `doomed` it can never run again */
    struct check_event lost, doomed;
    bool lost_about, doomed_about; /* it was not looked after each event then: it may have been a little earlier */
    uint64_t measure;              /* PINNED, GROWS: the last one seen */
    /* When it was judged: */
    struct check_retention kept; /* BLOCKED: the links are of what it waits on; GROWS: the oldest of what has grown */
    uint32_t age_cycles;         /* of that object */
    bool aged;                   /* it was made in a cycle */
};

/* Of a long story the first and the last events are kept. */
#define CHECK_STORY_HEAD 8192u
#define CHECK_STORY_TAIL 8192u
#define CHECK_STORY_TARGETS 64u
/* Looks at an object, and questions to a coroutine: each time they are used up it is looked half as often. Seconds, for
 * who has asked for a story; a moment, where it is told beside a verdict. */
#define CHECK_STORY_LOOKS (UINT64_C(1) << 24)
#define CHECK_STORY_LOOKS_FEW (UINT64_C(1) << 20)

struct check_story {
    struct ebb_observer *observer; /* what a world is given */
    struct check_event *events;
    uint64_t event_count; /* that happened; see check_story_at */
    uint32_t event_capacity;
    struct check_actor *actors; /* in order of birth */
    uint32_t actor_count, actor_capacity;
    struct check_target targets[CHECK_STORY_TARGETS];
    uint32_t target_count;
    bool seeks_loop;          /* may be set before the second run: it did not come to its end */
    struct check_loop loop;   /* if one was found */
    uint64_t looks_max;       /* may be set; see CHECK_STORY_LOOKS */
    uint64_t evaluated_every; /* events; 1 unless the run was too long to look after each */
    bool failed;              /* there was no memory for all of it */
};

CHECKED enum status check_story_new(struct check_story **out, struct mem *mem);
void check_story_free(struct check_story *story); /* NULL is fine */
/* The first run: notes what each of the findings from `from` on is about. From outside, just after they were judged. */
void check_story_aim(struct check_story *story, struct ebb *ebb, const struct check_findings *findings, uint32_t from);
/* The second run begins: forgets the events, keeps the targets. */
void check_story_begin(struct check_story *story);
/* A phase of this name begins, and the coroutines spawned from outside since the last event; NULL: only those. */
void check_story_phase(struct check_story *story, struct ebb *ebb, const char *name, uint32_t turn);
/* The second run: who keeps what the targets from `from` up to `to` are about. From outside, just after they were
 * judged. */
void check_story_keep(struct check_story *story, struct ebb *ebb, uint32_t from, uint32_t to);
/* A decision that is not the default, for whoever stands between a world and its chooser; before it takes effect. */
void check_story_choice(struct check_story *story, const struct ebb_choice *choice, uint32_t option);
/* The event of this number, or NULL when it was not kept. */
const struct check_event *check_story_at(const struct check_story *story, uint64_t number);

#endif
