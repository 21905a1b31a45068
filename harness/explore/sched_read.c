/* SPDX-License-Identifier: MIT */
/* sched_read.c — reads a .sched file, line by line and word by word; each complaint says what was expected where. */
#include <inttypes.h>

#include "explore/sched.h"
#include "explore/token.h"

#define SHOWN 40 /* of a word that is wrong */

struct word {
    struct str text; /* what it means: without quotes */
    uint32_t column; /* from 1 */
    bool there, quoted;
    uint32_t number; /* behind a #; 0: there was none */
};
struct reader {
    struct explore_sched *sched;
    struct diag *why;
    struct mem *mem;
    struct str rest; /* of the file */
    struct str line;
    size_t at;                  /* in the line */
    uint32_t number;            /* of the line, from 1 */
    uint32_t number_at, who_at; /* the columns of the last number and coroutine that were read */
    bool version;
    uint32_t scenario, content, variant, timers; /* the lines that have said it; 0: none so far */
};

static enum status expected(struct reader *self, const struct word *word, const char *what) {
    if (!word->there)
        return diag_set(self->why, ERR_INPUT, self->number, (uint32_t)self->line.len + 1,
                        "expected %s, and the line ends", what);
    int shown = word->text.len < SHOWN ? (int)word->text.len : SHOWN;
    return diag_set(self->why, ERR_INPUT, self->number, word->column, "expected %s, not \"%.*s\"", what, shown,
                    word->text.at);
}

/* --- words -------------------------------------------------------------------------------------------------------- */
static bool blank(char c) { return c == ' ' || c == '\t'; }

static uint32_t hex_digit(char c) {
    if (c >= '0' && c <= '9') return (uint32_t)(c - '0');
    return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
}

/* The word begins behind its quote. */
static enum status quoted(struct reader *self, struct word *out) {
    struct str line = self->line, all = {line.at + self->at, line.len - self->at};
    if (!mem_arena_copy(&self->sched->text, all, &out->text))
        return diag_set(self->why, ERR_NOMEM, self->number, out->column, "not enough memory to read it");
    char *to = (char *)(uintptr_t)out->text.at;
    size_t len = 0;
    out->quoted = true;
    for (; self->at < line.len && line.at[self->at] != '"'; self->at++) {
        char c = line.at[self->at];
        uint32_t column = (uint32_t)self->at + 1;
        if (c == '\\') {
            c = ++self->at < line.len ? line.at[self->at] : ' ';
            if (c == 'x' && self->at + 2 < line.len && hex_digit(line.at[self->at + 1]) < 16 &&
                hex_digit(line.at[self->at + 2]) < 16) {
                c = (char)(hex_digit(line.at[self->at + 1]) << 4 | hex_digit(line.at[self->at + 2]));
                self->at += 2;
            } else if (c != '"' && c != '\\') {
                return diag_set(self->why, ERR_INPUT, self->number, column,
                                "expected \\\", \\\\ or \\x and two digits of 0-9 a-f after the backslash");
            }
        }
        to[len++] = c;
    }
    if (self->at == line.len)
        return diag_set(self->why, ERR_INPUT, self->number, out->column, "the quote is not closed on this line");
    self->at++;
    out->text.len = len;
    return OK;
}

static bool ends_word(struct str line, size_t at) { return at == line.len || blank(line.at[at]) || line.at[at] == ':'; }

/* The next word; ":" is one of its own. Not there: the line is at its end. */
static enum status next(struct reader *self, struct word *out) {
    struct str line = self->line;
    while (self->at < line.len && blank(line.at[self->at])) self->at++;
    *out = (struct word){.column = (uint32_t)self->at + 1};
    if (self->at == line.len || line.at[self->at] == '#') {
        self->at = line.len;
        return OK;
    }
    out->there = true;
    if (line.at[self->at] == ':') {
        out->text = (struct str){line.at + self->at++, 1};
        return OK;
    }
    if (line.at[self->at] == '"') {
        self->at++;
        TRY(quoted(self, out));
    } else {
        size_t start = self->at;
        while (!ends_word(line, self->at) && line.at[self->at] != '#' && line.at[self->at] != '"') self->at++;
        out->text = (struct str){line.at + start, self->at - start};
    }
    if (self->at < line.len && line.at[self->at] == '#') {
        uint32_t column = (uint32_t)++self->at + 1;
        size_t start = self->at;
        for (; self->at < line.len && line.at[self->at] >= '0' && line.at[self->at] <= '9'; self->at++)
            if (__builtin_mul_overflow(out->number, 10u, &out->number) ||
                __builtin_add_overflow(out->number, (uint32_t)(line.at[self->at] - '0'), &out->number))
                return diag_set(self->why, ERR_INPUT, self->number, column, "expected a number below 2^32 after the #");
        if (self->at == start || line.at[start] == '0')
            return diag_set(self->why, ERR_INPUT, self->number, column,
                            "expected a number from 1 after the #: which one of that name");
    }
    if (!ends_word(line, self->at))
        return diag_set(self->why, ERR_INPUT, self->number, (uint32_t)self->at + 1, "expected a space after the word");
    return OK;
}

