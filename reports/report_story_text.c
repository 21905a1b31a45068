/* SPDX-License-Identifier: MIT */
/* report_story_text.c — the table, and under it what it means. */
#include "reports/report.h"
#include "reports/report_bytes.h"
#include "reports/report_story_impl.h"

#define WIDTH 120u
#define TIME_WIDTH 11u
#define STEP_WIDTH 6u
#define LANE_LEAST 12u
#define LANE_GAP 2u
#define LANES_ALL (STORY_LANES_MAX + 2u)

struct page {
    struct story_table table;
    struct buf *out;
    struct buf cells[LANES_ALL];
    struct str rest[LANES_ALL]; /* of the cells of this row, not written yet */
    uint32_t widths[LANES_ALL];
    uint32_t lanes[LANES_ALL]; /* numbers of the lanes there are, from left to right */
    uint32_t count;
};

/* --- cells ------------------------------------------------------------------------------------------------------------ */

static void lane_name(struct buf *out, const struct story_table *table, uint32_t lane) {
    if (lane >= table->lane_count) {
        buf_put(out, lane == table->lane_count ? STR("others") : STR("clock"));
        return;
    }
    report_put_plain(out, str_of(table->lanes[lane].label));
    if (table->lanes[lane].number > 1) buf_print(out, " %u", table->lanes[lane].number);
}

static void row_fill(struct page *page, const struct story_row *row) {
    const struct report_story *of = page->table.of;
    for (uint32_t i = 0; i < page->count; i++) buf_clear(&page->cells[i]);
    for (uint64_t n = row->first; n <= (row->steps > 1 ? row->first : row->last); n++) {
        const struct check_event *event = check_story_at(of->story, n);
        uint32_t lane = report_story_lane(&page->table, event);
        for (uint32_t i = 0; i < page->count; i++) {
            if (page->lanes[i] != lane) continue;
            bool turn = event->what == CHECK_EVENT_CHOICE && event->choice == EBB_CHOOSE_NEXT;
            if (turn && event->who != CHECK_NOBODY && n < row->last) continue; /* the mark says it */
            if (page->cells[i].len > 0) buf_put(&page->cells[i], STR("; "));
            if (lane == page->table.lane_count) { /* several share it */
                report_story_actor(&page->cells[i], of, event->who);
                buf_put(&page->cells[i], STR(": "));
            }
            report_story_cell(&page->cells[i], of, event);
            if (row->steps > 1) buf_print(&page->cells[i], ", %u steps", row->steps);
        }
    }
    for (uint32_t i = 0; i < page->count; i++) page->rest[i] = buf_str(&page->cells[i]);
}

/* Each lane as wide as its widest cell, but where that is too much in all, the widest give. */
static void widths_find(struct page *page) {
    struct story_table *table = &page->table;
    for (uint32_t i = 0; i < page->count; i++) {
        buf_clear(&page->cells[i]);
        lane_name(&page->cells[i], table, page->lanes[i]);
        page->widths[i] = report_width(buf_str(&page->cells[i]));
    }
    for (uint32_t r = 0; r < table->row_count; r++) {
        if (!table->rows[r].shown) continue;
        row_fill(page, &table->rows[r]);
        for (uint32_t i = 0; i < page->count; i++) {
            uint32_t width = report_width(page->rest[i]);
            if (width > page->widths[i]) page->widths[i] = width;
        }
    }
    for (;;) {
        uint32_t sum = 2 + TIME_WIDTH + STEP_WIDTH, widest = 0;
        for (uint32_t i = 0; i < page->count; i++) {
            sum += LANE_GAP + page->widths[i];
            if (page->widths[i] > page->widths[widest]) widest = i;
        }
        if (sum <= WIDTH || page->widths[widest] <= LANE_LEAST) return;
        page->widths[widest]--;
    }
}

