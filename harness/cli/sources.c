/* SPDX-License-Identifier: MIT */
/* sources.c — paths become scenarios. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "explore/token.h"

#define FOLDER_DEPTH_MAX 16
#define LINE_SHOWN 200u /* of the line a problem is in */

bool cli_write(int fd, struct str bytes) {
    for (size_t done = 0; done < bytes.len;) {
        ssize_t wrote = write(fd, bytes.at + done, bytes.len - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        done += (size_t)wrote;
    }
    return true;
}

/* The length of the character of UTF-8 at the start of `bytes`, or 0 where there is none that a terminal may have. */
static size_t character(struct str bytes) {
    const unsigned char *at = (const unsigned char *)bytes.at;
    if (at[0] < 0x80) return at[0] >= 0x20 && at[0] != 0x7F;
    size_t len = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || bytes.len < len || (at[0] == 0xC2 && at[1] < 0xA0))
        return 0; /* C1 are controls, too */
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    return len;
}

void cli_plain_print(FILE *to, struct str bytes) {
    for (size_t i = 0; i < bytes.len;) {
        size_t len = character((struct str){bytes.at + i, bytes.len - i});
        if (len == 0)
            (void)fputc(bytes.at[i] == '\t' ? ' ' : '?', to);
        else
            (void)fwrite(bytes.at + i, 1, len, to);
        i += len == 0 ? 1 : len;
    }
}

void cli_plain_lines(FILE *to, struct str bytes) {
    for (const char *end; bytes.len > 0; bytes.len -= (size_t)(end - bytes.at), bytes.at = end) {
        const char *line_end = memchr(bytes.at, '\n', bytes.len);
        end = line_end == NULL ? bytes.at + bytes.len : line_end + 1;
        cli_plain_print(to, (struct str){bytes.at, (size_t)(end - bytes.at) - (line_end != NULL)});
        if (line_end != NULL) (void)fputc('\n', to);
    }
}

void cli_problem_print(FILE *to, const char *severity, const struct diag *diag, struct str bytes) {
    cli_plain_print(to, str_of(diag->origin));
    if (diag->line > 0) (void)fprintf(to, ":%u:%u", diag->line, diag->column);
    (void)fprintf(to, ": %s: ", severity);
    cli_plain_print(to, str_of(diag->text));
    (void)fputc('\n', to);
    if (diag->line == 0) return;
    size_t start = 0;
    for (uint32_t line = 1; line < diag->line && start < bytes.len; start++) line += bytes.at[start] == '\n';
    size_t end = start;
    while (end < bytes.len && bytes.at[end] != '\n' && bytes.at[end] != '\r' && end - start < LINE_SHOWN) end++;
    if (end == start) return;
    (void)fprintf(to, "%5u | ", diag->line);
    cli_plain_print(to, (struct str){bytes.at + start, end - start});
    if (diag->column > 0 && diag->column <= LINE_SHOWN) (void)fprintf(to, "\n      | %*s^", (int)diag->column - 1, "");
    (void)fputc('\n', to);
}

void cli_load_problem_print(FILE *to, const struct scenario_problems *problems, uint32_t index, struct str bytes) {
    const struct scenario_note *note = &problems->notes[index];
    ASSERT(index < problems->count);
    cli_problem_print(to, "error", &problems->at[index], bytes);
    if (note->line == 0) return;
    struct diag diag = problems->at[index];
    diag.line = note->line;
    diag.column = note->column;
    (void)snprintf(diag.text, sizeof diag.text, "%s", note->text);
    cli_problem_print(to, "note", &diag, bytes);
}

static bool complain(struct sources *sources, const char *path, const char *what) {
    cli_plain_print(stderr, str_of(path));
    (void)fprintf(stderr, ": error: %s\n", what);
    sources->failed = true;
    return false;
}

