/* SPDX-License-Identifier: MIT */
/* For memfd_create, a GNU extension: what is asked must not be limited by a pipe that nobody reads yet. */
#define _GNU_SOURCE
/* another.c — see another.h. What is asked: lines "anchor HEX", "source BYTES PATH" with that many bytes and a newline behind it,
 * "row NUMBER", and samples. What is answered: "moved 0|1"; "at NUMBER" before each sample, so that it is known whose run
 * ended a child that dies; "differs BYTES" with a sample, as it is there, and the lines of its steps; and "done". */
#include "cli/another.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/runtime.h"
#include "run/again.h"
#include "run/workers.h"

#define OTHER_FILL 0x5Au
#define OTHER_MALLOC "165" /* glibc's: fills what is taken, and what is given back, with bytes of this */
#define LARGER_BYTES 3001u /* by which the environment grows: no multiple of a page, nor of 16 */
#define PATIENCE_MS 120000 /* of one run */
#define DIFFERENCES_MAX 4u /* whose steps are told; the rest say only that they differ */
#define ANCHOR "anchor "
#define NOT_STARTED 127

static uint64_t anchor(void) { return (uint64_t)(uintptr_t)&cli_another_answer; }

/* --- lines ---------------------------------------------------------------------------------------------------------- */
static bool word_take(struct str *rest, const char *word) {
    size_t len = strlen(word);
    if (rest->len < len || memcmp(rest->at, word, len) != 0) return false;
    *rest = (struct str){rest->at + len, rest->len - len};
    return true;
}

/* Decimal digits and the byte `end` behind them. */
static bool number_take(struct str *rest, char end, uint64_t *out) {
    size_t i = 0;
    *out = 0;
    for (; i < rest->len && i < 19 && rest->at[i] >= '0' && rest->at[i] <= '9'; i++)
        *out = *out * 10 + (uint64_t)(rest->at[i] - '0');
    if (i == 0 || i == rest->len || rest->at[i] != end) return false;
    *rest = (struct str){rest->at + i + 1, rest->len - i - 1};
    return true;
}

static bool bytes_take(struct str *rest, uint64_t count, struct str *out) {
    if (rest->len < count) return false;
    *out = (struct str){rest->at, (size_t)count};
    *rest = (struct str){rest->at + count, rest->len - (size_t)count};
    return true;
}

/* Up to a newline, which goes as well. */
static bool line_take(struct str *rest, struct str *out) {
    const char *end = rest->len == 0 ? NULL : memchr(rest->at, '\n', rest->len);
    return end != NULL && bytes_take(rest, (uint64_t)(end - rest->at), out) && word_take(rest, "\n");
}

/* --- the child ------------------------------------------------------------------------------------------------------ */
static struct liar {
    struct ebb_chooser chooser, *replay;
    uint64_t at, asked;
} liar;

static uint32_t lie(struct ebb_chooser *chooser, const struct ebb_choice *choice) {
    struct liar *self = BASE_OWNER(chooser, struct liar, chooser);
    uint32_t option = self->replay->pick(self->replay, choice);
    return self->asked++ == self->at ? (option + 1) % choice->count : option;
}

static struct ebb_chooser *tamper(struct ebb_chooser *replay) {
    liar = (struct liar){.chooser = {lie}, .replay = replay, .at = liar.at};
    return &liar.chooser;
}

struct answering {
    struct run_sampler sampler;
    struct scenario *scenario;
    uint64_t row;
    bool differed; /* a run of this row did: the others need not be made */
    uint32_t differences;
};

static bool say(const struct buf *words) {
    return buf_status(words) == OK && run_workers_write(STDOUT_FILENO, words->at, words->len);
}

