/* SPDX-License-Identifier: MIT */
/* split.c — see split.h. */
#include "run/split.h"

#include <stdio.h>

#include "run/workers.h"

bool run_split_over(const struct run_split *split, const struct run_harvest *got) {
    return got->limited || (split->first && got->found_count > 0);
}

static bool stopped(struct run_split *split) {
    return (split->interrupted != NULL && *split->interrupted != 0) || (split->stop != NULL && split->stop(split));
}

enum status run_split_chunks(const struct run_campaign *campaign, uint64_t runs, uint64_t *count, bool *searches) {
    struct run_portfolio portfolio = {0};
    TRY(run_portfolio_init(&portfolio, mem_system(), campaign->strategy, campaign->seed, campaign->timers));
    *searches = run_portfolio_searches(&portfolio) > 0;
    run_portfolio_deinit(&portfolio);
    *count =
        *searches ? (campaign->pieces > 1 ? campaign->pieces : 1) : runs / RUN_CHUNK_RUNS + (runs % RUN_CHUNK_RUNS > 0);
    return OK;
}

struct splitting {
    struct run_work work;
    struct run_split *split;
    struct run_campaign campaign; /* of the chunk that is being made */
    struct run_pumped pumped;     /* the same for every chunk */
    uint64_t count;               /* chunks of the whole */
    uint64_t runs;                /* that came */
    bool searches, over;          /* over: nothing that comes behind is wanted */
    enum status status;
    volatile int stopping; /* the others are asked to end */
    uint64_t next;         /* the number of the chunk that is to come next */
    struct waiting {       /* came before it was its turn; by number */
        struct waiting *later;
        uint64_t chunk;
        struct run_harvest got;
    } * waiting;
};

/* --- one chunk ----------------------------------------------------------------------------------------------------- */
/* `*out` is the caller's to free, whatever the status; NULL: it did not even begin. */
static enum status chunk_make(struct splitting *self, uint64_t chunk, struct run_survey **out) {
    struct run_split *split = self->split;
    uint64_t from = self->searches ? 0 : chunk * RUN_CHUNK_RUNS;
    uint64_t runs = split->runs - from;
    if (!self->searches && runs > RUN_CHUNK_RUNS) runs = RUN_CHUNK_RUNS;
    *out = NULL;
    self->campaign = *split->campaign;
    self->campaign.piece = (uint32_t)(self->searches ? chunk : 0);
    TRY(run_survey_new(mem_system(), out, &self->campaign));
    struct run_survey *survey = *out;
    survey->pumped = self->pumped;
    enum status status = run_survey_from(survey, from);
    if (status == OK && self->searches && chunk == 0 && split->kept.got != NULL)
        status = run_survey_resume(survey, split->kept.got, split->kept.states);
    split->making = survey;
    while (status == OK && survey->got.runs < runs && !run_portfolio_over(&survey->portfolio) &&
           !run_split_over(split, &survey->got) && !stopped(split)) {
        status = run_survey_go(survey);
        if (split->progress != NULL) split->progress(split, self->runs + survey->got.runs, &survey->got);
    }
    split->making = NULL;
    self->pumped = survey->pumped;
    if (status == ERR_INPUT) split->fault = survey->result.fault;
    return status;
}

static enum status deliver(struct splitting *self, uint64_t chunk, const struct run_harvest *got,
                           const struct run_survey *survey) {
    if (self->over) return OK;
    self->runs += got->runs;
    struct run_split *split = self->split;
    self->over = run_split_over(split, got);
    TRY(split->came(split, chunk, got, survey));
    self->over = self->over || (split->enough != NULL && split->enough(split));
    return OK;
}

static enum status alone(struct splitting *self) {
    enum status status = OK;
    struct run_split *split = self->split;
    for (uint64_t chunk = split->chunk; chunk < self->count && status == OK && !self->over && !stopped(split);) {
        struct run_survey *survey;
        status = chunk_make(self, chunk, &survey);
        enum status told = survey == NULL ? OK : deliver(self, chunk, &survey->got, survey);
        if (status == OK) status = told;
        run_survey_free(survey);
        if (__builtin_add_overflow(chunk, split->stride, &chunk)) break;
    }
    return status;
}

/* --- in other processes -------------------------------------------------------------------------------------------- */
struct message { /* and `bytes` of JSON after it */
    uint64_t chunk, bytes;
    enum status status;
    struct diag fault;
};

static enum status message_write(const struct run_split *split, const struct run_harvest *got, uint64_t chunk,
                                 enum status status, int fd) {
    struct buf text;
    buf_init(&text, mem_system());
    struct report_json json = {.out = &text};
    report_json_open(&json, NULL, '{');
    enum status written = run_harvest_write(got, &json);
    report_json_close(&json, '}');
    if (written == OK) written = buf_status(&text);
    struct message head = {.chunk = chunk, .bytes = text.len, .status = status, .fault = split->fault};
    if (written == OK && (!run_workers_write(fd, &head, sizeof head) || !run_workers_write(fd, text.at, text.len)))
        written = ERR_IO;
    buf_deinit(&text);
    return written;
}