/* At most one byte over the limit, so that a huge file costs no more than a large one. */
static bool file_read(struct sources *sources, const char *path, struct str *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return complain(sources, path, strerror(errno));
    size_t capacity = LIMIT_SCENARIO_BYTES + 1, len = 0;
    char *at = mem_new(mem_system(), 1, capacity);
    ssize_t got = at == NULL ? -1 : 1;
    while (at != NULL && len < capacity && (got = read(fd, at + len, capacity - len)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) break;
        len += (size_t)got;
    }
    int why = errno;
    (void)close(fd);
    if (at == NULL) return complain(sources, path, "not enough memory to read it");
    if (got < 0) {
        mem_free(mem_system(), at, capacity);
        return complain(sources, path, strerror(why));
    }
    *out = (struct str){at, len};
    return true;
}

bool cli_file_read(const char *path, struct str *out) {
    struct sources nobody = {0};
    return file_read(&nobody, path, out);
}

static void file_add(struct sources *sources, const char *path) {
    struct str bytes = {0};
    static struct scenario_problems problems; /* 10 KiB, and the loader is not re-entered */
    if (!file_read(sources, path, &bytes)) return;
    if (sources->visit != NULL) {
        sources->count++;
        sources->visit(sources->context, path, bytes);
        mem_free(mem_system(), (void *)(uintptr_t)bytes.at, LIMIT_SCENARIO_BYTES + 1);
        return;
    }
    if (sources->count == sources->capacity) {
        uint32_t capacity = sources->capacity == 0 ? 64 : sources->capacity * 2;
        struct source *at = mem_grow(mem_system(), sources->at, sources->capacity * sizeof *at, capacity * sizeof *at);
        if (at == NULL) {
            mem_free(mem_system(), (void *)(uintptr_t)bytes.at, LIMIT_SCENARIO_BYTES + 1);
            (void)complain(sources, path, "not enough memory to load it");
            return;
        }
        sources->at = at;
        sources->capacity = capacity;
    }
    struct source source = {.path_size = strlen(path) + 1};
    char *exact = mem_new(mem_system(), 1, bytes.len + 1);
    source.path = mem_new(mem_system(), 1, source.path_size);
    if (exact != NULL && source.path != NULL) {
        memcpy(exact, bytes.at, bytes.len);
        memcpy(source.path, path, source.path_size);
        source.bytes = (struct str){exact, bytes.len};
        if (scenario_load(mem_system(), &source.scenario, str_of(path), source.bytes, &problems) != OK) {
            sources->failed = true;
            for (uint32_t i = 0; i < problems.count; i++) cli_load_problem_print(stderr, &problems, i, source.bytes);
            if (problems.lost > 0) (void)fprintf(stderr, "%s: and %u more\n", path, problems.lost);
        }
    }
    mem_free(mem_system(), (void *)(uintptr_t)bytes.at, LIMIT_SCENARIO_BYTES + 1);
    if (source.scenario != NULL) {
        sources->at[sources->count++] = source;
        return;
    }
    mem_free(mem_system(), exact, bytes.len + 1);
    mem_free(mem_system(), source.path, source.path_size);
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

struct entry {
    struct entry *next;
    struct str name; /* NUL-terminated */
};

static void path_add(struct sources *sources, const char *path, int depth);

/* The visible entries of a folder in bytewise order: readdir's order is the file system's own. */
static bool folder_read(const char *path, struct mem_arena *arena, struct entry **first) {
    DIR *dir = opendir(path);
    if (dir == NULL) return false;
    bool good = true;
    for (const struct dirent *found; good && (found = readdir(dir)) != NULL;) {
        if (found->d_name[0] == '.') continue;
        struct entry *entry = mem_arena_take(arena, sizeof *entry), **at = first;
        good = entry != NULL && mem_arena_copy(arena, str_of(found->d_name), &entry->name);
        if (!good) break;
        while (*at != NULL && str_compare((*at)->name, entry->name) < 0) at = &(*at)->next;
        entry->next = *at;
        *at = entry;
    }
    (void)closedir(dir);
    return good;
}

static void folder_add(struct sources *sources, const char *path, int depth) {
    struct mem_arena arena;
    struct entry *first = NULL;
    mem_arena_init(&arena, mem_system(), (size_t)64 << 20);
    if (!folder_read(path, &arena, &first)) (void)complain(sources, path, "this folder cannot be read");
    for (const struct entry *entry = first; entry != NULL; entry = entry->next) {
        char inner[4096];
        struct stat how;
        int len = snprintf(inner, sizeof inner, "%s%s%s", path, ends_with(path, "/") ? "" : "/", entry->name.at);
        if (len < 0 || (size_t)len >= sizeof inner) continue;
        bool there = stat(inner, &how) == 0, folder = there && S_ISDIR(how.st_mode);
        if (there && !folder && !S_ISREG(how.st_mode)) continue; /* a pipe would wait for somebody to write */
        if (folder ? depth < FOLDER_DEPTH_MAX : ends_with(inner, ".yaml") || ends_with(inner, ".yml"))
            path_add(sources, inner, depth + 1);
    }
    mem_arena_deinit(&arena);
}

static void path_add(struct sources *sources, const char *path, int depth) {
    struct stat how;
    int why = stat(path, &how) == 0 ? 0 : errno;
    if (why == ENOENT && strcmp(path, "scenarios") == 0)
        (void)complain(sources, path,
                       "there is no such folder here, and ebb looks there when no file or folder is named");
    else if (why != 0)
        (void)complain(sources, path, strerror(why));
    else if (S_ISDIR(how.st_mode))
        folder_add(sources, path, depth);
    else if (S_ISREG(how.st_mode) || S_ISFIFO(how.st_mode))
        file_add(sources, path);
    else
        (void)complain(sources, path, "neither a file nor a folder");
}

static void paths_add(struct sources *sources, const char *const *paths, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t before = sources->count;
        bool failed = sources->failed;
        path_add(sources, paths[i], 0);
        if (sources->count == before && sources->failed == failed)
            (void)complain(sources, paths[i], "there is no scenario (*.yaml) in this folder");
    }
}

