#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The canary fuzzer must be found by libFuzzer from nothing (fuzz build), or crash the replayer on the input that
# is known to kill it (every other build). ./dev fuzz asks this first.
set -u
canary=$EBB_BUILD_DIR/negative_fuzz_canary
[ -x "$canary" ] || { echo "no replayer is built: skipped"; exit 77; }
work=$(mktemp -d "$EBB_BUILD_DIR/fuzz.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
code=0
if grep -qa 'libFuzzer' "$canary"; then
    output=$("$canary" -seed=1 -runs=2000000 -max_len=16 -artifact_prefix="$work/" 2>&1) && { echo "WRONG: two million runs did not find the planted crash"; code=1; }
    ls "$work"/crash-* >/dev/null 2>&1 || { echo "WRONG: no artifact was kept; the fuzzer said:"; tail -5 <<<"$output" | sed 's/^/| /'; code=1; }
else
    mkdir "$work/good" "$work/bad"
    printf 'eb' >"$work/good/harmless"
    printf 'harmless' >"$work/bad/a"
    printf 'ebb' >"$work/bad/b"
    "$canary" "$work/good" >/dev/null 2>&1 || { echo "WRONG: the replayer is red on a harmless folder"; code=1; }
    "$canary" "$work/bad/b" >/dev/null 2>&1 && { echo "WRONG: the replayer is green on the killing file"; code=1; }
    "$canary" "$work/bad" >/dev/null 2>&1 && { echo "WRONG: the replayer is green on the folder of the killing file"; code=1; }
    "$canary" "$work/nonesuch" >/dev/null 2>&1 && { echo "WRONG: the replayer is green on a file that is not there"; code=1; }
fi
exit $code