static bool is(const struct word *word, const char *text) {
    return word->there && !word->quoted && word->number == 0 && str_equal(word->text, str_of(text));
}

static enum status keyword(struct reader *self, const char *text) {
    char what[48] = "\"";
    struct word word;
    TRY(next(self, &word));
    if (is(&word, text)) return OK;
    size_t len = strlen(text);
    ASSERT(len + 3 < sizeof what);
    memcpy(what + 1, text, len);
    memcpy(what + 1 + len, "\"", 2);
    return expected(self, &word, what);
}

static enum status number(struct reader *self, const char *what, uint64_t min, uint64_t max, uint64_t *out) {
    struct word word;
    TRY(next(self, &word));
    uint64_t value = 0;
    bool good = word.there && !word.quoted && word.number == 0 && word.text.len > 0;
    for (size_t i = 0; good && i < word.text.len; i++) {
        char c = word.text.at[i];
        good = c >= '0' && c <= '9' && !__builtin_mul_overflow(value, 10u, &value) &&
            !__builtin_add_overflow(value, (uint64_t)(c - '0'), &value);
    }
    if (!good || value < min || value > max) return expected(self, &word, what);
    *out = value;
    self->number_at = word.column;
    return OK;
}

static enum status name(struct reader *self, const char *what, struct str *out) {
    struct word word;
    TRY(next(self, &word));
    if (!word.there || word.number > 0 || is(&word, ":")) return expected(self, &word, what);
    *out = word.text;
    return OK;
}

static enum status line_ends(struct reader *self) {
    struct word word;
    TRY(next(self, &word));
    return word.there ? expected(self, &word, "the end of the line") : OK;
}

/* --- a decision --------------------------------------------------------------------------------------------------- */
static enum status who(struct reader *self, struct str *out, uint32_t *number_out, bool specials) {
    struct word word;
    TRY(next(self, &word));
    bool special = specials && (is(&word, EXPLORE_OUTSIDE) || is(&word, EXPLORE_ALARM));
    if (!word.there || (word.number == 0 && !special))
        return expected(self, &word,
                        specials ? "who decides: a coroutine such as worker#2, outside, or alarm"
                                 : "a coroutine such as worker#2");
    *out = word.text;
    *number_out = word.number;
    self->who_at = word.column;
    return OK;
}

static enum status verb(struct reader *self, struct explore_site *site) {
    static const char what[] = "what it has done: a kind and a verb such as channel.send, or start, fired, or end";
    struct word word;
    TRY(next(self, &word));
    if (!word.there || word.number > 0 || word.text.len == 0 || is(&word, ":")) return expected(self, &word, what);
    const char *dot = memchr(word.text.at, '.', word.text.len);
    if (dot == NULL) {
        if (!is(&word, "start") && !is(&word, "fired") && !is(&word, "end")) return expected(self, &word, what);
        site->verb = word.text;
        return OK;
    }
    size_t len = (size_t)(dot - word.text.at);
    site->kind = (struct str){word.text.at, len};
    site->verb = (struct str){dot + 1, word.text.len - len - 1};
    if (len == 0 || site->verb.len == 0) return expected(self, &word, what);
    return OK;
}

/* What is chosen from, and from which number on it is not the default. */
static const struct taken {
    const char *name, *before_count, *wrong;
    enum ebb_choice_what what;
    uint32_t first, most_above; /* of the options: the largest number is as many more than option count - 1 */
    uint32_t uncounted;         /* options that the count in the file leaves out */
} taken[] = {
    {"case", "of", "expected a case from 2 up to how many there are: the first one is the default", EBB_CHOOSE_CASE, 2,
     1, 0},
    {"value", "below", "expected a value from 1 and below how many there are: 0 is the default", EBB_CHOOSE_VALUE, 1, 0,
     0},
    {"stall", "of", "expected a stall from 1 up to how many there are", EBB_CHOOSE_STALL, 1, 0, 1},
    {"cancel", "of", "expected a context from 1 up to how many there are", EBB_CHOOSE_CANCEL, 1, 0, 1},
    {"refusal", "of", "expected a refusal from 1 up to how many there are", EBB_CHOOSE_REFUSE, 1, 0, 1},
};

