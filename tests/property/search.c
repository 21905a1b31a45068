/* SPDX-License-Identifier: MIT */
/* search.c — the reduced search against the plain one. Small random scenarios over every kind are run under every
 * schedule, and under one schedule of each trace: the final states must be the same set, with the split relation, which
 * kinds declare verb by verb, with the coarse one, and in pieces. Of larger ones, whose schedules are too many to be made,
 * the pieces say whether the whole left something out, and the other way round: they plan next to nothing in common. And
 * hardly a run may be of a trace that was run before. `property_search FIRST END` takes the programs of those seeds; one
 * seed alone is shown. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "check/look.h"
#include "explore/search.h"
#include "kinds/kinds.h"
#include "kinds/scope/scope.h"
#include "run/judge.h"
#include "search_programs.h"

#define PROGRAMS 1200u
#define FAULTY 250u /* programs that may be hit by faults, which are choices as well: from seed FAULTY_FROM on */
#define FAULTY_FROM 1000000000u
#define PLAIN_RUNS_MAX 1500u
#define REDUCED_RUNS_MAX 300u
#define WHOLE_WANTED 600u
#define PIECES 3u
#define PIECES_RUNS_MAX 20000u
/* Where there are no faults: who could have been hit by one sleeps as lightly as if it had been. */
#define MANY 25u       /* runs that show nothing new are fewer than one in so many traces */
#define MANY_IDLE 500u /* with idle timers */

/* --- sets of numbers ------------------------------------------------------------------------------------------------ */
struct set {
    uint64_t *at;
    uint32_t count, capacity;
};

static bool set_has(const struct set *set, uint64_t one) {
    for (uint32_t i = 0; i < set->count; i++)
        if (set->at[i] == one) return true;
    return false;
}

static void set_put(struct set *set, uint64_t one) {
    if (set_has(set, one)) return;
    if (set->count == set->capacity) {
        set->capacity = set->capacity == 0 ? 64 : set->capacity * 2;
        set->at = realloc(set->at, set->capacity * sizeof *set->at);
        if (set->at == NULL) abort();
    }
    set->at[set->count++] = one;
}

/* --- the final state of a run: what lives and who is parked where, what variables and messages say, what was found - */
struct looker {
    struct run_follower follower;
    uint64_t state;
};

static uint64_t text_hash(const char *text) { return text == NULL ? 0 : hash_bytes(str_of(text), 1); }

static uint64_t value_hash(struct ebb_value value) {
    if (value.type == EBB_OBJECT) return hash_mix(7, text_hash(value.object->node.birth.label));
    if (value.type == EBB_TEXT) return text_hash(value.text);
    return hash_mix((uint64_t)value.type, (uint64_t)value.integer);
}

static uint64_t object_hash(const struct ebb_object *object) {
    const struct census_birth *birth = &object->node.birth;
    uint64_t hash = hash_mix(hash_mix(text_hash(birth->label), object->kind->id), birth->line);
    hash = hash_mix(hash, object->kind->remains == NULL ? 0 : object->kind->remains(object));
    hash = hash_mix(hash, object->kind->weight == NULL ? object->node.weight : object->kind->weight(object));
    if (object->kind->id == EBB_COROUTINE_KIND_ID) {
        const struct ebb_co *co = BASE_OWNER(object, struct ebb_co, head);
        hash = hash_mix(hash_mix(hash, co->line), co->op == NULL ? 0 : co->op->code);
        hash = hash_mix(hash, co->on == NULL ? 0 : text_hash(co->on->node.birth.label));
    }
    if (object->kind->id == KIND_SCOPE) {
        struct ebb_scope *scope = ebb_scope_from((struct ebb_object *)(uintptr_t)object);
        for (uint32_t i = 0; i < ebb_scope_count(scope); i++)
            hash = hash_mix(hash, value_hash(ebb_scope_get(scope, i)));
    }
    return hash_mix(hash, 3);
}

static void phase_begins(struct run_follower *follower, struct ebb *ebb, enum scenario_phase phase, uint32_t turn) {
    (void)follower, (void)ebb, (void)phase, (void)turn;
}

