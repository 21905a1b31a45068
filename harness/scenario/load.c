/* SPDX-License-Identifier: MIT */
/* load.c — a file becomes a scenario: the top-level keys, in the order in which they need each other. */
#include "scenario/keys.h"

#include <stdarg.h>
#include <stdio.h>

/* Texts of the file get into messages, and nothing in a file may steer a terminal; a character cut in half goes. */
static void plain(char *text) {
    size_t len = strlen(text), start = len;
    for (unsigned char *at = (unsigned char *)text; *at != 0; at++)
        if (*at < 0x20 || *at == 0x7F || (*at == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0)) *at = '?';
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
    if (start == 0 || (unsigned char)text[start - 1] < 0xC0) return;
    unsigned char first = (unsigned char)text[start - 1];
    if (len - start < (first >= 0xF0 ? 3u : first >= 0xE0 ? 2u : 1u)) text[start - 1] = 0;
}

void scenario_problem(struct scenario_problems *problems, uint32_t line, uint32_t column, const char *format, ...) {
    if (problems->count == LIMIT_PROBLEMS) {
        problems->lost++;
        return;
    }
    problems->notes[problems->count] = (struct scenario_note){0};
    struct diag *diag = &problems->at[problems->count++];
    *diag = (struct diag){.line = line, .column = column};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(diag->text, sizeof diag->text, format, args);
    va_end(args);
    plain(diag->text);
}

void scenario_problem_note(struct scenario_problems *problems, uint32_t line, uint32_t column, const char *text) {
    if (problems->count == 0 || problems->lost > 0) return;
    problems->notes[problems->count - 1] = (struct scenario_note){line, column, text};
}

void scenario_load_problem(struct loader *loader, struct where where, const char *format, ...) {
    char text[sizeof(((struct diag *)0)->text)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    scenario_problem(loader->problems, where.line, where.column, "%s", text);
}

bool scenario_load_mapping(struct loader *loader, const struct yaml_node *node, const char *what) {
    if (node->what == YAML_MAPPING && node->count > 0) return true;
    scenario_load_problem(loader, scenario_load_where(node), "\"%s\" takes a mapping of names", what);
    return false;
}

/* --- procedures and phases -------------------------------------------------------------------------------------------- */

/* "worker(reply, n)" → a name, and the parameters as variables 0, 1 … of its scope. */
static bool proc_head(struct loader *loader, const struct yaml_node *key, struct routine *routine,
                      struct yaml_node *params) {
    struct str text = key->text;
    const char *open = memchr(text.at, '(', text.len);
    if (open != NULL && text.at[text.len - 1] != ')') {
        scenario_load_problem(loader, scenario_load_where(key), "a procedure is written name(a, b)");
        return false;
    }
    struct str name = {text.at, open == NULL ? text.len : (size_t)(open - text.at)};
    if (!scenario_load_name_ok(loader, name, scenario_load_where(key))) return false;
    if (!mem_arena_copy(loader->arena, name, &routine->name)) {
        loader->out_of_memory = true;
        return false;
    }
    *params = *key;
    params->text = open == NULL ? (struct str){"", 0} : (struct str){open + 1, text.len - name.len - 2};
    params->column += (uint32_t)name.len + 1;
    for (size_t i = 0; i < params->text.len; i++) routine->param_count += params->text.at[i] == ',';
    if (params->text.len > 0) routine->param_count++;
    return true; /* an empty place between two commas is no name, which is told when they are declared */
}

static bool params_declare(struct loader *loader, const struct yaml_node *params) {
    const char *at = params->text.at, *end = at + params->text.len;
    struct routine *routine = loader->level->routine;
    routine->params = scenario_load_take(loader, (routine->param_count + 1) * sizeof(struct declared *));
    uint32_t count = 0;
    if (routine->params == NULL) return false;
    while (params->text.len > 0 && at <= end) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma == NULL ? end : comma;
        while (at < stop && *at == ' ') at++;
        const char *last = stop;
        while (last > at && last[-1] == ' ') last--;
        struct yaml_node one = *params;
        struct variable variable;
        one.column += (uint32_t)(at - params->text.at);
        if (!mem_arena_copy(loader->arena, (struct str){at, (size_t)(last - at)}, &one.text)) {
            loader->out_of_memory = true;
            return false;
        }
        if (!scenario_load_declare(loader, &one, &variable)) return false;
        variable.declared->how = DECLARED_ARGUMENT;
        routine->params[count++] = variable.declared;
        at = stop + 1;
    }
    return true;
}

bool scenario_load_routine(struct loader *loader, struct routine *routine, const struct yaml_node *params,
                           const struct yaml_node *body) {
    uint32_t next = 0, loops = loader->loops;
    struct name_level level = {.outer = loader->level,
                               .routine = routine,
                               .place_next = &next,
                               .place_peak = &routine->place_count,
                               .scope = true};
    loader->level = &level;
    loader->loops = 0;
    bool good = (params == NULL || params_declare(loader, params)) && scenario_load_block(loader, body, &routine->body);
    loader->level = level.outer;
    loader->loops = loops;
    return good;
}

