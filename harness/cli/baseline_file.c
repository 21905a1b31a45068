/* SPDX-License-Identifier: MIT */
/* baseline_file.c — a baseline as a file: a list in YAML. What is wrong is told with its place, all of it at once. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/baseline.h"
#include "scenario/load.h"

uint32_t cli_date(struct str text) {
    static const uint32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t part[3] = {0}, at = 0;
    if (text.len != 10) return 0;
    for (uint32_t i = 0; i < 10; i++) {
        bool dash = i == 4 || i == 7;
        if (dash ? text.at[i] != '-' : text.at[i] < '0' || text.at[i] > '9') return 0;
        if (dash)
            at++;
        else
            part[at] = part[at] * 10 + (uint32_t)(text.at[i] - '0');
    }
    bool leap = part[0] % 4 == 0 && (part[0] % 100 != 0 || part[0] % 400 == 0);
    if (part[1] < 1 || part[1] > 12 || part[2] < 1) return 0;
    if (part[2] > days[part[1] - 1] + (part[1] == 2 && leap ? 1 : 0)) return 0;
    return part[0] * 10000 + part[1] * 100 + part[2];
}

/* --- reading -------------------------------------------------------------------------------------------------------- */
enum key { SCENARIO, VARIANT, KIND, OBJECT, OPERATION, ON, SIGNATURE, OWNER, REASON, EXPIRES, KEY_COUNT };
static const char *const key_names[KEY_COUNT] = {
    [SCENARIO] = "scenario",   [VARIANT] = "variant", [KIND] = "kind",           [OBJECT] = "object",
    [OPERATION] = "operation", [ON] = "on",           [SIGNATURE] = "signature", [OWNER] = "owner",
    [REASON] = "reason",       [EXPIRES] = "expires",
};

struct reading {
    struct scenario_problems *problems;
    uint32_t today;
};

static bool signature(struct str text, uint64_t *out) {
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
        if (!digit && !letter) return false;
        *out = *out << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    return text.len == 16;
}

static void key_read(struct reading *reading, const struct yaml_node *key, struct str texts[KEY_COUNT],
                     const struct yaml_node *values[KEY_COUNT]) {
    uint32_t which = 0;
    while (which < KEY_COUNT && !scenario_yaml_is(key, key_names[which])) which++;
    if (which == KEY_COUNT) {
        const char *near = scenario_nearest(key->text, key_names, KEY_COUNT);
        scenario_problem(reading->problems, key->line, key->column, "an entry of a baseline has no key \"%.*s\"%s%s%s",
                         SHOWN(key->text), near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
                         near == NULL ? "" : "\"?");
    } else if (key->value == NULL || key->value->what != YAML_SCALAR || key->value->text.len == 0) {
        scenario_problem(reading->problems, key->line, key->column, "\"%s\" wants a text", key_names[which]);
    } else {
        texts[which] = key->value->text;
        values[which] = key->value;
    }
}

static void expiry_read(struct reading *reading, struct baseline_entry *entry, const struct yaml_node *value) {
    uint32_t date = cli_date(entry->expires);
    if (date == 0)
        scenario_problem(reading->problems, value->line, value->column, "not a day: \"%.*s\"; write YYYY-MM-DD",
                         SHOWN(entry->expires));
    else if (reading->today == 0)
        scenario_problem(reading->problems, value->line, value->column,
                         "this entry expires: say what day it is, --today YYYY-MM-DD");
    else
        entry->expired = reading->today > date;
}

static void entry_read(struct reading *reading, struct baseline_entry *entry, const struct yaml_node *node) {
    const struct yaml_node *values[KEY_COUNT] = {0};
    struct str texts[KEY_COUNT];
    for (uint32_t i = 0; i < KEY_COUNT; i++) texts[i] = STR("");
    uint32_t before = reading->problems->count + reading->problems->lost;
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next) key_read(reading, key, texts, values);
    *entry = (struct baseline_entry){.scenario = texts[SCENARIO],
                                     .variant = texts[VARIANT],
                                     .owner = texts[OWNER],
                                     .reason = texts[REASON],
                                     .expires = texts[EXPIRES],
                                     .line = node->line,
                                     .column = node->column};
    entry->known = (struct run_known){.object = texts[OBJECT], .operation = texts[OPERATION], .on = texts[ON]};
    static const enum key needed[] = {SCENARIO, OWNER, REASON};
    if (reading->problems->count + reading->problems->lost > before)
        return; /* what is misspelt is not missing as well */
    for (size_t i = 0; i < BASE_COUNT(needed); i++)
        if (values[needed[i]] == NULL)
            scenario_problem(reading->problems, node->line, node->column, "this entry has no \"%s\"",
                             key_names[needed[i]]);
    if (values[SIGNATURE] == NULL && values[KIND] == NULL)
        scenario_problem(reading->problems, node->line, node->column,
                         "this entry says neither \"kind\" nor \"signature\", so it would know everything");
    if (values[SIGNATURE] != NULL &&
        !(entry->known.has_signature = signature(texts[SIGNATURE], &entry->known.signature)))
        scenario_problem(reading->problems, values[SIGNATURE]->line, values[SIGNATURE]->column,
                         "not a signature: it has 16 digits from 0 to f");
    if (values[KIND] != NULL) {
        entry->known.kind = check_kind_find(texts[KIND]);
        entry->known.has_kind = entry->known.kind != CHECK_KIND_COUNT;
        if (!entry->known.has_kind)
            scenario_problem(reading->problems, values[KIND]->line, values[KIND]->column,
                             "there is no kind of finding \"%.*s\"", SHOWN(texts[KIND]));
    }
    if (values[EXPIRES] != NULL) expiry_read(reading, entry, values[EXPIRES]);
}

