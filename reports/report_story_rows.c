/* SPDX-License-Identifier: MIT */
/* report_story_rows.c — events become rows and coroutines lanes. A lane is used again by the next of its name once the one before
 * has ended, so that twelve cycles are one column; where there are too many, those a finding is about come first. */
#include "reports/report_story_impl.h"

/* Up to as many rows, nothing is left out. */
#define ROWS_ALL 48u
#define ROWS_FIRST 10u       /* otherwise so many from the start, */
#define ROWS_LAST 10u        /* from the end, */
#define ROWS_AROUND 3u       /* and around what matters; */
#define DEVIATIONS_SHOWN 24u /* more of them are no longer what matters */
#define ROWS_GAP 3u          /* and no gap shorter than this. */

/* --- lanes --------------------------------------------------------------------------------------------------------- */

/* Lanes without a limit: the lane of an actor is the first of its label that is free. */
struct lanes {
    struct story_lane *at;
    uint64_t *busy_until; /* number of the last event of its last actor; UINT64_MAX: that one has not ended */
    uint32_t *weight;     /* how much it matters */
    uint32_t count;
};

static uint32_t lane_take(struct lanes *lanes, const struct check_actor *actor) {
    uint32_t number = 1;
    for (uint32_t i = 0; i < lanes->count; i++) {
        if (strcmp(lanes->at[i].label, actor->label) != 0) continue;
        number++;
        if (lanes->busy_until[i] >= actor->first_event) continue;
        lanes->busy_until[i] = actor->ended ? actor->last_event : UINT64_MAX;
        return i;
    }
    lanes->at[lanes->count] = (struct story_lane){actor->label, number};
    lanes->busy_until[lanes->count] = actor->ended ? actor->last_event : UINT64_MAX;
    return lanes->count++;
}

static uint32_t actor_by_serial(const struct check_story *story, uint64_t serial) {
    for (uint32_t i = 0; i < story->actor_count; i++)
        if (story->actors[i].serial == serial) return i;
    return CHECK_NOBODY;
}

static void weigh(const struct story_table *table, struct lanes *lanes) {
    const struct check_story *story = table->of->story;
    for (uint32_t i = 0; i < story->target_count; i++) {
        const struct check_target *target = &story->targets[i];
        const struct check_event *decisive = report_story_decisive(target);
        uint32_t whom = actor_by_serial(story, target->serial);
        if (whom != CHECK_NOBODY) lanes->weight[table->lane_of[whom]] += 8;
        if (decisive == NULL) continue;
        if (decisive->who != CHECK_NOBODY) lanes->weight[table->lane_of[decisive->who]] += 4;
        if (decisive->by != CHECK_NOBODY) lanes->weight[table->lane_of[decisive->by]] += 4;
    }
    if (lanes->count > 0) lanes->weight[0]++; /* who began */
}

/* The lanes that matter most, in the order in which they began; the others share one. */
static void lanes_choose(struct story_table *table, const struct lanes *lanes, uint32_t *places) {
    uint32_t room = lanes->count <= STORY_LANES_MAX ? lanes->count : STORY_LANES_MAX - 1;
    for (uint32_t i = 0; i < lanes->count; i++) places[i] = STORY_LANES_MAX;
    for (uint32_t taken = 0; taken < room; taken++) {
        uint32_t best = lanes->count;
        for (uint32_t i = 0; i < lanes->count; i++)
            if (places[i] == STORY_LANES_MAX && (best == lanes->count || lanes->weight[i] > lanes->weight[best]))
                best = i;
        places[best] = 0;
    }
    for (uint32_t i = 0; i < lanes->count; i++) {
        if (places[i] == STORY_LANES_MAX) {
            table->others = true;
            continue;
        }
        places[i] = table->lane_count;
        table->lanes[table->lane_count++] = lanes->at[i];
    }
}

static enum status lanes_make(struct story_table *table) {
    const struct check_story *story = table->of->story;
    struct mem *mem = table->mem;
    uint32_t count = story->actor_count, *places = mem_new(mem, count, sizeof *places);
    struct lanes lanes = {.at = mem_new(mem, count, sizeof *lanes.at),
                          .busy_until = mem_new(mem, count, sizeof *lanes.busy_until),
                          .weight = mem_new(mem, count, sizeof *lanes.weight)};
    enum status status = ERR_NOMEM;
    table->lane_of = mem_new(mem, count, sizeof *table->lane_of);
    if (table->lane_of != NULL && lanes.at != NULL && lanes.busy_until != NULL && lanes.weight != NULL &&
        places != NULL) {
        for (uint32_t i = 0; i < count; i++) table->lane_of[i] = lane_take(&lanes, &story->actors[i]);
        weigh(table, &lanes);
        lanes_choose(table, &lanes, places);
        for (uint32_t i = 0; i < count; i++) table->lane_of[i] = places[table->lane_of[i]];
        status = OK;
    }
    mem_free(mem, lanes.at, count * sizeof *lanes.at);
    mem_free(mem, lanes.busy_until, count * sizeof *lanes.busy_until);
    mem_free(mem, lanes.weight, count * sizeof *lanes.weight);
    mem_free(mem, places, count * sizeof *places);
    return status;
}

uint32_t report_story_lane(const struct story_table *table, const struct check_event *event) {
    if (event->what == CHECK_EVENT_PHASE) return STORY_NO_LANE;
    bool clock = event->what == CHECK_EVENT_ALARM || (event->what == CHECK_EVENT_CHOICE && event->who == CHECK_NOBODY);
    if (clock) return table->lane_count + 1;
    uint32_t lane = event->who == CHECK_NOBODY ? STORY_LANES_MAX : table->lane_of[event->who];
    return lane == STORY_LANES_MAX ? table->lane_count : lane;
}

