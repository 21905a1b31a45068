/* SPDX-License-Identifier: MIT */
/* split_test.c — however a search is split, and whoever makes its chunks, what they show adds up to the same. */
#include "run/split.h"

#include "tests/unit/harness/scenario/scenario_yard.h"

static const char two_locks[] = HEAD "shared: {a: mutex(), b: mutex()}\n"
                                     "main:\n  - go: both(a, b)\n    as: first\n  - go: both(b, a)\n    as: second\n"
                                     "procs:\n  both(one, other):\n    - lock: one\n    - lock: other\n"
                                     "    - unlock: other\n    - unlock: one\n";
static const char endless[] = HEAD "main:\n  - loop: [yield]\nlimits: {steps: 1000}\n";

struct yard {
    struct run_split split;
    struct run_harvest total;
    uint64_t chunks, last; /* how many came; the number of the last */
    uint64_t stop_after;   /* chunks; 0: never */
    bool through_bytes;    /* what comes is written and read before it is added */
};

static struct scenario *load(const char *text) {
    static struct scenario_problems problems;
    struct scenario *scenario = NULL;
    CU_ASSERT_EQUAL_FATAL(yard_load(mem_system(), text, &scenario, &problems), OK);
    return scenario;
}

static void bytes_of(const struct run_harvest *harvest, struct buf *text) {
    struct report_json json = {.out = text};
    buf_init(text, mem_system());
    report_json_open(&json, NULL, '{');
    CU_ASSERT_EQUAL(run_harvest_write(harvest, &json), OK);
    report_json_close(&json, '}');
}

/* What a reader makes of it; "" when nothing is wrong. */
static struct diag read_back(struct str text, struct run_harvest *out) {
    struct report_json_reader reader;
    report_json_reader_init(&reader, text);
    CU_ASSERT_EQUAL_FATAL(run_harvest_init(out, mem_system()), OK);
    report_json_read_open(&reader, NULL, '{');
    CU_ASSERT_EQUAL(run_harvest_read(out, &reader), OK);
    report_json_read_close(&reader, '}');
    report_json_read_end(&reader);
    return reader.why;
}

static enum status came(struct run_split *split, uint64_t chunk, const struct run_harvest *got,
                        const struct run_survey *survey) {
    struct yard *yard = BASE_OWNER(split, struct yard, split);
    (void)survey;
    CU_ASSERT_TRUE(yard->chunks == 0 || chunk == yard->last + split->stride);
    yard->chunks++;
    yard->last = chunk;
    if (!yard->through_bytes) return run_harvest_add(&yard->total, got);
    struct buf text;
    struct run_harvest read;
    bytes_of(got, &text);
    CU_ASSERT_EQUAL(read_back(buf_str(&text), &read).text[0], 0);
    enum status status = run_harvest_add(&yard->total, &read);
    run_harvest_deinit(&read);
    buf_deinit(&text);
    return status;
}

static bool stop(struct run_split *split) {
    const struct yard *yard = BASE_OWNER(split, struct yard, split);
    return yard->stop_after > 0 && yard->chunks >= yard->stop_after;
}

static void begin(struct yard *yard, const struct run_campaign *campaign, uint64_t runs) {
    *yard = (struct yard){
        .split = {.campaign = campaign, .runs = runs, .stride = 1, .jobs = 1, .stop = stop, .came = came}};
    CU_ASSERT_EQUAL_FATAL(run_harvest_init(&yard->total, mem_system()), OK);
}

/* As bytes, so that nothing can be forgotten in a comparison. */
static void same_as(struct yard *yard, struct buf *wanted) {
    struct buf text;
    bytes_of(&yard->total, &text);
    CU_ASSERT_TRUE(str_equal(buf_str(&text), buf_str(wanted)));
    buf_deinit(&text);
    run_harvest_deinit(&yard->total);
}

static void a_whole_is_its_parts(void) {
    static const char *const lists[] = {NULL, "default,random,pct2,pct3", "urw,pos,delay2"};
    struct scenario *scenario = load(two_locks);
    struct yard yard;
    for (size_t list = 0; list < BASE_COUNT(lists); list++) {
        struct run_campaign campaign = {
            .scenario = scenario, .seed = 5, .strategy = lists[list], .coverage = list == 1};
        struct buf wanted;
        begin(&yard, &campaign, 5000);
        CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
        CU_ASSERT_EQUAL(yard.chunks, 5);
        CU_ASSERT_TRUE(yard.total.runs == 5000 && yard.total.found_count == 4);
        CU_ASSERT_EQUAL(run_exercised_members(&yard.total.exercised), list == 1 ? 8 : 0);
        bytes_of(&yard.total, &wanted);
        run_harvest_deinit(&yard.total);
        for (uint32_t jobs = 2; jobs < 8; jobs += 2) {
            begin(&yard, &campaign, 5000);
            yard.split.jobs = jobs;
            CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
            same_as(&yard, &wanted);
        }
        begin(&yard, &campaign, 5000); /* stopped after two chunks, and gone on with elsewhere */
        yard.stop_after = 2;
        CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
        CU_ASSERT_EQUAL(yard.total.runs, 2 * RUN_CHUNK_RUNS);
        yard.stop_after = 0;
        yard.split.chunk = 2;
        CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
        same_as(&yard, &wanted);
        buf_deinit(&wanted);
    }
    scenario_free(scenario);
}

