/* SPDX-License-Identifier: MIT */
/* emit_roundtrip.c — a scenario that is emitted and loaded again is the same scenario: equal in all that has a meaning,
 * emitted alike, and with the same run, whose digest knows no lines. On the catalogue, the corpus and two
 * thousand generated files; and whichever allocation is refused, the emitter says so and nothing stays behind. */
#define _GNU_SOURCE /* nftw */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/judge.h"
#include "scenario/emit.h"
#include "tests/property/scenario_generator.h"

enum { FILES = 2000, RUN_EVERY = 4, SWEEP_EVERY = 100 };

static void must(bool held, const char *what, struct str text, const struct buf *emitted) {
    if (held) return;
    (void)fprintf(stderr, "%.*s\n--- emitted\n%.*s\nemit_roundtrip: %s\n", (int)text.len, text.at,
                  emitted == NULL ? 0 : (int)emitted->len, emitted == NULL ? "" : emitted->at, what);
    exit(1);
}

static struct scenario *load(struct str text, char why[300]) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    why[0] = 0;
    if (scenario_load(mem_system(), &scenario, STR("generated.yaml"), text, &problems) == OK) return scenario;
    (void)snprintf(why, 300, "%u:%u: %s", problems.at[0].line, problems.at[0].column, problems.at[0].text);
    return NULL;
}

struct outcome {
    enum status status;
    uint64_t digest, steps;
    uint32_t findings;
};

static struct outcome outcome_of(const struct scenario *scenario, uint32_t variant) {
    static struct check_finding found[64];
    struct run_config config = {.scenario = scenario, .variant = variant};
    struct run_result result = {.findings = {.at = found, .capacity = BASE_COUNT(found)}};
    enum status status = run_once(&config, mem_system(), &result);
    return (struct outcome){status, result.digest, result.steps, result.findings.count};
}

/* Refuses each allocation of the emitter in turn. */
static void sweep(const struct scenario *scenario, struct str text) {
    for (uint64_t nth = 1;; nth++) {
        struct mem_probe probe;
        struct buf out;
        mem_probe_init(&probe, mem_system());
        probe.fail_at = nth;
        buf_init(&out, mem_system());
        enum status status = scenario_emit(scenario, &probe.mem, &out.sink);
        must(probe.blocks == 0, "something stays behind", text, &out);
        must(status == (probe.requests >= nth ? ERR_NOMEM : OK), "a refused allocation is not told", text, &out);
        buf_deinit(&out);
        if (status == OK) return;
    }
}

static void roundtrip(struct str text, bool run, bool refuse) {
    char why[300];
    struct buf once, twice;
    struct scenario *first = load(text, why);
    must(first != NULL, why, text, NULL);
    buf_init(&once, mem_system());
    buf_init(&twice, mem_system());
    must(scenario_emit(first, mem_system(), &once.sink) == OK, "it cannot be emitted", text, &once);
    struct scenario *second = load(buf_str(&once), why);
    must(second != NULL, why, text, &once);
    must(scenario_equal(first, second) && scenario_equal(second, first), "what was emitted means something else", text,
         &once);
    must(scenario_emit(second, mem_system(), &twice.sink) == OK && str_equal(buf_str(&once), buf_str(&twice)),
         "emitted again it differs", buf_str(&twice), &once);
    for (uint32_t variant = 0; run && variant < scenario_variant_count(first); variant++) {
        struct outcome a = outcome_of(first, variant), b = outcome_of(second, variant);
        must(a.status == b.status && a.digest == b.digest && a.steps == b.steps && a.findings == b.findings,
             "what was emitted runs differently", text, &once);
    }
    if (refuse) sweep(first, text);
    scenario_free(first);
    scenario_free(second);
    buf_deinit(&once);
    buf_deinit(&twice);
}

/* A comparison that finds everything equal would prove nothing: neighbours differ. */
static void neighbours(uint64_t seed) {
    char why[300];
    struct buf texts[2];
    struct scenario *pair[2];
    for (uint32_t i = 0; i < 2; i++) {
        buf_init(&texts[i], mem_system());
        scenario_generate(seed + i, &texts[i]);
        pair[i] = load(buf_str(&texts[i]), why);
    }
    must(pair[0] != NULL && pair[1] != NULL && !scenario_equal(pair[0], pair[1]),
         "two different scenarios are called equal", buf_str(&texts[0]), &texts[1]);
    for (uint32_t i = 0; i < 2; i++) scenario_free(pair[i]), buf_deinit(&texts[i]);
}

static uint32_t catalogue_count, corpus_count;

static int visit(const char *path, const struct stat *how, int type, struct FTW *at) {
    size_t len = strlen(path);
    char block[65536];
    struct buf bytes;
    (void)how, (void)at;
    bool corpus = strstr(path, "/corpus/") != NULL; /* of the loader's fuzzer: some load, and they are odd */
    if (type != FTW_F || (!corpus && (len < 5 || strcmp(path + len - 5, ".yaml") != 0))) return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    buf_init(&bytes, mem_system());
    for (ssize_t got; fd >= 0 && (got = read(fd, block, sizeof block)) > 0;)
        buf_put(&bytes, (struct str){block, (size_t)got});
    (void)close(fd);
    char why[300];
    struct scenario *loaded = corpus ? load(buf_str(&bytes), why) : NULL;
    scenario_free(loaded);
    if (!corpus || loaded != NULL) roundtrip(buf_str(&bytes), !corpus, true);
    catalogue_count += !corpus;
    corpus_count += loaded != NULL;
    buf_deinit(&bytes);
    return 0;
}

int main(void) {
    const char *folder = getenv("EBB_SOURCE_DIR");
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/scenarios", folder == NULL ? "." : folder);
    must(nftw(path, visit, 16, FTW_PHYS) == 0 && catalogue_count > 0, "no catalogue", str_of(path), NULL);
    (void)snprintf(path, sizeof path, "%s/corpus/fuzz_load", folder == NULL ? "." : folder);
    must(nftw(path, visit, 16, FTW_PHYS) == 0 && corpus_count > 0, "no corpus", str_of(path), NULL);
    for (uint64_t seed = 0; seed < FILES; seed++) {
        struct buf text;
        buf_init(&text, mem_system());
        scenario_generate(seed, &text);
        roundtrip(buf_str(&text), seed % RUN_EVERY == 0, seed % SWEEP_EVERY == 0);
        buf_deinit(&text);
        if (seed % SWEEP_EVERY == 0) neighbours(seed);
    }
    (void)printf("%u files of the catalogue, %u of the corpus, %u generated\n", catalogue_count, corpus_count, FILES);
    return 0;
}