void cli_sources_load(struct sources *sources, const char *const *paths, uint32_t count) {
    *sources = (struct sources){0};
    paths_add(sources, paths, count);
}

bool cli_sources_visit(const char *const *paths, uint32_t count,
                       void (*visit)(void *context, const char *path, struct str bytes), void *context) {
    struct sources sources = {.visit = visit, .context = context};
    paths_add(&sources, paths, count);
    ASSERT(sources.at == NULL); /* nothing was loaded */
    return !sources.failed;
}

void cli_sources_free(struct sources *sources) {
    for (uint32_t i = 0; i < sources->count; i++) {
        struct source *source = &sources->at[i];
        scenario_free(source->scenario);
        mem_free(mem_system(), (void *)(uintptr_t)source->bytes.at, source->bytes.len + 1);
        mem_free(mem_system(), source->path, source->path_size);
    }
    mem_free(mem_system(), sources->at, sources->capacity * sizeof *sources->at);
    *sources = (struct sources){0};
}

struct str cli_source_name(const struct source *source) {
    const char *slash = strrchr(source->path, '/'), *name = slash == NULL ? source->path : slash + 1;
    const char *dot = strrchr(name, '.');
    return (struct str){name, dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name)};
}

const struct source *cli_token_source(struct sources *sources, const char *const *paths, uint32_t count,
                                      const struct token *token) {
    static const char *const everything[] = {"scenarios"};
    cli_sources_load(sources, count > 0 ? paths : everything, count > 0 ? count : 1);
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct source *source = &sources->at[i];
        if (explore_token_key(source->bytes) != token->scenario) continue;
        uint32_t variants = scenario_variant_count(source->scenario);
        if (token->variant < variants + scenario_range_count(source->scenario)) return source;
        (void)fprintf(stderr, "%s: error: the token means variant %u, and there are %u\n", source->path,
                      token->variant + 1, variants);
        return NULL;
    }
    (void)fprintf(
        stderr,
        "ebb: no scenario of %s is the one this token was made from; it may have been edited since: a .sched file "
        "can be followed all the same, a token cannot\n",
        count > 0 ? "these paths" : "scenarios/");
    return NULL;
}
