/* SPDX-License-Identifier: MIT */
/* edits_text.c — a tree written out as YAML with one edit applied: blocks only, since what stands in braces is read the
 * same in a block. The emitter puts it into form once it is known to load. */
#include "scenario/edits_impl.h"
#include "scenario/emit_impl.h"

/* --- words of expressions ----------------------------------------------------------------------------------------------- */
static bool word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Behind the text in quotes that begins at `at`. */
static size_t quoted_end(struct str text, size_t at) {
    char quote = text.at[at++];
    while (at < text.len && text.at[at] != quote) at += text.at[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

/* `field = value` of a record stands behind. */
static bool is_given(struct str text, size_t at) {
    while (at < text.len && text.at[at] == ' ') at++;
    return at + 1 < text.len && text.at[at] == '=' && text.at[at + 1] != '=';
}

bool scenario_edit_names(struct str text, struct str name) {
    for (size_t at = 0; at < text.len;) {
        if (text.at[at] == '"' || text.at[at] == '\'') {
            at = quoted_end(text, at);
            continue;
        }
        size_t end = at;
        while (end < text.len && word_char(text.at[end])) end++;
        bool field = (at > 0 && text.at[at - 1] == '.') || is_given(text, end);
        if (!field && end > at && str_equal((struct str){text.at + at, end - at}, name)) return true;
        at = end > at ? end : at + 1;
    }
    return false;
}

bool scenario_edit_number(struct str text, uint32_t *from, uint32_t *digits, uint64_t *number) {
    for (size_t at = *from; at < text.len;) {
        size_t end = at;
        if (text.at[at] == '"' || text.at[at] == '\'') {
            at = quoted_end(text, at);
            continue;
        }
        while (end < text.len && word_char(text.at[end])) end++;
        size_t behind = at;
        bool fits = true;
        for (*number = 0; behind < end && text.at[behind] >= '0' && text.at[behind] <= '9'; behind++)
            fits = fits && !__builtin_mul_overflow(*number, 10u, number) &&
                !__builtin_add_overflow(*number, (uint64_t)(text.at[behind] - '0'), number);
        if (behind > at && fits) {
            *digits = (uint32_t)(behind - at);
            *from = (uint32_t)behind;
            return true;
        }
        at = end > at ? end : at + 1;
    }
    return false;
}

struct str scenario_edit_procedure(struct str call) {
    const char *paren = memchr(call.at, '(', call.len);
    return (struct str){call.at, paren == NULL ? call.len : (size_t)(paren - call.at)};
}

bool scenario_edit_argument(struct str call, uint32_t index, struct str *out) {
    size_t at = scenario_edit_procedure(call).len + 1, from = at;
    uint32_t depth = 0;
    if (at >= call.len || call.at[call.len - 1] != ')' || at == call.len - 1) return false;
    for (; at < call.len; at++) {
        char c = call.at[at];
        if (c == '"' || c == '\'') at = quoted_end(call, at) - 1;
        bool ends = depth == 0 && (c == ',' || at == call.len - 1);
        depth += c == '(' || c == '[';
        depth -= depth > 0 && (c == ')' || c == ']');
        if (!ends) continue;
        *out = (struct str){call.at + from, at - from};
        if (index-- == 0) return true;
        from = at + 1;
    }
    return false;
}

/* --- what an edit leaves ------------------------------------------------------------------------------------------------ */
struct writer {
    struct buf *out;
    const struct edit *edit;
    bool inside; /* of where a name is looked for */
};

static void value_write(struct writer *self, const struct yaml_node *node, uint32_t indent);

static bool text_names(const struct writer *self, const struct yaml_node *scalar) {
    return scalar->what == YAML_SCALAR && !scalar->quoted && scenario_edit_names(scalar->text, self->edit->name);
}

static bool by_name(const struct writer *self) {
    return self->inside && (self->edit->what == EDIT_NAME || self->edit->what == EDIT_ARGUMENT);
}

/* `let: {x: chan()}`: one entry of a mapping within a step. */
static bool entry_goes(const struct writer *self, const struct yaml_node *key) {
    return by_name(self) && (text_names(self, key) || text_names(self, key->value));
}

static uint32_t entries_left(const struct writer *self, const struct yaml_node *mapping) {
    uint32_t left = 0;
    for (const struct yaml_node *key = mapping->first; key != NULL; key = key->next) left += !entry_goes(self, key);
    return left;
}

/* Does the step itself name it, not a step inside? Of a mapping that it takes only all entries together count. */
static bool step_names(const struct writer *self, const struct yaml_node *item) {
    if (item->what == YAML_SCALAR) return text_names(self, item);
    if (item->what != YAML_MAPPING) return false;
    for (const struct yaml_node *key = item->first; key != NULL; key = key->next) {
        const struct yaml_node *value = key->value;
        if (text_names(self, value)) return true;
        if (value->what == YAML_MAPPING && value->count > 0 && entries_left(self, value) == 0) return true;
    }
    return false;
}

static bool item_goes(const struct writer *self, const struct yaml_node *item) {
    const struct edit *edit = self->edit;
    if (edit->what == EDIT_ITEMS) {
        const struct yaml_node *at = edit->at;
        for (uint32_t i = 0; i < edit->count && at != NULL; i++, at = at->next)
            if (at == item) return true;
    }
    return by_name(self) && step_names(self, item);
}

static void spaces(struct buf *out, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) buf_put_char(out, ' ');
}

/* "worker(a, b)" without its argument number `place`. */
static void call_write(struct buf *out, struct str call, uint32_t place) {
    struct str argument;
    bool first = true;
    buf_put(out, scenario_edit_procedure(call));
    buf_put_char(out, '(');
    for (uint32_t i = 0; scenario_edit_argument(call, i, &argument); i++) {
        if (i == place) continue;
        while (argument.len > 0 && argument.at[0] == ' ') argument.at++, argument.len--;
        if (!first) buf_put(out, STR(", "));
        buf_put(out, argument);
        first = false;
    }
    buf_put_char(out, ')');
}

static bool calls(const struct writer *self, const struct yaml_node *node) {
    struct str argument;
    return self->edit->what == EDIT_ARGUMENT &&
        str_equal(scenario_edit_procedure(node->text), scenario_edit_procedure(self->edit->at->text)) &&
        scenario_edit_argument(node->text, self->edit->place, &argument);
}

static void scalar_write(struct writer *self, const struct yaml_node *node) {
    const struct edit *edit = self->edit;
    struct buf text;
    buf_init(&text, self->out->mem);
    if (edit->what == EDIT_NUMBER && edit->at == node) {
        buf_put(&text, (struct str){node->text.at, edit->place});
        buf_print(&text, "%llu", (unsigned long long)edit->number);
        size_t behind = edit->place + edit->count;
        buf_put(&text, (struct str){node->text.at + behind, node->text.len - behind});
    } else if (calls(self, node)) {
        call_write(&text, node->text, edit->place);
    } else {
        buf_put(&text, node->text);
    }
    if (node->quoted)
        scenario_emit_quoted(self->out, buf_str(&text));
    else
        buf_put(self->out, buf_str(&text));
    self->out->failed = self->out->failed || text.failed;
    buf_deinit(&text);
}

static void pair_write(struct writer *self, const struct yaml_node *key, uint32_t indent) {
    spaces(self->out, indent);
    scalar_write(self, key);
    buf_put_char(self->out, ':');
    bool inside = self->inside;
    self->inside = inside || key->value == self->edit->with || self->edit->with == NULL;
    value_write(self, key->value, indent + 2);
    self->inside = inside;
}

static void item_write(struct writer *self, const struct yaml_node *item, uint32_t indent) {
    spaces(self->out, indent);
    buf_put_char(self->out, '-');
    value_write(self, item, indent + 2);
}

static uint32_t items_write(struct writer *self, const struct yaml_node *first, uint32_t indent);

/* What the case waits for, as a step of its own, and then what it does. */
static uint32_t case_write(struct writer *self, const struct yaml_node *one, uint32_t indent) {
    uint32_t written = 0;
    const struct yaml_node *does = NULL;
    if (one->what != YAML_MAPPING || one->first == NULL) return 0;
    if (scenario_yaml_is(one->first, "default")) {
        does = one->first->value;
    } else {
        spaces(self->out, indent);
        buf_put_char(self->out, '-');
        buf_put_char(self->out, '\n');
        written++;
        for (const struct yaml_node *key = one->first; key != NULL; key = key->next) {
            if (scenario_yaml_is(key, "do")) {
                does = key->value;
            } else if (scenario_yaml_is(key, "after")) {
                spaces(self->out, indent + 2);
                buf_put(self->out, STR("sleep:"));
                value_write(self, key->value, indent + 4);
            } else {
                pair_write(self, key, indent + 2);
            }
        }
    }
    return written + (does != NULL && does->what == YAML_SEQUENCE ? items_write(self, does->first, indent) : 0);
}

static uint32_t items_write(struct writer *self, const struct yaml_node *first, uint32_t indent) {
    const struct edit *edit = self->edit;
    uint32_t written = 0;
    for (const struct yaml_node *item = first; item != NULL; item = item->next) {
        if (item_goes(self, item)) continue;
        if (edit->what == EDIT_INLINE && edit->at == item) {
            written += items_write(self, edit->with->first, indent);
        } else if (edit->what == EDIT_CASE && edit->at == item) {
            written += case_write(self, edit->with, indent);
        } else {
            item_write(self, item, indent);
            written++;
        }
    }
    return written;
}

/* Behind "key:" or "-", up to the end of a line. */
static void value_write(struct writer *self, const struct yaml_node *node, uint32_t indent) {
    size_t before = self->out->len;
    if (node->what == YAML_SCALAR) {
        buf_put_char(self->out, ' ');
        scalar_write(self, node);
        buf_put_char(self->out, '\n');
        return;
    }
    uint32_t written = 0;
    buf_put_char(self->out, '\n');
    if (node->what == YAML_SEQUENCE) {
        written = items_write(self, node->first, indent);
    } else {
        for (const struct yaml_node *key = node->first; key != NULL; key = key->next) {
            bool goes = self->edit->what == EDIT_KEY && self->edit->at == key;
            if (goes || (key->value->what == YAML_SCALAR && entry_goes(self, key))) continue;
            pair_write(self, key, indent);
            written++;
        }
    }
    if (written > 0) return;
    if (!self->out->failed) self->out->len = before;
    buf_put(self->out, node->what == YAML_SEQUENCE ? STR(" []\n") : STR(" {}\n"));
}

void scenario_edit_write(struct buf *out, const struct yaml_node *root, const struct edit *edit) {
    struct writer writer = {.out = out, .edit = edit, .inside = edit->with == NULL};
    ASSERT(root->what == YAML_MAPPING);
    for (const struct yaml_node *key = root->first; key != NULL; key = key->next) {
        if (edit->what == EDIT_KEY && edit->at == key) continue;
        pair_write(&writer, key, 0);
    }
}
