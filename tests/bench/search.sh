#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# search.sh [--rounds N] [--strict]: how many runs one core makes in a second, with the verdict on each, and whether a run
# costs in proportion to its steps and to its live objects. CPU seconds of whole processes, medians of N. Called by
# run.sh. --strict: exit 1 when a target is missed.
set -euo pipefail
export LC_ALL=C
root=${EBB_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
ebb=${EBB:-${EBB_BUILD_DIR:-$root/build/release}/ebb}
asan=${EBB_ASAN:-$root/build/asan/ebb}
scenario=$root/tests/bench/throughput.yaml
rounds=5
strict=0
while [ $# -gt 0 ]; do
    case $1 in
    --rounds) rounds=${2:?--rounds takes a number} && shift ;;
    --strict) strict=1 ;;
    *) echo "usage: search.sh [--rounds N] [--strict]" >&2 && exit 2 ;;
    esac
    shift
done
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "search.sh: --rounds takes a number, not $rounds" >&2; exit 2; }
[ -x "$ebb" ] || { echo "search.sh: $ebb is not there; ./dev build release makes it" >&2; exit 3; }
[ -x "$asan" ] || echo "search.sh: $asan is not there: its column stays empty; ./dev build asan makes it" >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0

# seconds COMMAND…: the median of its CPU seconds. A search that finds something ends with 1, which is no error here.
seconds() {
    local round code
    TIMEFORMAT='%3U %3S'
    : >"$work/times"
    for ((round = 0; round < rounds; round++)); do
        code=0
        { time "$@" >"$work/out" 2>"$work/err" || code=$?; } 2>>"$work/times"
        [ $code -le 1 ] || { echo "search.sh: $* ends with $code: $(head -1 "$work/err")" >&2; exit 3; }
    done
    awk '{ print $1 + $2 }' "$work/times" | sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'
}
# speed EBB RUNS WORDS…: runs per second, or "-" where there is no such build.
speed() {
    local program=$1 runs=$2 took
    shift 2
    if [ ! -x "$program" ]; then echo -; return; fi
    took=$(seconds "$program" "$@" --runs "$runs" "$scenario")
    awk -v n="$runs" -v t="$took" 'BEGIN { printf "%.0f", n / t }'
}
verdict() {
    if [ "$1" = - ] || [ -z "$2" ]; then return; fi
    if [ "$1" -ge "$2" ]; then echo "($2: reached)"; else echo "($2: NOT REACHED)"; fi
}

steps=$("$ebb" explore --json --strategy default --timers idle --runs 1 "$scenario" | sed -n 's/^ *"steps": \([0-9]*\),*/\1/p')
[ "$steps" = 44 ] || { echo "search.sh: the scenario has $steps steps now, not 44" >&2; exit 3; }
echo "Runs per second on one core, 4 coroutines with $steps steps on the default schedule, every run judged"
printf '%-40s %12s %-22s %12s %s\n' "" release "" sanitized ""
# line TITLE TARGET SANITIZED_TARGET WORDS…
line() {
    local title=$1 target=$2 sanitized=$3 fast slow words
    shift 3
    fast=$(speed "$ebb" 200000 "$@") slow=$(speed "$asan" 20000 "$@")
    words="$(verdict "$fast" "$target") $(verdict "$slow" "$sanitized")"
    printf '%-40s %12s %-22s %12s %s\n' "$title" "$fast" "$(verdict "$fast" "$target")" "$slow" "$(verdict "$slow" "$sanitized")"
    case $words in *NOT*) missed=$((missed + 1)) ;; esac
}
line "explore, default: judged, remembered" 300000 50000 explore --strategy default
line "run, default" "" "" run --strategy default
line "run, random" "" "" run --strategy random
for strategy in random pct2 pos urw delay2; do line "explore, $strategy" "" "" explore --strategy $strategy; done

# One scenario of size N on standard output.
steps_of() {
    printf 'ebb: 1\nmain:\n  - let: {mu: mutex()}\n  - let: {done: chan(3)}\n  - repeat: 3\n    do:\n      - go: worker(mu, done)\n'
    printf '  - repeat: 3\n    do: [{recv: done}]\nprocs:\n  worker(m, done):\n    - repeat: %s\n      do: [{lock: m}, {unlock: m}]\n    - send: done\n' "$1"
}
objects_of() { printf 'ebb: 1\nmain:\n  - let: {all: list()}\n  - repeat: %s\n    do:\n      - append: all\n        value: mutex()\n  - for: m\n    in: all\n    do: [{lock: m}]\n' "$1"; }
parked_of() { printf 'ebb: 1\nmain:\n  - let: {never: chan()}\n  - repeat: %s\n    do:\n      - go: waiter(never)\nprocs:\n  waiter(c): [{recv: c}]\n' "$1"; }

sizes="16 32 64 128 256 512 1024 2048 4096"
echo
printf '%-40s' "Nanoseconds per unit, for a size of"
printf ' %7s' $sizes
echo
# row TITLE KIND UNITS: the units of all runs together are the same for each size; most over least, where size is not small
row() {
    local size runs took figures=()
    for size in $sizes; do
        "$2_of" "$size" >"$work/$2.yaml"
        runs=$(($3 / size))
        took=$(seconds "$ebb" explore --strategy default --timers idle --runs $runs "$work/$2.yaml")
        figures+=("$(awk -v t="$took" -v n=$((runs * size)) 'BEGIN { printf "%.0f", t * 1e9 / n }')")
    done
    printf '%-40s' "$1"
    printf ' %7s' "${figures[@]}"
    echo
}
row "steps (of 3 workers; 6 in each unit)" steps 500000
row "live objects, each a lock that is held" objects 1000000
row "coroutines parked for ever" parked 200000
echo
if [ $missed -gt 0 ]; then
    echo "search.sh: targets not reached: $missed"
    [ $strict -eq 0 ] || exit 1
fi
