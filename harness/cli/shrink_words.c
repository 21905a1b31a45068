/* SPDX-License-Identifier: MIT */
/* shrink_words.c — what a shrunk run is, what its deviations do, and how small it is, with the search as the proof. */
#include <inttypes.h>

#include "cli/shrunk.h"
#include "reports/json_writer.h"

/* The declared variant's name; the combinations of a range have none. */
static struct str variant_name(const struct cli_shrunk *shrunk) {
    const struct scenario *scenario = shrunk->source->scenario;
    return shrunk->variant < scenario_variant_count(scenario) ? scenario_variant_name(scenario, shrunk->variant)
                                                              : STR("range");
}

static const char *timers_name(const struct cli_shrunk *shrunk) {
    return shrunk->result->schedule.timers == EBB_TIMERS_IDLE ? "idle" : "any";
}

static void stall_words(struct buf *out, const struct shrink_deviation *at) {
    buf_print(out, "%s is stalled ", at->chosen);
    report_duration_words(out, ebb_stalls_ns[at->option - 1]);
}

static void deviation_words(struct buf *out, const struct shrink_deviation *at) {
    if (at->alarm)
        buf_put(out, STR("the next timer fires early"));
    else if (at->what == EBB_CHOOSE_NEXT)
        buf_print(out, "%s goes on", at->chosen);
    else if (at->what == EBB_CHOOSE_CASE)
        buf_print(out, "the select takes ready case %u of %u", at->option + 1, at->count);
    else if (at->what == EBB_CHOOSE_STALL)
        stall_words(out, at);
    else if (at->what == EBB_CHOOSE_CANCEL)
        buf_print(out, "somebody outside cancels context %u of %u, before %s goes on", at->option, at->count - 1,
                  at->chosen);
    else if (at->what == EBB_CHOOSE_REFUSE)
        buf_print(out, "%s is refused what it asks for in line %u", at->chosen, at->line);
    else
        buf_print(out, "the value is %u of 0 to %u", at->option, at->count - 1);
    if (at->what == EBB_CHOOSE_NEXT && at->instead_of[0] != 0) buf_print(out, ", not %s", at->instead_of);
}

static void searched_words(struct buf *out, const struct shrink_result *result) {
    buf_print(out, ": all were tried, in %" PRIu64 " run%s", result->searched, result->searched == 1 ? "" : "s");
}

static void certificate_words(struct buf *out, const struct shrink_result *result) {
    uint32_t count = result->schedule.count;
    if (count == 0) {
        buf_put(out, STR("nothing is simpler: this is the default schedule"));
    } else if (result->fewest == count) {
        buf_put(out, STR("no schedule with fewer deviations shows it"));
        searched_words(out, result);
    } else if (result->minimal) {
        buf_print(out, "1-minimal: every single deviation%s was left out in its turn, and then it does not show",
                  result->pairs ? ", and every pair," : "");
    } else {
        buf_put(out, STR("perhaps not minimal: the budget was spent, and a larger --budget may get further"));
    }
    if (result->fewest == 0 || result->fewest >= count) return;
    buf_print(out, "\nno schedule with fewer than %u shows it", result->fewest);
    searched_words(out, result);
}

/* Which numbers do not matter. */
static void range_words(struct buf *out, const struct cli_shrunk *shrunk) {
    if (shrunk->combinations == 0) return;
    if (shrunk->showing == shrunk->combinations)
        buf_print(out, "parameters do not matter: all %u combinations of their ranges show it by the same decisions\n",
                  shrunk->combinations);
    else
        buf_print(out,
                  "parameters: %u of %u combinations of their ranges show it by the same decisions; not with %.*s\n",
                  shrunk->showing, shrunk->combinations, (int)shrunk->not_with.len, shrunk->not_with.at);
}

static void again(struct buf *out, const struct cli_shrunk *shrunk) {
    struct report_case at = {.file = str_of(shrunk->source->path), .token = shrunk->token};
    report_again_words(out, &at);
}

static void deviations_text(struct buf *out, const struct shrink_result *result) {
    for (uint32_t i = 0; i < result->schedule.count; i++) {
        buf_print(out, "  decision %" PRIu64 ": ", result->deviations[i].decision);
        deviation_words(out, &result->deviations[i]);
        buf_put_char(out, '\n');
    }
}

static void deviations_json(struct report_json *json, const struct shrink_result *result) {
    report_json_open(json, "deviations", '[');
    for (uint32_t i = 0; i < result->schedule.count; i++) {
        struct buf words;
        buf_init(&words, json->out->mem);
        deviation_words(&words, &result->deviations[i]);
        report_json_open(json, NULL, '{');
        report_json_number(json, "decision", result->deviations[i].decision);
        report_json_number(json, "option", result->deviations[i].option);
        report_json_text(json, "does", buf_str(&words));
        report_json_close(json, '}');
        json->out->failed = json->out->failed || words.failed;
        buf_deinit(&words);
    }
    report_json_close(json, ']');
}

/* --- the scenario ------------------------------------------------------------------------------------------------------ */
static void smaller_again(struct buf *out, const struct cli_shrunk *shrunk) {
    const char *path = shrunk->smaller_path;
    struct report_case at = {.file = path == NULL ? STR("FILE") : str_of(path),
                             .token = buf_str(&shrunk->smaller->token)};
    report_again_words(out, &at);
}

