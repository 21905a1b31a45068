/* SPDX-License-Identifier: MIT */
/* harvest.h — what runs have shown, as it can be added up: the runs of one chunk of a search, or of many. Two harvests
 * put together are what one would be that had seen the runs of both. */
#ifndef RUN_HARVEST_H
#define RUN_HARVEST_H

#include "explore/coverage.h"
#include "reports/json_reader.h"
#include "reports/json_writer.h"
#include "run/campaign.h"
#include "run/pieces.h"
#include "run/exercised.h"
#include "run/samples.h"

#define RUN_PASSES_BYTES 8192u /* kept: some 120 */
struct run_survey_found {
    struct check_finding finding; /* as the first run showed it */
    uint64_t first, runs;         /* the number of that run, from 0; and how many showed one of this signature */
    struct buf token;             /* of that run */
    struct run_sample shown;      /* that run, to be made again; without the token */
};
struct run_harvest {
    struct mem *mem;
    struct explore_coverage coverage;
    uint64_t runs, leaking_runs, steps;
    bool limited;                /* a run met the budget of steps: each further one may take as long */
    struct run_pieces pieces[2]; /* of a lone search; numbers of its runs count from the first of its first piece */
    struct run_survey_found *found;
    struct buf passes;                /* lines of samples.h: some of the others, to be made again */
    struct run_exercised exercised;   /* of none, where the campaign does not ask */
    uint32_t found_count, found_lost; /* lost: how often a signature was met for which RUN_FINDINGS_MAX left no room */
    uint32_t cut;                     /* the most findings that the list of a single run had no room for */
};
CHECKED enum status run_harvest_init(struct run_harvest *harvest, struct mem *mem); /* ERR_NOMEM: deinit is fine */
void run_harvest_deinit(struct run_harvest *harvest);
/* A finding of so many runs, whose first is `first`. `*fresh` is where its token belongs if it is seen for the first
 * time and there is room, else NULL. */
CHECKED enum status run_harvest_found(struct run_harvest *harvest, const struct check_finding *finding, uint64_t first,
                                      uint64_t runs, struct run_survey_found **fresh);
/* `later` holds runs with higher numbers. ERR_NOMEM: `harvest` is of no use any more. */
CHECKED enum status run_harvest_add(struct run_harvest *harvest, const struct run_harvest *later);
/* Lines of samples.h: the first run of each finding, and what is kept of the others. */
void run_harvest_samples(const struct run_harvest *harvest, struct buf *out);
/* One finding, likewise. */
void run_finding_write(const struct check_finding *finding, struct report_json *json);
void run_finding_read(struct check_finding *finding, struct report_json_reader *reader);
/* As members of an object that is open. Behaviours come in the order of their hashes. ERR_NOMEM */
CHECKED enum status run_harvest_write(const struct run_harvest *harvest, struct report_json *json);
/* Into an empty one. What is wrong, also with what the numbers say of each other, is told in the reader. ERR_NOMEM */
CHECKED enum status run_harvest_read(struct run_harvest *harvest, struct report_json_reader *reader);

#endif
