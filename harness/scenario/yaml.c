/* SPDX-License-Identifier: MIT */
/* yaml.c — libyaml's events, bounded as they arrive, into a tree. */
#include "scenario/yaml.h"

#include <yaml.h>

#include "scenario/load.h"

struct reader {
    struct mem_arena *arena;
    struct scenario_problems *problems;
    struct yaml_node *stack[LIMIT_YAML_DEPTH];
    struct yaml_node *last[LIMIT_YAML_DEPTH]; /* newest child */
    struct yaml_node *key[LIMIT_YAML_DEPTH];  /* key waiting for its value */
    uint32_t depth, events;
    uint32_t flow; /* of these levels, how many are { } or [ ]; they hold no others */
    struct yaml_node *root;
};

bool scenario_yaml_is(const struct yaml_node *scalar, const char *text) {
    return scalar != NULL && scalar->what == YAML_SCALAR && str_equal(scalar->text, str_of(text));
}

struct yaml_node *scenario_yaml_get(const struct yaml_node *mapping, const char *key) {
    if (mapping == NULL || mapping->what != YAML_MAPPING) return NULL;
    for (struct yaml_node *at = mapping->first; at != NULL; at = at->next)
        if (scenario_yaml_is(at, key)) return at->value;
    return NULL;
}

/* Where a byte offset is, counted as libyaml does: lines and code points, from 1. */
static void locate(struct str bytes, size_t offset, uint32_t *line, uint32_t *column) {
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < bytes.len; i++) {
        if (bytes.at[i] == '\n')
            ++*line, *column = 1;
        else if (((unsigned char)bytes.at[i] & 0xC0) != 0x80)
            ++*column;
    }
}

/* libyaml takes it for a character like others. */
static bool is_tab(struct str bytes, uint32_t line, uint32_t column) {
    size_t at = 0;
    for (; line > 1 && at < bytes.len; at++) line -= bytes.at[at] == '\n';
    return column <= bytes.len - at && bytes.at[at + column - 1] == '\t';
}

static void parser_problem(struct reader *reader, const yaml_parser_t *parser, struct str bytes) {
    uint32_t line = (uint32_t)parser->problem_mark.line + 1, column = (uint32_t)parser->problem_mark.column + 1;
    if (parser->error == YAML_READER_ERROR) /* the mark stays at 1:1 */
        locate(bytes, parser->problem_offset, &line, &column);
    const char *problem = parser->problem == NULL ? "this is not YAML" : parser->problem;
    if (is_tab(bytes, line, column)) {
        scenario_problem(reader->problems, line, column, "this is a tab; YAML is indented with spaces");
    } else if (parser->context != NULL) {
        scenario_problem(reader->problems, line, column, "%s, %s that starts in line %lu", problem, parser->context,
                         (unsigned long)parser->context_mark.line + 1);
        scenario_problem_note(reader->problems, (uint32_t)parser->context_mark.line + 1,
                              (uint32_t)parser->context_mark.column + 1, "it starts here");
    } else
        scenario_problem(reader->problems, line, column, "%s", problem);
}

static struct yaml_node *node_make(struct reader *reader, enum yaml_what what, const yaml_event_t *event) {
    struct yaml_node *node = mem_arena_take(reader->arena, sizeof *node);
    if (node == NULL) return NULL;
    node->what = what;
    node->text = STR("");
    node->braced = reader->flow > 0;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    return node;
}

static bool duplicate(struct reader *reader, const struct yaml_node *mapping, const struct yaml_node *key) {
    for (const struct yaml_node *at = mapping->first; at != NULL; at = at->next) {
        if (at == key || at->what != YAML_SCALAR || !str_equal(at->text, key->text)) continue;
        scenario_problem(reader->problems, key->line, key->column,
                         "the key \"%.*s\" stands here twice; the first is in line %u", SHOWN(key->text), at->line);
        scenario_problem_note(reader->problems, at->line, at->column, "the first is here");
        return true;
    }
    return false;
}

/* Hangs a finished or just opened node where it belongs. */
static void attach(struct reader *reader, struct yaml_node *node) {
    if (reader->depth == 0) {
        reader->root = node;
        return;
    }
    uint32_t top = reader->depth - 1;
    struct yaml_node *parent = reader->stack[top];
    if (parent->what == YAML_MAPPING && reader->key[top] != NULL) {
        reader->key[top]->value = node;
        reader->key[top] = NULL;
        return;
    }
    if (reader->last[top] == NULL)
        parent->first = node;
    else
        reader->last[top]->next = node;
    reader->last[top] = node;
    parent->count++;
    if (parent->what != YAML_MAPPING) return;
    reader->key[top] = node;
    if (parent->count > LIMIT_NAMES) /* looking for duplicates is quadratic, and no scenario needs as many */
        scenario_problem(reader->problems, node->line, node->column, "more than %u keys in one mapping", LIMIT_NAMES);
    else if (node->what != YAML_SCALAR)
        scenario_problem(reader->problems, node->line, node->column, "a key must be a plain word");
    else
        (void)duplicate(reader, parent, node);
}

