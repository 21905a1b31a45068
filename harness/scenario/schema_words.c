/* SPDX-License-Identifier: MIT */
/* schema_words.c — the language as a page for people: every key, step, object, verb, function and finding, with the
 * sentence its table has for it. */
#include "kinds/kinds.h"
#include "scenario/schema_impl.h"

const char *scenario_finding_about(enum check_kind kind) {
    static const char *const about[CHECK_KIND_COUNT] = {
        [CHECK_PANIC] = "A rule was broken and nobody recovered: the coroutine, or how the rule begins.",
        [CHECK_BLOCKED] = "The coroutine can never run again.",
        [CHECK_ALIVE] = "The coroutine is still running, or will be woken again, when the horizon is reached.",
        [CHECK_TIMER] = "The timer or ticker is still armed.",
        [CHECK_CONTEXT] = "The context was never cancelled.",
        [CHECK_MESSAGE] = "Messages that were sent on the channel and never received.",
        [CHECK_LOCK] = "The lock is still held.",
        [CHECK_OBJECT] = "The object lives, and nothing that was left behind keeps it.",
        [CHECK_BYTES] = "Memory from the C heap that was not freed: how many bytes.",
        [CHECK_PINNED] = "A small view keeps a large block, or a coroutine the stack of a deep call that is long over.",
        [CHECK_GROWS] = "Each cycle leaves more of this unit than the one before.",
        [CHECK_WATCH] = "A rule of `watch` was broken.",
        [CHECK_THREAD] = "The OS thread was not joined; `process`: the kernel counts more than before.",
        [CHECK_FD] = "The descriptor was not closed; `process`: the kernel counts more than before.",
        [CHECK_LIMIT] = "The budget of steps was used up.",
        [CHECK_NONDETERMINISTIC] = "Two runs of one schedule differed.",
    };
    ASSERT(kind < CHECK_KIND_COUNT);
    return about[kind] == NULL ? "" : about[kind];
}