static bool answer_sample(struct answering *self, const struct run_sample *sample) {
    struct buf words, steps;
    struct run_sample now;
    buf_init(&words, mem_system());
    buf_init(&steps, mem_system());
    buf_print(&words, "at %" PRIu64 "\n", self->row);
    bool good = say(&words);
    enum status status = run_sample_again(&self->sampler, self->scenario, sample, NULL, &now);
    good = good && status != ERR_NOMEM;
    if (good && (status != OK || !run_sample_same(sample, &now))) {
        self->differed = true;
        if (self->differences++ < DIFFERENCES_MAX)
            good = run_sample_again(&self->sampler, self->scenario, sample, &steps, &now) != ERR_NOMEM;
        struct buf line;
        buf_init(&line, mem_system());
        buf_print(&line, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %.*s\n", now.digest, now.steps, now.outcome,
                  (int)sample->token.len, sample->token.at);
        buf_clear(&words);
        buf_print(&words, "differs %zu\n", line.len + steps.len);
        buf_put(&words, buf_str(&line));
        buf_put(&words, buf_str(&steps));
        good = good && buf_status(&line) == OK && buf_status(&steps) == OK && say(&words);
        buf_deinit(&line);
    }
    buf_deinit(&steps);
    buf_deinit(&words);
    return good;
}

static bool source_load(struct answering *self, struct str *rest) {
    static struct scenario_problems problems;
    struct str path, bytes;
    uint64_t size = 0;
    scenario_free(self->scenario);
    self->scenario = NULL;
    return number_take(rest, ' ', &size) && line_take(rest, &path) && bytes_take(rest, size, &bytes) &&
        word_take(rest, "\n") && scenario_load(mem_system(), &self->scenario, path, bytes, &problems) == OK;
}

static bool answer(struct answering *self, struct str rest) {
    struct run_sample sample;
    uint64_t base = 0;
    if (!word_take(&rest, ANCHOR) || !number_take(&rest, '\n', &base)) return false;
    struct str moved = base == anchor() ? STR("moved 0\n") : STR("moved 1\n");
    if (!run_workers_write(STDOUT_FILENO, moved.at, moved.len)) return false;
    while (rest.len > 0) {
        if (word_take(&rest, "source ")) {
            if (!source_load(self, &rest)) return false;
        } else if (word_take(&rest, "row ")) {
            if (!number_take(&rest, '\n', &self->row)) return false;
            run_sampler_forget(&self->sampler);
            self->differed = false;
        } else if (!run_sample_take(&rest, &sample) || self->scenario == NULL) {
            return false;
        } else if (!self->differed && !answer_sample(self, &sample)) {
            return false;
        }
    }
    return run_workers_write(STDOUT_FILENO, "done\n", 5);
}

