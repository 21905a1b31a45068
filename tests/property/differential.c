/* SPDX-License-Identifier: MIT */
/* differential.c — the runtime against an independent model of Go's semantics: thousands of random programs, each with
 * the same choices on both sides, must come to the same end: who is left, in what verb, on what, at what time, and what
 * everybody has received.
 *
 * The programs run here and, meanwhile, in one Python process. Exit: 0 all agree, 1 some do not, 77 no model here.
 * `property_differential ID` runs one program and shows it. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/world.h"
#include "kinds/kinds.h"
#include "tests/property/differential_interpreter.h"

enum { PROGRAMS = 40000, SHOWN_MAX = 3, LINE_BYTES = 1 << 16 };

/* --- one program -------------------------------------------------------------------------------------------------- */

static void run_make(struct ebb *ebb, struct run *run) {
    static const char *const labels[CHANS] = {"c0", "c1", "c2"};
    for (uint32_t i = 0; i < CHANS; i++)
        must(ebb_chan_make(ebb, &run->chans[i], labels[i], run->program->capacity[i], sizeof(int64_t)) == OK, "memory");
    must(ebb_mutex_make(ebb, &run->mutexes[0], "m0") == OK && ebb_mutex_make(ebb, &run->mutexes[1], "m1") == OK,
         "memory");
    must(ebb_rwmutex_make(ebb, &run->rwmutex, "r") == OK && ebb_once_make(ebb, &run->once, "o") == OK, "memory");
    must(ebb_cond_make(ebb, &run->conds[0], "k0", run->mutexes[0]) == OK, "memory");
    must(ebb_cond_make_rwmutex(ebb, &run->conds[1], "k1", run->rwmutex) == OK, "memory");
    must(ebb_waitgroup_make(ebb, &run->group, "w") == OK, "memory");
    for (uint32_t i = 0; i < PROCS; i++) run->spawns[i] = (struct call){.run = run, .proc = i};
}

/* What it did last, and where it is parked on what; in words both sides use. */
static void print_verb(const struct ebb_co *co, FILE *out) {
    bool parked = co->state == EBB_CO_PARKED;
    (void)fputs(parked ? "parked " : "ready ", out);
    if (co->op == NULL) {
        (void)fputc('?', out);
        return;
    }
    static const char *const parts_of_once[] = {"step", "lock", "unlock"};
    const char *verb = co->op->name;
    if (co->op->code >> 8 == KIND_ONCE) verb = parts_of_once[co->op->code & 0xff];
    (void)fputs(strcmp(verb, "done") == 0 ? "add" : verb, out);
    if (parked && co->on != NULL) (void)fprintf(out, " %s", co->on->node.birth.label);
}

static const struct ebb_co *living(const struct ebb *ebb, uint64_t serial) {
    const struct census_node *node = census_after(&ebb->census, serial - 1);
    if (node == NULL || node->birth.serial != serial || node->kind != KIND_COROUTINE) return NULL;
    return (const struct ebb_co *)(const void *)node;
}

/* Coroutines are numbered in the order they were spawned: the serials of those that have begun, and of those that
 * live, in ascending order. */
static void print_state(const struct ebb *ebb, const struct run *run, enum ebb_end end, FILE *out) {
    static const char *const ends[] = {"ok", "leak", "horizon", "panic", "steps", "memory"};
    (void)fprintf(out, "%llu | %s", (unsigned long long)run->program->id, ends[end]);
    if (end == EBB_END_PANIC) (void)fprintf(out, " (%s)", ebb_fault(ebb)->text);
    (void)fprintf(out, " | now %lld steps %llu choices %u", (long long)ebb_now_ns(ebb),
                  (unsigned long long)ebb_steps(ebb), run->choices);
    uint64_t serial = 0;
    for (uint32_t rank = 0;; rank++) {
        const struct record *record = NULL;
        uint64_t next = UINT64_MAX;
        for (uint32_t i = 0; i < run->record_count; i++)
            if (run->records[i].serial > serial && run->records[i].serial < next) {
                record = &run->records[i];
                next = record->serial;
            }
        const struct census_node *node = census_after(&ebb->census, serial);
        while (node != NULL && node->kind != KIND_COROUTINE) node = census_next(&ebb->census, node);
        if (node != NULL && node->birth.serial < next) {
            record = NULL;
            next = node->birth.serial;
        }
        if (next == UINT64_MAX) return;
        serial = next;
        (void)fprintf(out, " | %u ", rank);
        const struct ebb_co *co = living(ebb, serial);
        if (co == NULL)
            (void)fputs("ended", out);
        else
            print_verb(co, out);
        (void)fprintf(out, " %u", record == NULL ? 0 : record->digest);
    }
}