static void bytes_carry_all_of_it(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .seed = 9, .coverage = true};
    struct yard yard;
    struct buf wanted;
    begin(&yard, &campaign, 3000);
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    bytes_of(&yard.total, &wanted);
    run_harvest_deinit(&yard.total);
    begin(&yard, &campaign, 3000);
    yard.through_bytes = true;
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    same_as(&yard, &wanted);
    /* Cut anywhere, it is refused, with a place. */
    for (size_t len = 0; len + 1 < wanted.len; len += 7) {
        struct run_harvest read;
        struct diag why = read_back((struct str){wanted.at, len}, &read);
        CU_ASSERT_TRUE(why.text[0] != 0 && why.line > 0);
        run_harvest_deinit(&read);
    }
    buf_deinit(&wanted);
    scenario_free(scenario);
}

/* However many runs there are, and whoever made them. */
static void no_more_passes_are_kept_than_fit(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .seed = 5};
    struct yard yard;
    struct buf wanted;
    begin(&yard, &campaign, 20 * RUN_CHUNK_RUNS);
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    struct str rest = buf_str(&yard.total.passes);
    struct run_sample sample;
    uint32_t count = 0;
    while (run_sample_take(&rest, &sample)) count++;
    CU_ASSERT_TRUE(rest.len == 0 && count > 90 && count < 20 * RUN_CHUNK_RUNS / RUN_AGAIN_EVERY);
    CU_ASSERT_TRUE(yard.total.passes.len <= RUN_PASSES_BYTES);
    bytes_of(&yard.total, &wanted);
    run_harvest_deinit(&yard.total);
    begin(&yard, &campaign, 20 * RUN_CHUNK_RUNS);
    yard.split.jobs = 3;
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    same_as(&yard, &wanted);
    /* One that is none. */
    struct run_harvest read;
    char *token = strstr(wanted.at, "\"passes\": [");
    token = token == NULL ? NULL : strstr(token, "ebb1-");
    CU_ASSERT_PTR_NOT_NULL_FATAL(token);
    token[4] = ' ';
    struct diag why = read_back(buf_str(&wanted), &read);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "this is no token"));
    run_harvest_deinit(&read);
    buf_deinit(&wanted);
    scenario_free(scenario);
}

static void the_first_finding_is_the_same_one(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .seed = 5, .strategy = "random"};
    struct yard yard;
    struct buf wanted;
    begin(&yard, &campaign, 5000);
    yard.split.first = true;
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    CU_ASSERT_TRUE(yard.chunks == 1 && yard.total.runs < RUN_CHUNK_RUNS && yard.total.found_count > 0);
    bytes_of(&yard.total, &wanted);
    run_harvest_deinit(&yard.total);
    begin(&yard, &campaign, 5000);
    yard.split.first = true;
    yard.split.jobs = 3;
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    CU_ASSERT_EQUAL(yard.chunks, 1);
    same_as(&yard, &wanted);
    buf_deinit(&wanted);
    scenario_free(scenario);
}

static void a_budget_that_is_met_ends_it(void) {
    struct scenario *scenario = load(endless);
    struct run_campaign campaign = {.scenario = scenario};
    struct yard yard;
    for (uint32_t jobs = 1; jobs < 3; jobs++) {
        begin(&yard, &campaign, UINT64_MAX);
        yard.split.jobs = jobs;
        CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
        CU_ASSERT_TRUE(yard.total.limited && yard.total.runs == 1);
        run_harvest_deinit(&yard.total);
    }
    scenario_free(scenario);
}

static void a_search_is_one_chunk(void) {
    struct scenario *scenario = load(two_locks);
    struct run_campaign campaign = {.scenario = scenario, .strategy = "all"};
    struct yard yard;
    uint64_t count = 0;
    bool searches = false;
    CU_ASSERT_EQUAL(run_split_chunks(&campaign, 100000, &count, &searches), OK);
    CU_ASSERT_TRUE(searches && count == 1);
    begin(&yard, &campaign, 100000);
    yard.split.jobs = 3;
    CU_ASSERT_EQUAL(run_split_go(&yard.split), OK);
    CU_ASSERT_TRUE(yard.chunks == 1 && yard.total.found_count == 4 && yard.total.runs < 100);
    run_harvest_deinit(&yard.total);
    campaign.strategy = "random";
    CU_ASSERT_EQUAL(run_split_chunks(&campaign, RUN_CHUNK_RUNS + 1, &count, &searches), OK);
    CU_ASSERT_TRUE(!searches && count == 2);
    CU_ASSERT_EQUAL(run_split_chunks(&campaign, UINT64_MAX, &count, &searches), OK);
    CU_ASSERT_EQUAL(count, UINT64_MAX / RUN_CHUNK_RUNS + 1);
    scenario_free(scenario);
}

CU_TestInfo split_tests[] = {
    {"a_whole_is_its_parts", a_whole_is_its_parts},
    {"bytes_carry_all_of_it", bytes_carry_all_of_it},
    {"no_more_passes_are_kept_than_fit", no_more_passes_are_kept_than_fit},
    {"the_first_finding_is_the_same_one", the_first_finding_is_the_same_one},
    {"a_budget_that_is_met_ends_it", a_budget_that_is_met_ends_it},
    {"a_search_is_one_chunk", a_search_is_one_chunk},
    CU_TEST_INFO_NULL,
};
