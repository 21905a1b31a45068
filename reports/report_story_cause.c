/* SPDX-License-Identifier: MIT */
/* report_story_cause.c — a story in short: what one finding of a verdict has to say of it. */
#include "reports/report_bytes.h"
#include "reports/report_story_impl.h"

/* Ends in "..." when it was cut, and never within a character. */
static void words_set(char to[REPORT_CAUSE_BYTES], struct buf *words, bool *failed) {
    struct str all = buf_str(words);
    size_t len = all.len;
    *failed = *failed || words->failed;
    if (len >= REPORT_CAUSE_BYTES) {
        len = REPORT_CAUSE_BYTES - sizeof "...";
        while (len > 0 && ((unsigned char)all.at[len] & 0xC0) == 0x80) len--;
    }
    if (len > 0) memcpy(to, all.at, len);
    to[len] = '\0';
    if (len < all.len) memcpy(to + len, "...", sizeof "...");
    buf_clear(words);
}

static void put_link(struct buf *out, const struct check_link *link) {
    if (!link->root) {
        report_put_plain(out, str_of(link->edge));
        buf_put(out, STR(": "));
    }
    report_put_plain(out, str_of(link->object));
    if (!link->root || link->edge[0] == '\0') return;
    buf_put(out, STR(", "));
    report_put_plain(out, str_of(link->edge));
}

/* Of a long way the root and the end. */
#define LINKS_TOLD 4u

static void put_way(struct buf *out, const struct check_retention *kept) {
    bool cut = kept->skipped > 0 || kept->link_count > LINKS_TOLD;
    for (uint32_t i = 0; i < kept->link_count; i++) {
        if (cut && i > 0 && i + LINKS_TOLD <= kept->link_count) continue;
        if (i > 0) buf_put(out, cut && i + LINKS_TOLD - 1 == kept->link_count ? STR(" > ... > ") : STR(" > "));
        put_link(out, &kept->links[i]);
    }
}

enum status report_story_cause(const struct report_story *of, const struct check_finding *finding, struct mem *mem,
                               struct report_cause *out) {
    *out = (struct report_cause){0};
    const struct check_target *target = report_story_target(of, finding);
    if (target == NULL) return OK;
    const struct check_event *decisive = report_story_decisive(target);
    struct buf words;
    bool failed = false;
    buf_init(&words, mem);
    if (decisive != NULL) {
        struct check_event event = *decisive; /* its line is told apart from it */
        out->decided = true;
        out->about = report_story_about(target);
        out->step = event.step;
        out->time_ns = event.time_ns;
        out->line = event.line;
        event.line = 0;
        report_story_sentence(&words, of, &event);
        words_set(out->event, &words, &failed);
        report_story_because(&words, of, finding, target);
        words_set(out->because, &words, &failed);
        report_story_lost_right(&words, finding, target);
        words_set(out->lost_right, &words, &failed);
    }
    out->loops = report_story_loops(of, target);
    if (out->loops) {
        out->loop_after = of->story->loop.after_step;
        out->loop_steps = of->story->loop.steps;
        out->loop_ns = of->story->loop.time_ns;
    }
    out->doomed = target->is_doomed;
    out->doomed_step = target->doomed.step;
    if (target->kept.known) {
        out->kept = true;
        out->retained_objects = target->kept.objects;
        out->retained_bytes = target->kept.bytes;
        put_way(&words, &target->kept);
        words_set(out->kept_by, &words, &failed);
        for (uint32_t i = 0; i < target->kept.link_count && finding->kind != CHECK_BLOCKED; i++)
            if (target->kept.links[i].suspect && !target->kept.links[i].root)
                report_put_plain(&words, str_of(target->kept.links[i].edge));
        words_set(out->suspect, &words, &failed);
    }
    buf_deinit(&words);
    return failed ? ERR_NOMEM : OK;
}