static int piece(struct run_work *work, uint32_t number, int fd) {
    struct splitting *self = BASE_OWNER(work, struct splitting, work);
    struct run_split *split = self->split;
    enum status status = OK;
    uint64_t step, chunk;
    split->progress = NULL; /* that is the parent's */
    split->stop = NULL;
    if (__builtin_mul_overflow(split->stride, (uint64_t)number, &step) ||
        __builtin_add_overflow(split->chunk, step, &chunk) ||
        __builtin_mul_overflow(split->stride, (uint64_t)work->jobs, &step))
        return 0;
    while (chunk < self->count && status == OK && !stopped(split)) {
        struct run_survey *survey;
        status = chunk_make(self, chunk, &survey);
        bool over = survey == NULL || run_split_over(split, &survey->got);
        enum status told = survey == NULL ? ERR_NOMEM : message_write(split, &survey->got, chunk, status, fd);
        if (told != OK) return 3;
        run_survey_free(survey);
        if (over || __builtin_add_overflow(chunk, step, &chunk)) break;
    }
    return 0;
}

static enum status waiting_add(struct splitting *self, uint64_t chunk, struct str text) {
    struct waiting *one = mem_new(mem_system(), 1, sizeof *one), **at = &self->waiting;
    struct report_json_reader reader;
    if (one == NULL) return ERR_NOMEM;
    report_json_reader_init(&reader, text);
    one->chunk = chunk;
    enum status status = run_harvest_init(&one->got, mem_system());
    report_json_read_open(&reader, NULL, '{');
    if (status == OK) status = run_harvest_read(&one->got, &reader);
    report_json_read_close(&reader, '}');
    ASSERT(status != OK || !reader.failed); /* it is our own, and came from next door */
    while (*at != NULL && (*at)->chunk < chunk) at = &(*at)->later;
    one->later = *at;
    *at = one;
    if (self->split->progress != NULL) {
        uint64_t runs = self->runs;
        for (const struct waiting *it = self->waiting; it != NULL; it = it->later) runs += it->got.runs;
        self->split->progress(self->split, runs, &one->got);
    }
    return status;
}

/* Those whose turn it is; `all`: those as well before which one is missing. */
static enum status deliver_waiting(struct splitting *self, bool all) {
    enum status status = OK;
    while (status == OK && self->waiting != NULL && (all || self->waiting->chunk == self->next)) {
        struct waiting *one = self->waiting;
        status = deliver(self, one->chunk, &one->got, NULL);
        self->next = one->chunk + self->split->stride;
        self->waiting = one->later;
        run_harvest_deinit(&one->got);
        mem_free(mem_system(), one, sizeof *one);
    }
    return status;
}

static size_t told(struct run_work *work, uint32_t number, struct str bytes, bool *whole) {
    struct splitting *self = BASE_OWNER(work, struct splitting, work);
    struct message head;
    size_t taken = 0;
    (void)number, (void)whole;
    while (bytes.len - taken >= sizeof head && self->status != ERR_NOMEM) {
        memcpy(&head, bytes.at + taken, sizeof head);
        if (bytes.len - taken - sizeof head < head.bytes) break;
        enum status status = waiting_add(self, head.chunk, (struct str){bytes.at + taken + sizeof head, head.bytes});
        if (status == OK) status = deliver_waiting(self, false);
        if (status == OK && head.status != OK) status = head.status, self->split->fault = head.fault;
        if (self->status == OK) self->status = status;
        taken += sizeof head + head.bytes;
    }
    return taken;
}

static void ended(struct run_work *work, uint32_t number, struct str bytes, enum run_ending how, int what) {
    struct splitting *self = BASE_OWNER(work, struct splitting, work);
    (void)number, (void)bytes;
    if (how == RUN_ENDING_SIGNAL) (void)fprintf(stderr, "ebb: a process of the search died of signal %d\n", what);
    if (how == RUN_ENDING_CODE) (void)fprintf(stderr, "ebb: a process of the search ended with code %d\n", what);
    if ((how == RUN_ENDING_SIGNAL || how == RUN_ENDING_CODE) && self->status == OK) self->status = ERR_IO;
}

static bool enough(struct run_work *work) {
    struct splitting *self = BASE_OWNER(work, struct splitting, work);
    if (stopped(self->split) || self->status != OK) self->stopping = 1;
    return self->over;
}

static enum status together(struct splitting *self) {
    struct run_split *split = self->split;
    uint64_t chunks = split->chunk >= self->count ? 0 : (self->count - split->chunk - 1) / split->stride + 1;
    self->next = split->chunk;
    self->work = (struct run_work){.piece = piece,
                                   .told = told,
                                   .ended = ended,
                                   .enough = enough,
                                   .gentle = true,
                                   .count = chunks < split->jobs ? (uint32_t)chunks : split->jobs,
                                   .interrupted = &self->stopping};
    self->work.jobs = self->work.count == 0 ? 1 : self->work.count;
    enum status status = run_workers(&self->work);
    if (status == OK) status = self->status;
    enum status rest = deliver_waiting(self, true);
    while (self->waiting != NULL) { /* for lack of memory */
        struct waiting *one = self->waiting;
        self->waiting = one->later;
        run_harvest_deinit(&one->got);
        mem_free(mem_system(), one, sizeof *one);
    }
    return status == OK ? rest : status;
}

enum status run_split_go(struct run_split *split) {
    struct splitting self = {.split = split};
    ASSERT(split->stride > 0 && split->jobs > 0);
    TRY(run_split_chunks(split->campaign, split->runs, &self.count, &self.searches));
    return split->jobs == 1 || self.count == 1 ? alone(&self) : together(&self);
}