static enum status take(struct reader *self, struct explore_sched_step *step) {
    struct word word;
    uint64_t option = 0, options = 0;
    TRY(next(self, &word));
    uint32_t at = 0;
    while (at < BASE_COUNT(taken) && !is(&word, taken[at].name)) at++;
    if (at == BASE_COUNT(taken))
        return expected(self, &word, "\"case\", \"value\", \"stall\", \"cancel\" or \"refusal\"");
    const struct taken *kind = &taken[at];
    step->does = EXPLORE_TAKE;
    step->site.what = kind->what;
    TRY(number(self, "the number of what is taken", 0, UINT32_MAX - 1, &option));
    uint32_t column = self->number_at;
    TRY(keyword(self, kind->before_count));
    TRY(number(self, "how many there are", 0, UINT32_MAX - 1, &options));
    options += kind->uncounted;
    if (options < 2 || option < kind->first || option - kind->most_above >= options)
        return diag_set(self->why, ERR_INPUT, self->number, column, "%s", kind->wrong);
    step->option = (uint32_t)(option - kind->most_above);
    step->options = (uint32_t)options;
    return OK;
}

static enum status decision(struct reader *self) {
    struct explore_sched_step step = {.at = {.line = self->number}};
    struct word word;
    uint64_t line = 0;
    TRY(who(self, &step.site.who, &step.site.number, true));
    step.at.who = self->who_at;
    TRY(verb(self, &step.site));
    TRY(keyword(self, "time"));
    TRY(number(self, "a number from 1: how often it has come there", 1, UINT64_MAX, &step.site.time));
    step.at.time = self->number_at;
    TRY(keyword(self, "line"));
    TRY(number(self, "a line of the scenario", 0, UINT32_MAX, &line));
    step.at.scenario_line = self->number_at;
    TRY(keyword(self, ":"));
    step.site.line = (uint32_t)line;
    TRY(next(self, &word));
    step.at.choice = word.column;
    if (is(&word, "run")) {
        step.does = EXPLORE_RUN;
        TRY(who(self, &step.whom, &step.number, false));
    } else if (is(&word, "fire")) {
        step.does = EXPLORE_FIRE;
        TRY(keyword(self, "alarm"));
    } else if (is(&word, "take")) {
        TRY(take(self, &step));
    } else {
        return expected(self, &word, "\"run\", \"fire\" or \"take\"");
    }
    TRY(line_ends(self));
    enum status status = explore_sched_add(self->mem, self->sched, &step);
    return status == OK ? OK : diag_set(self->why, status, self->number, 1, "not enough memory to read it");
}

/* --- the head ------------------------------------------------------------------------------------------------------ */
static enum status once(struct reader *self, uint32_t *seen, const char *what) {
    if (*seen > 0)
        return diag_set(self->why, ERR_INPUT, self->number, 1, "expected \"%s\" once: line %" PRIu32 " has said it",
                        what, *seen);
    *seen = self->number;
    return OK;
}

static enum status finds(struct reader *self) {
    struct explore_sched *sched = self->sched;
    struct word word;
    TRY(next(self, &word));
    if (sched->found_count == SCHED_FINDINGS_MAX)
        return diag_set(self->why, ERR_INPUT, self->number, 1, "expected at most %u findings", SCHED_FINDINGS_MAX);
    struct explore_sched_found *found = &sched->found[sched->found_count];
    *found = (struct explore_sched_found){.at_line = self->number};
    bool good = word.there && word.text.len == 16 && word.number == 0;
    for (size_t i = 0; good && i < 16; i++) {
        good = hex_digit(word.text.at[i]) < 16;
        found->signature = found->signature << 4 | hex_digit(word.text.at[i]);
    }
    if (!good) return expected(self, &word, "a signature: 16 digits of 0-9 a-f");
    TRY(next(self, &word));
    found->words = word.text;
    sched->found_count++;
    return OK;
}

static enum status content(struct reader *self) {
    struct word word;
    TRY(next(self, &word));
    if (word.there && word.number == 0 && explore_token_key_read(word.text, &self->sched->content)) return OK;
    return expected(self, &word, "the 8 digits of the scenario's content, as its tokens have them");
}

