/* SPDX-License-Identifier: MIT */
/* fuzz_schedule.c — bytes as a schedule of a kept scenario; a leak that its expectation does not allow is the crash.
 *
 * Two bytes choose a variant, one bit of the third whether timers may fire early, and the rest are decisions
 * (strategy_fuzz.c): where they end all is default, so a shorter input is a simpler schedule. A variant is chosen by the
 * hash of its file's name and its own, so that a new scenario leaves the meaning of most kept inputs alone. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/limits.h"
#include "core/object.h"
#include "explore/token.h"
#include "kinds/kinds.h"
#include "run/campaign.h"
#include "run/judge.h"

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD_BYTES 3u
#define REPEAT_ONE_IN 64u /* inputs that are run twice and must be the same */

/* --- what libFuzzer is told of a run beside the code it covers ------------------------------------------------------ */
#ifdef __has_feature
#if __has_feature(coverage_sanitizer)
#define TOLD __attribute__((section("__libfuzzer_extra_counters")))
#endif
#endif
#ifndef TOLD
#define TOLD
#endif
enum { TOLD_KINDS = CENSUS_KINDS_MAX * 8, TOLD_STATES = 4096, TOLD_FINDINGS = 1024 };
TOLD static uint8_t told[TOLD_KINDS + TOLD_STATES + TOLD_FINDINGS];

static uint32_t log2_of(uint64_t number) { /* 0, 1, 2-3, 4-7 … in 8 buckets */
    uint32_t bits = number == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(number);
    return bits > 7 ? 7 : bits;
}

/* Looks at the ledger before each decision: how many live of each kind, and in which combinations. */
struct watch {
    struct ebb_chooser chooser; /* first member */
    struct ebb_chooser *inner;
    uint64_t scenario;
};

static uint32_t watch_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    const struct watch *self = BASE_OWNER(chooser, struct watch, chooser);
    const struct census *census = ebb_census(choice->ebb);
    uint64_t state = hash_mix(self->scenario, choice->count);
    for (uint32_t kind = 0; kind < CENSUS_KINDS_MAX; kind++) {
        uint32_t bucket = log2_of(census->kinds[kind].live);
        told[kind * 8 + bucket] = 1;
        state = hash_mix(state, bucket << 8 | log2_of(census->kinds[kind].weight));
    }
    told[TOLD_KINDS + (state >> 32) % TOLD_STATES] = 1;
    return self->inner->pick(self->inner, choice);
}

static void findings_tell(const struct check_findings *findings) {
    for (uint32_t i = 0; i < findings->count; i++)
        told[TOLD_KINDS + TOLD_STATES + (findings->at[i].signature >> 32) % TOLD_FINDINGS] = 1;
}

/* --- the variants ---------------------------------------------------------------------------------------------------- */
struct choice_row {
    uint16_t hash;
    uint32_t variant;
    uint64_t key; /* of the file */
    struct str file;
    const struct scenario *scenario;
};
static struct choice_row rows[4096]; /* ascending by hash */
static struct run_pumped pumped[BASE_COUNT(rows)];
static uint32_t row_count;
static struct mem_arena arena; /* for as long as the process lives */

static _Noreturn void give_up(const char *path, const char *what) {
    (void)fprintf(stderr, "fuzz_schedule: %s: %s\n", path, what);
    exit(3);
}

static void row_add(struct choice_row row) {
    if (row_count == BASE_COUNT(rows)) give_up("scenarios", "more variants than there is room for");
    uint32_t at = row_count++;
    for (; at > 0 && rows[at - 1].hash > row.hash; at--) rows[at] = rows[at - 1];
    rows[at] = row;
}

static struct str file_read(const char *path) {
    static char bytes[LIMIT_SCENARIO_BYTES];
    FILE *file = fopen(path, "rb");
    struct str exact;
    if (file == NULL) give_up(path, "cannot be read");
    if (!mem_arena_copy(&arena, (struct str){bytes, fread(bytes, 1, sizeof bytes, file)}, &exact))
        give_up(path, "not enough memory");
    (void)fclose(file);
    return exact;
}

static void file_add(const char *folder, const char *name) {
    static struct scenario_problems problems;
    char path[4096];
    struct scenario *scenario;
    struct str file;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    struct str bytes = file_read(path);
    if (!mem_arena_copy(&arena, str_of(name), &file)) give_up(path, "not enough memory");
    if (scenario_load(mem_system(), &scenario, file, bytes, &problems) != OK) give_up(path, problems.at[0].text);
    for (uint32_t variant = 0; variant < scenario_variant_count(scenario); variant++) {
        if (scenario_pending(scenario, variant).len > 0) continue; /* known not to be as expected */
        uint64_t hash = hash_bytes(scenario_variant_name(scenario, variant), hash_bytes(file, 0));
        row_add((struct choice_row){(uint16_t)hash, variant, explore_token_key(bytes), file, scenario});
    }
}

/* EBB_SCENARIOS, or the tree's own patterns: below EBB_SOURCE_DIR, here, or beside the program. */
static const char *folder_find(void) {
    static char own[4096 + 32];
    const char *said = getenv("EBB_SCENARIOS"), *source = getenv("EBB_SOURCE_DIR");
    if (said != NULL) return said;
    if (source != NULL) {
        (void)snprintf(own, sizeof own, "%s/scenarios/patterns", source);
        return own;
    }
    if (access("scenarios/patterns", R_OK) == 0) return "scenarios/patterns";
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    while (len > 0 && program[len - 1] != '/') len--;
    (void)snprintf(own, sizeof own, "%.*sscenarios/patterns", len < 0 ? 0 : (int)len, program);
    return own;
}

