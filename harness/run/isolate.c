/* SPDX-License-Identifier: MIT */
/* isolate.c — fork, judge, tell through a pipe. The child prints nothing itself; what a sanitizer has to say goes to the
 * standard error it inherits. */
#include "run/isolate.h"

#include <signal.h>
#include <stdio.h>

#include "base/mem.h"
#include "core/runtime.h"
#include "run/causes.h"
#include "run/crosscheck.h"

/* The campaign is over and everything it took given back: what is still there now, nobody knows of. */
static void crosscheck(const struct run_campaign *campaign, uint64_t bytes_before, struct run_row *row) {
    char words[RUN_DISAGREEMENT_BYTES];
    struct run_witnesses witnesses = {.grown_bytes = (int64_t)(ebb_heap_bytes() - bytes_before),
                                      .threads = row->threads,
                                      .parked = EBB_LSAN_ABSENT,
                                      .after = EBB_LSAN_ABSENT};
    if (row->verdict == REPORT_CRASHED) return;
    if (campaign->leak_check) witnesses.after = ebb_leak_check_process();
    if (!run_disagreement(&witnesses, words)) return;
    row->verdict = REPORT_CRASHED;
    row->as_expected = false;
    (void)snprintf(row->why, sizeof row->why, "a bug of ours: %s", words);
    (void)fprintf(stderr, "ebb: %s\n", row->why);
    base_panic_note_set(row->token);
    base_panic_note_print();
    base_panic_note_set(NULL);
}

struct isolating {
    struct run_work work;
    struct run_isolation *isolation;
    struct run_row *row;       /* of the piece that has just ended */
    struct run_causes *causes; /* likewise; in a child its own; NULL: nobody asks */
};

static int piece(struct run_work *work, uint32_t number, int fd) {
    struct isolating *self = BASE_OWNER(work, struct isolating, work);
    struct mem *mem = self->isolation->mem;
    struct run_campaign campaign;
    struct run_row *row = mem_new(mem, 1, sizeof *row);
    (void)signal(SIGINT, SIG_DFL), (void)signal(SIGTERM, SIG_DFL);
    (void)ebb_overflow_guard_install(); /* without it a deep recursion costs this row */
    ebb_sanitizer_death(base_panic_note_print);
    if (row == NULL) return 3;
    self->isolation->campaign(self->isolation, number, &campaign);
    campaign.causes = self->causes;
    campaign.samples = self->isolation->samples;
    if (campaign.samples != NULL) campaign.samples->count = campaign.samples->lost = campaign.samples->len = 0;
    uint64_t bytes_before = ebb_heap_bytes();
    run_campaign(&campaign, mem, row);
    crosscheck(&campaign, bytes_before, row);
    bool told = run_workers_write(fd, row, sizeof *row);
    const struct run_causes *causes = self->causes;
    if (causes != NULL)
        told = told && run_workers_write(fd, causes, offsetof(struct run_causes, at)) &&
            run_workers_write(fd, causes->at, causes->count * sizeof *causes->at);
    const struct run_samples *samples = self->isolation->samples;
    if (samples != NULL) told = told && run_workers_write(fd, samples, offsetof(struct run_samples, at) + samples->len);
    mem_free(mem, row, sizeof *row);
    return told ? 0 : 3;
}

static bool take(struct str *bytes, void *to, size_t size) {
    if (bytes->len < size) return false;
    memcpy(to, bytes->at, size);
    *bytes = (struct str){bytes->at + size, bytes->len - size};
    return true;
}

/* Everything that was asked for, or false. */
static bool read_row(struct isolating *self, struct str bytes) {
    struct run_samples *samples = self->isolation->samples;
    if (!take(&bytes, self->row, sizeof *self->row)) return false;
    if (self->causes != NULL) {
        if (!take(&bytes, self->causes, offsetof(struct run_causes, at))) return false;
        ASSERT(self->causes->count <= RUN_FINDINGS_MAX);
        if (!take(&bytes, self->causes->at, self->causes->count * sizeof *self->causes->at)) return false;
    }
    if (samples == NULL) return true;
    if (!take(&bytes, samples, offsetof(struct run_samples, at))) return false;
    ASSERT(samples->len <= RUN_SAMPLES_BYTES);
    return take(&bytes, samples->at, samples->len);
}