/* As many whole words as fit, or, when the first does not, that one alone. What is in parentheses stays together. */
static struct str words_take(struct str *rest, uint32_t width) {
    size_t best = 0;
    bool inside = false;
    for (size_t at = 1; at <= rest->len; at++) {
        if (rest->at[at - 1] == '(' || rest->at[at - 1] == ')') inside = rest->at[at - 1] == '(';
        if (at < rest->len && (rest->at[at] != ' ' || inside)) continue;
        if (best > 0 && report_width((struct str){rest->at, at}) > width) break;
        best = at;
    }
    struct str taken = {rest->at, best};
    while (best < rest->len && rest->at[best] == ' ') best++;
    *rest = (struct str){rest->at + best, rest->len - best};
    return taken;
}

static void trim(struct buf *out) {
    while (out->len > 0 && out->at[out->len - 1] == ' ') out->len--;
}

/* What is left of the cells, line by line. The first line has its time and step in front already. */
static void cells_put(struct page *page) {
    for (bool first = true, more = true; more; first = false) {
        more = false;
        if (!first) report_put_spaces(page->out, 2 + TIME_WIDTH + STEP_WIDTH);
        for (uint32_t i = 0; i < page->count; i++) {
            struct str part = words_take(&page->rest[i], page->widths[i] - (first ? 0 : 2));
            uint32_t width = report_width(part) + (!first && part.len > 0 ? 2 : 0);
            report_put_spaces(page->out, LANE_GAP + (width > report_width(part) ? 2 : 0));
            buf_put(page->out, part);
            if (width < page->widths[i]) report_put_spaces(page->out, page->widths[i] - width);
            more = more || page->rest[i].len > 0;
        }
        trim(page->out);
        buf_put_char(page->out, '\n');
    }
}

/* --- rows ------------------------------------------------------------------------------------------------------------ */

static void put_right(struct buf *out, uint32_t width, struct str text) {
    uint32_t its = report_width(text);
    if (its < width) report_put_spaces(out, width - its);
    buf_put(out, text);
}

static void phase_put(struct page *page, const struct check_event *event) {
    buf_print(page->out, "  -- %s", event->verb);
    bool cycle = strcmp(event->verb, "cycle") == 0;
    if (cycle) buf_print(page->out, ", turn %u", event->option);
    buf_put(page->out, STR(" --\n"));
}

static void row_put(struct page *page, const struct story_row *row, uint64_t *step) {
    const struct check_event *event = check_story_at(page->table.of->story, row->steps > 1 ? row->first : row->last);
    if (event->what == CHECK_EVENT_PHASE) {
        phase_put(page, event);
        return;
    }
    struct buf *scratch = &page->cells[0];
    buf_print(page->out, "%c ", row->mark);
    buf_clear(scratch);
    report_duration_words(scratch, event->time_ns);
    put_right(page->out, TIME_WIDTH, buf_str(scratch));
    buf_clear(scratch);
    if (event->step != *step) buf_print(scratch, "%llu", (unsigned long long)event->step);
    *step = check_story_at(page->table.of->story, row->last)->step;
    put_right(page->out, STEP_WIDTH, buf_str(scratch));
    row_fill(page, row);
    cells_put(page);
}

static void gap_put(struct page *page, uint32_t from, uint32_t to) {
    const struct check_story *story = page->table.of->story;
    const struct check_event *first = check_story_at(story, page->table.rows[from].first);
    const struct check_event *last = check_story_at(story, page->table.rows[to - 1].last);
    uint64_t events = last->number - first->number + 1;
    buf_print(page->out, "  ... %llu more events, up to step %llu at ", (unsigned long long)events,
              (unsigned long long)last->step);
    report_duration_words(page->out, last->time_ns);
    buf_put(page->out, STR(" ...\n"));
}