struct proc_source {
    const struct yaml_node *body;
    struct yaml_node params;
};

/* Names first, so that procedures may call each other; `sources` keeps what the bodies need. */
static struct proc_source *procs_declare(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    if (node == NULL || !scenario_load_mapping(loader, node, "procs")) return NULL;
    struct proc_source *sources = scenario_load_take(loader, node->count * sizeof *sources);
    scenario->procs = scenario_load_take(loader, node->count * sizeof(struct routine *));
    if (sources == NULL || scenario->procs == NULL) return NULL;
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next) {
        struct routine *routine = scenario_load_take(loader, sizeof *routine);
        uint32_t number;
        if (routine == NULL) return NULL;
        routine->where = scenario_load_where(key);
        struct proc_source *source = &sources[scenario->proc_count];
        if (!proc_head(loader, key, routine, &source->params)) continue;
        if (scenario_load_proc(loader, routine->name, &number) != NULL) {
            scenario_load_problem(loader, routine->where, "a second procedure \"%s\"; the first is in line %u",
                                  routine->name.at, scenario->procs[number]->where.line);
            scenario_problem_note(loader->problems, scenario->procs[number]->where.line,
                                  scenario->procs[number]->where.column, "the first is here");
            continue;
        }
        source->body = key->value;
        routine->number = scenario->proc_count;
        scenario->procs[scenario->proc_count++] = routine;
    }
    return sources;
}

static void phase_load(struct loader *loader, const struct yaml_node *root, const char *key,
                       enum scenario_phase phase) {
    const struct yaml_node *body = scenario_yaml_get(root, key);
    if (body == NULL) return;
    struct routine *routine = scenario_load_take(loader, sizeof *routine);
    if (routine == NULL) return;
    *routine = (struct routine){.name = str_of(key), .where = scenario_load_where(body), .used = true};
    loader->in_cycle = phase == SCENARIO_CYCLE;
    (void)scenario_load_routine(loader, routine, NULL, body);
    loader->in_cycle = false;
    loader->scenario->phases[phase] = routine;
}

