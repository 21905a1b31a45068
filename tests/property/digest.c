/* SPDX-License-Identifier: MIT */
/* digest.c — the same program and the same seed give the same digest, wherever the heap and the stacks lie, whatever
 * they are filled with, however large the environment is, and in whichever build.
 *
 * `property_digest --print FILL` prints one line per run. The test starts itself that way under several conditions,
 * then the same program of the other builds where those are newer than the sources, and compares. */
#define _GNU_SOURCE /* nftw, personality */
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/prng.h"
#include "tests/property/programs.h"

enum { SEEDS = 6 };

/* --- one run ------------------------------------------------------------------------------------------------------- */

struct seeded {
    struct ebb_chooser chooser;
    struct prng prng;
};

static uint32_t seeded_pick(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    return prng_below(&BASE_OWNER(chooser, struct seeded, chooser)->prng, choice->count);
}

static void must(bool held, const char *what) {
    if (held) return;
    (void)fprintf(stderr, "digest: %s\n", what);
    exit(1);
}

/* Seed 0: no chooser. Answers the digest. */
static uint64_t run(struct buf *out, const struct program *program, enum ebb_timers timers, uint64_t seed,
                    unsigned char fill) {
    struct mem_probe probe;
    struct seeded seeded = {.chooser = {seeded_pick}};
    struct ebb *ebb = NULL;
    mem_probe_init(&probe, mem_system());
    probe.fill = fill;
    prng_seed(&seeded.prng, seed);
    memset(&shared, 0, sizeof shared);
    struct ebb_config config = {.mem = &probe.mem,
                                .chooser = seed == 0 ? NULL : &seeded.chooser,
                                .timers = timers,
                                .step_max = 3000,
                                .rest_ns = 200};
    must(ebb_new(&ebb, &config) == OK && ebb_go(ebb, NULL, "main", program->body, NULL) == OK, "no memory");
    enum ebb_end end = ebb_run(ebb);
    ebb_verify(ebb);
    buf_print(out, "%s timers %d seed %u: end %d at %lld, steps %llu, choices %llu, sum %016llx, digest %016llx",
              program->name, (int)timers, (unsigned)seed, (int)end, (long long)ebb_now_ns(ebb),
              (unsigned long long)ebb_steps(ebb), (unsigned long long)ebb_choices(ebb), (unsigned long long)shared.sum,
              (unsigned long long)ebb_digest(ebb));
    uint64_t digest = ebb_digest(ebb);
    ebb_settle(ebb);
    buf_print(out, ", settled %016llx\n", (unsigned long long)ebb_digest(ebb));
    ebb_reap(ebb);
    ebb_free(ebb);
    must(probe.blocks == 0, "memory is left");
    return digest;
}

static void run_all(struct buf *out, unsigned char fill) {
    uint32_t sensitive = 0;
    for (size_t i = 0; i < BASE_COUNT(programs); i++) {
        uint64_t digests[SEEDS];
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            digests[seed] = run(out, &programs[i], EBB_TIMERS_IDLE, seed, fill);
            (void)run(out, &programs[i], EBB_TIMERS_ANY, seed, fill);
        }
        sensitive += digests[1] != digests[2] && digests[2] != digests[3];
    }
    must(sensitive > BASE_COUNT(programs) / 2, "digests do not mind the choices");
    must(buf_status(out) == OK, "no memory");
}

/* --- the same elsewhere ---------------------------------------------------------------------------------------------- */

struct condition {
    const char *name, *fill;
    bool fixed_addresses;
    size_t environment_bytes;
};

/* What `program --print` writes; an empty buffer when it cannot be run. */
static void output_of(struct buf *out, const char *program, const struct condition *condition) {
    int ends[2];
    must(pipe(ends) == 0, "no pipe");
    pid_t child = fork();
    must(child >= 0, "no process");
    if (child == 0) {
        (void)dup2(ends[1], 1);
        (void)close(ends[0]);
        (void)close(ends[1]);
        if (condition->fixed_addresses) (void)personality(ADDR_NO_RANDOMIZE);
        char *wide = malloc(condition->environment_bytes + 1);
        if (wide != NULL && condition->environment_bytes > 0) {
            memset(wide, 'x', condition->environment_bytes);
            wide[condition->environment_bytes] = '\0';
            (void)setenv("EBB_TEST_WIDE", wide, 1);
        }
        free(wide);
        (void)execl(program, program, "--print", condition->fill, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    char bytes[4096];
    for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;) buf_put(out, (struct str){bytes, (size_t)got});
    (void)close(ends[0]);
    int state = 0;
    must(waitpid(child, &state, 0) == child, "a child is lost");
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) buf_clear(out);
}