static size_t told(struct run_work *work, uint32_t number, struct str bytes, bool *whole) {
    (void)number;
    *whole = read_row(BASE_OWNER(work, struct isolating, work), bytes);
    return 0;
}

static void row_set(struct run_row *row, enum report_verdict verdict, const char *why, int number) {
    memset(row, 0, sizeof *row);
    row->verdict = verdict;
    (void)snprintf(row->why, sizeof row->why, why, number);
}

static void ended(struct run_work *work, uint32_t number, struct str bytes, enum run_ending how, int what) {
    struct isolating *self = BASE_OWNER(work, struct isolating, work);
    bool whole = read_row(self, bytes);
    if (!whole && self->causes != NULL) self->causes->count = 0;
    if (!whole && self->isolation->samples != NULL) self->isolation->samples->count = self->isolation->samples->len = 0;
    if (!whole && how == RUN_ENDING_INTERRUPTED)
        row_set(self->row, REPORT_CUT_SHORT, "interrupted before it was judged", 0);
    if (!whole && how == RUN_ENDING_SILENT)
        row_set(self->row, REPORT_CRASHED, "judging it took more than %d seconds of real time; it was ended",
                work->patience_ms / 1000);
    if (!whole && how == RUN_ENDING_SIGNAL)
        row_set(self->row, REPORT_CRASHED, "the process that judged it died of signal %d", what);
    if (!whole && (how == RUN_ENDING_CODE || how == RUN_ENDING_DONE))
        row_set(self->row, REPORT_CRASHED, "the process that judged it ended with code %d", what);
    self->isolation->judged(self->isolation, number, self->row, self->causes);
}

enum status run_isolated_all(struct run_isolation *isolation) {
    struct mem *mem = mem_system();
    struct isolating self = {.work = {.piece = piece,
                                      .told = told,
                                      .ended = ended,
                                      .count = isolation->count,
                                      .jobs = isolation->jobs,
                                      .patience_ms = isolation->patience_ms,
                                      .interrupted = isolation->interrupted},
                             .isolation = isolation};
    self.row = mem_new(mem, 1, sizeof *self.row);
    if (isolation->causes) self.causes = mem_new(mem, 1, sizeof *self.causes);
    enum status status = ERR_NOMEM;
    if (self.row != NULL && (self.causes != NULL || !isolation->causes)) status = run_workers(&self.work);
    mem_free(mem, self.causes, sizeof *self.causes);
    mem_free(mem, self.row, sizeof *self.row);
    return status;
}

/* --- one --------------------------------------------------------------------------------------------------------- */
struct alone {
    struct run_isolation isolation;
    const struct run_campaign *campaign;
    struct run_row *row;
};

static void the_campaign(struct run_isolation *isolation, uint32_t number, struct run_campaign *out) {
    (void)number;
    *out = *BASE_OWNER(isolation, struct alone, isolation)->campaign;
}

static void the_row(struct run_isolation *isolation, uint32_t number, struct run_row *row,
                    const struct run_causes *causes) {
    const struct alone *self = BASE_OWNER(isolation, struct alone, isolation);
    (void)number;
    memcpy(self->row, row, sizeof *row);
    if (causes != NULL) *self->campaign->causes = *causes;
}

enum status run_isolated(const struct run_campaign *campaign, struct mem *mem, int patience_ms,
                         const volatile int *interrupted, struct run_row *row) {
    struct alone self = {.isolation = {.campaign = the_campaign,
                                       .judged = the_row,
                                       .mem = mem,
                                       .count = 1,
                                       .jobs = 1,
                                       .causes = campaign->causes != NULL,
                                       .patience_ms = patience_ms,
                                       .interrupted = interrupted},
                         .campaign = campaign,
                         .row = row};
    row_set(row, REPORT_CUT_SHORT, "interrupted before it was judged", 0);
    return run_isolated_all(&self.isolation);
}
