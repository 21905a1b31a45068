#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The canary scenario must be red in each of its variants, in every format, and by itself as in company.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
canary=$EBB_SOURCE_DIR/tests/negative/scenario_canary.yaml
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
code=0
wrong() {
    echo "WRONG: $*"
    sed 's/^/| /' "$work/out" | head -12
    code=1
}
# red COUNT ARGUMENTS…: exit 1, and as many are told as not as expected.
red() {
    local count=$1
    shift
    "$EBB" run "$@" >"$work/out" 2>&1
    local got=$?
    [ $got -eq 1 ] || wrong "ebb run $* ends with $got, not 1"
    grep -q "$count not\|\"not_as_expected\": $count" "$work/out" || wrong "ebb run $* does not tell $count of them"
}
variants=$("$EBB" list --ctest "$canary" | cut -f2)
count=$(wc -w <<<"$variants")
[ "$count" -ge 7 ] || { echo "WRONG: the canary has $count variants"; code=1; }
for variant in $variants; do red 1 --variant "$variant" "$canary"; done
red "$count" "$canary"
red "$count" --json "$canary"
printf 'ebb: 1\nmain: [yield]\n' >"$work/good.yaml"
red "$count" "$work/good.yaml" "$canary" "$work/good.yaml"
"$EBB" run --junit "$work/junit.xml" "$canary" >"$work/out" 2>&1
grep -q "<testsuites.* tests=\"$count\" failures=\"$count\"" "$work/junit.xml" || wrong "the JUnit file does not have $count failures"
exit $code