static void judged(struct run_follower *follower, struct ebb *ebb, enum check_phase phase,
                   const struct check_findings *findings, uint32_t from) {
    struct looker *self = BASE_OWNER(follower, struct looker, follower);
    (void)findings, (void)from;
    if (phase != CHECK_HELD) return;
    for (struct ebb_object *object = check_first(ebb); object != NULL; object = check_next(object))
        self->state += object_hash(object);
    self->state = hash_mix(self->state, (uint64_t)ebb_now_ns(ebb));
}

/* --- a search --------------------------------------------------------------------------------------------------------- */
struct searching {
    struct ebb_chooser chooser;
    struct explore_search *search;
};

static uint32_t pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    return explore_search_pick(BASE_OWNER(chooser, struct searching, chooser)->search, choice);
}

struct outcome {
    struct set states, traces;
    struct explore_search_state search;
    bool limited, panicked;
};

static struct ebb_stacks *stacks;
static struct check_finding found[64];

static uint64_t run_hash(const struct run_result *result, uint64_t state) {
    /* Without a verdict on the rest: who panics ends the run wherever the others are. */
    bool panicked = result->findings.count > 0 && result->findings.at[0].kind == CHECK_PANIC;
    uint64_t hash = panicked ? 1 : state;
    for (uint32_t i = 0; i < result->findings.count; i++)
        if (!panicked || result->findings.at[i].kind == CHECK_PANIC)
            hash = hash_mix(hash, hash_mix(result->findings.at[i].signature, result->findings.at[i].count));
    return hash;
}

/* Programs that once showed that something was left out, each of another kind. */
static const uint64_t traps[] = {20840, 21623, 22330, 33238, 52439};

enum how { PLAIN, SPLIT, COARSE, OPEN, PIECE };

/* Of `pieces`, number `piece`, whose outcome is added to what is there. */
static void search_piece(const struct scenario *scenario, enum ebb_timers timers, enum how how, uint32_t piece,
                         uint32_t pieces, uint64_t runs_max, struct outcome *out) {
    struct searching self = {.chooser = {pick}};
    struct looker looker = {.follower = {NULL, phase_begins, judged}};
    struct run_before before = {0};
    struct run_pumped pumped = {0};
    bool more = true;
    if (explore_search_new(mem_system(), &self.search, timers, how == PLAIN ? SEARCH_PLAIN : SEARCH_REDUCED) != OK)
        abort();
    if (how == COARSE) explore_search_coarse(self.search);
    if (how == OPEN) explore_search_open(self.search);
    if (how == PIECE) explore_search_piece(self.search, piece, pieces);
    explore_search_hashing(self.search, true);
    looker.follower.observer = explore_search_observer(self.search);
    for (uint64_t run = 0; more && run < runs_max && !out->limited; run++) {
        struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
        struct run_config config = {.scenario = scenario,
                                    .chooser = &self.chooser,
                                    .timers = timers,
                                    .stacks = stacks,
                                    .follower = &looker.follower,
                                    .before = &before,
                                    .pumped = &pumped};
        looker.state = 0;
        explore_search_begin(self.search);
        if (run_once(&config, mem_system(), &result) != OK) {
            printf("a run makes no sense: line %u: %s\n", result.fault.line, result.fault.text);
            (void)fflush(stdout);
            abort();
        }
        uint64_t redundant = explore_search_state(self.search).redundant;
        bool passing = explore_search_passing(self.search);
        more = explore_search_next(self.search);
        if (passing) continue;
        out->limited = result.end == EBB_END_LIMIT;
        out->panicked = out->panicked || (result.findings.count > 0 && found[0].kind == CHECK_PANIC);
        set_put(&out->states, run_hash(&result, looker.state));
        if (explore_search_state(self.search).redundant == redundant)
            set_put(&out->traces, explore_search_hash(self.search));
    }
    struct explore_search_state state = explore_search_state(self.search);
    out->search.runs += state.runs;
    out->search.redundant += state.redundant;
    out->search.passed += state.passed;
    out->search.astray += state.astray;
    out->search.coarse = out->search.coarse || state.coarse;
    out->search.complete = state.complete && (piece == 0 || out->search.complete);
    explore_search_free(self.search);
}

