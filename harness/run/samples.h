/* SPDX-License-Identifier: MIT */
/* samples.h — runs of a campaign that are to be made once more by a process that was started anew, and so has other addresses,
 * another environment and another heap: what they came to, each as a line of text that survives a pipe and an exec. */
#ifndef RUN_SAMPLES_H
#define RUN_SAMPLES_H

#include "explore/token.h"
#include "run/judge.h"
#include "run/step_lines.h"

#define RUN_AGAIN_EVERY 64u      /* of the runs that are as expected, beginning with the first, one is made again */
#define RUN_SAMPLES_BYTES 16384u /* of one campaign: some 200 runs; `lost` counts those beyond */
struct run_samples {
    uint32_t count, lost, len;
    char at[RUN_SAMPLES_BYTES];
};
/* `token` shows it. */
void run_samples_add(struct run_samples *samples, struct str token, const struct run_result *result);

#define RUN_SAMPLE_BYTES 51u /* of a line beside its token */
struct run_sample {
    uint64_t digest, steps, outcome; /* outcome: of the end, the number of choices and the findings */
    struct str token;                /* borrowed */
};
struct run_sample run_sample_of(const struct run_result *result); /* without a token */
/* A line. False: it has no token, or `out` would hold more than `most` bytes with it; nothing was put. */
bool run_sample_put(struct buf *out, const struct run_sample *sample, size_t most);
/* Takes the first line off `rest`. False: it is none, and nothing was taken. */
bool run_sample_take(struct str *rest, struct run_sample *out);

/* What makes samples again, one after the other. */
struct run_sampler {
    struct mem *mem;
    unsigned char fill;                                        /* of fresh memory; 0: the usual one */
    struct ebb_chooser *(*tamper)(struct ebb_chooser *replay); /* run_again's, for tests; else NULL */
    struct ebb_stacks *stacks;                                 /* NULL: each world's own */
    struct run_before before;
    struct run_pumped pumped; /* of this variant */
    uint32_t variant;
    struct check_finding *findings;
};
CHECKED enum status run_sampler_init(struct run_sampler *sampler, struct mem *mem);
void run_sampler_deinit(struct run_sampler *sampler);
void run_sampler_forget(struct run_sampler *sampler); /* before another scenario, and once `fill` is set */
/* Makes it again and says what it comes to now; `steps` (may be NULL) gets its lines. ERR_INPUT: no such token, or the
 * scenario makes no sense when it runs, which is another outcome. ERR_NOMEM. */
CHECKED enum status run_sample_again(struct run_sampler *sampler, const struct scenario *scenario,
                                     const struct run_sample *sample, struct buf *steps, struct run_sample *now);
bool run_sample_same(const struct run_sample *one, const struct run_sample *other);

#endif
