/* SPDX-License-Identifier: MIT */
/* scenario_sweep.c — every kept scenario is loaded, and each of its variants run, with the first, second, third …
 * request for memory refused, until nothing asks that often: each time there is an answer, and nothing stays behind. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "run/judge.h"
#include "scenario/scenario.h"

#define FOUND_MAX 64u
#define COMPLAINTS_SHOWN 20u
/* Each of the first requests is refused in its turn; of the later ones, which are much the same, one in a few. */
#define EACH_UP_TO 150u
#define STEP_SHARE 12u

static uint64_t loads, runs, failures;
static uint32_t files;

static uint64_t after(uint64_t n) { return n < EACH_UP_TO ? n + 1 : n + 1 + n / STEP_SHARE; }

static void complain(const char *path, uint64_t n, const char *what) {
    if (++failures <= COMPLAINTS_SHOWN)
        (void)fprintf(stderr, "scenario_sweep: %s, request %llu refused: %s\n", path, (unsigned long long)n, what);
}

/* The scenario that loads when nothing is refused. */
static struct scenario *load_sweep(const char *path, struct str bytes, struct mem_probe *probe) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    for (uint64_t n = 1; n < UINT32_MAX; n++) { /* few: an arena asks seldom */
        mem_probe_init(probe, mem_system());
        probe->fail_at = n;
        probe->fail_after = n % 2 == 0;
        enum status status = scenario_load(&probe->mem, &scenario, str_of(path), bytes, &problems);
        loads++;
        if (status == OK) break;
        if (status != ERR_NOMEM) complain(path, n, problems.at[0].text);
        if (status == ERR_INPUT || scenario != NULL) return NULL;
        if (probe->blocks != 0) complain(path, n, "the loader leaves memory behind");
    }
    probe->fail_at = 0;
    if (scenario == NULL || probe->requests == 0) complain(path, 0, "does not load at all");
    return scenario;
}

/* One run; false when nothing was refused any more. */
static bool run_with(const char *path, const struct scenario *scenario, uint32_t variant, uint64_t n,
                     struct ebb_stacks *stacks) {
    static struct check_finding found[FOUND_MAX];
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    probe.fail_at = n;
    struct run_config config = {.scenario = scenario, .variant = variant, .stacks = stacks};
    struct run_result result = {.findings = {.at = found, .capacity = FOUND_MAX}};
    enum status status = run_once(&config, &probe.mem, &result);
    runs++;
    bool refused = probe.requests >= n;
    if (probe.blocks != 0) complain(path, n, "a run leaves memory behind");
    if (status != OK && status != ERR_NOMEM) complain(path, n, result.fault.text);
    if (status == ERR_NOMEM && !refused) complain(path, n, "no memory, though there was");
    return refused;
}

static void file_sweep(const char *path, size_t size, struct ebb_stacks *stacks) {
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(size + 1);
    if (file == NULL || bytes == NULL || fread(bytes, 1, size, file) != size) {
        complain(path, 0, "cannot be read");
    } else {
        struct mem_probe probe;
        struct scenario *scenario = load_sweep(path, (struct str){bytes, size}, &probe);
        for (uint32_t variant = 0; scenario != NULL && variant < scenario_variant_count(scenario); variant++) {
            uint64_t n = 1;
            while (run_with(path, scenario, variant, n, stacks)) n = after(n);
        }
        scenario_free(scenario);
        if (probe.blocks != 0) complain(path, 0, "a scenario leaves memory behind");
        files++;
    }
    free(bytes);
    if (file != NULL) (void)fclose(file);
}

static void path_sweep(const char *path, struct ebb_stacks *stacks) {
    struct stat how;
    struct dirent **entries = NULL;
    size_t len = strlen(path);
    if (stat(path, &how) != 0) {
        complain(path, 0, "is not there");
    } else if (S_ISREG(how.st_mode)) {
        if (len > 5 && strcmp(path + len - 5, ".yaml") == 0) file_sweep(path, (size_t)how.st_size, stacks);
    } else if (S_ISDIR(how.st_mode)) {
        int count = scandir(path, &entries, NULL, alphasort);
        for (int i = 0; i < count; i++) {
            char inner[4096];
            int inner_len = snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
            if (entries[i]->d_name[0] != '.' && inner_len > 0 && (size_t)inner_len < sizeof inner)
                path_sweep(inner, stacks);
            free(entries[i]);
        }
        free(entries);
    }
}

int main(int count, char **words) {
    struct ebb_stacks *stacks;
    (void)ebb_overflow_guard_install();
    if (ebb_stacks_new(&stacks, LIMIT_STACK_BYTES) != OK) return 1;
    path_sweep(count > 1 ? words[1] : "scenarios", stacks);
    ebb_stacks_free(stacks);
    (void)printf("%u scenarios, %llu loads, %llu runs, %llu failures\n", files, (unsigned long long)loads,
                 (unsigned long long)runs, (unsigned long long)failures);
    return failures > 0 || files == 0;
}