static void search_all(const struct scenario *scenario, enum ebb_timers timers, enum how how, uint64_t runs_max,
                       struct outcome *out) {
    uint32_t pieces = how == PIECE ? PIECES : 1;
    *out = (struct outcome){0};
    for (uint32_t piece = 0; piece < pieces; piece++) search_piece(scenario, timers, how, piece, pieces, runs_max, out);
}

static void outcome_free(struct outcome *outcome) {
    free(outcome->states.at);
    free(outcome->traces.at);
}

static bool same(const struct set *a, const struct set *b) {
    for (uint32_t i = 0; i < a->count; i++)
        if (!set_has(b, a->at[i])) return false;
    return a->count == b->count;
}

int main(int argc, char **argv) {
    static struct scenario_problems problems;
    struct buf text;
    uint64_t whole = 0, runs[3] = {0}, redundant[3] = {0}, traces[3] = {0}, states = 0, coarse_again = 0, early = 0;
    uint64_t doubled = 0, astray = 0, large = 0, idle_redundant = 0, idle_traces = 0, opened = 0, piece_runs = 0,
             passed = 0;
    int bad = 0;
    bool many = false;
    buf_init(&text, mem_system());
    if (ebb_stacks_new(&stacks, LIMIT_STACK_BYTES) != OK) abort();
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? first + 1 : PROGRAMS;
    uint64_t end = argc > 1 ? last : PROGRAMS + FAULTY + BASE_COUNT(traps);
    for (uint64_t next = first; next < end && bad < 3; next++) {
        uint64_t seed = next;
        if (argc == 1 && next >= PROGRAMS) seed = traps[(next - PROGRAMS) % BASE_COUNT(traps)];
        if (argc == 1 && next >= PROGRAMS + BASE_COUNT(traps))
            seed = next - PROGRAMS - BASE_COUNT(traps) + FAULTY_FROM; /* last: their runs are not counted into `many` */
        struct scenario *scenario;
        enum ebb_timers timers = seed % 4 == 3 ? EBB_TIMERS_ANY : EBB_TIMERS_IDLE;
        search_program(&text, seed, seed >= FAULTY_FROM);
        if (scenario_load(mem_system(), &scenario, STR("program"), buf_str(&text), &problems) != OK) {
            printf("%.*s\nthe generator wrote what the loader refuses: %u: %s\n", (int)text.len, text.at,
                   problems.at[0].line, problems.at[0].text);
            return 1;
        }
        if (argc > 3) printf("program %llu:\n%.*s\n", (unsigned long long)seed, (int)text.len, text.at);
        struct outcome plain, split, coarse, pieces;
        search_all(scenario, timers, PLAIN, PLAIN_RUNS_MAX, &plain);
        if (plain.search.complete && !plain.limited) {
            search_all(scenario, timers, SPLIT, PLAIN_RUNS_MAX, &split);
            search_all(scenario, timers, COARSE, PLAIN_RUNS_MAX, &coarse);
            search_all(scenario, timers, PIECE, PLAIN_RUNS_MAX, &pieces);
            piece_runs += pieces.search.runs;
            passed += pieces.search.passed;
            const struct outcome *three[] = {&plain, &split, &coarse};
            for (int i = 0; i < 3; i++) {
                runs[i] += three[i]->search.runs;
                redundant[i] += three[i]->search.redundant;
                traces[i] += three[i]->traces.count;
            }
            whole++;
            early += timers == EBB_TIMERS_ANY;
            states += plain.states.count;
            coarse_again += split.search.coarse;
            uint64_t made = split.search.runs - split.search.redundant;
            if (!split.search.coarse) doubled += made - split.traces.count;
            if (timers == EBB_TIMERS_IDLE) idle_redundant += split.search.redundant, idle_traces += split.traces.count;
            astray += timers == EBB_TIMERS_IDLE ? split.search.astray : 0;
            bool good = split.search.complete && coarse.search.complete && same(&plain.states, &split.states) &&
                same(&plain.states, &coarse.states) && pieces.search.complete && same(&plain.states, &pieces.states);
            if (!good || argc == 2)
                printf(
                    "program %llu:\n%.*s\nplain %llu runs, %u states; split %llu runs, %llu redundant, %u traces, %u "
                    "states, %s; coarse %llu runs, %u states; pieces %llu runs, %llu passed, %u states, %s\n",
                    (unsigned long long)seed, (int)text.len, text.at, (unsigned long long)plain.search.runs,
                    plain.states.count, (unsigned long long)split.search.runs,
                    (unsigned long long)split.search.redundant, split.traces.count, split.states.count,
                    split.search.complete ? "whole" : "not whole", (unsigned long long)coarse.search.runs,
                    coarse.states.count, (unsigned long long)pieces.search.runs,
                    (unsigned long long)pieces.search.passed, pieces.states.count,
                    pieces.search.complete ? "whole" : "not whole");
            bad += !good;
            outcome_free(&split);
            outcome_free(&coarse);
            outcome_free(&pieces);
        } else if (!plain.limited) { /* too many schedules to make them all; traces there are fewer */
            search_all(scenario, timers, SPLIT, REDUCED_RUNS_MAX, &split);
            large++;
            runs[1] += split.search.runs;
            redundant[1] += split.search.redundant;
            traces[1] += split.traces.count;
            if (timers == EBB_TIMERS_IDLE) idle_redundant += split.search.redundant, idle_traces += split.traces.count;
            if (!split.search.coarse) doubled += split.search.runs - split.search.redundant - split.traces.count;
            if (split.search.complete) {
                search_all(scenario, timers, OPEN, REDUCED_RUNS_MAX * 4, &coarse);
                bool good = !coarse.search.complete ||
                    (same(&split.states, &coarse.states) && (split.panicked || same(&split.traces, &coarse.traces)));
                search_all(scenario, timers, PIECE, PIECES_RUNS_MAX, &pieces);
                piece_runs += pieces.search.runs;
                passed += pieces.search.passed;
                if (!pieces.search.complete || !same(&split.states, &pieces.states)) {
                    good = false;
                    printf("in pieces: %u states, %s\n", pieces.states.count,
                           pieces.search.complete ? "whole" : "not whole");
                }
                outcome_free(&pieces);
                if (!good)
                    printf("program %llu:\n%.*s\n%u traces, %u states, but with nothing planned %u, %u\n",
                           (unsigned long long)seed, (int)text.len, text.at, split.traces.count, split.states.count,
                           coarse.traces.count, coarse.states.count);
                bad += !good;
                opened += coarse.search.complete;
                outcome_free(&coarse);
            }
            outcome_free(&split);
        }
        outcome_free(&plain);
        scenario_free(scenario);
        if (seed < FAULTY_FROM)
            many = redundant[1] + doubled > traces[1] / MANY || idle_redundant > idle_traces / MANY_IDLE;
    }
    buf_deinit(&text);
    ebb_stacks_free(stacks);
    printf("search: %llu programs searched whole (%llu with early timers), %llu larger ones reduced only, %llu of them "
           "in two ways; %llu final "
           "states; plain %llu runs, coarse "
           "%llu (%llu redundant), split %llu (%llu redundant, with idle timers %llu in %llu; %llu of a trace run "
           "before; %llu programs fell back to "
           "coarse), in pieces %llu runs and %llu in passing, %llu plans astray, %d wrong\n",
           (unsigned long long)whole, (unsigned long long)early, (unsigned long long)large, (unsigned long long)opened,
           (unsigned long long)states, (unsigned long long)runs[0], (unsigned long long)runs[2],
           (unsigned long long)redundant[2], (unsigned long long)runs[1], (unsigned long long)redundant[1],
           (unsigned long long)idle_redundant, (unsigned long long)idle_traces, (unsigned long long)doubled,
           (unsigned long long)coarse_again, (unsigned long long)piece_runs, (unsigned long long)passed,
           (unsigned long long)astray, bad);
    return bad > 0 || astray > 0 || many || (argc == 1 && whole < WHOLE_WANTED);
}
