/* SPDX-License-Identifier: MIT */
/* report.c — the table of reporters, and the words they all use. */
#include "reports/report.h"

#include "base/buf.h"
#include "reports/report_bytes.h"

#define REPORTER(name) extern const struct reporter report_##name##_reporter;
#include "reports/reporters.def"
#undef REPORTER

static const struct reporter *const reporters[] = {
#define REPORTER(name) &report_##name##_reporter,
#include "reports/reporters.def"
#undef REPORTER
};

const struct reporter *report_at(uint32_t index) { return index < BASE_COUNT(reporters) ? reporters[index] : NULL; }

const struct reporter *report_find(struct str name) {
    for (uint32_t i = 0; i < BASE_COUNT(reporters); i++)
        if (str_equal(name, str_of(reporters[i]->name))) return reporters[i];
    return NULL;
}

const char *report_verdict_name(enum report_verdict verdict) {
    static const char *const names[REPORT_VERDICT_COUNT] = {
        [REPORT_CLEAN] = "clean",         [REPORT_LEAKS] = "leaks", [REPORT_PANICS] = "panics",
        [REPORT_LIMIT] = "limit",         [REPORT_ERROR] = "error", [REPORT_CRASHED] = "crashed",
        [REPORT_CUT_SHORT] = "cut-short",
    };
    ASSERT((uint32_t)verdict < REPORT_VERDICT_COUNT);
    return names[verdict];
}

void report_duration_words(struct buf *out, int64_t duration_ns) {
    static const struct {
        uint64_t ns;
        const char *name;
    } units[] = {
        {UINT64_C(3600000000000), "h"},
        {UINT64_C(60000000000), "m"},
        {1000000000, "s"},
        {1000000, "ms"},
        {1000, "us"},
        {1, "ns"},
    };
    if (duration_ns == 0) buf_put(out, STR("0s"));
    if (duration_ns < 0) buf_put_char(out, '-');
    uint64_t rest = duration_ns < 0 ? 0 - (uint64_t)duration_ns : (uint64_t)duration_ns;
    for (size_t i = 0; i < BASE_COUNT(units); i++) {
        uint64_t count = rest / units[i].ns;
        if (count > 0) buf_print(out, "%llu%s", (unsigned long long)count, units[i].name);
        rest %= units[i].ns;
    }
    ASSERT(rest == 0);
}

/* --- one finding ------------------------------------------------------------------------------------------------ */
static void put_name(struct buf *out, const char *name) { report_put_plain(out, str_of(name)); }
static void put_count(struct buf *out, uint64_t count) { buf_print(out, "%llu", (unsigned long long)count); }

/* How the kinds that are things left over read, one and many. */
struct words {
    const char *one, *nameless, *many, *is, *are;
};
static const struct words words[CHECK_KIND_COUNT] = {
    [CHECK_BLOCKED] = {"", "a coroutine", "coroutines", "is blocked for ever", "are blocked for ever"},
    [CHECK_ALIVE] = {"", "a coroutine", "coroutines", "is still running", "are still running"},
    [CHECK_TIMER] = {"the timer ", "a timer", "timers", "is still armed", "are still armed"},
    [CHECK_CONTEXT] = {"the context ", "a context", "contexts", "was never cancelled", "were never cancelled"},
    [CHECK_LOCK] = {"the lock ", "a lock", "locks", "is still held", "are still held"},
    [CHECK_THREAD] = {"the OS thread ", "an OS thread", "OS threads", "is still running", "are still running"},
    [CHECK_FD] = {"the file descriptor ", "a file descriptor", "file descriptors", "is still open", "are still open"},
};

static void put_left(struct buf *out, const struct check_finding *finding) {
    const struct words *say = &words[finding->kind];
    if (say->is == NULL) { /* a kind that is new here still is told */
        buf_print(out, "%s: %llu ", check_kind_name(finding->kind), (unsigned long long)finding->count);
        put_name(out, finding->object);
        return;
    }
    bool named = finding->object[0] != '\0';
    if (finding->count > 1) {
        put_count(out, finding->count);
        buf_print(out, " %s%s", say->many, named ? " " : "");
    } else {
        buf_put(out, str_of(named ? say->one : say->nameless));
    }
    put_name(out, finding->object);
    buf_print(out, " %s", finding->count > 1 ? say->are : say->is);
}

/* " in send on reply" */
static void put_verb(struct buf *out, const struct check_finding *finding) {
    if (finding->operation[0] == '\0') return;
    buf_put(out, STR(" in "));
    put_name(out, finding->operation);
    if (finding->on[0] == '\0') return;
    buf_put(out, STR(" on "));
    put_name(out, finding->on);
}

/* "12 bytes" and whose. */
static void put_amount(struct buf *out, const struct check_finding *finding, const char *unit, const char *of) {
    put_count(out, finding->count);
    buf_print(out, " %s%s", unit, finding->count == 1 ? "" : "s");
    if (finding->object[0] == '\0') return;
    buf_print(out, " %s ", of);
    put_name(out, finding->object);
}

