#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench.sh: what the benchmarks stand on, without a clock. The scenario of the throughput has the steps that the target
# speaks of, each Go test has its scenario, and where goleak is missing that is said and nothing is measured.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
: "${EBB_SOURCE_DIR:?the source tree}"
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0
wrong() {
    echo "WRONG: $*"
    failed=1
}

"$EBB" explore --json --strategy default --timers idle --runs 3 "$EBB_SOURCE_DIR/tests/bench/throughput.yaml" >"$work/out" ||
    wrong "the scenario of the throughput is not clean"
grep -q '"steps": 132,' "$work/out" || wrong "3 runs of it are not 132 steps: $(grep steps "$work/out")"

kernels=0
for test in $(sed -n 's/^func Test\([A-Z][a-z]*\)\([0-9][0-9]*\)(.*/\1_\2/p' "$EBB_SOURCE_DIR/tests/bench/go/kernels_test.go"); do
    kernels=$((kernels + 1))
    [ -f "$EBB_SOURCE_DIR/scenarios/goker/${test,}.yaml" ] || wrong "the Go test of $test has no scenario"
done
[ $kernels -ge 12 ] || wrong "there are only $kernels Go tests"

EBB_GOPATH=$work/none bash "$EBB_SOURCE_DIR/tests/bench/go.sh" >"$work/out" 2>&1
code=$?
[ $code -eq 77 ] || wrong "without goleak go.sh ends with $code, not 77"
grep -q '^SKIPPED: .*Debian: golang' "$work/out" || wrong "without goleak go.sh does not say that it skips: $(cat "$work/out")"
exit $failed