static enum status timers(struct reader *self) {
    struct word word;
    TRY(next(self, &word));
    self->sched->timers = is(&word, "any") ? EBB_TIMERS_ANY : EBB_TIMERS_IDLE;
    return is(&word, "any") || is(&word, "idle") ? OK : expected(self, &word, "\"idle\" or \"any\"");
}

static enum status variant(struct reader *self, bool combination) {
    struct explore_sched *sched = self->sched;
    uint64_t value = 0;
    sched->variant_line = self->number;
    sched->combination = combination;
    if (!combination) return name(self, "the name of a variant", &sched->named);
    TRY(number(self, "the number of a combination", 0, UINT32_MAX / 2, &value));
    sched->variant = (uint32_t)value;
    return OK;
}

static enum status version(struct reader *self, const struct word *first) {
    uint64_t value = 0;
    if (!is(first, "ebb-schedule")) return expected(self, first, "\"ebb-schedule 1\": this is no schedule");
    TRY(number(self, "a version", 0, UINT64_MAX, &value));
    if (value != SCHED_VERSION)
        return diag_set(self->why, ERR_INPUT, self->number, self->number_at,
                        "the schedule is of version %" PRIu64 "; this ebb reads version %u", value, SCHED_VERSION);
    self->version = true;
    return OK;
}

static enum status line(struct reader *self) {
    struct explore_sched *sched = self->sched;
    struct word first;
    TRY(next(self, &first));
    if (!first.there) return OK;
    if (is(&first, "at") && self->version) return decision(self);
    if (!self->version) {
        TRY(version(self, &first));
    } else if (is(&first, "scenario")) {
        TRY(once(self, &self->scenario, "scenario"));
        sched->scenario_line = self->number;
        TRY(name(self, "the path of a scenario", &sched->scenario));
    } else if (is(&first, "content")) {
        TRY(once(self, &self->content, "content"));
        TRY(content(self));
    } else if (is(&first, "variant") || is(&first, "combination")) {
        TRY(once(self, &self->variant, "variant or combination"));
        TRY(variant(self, is(&first, "combination")));
    } else if (is(&first, "timers")) {
        TRY(once(self, &self->timers, "timers"));
        TRY(timers(self));
    } else if (is(&first, "token")) {
        TRY(once(self, &sched->token_line, "token"));
        TRY(name(self, "a token", &sched->token));
    } else if (is(&first, "finds")) {
        TRY(finds(self));
    } else {
        return expected(self, &first,
                        "\"at\" and a decision, or scenario, content, variant, combination, timers, token, finds");
    }
    return line_ends(self);
}

static enum status complete(struct reader *self) {
    const char *missing = !self->version ? "ebb-schedule 1"
        : self->scenario == 0            ? "scenario PATH"
        : self->content == 0             ? "content DIGITS"
        : self->variant == 0             ? "variant NAME"
        : self->timers == 0              ? "timers idle"
                                         : NULL;
    if (missing != NULL)
        return diag_set(self->why, ERR_INPUT, self->number > 0 ? self->number : 1, 1,
                        "expected a line \"%s\", and the file ends", missing);
    struct explore_sched_index index;
    uint32_t twice = 0;
    enum status status = explore_sched_index_new(self->mem, &index, self->sched, &twice);
    if (status == ERR_INPUT)
        return diag_set(self->why, ERR_INPUT, self->sched->steps[twice].at.line, 1,
                        "expected one choice for each decision: a line before this one has made this decision");
    if (status != OK) return diag_set(self->why, status, 0, 0, "not enough memory to read it");
    explore_sched_index_free(self->mem, &index);
    return OK;
}

enum status explore_sched_read(struct mem *mem, struct str bytes, struct explore_sched *out, struct diag *why) {
    struct reader self = {.sched = out, .why = why, .mem = mem, .rest = bytes};
    explore_sched_init(out, mem);
    if (bytes.len > SCHED_BYTES_MAX)
        return diag_set(why, ERR_INPUT, 0, 0, "the schedule is longer than %zu bytes", SCHED_BYTES_MAX);
    while (self.rest.len > 0) {
        const char *end = memchr(self.rest.at, '\n', self.rest.len);
        size_t len = end == NULL ? self.rest.len : (size_t)(end - self.rest.at);
        self.line = (struct str){self.rest.at, len > 0 && self.rest.at[len - 1] == '\r' ? len - 1 : len};
        self.at = 0;
        self.number++;
        TRY(line(&self));
        len += end != NULL;
        self.rest = (struct str){self.rest.at + len, self.rest.len - len};
    }
    return complete(&self);
}
