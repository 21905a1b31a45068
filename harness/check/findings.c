/* SPDX-License-Identifier: MIT */
/* findings.c — the array of findings: alike ones are counted together, and reports see them in one order. */
#include "base/hash.h"
#include "check/look.h"

/* --- names -------------------------------------------------------------------------------------------------------- */

/* How many bytes of a name fit: never half a character, since reports are valid UTF-8 when labels are. */
static size_t name_fits(const char *from, size_t len) {
    if (len < CHECK_NAME_BYTES) return len;
    len = CHECK_NAME_BYTES - 1;
    while (len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80) len--;
    return len;
}

void check_name_set(char to[CHECK_NAME_BYTES], const char *from) {
    struct str name = str_of(from);
    size_t len = name_fits(name.at, name.len);
    ASSERT(len < CHECK_NAME_BYTES);
    memcpy(to, name.at, len);
    to[len] = '\0';
}

/* --- births ------------------------------------------------------------------------------------------------------- */

void check_birth_set(struct check_finding *finding, const struct census_node *node) {
    ASSERT(node->birth.serial > 0); /* it is, or was, in the ledger */
    finding->serial = node->birth.serial;
    check_name_set(finding->born.by, node->birth.by);
    finding->born.line = node->birth.line;
    finding->born.time_ns = node->birth.time_ns;
}

/* --- alike -------------------------------------------------------------------------------------------------------- */

/* Names joined by zero bytes, so that no two lists of names give the same bytes. */
static uint64_t signature_of(const struct check_finding *finding) {
    const char *names[] = {check_kind_name(finding->kind), finding->object, finding->operation, finding->on};
    char bytes[BASE_COUNT(names) * CHECK_NAME_BYTES];
    size_t len = 0;
    for (size_t i = 0; i < BASE_COUNT(names); i++) {
        size_t name_len = strlen(names[i]);
        ASSERT(name_len < CHECK_NAME_BYTES);
        memcpy(bytes + len, names[i], name_len);
        len += name_len;
        bytes[len++] = '\0';
    }
    return hash_bytes((struct str){bytes, len}, 0);
}

static size_t index_start(const struct check_index *index, uint64_t signature, uint32_t line) {
    return (size_t)hash_mix(signature, line) & (index->size - 1);
}

static void index_put(struct check_index *index, const struct check_finding *finding, uint32_t place) {
    size_t at = index_start(index, finding->signature, finding->line);
    while (index->slots[at] != 0) at = (at + 1) & (index->size - 1);
    index->slots[at] = place + 1;
}

/* Fewer findings than this are found as fast by looking at each; most runs have fewer. */
#define INDEX_PAYS_FROM 32u

static bool index_ready(struct check_findings *findings) {
    struct check_index *index = findings->index;
    if (index == NULL || index->refused || findings->count < INDEX_PAYS_FROM) return false;
    if (index->slots != NULL) return true;
    size_t size = INDEX_PAYS_FROM;
    while (size / 2 < findings->capacity) size *= 2; /* half empty, so that a search ends soon */
    index->slots = mem_new(mem_system(), size, sizeof *index->slots);
    index->size = size;
    index->refused = index->slots == NULL;
    if (index->refused) return false;
    for (uint32_t i = 0; i < findings->count; i++) index_put(index, &findings->at[i], i);
    return true;
}

void check_index_deinit(struct check_index *index) {
    mem_free(mem_system(), index->slots, index->size * sizeof *index->slots);
    index->slots = NULL;
}

static bool is_alike(const struct check_finding *a, const struct check_finding *b) {
    return a->signature == b->signature && a->line == b->line && a->kind == b->kind && a->period == b->period;
}

static struct check_finding *alike(struct check_findings *findings, const struct check_finding *wanted) {
    if (!index_ready(findings)) {
        for (uint32_t i = 0; i < findings->count; i++)
            if (is_alike(&findings->at[i], wanted)) return &findings->at[i];
        return NULL;
    }
    const struct check_index *index = findings->index;
    size_t at = index_start(index, wanted->signature, wanted->line);
    for (; index->slots[at] != 0; at = (at + 1) & (index->size - 1)) {
        struct check_finding *finding = &findings->at[index->slots[at] - 1];
        if (is_alike(finding, wanted)) return finding;
    }
    return NULL;
}

/* The place of a finding that is new, or NULL. */
static struct check_finding *add(struct check_findings *findings, const struct check_finding *finding) {
    ASSERT(finding->count > 0 && finding->kind < CHECK_KIND_COUNT);
    ASSERT(findings->count <= findings->capacity);
    struct check_finding key = {
        .kind = finding->kind, .line = finding->line, .period = finding->period, .signature = signature_of(finding)};
    struct check_finding *known = alike(findings, &key);
    if (known != NULL) {
        known->count += finding->count;
        known->used_bytes += finding->used_bytes;
        known->held_bytes += finding->held_bytes;
        return NULL;
    }
    if (findings->count == findings->capacity) {
        findings->lost += findings->lost < UINT32_MAX;
        return NULL;
    }
    struct check_finding *added = &findings->at[findings->count];
    *added = *finding;
    added->signature = key.signature;
    if (findings->index != NULL && findings->index->slots != NULL) index_put(findings->index, added, findings->count);
    findings->count++;
    return added;
}

void check_add(struct check_findings *findings, const struct check_finding *finding) { (void)add(findings, finding); }

void check_add_object(struct check_findings *findings, const struct check_finding *finding, struct ebb_object *object) {
    struct check_finding *added = add(findings, finding);
    if (added != NULL) check_birth_set(added, &object->node);
}

/* --- order -------------------------------------------------------------------------------------------------------- */

static bool comes_before(const struct check_finding *a, const struct check_finding *b) {
    if (a->kind != b->kind) return a->kind < b->kind;
    int order = strcmp(a->object, b->object);
    if (order == 0) order = strcmp(a->operation, b->operation);
    if (order == 0) order = strcmp(a->on, b->on);
    if (order == 0 && a->line == b->line) return a->period < b->period;
    return order == 0 ? a->line < b->line : order < 0;
}

static void sift_down(struct check_finding *heap, uint32_t at, uint32_t count) {
    struct check_finding moved = heap[at];
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && comes_before(&heap[child], &heap[child + 1])) child++;
        if (!comes_before(&moved, &heap[child])) break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

/* Heapsort: no memory, no bad case. It need not be stable, as no two findings are equal in all that is compared. */
void check_findings_sort(struct check_findings *findings) {
    ASSERT(findings->index == NULL); /* which remembers places */
    ASSERT(findings->count <= findings->capacity && findings->count < UINT32_MAX / 2);
    for (uint32_t at = findings->count / 2; at-- > 0;) sift_down(findings->at, at, findings->count);
    for (uint32_t end = findings->count; end-- > 1;) {
        struct check_finding last = findings->at[end];
        findings->at[end] = findings->at[0];
        findings->at[0] = last;
        sift_down(findings->at, 0, end);
    }
}