const char *scenario_make_shape(const struct ebb_kind *kind) {
    if (kind->id == KIND_LIST) return "value, …";
    if (kind->id == KIND_RECORD) return "field = value, …";
    return kind->make_shape;
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

/* "value:any?" → "`value` any, optional". */
static void shape_print(struct buf *out, const char *shape) {
    struct shape_place place;
    for (uint32_t i = 0; scenario_shape_at(shape, i, &place); i++) {
        buf_print(out, "%s`%.*s` %.*s%s", i == 0 ? "" : ", ", (int)place.name.len, place.name.at, (int)place.type.len,
                  place.type.at, place.optional ? "?" : "");
    }
}

static void keys_print(struct buf *out, const char *title, enum key_table table, const char *before) {
    buf_print(out, "\n## %s\n\n%s\n\n| key | value | |\n|---|---|---|\n", title, before);
    for (uint32_t i = 0; scenario_key_at(table, i) != NULL; i++) {
        const struct key *key = scenario_key_at(table, i);
        size_t len = strlen(key->value);
        bool optional = key->value[len - 1] == '?';
        buf_print(out, "| `%s`%s | %.*s | %s |\n", key->name, optional ? "" : " (needed)", (int)(len - optional),
                  key->value, key->about);
    }
}

static void words_print(struct buf *out) {
    buf_put(out,
            STR("\n## Steps of the language\n\nThe word comes first; other keys stand beside it.\n\n| step | value | "
                "keys beside it | |\n|---|---|---|---|\n"));
    for (uint32_t i = 0; scenario_word_at(i) != NULL; i++) {
        const struct word *word = scenario_word_at(i);
        buf_print(out, "| `%s` | %s | ", word->name, word->value);
        shape_print(out, word->keys);
        buf_print(out, " | %s |\n", word->about);
    }
    buf_put(out, STR("\nThese stand alone:\n\n| step | |\n|---|---|\n"));
    for (uint32_t i = 0; scenario_bare_word_at(i) != NULL; i++)
        buf_print(out, "| `%s` | %s |\n", scenario_bare_word_at(i)->name, scenario_bare_word_at(i)->about);
}

static bool has_verbs(const struct ebb_kind *kind) {
    for (uint32_t i = 0; i < kind->op_count; i++)
        if (kind->ops[i].call != NULL) return true;
    return false;
}

static void members_print(struct buf *out, const struct ebb_kind *kind) {
    for (uint32_t i = 0; scenario_member_at(i) != NULL; i++) {
        const struct member *member = scenario_member_at(i);
        if (member->kind_id == kind->id) buf_print(out, "\n`.%s`: %s\n", member->name, member->about);
    }
}

static void kind_print(struct buf *out, const struct ebb_kind *kind) {
    bool record = kind->id == KIND_RECORD; /* which the expression language makes */
    if (kind->make_name == NULL && !has_verbs(kind) && !record) return;
    buf_print(out, "\n### %s\n\n%s\n", kind->name, kind->about == NULL ? "" : kind->about);
    if (kind->make_name != NULL || record)
        buf_print(out, "\nMade by `%s(%s)`.", record ? "record" : kind->make_name, scenario_make_shape(kind));
    if (kind->make_name != NULL || record)
        buf_print(out, "%s%s%s%s\n", kind->unit == NULL ? "" : " Growth is counted in \"",
                  kind->unit == NULL ? "" : kind->unit, kind->unit == NULL ? "" : "\".",
                  kind->refusable ? " Where `faults` permit `allocation` it may be refused, and is nil then." : "");
    members_print(out, kind);
    if (!has_verbs(kind)) return;
    buf_put(out, STR("\n| verb | keys | results | |\n|---|---|---|---|\n"));
    for (uint32_t i = 0; i < kind->op_count; i++) {
        const struct ebb_op *op = &kind->ops[i];
        if (op->call == NULL) continue;
        buf_print(out, "| `%s` | ", op->name);
        shape_print(out, op->shape);
        buf_put(out, STR(" | "));
        shape_print(out, op->gives);
        buf_print(out, " | %s |\n", op->about == NULL ? "" : op->about);
    }
}

static void asked_print(struct buf *out) {
    buf_put(out, STR("\n## Functions\n\nThey stand in expressions and take no step.\n\n| function | |\n|---|---|\n"));
    for (uint32_t i = 0; scenario_function_at(i) != NULL; i++) {
        const struct function *function = scenario_function_at(i);
        buf_print(out, "| `%s(%s)` | %s |\n", function->name, function->takes_one ? "x" : "", function->about);
    }
}

static void findings_print(struct buf *out) {
    keys_print(out, "Expectations", KEYS_EXPECT, "`clean`, a list of findings (the same as `every`), or one of these:");
    buf_put(out,
            STR("\n## Findings\n\nA finding is written `{kind: name}`, where the name is that of the coroutine or "
                "object.\n\n| kind | |\n|---|---|\n"));
    for (uint32_t i = 0; i < CHECK_KIND_COUNT; i++)
        buf_print(out, "| `%s` | %s |\n", check_kind_name((enum check_kind)i),
                  scenario_finding_about((enum check_kind)i));
    keys_print(out, "Keys of a finding", KEYS_FINDING, "Beside its kind:");
}

static void rules_print(struct buf *out) {
    buf_put(out, STR("\n## Watch rules\n\n| rule | |\n|---|---|\n"));
    for (uint32_t i = 0; scenario_watch_form_at(i) != NULL; i++)
        buf_print(out, "| `%s` | %s |\n", scenario_watch_form_at(i)->form, scenario_watch_form_at(i)->about);
    buf_put(out, STR("\n## Faults\n\n"));
    for (uint32_t i = 0; scenario_fault_name(i) != NULL; i++)
        buf_print(out, "%s`%s`", i == 0 ? "" : ", ", scenario_fault_name(i));
    buf_put(out, STR(".\n"));
}

void scenario_operations(struct buf *out) {
    buf_put(
        out,
        STR("<!-- SPDX-License-Identifier: MIT -->\n# Operations\n\n"
            "Everything a scenario can say, made by `ebb schema --markdown` from the tables that the loader reads.\n"
            "How it is said is in [scenario-format.md](scenario-format.md). A type with \"?\" may be left out.\n"));
    keys_print(out, "Keys of a file", KEYS_TOP, "At the top:");
    keys_print(out, "Keys of a parameter", KEYS_PARAM, "Or its default alone:");
    keys_print(out, "Limits", KEYS_LIMITS, "Beneath `limits`:");
    keys_print(out, "When a search may stop", KEYS_STOP, "Beneath `stop`:");
    words_print(out);
    keys_print(out, "Cases of select: recv", KEYS_RECV, "One of the cases:");
    keys_print(out, "Cases of select: send", KEYS_SEND, "One of the cases:");
    keys_print(out, "Cases of select: after", KEYS_AFTER, "At most one, and then no `default`:");
    keys_print(out, "Cases of select: default", KEYS_DEFAULT, "At most one, and then no `after`:");
    buf_put(out,
            STR("\n## Objects and their verbs\n\nThe verb comes first, with the object it is for; its keys take "
                "expressions, its results the names of variables.\n"));
    for (size_t i = 0; i < KIND_COUNT; i++) kind_print(out, ebb_kinds[i]);
    asked_print(out);
    findings_print(out);
    rules_print(out);
}