static struct str line_at(struct str text, size_t from) {
    size_t end = from;
    while (end < text.len && text.at[end] != '\n') end++;
    return (struct str){text.at + from, end - from};
}

/* Says where two outputs part. */
static bool same(const char *name, struct str expected, struct str found) {
    if (str_equal(expected, found)) return true;
    size_t at = 0;
    while (at < expected.len && at < found.len && expected.at[at] == found.at[at]) at++;
    while (at > 0 && expected.at[at - 1] != '\n') at--;
    struct str one = line_at(expected, at), two = at <= found.len ? line_at(found, at) : str_of(NULL);
    (void)fprintf(stderr, "digest: %s differs:\n  here  %.*s\n  there %.*s\n", name, (int)one.len, one.at, (int)two.len,
                  two.at);
    return false;
}

/* --- other builds ---------------------------------------------------------------------------------------------------- */

static time_t newest_source;

static int newer(const char *path, const struct stat *stat, int type, struct FTW *where) {
    (void)path, (void)where;
    if (type == FTW_F && stat->st_mtime > newest_source) newest_source = stat->st_mtime;
    return 0;
}

/* A build older than what it is built from says nothing about it. */
static bool is_current(const char *program) {
    struct stat built, source;
    if (stat(program, &built) != 0) return false;
    newest_source = 0;
    (void)nftw("runtime", newer, 16, FTW_PHYS);
    if (stat("tests/property/digest.c", &source) == 0 && source.st_mtime > newest_source)
        newest_source = source.st_mtime;
    if (stat("tests/property/programs.h", &source) == 0 && source.st_mtime > newest_source)
        newest_source = source.st_mtime;
    return newest_source != 0 && built.st_mtime > newest_source;
}

static uint32_t compare_builds(struct str expected, uint32_t *compared) {
    static const char *const builds[] = {"build/release",  "build/dev",      "build/asan",
                                         "build/gcc-asan", "build/ucontext", "build/cover"};
    static const struct condition plainly = {"", "165", false, 0};
    uint32_t failures = 0;
    for (size_t i = 0; i < BASE_COUNT(builds); i++) {
        char program[64];
        (void)snprintf(program, sizeof program, "%s/property_digest", builds[i]);
        if (!is_current(program)) continue;
        struct buf out;
        buf_init(&out, mem_system());
        output_of(&out, program, &plainly);
        if (buf_str(&out).len > 0) {
            ++*compared;
            failures += !same(builds[i], expected, buf_str(&out));
        }
        buf_deinit(&out);
    }
    return failures;
}

int main(int argc, char **argv) {
    struct buf expected;
    buf_init(&expected, mem_system());
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        run_all(&expected, argc > 2 ? (unsigned char)strtoul(argv[2], NULL, 10) : 0xA5);
        (void)fwrite(buf_str(&expected).at, 1, buf_str(&expected).len, stdout);
        buf_deinit(&expected);
        return 0;
    }
    static const struct condition conditions[] = {
        {"the same again", "165", false, 0},
        {"other addresses", "165", false, 0},
        {"addresses without randomisation", "165", true, 0},
        {"a large environment", "165", true, 100000},
        {"memory filled with 0", "0", false, 0},
        {"memory filled with 255", "255", false, 0},
    };
    uint32_t failures = 0, builds = 0;
    run_all(&expected, 0xA5);
    for (size_t i = 0; i < BASE_COUNT(conditions); i++) {
        struct buf out;
        buf_init(&out, mem_system());
        output_of(&out, "/proc/self/exe", &conditions[i]);
        failures += !same(conditions[i].name, buf_str(&expected), buf_str(&out));
        buf_deinit(&out);
    }
    failures += compare_builds(buf_str(&expected), &builds);
    if (failures == 0)
        printf("digest: %zu programs the same under %zu conditions and in %u builds\n", BASE_COUNT(programs),
               BASE_COUNT(conditions), builds);
    buf_deinit(&expected);
    return failures != 0;
}