static enum status open_node(struct reader *reader, enum yaml_what what, const yaml_event_t *event) {
    struct yaml_node *node = node_make(reader, what, event);
    if (node == NULL) return ERR_NOMEM;
    attach(reader, node);
    if (reader->depth == LIMIT_YAML_DEPTH) {
        scenario_problem(reader->problems, node->line, node->column, "nested deeper than %u levels", LIMIT_YAML_DEPTH);
        return ERR_INPUT;
    }
    bool flow = what == YAML_SEQUENCE ? event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
                                      : event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    reader->flow += reader->flow > 0 || flow;
    reader->stack[reader->depth] = node;
    reader->last[reader->depth] = reader->key[reader->depth] = NULL;
    reader->depth++;
    return OK;
}

static enum status refuse(struct reader *reader, const yaml_event_t *event, const char *what) {
    scenario_problem(reader->problems, (uint32_t)event->start_mark.line + 1, (uint32_t)event->start_mark.column + 1,
                     "%s", what);
    return ERR_INPUT;
}

static bool tagged(const yaml_event_t *event) {
    const yaml_char_t *tag = NULL, *anchor = NULL;
    if (event->type == YAML_SCALAR_EVENT) tag = event->data.scalar.tag, anchor = event->data.scalar.anchor;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        tag = event->data.sequence_start.tag, anchor = event->data.sequence_start.anchor;
    if (event->type == YAML_MAPPING_START_EVENT)
        tag = event->data.mapping_start.tag, anchor = event->data.mapping_start.anchor;
    return tag != NULL || anchor != NULL;
}

static enum status take_event(struct reader *reader, const yaml_event_t *event) {
    if (tagged(event))
        return refuse(reader, event, "anchors and tags have no meaning in a scenario; write the value out");
    switch (event->type) {
    case YAML_ALIAS_EVENT: return refuse(reader, event, "aliases have no meaning in a scenario; write the value out");
    case YAML_DOCUMENT_START_EVENT:
        return reader->root == NULL ? OK : refuse(reader, event, "a second document; a scenario file holds one");
    case YAML_SEQUENCE_START_EVENT: return open_node(reader, YAML_SEQUENCE, event);
    case YAML_MAPPING_START_EVENT: return open_node(reader, YAML_MAPPING, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        reader->depth--;
        if (reader->flow > 0) reader->flow--;
        return OK;
    case YAML_SCALAR_EVENT: {
        struct yaml_node *node = node_make(reader, YAML_SCALAR, event);
        struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
        if (node == NULL || !mem_arena_copy(reader->arena, text, &node->text)) return ERR_NOMEM;
        node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        if (memchr(text.at, 0, text.len) != NULL) return refuse(reader, event, "a NUL character");
        attach(reader, node);
        return OK;
    }
    default: return OK;
    }
}

/* Directives mean nothing here, and libyaml compares each with all before it, ahead of the first event. */
static bool directive_refused(struct str bytes, struct scenario_problems *problems) {
    uint32_t line = 1;
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.at[i] == '%' && (i == 0 || bytes.at[i - 1] == '\n' || bytes.at[i - 1] == '\r')) {
            scenario_problem(problems, line, 1,
                             "a line that starts with %% is a directive of YAML; a scenario has none");
            return true;
        }
        line += bytes.at[i] == '\n';
    }
    return false;
}

enum status scenario_yaml_read(struct mem_arena *arena, struct str bytes, struct scenario_problems *problems,
                               struct yaml_node **root) {
    struct reader reader = {.arena = arena, .problems = problems};
    yaml_parser_t parser;
    if (directive_refused(bytes, problems)) return ERR_INPUT;
    if (yaml_parser_initialize(&parser) == 0) return ERR_NOMEM;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.at, bytes.len);
    enum status status = OK;
    bool done = false;
    while (status == OK && !done && problems->count < LIMIT_PROBLEMS) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            status = parser.error == YAML_MEMORY_ERROR ? ERR_NOMEM : ERR_INPUT;
            if (status == ERR_INPUT) parser_problem(&reader, &parser, bytes);
            break;
        }
        if (++reader.events > LIMIT_YAML_EVENTS)
            status = refuse(&reader, &event, "more than 100000 YAML events");
        else
            status = take_event(&reader, &event);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (status == OK && problems->count > 0) status = ERR_INPUT;
    *root = status == OK ? reader.root : NULL;
    return status;
}