static void put_panic(struct buf *out, const struct check_finding *finding) {
    if (finding->object[0] == '\0')
        buf_put(out, STR("a coroutine"));
    else
        put_name(out, finding->object);
    buf_put(out, STR(" panicked"));
    put_verb(out, finding);
    if (finding->text[0] == '\0') return;
    buf_put(out, STR(": "));
    put_name(out, finding->text);
}

static void put_pinned(struct buf *out, const struct check_finding *finding) {
    if (finding->object[0] == '\0')
        buf_put(out, STR("a view"));
    else
        put_name(out, finding->object);
    buf_put(out, STR(" keeps "));
    if (finding->on[0] != '\0') {
        buf_put(out, STR("a "));
        put_name(out, finding->on);
        buf_put(out, STR(" of "));
    }
    buf_print(out, "%llu bytes and uses %llu of them", (unsigned long long)finding->held_bytes,
              (unsigned long long)finding->used_bytes);
    if (finding->count > 1) buf_print(out, ", %llu times", (unsigned long long)finding->count);
}

/* The unit is the kind's own word for one: "map entry", "message"; "bytes" is many already. */
static void put_grows(struct buf *out, const struct check_finding *finding) {
    const char *unit = finding->object[0] == '\0' ? "more" : finding->object;
    size_t len = strlen(unit);
    bool many = finding->count != 1 && finding->object[0] != '\0' && unit[len - 1] != 's';
    bool y = many && unit[len - 1] == 'y';
    buf_put(out, finding->text[0] == '\0' ? STR("grows without bound: ") : STR("grows: "));
    put_count(out, finding->count);
    buf_put_char(out, ' ');
    report_put_plain(out, (struct str){unit, len - y});
    buf_put(out, y ? STR("ies") : many ? STR("s") : STR(""));
    if (finding->period > 1)
        buf_print(out, " every %u cycles", finding->period);
    else
        buf_put(out, STR(" per cycle"));
    if (finding->text[0] == '\0') return;
    buf_put(out, STR(", "));
    put_name(out, finding->text);
}

/* "the rule "bytes > 8MiB" was broken 3 times: at most 9000000 bytes" */
static void put_watch(struct buf *out, const struct check_finding *finding) {
    buf_put(out, STR("the rule"));
    if (finding->object[0] != '\0') {
        buf_put(out, STR(" \""));
        put_name(out, finding->object);
        buf_put_char(out, '"');
    }
    buf_put(out, STR(" was broken"));
    if (finding->count > 1) buf_print(out, " %llu times", (unsigned long long)finding->count);
    if (finding->text[0] == '\0') return;
    buf_put(out, STR(": "));
    put_name(out, finding->text);
}

static void put_limit(struct buf *out, const struct check_finding *finding) {
    buf_put(out, STR("no verdict: the budget of "));
    put_count(out, finding->count);
    buf_put_char(out, ' ');
    put_name(out, finding->object);
    buf_put(out, STR(" is used up"));
    if (finding->text[0] == '\0') return;
    buf_put(out, STR("; "));
    put_name(out, finding->text);
    put_verb(out, finding);
}

/* `on` is the kind: "the chan reply was left behind". */
static void put_object(struct buf *out, const struct check_finding *finding) {
    bool one = finding->count == 1;
    if (one)
        buf_put(out, STR("the "));
    else
        buf_print(out, "%llu times ", (unsigned long long)finding->count);
    put_name(out, finding->on[0] == '\0' ? "object" : finding->on);
    if (finding->object[0] != '\0') buf_put_char(out, ' ');
    put_name(out, finding->object);
    buf_put(out, one ? STR(" was left behind") : STR(" were left behind"));
}

/* Threads and descriptors that only the kernel knows have neither a name nor a line. */
static bool put_process(struct buf *out, const struct check_finding *finding) {
    if (finding->line != 0 || strcmp(finding->object, "process") != 0) return false;
    const char *what = finding->kind == CHECK_THREAD ? "OS thread" : "file descriptor";
    buf_print(out, "the process has %llu %s%s more than before the run", (unsigned long long)finding->count, what,
              finding->count == 1 ? "" : "s");
    return true;
}

void report_finding_words(struct buf *out, const struct check_finding *finding) {
    ASSERT((uint32_t)finding->kind < CHECK_KIND_COUNT);
    bool one = finding->count == 1;
    switch (finding->kind) {
    case CHECK_PANIC: put_panic(out, finding); break;
    case CHECK_MESSAGE:
        put_amount(out, finding, "message", "in");
        buf_put(out, one ? STR(" was never received") : STR(" were never received"));
        break;
    case CHECK_BYTES:
        put_amount(out, finding, "byte", "of");
        buf_put(out, one ? STR(" was never freed") : STR(" were never freed"));
        break;
    case CHECK_PINNED: put_pinned(out, finding); break;
    case CHECK_GROWS: put_grows(out, finding); break;
    case CHECK_WATCH: put_watch(out, finding); break;
    case CHECK_OBJECT: put_object(out, finding); break;
    case CHECK_LIMIT: put_limit(out, finding); break;
    case CHECK_NONDETERMINISTIC: buf_put(out, STR("not deterministic: two runs of the same token differ")); break;
    case CHECK_THREAD:
    case CHECK_FD:
        if (!put_process(out, finding)) put_left(out, finding);
        break;
    default:
        put_left(out, finding);
        put_verb(out, finding);
        break;
    }
    if (finding->line > 0) buf_print(out, ", line %u", finding->line);
}

