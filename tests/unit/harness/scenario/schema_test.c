/* SPDX-License-Identifier: MIT */
/* schema_test.c — the schema hangs together: what is referred to is defined, once; and each key of the tables is one the
 * loader knows. What it means for files is in tests/property/schema_agrees.c. */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/mem.h"
#include "scenario/keys.h"
#include "scenario/schema.h"

#define TEXTS_MAX 4096u

struct listener {
    struct scenario_schema_writer writer; /* first member */
    char definitions[64][40], refs[TEXTS_MAX][48];
    uint32_t definition_count, ref_count, depth, defs_at, open_count, close_count;
};
static struct listener *listener_of(struct scenario_schema_writer *writer) {
    return BASE_OWNER(writer, struct listener, writer);
}

static void on_open(struct scenario_schema_writer *writer, const char *key, char bracket) {
    struct listener *self = listener_of(writer);
    CU_ASSERT(bracket == '{' || bracket == '[');
    if (self->defs_at > 0 && self->depth == self->defs_at)
        (void)snprintf(self->definitions[self->definition_count++], 40, "%s", key);
    self->depth++;
    self->open_count++;
    if (key != NULL && strcmp(key, "$defs") == 0) self->defs_at = self->depth;
}

static void on_close(struct scenario_schema_writer *writer, char bracket) {
    struct listener *self = listener_of(writer);
    CU_ASSERT(bracket == '}' || bracket == ']');
    CU_ASSERT_FATAL(self->depth > 0);
    self->depth--;
    self->close_count++;
    if (self->depth < self->defs_at) self->defs_at = 0;
}

static void on_text(struct scenario_schema_writer *writer, const char *key, struct str text) {
    struct listener *self = listener_of(writer);
    if (key == NULL || strcmp(key, "$ref") != 0) return;
    CU_ASSERT_FATAL(self->ref_count < TEXTS_MAX);
    (void)snprintf(self->refs[self->ref_count++], 48, "%.*s", (int)text.len, text.at);
}

static void on_number(struct scenario_schema_writer *writer, const char *key, int64_t number) {
    (void)writer, (void)key, (void)number;
}
static void on_boolean(struct scenario_schema_writer *writer, const char *key, bool yes) {
    (void)writer, (void)key, (void)yes;
}

static void references(void) {
    static struct listener self;
    self = (struct listener){.writer = {on_open, on_close, on_text, on_number, on_boolean}};
    CU_ASSERT_EQUAL(scenario_schema(&self.writer, mem_system()), OK);
    CU_ASSERT_EQUAL(self.depth, 0);
    CU_ASSERT_EQUAL(self.open_count, self.close_count);
    CU_ASSERT_TRUE(self.definition_count > 20 && self.ref_count > 100);
    for (uint32_t i = 0; i < self.definition_count; i++) {
        uint32_t used = 0;
        for (uint32_t other = 0; other < i; other++)
            CU_ASSERT_STRING_NOT_EQUAL(self.definitions[i], self.definitions[other]);
        for (uint32_t ref = 0; ref < self.ref_count; ref++)
            used += strcmp(self.refs[ref] + strlen("#/$defs/"), self.definitions[i]) == 0;
        if (used == 0) fprintf(stderr, "nobody refers to %s\n", self.definitions[i]);
        CU_ASSERT_TRUE(used > 0);
    }
    for (uint32_t ref = 0; ref < self.ref_count; ref++) {
        bool found = false;
        for (uint32_t i = 0; i < self.definition_count; i++)
            found = found || strcmp(self.refs[ref] + strlen("#/$defs/"), self.definitions[i]) == 0;
        if (!found) fprintf(stderr, "nothing is defined as %s\n", self.refs[ref]);
        CU_ASSERT_TRUE(found);
    }
}

static void memory(void) {
    static struct listener self;
    struct mem_probe probe;
    self = (struct listener){.writer = {on_open, on_close, on_text, on_number, on_boolean}};
    mem_probe_init(&probe, mem_system());
    probe.fail_at = 1;
    CU_ASSERT_EQUAL(scenario_schema(&self.writer, &probe.mem), ERR_NOMEM);
    CU_ASSERT_EQUAL(probe.blocks, 0);
}

static void keys(void) {
    for (uint32_t table = 0; table < KEY_TABLE_COUNT; table++) {
        CU_ASSERT_PTR_NOT_NULL(scenario_key_at((enum key_table)table, 0));
        for (uint32_t i = 0; scenario_key_at((enum key_table)table, i) != NULL; i++) {
            const struct key *key = scenario_key_at((enum key_table)table, i);
            CU_ASSERT_TRUE(scenario_key_known((enum key_table)table, str_of(key->name)));
            CU_ASSERT_TRUE(key->about[strlen(key->about) - 1] == '.');
        }
        CU_ASSERT_FALSE(scenario_key_known((enum key_table)table, STR("nonesuch")));
    }
}

/* Every finding, and every rule of `watch`, has a sentence. */
static void page(void) {
    struct buf out;
    buf_init(&out, mem_system());
    scenario_operations(&out);
    buf_put_char(&out, 0);
    CU_ASSERT_EQUAL(buf_status(&out), OK);
    CU_ASSERT_PTR_NULL(strstr(out.at, "|  |\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, "| `blocked` | The coroutine can never run again. |"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.at, "| `put` | `key` any, `value` any? |  |"));
    buf_deinit(&out);
}

CU_TestInfo schema_tests[] = {
    {"references", references}, {"memory", memory}, {"keys", keys}, {"page", page}, CU_TEST_INFO_NULL};