static int is_scenario(const struct dirent *entry) {
    size_t len = strlen(entry->d_name);
    return len > 5 && strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

int LLVMFuzzerInitialize(int *count, char ***words) {
    (void)count, (void)words;
    const char *folder = folder_find();
    struct dirent **entries = NULL;
    mem_arena_init(&arena, mem_system(), SIZE_MAX / 2);
    (void)ebb_overflow_guard_install();
    int found = scandir(folder, &entries, is_scenario, alphasort);
    for (int i = 0; i < found; i++) {
        file_add(folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (row_count == 0) give_up(folder, "there is no scenario here; EBB_SCENARIOS names another folder");
    if (getenv("EBB_FUZZ_ROWS") != NULL) /* the two bytes that choose each variant, for whoever writes a seed */
        for (uint32_t i = 0; i < row_count; i++) {
            struct str name = scenario_variant_name(rows[i].scenario, rows[i].variant);
            (void)printf("%04x %s %.*s\n", rows[i].hash, rows[i].file.at, (int)name.len, name.at);
        }
    return 0;
}

/* --- one input ---------------------------------------------------------------------------------------------------------- */
struct input {
    const struct choice_row *row;
    enum ebb_timers timers;
    struct str bytes;
};

static struct input decode(const uint8_t *data, size_t size) {
    uint8_t head[HEAD_BYTES] = {0};
    size_t head_len = size < HEAD_BYTES ? size : HEAD_BYTES;
    if (size > 0) memcpy(head, data, head_len);
    uint32_t hash = (uint32_t)head[0] << 8 | head[1], at = 0;
    while (at < row_count && rows[at].hash < hash) at++;
    return (struct input){
        .row = &rows[at == row_count ? 0 : at],
        .timers = head[2] % 2 == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY,
        .bytes = size > head_len ? (struct str){(const char *)data + head_len, size - head_len} : STR(""),
    };
}

static void finding_print(const struct check_finding *finding) {
    (void)fprintf(stderr, "%s %s", check_kind_name(finding->kind), finding->object);
    if (finding->operation[0] != 0) (void)fprintf(stderr, " on %s", finding->operation);
    if (finding->on[0] != 0) (void)fprintf(stderr, " %s", finding->on);
    (void)fprintf(stderr, " x%" PRIu64, finding->count);
}

/* One line that is the same for the same leak, and the token that shows it; then the crash that an engine keeps. */
static _Noreturn void report(const struct input *input, const char *what, const struct run_result *result,
                             const struct explore_schedule *taken) {
    struct buf token;
    struct str variant = scenario_variant_name(input->row->scenario, input->row->variant);
    (void)fprintf(stderr, "ebb: %s: %s %.*s ", what, input->row->file.at, (int)variant.len, variant.at);
    if (result->findings.count > 0) finding_print(&result->findings.at[0]);
    if (result->findings.count > 1) (void)fprintf(stderr, " and %u more", result->findings.count - 1);
    if (result->findings.count == 0) (void)fprintf(stderr, "line %u: %s", result->fault.line, result->fault.text);
    (void)fprintf(stderr, " signature %016" PRIx64 "\n",
                  result->findings.count > 0 ? result->findings.at[0].signature : 0);
    buf_init(&token, mem_system());
    explore_token_write(&token, &(struct token){input->row->key, input->row->variant, *taken});
    (void)fprintf(stderr, "ebb: to see it again: ebb replay %.*s\n", (int)token.len, token.at);
    buf_deinit(&token);
    abort();
}

static bool allowed(const struct check_expect *expect, const struct check_findings *findings) {
    if (findings->count == 0 && findings->lost == 0) return true;
    return expect->how != CHECK_EXPECT_CLEAN && check_expected(findings, expect);
}

static uint64_t run(const struct input *input) {
    static struct check_finding found[RUN_FINDINGS_MAX];
    static struct ebb_stacks *stacks; /* for as long as the process lives */
    struct explorer *explorer = NULL;
    const struct explore_schedule *taken = NULL;
    struct run_result result = {.findings = {.at = found, .capacity = RUN_FINDINGS_MAX}};
    struct explore_config how = {.strategy = "fuzz", .timers = input->timers, .bytes = input->bytes};
    if (stacks == NULL && ebb_stacks_new(&stacks, LIMIT_STACK_BYTES) != OK) return 0;
    if (explore_new(mem_system(), &explorer, &how) != OK) return 0;
    struct watch watch = {{watch_pick}, explore_begin(explorer, 0), input->row->key};
    struct run_config config = {
        .scenario = input->row->scenario,
        .variant = input->row->variant,
        .chooser = &watch.chooser,
        .timers = input->timers,
        .stacks = stacks,
        .pumped = &pumped[input->row - rows],
    };
    enum status status = run_once(&config, mem_system(), &result);
    if (explore_taken(explorer, &taken) == OK) {
        if (status == ERR_INPUT) report(input, "a scenario that makes no sense", &result, taken);
        findings_tell(&result.findings);
        const struct check_expect *expect = scenario_expect(input->row->scenario, input->row->variant);
        if (status == OK && !allowed(expect, &result.findings)) report(input, "unexpected leak", &result, taken);
    }
    explore_free(explorer);
    return status == OK ? result.digest : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = decode(data, size);
    uint64_t digest = run(&input);
    if (hash_bytes((struct str){(const char *)data, size}, 0) % REPEAT_ONE_IN == 0) ASSERT(run(&input) == digest);
    return 0;
}
