#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# An interrupt ends a long campaign at once, with what is known so far and the rest marked as cut short, exit 3.
set -u
[ -x "${EBB:-}" ] || { echo "there is no ebb in this build: skipped"; exit 77; }
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
failed=0
# The first is judged at once, since a run that meets its limit ends a campaign; the second takes minutes.
printf 'ebb: 1\nmain: [{loop: [yield]}]\nlimits: {steps: 50}\n' >a-known.yaml
printf 'ebb: 1\nmain:\n  - let: {c: chan()}\n  - go: [{repeat: 500, do: [{recv: c}]}]\n  - repeat: 500\n    do: [{send: c}]\n' >b-long.yaml
printf 'ebb: 1\nmain: [yield]\n' >c-after.yaml

wrong() {
    echo "WRONG: $*"
    head -c 1000 out errors | sed 's/^/| /'
    failed=1
}
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# interrupt NAME TARGET: TARGET, given the process id, is what kill is told.
interrupt() {
    local name=$1 target=$2 pid before code
    shift 2
    setsid "$EBB" run --jobs "$jobs" --runs 100000000 --prove 0 --json . >out 2>errors &
    pid=$!
    sleep 1
    before=$(milliseconds)
    kill "$@" -- "${target/PID/$pid}" || wrong "$name: there was nobody to interrupt"
    wait "$pid"
    code=$?
    local took=$(($(milliseconds) - before))
    [ $code -eq 3 ] || wrong "$name: ends with $code, not 3"
    [ $took -lt 2000 ] || wrong "$name: took $took ms to end"
    grep -q '"verdict": "limit"' out || wrong "$name: what was known is not told"
    [ "$(grep -c '"verdict": "cut-short"' out)" -eq 2 ] || wrong "$name: the rest is not marked as cut short"
    [ "$(tail -c 2 out)" = "}" ] || wrong "$name: the JSON is cut short itself"
    if pgrep -g "$pid" >/dev/null 2>&1; then wrong "$name: leaves processes behind"; fi
}

jobs=1
interrupt "one process" PID -INT
interrupt "the whole group, as a terminal does" -PID -INT
interrupt "an end from outside" PID -TERM
jobs=3
interrupt "one of many processes" PID -INT
interrupt "all of them" -PID -INT
exit $failed