static void table_put(struct page *page) {
    const struct story_table *table = &page->table;
    uint64_t step = 0;
    put_right(page->out, 2 + TIME_WIDTH, STR("time"));
    put_right(page->out, STEP_WIDTH, STR("step"));
    for (uint32_t i = 0; i < page->count; i++) {
        buf_clear(&page->cells[i]);
        lane_name(&page->cells[i], table, page->lanes[i]);
        page->rest[i] = buf_str(&page->cells[i]);
    }
    cells_put(page);
    for (uint32_t i = 0; i < table->row_count;) {
        uint32_t end = i;
        while (end < table->row_count && !table->rows[end].shown) end++;
        if (end > i)
            gap_put(page, i, end);
        else
            row_put(page, &table->rows[end++], &step);
        i = end;
    }
}

/* --- what it means ----------------------------------------------------------------------------------------------------- */

static struct str source_line(struct str source, uint32_t line) {
    size_t start = 0, end;
    for (uint32_t at = 1; at < line && start < source.len; start++) at += source.at[start] == '\n';
    for (end = start; end < source.len && source.at[end] != '\n' && source.at[end] != '\r'; end++) continue;
    return (struct str){source.at + start, end - start};
}

static void lines_put(struct page *page, uint32_t *lines, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) { /* in their order in the file */
        for (uint32_t j = i + 1; j < count; j++) {
            uint32_t line = lines[i];
            if (lines[j] >= line) continue;
            lines[i] = lines[j];
            lines[j] = line;
        }
        bool told = lines[i] == 0;
        for (uint32_t j = 0; j < i; j++) told = told || lines[j] == lines[i];
        struct str text = source_line(page->table.of->source, lines[i]);
        if (told || text.len == 0) continue;
        buf_print(page->out, "   %5u | ", lines[i]);
        report_put_plain(page->out, text);
        buf_put_char(page->out, '\n');
    }
}

static void link_put(struct buf *out, const struct check_link *link) {
    if (!link->root) {
        report_put_plain(out, str_of(link->edge));
        buf_put(out, STR(": "));
    }
    report_put_plain(out, str_of(link->object));
    if (!link->root || link->edge[0] == '\0') return;
    buf_put(out, STR(", "));
    report_put_plain(out, str_of(link->edge));
}

static void kept_put(struct page *page, const struct check_target *target) {
    const struct check_retention *kept = &target->kept;
    struct buf *out = page->out;
    bool blocked = target->finding.kind == CHECK_BLOCKED;
    for (uint32_t i = 0; i < kept->link_count; i++) {
        const struct check_link *link = &kept->links[i];
        if (kept->skipped > 0 && i == kept->link_count / 2)
            buf_print(out, "             ... %u more ...\n", kept->skipped);
        buf_put(out, i > 0 ? STR("             ") : blocked ? STR("   held by:  ") : STR("   kept by:  "));
        link_put(out, link);
        if (link->suspect && !blocked) buf_put(out, STR("  <- this hold should be gone"));
        buf_put_char(out, '\n');
    }
    if (!kept->known) return;
    buf_print(out, "   retains:  %llu object%s", (unsigned long long)kept->objects, kept->objects == 1 ? "" : "s");
    if (kept->bytes > 0) buf_print(out, ", %llu bytes", (unsigned long long)kept->bytes);
    if (target->aged) buf_print(out, "; made %u cycles ago", target->age_cycles);
    buf_put_char(out, '\n');
}

static void finding_put(struct page *page, const struct check_finding *finding) {
    const struct report_story *of = page->table.of;
    struct buf *out = page->out;
    report_told_words(out, finding);
    buf_put_char(out, '\n');
    const struct check_target *target = report_story_target(of, finding);
    const struct check_event *decisive = target == NULL ? NULL : report_story_decisive(target);
    if (decisive != NULL) {
        buf_put(out, STR("   decided:  "));
        if (report_story_about(target)) buf_put(out, STR("about "));
        buf_print(out, "step %llu, ", (unsigned long long)decisive->step);
        report_duration_words(out, decisive->time_ns);
        buf_put(out, STR(": "));
        report_story_sentence(out, of, decisive);
        buf_put(out, STR("\n   so that:  "));
        report_story_because(out, of, finding, target);
        report_story_came(out, finding, target);
        buf_put_char(out, '\n');
    }
    if (target != NULL && report_story_loops(of, target)) {
        const struct check_loop *loop = &of->story->loop;
        buf_put(out, STR("   goes on:  "));
        report_loop_words(out, loop->after_step, loop->steps, loop->time_ns);
        buf_put_char(out, '\n');
    }
    if (target != NULL) kept_put(page, target);
    uint32_t lines[] = {finding->born.line, decisive == NULL ? 0 : decisive->line, finding->line};
    lines_put(page, lines, BASE_COUNT(lines));
}