int cli_another_answer(void) {
    struct answering self = {0};
    struct stat how;
    const char *plant = getenv(CLI_ANOTHER_PLANT);
    if (fstat(STDIN_FILENO, &how) != 0 || !S_ISREG(how.st_mode) || how.st_size <= 0) return EXIT_BAD_INPUT;
    void *asked = mmap(NULL, (size_t)how.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
    if (asked == MAP_FAILED) return EXIT_UNFINISHED;
    (void)ebb_overflow_guard_install();
    if (run_sampler_init(&self.sampler, mem_system()) != OK) return EXIT_UNFINISHED;
    self.sampler.fill = OTHER_FILL;
    struct str decision = {plant, plant == NULL ? 0 : strlen(plant) + 1};
    if (plant != NULL) self.sampler.tamper = tamper;
    bool good = plant == NULL || number_take(&decision, '\0', &liar.at);
    good = good && answer(&self, (struct str){asked, (size_t)how.st_size});
    scenario_free(self.scenario);
    run_sampler_deinit(&self.sampler);
    (void)munmap(asked, (size_t)how.st_size);
    return good ? EXIT_AS_EXPECTED : EXIT_UNFINISHED;
}

/* --- the parent ----------------------------------------------------------------------------------------------------- */
struct asking {
    struct run_work work;
    struct cli_another *another;
    int fd;          /* what is asked */
    struct buf told; /* what came back */
    enum run_ending how;
    int what;
    const struct cli_another_row *here; /* whose first sample is made again in a fork of this process */
};

/* In the child: everything is said to the pipe, which becomes its standard output. */
static int start(struct run_work *work, uint32_t number, int fd) {
    const struct asking *self = BASE_OWNER(work, struct asking, work);
    char program[] = "ebb", word[] = CLI_ANOTHER_WORD, *words[] = {program, word, NULL};
    static char larger[LARGER_BYTES + 1];
    (void)number;
    memset(larger, '5', LARGER_BYTES);
    bool good = setenv("EBB_LARGER", larger, 1) == 0 && setenv("MALLOC_PERTURB_", OTHER_MALLOC, 1) == 0;
    if (self->another->plant) good = good && setenv(CLI_ANOTHER_PLANT, "0", 1) == 0;
    good = good && dup2(self->fd, STDIN_FILENO) == STDIN_FILENO && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO;
    if (good) (void)execv("/proc/self/exe", words);
    return NOT_STARTED;
}

static void ended(struct run_work *work, uint32_t number, struct str bytes, enum run_ending how, int what) {
    struct asking *self = BASE_OWNER(work, struct asking, work);
    (void)number;
    buf_put(&self->told, bytes);
    self->how = how;
    self->what = what;
}

static void put_questions(struct buf *out, const struct cli_another *another) {
    const struct source *source = NULL;
    buf_print(out, ANCHOR "%" PRIu64 "\n", anchor());
    for (uint32_t i = 0; i < another->count; i++) {
        const struct cli_another_row *row = &another->rows[i];
        if (row->samples.len == 0) continue;
        if (row->source != source) {
            source = row->source;
            buf_print(out, "source %zu ", source->bytes.len);
            for (const char *at = source->path; *at != '\0'; at++) buf_put_char(out, *at == '\n' ? '?' : *at);
            buf_put_char(out, '\n');
            buf_put(out, source->bytes);
            buf_put_char(out, '\n');
        }
        buf_print(out, "row %u\n", i);
        buf_put(out, row->samples);
    }
}

/* A file without a name, since a pipe holds little and the child may have much to say before it has read all. */
static int questions(const struct cli_another *another) {
    struct buf out;
    buf_init(&out, mem_system());
    put_questions(&out, another);
    int fd = memfd_create("ebb", MFD_CLOEXEC);
    bool good = fd >= 0 && buf_status(&out) == OK && cli_write(fd, buf_str(&out)) && lseek(fd, 0, SEEK_SET) == 0;
    buf_deinit(&out);
    if (!good && fd >= 0) (void)close(fd);
    return good ? fd : -1;
}

/* The steps of the run as they are here, by a fork, which has the addresses of all of us. */
static int trace(struct run_work *work, uint32_t number, int fd) {
    const struct asking *self = BASE_OWNER(work, struct asking, work);
    struct run_sampler sampler;
    struct run_sample now;
    struct buf steps;
    (void)number;
    (void)ebb_overflow_guard_install();
    buf_init(&steps, mem_system());
    if (run_sampler_init(&sampler, mem_system()) != OK) return EXIT_UNFINISHED;
    enum status status = run_sample_again(&sampler, self->here->source->scenario, &self->here->first, &steps, &now);
    bool good = status == OK && buf_status(&steps) == OK && run_workers_write(fd, steps.at, steps.len);
    run_sampler_deinit(&sampler);
    buf_deinit(&steps);
    return good ? 0 : EXIT_UNFINISHED;
}

/* As it was here; what is told of it is the same but for its numbers. */
static void sample_find(struct cli_another_row *row, struct str token) {
    struct str rest = row->samples;
    while (run_sample_take(&rest, &row->first))
        if (str_equal(row->first.token, token)) return;
    row->first = (struct run_sample){.token = row->first.token};
}

static void differs(struct asking *self, struct cli_another_row *row, const struct run_sample *there,
                    struct str steps) {
    struct asking here = {.work = {.piece = trace,
                                   .ended = ended,
                                   .count = 1,
                                   .jobs = 1,
                                   .patience_ms = PATIENCE_MS,
                                   .interrupted = self->another->interrupted},
                          .another = self->another,
                          .here = row};
    struct buf sides;
    row->differs = true;
    sample_find(row, there->token);
    buf_init(&here.told, mem_system());
    buf_init(&sides, mem_system());
    buf_print(&row->why,
              "not deterministic: here the decisions gave %" PRIu64 " steps and digest %016" PRIx64
              ", and in another process %" PRIu64 " steps and %016" PRIx64,
              row->first.steps, row->first.digest, there->steps, there->digest);
    if (steps.len > 0 && run_workers(&here.work) == OK && here.how == RUN_ENDING_DONE) {
        uint64_t step = run_steps_parted(&sides, buf_str(&here.told), steps, "here", "there");
        if (step > 0)
            buf_print(&row->why, "; they part at step %" PRIu64, step);
        else
            buf_put(&row->why, STR("; made once more to look at their steps, they were the same"));
        buf_put(&row->why, buf_str(&sides));
    }
    buf_deinit(&sides);
    buf_deinit(&here.told);
}

/* By what it did itself, be it told by a sanitizer; an operator, or a system without memory, is no run of ours. */
static bool died_of_it(const struct asking *self) {
    int what = self->what;
    if (self->how == RUN_ENDING_CODE) return what != EXIT_UNFINISHED && what != EXIT_BAD_INPUT && what != NOT_STARTED;
    return self->how == RUN_ENDING_SILENT ||
        (self->how == RUN_ENDING_SIGNAL &&
         (what == SIGSEGV || what == SIGBUS || what == SIGABRT || what == SIGFPE || what == SIGILL || what == SIGTRAP));
}

/* A run that ends the other process, and not this one, is another run. */
static void died(struct asking *self, struct cli_another_row *row) {
    struct str rest = row->samples;
    row->differs = true;
    if (!run_sample_take(&rest, &row->first)) row->first = (struct run_sample){.token = STR("")};
    buf_put(&row->why, STR("not deterministic: here it came to an end, and "));
    if (self->how == RUN_ENDING_SIGNAL)
        buf_print(&row->why, "the other process that made it again died of signal %d", self->what);
    else if (self->how == RUN_ENDING_CODE)
        buf_print(&row->why, "the other process that made it again ended with code %d", self->what);
    else
        buf_print(&row->why, "in another process it did not within %d s", PATIENCE_MS / 1000);
}

static void refuse(struct cli_another *another, const char *why) {
    size_t len = strlen(why);
    ASSERT(len < sizeof another->refused);
    memcpy(another->refused, why, len + 1);
}

static void hear(struct asking *self) {
    struct cli_another *another = self->another;
    struct str rest = buf_str(&self->told), part;
    struct run_sample there;
    uint64_t number = 0, size = 0;
    struct cli_another_row *row = NULL;
    bool done = false, good = word_take(&rest, "moved ") && number_take(&rest, '\n', &number);
    another->moved = good && number == 1;
    while (good && !done && rest.len > 0) {
        if (word_take(&rest, "at ")) {
            good = number_take(&rest, '\n', &number) && number < another->count;
            row = good ? &another->rows[number] : NULL;
            another->samples += good;
        } else if (word_take(&rest, "differs ")) {
            good = number_take(&rest, '\n', &size) && bytes_take(&rest, size, &part) && run_sample_take(&part, &there);
            if (good && row != NULL) differs(self, row, &there, part);
        } else {
            done = word_take(&rest, "done\n");
            good = done;
        }
    }
    if (done || self->how == RUN_ENDING_INTERRUPTED) {
        if (!done) refuse(another, "interrupted before all of them were made");
    } else if (row != NULL && !row->differs && died_of_it(self)) {
        died(self, row);
        refuse(another, "the other process died, and those after that run were not made");
    } else if (self->what == NOT_STARTED) {
        refuse(another, "/proc/self/exe cannot be started once more");
    } else {
        refuse(another, "the other process did not come to its end");
    }
}

void cli_another_warn(const struct cli_another *another) {
    if (another->refused[0] == '\0') return;
    (void)fprintf(stderr,
                  "ebb: WARNING: second runs in another process: %s. What depends on addresses or on the "
                  "environment goes unnoticed.\n",
                  another->refused);
}

enum status cli_another(struct cli_another *another) {
    struct asking self = {.work = {.piece = start,
                                   .ended = ended,
                                   .count = 1,
                                   .jobs = 1,
                                   .patience_ms = PATIENCE_MS,
                                   .interrupted = another->interrupted},
                          .another = another};
    bool any = false;
    for (uint32_t i = 0; i < another->count; i++) {
        buf_init(&another->rows[i].why, mem_system());
        any = any || another->rows[i].samples.len > 0;
    }
    if (!any) return OK;
    self.fd = questions(another);
    if (self.fd < 0) {
        refuse(another, "the system gives no file without a name");
        return OK;
    }
    buf_init(&self.told, mem_system());
    enum status status = run_workers(&self.work);
    (void)close(self.fd);
    if (status == OK) status = buf_status(&self.told);
    if (status == OK)
        hear(&self);
    else if (status == ERR_IO)
        refuse(another, "the system gives no more processes or pipes");
    buf_deinit(&self.told);
    return status == ERR_NOMEM ? ERR_NOMEM : OK;
}
