/* SPDX-License-Identifier: MIT */
/* matches.c — do the findings equal what was expected? A row may fit several findings and a finding several rows, so
 * this is an assignment: each row in turn takes a finding, and where all that fit are taken, the rows that took them
 * move over, if they can (augmenting paths). */
#include "check/look.h"

#define NOBODY UINT32_MAX

/* Names of findings are cut; a longer name in a row means the same one. */
static bool name_fits(struct str wanted, const char name[CHECK_NAME_BYTES]) {
    if (wanted.len == 0) return true;
    struct str found = str_of(name);
    if (wanted.len < CHECK_NAME_BYTES) return str_equal(wanted, found);
    return found.len + 4 >= CHECK_NAME_BYTES && str_starts(wanted, found); /* a character has at most four bytes */
}

static bool fits(const struct check_expect_row *row, const struct check_finding *finding) {
    if (row->kind != finding->kind) return false;
    uint64_t most = row->count_max == 0 ? row->count : row->count_max;
    if (most != 0 && (finding->count < row->count || finding->count > most)) return false;
    if (!name_fits(row->operation, finding->operation) || !name_fits(row->on, finding->on)) return false;
    if (name_fits(row->object, finding->object)) return true;
    return row->kind == CHECK_PANIC && str_starts(str_of(finding->text), row->object);
}

/* Gives `row` a finding, moving others where that helps. Breadth first over rows: `from` is the row that wants the
 * finding, `taker` the row that has it. */
static bool assign(const struct check_findings *findings, const struct check_expect_row *rows, uint32_t row,
                   uint32_t taker[CHECK_EXPECT_ROWS_MAX], uint32_t took[CHECK_EXPECT_ROWS_MAX]) {
    uint32_t from[CHECK_EXPECT_ROWS_MAX], queue[CHECK_EXPECT_ROWS_MAX], first = 0, last = 0;
    for (uint32_t i = 0; i < findings->count; i++) from[i] = NOBODY;
    queue[last++] = row;
    while (first < last) {
        uint32_t asking = queue[first++];
        for (uint32_t i = 0; i < findings->count; i++) {
            if (from[i] != NOBODY || !fits(&rows[asking], &findings->at[i])) continue;
            from[i] = asking;
            if (taker[i] != NOBODY) {
                ASSERT(last < CHECK_EXPECT_ROWS_MAX); /* each row is asked once */
                queue[last++] = taker[i];
                continue;
            }
            for (uint32_t finding = i, given = NOBODY; finding != NOBODY; finding = given) { /* all move over */
                uint32_t mover = from[finding];
                given = took[mover];
                taker[finding] = mover;
                took[mover] = finding;
            }
            return true;
        }
    }
    return false;
}

bool check_matches(const struct check_findings *findings, const struct check_expect_row *rows, uint32_t row_count) {
    ASSERT(findings->count <= findings->capacity);
    ASSERT(row_count == 0 || rows != NULL);
    if (findings->lost > 0 || findings->count != row_count || row_count > CHECK_EXPECT_ROWS_MAX) return false;
    uint32_t taker[CHECK_EXPECT_ROWS_MAX], took[CHECK_EXPECT_ROWS_MAX];
    for (uint32_t i = 0; i < row_count; i++) taker[i] = took[i] = NOBODY;
    for (uint32_t row = 0; row < row_count; row++)
        if (!assign(findings, rows, row, taker, took)) return false;
    return true;
}

bool check_expected(const struct check_findings *findings, const struct check_expect *expect) {
    if (check_matches(findings, expect->rows, expect->row_count)) return true;
    for (uint32_t i = 0; i < expect->other_count; i++)
        if (check_matches(findings, expect->others[i].at, expect->others[i].count)) return true;
    return false;
}
