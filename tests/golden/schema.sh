#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The schema and the page of operations that are checked in are those that `ebb schema` makes of its tables. After a
# change of the language, GOLDEN_UPDATE=1 rewrites them.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0

# kept FILE ARGUMENTS…: the output is what the file holds.
kept() {
    local file=$EBB_SOURCE_DIR/$1
    shift
    "$EBB" "$@" >"$work/found" || { echo "ebb $* ends with $?"; failed=1; return; }
    [ "${GOLDEN_UPDATE:-0}" = 1 ] && cp "$work/found" "$file"
    diff -u "$file" "$work/found" | head -40
    cmp -s "$file" "$work/found" || { echo "$file is not what ebb $* prints; GOLDEN_UPDATE=1 rewrites it"; failed=1; }
}
kept reports/schema/scenario-1.schema.json schema
kept docs/operations.md schema --markdown
exit $failed