static void shared_load(struct loader *loader, const struct yaml_node *node) {
    struct scenario *scenario = loader->scenario;
    if (node == NULL || !scenario_load_mapping(loader, node, "shared")) return;
    scenario->shared = scenario_load_take(loader, node->count * sizeof *scenario->shared);
    if (scenario->shared == NULL) return;
    for (const struct yaml_node *name = node->first; name != NULL; name = name->next) {
        struct variable variable;
        loader->label = name->text.at;
        struct expr *value = scenario_load_expr(loader, name->value);
        loader->label = NULL;
        if (!scenario_load_declare(loader, name, &variable)) continue;
        variable.declared->how = DECLARED_SHARED;
        if (value == NULL) continue;
        scenario->shared[scenario->shared_count++] =
            (struct shared){name->text, scenario_load_where(name), value, variable.declared};
    }
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

static void top_check(struct loader *loader, const struct yaml_node *root) {
    scenario_key_check(loader, root, KEYS_TOP, false, "a scenario");
    const struct yaml_node *version = scenario_yaml_get(root, "ebb"), *about = scenario_yaml_get(root, "about");
    if (version == NULL)
        scenario_load_problem(loader, (struct where){1, 1},
                              "the first line of a scenario is \"ebb: 1\", the version of its language");
    else if (!scenario_yaml_is(version, "1"))
        scenario_load_problem(loader, scenario_load_where(version),
                              "this is ebb 1; it does not know this version of the language");
    if (about != NULL && about->what != YAML_SCALAR)
        scenario_load_problem(loader, scenario_load_where(about), "\"about\" takes a sentence");
    loader->scenario->about = about != NULL && about->what == YAML_SCALAR ? about->text : STR("");
    bool main = scenario_yaml_get(root, "main") != NULL, cycle = scenario_yaml_get(root, "cycle") != NULL;
    if (main == cycle)
        scenario_load_problem(loader, (struct where){root->line, root->column},
                              main ? "either \"main\" or \"cycle\", not both"
                                   : "nothing happens here: \"main\" (once) or \"cycle\" (pumped) is missing");
}

static void build(struct loader *loader, const struct yaml_node *root) {
    struct scenario *scenario = loader->scenario;
    uint32_t next = 0, peak = 0;
    struct name_level shared = {.place_next = &next, .place_peak = &peak, .scope = true};
    top_check(loader, root);
    scenario_load_params(loader, scenario_yaml_get(root, "params"));
    struct proc_source *sources = procs_declare(loader, scenario_yaml_get(root, "procs"));
    loader->level = &shared;
    shared_load(loader, scenario_yaml_get(root, "shared"));
    for (uint32_t i = 0; sources != NULL && i < scenario->proc_count; i++)
        (void)scenario_load_routine(loader, scenario->procs[i], &sources[i].params, sources[i].body);
    phase_load(loader, root, "setup", SCENARIO_SETUP);
    phase_load(loader, root, "main", SCENARIO_MAIN);
    phase_load(loader, root, "cycle", SCENARIO_CYCLE);
    phase_load(loader, root, "teardown", SCENARIO_TEARDOWN);
    scenario_load_variants(loader, scenario_yaml_get(root, "variants"));
    scenario_load_expects(loader, scenario_yaml_get(root, "expect"));
    scenario_load_pending(loader, scenario_yaml_get(root, "pending"));
    scenario_load_limits(loader, scenario_yaml_get(root, "limits"));
    scenario_load_stop(loader, scenario_yaml_get(root, "stop"));
    scenario_load_tags(loader, scenario_yaml_get(root, "tags"));
    scenario_load_watches(loader, scenario_yaml_get(root, "watch"));
    scenario_load_faults(loader, scenario_yaml_get(root, "faults"));
    scenario_load_range(loader);
}

void scenario_diag_origin(struct diag *diag, struct str origin) {
    size_t skip = origin.len >= sizeof diag->origin ? origin.len - sizeof diag->origin + 1 : 0;
    memcpy(diag->origin, origin.at + skip, origin.len - skip);
    diag->origin[origin.len - skip] = 0;
}

enum status scenario_load(struct mem *mem, struct scenario **out, struct str origin, struct str bytes,
                          struct scenario_problems *problems) {
    problems->count = problems->lost = 0;
    struct scenario *self = mem_new(mem, 1, sizeof *self);
    if (self == NULL) return ERR_NOMEM;
    self->mem = mem;
    mem_arena_init(&self->arena, mem, LIMIT_SCENARIO_ARENA);
    struct loader loader = {.scenario = self, .arena = &self->arena, .problems = problems};
    struct yaml_node *root = NULL;
    enum status status = OK;
    if (bytes.len > LIMIT_SCENARIO_BYTES) {
        scenario_problem(problems, 0, 0, "larger than 1 MiB: no scenario is");
        status = ERR_INPUT;
    }
    if (status == OK) status = scenario_yaml_read(&self->arena, bytes, problems, &root);
    if (status == OK && (root == NULL || root->what != YAML_MAPPING || root->first == NULL)) {
        scenario_problem(problems, root == NULL ? 1 : root->line, root == NULL ? 1 : root->column,
                         root == NULL ? "the file is empty" : "expected a mapping that starts with \"ebb: 1\"");
        status = ERR_INPUT;
    }
    if (status == OK) build(&loader, root);
    if (status == OK && loader.out_of_memory) status = ERR_NOMEM;
    if (status == OK && problems->count > 0) status = ERR_INPUT;
    if (status == ERR_NOMEM && problems->count == 0) scenario_problem(problems, 0, 0, "not enough memory to load it");
    for (uint32_t i = 0; i < problems->count; i++) scenario_diag_origin(&problems->at[i], origin);
    if (status != OK) {
        scenario_free(self);
        return status;
    }
    *out = self;
    return OK;
}

void scenario_free(struct scenario *scenario) {
    if (scenario == NULL) return;
    struct mem *mem = scenario->mem;
    mem_arena_deinit(&scenario->arena);
    mem_free(mem, scenario, sizeof *scenario);
}

struct str scenario_about(const struct scenario *scenario) {
    return scenario->about;
}
uint32_t scenario_variant_count(const struct scenario *scenario) { return scenario->variant_count; }

uint32_t scenario_row_count(const struct scenario *scenario) {
    return scenario->variant_count + (scenario->range_count > 0);
}

struct str scenario_variant_name(const struct scenario *scenario, uint32_t variant) {
    if (variant >= scenario->variant_count) return STR("range");
    return scenario->variants[variant].name;
}

uint32_t scenario_variant_find(const struct scenario *scenario, struct str name) {
    for (uint32_t i = 0; i < scenario->variant_count; i++)
        if (str_equal(scenario->variants[i].name, name)) return i;
    return UINT32_MAX;
}

const struct check_expect *scenario_expect(const struct scenario *scenario, uint32_t variant) {
    static const struct check_expect clean = {.how = CHECK_EXPECT_CLEAN};
    if (variant >= scenario->variant_count) return &clean;
    return &scenario->variants[variant].expect;
}

const struct scenario_limits *scenario_limits(const struct scenario *scenario) { return &scenario->limits; }

struct str scenario_pending(const struct scenario *scenario, uint32_t variant) {
    if (variant >= scenario->variant_count) return STR("");
    return scenario->variants[variant].pending;
}

uint32_t scenario_tag_count(const struct scenario *scenario) { return scenario->tag_count; }

struct str scenario_tag(const struct scenario *scenario, uint32_t index) {
    ASSERT(index < scenario->tag_count);
    return scenario->tags[index];
}