static enum status entries_read(struct baseline *baseline, struct reading *reading, const struct yaml_node *root) {
    if (root == NULL) return OK; /* an empty file, or nothing but comments: nothing is known */
    if (root->what != YAML_SEQUENCE) {
        scenario_problem(reading->problems, root->line, root->column,
                         "expected a list of entries, each \"- scenario: ...\"");
        return ERR_INPUT;
    }
    if (root->count > LIMIT_BASELINE_ENTRIES) {
        scenario_problem(reading->problems, root->line, root->column, "more than %u entries", LIMIT_BASELINE_ENTRIES);
        return ERR_INPUT;
    }
    baseline->entries = mem_new(mem_system(), root->count, sizeof *baseline->entries);
    if (baseline->entries == NULL) return ERR_NOMEM;
    baseline->capacity = root->count;
    for (const struct yaml_node *node = root->first; node != NULL; node = node->next) {
        if (node->what != YAML_MAPPING)
            scenario_problem(reading->problems, node->line, node->column,
                             "an entry is a mapping: \"scenario: ...\" and so on");
        else
            entry_read(reading, &baseline->entries[baseline->count++], node);
    }
    return reading->problems->count > 0 ? ERR_INPUT : OK;
}

bool cli_baseline_load(struct baseline *baseline, const char *path, uint32_t today) {
    static struct scenario_problems problems;
    struct reading reading = {&problems, today};
    struct yaml_node *root = NULL;
    problems = (struct scenario_problems){0};
    baseline->path = path;
    if (!cli_file_read(path, &baseline->bytes)) return false;
    enum status status = ERR_INPUT;
    if (baseline->bytes.len > LIMIT_SCENARIO_BYTES)
        scenario_problem(&problems, 0, 0, "larger than 1 MiB");
    else
        status = scenario_yaml_read(&baseline->arena, baseline->bytes, &problems, &root);
    if (status == OK) status = entries_read(baseline, &reading, root);
    if (status == ERR_NOMEM) (void)fprintf(stderr, "%s: error: not enough memory to read it\n", path);
    for (uint32_t i = 0; i < problems.count; i++) {
        scenario_diag_origin(&problems.at[i], str_of(path));
        cli_load_problem_print(stderr, &problems, i, baseline->bytes);
    }
    if (problems.lost > 0) (void)fprintf(stderr, "%s: and %u more\n", path, problems.lost);
    return status == OK;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */
static void put(struct buf *out, enum key key, struct str text) {
    if (text.len == 0) return;
    buf_print(out, "%s%s: \"", key == SCENARIO ? "- " : "  ", key_names[key]);
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\') buf_put_char(out, '\\');
        if ((unsigned char)text.at[i] >= 0x20)
            buf_put_char(out, text.at[i]);
        else
            buf_print(out, "\\x%02x", (unsigned)text.at[i]);
    }
    buf_put(out, STR("\"\n"));
}

bool cli_baseline_write(const struct baseline *baseline, const char *path) {
    struct buf out;
    buf_init(&out, mem_system());
    buf_put(&out,
            STR("# Findings that are known, for `ebb run --baseline FILE`. Each wants an owner, a reason and, best, a "
                "day:\n"
                "# expires: YYYY-MM-DD. An entry of which nothing is found any more is red until it is taken out.\n"));
    for (uint32_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        char hex[17];
        if (!entry->seen) continue;
        (void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)entry->known.signature);
        put(&out, SCENARIO, entry->scenario);
        put(&out, VARIANT, entry->variant);
        if (entry->known.has_kind) put(&out, KIND, str_of(check_kind_name(entry->known.kind)));
        put(&out, OBJECT, entry->known.object);
        put(&out, OPERATION, entry->known.operation);
        put(&out, ON, entry->known.on);
        if (entry->known.has_signature) put(&out, SIGNATURE, str_of(hex));
        put(&out, OWNER, entry->owner);
        put(&out, REASON, entry->reason);
        put(&out, EXPIRES, entry->expires);
    }
    int fd = buf_status(&out) == OK ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    bool good = fd >= 0 && cli_write(fd, buf_str(&out));
    if (fd >= 0 && close(fd) != 0) good = false;
    if (!good) (void)fprintf(stderr, "%s: error: cannot be written\n", path);
    buf_deinit(&out);
    return good;
}