static uint64_t ends_seen[6];

static void run_program(const struct program *program, FILE *out) {
    static struct run run;
    memset(&run, 0, sizeof run);
    run.chooser.pick = pick;
    run.program = program;
    run.state = program->seed;
    struct mem_probe probe;
    mem_probe_init(&probe, mem_system());
    struct ebb_config config = {.mem = &probe.mem, .step_max = STEP_MAX};
    if (program->sticky != NO_CHOOSER) config.chooser = &run.chooser;
    config.timers = program->any ? EBB_TIMERS_ANY : EBB_TIMERS_IDLE;
    struct ebb *ebb = NULL;
    must(ebb_new(&ebb, &config) == OK, "memory");
    run_make(ebb, &run);
    must(ebb_go(ebb, NULL, "main", spawned, &run.spawns[0]) == OK, "memory");
    enum ebb_end end = ebb_run(ebb);
    ends_seen[end]++;
    print_state(ebb, &run, end, out);
    (void)fputc('\n', out);
    ebb_verify(ebb);
    ebb_reap(ebb);
    ebb_free(ebb);
    must(probe.blocks == 0, "memory of a reaped world is left");
}

/* --- both sides --------------------------------------------------------------------------------------------------- */

/* Starts the model on `programs`; its answers go to `answers`. */
static pid_t model_start(const char *folder, const char *script, FILE *programs, FILE *answers) {
    (void)fflush(NULL);
    must(fseek(programs, 0, SEEK_SET) == 0, "the programs cannot be read again");
    pid_t child = fork();
    must(child >= 0, "no process for the model");
    if (child > 0) return child;
    if (dup2(fileno(programs), 0) != 0 || dup2(fileno(answers), 1) != 1) _exit(126);
    (void)execlp("python3", "python3", script, folder, (char *)NULL);
    _exit(127);
}

/* Compares line by line; returns how many differ. */
static uint32_t compare(FILE *programs, FILE *ours, FILE *theirs) {
    static char program[LINE_BYTES], mine[LINE_BYTES], model[LINE_BYTES];
    uint32_t different = 0;
    rewind(programs);
    rewind(ours);
    rewind(theirs);
    while (fgets(program, LINE_BYTES, programs) != NULL) {
        if (fgets(mine, LINE_BYTES, ours) == NULL) mine[0] = '\0';
        if (fgets(model, LINE_BYTES, theirs) == NULL) (void)snprintf(model, sizeof model, "no answer\n");
        if (strcmp(mine, model) == 0) continue;
        if (different++ < SHOWN_MAX) printf("MISMATCH\n  program %s  runtime %s  model   %s", program, mine, model);
    }
    return different;
}

int main(int argc, char **argv) {
    const char *source = getenv("EBB_SOURCE_DIR");
    static char folder[4096], script[4096], model[4200];
    (void)snprintf(folder, sizeof folder, "%s/../shared/reference/goker", source == NULL ? "." : source);
    (void)snprintf(script, sizeof script, "%s/tests/property/differential_model.py", source == NULL ? "." : source);
    (void)snprintf(model, sizeof model, "%s/sim.py", folder);
    if (access(model, R_OK) != 0 || system("python3 -c '' 2>/dev/null") != 0) {
        printf("differential: NOT RUN: no python3, or no reference model at %s\n", model);
        return 77;
    }
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 0, count = argc > 1 ? 1 : PROGRAMS;
    FILE *programs = tmpfile(), *ours = tmpfile(), *theirs = tmpfile();
    must(programs != NULL && ours != NULL && theirs != NULL, "no temporary files");
    static struct program program;
    for (uint64_t id = first; id < first + count; id++) {
        program_make(&program, id);
        program_write(&program, programs);
        if (argc > 1) program_write(&program, stdout);
    }
    pid_t child = model_start(folder, script, programs, theirs);
    for (uint64_t id = first; id < first + count; id++) {
        program_make(&program, id);
        run_program(&program, argc > 1 ? stdout : ours);
    }
    int status = 0;
    must(waitpid(child, &status, 0) == child, "the model is lost");
    must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the model has failed");
    if (argc > 1) return 0;
    uint32_t different = compare(programs, ours, theirs);
    printf("differential: %llu programs, %u mismatches (%llu ok, %llu leak, %llu panic, %llu steps)\n",
           (unsigned long long)count, different, (unsigned long long)ends_seen[EBB_END_QUIET],
           (unsigned long long)ends_seen[EBB_END_STUCK], (unsigned long long)ends_seen[EBB_END_PANIC],
           (unsigned long long)ends_seen[EBB_END_LIMIT]);
    return different == 0 ? 0 : 1;
}