static void smaller_text(struct buf *out, const struct cli_shrunk *shrunk) {
    const struct cli_smaller *smaller = shrunk->smaller;
    const struct shrink_smaller *made = &smaller->shrunk;
    buf_print(out, "the scenario: %u step%s, before %u; coroutines started in %u place%s, before %u; %u edits kept\n",
              smaller->after.steps, smaller->after.steps == 1 ? "" : "s", smaller->before.steps, smaller->after.goes,
              smaller->after.goes == 1 ? "" : "s", smaller->before.goes, made->kept);
    if (made->minimal)
        buf_print(
            out,
            "1-minimal: every single edit was tried, %u of them, each on up to %u schedules, and then it does not "
            "show\n",
            made->tried, SMALLER_TRIES);
    else
        buf_put(out, STR("perhaps not minimal: the budget was spent, and a larger --budget may get further\n"));
    if (!smaller->usual) buf_put(out, STR("the usual 32 runs do not see what it expects: replay does\n"));
    deviations_text(out, &made->result);
    certificate_words(out, &made->result);
    buf_print(out, "\n%" PRIu64 " runs and %" PRIu64 " scenarios in all\n", made->runs, made->loads);
    if (shrunk->smaller_path == NULL) {
        buf_put(out, STR("---\n"));
        buf_put(out, buf_str(&smaller->text));
        buf_put(out, STR("---\n"));
    }
    smaller_again(out, shrunk);
    buf_put_char(out, '\n');
}

static void smaller_json(struct report_json *json, const struct cli_shrunk *shrunk) {
    const struct cli_smaller *smaller = shrunk->smaller;
    const struct shrink_smaller *made = &smaller->shrunk;
    report_json_open(json, "scenario", '{');
    report_json_text(json, "text", buf_str(&smaller->text));
    report_json_text(json, "token", buf_str(&smaller->token));
    report_json_number(json, "file_steps", smaller->after.steps);
    report_json_number(json, "file_steps_before", smaller->before.steps);
    report_json_number(json, "starts", smaller->after.goes);
    report_json_number(json, "starts_before", smaller->before.goes);
    report_json_number(json, "bytes", made->text.len);
    report_json_number(json, "bytes_before", smaller->bytes_before);
    report_json_number(json, "steps", made->result.steps);
    deviations_json(json, &made->result);
    report_json_number(json, "edits_kept", made->kept);
    report_json_number(json, "edits_tried", made->tried);
    report_json_bool(json, "minimal", made->minimal);
    report_json_bool(json, "usual", smaller->usual);
    report_json_number(json, "runs", made->runs);
    report_json_number(json, "loads", made->loads);
    report_json_close(json, '}');
}

void cli_shrunk_text(struct buf *out, const struct cli_shrunk *shrunk) {
    const struct shrink_result *result = shrunk->result;
    struct str variant = variant_name(shrunk);
    buf_print(out, "%s, %.*s\n", shrunk->source->path, (int)variant.len, variant.at);
    for (uint32_t i = 0; i < shrunk->finding_count; i++) {
        buf_put(out, STR("  "));
        report_finding_words(out, &shrunk->findings[i]);
        buf_put_char(out, '\n');
    }
    buf_print(out, "deviations from the default: %u, before %u; steps: %" PRIu64 ", before %" PRIu64 "; timers: %s\n",
              result->schedule.count, result->count_before, result->steps, result->steps_before, timers_name(shrunk));
    deviations_text(out, result);
    certificate_words(out, result);
    buf_put_char(out, '\n');
    range_words(out, shrunk);
    buf_print(out, "%" PRIu64 " runs in all\n", result->runs);
    again(out, shrunk);
    buf_put_char(out, '\n');
    if (shrunk->smaller != NULL) smaller_text(out, shrunk);
}

void cli_shrunk_json(struct buf *out, const struct cli_shrunk *shrunk) {
    const struct shrink_result *result = shrunk->result;
    struct report_json json = {.out = out};
    report_json_open(&json, NULL, '{');
    report_json_text(&json, "format", STR("ebb-shrink-1"));
    report_json_text(&json, "file", str_of(shrunk->source->path));
    report_json_text(&json, "variant", variant_name(shrunk));
    report_json_text(&json, "token", shrunk->token);
    report_json_text(&json, "timers", str_of(timers_name(shrunk)));
    report_json_number(&json, "steps", result->steps);
    report_json_number(&json, "steps_before", result->steps_before);
    report_json_number(&json, "deviations_before", result->count_before);
    deviations_json(&json, result);
    report_json_open(&json, "signatures", '[');
    for (uint32_t i = 0; i < shrunk->finding_count; i++) report_json_hex(&json, NULL, shrunk->findings[i].signature);
    report_json_close(&json, ']');
    report_json_bool(&json, "minimal", result->minimal);
    report_json_bool(&json, "minimal_by_pairs", result->pairs);
    report_json_bool(&json, "nothing_with_fewer", result->fewest == result->schedule.count);
    report_json_number(&json, "fewest_possible", result->fewest);
    report_json_number(&json, "searched", result->searched);
    report_json_number(&json, "runs", result->runs);
    report_json_number(&json, "combinations", shrunk->combinations);
    report_json_number(&json, "combinations_showing", shrunk->showing);
    if (shrunk->smaller != NULL) smaller_json(&json, shrunk);
    struct buf words;
    buf_init(&words, out->mem);
    again(&words, shrunk);
    report_json_text(&json, "again", buf_str(&words));
    buf_deinit(&words);
    report_json_close(&json, '}');
    buf_put_char(out, '\n');
}