static void heading_put(struct page *page) {
    const struct report_story *of = page->table.of;
    struct buf *out = page->out;
    report_put_plain(out, of->file);
    buf_put(out, STR(", "));
    report_put_plain(out, of->variant);
    buf_put_char(out, '\n');
    if (of->about.len > 0) {
        report_put_plain(out, of->about);
        buf_put_char(out, '\n');
    }
    report_put_plain(out, of->token);
    buf_print(out, ": %llu steps, ", (unsigned long long)of->steps);
    report_duration_words(out, of->time_ns);
    buf_put(out, STR(" of virtual time, "));
    if (of->deviations == 0)
        buf_put(out, STR("the default schedule"));
    else
        buf_print(out, "%llu decisions that are not the default", (unsigned long long)of->deviations);
    if (of->early_timers) buf_put(out, STR("; timers may come early"));
    buf_put(out, STR("\n\n"));
}

static void legend_put(struct page *page) {
    bool decided = false, waits = false, deviates = false;
    const struct story_table *table = &page->table;
    for (uint32_t i = 0; i < table->row_count; i++) {
        char mark = table->rows[i].mark;
        decided = decided || mark == '>', waits = waits || mark == 'x', deviates = deviates || mark == '*';
    }
    buf_put_char(page->out, '\n');
    if (decided) buf_put(page->out, STR("> the step that decided: see below\n"));
    if (waits) buf_put(page->out, STR("x from here on it waits for ever\n"));
    if (deviates)
        buf_put(page->out, STR("* a decision that is not the default: whose turn it was not, or what it chose\n"));
    if (decided || waits || deviates) buf_put_char(page->out, '\n');
}

static void findings_put(struct page *page) {
    const struct check_findings *findings = page->table.of->findings;
    for (uint32_t i = 0; i < findings->count; i++) {
        if (i > 0) buf_put_char(page->out, '\n');
        finding_put(page, &findings->at[i]);
    }
    if (findings->lost > 0) {
        buf_put_char(page->out, '\n');
        report_lost_words(page->out, findings->count, findings->lost);
        buf_put_char(page->out, '\n');
    }
    if (findings->count == 0 && findings->lost == 0) buf_put(page->out, STR("Nothing was left behind.\n"));
}

enum status report_story_text(const struct report_story *story, struct mem *mem, struct sink *sink) {
    struct page page = {0};
    struct report_out out;
    TRY(report_story_table_init(&page.table, mem, story));
    report_out_init(&out, sink);
    page.out = &out.buf;
    for (uint32_t i = 0; i < LANES_ALL; i++) buf_init(&page.cells[i], mem);
    for (uint32_t i = 0; i < page.table.lane_count; i++) page.lanes[page.count++] = i;
    if (page.table.others) page.lanes[page.count++] = page.table.lane_count;
    if (page.table.clock) page.lanes[page.count++] = page.table.lane_count + 1;
    widths_find(&page);
    heading_put(&page);
    table_put(&page);
    legend_put(&page);
    findings_put(&page);
    enum status status = OK;
    for (uint32_t i = 0; i < LANES_ALL; i++) {
        if (page.cells[i].failed) status = ERR_NOMEM;
        buf_deinit(&page.cells[i]);
    }
    report_story_table_deinit(&page.table);
    return report_out_end(&out, status);
}