/* --- rows ------------------------------------------------------------------------------------------------------------ */

/* A decision stands in the line of what came of it. */
static bool row_decides(const struct story_table *table, const struct story_row *row, const struct check_event *event) {
    const struct check_event *last = check_story_at(table->of->story, row->last);
    if (last->what != CHECK_EVENT_CHOICE) return false;
    return last->who == CHECK_NOBODY || last->who == event->who; /* the alarm that came early, or whoever decided */
}

static bool row_takes(const struct story_table *table, const struct story_row *row, const struct check_event *event) {
    uint32_t lane = report_story_lane(table, event);
    const struct check_event *first = check_story_at(table->of->story, row->last);
    if (lane == STORY_NO_LANE || first->step != event->step || first->time_ns != event->time_ns) return false;
    if (row->steps > 1 || report_story_mark(table->of, event) != ' ') return false; /* a mark is of one event */
    for (uint64_t i = row->first; i <= row->last; i++) {
        const struct check_event *other = check_story_at(table->of->story, i);
        uint32_t its = report_story_lane(table, other);
        if (its == lane || its == STORY_NO_LANE || other->what == CHECK_EVENT_END) return false;
    }
    return true;
}

/* Some verbs take two steps, and who polls does the same again and again. */
static bool row_repeats(const struct story_table *table, const struct story_row *row, const struct check_event *event) {
    const struct check_event *last = check_story_at(table->of->story, row->last);
    bool alone = row->first == row->last || row->steps > 1;
    bool same = last->what == CHECK_EVENT_DONE && event->what == CHECK_EVENT_DONE && last->who == event->who &&
        last->line == event->line;
    if (!alone || !same || strcmp(last->verb, event->verb) != 0 || last->on_count != event->on_count) return false;
    return event->on_count == 0 || strcmp(last->on[0], event->on[0]) == 0;
}

static enum status rows_make(struct story_table *table) {
    const struct check_story *story = table->of->story;
    for (uint64_t i = 0; i < story->event_count; i++) {
        const struct check_event *event = check_story_at(story, i);
        if (event == NULL) continue;
        uint32_t lane = report_story_lane(table, event);
        table->clock = table->clock || lane == table->lane_count + 1;
        table->others = table->others || lane == table->lane_count;
        struct story_row *row = table->row_count == 0 ? NULL : &table->rows[table->row_count - 1];
        bool next = row != NULL && row->last + 1 == i;
        if (next && row_decides(table, row, event)) {
            row->last = i;
            char mark = report_story_mark(table->of, event);
            if (mark != ' ') row->mark = mark;
            continue;
        }
        if (next && row_repeats(table, row, event)) {
            row->last = i;
            row->steps = row->steps == 0 ? 2 : row->steps + 1;
            if (row->mark == ' ') row->mark = report_story_mark(table->of, event);
            continue;
        }
        if (next && row_takes(table, row, event)) {
            row->last = i;
            continue;
        }
        if (table->row_count == table->row_capacity) {
            uint32_t old = table->row_capacity, capacity = old == 0 ? 64 : old * 2;
            struct story_row *rows = mem_grow(table->mem, table->rows, old * sizeof *rows, capacity * sizeof *rows);
            if (rows == NULL) return ERR_NOMEM;
            table->rows = rows;
            table->row_capacity = capacity;
        }
        table->rows[table->row_count++] =
            (struct story_row){.first = i, .last = i, .mark = report_story_mark(table->of, event)};
    }
    return OK;
}

static void show(struct story_table *table, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to && i < table->row_count; i++) table->rows[i].shown = true;
}

static void rows_choose(struct story_table *table) {
    uint32_t count = table->row_count;
    show(table, 0, count <= ROWS_ALL ? count : ROWS_FIRST);
    if (count <= ROWS_ALL) return;
    show(table, count - ROWS_LAST, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct check_event *event = check_story_at(table->of->story, table->rows[i].first);
        char mark = table->rows[i].mark;
        if (mark == '*' && table->of->deviations > DEVIATIONS_SHOWN) continue;
        if (mark == ' ' && event->what != CHECK_EVENT_PANIC) continue;
        uint32_t around = mark == '*' ? 1 : ROWS_AROUND;
        show(table, i < around ? 0 : i - around, i + around + 1);
    }
    for (uint32_t i = 0, gap = 0; i < count; i++) {
        gap = table->rows[i].shown ? 0 : gap + 1;
        bool ends = i + 1 < count && table->rows[i + 1].shown;
        if (gap > 0 && ends && gap < ROWS_GAP) show(table, i + 1 - gap, i + 1);
    }
}

enum status report_story_table_init(struct story_table *table, struct mem *mem, const struct report_story *of) {
    *table = (struct story_table){.mem = mem, .of = of};
    enum status status = lanes_make(table);
    if (status == OK) status = rows_make(table);
    if (status == OK) rows_choose(table);
    if (status != OK) report_story_table_deinit(table);
    return status;
}

void report_story_table_deinit(struct story_table *table) {
    mem_free(table->mem, table->lane_of, table->of->story->actor_count * sizeof *table->lane_of);
    mem_free(table->mem, table->rows, table->row_capacity * sizeof *table->rows);
    table->lane_of = NULL;
    table->rows = NULL;
}