static bool birth_known(const struct check_finding *finding) {
    return finding->born.by[0] != '\0' || finding->born.line > 0 || finding->born.time_ns > 0;
}

void report_birth_words(struct buf *out, const struct check_finding *finding) {
    if (!birth_known(finding)) return;
    bool coroutine = finding->kind == CHECK_BLOCKED || finding->kind == CHECK_ALIVE || finding->kind == CHECK_PANIC;
    bool named = finding->born.by[0] != '\0';
    bool watch = finding->kind == CHECK_WATCH; /* which was broken by an allocation, and is none itself */
    buf_put(out, coroutine ? STR("started") : watch ? STR("first") : STR("made"));
    if (named) {
        buf_put(out, STR(" by "));
        put_name(out, finding->born.by);
    }
    bool line = finding->born.line > 0 && (coroutine || !named || finding->born.line != finding->line); /* not twice */
    if (line) buf_print(out, "%s line %u", named ? "," : " in", finding->born.line);
    if (finding->born.time_ns <= 0) return;
    buf_put(out, named || line ? STR(", at ") : STR(" at "));
    report_duration_words(out, finding->born.time_ns);
}

void report_told_words(struct buf *out, const struct check_finding *finding) {
    report_finding_words(out, finding);
    if (!birth_known(finding)) return;
    buf_put(out, STR(" ("));
    report_birth_words(out, finding);
    buf_put_char(out, ')');
}

/* --- one case --------------------------------------------------------------------------------------------------- */
void report_again_words(struct buf *out, const struct report_case *at) {
    if (at->token.len > 0) {
        buf_put(out, STR("ebb replay "));
        report_put_shell(out, at->token);
        buf_put_char(out, ' ');
        report_put_shell(out, at->file);
        return;
    }
    buf_put(out, STR("ebb run "));
    report_put_shell(out, at->file);
    if (at->variant.len == 0) return;
    buf_put(out, STR(" --variant "));
    report_put_shell(out, at->variant);
}

/* "file:line:column: " and each line of why. */
static void put_why(struct buf *out, const struct report_case *at) {
    report_put_plain(out, at->file);
    if (at->line > 0) buf_print(out, ":%u", at->line);
    if (at->line > 0 && at->column > 0) buf_print(out, ":%u", at->column);
    buf_put(out, STR(": "));
    struct str rest = at->why;
    if (rest.len == 0) rest = STR("not as expected");
    while (rest.len > 0) {
        const char *newline = memchr(rest.at, '\n', rest.len);
        size_t length = newline == NULL ? rest.len : (size_t)(newline - rest.at);
        report_put_plain(out, (struct str){rest.at, length});
        buf_put_char(out, '\n');
        length += newline != NULL;
        rest.at += length;
        rest.len -= length;
    }
}

void report_runs_words(struct buf *out, const struct report_case *at) {
    ASSERT(!at->proved || !at->sampled);
    buf_print(out, "%llu %s%s", (unsigned long long)at->runs, at->runs == 1 ? "run" : "runs",
              at->proved        ? ": every trace"
                  : at->sampled ? ", sampled"
                                : "");
    if (at->ended.len == 0) return;
    buf_put(out, STR("; "));
    report_put_plain(out, at->ended);
}

static void put_found(struct buf *out, const struct report_case *at) {
    if (at->count > 0 || at->lost > 0) {
        static const struct str found = {"found:    ", 10};
        buf_put(out, found);
        report_findings_lines(out, at, (uint32_t)found.len, (uint32_t)found.len, true);
        return;
    }
    if (at->verdict == REPORT_CLEAN)
        buf_print(out, "found:    nothing on %llu %s\n", (unsigned long long)at->runs, at->runs == 1 ? "run" : "runs");
    else if (at->verdict != REPORT_ERROR && at->verdict != REPORT_CRASHED) /* of which `why` has said all */
        buf_print(out, "found:    %s\n", report_verdict_name(at->verdict));
}

void report_failure_words(struct buf *out, const struct report_case *at) {
    put_why(out, at);
    if (at->expected.len > 0) {
        buf_put(out, STR("expected: "));
        report_put_plain(out, at->expected);
        buf_put_char(out, '\n');
    }
    put_found(out, at);
    report_again_words(out, at);
    buf_put_char(out, '\n');
}
