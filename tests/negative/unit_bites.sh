#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The unit runner must be red for a failed test, a failed set-up or clean-up, an unknown name and a doubled one.
set -u
code=0
# expect RC TEXT COMMAND…: the exit code, and a piece of what is said.
expect() {
    local want=$1 text=$2 got=0 output
    shift 2
    output=$("$@" 2>&1) || got=$?
    if [ "$got" -ne "$want" ] || ! grep -qF -- "$text" <<<"$output"; then
        echo "WRONG: ${*##*/}: wanted exit $want with '$text', got exit $got and:"
        sed 's/^/| /' <<<"$output"
        code=1
    fi
}
runner=$EBB_BUILD_DIR/negative_unit_canary
expect 0 '1      1      1      0' "$runner" fine
expect 0 'passes ...passed' "$runner" broken.passes
expect 1 'fails ...FAILED' "$runner" broken
expect 1 'fails ...FAILED' "$runner" broken.fails
expect 1 "Suite initialization failed for 'uninitialised'" "$runner" uninitialised
expect 1 "Suite initialization failed for 'uninitialised'" "$runner" uninitialised.never_runs
expect 1 'cleanup failed' "$runner" uncleaned
expect 1 'Run Summary' "$runner"
expect 1 'Run Summary' "$runner" --seed 7
expect 2 "'nonesuch'" "$runner" nonesuch
expect 2 "'fine.nonesuch'" "$runner" fine.nonesuch
expect 2 'usage:' "$runner" fine broken
expect 0 'uninitialised.never_runs' "$runner" --list
expect 1 "doubled.same" "$EBB_BUILD_DIR/negative_unit_doubled" --list
expect 1 "doubled.same" "$EBB_BUILD_DIR/negative_unit_doubled"
exit $code
