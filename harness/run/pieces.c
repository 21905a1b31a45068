/* SPDX-License-Identifier: MIT */
/* pieces.c — see pieces.h. */
#include "run/pieces.h"

void run_pieces_of(const struct run_portfolio *portfolio, struct run_pieces out[2]) {
    memset(out, 0, 2 * sizeof *out);
    for (uint32_t mode = 0; mode < 2 && run_portfolio_lone(portfolio); mode++) {
        bool asked =
            portfolio->timers == RUN_TIMERS_BOTH || (mode == EBB_TIMERS_ANY) == (portfolio->timers == RUN_TIMERS_ANY);
        if (!asked) continue;
        const struct explore_search *search = explore_searching(portfolio->at[0][mode]);
        struct explore_search_state state = explore_search_state(search);
        out[mode] = (struct run_pieces){.pieces = 1,
                                        .over = state.complete,
                                        .whole = explore_search_whole(search),
                                        .made = state.runs - state.redundant,
                                        .failed = state.failed};
    }
}

void run_pieces_add(struct run_pieces to[2], const struct run_pieces more[2]) {
    for (uint32_t mode = 0; mode < 2; mode++) {
        to[mode].pieces += more[mode].pieces;
        to[mode].over += more[mode].over;
        to[mode].whole += more[mode].whole;
        to[mode].made += more[mode].made;
        to[mode].failed += more[mode].failed;
    }
}

static bool any(const struct run_pieces at[2]) { return at[0].pieces + at[1].pieces > 0; }

bool run_pieces_over(const struct run_pieces at[2], uint64_t count) {
    for (uint32_t mode = 0; mode < 2; mode++)
        if (at[mode].pieces > 0 && at[mode].over + at[mode].failed < count) return false;
    return any(at);
}

bool run_pieces_whole(const struct run_pieces at[2], uint64_t count) {
    for (uint32_t mode = 0; mode < 2; mode++)
        if (at[mode].pieces > 0 && at[mode].whole < count) return false;
    return any(at);
}

void run_pieces_words(struct buf *out, const struct run_pieces at[2], uint64_t count, struct str strategy) {
    for (uint32_t mode = 0, told = 0; mode < 2; mode++) {
        const struct run_pieces *all = &at[mode];
        if (all->made == 0 && all->over < count) continue; /* not begun */
        if (all->pieces == 0) continue;
        if (told++ > 0) buf_put(out, STR("; "));
        struct explore_search_state state = {
            .runs = all->made, .complete = all->over == count, .failed = all->failed > 0};
        explore_search_state_words(out, &state, mode == 0 ? EBB_TIMERS_IDLE : EBB_TIMERS_ANY,
                                   explore_strategy_delays(strategy));
    }
}

void run_pieces_write(const struct run_pieces at[2], struct report_json *json) {
    report_json_open(json, "pieces", '[');
    for (uint32_t mode = 0; mode < 2; mode++) {
        report_json_open(json, NULL, '{');
        report_json_number(json, "pieces", at[mode].pieces);
        report_json_number(json, "over", at[mode].over);
        report_json_number(json, "whole", at[mode].whole);
        report_json_number(json, "made", at[mode].made);
        report_json_number(json, "failed", at[mode].failed);
        report_json_close(json, '}');
    }
    report_json_close(json, ']');
}

void run_pieces_read(struct run_pieces at[2], struct report_json_reader *reader) {
    uint32_t mode = 0;
    report_json_read_open(reader, "pieces", '[');
    for (; mode < 2 && report_json_read_more(reader); mode++) {
        report_json_read_open(reader, NULL, '{');
        at[mode].pieces = report_json_read_number(reader, "pieces");
        at[mode].over = report_json_read_number(reader, "over");
        at[mode].whole = report_json_read_number(reader, "whole");
        at[mode].made = report_json_read_number(reader, "made");
        at[mode].failed = report_json_read_number(reader, "failed");
        uint64_t most = SEARCH_PIECES_MAX;
        if (at[mode].pieces > most || at[mode].over > most || at[mode].failed > most || at[mode].whole > at[mode].over)
            report_json_refuse(reader, "more pieces came to their end than there are");
        report_json_read_close(reader, '}');
    }
    if (mode < 2) report_json_refuse(reader, "expected what was searched, for each timer mode");
    report_json_read_close(reader, ']');
}
